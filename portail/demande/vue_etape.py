"""Dessiner une étape entière, ou le conflit entre deux de ses versions (le reste : vue_changements.py)."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import Any

from flask import Response, request
from werkzeug.datastructures import MultiDict

from portail.champs.base import Champ
from portail.demande import enregistrement
from portail.demande.actions import lire_numero
from portail.demande.conflit import differences, orphelines
from portail.demande.etape import Bloc, Etape
from portail.demande.formulaire import Contexte
from portail.demande.modeles import Declaration
from portail.demande.parcours import PARCOURS
from portail.demande.pieces_attendues import EtatPiece, etat_de_la_piece
from portail.demande.porte import Porte
from portail.demande.tableau import gardee_jusqu_au
from portail.gabarits import heure, jour
from portail.horloge import a_paris, maintenant
from portail.htmx import est_fragment, rendre
from portail.pieces import reception
from portail.pieces.modeles import Fichier

TOUT = ("volet", "etape")
ALERTE_CONFLIT = "Cette étape a été modifiée dans une autre page. Vos réponses ne sont pas perdues."
# (titre, phrase) d'une étape qui ne s'écrit plus : demande radiée, première demande, ou mise à jour.
RADIEE = ("Votre demande n’est plus active", "Votre demande a été abandonnée, ou radiée, pendant que vous écriviez.")
SOUMISE = ("Votre demande a été soumise ailleurs", "Votre demande a été soumise dans une autre page.")
FERMEE = ("Votre mise à jour n’est plus ouverte", "Votre mise à jour a été soumise, ou effacée, dans une autre page.")
PLUS_ENREGISTRE = "Ce que vous écrivez ici n’est plus enregistré."


def page(
    porte: Porte,
    declaration: Declaration,
    etape: Etape,
    contexte: Contexte,
    blocs: list[Bloc],
    *,
    rendue: MultiDict[str, str] | None = None,
    phrases: list[str] | None = None,
    statut: int = 200,
) -> Response:
    """L'étape entière.

    `rendue` : une saisie revenue après une session fermée, avec la révision qu'elle connaissait.
    `phrases` : ce qui ne va pas dans les fichiers joints.
    """
    numero = PARCOURS.numero(etape)
    return rendre(
        "demande/etape.html",
        titre=etape.titre,
        repere=f"Étape {numero} sur {len(PARCOURS.etapes)}",
        blocs=TOUT,
        statut=statut,
        pousser=not request.args,
        annonce=_annonce(declaration, etape),
        **commun(porte, declaration, etape, contexte, blocs),
        volet=PARCOURS.volet(declaration, contexte),
        fautifs=enregistrement.fautifs(blocs) if statut != 200 or rendue is not None else [],
        a_des_requises=any(champ.requis for bloc in blocs for champ in bloc.formulaire.questions),
        revision=rendue.get("revision", 0, type=int) if rendue else enregistrement.revision(declaration, etape),
        page=(rendue.get("page", "") if rendue else request.form.get("page", ""))[:16] or secrets.token_hex(4),
        rendue=rendue is not None,
        a_retirer=_ligne_visee(declaration, etape, "retirer"),
        retiree=_ligne_visee(declaration, etape, "retiree"),
        nouvelle=request.args.get("nouvelle", ""),
        complet=request.args.get("complet", ""),
        ouverte=_question(blocs, request.args.get("ouvre", "")),
        arrivee=est_fragment() and statut == 200 and not request.args,
        lignes={champ.name: bloc.titre for bloc in blocs if bloc.titre for champ in bloc.formulaire},
        pieces_a_joindre=_pieces_a_joindre(declaration, etape, contexte),
        fichier_vise=_fichier_vise(declaration),
        phrases=phrases or [],
        changes=None,
    )


def _pieces_a_joindre(
    declaration: Declaration, etape: Etape, contexte: Contexte
) -> list[tuple[EtatPiece, list[Fichier], list[Fichier]]]:
    """Les pièces nécessaires pour soumettre se joignent dans l'étape même : (état, fichiers, fichiers retirés)."""
    fournies = {(piece.code, piece.personne): piece for piece in declaration.demande.pieces}
    trouvees = []
    for piece in etape.pieces(declaration, contexte):
        if piece.requise:
            fournie = fournies.get((piece.code, piece.personne))
            etat = etat_de_la_piece(piece, fournie, contexte)
            retires = reception.retires(fournie, maintenant()) if fournie else []
            trouvees.append((etat, fournie.fichiers_gardes if fournie else [], retires))
    return trouvees


