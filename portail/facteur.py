"""Porter un lot de courriels au serveur SMTP : une connexion pour tous, ouverte au premier, fermée à la fin.

Un message n'est jamais renvoyé de soi-même dès qu'il a pu arriver : le seul second essai est celui d'un expéditeur
refusé parce que le serveur ferme une connexion qui a déjà servi. Rien n'est alors parti.
"""

from __future__ import annotations

import smtplib
import ssl
from contextlib import ExitStack, suppress
from email.message import EmailMessage
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

FERMETURE = 421  # « je ferme la connexion » (RFC 5321, 3.8)


class Facteur:
    """`adresse` : smtp://…, ou smtp+clair:// vers un relais de la même machine. `nom` : comment se présenter."""

    def __init__(self, adresse: str, nom: str | None, delai: float) -> None:
        self._serveur, self._nom, self._delai = urlsplit(adresse), nom, delai
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, genre: type[BaseException] | None, _erreur: object, _trace: TracebackType | None) -> None:
        """Un adieu mal reçu n'est pas une panne : les messages pris le sont déjà."""
        if self._smtp is not None and genre is None:
            with suppress(OSError):  # smtplib.SMTPException en est une
                self._smtp.quit()
        self._raccrocher()

    def porter(self, message: EmailMessage) -> None:
        """Remet un message. Lève `OSError` (`smtplib.SMTPException` comprise) ou `ValueError` : il n'est pas parti, ou
        rien ne le dit."""
        a_servi = self._smtp is not None and self._repond()
        try:
            self._remettre(message)
        except smtplib.SMTPSenderRefused as refus:
            if not a_servi or refus.smtp_code != FERMETURE:
                raise
            self._remettre(message)

    def _repond(self) -> bool:
        """La connexion a pu se fermer entre deux messages : le savoir avant de rien confier."""
        assert self._smtp is not None
        with suppress(OSError):
            if self._smtp.noop()[0] == 250:
                return True
        self._raccrocher()
        return False

    def _remettre(self, message: EmailMessage) -> None:
        self._smtp = smtp = self._smtp or self._ouvrir()
        sert_encore = False
        try:
            smtp.send_message(message)
            sert_encore = True
        except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused):
            with suppress(OSError):
                smtp.rset()  # l'ordre DATA refusé laisse l'envoi ouvert : le message suivant en pâtirait
            sert_encore = smtp.sock is not None  # un refus en règle laisse la connexion au message suivant
            raise
        finally:
            if not sert_encore:
                self._raccrocher()

    def _ouvrir(self) -> smtplib.SMTP:
        hote, port = self._serveur.hostname or "", self._serveur.port or 587
        smtp = smtplib.SMTP(hote, port, local_hostname=self._nom, timeout=self._delai)
        with ExitStack() as pile:
            pile.callback(smtp.close)
            if self._serveur.scheme != "smtp+clair":
                smtp.starttls(context=ssl.create_default_context())
            if self._serveur.username:
                smtp.login(unquote(self._serveur.username), unquote(self._serveur.password or ""))
            pile.pop_all()
        return smtp

    def _raccrocher(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
        self._smtp = None
