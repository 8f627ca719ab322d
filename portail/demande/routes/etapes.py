"""Une étape : la lire, l'enregistrer. Une seule adresse, avec et sans JavaScript."""

from __future__ import annotations

import secrets

from flask import redirect, request, url_for
from flask_login import current_user
from werkzeug import Response as ReponseBrute
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound

from portail import freins
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
from portail.htmx import est_fragment, rediriger
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
    action = Action.lire(request.form.get("action", ""))
    lue, page = request.form.get("revision", 0, type=int), request.form.get("page", "")[:16]
    if not declaration.est_brouillon or enregistrement.est_perimee(declaration, etape, lue, page):
        # Joindre un fichier ne contredit aucune réponse : il est gardé, quelle que soit la version choisie.
        phrases = _joindre(declaration, etape, contexte_de(declaration), recus)
        db.session.commit()
        return vue_etape.conflit(declaration, etape, contexte_de(declaration), request.form, phrases=phrases)
    saisie = choix_du_conflit(request.form) if action.verbe == "trancher" else request.form
    return _enregistrer(declaration, etape, action, saisie, recus, page or secrets.token_hex(4), lue)


def _recevoir_les_fichiers(demande_id: int) -> Recus:
    """Contrôle les fichiers joints au formulaire (sans JavaScript) avant de prendre le moindre verrou."""
    if not any(fichier.filename for _, fichiers in request.files.lists() for fichier in fichiers):
        return {}
    with lecture() as base:
        acces.declaration_a_lire(base, demande_id)
    return reception.recevoir_par_piece(
        request.files, lambda: freins.essayer(freins.TELEVERSEMENT_PAR_COMPTE, str(current_user.id))
    )


def _enregistrer(
    declaration: Declaration,
    etape: Etape,
    action: Action,
    saisie: MultiDict[str, str],
    recus: Recus,
    page: str,
    lue: int,
) -> ReponseBrute:
    contexte, instant = contexte_de(declaration), maintenant()
    refuses = enregistrement.champs_refuses(declaration, etape, contexte)
    avant = enregistrement.photographier(declaration, etape, contexte, refuses)
    synchrone = lue == enregistrement.revision(declaration, etape)
    blocs = enregistrement.enregistrer(declaration, etape, contexte, saisie, instant)
    phrases = _joindre(declaration, etape, contexte, recus)
    if action.verbe == "joindre" and not recus:
        phrases = [reception.SANS_FICHIER]
    fautifs = enregistrement.fautifs(blocs)
    suite = None if phrases else executer(action, declaration, etape, contexte, fautifs, instant)
    PARCOURS.completer(declaration)
    enregistrement.avancer(declaration, etape, page)
    reprise.oublier(db.session)
    db.session.commit()
    if suite is not None:
        return rediriger(suite, en_fragments="/etapes/" in suite)
    if action.est_automatique and est_fragment() and not phrases:
        return vue_etape.changements(declaration, etape, contexte, blocs, avant if synchrone else None)
    # Les lignes que les réponses viennent d'ouvrir sont là aussi : la page est celle qu'un rechargement montrerait.
    blocs = etape.ouvrir(declaration, contexte, refus=enregistrement.refus_de(declaration, etape))
    statut = 422 if phrases or fautifs or not action.est_automatique else 200
    return vue_etape.page(declaration, etape, contexte, blocs, phrases=phrases, statut=statut)


def _joindre(declaration: Declaration, etape: Etape, contexte: Contexte, recus: Recus) -> list[str]:
    """Rattache les fichiers aux pièces que cette étape demande. Rend les phrases à montrer."""
    phrases: list[str] = []
    attendues = {(piece.code, piece.personne) for piece in etape.pieces(declaration, contexte)}
    for cle, recu in recus.items():
        if cle in attendues:
            phrases += reception.rattacher(db.session, declaration.demande, *cle, recu, maintenant())
        else:
            reception.abandonner(recu)
    return phrases
