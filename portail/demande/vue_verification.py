"""La page « Vérifier et soumettre » : ce qui manque, ce qui renforcerait, tout ce qui est déclaré."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import Response

from portail.champs import Champ
from portail.db import db
from portail.demande import depot, enregistrement, mise_a_jour
from portail.demande.contexte import contexte_de
from portail.demande.modeles import Declaration, GenreEvenement
from portail.demande.parcours import PARCOURS, Rubrique
from portail.demande.porte import Porte
from portail.htmx import rendre


def page(
    porte: Porte,
    declaration: Declaration,
    *,
    gabarit: str = "demande/verifier.html",
    erreur: str = "",
    fautifs: Sequence[Champ] = (),
    statut: int = 200,
    **autres: Any,
) -> Response:
    """`erreur` : ce qui manque pour attester ; `fautifs` : ce qui est à corriger ; `autres` : pour le gabarit."""
    contexte = contexte_de(declaration)
    rubriques = list(PARCOURS.recapitulatif(declaration, contexte))
    a_corriger = enregistrement.a_corriger(declaration, contexte)
    return rendre(
        gabarit,
        titre=porte.mots.verifier,
        statut=statut,
        porte=porte,
        declaration=declaration,
        bloquants=PARCOURS.bloquants(declaration, contexte),
        volet=PARCOURS.volet(declaration, contexte),
        a_corriger=a_corriger,
        lue=enregistrement.lecture(declaration),
        remarques=PARCOURS.remarques(declaration, contexte),
        a_relire=PARCOURS.a_relire(declaration, contexte),
        en_trop=PARCOURS.pieces_en_trop(declaration, contexte),
        rubriques={
            etape.slug: [
                (rubrique.titre, list(_a_lire(rubrique, {faute.reponse: faute.ancre for faute in a_corriger})))
                for rubrique in rubriques
                if rubrique.etape is etape and not rubrique.confidentielle
            ]
            for etape in PARCOURS.etapes
        },
        a_une_annexe=any(rubrique.confidentielle for rubrique in rubriques),
        changements=mise_a_jour.changements(db.session, declaration),
        est_mise_a_jour=declaration.demande.enregistree_le is not None,
        renouvelle=depot.acte_de(declaration.demande, contexte.jour) is GenreEvenement.RENOUVELLEMENT,
        erreur=erreur,
        fautifs=fautifs,
        **autres,
    )


def _a_lire(rubrique: Rubrique, ancres: Mapping[tuple[str, str, str, str], str]) -> Iterator[tuple[str, str, str]]:
    """(question, réponse, où la corriger) : une réponse refusée n'est pas une absence de réponse."""
    for champ, (question, reponse) in zip(rubrique.champs, rubrique.reponses, strict=True):
        yield question, reponse, ancres.get((*rubrique.cle, champ), "")
