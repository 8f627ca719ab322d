"""Vérifier une attestation : valable, périmée, inconnue, rien de personne, et rien qui aide à deviner un code."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from portail.db import db
from portail.demande.modeles import Demande
from portail.documents import code_verification, emission
from portail.documents.code_verification import lisible, tirer
from portail.documents.modeles import DocumentEmis
from portail.documents.verification import PAR_RESEAU
from tests.documents.conftest import BASE, Dossier
from tests.documents.exemples import CODE
from tests.fabriques import INSTANT


@pytest.fixture
def code(enregistree: Dossier) -> str:
    """Celui d'une attestation émise."""
    enregistree.lire("attestation.pdf")
    with enregistree.app.app_context(), db.sessionmaker() as session:
        return str(session.scalar(sa.select(DocumentEmis.code_verification)))


@pytest.fixture
def passant(enregistree: Dossier) -> FlaskClient:
    """Quelqu'un à qui l'on montre l'attestation : pas connecté, aucun cookie."""
    return enregistree.app.test_client()


def verifier(client: FlaskClient, code: str):
    return client.get(f"/verifier/{lisible(code)}", base_url=BASE)


def etat(page: str) -> str:
    return BeautifulSoup(page, "html.parser").select_one("main .etat").get_text()


def squelette(page: str) -> list[str]:
    """La forme de la page, sans ses mots."""
    return [balise.name for balise in BeautifulSoup(page, "html.parser").select("main *") if balise.name != "b"]


def test_une_attestation_en_cours_est_valable_et_dit_jusqu_a_quand(passant: FlaskClient, code: str) -> None:
    page = verifier(passant, code)
    assert (page.status_code, etat(page.text)) == (200, "Valable")
    assert "24 novembre 2027" in page.text


@pytest.mark.parametrize(("jours", "attendu"), [(365, "Valable"), (366, "Périmée"), (5000, "Périmée")])
def test_elle_est_valable_jusqu_au_dernier_jour_compris(passant, code, horloge, jours, attendu) -> None:
    horloge.avancer(days=jours)
    assert etat(verifier(passant, code).text) == attendu


def test_une_demande_radiee_est_perimee_sans_dire_pourquoi(passant, code, enregistree, horloge) -> None:
    with enregistree.app.app_context(), db.sessionmaker() as session:
        session.get_one(Demande, enregistree.demande_id).radiee_le = INSTANT
        session.commit()
    radiee = verifier(passant, code).text
    assert etat(radiee) == "Périmée"
    assert "radi" not in radiee.lower()
    horloge.avancer(days=400)
    assert verifier(passant, code).text == radiee


@pytest.mark.parametrize("inconnu", [CODE, "ID", "é" * 16, "%01", "A" * 3000])
def test_un_code_jamais_donne_est_inconnu(passant, code, inconnu) -> None:
    page = passant.get(f"/verifier/{inconnu}", base_url=BASE)
    assert (page.status_code, etat(page.text)) == (200, "Inconnue")


@pytest.mark.asvs("15.3.1")
def test_rien_de_personnel_n_est_montre(passant, code, enregistree) -> None:
    page = verifier(passant, code).text
    interdits = ("Martin", "Léa", "Tom", "Villeurbanne", "069", "000001", "Lilas", "mairie", "T4", "2026")
    assert not [mot for mot in interdits if mot in BeautifulSoup(page, "html.parser").main.get_text()]


