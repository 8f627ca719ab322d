"""Où en sont les effacements, pour l'exploitant : des nombres et des dates, jamais une personne."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from portail.conservation.modeles import AnnonceEffacement, Effacement, Regle
from portail.db import lecture
from portail.horloge import a_paris


def phrases() -> Iterator[str]:
    """Une par règle qui a quelque chose à dire, ou une seule s'il n'y a rien."""
    E, A = Effacement, AnnonceEffacement
    totaux = sa.select(E.regle, sa.func.count(), sa.func.sum(E.lignes), sa.func.sum(E.fichiers), sa.func.max(E.id))
    with lecture() as session:
        annonces = dict(session.execute(sa.select(A.regle, sa.func.count()).group_by(A.regle)).all())
        faits = {r: reste for r, *reste in session.execute(totaux.group_by(E.regle))}
        derniers = {r: session.get_one(E, reste[-1]).efface_le for r, reste in faits.items()}
    for regle in Regle:
        if regle not in annonces and regle not in faits:
            continue
        nombre, lignes, fichiers, _ = faits.get(regle, (0, 0, 0, 0))
        fin = f", le dernier le {a_paris(derniers[regle]):%d/%m/%Y à %H:%M}" if regle in derniers else ""
        yield (
            f"{regle.libelle} : {annonces.get(regle, 0)} annoncé(s), {nombre} effacé(s) "
            f"({lignes} lignes, {fichiers} fichiers){fin}."
        )
    if not annonces and not faits:
        yield "Rien d’annoncé, rien d’effacé."


def dernieres(combien: int) -> Sequence[Effacement]:
    """Les dernières lignes du registre, de la plus ancienne à la plus récente."""
    if not combien:
        return []
    with lecture() as session:
        lignes = session.scalars(sa.select(Effacement).order_by(Effacement.id.desc()).limit(combien)).all()
    return lignes[::-1]
