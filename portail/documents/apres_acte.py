"""Établir l'attestation aussitôt l'acte validé, sans que le stockage en panne ne défasse rien."""

from __future__ import annotations

from datetime import datetime

from flask import current_app

from portail.documents import emission
from portail.stockage import StockageIndisponible


def etablir_l_attestation(demande_id: int, instant: datetime) -> None:
    """À appeler après le `commit`. Si elle ne peut pas s'établir, elle le sera à la première demande."""
    try:
        emission.attestation_emise(demande_id, instant)
    except emission.NonEmissible:
        current_app.logger.info("demande %s : pas d’attestation à établir", demande_id)
    except StockageIndisponible:
        current_app.logger.exception("attestation de la demande %s à refaire", demande_id)
