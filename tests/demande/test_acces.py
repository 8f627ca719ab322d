"""Ce qu'on ne peut ni voir ni écrire : la demande d'autrui, et les colonnes que la page ne montre pas."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa

from portail.demande.parcours import PARCOURS
from tests.demande.conftest import Foyer, contenu
from tests.demande.gestes import NavigateurQuiTape
from tests.pieces.cas import jpeg

pytestmark = pytest.mark.menace("T6")

BASE = "http://127.0.0.1"
SLUGS = [etape.slug for etape in PARCOURS.etapes]
FORGES = {
    "role": "admin",
    "est_agent": "1",
    "compte_id": "1",
    "id": "1",
    "demande_id": "1",
    "declaration_id": "1",
    "numero_unique": "069062018177200001",
    "territoire": "075",
    "deposee_le": "2020-01-01",
    "enregistree_le": "2020-01-01",
    "radiee_le": "2020-01-01",
    "cree_le": "2020-01-01",
    "modifiee_le": "2020-01-01",
    "retiree_le": "2020-01-01",
    "nir_empreinte": "0" * 64,
    "cle": "00000000",
    "revisions": "{}",
    "derniere_etape": "souhaits",
    "rang": "9",
    "guichet_id": "1",
}


def routes(app) -> list[tuple[str, str]]:
    """(méthode, règle) de toutes les routes dont l'adresse nomme une demande."""
    return [
        (methode, regle.rule)
        for regle in app.url_map.iter_rules()
        if "demande_id" in regle.arguments and not regle.rule.startswith("/guichet")
        for methode in sorted(regle.methods & {"GET", "POST", "PUT", "DELETE", "PATCH"})
    ]


def remplir(regle: str, foyer: Foyer, fichier: int) -> str:
    cle = foyer.valeur("personne", "cle", f"WHERE declaration_id = {foyer.declaration_id} AND role = 'demandeur'")
    valeurs = {
        "<int:demande_id>": str(foyer.demande_id),
        "<slug>": "motifs",
        "<code>": "ID",
        "<personne>": cle,
        "<int:fichier_id>": str(fichier),
        "<int:televersement_id>": "1",
    }
    for gabarit, valeur in valeurs.items():
        regle = regle.replace(gabarit, valeur)
    return regle


def joindre(foyer: Foyer) -> int:
    """Un vrai fichier, pour la pièce d'identité ; rend son numéro."""
    nav = foyer.navigateur().ouvrir(f"{foyer.adresse()}/pieces/ID")
    case = nav.page.find("input", type="file")["name"]
    jeton = nav.page.find(attrs={"name": "csrf_token"})["value"]
    nav.poster(nav.page.select_one("main form")["action"], {"csrf_token": jeton, case: (io.BytesIO(jpeg()), "a.jpg")})
    return foyer.valeur("fichier", "id")


@pytest.mark.asvs("8.2.2")
def test_toute_route_qui_nomme_une_demande_est_refusee_a_une_autre_personne(ana, autre):
    """404, jamais 403 : on ne dit pas que la demande existe. Et rien ne change."""
    fichier = joindre(ana)
    avant = contenu(ana)
    jeton = autre.jeton()
    essayees = routes(ana.app)
    assert len(essayees) >= 12
    for methode, regle in essayees:
        adresse = remplir(regle, ana, fichier)
        for entetes in ({}, {"HX-Request": "true"}):
            reponse = autre.client.open(
                adresse, method=methode, data={"csrf_token": jeton, "atteste": "oui", "action": "plus-tard"} if methode != "GET" else None,
                headers=entetes, base_url=BASE,
            )  # fmt: skip
            if reponse.headers.get("HX-Redirect"):  # une page sans fragments : htmx y va, et y trouve 404
                reponse = autre.client.get(reponse.headers["HX-Redirect"], base_url=BASE)
            assert reponse.status_code == 404, f"{methode} {adresse}"
            assert "Ana" not in reponse.get_data(as_text=True)
    assert contenu(ana) == avant


def test_toute_route_qui_nomme_une_demande_demande_d_etre_connecte(ana):
    inconnu = ana.app.test_client()
    for methode, regle in routes(ana.app):
        if methode != "GET":
            continue
        reponse = inconnu.get(remplir(regle, ana, 1), base_url=BASE)
        assert reponse.status_code == 303, regle
        assert reponse.headers["Location"].startswith("/compte/connexion")


@pytest.mark.asvs("8.2.2")
def test_le_fichier_d_autrui_ne_se_prend_pas_par_sa_propre_demande(ana, autre):
    fichier = joindre(ana)
    reponse = autre.client.get(f"{autre.adresse()}/pieces/fichiers/{fichier}", base_url=BASE)
    assert reponse.status_code == 404
    for slug, action in (("informations-generales", f"retirer-fichier:{fichier}"), ("motifs", f"joindre:{fichier}")):
        autre.poster(slug, {"action": action})
    assert ana.nombre("fichier", "WHERE retire_le IS NULL") == 1


