"""Deux ménages, leurs réponses étape par étape, telles qu'on les tape."""

from __future__ import annotations

from tests.fabriques import nir

ANA = {
    "Nom de naissance": "Silva",
    "Prénom(s)": "Ana",
    "Jour": "12",
    "Mois": "mars",
    "Année": "1985",
    "Commune de naissance (ou pays)": "Villeurbanne",
    "Numéro de sécurité sociale": "2 85 03 69 266 001 " + nir("2850369266001")[-2:],
}
LEA = ANA | {"Nom de naissance": "Martin", "Prénom(s)": "Léa"}

COMMUN_LOGEMENT = {
    "Appartement ou maison ?": "Appartement",
    "Type du logement": "T3",
    "Surface": "61 ",
    "Loyer ou redevance, charges comprises": "0",
    "Aide au logement reçue (APL ou AL)": "0",
    "Possédez-vous un autre logement ?": "Non",
}
JOINDRE = {
    "Téléphone portable": "0612345678",
    "Acceptez-vous d’être contacté(e) par mail ?": "Oui",
    "Acceptez-vous d’être contacté(e) par SMS ?": "Non",
    "Êtes-vous sans domicile fixe ?": "Non",
    "Habitez-vous à l’étranger ?": "Non",
    "Numéro": "12 bis",
    "Rue, avenue, lieu-dit": "rue des Lilas",
    "Code postal": "69 100",
    "Commune": "villeurbanne",
    "Voulez-vous recevoir le courrier à une autre adresse ?": "Non",
    "Êtes-vous aidé(e) par un travailleur social ou une structure ?": "Non",
    "Faites-vous cette demande pour habiter en colocation ?": "Non",
}

ETAPES_ANA: list[tuple[str, dict]] = [
    (
        "Informations générales",
        {
            "Avec combien de co-demandeurs faites-vous cette demande ?": "0",
            "Civilité": "Madame",
            "Nationalité": "Française",
        },
    ),
    (
        "Demandeurs",
        {"Votre situation familiale": "Célibataire", **JOINDRE, "Si vous êtes hébergé(e), chez qui ?": "Marta Silva"},
    ),
    (
        "Composition du foyer",
        {
            "Avez-vous des personnes à charge qui vivront avec vous ?": "Non",
            "D’autres enfants vivront-ils chez vous une partie du temps ?": "Non",
            "Attendez-vous un enfant ?": "Non",
            "Une personne de votre foyer est-elle en situation de handicap ou de perte d’autonomie ?": "Non",
        },
    ),
    (
        "Situation professionnelle",
        {
            "Situation actuelle": ["Salarié(e) du secteur privé"],
            "Profession": "Aide-soignante",
            "Ce travail est-il un CDD ou de l’intérim ?": "Non",
            "Nom de l’employeur": "Clinique du Parc",
            "Numéro SIRET de l’employeur": "732 829 320 00074",
            "Code postal du lieu de travail": "69100",
            "Commune du lieu de travail": "Villeurbanne",
        },
    ),
    (
        "Revenu fiscal",
        {
            "Avez-vous l’avis d’impôt 2025 (revenus 2024) ?": "Oui",
            "Revenu fiscal de référence 2024": "18 400 €",
        },
    ),
    (
        "Ressources mensuelles",
        {
            "Recevez-vous de l’argent chaque mois ?": "Oui",
            "Lesquelles ?": ["Salaire ou revenu d’activité"],
            "Salaire ou revenu d’activité": "1 650,50 €",
            "Versez-vous une pension alimentaire ?": "Non",
        },
    ),
    (
        "Logement actuel",
        {
            "Où vivez-vous aujourd’hui ?": "Hébergé(e) par un particulier",
            "Combien de personnes y vivent, vous compris ?": "3",
            **COMMUN_LOGEMENT,
        },
    ),
    ("Motifs", {"Motif n° 1": "Sans logement, hébergé(e) ou logé(e) temporairement"}),
    (
        "Souhaits",
        {
            "Acceptez-vous un logement dans d’autres communes ou quartiers proches ?": "Oui",
            "Quels types de logement acceptez-vous ?": ["T1 (une pièce, studio)", "T2 (deux pièces)"],
            "Appartement ou maison ?": "Peu importe",
            "Combien de personnes à loger ?": "1",
        },
    ),
]

