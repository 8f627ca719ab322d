"""Le contexte des étapes, pour la requête en cours : le jour, les chiffres de la loi, le catalogue des pièces."""

from __future__ import annotations

from datetime import date

from portail.demande.formulaire import Contexte
from portail.demande.modeles import Declaration
from portail.horloge import a_paris, aujourd_hui
from portail.referentiels.parametres import catalogue_pieces, parametre


def contexte_de(declaration: Declaration | None = None) -> Contexte:
    """Une déclaration déposée se relit au jour de son dépôt : ses années de revenus ne glissent pas."""
    jour = aujourd_hui()
    if declaration is not None and declaration.deposee_le is not None:
        jour = a_paris(declaration.deposee_le).date()
    return contexte_au(jour)


def contexte_au(jour: date) -> Contexte:
    return Contexte(jour, lambda cle: parametre(cle, jour), catalogue_pieces())
