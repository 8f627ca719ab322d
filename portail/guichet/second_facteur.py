"""Le second facteur : un code à six chiffres qui change toutes les trente secondes, ou un code de secours.

TOTP (RFC 6238). Un code ne sert qu'une fois : le pas de temps employé est gardé, et seul un pas plus récent passe.
Les codes de secours sont gardés par leur empreinte à clé : la base seule ne permet pas de les retrouver.
"""

from __future__ import annotations

import hmac
import io
import re
import secrets
from datetime import datetime
from typing import Any, cast

import pyotp
import segno
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portail.chiffrement import coffre
from portail.guichet.modeles import Agent, CodeSecours

PAS = 30  # secondes
TOLERANCE = 1  # pas d'avance ou de retard : l'horloge d'un téléphone n'est pas toujours à l'heure
NOMBRE_DE_SECOURS = 10
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # sans 0, 1, i, l, o : recopiés d'un papier
LONGUEUR_SECOURS = 10  # 31^10, environ 49 bits


def nouveau_secret() -> str:
    """160 bits au hasard, en base 32."""
    return pyotp.random_base32()


def cle_lisible(secret: str) -> str:
    """La clé par groupes de quatre, pour qui ne peut pas viser le code QR."""
    return " ".join(re.findall(".{1,4}", secret))


def code_qr(agent: Agent, emetteur: str) -> bytes:
    """L'image SVG que l'application d'authentification photographie."""
    adresse = pyotp.TOTP(agent.secret_totp or "").provisioning_uri(name=agent.courriel, issuer_name=emetteur)
    sortie = io.BytesIO()
    segno.make(adresse, error="m", micro=False).save(sortie, kind="svg", scale=4, border=4, light="#fff")
    return sortie.getvalue()


def pas_du_code(secret: str, code: str, instant: datetime) -> int | None:
    """Le pas de temps auquel ce code correspond, ou None."""
    chiffres = re.sub(r"\s", "", code)
    if not re.fullmatch(r"[0-9]{6}", chiffres):
        return None
    totp, present = pyotp.TOTP(secret), int(instant.timestamp()) // PAS
    # Les trois pas sont toujours calculés : la durée ne dit pas lequel était proche.
    justes = [
        pas
        for pas in range(present - TOLERANCE, present + TOLERANCE + 1)
        if hmac.compare_digest(totp.generate_otp(pas), chiffres)
    ]
    return justes[-1] if justes else None


def consommer_code(session: Session, agent: Agent, code: str, instant: datetime) -> bool:
    """Vrai si le code est bon et n'a pas servi. Deux envois simultanés du même code : un seul passe."""
    pas = pas_du_code(agent.secret_totp, code, instant) if agent.secret_totp else None
    if pas is None:
        return False
    neuf = sa.or_(Agent.dernier_pas_totp.is_(None), Agent.dernier_pas_totp < pas)
    requete = sa.update(Agent).where(Agent.id == agent.id, neuf).values(dernier_pas_totp=pas)
    return _a_pris(session, requete)


def consommer_secours(session: Session, agent: Agent, saisie: str, instant: datetime) -> bool:
    """Vrai si ce code de secours est à l'agent et n'a pas servi."""
    requete = (
        sa.update(CodeSecours)
        .where(
            CodeSecours.agent_id == agent.id,
            CodeSecours.empreinte.in_(_empreintes(saisie)),
            CodeSecours.utilise_le.is_(None),
        )
        .values(utilise_le=instant)
    )
    return _a_pris(session, requete)


def renouveler_les_secours(session: Session, agent: Agent) -> list[str]:
    """Dix codes neufs, à montrer une fois ; les anciens ne valent plus rien."""
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(LONGUEUR_SECOURS)) for _ in range(NOMBRE_DE_SECOURS)]
    session.execute(sa.delete(CodeSecours).where(CodeSecours.agent_id == agent.id))
    session.add_all(CodeSecours(agent_id=agent.id, empreinte=_empreintes(code)[0]) for code in codes)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def secours_restants(session: Session, agent: Agent) -> int:
    restants = sa.select(sa.func.count()).where(CodeSecours.agent_id == agent.id, CodeSecours.utilise_le.is_(None))
    return session.scalar(restants) or 0


def _a_pris(session: Session, requete: sa.Update) -> bool:
    resultat = session.execute(requete.execution_options(synchronize_session=False))
    return cast(sa.CursorResult[Any], resultat).rowcount == 1


def _empreintes(code: str) -> list[str]:
    """Celle d'aujourd'hui d'abord."""
    return coffre().empreintes(re.sub(r"[\s\-]", "", code).lower(), "agent.code_secours")
