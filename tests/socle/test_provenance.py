"""Un autre site ne lit rien dans le dos d'une personne : ni cadre, ni image, ni appel de fond, ni fichier (ASVS 3.5.8)."""

from __future__ import annotations

import json
import logging
import re

import pytest

from portail.db import db
from portail.droits import AGENTS, Droit, droit_de, est_un_fichier
from portail.guichet.modeles import EcritureJournal
from tests.fabriques import connecter
from tests.guichet.enregistrees import enregistrer
from tests.guichet.monde import Monde, entrer, monter
from tests.guichet.test_routes import routes as routes_du_guichet
from tests.socle.routes import ETAPE

pytestmark = pytest.mark.menace("T4")

LIEN_SUIVI = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
DANS_LE_DOS = [
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "object"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty", "HX-Request": "true"},
    {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"},
]
PERMIS = [
    {},
    {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
    {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"},
    {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "object"},
]


@pytest.fixture
def monde(app) -> Monde:
    """La demande d'Ana, dans le Rhône, a son numéro unique : son attestation existe."""
    monde = monter()
    enregistrer(monde.demande_69, monde.instructeur)
    return monde


def de_la_personne(app, monde: Monde) -> list[tuple[str, str]]:
    """(adresse, endpoint) de tout ce qui se lit hors de l'espace des agents."""
    valeurs = {
        "demande_id": monde.demande_69, "personne": monde.personne_69, "fichier_id": monde.fichier_69,
        "jeton": "j" * 43, "slug": ETAPE, "code": "ID",
    }  # fmt: skip
    lues = []
    for regle in app.url_map.iter_rules():
        if "GET" in regle.methods and droit_de(app, regle.endpoint) not in {None, *AGENTS}:
            arguments = {nom: valeurs.get(nom, 1) for nom in regle.arguments}
            lues.append((app.url_map.bind("127.0.0.1").build(regle.endpoint, arguments), regle.endpoint))
    return sorted(set(lues))


@pytest.fixture(params=["ana", "agent"])
def lues(request, app, client, monde) -> list[tuple[str, str]]:
    """Le client est entré, comme la personne ou comme un agent ; ce qu'il peut lire."""
    if request.param == "ana":
        from portail.compte.modeles import Compte

        with db.sessionmaker() as session:
            connecter(app, client, session, session.get_one(Compte, monde.ana))
        return de_la_personne(app, monde)
    entrer(app, client, monde.responsable)
    return [(adresse, endpoint) for adresse, endpoint, _ in routes_du_guichet(app, monde, "GET")]


@pytest.mark.asvs("3.2.1", "3.5.8")
def test_un_lien_suivi_mene_a_toute_page_et_a_aucun_fichier(app, client, lues):
    fautes, fichiers = [], set()
    for adresse, endpoint in lues:
        normal, suivi = client.get(adresse), client.get(adresse, headers=LIEN_SUIVI)
        if est_un_fichier(app, endpoint):
            fichiers.add(endpoint)
            juste = suivi.status_code == 403 and suivi.mimetype == "text/html"
        else:
            juste = suivi.status_code == normal.status_code
        if not juste:
            fautes.append(f"{endpoint} : {normal.status_code}, puis {suivi.status_code}")
        if normal.status_code == 200 and normal.mimetype != "text/html" and endpoint not in fichiers:
            assert droit_de(app, endpoint) is Droit.PUBLIC, f"{endpoint} rend {normal.mimetype} : « fichier=True »"
    assert fautes == []
    assert len(fichiers) >= 7


@pytest.mark.asvs("3.5.8")
def test_dans_le_dos_d_une_personne_rien_n_est_rendu(client, lues):
    for rang, (adresse, endpoint) in enumerate(lues):  # chaque adresse, de l'une des façons ; chaque façon, souvent
        reponse = client.get(adresse, headers=DANS_LE_DOS[rang % len(DANS_LE_DOS)])
        assert reponse.status_code == 403, endpoint
        assert not re.search("Silva|ana@", reponse.text), endpoint


def test_d_ici_ou_d_un_navigateur_qui_ne_dit_rien_tout_passe(app, client, monde):
    entrer(app, client, monde.responsable)
    for entetes in PERMIS:
        for adresse in (
            f"/guichet/demandes/{monde.demande_69}",
            f"/guichet/demandes/{monde.demande_69}/attestation.pdf",
        ):
            assert client.get(adresse, headers=entetes).status_code == 200, entetes


def test_le_document_s_ouvre_d_ici_et_le_refus_n_inscrit_rien(app, client, monde):
    entrer(app, client, monde.responsable)
    adresse = f"/guichet/demandes/{monde.demande_69}/attestation.pdf"
    avant = _ecritures()
    refus = client.get(adresse, headers=LIEN_SUIVI)
    assert "Ce document s’ouvre depuis le portail" in refus.text
    assert f'href="{adresse}"' in refus.text
    assert _ecritures() == avant, "un autre site ne fait pas inscrire de lecture au nom d'un agent"
    ouvert = client.get(adresse, headers={**LIEN_SUIVI, "Sec-Fetch-Site": "same-origin"})
    assert (ouvert.status_code, ouvert.mimetype) == (200, "application/pdf")


def _ecritures() -> int:
    with db.sessionmaker() as session:
        return session.query(EcritureJournal).count()


def test_une_adresse_de_fichier_a_une_extension_ou_se_dit_fichier(app):
    """Ce qu'une base de test n'a pas (un envoi en cours, une vignette) se reconnaît à son adresse."""
    for regle in app.url_map.iter_rules():
        if "GET" not in regle.methods or droit_de(app, regle.endpoint) in {None, Droit.PUBLIC}:
            continue
        if re.search(r"\.\w+$|/fichiers/|/archive$", regle.rule):
            assert est_un_fichier(app, regle.endpoint), regle.rule


@pytest.mark.asvs("16.3.2")
def test_le_refus_se_note_sans_rien_dire_de_personne(client, monde, caplog):
    with caplog.at_level(logging.INFO, "portail.surete"):
        client.get(f"/demandes/{monde.demande_69}", headers=DANS_LE_DOS[0])
    (ligne,) = [json.loads(m) for m in caplog.messages if "autre_site" in m]
    assert ligne["fait"] == "lecture_d_un_autre_site"
    assert set(ligne) == {"le", "fait", "route", "reseau"}
