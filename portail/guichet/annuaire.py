"""Les guichets de ce déploiement, tels que les montre la page publique « Trouver un guichet »."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from portail.guichet import acces
from portail.information.ecriture import propre
from portail.information.guichets.adresses import Adresse
from portail.typographie import insecables


def adresses_publiques(commune: str, session: Session) -> Iterator[Adresse]:
    """Ceux qui couvrent la commune d'abord. Sans position : leur adresse n'est pas géocodée."""
    for guichet in acces.guichets_publics(session, commune):
        yield Adresse(
            nom=propre(guichet.nom),
            genre=guichet.type.libelle,
            rue=propre(guichet.adresse),
            code_postal=guichet.code_postal,
            ville=propre(guichet.ville),
            telephone=guichet.telephone or "",
            horaires=tuple(insecables(propre(ligne)) for ligne in (guichet.horaires or "").splitlines() if ligne),
        )
