"""Ce que la demande garde de la déclaration qui compte, pour être trouvée et rangée : nom, naissance, commune.

Le nom est normalisé des deux côtés (ici et dans la recherche) : « Éloïse Le Goff-D’Arc » et « LE GOFF D ARC » se
retrouvent.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from portail.demande.foyer import demandeur
from portail.demande.modeles import Declaration

LONGUEUR = 100  # caractères, comme la colonne
LIGATURES = str.maketrans({"Œ": "OE", "Æ": "AE", "ß": "SS"})


@dataclass(frozen=True)
class Reperes:
    """Tirés d'une déclaration. Ce qui manque vaut None."""

    nom_cherche: str | None
    date_naissance_cherchee: date | None
    premiere_commune: str | None


def reperes_de(declaration: Declaration) -> Reperes:
    """Nom de naissance et naissance du demandeur, première commune souhaitée (code Insee)."""
    titulaire = demandeur(declaration)
    communes = (ligne.commune for ligne in declaration.communes if ligne.retiree_le is None)
    return Reperes(
        nom_cherche=normaliser(titulaire.nom_naissance or "") or None,
        date_naissance_cherchee=titulaire.date_naissance,
        premiere_commune=next((commune for commune in communes if commune), None),
    )


def normaliser(nom: str) -> str:
    """Majuscules sans accents, traits d'union ni apostrophes ; les mots séparés par une espace."""
    decompose = unicodedata.normalize("NFKD", nom.upper().translate(LIGATURES))
    lettres = "".join(signe for signe in decompose if not unicodedata.combining(signe))
    return re.sub(r"[^A-Z0-9]+", " ", lettres).strip()[:LONGUEUR]


def est_le_meme(nom: str, autre: str) -> bool:
    """« D’Angelo », « D Angelo » et « DANGELO » (un passeport, un clavier sans apostrophe) sont un seul nom."""
    return normaliser(nom).replace(" ", "") == normaliser(autre).replace(" ", "")
