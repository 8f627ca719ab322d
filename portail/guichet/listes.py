"""« Demandes à vérifier » : les plus anciennes d'abord, page par page, sans une requête par ligne.

La suite se lit par clé (premier dépôt, numéro de ligne) : la millième page coûte comme la première, et une demande
enregistrée entre deux pages n'en fait sauter aucune.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portail.champs import ChampChoix, ChampLieu
from portail.choix import Choix, OuiNon
from portail.demande.modeles import Demande, Personne, Role
from portail.formulaire import Facultatif, Formulaire
from portail.guichet.compteurs import a_corriger, a_verifier
from portail.guichet.modeles import Agent
from portail.horloge import a_paris
from portail.pieces.modeles import Fichier, PieceFournie
from portail.referentiels import recherche
from portail.referentiels.parametres import parametre
from portail.regles.validite import ajouter_mois

PAGE = 25
JOURS_SERRES = 7  # à moins d'une semaine de l'échéance, la ligne le signale
NUMERO_MAX = 2**31 - 1
Lignes = sa.Select[*tuple[Any, ...]]


class Classement(Choix):
    """Les trois listes. La première est celle qu'on ouvre."""

    A_VERIFIER = "a-verifier", "À vérifier"
    A_CORRIGER = "a-corriger", "À corriger par la personne"
    ENREGISTREES = "enregistrees", "Enregistrées"

    @property
    def titre(self) -> str:
        return f"Demandes {self.libelle[0].lower()}{self.libelle[1:]}"


CONDITIONS = {
    Classement.A_VERIFIER: a_verifier,
    Classement.A_CORRIGER: a_corriger,
    Classement.ENREGISTREES: lambda: sa.and_(Demande.enregistree_le.is_not(None), Demande.radiee_le.is_(None)),
}


class FiltreForm(Formulaire):
    """Ce qu'on veut voir. Rien de personnel : ces réponses vont dans l'adresse."""

    classement = ChampChoix("Demandes", [Facultatif()], Classement, liste=True)
    chez_nous = ChampChoix(
        "Seulement celles de notre guichet",
        [Facultatif()],
        OuiNon,
        aide="Sinon, toutes celles de nos territoires.",
    )
    commune = ChampLieu("Première commune demandée", [Facultatif()])


@dataclass(frozen=True)
class Filtre:
    classement: Classement = Classement.A_VERIFIER
    chez_nous: bool = False
    commune: str | None = None


@dataclass(frozen=True)
class Delai:
    """Le mois de la loi, qui décompte. `jours` : ceux qui restent (négatif : dépassé)."""

    limite: date
    jours: int

    @classmethod
    def de(cls, deposee_le: datetime, jour: date) -> Delai:
        """Un mois après le dépôt, pour donner l'attestation et le numéro (CCH, art. L441-2-1)."""
        depot = a_paris(deposee_le).date()
        limite = ajouter_mois(depot, parametre("ATTESTATION_MOIS", depot))
        return cls(limite, (limite - jour).days)

    @property
    def mots(self) -> str:
        if self.jours < 0:
            return f"en retard de {_jours(-self.jours)}"
        return "dernier jour" if self.jours == 0 else f"il reste {_jours(self.jours)}"

    @property
    def classe(self) -> str:
        if self.jours < 0:
            return "grave"
        return "attention" if self.jours <= JOURS_SERRES else ""


@dataclass(frozen=True)
class Ligne:
    """Une demande de la liste."""

    id: int
    nom: str
    commune: str
    deposee_le: datetime
    corrigee_le: datetime | None  # redéposée après un renvoi
    numero_unique: str | None
    delai: Delai
    a_sa_piece: bool


@dataclass(frozen=True)
class Page:
    """`suivante` : ce qu'il faut demander pour la suite, vide à la fin."""

    lignes: list[Ligne]
    suivante: str


@dataclass(frozen=True)
class Repere:
    """La dernière ligne déjà montrée."""

    deposee_le: datetime
    id: int

    def __str__(self) -> str:
        return f"{self.deposee_le.timestamp():.6f}-{self.id}"

    @classmethod
    def lire(cls, texte: str) -> Repere | None:
        """None si le texte n'en est pas un : la liste reprend du début."""
        instant, _, numero = texte.partition("-")
        try:
            return cls(datetime.fromtimestamp(float(instant), UTC), min(int(numero), NUMERO_MAX))
        except (ValueError, OverflowError, OSError):
            return None


