"""Descendre puis remonter, migration par migration, des tables pleines : rien ne se perd que le schéma d'avant ne tienne.

Une descente passe, ou refuse d'une phrase et ne change rien. Ce que le code d'avant ne saurait pas lire ne lui reste pas.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from portail.db import db
from tests import fabriques
from tests.base_modele import modele_sqlite
from tests.socle.applications import ouvrir
from tests.socle.tables_pleines import Contenu, Ligne, deja_pleines, emplir, orphelines, relire
from tests.socle.test_migration_des_avis import NOVEMBRE, poser
from tests.socle.test_migrations import configuration, moteur

__all__ = ["moteur"]

# Ce qui fait refuser une descente est éprouvé à part, plus bas.
QUI_FONT_REFUSER = {
    ("ecriture_journal", "acte"): {
        "recours", "detachement", "effacement", "question_confiee", "question_classee", "alerte", "partage",
        "rattachement", "avertissement",
    },
    ("fichier", "antivirus"): {"refuse"},
}  # fmt: skip
DERNIERE = "0003"  # le journal est écrit : on ne descend pas plus bas


Perdue = Callable[[Ligne, Contenu], bool]


def est(colonne: str, *valeurs: object) -> Perdue:
    return lambda ligne, _avant: ligne[colonne] in valeurs


def jetons(*usages: str) -> dict[str, Perdue]:
    """Ces jetons, et les courriels qui attendent d'en porter un."""

    def en_attente(envoi: Ligne, avant: Contenu) -> bool:
        partis = {jeton["id"] for jeton in avant["jeton"] if jeton["usage"] in usages}
        return envoi["prochain_essai_le"] is not None and envoi["jeton_id"] in partis

    return {"jeton": est("usage", *usages), "envoi": en_attente}


def hors_d_un_guichet(message: Ligne, avant: Contenu) -> bool:
    """Écrit par une personne, ou hors de toute demande."""
    sans_demande = {fil["id"] for fil in avant["fil"] if fil["demande_id"] is None}
    return message["guichet_id"] is None or message["agent_id"] is None or message["fil_id"] in sans_demande


# Ce que la version d'avant ne sait pas lire, et qui part. Tout le reste se retrouve.
PERDUES: dict[str, dict[str, Perdue]] = {
    "0029": {"evenement": est("genre", "avertissement_leve")},
    "0023": {"evenement": est("genre", "detachement")},
    "0020": jetons("refuser_cle"),
    "0015": jetons("changer_courriel", "geler"),
    "0014": {"message": hors_d_un_guichet},
    "0012": jetons("relier_franceconnect"),
    "0011": {"evenement": est("genre", "partage")},
    "0006": {"evenement": lambda e, _avant: e["genre"] not in {"creation", "depot", "renvoi", "enregistrement"}},
    "0005": {"evenement": est("genre", "renvoi", "enregistrement")},
}
# Réécrit en descendant ; une remontée rend ce qui y était, sauf un jeton parti.
REECRITES = {"0027": {"code"}, "0012": {"mot_de_passe"}}
JETONS = {"jeton_id", "jeton_courriel_id", "gel_demande_id", "gel_confirme_id"}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def base_pleine(request, dossier, horloge) -> Iterator[tuple[sa.Engine, set[str]]]:
    """Une base à soi, chaque table pleine, deux ménages par-dessus ; et le nom des référentiels, qui ne bougent pas."""
    if request.param == "sqlite":
        shutil.copyfile(modele_sqlite(), dossier / "portail.sqlite")
        base = f"sqlite:///{dossier / 'portail.sqlite'}"
    else:
        base = request.getfixturevalue("copie_postgresql")
    with ouvrir(dossier, horloge, base=base):
        referentiels = deja_pleines(db.engine)
        with db.engine.begin() as connexion:
            emplir(connexion, referentiels, QUI_FONT_REFUSER)
        with db.sessionmaker() as session:
            fabriques.remplir_ana(fabriques.brouillon(session, fabriques.compte(session)))
            lea = fabriques.compte(session, "lea@exemple.fr", prenoms="Léa", nir=None)
            fabriques.remplir_couple(fabriques.brouillon(session, lea))
            session.commit()
        yield db.engine, referentiels


def reduites(lignes: list[Ligne], colonnes: set[str]) -> list[str]:
    return sorted(repr([ligne[colonne] for colonne in sorted(colonnes)]) for ligne in lignes)


def comparer(revision: str, haut: Contenu, bas: Contenu, la: Contenu, reecrites: set[str]) -> None:
    """Ce qu'il y a là est ce qu'il y avait en haut, dans les colonnes que le bas connaît."""
    pertes = PERDUES.get(revision, {})
    for table in sorted(haut.keys() & bas.keys()):
        perdue = pertes.get(table, lambda _ligne, _avant: False)
        restent = [ligne for ligne in haut[table] if not perdue(ligne, haut)]
        connues = set.intersection(*(set(ligne) for ligne in restent[:1] + bas[table][:1])) if restent else set()
        connues -= reecrites | (JETONS if "jeton" in pertes else set())
        assert reduites(la[table], connues) == reduites(restent, connues), f"{revision}, {table}"


