"""`portail evenements` et `portail demandes`, comme un bailleur les lance ; et ce que la documentation en dit."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from portail.config import RACINE
from portail.guichet.commandes_echanges import groupe_demandes, groupe_evenements
from portail.guichet.echanges.controle import Resultat
from portail.guichet.echanges.demandes import FAITS
from portail.guichet.echanges.forme import COLONNES, EN_PLUS
from portail.guichet.echanges.lecture import lire
from portail.guichet.modeles import ActeJournal
from tests.guichet.enregistrees import enregistrer
from tests.guichet.lecture import ecritures
from tests.guichet.monde import Monde
from tests.guichet.test_echanges_import import partages, visite


@pytest.fixture
def lancer(app):
    """Les commandes ouvrent d'ordinaire une application à elles ; ici, celle du test."""

    class Ouvert:
        def __enter__(self):
            return app

        def __exit__(self, *_erreur):
            return None

    def _lancer(groupe, *arguments: str):
        return CliRunner().invoke(groupe, arguments, obj=Ouvert)

    return _lancer


@pytest.fixture
def fichier(monde: Monde, dossier: Path) -> Path:
    numero = enregistrer(monde.demande_69, monde.instructeur)
    chemin = dossier / "evenements.csv"
    chemin.write_text("\n".join([";".join(COLONNES), ";".join(visite(numero))]), encoding="utf-8")
    return chemin


def compte_rendu(sortie: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(sortie.removeprefix("\ufeff")), delimiter=";"))


def test_un_essai_puis_l_application(lancer, fichier):
    essai = lancer(groupe_evenements, "importer", str(fichier), "--agent", "agent2@ville.fr")
    assert (essai.exit_code, partages()) == (0, []), essai.output
    assert "Rien n’est appliqué : 1 prêt(s)." in essai.stderr
    (ligne,) = compte_rendu(essai.stdout)
    assert (ligne["ligne"], ligne["resultat"], ligne["reference"]) == ("2", "pret", "R1")
    fait = lancer(groupe_evenements, "importer", str(fichier), "--agent", "agent2@ville.fr", "--appliquer")
    assert (fait.exit_code, len(partages())) == (0, 1)
    assert compte_rendu(fait.stdout)[0]["resultat"] == "ajoute"


def test_une_ligne_refusee_se_voit_au_code_de_sortie(lancer, fichier):
    fichier.write_text(fichier.read_text().replace("visite", "fete"))
    resultat = lancer(groupe_evenements, "importer", str(fichier), "--agent", "agent2@ville.fr", "--appliquer")
    assert resultat.exit_code == 1
    assert compte_rendu(resultat.stdout)[0]["resultat"] == "refuse"
    fichier.write_bytes(b"\0")
    illisible = lancer(groupe_evenements, "importer", str(fichier), "--agent", "agent2@ville.fr")
    assert illisible.exit_code == 1
    assert "n’est pas du texte" in illisible.stderr


def test_la_commande_n_a_que_les_droits_de_l_agent(lancer, monde, fichier):
    for courriel in ("agent1@ville.fr", "personne@ville.fr"):  # un accueil, un inconnu
        refus = lancer(groupe_evenements, "importer", str(fichier), "--agent", courriel, "--appliquer")
        assert refus.exit_code == 1
        assert "Aucun agent instructeur actif" in refus.stderr
    refus = lancer(groupe_demandes, "exporter", "--agent", "agent2@ville.fr", "--raison", "échange mensuel")
    assert "Aucun agent responsable actif" in refus.stderr
    ailleurs = lancer(groupe_evenements, "importer", str(fichier), "--agent", "agent4@ville.fr", "--appliquer")
    assert "Aucune demande de vos territoires" in ailleurs.stdout
    assert partages() == []


@pytest.mark.parametrize("groupe", [groupe_demandes, groupe_evenements], ids=["demandes", "evenements"])
def test_un_export_dans_un_fichier(lancer, monde, fichier, dossier, groupe):
    vers = dossier / "sortie.json"
    arguments = ("exporter", "--agent", "agent3@ville.fr", "--forme", "json", "--vers", str(vers))
    assert lancer(groupe, *arguments, "--raison", "court").exit_code == 2
    assert ecritures(ActeJournal.EXPORT) == []
    resultat = lancer(groupe, *arguments, "--raison", "échange mensuel", "--depuis", "2026-11-01")
    assert resultat.exit_code == 0, resultat.output
    assert json.loads(vers.read_text(encoding="utf-8"))[groupe.name] is not None
    assert ecritures(ActeJournal.EXPORT)[0].raison == "échange mensuel"


def test_la_documentation_nomme_tout_et_ses_exemples_se_lisent():
    texte = (RACINE / "docs" / "echanges.md").read_text(encoding="utf-8")
    for mot in (*COLONNES, *EN_PLUS, *FAITS, *(resultat.code for resultat in Resultat)):
        assert f"`{mot}`" in texte, mot
    en_csv = texte.split("```csv\n")[1].split("```")[0]
    en_json = texte.split("```json\n")[1].split("```")[0]
    (du_csv,), (du_json,) = lire(en_csv.encode()), lire(en_json.encode())
    du_csv.cellules["numero_unique"] = du_csv["numero_unique"].replace(" ", "")
    assert du_csv.cellules == du_json.cellules
