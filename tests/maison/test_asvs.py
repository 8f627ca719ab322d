"""Le tableau de docs/asvs.md dit ce que les marqueurs et la liste disent : il ne peut pas mentir."""

from __future__ import annotations

from collections import Counter

from tests.maison.asvs import DEBUT, DOCUMENT, EN_PARTIE, FIN, SANS_TEST, exigences, marques, ordre, tableau


def test_le_tableau_est_celui_des_marqueurs():
    ecrit = DOCUMENT.read_text(encoding="utf-8").partition(DEBUT)[2].partition(FIN)[0]
    assert ecrit == tableau(), "python -m tests.maison.asvs"


def test_chaque_marqueur_nomme_une_exigence_de_la_liste():
    assert set(marques()) <= {exigence.numero for exigence in exigences()}


def test_une_exigence_est_eprouvee_ou_dit_pourquoi_elle_ne_l_est_pas():
    prouvees = marques()
    for e in exigences():
        admis = {"", EN_PARTIE} if e.numero in prouvees else SANS_TEST
        assert e.etat in admis, f"{e.numero} : « {e.etat} », {len(prouvees.get(e.numero, {}))} module(s) marqué(s)"
        assert e.raison or not e.etat, f"{e.numero} : « {e.etat} » sans raison"
        assert e.niveau in {"1", "2", "3"}
        assert e.enonce
        assert "|" not in e.enonce + e.raison


def test_la_liste_est_rangee_sans_doublon():
    numeros = [exigence.numero for exigence in exigences()]
    assert numeros == sorted(numeros, key=ordre)
    assert max(Counter(numeros).values()) == 1
