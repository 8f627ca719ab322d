"""La page d'une pièce : pourquoi elle est demandée, ce qui convient, les fichiers, en ajouter, en retirer."""

from __future__ import annotations

from datetime import datetime

from flask import Response, redirect, request, url_for
from flask_login import current_user
from werkzeug import Response as ReponseBrute
from werkzeug.exceptions import NotFound

from portail import freins
from portail.db import db, lecture
from portail.demande import acces as acces_demande
from portail.demande.actions import Action
from portail.demande.contexte import contexte_de
from portail.demande.etape import Etape, Piece
from portail.demande.modeles import Declaration
from portail.demande.parcours import PARCOURS
from portail.demande.pieces_attendues import entree_du_catalogue, etat_de_la_piece
from portail.droits import Droit, droit
from portail.horloge import maintenant
from portail.htmx import est_fragment, rendre
from portail.pieces import acces, bp, reception, remise


@bp.get("/<code>")
@bp.get("/<code>/<personne>")
@droit(Droit.COMPTE)
def piece(demande_id: int, code: str, personne: str | None = None) -> Response:
    declaration = acces_demande.declaration_a_lire(db.session, demande_id)
    return _page(declaration, *acces.piece_attendue(declaration, code, personne))


@bp.post("/<code>")
@bp.post("/<code>/<personne>")
@droit(Droit.COMPTE)
def piece_envoyer(demande_id: int, code: str, personne: str | None = None) -> ReponseBrute:
    """Ajouter des fichiers, en retirer un, ou dire qu'on n'a pas ce document."""
    with lecture() as base:
        acces.piece_attendue(acces_demande.declaration_a_lire(base, demande_id), code, personne)
    deposes = [fichier for _, fichiers in request.files.lists() for fichier in fichiers]
    recu = reception.recevoir(deposes, lambda: freins.essayer(freins.TELEVERSEMENT_PAR_COMPTE, str(current_user.id)))
    declaration = acces_demande.declaration_a_lire(db.session, demande_id, verrou=True)
    etape, attendue = acces.piece_attendue(declaration, code, personne)
    instant = maintenant()
    phrases = reception.rattacher(db.session, declaration.demande, code, attendue.personne, recu, instant)
    action = Action.lire(request.form.get("action", ""))
    annonce = ""
    if recu.recus:
        annonce = "Document reçu." if len(recu.recus) == 1 else f"{len(recu.recus)} documents reçus."
    elif action.verbe == "absente":
        reception.dire_absente(db.session, declaration.demande, code, attendue.personne, instant)
        annonce = "C’est noté."
    elif action.verbe == "retirer-fichier":
        _retirer(demande_id, action.numero, instant)
        annonce = "Document retiré."
    elif not phrases:
        phrases = [reception.SANS_FICHIER]
    db.session.commit()
    if phrases or est_fragment():
        return _page(declaration, etape, attendue, phrases=phrases, annonce=annonce, statut=422 if phrases else 200)
    return redirect(_apres(declaration, attendue), 303)


def _retirer(demande_id: int, numero: int, instant: datetime) -> None:
    """Retirer deux fois (double clic, page ancienne) mène au même endroit."""
    fichier = acces.trouver_fichier(db.session, demande_id, numero)
    if fichier is not None:
        reception.retirer(fichier, instant)


def _apres(declaration: Declaration, attendue: Piece) -> str:
    """La page de la pièce, ou la demande si plus rien ne demande cette pièce et qu'elle n'a plus de fichier."""
    try:
        acces.piece_attendue(declaration, attendue.code, attendue.personne)
    except NotFound:
        return url_for("demande.demande", demande_id=declaration.demande_id)
    personne = None if attendue.appel == "vous" else attendue.personne
    return url_for(".piece", demande_id=declaration.demande_id, code=attendue.code, personne=personne)


def _page(
    declaration: Declaration,
    etape: Etape | None,
    attendue: Piece,
    *,
    phrases: list[str] | None = None,
    annonce: str = "",
    statut: int = 200,
) -> Response:
    contexte = contexte_de(declaration)
    fournie = acces.fournie_pour(declaration, attendue.code, attendue.personne)
    etat = etat_de_la_piece(attendue, fournie, contexte)
    lignes = PARCOURS.volet(declaration, contexte)
    return rendre(
        "pieces/piece.html",
        titre=etat.libelle,
        blocs=("piece", "volet_de_la_piece"),
        statut=statut,
        annonce=annonce,
        alerte=" ".join(phrases or []),
        declaration=declaration,
        etape=etape,
        volet=[ligne for ligne in lignes if etape is not None and ligne.slug == etape.slug],
        piece=etat,
        fichiers=fournie.fichiers_gardes if fournie else [],
        catalogue=entree_du_catalogue(attendue, contexte),
        phrases=phrases or [],
        dans_une_etape="etapes/" in request.headers.get("HX-Current-URL", ""),
    )


@bp.get("/fichiers/<int:fichier_id>")
@droit(Droit.COMPTE)
def fichier(demande_id: int, fichier_id: int) -> Response:
    """Le fichier, en pièce jointe, dans un bac à sable : jamais ouvert comme une page du site."""
    trouve = acces.fichier(db.session, demande_id, fichier_id)
    try:
        return remise.remettre(trouve)
    except remise.Illisible:
        return rendre(
            "pieces/illisible.html",
            titre="Ce document ne peut pas être ouvert",
            demande_id=demande_id,
            statut=503,
        )
