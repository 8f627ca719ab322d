"""Les demandes qui pourraient être la même : chacune avec la raison, à l'agent de juger."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portail.chiffrement import coffre
from portail.demande.modeles import Declaration, Demande, Personne

MEME_NIR = "même numéro de sécurité sociale"
MEME_NOM = "même nom de naissance et même date de naissance"
LIMITE = 20


@dataclass(frozen=True)
class Doublon:
    """Une autre demande. `territoire` : le sien ; elle ne s'ouvre que dans les territoires de l'agent.

    `est_grave` : active et dans le même territoire, ce que la loi n'admet pas (R441-2-1). Les autres sont permises.
    """

    id: int
    numero_unique: str | None
    territoire: str
    est_radiee: bool
    est_grave: bool
    raisons: tuple[str, ...]


def doublons(session: Session, demande: Demande, declaration: Declaration) -> list[Doublon]:
    """Deux requêtes. Une personne peut avoir une demande par territoire : les autres territoires sont montrés aussi."""
    raisons: dict[int, list[str]] = {}
    for numero in session.scalars(_par_nir(demande, declaration)):
        raisons.setdefault(numero, []).append(MEME_NIR)
    if demande.nom_cherche and demande.date_naissance_cherchee:
        for numero in session.scalars(_par_nom(demande)):
            raisons.setdefault(numero, []).append(MEME_NOM)
    if not raisons:
        return []
    autres = session.execute(
        sa.select(Demande.id, Demande.numero_unique, Demande.territoire, Demande.radiee_le)
        .where(Demande.id.in_(raisons))
        .order_by(Demande.territoire != demande.territoire, Demande.deposee_le)
    )
    return [
        Doublon(
            autre.id,
            autre.numero_unique,
            autre.territoire,
            est_radiee=autre.radiee_le is not None,
            est_grave=autre.radiee_le is None and autre.territoire == demande.territoire,
            raisons=tuple(raisons[autre.id]),
        )
        for autre in autres
    ]


def _par_nir(demande: Demande, declaration: Declaration) -> sa.Select[int]:
    numeros = [personne.nir for personne in declaration.personnes if personne.nir]
    empreintes = [empreinte for numero in numeros for empreinte in coffre().empreintes(numero, "nir")]
    return (
        sa.select(Demande.id)
        .join(Personne, Personne.declaration_id == Demande.declaration_deposee_id)
        .where(Personne.nir_empreinte.in_(empreintes), Demande.id != demande.id)
        .distinct()
        .limit(LIMITE)
    )


def _par_nom(demande: Demande) -> sa.Select[int]:
    """Né le même jour, du même nom : « D ANGELO » et « DANGELO » le sont (reperes.est_le_meme)."""
    return (
        sa.select(Demande.id)
        .where(
            sa.func.replace(Demande.nom_cherche, " ", "") == (demande.nom_cherche or "").replace(" ", ""),
            Demande.date_naissance_cherchee == demande.date_naissance_cherchee,
            Demande.deposee_le.is_not(None),
            Demande.id != demande.id,
        )
        .limit(LIMITE)
    )
