"""Numériser les papiers d'une demande : envoyer plusieurs pages, dire de quelle pièce est chacune."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response, redirect, request
from flask_login import current_user
from werkzeug import Response as ReponseBrute
from werkzeug.exceptions import NotFound

from portail.db import db, lecture
from portail.demande import acces as acces_demande
from portail.demande.foyer import demandeur
from portail.demande.modeles import Declaration
from portail.demande.porte import Porte
from portail.droits import Droit, droit
from portail.guichet import acces, bp, porte_saisie
from portail.guichet.formulaires_saisie import choix_des_pages, pieces_proposees
from portail.guichet.journal import inscrire
from portail.guichet.modeles import ActeJournal
from portail.horloge import maintenant
from portail.htmx import rendre
from portail.pieces import acces as acces_pieces
from portail.pieces import numerisation, remise
from portail.pieces.controle import FichierRefuse
from portail.pieces.reception import PANNE, SANS_FICHIER
from portail.stockage import FichierAbsent, StockageIndisponible

TITRE = "Numériser les papiers"


@bp.get("/saisie/<int:demande_id>/numeriser")
@droit(Droit.AGENT_ACCUEIL)
def numeriser(demande_id: int) -> Response:
    porte = porte_saisie.pour_lire(demande_id)
    return _page(porte, _brouillon(acces_demande.par_la_porte(db.session, porte)))


@bp.post("/saisie/<int:demande_id>/numeriser")
@droit(Droit.AGENT_ACCUEIL)
def numeriser_envoyer(demande_id: int) -> ReponseBrute:
    porte = porte_saisie.pour_ecrire(demande_id)
    with lecture() as base:
        _brouillon(acces_demande.par_la_porte(base, porte))
    deposes = [fichier for _, fichiers in request.files.lists() for fichier in fichiers]
    recue = numerisation.recevoir(deposes, porte.freiner)
    declaration = _brouillon(acces_demande.par_la_porte(db.session, porte, verrou=True))
    titulaire = demandeur(declaration).cle
    phrases = numerisation.poser(db.session, declaration.demande, titulaire, recue, maintenant())
    if recue.recus:
        _inscrire(demande_id, f"numérisation : {len(recue.recus)} page(s)")
    elif not phrases:
        phrases = [SANS_FICHIER]
    db.session.commit()
    if phrases:
        return _page(porte, declaration, phrases=phrases, statut=422)
    return redirect(f"{porte.racine}/numeriser#pages", 303)


@bp.post("/saisie/<int:demande_id>/numeriser/ranger")
@droit(Droit.AGENT_ACCUEIL)
def numeriser_ranger(demande_id: int) -> ReponseBrute:
    """Réunit d'abord, hors de toute transaction ; range ensuite ce qui attend encore."""
    porte = porte_saisie.pour_ecrire(demande_id)
    with lecture() as base:
        lue = _brouillon(acces_demande.par_la_porte(base, porte))
        pages = numerisation.a_ranger(lue.demande)
        pieces = {nom: cle for nom, cle, _ in pieces_proposees(lue)}
    try:
        rangement = numerisation.preparer(pages, choix_des_pages(request.form), pieces, "papiers numérisés.pdf")
    except (FichierRefuse, StockageIndisponible, FichierAbsent) as erreur:
        phrase = erreur.phrase if isinstance(erreur, FichierRefuse) else PANNE
        return _page(porte, acces_demande.par_la_porte(db.session, porte), phrases=[phrase], statut=422)
    declaration = _brouillon(acces_demande.par_la_porte(db.session, porte, verrou=True))
    faites, phrases = numerisation.ranger(db.session, declaration.demande, rangement, maintenant())
    if faites:
        _inscrire(demande_id, f"rangement : {faites} page(s)")
    db.session.commit()
    if phrases:
        return _page(porte, declaration, phrases=phrases, statut=422)
    return redirect(f"{porte.racine}/numeriser#pages", 303)


@bp.get("/saisie/<int:demande_id>/numeriser/<int:fichier_id>.jpg")
@droit(Droit.AGENT_ACCUEIL, fichier=True)
def vignette(demande_id: int, fichier_id: int) -> ReponseBrute:
    """Une page en petit. Une page sans image (du texte seul) montre une feuille."""
    porte = porte_saisie.pour_lire(demande_id)
    fichier = acces_pieces.fichier(db.session, porte, fichier_id)
    try:
        return remise.apercu(fichier, "vignette")
    except remise.Illisible:
        return remise.feuille()


def _brouillon(declaration: Declaration) -> Declaration:
    if not declaration.est_brouillon:
        raise NotFound
    return declaration


def _inscrire(demande_id: int, objet: str) -> None:
    agent = acces.soi(db.session, current_user)
    inscrire(db.session, ActeJournal.SAISIE, agent=agent, demande_id=demande_id, objet=objet)


def _page(porte: Porte, declaration: Declaration, *, phrases: list[str] | None = None, statut: int = 200) -> Response:
    proposees = pieces_proposees(declaration)
    return rendre(
        "guichet/saisie/numeriser.html",
        titre=TITRE,
        porte=porte,
        pages=numerisation.a_ranger(declaration.demande),
        rangees=list(_rangees(declaration, proposees)),
        pieces=[(nom, libelle) for nom, _, libelle in proposees],
        jeter=numerisation.JETER,
        choix=choix_des_pages(request.form),
        phrases=phrases or [],
        statut=statut,
    )


def _rangees(declaration: Declaration, proposees: list[tuple[str, tuple[str, str], str]]) -> Iterator[tuple[str, int]]:
    """(libellé, nombre de pages) de chaque pièce déjà reçue."""
    recues = {(piece.code, piece.personne): piece.fichiers_gardes for piece in declaration.demande.pieces}
    for _, cle, libelle in proposees:
        if fichiers := recues.get(cle):
            yield libelle, sum(fichier.pages or 1 for fichier in fichiers)
