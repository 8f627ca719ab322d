"""L'état d'une demande se calcule de ses dates : il n'est écrit nulle part."""

from __future__ import annotations

from portail.choix import Choix
from portail.demande.modeles import Declaration, Demande


class Etat(Choix):
    """Les états montrés à la personne."""

    BROUILLON = "brouillon", "Brouillon, pas encore soumise"
    SOUMISE = "soumise", "Soumise, en cours de vérification"
    ACTIVE = "active", "Active"
    RADIEE = "radiee", "Radiée"


def etat(demande: Demande) -> Etat:
    if demande.radiee_le is not None:
        return Etat.RADIEE
    if demande.enregistree_le is not None:
        return Etat.ACTIVE
    if demande.deposee_le is not None:
        return Etat.SOUMISE
    return Etat.BROUILLON


def brouillon(demande: Demande) -> Declaration | None:
    return next((declaration for declaration in demande.declarations if declaration.est_brouillon), None)


def derniere_deposee(demande: Demande) -> Declaration | None:
    """Celle qui compte, tant qu'une autre n'est pas déposée."""
    deposees = [declaration for declaration in demande.declarations if not declaration.est_brouillon]
    return max(deposees, key=lambda declaration: (declaration.deposee_le, declaration.id), default=None)


def a_montrer(demande: Demande) -> Declaration:
    """Le brouillon s'il y en a un, sinon la dernière déclaration déposée."""
    trouvee = brouillon(demande) or derniere_deposee(demande)
    if trouvee is None:
        raise LookupError(f"La demande {demande.id} n’a aucune déclaration.")
    return trouvee
