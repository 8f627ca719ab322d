"""Ce que le formulaire dit à la personne, redit à l'agent : aucun « vous » ne reste, rien de ce qu'elle écrit ne change."""

from __future__ import annotations

import inspect
import re

import pytest

from portail.choix import Choix
from portail.demande import listes
from portail.demande.parcours import PARCOURS
from portail.guichet.a_l_agent import a_l_agent, appel_a_l_agent, reponse_a_l_agent

VOUS = re.compile(r"\b(vous|votre|vos|vôtre)\b", re.IGNORECASE)


def choix() -> list[str]:
    classes = (classe for _, classe in inspect.getmembers(listes, inspect.isclass) if issubclass(classe, Choix))
    return sorted({choix.libelle for classe in classes for choix in classe})


def intitules() -> list[str]:
    """Les titres et les questions de toutes les étapes, tels qu'ils sont déclarés."""
    trouves = set()
    for etape in PARCOURS.etapes:
        trouves.add(etape.titre)
        for section in etape.sections:
            trouves.add(section.titre)
            champs = (getattr(section.formulaire, nom) for nom in dir(section.formulaire))
            trouves |= {champ.args[0] for champ in champs if hasattr(champ, "field_class") and champ.args}
    return sorted(trouves)


@pytest.mark.parametrize("texte", [*intitules(), *choix()])
def test_aucun_intitule_ne_garde_de_vous(texte):
    assert not VOUS.search(a_l_agent(texte))


@pytest.mark.parametrize(
    ("dit", "redit"),
    [
        ("Vous", "Demandeur"),
        ("Vous et Hugo, sur le même avis d’impôt", "Demandeur et Hugo, sur le même avis d’impôt"),
        ("Besoins liés au handicap : vous", "Besoins liés au handicap : demandeur"),
        ("Vous joindre", "Joindre la personne"),
        ("Qui vous aide", "Qui aide la personne"),
        ("Où vous vivez", "Où elle vit"),
        ("Votre identité", "Son identité"),
        ("Votre situation familiale", "Sa situation familiale"),
        ("Vos colocataires", "Ses colocataires"),
        ("Où souhaitez-vous habiter ?", "Où souhaite-t-elle habiter ?"),
        ("Acceptez-vous un rez-de-chaussée ?", "Accepte-t-elle un rez-de-chaussée ?"),
        ("Avez-vous l’avis d’impôt 2025 (revenus 2024) ?", "A-t-elle l’avis d’impôt 2025 (revenus 2024) ?"),
        ("Pourquoi n’avez-vous pas d’avis d’impôt ?", "Pourquoi n’a-t-elle pas d’avis d’impôt ?"),
        ("Depuis quelle date y vivez-vous ?", "Depuis quelle date y vit-elle ?"),
        ("Attendez-vous un enfant ?", "Attend-elle un enfant ?"),
        ("Êtes-vous sans domicile fixe ?", "Est-elle sans domicile fixe ?"),
        ("Si vous êtes hébergé(e), chez qui ?", "Si elle est hébergé(e), chez qui ?"),
        ("Combien de personnes y vivent, vous compris ?", "Combien de personnes y vivent, elle comprise ?"),
        ("Doit-il recevoir les mêmes informations que vous ?", "Doit-il recevoir les mêmes informations qu’elle ?"),
        ("Où recevez-vous votre courrier ?", "Où reçoit-elle son courrier ?"),
        ("Précisions sur votre demande", "Précisions sur sa demande"),
        ("Son lien avec vous", "Son lien avec elle"),
        ("Votre frère ou votre sœur", "Son frère ou sa sœur"),
        ("Tom a-t-il son avis d’impôt ?", "Tom a-t-il son avis d’impôt ?"),
    ],
)
def test_les_mots_exacts(dit, redit):
    assert a_l_agent(dit) == redit


def test_ce_que_la_personne_a_ecrit_ne_change_pas():
    ecrit = "Je vous remercie de votre aide. Vous pouvez m’appeler."
    assert reponse_a_l_agent(ecrit) == ecrit
    assert reponse_a_l_agent("Marié(e) avec vous") == "Marié(e) avec elle"
    assert reponse_a_l_agent("Oui") == "Oui"
    assert appel_a_l_agent("vous") == "demandeur"
    assert appel_a_l_agent("Tom") == "Tom"
