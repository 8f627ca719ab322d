"""Sous quel code une pièce est rangée. Celui du catalogue, sauf un avis d'impôt : sous son année (« AIS2025 »).

L'avis N-1 d'une année est l'avis N-2 de la suivante : rangé sous son année, il le devient de lui-même, et celui de
l'an passé ne passe pas pour celui que la demande renouvelée attend.
"""

from __future__ import annotations

import re

AVIS = "AIS2"  # la ligne du catalogue qui décrit un avis dont plus rien ne dit s'il est N-1 ou N-2
PAR_ANNEE = re.compile(r"AIS(\d{4})")


def d_un_avis(annee: int) -> str:
    """Le code de l'avis d'impôt de cette année (il porte sur les revenus de l'année d'avant)."""
    return f"AIS{annee}"


def est_un_avis(code: str) -> bool:
    return PAR_ANNEE.fullmatch(code) is not None


def nature_et_precision(code: str) -> tuple[str, str]:
    """(ligne du catalogue, ce qui s'ajoute à son intitulé)."""
    annee = PAR_ANNEE.fullmatch(code)
    return (AVIS, annee[1]) if annee else (code, "")
