"""Étape 3, « Composition du foyer » : qui vivra dans le logement.

Champs : Cerfa 14069*05 p. 3 à 5 (case C1) ; fiche domaine § 1.6. L'annexe « handicap » a son
module. Ces réponses décident de la taille du logement et du plafond de ressources.
"""

from __future__ import annotations

from wtforms.validators import ValidationError

from portail.champs import Champ, ChampChoix, ChampDate, ChampEntier, ChampNir, ChampTexte
from portail.choix import OuiNon
from portail.demande import foyer
from portail.demande.etape import Etape, Piece, Repetition, Section
from portail.demande.etapes import annexe_handicap
from portail.demande.etapes.informations_generales import MAJORITE, date_de_naissance, nir_a_relire, noms_a_relire
from portail.demande.formulaire import FormulaireEtape
from portail.demande.listes import LienACharge, RegimeGarde, Sexe
from portail.demande.modeles import Foyer, Personne, Role
from portail.formulaire import Attendu
from portail.regles.age import age

RETARD_JOURS = 31  # une naissance se fait attendre
NEE = "Cette date est passée. L’enfant est né ? Ajoutez-le parmi les personnes à charge, puis répondez « Non » ici."
PERSONNES_MAX = annexe_handicap.ANNEXES_MAX


def oui(nom):
    return lambda cible: getattr(cible, nom) is OuiNon.OUI


class AChargeForm(FormulaireEtape):
    a_personnes_a_charge = ChampChoix(
        "Avez-vous des personnes à charge qui vivront avec vous ?",
        [Attendu()],
        OuiNon,
        aide="À charge sur votre déclaration d’impôt : enfants de moins de 18 ans (garde alternée comprise), "
        "majeurs rattachés (moins de 21 ans, moins de 25 ans s’ils étudient), personnes handicapées.",
    )


def est_majeur(personne) -> bool:
    """Au jour du dernier enregistrement : la condition d'une question ne lit pas l'heure."""
    naissance = personne.date_naissance
    return naissance is not None and age(naissance, personne.declaration.jour_de_modification) >= MAJORITE


class PersonneAChargeForm(FormulaireEtape):
    prenoms = ChampTexte("Prénom(s)", [Attendu()])
    nom_naissance = ChampTexte("Nom de naissance", [Attendu()])
    date_naissance = ChampDate("Date de naissance", [Attendu(), date_de_naissance], naissance=True)
    nir = ChampNir(
        "Numéro de sécurité sociale",
        [Attendu(quand=est_majeur)],
        aide="La loi le demande pour chaque personne majeure du foyer (CCH, art. R441-2-2).",
    )
    sexe = ChampChoix("Sexe", [Attendu()], Sexe)
    lien_a_charge = ChampChoix("Son lien avec vous", [Attendu()], LienACharge)

    @classmethod
    def avertissements_de(cls, personne: Personne) -> dict[str, str]:
        est_femme = None if personne.sexe is None else personne.sexe is Sexe.FEMININ
        return noms_a_relire(personne) | nir_a_relire(personne, est_femme)


class AutresEnfantsForm(FormulaireEtape):
    a_autres_enfants = ChampChoix(
        "D’autres enfants vivront-ils chez vous une partie du temps ?",
        [Attendu()],
        OuiNon,
        aide="Garde alternée ou droit de visite, sans être à votre charge sur la déclaration d’impôt. "
        "Ils comptent pour la taille du logement.",
    )


class AutreEnfantForm(FormulaireEtape):
    prenoms = ChampTexte("Prénom(s)", [Attendu()])
    nom_naissance = ChampTexte("Nom de naissance", [Attendu()])
    date_naissance = ChampDate("Date de naissance", [Attendu(), date_de_naissance], naissance=True)
    sexe = ChampChoix("Sexe", [Attendu()], Sexe)
    regime_garde = ChampChoix("Quand vit-il chez vous ?", [Attendu()], RegimeGarde)

    @classmethod
    def avertissements_de(cls, personne: Personne) -> dict[str, str]:
        return noms_a_relire(personne)


def pas_trop_loin(form: FormulaireEtape, champ: Champ) -> None:
    ecart = (champ.data - form.contexte.jour).days
    if ecart < -RETARD_JOURS:
        raise ValidationError(NEE)
    if ecart > 300:
        raise ValidationError("Cette date est trop éloignée pour une naissance prévue.")


