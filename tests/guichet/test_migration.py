"""La migration 0003 sur une base déjà remplie : rien ne se perd, les demandes déposées sont repérées."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from alembic import command

from portail.db import preparer_moteur
from tests.socle.test_migrations import configuration

DEPOSEE, BROUILLON = "2026-11-01 10:00:00+00:00", None


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def moteur(request, tmp_path) -> Iterator[sa.Engine]:
    """Une base au niveau 0002, deux demandes : l'une déposée deux fois et reprise en brouillon, l'autre commencée."""
    if request.param == "sqlite":
        url, fermer = f"sqlite:///{tmp_path / 'avant.sqlite'}", None
    else:
        fermer = request.getfixturevalue("grappe_postgresql").copie()
        url = fermer.__enter__()
    neuf = sa.create_engine(url)
    preparer_moteur(neuf)
    command.upgrade(configuration(neuf), "0002")
    with neuf.begin() as base:
        _remplir(base)
    yield neuf
    neuf.dispose()
    if fermer is not None:
        fermer.__exit__(None, None, None)


def _remplir(base: sa.Connection) -> None:
    def inserer(table: str, **valeurs: object) -> None:
        noms = ", ".join(valeurs)
        base.execute(sa.text(f"INSERT INTO {table} ({noms}) VALUES ({', '.join(f':{n}' for n in valeurs)})"), valeurs)

    for numero, depot in ((1, DEPOSEE), (2, BROUILLON)):
        inserer("demande", id=numero, territoire=f"06{numero}", cree_le=DEPOSEE, deposee_le=depot)
        inserer("evenement", id=numero, demande_id=numero, genre="creation", survenu_le=DEPOSEE)
    for numero, demande, depot in (
        (1, 1, DEPOSEE),
        (2, 1, "2026-11-05 10:00:00+00:00"),
        (3, 1, BROUILLON),
        (4, 2, BROUILLON),
    ):
        inserer(
            "declaration",
            id=numero,
            demande_id=demande,
            cree_le=DEPOSEE,
            modifiee_le=DEPOSEE,
            deposee_le=depot,
            revisions="{}",
        )
        inserer(
            "personne", id=numero, declaration_id=numero, rang=1, cle=f"cle{numero}", role="demandeur",
            nom_naissance=f"Le Goff-Éç {numero}", date_naissance="1985-03-12",
        )  # fmt: skip
        inserer("commune_souhaitee", id=numero, declaration_id=numero, rang=1, commune="69266")


def nombres(base: sa.Connection) -> dict[str, int]:
    tables = ("demande", "declaration", "personne", "commune_souhaitee", "evenement")
    return {table: base.scalar(sa.text(f"SELECT count(*) FROM {table}")) for table in tables}


def test_monter_ne_perd_rien_et_repere_les_deposees(moteur):
    with moteur.connect() as base:
        avant = nombres(base)
    command.upgrade(configuration(moteur), "0003")
    with moteur.connect() as base:
        assert nombres(base) == avant
        lignes = base.execute(
            sa.text(
                "SELECT declaration_deposee_id, nom_cherche, date_naissance_cherchee, premiere_commune, guichet_id "
                "FROM demande ORDER BY id"
            )
        ).all()
    assert [str(valeur) for valeur in lignes[0]] == ["2", "LE GOFF EC 2", "1985-03-12", "69266", "None"]
    assert set(lignes[1]) == {None}


def test_descendre_puis_remonter_ne_perd_rien_non_plus(moteur):
    with moteur.connect() as base:
        avant = nombres(base)
    for niveau in ("0003", "0002", "0003"):
        (command.downgrade if niveau == "0002" else command.upgrade)(configuration(moteur), niveau)
    with moteur.connect() as base:
        assert nombres(base) == avant


def test_les_cles_etrangeres_de_sqlite_restent_actives_apres_la_migration(tmp_path):
    moteur = sa.create_engine(f"sqlite:///{tmp_path / 'x.sqlite'}")
    preparer_moteur(moteur)
    command.upgrade(configuration(moteur), "head")
    with moteur.connect() as base:
        assert base.scalar(sa.text("PRAGMA foreign_keys")) == 1
        assert base.execute(sa.text("PRAGMA foreign_key_check")).all() == []
    moteur.dispose()
