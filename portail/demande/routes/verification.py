"""« Vérifier et soumettre ma demande », puis « Votre demande est soumise »."""

from __future__ import annotations

from flask import Response, redirect, request, url_for
from flask_login import current_user
from werkzeug import Response as ReponseBrute

from portail.compte.acces import compte_courant
from portail.db import db
from portail.demande import acces, bp, depot, enregistrement
from portail.demande.contexte import contexte_de
from portail.demande.modeles import Declaration
from portail.demande.parcours import PARCOURS
from portail.droits import Droit, droit
from portail.horloge import maintenant
from portail.htmx import rendre

TITRE = "Vérifier et soumettre ma demande"
ATTESTATION_MANQUANTE = "Cochez la case pour attester que vos réponses sont exactes."


@bp.get("/<int:demande_id>/verifier")
@droit(Droit.COMPTE)
def verifier(demande_id: int) -> ReponseBrute:
    declaration = acces.declaration_a_lire(db.session, demande_id)
    if not declaration.est_brouillon:
        return redirect(url_for(".soumise", demande_id=demande_id), 303)
    return _page(declaration)


@bp.post("/<int:demande_id>/verifier")
@droit(Droit.COMPTE)
def soumettre(demande_id: int) -> ReponseBrute:
    """Soumettre deux fois la même demande mène au même endroit : le second envoi ne fait rien."""
    declaration = acces.declaration_a_lire(db.session, demande_id, verrou=True)
    if not declaration.est_brouillon:
        return redirect(url_for(".soumise", demande_id=demande_id), 303)
    if request.form.get("atteste") != "oui":
        return _page(declaration, erreur=ATTESTATION_MANQUANTE, statut=422)
    try:
        depot.deposer(db.session, declaration, compte_courant(db.session), contexte_de(declaration), maintenant())
    except depot.DepotImpossible:
        return _page(declaration, statut=422)
    db.session.commit()
    return redirect(url_for(".soumise", demande_id=demande_id), 303)


def _page(declaration: Declaration, *, erreur: str = "", statut: int = 200) -> Response:
    contexte = contexte_de(declaration)
    volet = PARCOURS.volet(declaration, contexte)
    rubriques = list(PARCOURS.recapitulatif(declaration, contexte))
    return rendre(
        "demande/verifier.html",
        titre=TITRE,
        statut=statut,
        declaration=declaration,
        bloquants=PARCOURS.bloquants(declaration, contexte),
        volet=volet,
        a_corriger=enregistrement.a_corriger(declaration, contexte),
        remarques=PARCOURS.remarques(declaration, contexte),
        en_trop=PARCOURS.pieces_en_trop(declaration, contexte),
        rubriques={
            etape.slug: [r for r in rubriques if r.etape is etape and not r.confidentielle] for etape in PARCOURS.etapes
        },
        a_une_annexe=any(rubrique.confidentielle for rubrique in rubriques),
        erreur=erreur,
    )


@bp.get("/<int:demande_id>/soumise")
@droit(Droit.COMPTE)
def soumise(demande_id: int) -> ReponseBrute:
    declaration = acces.declaration_a_lire(db.session, demande_id)
    if declaration.est_brouillon:
        return redirect(url_for(".verifier", demande_id=demande_id), 303)
    contexte = contexte_de(declaration)
    return rendre(
        "demande/soumise.html",
        titre="Votre demande est soumise",
        demande=declaration.demande,
        deposee_le=declaration.deposee_le,
        delai=contexte.parametre("VERIFICATION_JOURS_OUVRES"),
        delai_attestation=contexte.parametre("ATTESTATION_MOIS"),
        pieces=[(etape, piece) for etape in PARCOURS.volet(declaration, contexte) for piece in etape.pieces],
        courriel=current_user.courriel,
    )
