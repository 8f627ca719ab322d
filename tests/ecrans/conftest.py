"""Le portail servi pour de vrai, et de quoi lire les courriels qu'il envoie."""

from __future__ import annotations

import email
import email.policy
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from portail import create_app, taches
from portail.db import db
from portail.pieces.modeles import Fichier, PieceFournie
from tests import fabriques
from tests.base_modele import modele_sqlite
from tests.conftest import config_de_test
from tests.serveur import servir


@dataclass
class PortailServi:
    url: str
    app: Flask
    dossier: Path

    def lien_recu(self, adresse: str) -> str:
        """Le lien du dernier courriel reçu à cette adresse (après avoir vidé la boîte d'envoi)."""
        with self.app.app_context():
            taches.passer()
        for chemin in sorted((self.dossier / "courriels").glob("*.eml"), key=lambda c: c.stat().st_mtime, reverse=True):
            message = email.message_from_bytes(chemin.read_bytes(), policy=email.policy.default)
            if message["To"] == adresse:
                return re.search(r"http\S+", message.get_content()).group()
        raise AssertionError(f"aucun courriel pour {adresse}")

    def lire(self, requete: sa.Select):
        with self.app.app_context(), db.sessionmaker() as session:
            return list(session.execute(requete))


@pytest.fixture
def portail(dossier: Path) -> Iterator[PortailServi]:
    base = dossier / "portail.sqlite"
    shutil.copyfile(modele_sqlite(), base)
    apps: list[Flask] = []

    def fabrique(url: str) -> Flask:
        apps.append(create_app(config_de_test(dossier, f"sqlite:///{base}", url), TESTING=True))
        return apps[0]

    with servir(fabrique, fils=6) as serveur:
        yield PortailServi(serveur.url, apps[0], dossier)
    with apps[0].app_context():
        db.engine.dispose()


@pytest.fixture
def ana(portail: PortailServi) -> int:
    """Ana et sa demande, entièrement remplie et sa pièce d'identité jointe. Rend le numéro de la demande."""
    with portail.app.app_context():
        compte = fabriques.compte(db.session)
        declaration = fabriques.remplir_ana(fabriques.brouillon(db.session, compte))
        piece = PieceFournie(code="ID", personne=declaration.personnes[0].cle)
        piece.fichiers.append(
            Fichier(
                rang=1, cle="a" * 32, nom="carte.jpg", type_mime="image/jpeg", taille=1000, pages=1,
                empreinte_recue="0" * 64, recu_le=fabriques.INSTANT,
            )
        )  # fmt: skip
        declaration.demande.pieces.append(piece)
        db.session.commit()
        numero = declaration.demande_id
        db.session.close()
    return numero


@pytest.fixture
def couple(portail: PortailServi) -> int:
    """Léa et Tom, trois enfants, demande remplie sans pièce, sur le compte ana@exemple.fr. Rend son numéro."""
    with portail.app.app_context():
        compte = fabriques.compte(db.session, prenoms="Léa", nom_naissance="Martin")
        declaration = fabriques.remplir_couple(fabriques.brouillon(db.session, compte))
        db.session.commit()
        numero = declaration.demande_id
        db.session.close()
    return numero
