"""Où aller depuis une commune : les guichets connus, sa mairie, et les mairies proches du même territoire."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from portail.information.distance import Position, ecart
from portail.information.ecriture import propre
from portail.information.guichets.horaires import en_mots
from portail.referentiels.lieux import Lieu
from portail.referentiels.modeles import Commune, GuichetRepertorie, Mairie
from portail.regles.territoire import departements, territoire

MAIRIES_PROCHES = 4
RAYON = 0.5  # degrés : une cinquantaine de kilomètres, plus qu'il n'en faut pour les mairies les plus proches
GENRES = {
    "CCAS": "Centre communal d’action sociale (CCAS)",
    "EPCI": "Intercommunalité",
    "MAIRIE": "Mairie",
    "BAILLEUR": "Bailleur social",
    "ACTION_LOGEMENT": "Action Logement",
    "ETAT": "Service de l’État",
}


@dataclass(frozen=True, slots=True)
class Adresse:
    """Un lieu où aller. `horaires` en mots ; `distance` en km depuis la commune cherchée, None si inconnue."""

    nom: str
    genre: str = ""
    rue: str = ""
    code_postal: str = ""
    ville: str = ""
    telephone: str = ""
    horaires: tuple[str, ...] = ()
    site: str = ""
    position: Position = (None, None)
    distance: float | None = None
    source: str = ""

    @property
    def geo(self) -> str:
        """L'adresse qu'une application de plans comprend (RFC 5870) ; vide sans position."""
        latitude, longitude = self.position
        return f"geo:{latitude},{longitude}?q={latitude},{longitude}" if latitude is not None else ""

    @property
    def plan(self) -> str:
        """La même place sur un plan en ligne, pour qui n'a pas d'application ; vide sans position."""
        latitude, longitude = self.position
        if latitude is None:
            return ""
        return f"https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}#map=17/{latitude}/{longitude}"


@dataclass(frozen=True, slots=True)
class Adresses:
    """Dans l'ordre où on les propose. `proches` : des mairies qui, elles aussi, peuvent orienter.

    `arrondissements` : leurs mairies, quand l'annuaire n'en donne pas pour la ville entière (Paris).
    """

    du_portail: tuple[Adresse, ...]
    repertories: tuple[Adresse, ...]
    mairie: Adresse | None
    proches: tuple[Adresse, ...]
    arrondissements: tuple[Adresse, ...]


GuichetsDuPortail = Callable[[str, Session], Iterable[Adresse]]
EXTENSION = "guichets_du_portail"


def adresses(commune: Lieu, session: Session) -> Adresses:
    """Tout ce que l'on connaît autour d'une commune."""
    mairie = session.get(Mairie, commune.code) or session.get(Mairie, _ville_de(commune, session))
    position: Position = (mairie.latitude, mairie.longitude) if mairie is not None else (None, None)
    return Adresses(
        du_portail=tuple(_du_portail(commune.code, position, session)),
        repertories=tuple(_repertories(commune.code, position, session)),
        mairie=_adresse(mairie, position) if mairie is not None else None,
        proches=tuple(_proches(commune, mairie, session)) if mairie is not None else (),
        arrondissements=() if mairie is not None else tuple(_arrondissements(commune.code, session)),
    )


def _du_portail(code: str, position: Position, session: Session) -> Iterable[Adresse]:
    """Ceux de ce déploiement. L'espace des guichets s'annonce par `app.extensions["guichets_du_portail"]`."""
    fournisseur: GuichetsDuPortail | None = current_app.extensions.get(EXTENSION)
    for trouve in fournisseur(code, session) if fournisseur is not None else ():
        yield replace(trouve, distance=ecart(position, trouve.position))


def _ville_de(commune: Lieu, session: Session) -> str:
    """La ville d'un arrondissement, ou la commune elle-même."""
    ligne = session.get(Commune, commune.code)
    return (ligne.code_commune_parente if ligne is not None else None) or commune.code


def _repertories(code: str, position: Position, session: Session) -> list[Adresse]:
    """Ceux de la commune, puis ceux de son intercommunalité, les plus proches d'abord."""
    commune = session.get(Commune, code)
    memes = [GuichetRepertorie.code_insee == code]
    if commune is not None and commune.code_epci:
        memes.append(GuichetRepertorie.code_epci == commune.code_epci)
    requete = (
        sa.select(GuichetRepertorie, Mairie.latitude, Mairie.longitude)
        .outerjoin(Mairie, Mairie.code_insee == GuichetRepertorie.code_insee)
        .where(sa.or_(*memes))
        .order_by(GuichetRepertorie.code_insee != code, GuichetRepertorie.id)
    )
    trouves = [
        (
            guichet.code_insee != code,
            Adresse(
                nom=propre(guichet.nom),
                genre=GENRES.get(guichet.type, ""),
                rue=propre(guichet.adresse or ""),
                code_postal=guichet.code_postal or "",
                ville=propre(guichet.ville or ""),
                telephone=guichet.telephone or "",
                horaires=tuple(en_mots(guichet.horaires or "")),
                distance=ecart(position, (latitude, longitude)),
                source=propre(guichet.source),
            ),
        )
        for guichet, latitude, longitude in session.execute(requete)
    ]
    return [adresse for _, adresse in sorted(trouves, key=lambda trouve: (trouve[0], trouve[1].distance or 0.0))]


def _arrondissements(code: str, session: Session) -> Iterable[Adresse]:
    requete = (
        sa.select(Mairie)
        .join(Commune, Commune.code_insee == Mairie.code_insee)
        .where(Commune.code_commune_parente == code)
        .order_by(Mairie.code_insee)
    )
    return (_adresse(mairie, (None, None)) for mairie in session.scalars(requete))


def _proches(commune: Lieu, mairie: Mairie, session: Session) -> Sequence[Adresse]:
    """Les mairies les plus proches du même territoire : une demande ne vaut pas au-delà.

    La restriction écarte aussi les quelques positions fausses de l'annuaire.
    """
    if mairie.latitude is None or mairie.longitude is None:
        return []
    position = (mairie.latitude, mairie.longitude)
    voisines = session.scalars(
        sa.select(Mairie)
        .join(Commune, Commune.code_insee == Mairie.code_insee)
        .where(
            Commune.code_departement.in_(departements(territoire(commune.code_departement))),
            Mairie.latitude.between(position[0] - RAYON, position[0] + RAYON),
            Mairie.longitude.between(position[1] - RAYON, position[1] + RAYON),
            Mairie.code_insee != mairie.code_insee,
        )
        .order_by(Mairie.code_insee)
    )
    proches = sorted(voisines, key=lambda autre: ecart(position, (autre.latitude, autre.longitude)) or 0.0)
    return [_adresse(proche, position) for proche in proches[:MAIRIES_PROCHES]]


def _adresse(mairie: Mairie, depuis: Position) -> Adresse:
    position = (mairie.latitude, mairie.longitude)
    return Adresse(
        nom=_nom_de_mairie(mairie.nom),
        rue=propre(mairie.adresse or ""),
        code_postal=mairie.code_postal or "",
        ville=propre(mairie.ville or ""),
        telephone=mairie.telephone or "",
        horaires=tuple(en_mots(mairie.horaires or "")),
        site=mairie.site or "",
        position=position,
        distance=ecart(depuis, position),
    )


def _nom_de_mairie(nom: str) -> str:
    """« Mairie - Lyon » → « Mairie – Lyon »."""
    return propre(nom.replace(" - ", " – ", 1))
