"""Aucune page d'agent ne montre un numéro de sécurité sociale en entier, sauf celle du geste, inscrit au journal."""

from __future__ import annotations

import re

import pytest

from portail.assistance import fils
from portail.db import ecriture
from portail.droits import Droit
from portail.guichet.modeles import ActeJournal
from tests.fabriques import INSTANT, nir
from tests.guichet.gestes import presser
from tests.guichet.lecture import ecritures
from tests.navigateur import Navigateur
from tests.socle.routes import Dossier, routes

pytestmark = pytest.mark.menace("T3")

AGENTS = {Droit.AGENT_ACCUEIL, Droit.AGENT_INSTRUCTEUR, Droit.AGENT_RESPONSABLE}
NUMERO = nir("2850369266001")


def chiffres(page: str) -> str:
    """Le texte sans rien entre les chiffres : un numéro espacé s'y retrouve."""
    return re.sub(r"[^0-9A-Z<>]", "", page)


@pytest.fixture
def dossier_lu(monde) -> Dossier:
    with ecriture() as session:
        fil = fils.ouvrir(session, monde.ana, "111", None, None, INSTANT)
        fils.ajouter(session, fil, "Bonjour.", "cle", INSTANT)
    return Dossier(monde.demande_69, monde.personne_69, monde.ana, monde.ana, fil.id)


@pytest.mark.asvs("8.2.3", "14.2.6")
def test_aucune_page_lue_ne_le_montre(app, monde, dossier_lu, naviguer):
    client = naviguer(monde.responsable).client
    vues = 0
    for route in routes(app, dossier_lu, "GET"):
        if route.droit not in AGENTS:
            continue
        reponse = client.get(route.adresse)
        if reponse.mimetype.startswith(("text/", "application/json")):
            vues += reponse.status_code == 200
            assert NUMERO not in chiffres(reponse.get_data(as_text=True)), route
    assert vues >= 15


@pytest.mark.asvs("14.2.6")
def test_le_geste_le_montre_une_fois_et_s_inscrit(monde, naviguer):
    nav: Navigateur = naviguer(monde.accueil).ouvrir(f"/guichet/demandes/{monde.demande_69}")
    presser(nav, "Afficher le numéro de sécurité sociale")
    assert NUMERO in chiffres(nav.texte())
    assert nav.reponse.headers["Cache-Control"] == "no-store"
    (inscrite,) = ecritures(ActeJournal.LECTURE_NIR)
    assert (inscrite.agent_id, inscrite.demande_id) == (monde.accueil, monde.demande_69)
    assert NUMERO not in f"{inscrite.objet}{inscrite.raison}"


def test_un_lien_ne_suffit_pas(app, monde, naviguer):
    client = naviguer(monde.responsable).client
    assert client.get(f"/guichet/demandes/{monde.demande_69}/nir/{monde.personne_69}").status_code == 405
    assert ecritures(ActeJournal.LECTURE_NIR) == []


def test_un_agent_d_ailleurs_n_en_voit_rien(monde, naviguer):
    nav = naviguer(monde.ailleurs)
    page = nav.ouvrir("/guichet/recherche")
    jeton = page.page.find(attrs={"name": "csrf_token"})["value"]
    nav.poster(f"/guichet/demandes/{monde.demande_69}/nir/{monde.personne_69}", {"csrf_token": jeton})
    assert nav.statut == 404
    assert ecritures(ActeJournal.LECTURE_NIR) == []
    assert [e.demande_id for e in ecritures(ActeJournal.LECTURE_REFUSEE)] == [monde.demande_69]
