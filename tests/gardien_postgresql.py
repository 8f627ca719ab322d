"""Le gardien d'une grappe PostgreSQL jetable : la crée, l'annonce, attend que plus personne ne s'en serve, l'efface.

Lancé par `tests/postgresql.py`, il rend la main quand la grappe répond et veille ensuite, détaché. Chaque occupant tient un verrou partagé sur le fichier
`occupants` ; le gardien y demande le verrou exclusif. Le noyau rend les verrous d'un processus mort, même tué par
SIGKILL : la grappe est donc effacée après une interruption comme après une fin normale, sans compter personne.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

# La durabilité ne sert à rien à une base effacée dans la minute, sauf pour mesurer ou éprouver les pannes.
REGLAGES = {
    "listen_addresses": "",  # une prise dans le dossier : aucun port à choisir, rien d'ouvert sur la machine
    "max_connections": "100",
    "shared_buffers": "64MB",
    "max_wal_size": "1GB",
    "timezone": "UTC",
    "log_min_messages": "warning",
}
SANS_DURABILITE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def compte_de_service() -> dict[str, Any]:
    """Les arguments de `subprocess` qui quittent root (PostgreSQL refuse root) ; rien pour un compte ordinaire."""
    if os.geteuid() != 0:
        return {}
    for nom in ("postgres", "nobody"):
        try:
            compte = pwd.getpwnam(nom)
        except KeyError:
            continue
        return {"user": compte.pw_uid, "group": compte.pw_gid, "extra_groups": []}
    raise SystemExit("ni compte « postgres » ni compte « nobody » : PostgreSQL ne peut pas démarrer en root")


def demarrer(dossier: Path, binaires: Path, durable: bool) -> None:
    """Crée et démarre la grappe dans `dossier` ; échoue par `SystemExit` avec les messages de PostgreSQL."""
    if service := compte_de_service():
        os.chown(dossier, service["user"], service["group"])
    try:
        lancer(
            dossier,
            binaires,
            "initdb",
            "--username=portail",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        )
        reglages = {**REGLAGES, "unix_socket_directories": str(dossier), **({} if durable else SANS_DURABILITE)}
        with (dossier / "donnees" / "postgresql.auto.conf").open("a") as fichier:
            fichier.writelines(f"{nom} = '{valeur}'\n" for nom, valeur in reglages.items())
        lancer(dossier, binaires, "pg_ctl", "-w", "-t", "60", "-l", str(dossier / "journal.txt"), "start")
    except subprocess.CalledProcessError as echec:
        textes = [chemin.read_text() for chemin in sorted(dossier.glob("*.txt"))]
        shutil.rmtree(dossier)
        raise SystemExit("\n".join([f"PostgreSQL n’a pas démarré : {echec}", *textes])) from echec


def lancer(dossier: Path, binaires: Path, programme: str, *arguments: str) -> None:
    with (dossier / f"{programme}.txt").open("w") as sortie:
        subprocess.run(
            [binaires / programme, "-D", dossier / "donnees", *arguments],
            check=True,
            cwd=dossier,  # le dossier courant peut être interdit au compte de service
            stdout=sortie,
            stderr=sortie,
            **compte_de_service(),
        )


def veiller(dossier: Path, binaires: Path) -> None:
    """Attend que le dernier occupant soit parti, puis arrête et efface la grappe."""
    with (dossier / "occupants").open() as occupants:
        fcntl.flock(occupants, fcntl.LOCK_EX)
        try:
            lancer(dossier, binaires, "pg_ctl", "-m", "immediate", "-w", "stop")
        finally:
            shutil.rmtree(dossier)  # le verrou tenu : un nouvel arrivant verra que ce dossier n'est plus le bon


def se_detacher(dossier: Path) -> None:
    """Laisse le lanceur repartir : la suite se passe dans un processus sans terminal, dont `gardien` dit le numéro."""
    if enfant := os.fork():
        (dossier / "gardien").write_text(str(enfant))
        os._exit(0)
    os.setsid()
    rien = os.open(os.devnull, os.O_RDWR)
    for descripteur in (0, 1, 2):
        os.dup2(rien, descripteur)


if __name__ == "__main__":
    dossier, binaires = Path(sys.argv[1]), Path(sys.argv[2])
    demarrer(dossier, binaires, durable=sys.argv[3:] == ["durable"])
    se_detacher(dossier)
    veiller(dossier, binaires)
