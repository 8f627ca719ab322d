"""Tout libellé montré peut être renvoyé tel quel : il désigne son lieu, et lui seul."""

from __future__ import annotations

from collections import Counter

import pytest

from portail.referentiels import recherche
from portail.referentiels.ecriture_des_noms import a_plat

pytestmark = pytest.mark.usefixtures("complete")


def index():
    return recherche._INDEX.lire()


def test_les_libelles_cherchables_sont_tous_differents():
    connu = index()
    lieux = {(lieu.code, lieu.libelle) for lieu in map(connu.de_la_ligne, range(len(connu._cibles)))}
    comptes = Counter(a_plat(libelle) for _, libelle in lieux)
    assert {libelle: nombre for libelle, nombre in comptes.items() if nombre > 1} == {}


def test_un_libelle_renvoye_se_resout_en_son_lieu():
    connu = index()
    perdus = []
    for ligne in range(0, len(connu._cibles), 23):
        lieu = connu.de_la_ligne(ligne)
        if recherche.resoudre(lieu.libelle, naissance=True) != lieu:
            perdus.append(lieu.libelle)
    assert perdus == []


def test_une_commune_se_resout_aussi_sans_lieux_de_naissance():
    communes = [lieu for lieu in index().lieux if lieu.genre in {"commune", "arrondissement"}]
    assert len(communes) > 35_000
    assert [lieu.libelle for lieu in communes[::29] if recherche.resoudre(lieu.libelle) != lieu] == []


def test_tous_les_pays_se_resolvent():
    pays = [lieu for lieu in index().lieux if lieu.genre == "pays"]
    assert len(pays) == 251
    assert [lieu.libelle for lieu in pays if recherche.resoudre(lieu.libelle, naissance=True) != lieu] == []
