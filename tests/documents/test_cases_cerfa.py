"""Les numéros de case : tous ceux que l'on connaît, sur des champs qui existent, et pas un de plus."""

from __future__ import annotations

import pytest

from portail.choix import Choix
from portail.demande.formulaire import regles
from portail.demande.listes import LienCodemandeur, Motif, Occupation, Statut
from portail.demande.parcours import PARCOURS
from portail.documents.cases_cerfa import CHAMPS, REPONSES, case
from portail.documents.formulaire import CASE_DU_NUMERO

# Fiche domaine § 1.4 à 1.12 : les cases dont le sens a été lu dans la notice ou une source secondaire.
CONNUES = {
    "A", "A1", "A2", *(f"B{n}" for n in range(1, 8)), "C1", *(f"D{n}" for n in range(1, 31)),
    *(f"E{n}" for n in range(1, 10)), "F1", "F2", "F3", "F4", "F7", "F12", "F15", "F16", "F20", "F23", "F25",
    "F26", "F27", "F35", "F36", "F42", "F43", "F44", "F46", "F47", "F48", "F49", "G1", "G2", "G2 bis", "G3", "H1",
}  # fmt: skip
SANS_CHAMP_CERTAIN = {"A", "F42", "F43"}


def _numeros(ecrit: str) -> set[str]:
    return set(ecrit.replace(" ou ", ", ").split(", "))


def _ecrits() -> set[str]:
    selon = [cases for par_reponse in REPONSES.values() for cases in par_reponse.values()]
    return {numero for cases in (*CHAMPS.values(), *selon) for ecrit in cases for numero in _numeros(ecrit)}


def test_chaque_case_connue_a_son_champ_et_aucune_n_est_inventee() -> None:
    assert _ecrits() | {CASE_DU_NUMERO} == CONNUES - SANS_CHAMP_CERTAIN


def test_chaque_champ_numerote_existe() -> None:
    existants = {
        (etape.slug, section.nom, champ): section
        for etape in PARCOURS.etapes
        for section in etape.sections
        for champ, _ in regles(section.formulaire)
    }
    assert CHAMPS.keys() | REPONSES.keys() <= existants.keys()
    assert not CHAMPS.keys() & REPONSES.keys()
    assert not any(existants[cle].confidentielle for cle in CHAMPS)


@pytest.mark.parametrize("choix", [Statut, LienCodemandeur])
def test_toute_reponse_possible_a_sa_case(choix: type[Choix]) -> None:
    (par_reponse,) = [reponses for reponses in REPONSES.values() if next(iter(reponses)) in set(choix)]
    assert set(par_reponse) == set(choix)


@pytest.mark.parametrize(
    ("cle", "reponse", "en_codemandeur", "attendue"),
    [
        (("situation-professionnelle", "situation", "profession"), "Cariste", False, "D1"),
        (("situation-professionnelle", "situation", "profession"), "Cariste", True, "D16"),
        (("situation-professionnelle", "situation", "statuts"), (Statut.PRIVE, Statut.ASSISTANT), False, "D2, D7"),
        (("situation-professionnelle", "situation", "statuts"), (Statut.RETRAITE,), True, "D25"),
        (("situation-professionnelle", "situation", "statuts"), None, False, ""),
        (("logement-actuel", "logement", "occupation"), Occupation.PROPRIETAIRE, False, "F1"),
        (("logement-actuel", "logement", "occupation"), Occupation.SQUAT, False, ""),
        (("logement-actuel", "logement", "nb_habitants"), 3, False, "F23"),
        (("motifs", "motif", "motif"), Motif.INDECENT, False, "F26 ou F27"),
        (("motifs", "motif", "motif"), Motif.REGROUPEMENT, False, ""),
        (("demandeurs", "contact", "telephone_portable"), "06 12 34 56 78", False, ""),
    ],
)
def test_la_case_d_une_reponse(cle, reponse, en_codemandeur, attendue) -> None:
    assert case(*cle, reponse, en_codemandeur=en_codemandeur) == attendue
