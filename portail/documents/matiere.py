"""De la déclaration aux documents : le récapitulatif des étapes, sans seconde liste de champs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import current_app

from portail.demande import foyer
from portail.demande.contexte import contexte_de
from portail.demande.cycle_de_vie import etat
from portail.demande.etape import Bloc, Etape, presentes
from portail.demande.modeles import Declaration, Demande, Personne, Ressources, Role, SituationProfessionnelle
from portail.demande.modeles.personnes import RevenuFiscal
from portail.demande.parcours import PARCOURS
from portail.demande.partage import lisible_par
from portail.documents import cases_cerfa
from portail.documents.fiche import Fiche, PieceFiche
from portail.documents.formulaire import Formulaire
from portail.documents.reponses import Reponse, Rubrique
from portail.documents.typographie import francais
from portail.horloge import a_paris
from portail.referentiels import recherche
from portail.referentiels.recherche import Lieu
from portail.regles.calendrier import date_en_lettres
from portail.regles.numero_unique import lisible

MENTIONS = ("Les réponses de l’annexe « handicap » n’y figurent pas.",)
MENTIONS_LECTEUR = ("Établie pour un co-demandeur : les réponses qui ne regardent que le demandeur n’y figurent pas.",)


def fiche_de(declaration: Declaration, instant: datetime, lecteur: str | None = None) -> Fiche:
    """`lecteur` : la clé du co-demandeur qui ne peut que lire ; la fiche ne dit que ce qu'il a à voir."""
    contexte = contexte_de(declaration)
    demande = declaration.demande
    return Fiche(
        portail=nom_du_portail(),
        titulaire=nom_de(foyer.demandeur(declaration)),
        etat=etat(demande, a_paris(instant).date()).libelle,
        numero_unique=numero_de(demande),
        deposee_le=date_en_lettres(a_paris(demande.deposee_le).date()) if demande.deposee_le else None,
        etablie_le=a_paris(instant),
        commune=", ".join(lieu.nom for lieu in communes_de(declaration)),
        rubriques=_rubriques(declaration, confidentielles=False, lecteur=lecteur),
        pieces=()
        if lecteur
        else tuple(
            PieceFiche(piece.intitule, piece.appel, piece.etat)
            for etape in PARCOURS.volet(declaration, contexte)
            for piece in etape.pieces
        ),
        mentions=MENTIONS_LECTEUR if lecteur else MENTIONS,
    )


def formulaire_de(declaration: Declaration, instant: datetime, lecteur: str | None = None) -> Formulaire:
    """Tout ce qui est déclaré, sauf l'annexe handicap ; pour un `lecteur`, ce qu'il a à voir."""
    rubriques = _rubriques(declaration, confidentielles=False, avec_cases=True, lecteur=lecteur)
    return _formulaire(declaration, instant, rubriques)


def annexe_de(declaration: Declaration, instant: datetime) -> Formulaire | None:
    """L'annexe handicap et elle seule, ou None si la déclaration n'en a pas."""
    rubriques = _rubriques(declaration, confidentielles=True)
    return _formulaire(declaration, instant, rubriques, est_annexe=True) if rubriques else None


def _formulaire(
    declaration: Declaration, instant: datetime, rubriques: tuple[Rubrique, ...], *, est_annexe: bool = False
) -> Formulaire:
    return Formulaire(
        portail=nom_du_portail(),
        titulaire=nom_de(foyer.demandeur(declaration)),
        nature="Modification ou renouvellement" if _suit_un_enregistrement(declaration) else "Première demande",
        numero_unique=numero_de(declaration.demande),
        deposee_le=declaration.deposee_le,
        etabli_le=a_paris(instant),
        rubriques=rubriques,
        est_annexe=est_annexe,
    )


def _suit_un_enregistrement(declaration: Declaration) -> bool:
    """Vrai pour une déclaration déposée, ou commencée, après que la demande a été enregistrée."""
    enregistree_le = declaration.demande.enregistree_le
    return enregistree_le is not None and (declaration.deposee_le is None or declaration.deposee_le > enregistree_le)


def _rubriques(
    declaration: Declaration, *, confidentielles: bool, avec_cases: bool = False, lecteur: str | None = None
) -> tuple[Rubrique, ...]:
    """Le récapitulatif (`PARCOURS.recapitulatif`), réponse par réponse pour pouvoir numéroter les cases."""
    contexte = contexte_de(declaration)
    rubriques = []
    for etape in PARCOURS.etapes:
        for bloc in etape.ouvrir(declaration, contexte):
            if lecteur is not None and not lisible_par(bloc.section, bloc.cible, lecteur):
                continue
            if bloc.section.confidentielle is confidentielles and bloc.formulaire.questions:
                reponses = tuple(_reponse(etape, bloc, champ, avec_cases) for champ in bloc.formulaire.questions)
                rubriques.append(Rubrique(etape.titre, reponses, francais(bloc.titre or bloc.section.titre)))
    return tuple(rubriques)


def _reponse(etape: Etape, bloc: Bloc, champ: Any, avec_case: bool) -> Reponse:
    valeur = champ.object_data
    cle = (etape.slug, bloc.section.nom, champ.short_name)
    case = cases_cerfa.case(*cle, valeur, en_codemandeur=_en_codemandeur(bloc.cible)) if avec_case else ""
    return Reponse(francais(champ.libelle), champ.presenter(valeur), case)


def _en_codemandeur(cible: Any) -> bool:
    """La page du co-demandeur. Les ressources d'un conjoint du même foyer fiscal vont avec celles du demandeur (E7)."""
    if isinstance(cible, SituationProfessionnelle | RevenuFiscal):
        return cible.personne.role is Role.CODEMANDEUR
    if isinstance(cible, Ressources):
        personne = cible.personne
        return personne.role is Role.CODEMANDEUR and not foyer.est_au_foyer_fiscal_du_demandeur(personne)
    return False


def nom_du_portail() -> str:
    return current_app.extensions["portail"].identite.nom


def nom_de(personne: Personne) -> str:
    """« Ana Maria Silva » : tous les prénoms, et le nom d'usage s'il y en a un."""
    return " ".join(filter(None, [personne.prenoms, personne.nom_usage or personne.nom_naissance]))


def numero_de(demande: Demande) -> str | None:
    return lisible(demande.numero_unique) if demande.numero_unique else None


def communes_de(declaration: Declaration) -> list[Lieu]:
    """Les communes demandées que l'on connaît, dans l'ordre."""
    lieux = [recherche.lieu(ligne.commune) for ligne in presentes(declaration.communes) if ligne.commune]
    return [lieu for lieu in lieux if lieu is not None]
