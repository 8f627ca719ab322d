"""Les travaux de fond : vider la boîte d'envoi, oublier ce qui est périmé, suivre les demandes à renouveler.

`portail taches` (minuterie du système) ou, dans un petit guichet, un fil du processus lui-même.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from time import monotonic

from flask import Flask, current_app
from sqlalchemy.exc import OperationalError

from portail import courriel, freins, idempotence, inventaire, pannes
from portail.assistance import fils
from portail.cles_acces import defis
from portail.compte import adresse, codes, export, inscription, jetons, reprise, sessions
from portail.conservation import passage as passage_de_conservation
from portail.conservation import registre, rejeu
from portail.conservation.passage import Passage
from portail.db import ecriture
from portail.demande import radiation_d_office, rappels, rattachement
from portail.franceconnect import passage
from portail.frequentation import compteur as frequentation
from portail.guichet import invitations, journal
from portail.guichet import sessions as sessions_d_agents
from portail.horloge import a_paris, maintenant
from portail.pieces import absence, antivirus, reception, televersement
from portail.referentiels.parametres import ParametreInconnu
from portail.stockage import StockageIndisponible

PAUSE = 2.0  # secondes entre deux passages du fil interne
TOUTES_LES_HEURES = 3600.0  # secondes
TOUTES_LES_MINUTES = 60.0
DUREE_DU_FIL = 10.0  # secondes d'envoi par passage du fil interne
NUIT = 3  # heure de Paris : la vérification des fichiers lit tout le stockage
MATIN = 7  # heure de Paris : personne n'est prévenu la nuit


@dataclass(frozen=True)
class SuiviDuJour:
    """Ce que le suivi vient de faire, en nombre de demandes."""

    rappels: int
    echecs: int
    radiations: int

    def __str__(self) -> str:
        return f"{self.rappels} rappel(s) de renouvellement, {self.radiations} radiation(s) d’office"


@dataclass
class Cadence:
    """En temps écoulé : ni un serveur de courriel lent, ni une horloge qui recule ne retardent le suivi."""

    secondes: float
    _derniere: float | None = field(default=None, init=False)

    def est_l_heure(self) -> bool:
        """Vrai la première fois, puis dès que `secondes` ont passé."""
        instant = monotonic()
        if self._derniere is not None and instant - self._derniere < self.secondes:
            return False
        self._derniere = instant
        return True


RIEN = SuiviDuJour(0, 0, 0)


def passer(secondes: float = DUREE_DU_FIL) -> int:
    """Les numéros proposés, un export, les courriels dus, `secondes` au plus. Rend le nombre de courriels partis."""
    rattachement.examiner(maintenant())
    export.preparer()
    registre.reporter()
    return courriel.vider(jetons.dater_l_expiration, secondes)


def refaire_les_effacements() -> bool:
    """En tête de passage : d'une base restaurée, rien ne s'annonce, ne s'efface ni ne se recopie avant.

    Faux : remis, le stockage ne répond pas.
    """
    try:
        rejeu.rejouer_si_restauree()
    except StockageIndisponible as panne:
        current_app.logger.error("effacements d’avant la restauration remis : %s", panne)
        return False
    return True


def nettoyer() -> None:
    instant = maintenant()
    with ecriture() as session:
        rappels.noter_les_echecs(session, instant)  # avant que la boîte d'envoi ne les oublie
        for purger in (
            courriel.purger,
            fils.purger,
            frequentation.purger,
            freins.purger,
            idempotence.purger,
            inscription.purger,
            jetons.purger,
            rattachement.purger,
            reprise.purger,
            sessions.purger,
            passage.purger,
            codes.purger,
            defis.purger,
            adresse.purger,
            export.purger,
            invitations.purger,
            sessions_d_agents.purger,
            televersement.purger,
            reception.purger,
        ):
            purger(session, instant)
        # Recopiée hors de la base avec les journaux du système : qui ôterait la fin du journal serait vu.
        if tete := journal.tete(session):
            current_app.logger.warning("journal des agents, tête %s", tete)


def suivre() -> SuiviDuJour:
    """Rappels de renouvellement, courriels jamais arrivés, radiations d'office. Le refaire ne fait rien de plus."""
    instant = maintenant()
    try:
        fait = SuiviDuJour(
            rappels=rappels.preparer(instant) + absence.rappeler(instant),
            echecs=rappels.relever_les_echecs(instant),
            radiations=radiation_d_office.radier_les_non_renouvelees(instant),
        )
    except ParametreInconnu as manque:  # référentiels pas encore importés : les autres travaux continuent
        current_app.logger.warning("suivi des demandes remis : %s", manque)
        return RIEN
    if fait != RIEN:
        current_app.logger.info("suivi des demandes : %s, %s courriel(s) jamais arrivé(s)", fait, fait.echecs)
    return fait


def conserver() -> Passage:
    """Annonce ce qui va s'effacer, efface ce dont le préavis est passé. Le refaire ne fait rien de plus."""
    try:
        fait = passage_de_conservation.passer(maintenant())
    except ParametreInconnu as manque:
        current_app.logger.warning("conservation remise : %s", manque)
        return Passage()
    if fait != Passage():
        current_app.logger.info("conservation : %s", fait)
    return fait


def suivre_et_conserver(*, pas_la_nuit: bool, refaits: bool = True) -> tuple[SuiviDuJour, Passage]:
    """`pas_la_nuit` : avant 7 h à Paris, personne n'est prévenu ni rien effacé ; le jour venu, tout se rattrape.

    De même tant que les effacements d'avant une restauration ne sont pas `refaits` : un effacé ne reçoit plus rien.
    """
    if not refaits or (pas_la_nuit and a_paris(maintenant()).hour < MATIN):
        return RIEN, Passage()
    return suivre(), conserver()


def demarrer_le_fil(app: Flask) -> threading.Event:
    """Le fil de fond du mode « un seul processus ». L'événement rendu l'arrête.

    Chaque passage a son propre fil : une erreur imprévue s'affiche et n'arrête que lui, les courriels suivants partent.
    """
    arret = threading.Event()
    heures, minutes = Cadence(TOUTES_LES_HEURES), Cadence(TOUTES_LES_MINUTES)

    def tourner() -> None:
        while not arret.wait(PAUSE):
            dus = (heures.est_l_heure(), minutes.est_l_heure())
            passage = threading.Thread(target=_passage, args=(app, *dus), name="taches-passage", daemon=True)
            passage.start()
            passage.join()

    threading.Thread(target=tourner, name="taches", daemon=True).start()
    return arret


def _passage(app: Flask, chaque_heure: bool = True, chaque_minute: bool = True) -> None:
    with app.app_context():
        try:
            refaits = chaque_heure and refaire_les_effacements()
            passer()
            if chaque_minute:
                antivirus.reprendre()
            if chaque_heure:
                nettoyer()
                suivre_et_conserver(pas_la_nuit=True, refaits=refaits)
                if a_paris(maintenant()).hour == NUIT:
                    inventaire.verifier_si_possible(maintenant())
        except OperationalError as erreur:
            # Base occupée ou disque plein : on réessaie à la prochaine heure due, le portail continue.
            current_app.logger.warning("tâches reportées : %s", pannes.pour_le_journal(erreur))
