"""L'âge, en années révolues."""

from __future__ import annotations

from datetime import date


def age(naissance: date, jour: date) -> int:
    """Années révolues à `jour`. Né(e) un 29 février, on vieillit le 1er mars des années ordinaires."""
    return jour.year - naissance.year - ((jour.month, jour.day) < (naissance.month, naissance.day))
