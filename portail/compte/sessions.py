"""Sessions côté serveur : un identifiant au hasard dans le cookie, son empreinte en base.

Sans être connecté, le cookie ne sert qu'au jeton anti-rejeu des formulaires : aucune ligne en base.
À la connexion l'identifiant change (fixation de session) ; à la déconnexion la ligne est fermée et
le même cookie ne vaut plus rien. Deux limites, tenues ici : l'inactivité et la durée totale.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from flask import Flask, Request, Response, current_app, g, request, session
from flask.sessions import SessionInterface, SessionMixin
from flask_login import LoginManager
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from portail import freins
from portail.chiffrement import coffre
from portail.compte.appareil import nom_d_appareil
from portail.compte.lecture_de_session import session_et_compte
from portail.compte.modeles import Compte, SessionOuverte
from portail.db import db, ecriture, est_lecture, lecture
from portail.horloge import maintenant
from portail.sondage import est_un_sondage

INACTIVITE = timedelta(minutes=30)
INACTIVITE_PARTAGEE = timedelta(minutes=10)
DUREE_TOTALE = timedelta(hours=20)
PAS_ACTIVITE = timedelta(minutes=1)  # une écriture par minute suffit à dater la dernière activité
MEMOIRE_DES_RESEAUX = timedelta(days=90)
FORME = re.compile(r"[A-Za-z0-9_-]{43}")


class SessionPortail(dict, SessionMixin):
    """Ce que Flask appelle `session` : l'identifiant du cookie et le jeton des formulaires, rien d'autre."""

    def __init__(self, identifiant: str, *, nouvelle: bool) -> None:
        self.changer(identifiant)
        self.a_poser = False
        self.new = nouvelle
        self.jeton_demande = False

    def changer(self, identifiant: str) -> None:
        self.identifiant = identifiant
        cle = current_app.config["SECRET_KEY"]
        jeton = hmac.new(cle, f"formulaire:{identifiant}".encode(), hashlib.sha256).hexdigest()
        dict.__setitem__(self, "csrf_token", jeton)

    def __contains__(self, cle: object) -> bool:
        # Flask-WTF demande s'il y a un jeton juste avant de l'écrire dans un formulaire : le cookie devient utile.
        # (`accessed`, de Flask, devient vrai dès que Flask-Login regarde qui est connecté : il ne dit rien.)
        if cle == "csrf_token":
            self.jeton_demande = True
        return super().__contains__(cle)


class Sessions(SessionInterface):
    def open_session(self, app: Flask, request: Request) -> SessionPortail:
        identifiant = request.cookies.get(app.extensions["portail"].cookie_session, "")
        if FORME.fullmatch(identifiant):
            return SessionPortail(identifiant, nouvelle=False)
        return SessionPortail(secrets.token_urlsafe(32), nouvelle=True)

    def save_session(self, app: Flask, session: SessionPortail, response: Response) -> None:  # type: ignore[override]
        if not (session.a_poser or (session.new and session.jeton_demande)):
            return
        config = app.extensions["portail"]
        response.set_cookie(
            config.cookie_session, session.identifiant, secure=config.https, httponly=True, samesite="Lax", path="/"
        )


@dataclass(frozen=True)
class Appareil:
    """Une session, telle qu'on la montre à la personne."""

    id: int
    nom: str
    ouverte_le: datetime
    vue_le: datetime
    partagee: bool
    courante: bool


def installer(app: Flask) -> None:
    app.session_interface = Sessions()
    gestionnaire = LoginManager(app)
    gestionnaire.session_protection = None  # liée à l'adresse de la machine, elle déconnecterait tout mobile
    gestionnaire.request_loader(lambda _requete: compte_connecte())
    app.extensions["sessions"] = [SessionOuverte]  # les tables que ce cookie ouvre ; l'espace des agents a la sienne


def en_cours() -> SessionPortail:
    """La `session` de Flask, qui est toujours la nôtre."""
    return cast(SessionPortail, session)


def empreinte_courante() -> str:
    return hashlib.sha256(en_cours().identifiant.encode()).hexdigest()


def ouvrir(base: Session, compte: Compte, *, partagee: bool) -> None:
    """Connecte `compte` sur cet appareil, sous un identifiant neuf. L'appelant valide la transaction."""
    fermer(base)
    en_cours().changer(secrets.token_urlsafe(32))
    en_cours().a_poser = True
    instant = maintenant()
    ligne = SessionOuverte(
        empreinte=empreinte_courante(),
        compte_id=compte.id,
        ouverte_le=instant,
        vue_le=instant,
        partagee=partagee,
        appareil=nom_d_appareil(request.user_agent.string),
        reseau=empreintes_du_reseau()[0],
    )
    base.add(ligne)
    base.execute(sa.update(Compte).where(Compte.id == compte.id).values(vu_le=instant))
    g.session_ouverte = ligne
    g._login_user = compte


