"""Lire et télécharger les documents de sa demande."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Response, make_response, url_for
from werkzeug.exceptions import NotFound, ServiceUnavailable

from portail.db import db
from portail.demande import acces, lecture
from portail.demande.cycle_de_vie import a_montrer, derniere_deposee
from portail.demande.modeles import Declaration
from portail.documents import bp, emission
from portail.documents import fiche as fiche_recapitulative
from portail.documents.code_qr import dessiner
from portail.documents.contenu import Contenu
from portail.documents.emission import Document, NonEmissible
from portail.documents.matiere import fiche_de
from portail.droits import Droit, droit
from portail.horloge import maintenant
from portail.htmx import rendre
from portail.stockage import FichierAltere, StockageIndisponible

# Les noms de fichiers restent sur l'ordinateur, parfois partagé : ils ne disent rien de la personne ni de sa santé.
FICHE, ATTESTATION, FORMULAIRE, ANNEXE = "fiche-recapitulative.pdf", "attestation.pdf", "formulaire.pdf", "annexe.pdf"


@bp.get("/demandes/<int:demande_id>/fiche.pdf")
@droit(Droit.COMPTE, fichier=True)
def fiche(demande_id: int) -> Response:
    from portail.documents.impression import imprimer  # reportlab : chargé au premier document seulement

    return _telecharger(imprimer(_fiche(demande_id)), FICHE)


@bp.get("/demandes/<int:demande_id>/fiche")
@droit(Droit.COMPTE)
def fiche_en_page(demande_id: int) -> Response:
    return _page(_fiche(demande_id), url_for(".fiche", demande_id=demande_id))


@bp.get("/demandes/<int:demande_id>/attestation.pdf")
@droit(Droit.COMPTE, fichier=True)
def attestation(demande_id: int) -> Response:
    return _telecharger(_attestation(demande_id).octets, ATTESTATION)


@bp.get("/demandes/<int:demande_id>/attestation")
@droit(Droit.COMPTE)
def attestation_en_page(demande_id: int) -> Response:
    return _page(_attestation(demande_id).contenu, url_for(".attestation", demande_id=demande_id))


@bp.get("/demandes/<int:demande_id>/formulaire.pdf")
@droit(Droit.COMPTE, fichier=True)
def formulaire(demande_id: int) -> Response:
    return _telecharger(_formulaire(demande_id).octets, FORMULAIRE)


@bp.get("/demandes/<int:demande_id>/formulaire")
@droit(Droit.COMPTE)
def formulaire_en_page(demande_id: int) -> Response:
    return _page(_formulaire(demande_id).contenu, url_for(".formulaire", demande_id=demande_id))


@bp.get("/demandes/<int:demande_id>/annexe-handicap.pdf")
@droit(Droit.COMPTE, fichier=True)
def annexe_handicap(demande_id: int) -> Response:
    return _telecharger(_formulaire(demande_id, annexe=True).octets, ANNEXE)


@bp.get("/demandes/<int:demande_id>/annexe-handicap")
@droit(Droit.COMPTE)
def annexe_handicap_en_page(demande_id: int) -> Response:
    contenu = _formulaire(demande_id, annexe=True).contenu
    return _page(contenu, url_for(".annexe_handicap", demande_id=demande_id))


def _fiche(demande_id: int) -> Contenu:
    lue = lecture.a_lire(db.session, demande_id)
    if lue.lecteur is None:
        return fiche_recapitulative.rediger(fiche_de(acces.declaration_a_lire(db.session, demande_id), maintenant()))
    return fiche_recapitulative.rediger(fiche_de(_deposee(lue), maintenant(), lue.lecteur))


def _deposee(lue: lecture.Lue) -> Declaration:
    """La déclaration qui compte : un brouillon ne regarde pas un lecteur."""
    return acces.entiere(db.session, lue.demande, lue.demande.declaration_deposee_id)


def _attestation(demande_id: int) -> Document:
    """404 si la demande n'est pas enregistrée."""
    lue = lecture.a_lire(db.session, demande_id)
    with _reponse_honnete():
        if lue.lecteur is not None:
            return emission.attestation_du_lecteur(lue.demande, maintenant())
        return emission.attestation_a_montrer(lue.demande, maintenant())


def _formulaire(demande_id: int, *, annexe: bool = False) -> Document:
    """Celui de la déclaration qui compte : la dernière déposée, sinon le brouillon. 404 s'il n'y a pas d'annexe."""
    lue = lecture.a_lire(db.session, demande_id)
    if lue.lecteur is not None:
        if annexe:
            raise NotFound
        return emission.formulaire_du_lecteur(_deposee(lue), maintenant(), lue.lecteur)
    declaration = derniere_deposee(lue.demande) or a_montrer(lue.demande)
    with _reponse_honnete():
        return emission.formulaire_emis(declaration, maintenant(), annexe=annexe)


@contextmanager
def _reponse_honnete() -> Iterator[None]:
    """404 si le document n'existe pas, 503 si le stockage ne répond pas. Une archive altérée est une erreur."""
    try:
        yield
    except NonEmissible as absente:
        raise NotFound from absente
    except FichierAltere:
        raise
    except StockageIndisponible as panne:
        raise ServiceUnavailable(retry_after=60) from panne


def _telecharger(octets: bytes, nom: str) -> Response:
    reponse = make_response(octets)
    reponse.headers["Content-Type"] = "application/pdf"
    reponse.headers["Content-Disposition"] = f'attachment; filename="{nom}"'
    return reponse


def _page(contenu: Contenu, pdf: str) -> Response:
    return rendre("documents/document.html", titre=contenu.titre, contenu=contenu, pdf=pdf, dessiner=dessiner)
