"""Les vérificateurs : une bonne page ne dit rien, une page fautive dit chaque faute."""

from __future__ import annotations

import subprocess

import brotli
import pytest
from flask import Response

from tests import verificateurs
from tests.serveur import servir
from tests.verificateurs import axe, nu, poids

BONNE = """<!DOCTYPE html>
<html lang="fr">
<head><meta charset="utf-8"><title>Motifs</title><link rel="stylesheet" href="/essai.css"></head>
<body><main><h1>Motifs</h1>
<form method="post" data-hx-post="/motifs" data-hx-trigger="change delay:300ms" data-hx-swap="none">
<label for="motif">Votre motif</label> <input id="motif" name="motif" autocomplete="off"> <button>Enregistrer</button>
</form></main></body>
</html>
"""
FAUTIVE = """<!DOCTYPE html>
<html lang="fr">
<head><meta charset="utf-8"><title>Motifs</title><link rel="stylesheet" href="/essai.css"></head>
<body><main><h1>Motifs</h1>
<form method="post" hx-post="/motifs">
<input id="motif" name="motif"><input id="motif" name="autre"> <button></button>
<p class="gris">Texte gris</p><p class="pale">Texte pâle</p></form></main></body>
</html>
"""
FEUILLE = ".gris { color: #bbb } .pale { color: #707070 } .petite { width: 12px; height: 12px; padding: 0 }"
CSP = "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:"


def test_nu_accepte_une_bonne_page_et_nomme_les_fautes_de_l_autre(monkeypatch):
    appels = []
    lancer = subprocess.run
    monkeypatch.setattr(subprocess, "run", lambda *a, **k: appels.append(a) or lancer(*a, **k))
    messages = nu({"bonne": BONNE, "étape « motifs »": FAUTIVE, "encore bonne": BONNE})
    assert len(appels) == 1
    assert all(message.startswith("étape « motifs »:") for message in messages)
    textes = "\n".join(messages)
    assert "error: Attribute “hx-post” not allowed" in textes
    assert "error: Duplicate ID “motif”" in textes
    assert len([message for message in messages if ": error: " in message]) == 2


def test_nu_rend_aussi_les_avertissements():
    assert any(": warning: " in message for message in nu({"sans langue": BONNE.replace(' lang="fr"', "")}))


def test_nu_sans_page_ne_dit_rien():
    assert nu({}) == []


@pytest.fixture
def ouvrir(page):
    """Ouvre un document servi avec une CSP stricte."""
    corps = {}

    def application(environ, start_response):
        feuille = environ["PATH_INFO"] == "/essai.css"
        genre = "text/css" if feuille else "text/html; charset=utf-8"
        start_response("200 OK", [("Content-Type", genre), ("Content-Security-Policy", CSP)])
        return [(FEUILLE if feuille else corps["html"]).encode()]

    with servir(lambda url: application) as serveur:

        def ouvrir(html: str):
            corps["html"] = html.replace("<head>", '<head><link rel="icon" href="data:,">')
            page.goto(serveur.url)
            return page

        yield ouvrir


@pytest.mark.navigateur
def test_axe_accepte_une_bonne_page_sous_csp_stricte(ouvrir):
    assert axe(ouvrir(BONNE)) == []


@pytest.mark.navigateur
def test_axe_nomme_chaque_faute_et_son_element(ouvrir):
    ouverte = ouvrir(FAUTIVE)
    regles = [message.split()[0] for message in axe(ouverte)]
    assert sorted(regles) == ["button-name", "color-contrast", "label", "label"]
    assert any(".gris" in message for message in axe(ouverte))


@pytest.mark.navigateur
def test_axe_aaa_ajoute_le_contraste_renforce(ouvrir):
    renforce = [message for message in axe(ouvrir(FAUTIVE), aaa=True) if message.startswith("color-contrast-enhanced")]
    assert any(".pale" in message for message in renforce)


@pytest.mark.navigateur
def test_axe_peut_se_limiter_a_une_partie(ouvrir):
    assert axe(ouvrir(FAUTIVE), dans="h1") == []


@pytest.mark.navigateur
def test_axe_voit_les_cibles_trop_petites(ouvrir):
    petites = '<p><button class="petite">a</button><button class="petite">b</button></p></main>'
    messages = axe(ouvrir(BONNE.replace("</main>", petites)))
    assert [message.split()[0] for message in messages] == ["target-size", "target-size"]


def test_poids_compte_comme_le_service():
    texte = ("<p>Bonjour</p>" * 500).encode()
    comprime = brotli.compress(texte, quality=11)
    assert poids(Response(comprime, headers={"Content-Encoding": "br"})) == len(comprime)
    assert 0 < poids(Response(texte)) < len(texte) / 20
    assert poids(Response(b"x" * 100)) == 100


def test_un_paquet_npm_absent_est_dit(monkeypatch, tmp_path):
    monkeypatch.setattr(verificateurs, "NPM", tmp_path)
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="paquet npm vnu-jar"):
        nu({"page": BONNE})
