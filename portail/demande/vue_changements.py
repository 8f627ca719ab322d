"""Dessiner seulement ce qu'un enregistrement automatique a changé dans la page de l'étape."""

from __future__ import annotations

from flask import Response

from portail.demande import enregistrement
from portail.demande.enregistrement import Instantane
from portail.demande.etape import Bloc, Etape
from portail.demande.formulaire import Contexte
from portail.demande.modeles import Declaration
from portail.demande.parcours import PARCOURS
from portail.demande.porte import Porte
from portail.demande.vue_etape import commun
from portail.htmx import rendre

CHANGEMENTS = ("changements",)


def changements(
    porte: Porte,
    declaration: Declaration,
    etape: Etape,
    contexte: Contexte,
    blocs: list[Bloc],
    avant: Instantane | None,
) -> Response:
    """Le fragment d'un enregistrement automatique : rien que ce qui diffère (tout, si la page a perdu une réponse)."""
    champs = [champ for bloc in blocs for champ in bloc.formulaire]
    apres = enregistrement.photographier(declaration, etape, contexte, champs)
    reference = avant or Instantane((), {}, {}, {})
    sections = apres.sections_changees(reference)
    questions = apres.questions_changees(reference)
    etapes = apres.etapes_changees(avant) if avant else {ligne.slug for ligne in apres.volet}
    if sections:  # des lignes sont apparues ou parties : leurs formulaires s'ouvrent sur ce qui est enregistré
        blocs = etape.ouvrir(declaration, contexte, refus=enregistrement.refus_de(declaration, etape))
    return rendre(
        "demande/etape.html",
        titre=etape.titre,
        repere=f"Étape {PARCOURS.numero(etape)} sur {len(PARCOURS.etapes)}",
        blocs=CHANGEMENTS,
        annonce=_nouvelles_questions(blocs, avant, questions),
        alerte=_nouvelles_erreurs(blocs, questions),
        **commun(porte, declaration, etape, contexte, blocs),
        volet=apres.volet,
        revision=enregistrement.revision(declaration, etape),
        a_retirer=None,
        retiree=None,
        nouvelle="",
        complet="",
        changes={
            "sections": sections,
            "questions": questions,
            "titres": apres.titres_changes(reference),
            "etapes": etapes,
        },
    )


def _nouvelles_questions(blocs: list[Bloc], avant: Instantane | None, changees: set[str]) -> str:
    if avant is None:
        return ""
    ajoutees = [
        champ.libelle
        for bloc in blocs
        for champ in bloc.formulaire.questions
        if champ.name in changees and not avant.questions.get(champ.name, (False,))[0]
    ]
    if not ajoutees:
        return ""
    return f"Nouvelle question : {ajoutees[0]}" if len(ajoutees) == 1 else f"{len(ajoutees)} nouvelles questions."


def _nouvelles_erreurs(blocs: list[Bloc], changees: set[str]) -> str:
    return " ".join(
        f"{champ.libelle} : {champ.erreur}"
        for bloc in blocs
        for champ in bloc.formulaire.fautifs
        if champ.name in changees
    )
