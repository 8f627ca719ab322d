"""Étape 2, « Demandeurs » : joindre la personne, avec qui elle demande, où elle vit.

Champs : Cerfa 14069*05 p. 1 à 3 (cases B1 à B7), fiche domaine § 1.5.
"""

from __future__ import annotations

from portail.champs import ChampChoix, ChampCodePostal, ChampCourriel, ChampDate, ChampLieu, ChampTelephone, ChampTexte
from portail.choix import OuiNon
from portail.demande import foyer
from portail.demande.etape import Etape, Piece, Repetition, Section
from portail.demande.etapes.code_postal import code_postal_a_relire
from portail.demande.etapes.informations_generales import (
    IdentiteForm,
    date_de_naissance,
    noms_a_relire,
    variante_d_identite,
)
from portail.demande.formulaire import FormulaireEtape
from portail.demande.listes import Civilite, LienCodemandeur, SituationFamiliale
from portail.demande.modeles import Coordonnees, Personne, Role
from portail.formulaire import Attendu, Facultatif

COLOCATAIRES_MAX = 8


def oui(nom):
    """La condition « cette question a reçu Oui »."""
    return lambda cible: getattr(cible, nom) is OuiNon.OUI


def a_un_domicile(coordonnees) -> bool:
    return coordonnees.sans_domicile is not OuiNon.OUI


def en_france(coordonnees) -> bool:
    return a_un_domicile(coordonnees) and coordonnees.adresse_a_l_etranger is not OuiNon.OUI


def a_l_etranger(coordonnees) -> bool:
    return a_un_domicile(coordonnees) and coordonnees.adresse_a_l_etranger is OuiNon.OUI


def courrier_vers_la_france(coordonnees) -> bool:
    return autre_courrier(coordonnees) and coordonnees.courrier_a_l_etranger is not OuiNon.OUI


def courrier_vers_l_etranger(coordonnees) -> bool:
    return autre_courrier(coordonnees) and coordonnees.courrier_a_l_etranger is OuiNon.OUI


def autre_courrier(coordonnees) -> bool:
    return a_un_domicile(coordonnees) and coordonnees.courrier_different is OuiNon.OUI


class SituationForm(FormulaireEtape):
    situation_familiale = ChampChoix(
        "Votre situation familiale",
        [Attendu()],
        SituationFamiliale,
        liste=False,
        aide="En cours de séparation : n’indiquez pas votre conjoint parmi les co-demandeurs.",
    )


class ContactForm(FormulaireEtape):
    telephone_portable = ChampTelephone("Téléphone portable", [Attendu()], aide="Un bailleur appelle souvent d’abord.")
    telephone_domicile = ChampTelephone("Téléphone du domicile", [Facultatif()])
    telephone_travail = ChampTelephone("Téléphone du travail", [Facultatif()], completion="off")
    courriel = ChampCourriel("Adresse mail pour les propositions", [Attendu()])
    accepte_mail = ChampChoix("Acceptez-vous d’être contacté(e) par mail ?", [Attendu()], OuiNon)
    accepte_sms = ChampChoix("Acceptez-vous d’être contacté(e) par SMS ?", [Attendu()], OuiNon)