def test_valable_et_inconnue_ont_la_meme_forme_et_le_meme_travail(passant, code, enregistree) -> None:
    requetes: dict[str, list[str]] = {}
    pages = {}
    for nom, essaye in (("chauffe", tirer()), ("valable", code), ("inconnue", tirer())):
        requetes[nom] = []
        liste = requetes[nom]

        def noter(_connexion, _curseur, ordre, *_, liste=liste) -> None:
            liste.append(ordre)

        with enregistree.app.app_context():
            moteur = db.engine
        sa.event.listen(moteur, "before_cursor_execute", noter)
        pages[nom] = verifier(passant, essaye)
        sa.event.remove(moteur, "before_cursor_execute", noter)
    assert requetes["valable"] == requetes["inconnue"] != []
    assert squelette(pages["valable"].text) == squelette(pages["inconnue"].text)
    entetes = [{k: v for k, v in p.headers.items() if k not in {"Content-Length", "Date"}} for p in pages.values()]
    assert entetes[1] == entetes[2]


@pytest.mark.asvs("3.4.5")
def test_l_adresse_a_code_ne_se_garde_ni_ne_se_transmet(passant, code) -> None:
    page = verifier(passant, code)
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert "Set-Cookie" not in page.headers


@pytest.mark.asvs("2.4.1")
def test_dix_mille_essais_sont_freines_puis_repris(passant, code, horloge) -> None:
    statuts = [verifier(passant, tirer()).status_code for _ in range(PAR_RESEAU.capacite + 5)]
    assert statuts == [200] * PAR_RESEAU.capacite + [429] * 5
    assert verifier(passant, code).status_code == 429  # ni plus ni moins que pour un code faux
    horloge.avancer(seconds=PAR_RESEAU.secondes + 1)
    assert etat(verifier(passant, code).text) == "Valable"


def test_a_ce_rythme_deviner_un_code_prend_des_milliards_d_annees() -> None:
    essais_par_an = 365 * 86_400 / PAR_RESEAU.secondes
    codes = len(code_verification.ALPHABET) ** (code_verification.LONGUEUR - 1)
    attestations, reseaux = 5_000_000, 100_000
    assert codes / attestations / (essais_par_an * reseaux) > 1_000


def test_la_saisie_mene_a_la_page_du_code(passant, code) -> None:
    vide = passant.get("/verifier", base_url=BASE)
    assert vide.status_code == 200
    assert "Code de vérification" in vide.text
    for ecrit in (lisible(code), code.lower(), f" {code[:4]} {code[4:8]}.{code[8:]} "):
        reponse = passant.get("/verifier", query_string={"code": ecrit}, base_url=BASE)
        assert (reponse.status_code, reponse.location) == (303, f"/verifier/{lisible(code)}")


@pytest.mark.parametrize(
    ("ecrit", "phrase"),
    [
        ("", "Écrivez le code"),
        ("ABCD", "vous en avez écrit 4"),
        ("K7RW-2MHT-9QXB-4FDX", "Un signe de ce code est faux"),
        ("K7RW-2MHT-9QXB-4FDO", "ni les lettres I, L et O"),
        ("x" * 3000, "trop long"),
    ],
)
def test_une_faute_de_frappe_se_dit_avant_de_chercher(passant, enregistree, ecrit, phrase) -> None:
    reponse = passant.get("/verifier", query_string={"code": ecrit}, base_url=BASE)
    assert reponse.status_code == 422
    page = BeautifulSoup(reponse.text, "html.parser")
    assert phrase in page.select_one("#resume").get_text()
    assert page.title.get_text().startswith("Erreur – ")
    assert page.find("input", id="code")["aria-invalid"] == "true"


def test_une_ancienne_attestation_reste_verifiable_jusqu_a_sa_date(passant, code, enregistree, horloge) -> None:
    horloge.avancer(days=340)
    with enregistree.app.app_context():
        with db.sessionmaker() as session:
            session.get_one(Demande, enregistree.demande_id).presentee_le = (INSTANT + timedelta(days=340)).date()
            session.commit()
        neuve = emission.attestation_emise(enregistree.demande_id, INSTANT + timedelta(days=340))
    assert etat(verifier(passant, code).text) == "Valable"
    horloge.avancer(days=60)
    assert etat(verifier(passant, code).text) == "Périmée"
    assert etat(verifier(passant, neuve.code_verification).text) == "Valable"
