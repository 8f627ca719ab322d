"""`portail conservation` : dire où l'on en est, et refaire après une restauration."""

from __future__ import annotations

import base64
import json
import shutil
import sqlite3

import pytest
from click.testing import CliRunner

from portail.cli import principal
from tests.base_modele import modele_sqlite


@pytest.fixture
def lancer(dossier, monkeypatch):
    """La commande, en mode local, sur une base déjà préparée."""
    (dossier / "instance").mkdir()
    shutil.copyfile(modele_sqlite(), dossier / "instance" / "portail.sqlite")
    for nom in ("PORTAIL_URL", "PORTAIL_BASE"):
        monkeypatch.delenv(nom, raising=False)
    monkeypatch.setenv("PORTAIL_MODE", "local")
    monkeypatch.setenv("PORTAIL_DOSSIER", str(dossier / "instance"))
    return lambda *arguments: CliRunner().invoke(principal, ["conservation", *arguments])


def ligne(numero: int, empreinte: str = "") -> str:
    faite = {"objet": "demande", "numero": numero, "regle": "radiee", "efface_le": "2026-11-24T10:00:00+00:00"}
    return json.dumps(faite | {"lignes": 31, "fichiers": 2, "empreinte": empreinte or f"{numero:064d}"}) + "\n"


def test_ce_que_la_base_a_oublie_se_voit_puis_se_rejoue(lancer, dossier):
    vide = lancer("etat")
    assert (vide.exit_code, vide.output) == (0, "Rien d’annoncé, rien d’effacé.\n")
    ailleurs = dossier / "registre-garde-ailleurs.jsonl"
    ailleurs.write_text(ligne(7) + ligne(9))
    shutil.copyfile(ailleurs, dossier / "instance" / "effacements.jsonl")
    oublie = lancer("etat")
    assert oublie.exit_code == 1
    assert "2 effacement(s) du registre manquent ici : portail conservation rejouer." in oublie.output
    rejoue = lancer("rejouer", str(ailleurs))
    assert (rejoue.exit_code, rejoue.output) == (0, "2 effacement(s) manquaient, 0 refait(s).\n")
    a_jour = lancer("etat", "--lignes", "1")
    assert a_jour.exit_code == 0
    premiere, derniere = a_jour.output.splitlines()
    assert premiere == (
        "demande radiée, durée légale passée : 0 annoncé(s), 2 effacé(s) (62 lignes, 4 fichiers), "
        "le dernier le 24/11/2026 à 11:00."
    )
    assert json.loads(derniere)["numero"] == 9


def test_un_registre_abime_se_dit(lancer, dossier):
    (dossier / "instance" / "effacements.jsonl").write_text(ligne(7) + "{coupé\n")
    rejoue = lancer("rejouer")
    assert rejoue.exit_code == 1
    assert "1 ligne(s) du registre ne se lisent pas." in rejoue.output


def test_sans_la_bonne_cle_rien_n_est_rejoue(lancer, dossier, monkeypatch):
    """Sinon chaque ligne passerait pour celle d'un autre, et l'effacement pour fait."""
    assert lancer("rejouer").exit_code == 0  # fabrique les clés locales, et les inscrit
    (dossier / "instance" / "effacements.jsonl").write_text(ligne(7))
    monkeypatch.setenv("PORTAIL_CLE_EMPREINTE", base64.b64encode(b"4" * 32).decode())
    refus = lancer("rejouer")
    assert refus.exit_code == 1
    assert "PORTAIL_CLE_EMPREINTE : la clé de version 1 n’est pas celle qui a servi" in refus.output
    monkeypatch.delenv("PORTAIL_CLE_EMPREINTE")
    assert "1 effacement(s) du registre manquent ici" in lancer("etat").output


def test_une_cle_d_empreinte_inconnue_se_compte_a_part(lancer, dossier):
    (dossier / "instance" / "effacements.jsonl").write_text(ligne(7) + ligne(9, "v02" + "0" * 61))
    rejoue = lancer("rejouer")
    assert rejoue.exit_code == 1
    assert "1 effacement(s) manquaient, 0 refait(s)." in rejoue.output
    assert "1 effacement(s) attendent une clé d’empreinte qui manque" in rejoue.output
    assert "1 effacement(s) du registre manquent ici" in lancer("etat").output


def test_les_taches_rejouent_avant_de_recopier(lancer, dossier):
    """Un effacement attend sa recopie dans la base restaurée : ajouté d'abord, il cacherait celui qu'elle a oublié."""
    (dossier / "instance" / "effacements.jsonl").write_text(ligne(7))
    valeurs = ("demande", 9, "radiee", "2026-11-24 10:00:00.000000", 31, 2, "9" * 64)
    base = sqlite3.connect(dossier / "instance" / "portail.sqlite")
    with base:
        colonnes = "objet, numero, regle, efface_le, lignes, fichiers, empreinte"
        base.execute(f"INSERT INTO effacement ({colonnes}) VALUES (?, ?, ?, ?, ?, ?, ?)", valeurs)
    base.close()
    passees = CliRunner().invoke(principal, ["taches"])
    assert passees.exit_code == 0, passees.output
    a_jour = lancer("etat")
    assert (a_jour.exit_code, "2 effacé(s)" in a_jour.output) == (0, True), a_jour.output