class AdresseForm(FormulaireEtape):
    sans_domicile = ChampChoix("Êtes-vous sans domicile fixe ?", [Attendu()], OuiNon)
    domiciliation = ChampTexte(
        "Où recevez-vous votre courrier ?",
        [Attendu(quand=oui("sans_domicile"))],
        aide="Le CCAS, le CIAS ou l’association qui vous domicilie, avec son adresse.",
        maximum=200,
    )
    adresse_a_l_etranger = ChampChoix("Habitez-vous à l’étranger ?", [Attendu(quand=a_un_domicile)], OuiNon)
    adresse_numero = ChampTexte(
        "Numéro", [Facultatif(quand=a_un_domicile)], aide="Exemples : 12, 12 bis.", maximum=20, largeur="court"
    )
    adresse_voie = ChampTexte(
        "Rue, avenue, lieu-dit", [Attendu(quand=a_un_domicile)], maximum=200, completion="address-line1"
    )
    adresse_complement = ChampTexte(
        "Complément d’adresse",
        [Facultatif(quand=a_un_domicile)],
        aide="Bâtiment, étage, appartement.",
        maximum=200,
        completion="address-line2",
    )
    adresse_code_postal = ChampCodePostal("Code postal", [Attendu(quand=en_france)])
    adresse_commune = ChampLieu("Commune", [Attendu(quand=en_france)])
    adresse_ville_etrangere = ChampTexte("Ville et code postal étrangers", [Attendu(quand=a_l_etranger)])
    adresse_pays = ChampTexte("Pays", [Attendu(quand=a_l_etranger)], completion="country-name")
    heberge_chez = ChampTexte(
        "Si vous êtes hébergé(e), chez qui ?",
        [Facultatif(quand=a_un_domicile)],
        aide="Le nom qui fera arriver votre courrier.",
    )
    courrier_different = ChampChoix(
        "Voulez-vous recevoir le courrier à une autre adresse ?", [Attendu(quand=a_un_domicile)], OuiNon
    )
    courrier_chez = ChampTexte("Chez (courrier)", [Facultatif(quand=autre_courrier)])
    courrier_a_l_etranger = ChampChoix("Cette adresse est-elle à l’étranger ?", [Attendu(quand=autre_courrier)], OuiNon)
    courrier_numero = ChampTexte("Numéro (courrier)", [Facultatif(quand=autre_courrier)], maximum=20, largeur="court")
    courrier_voie = ChampTexte("Rue, avenue, lieu-dit (courrier)", [Attendu(quand=autre_courrier)], maximum=200)
    courrier_complement = ChampTexte("Complément d’adresse (courrier)", [Facultatif(quand=autre_courrier)], maximum=200)
    courrier_code_postal = ChampCodePostal(
        "Code postal (courrier)", [Attendu(quand=courrier_vers_la_france)], completion="off"
    )
    courrier_commune = ChampLieu("Commune (courrier)", [Attendu(quand=courrier_vers_la_france)])
    courrier_ville_etrangere = ChampTexte(
        "Ville et code postal étrangers (courrier)", [Attendu(quand=courrier_vers_l_etranger)]
    )
    courrier_pays = ChampTexte("Pays (courrier)", [Attendu(quand=courrier_vers_l_etranger)])

    @classmethod
    def avertissements_de(cls, coordonnees: Coordonnees) -> dict[str, str]:
        adresses = (("adresse", en_france), ("courrier", courrier_vers_la_france))
        return code_postal_a_relire(coordonnees, [nom for nom, posee in adresses if posee(coordonnees)])


class AidantForm(FormulaireEtape):
    aide_par_un_tiers = ChampChoix(
        "Êtes-vous aidé(e) par un travailleur social ou une structure ?", [Attendu()], OuiNon
    )
    aidant_nom = ChampTexte(
        "Nom du travailleur social ou de la structure", [Attendu(quand=oui("aide_par_un_tiers"))], maximum=200
    )
    aidant_telephone = ChampTelephone("Son téléphone", [Facultatif(quand=oui("aide_par_un_tiers"))], completion="off")
    aidant_courriel = ChampCourriel("Son adresse mail", [Facultatif(quand=oui("aide_par_un_tiers"))], completion="off")
    aidant_recoit = ChampChoix(
        "Doit-il recevoir les mêmes informations que vous ?", [Attendu(quand=oui("aide_par_un_tiers"))], OuiNon
    )


class CodemandeurForm(IdentiteForm):
    """Un co-demandeur : son identité, et son lien avec le demandeur. Il n'a pas de demande à lui."""

    lien = ChampChoix(
        "Son lien avec vous", [Attendu()], LienCodemandeur, aide="Aucun certificat n’est demandé pour un concubinage."
    )


class AvecColocatairesForm(FormulaireEtape):
    a_colocataires = ChampChoix(
        "Faites-vous cette demande pour habiter en colocation ?",
        [Attendu()],
        OuiNon,
        aide="Chaque colocataire dépose aussi sa propre demande et cite les autres.",
    )


