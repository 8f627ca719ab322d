"""Ce que les responsables d'un guichet apprennent quand une personne dit « Ce n'est pas moi » (compte/adresse.py)."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portail import courriel
from portail.compte.modeles import ChangementCourriel, Compte
from portail.demande.modeles import Demande
from portail.guichet import responsables
from portail.guichet.journal import inscrire
from portail.guichet.modeles import ActeJournal, Guichet


def acces_conteste(base: Session, changement: ChangementCourriel) -> None:
    """L'ancienne boîte conteste ce qu'un agent a vu de ses yeux : l'un des deux se trompe, ou ment."""
    guichet = base.get_one(Guichet, changement.guichet_id)
    cle, sujet = f"adresse-gelee-{changement.id}", "Un accès rendu au guichet est contesté"
    responsables.alerter(base, guichet.id, cle, sujet, "agent_recours_gele", guichet=guichet.nom)
    inscrire(base, ActeJournal.ALERTE, guichet_code=guichet.code, compte_id=changement.compte_id, objet=sujet)


def acces_a_rendre(base: Session, compte: Compte, defaits: Sequence[ChangementCourriel]) -> None:
    """Le compte n'a plus d'entrée : seul un guichet la rend. À ceux des demandes, et à qui avait changé l'adresse."""
    sujet = "Un compte mis à l’abri attend votre aide"
    demandes = sa.select(Demande.id, Demande.guichet_id).where(
        Demande.compte_id == compte.id, Demande.deposee_le.is_not(None)
    )
    contestes = {changement.guichet_id for changement in defaits if changement.guichet_id}
    for demande_id, guichet_id in base.execute(demandes.order_by(Demande.id)).all():
        cle, lien = f"compte-a-rendre-{defaits[0].id}-{demande_id}", f"/guichet/demandes/{demande_id}"
        for numero in sorted(contestes | ({guichet_id} if guichet_id else set())):
            guichet = base.get_one(Guichet, numero)
            responsables.alerter(
                base, guichet.id, cle, sujet, "agent_compte_a_rendre", lien=f"{courriel.config_url()}{lien}"
            )
            inscrire(
                base, ActeJournal.ALERTE, guichet_code=guichet.code, demande_id=demande_id, compte_id=compte.id,
                objet=sujet,
            )  # fmt: skip
