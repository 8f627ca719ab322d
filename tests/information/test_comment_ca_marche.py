"""« Comment ça marche ? » et « J’ai besoin d’aide » : les pages, la recherche partageable, l'aide humaine."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portail.identite import Identite
from portail.information.contacts import lien_telephone, telephones
from portail.information.faq import THEMES, questions
from tests.navigateur import mots


def test_la_page_montre_tous_les_themes_et_toutes_les_questions(nav):
    nav.ouvrir("/comment-ca-marche")
    assert nav.h1 == "Comment ça marche ?"
    assert len(nav.page.select(".themes details")) == len(THEMES)
    liens = {lien["href"] for lien in nav.page.select(".themes a")}
    assert liens == {question.adresse for question in questions().values()}


def test_une_question_a_son_adresse_sa_version_courte_ses_sources(nav):
    nav.ouvrir("/comment-ca-marche/combien-de-communes")
    assert nav.h1 == "Combien de communes puis-je demander ?"
    assert mots(nav.page.select_one(".bref li")) == "Jusqu’à 8 communes."
    texte = nav.texte()
    assert "fiche F10007" in texte
    assert "7 octobre 2020" in texte
    assert "Réponse relue le 24 novembre 2026" in texte
    assert nav.page.select(".reponse a[href='/offres-par-commune']")


@pytest.mark.parametrize("slug", ["combien-de-communes", "oubli-de-renouvellement", "qui-attribue"])
def test_la_confiance_est_dite_quand_elle_n_est_pas_entiere(nav, slug):
    texte = nav.ouvrir(f"/comment-ca-marche/{slug}").texte()
    assert ("Demandez confirmation" in texte) == (questions()[slug].confiance == "à vérifier")


def test_une_question_inconnue_n_existe_pas(client):
    assert client.get("/comment-ca-marche/rien", base_url="http://127.0.0.1").status_code == 404


def test_chaque_question_passe_les_controles_de_page(nav):
    for question in questions().values():
        assert nav.ouvrir(question.adresse).statut == 200


def test_on_cherche_et_l_adresse_se_partage(nav):
    nav.ouvrir("/comment-ca-marche")
    nav.ouvrir("/comment-ca-marche?mot=piece+idantité")
    assert nav.page.title.get_text().startswith("Comment ça marche\u202f? – ")
    reponses = nav.page.select(".reponses li")
    assert reponses[0].find("a").get_text() == "Quelle pièce d’identité fournir\u202f?"
    assert {mots(mark) for mark in reponses[0].find("a").select("mark")} == {"pièce", "identité"}
    assert "Nous avons cherché : piece identité" in nav.texte()
    assert nav.page.find("input", {"name": "mot"})["value"] == "piece idantité"


@pytest.mark.asvs("1.2.1")
def test_ce_qu_on_cherche_est_echappe(nav):
    nav.ouvrir("/comment-ca-marche?mot=<script>alert(1)</script>")
    assert not [script for script in nav.page.select("script") if not script.get("src")]


def test_rien_trouve_propose_des_themes_et_quelqu_un(nav):
    nav.ouvrir("/comment-ca-marche?mot=zorglub")
    texte = nav.texte()
    assert "Aucune réponse pour « zorglub »" in texte
    assert "Vous ne trouvez pas ? Posez-nous votre question" in texte
    assert "0 806 000 113" in texte
    assert nav.lien("Trouver un guichet")["href"] == "/guichets"


def test_un_theme_s_ouvre_par_son_adresse(nav):
    nav.ouvrir("/comment-ca-marche?theme=pieces")
    assert [details["id"] for details in nav.page.select(".themes details[open]")] == ["pieces"]


def test_l_aide_cherche_d_abord_puis_donne_le_telephone(nav):
    nav.ouvrir("/aide")
    assert nav.h1 == "J’ai besoin d’aide"
    numero = nav.lien("0 806 000 113")
    assert numero["href"] == "tel:+33806000113"
    texte = nav.texte()
    assert "Prix d’un appel local. Du lundi au vendredi, de 9 h à 19 h." in texte
    assert "relevée en avril 2026" in texte
    assert "Tchat" in texte
    nav.ouvrir("/aide?mot=loyer trop cher")
    assert mots(nav.page.select_one(".reponses a")).startswith("Mon loyer est trop cher")


def test_le_telephone_du_deploiement_se_montre_s_il_existe(app, nav):
    config = app.extensions["portail"]
    app.extensions["portail"] = replace(config, identite=replace(config.identite, telephone="04 72 36 13 13"))
    assert nav.ouvrir("/aide").lien("04 72 36 13 13")["href"] == "tel:+33472361313"


def test_le_telephone_du_deploiement_passe_avant_l_assistance_nationale():
    assert [t.numero for t in telephones(Identite(telephone="04 72 36 13 13"))] == ["04 72 36 13 13", "0 806 000 113"]
    assert [t.numero for t in telephones(Identite())] == ["0 806 000 113"]


@pytest.mark.parametrize(
    ("numero", "lien"),
    [
        ("04 74 24 03 08", "tel:+33474240308"),
        ("+596 596 12 34 56", "tel:+596596123456"),
        ("115", "tel:115"),
        ("voir le site", ""),
        ("", ""),
    ],
)
def test_un_numero_devient_un_lien(numero, lien):
    assert lien_telephone(numero) == lien


@pytest.mark.parametrize("adresse", ["/", "/comment-ca-marche", "/guichets", "/compte/connexion"])
def test_la_bulle_d_aide_est_sur_chaque_page(nav, adresse):
    bulle = nav.ouvrir(adresse).page.select_one("main .aide-bulle")
    assert mots(bulle) == "J’ai besoin d’aide"
    assert bulle["href"] == "/aide"


def test_la_reponse_courte_s_ouvre_sur_place(app):
    with app.test_request_context("/"):
        html = app.jinja_env.from_string(
            '{% from "information/en_place.html" import en_place %}{{ en_place("combien-de-communes") }}'
        ).render()
    assert "<summary>Combien de communes" in html
    assert "Jusqu’à 8\u00a0communes." in html
    assert 'href="/comment-ca-marche/combien-de-communes"' in html


def test_ouvrir_sur_place_une_question_absente_est_une_erreur(app):
    from portail.information.gabarits import en_bref

    with app.test_request_context("/"), pytest.raises(LookupError, match="n-existe-pas"):
        en_bref("n-existe-pas")


@pytest.mark.parametrize("adresse", ["/plan-du-site", "/accessibilite", "/mentions-legales", "/donnees-personnelles"])
def test_les_pages_du_site(nav, adresse):
    assert nav.ouvrir(adresse).statut == 200


def test_le_plan_du_site_mene_partout(nav, client):
    nav.ouvrir("/plan-du-site")
    adresses = {lien["href"].split("#")[0] for lien in nav.page.select("main li a")}
    assert {"/comment-ca-marche", "/suis-je-eligible", "/offres-par-commune", "/guichets", "/aide"} <= adresses
    for adresse in adresses:
        assert client.get(adresse, base_url="http://127.0.0.1").status_code in {200, 303}, adresse


def test_la_declaration_d_accessibilite_a_toutes_ses_parties(nav):
    nav.ouvrir("/accessibilite")
    titres = [mots(titre) for titre in nav.page.select("main h2")]
    for attendu in ("État de conformité", "Résultats des tests", "Contenus non accessibles", "Voies de recours"):
        assert attendu in titres
    assert "non conforme" in nav.texte()
