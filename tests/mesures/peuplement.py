"""Peupler vite une base de centaines de milliers de demandes : une vraie, déposée par le vrai dépôt, puis copiée.

Chaque table est multipliée par un seul INSERT … SELECT : les colonnes du modèle, sauf celles qui doivent différer
(numéros, dates, noms, clés). Les clés étrangères sont tenues par construction et ne sont pas revérifiées. Le journal
copié n'est pas chaîné : il ne sert qu'à peser.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from portail.db import Base, db, ecriture
from portail.guichet import acces, instruction
from portail.guichet.modeles import Agent, RoleAgent
from portail.horloge import maintenant
from tests import fabriques
from tests.guichet.monde import agent, demande_deposee, guichet

TERRITOIRES = ("111", "111", "111", "111", "111", "111", "111", "069", "069", "013")
SYLLABES = "BADOLIMERUSATOVENIPAGOCEFIHUJOKAZEREMU"
COMMUNES = ("75056", "94028", "92050", "93048", "69266", "69123")
DECALAGE = 1_000_000  # les numéros copiés commencent là
EN_LIGNES = {"evenement": 3, "ecriture_journal": 2}  # copies d'une même ligne par demande
A_CORRIGER_SUR = 20  # une demande en attente sur vingt est chez la personne


@dataclass(frozen=True)
class Peuplee:
    """Ce qu'il faut pour mesurer. `demandes` : des numéros de ligne, répartis dans toute la base."""

    nombre: int
    a_verifier: int
    agents: list[int]
    demandes: list[int]


@dataclass(frozen=True)
class Ecriture:
    """Les expressions SQL que les deux moteurs n'écrivent pas pareil. `g` va de 1 au nombre de demandes."""

    serie: str
    instant: Callable[[str], str]  # il y a tant de secondes
    jour: Callable[[str], str]  # il y a tant de jours
    naissance: Callable[[str], str]  # tant de jours après le 1er janvier 1936
    chiffres: Callable[[str, int], str]  # un nombre, complété de zéros


def _ecriture_de(moteur: str) -> Ecriture:
    present = f"{fabriques.INSTANT:%Y-%m-%d %H:%M:%S}"
    if moteur == "postgresql":
        return Ecriture(
            serie="generate_series(CAST(1 AS bigint), {n}) AS serie(g)",
            instant=lambda s: f"timestamptz '{present}+00' - ({s}) * interval '1 second'",
            jour=lambda j: f"date '{present[:10]}' - CAST({j} AS integer)",
            naissance=lambda j: f"date '1936-01-01' + CAST({j} AS integer)",
            chiffres=lambda n, taille: f"lpad(CAST({n} AS text), {taille}, '0')",
        )
    return Ecriture(
        serie="(WITH RECURSIVE s(g) AS (SELECT 1 UNION ALL SELECT g + 1 FROM s WHERE g < {n}) SELECT g FROM s) AS serie",
        instant=lambda s: (
            f"strftime('%Y-%m-%d %H:%M:%S.000000', '{present}', '-' || CAST({s} AS integer) || ' seconds')"
        ),
        jour=lambda j: f"date('{present[:10]}', '-' || CAST({j} AS integer) || ' days')",
        naissance=lambda j: f"date('1936-01-01', '+' || CAST({j} AS integer) || ' days')",
        chiffres=lambda n, taille: f"printf('%0{taille}d', {n})",
    )


