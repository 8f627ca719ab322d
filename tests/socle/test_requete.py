"""Ce que la base ne sait pas écrire (un caractère nul, un numéro trop grand) ne fait pas une panne."""

from __future__ import annotations

import pytest

from portail.assistance import fils
from portail.compte.modeles import Compte
from portail.db import db, ecriture, lecture
from portail.demande.modeles import Demande
from portail.guichet.modeles import ActeJournal, EcritureJournal
from tests import fabriques
from tests.fabriques import INSTANT
from tests.guichet.monde import entrer, monter
from tests.navigateur import Navigateur


@pytest.fixture
def nav(app_deux_moteurs):
    navigateur = Navigateur(app_deux_moteurs.test_client())
    entrer(app_deux_moteurs, navigateur.client, monter().responsable)
    return navigateur.ouvrir("/guichet/recherche")


@pytest.mark.asvs("2.2.1")
def test_il_est_ote_de_ce_qui_est_envoye(nav):
    jeton = nav.saisie(nav.formulaire())["csrf_token"]
    raison = {"csrf_token": jeton, "raison": "\0" * 12}
    assert nav.poster("/guichet/demandes/2/raison", raison).statut == 422
    ecrite = {"csrf_token": jeton, "raison": "La per\0sonne est au guichet."}
    assert nav.poster("/guichet/demandes/2/raison", ecrite).statut == 200
    with lecture() as session:
        raisons = [e.raison for e in session.query(EcritureJournal).filter_by(acte=ActeJournal.LECTURE_HORS_TERRITOIRE)]
    assert set(raisons) == {"La personne est au guichet."}
    message = {"csrf_token": jeton, "texte": "Bonjour", "cle": "a\0b"}
    assert nav.poster("/guichet/demandes/1/ecrire", message).statut == 200


def test_une_adresse_qui_en_porte_un_n_est_celle_de_rien(nav):
    jeton = nav.saisie(nav.formulaire())["csrf_token"]
    assert nav.poster("/guichet/demandes/1/nir/%00", {"csrf_token": jeton}).statut == 404
    assert nav.ouvrir("/guichet/journal?demande=%00").statut == 200


@pytest.mark.parametrize("suite", ["99999999999", "9" * 30, "-" + "9" * 30, "9" * 5000])
def test_une_suite_forgee_ne_fait_pas_une_panne(app_deux_moteurs, nav, suite):
    with ecriture() as session:
        demande = session.get_one(Demande, 1)
        fil = fils.ouvrir(session, demande.compte_id, "069", demande, demande.guichet_id, INSTANT)
        fils.ajouter(session, fil, "Bonjour", "cle", INSTANT)
    personne = Navigateur(app_deux_moteurs.test_client())
    with db.sessionmaker() as session:
        fabriques.connecter(app_deux_moteurs, personne.client, session, session.get_one(Compte, demande.compte_id))
    for adresse in ("appeler-ou-ecrire?apres=", "appeler-ou-ecrire?fait=", "questions/1?avant=", "journal?apres="):
        assert nav.ouvrir(f"/guichet/{adresse}{suite}").statut == 200
    for adresse in ("/compte/consultations?apres=", "/demandes/1/messages?avant="):
        assert personne.ouvrir(f"{adresse}{suite}").statut == 200
