"""Mettre un compte à l'abri quand quelqu'un d'autre en tenait les clés : plus rien de ce qui ouvrait n'ouvre.

Sessions fermées, mot de passe et clés d'accès effacés, codes et liens en route annulés ; un lien part à l'adresse du
compte pour choisir un autre mot de passe. Les demandes ne changent pas. FranceConnect reste relié : l'identité y est
vérifiée ailleurs, et concorde.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portail.compte import inscription, jetons, sessions
from portail.compte.modeles import CleCompte, CodeCourriel, Compte, UsageJeton

EN_ROUTE = (
    UsageJeton.MOT_DE_PASSE,
    UsageJeton.CHANGER_COURRIEL,
    UsageJeton.RELIER_FRANCECONNECT,
    UsageJeton.REFUSER_CLE,  # peut-être parti à l'adresse de la main qui tenait le compte
)


def proteger(base: Session, compte: Compte) -> None:
    """Dans la transaction de l'appelant, qui a déjà posé l'adresse où écrire."""
    compte.mot_de_passe = None
    base.execute(sa.delete(CleCompte).where(CleCompte.compte_id == compte.id))
    for usage in EN_ROUTE:
        jetons.annuler(base, compte.id, usage)
    sessions.fermer_toutes(base, compte.id)
    base.execute(sa.delete(CodeCourriel).where(CodeCourriel.compte_id == compte.id))  # l'un ouvrirait sans mot de passe
    if compte.courriel_confirme_le is not None:  # sinon l'adresse est à un autre compte, que le lien ouvrirait
        inscription.demander_un_lien(base, compte.courriel)
