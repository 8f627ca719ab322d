"""Ce qui manque à la machine : sauter le test en le disant, ou échouer si rien ne peut être sauté."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def en_ci() -> bool:
    """Vrai dans l'intégration continue (`CI=true`), où un moyen absent est une erreur."""
    return os.environ.get("CI") == "true"


def manque(moyen: str, remede: str) -> NoReturn:
    """Saute le test en cours, ou le fait échouer avec `CI=true`. `remede` : la commande qui installe le moyen."""
    phrase = f"absent : {moyen} ({remede})"
    if en_ci():
        pytest.fail(f"{phrase} ; avec CI=true, rien ne peut être sauté", pytrace=False)
    pytest.skip(phrase)
