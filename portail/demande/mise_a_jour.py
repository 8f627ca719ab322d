"""Mettre à jour une demande : un brouillon copié de la déclaration déposée, qui compte jusqu'au dépôt de l'autre."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from portail.chiffrement import coffre
from portail.demande import acces
from portail.demande.comparaison import comparer
from portail.demande.contexte import contexte_de
from portail.demande.copie import copier
from portail.demande.cycle_de_vie import brouillon
from portail.demande.etapes.informations_generales import DemandeurForm
from portail.demande.foyer import demandeur
from portail.demande.modeles import Declaration, Demande
from portail.demande.parcours import PARCOURS, Rubrique


class MiseAJourImpossible(Exception):
    """La demande n'a jamais été déposée, ou n'est plus active."""


@dataclass(frozen=True)
class Changement:
    """Une réponse qui n'est plus la même. `ou` : son étape, et de qui elle parle. `avant` est vide si la question ne se
    posait pas."""

    ou: str
    libelle: str
    avant: str
    apres: str
    confidentiel: bool


@dataclass(frozen=True)
class Changements:
    """Ce que soumettre changerait. `vue` : la déclaration à laquelle on compare (une autre depuis : un conflit)."""

    vue: int
    reponses: tuple[Changement, ...]
    retirees: tuple[str, ...]

    @property
    def nombre(self) -> int:
        return len(self.reponses) + len(self.retirees)


def commencer(session: Session, demande: Demande, instant: datetime) -> Declaration:
    """Le brouillon déjà ouvert, sinon une copie de la déclaration qui compte. La demande arrive verrouillée.

    Lève `MiseAJourImpossible`.
    """
    if demande.declaration_deposee is None or demande.radiee_le is not None:
        raise MiseAJourImpossible(f"La demande {demande.id} ne se met pas à jour.")
    ouvert = brouillon(demande)
    if ouvert is None:
        ouvert = copier(demande.declaration_deposee, instant)
        demande.declarations.append(ouvert)
        session.flush()
    return ouvert


def effacer(session: Session, demande: Demande) -> None:
    """Oublie la mise à jour commencée : la déclaration déposée reste. Rien à faire s'il n'y en a pas.

    Lève `MiseAJourImpossible` quand le brouillon est la demande elle-même, ou une correction que le guichet attend.
    """
    if demande.declaration_deposee_id is None or demande.est_a_corriger:
        raise MiseAJourImpossible(f"Le brouillon de la demande {demande.id} n’est pas une mise à jour.")
    ouvert = brouillon(demande)
    if ouvert is not None:
        session.delete(ouvert)


def reprendre_l_identite(demande: Demande) -> None:
    """Un guichet vient de vérifier l'identité déposée : ce qu'une mise à jour commencée en changeait n'a été vu de
    personne, et ne se change plus en ligne."""
    ouvert, deposee = brouillon(demande), demande.declaration_deposee
    if ouvert is None or deposee is None:
        return
    verifiee, ecrite = demandeur(deposee), demandeur(ouvert)
    noms = DemandeurForm.champs_verrouilles(verifiee, replace(contexte_de(deposee), identite_verifiee=True))
    if not any(getattr(ecrite, nom) != getattr(verifiee, nom) for nom in noms):
        return
    for nom in noms:
        setattr(ecrite, nom, getattr(verifiee, nom))
    ecrite.nir_empreinte = coffre().empreinte(ecrite.nir, "nir") if ecrite.nir else None
    slug = PARCOURS.etapes[0].slug  # ce qui se relisait n'est plus vrai
    ouvert.revisions = {**ouvert.revisions, slug: [ouvert.revisions.get(slug, [0, ""])[0] + 1, ""]}


def changements(session: Session, ouvert: Declaration) -> Changements | None:
    """Ce que ce brouillon changerait à la déclaration qui compte. None pour une première déclaration."""
    demande = ouvert.demande
    if demande.declaration_deposee_id is None:
        return None
    deposee = acces.entiere(session, demande, demande.declaration_deposee_id)
    rubriques = list(PARCOURS.recapitulatif(ouvert, contexte_de(ouvert)))
    ecarts = comparer(PARCOURS.recapitulatif(deposee, contexte_de(deposee)), rubriques)
    return Changements(deposee.id, tuple(_changements(rubriques, ecarts.avant)), ecarts.retirees)


def _changements(rubriques: list[Rubrique], avant: dict[tuple[str, str, str, str], str]) -> Iterator[Changement]:
    for rubrique in rubriques:
        for champ, (libelle, reponse) in zip(rubrique.champs, rubrique.reponses, strict=True):
            cle = (*rubrique.cle, champ)
            if cle in avant:
                ou = ", ".join(filter(None, (rubrique.etape.titre, rubrique.de_qui)))
                yield Changement(ou, libelle, avant[cle], reponse, rubrique.confidentielle)
