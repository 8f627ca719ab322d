"""La page d'une pièce : pourquoi elle est demandée, ce qui convient, les fichiers, en ajouter, en retirer."""

from __future__ import annotations

from datetime import datetime

from flask import redirect, request
from werkzeug import Response
from werkzeug.exceptions import NotFound

from portail.db import db, lecture
from portail.demande import acces as acces_demande
from portail.demande.actions import Action
from portail.demande.contexte import contexte_de
from portail.demande.etape import Etape, Piece
from portail.demande.modeles import Declaration
from portail.demande.parcours import PARCOURS
from portail.demande.pieces_attendues import entree_du_catalogue, etat_de_la_piece
from portail.demande.porte import Porte
from portail.horloge import maintenant
from portail.htmx import est_fragment, rendre
from portail.pieces import acces, reception, remise, televersement
from portail.pieces.modeles import Fichier


def montrer(porte: Porte, code: str, personne: str | None) -> Response:
    declaration = acces_demande.par_la_porte(db.session, porte)
    return page(porte, declaration, *acces.piece_attendue(declaration, code, personne))


def envoyer(porte: Porte, code: str, personne: str | None) -> Response:
    """Ajouter des fichiers, en retirer un, ou dire qu'on n'a pas ce document."""
    with lecture() as base:
        acces.piece_attendue(acces_demande.par_la_porte(base, porte), code, personne)
    deposes = [fichier for _, fichiers in request.files.lists() for fichier in fichiers]
    recu = reception.recevoir(deposes, porte.freiner)
    declaration = acces_demande.par_la_porte(db.session, porte, verrou=True)
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
        _retirer(porte, action.numero, instant)
        annonce = "Document retiré."
    elif action.verbe == "annuler-envoi":
        if (envoi := acces.trouver_televersement(db.session, porte, action.numero)) is not None:
            televersement.oublier(db.session, envoi)
        annonce = "Envoi annulé."
    elif not phrases:
        phrases = [reception.SANS_FICHIER]
    db.session.commit()
    if phrases or est_fragment():
        statut = 422 if phrases else 200
        return page(porte, declaration, etape, attendue, phrases=phrases, annonce=annonce, statut=statut)
    return redirect(_apres(porte, declaration, attendue), 303)


def remettre(porte: Porte, fichier: Fichier) -> Response:
    """Le fichier, en pièce jointe, dans un bac à sable : jamais ouvert comme une page du site."""
    try:
        return remise.remettre(fichier)
    except remise.Illisible:
        titre = "Ce document ne peut pas être ouvert"
        return rendre("pieces/illisible.html", titre=titre, porte=porte, statut=503)


def _retirer(porte: Porte, numero: int, instant: datetime) -> None:
    """Retirer deux fois (double clic, page ancienne) mène au même endroit."""
    fichier = acces.trouver_fichier(db.session, porte, numero)
    if fichier is not None:
        reception.retirer(fichier, instant)


def _apres(porte: Porte, declaration: Declaration, attendue: Piece) -> str:
    """La page de la pièce, ou la demande si plus rien ne demande cette pièce et qu'elle n'a plus de fichier."""
    try:
        acces.piece_attendue(declaration, attendue.code, attendue.personne)
    except NotFound:
        return porte.racine
    return porte.piece(attendue.code, None if attendue.appel == "vous" else attendue.personne)


def page(
    porte: Porte,
    declaration: Declaration,
    etape: Etape | None,
    attendue: Piece,
    *,
    phrases: list[str] | None = None,
    annonce: str = "",
    statut: int = 200,
) -> Response:
    """La page d'une pièce, ou ses fragments."""
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
        porte=porte,
        declaration=declaration,
        etape=etape,
        volet=[ligne for ligne in lignes if etape is not None and ligne.slug == etape.slug],
        piece=etat,
        fichiers=fournie.fichiers_gardes if fournie else [],
        envois=televersement.en_cours(db.session, porte.demande_id, attendue.code, attendue.personne),
        catalogue=entree_du_catalogue(attendue, contexte),
        phrases=phrases or [],
        dans_une_etape="etapes/" in request.headers.get("HX-Current-URL", ""),
    )