def fermer(base: Session) -> None:
    """Ferme la session de cet appareil, s'il y en a une : celle d'une personne ou celle d'un agent."""
    for table in current_app.extensions["sessions"]:
        base.execute(
            sa.update(table)
            .where(table.empreinte == empreinte_courante(), table.fermee_le.is_(None))
            .values(fermee_le=maintenant())
        )


def est_fermee(base: Session) -> bool:
    """La session de cet appareil vient-elle d'être fermée ? À relire sous le verrou du compte, avant un geste grave."""
    ouverte = sa.select(SessionOuverte.id).where(
        SessionOuverte.empreinte == empreinte_courante(), SessionOuverte.fermee_le.is_(None)
    )
    return base.scalar(ouverte) is None


def fermer_toutes(base: Session, compte_id: int, *, sauf_courante: bool = False) -> None:
    """Ferme les sessions d'un compte (changement de mot de passe, « me déconnecter partout »)."""
    requete = sa.update(SessionOuverte).where(SessionOuverte.compte_id == compte_id, SessionOuverte.fermee_le.is_(None))
    if sauf_courante:
        requete = requete.where(SessionOuverte.empreinte != empreinte_courante())
    base.execute(requete.values(fermee_le=maintenant()))


def fermer_une(base: Session, compte_id: int, session_id: int) -> None:
    base.execute(
        sa.update(SessionOuverte)
        .where(SessionOuverte.id == session_id, SessionOuverte.compte_id == compte_id)
        .values(fermee_le=maintenant())
    )


def appareils(base: Session, compte_id: int) -> list[Appareil]:
    """Les sessions encore valables d'un compte, la plus récente d'abord."""
    lignes = base.scalars(
        sa.select(SessionOuverte)
        .where(SessionOuverte.compte_id == compte_id, SessionOuverte.fermee_le.is_(None))
        .order_by(SessionOuverte.vue_le.desc(), SessionOuverte.id)
    )
    courante = empreinte_courante()
    instant = maintenant()
    return [
        Appareil(s.id, s.appareil, s.ouverte_le, s.vue_le, s.partagee, s.empreinte == courante)
        for s in lignes
        if est_valable(s, instant)
    ]


def reseau_connu(base: Session, compte_id: int) -> bool:
    """La personne s'est-elle déjà connectée depuis ce réseau ? Si oui, le frein d'un tiers ne la retient pas."""
    depuis = maintenant() - MEMOIRE_DES_RESEAUX
    return bool(
        base.scalar(
            sa.select(
                sa.exists().where(
                    SessionOuverte.compte_id == compte_id,
                    SessionOuverte.reseau.in_(empreintes_du_reseau()),
                    SessionOuverte.ouverte_le > depuis,
                )
            )
        )
    )


def empreintes_du_reseau() -> list[str]:
    """Celle d'aujourd'hui d'abord, puis celles qu'une clé d'avant avait données."""
    return coffre().empreintes(freins.reseau(), "reseau")


def est_valable(ligne: SessionOuverte, instant: datetime) -> bool:
    inactivite = INACTIVITE_PARTAGEE if ligne.partagee else INACTIVITE
    return ligne.fermee_le is None and instant - ligne.vue_le < inactivite and instant - ligne.ouverte_le < DUREE_TOTALE


def compte_connecte() -> Compte | None:
    """Le compte de la requête. Pendant un POST, lu à part, en lecture : aucun verrou pendant la suite."""
    if session.new:
        return None
    if est_lecture():
        ligne = session_et_compte(db.session, empreinte_courante())
    else:
        with lecture() as base:
            ligne = session_et_compte(base, empreinte_courante())
    if ligne is None:
        return None
    g.session_morte = None
    instant = maintenant()
    if not est_valable(ligne, instant):
        g.session_morte = ligne
        return None
    if instant - ligne.vue_le > PAS_ACTIVITE and not est_un_sondage():
        dater(SessionOuverte, ligne.id, instant)
    g.session_ouverte = ligne
    return ligne.compte


def dater(table: type[Any], session_id: int, instant: datetime) -> None:
    """Note la dernière activité d'une session (ligne de `table`), dans une transaction à part."""
    requete = (
        sa.update(table)
        # Si la session vient d'être révoquée ailleurs, la révocation l'emporte.
        .where(table.id == session_id, table.fermee_le.is_(None))
        .values(vue_le=instant)
    )
    try:
        with ecriture() as base:
            base.execute(requete)
    except OperationalError as erreur:
        # Disque plein, verrou trop long : la page demandée se lit quand même.
        current_app.logger.warning("dernière activité non datée : %s", type(erreur.orig).__name__)


def purger(base: Session, instant: datetime) -> None:
    """Oublie les sessions finies depuis plus de 90 jours (la mémoire des réseaux)."""
    base.execute(sa.delete(SessionOuverte).where(SessionOuverte.vue_le < instant - MEMOIRE_DES_RESEAUX))
