"""Chaque route de l'espace des agents : son droit, ses envois, ses pages. Qui ouvre quoi : tests/matrice."""

from __future__ import annotations

import pytest

from portail.droits import AGENTS, Droit, droit_de
from tests.guichet.monde import Monde, entrer
from tests.socle.routes import differences, photo

RANGS = {Droit.AGENT_ACCUEIL: 1, Droit.AGENT_INSTRUCTEUR: 2, Droit.AGENT_RESPONSABLE: 3}
PAGE_MAXIMALE = 9 * 1024  # octets comprimés


def routes(app, monde: Monde, methode: str) -> list[tuple[str, str, Droit]]:
    """(adresse, endpoint, droit) de tout l'espace des agents, celles à deux objets visant G1."""
    valeurs = {
        "agent_id": monde.accueil, "demande_id": monde.demande_69, "fichier_id": monde.fichier_69,
        "personne": monde.personne_69, "jeton": "j" * 43,
    }  # fmt: skip
    trouvees = []
    for regle in app.url_map.iter_rules():
        if regle.endpoint.startswith("guichet.") and methode in regle.methods:
            arguments = {nom: valeurs.get(nom, 1) for nom in regle.arguments}
            adresse = app.url_map.bind("127.0.0.1").build(regle.endpoint, arguments)
            trouvees.append((adresse, regle.endpoint, droit_de(app, regle.endpoint)))
    return trouvees


def jeton_de(client) -> str:
    from bs4 import BeautifulSoup

    page = BeautifulSoup(client.get("/guichet/moi", follow_redirects=True).text, "html.parser")
    return page.find(attrs={"name": "csrf_token"})["value"]


@pytest.mark.asvs("8.1.1")
def test_les_droits_d_agents_vont_avec_l_adresse(app):
    for regle in app.url_map.iter_rules():
        if regle.endpoint == "static":
            continue
        chez_les_agents = regle.rule == "/guichet" or regle.rule.startswith("/guichet/")
        requis = droit_de(app, regle.endpoint)
        assert chez_les_agents == regle.endpoint.startswith("guichet."), regle.rule
        if chez_les_agents:
            assert requis in {*AGENTS, Droit.PUBLIC, Droit.ANONYME}, regle.rule
        else:
            assert requis not in AGENTS, regle.rule


@pytest.mark.asvs("8.2.1", "8.3.1")
@pytest.mark.parametrize("qui", ["sans facteur", "personne", "accueil"])
def test_aucun_envoi_au_dessus_de_son_droit_n_a_d_effet(app, client, monde, dossier, qui):
    if qui != "personne":
        entrer(app, client, monde.accueil, facteur=qui == "accueil")
    jeton = jeton_de(client)
    avant = photo(dossier)
    fautes = []
    for adresse, endpoint, requis in routes(app, monde, "POST"):
        if requis not in RANGS or (qui == "accueil" and RANGS[requis] <= 1):
            continue
        for entetes in ({}, {"HX-Request": "true"}):
            reponse = client.post(adresse, data={"csrf_token": jeton, "role": "responsable"}, headers=entetes)
            if reponse.status_code not in ({403} if qui == "accueil" else {303, 401}):
                fautes.append(f"{endpoint} : {reponse.status_code}")
    assert fautes == []
    assert differences(avant, photo(dossier)) == set()


@pytest.mark.asvs("3.5.1")
def test_sans_le_jeton_de_sa_session_aucun_envoi_n_a_d_effet(app, client, monde, dossier):
    entrer(app, client, monde.responsable)
    avant = photo(dossier)
    for adresse, endpoint, _ in routes(app, monde, "POST"):
        reponse = client.post(adresse, data={"csrf_token": "faux"})
        assert reponse.status_code in {303, 400}, endpoint
    assert differences(avant, photo(dossier)) == set()


@pytest.mark.asvs("3.5.3")
def test_aucune_page_lue_ne_change_la_base_sauf_le_journal(app, client, monde, dossier):
    entrer(app, client, monde.responsable)
    avant = photo(dossier)
    for adresse, endpoint, _ in routes(app, monde, "GET"):
        assert client.get(adresse).status_code < 500, endpoint
    assert differences(avant, photo(dossier)) <= {"ecriture_journal"}


def test_chaque_page_tient_dans_son_poids(app, client, monde):
    """Neuf kilo-octets sur le fil, avec un guichet de vingt agents et trente communes."""
    from portail.db import db
    from portail.guichet.modeles import Agent, Guichet, GuichetCommune
    from portail.referentiels.modeles import Commune
    from tests.guichet.monde import agent
    from tests.verificateurs import poids

    with db.sessionmaker() as session:
        g = session.get(Guichet, monde.g1)
        for _ in range(20):
            agent(session, g)
        codes = session.query(Commune.code_insee).filter_by(code_departement="69").limit(30)
        g.communes.extend(GuichetCommune(commune=code) for (code,) in codes if code != "69266")
        session.commit()
        assert session.query(Agent).count() > 20
    entrer(app, client, monde.responsable)
    lourdes = {}
    for adresse, _, requis in routes(app, monde, "GET"):
        if requis in RANGS:
            poids_sur_le_fil = poids(client.get(adresse, headers={"Accept-Encoding": "br"}))
            if poids_sur_le_fil > PAGE_MAXIMALE:
                lourdes[adresse] = poids_sur_le_fil
    assert lourdes == {}


def test_les_memes_pages_pour_la_personne_du_meme_navigateur(app, client, monde):
    """Une route « compte » rangée sous /guichet ne s'ouvrirait à personne : le droit se lit avec le côté."""
    from portail.droits import droit

    vue = droit(Droit.COMPTE)(lambda: "secret")
    app.add_url_rule("/guichet/egaree", "egaree", vue)
    entrer(app, client, monde.responsable)
    assert "secret" not in client.get("/guichet/egaree").text