def lire(session: Session, agent: Agent, filtre: Filtre, apres: Repere | None, jour: date) -> Page:
    """Une page. Deux requêtes, quel que soit le nombre de lignes et de demandes."""
    cles = session.execute(_cles(agent, filtre, apres)).all()
    montrees = [cle.id for cle in cles[:PAGE]]
    suivante = str(Repere(cles[PAGE - 1].deposee_le, cles[PAGE - 1].id)) if len(cles) > PAGE else ""
    trouvees = {ligne.id: ligne for ligne in session.execute(_details(montrees))}
    return Page([_ligne(trouvees[id_], jour) for id_ in montrees if id_ in trouvees], suivante)


def _cles(agent: Agent, filtre: Filtre, apres: Repere | None) -> Lignes:
    """Les numéros de la page : une recherche par territoire, chacune dans l'ordre de son index, puis la fusion."""
    parts = [_cles_du_territoire(agent, filtre, apres, code).subquery() for code in agent.guichet.codes_territoires]
    if not parts:
        return sa.select(Demande.id, Demande.deposee_le).where(sa.false())
    if len(parts) == 1:
        return sa.select(parts[0]).order_by(parts[0].c.deposee_le, parts[0].c.id)
    toutes = sa.union_all(*(sa.select(part) for part in parts)).subquery()
    return sa.select(toutes).order_by(toutes.c.deposee_le, toutes.c.id).limit(PAGE + 1)


def _cles_du_territoire(agent: Agent, filtre: Filtre, apres: Repere | None, code: str) -> Lignes:
    requete = sa.select(Demande.id, Demande.deposee_le).where(
        Demande.territoire == code, Demande.deposee_le.is_not(None), CONDITIONS[filtre.classement]()
    )
    if filtre.chez_nous:
        requete = requete.where(Demande.guichet_id == agent.guichet_id)
    if filtre.commune is not None:
        requete = requete.where(Demande.premiere_commune == filtre.commune)
    if apres is not None:
        requete = requete.where(
            sa.tuple_(Demande.deposee_le, Demande.id) > sa.tuple_(apres.deposee_le, sa.literal(apres.id))
        )
    return requete.order_by(Demande.deposee_le, Demande.id).limit(PAGE + 1)


def _details(numeros: list[int]) -> Lignes:
    a_sa_piece = (
        sa.exists()
        .where(
            PieceFournie.demande_id == Demande.id,
            PieceFournie.code == "ID",
            PieceFournie.personne == Personne.cle,
            Fichier.piece_id == PieceFournie.id,
            Fichier.retire_le.is_(None),
        )
        .label("a_sa_piece")
    )
    return (
        sa.select(
            Demande.id,
            Demande.deposee_le,
            Demande.soumise_le,
            Demande.renvoyee_le,
            Demande.numero_unique,
            Demande.premiere_commune,
            Personne.prenoms,
            Personne.nom_usage,
            Personne.nom_naissance,
            a_sa_piece,
        )
        .join(
            Personne,
            sa.and_(Personne.declaration_id == Demande.declaration_deposee_id, Personne.role == Role.DEMANDEUR),
        )
        .where(Demande.id.in_(numeros))
    )


def _ligne(ligne: sa.Row[Any], jour: date) -> Ligne:
    lieu = recherche.lieu(ligne.premiere_commune) if ligne.premiere_commune else None
    redeposee = ligne.renvoyee_le is not None and ligne.soumise_le > ligne.renvoyee_le
    return Ligne(
        id=ligne.id,
        nom=" ".join(filter(None, [ligne.prenoms, ligne.nom_usage or ligne.nom_naissance])),
        commune=lieu.nom if lieu else "",
        deposee_le=ligne.deposee_le,
        corrigee_le=ligne.soumise_le if redeposee else None,
        numero_unique=ligne.numero_unique,
        delai=Delai.de(ligne.deposee_le, jour),
        a_sa_piece=ligne.a_sa_piece,
    )


def _jours(nombre: int) -> str:
    return "1\u00a0jour" if nombre == 1 else f"{nombre}\u00a0jours"
