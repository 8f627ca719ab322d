"""Le formulaire sur des foyers quelconques : pas de plantage, pas de débordement, pas une réponse perdue.

Cent vingt par passage de la suite ; pour chercher plus longtemps :
`PORTAIL_FOYERS=500 make test ARGS=tests/documents/test_formulaire_proprietes.py`.
"""

from __future__ import annotations

import os

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portail.documents import formulaire
from portail.documents.formulaire import Formulaire
from portail.documents.matiere import annexe_de, fiche_de, formulaire_de
from portail.documents.proprete import propre
from tests.documents.controles import controler
from tests.documents.hasard import declaration
from tests.documents.lecture import Lecture, aplati
from tests.fabriques import INSTANT

REGLAGES = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
}
FOYERS = int(os.environ.get("PORTAIL_FOYERS", "120"))
GRAINES = st.integers(0, 2**32 - 1)


def _lu(texte: str) -> str:
    return aplati(propre(texte))


def _lignes(lecture: Lecture) -> list[tuple[str, str]]:
    items = [noeud.enfants for noeud in lecture.racine.tous() if noeud.role == "LI"]
    return [(aplati(q.texte), aplati(r.texte)) for q, r in items if aplati(q.texte) != "•"][3:]


def _controler(donnees: Formulaire) -> None:
    lecture = controler(formulaire.composer(donnees))
    attendues = [
        (_lu(f"{reponse.case} {reponse.question}"), _lu(reponse.reponse.strip() or "pas de réponse"))
        for rubrique in donnees.rubriques
        for reponse in rubrique.reponses
    ]
    assert _lignes(lecture) == attendues
    titres = [_lu(rubrique.sous_titre) for rubrique in donnees.rubriques]
    assert lecture.textes("H3") == [titre for titre in titres if titre]


def _eprouver(graine: int) -> None:
    tiree = declaration(graine)
    _controler(formulaire_de(tiree, INSTANT))
    annexe = annexe_de(tiree, INSTANT)
    if annexe is not None:
        _controler(annexe)


@pytest.mark.lent
@settings(max_examples=FOYERS, **REGLAGES)
@given(GRAINES)
def test_des_foyers_quelconques(en_contexte: Flask, graine: int) -> None:
    _eprouver(graine)


@settings(max_examples=10, **REGLAGES)
@given(GRAINES)
def test_la_fiche_du_meme_foyer_n_a_pas_de_sante(en_contexte: Flask, graine: int) -> None:
    tiree = declaration(graine)
    titres = [rubrique.sous_titre for rubrique in fiche_de(tiree, INSTANT).rubriques]
    assert not any("Besoins liés au handicap" in titre for titre in titres)
