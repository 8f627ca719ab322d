"""Les communes voisines : celles de la même intercommunalité, les plus proches d'abord."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portail.information.distance import ecart
from portail.information.ecriture import propre
from portail.information.offres.chiffres import ecrire
from portail.referentiels.modeles import Commune, Mairie, OffreCommune

NOMBRE = 8


@dataclass(frozen=True, slots=True)
class Voisine:
    """`distance` : de mairie à mairie, en km ; None si une position manque. Les nombres sont écrits (« non connu »)."""

    code: str
    nom: str
    distance: float | None
    logements: str
    demandes: str


def voisines(commune: Commune, seuil: int, session: Session, nombre: int = NOMBRE) -> list[Voisine]:
    """Au plus `nombre` voisines. Pour un arrondissement : les autres arrondissements de la ville."""
    requete = (
        sa.select(
            Commune.code_insee,
            Commune.nom,
            Mairie.latitude,
            Mairie.longitude,
            OffreCommune.nb_logements_sociaux,
            OffreCommune.demandes_en_cours,
        )
        .outerjoin(Mairie, Mairie.code_insee == Commune.code_insee)
        .outerjoin(OffreCommune, OffreCommune.code_insee == Commune.code_insee)
        .where(Commune.code_insee != commune.code_insee, Commune.type == commune.type, *_meme_territoire(commune))
        .order_by(Commune.population.desc(), Commune.code_insee)
    )
    mairie = session.get(Mairie, commune.code_insee)
    ici = (mairie.latitude, mairie.longitude) if mairie is not None else (None, None)
    trouvees = []
    for code, nom, latitude, longitude, logements, demandes in session.execute(requete):
        distance = ecart(ici, (latitude, longitude))
        trouvees.append(Voisine(code, propre(nom), distance, ecrire(logements, seuil), ecrire(demandes, seuil)))
    return sorted(trouvees, key=lambda voisine: (voisine.distance is None, voisine.distance or 0))[:nombre]


def _meme_territoire(commune: Commune) -> list[sa.ColumnElement[bool]]:
    if commune.code_commune_parente:
        return [Commune.code_commune_parente == commune.code_commune_parente]
    if commune.code_ept:
        return [Commune.code_ept == commune.code_ept]
    # Sans intercommunalité (quatre îles), personne n'est voisin.
    return [Commune.code_epci == commune.code_epci] if commune.code_epci else [sa.false()]
