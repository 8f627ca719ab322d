"""Étape 8, « Motifs » : pourquoi la personne demande un logement, du plus important au moins important.

Champs : Cerfa 14069*05 p. 8, cases F26 à F47 ; fiche domaine § 1.11. Le nombre de motifs vient des
données (3, à vérifier).
"""

from __future__ import annotations

from wtforms.validators import ValidationError

from portail.champs import Champ, ChampChoix, ChampLong
from portail.demande import foyer
from portail.demande.doublons import en_double
from portail.demande.etape import Etape, Piece, Repetition, Section, presentes
from portail.demande.formulaire import FormulaireEtape
from portail.demande.listes import Motif, SituationFamiliale
from portail.demande.modeles import MotifDeclare
from portail.formulaire import Attendu

# Motif → code de pièce. Les motifs absents n'appellent aucune pièce (fiche domaine § 2.2, fin).
PIECES_DES_MOTIFS = {
    Motif.SANS_LOGEMENT: "M01",
    Motif.INDECENT: "M03",
    Motif.REPRIS: "M04",
    Motif.EXPULSION: "M05",
    Motif.VIOLENCES: "M06",
    Motif.HANDICAP: "M07",
    Motif.SANTE: "M08",
    Motif.TROP_CHER: "M09",
    Motif.SEPARATION: "M11",
    Motif.REGROUPEMENT: "M15",
    Motif.ASSISTANT: "M16",
    Motif.MUTATION: "M18",
    Motif.TRAVAIL: "M19",
    Motif.ACCESSION: "M22",
    Motif.ASE: "ASE",
    Motif.POMPIER: "POMPIER",
}


class MotifForm(FormulaireEtape):
    motif = ChampChoix("Motif", [Attendu()], Motif)

    def preparer(self) -> None:
        self.motif.label.text = _libelle(self.cible)

    def validate_motif(self, champ: Champ) -> None:
        if en_double(self, "motif"):
            raise ValidationError("Vous avez déjà donné ce motif. Choisissez-en un autre, ou retirez celui-ci.")


def autre_a_preciser(reponses) -> bool:
    return Motif.AUTRE in motifs(reponses.declaration)


class PrecisionsForm(FormulaireEtape):
    """« Autre motif » ne dit rien tant qu'il n'est pas précisé (motif 23, fiche domaine § 1.11)."""

    precisions = ChampLong(
        "Voulez-vous préciser ?",
        [Attendu(seulement_si=autre_a_preciser)],
        aide="Un autre motif que ceux de la liste se dit ici. Certaines situations rendent prioritaire : agression à "
        "votre domicile ou à ses abords, sortie de prostitution, traite. Dites-le si vous le souhaitez.",
    )

    @classmethod
    def depend_de(cls, reponses) -> dict[str, object]:
        return {"precisions": autre_a_preciser(reponses)}


def motifs(declaration) -> list[Motif]:
    """Les motifs déclarés, dans l'ordre, sans les lignes encore vides."""
    return [ligne.motif for ligne in presentes(declaration.motifs_declares) if ligne.motif is not None]


def pieces(declaration, contexte):
    demandeur = foyer.demandeur(declaration)
    for motif in motifs(declaration):
        code = PIECES_DES_MOTIFS.get(motif)
        # Un divorce ou une séparation sont déjà prouvés à l'étape « Demandeurs ».
        deja_prouve = motif is Motif.SEPARATION and foyer.est(
            declaration, SituationFamiliale.DIVORCE, SituationFamiliale.SEPARE
        )
        if code and not deja_prouve:
            yield Piece.de(code, demandeur)


def _libelle(ligne) -> str:
    presents = presentes(ligne.declaration.motifs_declares)
    return f"Motif n° {presents.index(ligne) + 1 if ligne in presents else ligne.rang}"


def _groupe(ligne) -> str:
    presents = presentes(ligne.declaration.motifs_declares)
    return f"Motif {presents.index(ligne) + 1} sur {len(presents)}"


def _nom(ligne) -> str:
    """Dans une phrase : « Monter le motif « Raisons de santé » »."""
    if ligne.motif:
        return f"le motif « {ligne.motif.libelle} »"
    return "le motif" if ligne.retiree_le else f"le m{_libelle(ligne)[1:]}"


ETAPE = Etape(
    slug="motifs",
    titre="Motifs",
    sensible=True,
    intro="Pourquoi demandez-vous un logement ? Commencez par la raison la plus importante.",
    sections=(
        Section(
            "motif",
            MotifForm,
            lambda declaration: presentes(declaration.motifs_declares),
            question="quel-motif-choisir",
            pour_soi=True,
            repetition=Repetition(
                lignes=lambda declaration: declaration.motifs_declares,
                creer=lambda _declaration, rang: MotifDeclare(rang=rang),
                libelle_ajout="Ajouter un motif",
                nom=_nom,
                groupe=_groupe,
                minimum=lambda _declaration: 1,
                maximum=lambda contexte: contexte.parametre("MAX_MOTIFS"),
                ordonnee=True,
            ),
        ),
        Section("precisions", PrecisionsForm, lambda declaration: [declaration.motifs], pour_soi=True),
    ),
    pieces=pieces,
)
