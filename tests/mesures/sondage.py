"""Ce que coûtent 500 tchats ouverts : le poids d'un sondage sans rien de neuf, et le processeur qu'il prend.

    make bench ARGS=sondage

Cinq cents personnes, chacune son fil et sa session. Les sondages partent d'un autre processus, en boucle ; on compte le
temps de processeur du serveur par réponse, puis la part d'un cœur au rythme de la page (portail/sondage.py). À tenir
(issue 5) : 200 octets, en-têtes compris, et 10 % d'un cœur.
"""

from __future__ import annotations

import socket
import tempfile
import time
from pathlib import Path

from flask import Flask

from portail import create_app
from portail.assistance import fils
from portail.db import db
from portail.sondage import AU_REPOS, DUREE_VIVE, VIF, Rythme
from tests import fabriques
from tests.base_modele import modele_sqlite
from tests.conftest import config_de_test
from tests.mesures.debit import CONNEXIONS, FILS, SECONDES, _port, requete, tirer
from tests.serveur import servir

OUVERTS, OCTETS, PART = 500, 200, 10.0  # fils, octets, % d'un cœur


def preparer(dossier: Path) -> tuple[Flask, list[str]]:
    """Le portail, et la requête de sondage de chacun."""
    base = dossier / "portail.sqlite"
    base.write_bytes(modele_sqlite().read_bytes())
    au_repos = fabriques.INSTANT + 2 * DUREE_VIVE
    app = create_app(config_de_test(dossier, f"sqlite:///{base}"), TESTING=True, HORLOGE=lambda: au_repos)
    with app.app_context():
        return app, [_une_personne(app, rang, au_repos) for rang in range(OUVERTS)]


def _une_personne(app: Flask, rang: int, au_repos) -> str:
    jeton = f"{rang:043d}"
    qui = fabriques.compte(db.session, f"p{rang}@exemple.fr", nir=None)
    fil = fils.ouvrir(db.session, qui.id, "069", None, None, fabriques.INSTANT)
    fils.ajouter(db.session, fil, "Bonjour", "cle", fabriques.INSTANT)
    db.session.commit()
    fabriques.connecter(app, app.test_client(), db.session, qui, jeton)
    vu = Rythme.de(fil.version, fil.dernier_le, au_repos).etiquette
    return requete("GET", f"/aide/tchat/{fil.id}/suite?vu={vu}", {"Cookie": f"portail={jeton}", "HX-Request": "true"})


def poids(port: int, envoi: str) -> int:
    """Les octets d'une réponse, ligne de statut et en-têtes compris."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as prise:
        prise.sendall(envoi.encode())
        recu = b""
        while b"\r\n\r\n" not in recu:
            morceau = prise.recv(4096)
            assert morceau, "le serveur a fermé sans répondre"
            recu += morceau
    assert recu.startswith(b"HTTP/1.1 304"), recu
    return len(recu)


def principal() -> bool:
    """Imprime le poids, le temps par sondage et la part d'un cœur. Rend vrai si tout tient."""
    with tempfile.TemporaryDirectory() as brut:
        app, envois = preparer(Path(brut))
        with servir(lambda _url: app, fils=2 * FILS) as serveur:
            port = _port(serveur)
            octets = poids(port, envois[0])
            tirer(port, [(envoi, 0) for envoi in envois[:CONNEXIONS]])  # les premiers tours remplissent les caches
            debut = time.process_time()
            par_seconde = tirer(port, [(envoi, 0) for envoi in envois[:: OUVERTS // CONNEXIONS]])
            cout = (time.process_time() - debut) / (par_seconde * SECONDES)
    parts = {rythme: 100 * cout * OUVERTS / rythme for rythme in (AU_REPOS, VIF)}
    tient = octets <= OCTETS and parts[AU_REPOS] < PART
    print(f"sondage sans rien de neuf : {octets} octets (limite {OCTETS}), {cout * 1000:.2f} ms de processeur")
    print(
        f"{OUVERTS} fils au repos (toutes les {AU_REPOS} s) : {parts[AU_REPOS]:.1f} % d'un cœur (limite {PART:.0f} %)"
    )
    print(f"{OUVERTS} fils où l'on vient d'écrire (toutes les {VIF} s) : {parts[VIF]:.1f} % d'un cœur")
    print("tient" if tient else "DÉPASSE")
    return tient


if __name__ == "__main__":
    raise SystemExit(0 if principal() else 1)
