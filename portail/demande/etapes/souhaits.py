"""Étape 9, « Souhaits » : le logement recherché, et où.

Champs : Cerfa 14069*05 p. 9 et 10, cases G1 à G3 et H1 ; fiche domaine § 1.12. Toutes les communes sont
d'un même territoire (un département, ou toute l'Île-de-France) ; leur nombre maximal vient des données.
"""

from __future__ import annotations

from wtforms.validators import ValidationError

from portail.champs import Champ, ChampChoix, ChampEntier, ChampEuros, ChampLieu, ChampListe, ChampLong, ChampTexte
from portail.choix import OuiNon
from portail.demande import foyer
from portail.demande.doublons import en_double
from portail.demande.etape import Etape, Repetition, Section, presentes
from portail.demande.formulaire import FormulaireEtape
from portail.demande.listes import CategorieRecherchee, Quartier, TypeRecherche
from portail.demande.modeles import CommuneSouhaitee, Souhaits
from portail.formulaire import Attendu, Facultatif, Requis
from portail.referentiels import recherche
from portail.regles.territoire import nom_territoire, territoire


def est_la_premiere(ligne) -> bool:
    return ligne is presentes(ligne.declaration.communes)[0]


def une_commune_est_dite(ligne) -> bool:
    return any(autre.commune for autre in presentes(ligne.declaration.communes))


class CommuneForm(FormulaireEtape):
    commune = ChampLieu("Commune", [Requis(si=est_la_premiere)])
    quartier = ChampTexte("Quartier ou secteur", [Facultatif()])

    def preparer(self) -> None:
        self.commune.label.text = _libelle(self.cible)
        self.quartier.label.text = f"Quartier ou secteur n° {_rang(self.cible)}"

    @classmethod
    def bilan(cls, ligne: CommuneSouhaitee) -> tuple[int, int, bool]:
        """Une commune suffit : la première case, vidée, ne bloque pas si une autre en dit une."""
        manquants, bloquants, commence = super().bilan(ligne)
        return manquants, 0 if une_commune_est_dite(ligne) else bloquants, commence

    @classmethod
    def requis_manquants(cls, ligne: CommuneSouhaitee) -> list[str]:
        return [] if une_commune_est_dite(ligne) else super().requis_manquants(ligne)

    def validate_commune(self, champ: Champ) -> None:
        lieu = recherche.lieu(champ.data) if champ.data else None
        if lieu is None:
            return
        if not self._est_du_territoire(lieu.code):
            raise ValidationError(
                f"{lieu.libelle} n’est pas dans le territoire de cette demande "
                f"({nom_territoire(self.cible.declaration.demande.territoire)}). "
                "Pour un autre territoire, créez une nouvelle demande."
            )
        if en_double(self, "commune", _code_actuel, self._est_du_territoire):
            raise ValidationError("Vous avez déjà choisi cette commune. Choisissez-en une autre, ou retirez celle-ci.")

    def _est_du_territoire(self, code: str) -> bool:
        lieu = recherche.lieu(code)
        return lieu is None or territoire(lieu.code_departement) == self.cible.declaration.demande.territoire


class ElargirForm(FormulaireEtape):
    demande_elargie = ChampChoix(
        "Acceptez-vous un logement dans d’autres communes ou quartiers proches ?",
        [Attendu()],
        OuiNon,
        aide="Répondre oui augmente le nombre de logements qui peuvent vous être proposés.",
    )
    quartier_prioritaire = ChampChoix("Acceptez-vous un quartier prioritaire de la ville ?", [Facultatif()], Quartier)


class LogementForm(FormulaireEtape):
    types = ChampListe(
        "Quels types de logement acceptez-vous ?", [Attendu()], TypeRecherche, aide="Cochez-en un ou plusieurs."
    )
    categorie_recherche = ChampChoix("Appartement ou maison ?", [Attendu()], CategorieRecherchee)
    nb_personnes_a_loger = ChampEntier(
        "Combien de personnes à loger ?",
        [Attendu()],
        aide="Vous compris, avec les enfants en garde alternée ou en visite, et les naissances à venir.",
        minimum=1,
        maximum=30,
    )
    loyer_max = ChampEuros(
        "Loyer maximum, charges comprises", [Facultatif()], aide="Ce que vous pouvez payer chaque mois."
    )
    rez_de_chaussee = ChampChoix("Acceptez-vous un rez-de-chaussée ?", [Facultatif()], OuiNon)
    sans_ascenseur = ChampChoix("Acceptez-vous un immeuble sans ascenseur ?", [Facultatif()], OuiNon)
    parking = ChampChoix("Souhaitez-vous une place de parking ?", [Facultatif()], OuiNon)
    info_accession = ChampChoix(
        "Acceptez-vous d’être contacté(e) pour acheter un logement social ?", [Facultatif()], OuiNon
    )
    precisions = ChampLong(
        "Précisions sur votre demande", [Facultatif()], aide="Ce que les questions n’ont pas permis de dire."
    )

    @classmethod
    def avertissements_de(cls, souhaits: Souhaits) -> dict[str, str]:
        dites, comptees = souhaits.nb_personnes_a_loger, foyer.nombre_a_loger(souhaits.declaration)
        if dites is None or comptees in {None, dites}:
            return {}
        personnes = "1 personne" if comptees == 1 else f"{comptees} personnes"
        phrase = f"D’après les étapes précédentes, vous serez {personnes}, naissances à venir comprises."
        return {"nb_personnes_a_loger": f"{phrase} Si {dites} est le bon nombre, vous pouvez continuer."}


def _code_actuel(code: str) -> str:
    """Une commune gardée sous le code d'avant sa fusion est la commune d'aujourd'hui."""
    lieu = recherche.lieu(code)
    return lieu.code_actuel or lieu.code if lieu else code


def _rang(ligne) -> int:
    presentes_ = presentes(ligne.declaration.communes)
    return presentes_.index(ligne) + 1 if ligne in presentes_ else ligne.rang


def _libelle(ligne) -> str:
    return f"Commune souhaitée n° {_rang(ligne)}"


def _groupe(ligne) -> str:
    return f"Commune {_rang(ligne)} sur {len(presentes(ligne.declaration.communes))}"


def _nom(ligne) -> str:
    """Retirée, elle n'a plus de place dans la liste : son numéro désignerait une autre ligne."""
    lieu = recherche.lieu(ligne.commune) if ligne.commune else None
    return lieu.nom if lieu else "la commune" if ligne.retiree_le else f"la commune n° {_rang(ligne)}"


ETAPE = Etape(
    slug="souhaits",
    titre="Souhaits",
    intro="Où, et quel logement ? Plus vous acceptez de possibilités, plus on peut vous proposer de logements.",
    sections=(
        Section(
            "commune",
            CommuneForm,
            lambda declaration: presentes(declaration.communes),
            question="elargir-ma-demande",
            titre="Où souhaitez-vous habiter ?",
            repetition=Repetition(
                lignes=lambda declaration: declaration.communes,
                creer=lambda _declaration, rang: CommuneSouhaitee(rang=rang),
                libelle_ajout="Ajouter une commune",
                nom=_nom,
                groupe=_groupe,
                minimum=lambda _declaration: 1,
                maximum=lambda contexte: contexte.parametre("MAX_COMMUNES"),
                ordonnee=True,
            ),
        ),
        Section("elargir", ElargirForm, lambda declaration: [declaration.souhaits]),
        Section("logement", LogementForm, lambda declaration: [declaration.souhaits], titre="Quel logement ?"),
    ),
)
