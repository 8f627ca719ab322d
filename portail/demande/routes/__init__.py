"""Les pages de la demande, par sujet."""

from portail.demande.routes import (
    abandon,
    acces,
    bordereau,
    creation,
    depuis_eligibilite,
    etapes,
    evenements,
    messages,
    ou_en_suis_je,
    rattacher,
    tableau,
    verification,
    vie,
)

__all__ = [
    "abandon",
    "acces",
    "bordereau",
    "creation",
    "depuis_eligibilite",
    "etapes",
    "evenements",
    "messages",
    "ou_en_suis_je",
    "rattacher",
    "tableau",
    "verification",
    "vie",
]
