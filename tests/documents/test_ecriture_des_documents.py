"""Du texte aux lignes : rien ne se perd, rien ne déborde, rien n'est un carré muet."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portail.documents.ecriture import GRAS, NORMAL, a_des_absents, abreger, couper, imprimable, largeur
from portail.documents.proprete import propre

TEXTES = st.text(max_size=200) | st.text("ab -–\u00a0\u202f\n’é\u0301", max_size=200)


@settings(max_examples=60, deadline=None)
@given(TEXTES, st.sampled_from([NORMAL, GRAS]), st.floats(40, 400))
@example("x" * 500, NORMAL, 60.0)
@example("W" * 3, GRAS, 2.0)
@example("a\u0301" * 40, NORMAL, 41.0)
@example("fin de ligne   \n\n\n\n   début", NORMAL, 400.0)
@example("Saint-Germain-en-Laye-" * 8, NORMAL, 90.0)
def test_les_lignes_mises_bout_a_bout_redonnent_le_texte(texte: str, police: str, place: float) -> None:
    lignes = couper(texte, police, 10.5, place)
    assert "".join(lignes).split() == propre(texte).split()
    for ligne in lignes:
        seul = sum(not unicodedata.combining(c) for c in ligne.rstrip()) <= 1
        assert seul or largeur(ligne.rstrip(" "), police, 10.5) <= place + 0.01


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_ce_qui_est_dessine_est_fait_des_caracteres_de_la_police(texte: str) -> None:
    dessin = imprimable(propre(texte)).replace("\n", "")
    assert imprimable(dessin) == dessin
    assert largeur(dessin, NORMAL, 10) >= 0


@pytest.mark.parametrize(
    ("texte", "dessin"),
    [
        ("نور", "???"),
        ("李", "?"),
        ("Ḁb", "Ab"),
        ("ﬁn ①", "fin 1"),
        ("Léa\u200b\u200e", "Léa"),
        ("👩\u200d👧", "??"),
        ("re\u00adlire", "relire"),
        ("a\u2009b", "a b"),
    ],
)
def test_un_caractere_absent_est_remplace(texte: str, dessin: str) -> None:
    assert imprimable(texte) == dessin


@pytest.mark.parametrize("texte", ["نور", "Ḁ", "🏠", "\ud83c"])
def test_un_caractere_remplace_est_signale(texte: str) -> None:
    assert a_des_absents(f"Je suis {texte}.")


@pytest.mark.parametrize("texte", ["Pourquoi ?", "l’été\nà Sète", "e\u0301", "a\u200bb", "a\u2009b", "tab\t", "nul\0"])
def test_un_texte_ordinaire_n_est_pas_signale(texte: str) -> None:
    assert not a_des_absents(texte)


def test_la_ligne_ne_passe_jamais_a_une_espace_insecable() -> None:
    for place in range(60, 200, 7):
        for ligne in couper("Le loyer est de 1\u202f234,50\u00a0€ ; c’est «\u00a0trop\u00a0».", NORMAL, 10.5, place):
            assert not ligne.startswith(("€", "234", "trop", "»"))


def test_un_mot_compose_se_coupe_apres_son_trait_d_union_et_pas_un_nombre() -> None:
    place = largeur("Saint-Germain-en", NORMAL, 10.5)
    assert couper("Saint-Germain-en-Laye", NORMAL, 10.5, place) == ("Saint-Germain-", "en-Laye")
    place = largeur("du 12-", NORMAL, 10.5)
    assert couper("du 12-34", NORMAL, 10.5, place) == ("du ", "12-34")
    article = "art. R441-2-8"
    assert couper(article, NORMAL, 10.5, largeur("art. R441-2", NORMAL, 10.5)) == ("art. ", "R441-2-8")


def test_un_accent_seul_reste_avec_sa_lettre() -> None:
    for ligne in couper("ɛ\u0301" * 60, NORMAL, 10.5, 60):
        assert not unicodedata.combining(ligne[0])


def test_les_lignes_vides_se_reduisent_a_une() -> None:
    assert propre("\n a\r\n\n \n\n\n\u2028b\n") == "a\n\nb"


def test_un_texte_trop_long_est_abrege_sur_une_ligne() -> None:
    assert abreger("Fiche de\nLéa", NORMAL, 9, 200) == "Fiche de Léa"
    court = abreger("Fiche de " + "Léa " * 200, NORMAL, 9, 200)
    assert court.endswith("…")
    assert largeur(court, NORMAL, 9) <= 200
