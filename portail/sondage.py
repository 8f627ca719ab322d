"""Demander souvent s'il y a du nouveau, pour presque rien.

Une vue de sondage se marque (`@sondage`) : l'appeler ne compte pas comme une activité de la personne, sa session se
ferme à l'heure. L'étiquette de ce que la page montre voyage dans l'adresse (`?vu=`), écrite par l'élément même qui sera
remplacé : la page et son étiquette changent ensemble, une réponse perdue en route se redemande d'elle-même.
Rien de neuf se répond 304, sans corps ni en-tête de page (portail/entetes.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from flask import Response, current_app, g, request

Vue = TypeVar("Vue", bound=Callable)
VIF, AU_REPOS = 5, 20  # secondes entre deux demandes
DUREE_VIVE = timedelta(minutes=10)  # après le dernier message, on répond peut-être encore


@dataclass(frozen=True, slots=True)
class Rythme:
    """Ce que la page montre (`version`), et à quel rythme redemander."""

    version: int
    vif: bool

    @classmethod
    def de(cls, version: int, dernier_le: datetime, instant: datetime) -> Rythme:
        return cls(version, instant - dernier_le < DUREE_VIVE)

    @property
    def secondes(self) -> int:
        return VIF if self.vif else AU_REPOS

    @property
    def etiquette(self) -> str:
        return f"{self.version}-{self.secondes}"


def sondage(vue: Vue) -> Vue:
    """Marque une vue, sous le décorateur de droit."""
    vue.sondage = True  # type: ignore[attr-defined]
    return vue


def est_un_sondage() -> bool:
    return getattr(current_app.view_functions.get(request.endpoint or ""), "sondage", False)


def est_a_jour(rythme: Rythme) -> bool:
    """La page montre-t-elle déjà cela, au bon rythme ?"""
    return request.args.get("vu", "") == rythme.etiquette


def rien_de_neuf() -> Response:
    g.sans_corps = True
    return Response(status=304)
