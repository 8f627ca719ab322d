"""Combien une demande peut porter de fichiers. Dit avant l'envoi ; ce qui dépasse est refusé, le reste est gardé."""

from __future__ import annotations

from portail.demande.modeles import Demande
from portail.pieces.modeles import PieceFournie
from portail.pieces.refus import insecables

FICHIERS_PAR_PIECE = 20
MO_PAR_DEMANDE = 60


class Depasse(Exception):
    """Ce fichier n'a plus de place. `str()` se montre."""


def octets_gardes(demande: Demande) -> int:
    """Ce que pèsent les fichiers de cette demande, en octets."""
    return sum(fichier.taille for piece in demande.pieces for fichier in piece.fichiers_gardes)


def exiger_un_fichier(
    piece: PieceFournie | None, nom: str, *, attendus: int = 0, maximum: int = FICHIERS_PAR_PIECE
) -> None:
    """Lève `Depasse` si la pièce a déjà tous ses fichiers. `attendus` : ceux qui sont en cours d'envoi."""
    if (len(piece.fichiers_gardes) if piece else 0) + attendus >= maximum:
        raise Depasse(insecables(f"« {nom} » n’a pas été ajouté : {maximum} fichiers au plus par document."))


def exiger_la_place(demande: Demande, nom: str, octets: int) -> None:
    """Lève `Depasse` si ces octets ne tiennent plus dans la demande."""
    if octets_gardes(demande) + octets > MO_PAR_DEMANDE * 1024 * 1024:
        raise Depasse(
            insecables(
                f"« {nom} » n’a pas été ajouté : les documents d’une demande pèsent {MO_PAR_DEMANDE} Mo au plus, tous "
                "ensemble. Retirez un document qui ne sert plus, ou envoyez une version plus légère."
            )
        )
