"""Réponses fermées : seules celles qui sont proposées comptent, dans l'ordre où elles le sont."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from portail.champs import ChampChoix, ChampListe, ChampSelection
from portail.choix import Choix, ListeDeChoix, OuiNon, colonne_de_choix
from tests.champs.outils import mots, remplir


class Couleur(Choix):
    ROUGE = "r", "Rouge"
    VERT = "v", "Vert"
    BLEU = "b", "Bleu"


def test_un_choix_se_lit_par_son_code():
    champ = remplir(ChampChoix, "v", Couleur)
    assert (champ.errors, champ.data, champ.presenter(champ.data)) == ([], Couleur.VERT, "Vert")
    assert list(champ.options_proposees()) == [("r", "Rouge", False), ("v", "Vert", True), ("b", "Bleu", False)]


@pytest.mark.parametrize("tape", ["Vert", "x", "r,v", "<script>", "V"])
def test_un_choix_qui_n_est_pas_propose_est_refuse(tape):
    champ = remplir(ChampChoix, tape, Couleur)
    assert [mots(e) for e in champ.errors] == ["Choisissez une des réponses proposées."]
    assert champ.data is None


def test_beaucoup_de_choix_font_une_liste_deroulante_deux_courts_un_duo():
    assert (remplir(ChampChoix, None, Couleur).liste, remplir(ChampChoix, None, Couleur).en_groupe) == (False, True)
    assert remplir(ChampChoix, None, Couleur, liste=True).en_groupe is False
    assert remplir(ChampChoix, None, OuiNon).est_duo
    assert not remplir(ChampChoix, None, Couleur).est_duo


def test_une_liste_garde_l_ordre_propose_et_sait_etre_vide():
    champ = remplir(ChampListe, {"q": ["b", "", "r", "b"]}, Couleur)
    assert (champ.data, champ.presenter(champ.data)) == ((Couleur.ROUGE, Couleur.BLEU), "Rouge, Bleu")
    vide = remplir(ChampListe, {"q": [""]}, Couleur, valeur=(Couleur.VERT,))
    assert (vide.soumis, vide.data) == (True, None)
    absente = remplir(ChampListe, {"autre": "r"}, Couleur, valeur=(Couleur.VERT,))
    assert (absente.soumis, absente.data) == (False, (Couleur.VERT,))


def test_une_liste_avec_une_reponse_inventee_est_refusee_en_entier():
    champ = remplir(ChampListe, {"q": ["r", "x"]}, Couleur)
    assert [mots(e) for e in champ.errors] == ["Choisissez parmi les réponses proposées."]


def test_une_selection_ne_connait_que_les_lignes_du_dossier():
    options = [("1", "Ana"), ("2", "Léo")]
    champ = remplir(ChampSelection, None, lambda _cible: options)
    champ._form.cible = SimpleNamespace()
    assert champ.lire("2") == "2"
    assert (champ.presenter("2"), champ.presenter("9"), champ.presenter(None)) == ("Léo", "", "")
    with pytest.raises(ValueError, match="réponses proposées"):
        champ.lire("3")


def test_une_liste_de_choix_va_en_base_et_en_revient():
    colonne = ListeDeChoix(Couleur)
    for valeur in (None, (), (Couleur.ROUGE,), (Couleur.ROUGE, Couleur.BLEU)):
        assert colonne.process_result_value(colonne.process_bind_param(valeur, None), None) == valeur
    assert colonne.process_bind_param((Couleur.BLEU, Couleur.ROUGE), None) == ",r,b,"
    assert colonne_de_choix(Couleur).enums == ["r", "v", "b"]
