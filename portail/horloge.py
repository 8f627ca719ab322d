"""L'heure, lue en un seul endroit : les règles reçoivent leurs dates, les tests les choisissent."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from flask import current_app

PARIS = ZoneInfo("Europe/Paris")


def maintenant() -> datetime:
    """L'instant présent, en temps universel (avec fuseau)."""
    horloge = current_app.config.get("HORLOGE")
    return horloge() if horloge else datetime.now(UTC)


def a_paris(instant: datetime) -> datetime:
    """L'instant vu de Paris : les délais de la loi se comptent en jours de France."""
    return instant.astimezone(PARIS)


def aujourd_hui() -> date:
    """Le jour présent, à Paris."""
    return a_paris(maintenant()).date()
