"""Un code postal qui n'est pas de la commune : l'un des deux est peut-être une faute. Rien n'est refusé."""

from __future__ import annotations

from collections.abc import Iterable

from portail.demande.modeles import Coordonnees
from portail.referentiels import recherche


def code_postal_a_relire(coordonnees: Coordonnees, adresses: Iterable[str]) -> dict[str, str]:
    """{champ: avis} pour ces adresses (« adresse », « courrier »), d'après les communes des référentiels."""
    avis = {}
    for adresse in adresses:
        code, commune = getattr(coordonnees, f"{adresse}_code_postal"), getattr(coordonnees, f"{adresse}_commune")
        lieu = recherche.lieu(commune) if code and commune else None
        if lieu is not None and lieu.codes_postaux and code not in lieu.codes_postaux:
            avis[f"{adresse}_code_postal"] = (
                f"{code} n’est pas un code postal de {lieu.nom}. Si l’adresse est bonne (un Cedex, par exemple), "
                "vous pouvez continuer."
            )
    return avis
