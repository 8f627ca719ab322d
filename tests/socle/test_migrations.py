"""Les migrations mènent aux modèles, dans les deux sens, sur les deux moteurs."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from portail import modeles, preparation
from portail.config import RACINE
from portail.db import CONVENTION, Base, db, preparer_moteur
from portail.preparation import tete

assert modeles


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def moteur(request, dossier) -> Iterator[sa.Engine]:
    """Un moteur sur une base vide."""
    if request.param == "sqlite":
        vide = sa.create_engine(f"sqlite:///{dossier / 'vide.sqlite'}")
        preparer_moteur(vide)
        yield vide
        vide.dispose()
        return
    with request.getfixturevalue("grappe_postgresql").copie() as url:
        vide = sa.create_engine(url)
        preparer_moteur(vide)
        yield vide
        vide.dispose()


def configuration(moteur: sa.Engine) -> Config:
    alembic = Config()
    alembic.set_main_option("script_location", str(RACINE / "migrations"))
    alembic.attributes["moteur"] = moteur
    return alembic


def tables(moteur: sa.Engine) -> set[str]:
    return set(sa.inspect(moteur).get_table_names())


def test_monter_donne_exactement_les_modeles(moteur):
    command.upgrade(configuration(moteur), "head")
    with moteur.connect() as connexion:
        contexte = MigrationContext.configure(connexion, opts={"compare_type": True, "compare_server_default": True})
        ecarts = compare_metadata(contexte, Base.metadata)
    assert ecarts == []
    assert tables(moteur) == {*Base.metadata.tables, "alembic_version"}


def test_descendre_efface_tout_et_remonter_revient_au_meme(moteur):
    alembic = configuration(moteur)
    command.upgrade(alembic, "head")
    avant = _schema(moteur)
    command.downgrade(alembic, "base")
    assert tables(moteur) == {"alembic_version"}
    command.upgrade(alembic, "head")
    assert _schema(moteur) == avant


def test_chaque_migration_se_descend_et_se_remonte_une_a_une(moteur):
    alembic = configuration(moteur)
    etapes = [migration.revision for migration in ScriptDirectory.from_config(alembic).walk_revisions()][::-1]
    for revision in etapes:
        command.upgrade(alembic, revision)
        command.downgrade(alembic, "-1")
        command.upgrade(alembic, revision)


def _schema(moteur: sa.Engine) -> dict[str, tuple]:
    inspection = sa.inspect(moteur)
    return {
        table: (
            sorted((c["name"], str(c["type"]), c["nullable"]) for c in inspection.get_columns(table)),
            sorted((i["name"], i["unique"]) for i in inspection.get_indexes(table)),
            sorted((f["name"], f["options"].get("ondelete")) for f in inspection.get_foreign_keys(table)),
            sorted(u["name"] for u in inspection.get_unique_constraints(table)),
        )
        for table in inspection.get_table_names()
    }


def test_chaque_contrainte_et_chaque_index_a_le_nom_que_dit_la_convention(moteur):
    """Un nom laissé au moteur ne se retrouve pas d'un moteur à l'autre, et ne se supprime pas par une migration."""
    command.upgrade(configuration(moteur), "head")
    inspection = sa.inspect(moteur)
    sans_nom = []
    for table in Base.metadata.tables:
        contraintes = [
            inspection.get_pk_constraint(table),
            *inspection.get_foreign_keys(table),
            *inspection.get_unique_constraints(table),
            *inspection.get_check_constraints(table),
        ]
        sans_nom += [(table, c) for c in contraintes if not re.fullmatch(r"(pk|fk|uq|ck)_\w+", c["name"] or "")]
        sans_nom += [(table, i) for i in inspection.get_indexes(table) if not re.match(r"(ix|uq)_", i["name"])]
    assert sans_nom == []
    assert set(CONVENTION) == {"ix", "uq", "ck", "fk", "pk"}


def test_les_migrations_se_suivent_en_une_seule_ligne_numerotee():
    scripts = ScriptDirectory.from_config(configuration(sa.create_engine("sqlite://")))
    assert len(scripts.get_heads()) == 1
    assert scripts.get_current_head() == tete()
    numeros = [migration.revision for migration in scripts.walk_revisions()][::-1]
    assert numeros == [f"{rang:04}" for rang in range(1, len(numeros) + 1)]


def test_une_migration_ne_depend_pas_du_code():
    """Un modèle renommé plus tard ne doit pas casser une migration d'avant."""
    for chemin in (RACINE / "migrations" / "versions").glob("*.py"):
        assert not re.search(r"^\s*(from|import) portail", chemin.read_text(), re.M), chemin.name


def test_deux_processus_qui_demarrent_ensemble_ne_migrent_qu_une_fois(app_deux_moteurs, monkeypatch):
    """Sinon le second refait une migration que le premier vient de valider, et s'arrête au milieu sur une erreur."""
    app, ensemble, montees, dites = app_deux_moteurs, threading.Barrier(2), [], []

    def monter(*_arguments):
        montees.append(1)
        time.sleep(0.3)  # le second a le temps d'arriver
        with db.engine.begin() as connexion:
            connexion.execute(sa.text("UPDATE alembic_version SET version_num = :tete"), {"tete": preparation.tete()})

    def demarrer():
        with app.app_context():
            ensemble.wait(5)
            preparation.migrer(dites.append)

    monkeypatch.setattr(command, "upgrade", monter)
    with db.engine.begin() as connexion:
        connexion.execute(sa.text("UPDATE alembic_version SET version_num = '0001'"))
    fils = [threading.Thread(target=demarrer) for _ in range(2)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(30)
    assert (len(montees), len(dites), preparation.niveau()) == (1, 1, preparation.tete())
