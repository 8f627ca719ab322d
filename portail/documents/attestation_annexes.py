"""Les deux annexes de l'attestation (article R441-2-4 du CCH) : résumé et étapes à venir, pièces justificatives."""

from __future__ import annotations

from portail.documents.attestation_donnees import Attestation
from portail.documents.contenu import Bloc, Definitions, Liste, Paragraphe, Partie, Tableau, definition, partie
from portail.documents.fiche import COLONNES, PARTS, PieceFiche
from portail.documents.typographie import francais


def parties(attestation: Attestation, jour: str) -> tuple[Partie, Partie]:
    return (
        partie(
            2,
            francais("Annexe 1 : résumé de la demande et étapes à venir"),
            partie(3, "Résumé", *_resume(attestation)),
            partie(3, "Les étapes à venir", _etapes(attestation)),
        ),
        partie(
            2,
            francais("Annexe 2 : pièces justificatives"),
            Paragraphe(
                francais(
                    f"L’état des pièces est celui du {jour}. Personne ne peut vous demander une pièce qui n’est pas "
                    "dans la liste fixée par arrêté."
                )
            ),
            partie(3, "À produire pour que la demande soit examinée", *_pieces(attestation.pieces_a_produire)),
            partie(3, "Complémentaires, si un service les demande", *_pieces(attestation.pieces_complementaires)),
            Paragraphe(francais("Textes : CCH, articles R441-2-3 et R441-2-4 ; arrêté du 22 décembre 2020."), "petit"),
        ),
    )


def _resume(attestation: Attestation) -> list[Bloc]:
    lignes = tuple(definition(reponse.question, reponse.reponse) for reponse in attestation.resume)
    return [
        Definitions(lignes),
        Paragraphe(
            "Ce résumé ne dit ni vos motifs, ni vos ressources, ni votre santé. "
            "Toutes vos réponses sont dans le formulaire de votre demande."
        ),
    ]


def _etapes(attestation: Attestation) -> Liste:
    nombre = attestation.chiffres.dossiers_par_logement
    return Liste(
        (
            "Un logement se libère. Le bailleur, ou un organisme qui réserve des logements (mairie, préfecture, "
            "Action Logement, employeur…), cherche les demandes qui lui conviennent.",
            "Si la vôtre convient, on vous demande les pièces de l’annexe 2.",
            francais(
                "La commission d’attribution du bailleur (Caleol) examine les demandes : au moins "
                f"{nombre} pour un même logement, sauf exception."
            ),
            "Vous recevez sa décision par écrit. Si un logement vous est proposé, vous pouvez accepter ou refuser. "
            "Après un refus, la demande reste valable.",
            "À la signature du bail, la demande prend fin.",
        ),
        est_ordonnee=True,
    )


def _pieces(pieces: tuple[PieceFiche, ...]) -> list[Bloc]:
    if not pieces:
        return [Paragraphe("Aucune pièce d’après vos réponses.")]
    return [Tableau(COLONNES, tuple((piece.libelle, piece.personne, piece.etat) for piece in pieces), PARTS)]
