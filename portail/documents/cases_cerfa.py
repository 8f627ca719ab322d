"""Les numéros de case du Cerfa n° 14069*05 que l'on connaît, pour les champs du portail.

Source : notice n° 51423#05 du 2 mai 2023, telle que la fiche domaine la transcrit (§ 1.4 à 1.12). Un champ absent
d'ici n'a pas de numéro connu : rien n'est déduit. A1 (numéro unique), qui n'est pas une question, est écrite par
formulaire.py. Trois cases connues n'ont pas de champ certain : A (nature de la demande), F42 (rapprochement familial)
et F43 (départ de personnes à charge), dont l'équivalence avec un motif de la nomenclature V2.01 n'est pas établie.
La nomenclature réunit en un motif ce que le Cerfa sépare en F26 et F27 : les deux sont écrites.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portail.choix import Choix, OuiNon
from portail.demande.listes import LienCodemandeur, Motif, Occupation, Ressource, Statut

# Demandeur (et conjoint au même foyer fiscal), ou co-demandeur : la notice donne deux numéros, ou un seul.
Cases = tuple[str, str]


def _seule(case: str) -> Cases:
    return (case, case)


# (étape, section, champ) → numéros.
CHAMPS: Mapping[tuple[str, str, str], Cases] = {
    ("informations-generales", "identite", "nir"): _seule("A2"),
    ("demandeurs", "codemandeur", "nir"): _seule("B1"),
    ("composition-du-foyer", "handicap", "nb_handicapes"): _seule("C1"),
    ("situation-professionnelle", "situation", "profession"): ("D1", "D16"),
    ("situation-professionnelle", "situation", "siret_employeur"): ("D12", "D27"),
    ("situation-professionnelle", "situation", "cdd_ou_interim"): ("D13", "D28"),
    ("situation-professionnelle", "situation", "chomage_plus_1_an"): ("D14", "D29"),
    ("situation-professionnelle", "situation", "date_fin_chomage"): ("D15", "D30"),
    ("revenu-fiscal", "revenu", "rfr_n2"): ("E1, E2", "E1, E3"),
    ("revenu-fiscal", "revenu", "rfr_n1"): ("E4, E5", "E4, E6"),
    ("revenu-fiscal", "revenu", "sans_avis_explication"): _seule("H1"),
    **{("ressources-mensuelles", "adulte", nature.name.lower()): ("E7", "E8") for nature in Ressource},
    ("ressources-mensuelles", "adulte", "pension_versee"): _seule("E9"),
    ("logement-actuel", "logement", "bailleur_nom"): _seule("F3"),
    ("logement-actuel", "logement", "bailleur_siren"): _seule("F4"),
    ("logement-actuel", "logement", "nb_habitants"): _seule("F23"),
    ("logement-actuel", "logement", "montant_aide_logement"): _seule("F25"),
    ("logement-actuel", "logement", "autre_propriete_precision"): _seule("F49"),
    ("motifs", "precisions", "precisions"): _seule("H1"),
    ("souhaits", "commune", "commune"): _seule("G3"),
    ("souhaits", "commune", "quartier"): _seule("G3"),
    ("souhaits", "elargir", "demande_elargie"): _seule("G3"),
    ("souhaits", "logement", "types"): _seule("G1"),
    ("souhaits", "logement", "nb_personnes_a_loger"): _seule("G2"),
    ("souhaits", "logement", "info_accession"): _seule("G2 bis"),
    ("souhaits", "logement", "precisions"): _seule("H1"),
}

# Les champs dont la case dépend de la réponse.
REPONSES: Mapping[tuple[str, str, str], Mapping[Choix, Cases]] = {
    ("demandeurs", "codemandeur", "lien"): {
        LienCodemandeur.MARIE: _seule("B2"),
        LienCodemandeur.PACSE: _seule("B3"),
        LienCodemandeur.CONCUBIN: _seule("B4"),
        LienCodemandeur.ASCENDANT: _seule("B5"),
        LienCodemandeur.DESCENDANT: _seule("B6"),
        LienCodemandeur.FRATRIE: _seule("B7"),
    },
    ("situation-professionnelle", "situation", "statuts"): {
        Statut.PRIVE: ("D2", "D17"),
        Statut.ETAT: ("D3", "D18"),
        Statut.HOPITAL: ("D4", "D19"),
        Statut.COLLECTIVITE: ("D5", "D20"),
        Statut.ETUDIANT: ("D6", "D21"),
        Statut.ASSISTANT: ("D7", "D22"),
        Statut.INDEPENDANT: ("D8", "D23"),
        Statut.CHOMAGE: ("D9", "D24"),
        Statut.RETRAITE: ("D10", "D25"),
        Statut.AUTRE: ("D11", "D26"),
    },
    ("logement-actuel", "logement", "occupation"): {
        Occupation.PROPRIETAIRE: _seule("F1"),
        Occupation.LOCATAIRE_HLM: _seule("F2"),
        Occupation.STRUCTURE: _seule("F7"),
        Occupation.TEMPORAIRE: _seule("F12"),
        Occupation.FOYER: _seule("F15"),
        Occupation.RESIDENCE_ETUDIANTE: _seule("F16"),
        Occupation.HABITAT_MOBILE: _seule("F20"),
    },
    ("logement-actuel", "logement", "autre_propriete"): {OuiNon.OUI: _seule("F48"), OuiNon.NON: _seule("F49")},
    ("motifs", "motif", "motif"): {
        Motif.INDECENT: _seule("F26 ou F27"),
        Motif.SERVICES: _seule("F35"),
        Motif.FAMILLE: _seule("F36"),
        Motif.SEPARATION: _seule("F44"),
        Motif.ASE: _seule("F46"),
        Motif.POMPIER: _seule("F47"),
    },
}


def case(etape: str, section: str, champ: str, reponse: Any, *, en_codemandeur: bool = False) -> str:
    """Le ou les numéros de la case de cette réponse (« D1 », « D2, D7 »), ou une chaîne vide si on ne les connaît pas.

    `en_codemandeur` : la personne remplit les cases du co-demandeur (D16 à D30, E3, E6, E8).
    """
    cle = (etape, section, champ)
    rang = int(en_codemandeur)
    if cle in CHAMPS:
        return CHAMPS[cle][rang]
    par_reponse = REPONSES.get(cle, {})
    choisies = reponse if isinstance(reponse, tuple) else (reponse,)
    return ", ".join(par_reponse[choisie][rang] for choisie in choisies if choisie in par_reponse)
