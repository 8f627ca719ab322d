"""Prévenir la personne, par un courriel discret, de ce qui arrive à sa demande. Un seul endroit pour tous les actes."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from portail import courriel
from portail.compte.modeles import Compte
from portail.demande.modeles import Demande, Evenement


def prevenir(
    session: Session, demande: Demande, cle: str, sujet: str, gabarit: str, *, suite: str = "", **contexte: Any
) -> None:
    """Met le courriel en boîte, dans la transaction en cours, si la personne a un compte ; sinon ne fait rien.

    `cle` : un même fait n'est dit qu'une fois. `suite` : la page de la demande où mène le lien (« /evenements ») ;
    vide, le lien mène au tableau de bord.
    """
    compte = session.get(Compte, demande.compte_id) if demande.compte_id is not None else None
    if compte is not None:
        lien = f"{courriel.config_url()}/demandes" + (f"/{demande.id}{suite}" if suite else "")
        courriel.mettre_en_boite(session, cle, compte.courriel, sujet, gabarit, lien=lien, **contexte)


def dire_l_evenement(session: Session, demande: Demande, evenement: Evenement) -> None:
    """Un évènement déjà numéroté : la personne le lira à sa page. Dit une fois."""
    cle, sujet = f"evenement-{evenement.id}", "Il y a du nouveau pour votre demande"
    prevenir(session, demande, cle, sujet, "evenement", suite="/evenements")
