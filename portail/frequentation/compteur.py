"""Compter en mémoire, verser en base de temps en temps.

Lire une page n'écrit jamais (portail/db.py) : chaque processus compte donc dans sa mémoire, et son propre fil verse
toutes les minutes, en une transaction courte. Une page n'attend rien ; la base reçoit quelques lignes par minute au
lieu d'une par page. Le prix, accepté : un arrêt brutal perd au plus une minute de comptes. Un versement refusé (base
occupée) garde ses comptes pour le suivant, sans rien dire. Un arrêt propre attend le versement en cours, verse le
reste, et dit combien de passages sont perdus s'il n'y arrive pas.

On compte les pages du public et des personnes, pas celles des agents, ni les fragments (enregistrement automatique,
sondage) : un passage est une page entière demandée, ou un bouton pressé.
"""

from __future__ import annotations

import atexit
import threading
from collections import Counter
from datetime import date, datetime

import sqlalchemy as sa
from flask import Flask, Response, current_app, request
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from portail.db import ecriture, insertion
from portail.droits import cote_agents
from portail.frequentation.modeles import Frequentation, Geste
from portail.horloge import a_paris, aujourd_hui
from portail.htmx import est_fragment
from portail.referentiels.parametres import ParametreInconnu, parametre
from portail.regles.validite import ajouter_mois

PAUSE = 60.0  # secondes entre deux versements
Cle = tuple[date, str, str, str]


class Compteur:
    """Les passages pas encore versés d'un processus."""

    def __init__(self) -> None:
        self._verrou = threading.Lock()
        self._comptes: Counter[Cle] = Counter()
        self.un_versement = threading.Lock()

    def ajouter(self, cle: Cle, nombre: int = 1) -> None:
        with self._verrou:
            self._comptes[cle] += nombre

    def prendre(self) -> Counter[Cle]:
        with self._verrou:
            pris, self._comptes = self._comptes, Counter()
        return pris

    def rendre(self, comptes: Counter[Cle]) -> None:
        with self._verrou:
            self._comptes.update(comptes)


def installer(app: Flask) -> None:
    """Compte chaque réponse. Le fil qui verse ne part qu'à la première page : après un éventuel `fork`."""
    app.extensions["frequentation"] = Compteur()
    app.after_request(_compter)
    if not app.testing:
        app.before_request(_Verseur(app).demarrer)


class _Verseur:
    def __init__(self, app: Flask) -> None:
        self._app, self._verrou, self._parti = app, threading.Lock(), False

    def demarrer(self) -> None:
        if self._parti:
            return
        with self._verrou:
            if not self._parti:
                self._parti, arret = True, threading.Event()
                threading.Thread(target=self._tourner, args=(arret,), name="frequentation", daemon=True).start()
                atexit.register(self._finir, arret)

    def _tourner(self, arret: threading.Event) -> None:
        while not arret.wait(PAUSE):
            with self._app.app_context():
                verser()

    def _finir(self, arret: threading.Event) -> None:
        arret.set()
        with self._app.app_context():
            if not verser():  # rien à verser, ou une connexion que le serveur avait coupée : un second essai suffit
                verser(dernier=True)


def _compter(reponse: Response) -> Response:
    geste = _geste(reponse)
    if geste is not None and request.endpoint:
        etape = str((request.view_args or {}).get("slug", "")) if request.endpoint.startswith("demande.") else ""
        current_app.extensions["frequentation"].ajouter((aujourd_hui(), request.endpoint[:80], etape[:40], geste.code))
    return reponse


def _geste(reponse: Response) -> Geste | None:
    """Ce que cette réponse compte, ou None."""
    if request.endpoint in {None, "static"} or cote_agents():
        return None
    if request.method == "GET":
        return Geste.VUE if reponse.status_code in {200, 304} and not est_fragment() else None
    refuse = reponse.status_code == 422
    if request.method != "POST" or (reponse.status_code >= 400 and not refuse) or _est_automatique():
        return None
    if (reponse.location or "").startswith("/compte/connexion"):
        return None  # la session était finie : rien n'a été envoyé
    return Geste.REFUS if refuse else Geste.FAIT


def _est_automatique() -> bool:
    """Un enregistrement automatique, ou un bouton de la page qui n'en fait pas sortir (« ajouter : … »)."""
    action = request.form.get("action", "")
    return ":" in action or (est_fragment() and not action)


def verser(*, dernier: bool = False) -> int:
    """Verse les comptes en base, un versement à la fois. Rend combien de lignes, 0 si la base ne répond pas.

    Les comptes refusés attendent le versement suivant ; s'il n'y en aura plus (`dernier`), leur perte est dite.
    """
    compteur: Compteur = current_app.extensions["frequentation"]
    with compteur.un_versement:
        comptes = compteur.prendre()
        try:
            _ecrire(comptes)
        except OperationalError as erreur:
            compteur.rendre(comptes)
            if dernier:
                panne = type(erreur.orig).__name__
                current_app.logger.warning("fréquentation : %s passages perdus : %s", comptes.total(), panne)
            return 0
    return len(comptes)


def _ecrire(comptes: Counter[Cle]) -> None:
    if not comptes:
        return
    with ecriture() as session:
        inserer = insertion(session, Frequentation)
        for (jour, page, etape, geste), nombre in sorted(comptes.items()):
            ordre = inserer.values(jour=jour, page=page, etape=etape, geste=geste, nombre=nombre)
            cle = ["jour", "page", "etape", "geste"]
            en_plus = {"nombre": Frequentation.nombre + ordre.excluded.nombre}
            session.execute(ordre.on_conflict_do_update(index_elements=cle, set_=en_plus))


def purger(session: Session, instant: datetime) -> None:
    """Oublie les comptes anciens."""
    jour = a_paris(instant).date()
    try:
        limite = ajouter_mois(jour, -parametre("FREQUENTATION_MOIS", jour))
    except ParametreInconnu:
        return  # référentiels pas encore importés
    session.execute(sa.delete(Frequentation).where(Frequentation.jour < limite))
