"""La grappe jetable : une base neuve à volonté, partagée sans se gêner, effacée quoi qu'il arrive."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests import fixtures_postgresql, postgresql
from tests.postgresql import Grappe, PostgresqlAbsent, ouvrir, tables_remplies, vider

pytestmark = pytest.mark.postgresql

OCCUPER = (
    "import sys; from tests.postgresql import ouvrir; g = ouvrir('%s'); print(g.dossier, flush=True); sys.stdin.read()"
)


@pytest.fixture
def moteur(grappe: Grappe):
    def remplir(url: str) -> None:
        moteur = sa.create_engine(url)
        with moteur.begin() as connexion:
            connexion.execute(sa.text("CREATE TABLE pays (id serial PRIMARY KEY, nom text)"))
            connexion.execute(sa.text("CREATE TABLE compte (id serial PRIMARY KEY, nom text)"))
            connexion.execute(sa.text("INSERT INTO pays (nom) VALUES ('France')"))
        moteur.dispose()

    with grappe.copie(grappe.modele("essai", remplir)) as url:
        moteur = sa.create_engine(url, poolclass=sa.NullPool)
        yield moteur


@pytest.fixture
def grappe(grappe_postgresql: Grappe) -> Grappe:
    return grappe_postgresql


def ajouter(moteur: sa.Engine, nom: str) -> int:
    with moteur.begin() as connexion:
        return connexion.scalar(sa.text("INSERT INTO compte (nom) VALUES (:nom) RETURNING id"), {"nom": nom})


def test_une_copie_a_le_contenu_du_modele_et_le_laisse_intact(grappe, moteur):
    ajouter(moteur, "Ana")
    with grappe.copie("essai") as url:
        autre = sa.create_engine(url, poolclass=sa.NullPool)
        assert tables_remplies(autre) == {"pays"}
    assert tables_remplies(moteur) == {"pays", "compte"}


def test_une_copie_est_supprimee_meme_si_une_connexion_y_reste(grappe):
    with grappe.copie() as url:
        moteur = sa.create_engine(url)
        connexion = moteur.connect()
        base = moteur.url.database
    bases = grappe.executer(postgresql.sql.SQL("SELECT datname FROM pg_database WHERE datname = {}").format(base))
    assert bases == []
    connexion.invalidate()
    connexion.close()
    moteur.dispose()


def test_vider_garde_les_referentiels_et_remet_les_numeros_a_un(moteur):
    assert [ajouter(moteur, nom) for nom in ("Ana", "Léo")] == [1, 2]
    vider(moteur, sauf={"pays"})
    assert tables_remplies(moteur) == {"pays"}
    assert ajouter(moteur, "Zoé") == 1


def test_une_transaction_oubliee_se_voit_au_lieu_de_bloquer(moteur):
    with moteur.connect() as oubliee:
        oubliee.execute(sa.text("SELECT * FROM compte"))
        with pytest.raises(sa.exc.OperationalError, match="lock timeout"):
            vider(moteur, attente_ms=50)


def test_le_modele_n_est_rempli_qu_une_fois_meme_demande_ensemble(grappe):
    remplis = []
    with ThreadPoolExecutor(4) as equipe:
        noms = list(equipe.map(lambda _: grappe.modele("unique", remplis.append), range(4)))
    assert noms == ["unique"] * 4
    assert len(remplis) == 1


def test_un_modele_dont_le_remplissage_echoue_est_refait(grappe):
    def echouer(url: str) -> None:
        raise ValueError("import interrompu")

    with pytest.raises(ValueError, match="import interrompu"):
        grappe.modele("fragile", echouer)
    remplis = []
    grappe.modele("fragile", remplis.append)
    assert len(remplis) == 1


def test_deux_processus_partagent_la_grappe_et_le_dernier_l_efface():
    nom = f"partage-{os.getpid()}"
    ici = ouvrir(nom)
    with subprocess.Popen(
        [sys.executable, "-c", OCCUPER % nom], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as autre:
        assert autre.stdout.readline().strip() == str(ici.dossier)
        fin = fin_du_gardien(ici.dossier)
        ici._occupation.close()
        assert not terminee(fin, delai=0)
        autre.stdin.close()
        assert terminee(fin, delai=30)
    ici.fermer()
    assert not ici.dossier.exists()


def test_la_grappe_est_effacee_apres_un_processus_tue():
    with subprocess.Popen(
        [sys.executable, "-c", OCCUPER % f"tue-{os.getpid()}"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as occupant:
        dossier = Path(occupant.stdout.readline().strip())
        assert (dossier / "donnees" / "postmaster.pid").exists()
        fin = fin_du_gardien(dossier)
        occupant.send_signal(signal.SIGKILL)
        assert terminee(fin, delai=30)
    assert not dossier.exists()


def test_fsync_n_est_garde_que_sur_demande(grappe):
    durable = ouvrir(durable=True)
    try:
        assert [g.executer(postgresql.sql.SQL("SHOW fsync").format()) for g in (grappe, durable)] == [
            [("off",)],
            [("on",)],
        ]
    finally:
        durable.fermer()


def test_absent_le_test_est_saute_ou_echoue_en_integration_continue(monkeypatch):
    monkeypatch.setattr(postgresql, "binaires", lambda: None)
    with pytest.raises(PostgresqlAbsent, match="initdb"):
        ouvrir()
    fixture = fixtures_postgresql.grappe_postgresql.__wrapped__
    monkeypatch.setenv("CI", "false")
    with pytest.raises(pytest.skip.Exception, match="apt install postgresql"):
        next(fixture())
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="rien ne peut être sauté"):
        next(fixture())


def test_un_refus_de_demarrer_dit_pourquoi_et_ne_laisse_rien(monkeypatch):
    nom = f"refus-{os.getpid()}"
    with tempfile.TemporaryDirectory() as faux:
        initdb = Path(faux, "initdb")
        initdb.write_text("#!/bin/sh\necho disque plein >&2\nexit 1\n")
        for chemin in (initdb, initdb.parent):
            chemin.chmod(0o755)  # le compte de service doit pouvoir l'exécuter
        monkeypatch.setattr(postgresql, "binaires", lambda: initdb.parent)
        with pytest.raises(PostgresqlAbsent, match="disque plein"):
            ouvrir(nom)
    assert not Path(tempfile.gettempdir(), f"portail-pg-{nom}").exists()


def fin_du_gardien(dossier: Path) -> int:
    return os.pidfd_open(int((dossier / "gardien").read_text()))


def terminee(processus: int, *, delai: float) -> bool:
    """Vrai si le processus est terminé avant `delai` secondes."""
    lisibles, _, _ = select.select([processus], [], [], delai)
    if lisibles:
        os.close(processus)
    return bool(lisibles)
