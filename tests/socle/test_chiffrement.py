"""Chiffrement au repos : le contexte est lié, l'altération se voit, une clé neuve ne perd rien d'ancien."""

from __future__ import annotations

import sqlite3

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import StatementError

from portail.chiffrement import Coffre, DechiffrementImpossible, TexteChiffre, coffre
from portail.compte.modeles import Compte
from portail.db import ecriture, lecture
from tests.fabriques import compte

pytestmark = pytest.mark.menace("T3")

CLE_1, CLE_2, EMPREINTE = b"1" * 32, b"2" * 32, b"e" * 32
COFFRE = Coffre({1: CLE_1}, {1: EMPREINTE})


@given(st.binary(max_size=300), st.text(max_size=30))
def test_ce_qui_est_chiffre_se_dechiffre_avec_29_octets_de_plus(clair, contexte):
    chiffre = COFFRE.chiffrer(clair, contexte)
    assert len(chiffre) == len(clair) + 29
    assert COFFRE.dechiffrer(chiffre, contexte) == clair


def test_deux_chiffrements_du_meme_texte_different():
    assert COFFRE.chiffrer(b"285", "personne.nir") != COFFRE.chiffrer(b"285", "personne.nir")


@pytest.mark.asvs("11.3.3")
def test_une_donnee_deplacee_dans_une_autre_colonne_ne_se_lit_plus():
    chiffre = COFFRE.chiffrer(b"285", "personne.nir")
    with pytest.raises(DechiffrementImpossible, match="altérée"):
        COFFRE.dechiffrer(chiffre, "compte.nir")


@pytest.mark.asvs("11.3.3")
@pytest.mark.parametrize("rang", range(29 + 15))
def test_chaque_octet_altere_est_detecte(rang):
    chiffre = bytearray(COFFRE.chiffrer(b"285036926600199", "personne.nir"))
    chiffre[rang] ^= 1
    with pytest.raises(DechiffrementImpossible):
        COFFRE.dechiffrer(bytes(chiffre), "personne.nir")


@pytest.mark.parametrize("longueur", [0, 1, 5, 12, 13, 28])
def test_une_donnee_tronquee_est_detectee(longueur):
    chiffre = COFFRE.chiffrer(b"285036926600199", "personne.nir")[:longueur]
    with pytest.raises(DechiffrementImpossible):
        COFFRE.dechiffrer(chiffre, "personne.nir")


@pytest.mark.asvs("11.2.2")
def test_apres_rotation_l_ancien_se_lit_encore_et_le_neuf_emploie_la_nouvelle_cle():
    ancien = COFFRE.chiffrer(b"285", "c")
    apres = Coffre({1: CLE_1, 2: CLE_2}, {1: EMPREINTE})
    neuf = apres.chiffrer(b"285", "c")
    assert (ancien[0], neuf[0]) == (1, 2)
    assert apres.dechiffrer(ancien, "c") == apres.dechiffrer(neuf, "c") == b"285"
    with pytest.raises(DechiffrementImpossible, match="version 2 manque"):
        COFFRE.dechiffrer(neuf, "c")


def test_une_cle_remplacee_ne_rend_jamais_un_texte_faux():
    chiffre = COFFRE.chiffrer(b"285", "c")
    with pytest.raises(DechiffrementImpossible):
        Coffre({1: CLE_2}, {1: EMPREINTE}).dechiffrer(chiffre, "c")


def test_l_empreinte_depend_de_la_cle_du_contexte_et_de_la_valeur_seulement():
    autre_cle = Coffre({1: CLE_1}, {1: b"f" * 32})
    assert COFFRE.empreinte("285", "nir") == Coffre({7: CLE_2}, {1: EMPREINTE}).empreinte("285", "nir")
    assert len(COFFRE.empreinte("285", "nir")) == 64
    differentes = {
        COFFRE.empreinte("285", "nir"),
        COFFRE.empreinte("286", "nir"),
        COFFRE.empreinte("285", "reseau"),
        autre_cle.empreinte("285", "nir"),
    }
    assert len(differentes) == 4


@pytest.mark.asvs("11.3.2")
def test_le_nir_et_ses_morceaux_n_apparaissent_nulle_part_dans_les_fichiers_de_la_base(app, dossier):
    with ecriture() as session:
        numero = compte(session).nir
    with lecture() as session:
        assert session.scalar(sa.select(Compte.nir)) == numero
    octets = b"".join(chemin.read_bytes() for chemin in dossier.glob("portail.sqlite*"))
    assert b"ana@exemple.fr" in octets, "la ligne est bien dans ces fichiers"
    for morceau in (numero, numero[:13], numero[5:]):
        assert morceau.encode() not in octets


def test_une_colonne_chiffree_alteree_en_base_est_refusee_a_la_lecture(app, dossier):
    with ecriture() as session:
        compte(session)
    base = sqlite3.connect(dossier / "portail.sqlite")
    base.execute("UPDATE compte SET nir = zeroblob(44)")
    base.commit()
    base.close()
    with lecture() as session, pytest.raises(DechiffrementImpossible):
        session.scalar(sa.select(Compte.nir))


def test_une_colonne_chiffree_garde_le_vide(app):
    type_ = TexteChiffre("compte.nir")
    assert type_.process_bind_param(None, None) is None
    assert type_.process_result_value(None, None) is None
    chiffre = type_.process_bind_param("é’œ", None)
    assert coffre().dechiffrer(chiffre, "compte.nir") == "é’œ".encode()


def test_hors_application_rien_ne_se_chiffre():
    with pytest.raises((RuntimeError, StatementError)):
        TexteChiffre("compte.nir").process_bind_param("285", None)
