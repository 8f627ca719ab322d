"""Réglages : tout ce qui manque est nommé, rien de faible ne démarre en production, les clés locales restent privées."""

from __future__ import annotations

import base64
import stat
from pathlib import Path

import pytest

from portail.config import ConfigurationIncomplete, lire
from portail.trousseau.fabrique import nouvelles_cles

CLE = base64.b64encode(b"k" * 32).decode()
COURTE = base64.b64encode(b"k" * 16).decode()


@pytest.fixture
def complet(tmp_path: Path) -> dict[str, str]:
    """Le plus petit environnement de production qui démarre."""
    return {
        "PORTAIL_URL": "https://logement.ville.fr",
        "PORTAIL_COURRIEL_SERVEUR": "smtp://envoi:secret@smtp.ville.fr:587",
        "PORTAIL_DOSSIER": str(tmp_path / "instance"),
        **nouvelles_cles(),
    }


def manques(environ: dict[str, str]) -> list[str]:
    with pytest.raises(ConfigurationIncomplete) as refus:
        lire(environ)
    return refus.value.manques


def test_un_environnement_complet_demarre(complet):
    config = lire(complet)
    assert (config.mode, config.https, config.hote) == ("production", True, "logement.ville.fr")
    assert config.cookie_session == "__Host-portail"
    assert config.courriel_expediteur == "ne-pas-repondre@logement.ville.fr"
    assert config.base == f"sqlite:///{config.dossier / 'portail.sqlite'}"
    assert len(config.cle_secrete) == len(config.cles_empreinte[1]) == len(config.cles_chiffrement[1]) == 32


@pytest.mark.asvs("13.2.3")
def test_sans_aucun_reglage_la_production_nomme_tout_ce_qui_manque():
    texte = "\n".join(manques({}))
    for nom in (
        "PORTAIL_URL",
        "PORTAIL_COURRIEL_SERVEUR",
        "PORTAIL_CLE_SECRETE",
        "PORTAIL_CLE_EMPREINTE",
        "PORTAIL_CLES_CHIFFREMENT",
    ):
        assert nom in texte


@pytest.mark.parametrize(
    "nom",
    [
        "PORTAIL_URL",
        "PORTAIL_COURRIEL_SERVEUR",
        "PORTAIL_CLE_SECRETE",
        "PORTAIL_CLE_EMPREINTE",
        "PORTAIL_CLES_CHIFFREMENT",
    ],
)
@pytest.mark.parametrize("vide", [None, ""])
def test_un_seul_reglage_absent_ou_vide_donne_une_seule_phrase(complet, nom, vide):
    if vide is None:
        del complet[nom]
    else:
        complet[nom] = vide
    phrases = manques(complet)
    assert len(phrases) == 1
    assert phrases[0].startswith(nom)


@pytest.mark.parametrize(
    ("nom", "valeur", "attendu"),
    [
        ("PORTAIL_MODE", "prod", "« production » ou « local »"),
        ("PORTAIL_URL", "http://logement.ville.fr", "https://"),
        ("PORTAIL_URL", "https://", "adresse"),
        ("PORTAIL_URL", "https://ville.fr/logement", "sans chemin"),
        ("PORTAIL_CLE_SECRETE", "pas de la base 64 !", "32 octets"),
        ("PORTAIL_CLE_SECRETE", COURTE, "32 octets"),
        ("PORTAIL_CLE_EMPREINTE", COURTE, "32 octets"),
        ("PORTAIL_CLES_CHIFFREMENT", COURTE, "version:base64"),
        ("PORTAIL_CLES_CHIFFREMENT", f"1:{COURTE}", "32 octets"),
        ("PORTAIL_CLES_CHIFFREMENT", f"0:{CLE}", "de 1 à 255"),
        ("PORTAIL_CLES_CHIFFREMENT", f"256:{CLE}", "de 1 à 255"),
        ("PORTAIL_CLES_CHIFFREMENT", f"1:{CLE},1:{CLE}", "deux fois"),
        ("PORTAIL_COURRIEL_SERVEUR", "dossier", "production"),
        ("PORTAIL_COURRIEL_SERVEUR", "smtp.ville.fr", "smtp://"),
        ("PORTAIL_COURRIEL_SERVEUR", "smtp://", "smtp://"),
        ("PORTAIL_COURRIEL_SERVEUR", "smtp://smtp.ville.fr:port", "smtp://"),
        ("PORTAIL_COURRIEL_SERVEUR", "smtp+clair://smtp.ville.fr", "même machine"),
        ("PORTAIL_BASE", "mysql://ville", "SQLite ou PostgreSQL"),
        ("PORTAIL_URL", "https://[ville", "adresse"),
        ("PORTAIL_URL", "https://ville.fr:port", "adresse"),
        ("PORTAIL_BASE", "sqlite:///", "SQLite ou PostgreSQL"),
        ("PORTAIL_BASE", "postgresql://ville:secret@hote:port/portail", "SQLite ou PostgreSQL"),
        ("PORTAIL_COURRIEL_EXPEDITEUR", "la mairie", "ne-pas-repondre@ville.fr"),
        ("PORTAIL_PROXYS", "un", "nombre"),
        ("PORTAIL_PROXYS", "-1", "nombre"),
        ("PORTAIL_FILS", "0", "nombre"),
        ("PORTAIL_TACHES_INTERNES", "Oui, merci", "« oui » ou « non »"),
    ],
)
def test_un_reglage_inutilisable_est_nomme_et_explique(complet, nom, valeur, attendu):
    complet[nom] = valeur
    phrases = manques(complet)
    assert len(phrases) == 1, phrases
    assert nom in phrases[0]
    assert attendu in phrases[0]


