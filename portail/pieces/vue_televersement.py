"""Les quatre gestes d'un envoi par morceaux : annoncer, demander l'avancement, ajouter, terminer ; et annuler.

Le script de la page (static/televerser.js) parle en JSON. Sans lui, le même fichier part en une fois (vue_piece.py).
"""

from __future__ import annotations

import threading

from flask import Response, jsonify, request
from sqlalchemy.orm import Session
from werkzeug import Response as ReponseBrute
from werkzeug.exceptions import BadRequest, NotFound

from portail.chiffrement import DechiffrementImpossible
from portail.db import db, lecture
from portail.demande import acces as acces_demande
from portail.demande.actions import lire_numero
from portail.demande.porte import Porte
from portail.freins import TropDEssais
from portail.horloge import maintenant
from portail.pieces import acces, quotas, reception, televersement, vue_piece
from portail.pieces.modeles import Televersement
from portail.pieces.refus import FichierRefuse, Refus
from portail.pieces.televersement import Annonce, MorceauRefuse
from portail.stockage import StockageIndisponible

# Un fichier réuni tient tout entier en mémoire : un à la fois. Les autres reviennent, leurs octets ne repartent pas.
REUNIONS = threading.BoundedSemaphore(1)
REVENIR_DANS = 3  # secondes
ABIME = "« {} » n’est pas arrivé entier. Choisissez-le de nouveau : l’envoi recommencera."
A_REPRENDRE = {Refus.OCCUPE, Refus.INDISPONIBLE}  # le fichier n'est pas en cause


def annoncer(porte: Porte, code: str, personne: str) -> Response:
    """L'envoi de ce fichier, neuf ou repris là où il en était."""
    with lecture() as base:
        declaration = acces_demande.par_la_porte(base, porte)
        _, attendue = acces.piece_attendue(declaration, code, personne)
        cle = attendue.code, attendue.personne
        try:
            annonce = Annonce.lire(request.get_json(silent=True))
        except FichierRefuse as erreur:
            return _refus(erreur.phrase)
        if annonce is None:
            raise BadRequest
        siens = televersement.en_cours(base, porte.demande_id, *cle)
        est_repris = any(envoi.empreinte == annonce.empreinte for envoi in siens)
        if televersement.est_deja_recu(acces.fournie_pour(declaration, *cle), annonce):
            return jsonify(recu=annonce.taille, taille=annonce.taille)
    try:
        if not est_repris:
            porte.freiner()
        declaration = acces_demande.par_la_porte(db.session, porte, verrou=True)
        instant = maintenant()
        envoi = televersement.commencer(db.session, declaration.demande, *cle, annonce, instant)
    except TropDEssais as erreur:
        return erreur.annoncer(_refus(f"Vous avez envoyé beaucoup de documents. {erreur}"))
    except quotas.Depasse as depasse:
        return _refus(str(depasse))
    db.session.commit()
    return _avancement(porte, envoi)


def avancement(porte: Porte, televersement_id: int) -> Response:
    """Combien d'octets sont déjà gardés."""
    return _avancement(porte, acces.televersement(db.session, porte, televersement_id))


def ajouter(porte: Porte, televersement_id: int) -> Response:
    """Garde un morceau. 409, et l'avancement vrai, s'il ne suit pas ce qui est reçu ou s'est abîmé en route."""
    octets = request.get_data() if (request.content_length or 0) <= televersement.MORCEAU_MAX else b""
    envoi = acces.televersement(db.session, porte, televersement_id, verrou=True)
    debut = request.headers.get("Morceau-Debut", "")
    if not octets or not debut.isdecimal() or len(debut) > 9:
        raise BadRequest
    annoncee = request.headers.get("Morceau-Empreinte", "")
    try:
        televersement.ajouter(db.session, envoi, int(debut), octets, annoncee, maintenant())
    except MorceauRefuse as erreur:
        return _avec_statut(jsonify(recu=erreur.attendu), 409)
    db.session.commit()
    return jsonify(recu=envoi.recu)


def terminer(porte: Porte, televersement_id: int) -> ReponseBrute:
    """Réunit, contrôle, range, rattache. Rend les fragments de la pièce, comme un envoi simple.

    503 et « revenez » quand d'autres fichiers sont en cours de contrôle : rien n'est perdu, rien ne repart.
    """
    if not REUNIONS.acquire(blocking=False):
        reponse = _avec_statut(jsonify(occupe=True), 503)
        reponse.headers["Retry-After"] = str(REVENIR_DANS)
        return reponse
    try:
        with lecture() as base:
            lu = acces.televersement(base, porte, televersement_id)
            if lu.recu != lu.taille:
                return _avec_statut(jsonify(recu=lu.recu), 409)
            recu, a_reprendre = _controler(base, lu)
    finally:
        REUNIONS.release()
    declaration = acces_demande.par_la_porte(db.session, porte, verrou=True)
    envoi = acces.trouver_televersement(db.session, porte, televersement_id)
    try:
        etape, attendue = acces.piece_attendue(declaration, lu.code, lu.personne)
    except NotFound:
        reception.abandonner(recu)
        raise
    remplace = lire_numero(request.args.get("remplace", ""))
    phrases = reception.rattacher(
        db.session, declaration.demande, lu.code, lu.personne, recu, maintenant(), remplace=remplace
    )
    if envoi is not None and not a_reprendre:
        televersement.oublier(db.session, envoi)
    db.session.commit()
    annonce = "" if phrases else "Document reçu."
    statut = 422 if phrases else 200
    return vue_piece.page(porte, declaration, etape, attendue, phrases=phrases, annonce=annonce, statut=statut)


def annuler(porte: Porte, televersement_id: int) -> ReponseBrute:
    """Oublie les octets déjà reçus. L'annuler deux fois ne change rien."""
    declaration = acces_demande.par_la_porte(db.session, porte, verrou=True)
    envoi = acces.televersement(db.session, porte, televersement_id)
    etape, attendue = acces.piece_attendue(declaration, envoi.code, envoi.personne)
    televersement.oublier(db.session, envoi)
    db.session.commit()
    return vue_piece.page(porte, declaration, etape, attendue, annonce="Envoi annulé.")


def _controler(base: Session, envoi: Televersement) -> tuple[reception.Reception, bool]:
    """(ce qu'a donné le contrôle, faut-il garder les morceaux pour un nouvel essai)."""
    try:
        octets = televersement.reunir(base, envoi)
    except DechiffrementImpossible:
        octets = None
    if octets is None:
        return reception.Reception((), (ABIME.format(envoi.nom),)), False
    try:
        return reception.Reception((reception.ranger(octets, envoi.nom, envoi.code),), ()), False
    except FichierRefuse as erreur:
        return reception.Reception((), (erreur.phrase,)), erreur.code in A_REPRENDRE
    except StockageIndisponible:
        return reception.Reception((), (reception.PANNE,)), True


def _avancement(porte: Porte, envoi: Televersement) -> Response:
    adresse = f"{porte.racine}/pieces/envois/{envoi.id}"
    return jsonify(adresse=adresse, recu=envoi.recu, taille=envoi.taille)


def _refus(phrase: str) -> Response:
    return _avec_statut(jsonify(phrase=phrase), 422)


def _avec_statut(reponse: Response, statut: int) -> Response:
    reponse.status_code = statut
    return reponse
