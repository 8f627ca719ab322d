"""La fiche sur des réponses quelconques : elle ne plante pas, ne perd rien, ne déborde pas."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from portail.documents.ecriture import a_des_absents
from portail.documents.fiche import Fiche, PieceFiche, composer, rediger
from portail.documents.proprete import propre
from portail.documents.reponses import Reponse, Rubrique
from portail.documents.typographie import francais
from tests.documents.controles import controler
from tests.documents.exemples import COUPLE
from tests.documents.lecture import aplati

MOTS = st.sampled_from(
    [
        "loyer",
        "<b>gras</b>",
        "&amp;",
        "Nguyễn",
        "🏠",
        "نور",
        "Ḁ",
        "l’été",
        "1\u202f234,50\u00a0€",
        "-",
        "x" * 300,
        "\n",
        "?",
    ]
)
TEXTES = st.text(max_size=80) | st.lists(MOTS, max_size=40).map(" ".join) | st.text("xyz", min_size=200, max_size=500)
REPONSES = st.lists(st.builds(Reponse, TEXTES, TEXTES), max_size=6).map(tuple)
RUBRIQUES = st.lists(st.builds(Rubrique, st.sampled_from(["Demandeurs", "Motifs"]), REPONSES, TEXTES), max_size=5)
PIECES = st.lists(st.builds(PieceFiche, TEXTES, TEXTES, TEXTES), max_size=4)
FICHES = st.builds(
    Fiche,
    portail=TEXTES,
    titulaire=TEXTES,
    etat=TEXTES,
    numero_unique=st.none() | TEXTES,
    deposee_le=st.none() | TEXTES,
    etablie_le=st.just(COUPLE.etablie_le),
    commune=TEXTES,
    rubriques=RUBRIQUES.map(tuple),
    pieces=PIECES.map(tuple),
    mentions=st.lists(TEXTES, max_size=3).map(tuple),
)
VIDE = replace(COUPLE, rubriques=(), pieces=(), mentions=())


def _lu(texte: str) -> str:
    return aplati(propre(texte))


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(FICHES)
@example(replace(VIDE, rubriques=(Rubrique("Motifs", (Reponse("\ud800 seul", "\ufffe\U000fffff\x00"),)),)))
@example(replace(VIDE, rubriques=(Rubrique("Motifs", (Reponse("q", "\u0301" * 300),)),)))
@example(replace(VIDE, titulaire="x" * 3000, pieces=(PieceFiche("p" * 3000, "q " * 1500, ""),)))
def test_tout_ce_qui_est_donne_est_lu_a_sa_place(fiche: Fiche) -> None:
    lecture = controler(composer(fiche))
    questions, reponses = lecture.textes("Lbl"), lecture.textes("LBody")
    donnees = [reponse for rubrique in fiche.rubriques for reponse in rubrique.reponses]
    fin = 5 + len(donnees)
    assert questions[5:fin] == [_lu(reponse.question) for reponse in donnees]
    assert reponses[5:fin] == [_lu(reponse.reponse.strip() or "pas de réponse") for reponse in donnees]
    assert lecture.textes("TD") == [
        _lu(t) for piece in fiche.pieces for t in (piece.libelle, piece.personne, piece.etat)
    ]
    signalees = any(map(a_des_absents, rediger(fiche).textes()))
    assert reponses[fin : len(reponses) - signalees] == [_lu(francais(mention)) for mention in fiche.mentions]
    assert lecture.textes("P")[:2] == [_lu(fiche.portail), _lu(fiche.titulaire)]
