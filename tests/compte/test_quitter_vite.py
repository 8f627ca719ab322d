"""« Quitter vite » : à portée sur les étapes sensibles, ferme la session, ne laisse rien ; les sujets restent discrets."""

from __future__ import annotations

import ast
import re

import pytest

from portail.db import db
from portail.demande.parcours import PARCOURS
from tests import fabriques
from tests.compte.gestes import est_connecte, se_connecter
from tests.maison.depot import fichiers
from tests.navigateur import Navigateur

pytestmark = pytest.mark.menace("T1b")

SENSIBLES = {"motifs"}
# Ce qu'un téléphone posé sur une table ne doit pas montrer.
INDISCRETS = re.compile(r"violence|s[ée]par|divorc|handicap|expuls|revenu|conjoint|NIR|s[ée]curit[ée] sociale", re.I)


@pytest.fixture
def navigateur(app, client) -> Navigateur:
    with db.sessionmaker() as session:
        fabriques.brouillon(session, fabriques.compte(session))
    return se_connecter(Navigateur(client))


def test_le_bouton_est_sur_les_etapes_sensibles_et_elles_seules(app, navigateur):
    for etape in PARCOURS.etapes:
        page = navigateur.ouvrir(f"/demandes/1/etapes/{etape.slug}").page
        assert (page.find("form", id="quitter") is not None) is (etape.slug in SENSIBLES), etape.slug
        bouton = page.find("button", attrs={"form": "quitter"})
        assert (bouton is not None) is (etape.slug in SENSIBLES)
        if bouton is not None:  # avant toute question, et jamais dans le formulaire de l'étape
            assert bouton.sourceline < page.find(id="formulaire").sourceline
            assert bouton.find_parent("form") is None


def test_quitter_ferme_la_session_sans_dire_d_ou_l_on_vient(app, client, navigateur):
    formulaire = navigateur.ouvrir("/demandes/1/etapes/motifs").page.find("form", id="quitter")
    reponse = client.post("/compte/quitter", data=navigateur.saisie(formulaire))
    assert reponse.status_code == 200
    assert reponse.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert reponse.headers["Referrer-Policy"] == "no-referrer"
    assert reponse.headers["Cache-Control"] == "no-store"
    assert "logement" not in reponse.text
    assert not est_connecte(client)


def test_une_page_personnelle_ne_se_garde_nulle_part(app, client, navigateur):
    for adresse in ("/demandes/1/etapes/motifs", "/compte", "/demandes"):
        assert client.get(adresse).headers["Cache-Control"] == "no-store"


def test_les_sujets_des_courriels_sont_discrets():
    """Chaque texte qui ressemble à un sujet, dans le code qui met en boîte."""
    sujets = []
    for chemin in fichiers("portail", ".py"):
        source = chemin.read_text(encoding="utf-8")
        if "mettre_en_boite" not in source and "prevenir(" not in source:
            continue
        for noeud in ast.walk(ast.parse(source)):
            if isinstance(noeud, ast.Call) and getattr(noeud.func, "attr", "").startswith(
                ("mettre_en_boite", "prevenir")
            ):
                sujets += [a.value for a in noeud.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            if isinstance(noeud, ast.Assign) and getattr(noeud.targets[0], "id", "").startswith("SUJET"):
                sujets.append(getattr(noeud.value, "value", ""))
    assert len(sujets) >= 10
    assert [sujet for sujet in sujets if isinstance(sujet, str) and INDISCRETS.search(sujet)] == []
