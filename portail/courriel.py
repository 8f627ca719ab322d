"""Courriels : une boîte d'envoi écrite dans la même transaction que l'acte, vidée ensuite.

Un serveur de courriel en panne ne perd ni l'acte ni le message. Chaque message a une clé : le
mettre deux fois en boîte n'en envoie qu'un. Le corps, chiffré, est effacé une fois envoyé, comme l'adresse où répondre.
"""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Mapped, Session, mapped_column

from portail.chiffrement import DechiffrementImpossible, TexteChiffre, coffre
from portail.config import Config
from portail.db import Base, ecriture, lecture
from portail.facteur import Facteur
from portail.horloge import maintenant

PREMIERE_ATTENTE = timedelta(minutes=1)
ATTENTE_MAXIMALE = timedelta(hours=6)
ABANDON = timedelta(days=7)
RESERVE = timedelta(minutes=10)  # plus long que le plus lent des envois : un passage tué ne retient pas son message
MEMOIRE = timedelta(days=90)
# Qui copie le site ne peut pas signer de notre adresse : elle se lit à la fin de chaque message, sans lien.
SEULE_ADRESSE = "Notre seule adresse\u00a0: {hote}. Aucun de nos messages ne demande votre mot de passe."
DELAI_SMTP = 30.0  # secondes, pour chaque réponse du serveur


class Envoi(Base):
    """Un message à envoyer, ou envoyé."""

    __tablename__ = "envoi"
    id: Mapped[int] = mapped_column(primary_key=True)
    cle: Mapped[str] = mapped_column(sa.String(120), unique=True)
    destinataire: Mapped[str] = mapped_column(TexteChiffre("envoi.destinataire"))
    sujet: Mapped[str] = mapped_column(sa.String(200))
    corps: Mapped[str | None] = mapped_column(TexteChiffre("envoi.corps"))
    repondre_a: Mapped[str | None] = mapped_column(TexteChiffre("envoi.repondre_a"))
    jeton_id: Mapped[int | None] = mapped_column(sa.ForeignKey("jeton.id", ondelete="SET NULL"), index=True)
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
    repondre_a: str | None = None,
    **contexte: object,
) -> None:
    """Compose `templates/courriels/<gabarit>.txt` et le met en boîte, avec la transaction en cours.

    `cle` : ce fait, et lui seul. Le numéro d'une ligne qui s'efface n'y suffit pas : SQLite le redonne à une autre.
    `repondre_a` : l'adresse où va la réponse, si ce n'est pas celle de l'expéditeur.
    """
    if session.scalar(sa.select(Envoi.id).where(Envoi.cle == cle)):
        return
    instant = maintenant()
    session.add(
        Envoi(
            cle=cle,
            destinataire=destinataire,
            sujet=sujet,
            corps=composer(gabarit, **contexte),
            repondre_a=repondre_a,
            jeton_id=jeton_id,
            cree_le=instant,
            prochain_essai_le=instant,
        )
    )


def mettre_en_boite_par_lot(
    session: Session, messages: Sequence[tuple[str, str, str]], sujet: str, instant: datetime
) -> None:
    """Beaucoup de messages d'un coup : (clé, destinataire, corps composé). Une clé déjà prise lève `IntegrityError`."""
    valeurs = {"sujet": sujet, "essais": 0, "cree_le": instant, "prochain_essai_le": instant}
    lignes = [{"cle": cle, "destinataire": a_qui, "corps": corps, **valeurs} for cle, a_qui, corps in messages]
    if lignes:
        session.execute(sa.insert(Envoi), lignes)


def composer(gabarit: str, **contexte: object) -> str:
    """Le corps d'un message. Hors de toute requête aussi : le gabarit ne reçoit que ce qu'on lui passe."""
    config = current_app.extensions["portail"]
    corps = current_app.jinja_env.get_template(f"courriels/{gabarit}.txt").render(identite=config.identite, **contexte)
    return f"{corps.strip()}\n{SEULE_ADRESSE.format(hote=config.hote)}\n"


def vider(a_l_envoi: Callable[[Session, Envoi], None], secondes: float) -> int:
    """Envoie ce qui est dû, sans commencer d'envoi au-delà de `secondes`. Rend le nombre de messages partis.

    Un message se prend en trois temps : réservé en base, envoyé hors de toute transaction (un serveur muet ne doit
    tenir aucun verrou), puis noté. `a_l_envoi` reçoit le message parti, dans la transaction qui le note. Tout le lot
    passe par une seule connexion au serveur de courriel.
    """
    config: Config = current_app.extensions["portail"]
    # Sans nom où se présenter, smtplib interrogerait le DNS.
    partis, fin, nom = 0, monotonic() + secondes, urlsplit(config.url).hostname
    with Facteur(config.courriel_serveur, nom, DELAI_SMTP) as facteur:
        while monotonic() < fin:
            numero = _reserver()
            if numero is None:
                break
            partis += _tenter(numero, facteur, a_l_envoi)
    return partis


