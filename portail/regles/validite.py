"""Compter en mois, comme la loi : du 31 janvier, un mois mène au dernier jour de février."""

from __future__ import annotations

import calendar
from datetime import date


def ajouter_mois(jour: date, mois: int) -> date:
    """Le même quantième, `mois` mois plus tard (ou plus tôt), ramené au dernier jour du mois s'il n'existe pas."""
    annee, rang = divmod(jour.year * 12 + jour.month - 1 + mois, 12)
    return date(annee, rang + 1, min(jour.day, calendar.monthrange(annee, rang + 1)[1]))