def conflit(
    porte: Porte,
    declaration: Declaration,
    etape: Etape,
    contexte: Contexte,
    saisie: MultiDict[str, str],
    *,
    phrases: list[str] | None = None,
) -> Response:
    """Une autre page a enregistré cette étape (ou soumis la demande) : les deux versions, côte à côte.

    `phrases` : ce qui ne va pas dans les fichiers arrivés avec.
    """
    automatique = est_fragment() and not saisie.get("action")
    demande, ouverte = declaration.demande, declaration.se_remplit
    titre, phrase = RADIEE if demande.radiee_le else SOUMISE if demande.enregistree_le is None else FERMEE
    alerte = ALERTE_CONFLIT if ouverte else f"{phrase} {PLUS_ENREGISTRE}"
    return rendre(
        "demande/conflit.html",
        titre="Cette étape a changé ailleurs" if ouverte else titre,
        repere=etape.titre,
        blocs=("signal",) if automatique else TOUT,
        statut=409,
        alerte=alerte if automatique else "",
        ouverte=ouverte,
        fermee=phrase,
        phrases=phrases or [],
        porte=porte,
        declaration=declaration,
        etape=etape,
        volet=PARCOURS.volet(declaration, contexte),
        differences=differences(declaration, etape, contexte, saisie),
        orphelines=orphelines(declaration, etape, contexte, saisie),
        revision=enregistrement.revision(declaration, etape),
        changes=None,
    )


def commun(
    porte: Porte, declaration: Declaration, etape: Etape, contexte: Contexte, blocs: list[Bloc]
) -> dict[str, Any]:
    """Ce que la page et le fragment d'un enregistrement montrent tous deux."""
    return {
        "porte": porte,
        "declaration": declaration,
        "etape": etape,
        "numero": PARCOURS.numero(etape),
        "nb_etapes": len(PARCOURS.etapes),
        "est_derniere": PARCOURS.suivante(etape) is None,
        "groupes": [
            (section, [bloc for bloc in blocs if bloc.section is section], section.quand(declaration))
            for section in etape.sections
        ],
        "contexte": contexte,
        "gardee_jusqu_au": gardee_jusqu_au(declaration.modifiee_le, contexte.jour),
        "enregistre": _enregistre(declaration.modifiee_le, contexte.jour),
    }


def _enregistre(instant: datetime, aujourd_hui: date) -> str:
    """« Enregistré à 14 h 32. » ; le jour aussi, s'il est passé."""
    if a_paris(instant).date() == aujourd_hui:
        return f"Enregistré à {heure(instant)}."
    return f"Enregistré le {jour(instant)} à {heure(instant)}."


def _ligne_visee(declaration: Declaration, etape: Etape, parametre: str) -> tuple[str, int, str] | None:
    """La ligne que désigne l'adresse (« ?retirer=colocataire-12 ») : (section, numéro, nom à montrer)."""
    nom, _, numero = request.args.get(parametre, "").rpartition("-")
    section = etape.section(nom)
    if section is None or section.repetition is None:
        return None
    if parametre == "retiree":
        ligne = section.repetition.retiree(declaration, lire_numero(numero))
    else:
        ligne = next((ligne for ligne in section.lignes(declaration) if ligne.id == lire_numero(numero)), None)
    return None if ligne is None else (nom, ligne.id, section.repetition.nom(ligne))


def _question(blocs: list[Bloc], nom: str) -> Champ | None:
    return next((champ for bloc in blocs for champ in bloc.formulaire.questions if champ.name == nom), None)


def _annonce(declaration: Declaration, etape: Etape) -> str:
    if retiree := _ligne_visee(declaration, etape, "retiree"):
        return f"Retrait fait : {retiree[2]}. Vous pouvez annuler."
    fichier = _fichier_vise(declaration)
    if fichier is None:
        return ""
    return "Document remis." if fichier.retire_le is None else "Document retiré. Vous pouvez annuler."


def _fichier_vise(declaration: Declaration) -> Fichier | None:
    """Le fichier que la personne vient de retirer ou de remettre (« ?fichier=12 »)."""
    numero = lire_numero(request.args.get("fichier", ""))
    fichiers = (fichier for piece in declaration.demande.pieces for fichier in piece.fichiers)
    return next((fichier for fichier in fichiers if fichier.id == numero), None)
