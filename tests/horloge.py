"""Une horloge que le test règle : le temps n'avance que quand il le dit."""

from __future__ import annotations

from datetime import datetime, timedelta


class HorlogeReglable:
    def __init__(self, instant: datetime) -> None:
        self.instant = instant

    def __call__(self) -> datetime:
        return self.instant

    def avancer(self, **duree: float) -> None:
        self.instant += timedelta(**duree)
