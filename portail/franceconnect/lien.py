"""Quel compte va avec quelle identité FranceConnect : trouver, préparer, confirmer, relier, délier."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from portail import courriel
from portail.chiffrement import coffre
from portail.compte.modeles import Compte
from portail.franceconnect.arret import Arret
from portail.franceconnect.identite import Identite, concordent
from portail.franceconnect.modeles import LienFranceConnect
from portail.guichet.modeles import Agent
from portail.horloge import maintenant


class IdentiteDejaReliee(Exception):
    """Cette identité a confirmé un autre compte entre-temps."""


def compte_de(base: Session, emetteur: str, sub: str) -> Compte | None:
    """Le compte de cette identité, confirmé des deux côtés : jamais par l'adresse mail, jamais par le seul `sub`.

    Mis à l'abri sans adresse, il l'a été, et ses liens nés depuis le vol sont retirés : ceux qui restent l'ouvrent.
    """
    lien = base.scalar(
        sa.select(LienFranceConnect)
        .options(joinedload(LienFranceConnect.compte))
        .where(
            LienFranceConnect.sub_empreinte.in_(_empreintes(emetteur, sub)), LienFranceConnect.confirme_le.is_not(None)
        )
    )
    if lien is None or (lien.compte.courriel_confirme_le is None and not lien.compte.est_a_l_abri):
        return None
    return lien.compte


def du_compte(base: Session, compte_id: int) -> LienFranceConnect | None:
    return base.scalar(
        sa.select(LienFranceConnect).where(
            LienFranceConnect.compte_id == compte_id, LienFranceConnect.confirme_le.is_not(None)
        )
    )


def preparer(base: Session, compte: Compte, identite: Identite) -> LienFranceConnect:
    """Le lien d'un compte qui reste à confirmer."""
    lien = LienFranceConnect(
        compte_id=compte.id,
        emetteur=identite.emetteur,
        sub=identite.sub,
        sub_empreinte=_empreintes(identite.emetteur, identite.sub)[0],
        cree_le=maintenant(),
    )
    base.add(lien)
    return lien


def confirmer(base: Session, compte_id: int) -> None:
    """L'adresse mail est prouvée : le lien préparé avec le compte vaut. Lève `IdentiteDejaReliee`."""
    lien = base.scalar(sa.select(LienFranceConnect).where(LienFranceConnect.compte_id == compte_id))
    if lien is None:
        return
    with base.no_autoflush:
        autre = compte_de(base, lien.emetteur, lien.sub)
    if autre is not None and autre.id != compte_id:
        raise IdentiteDejaReliee  # pendant une rotation de clés, l'index seul ne verrait pas la même identité
    lien.confirme_le = maintenant()
    try:
        base.flush()  # l'index unique départage deux comptes pour une même identité
    except IntegrityError as erreur:
        base.rollback()
        raise IdentiteDejaReliee from erreur


def relier(base: Session, compte: Compte, identite: Identite) -> None:
    """Relie un compte dont la personne vient de prouver qu'il est à elle, et le lui écrit. Lève `Arret`."""
    if est_d_agent(base, compte.courriel):
        raise Arret("agent")
    autre = compte_de(base, identite.emetteur, identite.sub)
    if autre is not None and autre.id == compte.id:
        return
    if autre is not None:
        raise Arret("deja-relie")
    if du_compte(base, compte.id) is not None:
        raise Arret("autre-lien")
    if not concordent(identite, compte):
        raise Arret("discordante")
    lien = preparer(base, compte, identite)
    lien.confirme_le = maintenant()
    try:
        base.flush()
    except IntegrityError as erreur:
        base.rollback()
        raise Arret("deja-relie") from erreur
    _prevenir(base, compte, "franceconnect_relie", "FranceConnect est relié à votre compte")


def delier(base: Session, compte: Compte) -> bool:
    """Retire le lien et l'écrit à la personne. Faux s'il n'y en avait pas. L'appelant s'assure d'un autre accès."""
    lien = du_compte(base, compte.id)
    if lien is None:
        return False
    _prevenir(base, compte, "franceconnect_delie", "FranceConnect n’est plus relié à votre compte")
    base.delete(lien)
    return True


def est_d_agent(base: Session, adresse: str) -> bool:
    return bool(base.scalar(sa.select(sa.exists().where(Agent.courriel == adresse))))


def _prevenir(base: Session, compte: Compte, gabarit: str, sujet: str) -> None:
    courriel.mettre_en_boite(
        base,
        f"{gabarit}-{compte.id}-{maintenant().timestamp():.0f}",
        compte.courriel,
        sujet,
        gabarit,
        oubli=f"{courriel.config_url()}/compte/mot-de-passe-oublie",
    )


def _empreintes(emetteur: str, sub: str) -> list[str]:
    """Celle d'aujourd'hui d'abord."""
    return coffre().empreintes(f"{emetteur}\0{sub}", "franceconnect.sub")
