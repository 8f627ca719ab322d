"""Le délai « anormalement long » d'une demande : connu par département, intercommunalité et taille, ou à demander.

Il est fixé par arrêté du préfet (CCH, article L441-1-4) ; nous n'en connaissons que quelques-uns, par des sources
secondaires (delais_anormalement_longs.csv). Au-delà, la commission de médiation peut être saisie.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portail.demande.listes import TypeRecherche
from portail.documents.attestation_donnees import Saisine
from portail.information.offres.chiffres import duree_en_mots, taille_en_mots
from portail.referentiels.modeles import Commune, DelaiAnormal
from portail.referentiels.recherche import Lieu
from portail.regles.validite import ajouter_mois

# Nombre de pièces d'un type recherché.
PIECES = {
    TypeRecherche.CHAMBRE: 1,
    TypeRecherche.COLOCATION: 1,
    TypeRecherche.T1: 1,
    TypeRecherche.T2: 2,
    TypeRecherche.T3: 3,
    TypeRecherche.T4: 4,
    TypeRecherche.T5: 5,
    TypeRecherche.T6: 6,
}


def de_la_demande(
    session: Session, lieux: list[Lieu], types: Collection[TypeRecherche], recue_le: date
) -> tuple[tuple[Saisine, ...], tuple[str, ...]]:
    """Les délais connus pour ces lieux et ces tailles, comptés de `recue_le` ; les départements qui n'en ont pas."""
    epcis = _epcis(session, lieux)
    connus = _connus(session, {lieu.code_departement for lieu in lieux})
    tailles = {PIECES[type_] for type_ in types}
    trouves: dict[int, Saisine] = {}
    sans_delai: dict[str, None] = {}
    for lieu in lieux:
        code_epci, nom_epci = epcis.get(lieu.code, (None, None))
        du_departement = [delai for delai in connus if delai.code_departement == lieu.code_departement]
        siens = [delai for delai in du_departement if delai.code_epci and delai.code_epci == code_epci]
        applicables = siens or [delai for delai in du_departement if delai.code_epci is None]
        ou = nom(nom_epci if siens and nom_epci else lieu.nom_departement)
        retenus = {delai.id: _saisine(delai, ou, recue_le) for delai in applicables if _concerne(delai, tailles)}
        trouves |= retenus
        if not retenus:
            sans_delai[ou] = None
    return tuple(trouves.values()), tuple(sans_delai)


def nom(texte: str) -> str:
    """Un nom venu des données, avec l'apostrophe courbe."""
    return texte.replace("'", "’")


def _epcis(session: Session, lieux: list[Lieu]) -> dict[str, tuple[str | None, str | None]]:
    requete = sa.select(Commune.code_insee, Commune.code_epci, Commune.nom_epci)
    lignes = session.execute(requete.where(Commune.code_insee.in_([lieu.code for lieu in lieux])))
    return {code: (epci, nom_epci) for code, epci, nom_epci in lignes}


def _connus(session: Session, departements: set[str]) -> list[DelaiAnormal]:
    requete = sa.select(DelaiAnormal).where(DelaiAnormal.code_departement.in_(departements))
    return list(session.scalars(requete.order_by(DelaiAnormal.id)))


def _concerne(delai: DelaiAnormal, tailles: set[int]) -> bool:
    """Vrai si une taille demandée (toutes, si aucune n'est dite) est dans celles du délai."""
    plus_petite, plus_grande = delai.typologie_min or 1, delai.typologie_max or max(PIECES.values())
    return not tailles or any(plus_petite <= taille <= plus_grande for taille in tailles)


def _saisine(delai: DelaiAnormal, ou: str, recue_le: date) -> Saisine:
    taille = taille_en_mots(delai.typologie_min, delai.typologie_max)
    return Saisine(
        lieu=ou,
        logement=taille[:1].upper() + taille[1:] if taille else "Toutes tailles",
        delai=duree_en_mots(delai.delai_mois),
        a_partir_du=ajouter_mois(recue_le, delai.delai_mois),
        source=nom(delai.source),
    )
