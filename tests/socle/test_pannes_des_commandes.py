"""Une commande mal écrite, une base absente ou en panne : une phrase en français, un code de sortie, jamais de trace."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import stat
from pathlib import Path

import click
import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from portail import mots_de_commande, pannes
from portail.cli import principal
from portail.trousseau.fabrique import nouvelles_cles
from tests.base_modele import modele_sqlite

ANGLAIS = re.compile(r"Error|Usage:|Try|Missing|Invalid|No such|\bis not\b|unexpected|Show this|does not|Commands")
ECRITE_DE_TRAVERS = [
    ("zut",),
    ("migrer", "--zut"),
    ("migrer", "en", "trop"),
    ("servir", "--port", "abc"),
    ("servir", "--port"),
    ("taches", "en-trop"),
    ("cles", "zut"),
    ("cles", "retirer"),
    ("cles", "retirer", "autre", "1"),
    ("cles", "retirer", "chiffrement", "300"),
    ("cles", "rechiffrer", "--lot", "0"),
    ("guichet", "creer", "--type", "zut"),
    ("guichet", "relancer"),
    ("journal", "verifier", "--repere", "abc"),
    ("conservation", "etat", "--lignes", "-1"),
    ("conservation", "rejouer", "/nulle/part"),
    ("evenements", "importer", "/nulle/part", "--agent", "x"),
    ("demandes", "exporter"),
    ("demandes", "exporter", "--agent", "x", "--raison", "y", "--depuis", "hier"),
    ("demandes", "exporter", "--agent", "x", "--raison", "y", "--forme", "xml"),
    ("demandes", "exporter", "--agent", "x", "--raison", "y", "--vers", "/"),
    ("certificats-2d-doc",),
    ("certificats-2d-doc", "/nulle/part"),
    ("sauvegarder",),
]
SUR_UNE_BASE = [
    ("guichet", "lister"),
    ("guichet", "relancer", "lea@ville.fr"),
    ("journal", "verifier"),
    ("cles", "etat"),
    ("cles", "rechiffrer"),
    ("cles", "retirer", "chiffrement", "1"),
    ("conservation", "etat"),
    ("conservation", "rejouer"),
    ("referentiels",),
    ("taches",),
    ("verifier-fichiers",),
    ("demandes", "exporter", "--agent", "lea@ville.fr", "--raison", "échange mensuel"),
    ("evenements", "exporter", "--agent", "lea@ville.fr", "--raison", "échange mensuel"),
]


@pytest.fixture
def instance(dossier) -> Path:
    (dossier / "instance").mkdir()
    return dossier / "instance"


@pytest.fixture
def base(instance) -> Path:
    return Path(shutil.copyfile(modele_sqlite(), instance / "portail.sqlite"))


@pytest.fixture
def lancer(instance, monkeypatch):
    for nom in ("PORTAIL_URL", "PORTAIL_BASE"):
        monkeypatch.delenv(nom, raising=False)
    monkeypatch.setenv("PORTAIL_MODE", "local")
    monkeypatch.setenv("PORTAIL_DOSSIER", str(instance))
    return lambda *arguments, **environ: CliRunner().invoke(principal, arguments, env=environ)


def une_phrase(resultat, code: int = 1) -> str:
    assert resultat.exit_code == code, resultat.output
    assert isinstance(resultat.exception, SystemExit), "la commande laisse échapper une trace"
    assert resultat.output.count("Erreur : ") == 1
    return resultat.output.partition("Erreur : ")[2]


@pytest.mark.parametrize("arguments", ECRITE_DE_TRAVERS, ids=" ".join)
def test_une_commande_ecrite_de_travers_se_corrige_en_francais(lancer, arguments):
    resultat = lancer(*arguments)
    assert not ANGLAIS.search(resultat.output), resultat.output
    assert une_phrase(resultat, 2).strip()


@pytest.mark.parametrize("arguments", [(), ("guichet",), ("cles", "--help"), ("servir", "--help")], ids=" ".join)
def test_l_aide_est_en_francais(lancer, arguments):
    dit = lancer(*arguments).output
    assert "Usage :" in dit
    assert not ANGLAIS.search(dit), dit


def test_aucune_phrase_ne_perd_un_mot_en_francais():
    """Les noms entre accolades sont ceux que click remplit."""
    for anglais, francais in mots_de_commande.PHRASES.items():
        assert set(re.findall(r"{(\w+)", francais)) <= set(re.findall(r"{(\w+)", anglais)), anglais
    assert click.exceptions._("Missing command.") == "Il manque une commande."


@pytest.mark.parametrize("arguments", SUR_UNE_BASE, ids=" ".join)
def test_une_base_jamais_preparee_se_dit(lancer, arguments):
    assert "portail migrer" in une_phrase(lancer(*arguments))


AVEC_LES_CLES = [arguments for arguments in SUR_UNE_BASE if arguments != ("referentiels",)]


@pytest.mark.parametrize("arguments", AVEC_LES_CLES, ids=" ".join)
def test_avec_d_autres_cles_rien_ne_se_fait_et_le_journal_n_est_accuse_de_rien(lancer, base, arguments):
    """« journal verifier » disait la première écriture falsifiée ; « guichet relancer » en signait une de travers."""
    assert lancer("cles", "etat").exit_code == 0
    phrase = une_phrase(lancer(*arguments, **nouvelles_cles()))
    assert "n’est pas celle qui a servi dans cette base" in phrase


def test_une_base_vide_ne_se_sauvegarde_pas(lancer, dossier):
    """PORTAIL_DOSSIER mal écrit : la sauvegarde de la nuit serait vide, et personne ne le saurait."""
    assert "est vide" in une_phrase(lancer("sauvegarder", str(dossier / "copie.sqlite")))
    assert not (dossier / "copie.sqlite").exists()


def test_une_base_tenue_par_un_autre_se_dit(lancer, base, monkeypatch):
    monkeypatch.setattr("portail.db.ATTENTE_MAXIMALE", 0.05)
    tenue = sqlite3.connect(base, isolation_level=None)
    tenue.execute("BEGIN IMMEDIATE")
    assert "un autre processus la tient" in une_phrase(lancer("taches"))
    tenue.close()


def test_un_fichier_qui_n_est_pas_une_base_se_dit(lancer, instance):
    (instance / "portail.sqlite").write_bytes(b"ceci n'est pas une base" * 100)
    assert "restaurez une sauvegarde" in une_phrase(lancer("guichet", "lister"))


def test_postgresql_injoignable_se_dit(lancer):
    adresse = "postgresql+psycopg://portail:tres-secret@127.0.0.1:1/portail"
    phrase = une_phrase(lancer("migrer", PORTAIL_BASE=adresse))
    assert "PORTAIL_BASE" in phrase
    assert "tres-secret" not in phrase


def test_un_dossier_qui_ne_s_ecrit_pas_se_dit(lancer, dossier):
    (dossier / "fichier").touch()
    phrase = une_phrase(lancer("migrer", PORTAIL_DOSSIER="", PORTAIL_BASE=f"sqlite:///{dossier}/fichier/x.sqlite"))
    assert str(dossier / "fichier") in phrase


def test_une_sauvegarde_vers_nulle_part_se_dit(lancer, base, dossier):
    phrase = une_phrase(lancer("sauvegarder", str(dossier / "absent" / "copie.sqlite")))
    assert "introuvable" in phrase


def test_une_sauvegarde_sur_un_disque_plein_se_dit_et_ne_laisse_rien(lancer, base, dossier, monkeypatch):
    class Plein(sqlite3.Connection):
        def backup(self, *_arguments, **_nommes):
            raise sqlite3.OperationalError("database or disk is full")

    vraie = sqlite3.connect
    monkeypatch.setattr("portail.preparation.sqlite3.connect", lambda chemin: vraie(chemin, factory=Plein))
    assert "le disque est plein" in une_phrase(lancer("sauvegarder", str(dossier / "copie.sqlite")))
    assert not list(dossier.glob("copie*"))


def test_ce_que_le_systeme_refuse_se_dit_en_francais():
    plein = pannes.du_systeme(OSError(28, os.strerror(28), "/sauvegardes/base"))
    assert plein == "/sauvegardes/base : le disque est plein."
    assert pannes.du_systeme(OSError(28, os.strerror(28))) == "Le disque est plein."


def test_une_panne_sans_numero_ne_se_dit_pas_reussie(lancer, base, monkeypatch):
    """Une bibliothèque fait de ses erreurs des `OSError` : ce n'est pas le système qui refuse, la trace sert."""

    class ImageInconnue(OSError):
        pass

    def lever(*_arguments, **_nommes):
        raise ImageInconnue("une image que rien ne lit")

    assert pannes.sens(ImageInconnue("une image")) == "ImageInconnue"
    monkeypatch.setattr("portail.trousseau.etat.comptes", lever)
    resultat = lancer("cles", "etat")
    assert isinstance(resultat.exception, ImageInconnue), resultat.output