@pytest.mark.asvs("13.3.1")
def test_aucune_phrase_ne_montre_une_cle_ni_un_mot_de_passe(complet):
    complet["PORTAIL_CLE_SECRETE"] = "presque-une-cle"
    complet["PORTAIL_COURRIEL_SERVEUR"] = "http://envoi:tres-secret@smtp.ville.fr"
    texte = "\n".join(manques(complet))
    assert "presque-une-cle" not in texte
    assert "tres-secret" not in texte


@pytest.mark.asvs("12.3.1")
@pytest.mark.parametrize("hote", ["localhost", "127.0.0.1", "[::1]"])
def test_un_relais_de_courriel_en_clair_n_est_admis_que_sur_la_meme_machine(complet, hote):
    complet["PORTAIL_COURRIEL_SERVEUR"] = f"smtp+clair://{hote}:25"
    assert lire(complet).courriel_serveur == f"smtp+clair://{hote}:25"


def test_les_textes_propres_au_deploiement_viennent_de_l_environnement(complet):
    complet |= {"PORTAIL_NOM": "Logement à Ville", "PORTAIL_EDITEUR": "Ville", "PORTAIL_TELEPHONE": "04 00 00 00 00"}
    identite = lire(complet).identite
    assert (identite.nom, identite.editeur, identite.telephone) == ("Logement à Ville", "Ville", "04 00 00 00 00")
    assert identite.sous_titre == "", "un vrai site ne se dit pas démonstration"


def test_deux_cles_de_chiffrement_se_lisent_par_version(complet):
    complet["PORTAIL_CLES_CHIFFREMENT"] = f"1:{base64.b64encode(b'a' * 32).decode()},2:{CLE}"
    assert lire(complet).cles_chiffrement == {1: b"a" * 32, 2: b"k" * 32}


@pytest.mark.asvs("13.3.1")
def test_en_local_rien_n_est_a_regler_et_les_cles_sont_privees(tmp_path):
    environ = {"PORTAIL_MODE": "local", "PORTAIL_DOSSIER": str(tmp_path / "instance")}
    premiere = lire(environ)
    cles = tmp_path / "instance" / "cles.env"
    assert stat.S_IMODE(cles.stat().st_mode) == 0o600
    assert stat.S_IMODE(cles.parent.stat().st_mode) == 0o700
    assert (premiere.url, premiere.courriel_serveur) == ("http://127.0.0.1:8000", "dossier")
    assert lire(environ) == premiere, "les clés d’un premier démarrage servent aux suivants"


@pytest.mark.parametrize(
    "abime", [b"", b"PORTAIL_CLE_SECRETE=abc", bytes(range(256))], ids=["vide", "coupé", "brouillé"]
)
def test_un_fichier_de_cles_abime_se_remet_et_ne_se_refait_pas(tmp_path, abime):
    """« portail cles en fabrique » seul, suivi à la lettre, rendrait illisible tout ce qui est chiffré."""
    environ = {"PORTAIL_MODE": "local", "PORTAIL_DOSSIER": str(tmp_path)}
    lire(environ)
    (tmp_path / "cles.env").write_bytes(abime)
    phrases = manques(environ)
    assert "remettez-en une copie" in phrases[-1]
    assert (tmp_path / "cles.env").read_bytes() == abime


def test_deux_premiers_demarrages_en_meme_temps_partagent_les_memes_cles(tmp_path):
    from concurrent.futures import ThreadPoolExecutor

    environ = {"PORTAIL_MODE": "local", "PORTAIL_DOSSIER": str(tmp_path / "instance")}
    with ThreadPoolExecutor(8) as fils:
        configs = list(fils.map(lambda _: lire(environ), range(8)))
    assert all(config == configs[0] for config in configs)


@pytest.mark.asvs("13.2.3")
def test_les_cles_neuves_sont_au_hasard():
    assert len({tuple(nouvelles_cles().values()) for _ in range(20)}) == 20
