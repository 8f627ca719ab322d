"""Freins : un seau qui fuit par clé, en base, donc commun à tous les processus.

Un frein ralentit, il ne verrouille pas : le niveau baisse avec le temps, l'attente annoncée finit
toujours. Les clés sont des empreintes : ni adresse de machine ni courriel en clair dans la table.
Leur table perdue, les essais se comptent en mémoire, par processus : la connexion reste limitée, et personne
n'est enfermé dehors.
"""

from __future__ import annotations

import ipaddress
import math
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import Response, current_app, request
from sqlalchemy.orm import Mapped, Session, mapped_column

from portail import pannes
from portail.chiffrement import EmpreinteACle, coffre
from portail.db import Base, ecriture, insertion
from portail.horloge import maintenant
from portail.seaux import Seaux


class Frein(Base):
    """Le niveau d'un seau et l'instant où il a été mesuré."""

    __tablename__ = "frein"
    cle: Mapped[str] = mapped_column(EmpreinteACle(perte="essais comptés depuis un jour"), primary_key=True)
    niveau: Mapped[float]
    mesure_le: Mapped[datetime]


@dataclass(frozen=True)
class Regle:
    """`capacite` essais de suite, puis un essai de plus toutes les `secondes`."""

    nom: str
    capacite: int
    secondes: int


MEMOIRE = timedelta(days=1)  # plus long que le plus lent des seaux
CONNEXION_PAR_RESEAU = Regle("connexion-reseau", 20, 30)
CONNEXION_PAR_COMPTE = Regle("connexion-compte", 10, 60)
CONNEXION_DE_CHEZ_SOI = Regle("connexion-chez-soi", 10, 30)  # un compte, depuis un réseau où il s'est déjà connecté
INSCRIPTION_PAR_RESEAU = Regle("inscription-reseau", 20, 180)
OUBLI_PAR_RESEAU = Regle("oubli-reseau", 20, 180)
# Un seau par sorte de message : des inscriptions répétées ne doivent pas priver d'un lien de mot de passe.
INSCRIPTION_PAR_ADRESSE = Regle("inscription-adresse", 3, 3600)
OUBLI_PAR_ADRESSE = Regle("oubli-adresse", 3, 3600)
CHANGEMENT_PAR_COMPTE = Regle("changement-compte", 10, 60)
CODE_PAR_COMPTE = Regle("code-compte", 10, 300)  # courriels de code
ADRESSE_PAR_COMPTE = Regle("adresse-compte", 3, 3600)  # changements d'adresse demandés
FRANCECONNECT_PAR_RESEAU = Regle("franceconnect-reseau", 60, 10)  # un guichet entier sort par la même adresse
CLE_PAR_RESEAU = Regle("cle-reseau", 60, 10)  # défis de clés d'accès
SAISIE_PAR_RESEAU = Regle("saisie-reseau", 60, 10)
TELEVERSEMENT_PAR_COMPTE = Regle("televersement-compte", 60, 10)
QUESTION_PAR_COMPTE = Regle("question-compte", 20, 15)
MAIL_PAR_RESEAU = Regle("mail-reseau", 20, 180)  # une médiathèque, un foyer : plusieurs personnes, un réseau
MAIL_PAR_ADRESSE = Regle("mail-adresse", 5, 600)
RECHERCHE_PAR_AGENT = Regle("recherche-agent", 60, 10)


class TropDEssais(Exception):
    """À rendre en 429 : `attente` est le nombre de secondes avant le prochain essai permis. `str()` se montre."""

    def __init__(self, attente: int) -> None:
        self.attente = attente
        super().__init__(
            f"Par sécurité, attendez {duree_en_mots(attente)} avant de recommencer. Votre compte n’est pas bloqué."
        )

    def annoncer(self, reponse: Response) -> Response:
        """La page, avec le moment où recommencer dit aussi aux machines."""
        reponse.status_code = 429
        reponse.headers["Retry-After"] = str(self.attente)
        return reponse


def duree_en_mots(secondes: int) -> str:
    """« 40 secondes », « 3 minutes » : arrondi vers le haut, revenir à l'heure dite doit suffire."""
    if secondes < 90:
        return f"{max(1, secondes)}\u00a0seconde{'s' if secondes > 1 else ''}"
    return f"{math.ceil(secondes / 60)}\u00a0minutes"