def peupler(nombre: int, a_verifier: int, agents: int = 8) -> Peuplee:
    """Dans un contexte d'application, sur une base importée et vide. Les plus récentes sont à vérifier."""
    with db.sessionmaker() as session:
        mairie = guichet(session, "69266", ("069", "111"), ("69266", "75056"))
        guichet(session, "75056", ("111",), ("94028",), nom="Mairie voisine")
        qui = [agent(session, mairie, RoleAgent.RESPONSABLE).id for _ in range(agents)]
        demande_id = demande_deposee(session, fabriques.compte(session)).id
    _vivre(demande_id, qui[0])
    modele = _Modele(nombre, a_verifier)
    with db.engine.begin() as connexion:
        modele.copier(connexion)
    _tenir_a_jour()
    pas = max(1, nombre // 997)
    return Peuplee(nombre, a_verifier, qui, [DECALAGE + g for g in range(1, nombre + 1, pas)])


def _tenir_a_jour() -> None:
    """Ce que la base fait d'elle-même en temps ordinaire : compter ses lignes, marquer les pages que tous voient."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connexion:
        connexion.exec_driver_sql("VACUUM ANALYZE" if connexion.dialect.name == "postgresql" else "ANALYZE")


def _vivre(demande_id: int, agent_id: int) -> None:
    """De quoi copier : une pièce acceptée, un renvoi. Les dates sont ensuite celles de chaque copie."""
    with ecriture() as session:
        lui = session.get_one(Agent, agent_id)
        demande = acces.demande_a_instruire(session, lui, demande_id)
        piece = demande.pieces[0]
        vus = {fichier.id for fichier in piece.fichiers_gardes}
        oui = instruction.EtatDecision.ACCEPTEE
        instruction.decider_piece(session, demande, piece, vus, lui, oui, None, maintenant())
        motif = instruction.MotifRenvoi.REPONSES
        instruction.renvoyer(session, demande, demande.declaration_deposee_id, lui, motif, None, {}, maintenant())


class _Modele:
    """Comment chaque colonne diffère d'une copie à l'autre."""

    def __init__(self, nombre: int, a_verifier: int) -> None:
        self.nombre, self.a_verifier = nombre, a_verifier
        self.sql = _ecriture_de(db.engine.dialect.name)
        attente = int(timedelta(days=45).total_seconds())
        passe = int(timedelta(days=1050).total_seconds())
        self.en_attente = f"g <= {a_verifier}"
        depuis_attente = f"(g * {attente}.0 / {a_verifier})"
        depuis_passe = f"({attente} + (g - {a_verifier}) * {passe}.0 / {max(1, nombre - a_verifier)})"
        self.depuis = f"CASE WHEN {self.en_attente} THEN {depuis_attente} ELSE {depuis_passe} END"
        self.renvoyee = f"({self.en_attente} AND g % {A_CORRIGER_SUR} = 0)"
        mele = "((g * 7919) % 5832)"
        self.nom = " || ".join(
            f"substr('{SYLLABES}', CAST(1 + 2 * (({mele} / {pas}) % 18) AS integer), 2)" for pas in (1, 18, 324)
        )
        self.naissance = self.sql.naissance("(g * 104729) % 25000")
        self.cle = self.sql.chiffres("g", 8)
        self.unique = self.sql.chiffres("g", 64)

    def copier(self, connexion: sa.Connection) -> None:
        """Toutes les tables qui tiennent à la demande, dans l'ordre des clés étrangères."""
        postgresql = connexion.dialect.name == "postgresql"
        connexion.exec_driver_sql(
            "SET LOCAL session_replication_role = replica" if postgresql else "PRAGMA defer_foreign_keys = ON"
        )
        for nom, changements in self._changements().items():
            self._multiplier(connexion, nom, changements)
        if postgresql:
            for nom in self._changements():
                if "id" in Base.metadata.tables[nom].c:
                    suite = f"SELECT setval(pg_get_serial_sequence('{nom}', 'id'), (SELECT max(id) FROM {nom}))"
                    connexion.exec_driver_sql(suite)

    def _multiplier(self, connexion: sa.Connection, nom: str, changements: dict[str, str]) -> None:
        colonnes = [colonne.name for colonne in Base.metadata.tables[nom].columns]
        serie = self.sql.serie.format(n=self.nombre)
        quand = changements.get("?", "true" if connexion.dialect.name == "postgresql" else "1")
        for rang in range(EN_LIGNES.get(nom, 1)):
            valeurs = ", ".join(
                changements.get(colonne, f"m.{colonne}").replace("@", str(rang)) for colonne in colonnes
            )
            cle = Base.metadata.tables[nom].primary_key.columns[0].name
            premiere = f"(SELECT * FROM {nom} ORDER BY {cle} LIMIT 1) AS m"
            ordre = f"INSERT INTO {nom} ({', '.join(colonnes)}) SELECT {valeurs} FROM {premiere}, {serie} WHERE {quand}"
            connexion.exec_driver_sql(ordre.replace("%", "%%") if connexion.dialect.name == "postgresql" else ordre)

    def _changements(self) -> dict[str, dict[str, str]]:
        """{table: {colonne: expression}} ; « ? » : pour quelles copies, « @ » : le rang de la ligne."""
        numero, instant, vide = f"{DECALAGE} + g", self.sql.instant, "NULL"
        depose = instant(self.depuis)
        territoire = _choisir(TERRITOIRES)
        enregistree = f"CASE WHEN {self.en_attente} THEN NULL ELSE {instant(f'{self.depuis} - 864000')} END"
        suite = f"CASE WHEN {self.en_attente} THEN NULL ELSE {territoire} || '0126' || {self.sql.chiffres('g', 6)} || '69266' END"
        d, p = {"declaration_id": numero}, {"personne_id": numero}
        return {
            "compte": {"id": numero, "courriel": "'p' || g || '@exemple.fr'", "nir_empreinte": self.unique},
            "demande": {
                "id": numero, "compte_id": numero, "territoire": territoire, "cree_le": depose, "deposee_le": depose,
                "soumise_le": depose, "presentee_le": self.sql.jour("g % 360"), "enregistree_le": enregistree,
                "renvoyee_le": f"CASE WHEN {self.renvoyee} THEN {instant(f'{self.depuis} - 60')} ELSE NULL END",
                "radiee_le": f"CASE WHEN {self.en_attente} OR g % 12 <> 0 THEN NULL ELSE {instant('g % 86400')} END",
                "motif_radiation": f"CASE WHEN {self.en_attente} OR g % 12 <> 0 THEN NULL ELSE 'e' END",
                "numero_unique": suite, "guichet_id": "CASE WHEN g % 3 = 0 THEN NULL ELSE 1 + g % 2 END",
                "declaration_deposee_id": numero, "nom_cherche": self.nom, "date_naissance_cherchee": self.naissance,
                "premiere_commune": _choisir(COMMUNES),
            },
            "declaration": {"id": numero, "demande_id": numero, "cree_le": depose, "modifiee_le": depose, "deposee_le": depose},
            **dict.fromkeys(("coordonnees", "foyer", "logement_actuel", "motifs", "souhaits"), d),
            "personne": {
                "id": numero, "declaration_id": numero, "cle": self.cle, "nom_naissance": self.nom,
                "date_naissance": self.naissance, "nir_empreinte": self.unique,
            },
            **dict.fromkeys(("situation_professionnelle", "revenu_fiscal", "ressources"), p),
            "motif_declare": {"id": numero, **d},
            "commune_souhaitee": {"id": numero, **d},
            "piece_fournie": {"id": numero, "demande_id": numero, "personne": self.cle},
            "fichier": {"id": numero, "piece_id": numero, "cle": self.unique, "recu_le": depose},
            "decision_piece": {"id": numero, "piece_id": numero, "?": f"NOT ({self.en_attente})"},
            "renvoi": {"id": numero, **d, "demande_id": numero, "?": self.renvoyee},
            "evenement": {"id": f"{DECALAGE} + g * 3 + @", "demande_id": numero, "survenu_le": depose, "reference": vide},
            "ecriture_journal": {
                "id": f"{DECALAGE} + g * 2 + @", "demande_id": numero, "faite_le": depose,
                "precedente": self.sql.chiffres("g * 2 + @", 64), "empreinte": self.sql.chiffres("g * 2 + @ + 1", 64),
            },
        }  # fmt: skip


def _choisir(possibles: tuple[str, ...]) -> str:
    """L'un d'eux, tour à tour."""
    cas = " ".join(f"WHEN {rang} THEN '{valeur}'" for rang, valeur in enumerate(possibles))
    return f"(CASE g % {len(possibles)} {cas} END)"