class NaissancesForm(FormulaireEtape):
    attend_un_enfant = ChampChoix("Attendez-vous un enfant ?", [Attendu()], OuiNon)
    nb_naissances = ChampEntier(
        "Combien d’enfants attendez-vous ?", [Attendu(quand=oui("attend_un_enfant"))], minimum=1, maximum=9
    )
    naissance_prevue_le = ChampDate(
        "Date prévue de la naissance", [Attendu(quand=oui("attend_un_enfant")), pas_trop_loin]
    )

    @classmethod
    def avertissements_de(cls, dit: Foyer) -> dict[str, str]:
        """Bonne quand elle a été donnée, passée au jour du dernier enregistrement : l'an d'après, l'enfant est né."""
        prevue = dit.naissance_prevue_le if dit.attend_un_enfant is OuiNon.OUI else None
        est_passee = prevue is not None and (dit.declaration.jour_de_modification - prevue).days > RETARD_JOURS
        return {"naissance_prevue_le": NEE} if est_passee else {}


class HandicapForm(FormulaireEtape):
    a_handicap = ChampChoix(
        "Une personne de votre foyer est-elle en situation de handicap ou de perte d’autonomie ?", [Attendu()], OuiNon
    )
    nb_handicapes = ChampEntier(
        "Combien de personnes ?", [Attendu(quand=oui("a_handicap"))], minimum=1, maximum=PERSONNES_MAX
    )
    logement_a_adapter = ChampChoix(
        "Faut-il un logement adapté à ce handicap ?", [Attendu(quand=oui("a_handicap"))], OuiNon
    )

    def validate_nb_handicapes(self, champ: Champ) -> None:
        taille = len(foyer.toutes(self.cible.declaration))
        if champ.data and champ.data > taille:
            personnes = "1 personne" if taille == 1 else f"{taille} personnes"
            raise ValidationError(f"Vous avez déclaré {personnes} pour l’instant. Ajoutez les autres d’abord.")


def pieces(declaration, contexte):
    """Fiche domaine § 2.1 (identité de chaque majeur du foyer) et § 2.2, codes MIN, GROSS, GARDE."""
    for personne in foyer.a_charge(declaration):
        if personne.date_naissance is not None:
            mineur = age(personne.date_naissance, contexte.jour) < MAJORITE
            yield Piece.de("MIN" if mineur else "ID", personne)
    for enfant in foyer.autres_enfants(declaration):
        if enfant.regime_garde is not None:
            yield Piece.de("GARDE", enfant)
    if declaration.foyer.attend_un_enfant is OuiNon.OUI:
        yield Piece.de("GROSS", foyer.demandeur(declaration))


def _foyer(declaration):
    return [declaration.foyer]


def _repetition(role: Role, ajout: str) -> Repetition:
    return Repetition(
        lignes=lambda declaration: declaration.personnes,
        creer=foyer.createur(role),
        est_sienne=foyer.est_de(role),
        libelle_ajout=ajout,
        nom=lambda personne: personne.designation,
        minimum=lambda _declaration: 1,
        maximum=lambda _contexte: PERSONNES_MAX,
    )


ETAPE = Etape(
    slug="composition-du-foyer",
    titre="Composition du foyer",
    intro="Qui vivra avec vous ? Ces réponses décident de la taille du logement que l’on peut vous proposer.",
    sections=(
        Section("charge", AChargeForm, _foyer, titre="Personnes à charge", question="qui-est-a-charge"),
        Section(
            "a-charge",
            PersonneAChargeForm,
            foyer.a_charge,
            titre_cible=foyer.titre_de("Personne à charge"),
            quand=lambda declaration: declaration.foyer.a_personnes_a_charge is OuiNon.OUI,
            repetition=_repetition(Role.A_CHARGE, "Ajouter une personne à charge"),
        ),
        Section("autres", AutresEnfantsForm, _foyer, titre="Autres enfants", question="garde-alternee"),
        Section(
            "autre-enfant",
            AutreEnfantForm,
            foyer.autres_enfants,
            titre_cible=foyer.titre_de("Autre enfant"),
            quand=lambda declaration: declaration.foyer.a_autres_enfants is OuiNon.OUI,
            repetition=_repetition(Role.AUTRE_ENFANT, "Ajouter un autre enfant"),
        ),
        Section("naissances", NaissancesForm, _foyer, titre="Naissances à venir", pour_soi=True),
        Section("handicap", HandicapForm, _foyer, titre="Handicap et perte d’autonomie", pour_soi=True),
        annexe_handicap.SECTION,
    ),
    pieces=pieces,
)