def reseau() -> str:
    """Le réseau de qui appelle : /24 en IPv4, /56 en IPv6 (une famille, une médiathèque)."""
    try:
        adresse = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return "inconnu"
    if adresse.version == 6 and adresse.ipv4_mapped:
        adresse = adresse.ipv4_mapped  # « ::ffff:203.0.113.7 » : tout IPv4 serait sinon un seul réseau
    return str(ipaddress.ip_network(f"{adresse}/{24 if adresse.version == 4 else 56}", strict=False))


def essayer(regle: Regle, valeur: str) -> None:
    """Compte un essai, dans sa propre transaction. Lève `TropDEssais` si le seau déborde."""
    try:
        with ecriture() as session:
            attente = _verser(session, regle, valeur, maintenant())
    except sa.exc.DBAPIError as panne:
        attente = _verser_en_memoire(regle, valeur, panne)
    if attente:
        raise TropDEssais(attente)


def permis_ici(session: Session, regle: Regle, valeur: str) -> bool:
    """Comme `essayer`, mais dans la transaction de l'appelant, et répond par oui ou non."""
    try:
        with session.begin_nested():  # la panne des freins n'emporte pas ce que l'appelant a déjà écrit
            return not _verser(session, regle, valeur, maintenant())
    except sa.exc.DBAPIError as panne:
        return not _verser_en_memoire(regle, valeur, panne)


def relacher(session: Session, regle: Regle, valeur: str) -> None:
    """Vide le seau : la personne a prouvé qui elle est."""
    _sans_gener(session, sa.delete(Frein).where(Frein.cle == _cle(regle, valeur)))
    _secours().vider(_cle(regle, valeur))


def rendre(session: Session, regle: Regle, valeur: str) -> None:
    """Reprend un essai compté : il a réussi. Seuls les échecs remplissent le seau d'un réseau partagé."""
    ordre = sa.update(Frein).where(Frein.cle == _cle(regle, valeur))
    _sans_gener(session, ordre.values(niveau=sa.case((Frein.niveau > 1, Frein.niveau - 1), else_=0.0)))


def _sans_gener(session: Session, ordre: sa.Delete | sa.Update) -> None:
    """Qui a prouvé qui il est entre, même si les freins ne peuvent pas le noter."""
    try:
        with session.begin_nested():
            session.execute(ordre)
    except sa.exc.DBAPIError as panne:
        _dire(panne)


def _verser_en_memoire(regle: Regle, valeur: str, panne: sa.exc.DBAPIError) -> int:
    _dire(panne)
    return _secours().verser(_cle(regle, valeur), regle.capacite, 1 / regle.secondes, maintenant().timestamp())


def _dire(panne: sa.exc.DBAPIError) -> None:
    current_app.logger.error("freins en mémoire, leur table ne répond pas : %s", pannes.pour_le_journal(panne))


def _secours() -> Seaux:
    return current_app.extensions.setdefault("freins_de_secours", Seaux())


def _cle(regle: Regle, valeur: str) -> str:
    return coffre().empreinte(valeur, f"frein.{regle.nom}")


def _verser(session: Session, regle: Regle, valeur: str, instant: datetime) -> int:
    """Ajoute un essai. Rend 0 s'il est permis, sinon l'attente en secondes (et ne compte pas l'essai)."""
    cle = _cle(regle, valeur)
    # La ligne existe et elle est à nous : des essais simultanés passent l'un après l'autre dès le premier, et qui
    # réussit à côté (`relacher`) ne l'efface pas entre les deux ordres.
    inserer = insertion(session, Frein).values(cle=cle, niveau=0.0, mesure_le=instant)
    session.execute(inserer.on_conflict_do_update(index_elements=["cle"], set_={"niveau": Frein.niveau}))
    frein = session.get_one(Frein, cle, with_for_update=True)
    ecoule = (instant - frein.mesure_le).total_seconds()
    if ecoule < 0:  # l'horloge a reculé : repartir de l'heure qu'il est, plutôt que d'attendre qu'elle nous rattrape
        frein.mesure_le, ecoule = instant, 0.0
    niveau = max(0.0, frein.niveau - ecoule / regle.secondes)
    # Un milliardième d'essai : ce que la division laisse parfois de trop à l'heure dite.
    exces = niveau + 1 - regle.capacite - 1e-9
    if exces > 0:
        return max(1, math.ceil(exces * regle.secondes))
    frein.niveau, frein.mesure_le = niveau + 1, instant
    session.flush()
    return 0


def purger(session: Session, instant: datetime) -> None:
    """Oublie les freins dont le seau est vide depuis longtemps."""
    session.execute(sa.delete(Frein).where(Frein.mesure_le < instant - MEMOIRE))
