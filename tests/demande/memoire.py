"""Une déclaration en mémoire, sans base ni Flask : de quoi éprouver les règles des étapes."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from functools import cache
from itertools import count

from portail.config import RACINE
from portail.demande.formulaire import Contexte
from portail.demande.foyer import nouvelle_personne
from portail.demande.modeles import (
    CommuneSouhaitee,
    Coordonnees,
    Declaration,
    Demande,
    Foyer,
    LogementActuel,
    MotifDeclare,
    Motifs,
    Personne,
    Role,
    Souhaits,
)

JOUR = date(2026, 11, 24)
NUMEROS = count(1)
DONNEES = RACINE / "portail" / "referentiels" / "donnees"


@cache
def codes_du_catalogue() -> frozenset[str]:
    with (DONNEES / "pieces.csv").open(encoding="utf-8", newline="") as fichier:
        return frozenset(ligne["code"] for ligne in csv.DictReader(fichier))


@cache
def parametres() -> dict[str, int]:
    with (DONNEES / "parametres.csv").open(encoding="utf-8", newline="") as fichier:
        return {ligne["cle"]: int(ligne["valeur"]) for ligne in csv.DictReader(fichier) if not ligne["fin"]}


def contexte(jour: date = JOUR) -> Contexte:
    return Contexte(jour, lambda cle: parametres()[cle])


def personne(role: Role, rang: int = 1, **identite) -> Personne:
    nouvelle = nouvelle_personne(role, rang, **identite)
    nouvelle.id = next(NUMEROS)
    nouvelle.cle = f"{nouvelle.id:08d}"
    for sujet in (nouvelle.situation, nouvelle.revenu, nouvelle.ressources):
        sujet.personne_id = nouvelle.id
    return nouvelle


def declaration() -> Declaration:
    """Ana, seule, rien de répondu."""
    instant = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
    demande = Demande(id=1, territoire="069", cree_le=instant)
    nouvelle = Declaration(
        id=1,
        cree_le=instant,
        modifiee_le=instant,
        revisions={},
        personnes=[personne(Role.DEMANDEUR, prenoms="Ana", nom_naissance="Silva")],
        coordonnees=Coordonnees(),
        foyer=Foyer(),
        logement_actuel=LogementActuel(),
        motifs=Motifs(),
        souhaits=Souhaits(),
        motifs_declares=[MotifDeclare(id=1, rang=1)],
        communes=[CommuneSouhaitee(id=1, rang=1, commune="69266")],
    )
    demande.declarations.append(nouvelle)
    return nouvelle


def ajouter(qui: Declaration, role: Role, **identite) -> Personne:
    """Une personne de plus, avec la réponse qui ouvre sa section."""
    from portail.choix import OuiNon

    rang = 1 + sum(1 for autre in qui.personnes if autre.role is role)
    nouvelle = personne(role, rang, **identite)
    qui.personnes.append(nouvelle)
    if role is Role.CODEMANDEUR:
        qui.nb_codemandeurs = (qui.nb_codemandeurs or 0) + 1
    elif role is Role.COLOCATAIRE:
        qui.coordonnees.a_colocataires = OuiNon.OUI
    elif role is Role.A_CHARGE:
        qui.foyer.a_personnes_a_charge = OuiNon.OUI
    elif role is Role.AUTRE_ENFANT:
        qui.foyer.a_autres_enfants = OuiNon.OUI
    return nouvelle
