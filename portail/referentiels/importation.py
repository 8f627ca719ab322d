"""Remplir les tables de référence depuis `donnees/` : tout ou rien, dans la transaction de l'appelant.

Tout est lu et contrôlé avant la première écriture : un fichier abîmé ne change rien, et les données
en place restent servies. Relancer sans rien changer ne fait rien.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portail.db import Base
from portail.referentiels import modeles
from portail.referentiels.empreinte import oublier
from portail.referentiels.lecture_csv import ReferentielInvalide, colonnes, lire, table

DONNEES = Path(__file__).resolve().parent / "donnees"
LOT = 5000  # lignes par ordre d'insertion
VERROU_POSTGRESQL = 140_690_05  # le Cerfa n° 14069*05 : un nombre à nous, le même dans chaque processus


@dataclass(frozen=True)
class Source:
    """Une table, le ou les fichiers qui la remplissent, et les tables que ses colonnes désignent."""

    modele: type[Base]
    fichiers: str
    references: Mapping[str, type[Base]] = field(default_factory=dict)


COMMUNE = {"code_insee": modeles.Commune}
SOURCES = (
    Source(modeles.Departement, "departements.csv"),
    Source(
        modeles.Commune,
        "communes.csv",
        {"code_departement": modeles.Departement, "code_commune_parente": modeles.Commune},
    ),
    Source(
        modeles.AncienneCommune,
        "anciennes_communes.csv",
        {"code_commune_actuelle": modeles.Commune, "code_departement_actuel": modeles.Departement},
    ),
    Source(modeles.Pays, "pays.csv", {"code_pays_rattachement": modeles.Pays}),
    Source(modeles.PaysAutreNom, "pays_autres_noms.csv", {"code_insee": modeles.Pays}),
    Source(modeles.Zonage, "zonage_logement_social.csv", COMMUNE),
    Source(modeles.OffreCommune, "offres_communes.csv", COMMUNE),
    Source(modeles.OffreEpci, "offres_epci.csv"),
    Source(modeles.OffreDepartement, "offres_departements.csv"),
    Source(modeles.Mairie, "mairies.csv", COMMUNE),
    Source(modeles.GuichetRepertorie, "guichets.csv", COMMUNE | {"code_departement": modeles.Departement}),
    Source(modeles.DelaiAnormal, "delais_anormalement_longs.csv", {"code_departement": modeles.Departement}),
    Source(modeles.Plafond, "plafonds/plafonds_*.csv"),
    Source(modeles.CategorieMenage, "plafonds/categories_menage.csv"),
    Source(modeles.Parametre, "parametres.csv"),
    Source(modeles.TerritoireHorsSne, "territoires_hors_sne.csv", {"code_departement": modeles.Departement}),
    Source(modeles.CataloguePiece, "pieces.csv"),
    Source(modeles.PieceInterdite, "pieces_interdites.csv"),
)


@dataclass(frozen=True)
class Rapport:
    """Ce que l'import a fait : `lignes` par table, vide si tout était déjà à jour."""

    empreinte: str
    lignes: Mapping[str, int]

    @property
    def est_nouveau(self) -> bool:
        return bool(self.lignes)

    def __str__(self) -> str:
        if not self.est_nouveau:
            return "Référentiels déjà à jour."
        return f"Référentiels importés : {sum(self.lignes.values())} lignes dans {len(self.lignes)} tables."


def a_jour(session: Session, dossier: Path = DONNEES) -> bool:
    """Vrai si la base contient exactement les fichiers de `dossier`, sous la forme attendue par ce code."""
    return _empreinte_en_base(session) == calculer_empreinte(dossier)


def importer(session: Session, dossier: Path = DONNEES, *, maintenant: datetime) -> Rapport:
    """Remplace toutes les tables de référence par le contenu de `dossier`, sans valider la transaction.

    Lève `ReferentielInvalide` (fichier, ligne, phrase) avant toute écriture si un fichier ne convient pas.
    """
    if session.get_bind().dialect.name == "postgresql":  # deux processus démarrés ensemble : l'un attend l'autre
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(VERROU_POSTGRESQL)))
    empreinte = calculer_empreinte(dossier)
    if _empreinte_en_base(session) == empreinte:
        return Rapport(empreinte, {})
    tables = {source.modele: _lire_source(source, dossier) for source in SOURCES}
    _controler_references(tables)
    with session.begin_nested():
        for source in SOURCES:
            _remplacer(session, source.modele, tables[source.modele])
        session.execute(sa.delete(modeles.ImportReferentiels))
        session.execute(
            sa.insert(modeles.ImportReferentiels), {"id": 1, "empreinte": empreinte, "importe_le": maintenant}
        )
    session.expire_all()
    oublier()
    return Rapport(empreinte, {source.modele.__tablename__: len(tables[source.modele]) for source in SOURCES})


