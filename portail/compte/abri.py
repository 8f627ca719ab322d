"""Un compte mis à l'abri quand son adresse avait déjà un autre compte : qui le reprend.

Ceux qui l'ouvraient avant le vol, et eux seuls : la boîte d'avant, dès que l'autre compte lui laisse son adresse
(« Mot de passe oublié ») ; l'identité FranceConnect reliée avant le changement contesté ; pour une demande soumise, un
guichet (guichet/recours.py). Rien ne s'ouvre depuis l'adresse arrivée après (docs/decisions/0023).
"""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portail.compte import alertes
from portail.compte.modeles import Compte
from portail.horloge import maintenant


def reprendre(base: Session, compte: Compte) -> bool:
    """Sa boîte vient d'être prouvée : elle redevient la sienne. Faux si un autre compte l'a confirmée entre-temps.

    `compte` arrive verrouillé. Un compte qui n'est pas à l'abri n'a rien à reprendre : vrai.
    """
    if not compte.est_a_l_abri:
        return True
    try:
        with base.begin_nested():  # seul l'index unique voit une confirmation au même instant
            compte.courriel_confirme_le = maintenant()
    except IntegrityError:
        return False
    alertes.acces_repris(base, compte)
    return True
