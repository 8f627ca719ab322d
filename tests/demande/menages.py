"""Ana et le couple, réponse par réponse, par les noms des cases : ce qu'ils tapent au navigateur de poche."""

from __future__ import annotations

from tests.fabriques import nir

Reponses = dict[str, str | list[str]]

COMMUN: dict[str, Reponses] = {
    "demandeurs": {
        "telephone_portable": "0612345678",
        "accepte_mail": "oui",
        "accepte_sms": "non",
        "sans_domicile": "non",
        "adresse_a_l_etranger": "non",
        "adresse_numero": "12 bis",
        "adresse_voie": "rue des Lilas",
        "adresse_code_postal": "69 100",
        "adresse_commune": "villeurbanne",
        "courrier_different": "non",
        "aide_par_un_tiers": "non",
        "a_colocataires": "non",
    },
    "logement-actuel": {"categorie": "A", "type_logement": "T3", "surface": "61 ", "autre_propriete": "non"},
    "souhaits": {"demande_elargie": "oui", "categorie_recherche": "I"},
}

ANA: dict[str, Reponses] = {
    "informations-generales": {"nb_codemandeurs": "0", "civilite": "2", "nationalite": "1"},
    "demandeurs": {**COMMUN["demandeurs"], "situation_familiale": "C", "heberge_chez": "Marta Silva"},
    "composition-du-foyer": {
        "a_personnes_a_charge": "non",
        "a_autres_enfants": "non",
        "attend_un_enfant": "non",
        "a_handicap": "non",
    },
    "situation-professionnelle": {
        "situation-{vous}-statuts": ["prive"],
        "situation-{vous}-profession": "Aide-soignante",
        "situation-{vous}-cdd_ou_interim": "non",
        "situation-{vous}-employeur_nom": "Clinique du Parc",
        "situation-{vous}-siret_employeur": "732 829 320 00074",
        "situation-{vous}-employeur_code_postal": "69100",
        "situation-{vous}-employeur_commune": "Villeurbanne",
    },
    "revenu-fiscal": {"revenu-{vous}-a_un_avis_n2": "oui", "revenu-{vous}-rfr_n2": "18 400 €"},
    "ressources-mensuelles": {
        "adulte-{vous}-a_des_ressources": "oui",
        "adulte-{vous}-natures": ["SAL"],
        "adulte-{vous}-salaire": "1 650,50 €",
        "adulte-{vous}-verse_une_pension": "non",
    },
    "logement-actuel": {
        **COMMUN["logement-actuel"],
        "occupation": "CP",
        "nb_habitants": "3",
        "loyer_mensuel": "0",
        "montant_aide_logement": "0",
    },
    "motifs": {"motif-{motif1}-motif": "01"},
    "souhaits": {**COMMUN["souhaits"], "types": ["T1", "T2"], "nb_personnes_a_loger": "1"},
}

TOM: Reponses = {
    "codemandeur-{tom}-civilite": "1",
    "codemandeur-{tom}-nom_naissance": "Martin",
    "codemandeur-{tom}-prenoms": "Tom",
    "codemandeur-{tom}-nir": nir("1830769123042"),
    "codemandeur-{tom}-date_naissance-jour": "2/7/1983",
    "codemandeur-{tom}-nationalite": "1",
    "codemandeur-{tom}-lien": "M",
}
ENFANTS = (("Léo", "3", "mai", "2013", "M"), ("Zoé", "4", "5", "2015", "F"), ("Max", "05", "05", "2018", "M"))


def enfant(cle: str, prenom: str, jour: str, mois: str, annee: str, sexe: str) -> Reponses:
    prefixe = f"a-charge-{{{cle}}}-"
    return {
        f"{prefixe}prenoms": prenom,
        f"{prefixe}nom_naissance": "Martin",
        f"{prefixe}date_naissance-jour": jour,
        f"{prefixe}date_naissance-mois": mois,
        f"{prefixe}date_naissance-annee": annee,
        f"{prefixe}sexe": sexe,
        f"{prefixe}lien_a_charge": "E",
    }


def _salarie(cle: str, profession: str) -> Reponses:
    return {
        nom.replace("{vous}", f"{{{cle}}}"): profession if nom.endswith("profession") else valeur
        for nom, valeur in ANA["situation-professionnelle"].items()
    }


COUPLE: dict[str, Reponses] = {
    "informations-generales": {"nb_codemandeurs": "1", "civilite": "2", "nationalite": "1"},
    "demandeurs": {**COMMUN["demandeurs"], "situation_familiale": "M", **TOM},
    "composition-du-foyer": {
        "a_personnes_a_charge": "oui",
        "a_autres_enfants": "non",
        "attend_un_enfant": "non",
        "a_handicap": "non",
    },
    "situation-professionnelle": {**_salarie("vous", "Infirmière"), **_salarie("tom", "Cariste")},
    "revenu-fiscal": {"revenu-{vous}-a_un_avis_n2": "oui", "revenu-{vous}-rfr_n2": "41.000"},
    "ressources-mensuelles": {
        "adulte-{vous}-a_des_ressources": "oui",
        "adulte-{vous}-natures": ["SAL"],
        "adulte-{vous}-salaire": "1920",
        "adulte-{vous}-verse_une_pension": "non",
        "adulte-{tom}-a_des_ressources": "oui",
        "adulte-{tom}-natures": ["SAL", "AF"],
        "adulte-{tom}-salaire": "1 700,00",
        "adulte-{tom}-familiales": "319,25 €",
        "adulte-{tom}-verse_une_pension": "non",
        "charge-{Léo}-a_des_ressources": "non",
        "charge-{Zoé}-a_des_ressources": "non",
        "charge-{Max}-a_des_ressources": "non",
    },
    "logement-actuel": {
        **COMMUN["logement-actuel"],
        "occupation": "LP",
        "nb_habitants": "5",
        "loyer_mensuel": "890 euros",
        "montant_aide_logement": "120",
    },
    "motifs": {"motif-{motif1}-motif": "13"},
    "souhaits": {**COMMUN["souhaits"], "types": ["T4", "T5"], "nb_personnes_a_loger": "5"},
}
