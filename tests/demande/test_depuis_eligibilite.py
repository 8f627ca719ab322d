"""Du test d'éligibilité à la demande : ce qui veut dire la même chose est repris, le reste se redemande."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from portail.db import db, lecture
from portail.demande.modeles import Declaration
from portail.information.eligibilite.formulaire import EligibiliteForm
from tests import fabriques
from tests.navigateur import Navigateur, mots

SEULE = {"commune": "69266", "adultes": "1", "a_charge": "0", "revenu": "18000", "sejour": "france"}


@pytest.fixture
def zoe(app) -> Navigateur:
    client = app.test_client()
    with app.app_context(), db.sessionmaker() as session:
        compte = fabriques.compte(session, "zoe@exemple.fr", nir=None)
        fabriques.connecter(app, client, session, compte, "z" * 43)
    return Navigateur(client)


def repondre(nav: Navigateur, **reponses: str) -> Navigateur:
    """Le résultat du test."""
    nav.ouvrir("/suis-je-eligible")
    formulaire = nav.page.find("form", action="/suis-je-eligible")
    saisie = nav.saisie(formulaire)
    for nom, valeur in {**SEULE, **reponses}.items():
        saisie.setlist(nom, [valeur])
    return nav.poster("/suis-je-eligible", saisie)


def reporter(nav: Navigateur) -> Navigateur:
    formulaire = nav.page.find("form", action="/demandes/nouvelle/depuis-eligibilite")
    return nav.poster(formulaire["action"], nav.saisie(formulaire))


def declarations(app) -> list[dict]:
    with app.app_context(), lecture() as session:
        return [
            {
                "nationalite": d.personnes[0].nationalite and d.personnes[0].nationalite.libelle,
                "revenu": d.personnes[0].revenu.rfr_n2,
                "charge": d.foyer.a_personnes_a_charge and d.foyer.a_personnes_a_charge.code,
                "communes": [c.commune for c in d.communes],
            }
            for d in session.scalars(sa.select(Declaration))
        ]


def test_les_reponses_qui_suffisent_arrivent_dans_le_brouillon(app, zoe):
    reporter(repondre(zoe, commune_2="69029", commune_3="75056"))
    assert zoe.h1 == "Informations générales"
    [brouillon] = declarations(app)
    assert brouillon == {
        "nationalite": "Française", "revenu": 18000, "charge": "non", "communes": ["69266", "69029"],
    }  # fmt: skip


def test_ce_qui_ne_suffit_pas_se_redemande(app, zoe):
    reporter(repondre(zoe, adultes="2", a_charge="3", sejour="europe"))
    assert declarations(app) == [{"nationalite": None, "revenu": None, "charge": None, "communes": ["69266"]}]


def test_deux_fois_le_meme_bouton_ne_cree_qu_un_brouillon(app, zoe):
    repondre(zoe)
    formulaire = zoe.page.find("form", action="/demandes/nouvelle/depuis-eligibilite")
    saisie = zoe.saisie(formulaire)
    for _ in range(2):
        zoe.poster(formulaire["action"], saisie)
        assert zoe.h1 == "Informations générales"
    assert len(declarations(app)) == 1


def test_une_demande_deja_ouverte_n_est_pas_changee(app, zoe):
    reporter(repondre(zoe))
    reporter(repondre(zoe, revenu="99999", sejour="sans"))
    assert zoe.h1 == "Vous avez déjà une demande dans ce territoire"
    assert declarations(app)[0]["revenu"] == 18000


def test_sans_etre_connecte_rien_n_est_propose_ni_garde(app):
    nav = repondre(Navigateur(app.test_client()))
    assert not nav.page.find("form", action="/demandes/nouvelle/depuis-eligibilite")
    assert "connectez-vous" in mots(nav.page.main)
    assert declarations(app) == []


def test_des_reponses_illisibles_ramenent_au_test(app, zoe):
    repondre(zoe)
    formulaire = zoe.page.find("form", action="/demandes/nouvelle/depuis-eligibilite")
    saisie = zoe.saisie(formulaire)
    saisie["revenu"] = "beaucoup"
    zoe.poster(formulaire["action"], saisie)
    assert (zoe.h1.replace("\u202f", " "), declarations(app)) == ("Suis-je éligible ?", [])


def test_chaque_champ_du_test_est_repris_ou_laisse_par_choix():
    laisses = {"age", "age_conjoint", "handicap", "situation", "revenu_recent"}
    repris = {"commune", "commune_2", "commune_3", "adultes", "a_charge", "revenu", "sejour"}
    assert {champ.name for champ in EligibiliteForm(annee=2026)} == laisses | repris
