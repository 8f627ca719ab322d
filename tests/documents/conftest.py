"""Une demande enregistrée par un guichet, telle que l'espace des agents la laisse."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portail import create_app
from portail.choix import OuiNon
from portail.compte.modeles import Compte
from portail.db import db
from portail.demande.contexte import contexte_au
from portail.demande.depot import deposer
from portail.demande.listes import AideTechnique, Equipement, EtatHandicap
from portail.demande.modeles import AnnexeHandicap, Declaration
from portail.guichet import numeros
from portail.guichet.modeles import Guichet, TypeGuichet
from portail.horloge import a_paris
from portail.pieces.modeles import Fichier, PieceFournie
from tests import fabriques
from tests.base_modele import modele_sqlite
from tests.conftest import config_de_test
from tests.fabriques import INSTANT
from tests.horloge import HorlogeReglable

BASE = "http://127.0.0.1"
Remplir = Callable[[Declaration], object]


@dataclass
class Dossier:
    """Une personne connectée et sa demande."""

    app: Flask
    client: FlaskClient
    compte_id: int
    demande_id: int
    declaration_id: int

    def lire(self, page: str):
        return self.client.get(f"/demandes/{self.demande_id}/{page}", base_url=BASE)

    def revenir(self) -> None:
        """Se reconnecter, la session d'hier étant fermée."""
        with self.app.app_context(), db.sessionmaker() as session:
            compte = session.get_one(Compte, self.compte_id)
            fabriques.connecter(self.app, self.client, session, compte, secrets.token_urlsafe(32))

    def deposer(self, instant: datetime = INSTANT) -> None:
        """Joint la pièce d'identité et soumet."""
        with self.app.app_context(), db.sessionmaker() as session:
            declaration = session.get_one(Declaration, self.declaration_id)
            fichier = Fichier(
                rang=1, cle="c" * 32, nom="identite.jpg", type_mime="image/jpeg", taille=1000, pages=1,
                empreinte_recue="0" * 64, recu_le=instant,
            )  # fmt: skip
            cle = declaration.personnes[0].cle
            declaration.demande.pieces.append(PieceFournie(code="ID", personne=cle, fichiers=[fichier]))
            contexte = contexte_au(a_paris(instant).date())
            deposer(session, declaration, contexte, instant)
            session.commit()

    def enregistrer(self, instant: datetime = INSTANT) -> None:
        """Le guichet de Villeurbanne donne le numéro."""
        with self.app.app_context(), db.sessionmaker() as session:
            declaration = session.get_one(Declaration, self.declaration_id)
            guichet = villeurbanne(session)
            numeros.attribuer(session, declaration.demande, guichet)
            declaration.demande.enregistree_le = instant
            declaration.demande.guichet_id = guichet.id
            session.commit()


def villeurbanne(session: Session) -> Guichet:
    guichet = Guichet(
        code="69266", nom="Mairie de Villeurbanne", type=TypeGuichet.COMMUNE, adresse="Place Lazare-Goujon",
        code_postal="69100", ville="Villeurbanne", telephone="04 78 03 67 67", cree_le=INSTANT,
    )  # fmt: skip
    session.add(guichet)
    session.flush()
    return guichet


def commencer(
    app: Flask, remplir: Remplir, courriel: str = "lea@exemple.fr", *, jeton: str = "s" * 43, **options
) -> Dossier:
    """Un brouillon rempli, et sa propriétaire connectée."""
    client = app.test_client()
    with app.app_context(), db.sessionmaker() as session:
        compte = fabriques.compte(session, courriel, prenoms="Léa", nom_naissance="Martin")
        declaration = fabriques.brouillon(session, compte, **options)
        remplir(declaration)
        session.commit()
        fabriques.connecter(app, client, session, compte, jeton)
        return Dossier(app, client, compte.id, declaration.demande_id, declaration.id)


def remplir_avec_annexe(declaration: Declaration) -> None:
    """Le couple et quatre enfants, dont un a besoin d'un logement adapté."""
    fabriques.remplir_couple(declaration, enfants=4)
    declaration.foyer.a_handicap = declaration.foyer.logement_a_adapter = OuiNon.OUI
    declaration.foyer.nb_handicapes = 1
    declaration.annexes.append(
        AnnexeHandicap(
            rang=1, personne=declaration.personnes[2].cle, etat=EtatHandicap.STABLE,
            aides_techniques=(AideTechnique.FAUTEUIL_MANUEL,), equipements=(Equipement.ASCENSEUR, Equipement.DOUCHE),
            besoins="Une auxiliaire de vie vient chaque matin.",
        )
    )  # fmt: skip


@pytest.fixture
def app(dossier: Path, horloge: HorlogeReglable) -> Iterator[Flask]:
    """Sans contexte ouvert : chaque requête du client a le sien, comme en service."""
    shutil.copyfile(modele_sqlite(), dossier / "portail.sqlite")
    base = f"sqlite:///{dossier / 'portail.sqlite'}"
    application = create_app(config_de_test(dossier, base), HORLOGE=horloge, TESTING=True)
    yield application
    with application.app_context():
        db.engine.dispose()


@pytest.fixture
def en_contexte(app: Flask) -> Iterator[Flask]:
    """Pour appeler le code du portail hors de toute requête. À ne pas mêler aux requêtes d'un client."""
    with app.app_context():
        yield app
        db.session.close()


@pytest.fixture
def couple(app: Flask) -> Dossier:
    """Léa et Tom, quatre enfants, pas encore déposée."""
    return commencer(app, partial(fabriques.remplir_couple, enfants=4))


@pytest.fixture
def enregistree(couple: Dossier) -> Dossier:
    couple.deposer()
    couple.enregistrer()
    return couple
