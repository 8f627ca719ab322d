"""Lire un fichier d'évènements : CSV ou JSON, encodage et séparateur reconnus, refus en une phrase."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portail.guichet.echanges.cellules import en_csv, neutraliser, rendre
from portail.guichet.echanges.forme import COLONNES, LIGNES_MAX, TAILLE_MAX, FichierRefuse
from portail.guichet.echanges.lecture import lire

ENTETE = ";".join(COLONNES)
LIGNE = "069112600000169266;visite;2026-11-24;Bâtir;;;Étage élevé;R1"


def csv_de(*lignes: str, separateur: str = ";", encodage: str = "utf-8", fin: str = "\r\n") -> bytes:
    return fin.join([ENTETE, *lignes]).replace(";", separateur).encode(encodage)


@pytest.mark.parametrize("encodage", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separateur", [";", ",", "\t"])
@pytest.mark.parametrize("fin", ["\r\n", "\n", "\r"])
def test_encodage_separateur_et_fins_de_ligne_sont_reconnus(encodage, separateur, fin):
    (entree,) = lire(csv_de(LIGNE, separateur=separateur, encodage=encodage, fin=fin))
    assert (entree.numero, entree["organisme"], entree["commentaire"]) == (2, "Bâtir", "Étage élevé")
    assert entree["rang"] == ""


def test_le_json_et_le_csv_disent_la_meme_chose():
    objet = dict(zip(COLONNES, LIGNE.split(";"), strict=True)) | {"rang": None, "valeur": None}
    (entree,) = lire(json.dumps({"version": 1, "evenements": [objet]}, ensure_ascii=False).encode())
    assert entree.cellules == lire(csv_de(LIGNE))[0].cellules
    assert entree.numero == 1


def test_un_rang_en_nombre_se_lit_comme_un_texte():
    (entree,) = lire(b'{"evenements": [{"numero_unique": "x", "rang": 2}]}')
    assert entree["rang"] == "2"


def test_les_lignes_vides_ne_comptent_pas_mais_gardent_les_numeros():
    entrees = lire(csv_de("", LIGNE, ";;;;;;;", LIGNE))
    assert [entree.numero for entree in entrees] == [3, 5]


def test_un_commentaire_de_plusieurs_lignes_garde_le_numero_de_sa_premiere():
    entrees = lire(csv_de(LIGNE.replace("Étage élevé", '"un\ndeux"'), LIGNE))
    assert [(entree.numero, entree["commentaire"]) for entree in entrees] == [(2, "un\ndeux"), (4, "Étage élevé")]


def test_l_indication_de_separateur_d_un_tableur_est_sautee():
    (entree,) = lire(b"sep=,\r\n" + csv_de(LIGNE, separateur=","))
    assert (entree.numero, entree["reference"]) == (3, "R1")


@pytest.mark.parametrize(
    ("octets", "phrase"),
    [
        (b"", "manque la colonne « numero_unique »"),
        (ENTETE.encode(), "aucun évènement"),
        (csv_de(LIGNE, encodage="utf-16"), "n’est pas du texte"),
        (b"\x81\x8d", "ne se lisent pas"),
        (b"numero_unique;evenement;date\r\na;b;c", "manque la colonne « reference »"),
        (b"nom;evenement\r\na;b", "La colonne « nom » n’est pas connue"),
        (b"date;date;numero_unique;evenement;reference\r\n", "« date » est là deux fois"),
        (csv_de(LIGNE + ";de trop"), "La ligne 2 a 9 cellules pour 8 colonnes"),
        (csv_de(LIGNE, '"jamais fermé'), "guillemets sont mal fermés"),
        (csv_de(*[LIGNE] * (LIGNES_MAX + 1)), "plus de 500 lignes"),
        (b"x" * (TAILLE_MAX + 1), "trop lourd"),
        (b'{"evenements": [', "Ce JSON ne se lit pas"),
        (b"[" * 100_000, "Ce JSON ne se lit pas"),
        (b"[]", "un objet dont « evenements »"),
        (b'{"evenements": {}}', "un objet dont « evenements »"),
        (b'{"evenements": []}', "aucun évènement"),
        (b'{"evenements": [3]}', "n’est pas un objet"),
        (b'{"version": 2, "evenements": []}', "version 1"),
        (b'{"evenements": [{"nom": "x"}]}', "La clé « nom »"),
        (b'{"evenements": [{"rang": 1.5}]}', "« rang » est un texte"),
        (b'{"evenements": [{"rang": true}]}', "« rang » est un texte"),
        (b'{"evenements": [{"organisme": "\\ud800"}]}', "« organisme » ne se lit pas"),
    ],
)
def test_un_fichier_illisible_se_refuse_en_une_phrase(octets, phrase):
    with pytest.raises(FichierRefuse) as refus:
        lire(octets)
    dite = str(refus.value).replace("\u00a0", " ").replace("\u202f", " ")
    assert phrase in dite
    assert len(dite) < 300


@given(st.binary(max_size=200))
def test_n_importe_quels_octets_se_lisent_ou_se_refusent(octets):
    try:
        lire(octets)
    except FichierRefuse as refus:
        assert str(refus)  # noqa: PT017


@pytest.mark.asvs("1.2.10")
@pytest.mark.parametrize("debut", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "\u00a0-", "＝", "＋"])
def test_une_cellule_qui_serait_une_formule_est_neutralisee_et_revient(debut):
    texte = f"{debut}HYPERLINK(1)"
    assert neutraliser(texte) == f"'{texte}"
    assert rendre(neutraliser(texte)) == texte


@pytest.mark.parametrize("texte", ["", "Bâtir", "l’an 1+1", "'déjà", "2026-11-24", "069 11 26 000001 69266"])
def test_une_cellule_ordinaire_ne_change_pas(texte):
    assert neutraliser(texte) == texte
    assert rendre(texte) == texte


@pytest.mark.asvs("1.2.10")
@given(st.text(max_size=30))
def test_aucune_cellule_ecrite_n_est_une_formule(texte):
    fichier = "".join(en_csv(["a"], [[texte]]))
    (_, (cellule,)) = csv.reader(io.StringIO(fichier.removeprefix("\ufeff"), newline=""), delimiter=";")
    assert not cellule.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))
    assert rendre(cellule) == texte or texte.startswith("'")
