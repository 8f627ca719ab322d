"""Mots de passe : des phrases acceptées, ce qu'un proche connaît refusé, Argon2id et rien de plus coûteux."""

from __future__ import annotations

import re

import pytest

from portail.compte import mots_de_passe
from portail.compte.modeles import Compte
from tests.champs.outils import mots

CONTEXTE = ["ana.silva@exemple.fr", "Silva", "Da Costa", "Ana, Maria", "1985", "Villeurbanne (69100)"]


@pytest.mark.asvs("6.2.5")
@pytest.mark.parametrize(
    "phrase",
    [
        "correct cheval pile agrafe", "le chat dort sur le lit", "trottinette bleue", "Œuf à la coque, s’il te plaît",
        "x7#Kq9!vLm2z", "kjhqsdfwxcvt", "8392017463582938", "żółta łódź płynie", "我喜欢吃苹果和香蕉因为", "  deux espaces autour  ",
        "a" * 3 + " rosier tambour lagune", "!?;:/*-+&é\"'(",
    ],
)  # fmt: skip
def test_une_phrase_ou_un_tirage_au_hasard_convient_sans_classe_imposee(phrase):
    if len(phrase) < 12:
        phrase = phrase + "朋友"
    assert mots_de_passe.refus(phrase, CONTEXTE) == ""


@pytest.mark.asvs("6.2.1", "6.2.9")
@pytest.mark.parametrize(("longueur", "accepte"), [(11, False), (12, True), (128, True), (129, False)])
def test_de_douze_a_cent_vingt_huit_caracteres(longueur, accepte):
    hasard = ("vK9-tambour lagune rosier 42 x " * 6)[:longueur]
    assert (mots_de_passe.refus(hasard, []) == "") is accepte


def test_trop_court_ou_trop_long_dit_combien():
    assert mots(mots_de_passe.refus("onze carac.", [])) == (
        "Votre mot de passe a 11 caractères. Il en faut 12 au moins : une phrase convient."
    )
    assert mots(mots_de_passe.refus("x" * 129, [])) == "Votre mot de passe est trop long : 128 caractères au plus."


@pytest.mark.asvs("6.2.4", "6.2.12")
@pytest.mark.parametrize(
    "faible",
    [
        "motdepasse1234", "mot de passe 1", "azertyuiop123", "azerty123456", "jetaimejetaime", "jetaimemaman1",
        "bonjourbonjour", "Bonjour2024!!", "marseille2023!", "olympiquedemarseille", "lavieestbelle", "soleilsoleil1",
        "nicolas123456", "loulou123456", "doudoudoudou", "Password1234!", "qwertyuiopas", "aaaaaaaaaaaa", "abcabcabcabc",
        "1234567890123456", "Azertyuiop1!", "motdepasse!!", "chocolatchocolat",
    ],
)  # fmt: skip
def test_ce_que_tout_le_monde_choisit_est_refuse(faible):
    assert mots(mots_de_passe.refus(faible, [])) == (
        "Ce mot de passe se devine facilement. Essayez quatre ou cinq mots sans rapport entre eux."
    )


@pytest.mark.parametrize("chiffres", ["839201746358", "839201746358293"])
def test_des_chiffres_seuls_en_demandent_seize(chiffres):
    assert "16 au moins" in mots_de_passe.refus(chiffres, [])


@pytest.mark.asvs("6.2.11")
@pytest.mark.parametrize(
    "connu",
    [
        "anasilva1985!", "Villeurbanne1985", "VILLEURBANNE69100", "Ana-Maria-Silva", "ana.silva@exemple.fr", "dacosta-silva85",
        "Logement1985!", "demande-logement", "hlm logement social", "portail ana 1985", "Silva Silva Silva", "éxèmple silva 85",
    ],
)  # fmt: skip
def test_ce_qu_un_proche_connait_ne_compte_pas(connu):
    assert mots(mots_de_passe.refus(connu, CONTEXTE)) == (
        "Ce mot de passe reprend votre nom, votre adresse mail ou une date connue. Choisissez-en un autre."
    )


def test_un_nom_au_milieu_d_une_vraie_phrase_reste_permis():
    assert mots_de_passe.refus("tambour Silva lagune rosier", CONTEXTE) == ""


def test_un_contexte_vide_ou_bizarre_ne_gene_pas():
    assert mots_de_passe.refus("correct cheval pile agrafe", [None, "", "!", "ab"]) == ""


@pytest.mark.asvs("6.2.8", "11.4.2")
def test_argon2id_avec_les_parametres_recommandes():
    hache = mots_de_passe.hacher("correct cheval pile agrafe")
    assert re.match(r"\$argon2id\$v=19\$m=19456,t=2,p=1\$", hache)
    assert len(hache) <= 200
    assert mots_de_passe.verifier(hache, "correct cheval pile agrafe")
    assert not mots_de_passe.verifier(hache, "correct cheval pile agrafe ")
    assert not mots_de_passe.a_rafraichir(hache)
    assert mots_de_passe.a_rafraichir("$argon2id$v=19$m=8192,t=1,p=1$c2Vsc2Vsc2Vs$" + "A" * 43)


@pytest.fixture
def appels(monkeypatch) -> list[str]:
    """Les mots de passe passés par Argon2."""
    vus: list[str] = []

    class Espion:
        def verify(self, hache, mot_de_passe):
            vus.append(mot_de_passe)
            return True

        def hash(self, mot_de_passe):
            return "h"

    monkeypatch.setattr(mots_de_passe, "_argon2", Espion())
    mots_de_passe._leurre.cache_clear()
    yield vus
    mots_de_passe._leurre.cache_clear()


@pytest.mark.asvs("15.2.2")
def test_argon2_n_est_jamais_appele_au_dela_de_128_caracteres(appels):
    assert not mots_de_passe.verifier("h", "x" * 129)
    assert not mots_de_passe.verifier("h", "x" * 10_000_000)
    assert appels == []
    assert mots_de_passe.verifier("h", "x" * 128)
    assert len(appels) == 1


def test_sans_compte_le_meme_calcul_a_lieu_et_la_reponse_est_non(appels):
    assert mots_de_passe.verifier(None, "essai") is False
    assert appels == ["essai"]


@pytest.mark.parametrize("abime", ["", "x", "$argon2id$", "$2b$12$abc"])
def test_un_hachage_abime_refuse_sans_tomber(abime):
    assert mots_de_passe.verifier(abime, "correct cheval pile agrafe") is False


@pytest.mark.parametrize(
    ("prenoms", "premier"),
    [
        ("Ana", "Ana"),
        ("Ana Maria", "Ana"),
        ("Ana, Maria", "Ana"),
        (",Ana", "Ana"),
        (" , ", " , "),
        (",", ","),
        ("Jean-Luc", "Jean-Luc"),
    ],
)
def test_le_premier_prenom_se_trouve_toujours(prenoms, premier):
    assert Compte(prenoms=prenoms).premier_prenom == premier
