"""Chaque champ de la fiche domaine (§ 1.4 à 1.13) a sa question ou sa colonne. La liste est écrite d'après la fiche."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from portail.db import Base
from portail.demande.formulaire import regles
from portail.demande.parcours import PARCOURS

IDENTITE = [
    "civilite",
    "nom_naissance",
    "nom_usage",
    "prenoms",
    "date_naissance",
    "nationalite",
    "nir",
    "raison_sans_nir",
]
ADRESSE = ["numero", "voie", "complement", "code_postal", "commune", "pays"]
# (paragraphe, étape, section) → les champs de la fiche, sous nos noms.
FICHE: dict[tuple[str, str, str], list[str]] = {
    ("1.4", "informations-generales", "nombre"): ["nb_codemandeurs"],
    ("1.4", "informations-generales", "identite"): IDENTITE,
    ("1.5", "demandeurs", "contact"): [
        *("telephone_domicile", "telephone_portable", "telephone_travail"),
        *("courriel", "accepte_mail", "accepte_sms"),
    ],
    ("1.5", "demandeurs", "aidant"): ["aidant_nom", "aidant_telephone", "aidant_courriel", "aidant_recoit"],
    ("1.5", "demandeurs", "adresse"): [
        *(f"adresse_{nom}" for nom in ADRESSE),
        "heberge_chez",
        "courrier_different",
        "courrier_chez",
        *(f"courrier_{nom}" for nom in ADRESSE),
        "domiciliation",
    ],
    ("1.5", "demandeurs", "situation"): ["situation_familiale"],
    ("1.5", "demandeurs", "codemandeur"): [*IDENTITE, "lien"],
    ("1.5", "demandeurs", "colocataire"): ["civilite", "nom_naissance", "prenoms", "date_naissance"],
    ("1.6", "composition-du-foyer", "handicap"): ["nb_handicapes"],
    ("1.6", "composition-du-foyer", "a-charge"): [
        *("nom_naissance", "prenoms", "date_naissance", "sexe", "lien_a_charge"),
        "nir",  # § 1.2 : « le NIR du demandeur et de chaque majeur du foyer à loger »
    ],
    ("1.6", "composition-du-foyer", "naissances"): ["nb_naissances", "naissance_prevue_le"],
    ("1.6", "composition-du-foyer", "autre-enfant"): [
        *("nom_naissance", "prenoms", "date_naissance", "sexe", "regime_garde"),
    ],
    ("1.7", "situation-professionnelle", "situation"): [
        *("profession", "statuts", "siret_employeur"),
        *("employeur_nom", "employeur_adresse", "employeur_code_postal", "employeur_commune"),
        *("cdd_ou_interim", "chomage_plus_1_an", "date_fin_chomage"),
    ],
    ("1.8", "revenu-fiscal", "revenu"): ["rfr_n2", "rfr_n1", "sans_avis_explication"],
    ("1.9", "ressources-mensuelles", "adulte"): [
        *("salaire", "retraite", "chomage", "pension_recue", "invalidite", "familiales", "aah", "aeeh", "ajpp"),
        *("rsa", "minimum_vieillesse", "paje", "bourse", "autres", "pension_versee"),
    ],
    ("1.9", "ressources-mensuelles", "charge"): [
        *("salaire", "retraite", "chomage", "pension_recue", "invalidite", "familiales", "aah", "aeeh", "ajpp"),
        *("rsa", "minimum_vieillesse", "paje", "bourse", "autres"),
    ],
    ("1.10", "logement-actuel", "logement"): [
        *("occupation", "bailleur_nom", "bailleur_siren", "nb_habitants", "montant_aide_logement", "loyer_mensuel"),
        *("categorie", "type_logement", "surface", "date_entree", "autre_propriete", "autre_propriete_precision"),
    ],
    ("1.11", "motifs", "motif"): ["motif"],
    ("1.12", "souhaits", "logement"): [
        *("categorie_recherche", "types", "nb_personnes_a_loger", "info_accession", "loyer_max"),
        *("rez_de_chaussee", "sans_ascenseur", "parking", "precisions"),
    ],
    ("1.12", "souhaits", "commune"): ["commune", "quartier"],
    ("1.12", "souhaits", "elargir"): ["demande_elargie", "quartier_prioritaire"],
    ("1.13", "composition-du-foyer", "annexe"): [
        *("personne", "etat", "moteur", "sensoriel", "escaliers", "aides_techniques", "equipements", "besoins"),
    ],
}
# Ce que la fiche nomme sans que ce soit une question : calculé, porté par la demande, ou joint comme fichier.
AILLEURS = {
    ("1.4", "nature"): None,  # une demande commencée ici est une première demande ; la suite se lit dans son état
    ("1.4", "numero_unique"): ("demande", "numero_unique"),
    ("1.4", "piece_identite"): ("fichier", "cle"),
    ("1.7", "situation d'apprenti"): ("situation_professionnelle", "apprenti"),
    ("1.8", "annee_n2"): None,  # Contexte.annee_n2
    ("1.8", "annee_n1"): None,
    ("1.11", "rang du motif"): ("motif_declare", "rang"),
    ("1.12", "rang de la commune"): ("commune_souhaitee", "rang"),
    ("1.12", "signature"): ("declaration", "deposee_le"),  # case d'attestation, à la page « Vérifier »
}


@pytest.mark.parametrize("place", FICHE, ids=lambda place: "/".join(place))
def test_chaque_champ_de_la_fiche_a_sa_question(place):
    _, slug, nom = place
    section = PARCOURS.trouver(slug).section(nom)
    assert set(FICHE[place]) <= {champ for champ, _ in regles(section.formulaire)}


def test_le_reste_de_la_fiche_a_sa_colonne():
    for table, colonne in filter(None, AILLEURS.values()):
        assert isinstance(Base.metadata.tables[table].c[colonne], sa.Column)


def test_un_majeur_a_charge_dit_son_numero_un_mineur_non():
    from datetime import date

    from portail.demande.modeles import Role
    from tests.demande.memoire import ajouter, declaration

    qui = declaration()
    rosa = ajouter(qui, Role.A_CHARGE, prenoms="Rosa", date_naissance=date(2008, 11, 24))
    leo = ajouter(qui, Role.A_CHARGE, prenoms="Léo", date_naissance=date(2008, 11, 25))
    inconnue = ajouter(qui, Role.A_CHARGE)
    formulaire = PARCOURS.trouver("composition-du-foyer").section("a-charge").formulaire
    posee = dict(regles(formulaire))["nir"].est_posee
    assert [posee(rosa), posee(leo), posee(inconnue)] == [True, False, False]


def test_une_adresse_de_courrier_a_l_etranger_demande_ville_et_pays():
    from portail.choix import OuiNon
    from tests.demande.memoire import declaration

    coordonnees = declaration().coordonnees
    formulaire = PARCOURS.trouver("demandeurs").section("adresse").formulaire
    par_nom = dict(regles(formulaire))

    def posees(*noms: str) -> list[bool]:
        return [par_nom[f"courrier_{nom}"].est_posee(coordonnees) for nom in noms]

    assert posees("a_l_etranger", "code_postal", "commune", "ville_etrangere", "pays") == [False] * 5
    coordonnees.courrier_different = OuiNon.OUI
    assert posees("a_l_etranger", "code_postal", "commune", "ville_etrangere", "pays") == [
        True,
        True,
        True,
        False,
        False,
    ]
    coordonnees.courrier_a_l_etranger = OuiNon.OUI
    assert posees("a_l_etranger", "code_postal", "commune", "ville_etrangere", "pays") == [
        True,
        False,
        False,
        True,
        True,
    ]
    coordonnees.sans_domicile = OuiNon.OUI  # domicilié(e) : le courrier va à l'organisme
    assert posees("a_l_etranger", "code_postal", "commune", "ville_etrangere", "pays") == [False] * 5
