"""Les formulaires de la saisie papier qui ne sont pas des étapes."""

from __future__ import annotations

from datetime import date

from werkzeug.datastructures import MultiDict
from wtforms.validators import ValidationError

from portail.champs import Champ, ChampDate, ChampLieu
from portail.demande.actions import lire_numero
from portail.demande.contexte import contexte_de
from portail.demande.modeles import Declaration
from portail.demande.parcours import PARCOURS
from portail.demande.pieces_attendues import entree_du_catalogue
from portail.formulaire import Formulaire, Obligatoire
from portail.regles.validite import ajouter_mois
from portail.typographie import insecables

PREFIXE_DE_PAGE = "page-"
ANCIENNETE_MAX = 12  # mois : au-delà, une demande non renouvelée ne serait de toute façon plus valable (choix)


class ReceptionForm(Formulaire):
    """Le jour où le guichet a reçu le papier : celui du dépôt. Il fait l'ancienneté, et l'année des revenus."""

    recue_le = ChampDate(
        "Date de réception du papier",
        [Obligatoire("Indiquez le jour où le guichet a reçu le papier.")],
        aide="L’ancienneté de la demande part de ce jour, l’année de ses revenus aussi. Par exemple : 31 3 2026",
    )

    def __init__(self, saisie: MultiDict[str, str] | None, jour: date, recue_le: date | None = None) -> None:
        self.jour = jour
        super().__init__(saisie, data={"recue_le": recue_le or jour})

    def validate_recue_le(self, champ: Champ) -> None:
        if champ.data > self.jour:
            raise ValidationError("Cette date n’est pas encore arrivée.")
        if champ.data < ajouter_mois(self.jour, -ANCIENNETE_MAX):
            raise ValidationError("Cette date a plus d’un an. Demandez à la personne de refaire sa demande.")


class CommencerPapierForm(ReceptionForm):
    commune = ChampLieu(
        "Première commune demandée",
        [Obligatoire("Indiquez une commune ou un code postal.")],
        aide="Celle que la personne a écrite en premier.",
        completion="off",
    )


class DepotPapierForm(ReceptionForm):
    """La date de réception, à relire ; déjà déposée, une demande ne la redemande pas."""

    def __init__(self, saisie: MultiDict[str, str] | None, jour: date, declaration: Declaration) -> None:
        super().__init__(saisie, jour, declaration.recue_le)
        self.autre_annee: int | None = None  # celle que l'agent doit confirmer
        if declaration.demande.deposee_le is not None:
            del self.recue_le

    @property
    def jour_de_reception(self) -> date | None:
        """None quand la demande est déjà déposée : son ancienneté ne change plus."""
        return self.recue_le.data if "recue_le" in self else None

    def faire_confirmer(self, annee: int, actuelle: int) -> None:
        """Une autre année efface des revenus : une faute de frappe ne doit pas le faire."""
        self.autre_annee = annee
        phrase = (
            f"Les revenus ont été recopiés d’un papier reçu en {actuelle}. Si la date est fausse, corrigez-la : rien "
            f"n’a changé. Si le papier a bien été reçu en {annee}, déposez de nouveau : les revenus changeront de "
            "case, et ceux qui n’y ont plus de place s’effaceront."
        )
        self.recue_le.errors = [insecables(phrase)]

    def revenus_a_relire(self, annee: int) -> None:
        """Le papier est d'une autre année que les questions : elles ont changé, l'agent y revient."""
        phrase = (
            f"Reçue en {annee}, la demande déclare les revenus de {annee - 2} et de {annee - 1}. "
            "Relisez l’étape « Revenu fiscal », puis déposez."
        )
        self.recue_le.errors = [insecables(phrase)]


def choix_des_pages(saisie: MultiDict[str, str]) -> dict[int, str]:
    """{numéro de la page numérisée: le nom de la pièce choisie} : les cases s'appellent « page-12 »."""
    numeros = {nom: nom.removeprefix(PREFIXE_DE_PAGE) for nom in saisie if nom.startswith(PREFIXE_DE_PAGE)}
    return {lire_numero(numero): saisie[nom] for nom, numero in numeros.items()}


def pieces_proposees(declaration: Declaration) -> list[tuple[str, tuple[str, str], str]]:
    """(nom dans le formulaire, pièce, libellé) de chaque pièce que cette déclaration attend."""
    contexte = contexte_de(declaration)
    proposees = []
    for _, piece in PARCOURS.pieces(declaration, contexte):
        intitule = f"{entree_du_catalogue(piece, contexte).libelle} {piece.precision}".strip()
        qui = "demandeur" if piece.appel == "vous" else piece.appel
        proposees.append((f"{piece.code}:{piece.personne}", (piece.code, piece.personne), f"{intitule} ({qui})"))
    return proposees
