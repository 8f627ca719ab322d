"""Remplir une étape : la lire, l'enregistrer. Une seule adresse, avec et sans JavaScript, quelle que soit la porte."""

from __future__ import annotations

import secrets

from flask import redirect, request
from werkzeug import Response
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound

from portail.compte import reprise
from portail.db import db, lecture
from portail.demande import acces, enregistrement, vue_changements, vue_etape
from portail.demande.actions import Action, executer
from portail.demande.conflit import choix_du_conflit
from portail.demande.contexte import contexte_de
from portail.demande.etape import Etape
from portail.demande.formulaire import Contexte
from portail.demande.modeles import Declaration
from portail.demande.parcours import PARCOURS
from portail.demande.porte import Porte
from portail.horloge import maintenant
from portail.htmx import est_fragment, rediriger
from portail.pieces import reception

Recus = dict[tuple[str, str], reception.Reception]


def _etape(slug: str) -> Etape:
    etape = PARCOURS.trouver(slug)
    if etape is None:
        raise NotFound
    return etape


def reprendre(porte: Porte) -> Response:
    """L'adresse de la demande mène là où l'on s'est arrêté."""
    declaration = acces.par_la_porte(db.session, porte)
    if not declaration.se_remplit:
        return redirect(porte.deposee, 303)
    return redirect(porte.etape(declaration.derniere_etape or PARCOURS.etapes[0].slug), 303)


def montrer(porte: Porte, slug: str) -> Response:
    """L'étape, remplie de ce qui est enregistré (ou de ce qui attendait une session fermée)."""
    etape = _etape(slug)
    declaration = acces.par_la_porte(db.session, porte)
    if not declaration.se_remplit:
        return redirect(porte.deposee, 303)
    contexte = contexte_de(declaration)
    # Les saisies suspendues sont rangées par compte : un agent n'en a pas.
    rendue = reprise.saisie_rendue(db.session) if porte.est_personne else None
    blocs = etape.ouvrir(declaration, contexte, rendue, enregistrement.refus_de(declaration, etape))
    if rendue is not None:
        for bloc in blocs:
            bloc.formulaire.validate()
    return vue_etape.page(porte, declaration, etape, contexte, blocs, rendue=rendue)


def envoyer(porte: Porte, slug: str) -> Response:
    """Enregistre ce qui arrive, puis va où le bouton mène. Une page dépassée rend le conflit, rien n'est écrasé."""
    etape = _etape(slug)
    recus = _recevoir_les_fichiers(porte)
    declaration = acces.par_la_porte(db.session, porte, verrou=True)
    action = Action.lire(request.form.get("action", ""))
    lue, page = request.form.get("revision", 0, type=int), request.form.get("page", "")[:16]
    if not declaration.se_remplit or enregistrement.est_perimee(declaration, etape, lue, page):
        # Joindre un fichier ne contredit aucune réponse : il est gardé, quelle que soit la version choisie.
        phrases = _joindre(declaration, etape, contexte_de(declaration), recus)
        db.session.commit()
        contexte = contexte_de(declaration)
        return vue_etape.conflit(porte, declaration, etape, contexte, request.form, phrases=phrases)
    saisie = choix_du_conflit(request.form) if action.verbe == "trancher" else request.form
    return _enregistrer(porte, declaration, etape, action, saisie, recus, page or secrets.token_hex(4), lue)


def _recevoir_les_fichiers(porte: Porte) -> Recus:
    """Contrôle les fichiers joints au formulaire (sans JavaScript) avant de prendre le moindre verrou."""
    if not any(fichier.filename for _, fichiers in request.files.lists() for fichier in fichiers):
        return {}
    with lecture() as base:
        acces.par_la_porte(base, porte)
    return reception.recevoir_par_piece(request.files, porte.freiner)


def _enregistrer(
    porte: Porte,
    declaration: Declaration,
    etape: Etape,
    action: Action,
    saisie: MultiDict[str, str],
    recus: Recus,
    page: str,
    lue: int,
) -> Response:
    contexte, instant = contexte_de(declaration), maintenant()
    refuses = enregistrement.champs_refuses(declaration, etape, contexte)
    avant = enregistrement.photographier(declaration, etape, contexte, refuses)
    synchrone = lue == enregistrement.revision(declaration, etape)
    blocs = enregistrement.enregistrer(declaration, etape, contexte, saisie)
    phrases = _joindre(declaration, etape, contexte, recus)
    if action.verbe == "joindre" and not recus:
        phrases = [reception.SANS_FICHIER]
    elif action.verbe == "remettre-fichier":
        phrases = reception.remettre_dans(declaration.demande, action.numero, instant)
    fautifs = enregistrement.fautifs(blocs)
    suite = None if phrases else executer(porte, action, declaration, etape, contexte, fautifs, instant)
    PARCOURS.completer(declaration)
    if action.section:
        retablie = f"{action.section}-{action.ligne}" if action.verbe == "retablir" else ""
        enregistrement.rejuger(declaration, etape, contexte, retablie)
    enregistrement.avancer(db.session, declaration, etape, page, instant)
    if porte.est_personne:
        reprise.oublier(db.session)
    db.session.commit()
    if suite is not None:
        # Sans JavaScript, ce qu'une réponse fait demander n'est pas encore à l'écran : on ne part pas sans le voir.
        if action.verbe == "poursuivre" and not est_fragment():
            ouverte = enregistrement.premiere_ouverte(declaration, etape, avant)
            suite = porte.etape(etape.slug, ouvre=ouverte) if ouverte else suite
        return rediriger(suite, en_fragments="/etapes/" in suite)
    if action.est_automatique and est_fragment() and not phrases:
        return vue_changements.changements(porte, declaration, etape, contexte, blocs, avant if synchrone else None)
    # Les lignes que les réponses viennent d'ouvrir sont là aussi : la page est celle qu'un rechargement montrerait.
    blocs = etape.ouvrir(declaration, contexte, refus=enregistrement.refus_de(declaration, etape))
    statut = 422 if phrases or fautifs or not action.est_automatique else 200
    return vue_etape.page(porte, declaration, etape, contexte, blocs, phrases=phrases, statut=statut)


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
