"""Marquer une copie : un texte clair, en biais, sur chaque page. La pièce gardée, elle, n'est pas marquée.

Appelé par l'atelier seulement.
"""

from __future__ import annotations

import math

from pikepdf import Dictionary, Name, Page, Pdf, Stream

ETAT, POLICE = Name("/FiligraneEtat"), Name("/FiligranePolice")
OPACITE = 0.16
LARGEUR_D_UNE_LETTRE = 0.5  # de la taille du texte, en moyenne, pour Helvetica
TAILLE_MAX = 34  # points


def poser(document: Pdf, texte: str) -> None:
    """Écrit `texte` en travers de chaque page. Ce que la police ne sait pas écrire devient « ? »."""
    etat = document.make_indirect(Dictionary(Type=Name.ExtGState, ca=OPACITE, CA=OPACITE))
    police = document.make_indirect(
        Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
    )
    for page in document.pages:
        ressources = _copie(page.obj.get("/Resources"))  # des pages partagent parfois les mêmes
        for genre, nom, objet in (("/ExtGState", ETAT, etat), ("/Font", POLICE, police)):
            siens = _copie(ressources.get(genre))
            siens[nom] = objet
            ressources[genre] = siens
        page.obj.Resources = ressources
        page.contents_add(Stream(document, b"q\n"), prepend=True)
        page.contents_add(Stream(document, b"\nQ\n" + _dessin(page, texte)))


def _copie(objet: object) -> Dictionary:
    return Dictionary(dict(objet.items())) if isinstance(objet, Dictionary) else Dictionary()


def _dessin(page: Page, texte: str) -> bytes:
    gauche, bas, droite, haut = (float(bord) for bord in page.cropbox)
    large, hauteur = droite - gauche, haut - bas
    lettres = texte.encode("cp1252", "replace")
    taille = min(TAILLE_MAX, 0.85 * math.hypot(large, hauteur) / max(1, len(lettres)) / LARGEUR_D_UNE_LETTRE)
    angle = math.atan2(hauteur, large) - math.radians(page.rotation)
    cosinus, sinus = math.cos(angle), math.sin(angle)
    demi = len(lettres) * taille * LARGEUR_D_UNE_LETTRE / 2
    x, y = (gauche + droite) / 2 - demi * cosinus, (bas + haut) / 2 - demi * sinus
    return (
        f"q {ETAT} gs 0.2 g BT {POLICE} {taille:.2f} Tf "
        f"{cosinus:.4f} {sinus:.4f} {-sinus:.4f} {cosinus:.4f} {x:.2f} {y:.2f} Tm <{lettres.hex()}> Tj ET Q\n"
    ).encode()
