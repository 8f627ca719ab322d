"""Une étape : la lire, l'enregistrer. Une seule adresse, avec et sans JavaScript."""

from __future__ import annotations

import secrets

from flask import redirect, request, url_for
from werkzeug import Response as ReponseBrute
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound

from portail.compte import reprise
from portail.db import db, lecture
from portail.demande import acces, bp, enregistrement, vue_etape
from portail.demande.actions import Action, executer
from portail.demande.conflit import choix_du_conflit
from portail.demande.contexte import contexte_de
from portail.demande.etape import Etape
from portail.demande.formulaire import Contexte
from portail.demande.modeles import Declaration
from portail.demande.parcours import PARCOURS
from portail.droits import Droit, droit
from portail.horloge import maintenant
from portail.htmx import rediriger
from portail.pieces import reception

Recus = dict[tuple[str, str], reception.Reception]


def _etape(slug: str) -> Etape:
    etape = PARCOURS.trouver(slug)
    if etape is None:
        raise NotFound
    return etape


@bp.get("/<int:demande_id>")
@droit(Droit.COMPTE)
def demande(demande_id: int) -> ReponseBrute:
    """L'adresse de la demande mène là où la personne s'est arrêtée."""
    declaration = acces.declaration_a_lire(db.session, demande_id)
    if not declaration.est_brouillon:
        return redirect(url_for(".soumise", demande_id=demande_id), 303)
    slug = declaration.derniere_etape or PARCOURS.etapes[0].slug
    return redirect(url_for(".etape", demande_id=demande_id, slug=slug), 303)


@bp.get("/<int:demande_id>/etapes/<slug>")
@droit(Droit.COMPTE)
def etape(demande_id: int, slug: str) -> ReponseBrute:
    etape = _etape(slug)
    declaration = acces.declaration_a_lire(db.session, demande_id)
    if not declaration.est_brouillon:
        return redirect(url_for(".soumise", demande_id=demande_id), 303)
    contexte = contexte_de(declaration)
    rendue = reprise.saisie_rendue(db.session)
    blocs = etape.ouvrir(declaration, contexte, rendue, enregistrement.refus_de(declaration, etape))
    if rendue is not None:
        for bloc in blocs:
            bloc.formulaire.validate()
    return vue_etape.page(declaration, etape, contexte, blocs, rendue=rendue)


@bp.post("/<int:demande_id>/etapes/<slug>")
@droit(Droit.COMPTE)
def etape_envoyer(demande_id: int, slug: str) -> ReponseBrute:
    etape = _etape(slug)
    recus = _recevoir_les_fichiers(demande_id)
    declaration = acces.declaration_a_lire(db.session, demande_id, verrou=True)
    contexte = contexte_de(declaration)
    action = Action.lire(request.form.get("action", ""))
    if not declaration.est_brouillon:
        return vue_etape.conflit(declaration, etape, contexte, request.form)
    lue, page = request.form.get("revision", 0, type=int), request.form.get("page", "")[:16]
    if enregistrement.est_perimee(declaration, etape, lue, page):
        return vue_etape.conflit(declaration, etape, contexte, request.form)
    saisie = choix_du_conflit(request.form) if action.verbe == "trancher" else request.form
    return _enregistrer(declaration, etape, action, saisie, recus, page or secrets.token_hex(4), lue)


def _recevoir_les_fichiers(demande_id: int) -> Recus:
    """Contrôle les fichiers joints au formulaire (sans JavaScript) avant de prendre le moindre verrou."""
    if not any(fichier.filename for fichier in request.files.values()):
        return {}
    with lecture() as base:
        acces.declaration_a_lire(base, demande_id)
    return reception.recevoir_par_piece(request.files)


def _enregistrer(
    declaration: Declaration,
    etape: Etape,
    action: Action,
    saisie: MultiDict[str, str],
    recus: Recus,
    page: str,
    lue: int,
) -> ReponseBrute:
    contexte = contexte_de(declaration)
    refuses = enregistrement.champs_refuses(declaration, etape, contexte)
    avant = enregistrement.photographier(declaration, etape, contexte, refuses)
    synchrone = lue == enregistrement.revision(declaration, etape)
    blocs = enregistrement.enregistrer(declaration, etape, contexte, saisie, maintenant())
    phrases = _joindre(declaration, etape, contexte, recus)
    suite = (
        None if phrases else executer(action, declaration, etape, contexte, enregistrement.fautifs(blocs), maintenant())
    )
    enregistrement.avancer(declaration, etape, page)
    reprise.oublier(db.session)
    db.session.commit()
    if phrases:
        return vue_etape.page(declaration, etape, contexte, blocs, phrases=phrases, statut=422)
    if suite is not None:
        return rediriger(suite, en_fragments="/etapes/" in suite)
    if action.est_automatique:
        return vue_etape.changements(declaration, etape, contexte, blocs, avant if synchrone else None)
    return vue_etape.page(declaration, etape, contexte, blocs, statut=422)


def _joindre(declaration: Declaration, etape: Etape, contexte: Contexte, recus: Recus) -> list[str]:
    """Rattache les fichiers aux pièces que cette étape demande. Rend les phrases à montrer."""
    phrases: list[str] = []
    for piece in etape.pieces(declaration, contexte):
        if (piece.code, piece.personne) in recus:
            recu = recus[piece.code, piece.personne]
            phrases += reception.rattacher(
                db.session, declaration.demande, piece.code, piece.personne, recu, maintenant()
            )
    return phrases
