"""Lire et télécharger les documents de sa demande ; vérifier l'attestation qu'on vous montre."""

from __future__ import annotations

from flask import Response, make_response, redirect, request, url_for
from werkzeug import Response as ReponseBrute
from werkzeug.exceptions import NotFound

from portail.db import db
from portail.demande import acces
from portail.demande.cycle_de_vie import a_montrer, derniere_deposee
from portail.documents import bp, code_verification, emission, verification
from portail.documents import fiche as fiche_recapitulative
from portail.documents.code_qr import dessiner
from portail.documents.contenu import Contenu
from portail.documents.emission import Document, NonEmissible
from portail.documents.matiere import fiche_de
from portail.droits import Droit, droit
from portail.freins import essayer, reseau
from portail.horloge import aujourd_hui, maintenant
from portail.htmx import rendre

# Les noms de fichiers restent sur l'ordinateur, parfois partagé : ils ne disent rien de la personne ni de sa santé.
FICHE, ATTESTATION, FORMULAIRE, ANNEXE = "fiche-recapitulative.pdf", "attestation.pdf", "formulaire.pdf", "annexe.pdf"


@bp.get("/demandes/<int:demande_id>/fiche.pdf")
@droit(Droit.COMPTE)
def fiche(demande_id: int) -> Response:
    from portail.documents.impression import imprimer  # reportlab : chargé au premier document seulement

    return _telecharger(imprimer(_fiche(demande_id)), FICHE)


@bp.get("/demandes/<int:demande_id>/fiche")
@droit(Droit.COMPTE)
def fiche_en_page(demande_id: int) -> Response:
    return _page(_fiche(demande_id), url_for(".fiche", demande_id=demande_id))


@bp.get("/demandes/<int:demande_id>/attestation.pdf")
@droit(Droit.COMPTE)
def attestation(demande_id: int) -> Response:
    return _telecharger(_attestation(demande_id).octets, ATTESTATION)


@bp.get("/demandes/<int:demande_id>/attestation")
@droit(Droit.COMPTE)
def attestation_en_page(demande_id: int) -> Response:
    return _page(_attestation(demande_id).contenu, url_for(".attestation", demande_id=demande_id))


@bp.get("/demandes/<int:demande_id>/formulaire.pdf")
@droit(Droit.COMPTE)
def formulaire(demande_id: int) -> Response:
    return _telecharger(_formulaire(demande_id).octets, FORMULAIRE)


@bp.get("/demandes/<int:demande_id>/formulaire")
@droit(Droit.COMPTE)
def formulaire_en_page(demande_id: int) -> Response:
    return _page(_formulaire(demande_id).contenu, url_for(".formulaire", demande_id=demande_id))


@bp.get("/demandes/<int:demande_id>/annexe-handicap.pdf")
@droit(Droit.COMPTE)
def annexe_handicap(demande_id: int) -> Response:
    return _telecharger(_formulaire(demande_id, annexe=True).octets, ANNEXE)


@bp.get("/demandes/<int:demande_id>/annexe-handicap")
@droit(Droit.COMPTE)
def annexe_handicap_en_page(demande_id: int) -> Response:
    contenu = _formulaire(demande_id, annexe=True).contenu
    return _page(contenu, url_for(".annexe_handicap", demande_id=demande_id))


@bp.get("/verifier")
@droit(Droit.PUBLIC)
def verifier() -> ReponseBrute:
    """La saisie du code. Bien formé, il mène à sa page ; une faute de frappe se voit ici, sans rien chercher."""
    saisie = verification.CodeForm(request.args if "code" in request.args else None)
    if "code" not in request.args:
        return rendre("documents/saisie.html", titre=verification.TITRE, formulaire=saisie)
    if not saisie.validate():
        return rendre("documents/saisie.html", titre=verification.TITRE, formulaire=saisie, statut=422)
    code = code_verification.lisible(code_verification.normaliser(saisie.code.data))
    return redirect(url_for(".verdict", code=code), 303)


@bp.get("/verifier/<code>")
@droit(Droit.PUBLIC)
def verdict(code: str) -> Response:
    """Valable, périmée ou inconnue, et rien de la personne : même page, même travail dans les trois cas."""
    normalise = code_verification.normaliser(code)
    if code_verification.est_valide(normalise):
        essayer(verification.PAR_RESEAU, reseau())
    etat = verification.verifier(db.session, normalise, aujourd_hui())
    reponse = rendre("documents/verdict.html", titre=verification.TITRE, verdict=etat)
    reponse.headers["Cache-Control"] = "no-store"
    reponse.headers["Referrer-Policy"] = "no-referrer"
    reponse.headers["X-Robots-Tag"] = "noindex"
    return reponse


def _fiche(demande_id: int) -> Contenu:
    declaration = acces.declaration_a_lire(db.session, demande_id)
    return fiche_recapitulative.rediger(fiche_de(declaration, maintenant()))


def _attestation(demande_id: int) -> Document:
    """La dernière émise ; à défaut, celle de l'enregistrement. 404 si la demande n'est pas enregistrée."""
    demande = acces.demande(db.session, demande_id)
    emise = emission.derniere_attestation(db.session, demande.id)
    try:
        return emission.ouvrir(emise or emission.attestation_emise(demande.id, maintenant()))
    except NonEmissible as absente:
        raise NotFound from absente


def _formulaire(demande_id: int, *, annexe: bool = False) -> Document:
    """Celui de la déclaration qui compte : la dernière déposée, sinon le brouillon. 404 s'il n'y a pas d'annexe."""
    demande = acces.demande(db.session, demande_id)
    declaration = derniere_deposee(demande) or a_montrer(demande)
    try:
        return emission.formulaire_emis(declaration, maintenant(), annexe=annexe)
    except NonEmissible as absente:
        raise NotFound from absente


def _telecharger(octets: bytes, nom: str) -> Response:
    reponse = make_response(octets)
    reponse.headers["Content-Type"] = "application/pdf"
    reponse.headers["Content-Disposition"] = f'attachment; filename="{nom}"'
    return reponse


def _page(contenu: Contenu, pdf: str) -> Response:
    return rendre("documents/document.html", titre=contenu.titre, contenu=contenu, pdf=pdf, dessiner=dessiner)
