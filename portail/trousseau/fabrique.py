"""Des clés neuves : pour l'environnement d'un exploitant, ou le dossier du mode local."""

from __future__ import annotations

import base64
import os
import secrets
from contextlib import suppress
from pathlib import Path


def nouvelles_cles() -> dict[str, str]:
    """Trois clés neuves, prêtes à écrire dans l'environnement."""

    def neuve() -> str:
        return base64.b64encode(secrets.token_bytes(32)).decode()

    return {
        "PORTAIL_CLE_SECRETE": neuve(),
        "PORTAIL_CLE_EMPREINTE": neuve(),
        "PORTAIL_CLES_CHIFFREMENT": f"1:{neuve()}",
    }


def cles_locales(chemin: Path) -> dict[str, str]:
    """Les clés du mode local : fabriquées au premier démarrage, lisibles par leur seul propriétaire."""
    if not chemin.exists():
        lignes = "".join(f"{nom}={valeur}\n" for nom, valeur in nouvelles_cles().items())
        provisoire = chemin.with_name(f"{chemin.name}.{secrets.token_hex(4)}")
        descripteur = os.open(provisoire, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descripteur, "w") as fichier:
            fichier.write(lignes)
        with suppress(FileExistsError):  # un autre processus démarrait aussi : ses clés sont les bonnes
            os.link(provisoire, chemin)
        provisoire.unlink()
    return dict(ligne.split("=", 1) for ligne in chemin.read_text(errors="replace").splitlines() if "=" in ligne)