@pytest.mark.parametrize("numero", ["0", "999999", "9" * 12, "9" * 40])
def test_un_numero_demesure_est_une_page_qui_n_existe_pas(ana, numero):
    """Au-delà de ce que la base sait compter : 404 comme les autres, pas une panne."""
    for adresse in (
        f"/demandes/{numero}",
        f"/demandes/{numero}/etapes/motifs",
        f"/demandes/{numero}/verifier",
        f"/demandes/{numero}/fiche.pdf",
        f"/demandes/{numero}/pieces/ID",
        f"/demandes/{numero}/pieces/fichiers/1",
        f"{ana.adresse()}/pieces/fichiers/{numero}",
    ):
        assert ana.client.get(adresse, base_url=BASE).status_code == 404, adresse
    jeton = ana.jeton()
    for adresse in (
        f"/demandes/{numero}/etapes/motifs",
        f"/demandes/{numero}/verifier",
        f"/demandes/{numero}/pieces/ID",
    ):
        assert ana.client.post(adresse, data={"csrf_token": jeton}, base_url=BASE).status_code in {404, 405}, adresse


# --- Affectation de masse ----------------------------------------------------------------------------------------------


def photo(foyer: Foyer) -> dict[str, list]:
    """Tout ce que la base contient de cette personne, ligne par ligne."""
    tables = (
        "compte", "demande", "declaration", "coordonnees", "foyer", "logement_actuel", "motifs", "souhaits", "personne",
        "situation_professionnelle", "revenu_fiscal", "ressources", "motif_declare", "commune_souhaitee", "piece_fournie",
    )  # fmt: skip
    return {
        nom: [tuple(ligne) for ligne in foyer.lire(sa.text(f"SELECT * FROM {nom} ORDER BY 1, 2"))] for nom in tables
    }


@pytest.mark.asvs("2.2.2", "8.3.1", "15.3.3")
@pytest.mark.parametrize("slug", SLUGS)
def test_les_champs_que_la_page_ne_montre_pas_sont_ignores(couple, slug):
    nav = couple.navigateur(slug=slug).forger("")
    avant = photo(couple)
    noms = {*FORGES, *(f"{prefixe}-{champ}" for champ in FORGES for prefixe in prefixes(nav))}
    nav.forger("", **{nom: FORGES.get(nom, FORGES[nom.rpartition("-")[2]]) for nom in noms})
    assert nav.statut == 200
    apres = photo(couple)
    # La révision de l'étape avance d'un enregistrement ; rien d'autre ne bouge.
    for nom in avant:
        if nom != "declaration":
            assert apres[nom] == avant[nom], nom
    (ligne_avant,), (ligne_apres,) = avant["declaration"], apres["declaration"]
    differences = [(a, b) for a, b in zip(ligne_avant, ligne_apres, strict=True) if a != b]
    assert len(differences) == 1
    assert slug in str(differences[0])


def prefixes(nav: NavigateurQuiTape) -> set[str]:
    """« codemandeur-3 », « adulte-1 » : les préfixes des lignes de la page."""
    noms = [case.get("name") or "" for case in nav.formulaire().find_all(["input", "select"])]
    return {"-".join(morceaux[:2]) for nom in noms if len(morceaux := nom.split("-")) > 2 and morceaux[1].isdecimal()}


def test_les_champs_d_une_autre_etape_sont_ignores(ana_remplie):
    nav = ana_remplie.navigateur(slug="motifs")
    nav.forger("", surface="999", nb_codemandeurs="4", situation_familiale="M", types="T5")
    assert ana_remplie.valeur("logement_actuel", "surface") == 61
    assert ana_remplie.valeur("declaration", "nb_codemandeurs") == 0
    assert ana_remplie.valeur("coordonnees", "situation_familiale") == "C"


@pytest.mark.asvs("15.3.3")
def test_la_verification_la_creation_et_les_pieces_ignorent_tout_le_reste(ana):
    avant = photo(ana)
    jeton = ana.jeton()
    for adresse in (f"{ana.adresse()}/verifier", "/demandes/nouvelle", f"{ana.adresse()}/pieces/ID"):
        reponse = ana.client.post(adresse, data={"csrf_token": jeton, **FORGES}, base_url=BASE)
        assert reponse.status_code in {200, 422}
    assert photo(ana) == avant


def test_sans_jeton_rien_ne_s_ecrit(ana):
    avant = photo(ana)
    for methode, regle in routes(ana.app):
        if methode != "POST":
            continue
        reponse = ana.client.post(remplir(regle, ana, 1), data={"atteste": "oui", "action": "absente"}, base_url=BASE)
        assert reponse.status_code in {303, 401, 400}, regle
    assert photo(ana) == avant


def test_lire_n_ecrit_jamais(couple):
    avant = photo(couple)
    for slug in SLUGS:
        couple.navigateur(slug=slug)
    for adresse in ("", "/verifier", "/fiche.pdf", "/pieces/ID"):
        reponse = couple.client.get(f"{couple.adresse()}{adresse}", base_url=BASE)
        assert reponse.status_code in {200, 303}
    assert photo(couple) == avant
