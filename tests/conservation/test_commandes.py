"""`portail conservation` : dire où l'on en est, et refaire après une restauration."""

from __future__ import annotations

import json
import shutil

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


def ligne(numero: int) -> str:
    faite = {"objet": "demande", "numero": numero, "regle": "radiee", "efface_le": "2026-11-24T10:00:00+00:00"}
    return json.dumps(faite | {"lignes": 31, "fichiers": 2, "empreinte": f"{numero:064d}"}) + "\n"


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
