"""« Vérifier et soumettre ma demande », puis « Votre demande est soumise »."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask_login import current_user
from werkzeug import Response as ReponseBrute

from portail.assistance.accueil import est_couvert
from portail.db import db
from portail.demande import acces, bp, depot, enregistrement, partage, vue_verification
from portail.demande.contexte import contexte_de
from portail.demande.modeles import GenreEvenement
from portail.demande.parcours import PARCOURS
from portail.demande.porte import de_la_personne
from portail.documents.apres_acte import etablir_l_attestation
from portail.droits import Droit, droit
from portail.horloge import a_paris, maintenant
from portail.htmx import rendre
from portail.requete import numero

CHANGEE = "Votre demande a changé pendant que vous relisiez. Relisez-la avant de soumettre."
ATTESTATION_MANQUANTE = "Cochez la case pour attester que vos réponses sont exactes."


@bp.get("/<int:demande_id>/verifier")
@droit(Droit.COMPTE)
def verifier(demande_id: int) -> ReponseBrute:
    declaration = acces.declaration_a_lire(db.session, demande_id)
    if not declaration.se_remplit:
        return redirect(url_for(".soumise", demande_id=demande_id), 303)
    return vue_verification.page(de_la_personne(demande_id), declaration)


@bp.post("/<int:demande_id>/verifier")
@droit(Droit.COMPTE)
def soumettre(demande_id: int) -> ReponseBrute:
    """Soumettre deux fois la même demande mène au même endroit : le second envoi ne fait rien."""
    porte = de_la_personne(demande_id)
    declaration = acces.par_la_porte(db.session, porte, verrou=True)
    demande, instant = declaration.demande, maintenant()
    if not declaration.se_remplit:
        return redirect(url_for(".soumise", demande_id=demande_id), 303)
    vue = request.form.get("vue", type=numero)
    lue = request.form.get("lue", type=int)
    # Un guichet a renouvelé ou rectifié l'identité ; une autre page, un co-demandeur ont écrit ; l'année a changé.
    if vue not in {None, demande.declaration_deposee_id} or lue not in {None, enregistrement.lecture(declaration)}:
        return vue_verification.page(porte, declaration, erreur=CHANGEE, statut=409)
    if request.form.get("atteste") != "oui":
        return vue_verification.page(porte, declaration, erreur=ATTESTATION_MANQUANTE, statut=422)
    renouvelle = depot.acte_de(demande, a_paris(instant).date()) is GenreEvenement.RENOUVELLEMENT
    try:
        depot.deposer(db.session, declaration, contexte_de(declaration), instant)
    except depot.DepotImpossible:
        return vue_verification.page(porte, declaration, statut=422)
    db.session.commit()
    if renouvelle:
        etablir_l_attestation(demande_id, instant)
    if not partage.y_ecrit(db.session, demande, current_user.id):  # un co-demandeur qui vient de s'en retirer
        return redirect(url_for(".tableau", partie="1"), 303)
    return redirect(url_for(".soumise", demande_id=demande_id), 303)


@bp.get("/<int:demande_id>/soumise")
@droit(Droit.COMPTE)
def soumise(demande_id: int) -> ReponseBrute:
    declaration = acces.declaration_a_lire(db.session, demande_id)
    if declaration.demande.radiee_le is not None:
        return redirect(url_for(".tableau"), 303)
    if declaration.demande.enregistree_le is not None:
        return redirect(url_for(".a_jour", demande_id=demande_id), 303)
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
        couvert=est_couvert(db.session, declaration.demande.territoire),
    )
