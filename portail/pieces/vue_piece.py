"""La page d'une pièce : pourquoi elle est demandée, ce qui convient, les fichiers, en ajouter, en retirer."""

from __future__ import annotations

from flask import redirect, request
from werkzeug import Response
from werkzeug.exceptions import NotFound

from portail.db import db, lecture
from portail.demande import acces as acces_demande
from portail.demande.actions import lire_numero
from portail.demande.contexte import contexte_de
from portail.demande.etape import Etape, Piece
from portail.demande.modeles import Declaration
from portail.demande.parcours import PARCOURS
from portail.demande.pieces_attendues import entree_du_catalogue, etat_de_la_piece
from portail.demande.porte import Porte
from portail.horloge import maintenant
from portail.htmx import est_fragment, rendre
from portail.pieces import acces, avis_lu, gestes, reception, remise, televersement
from portail.pieces.absence import AbsenceForm
from portail.pieces.explications import explications
from portail.pieces.gestes import Fait
from portail.pieces.modeles import Fichier
from portail.referentiels.parametres import pieces_interdites


def montrer(porte: Porte, code: str, personne: str | None) -> Response:
    declaration = acces_demande.par_la_porte(db.session, porte)
    return page(porte, declaration, *acces.piece_attendue(declaration, code, personne))


def envoyer(porte: Porte, code: str, personne: str | None) -> Response:
    """Ajouter des fichiers (ou en remplacer un), ou presser un des autres boutons de la page."""
    with lecture() as base:
        lue = acces.piece_attendue(acces_demande.par_la_porte(base, porte), code, personne)[1]
    deposes = [fichier for _, fichiers in request.files.lists() for fichier in fichiers]
    recu = reception.recevoir(deposes, porte.freiner, lue.code)
    declaration = acces_demande.par_la_porte(db.session, porte, verrou=True)
    etape, attendue = acces.piece_attendue(declaration, code, personne)
    instant, demande, cle = maintenant(), declaration.demande, (attendue.code, attendue.personne)
    phrases = reception.rattacher(
        db.session,
        demande,
        *cle,
        recu,
        instant,
        remplace=lire_numero(request.form.get("remplace", "")),
    )
    if recu.recus:
        fait = Fait("Document reçu." if len(recu.recus) == 1 else f"{len(recu.recus)} documents reçus.")
    elif phrases:
        fait = Fait()
    else:
        fait = gestes.executer(db.session, porte, declaration, cle, request.form, instant)
    phrases += fait.phrases
    db.session.commit()
    if phrases or fait.est_fautif or est_fragment():
        statut = 422 if phrases or fait.est_fautif else 200
        return page(
            porte,
            declaration,
            etape,
            attendue,
            phrases=phrases,
            annonce=fait.annonce,
            formulaire=fait.formulaire,
            statut=statut,
        )
    return redirect(_apres(porte, declaration, attendue, fait.ancre), 303)


def remettre(porte: Porte, fichier: Fichier) -> Response:
    """Le fichier, en pièce jointe, dans un bac à sable : jamais ouvert comme une page du site."""
    try:
        return remise.remettre(fichier)
    except remise.Illisible:
        titre = "Ce document ne peut pas être ouvert"
        return rendre("pieces/illisible.html", titre=titre, porte=porte, statut=503)


def _apres(porte: Porte, declaration: Declaration, attendue: Piece, ancre: str) -> str:
    """La page de la pièce, à l'endroit du geste, ou la demande si plus rien ne demande cette pièce et qu'elle n'a plus
    de fichier."""
    try:
        acces.piece_attendue(declaration, attendue.code, attendue.personne)
    except NotFound:
        return porte.racine
    adresse = porte.piece(attendue.code, None if attendue.appel == "vous" else attendue.personne)
    return f"{adresse}#{ancre or f'piece-{attendue.code}-{attendue.personne}'}"


def page(
    porte: Porte,
    declaration: Declaration,
    etape: Etape | None,
    attendue: Piece,
    *,
    phrases: list[str] | None = None,
    annonce: str = "",
    formulaire: AbsenceForm | None = None,
    statut: int = 200,
) -> Response:
    """La page d'une pièce, ou ses fragments."""
    contexte = contexte_de(declaration)
    fournie = acces.fournie_pour(declaration, attendue.code, attendue.personne)
    etat = etat_de_la_piece(attendue, fournie, contexte)
    lignes = PARCOURS.volet(declaration, contexte)
    fichiers = fournie.fichiers_gardes if fournie else []
    remplace = lire_numero(request.args.get("remplacer", "") or request.form.get("remplace", ""))
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
        fichiers=fichiers,
        retires=reception.retires(fournie, maintenant()) if fournie else [],
        remplace=next((fichier for fichier in fichiers if fichier.id == remplace), None),
        absente=fournie is not None and fournie.absente_le is not None and not fichiers,
        formulaire=formulaire or AbsenceForm(contexte.jour, fournie),
        fautifs=formulaire.en_erreur if formulaire else [],
        explication=explications().get(attendue.ligne),
        interdites=pieces_interdites(),
        envois=televersement.en_cours(db.session, porte.demande_id, attendue.code, attendue.personne),
        catalogue=entree_du_catalogue(attendue, contexte),
        phrases=phrases or [],
        lectures=avis_lu.lectures(fichiers, declaration, (attendue.code, attendue.personne), contexte),
        dans_une_etape="etapes/" in request.headers.get("HX-Current-URL", ""),
    )