def test_un_export_n_est_lisible_que_de_qui_le_demande(dossier):
    from portail.guichet.commandes_echanges import _ouvert

    ancien = dossier / "ancien.csv"
    ancien.write_text("un export plus long, lisible de tous")
    ancien.chmod(0o644)
    for fichier in (dossier / "demandes.csv", ancien):
        with _ouvert(str(fichier)) as sortie:
            sortie.write("x")
        assert stat.S_IMODE(fichier.stat().st_mode) == 0o600
        assert fichier.read_text() == "x"


def test_qui_ne_lit_que_le_debut_n_est_pas_une_panne(lancer, base, monkeypatch):
    def ferme(*_arguments, **_nommes):
        raise BrokenPipeError(32, os.strerror(32))

    monkeypatch.setattr("portail.trousseau.etat.comptes", ferme)
    assert "Erreur" not in lancer("cles", "etat").output


def test_un_disque_plein_se_lit_au_journal_par_son_nom():
    """« OperationalError » seul ne disait ni quoi regarder, ni quoi faire ; les mots du moteur, eux, n'y vont pas."""
    plein = sa.exc.OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full: Kowalczyk"))
    assert pannes.pour_le_journal(plein) == "le disque est plein (OperationalError)"
    assert pannes.pour_le_journal(sa.exc.TimeoutError()) == "TimeoutError"


def test_sans_place_une_commande_qui_lit_passe(lancer, base, monkeypatch):
    """Rien n'a changé dans les fichiers statiques : rien ne s'écrit."""
    assert lancer("guichet", "lister").exit_code == 0

    def plein(*_arguments):
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr("portail.statiques._poser", plein)
    assert lancer("guichet", "lister").exit_code == 0


def test_un_fichier_de_cles_qui_ne_se_lit_pas_se_dit(lancer, instance):
    (instance / "cles.env").mkdir()
    assert "cles.env : c’est un dossier" in une_phrase(lancer("migrer"))
