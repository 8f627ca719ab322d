"""Où les gens s'arrêtent : de l'accueil à la soumission, combien d'ouvertures, de suites et de refus à chaque pas.

Sans identifiant, on compte des passages, pas des personnes : qui ouvre deux fois une étape compte deux fois. Un nombre
trop petit ne se montre pas (`FREQUENTATION_MASQUE`), ni la part qu'on en tirerait.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portail.demande.parcours import PARCOURS
from portail.frequentation.modeles import Frequentation, Geste
from portail.referentiels.parametres import parametre

FENETRE = 30  # jours
Comptes = dict[tuple[str, str, str], int]

# (titre, page qui s'ouvre, page qui s'envoie)
AVANT = (
    ("Accueil", "accueil.accueil", ""),
    ("Je crée un compte", "compte.creer", "compte.creer_envoyer"),
    ("Choisir la commune", "demande.nouvelle", "demande.nouvelle_envoyer"),
)
APRES = (("Vérifier et soumettre", "demande.verifier", "demande.soumettre"),)


@dataclass(frozen=True)
class Nombre:
    """`masque` : non nul et trop petit pour être montré."""

    valeur: int
    masque: bool


@dataclass(frozen=True)
class Pas:
    """Une page du chemin. `largeur` : en % de la page la plus ouverte ; `part` : de ceux qui l'ouvrent, combien vont
    plus loin, en % ; None si un des deux nombres est masqué ou s'il n'y a rien à envoyer."""

    titre: str
    vues: Nombre
    faits: Nombre
    refus: Nombre
    largeur: int
    part: int | None


@dataclass(frozen=True)
class Entonnoir:
    debut: date
    fin: date
    pas: list[Pas]
    masque: int

    @property
    def est_vide(self) -> bool:
        return not any(pas.vues.valeur for pas in self.pas)


def entonnoir(session: Session, jour: date) -> Entonnoir:
    """Les trente derniers jours, celui-ci compris."""
    debut, seuil = jour - timedelta(days=FENETRE - 1), parametre("FREQUENTATION_MASQUE", jour)
    comptes = _comptes(session, debut, jour)
    chemin = [
        *((titre, page, "", envoi) for titre, page, envoi in AVANT),
        *((etape.titre, "demande.etape", etape.slug, "demande.etape_envoyer") for etape in PARCOURS.etapes),
        *((titre, page, "", envoi) for titre, page, envoi in APRES),
    ]
    sommet = max((comptes.get((page, slug, Geste.VUE.code), 0) for _, page, slug, _ in chemin), default=0)
    pas = [_pas(comptes, seuil, sommet, *etape) for etape in chemin]
    return Entonnoir(debut, jour, pas, seuil)


def _comptes(session: Session, debut: date, fin: date) -> Comptes:
    F = Frequentation
    requete = (
        sa.select(F.page, F.etape, F.geste, sa.func.sum(F.nombre).label("nombre"))
        .where(F.jour.between(debut, fin))
        .group_by(F.page, F.etape, F.geste)
    )
    return {(page, etape, geste): nombre for page, etape, geste, nombre in session.execute(requete)}


def _pas(comptes: Comptes, seuil: int, sommet: int, titre: str, page: str, slug: str, envoi: str) -> Pas:
    def nombre(de: str, geste: Geste) -> Nombre:
        valeur = comptes.get((de, slug, geste.code), 0)
        return Nombre(valeur, 0 < valeur < seuil)

    vues, faits, refus = nombre(page, Geste.VUE), nombre(envoi, Geste.FAIT), nombre(envoi, Geste.REFUS)
    largeur = 0 if vues.masque or not sommet else round(100 * vues.valeur / sommet)
    cache = vues.masque or faits.masque or not vues.valeur or not envoi
    part = None if cache else min(100, round(100 * faits.valeur / vues.valeur))
    return Pas(titre, vues, faits, refus, largeur, part)
