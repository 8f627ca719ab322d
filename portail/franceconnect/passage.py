"""Suivre un aller-retour : commencé dans un navigateur, il ne finit que là, une seule fois, et dans le délai."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portail.compte.sessions import empreinte_courante, en_cours
from portail.franceconnect import identite
from portail.franceconnect.arret import Arret
from portail.franceconnect.modeles import PassageFranceConnect, UsagePassage
from portail.franceconnect.protocole import Retour, Secrets
from portail.horloge import maintenant

ALLER = timedelta(minutes=30)  # la session chez FranceConnect ne dure pas plus
ATTENTE = timedelta(minutes=30)  # une identité prouvée, sans compte encore
MEMOIRE = timedelta(hours=20)  # autant que la plus longue des sessions, que son jeton servira à fermer


def commencer(
    base: Session, prives: Secrets, usage: UsagePassage, *, suite: str, partage: bool, compte_id: int | None = None
) -> None:
    """Retient l'aller. Le cookie de ce navigateur sera demandé au retour."""
    en_cours().a_poser = True
    base.add(
        PassageFranceConnect(
            etat=_empreinte(prives.etat),
            navigateur=empreinte_courante(),
            usage=usage,
            compte_id=compte_id,
            prives=json.dumps(asdict(prives)),
            suite=suite,
            partage=partage,
            commence_le=maintenant(),
        )
    )


def revenir(base: Session, etat: str) -> tuple[PassageFranceConnect, Secrets]:
    """L'aller de ce retour, consommé. Lève `Arret` : inconnu, d'un autre navigateur, déjà revenu, trop ancien."""
    trouve = base.scalar(
        sa.select(PassageFranceConnect).where(PassageFranceConnect.etat == _empreinte(etat)).with_for_update()
    )
    if trouve is None or en_cours().new:
        raise Arret("navigateur")
    if trouve.revenu_le is not None:
        raise Arret("rejoue")
    if trouve.navigateur != empreinte_courante():
        raise Arret("navigateur")
    if maintenant() - trouve.commence_le > ALLER or trouve.prives is None:
        raise Arret("perime")
    prives = Secrets(**json.loads(trouve.prives))
    trouve.revenu_le, trouve.prives = maintenant(), None
    return trouve, prives


def noter_l_identite(base: Session, passage_id: int, retour: Retour, prouvee: identite.Identite) -> None:
    """L'identité attend que la personne dise quel compte va avec."""
    passage = base.get_one(PassageFranceConnect, passage_id)
    passage.identite, passage.jeton = prouvee.ecrire(), retour.jeton


def du_numero(base: Session, passage_id: int) -> PassageFranceConnect:
    return base.get_one(PassageFranceConnect, passage_id)


def en_attente(base: Session) -> tuple[PassageFranceConnect, identite.Identite] | None:
    """L'identité que ce navigateur vient de prouver et qui n'a pas encore de compte."""
    trouve = base.scalar(
        sa.select(PassageFranceConnect)
        .where(
            PassageFranceConnect.navigateur == empreinte_courante(),
            PassageFranceConnect.identite.is_not(None),
            PassageFranceConnect.revenu_le > maintenant() - ATTENTE,
        )
        .order_by(PassageFranceConnect.revenu_le.desc(), PassageFranceConnect.id.desc())
        .limit(1)
    )
    return (trouve, identite.lire(trouve.identite)) if trouve is not None and trouve.identite else None


def suivre(base: Session, avant: str, suite: str) -> bool:
    """Après une connexion, le cookie a changé : l'identité en attente suit la personne. Faux s'il n'y en a pas."""
    passages = base.scalars(
        sa.select(PassageFranceConnect).where(
            PassageFranceConnect.navigateur == avant,
            PassageFranceConnect.identite.is_not(None),
            PassageFranceConnect.revenu_le > maintenant() - ATTENTE,
        )
    ).all()
    for passage in passages:
        passage.navigateur, passage.suite = empreinte_courante(), suite
    return bool(passages)


def finir(passage: PassageFranceConnect) -> None:
    """L'identité a trouvé son compte ; il ne reste que de quoi fermer la session chez le fournisseur."""
    passage.identite, passage.navigateur = None, empreinte_courante()


def jeton_de_fin(base: Session) -> str:
    """Le jeton de la session ouverte par FranceConnect dans ce navigateur, oublié aussitôt ; "" s'il n'y en a pas."""
    passages = base.scalars(
        sa.select(PassageFranceConnect)
        .where(PassageFranceConnect.navigateur == empreinte_courante(), PassageFranceConnect.jeton.is_not(None))
        .order_by(PassageFranceConnect.id)
    ).all()
    jetons = [passage.jeton or "" for passage in passages]
    for passage in passages:
        passage.jeton = passage.identite = None
    return jetons[-1] if jetons else ""


def purger(base: Session, instant: datetime) -> None:
    base.execute(sa.delete(PassageFranceConnect).where(PassageFranceConnect.commence_le < instant - MEMOIRE))
    base.execute(
        sa.update(PassageFranceConnect)
        .where(PassageFranceConnect.commence_le < instant - ALLER - ATTENTE, PassageFranceConnect.identite.is_not(None))
        .values(identite=None)
    )


def _empreinte(etat: str) -> str:
    return hashlib.sha256(etat.encode()).hexdigest()
