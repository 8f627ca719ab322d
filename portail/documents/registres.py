"""Deux listes que la loi met sur l'attestation et qu'aucune source ouverte ne donne : à remplir par l'exploitant.

`donnees/bailleurs_par_commune.csv` (code_insee, nom, adresse, source) : un bailleur qui y a des logements.
`donnees/commissions_de_mediation.csv` (code_departement, adresse, source) : où saisir la commission.
Les deux sont livrées vides. Ce qui n'y est pas est dit « à demander », jamais inventé.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from portail.documents.attestation_donnees import Bailleur, Commission

DONNEES = Path(__file__).parent / "donnees"


def bailleurs(codes_insee: Iterable[str], dossier: Path = DONNEES) -> tuple[Bailleur, ...]:
    """Les bailleurs connus de ces communes, chacun une fois, par ordre alphabétique."""
    codes = set(codes_insee)
    lignes = [ligne for ligne in _lire(dossier / "bailleurs_par_commune.csv") if ligne["code_insee"] in codes]
    connus = {Bailleur(ligne["nom"], ligne["adresse"], ligne["source"]) for ligne in lignes}
    return tuple(sorted(connus, key=lambda bailleur: (bailleur.nom, bailleur.adresse)))


def commission(code_departement: str, nom_departement: str, dossier: Path = DONNEES) -> Commission:
    """La commission d'un département, sans adresse si on ne la connaît pas."""
    for ligne in _lire(dossier / "commissions_de_mediation.csv"):
        if ligne["code_departement"] == code_departement:
            return Commission(nom_departement, ligne["adresse"], ligne["source"])
    return Commission(nom_departement)


@cache
def _lire(fichier: Path) -> tuple[dict[str, str], ...]:
    with fichier.open(encoding="utf-8", newline="") as ouvert:
        return tuple(csv.DictReader(ouvert))
