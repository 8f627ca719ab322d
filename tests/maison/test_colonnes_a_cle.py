"""Aucune colonne chiffrée ni empreinte à clé n'échappe à une rotation : le type le dit, un oubli se voit."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from portail import modeles
from portail.chiffrement import BlocChiffre, EmpreinteACle, TexteChiffre
from portail.db import Base
from portail.trousseau import colonnes

pytestmark = pytest.mark.menace("T17")

assert modeles
# Soixante-quatre signes qui ne doivent rien à nos clés : SHA-256 d'un secret tiré au hasard, d'un contenu, nom au hasard.
EN_CLAIR = {"cle_publique", "defi"}  # ce que garde une clé d'accès : rien de secret
SANS_CLE = {
    "cle_connue.temoin",
    "code_courriel.navigateur",
    "defi_cle.navigateur",
    "document_emis.empreinte",
    "ecriture_journal.precedente",
    "export_donnees.cle",
    "fichier.cle",
    "fichier.empreinte_recue",
    "import_referentiels.empreinte",
    "invitation.empreinte",
    "jeton.empreinte",
    "passage_franceconnect.etat",
    "passage_franceconnect.navigateur",
    "saisie_suspendue.empreinte",
    "session_agent.empreinte",
    "session_ouverte.empreinte",
    "televersement.empreinte",
}


def toutes() -> list[sa.Column]:
    return [colonne for table in Base.metadata.sorted_tables for colonne in table.columns]


@pytest.mark.asvs("14.2.4")
def test_des_octets_en_base_sont_chiffres():
    types = sa.LargeBinary | TexteChiffre | BlocChiffre
    octets = [c for c in toutes() if isinstance(c.type, types) and c.name not in EN_CLAIR]
    assert {colonnes.nom(c) for c in octets} == {colonnes.nom(c) for c in colonnes.chiffrees()}
    assert {"compte.nir", "personne.nir", "morceau.chiffre", "agent.secret_totp"} <= {colonnes.nom(c) for c in octets}


def test_une_empreinte_est_a_cle_ou_dite_sans_cle():
    signes = {colonnes.nom(c) for c in toutes() if isinstance(c.type, sa.String) and c.type.length == 64}
    assert signes == SANS_CLE


def test_le_contexte_d_une_colonne_est_a_elle_seule():
    contextes = [c.type.contexte for c in colonnes.chiffrees()]
    assert len(contextes) == len(set(contextes))
    for colonne in colonnes.chiffrees():
        if isinstance(colonne.type, BlocChiffre):
            exemple = dict.fromkeys((c.name for c in colonne.table.primary_key), 7)
            assert "7" in colonne.type.contexte.format(**exemple)


def test_une_empreinte_se_refait_ou_dit_ce_que_sa_cle_retenait():
    """Ni l'un ni l'autre : sa clé ne se retire pas. Le journal seul est dans ce cas."""
    for colonne in colonnes.empreintes():
        type_ = colonne.type
        assert isinstance(type_, EmpreinteACle)
        assert all(source in colonne.table.c for source in type_.depuis)
        assert bool(type_.depuis) == bool(type_.contexte)
    retenues = [colonnes.nom(c) for c in colonnes.empreintes() if not c.type.depuis and not c.type.perte]
    assert retenues == ["ecriture_journal.empreinte"]
