"""Fixtures des clés : l'application sur les deux moteurs, et de quoi changer ses clés comme un redémarrage."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from flask import Flask

from portail.chiffrement import Coffre, Sorte
from portail.stockage_local import StockageLocal
from tests.socle.applications import app, app_deux_moteurs

__all__ = ["app", "app_deux_moteurs", "redemarrer"]

Cles = Mapping[int, bytes]
NEUVE, NEUVE_EMPREINTE = b"2" * 32, b"3" * 32


@pytest.fixture
def redemarrer(dossier) -> Callable[..., Coffre]:
    """L'application repart avec ces versions de chaque sorte ; la deuxième est toujours la même clé neuve."""

    def repartir(application: Flask, chiffrement: set[int], empreinte: set[int] = frozenset({1})) -> Coffre:
        config = application.extensions["portail"]
        toutes = {
            Sorte.CHIFFREMENT: {**config.cles_chiffrement, 2: NEUVE},
            Sorte.EMPREINTE: {**config.cles_empreinte, 2: NEUVE_EMPREINTE},
        }
        coffre = Coffre(
            {version: toutes[Sorte.CHIFFREMENT][version] for version in chiffrement},
            {version: toutes[Sorte.EMPREINTE][version] for version in empreinte},
        )
        application.extensions["coffre"] = coffre
        application.extensions["stockage"] = StockageLocal(dossier / "pieces", coffre)
        return coffre

    return repartir
