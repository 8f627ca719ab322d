"""Ana a commencé une demande, et se tient sur la première étape."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask, redirect, request

from portail.db import db
from portail.droits import Droit, droit
from tests import fabriques
from tests.compte.gestes import creer_compte, se_connecter
from tests.compte.reprise.morts import ETAPE
from tests.navigateur import Navigateur
from tests.socle.applications import ouvrir


@pytest.fixture
def recus() -> list[str]:
    """Ce qu'a reçu la page d'essai, qui ne se lit pas."""
    return []


@pytest.fixture
def app(dossier, horloge, recus) -> Iterator[Flask]:
    with ouvrir(dossier, horloge) as application:
        vue = droit(Droit.COMPTE)(lambda: recus.append(request.form["texte"]) or redirect("/demandes", 303))
        application.add_url_rule("/compte/envoi-seul", "envoi_seul", vue, methods=["POST"])
        yield application


@pytest.fixture(autouse=True)
def demande(app) -> int:
    """Ana a une demande, Léo un compte."""
    with db.sessionmaker() as session:
        declaration = fabriques.brouillon(session, fabriques.compte(session))
    creer_compte("leo@exemple.fr", nir=None, prenoms="Léo")
    return declaration.demande_id


@pytest.fixture
def navigateur(client) -> Navigateur:
    navigateur = Navigateur(client)
    se_connecter(navigateur)
    return navigateur.ouvrir(ETAPE)
