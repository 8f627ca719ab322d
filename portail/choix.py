"""`Choix` : une réponse fermée, avec son code (en base, dans l'URL d'échange) et son libellé (à l'écran)."""

from __future__ import annotations

import enum

import sqlalchemy as sa


class Choix(enum.Enum):
    """Énumération dont chaque membre s'écrit `NOM = "code", "Libellé montré à la personne"`."""

    libelle: str

    def __new__(cls, code: str, libelle: str = "") -> Choix:
        membre = object.__new__(cls)
        membre._value_ = code
        membre.libelle = libelle
        return membre

    @property
    def code(self) -> str:
        return self.value

    def __str__(self) -> str:
        return self.libelle


class OuiNon(Choix):
    """Une question fermée qui sait dire « pas encore répondu » (None en base)."""

    OUI = "oui", "Oui"
    NON = "non", "Non"


def colonne_de_choix(choix: type[Choix]) -> sa.Enum:
    """Le type de colonne d'un `Choix` : le code, en texte, sans type natif (ajouter un choix ne migre rien)."""
    return sa.Enum(
        choix, native_enum=False, create_constraint=False, length=40, values_callable=lambda c: [m.value for m in c]
    )


class ListeDeChoix(sa.types.TypeDecorator):
    """Plusieurs réponses à une question fermée, en un texte « ,t2,t3, » (cherchable par LIKE '%,t2,%').

    En Python : un tuple de membres dans l'ordre de l'énumération ; `()` = « aucune », None = pas répondu.
    """

    impl = sa.String(400)
    cache_ok = True

    def __init__(self, choix: type[Choix]) -> None:
        super().__init__()
        self.choix = choix

    def process_bind_param(self, value, dialect):
        if value is None:
            return None
        return "," + "".join(f"{membre.value}," for membre in self.choix if membre in value)

    def process_result_value(self, value, dialect):
        if value is None:
            return None
        return tuple(self.choix(code) for code in value.split(",") if code)
