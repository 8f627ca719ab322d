"""Le nom d'un appareil, tiré de ce que son navigateur dit de lui."""

from __future__ import annotations


def nom_d_appareil(agent: str) -> str:
    """« Chrome sur Android » : assez pour reconnaître le sien, pas assez pour le suivre."""
    navigateurs = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
    systemes = (
        ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
        ("Macintosh", "Mac"), ("Linux", "Linux"),
    )  # fmt: skip
    navigateur = next((nom for marque, nom in navigateurs if marque in agent), "Navigateur inconnu")
    systeme = next((nom for marque, nom in systemes if marque in agent), "appareil inconnu")
    return f"{navigateur} sur {systeme}"
