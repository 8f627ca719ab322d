"""« Vérifier et soumettre ma demande », puis « Votre demande est soumise »."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask_login import current_user
from werkzeug import Response as ReponseBrute

from portail.compte.acces import compte_courant
from portail.db import db
from portail.demande import acces, bp, depot, vue_verification
from portail.demande.contexte import contexte_de
from portail.demande.parcours import PARCOURS
from portail.demande.porte import de_la_personne
from portail.droits import Droit, droit
from portail.horloge import maintenant
from portail.htmx import rendre

ATTESTATION_MANQUANTE = "Cochez la case pour attester que vos réponses sont exactes."


@bp.get("/<int:demande_id>/verifier")
@droit(Droit.COMPTE)
def verifier(demande_id: int) -> ReponseBrute:
    declaration = acces.declaration_a_lire(db.session, demande_id)
    if not declaration.est_brouillon:
        return redirect(url_for(".soumise", demande_id=demande_id), 303)
    return vue_verification.page(de_la_personne(demande_id), declaration)


@bp.post("/<int:demande_id>/verifier")
@droit(Droit.COMPTE)
def soumettre(demande_id: int) -> ReponseBrute:
    """Soumettre deux fois la même demande mène au même endroit : le second envoi ne fait rien."""
    porte = de_la_personne(demande_id)
    declaration = acces.par_la_porte(db.session, porte, verrou=True)
    if not declaration.est_brouillon:
        return redirect(url_for(".soumise", demande_id=demande_id), 303)
    if request.form.get("atteste") != "oui":
        return vue_verification.page(porte, declaration, erreur=ATTESTATION_MANQUANTE, statut=422)
    try:
        depot.deposer(db.session, declaration, compte_courant(db.session), contexte_de(declaration), maintenant())
    except depot.DepotImpossible:
        return vue_verification.page(porte, declaration, statut=422)
    db.session.commit()
    return redirect(url_for(".soumise", demande_id=demande_id), 303)


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
