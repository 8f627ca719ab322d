"""Un responsable d'un autre territoire, sur chaque adresse de la demande d'Ana : 404, une écriture de refus, aucun effet."""

from __future__ import annotations

import pytest

from portail.droits import Droit
from portail.guichet.modeles import ActeJournal
from tests.guichet.lecture import ecritures
from tests.navigateur import Navigateur
from tests.socle.routes import Dossier, Route, differences, photo, routes

AGENTS = {Droit.AGENT_ACCUEIL, Droit.AGENT_INSTRUCTEUR, Droit.AGENT_RESPONSABLE}
# La page qui demande pourquoi : elle ne dit pas même si la demande existe.
POURQUOI = "guichet.raison"


def sur_la_demande(app, monde, methode: str) -> list[Route]:
    dossier = Dossier(monde.demande_69, monde.personne_69, monde.ana, monde.ana, fil_id=1)
    return [
        route
        for route in routes(app, dossier, methode)
        if route.droit in AGENTS and f"/demandes/{monde.demande_69}" in route.adresse and route.endpoint != POURQUOI
    ]


@pytest.fixture
def nav(monde, naviguer) -> Navigateur:
    return naviguer(monde.ailleurs).ouvrir("/guichet/recherche")


@pytest.mark.asvs("8.4.1")
def test_rien_ne_se_lit(app, monde, nav):
    adresses = sur_la_demande(app, monde, "GET")
    assert len(adresses) >= 6
    for rang, route in enumerate(adresses, 1):
        reponse = nav.client.get(route.adresse)
        assert reponse.status_code == 404, route
        assert "Silva" not in reponse.get_data(as_text=True), route
        assert len(ecritures(ActeJournal.LECTURE_REFUSEE)) == rang, route
    refus = ecritures(ActeJournal.LECTURE_REFUSEE)
    assert {(e.agent_id, e.demande_id, e.guichet_code) for e in refus} == {(monde.ailleurs, monde.demande_69, "75056")}


@pytest.mark.asvs("8.4.1")
def test_rien_ne_s_ecrit(app, monde, nav, dossier):
    jeton = nav.page.find(attrs={"name": "csrf_token"})["value"]
    adresses = [
        route for route in sur_la_demande(app, monde, "POST") if not route.endpoint.startswith("guichet.raison")
    ]
    assert len(adresses) >= 6
    avant = photo(dossier)
    fautes = []
    for route in adresses:
        valeurs = {
            "csrf_token": jeton,
            "declaration": "1",
            "original_vu": "oui",
            "decision": "acceptee",
            "genre": "bail_signe",
        }
        reponse = nav.client.post(route.adresse, data=valeurs)
        if reponse.status_code != 404:
            fautes.append(f"{route} : {reponse.status_code}")
    assert fautes == []
    # Un frein compte l'essai de cet agent, avant de savoir sur quoi : il ne touche que lui.
    assert differences(avant, photo(dossier)) - {"frein"} == {"ecriture_journal"}
    assert {e.acte for e in ecritures()} == {ActeJournal.LECTURE_REFUSEE}
    assert len(ecritures()) == len(adresses)


def test_un_envoi_fait_de_la_personne_n_atteint_pas_le_guichet(app, monde, client):
    """Le même cookie ne sert pas des deux côtés."""
    from portail.compte.modeles import Compte
    from portail.db import db
    from tests import fabriques

    with db.sessionmaker() as session:
        fabriques.connecter(app, client, session, session.get_one(Compte, monde.ana))
    for route in sur_la_demande(app, monde, "GET"):
        assert client.get(route.adresse).status_code == 303, route
    assert ecritures() == []
