"""Un serveur de courriel de poche, qui sait aussi être en panne : refuser, se taire, mourir au mauvais moment."""

from __future__ import annotations

import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

# Ce que le serveur répond à chaque ordre, quand il est en panne. Tout le reste est accepté.
PANNES = {
    "destinataire inconnu": {"RCPT": "550 5.1.1 inconnu"},
    "boîte occupée": {"RCPT": "451 4.2.0 plus tard"},
    "refus du message": {"DATA": "554 5.7.1 non"},
    "fermé": {"EHLO": "421 4.3.2 fermé", "HELO": "421 4.3.2 fermé"},
    "adieu mal dit": {"QUIT": "451 4.0.0 pas encore"},
}


@dataclass
class BouchonSmtp:
    """`panne` se change en cours de test : une clé de `PANNES`, « silence », « coupure » (après avoir pris le message),
    « oubli » (la connexion se ferme sans un mot après un message pris).

    `panne_au` : la panne du n-ième message commencé, seul. `par_connexion` : au-delà, l'expéditeur est refusé (421)."""

    port: int
    panne: str = ""
    panne_au: dict[int, str] = field(default_factory=dict)
    par_connexion: int = 0
    tls: ssl.SSLContext | None = None
    annonce: tuple[str, ...] = ()
    recus: list[EmailMessage] = field(default_factory=list)
    ordres: list[str] = field(default_factory=list)
    occupe: threading.Event = field(default_factory=threading.Event)
    relacher: threading.Event = field(default_factory=threading.Event)


@contextmanager
def bouchon_smtp(panne: str = "", *, tls: ssl.SSLContext | None = None) -> Iterator[BouchonSmtp]:
    """Le serveur, ouvert sur un port libre de 127.0.0.1 et fermé en sortie. `tls` fait annoncer STARTTLS."""
    etat = BouchonSmtp(0, panne, tls=tls, annonce=("STARTTLS",) if tls else ())

    class Echange(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):  # le client a raccroché : c'est souvent ce que le test demande
                _converser(self, etat)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Echange) as serveur:
        serveur.daemon_threads = True
        etat.port = serveur.server_address[1]
        fil = threading.Thread(target=serveur.serve_forever, kwargs={"poll_interval": 0.01})
        fil.start()
        try:
            yield etat
        finally:
            etat.relacher.set()
            serveur.shutdown()
            fil.join()


def _converser(echange: socketserver.StreamRequestHandler, etat: BouchonSmtp) -> None:
    if etat.panne == "silence":
        etat.occupe.set()
        etat.relacher.wait(10)
        return
    flux, sortie, prise = echange.rfile, echange.wfile, echange.connection

    def dire(texte: str) -> None:
        sortie.write(f"{texte}\r\n".encode())
        sortie.flush()

    dire("220 bouchon")
    pris = 0
    while ligne := flux.readline().decode().strip():
        ordre = ligne.split()[0].upper()
        etat.ordres.append(ordre)
        panne = etat.panne_au.get(etat.ordres.count("MAIL"), etat.panne)
        if reponse := PANNES.get(panne, {}).get(ordre):
            dire(reponse)
        elif ordre == "MAIL" and pris == etat.par_connexion > 0:
            dire("421 4.7.0 trop de messages")
            return
        elif ordre == "EHLO":
            suite = [*etat.annonce, "8BITMIME"]
            sortie.write(
                b"250-bouchon\r\n"
                + "".join(f"250-{x}\r\n" for x in suite[:-1]).encode()
                + f"250 {suite[-1]}\r\n".encode()
            )
            sortie.flush()
        elif ordre == "STARTTLS":
            assert etat.tls is not None
            dire("220 allons-y")
            prise = etat.tls.wrap_socket(prise, server_side=True)
            flux, sortie = prise.makefile("rb"), prise.makefile("wb")
        elif ordre == "DATA":
            dire("354 envoyez")
            etat.recus.append(_lire_le_message(flux))
            pris += 1
            if panne == "coupure":
                return
            dire("250 pris")
            if panne == "oubli":
                return
        elif ordre == "QUIT":
            dire("221 au revoir")
            return
        else:
            dire("250 bien")


def _lire_le_message(flux) -> EmailMessage:
    lignes = []
    while (ligne := flux.readline()) not in (b".\r\n", b""):
        lignes.append(ligne.removeprefix(b".") if ligne.startswith(b"..") else ligne)
    message = message_from_bytes(b"".join(lignes), policy=default)
    assert isinstance(message, EmailMessage)
    return message


def certificat_maison(dossier: Path) -> ssl.SSLContext:
    """Un certificat que personne n'a signé, comme en présenterait un serveur qui se fait passer pour le vrai."""
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    cle = ec.generate_private_key(ec.SECP256R1())
    nom = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    debut = datetime.now(UTC)
    certificat = (
        x509.CertificateBuilder()
        .subject_name(nom)
        .issuer_name(nom)
        .public_key(cle.public_key())
        .serial_number(1)
        .not_valid_before(debut)
        .not_valid_after(debut + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(cle, hashes.SHA256())
    )
    fichier = dossier / "maison.pem"
    fichier.write_bytes(
        cle.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificat.public_bytes(serialization.Encoding.PEM)
    )
    contexte = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    contexte.load_cert_chain(fichier)
    return contexte
