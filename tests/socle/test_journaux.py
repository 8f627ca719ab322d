"""Le journal de sûreté voit les attaques ; ni lui, ni les autres journaux, ni les adresses ne nomment personne."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator

import pytest
from flask import Flask, request

from portail import surete
from tests.compte.gestes import CHEZ_NOUS, NIR, depuis, inscrire, lien_recu, se_connecter
from tests.fabriques import MOT_DE_PASSE
from tests.navigateur import Navigateur
from tests.socle.applications import ouvrir

pytestmark = pytest.mark.menace("T17")

COURRIEL, NOM, PRENOM = "reconnaissable@exemple.fr", "Kowalczykowska", "Wilhelmine"
NEUF = "tambour lagune rosier 42"
PERSONNEL = (COURRIEL, NOM, PRENOM, NIR, NIR[:13], MOT_DE_PASSE, NEUF)
ADRESSES_A_JETON = re.compile(r"/compte/(confirmer|nouveau-mot-de-passe)/[A-Za-z0-9_-]{43}")


@pytest.fixture
def adresses() -> list[str]:
    """Toutes les adresses demandées, paramètres compris."""
    return []


@pytest.fixture
def app(dossier, horloge, adresses) -> Iterator[Flask]:
    with ouvrir(dossier, horloge) as application:
        application.before_request(lambda: adresses.append(request.full_path))
        yield application


@pytest.fixture
def journal(caplog) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.DEBUG)
    return caplog


def faits(journal: pytest.LogCaptureFixture) -> list[dict]:
    return [json.loads(ligne.getMessage()) for ligne in journal.records if ligne.name == surete.JOURNAL.name]


def parcours_entier(app: Flask, client) -> list[str]:
    """De l'inscription au nouveau mot de passe, avec des fautes. Rend les jetons qui ont voyagé par courriel."""
    page = inscrire(Navigateur(client), courriel=COURRIEL, nom_naissance=NOM, prenoms=PRENOM, nir=NIR[:14])
    page.envoyer(nir=NIR, mot_de_passe=MOT_DE_PASSE, confirmation=MOT_DE_PASSE, bouton="Créer")
    confirmation = lien_recu(app)
    page.ouvrir(confirmation).envoyer(bouton="Confirmer")
    se_connecter(page, COURRIEL, "une mauvaise phrase")
    se_connecter(page, COURRIEL)
    page.ouvrir("/demandes/nouvelle").envoyer(commune="Villeurbanne", bouton="Commencer")
    page.envoyer(bouton="Poursuivre pour renforcer")
    page.ouvrir("/compte")
    page.ouvrir("/compte/mot-de-passe").envoyer(actuel="faux faux faux faux", mot_de_passe=NEUF, confirmation=NEUF)
    jeton = page.page.find("input", attrs={"name": "csrf_token"})["value"]
    client.post("/compte/deconnexion", data={"csrf_token": jeton})
    page.ouvrir("/compte/mot-de-passe-oublie").envoyer(courriel=COURRIEL)
    oubli = lien_recu(app)
    page.ouvrir(oubli).envoyer(mot_de_passe=NEUF, confirmation=NEUF)
    client.post("/compte/connexion", data={"courriel": COURRIEL}, headers={"Origin": "https://pirate.test"})
    client.post("/compte/connexion", data={"courriel": COURRIEL}, headers=CHEZ_NOUS)
    return [confirmation.rsplit("/", 1)[1], oubli.rsplit("/", 1)[1], jeton]


@pytest.mark.asvs("14.2.1")
def test_aucune_adresse_ne_porte_de_donnee_personnelle(app, client, adresses):
    jetons = parcours_entier(app, client)
    assert len(adresses) > 20
    for adresse in adresses:
        for interdit in PERSONNEL:
            assert interdit not in adresse
        if not ADRESSES_A_JETON.match(adresse):
            assert not [jeton for jeton in jetons if jeton in adresse]


@pytest.mark.asvs("16.2.5")
def test_aucun_journal_ne_porte_de_donnee_personnelle_ni_de_jeton(app, client, journal, capsys):
    jetons = parcours_entier(app, client)
    console = capsys.readouterr().err
    for texte in (journal.text, console):
        for interdit in (*PERSONNEL, *jetons):
            assert interdit not in texte
    assert len(faits(journal)) > 5


@pytest.mark.asvs("16.2.1", "16.2.2", "16.2.4", "16.3.1", "16.3.3")
def test_chaque_fait_est_note_avec_qui_d_ou_quand(app, client, journal, horloge):
    parcours_entier(app, client)
    attendus = [
        "inscription", "adresse_confirmee", "connexion_refusee", "connexion", "mot_de_passe_actuel_faux", "deconnexion",
        "lien_de_mot_de_passe_demande", "mot_de_passe_change", "envoi_d_un_autre_site", "jeton_de_formulaire_refuse",
    ]  # fmt: skip
    notes = faits(journal)
    assert [note["fait"] for note in notes] == attendus
    for note in notes:
        assert note["le"] == horloge().isoformat(timespec="seconds")
        assert re.fullmatch(r"[0-9a-f]{12}", note["reseau"])
        assert set(note) <= {"le", "fait", "compte", "route", "reseau"}
    par_fait = {note["fait"]: note for note in notes}
    for fait in ("adresse_confirmee", "connexion", "mot_de_passe_actuel_faux", "deconnexion", "mot_de_passe_change"):
        assert par_fait[fait]["compte"] == 1
    assert "compte" not in par_fait["connexion_refusee"], "ne pas dire quelle adresse était visée, ni si elle existe"
    assert par_fait["adresse_confirmee"]["route"] == "/compte/confirmer/<jeton>"


@pytest.mark.asvs("16.3.3")
def test_un_frein_se_note_et_deux_reseaux_se_distinguent(app, client, journal):
    for adresse in ("203.0.113.1", "203.0.113.2", "198.51.100.1"):
        with depuis(client, adresse):
            se_connecter(Navigateur(client), "x@exemple.fr", "une mauvaise phrase")
    reseaux = [note["reseau"] for note in faits(journal)]
    assert reseaux[0] == reseaux[1] != reseaux[2]
    with depuis(client, "192.0.2.1"):
        for _ in range(12):
            se_connecter(Navigateur(client), "y@exemple.fr", "une mauvaise phrase")
    assert [note["fait"] for note in faits(journal)[-2:]] == ["frein", "frein"]


@pytest.mark.asvs("16.4.1")
def test_une_saisie_ne_forge_pas_de_ligne(app, client, journal):
    faux = 'x@exemple.fr\r\n{"fait": "connexion", "compte": 1}'
    client.get("/compte/connexion", headers={"User-Agent": faux.replace("\r\n", " "), "Referer": "http://x/" + "a"})
    se_connecter(Navigateur(client), faux, "une mauvaise phrase")
    for ligne in journal.records:
        assert "\n" not in ligne.getMessage()
        assert "x@exemple.fr" not in ligne.getMessage()
    assert [note["fait"] for note in faits(journal)] == []


@pytest.mark.asvs("16.2.3")
def test_sans_reglage_le_journal_sort_sur_la_sortie_d_erreur(app, monkeypatch):
    racine = logging.getLogger()
    monkeypatch.setattr(racine, "handlers", [])
    monkeypatch.setattr(surete.JOURNAL, "handlers", [])
    monkeypatch.setattr(surete.JOURNAL, "propagate", True)
    surete.installer(Flask("neuve"))
    surete.installer(Flask("autre"))
    assert len(surete.JOURNAL.handlers) == 1, "une seule fois par processus"
    assert surete.JOURNAL.isEnabledFor(logging.INFO)
