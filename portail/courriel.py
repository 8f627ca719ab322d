"""Courriels : une boîte d'envoi écrite dans la même transaction que l'acte, vidée ensuite.

Un serveur de courriel en panne ne perd ni l'acte ni le message. Chaque message a une clé : le
mettre deux fois en boîte n'en envoie qu'un. Le corps, chiffré, est effacé une fois envoyé.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path
from urllib.parse import unquote, urlsplit

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Mapped, Session, mapped_column

from portail.chiffrement import TexteChiffre
from portail.config import Config
from portail.db import Base
from portail.horloge import maintenant

PREMIERE_ATTENTE = timedelta(minutes=1)
ATTENTE_MAXIMALE = timedelta(hours=6)


class Envoi(Base):
    """Un message à envoyer, ou envoyé."""

    __tablename__ = "envoi"
    id: Mapped[int] = mapped_column(primary_key=True)
    cle: Mapped[str] = mapped_column(sa.String(120), unique=True)
    destinataire: Mapped[str] = mapped_column(TexteChiffre("envoi.destinataire"))
    sujet: Mapped[str] = mapped_column(sa.String(200))
    corps: Mapped[str | None] = mapped_column(TexteChiffre("envoi.corps"))
    jeton_id: Mapped[int | None] = mapped_column(sa.ForeignKey("jeton.id", ondelete="SET NULL"))
    cree_le: Mapped[datetime]
    essais: Mapped[int] = mapped_column(default=0)
    prochain_essai_le: Mapped[datetime | None] = mapped_column(index=True)
    envoye_le: Mapped[datetime | None]


def mettre_en_boite(
    session: Session,
    cle: str,
    destinataire: str,
    sujet: str,
    gabarit: str,
    jeton_id: int | None = None,
    **contexte: object,
) -> None:
    """Compose `templates/courriels/<gabarit>.txt` et le met en boîte, avec la transaction en cours."""
    if session.scalar(sa.select(Envoi.id).where(Envoi.cle == cle)):
        return
    instant = maintenant()
    # Hors de toute requête aussi (tâches de nuit) : le gabarit ne reçoit que ce qu'on lui passe.
    identite = current_app.extensions["portail"].identite
    corps = current_app.jinja_env.get_template(f"courriels/{gabarit}.txt").render(identite=identite, **contexte)
    session.add(
        Envoi(
            cle=cle,
            destinataire=destinataire,
            sujet=sujet,
            corps=corps.strip() + "\n",
            jeton_id=jeton_id,
            cree_le=instant,
            prochain_essai_le=instant,
        )
    )


def vider(session: Session, a_l_envoi: Callable[[Session, Envoi], None], limite: int = 50) -> int:
    """Envoie ce qui attend, un message par transaction. Rend le nombre de messages partis.

    `a_l_envoi` reçoit le message parti, dans la même transaction (la durée d'un lien court depuis l'envoi).
    """
    partis = 0
    for _ in range(limite):
        envoi = session.scalar(
            sa.select(Envoi)
            .where(Envoi.prochain_essai_le <= maintenant())
            .order_by(Envoi.prochain_essai_le, Envoi.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if envoi is None:
            break
        partis += _tenter(session, envoi, a_l_envoi)
        session.commit()
    session.commit()
    return partis


def _tenter(session: Session, envoi: Envoi, a_l_envoi: Callable[[Session, Envoi], None]) -> int:
    config: Config = current_app.extensions["portail"]
    try:
        _transporter(config, envoi)
    except (OSError, smtplib.SMTPException) as erreur:
        envoi.essais += 1
        attente = min(PREMIERE_ATTENTE * 2 ** (envoi.essais - 1), ATTENTE_MAXIMALE)
        envoi.prochain_essai_le = maintenant() + attente
        current_app.logger.warning("envoi %s reporté : %s", envoi.id, type(erreur).__name__)
        return 0
    envoi.envoye_le, envoi.prochain_essai_le, envoi.corps = maintenant(), None, None
    a_l_envoi(session, envoi)
    return 1


def _message(config: Config, envoi: Envoi) -> EmailMessage:
    message = EmailMessage()
    message["From"] = config.courriel_expediteur
    message["To"] = envoi.destinataire
    message["Subject"] = envoi.sujet
    message["Date"] = format_datetime(envoi.cree_le)
    # Le même identifiant à chaque essai : un serveur qui a déjà pris le message le reconnaît.
    message["Message-ID"] = f"<envoi-{envoi.id}@{config.hote.split(':')[0]}>" if envoi.id else make_msgid()
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(envoi.corps or "")
    return message


def _transporter(config: Config, envoi: Envoi) -> None:
    message = _message(config, envoi)
    if config.courriel_serveur == "dossier":
        _deposer(config.dossier / "courriels", envoi, message)
        return
    serveur = urlsplit(config.courriel_serveur)
    port = serveur.port or 587
    with smtplib.SMTP(serveur.hostname or "", port, timeout=30) as smtp:
        if serveur.scheme != "smtp+clair":
            smtp.starttls(context=ssl.create_default_context())
        if serveur.username:
            smtp.login(unquote(serveur.username), unquote(serveur.password or ""))
        smtp.send_message(message)


def _deposer(dossier: Path, envoi: Envoi, message: EmailMessage) -> None:
    """Mode local : un `.eml` par message, et ses liens sur la console pour qui essaie le portail."""
    dossier.mkdir(parents=True, exist_ok=True)
    chemin = dossier / f"{envoi.cree_le:%Y%m%d-%H%M%S}-{envoi.id}.eml"
    chemin.write_bytes(bytes(message))
    print(f"courriel « {envoi.sujet} » → {chemin}", flush=True)
    for ligne in (envoi.corps or "").splitlines():
        if ligne.strip().startswith(config_url()):
            print(f"  {ligne.strip()}", flush=True)


def config_url() -> str:
    """L'adresse publique du site : tout lien d'un courriel en part, jamais de l'en-tête Host."""
    return current_app.extensions["portail"].url
