"""De la déclaration aux documents : le récapitulatif des étapes, sans seconde liste de champs."""

from __future__ import annotations

from datetime import datetime

from flask import current_app

from portail.demande.contexte import contexte_de
from portail.demande.cycle_de_vie import etat
from portail.demande.etape import presentes
from portail.demande.foyer import demandeur
from portail.demande.modeles import Declaration
from portail.demande.parcours import PARCOURS
from portail.documents.fiche import Fiche, PieceFiche, Reponse, Rubrique
from portail.horloge import a_paris
from portail.referentiels import recherche
from portail.regles.calendrier import date_en_lettres

MENTIONS = ("Les réponses de l’annexe « handicap » n’y figurent pas.",)


def fiche_de(declaration: Declaration, instant: datetime) -> Fiche:
    contexte = contexte_de(declaration)
    demande = declaration.demande
    titulaire = demandeur(declaration)
    communes = [recherche.lieu(ligne.commune) for ligne in presentes(declaration.communes) if ligne.commune]
    return Fiche(
        portail=current_app.extensions["portail"].identite.nom,
        titulaire=" ".join(filter(None, [titulaire.prenoms, titulaire.nom_usage or titulaire.nom_naissance])),
        etat=etat(demande).libelle,
        numero_unique=demande.numero_unique,
        deposee_le=date_en_lettres(a_paris(demande.deposee_le).date()) if demande.deposee_le else None,
        etablie_le=a_paris(instant),
        commune=", ".join(lieu.nom for lieu in communes if lieu),
        rubriques=_rubriques(declaration),
        pieces=tuple(
            PieceFiche(piece.intitule, piece.appel, piece.etat)
            for etape in PARCOURS.volet(declaration, contexte)
            for piece in etape.pieces
        ),
        mentions=MENTIONS,
    )


def _rubriques(declaration: Declaration) -> tuple[Rubrique, ...]:
    rubriques = []
    for rubrique in PARCOURS.recapitulatif(declaration, contexte_de(declaration)):
        if rubrique.confidentielle:
            continue
        reponses = tuple(Reponse(question, reponse) for question, reponse in rubrique.reponses)
        rubriques.append(Rubrique(rubrique.etape.titre, reponses, rubrique.titre))
    return tuple(rubriques)
