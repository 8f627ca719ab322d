"""Prévenir avant d'effacer : une seule annonce, par courriel quand il y a une adresse ; toute activité la retire.

Le préavis court du jour où le courriel est vraiment parti. Sans adresse, il court du jour de l'annonce, que les pages
montrent ; courriel perdu après une semaine d'essais, de celui où on l'a su, si d'autres courriels partaient : sinon le
serveur était en panne, et l'annonce se refait. Une annonce et son courriel s'écrivent ensemble, par lots : interrompu
n'importe où, le travail reprend où il en était.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portail import courriel
from portail.compte.modeles import Compte
from portail.conservation.modeles import AnnonceEffacement, Regle
from portail.conservation.regles import PARAMETRES, annoncee, classe, inactifs, limites
from portail.courriel import Envoi
from portail.db import ecriture, lecture
from portail.demande.modeles import Coordonnees, Demande
from portail.horloge import a_paris

LOT = 200  # annonces par transaction
SUJETS = {
    Regle.RADIEE: "Vos données seront bientôt effacées",
    Regle.BROUILLON: "Votre brouillon sera bientôt effacé",
    Regle.DORMANT: "Votre compte sera bientôt supprimé",
}
GABARITS = {
    Regle.RADIEE: "effacement_radiee",
    Regle.BROUILLON: "effacement_brouillon",
    Regle.DORMANT: "effacement_compte",
}


def annuler(instant: datetime) -> None:
    """Retire l'annonce de ce qui a repris vie depuis."""
    for regle in PARAMETRES:
        depuis = limites(regle, instant).annonce
        encore = (
            inactifs(regle, depuis).where(classe(regle).id == annoncee(regle)).correlate(AnnonceEffacement).exists()
        )
        reprises = (AnnonceEffacement.regle == regle, ~encore)
        with lecture() as session:
            if session.scalar(sa.select(AnnonceEffacement.id).where(*reprises).limit(1)) is None:
                continue
        with ecriture() as session:
            # Le courriel qui attend encore de partir (serveur en panne) ne dirait plus vrai.
            siens = Envoi.cle.in_(sa.select(AnnonceEffacement.cle).where(*reprises))
            attend = (Envoi.envoye_le.is_(None), Envoi.prochain_essai_le.is_not(None))
            session.execute(sa.delete(Envoi).where(siens, *attend))
            session.execute(sa.delete(AnnonceEffacement).where(*reprises))


def relever(instant: datetime) -> None:
    """Note depuis quand court chaque préavis, d'après ce que son courriel est devenu.

    Aucun courriel, à personne, n'est parti depuis l'annonce perdue : elle est retirée, et sera refaite.
    """
    sorti = sa.or_(Envoi.id.is_(None), Envoi.envoye_le.is_not(None), Envoi.prochain_essai_le.is_(None))
    requete = (
        sa.select(AnnonceEffacement, Envoi.id, Envoi.envoye_le)
        .outerjoin(Envoi, Envoi.cle == AnnonceEffacement.cle)
        .where(AnnonceEffacement.preavis_depuis.is_(None), sorti)
        .order_by(AnnonceEffacement.id)
        .limit(LOT)
    )
    while True:
        with lecture() as session:
            if session.execute(requete.limit(1)).first() is None:
                return
        with ecriture() as session:
            dernier = session.scalar(sa.select(sa.func.max(Envoi.envoye_le)))  # une lecture pour le lot : pas d'index
            for annonce, envoi, envoye_le in session.execute(requete).all():
                perdu = envoi is not None and envoye_le is None
                if perdu and (dernier is None or dernier < annonce.annoncee_le):
                    session.delete(annonce)
                else:
                    annonce.preavis_depuis = envoye_le or instant


def preparer(instant: datetime) -> int:
    """Écrit les annonces dues. Rend leur nombre. Le refaire n'écrit rien de plus."""
    total = 0
    for regle in PARAMETRES:
        apres = 0
        while lot := _lot_suivant(regle, apres, instant):
            total, apres = total + len(lot), lot[-1]
    return total


def _lot_suivant(regle: Regle, apres: int, instant: datetime) -> Sequence[int]:
    """Annonce au plus `LOT` effacements, au-delà du numéro `apres`. Vide : plus rien, ou un autre les a pris."""
    bornes, cible = limites(regle, instant), classe(regle)
    deja = sa.exists().where(annoncee(regle) == cible.id)
    requete = inactifs(regle, bornes.annonce).where(cible.id > apres, ~deja).order_by(cible.id).limit(LOT)
    with lecture() as session:
        if session.scalar(requete.limit(1)) is None:
            return ()
    try:
        with ecriture() as session:
            numeros = session.scalars(requete.with_for_update(of=cible, skip_locked=True)).all()
            if numeros:
                _ecrire(session, regle, numeros, bornes.jours, instant)
    except IntegrityError:
        return ()
    return numeros


def _ecrire(session: Session, regle: Regle, numeros: Sequence[int], jours: int, instant: datetime) -> None:
    jour = a_paris(instant).date()
    a_partir_du = jour + timedelta(days=jours)
    adresses = dict(_adresses(session, regle, numeros))
    cles = {numero: f"effacement-{regle.value}-{numero}-{instant:%Y%m%d%H%M%S}" for numero in adresses}
    colonne = annoncee(regle).key
    session.execute(
        sa.insert(AnnonceEffacement),
        [
            {
                "regle": regle,
                colonne: numero,
                "cle": cles.get(numero),
                "annoncee_le": instant,
                "preavis_depuis": None if numero in cles else instant,
            }
            for numero in numeros
        ],
    )
    corps = {True: "", False: ""}
    if adresses:
        corps = {a_un_compte: _corps(regle, a_partir_du, a_un_compte=a_un_compte) for a_un_compte in corps}
    messages = [(cles[numero], adresse, corps[a_un_compte]) for numero, (adresse, a_un_compte) in adresses.items()]
    if messages:
        courriel.mettre_en_boite_par_lot(session, messages, SUJETS[regle], instant)


def _adresses(session: Session, regle: Regle, numeros: Sequence[int]) -> list[tuple[int, tuple[str, bool]]]:
    """[(numéro, (adresse, a-t-elle un compte ?))]. Une demande sans compte : l'adresse de sa déclaration déposée."""
    if regle is Regle.DORMANT:
        comptes = session.execute(sa.select(Compte.id, Compte.courriel).where(Compte.id.in_(numeros)))
        return [(numero, (adresse, True)) for numero, adresse in comptes]
    du_dossier = Coordonnees.declaration_id == Demande.declaration_deposee_id
    lignes = session.execute(
        sa.select(Demande.id, sa.func.coalesce(Compte.courriel, Coordonnees.courriel), Compte.id.is_not(None))
        .outerjoin(Compte, Compte.id == Demande.compte_id)
        .outerjoin(Coordonnees, du_dossier)
        .where(Demande.id.in_(numeros))
    )
    return [(numero, (adresse, a_un_compte)) for numero, adresse, a_un_compte in lignes if adresse]


def _corps(regle: Regle, a_partir_du: date, *, a_un_compte: bool) -> str:
    lien = f"{courriel.config_url()}/compte/connexion" if a_un_compte else ""
    return courriel.composer(GABARITS[regle], a_partir_du=a_partir_du, lien=lien)
