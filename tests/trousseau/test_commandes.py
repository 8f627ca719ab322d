"""`portail cles` : ce qu'un exploitant tape, du premier au dernier geste d'une rotation."""

from __future__ import annotations

import base64
import shutil

import pytest
from click.testing import CliRunner
from sqlalchemy.exc import OperationalError

from portail import inventaire, preparation
from portail.chiffrement import Sorte
from portail.cli import principal
from portail.stockage import nouvelle_cle
from portail.trousseau import etat, registre
from tests.base_modele import modele_sqlite

pytestmark = pytest.mark.menace("T17")

NEUVE = base64.b64encode(b"2" * 32).decode()


@pytest.fixture
def portail(dossier, monkeypatch):
    """Lance la commande en mode local, dans un dossier à elle, où une pièce est déjà rangée."""
    for nom in ("PORTAIL_URL", "PORTAIL_BASE", "PORTAIL_CLES_CHIFFREMENT"):
        monkeypatch.delenv(nom, raising=False)
    monkeypatch.setenv("PORTAIL_MODE", "local")
    monkeypatch.setenv("PORTAIL_DOSSIER", str(dossier))
    shutil.copyfile(modele_sqlite(), dossier / "portail.sqlite")

    def lancer(*arguments: str, cles: str | None = None):
        return CliRunner().invoke(principal, arguments, env={"PORTAIL_CLES_CHIFFREMENT": cles})

    return lancer


def test_changer_de_cle_de_bout_en_bout(portail, dossier, app):
    assert portail("taches").exit_code == 0  # fabrique les clés locales, et les inscrit
    environ = dict(ligne.split("=", 1) for ligne in (dossier / "cles.env").read_text().splitlines())
    une = environ["PORTAIL_CLES_CHIFFREMENT"]
    deux = f"{une},2:{NEUVE}"
    from portail.chiffrement import Coffre
    from portail.stockage_local import StockageLocal

    coffre = Coffre({1: base64.b64decode(une.removeprefix("1:"))}, {1: b"e" * 32})
    StockageLocal(dossier / "pieces", coffre).ecrire(nouvelle_cle(), b"une piece")

    refus = portail("taches", cles=f"2:{NEUVE}")
    assert refus.exit_code == 1
    assert "PORTAIL_CLES_CHIFFREMENT : la clé de version 1 manque" in refus.output
    assert "Traceback" not in refus.output

    assert "version 1 : 1" in portail("cles", "etat", cles=deux).output
    trop_tot = portail("cles", "retirer", "chiffrement", "1", cles=deux)
    assert (trop_tot.exit_code, "fichiers (1)" in trop_tot.output) == (1, True)

    fait = portail("cles", "rechiffrer", "--pause", "0", cles=deux)
    assert (fait.exit_code, "1 valeur(s) et fichier(s) récrits" in fait.output) == (0, True), fait.output
    comptes = portail("cles", "etat", cles=deux).output
    assert "chiffrement : versions 1, 2 ; la 2 écrit." in comptes
    assert "version 1 :" not in comptes

    retrait = portail("cles", "retirer", "chiffrement", "1", cles=deux)
    assert (retrait.exit_code, "ôtez-la de PORTAIL_CLES_CHIFFREMENT" in retrait.output) == (0, True), retrait.output
    assert portail("taches", cles=f"2:{NEUVE}").exit_code == 0


def test_une_cle_ne_se_retire_pas_quand_le_dossier_des_pieces_n_est_pas_monte(app, redemarrer, monkeypatch):
    """Vide, il ne dépend de rien : la clé retirée, les pièces remontées ne se liraient plus."""
    redemarrer(app, {1, 2})
    registre.inscrire()
    monkeypatch.setattr(inventaire, "_connues", lambda _session: {nouvelle_cle(): "fichier 12"})
    with pytest.raises(etat.RetraitRefuse, match="1 fichier"):
        etat.retirer(Sorte.CHIFFREMENT, 1)
    etat.retirer(Sorte.CHIFFREMENT, 1, pertes_acceptees=True)


def test_une_base_pas_encore_migree_se_dit(portail, dossier):
    (dossier / "portail.sqlite").unlink()
    refus = portail("cles", "rechiffrer")
    assert refus.exit_code == 1
    assert "« portail migrer » d’abord" in refus.output


def test_un_serveur_wsgi_ne_sert_pas_une_base_dont_une_cle_manque(app, redemarrer):
    preparation.avant_de_servir(app)
    redemarrer(app, {2})
    with pytest.raises(preparation.ActeRefuse, match="version 1 manque"):
        preparation.avant_de_servir(app)


def test_un_serveur_wsgi_demarre_meme_quand_la_base_ne_repond_pas(app, monkeypatch, caplog):
    def muette() -> list[str]:
        raise OperationalError("SELECT", None, TimeoutError())

    monkeypatch.setattr(registre, "inscrire", muette)
    preparation.avant_de_servir(app)
    assert "la base ne répond pas" in caplog.text
