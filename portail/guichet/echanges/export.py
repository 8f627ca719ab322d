"""Les évènements des demandes d'un guichet, dans la forme où on les reçoit : ce qui sort peut revenir."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from portail.db import ecriture, lecture
from portail.demande.modeles import Demande, Evenement
from portail.guichet.acces import dans_ses_territoires
from portail.guichet.echanges.cellules import en_csv
from portail.guichet.echanges.forme import COLONNES, EN_PLUS, VERSION
from portail.guichet.evenements import PARTAGES
from portail.guichet.journal import inscrire
from portail.guichet.modeles import ActeJournal, Agent, Guichet
from portail.horloge import PARIS, a_paris
from portail.regles.numero_unique import lisible

PAQUET = 200  # évènements


@dataclass(frozen=True)
class Filtre:
    """`depuis` : inscrits ce jour-là ou après. `les_notres` : des demandes que notre guichet suit."""

    depuis: date | None = None
    les_notres: bool = False
    avec_radiees: bool = True

    def conditions(self, agent: Agent) -> list[sa.ColumnElement[bool]]:
        voulus = [dans_ses_territoires(agent), Demande.numero_unique.is_not(None), Evenement.genre.in_(PARTAGES)]
        if self.les_notres:
            voulus.append(Demande.guichet_id == agent.guichet_id)
        if not self.avec_radiees:
            voulus.append(Demande.radiee_le.is_(None))
        if self.depuis is not None:
            voulus.append(Evenement.survenu_le >= datetime.combine(self.depuis, time(), PARIS))
        return voulus

    def __str__(self) -> str:
        """Pour le journal."""
        return ", ".join(filter(None, ["évènements", f"depuis le {self.depuis}" if self.depuis else ""]))


def en_json(agent: Agent, filtre: Filtre, raison: str, instant: datetime) -> Iterator[str]:
    """{"version", "etabli_le", "evenements": […]} : un évènement par ligne."""
    entete = {"version": VERSION, "etabli_le": a_paris(instant).isoformat(timespec="seconds")}
    yield f'{json.dumps(entete, ensure_ascii=False)[:-1]}, "evenements": ['
    separateur = "\n"
    for fiche in _tous(agent, filtre, raison):
        yield separateur + json.dumps(fiche, ensure_ascii=False)
        separateur = ",\n"
    yield "\n]}\n"


def en_tableau(agent: Agent, filtre: Filtre, raison: str, _instant: datetime) -> Iterator[str]:
    """Les colonnes de l'import, puis ce qui aide à les lire."""
    fiches = _tous(agent, filtre, raison)
    yield from en_csv((*COLONNES, *EN_PLUS), (_ligne(fiche) for fiche in fiches))


def _ligne(fiche: dict[str, Any]) -> list[object]:
    # Sans ses espaces, un tableur ferait un nombre du numéro, et en perdrait la fin.
    return [lisible(fiche["numero_unique"]), *list(fiche.values())[1:]]


def _tous(agent: Agent, filtre: Filtre, raison: str) -> Iterator[dict[str, Any]]:
    apres = 0
    while True:
        with lecture() as session:
            lignes = _paquet(session, agent, filtre, apres)
        if not lignes:
            return
        with ecriture() as journal:
            for demande_id in dict.fromkeys(evenement.demande_id for evenement, _ in lignes):
                inscrire(
                    journal, ActeJournal.EXPORT, agent=agent, demande_id=demande_id, objet="évènements", raison=raison
                )
        for evenement, guichet in lignes:
            yield _fiche(evenement, guichet)
        apres = lignes[-1][0].id


def _paquet(session: Session, agent: Agent, filtre: Filtre, apres: int) -> list[tuple[Evenement, str | None]]:
    requete = (
        sa.select(Evenement, Guichet.code)
        .join(Evenement.demande)
        .outerjoin(Guichet, Guichet.id == Evenement.guichet_id)
        .where(*filtre.conditions(agent), Evenement.id > apres)
        .options(joinedload(Evenement.demande, innerjoin=True))
        .order_by(Evenement.id)
        .limit(PAQUET)
    )
    return [(evenement, code) for evenement, code in session.execute(requete)]


def _fiche(evenement: Evenement, guichet: str | None) -> dict[str, Any]:
    """Un évènement, selon `COLONNES` puis `EN_PLUS`."""
    inscrit_le = a_paris(evenement.survenu_le)
    valeurs = (
        evenement.demande.numero_unique,
        evenement.genre.code,
        (evenement.date_du_fait or inscrit_le.date()).isoformat(),
        evenement.organisme,
        evenement.valeur,
        evenement.rang,
        evenement.precision,
        evenement.reference,
        evenement.genre.libelle,
        evenement.valeur_lisible or None,
        inscrit_le.isoformat(timespec="seconds"),
        guichet,
        evenement.auteur,
        "oui" if evenement.genre.fiche.visible else "non",
    )
    return dict(zip((*COLONNES, *EN_PLUS), valeurs, strict=True))
