"""Ce que les responsables d'un guichet apprennent quand une personne dit « Ce n'est pas moi » (compte/adresse.py)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portail import courriel
from portail.compte.modeles import ChangementCourriel, Compte
from portail.demande.modeles import Demande
from portail.guichet import responsables
from portail.guichet.journal import inscrire
from portail.guichet.modeles import ActeJournal, Guichet
from portail.horloge import maintenant


def acces_conteste(base: Session, changement: ChangementCourriel) -> None:
    """L'ancienne boîte conteste ce qu'un agent a vu de ses yeux : l'un des deux se trompe, ou ment."""
    guichet = base.get_one(Guichet, changement.guichet_id)
    cle, sujet = f"adresse-gelee-{_numero(changement)}", "Un accès rendu au guichet est contesté"
    responsables.alerter(base, guichet.id, cle, sujet, "agent_recours_gele", guichet=guichet.nom)
    inscrire(base, ActeJournal.ALERTE, guichet_code=guichet.code, compte_id=changement.compte_id, objet=sujet)


def acces_a_rendre(base: Session, compte: Compte, defaits: Sequence[ChangementCourriel]) -> None:
    """Le compte n'a plus d'adresse à lui : un guichet peut aider. Ceux des demandes, et qui avait changé l'adresse."""
    cle, sujet = f"compte-a-rendre-{_numero(defaits[0])}", "Un compte mis à l’abri attend votre aide"
    _alerter(base, compte, defaits, cle, sujet, "agent_compte_a_rendre")


def acces_repris(base: Session, compte: Compte) -> None:
    """La personne l'a repris seule : ceux que l'on avait appelés l'apprennent, et voient si ce n'était pas elle."""
    defaits = base.scalars(
        sa.select(ChangementCourriel)
        .where(ChangementCourriel.compte_id == compte.id, ChangementCourriel.gele_le.is_not(None))
        .order_by(ChangementCourriel.id)
    ).all()
    cle, sujet = f"compte-repris-{compte.id}-{maintenant():%Y%m%d%H%M%S}", "Un compte mis à l’abri est repris"
    _alerter(base, compte, defaits, cle, sujet, "agent_compte_repris")


def _numero(changement: ChangementCourriel) -> str:
    """SQLite redonne le numéro d'un changement oublié : seul, il ferait taire l'alerte d'un autre."""
    return f"{changement.id}-{changement.demande_le:%Y%m%d%H%M%S}"


def _alerter(
    base: Session, compte: Compte, defaits: Iterable[ChangementCourriel], cle: str, sujet: str, gabarit: str
) -> None:
    """Une alerte par demande soumise et par guichet. Sans demande, aucun guichet n'y peut rien : le journal seul."""
    contestes = {changement.guichet_id for changement in defaits if changement.guichet_id}
    demandes = base.execute(
        sa.select(Demande.id, Demande.guichet_id)
        .where(Demande.compte_id == compte.id, Demande.deposee_le.is_not(None))
        .order_by(Demande.id)
    ).all()
    for demande_id, guichet_id in demandes:
        lien = f"{courriel.config_url()}/guichet/demandes/{demande_id}"
        for numero in sorted(contestes | ({guichet_id} if guichet_id else set())):
            guichet = base.get_one(Guichet, numero)
            responsables.alerter(base, guichet.id, f"{cle}-{demande_id}", sujet, gabarit, lien=lien)
            inscrire(
                base, ActeJournal.ALERTE, guichet_code=guichet.code, demande_id=demande_id, compte_id=compte.id,
                objet=sujet,
            )  # fmt: skip
    if not demandes:
        inscrire(base, ActeJournal.ALERTE, compte_id=compte.id, objet=sujet)
