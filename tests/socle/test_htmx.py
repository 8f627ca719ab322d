"""La même adresse rend la page ou ses fragments, et les redirections restent des pages entières."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from portail import htmx

FRAGMENT = {"HX-Request": "true"}
RETOUR_ARRIERE = {"HX-Request": "true", "HX-History-Restore-Request": "true"}


@pytest.mark.parametrize(
    ("entetes", "fragment"),
    [
        ({}, False),
        (FRAGMENT, True),
        (RETOUR_ARRIERE, False),
        ({"HX-Request": "false"}, False),
        ({"HX-Request": "1"}, False),
    ],
)
def test_seul_un_vrai_echange_htmx_attend_un_fragment(app, entetes, fragment):
    with app.test_request_context(headers=entetes):
        assert htmx.est_fragment() is fragment


def test_le_titre_dit_l_erreur_puis_la_page_puis_l_etape_puis_le_site(app):
    nom = app.extensions["portail"].identite.nom
    assert htmx.titre_complet("Motifs", 200, "Étape 8 sur 9") == f"Motifs – Étape 8 sur 9 – {nom}"
    for statut in (409, 422, 429):
        assert htmx.titre_complet("Motifs", statut) == f"Erreur – Motifs – {nom}"
    assert htmx.titre_complet("Motifs") == f"Motifs – {nom}"


def test_une_page_sans_fragment_demandee_par_htmx_est_quittee_pour_la_page_entiere(client):
    reponse = client.get("/compte/connexion?motif=deconnecte", headers=FRAGMENT)
    assert reponse.headers["HX-Redirect"] == "/compte/connexion?motif=deconnecte"
    assert "HX-Request" in reponse.headers["Vary"]
    assert reponse.text == ""
    entiere = client.get("/compte/connexion?motif=deconnecte", headers=RETOUR_ARRIERE)
    assert entiere.text.lower().startswith("<!doctype html>")


def test_rediriger_quitte_la_page_sauf_vers_une_page_en_fragments(app):
    with app.test_request_context(headers=FRAGMENT):
        assert htmx.rediriger("/demandes").headers["HX-Redirect"] == "/demandes"
        dans_le_parcours = htmx.rediriger("/demandes/1/etapes/motifs", en_fragments=True)
        assert (dans_le_parcours.status_code, dans_le_parcours.headers["Location"]) == (
            303,
            "/demandes/1/etapes/motifs",
        )
    with app.test_request_context():
        assert htmx.rediriger("/demandes").status_code == 303


@pytest.mark.asvs("3.2.2")
def test_une_alerte_ne_contient_que_du_texte(app):
    with app.test_request_context(headers=FRAGMENT):
        reponse = htmx.alerter("<script>x</script> & co", 429)
    [region, element] = BeautifulSoup(reponse.get_data(as_text=True), "html.parser").find_all(True)
    assert (region.name, element.name) == ("div", "p"), "un paragraphe se voit, un texte nu s’entend seulement"
    assert element.get_text() == "<script>x</script> & co"
    assert reponse.status_code == 429