def calculer_empreinte(dossier: Path) -> str:
    """sha256 des fichiers lus et des colonnes attendues : changer une table du code réimporte aussi."""
    calcul = hashlib.sha256()
    for source in SOURCES:
        noms = ",".join(colonne.name for colonne in colonnes(source.modele))
        calcul.update(f"\n{source.modele.__tablename__}({noms})".encode())
        for chemin in _chemins(source, dossier):
            calcul.update(f"\n{chemin.name}\n".encode())
            calcul.update(chemin.read_bytes())
    return calcul.hexdigest()


def _empreinte_en_base(session: Session) -> str | None:
    return session.scalar(sa.select(modeles.ImportReferentiels.empreinte))


def _chemins(source: Source, dossier: Path) -> list[Path]:
    chemins = sorted(dossier.glob(source.fichiers))
    if not chemins:
        raise ReferentielInvalide(source.fichiers, None, f"aucun fichier de ce nom dans {dossier.name}/.")
    return chemins


def _lire_source(source: Source, dossier: Path) -> list[Ligne]:
    lignes = []
    for chemin in _chemins(source, dossier):
        nom = chemin.relative_to(dossier).as_posix()
        lignes += [Ligne(nom, numero, valeurs) for numero, valeurs in lire(chemin, nom, source.modele)]
    _controler_doublons(source.modele, lignes)
    if source.modele is modeles.Parametre:
        _controler_periodes(lignes)
    return lignes


@dataclass(slots=True)
class Ligne:
    """Une ligne lue : d'où elle vient, et ses valeurs dans l'ordre de `colonnes(modele)`."""

    fichier: str
    numero: int
    valeurs: list[Any]

    def erreur(self, phrase: str) -> ReferentielInvalide:
        return ReferentielInvalide(self.fichier, self.numero, phrase)


def _places(modele: type[Base], noms: Iterator[str] | list[str]) -> list[int]:
    ordre = [colonne.name for colonne in colonnes(modele)]
    return [ordre.index(nom) for nom in noms]


def _controler_doublons(modele: type[Base], lignes: list[Ligne]) -> None:
    cles: list[list[str]] = [
        [colonne.name for colonne in contrainte.columns]
        for contrainte in table(modele).constraints
        if isinstance(contrainte, sa.PrimaryKeyConstraint | sa.UniqueConstraint)
    ]
    for cle in cles:
        if cle == ["id"]:
            continue
        places = _places(modele, cle)
        vues: dict[tuple[Any, ...], Ligne] = {}
        for ligne in lignes:
            valeur = tuple(ligne.valeurs[place] for place in places)
            premiere = vues.setdefault(valeur, ligne)
            if premiere is not ligne:
                dite = ", ".join(str(partie) for partie in valeur)
                raise ligne.erreur(f"« {dite} » est déjà à la ligne {premiere.numero} de {premiere.fichier}.")


def _controler_periodes(lignes: list[Ligne]) -> None:
    """Deux valeurs d'un même paramètre ne se recouvrent pas, et une période ne finit pas avant de commencer."""
    cle, debut, fin = _places(modeles.Parametre, ["cle", "debut", "fin"])
    for ligne in lignes:
        if ligne.valeurs[fin] is not None and ligne.valeurs[fin] < ligne.valeurs[debut]:
            raise ligne.erreur("la fin vient avant le début.")
    ordonnees = sorted(lignes, key=lambda ligne: (ligne.valeurs[cle], ligne.valeurs[debut]))
    for avant, apres in pairwise(ordonnees):
        meme = avant.valeurs[cle] == apres.valeurs[cle]
        if meme and apres.valeurs[debut] <= (avant.valeurs[fin] or date.max):
            raise apres.erreur(f"la période de « {apres.valeurs[cle]} » recouvre celle de la ligne {avant.numero}.")


def _controler_references(tables: Mapping[type[Base], list[Ligne]]) -> None:
    connus: dict[type[Base], set[Any]] = {}
    for source in SOURCES:
        for nom, cible in source.references.items():
            if cible not in connus:
                connus[cible] = {ligne.valeurs[0] for ligne in tables[cible]}  # le code est la première colonne
            (place,) = _places(source.modele, [nom])
            for ligne in tables[source.modele]:
                if ligne.valeurs[place] is not None and ligne.valeurs[place] not in connus[cible]:
                    raise ligne.erreur(
                        f"« {nom} » vaut « {ligne.valeurs[place]} », inconnu de la table {cible.__tablename__}."
                    )


def _remplacer(session: Session, modele: type[Base], lignes: list[Ligne]) -> None:
    noms = [colonne.name for colonne in colonnes(modele)]
    numerote = "id" in table(modele).columns
    insertion = sa.insert(table(modele))
    session.execute(sa.delete(modele))
    for debut in range(0, len(lignes), LOT):
        lot = [dict(zip(noms, ligne.valeurs, strict=True)) for ligne in lignes[debut : debut + LOT]]
        if numerote:
            for rang, valeurs in enumerate(lot, debut + 1):
                valeurs["id"] = rang
        session.execute(insertion, lot)
