"""Ce qui change d'un déploiement à l'autre dans les textes : nom, éditeur, contacts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Identite:
    """Réglages `PORTAIL_NOM`, `PORTAIL_COURRIEL`… `courriel` vide : sans elle, pas de mail au site."""

    nom: str = "Portail logement social"
    sous_titre: str = ""
    editeur: str = "à compléter par l’exploitant"
    directeur_publication: str = "à compléter par l’exploitant"
    hebergeur: str = "à compléter par l’exploitant"
    dpo: str = "à compléter par l’exploitant"
    courriel: str = ""
    telephone: str = ""


def lire(environ: Mapping[str, str], *, local: bool) -> Identite:
    """En local, une boîte d'essai : ce qu'on lui écrit se range, comme le reste, dans le dossier des courriels."""
    essai = {"courriel": "aide@exemple.fr", "sous_titre": "Démonstration locale"} if local else {}
    donnes = {champ.name: environ.get(f"PORTAIL_{champ.name.upper()}", "") for champ in fields(Identite)}
    return Identite(**essai | {nom: valeur for nom, valeur in donnes.items() if valeur})
