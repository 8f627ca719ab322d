"""Lire la session d'un appareil et le compte qu'elle ouvre : ce que fait chaque page d'une personne connectée."""

from __future__ import annotations

from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portail.chargement import Chargement, relier
from portail.compte.modeles import Compte, SessionOuverte

_AVEC_SON_COMPTE = Chargement(SessionOuverte, Compte)


@cache
def _requete_par_empreinte() -> sa.Select[Any]:
    return (
        sa.select(*_AVEC_SON_COMPTE.colonnes)
        .select_from(sa.join(SessionOuverte, Compte, Compte.id == SessionOuverte.compte_id))
        .where(SessionOuverte.empreinte == sa.bindparam("empreinte"))
    )


def session_et_compte(base: Session, empreinte: str) -> SessionOuverte | None:
    """La session dont le cookie a cette empreinte, avec son compte. Qu'elle soit encore valable reste à juger."""
    lues = _AVEC_SON_COMPTE.lire(base, _requete_par_empreinte(), {"empreinte": empreinte})
    if not lues:
        return None
    ((ligne, compte),) = lues  # l'empreinte est unique
    relier(ligne, "compte", compte)
    return ligne
