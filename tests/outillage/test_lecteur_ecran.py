"""Le lecteur d'écran simulé : dit les noms, les erreurs et les annonces, sous la CSP de la page."""

from __future__ import annotations

import pytest

from tests.lecteur_ecran import LecteurEcran
from tests.serveur import servir

pytestmark = pytest.mark.navigateur

HTML = """<!DOCTYPE html>
<html lang="fr"><head><title>Motifs</title><link rel="icon" href="data:,"></head><body>
<p role="status" id="annonce"></p><p role="alert" id="alerte"></p>
<main><h1>Motifs</h1><label for="motif">Votre motif</label>
<input id="motif" aria-invalid="true" aria-describedby="erreur"><p id="erreur">Choisissez un motif.</p></main>
</body></html>"""
CSP = "default-src 'none'; script-src 'self'; img-src data:"


@pytest.fixture
def lecteur(page):
    def application(_environ, start_response):
        start_response("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Security-Policy", CSP)])
        return [HTML.encode()]

    with servir(lambda url: application) as serveur:
        page.goto(serveur.url)
        yield LecteurEcran(page)


def test_lit_les_titres_et_l_erreur_avec_la_case(lecteur):
    phrases = lecteur.tout_lire()
    assert "heading, Motifs, level 1" in phrases
    assert "textbox, Votre motif, Choisissez un motif., invalid" in phrases


def test_entend_les_annonces_sans_les_demander(lecteur):
    assert lecteur.annonces() == []
    lecteur.page.evaluate("annonce.textContent = 'Réponse enregistrée'")
    assert lecteur.attendre_une_annonce("enregistrée") == "polite: Réponse enregistrée"
    lecteur.page.evaluate("alerte.textContent = 'Connexion perdue'")
    assert lecteur.attendre_une_annonce("perdue") == "assertive: Connexion perdue"
