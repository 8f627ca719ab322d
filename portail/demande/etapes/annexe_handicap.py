"""Annexe « handicap et perte d'autonomie » de l'étape 3 : une par personne concernée, si le logement est à adapter.

Champs : annexe du Cerfa 14069*05, fiche domaine § 1.13. Données de santé : hors du récapitulatif et de la fiche.
"""

from __future__ import annotations

from wtforms.validators import ValidationError

from portail.champs import Champ, ChampChoix, ChampListe, ChampLong, ChampSelection
from portail.choix import OuiNon
from portail.demande import foyer
from portail.demande.doublons import en_double
from portail.demande.etape import Repetition, Section, presentes
from portail.demande.formulaire import FormulaireEtape
from portail.demande.listes import (
    AideTechnique,
    Equipement,
    Escaliers,
    EtatHandicap,
    HandicapMoteur,
    HandicapSensoriel,
)
from portail.demande.modeles import AnnexeHandicap, Role
from portail.formulaire import Attendu, Facultatif

ANNEXES_MAX = 20


def personnes_du_foyer(annexe) -> list[tuple[str, str]]:
    return [
        (personne.cle, "Vous" if personne.role is Role.DEMANDEUR else personne.appel)
        for personne in foyer.toutes(annexe.declaration)
    ]


class AnnexeForm(FormulaireEtape):
    """Une personne concernée. Seulement ce qui aide à trouver un logement adapté."""

    personne = ChampSelection("Pour qui ?", [Attendu()], personnes_du_foyer)
    etat = ChampChoix("Son état est", [Facultatif()], EtatHandicap)
    moteur = ChampListe("Handicap moteur", [Facultatif()], HandicapMoteur)
    sensoriel = ChampListe("Handicap sensoriel", [Facultatif()], HandicapSensoriel)
    escaliers = ChampChoix("Monter des marches", [Facultatif()], Escaliers)
    aides_techniques = ChampListe("Aides techniques utilisées", [Facultatif()], AideTechnique)
    equipements = ChampListe("Équipements nécessaires dans le logement", [Facultatif()], Equipement)
    besoins = ChampLong(
        "Autres besoins", [Facultatif()], aide="Par exemple : un aidant vit sur place, un accompagnement."
    )

    def validate_personne(self, champ: Champ) -> None:
        if en_double(self, "personne"):
            raise ValidationError("Cette personne a déjà une annexe. Choisissez-en une autre, ou retirez celle-ci.")

    @classmethod
    def depend_de(cls, annexe) -> dict[str, object]:
        return {"personne": tuple(personnes_du_foyer(annexe))}


def est_ouverte(declaration) -> bool:
    reponses = declaration.foyer
    return reponses.a_handicap is OuiNon.OUI and reponses.logement_a_adapter is OuiNon.OUI


def _annexes(declaration) -> list[AnnexeHandicap]:
    """L'annexe d'une personne retirée du foyer attend avec elle : elle ne se montre pas, et ne part pas."""
    presentes_au_foyer = {None, *(personne.cle for personne in foyer.toutes(declaration))}
    return [annexe for annexe in presentes(declaration.annexes) if annexe.personne in presentes_au_foyer]


def _concernee(annexe) -> str:
    """« vous », « Léo », ou rien tant qu'on ne sait pas de qui il s'agit."""
    nom = dict(personnes_du_foyer(annexe)).get(annexe.personne, "")
    return "vous" if nom == "Vous" else nom


def _numero(annexe) -> int:
    return _annexes(annexe.declaration).index(annexe) + 1 if annexe.retiree_le is None else annexe.rang


def _titre(annexe) -> str:
    suite = _concernee(annexe) or (str(_numero(annexe)) if len(_annexes(annexe.declaration)) > 1 else "")
    return f"Besoins liés au handicap : {suite}" if suite else "Besoins liés au handicap"


def _nom(annexe) -> str:
    concernee = _concernee(annexe)
    if concernee == "vous":
        return "votre annexe"
    return f"l’annexe de {concernee}" if concernee else f"l’annexe {_numero(annexe)}"


SECTION = Section(
    "annexe",
    AnnexeForm,
    _annexes,
    titre="Annexe : logement adapté",
    titre_cible=_titre,
    intro="Ces réponses sont à part. Elles ne figurent pas sur votre fiche récapitulative.",
    quand=est_ouverte,
    repetition=Repetition(
        lignes=lambda declaration: declaration.annexes,
        creer=lambda _declaration, rang: AnnexeHandicap(rang=rang),
        libelle_ajout="Ajouter une personne concernée",
        nom=_nom,
        minimum=lambda _declaration: 1,
        maximum=lambda _contexte: ANNEXES_MAX,
    ),
    confidentielle=True,
)
