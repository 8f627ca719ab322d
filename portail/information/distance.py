"""La distance à vol d'oiseau entre deux points, et comment l'écrire."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

Position = tuple[float | None, float | None]  # latitude et longitude, en degrés
RAYON_DE_LA_TERRE = 6371.0  # km


def kilometres(latitude: float, longitude: float, autre_latitude: float, autre_longitude: float) -> float:
    """Distance orthodromique (haversine), en kilomètres, de deux points WGS84 en degrés."""
    phi, autre_phi = radians(latitude), radians(autre_latitude)
    ecart_phi, ecart_lambda = autre_phi - phi, radians(autre_longitude - longitude)
    corde = sin(ecart_phi / 2) ** 2 + cos(phi) * cos(autre_phi) * sin(ecart_lambda / 2) ** 2
    return 2 * RAYON_DE_LA_TERRE * asin(sqrt(min(1.0, corde)))


def ecart(ici: Position, la: Position) -> float | None:
    """La distance en kilomètres ; None si une position manque."""
    latitude, longitude = ici
    autre_latitude, autre_longitude = la
    if latitude is None or longitude is None or autre_latitude is None or autre_longitude is None:
        return None
    return kilometres(latitude, longitude, autre_latitude, autre_longitude)


def en_mots(distance: float) -> str:
    """« moins de 1 km », « 3,4 km », « 27 km » : à vol d'oiseau, la précision du mètre tromperait."""
    if distance < 1:
        return "moins de 1\u00a0km"
    if distance < 10:
        return f"{distance:.1f}\u00a0km".replace(".", ",")
    return f"{distance:.0f}\u00a0km"
