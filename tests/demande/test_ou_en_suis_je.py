"""« Où en suis-je ? » : ancienneté, chiffres des communes choisies, délai du préfet, DALO. Jamais une promesse."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from portail.db import db
from portail.demande.listes import Motif, Occupation
from portail.demande.modeles import Demande
from portail.demande.ou_en_suis_je import mois_revolus
from tests import fabriques
from tests.demande.conftest import Foyer
from tests.demande.gestes import NavigateurQuiTape
from tests.demande.test_depot import joindre_l_identite, soumettre


def deposer(foyer: Foyer, **logement) -> None:
    """Soumet la demande, comme la personne, après avoir changé ce que dit `logement`."""
    with foyer.declaration() as declaration:
        for nom, valeur in logement.items():
            setattr(declaration.logement_actuel, nom, valeur)
    joindre_l_identite(foyer)
    assert soumettre(foyer).h1 == "Votre demande est soumise"


def lire(foyer: Foyer) -> NavigateurQuiTape:
    return foyer.navigateur().ouvrir(f"/demandes/{foyer.demande_id}/ou-en-suis-je")


def dater(foyer: Foyer, instant) -> None:
    with foyer.app.app_context(), db.sessionmaker() as session, session.begin():
        session.execute(sa.update(Demande).where(Demande.id == foyer.demande_id).values(deposee_le=instant))


@pytest.mark.parametrize(
    ("debut", "jour", "mois"),
    [
        (date(2026, 11, 24), date(2026, 11, 24), 0),
        (date(2026, 10, 25), date(2026, 11, 24), 0),
        (date(2026, 10, 24), date(2026, 11, 24), 1),
        (date(2024, 2, 29), date(2025, 2, 28), 12),
        (date(2026, 1, 31), date(2026, 2, 28), 1),
        (date(2026, 12, 1), date(2026, 11, 24), 0),
    ],
)
def test_les_mois_revolus(debut, jour, mois):
    assert mois_revolus(debut, jour) == mois


def test_un_brouillon_n_a_pas_d_anciennete(ana_remplie):
    assert lire(ana_remplie).h1 == "Informations générales"


def test_une_demande_neuve(ana_remplie):
    deposer(ana_remplie)
    nav = ana_remplie.navigateur().ouvrir("/demandes").suivre("Où en suis-je")
    texte = nav.texte().replace("\u00a0", " ")
    assert nav.h1.replace("\u202f", " ") == "Où en suis-je ?"
    assert "Votre demande a moins d’un mois." in texte
    assert "Villeurbanne" in texte
    assert "Demandes en attente" in texte
    assert "Rhône" in texte
    assert "à demander" in texte
    assert "Système national d’enregistrement" in texte


def test_une_demande_de_trois_ans_et_demi(ana_remplie):
    deposer(ana_remplie)
    dater(ana_remplie, fabriques.INSTANT.replace(year=2023, month=5))
    texte = lire(ana_remplie).texte().replace("\u00a0", " ")
    assert "Votre demande attend depuis 42 mois, soit 3 ans et 6 mois." in texte
    assert "au-delà de votre tranche (de 3 à 4 ans)" in texte


@pytest.mark.parametrize(
    ("logement", "phrase"),
    [
        ({"occupation": Occupation.SANS_ABRI}, "vous n’avez pas de logement"),
        (
            {"occupation": Occupation.STRUCTURE, "date_entree": date(2026, 1, 1)},
            "vous vivez depuis plus de 6 mois dans une structure d’hébergement",
        ),
    ],
)
def test_le_dalo_parle_de_son_cas(ana_remplie, logement, phrase):
    deposer(ana_remplie, **logement)
    texte = lire(ana_remplie).texte()
    assert "sans attendre" in texte
    assert phrase in texte


def test_sans_cas_rien_n_est_promis(ana_remplie):
    deposer(ana_remplie)
    assert "aucun cas n’ouvre aujourd’hui cette démarche" in lire(ana_remplie).texte()


def test_un_logement_indigne_se_lit_dans_les_motifs(ana_remplie):
    with ana_remplie.declaration() as declaration:
        declaration.motifs_declares[0].motif = Motif.INDECENT
    deposer(ana_remplie)
    assert "indécent, insalubre" in lire(ana_remplie).texte()


def test_la_demande_d_une_autre_ne_se_montre_pas(ana_remplie, app):
    deposer(ana_remplie)
    client = app.test_client()
    with app.app_context():
        leo = fabriques.compte(db.session, "leo@exemple.fr", nir=None)
        fabriques.connecter(app, client, db.session, leo, jeton="l" * 43)
    nav = NavigateurQuiTape(client).ouvrir(f"/demandes/{ana_remplie.demande_id}/ou-en-suis-je")
    assert nav.statut == 404
