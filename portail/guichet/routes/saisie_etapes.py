"""Les étapes, les pièces et le dépôt d'une demande papier : ceux de la personne, par la porte du guichet."""

from __future__ import annotations

from flask import Response, redirect, request
from flask_login import current_user
from werkzeug import Response as ReponseBrute

from portail.db import db
from portail.demande import acces as acces_demande
from portail.demande import annees, depot, remplir, vue_verification
from portail.demande.actions import Action
from portail.demande.modeles import Declaration
from portail.demande.porte import Porte
from portail.droits import Droit, droit
from portail.guichet import acces, bp, porte_saisie, saisie
from portail.guichet.formulaires_saisie import DepotPapierForm
from portail.guichet.journal import inscrire_une_lecture
from portail.guichet.modeles import ActeJournal
from portail.guichet.routes import bordereau
from portail.horloge import aujourd_hui, maintenant
from portail.pieces import acces as acces_pieces
from portail.pieces import numerisation, vue_piece

PAS_SIGNEE = "Cochez la case : une demande papier est signée, ou recueillie devant la personne."


@bp.get("/saisie/<int:demande_id>")
@droit(Droit.AGENT_ACCUEIL)
def saisie_reprendre(demande_id: int) -> ReponseBrute:
    return remplir.reprendre(porte_saisie.pour_lire(demande_id))


@bp.get("/saisie/<int:demande_id>/etapes/<slug>")
@droit(Droit.AGENT_ACCUEIL)
def saisie_etape(demande_id: int, slug: str) -> ReponseBrute:
    return remplir.montrer(porte_saisie.pour_lire(demande_id), slug)


@bp.post("/saisie/<int:demande_id>/etapes/<slug>")
@droit(Droit.AGENT_ACCUEIL)
def saisie_etape_envoyer(demande_id: int, slug: str) -> ReponseBrute:
    reponse = remplir.envoyer(porte_saisie.pour_ecrire(demande_id), slug)
    if Action.lire(request.form.get("action", "")).verbe == "plus-tard":
        porte_saisie.fermer(db.session)
        db.session.commit()
    return reponse


@bp.get("/saisie/<int:demande_id>/pieces/<code>")
@bp.get("/saisie/<int:demande_id>/pieces/<code>/<personne>")
@droit(Droit.AGENT_ACCUEIL)
def saisie_piece(demande_id: int, code: str, personne: str | None = None) -> ReponseBrute:
    return vue_piece.montrer(porte_saisie.pour_lire(demande_id), code, personne)


@bp.post("/saisie/<int:demande_id>/pieces/<code>")
@bp.post("/saisie/<int:demande_id>/pieces/<code>/<personne>")
@droit(Droit.AGENT_ACCUEIL)
def saisie_piece_envoyer(demande_id: int, code: str, personne: str | None = None) -> ReponseBrute:
    return vue_piece.envoyer(porte_saisie.pour_ecrire(demande_id), code, personne)


@bp.get("/saisie/<int:demande_id>/pieces/fichiers/<int:fichier_id>")
@droit(Droit.AGENT_ACCUEIL, fichier=True)
def saisie_fichier(demande_id: int, fichier_id: int) -> ReponseBrute:
    porte = porte_saisie.pour_lire(demande_id)
    fichier = acces_pieces.fichier(db.session, porte, fichier_id)
    objet = f"{fichier.piece.code} {fichier.id}"
    inscrire_une_lecture(ActeJournal.LECTURE_PIECE, agent=current_user, demande_id=demande_id, objet=objet)
    return vue_piece.remettre(porte, fichier)


@bp.get("/saisie/<int:demande_id>/verifier")
@droit(Droit.AGENT_ACCUEIL)
def saisie_verifier(demande_id: int) -> ReponseBrute:
    porte = porte_saisie.pour_lire(demande_id)
    declaration = acces_demande.par_la_porte(db.session, porte)
    if not declaration.est_brouillon:
        return remplir.reprendre(porte)
    return _verifier(porte, declaration, DepotPapierForm(None, aujourd_hui(), declaration))


@bp.post("/saisie/<int:demande_id>/verifier")
@droit(Droit.AGENT_ACCUEIL)
def saisie_deposer(demande_id: int) -> ReponseBrute:
    """Dépose et montre le bordereau : son code ne se montre qu'une fois. Un second envoi n'a plus rien à déposer."""
    porte = porte_saisie.pour_ecrire(demande_id)
    declaration = acces_demande.par_la_porte(db.session, porte, verrou=True)
    if not declaration.est_brouillon:
        return remplir.reprendre(porte)
    formulaire = DepotPapierForm(request.form, aujourd_hui(), declaration)
    if not formulaire.validate():
        return _verifier(porte, declaration, formulaire, statut=422)
    jour = formulaire.jour_de_reception
    actuelle = annees.annee_du_papier(declaration)
    if jour is not None and jour.year != actuelle and request.form.get("autre_annee") != str(jour.year):
        formulaire.faire_confirmer(jour.year, actuelle)
        return _verifier(porte, declaration, formulaire, statut=422)
    if jour is not None and annees.dater_le_papier(declaration, jour):
        db.session.commit()
        formulaire.revenus_a_relire(jour.year)
        return _verifier(porte, declaration, formulaire, statut=422)
    if request.form.get("signee") != "oui":
        return _verifier(porte, declaration, formulaire, erreur=PAS_SIGNEE, statut=422)
    agent, instant = acces.soi(db.session, current_user), maintenant()
    try:
        code = saisie.deposer(db.session, agent, declaration, jour, instant)
    except depot.DepotImpossible:
        return _verifier(porte, declaration, formulaire, statut=422)
    db.session.commit()
    if code is None:  # une correction : la personne a déjà son bordereau
        return redirect(porte.deposee, 303)
    return bordereau.montrer(declaration.demande, declaration, code, instant, neuf=False)


def _verifier(
    porte: Porte, declaration: Declaration, formulaire: DepotPapierForm, *, erreur: str = "", statut: int = 200
) -> Response:
    return vue_verification.page(
        porte,
        declaration,
        gabarit="guichet/saisie/verifier.html",
        formulaire=formulaire,
        a_ranger=len(numerisation.a_ranger(declaration.demande)),
        erreur=erreur,
        fautifs=formulaire.en_erreur,
        statut=statut,
    )
