"""Une application par moteur, une personne connectée, un navigateur de poche."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from portail import create_app, modeles
from portail.compte.modeles import Compte
from portail.db import Base, db
from portail.demande.modeles import Declaration
from tests import fabriques
from tests.base_modele import modele_sqlite
from tests.conftest import config_de_test
from tests.demande.gestes import NavigateurQuiTape

assert modeles  # toutes les tables, même pour un test qui n'ouvre pas l'application

SQLITE = "sqlite"
POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.postgresql)


@pytest.fixture
def moteur() -> str:
    """Le moteur du test ; `les_deux_moteurs` le rejoue sur PostgreSQL."""
    return SQLITE


les_deux_moteurs = pytest.mark.parametrize("moteur", [SQLITE, POSTGRESQL])


@pytest.fixture
def app(moteur: str, dossier: Path, horloge, request: pytest.FixtureRequest) -> Iterator[Flask]:
    if moteur == SQLITE:
        shutil.copyfile(modele_sqlite(), dossier / "portail.sqlite")
        base = f"sqlite:///{dossier / 'portail.sqlite'}"
    else:
        base = request.getfixturevalue("base_postgresql")
    application = create_app(config_de_test(dossier, base), HORLOGE=horloge, TESTING=True)
    # Sans contexte ouvert : chaque requête du client doit avoir le sien, et sa session, comme en service.
    yield application
    with application.app_context():
        db.engine.dispose()


@pytest.fixture
def en_contexte(app: Flask) -> Iterator[Flask]:
    """Pour appeler le code du portail hors de toute requête. À ne pas mêler aux requêtes d'un client."""
    with app.app_context():
        yield app
        db.session.close()


@dataclass
class Foyer:
    """Une personne connectée, son brouillon, et de quoi le relire en base."""

    app: Flask
    client: FlaskClient
    compte_id: int
    demande_id: int
    declaration_id: int

    def adresse(self, slug: str = "") -> str:
        return f"/demandes/{self.demande_id}" + (f"/etapes/{slug}" if slug else "")

    def navigateur(self, *, htmx: bool = False, slug: str = "") -> NavigateurQuiTape:
        nav = NavigateurQuiTape(self.client, htmx=htmx)
        if slug:
            nav.ouvrir(self.adresse(slug))
        return nav

    def poster(self, slug: str, saisie: dict, *, htmx: bool = False, page: str = "essai", revision: int | None = None):
        """Un envoi brut, tel qu'un navigateur (ou quelqu'un d'autre) pourrait le faire."""
        donnees = {"csrf_token": self.jeton(), "page": page, "revision": "0" if revision is None else str(revision)}
        return self.client.post(
            self.adresse(slug),
            data={**donnees, **saisie},
            headers={"HX-Request": "true"} if htmx else {},
            base_url="http://127.0.0.1",
        )

    def jeton(self) -> str:
        nav = NavigateurQuiTape(self.client).ouvrir("/demandes")
        return nav.page.find(attrs={"name": "csrf_token"})["value"]

    def lire(self, requete: sa.Select | sa.TextClause):
        """Lit dans une session à part : ce que la base a vraiment."""
        with self.app.app_context(), db.sessionmaker() as session:
            return session.execute(requete).all()

    @contextmanager
    def declaration(self) -> Iterator[Declaration]:
        """La déclaration, pour la préparer ; écrite en sortie."""
        with self.app.app_context(), db.sessionmaker() as session, session.begin():
            yield session.get_one(Declaration, self.declaration_id)

    def valeur(self, table: str, colonne: str, ou: str = ""):
        lignes = self.lire(sa.text(f"SELECT {colonne} FROM {table} {ou}"))
        assert len(lignes) == 1, f"{len(lignes)} lignes dans {table}"
        return lignes[0][0]

    def nombre(self, table: str, ou: str = "") -> int:
        return self.lire(sa.text(f"SELECT count(*) FROM {table} {ou}"))[0][0]


Remplir = Callable[..., object]


def commencer(app: Flask, courriel: str, remplir: Remplir | None = None, jeton: str = "s" * 43, **options) -> Foyer:
    """Crée le compte, le brouillon, le remplit, ouvre une session."""
    client = app.test_client()
    with app.app_context():
        compte: Compte = fabriques.compte(db.session, courriel, **options.pop("compte", {}))
        declaration = fabriques.brouillon(db.session, compte, **options.pop("brouillon", {}))
        if remplir is not None:
            remplir(declaration, **options)
            db.session.commit()
        fabriques.connecter(app, client, db.session, compte, jeton)
        return Foyer(app, client, compte.id, declaration.demande_id, declaration.id)


@pytest.fixture
def ana(app: Flask) -> Foyer:
    """Ana vient de commencer sa demande : rien n'est répondu."""
    return commencer(app, "ana@exemple.fr")


@pytest.fixture
def ana_remplie(app: Flask) -> Foyer:
    return commencer(app, "ana@exemple.fr", fabriques.remplir_ana)


@pytest.fixture
def couple(app: Flask) -> Foyer:
    """Léa et Tom, quatre enfants, tout est répondu."""
    return commencer(
        app, "lea@exemple.fr", fabriques.remplir_couple, enfants=4, compte={"prenoms": "Léa", "nom_naissance": "Martin"}
    )


@pytest.fixture
def autre(app: Flask) -> Foyer:
    """Une autre personne, qui ne doit rien voir de ce qui est à Ana."""
    return commencer(
        app, "zoe@exemple.fr", jeton="z" * 43, compte={"prenoms": "Zoé", "nir": fabriques.nir("2850369266002")}
    )


# Ce qui diffère forcément d'un passage à l'autre : numéros, clés tirées au hasard, instants, chiffrés.
TABLES_DE_LA_DEMANDE = (
    "declaration", "coordonnees", "foyer", "logement_actuel", "motifs", "souhaits", "personne",
    "situation_professionnelle", "revenu_fiscal", "ressources", "motif_declare", "commune_souhaitee",
    "annexe_handicap", "saisie_refusee", "piece_fournie", "fichier", "evenement",
)  # fmt: skip
QUI_VARIE = ("id", "cle", "nir", "personne", "revisions", "besoins", "saisie", "nom")


def contenu(foyer: Foyer) -> dict[str, list[dict]]:
    """Toutes les lignes de la demande, sans ce qui varie d'un passage à l'autre."""
    trouvees: dict[str, list[dict]] = {}
    for nom in TABLES_DE_LA_DEMANDE:
        table = Base.metadata.tables[nom]
        colonnes = [
            c for c in table.columns
            if c.name not in QUI_VARIE and not c.name.endswith(("_id", "_le", "empreinte"))
        ]  # fmt: skip
        lignes = foyer.lire(sa.select(*colonnes)) if colonnes else []
        trouvees[nom] = sorted((ligne._asdict() for ligne in lignes), key=repr)
    return trouvees