def _reserver() -> int | None:
    """Le prochain message, mis hors de portée des autres passages le temps de l'envoyer."""
    du = sa.select(Envoi.id).where(Envoi.prochain_essai_le <= maintenant())
    with lecture() as session:
        if session.scalar(du.limit(1)) is None:
            return None
    with ecriture() as session:
        ordre = du.order_by(Envoi.prochain_essai_le, Envoi.id).limit(1)
        numero = session.scalar(ordre.with_for_update(skip_locked=True))
        if numero is not None:
            session.execute(
                sa.update(Envoi)
                .where(Envoi.id == numero)
                .values(essais=Envoi.essais + 1, prochain_essai_le=maintenant() + RESERVE)
            )
    return numero


def _tenter(numero: int, facteur: Facteur, a_l_envoi: Callable[[Session, Envoi], None]) -> int:
    try:
        with lecture() as session:
            envoi = session.get(Envoi, numero)
        if envoi is None:
            return 0  # retiré entre-temps : il ne disait plus vrai
        _transporter(current_app.extensions["portail"], facteur, envoi)
    except (OSError, smtplib.SMTPException, MessageError, ValueError, DechiffrementImpossible) as erreur:
        _reporter(numero, erreur)
        return 0
    with ecriture() as session:
        session.execute(
            sa.update(Envoi)
            .where(Envoi.id == numero)
            .values(envoye_le=maintenant(), prochain_essai_le=None, corps=sa.null(), repondre_a=sa.null())
        )
        a_l_envoi(session, envoi)
    return 1


def _reporter(numero: int, erreur: BaseException) -> None:
    """Fixe le prochain essai, de plus en plus tard ; au bout d'une semaine, renonce et oublie le message."""
    with ecriture() as session:
        ligne = session.execute(sa.select(Envoi.essais, Envoi.cree_le).where(Envoi.id == numero)).one_or_none()
        if ligne is None:
            return
        essais, cree_le = ligne
        notes: dict[str, object] = {
            "prochain_essai_le": maintenant() + min(PREMIERE_ATTENTE * 2 ** min(essais - 1, 16), ATTENTE_MAXIMALE)
        }
        abandon = maintenant() - cree_le > ABANDON
        if abandon:
            notes = {"prochain_essai_le": None, "corps": sa.null(), "repondre_a": sa.null()}
        session.execute(sa.update(Envoi).where(Envoi.id == numero).values(**notes))
    # Le nom de l'erreur seulement : le texte d'un refus SMTP contient l'adresse du destinataire.
    current_app.logger.warning("envoi %s %s : %s", numero, "abandonné" if abandon else "reporté", type(erreur).__name__)


def purger(session: Session, instant: datetime) -> None:
    """Oublie les messages partis ou abandonnés depuis longtemps."""
    depuis = sa.func.coalesce(Envoi.envoye_le, Envoi.cree_le)  # un long arrêt : parti bien après avoir été écrit
    session.execute(sa.delete(Envoi).where(Envoi.prochain_essai_le.is_(None), depuis < instant - MEMOIRE))


def _message(config: Config, envoi: Envoi) -> EmailMessage:
    message = EmailMessage()
    message["From"] = config.courriel_expediteur
    message["To"] = envoi.destinataire
    if envoi.repondre_a:
        message["Reply-To"] = envoi.repondre_a
    message["Subject"] = envoi.sujet
    message["Date"] = format_datetime(envoi.cree_le)
    # Le même identifiant à chaque essai : un serveur qui a déjà pris le message le reconnaît. Tiré de la clé et non du
    # numéro, qui recommence après la restauration d'une sauvegarde.
    identifiant = coffre().empreinte(envoi.cle, "message-id")[:32]
    message["Message-ID"] = f"<{identifiant}@{urlsplit(config.url).hostname}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(envoi.corps or "")
    return message


def _transporter(config: Config, facteur: Facteur, envoi: Envoi) -> None:
    message = _message(config, envoi)
    if config.courriel_serveur == "dossier":
        _deposer(config.dossier / "courriels", envoi, message)
    else:
        facteur.porter(message)


def _deposer(dossier: Path, envoi: Envoi, message: EmailMessage) -> None:
    """Mode local : un `.eml` par message, et ses liens sur la console pour qui essaie le portail."""
    dossier.mkdir(mode=0o700, parents=True, exist_ok=True)
    chemin = dossier / f"{envoi.cree_le:%Y%m%d-%H%M%S}-{envoi.id}.eml"
    chemin.write_bytes(bytes(message))
    print(f"courriel « {envoi.sujet} » → {chemin}", flush=True)
    for ligne in (envoi.corps or "").splitlines():
        if ligne.strip().startswith(config_url()):
            print(f"  {ligne.strip()}", flush=True)


def config_url() -> str:
    """L'adresse publique du site : tout lien d'un courriel en part, jamais de l'en-tête Host."""
    return current_app.extensions["portail"].url
