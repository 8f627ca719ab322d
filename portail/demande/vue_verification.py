"""La page « Vérifier et soumettre » : ce qui manque, ce qui renforcerait, tout ce qui est déclaré."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response

from portail.champs import Champ
from portail.db import db
from portail.demande import depot, enregistrement, mise_a_jour
from portail.demande.contexte import contexte_de
from portail.demande.modeles import Declaration, GenreEvenement
from portail.demande.parcours import PARCOURS
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
    return rendre(
        gabarit,
        titre=porte.mots.verifier,
        statut=statut,
        porte=porte,
        declaration=declaration,
        bloquants=PARCOURS.bloquants(declaration, contexte),
        volet=PARCOURS.volet(declaration, contexte),
        a_corriger=enregistrement.a_corriger(declaration, contexte),
        remarques=PARCOURS.remarques(declaration, contexte),
        en_trop=PARCOURS.pieces_en_trop(declaration, contexte),
        rubriques={
            etape.slug: [r for r in rubriques if r.etape is etape and not r.confidentielle] for etape in PARCOURS.etapes
        },
        a_une_annexe=any(rubrique.confidentielle for rubrique in rubriques),
        changements=mise_a_jour.changements(db.session, declaration),
        est_mise_a_jour=declaration.demande.enregistree_le is not None,
        renouvelle=depot.acte_de(declaration.demande, contexte.jour) is GenreEvenement.RENOUVELLEMENT,
        erreur=erreur,
        fautifs=fautifs,
        **autres,
    )
