"""Entrer, une fois prouvé qui l'on est : l'appareil connu ou non, la session, puis là où l'on allait."""

from __future__ import annotations

import sqlalchemy as sa
from flask import current_app, request, url_for
from sqlalchemy.orm import Session

from portail.compte import acces, reprise, sessions
from portail.compte.appareil import nom_d_appareil
from portail.compte.modeles import Compte, SessionOuverte
from portail.franceconnect import passage
from portail.horloge import maintenant

LONGUEUR_SUITE = 500


def appareil_connu(base: Session, compte: Compte) -> bool:
    """Ce compte est-il déjà entré d'ici : par ce navigateur, ou par un pareil du même réseau, depuis 90 jours ?

    Un ordinateur partagé n'est l'appareil de personne. Un compte tout neuf, jamais ouvert, n'a rien à protéger encore.
    """
    if current_app.extensions["portail"].demonstration:
        return True  # des personnes fictives, dont personne ne lit la boîte
    depuis = maintenant() - sessions.MEMOIRE_DES_RESEAUX
    du_compte = sa.select(SessionOuverte.id).where(SessionOuverte.compte_id == compte.id)
    if base.scalar(du_compte.limit(1)) is None:
        return compte.courriel_confirme_le is not None and compte.courriel_confirme_le > depuis
    pareil = sa.and_(
        SessionOuverte.reseau.in_(sessions.empreintes_du_reseau()),
        SessionOuverte.appareil == nom_d_appareil(request.user_agent.string),
    )
    connu = du_compte.where(
        SessionOuverte.ouverte_le > depuis,
        SessionOuverte.partagee.is_(False),
        sa.or_(SessionOuverte.empreinte == sessions.empreinte_courante(), pareil),
    )
    return base.scalar(connu.limit(1)) is not None


def encore_ouvert(base: Session, reconnu: Compte) -> Compte | None:
    """Le compte que son mot de passe vient d'ouvrir, sous son verrou.

    None s'il a été supprimé, ou son mot de passe changé ou effacé (« Ce n'est pas moi »), pendant la vérification.
    """
    compte = acces.verrouiller(base, reconnu.id)
    if compte is None or compte.mot_de_passe is None:
        return None
    return compte if compte.mot_de_passe_change_le == reconnu.mot_de_passe_change_le else None


def entrer(base: Session, compte: Compte, *, partagee: bool, suite: str) -> str:
    """Ouvre la session et rend l'adresse où aller. L'appelant valide la transaction, `compte` verrouillé."""
    attente = reprise.empreinte_avant_connexion()
    sessions.ouvrir(base, compte, partagee=partagee)
    suite = reprise.reprendre(base, attente, compte.id) or suite or url_for("demande.tableau")
    if passage.suivre(base, attente, suite):  # elle vient de prouver son identité : est-ce pour ce compte ?
        return url_for("franceconnect.relier")
    return suite


def adresse_interne(suite: str) -> str:
    """L'adresse si elle est de ce site, sinon une chaîne vide (redirection ouverte)."""
    interne = suite.startswith("/") and not suite.startswith(("//", "/\\")) and "\\" not in suite
    return suite if interne and suite.isprintable() and len(suite) < LONGUEUR_SUITE else ""
