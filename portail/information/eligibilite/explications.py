"""Le résultat du test, expliqué : le foyer, le revenu retenu, les cas particuliers (fiches F10007 et F869)."""

from __future__ import annotations

from portail.information.eligibilite.formulaire import EligibiliteForm, Situation
from portail.regles.plafonds import Categorie, Menage, Revenu


def menage_en_mots(menage: Menage, classe: Categorie, somme: int) -> str:
    charge = f" et {menage.a_charge} à charge" if menage.a_charge else ""
    foyer = f"{menage.adultes} adulte{'s' if menage.adultes > 1 else ''}{charge}"
    numero = f"catégorie {classe.numero}" + (f", plus {classe.en_plus} personne(s)" if classe.en_plus else "")
    pourquoi = {
        "seule": "Une personne seule avec une personne à charge compte pour une de plus.",
        "jeune": f"Un couple dont les âges additionnés ne dépassent pas {somme} ans compte pour une personne de plus.",
        "handicap": "Un foyer avec une carte « invalidité » compte pour une personne de plus.",
        "": "",
    }[classe.surclassement]
    return f"Votre foyer : {foyer}, soit la {numero} du barème. {pourquoi}".strip()


def jeune_menage_possible(menage: Menage, somme: int) -> list[str]:
    if menage.adultes != 2 or menage.a_charge or menage.ages_du_couple is not None or menage.handicap:
        return []
    return [
        f"Si vous êtes un couple et si vos âges additionnés ne dépassent pas {somme} ans, "
        "votre plafond est plus haut : donnez les deux âges."
    ]


def revenu_en_mots(formulaire: EligibiliteForm, revenu: Revenu, baisse: int, annee: int) -> str:
    if formulaire.revenu.data is None:
        return f"Vos revenus : le plus récent, car vous n’avez pas donné celui de {annee - 2}. Il faudra l’expliquer."
    if revenu.est_recent:
        return (
            f"Vos revenus : le plus récent, car il a baissé de {revenu.baisse_pourcent} % "
            f"(il faut au moins {baisse} %). Vous devrez prouver cette baisse par des documents."
        )
    if formulaire.revenu_recent.data is not None:
        return f"Vos revenus : ceux de {annee - 2}, car la baisse est inférieure à {baisse} %."
    return f"Vos revenus : le revenu fiscal de {annee - 2}, celui que la loi regarde pour une demande de {annee}."


def situation_en_mots(situation: Situation | None) -> list[str]:
    preuves = {
        Situation.SEPARATION: "jugement, ordonnance, saisine du juge ou attestation de votre avocat",
        Situation.VEUVAGE: "certificat de décès ou livret de famille",
        Situation.VIOLENCES: "récépissé de la plainte ou ordonnance de protection",
        Situation.PROTECTION: "titre de séjour ou récépissé qui le dit",
    }
    if situation not in preuves:
        return []
    return [
        "Votre situation : seuls vos propres revenus comptent, pas ceux de l’autre personne. "
        f"Ne la comptez pas non plus parmi les adultes. À prouver : {preuves[situation]}."
    ]
