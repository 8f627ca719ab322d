"""L'état d'une demande se calcule de ses dates : il n'est écrit nulle part."""

from __future__ import annotations

from datetime import date

from portail.choix import Choix
from portail.demande.modeles import Declaration, Demande
from portail.referentiels.parametres import parametre
from portail.regles.validite import ajouter_mois


class Etat(Choix):
    """Les états montrés à la personne."""

    BROUILLON = "brouillon", "Brouillon, pas encore soumise"
    SOUMISE = "soumise", "Soumise, en cours de vérification"
    A_CORRIGER = "a_corriger", "À corriger"
    ACTIVE = "active", "Active"
    A_RENOUVELER = "a_renouveler", "À renouveler"
    RADIEE = "radiee", "Radiée"


def etat(demande: Demande, jour: date) -> Etat:
    """L'état au `jour` donné (jour de Paris)."""
    if demande.radiee_le is not None:
        return Etat.RADIEE
    if demande.enregistree_le is not None:
        return Etat.A_RENOUVELER if _renouvellement_ouvert(demande, jour) else Etat.ACTIVE
    if demande.est_a_corriger:
        return Etat.A_CORRIGER
    return Etat.BROUILLON if demande.deposee_le is None else Etat.SOUMISE


def echeance(demande: Demande, jour: date) -> date | None:
    """Le dernier jour de validité, selon la règle en vigueur au `jour` donné (R441-2-7). None : jamais déposée."""
    if demande.presentee_le is None:
        return None
    return ajouter_mois(demande.presentee_le, parametre("VALIDITE_MOIS", jour))


def _renouvellement_ouvert(demande: Demande, jour: date) -> bool:
    fin = echeance(demande, jour)
    return fin is not None and jour >= ajouter_mois(fin, -parametre("RENOUVELLEMENT_OUVERT_MOIS", jour))


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