def test_chaque_descente_garde_ce_que_le_schema_d_avant_sait_tenir_et_remonte(base_pleine):
    moteur, referentiels = base_pleine
    alembic = configuration(moteur)
    for migration in ScriptDirectory.from_config(alembic).walk_revisions():
        revision = migration.revision
        if revision == DERNIERE:
            break
        haut = relire(moteur, referentiels)
        assert all(haut.values()), "toutes les tables sont pleines"
        command.downgrade(alembic, "-1")
        bas = relire(moteur, referentiels)
        comparer(revision, haut, bas, bas, REECRITES.get(revision, set()))
        assert orphelines(moteur) == []
        command.upgrade(alembic, revision)
        comparer(revision, haut, bas, relire(moteur, referentiels), set())
        assert orphelines(moteur) == []
        command.downgrade(alembic, "-1")
    with pytest.raises(CommandError, match="rien ne s’efface d’un journal"):
        command.downgrade(alembic, "-1")


def _journal(acte: str) -> Callable[[sa.Connection], object]:
    return lambda connexion: poser(connexion, "ecriture_journal", acte=acte)


def _fichier(connexion: sa.Connection) -> None:
    piece = poser(connexion, "piece_fournie", demande_id=poser(connexion, "demande", territoire="069"), code="ID")
    poser(connexion, "fichier", piece_id=piece, antivirus="refuse")


REFUS = [
    ("0025", _journal("recours"), "le journal garde 1 écriture"),
    ("0023", _journal("effacement"), "le journal garde 1 écriture"),
    ("0023", lambda c: poser(c, "compte", vu_le=NOVEMBRE), "1 compte\\(s\\) mis à l’abri"),
    ("0016", _fichier, "l’antivirus a refusé 1 fichier"),
    ("0014", _journal("question_classee"), "le journal garde 1 écriture"),
    ("0011", _journal("alerte"), "le journal garde 1 écriture"),
    ("0007", _journal("avertissement"), "le journal garde 1 écriture"),
    ("0006", lambda c: poser(c, "demande", territoire="069"), "1 demande\\(s\\) papier"),
    ("0003", _journal("connexion"), "le journal garde 1 écriture"),
]


@pytest.mark.parametrize(("revision", "preparer", "phrase"), REFUS)
def test_une_descente_refusee_dit_pourquoi_et_ne_change_rien(moteur, revision, preparer, phrase):
    alembic = configuration(moteur)
    command.upgrade(alembic, revision)
    with moteur.begin() as connexion:
        preparer(connexion)
    avant = relire(moteur)
    with pytest.raises(CommandError, match=phrase):
        command.downgrade(alembic, "-1")
    assert relire(moteur) == avant
    with moteur.connect() as connexion:
        assert connexion.scalar(sa.text("SELECT version_num FROM alembic_version")) == revision
        assert sa.inspect(connexion).has_table("compte")


def test_un_courriel_qui_attend_ne_part_plus_avec_un_lien_inconnu_celui_qui_est_parti_reste(moteur):
    alembic = configuration(moteur)
    command.upgrade(alembic, "0020")
    with moteur.begin() as connexion:
        for rang, (usage, attend) in enumerate([("refuser_cle", True), ("refuser_cle", False), ("confirmer", True)]):
            jeton = poser(connexion, "jeton", usage=usage, empreinte=str(rang))
            poser(connexion, "envoi", cle=str(rang), jeton_id=jeton, prochain_essai_le=NOVEMBRE if attend else None)
    command.downgrade(alembic, "0019")
    contenu = relire(moteur)
    assert [jeton["usage"] for jeton in contenu["jeton"]] == ["confirmer"]
    assert sorted((envoi["cle"], envoi["jeton_id"]) for envoi in contenu["envoi"]) == [("1", None), ("2", 3)]


def test_remonter_ne_met_pas_a_l_abri_une_inscription_qui_attend(moteur):
    """0023 date la dernière entrée de chaque compte ; qui n'a jamais confirmé son adresse n'est jamais entré."""
    alembic = configuration(moteur)
    command.upgrade(alembic, "0022")
    with moteur.begin() as connexion:
        poser(connexion, "compte", courriel="attend@exemple.fr")
        poser(connexion, "compte", courriel="ana@exemple.fr", courriel_confirme_le=NOVEMBRE)
    command.upgrade(alembic, "0023")
    with moteur.connect() as connexion:
        vus = connexion.scalars(sa.text("SELECT courriel FROM compte WHERE vu_le IS NOT NULL")).all()
    assert vus == ["ana@exemple.fr"]


def test_deux_envois_du_meme_fichier_sous_deux_annees_descendent(moteur):
    """Commencé sous une année, puis sous l'autre : tous deux ne tiendraient pas sous « AIS2 »."""
    alembic = configuration(moteur)
    command.upgrade(alembic, "0027")
    with moteur.begin() as connexion:
        demande = poser(connexion, "demande", territoire="069")
        for code in ("AIS2025", "AIS2024"):
            poser(connexion, "televersement", demande_id=demande, code=code, personne="abc", empreinte="e")
        piece = poser(connexion, "piece_fournie", demande_id=demande, code="AIS2024", personne="abc")
        poser(connexion, "fichier", piece_id=piece, recu_le=NOVEMBRE)
    avant = relire(moteur)
    command.downgrade(alembic, "0026")
    assert sorted(envoi["code"] for envoi in relire(moteur)["televersement"]) == ["AIS2", "AIS2024"]
    command.upgrade(alembic, "0027")
    assert relire(moteur) == avant, "l’avis de 2024 n’est pas devenu celui de 2025"