ENFANTS = (
    ("Léo", "3/5/2013", "Garçon ou homme"),
    ("Zoé", "4/5/2015", "Fille ou femme"),
    ("Max", "5/5/2018", "Garçon ou homme"),
)


def _enfant(prenom: str, naissance: str, sexe: str) -> dict:
    return {
        "Prénom(s)": prenom,
        "Nom de naissance": "Martin",
        "Date de naissance": naissance,
        "Sexe": sexe,
        "Son lien avec vous": "Enfant",
    }


TOM = {
    ("Co-demandeur", "Civilité"): "Monsieur",
    ("Co-demandeur", "Nom de naissance"): "Martin",
    ("Co-demandeur", "Numéro de sécurité sociale"): nir("1830769123042"),
    ("Co-demandeur", "Date de naissance"): "2/7/1983",
    ("Co-demandeur", "Nationalité"): "Française",
    ("Co-demandeur", "Son lien avec vous"): "Marié(e) avec vous",
    ("Co-demandeur", "Prénom(s)"): "Tom",
}


def _salarie(appel: str, profession: str) -> dict:
    return {
        (appel, "Situation actuelle"): ["Salarié(e) du secteur privé"],
        (appel, "Profession"): profession,
        (appel, "Ce travail est-il un CDD ou de l’intérim ?"): "Non",
        (appel, "Nom de l’employeur"): "Clinique du Parc",
        (appel, "Numéro SIRET de l’employeur"): "73282932000074",
        (appel, "Code postal du lieu de travail"): "69100",
        (appel, "Commune du lieu de travail"): "Villeurbanne (69100)",
    }


ETAPES_COUPLE: list[tuple[str, dict]] = [
    (
        "Informations générales",
        {
            "Avec combien de co-demandeurs faites-vous cette demande ?": "1",
            "Civilité": "Madame",
            "Nationalité": "Française",
        },
    ),
    ("Demandeurs", {"Votre situation familiale": "Marié(e)", **TOM, **JOINDRE}),
    (
        "Composition du foyer",
        {
            "Avez-vous des personnes à charge qui vivront avec vous ?": "Oui",
            "D’autres enfants vivront-ils chez vous une partie du temps ?": "Non",
            "Attendez-vous un enfant ?": "Non",
            "Une personne de votre foyer est-elle en situation de handicap ou de perte d’autonomie ?": "Non",
        },
    ),
    ("Situation professionnelle", _salarie("Vous", "Infirmière") | _salarie("Tom", "Cariste")),
    (
        "Revenu fiscal",
        {
            "Avez-vous l’avis d’impôt 2025 (revenus 2024) ?": "Oui",
            "Revenu fiscal de référence 2024": "41.000",
        },
    ),
    (
        "Ressources mensuelles",
        {
            "Recevez-vous de l’argent chaque mois ?": "Oui",
            ("Vous", "Lesquelles ?"): ["Salaire ou revenu d’activité"],
            ("Vous", "Salaire ou revenu d’activité"): "1920",
            "Versez-vous une pension alimentaire ?": "Non",
            "Tom reçoit de l’argent chaque mois ?": "Oui",
            ("Tom", "Lesquelles ?"): ["Salaire ou revenu d’activité", "Allocations familiales"],
            ("Tom", "Salaire ou revenu d’activité"): "1 700,00",
            ("Tom", "Allocations familiales"): "319,25 €",
            "Tom verse une pension alimentaire ?": "Non",
            "Léo reçoit de l’argent chaque mois ?": "Non",
            "Zoé reçoit de l’argent chaque mois ?": "Non",
            "Max reçoit de l’argent chaque mois ?": "Non",
        },
    ),
    (
        "Logement actuel",
        {
            "Où vivez-vous aujourd’hui ?": "Locataire d’un logement privé",
            "Combien de personnes y vivent, vous compris ?": "5",
            **COMMUN_LOGEMENT,
            "Loyer ou redevance, charges comprises": "890 euros",
            "Aide au logement reçue (APL ou AL)": "120",
        },
    ),
    ("Motifs", {"Motif n° 1": "Logement trop petit"}),
    (
        "Souhaits",
        {
            "Acceptez-vous un logement dans d’autres communes ou quartiers proches ?": "Oui",
            "Quels types de logement acceptez-vous ?": ["T4 (quatre pièces)", "T5 (cinq pièces)"],
            "Appartement ou maison ?": "Peu importe",
            "Combien de personnes à loger ?": "5",
        },
    ),
]