class ColocataireForm(FormulaireEtape):
    civilite = ChampChoix("Civilité", [Attendu()], Civilite)
    nom_naissance = ChampTexte("Nom", [Attendu()])
    prenoms = ChampTexte("Prénom(s)", [Attendu()])
    date_naissance = ChampDate("Date de naissance", [Attendu(), date_de_naissance], naissance=True)

    @classmethod
    def avertissements_de(cls, personne: Personne) -> dict[str, str]:
        return noms_a_relire(personne)


def pieces(declaration, contexte):
    """Fiche domaine § 2.2, codes MARIE à VEUF, et l'identité de chaque co-demandeur (instruction).

    Séparé(e) : la même pièce que pour le motif « séparation » couvre l'instance de divorce (INST) et la fin
    d'un Pacs (PACSX), que le formulaire ne distingue pas.
    """
    demandeur = foyer.demandeur(declaration)
    for codemandeur in foyer.codemandeurs(declaration):
        yield Piece.de("ID", codemandeur, variante=variante_d_identite(codemandeur))
    if foyer.est(declaration, SituationFamiliale.MARIE):
        yield Piece.de("MARIE", demandeur)
    if foyer.est(declaration, SituationFamiliale.PACSE):
        yield Piece.de("PACS", demandeur)
    if foyer.est(declaration, SituationFamiliale.DIVORCE):
        yield Piece.de("DIV", demandeur)
    if foyer.est(declaration, SituationFamiliale.SEPARE):
        yield Piece.de("M11", demandeur)
    if foyer.est(declaration, SituationFamiliale.VEUF):
        yield Piece.de("VEUF", demandeur)


def _personnes_de_role(role):
    return Repetition(
        lignes=lambda declaration: declaration.personnes,
        creer=foyer.createur(role),
        est_sienne=foyer.est_de(role),
        libelle_ajout=f"Ajouter un {role.libelle}",
        nom=lambda personne: personne.designation,
        maximum=lambda _contexte: COLOCATAIRES_MAX,
        minimum=lambda declaration: int(declaration.coordonnees.a_colocataires is OuiNon.OUI),
    )


def _nb_codemandeurs(declaration) -> int:
    return declaration.nb_codemandeurs or 0


def _un(attribut):
    return lambda declaration: [getattr(declaration, attribut)]


ETAPE = Etape(
    slug="demandeurs",
    titre="Demandeurs",
    intro="Comment vous joindre, où vous vivez, avec qui vous faites cette demande.",
    sections=(
        Section("situation", SituationForm, _un("coordonnees"), titre="Votre situation"),
        Section(
            "codemandeur",
            CodemandeurForm,
            foyer.codemandeurs,
            titre="Vos co-demandeurs",
            titre_cible=foyer.titre_de("Co-demandeur"),
            repetition=Repetition(
                lignes=lambda declaration: declaration.personnes,
                creer=foyer.createur(Role.CODEMANDEUR),
                est_sienne=foyer.est_de(Role.CODEMANDEUR),
                libelle_ajout="Ajouter un co-demandeur",
                nom=lambda personne: personne.designation,
                minimum=_nb_codemandeurs,
                maximum=lambda _contexte: COLOCATAIRES_MAX,
                compteur="nb_codemandeurs",
            ),
        ),
        Section("contact", ContactForm, _un("coordonnees"), titre="Vous joindre", pour_soi=True),
        Section("adresse", AdresseForm, _un("coordonnees"), titre="Où vous vivez", pour_soi=True),
        Section("aidant", AidantForm, _un("coordonnees"), titre="Qui vous aide", pour_soi=True),
        Section("colocation", AvecColocatairesForm, _un("coordonnees"), titre="Colocation"),
        Section(
            "colocataire",
            ColocataireForm,
            foyer.colocataires,
            titre="Vos colocataires",
            titre_cible=foyer.titre_de("Colocataire"),
            quand=lambda declaration: declaration.coordonnees.a_colocataires is OuiNon.OUI,
            repetition=_personnes_de_role(Role.COLOCATAIRE),
        ),
    ),
    pieces=pieces,
)
