"""Étape 7, « Logement actuel » : où vit le ménage aujourd'hui.

Champs : Cerfa 14069*05 p. 8, cases F1 à F25, F48 ; fiche domaine § 1.10. Plusieurs libellés *05 n'ont
pu être lus : la liste est celle de V2.01 (17 situations).
"""

from __future__ import annotations

from wtforms.validators import ValidationError

from portail.champs import Champ, ChampChoix, ChampDate, ChampEntier, ChampEuros, ChampSiren, ChampTexte
from portail.choix import OuiNon
from portail.demande import foyer
from portail.demande.etape import Etape, Piece, Section
from portail.demande.formulaire import FormulaireEtape
from portail.demande.listes import CategorieLogement, Occupation, TypeActuel
from portail.formulaire import Attendu, Facultatif


def vit(*occupations: Occupation):
    return lambda logement: logement.occupation in occupations


est_locataire = vit(Occupation.LOCATAIRE_HLM, Occupation.LOCATAIRE_PRIVE)
est_heberge = vit(Occupation.CHEZ_PARENTS, Occupation.CHEZ_PARTICULIER, Occupation.TITRE_GRATUIT)
est_en_structure = vit(
    Occupation.STRUCTURE,
    Occupation.TEMPORAIRE,
    Occupation.FOYER,
    Occupation.RESIDENCE_HOTELIERE,
    Occupation.RESIDENCE_ETUDIANTE,
    Occupation.ENFANCE,
)


def a_un_logement(logement) -> bool:
    return logement.occupation is not None and not vit(Occupation.SANS_ABRI)(logement)


def est_dans_des_murs(logement) -> bool:
    """Un type, une surface, une date d'entrée ont un sens."""
    return a_un_logement(logement) and not vit(Occupation.HABITAT_MOBILE, Occupation.SQUAT, Occupation.HOTEL)(logement)


def paie_un_loyer(logement) -> bool:
    return a_un_logement(logement) and not vit(Occupation.SQUAT, Occupation.TITRE_GRATUIT, Occupation.PROPRIETAIRE)(
        logement
    )


def pas_dans_le_futur(form: FormulaireEtape, champ: Champ) -> None:
    if champ.data > form.contexte.jour:
        raise ValidationError("Cette date n’est pas encore arrivée.")


class LogementActuelForm(FormulaireEtape):
    occupation = ChampChoix("Où vivez-vous aujourd’hui ?", [Attendu()], Occupation, liste=False)
    bailleur_nom = ChampTexte("Nom du bailleur social", [Attendu(quand=vit(Occupation.LOCATAIRE_HLM))], maximum=200)
    bailleur_siren = ChampSiren(
        "Numéro SIREN du bailleur",
        [Facultatif(quand=vit(Occupation.LOCATAIRE_HLM))],
        aide="9 chiffres, sur la quittance de loyer.",
    )
    categorie = ChampChoix("Appartement ou maison ?", [Attendu(quand=est_dans_des_murs)], CategorieLogement)
    type_logement = ChampChoix("Type du logement", [Attendu(quand=est_dans_des_murs)], TypeActuel, liste=True)
    surface = ChampEntier(
        "Surface", [Attendu(quand=est_dans_des_murs)], minimum=1, maximum=1000, unite="m²", arrondi=True
    )
    nb_habitants = ChampEntier(
        "Combien de personnes y vivent, vous compris ?",
        [Attendu()],
        aide="Sans domicile : le nombre de personnes de votre ménage.",
        minimum=1,
        maximum=50,
    )
    date_entree = ChampDate(
        "Depuis quelle date y vivez-vous ?", [Facultatif(quand=est_dans_des_murs), pas_dans_le_futur]
    )
    loyer_mensuel = ChampEuros(
        "Loyer ou redevance, charges comprises", [Attendu(quand=paie_un_loyer)], aide="Écrivez 0 si vous ne payez rien."
    )
    montant_aide_logement = ChampEuros(
        "Aide au logement reçue (APL ou AL)", [Attendu(quand=paie_un_loyer)], aide="Écrivez 0 si vous n’en recevez pas."
    )
    autre_propriete = ChampChoix(
        "Possédez-vous un autre logement ?",
        [Attendu()],
        OuiNon,
        aide="Vous, votre conjoint ou un co-demandeur. Ne comptez pas les biens en indivision ou en SCI.",
    )
    autre_propriete_precision = ChampTexte(
        "Lequel, et pourquoi n’y vivez-vous pas ?",
        [Attendu(quand=lambda logement: logement.autre_propriete is OuiNon.OUI)],
        maximum=300,
    )


def pieces(declaration, contexte):
    """Fiche domaine § 2.2, « Logement actuel » : liste de mémoire, à vérifier (confiance V)."""
    demandeur = foyer.demandeur(declaration)
    logement = declaration.logement_actuel
    for code, condition in (
        ("LOC", est_locataire),
        ("HEB", est_heberge),
        ("STR", est_en_structure),
        ("HOTEL", vit(Occupation.HOTEL, Occupation.HABITAT_MOBILE)),
        ("SDF", vit(Occupation.SANS_ABRI)),
    ):
        if condition(logement):
            yield Piece.de(code, demandeur)
    if vit(Occupation.PROPRIETAIRE)(logement) or logement.autre_propriete is OuiNon.OUI:
        yield Piece.de("PROP", demandeur)


ETAPE = Etape(
    slug="logement-actuel",
    titre="Logement actuel",
    intro="Où vous vivez aujourd’hui. Ces réponses disent à quel point votre demande est urgente.",
    sections=(
        Section("logement", LogementActuelForm, lambda declaration: [declaration.logement_actuel], pour_soi=True),
    ),
    pieces=pieces,
)
