"""Textes : ce qui se voit est gardé, ce qui ne se voit pas ne passe pas, et chaque erreur dit le format attendu."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portail.champs import (
    ChampCodePostal,
    ChampCourriel,
    ChampLong,
    ChampMotDePasse,
    ChampSiren,
    ChampSiret,
    ChampTelephone,
    ChampTexte,
)
from portail.champs.base import sans_blancs_exotiques
from tests.champs.outils import mots, remplir


@pytest.mark.parametrize(
    ("tape", "garde"),
    [
        ("  Ana   Maria ", "Ana Maria"), ("Ana\u00a0Maria", "Ana Maria"), ("Ana\u202fMaria\u2009", "Ana Maria"),
        ("Ana\u200b\ufeff", "Ana"), ("A\tn\ra\n", "A n a"), ("Ana\0", "Ana"), ("A\x01n\x1b[31ma", "An[31ma"),
        ("Ana\u202eIS\u202c", "AnaIS"), ("\u2066Ana\u2069", "Ana"), ("Ana\x7f\x85Silva", "Ana Silva"),
        ("Ana\u2028Silva", "Ana Silva"), ("Le\u0301a", "Léa"), ("D’Artagnan", "D’Artagnan"), ("Œuvre-Ça", "Œuvre-Ça"),
        ("=HYPERLINK(1)", "=HYPERLINK(1)"), ("<b>{{7*7}}", "<b>{{7*7}}"), ("لينا", "لينا"), ("Ελένη", "Ελένη"), ("👩‍👧", "👩‍👧"),
    ],
)  # fmt: skip
def test_le_texte_est_garde_sans_ses_caracteres_invisibles(tape, garde):
    champ = remplir(ChampTexte, tape)
    assert (champ.errors, champ.data) == ([], garde)


@given(st.text(max_size=60))
def test_nettoyer_deux_fois_ne_change_plus_rien_et_ne_laisse_aucun_controle(texte):
    import unicodedata

    net = sans_blancs_exotiques(texte)
    assert sans_blancs_exotiques(net) == net
    assert not [c for c in net if unicodedata.category(c) in {"Cc", "Zl", "Zp"}]


@pytest.mark.parametrize("vide", ["", "   ", "\u00a0\u200b", "\0"])
def test_un_texte_invisible_est_vide(vide):
    champ = remplir(ChampTexte, vide, valeur="ancien")
    assert (champ.soumis, champ.data) == (True, None)


def test_un_texte_trop_long_dit_combien_et_reste_montre():
    champ = remplir(ChampTexte, "x" * 101)
    assert mots(champ.erreur) == "Ce texte est trop long : 100 caractères au plus, vous en avez écrit 101."
    assert champ.saisie() == "x" * 101
    assert remplir(ChampTexte, "x" * 100).errors == []


def test_un_texte_libre_garde_ses_lignes():
    champ = remplir(ChampLong, "  Bonjour,\r\n\r\nJe  cherche\u00a0:\r un logement\0\n  ")
    assert champ.data == "Bonjour,\n\nJe cherche :\nun logement"
    assert remplir(ChampLong, "x" * 2001).erreur.endswith("vous en avez écrit 2001.")


@pytest.mark.parametrize(
    ("tape", "lue"),
    [
        ("ana@exemple.fr", "ana@exemple.fr"), (" Ana.Silva@Exemple.FR ", "ana.silva@exemple.fr"),
        ("ana+logement@exemple.co.uk", "ana+logement@exemple.co.uk"), ("ana @ exemple.fr", "ana@exemple.fr"),
        ("ana@exemple.fr\u200b", "ana@exemple.fr"), ("a@b.fr", "a@b.fr"), ("ana_1-x@sous.domaine.exemple.org", "ana_1-x@sous.domaine.exemple.org"),
        ("o'neil@exemple.fr", "o'neil@exemple.fr"), ("mailto:ana@exemple.fr", "ana@exemple.fr"), ("ana@exemple.fr.", "ana@exemple.fr"),
    ],
)  # fmt: skip
def test_une_adresse_mail_se_lit_en_minuscules_et_sans_espaces(tape, lue):
    champ = remplir(ChampCourriel, tape)
    assert (champ.errors, champ.data) == ([], lue)


INCOMPLETE = "Cette adresse mail n’est pas complète. Exemple : prenom.nom@exemple.fr."
ACCENT = "Une adresse mail n’a ni accent ni cédille. Exemple : prenom.nom@exemple.fr."


@pytest.mark.parametrize(
    ("tape", "phrase"),
    [
        ("ana", INCOMPLETE), ("ana@", INCOMPLETE), ("@exemple.fr", INCOMPLETE), ("ana@exemple", INCOMPLETE),
        ("ana@@exemple.fr", INCOMPLETE), ("ana@exemple..fr", INCOMPLETE), ("ana@exemple,fr", INCOMPLETE),
        ("ana@ex.fr\r\nBcc: x@y.fr", INCOMPLETE), ("Ana <ana@exemple.fr>", INCOMPLETE), ("a@b.fr;c@d.fr", INCOMPLETE),
        ('"ana"@exemple.fr', INCOMPLETE), ("ana@-exemple.fr", INCOMPLETE), ("anaïs@exemple.fr", ACCENT), ("ana@élan.fr", ACCENT),
        ("x" * 250 + "@a.fr", "Ce texte est trop long : 254 caractères au plus, vous en avez écrit 255."),
    ],
)  # fmt: skip
def test_une_adresse_mail_fausse_montre_un_exemple(tape, phrase):
    champ = remplir(ChampCourriel, tape)
    assert ([mots(e) for e in champ.errors], champ.data) == ([phrase], None)


@pytest.mark.parametrize(
    ("tape", "lu"),
    [
        ("0612345678", "06 12 34 56 78"), ("06 12 34 56 78", "06 12 34 56 78"), ("06.12.34.56.78", "06 12 34 56 78"),
        ("06-12-34-56-78", "06 12 34 56 78"), ("06/12/34/56/78", "06 12 34 56 78"), ("+33612345678", "06 12 34 56 78"),
        ("+33 (0)6 12 34 56 78", "06 12 34 56 78"), ("0033612345678", "06 12 34 56 78"), ("06\u00a012\u00a034\u00a056\u00a078", "06 12 34 56 78"),
        ("0692 12 34 56", "06 92 12 34 56"), ("+262 692 12 34 56", "+262692123456"), ("+32 470 12 34 56", "+32470123456"),
        ("0032 470 12 34 56", "0032470123456"), ("33612345678", "06 12 34 56 78"),
    ],
)  # fmt: skip
def test_un_telephone_se_lit_avec_ou_sans_separateurs(tape, lu):
    champ = remplir(ChampTelephone, tape)
    assert (champ.errors, champ.data) == ([], lu)


@pytest.mark.parametrize("tape", ["06 12 34 56", "06 12 34 56 78 90", "abc", "+", "٠٦١٢٣٤٥٦٧٨", "06 12 34 56 7x"])
def test_un_telephone_incomplet_montre_deux_exemples(tape):
    phrase = "Ce numéro de téléphone n’est pas complet. Exemples : 06 12 34 56 78 ou +32 470 12 34 56."
    assert [mots(e) for e in remplir(ChampTelephone, tape).errors] == [phrase]


@pytest.mark.parametrize(
    ("tape", "lu"),
    [
        *(("69100", "69100"), ("69 100", "69100"), (" 01000 ", "01000"), ("20000", "20000")),
        *(("F-69100", "69100"), ("f-69100", "69100"), ("FR-69100", "69100")),
    ],
)
def test_un_code_postal_a_cinq_chiffres(tape, lu):
    assert remplir(ChampCodePostal, tape).data == lu


@pytest.mark.parametrize("tape", ["6910", "691000", "2A000", "Lyon", "٦٩١٠٠"])
def test_un_code_postal_faux_montre_un_exemple(tape):
    assert [mots(e) for e in remplir(ChampCodePostal, tape).errors] == [
        "Un code postal a cinq chiffres. Exemple : 69100."
    ]


@pytest.mark.parametrize(
    "tape",
    [
        *("73282932000074", "732 829 320 00074", "732.829.320.00074", "35600000049837", "356 000 000 00048"),
        *("732-829-320-00074", "732 829 320 / 00074", "SIRET : 732 829 320 00074", "siret 73282932000074"),
    ],
)
def test_un_siret_se_lit_y_compris_ceux_de_la_poste(tape):
    champ = remplir(ChampSiret, tape)
    assert (champ.errors, len(champ.data)) == ([], 14)


@pytest.mark.parametrize(
    ("tape", "phrase"),
    [
        ("7328293200007", "Un numéro SIRET a 14 chiffres. Il est sur votre fiche de paie."),
        ("732829320", "Un numéro SIRET a 14 chiffres. Il est sur votre fiche de paie."),
        ("00000000000000", "Ce numéro SIRET contient une erreur. Vérifiez-le sur votre fiche de paie."),
        ("73282932000075", "Ce numéro SIRET contient une erreur. Vérifiez-le sur votre fiche de paie."),
        ("abcdefghijklmn", "Un numéro SIRET a 14 chiffres. Il est sur votre fiche de paie."),
    ],
)
def test_un_siret_faux_dit_ou_le_trouver(tape, phrase):
    assert [mots(e) for e in remplir(ChampSiret, tape).errors] == [phrase]


def test_un_siret_et_un_siren_se_lisent_par_groupes():
    assert mots(remplir(ChampSiret, "").presenter("73282932000074")) == "732 829 320 00074"
    assert mots(remplir(ChampSiren, "").presenter("732829320")) == "732 829 320"
    assert remplir(ChampSiret, "").presenter(None) == ""


def test_un_siren_se_controle_par_sa_cle():
    assert remplir(ChampSiren, "732 829 320").data == "732829320"
    assert remplir(ChampSiren, "SIREN 732-829-320").data == "732829320"
    for faux in ("000 000 000", "732829321", "73282932", "x"):
        assert [mots(e) for e in remplir(ChampSiren, faux).errors] == [
            "Un numéro SIREN a 9 chiffres. Celui-ci contient une erreur."
        ]


def test_un_mot_de_passe_n_est_ni_change_ni_reaffiche():
    champ = remplir(ChampMotDePasse, "  deux  espaces et\u00a0é\u0301 ")
    assert champ.data == "  deux  espaces et\u00a0é\u0301 "
    champ.errors = ["trop court"]
    assert champ.saisie() == ""


@pytest.mark.parametrize(
    "genre", [ChampTexte, ChampLong, ChampCourriel, ChampTelephone, ChampCodePostal, ChampSiret, ChampSiren]
)
def test_une_saisie_enorme_repond_vite(genre):
    debut = time.process_time()
    for monstre in ("a" * 50_000 + "!", "a@" + "a." * 25_000, "1 " * 25_000, "-" * 50_000):
        assert remplir(genre, monstre).errors
    assert time.process_time() - debut < 1
