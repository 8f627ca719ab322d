"""Le contexte des étapes, pour la requête en cours : le jour, les chiffres de la loi, le catalogue des pièces."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from portail.demande.formulaire import Contexte
from portail.demande.modeles import Declaration
from portail.guichet.modeles import Renvoi
from portail.horloge import a_paris, aujourd_hui
from portail.referentiels.parametres import catalogue_pieces, parametre


def contexte_de(declaration: Declaration | None = None) -> Contexte:
    """Une déclaration déposée se relit au jour de son dépôt : ses années de revenus ne glissent pas."""
    if declaration is None:
        return contexte_au(aujourd_hui())
    jour = a_paris(declaration.deposee_le).date() if declaration.deposee_le is not None else aujourd_hui()
    contexte = replace(contexte_au(jour), au_guichet=declaration.demande.est_au_guichet, recue_le=declaration.recue_le)
    if declaration.deposee_le is not None:
        return contexte
    renvoi = declaration.demande.renvoi
    return replace(
        contexte,
        remarques=_remarques(renvoi) if renvoi else {},
        identite_verifiee=declaration.demande.enregistree_le is not None,
    )


def _remarques(renvoi: Renvoi) -> dict[tuple[str, str, str], dict[str, str]]:
    trouvees: dict[tuple[str, str, str], dict[str, str]] = {}
    for champ in renvoi.champs:
        trouvees.setdefault((champ.etape, champ.section, champ.personne), {})[champ.champ] = champ.remarque
    return trouvees


def contexte_au(jour: date) -> Contexte:
    return Contexte(jour, lambda cle: parametre(cle, jour), catalogue_pieces())
