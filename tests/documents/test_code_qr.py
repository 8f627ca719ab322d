"""Le code QR : le dessin du papier et celui de la page sont celui que la norme veut."""

from __future__ import annotations

import re

import segno

from portail.documents.code_qr import MARGE, Dessin, dessiner

ADRESSE = "https://logement.exemple.fr/verifier/K7RW-2MHT-9QXB-4FDR"


def _modules(dessin: Dessin) -> list[list[int]]:
    """La grille que tracent les traits, marge comprise."""
    grille = [[0] * dessin.cote for _ in range(dessin.cote)]
    for x, y, longueur in dessin.traits:
        grille[y][x : x + longueur] = [1] * longueur
    return grille


def test_les_traits_redonnent_chaque_module() -> None:
    attendus = [list(rangee) for rangee in segno.make_qr(ADRESSE, error="m").matrix]
    grille = _modules(dessiner(ADRESSE))
    assert [rangee[MARGE:-MARGE] for rangee in grille[MARGE:-MARGE]] == attendus
    assert not any(any(ligne) for ligne in (*grille[:MARGE], *grille[-MARGE:]))
    assert not any(any(ligne[:MARGE]) or any(ligne[-MARGE:]) for ligne in grille)


def test_le_papier_et_la_page_tracent_la_meme_chose() -> None:
    dessin = dessiner(ADRESSE)
    page = {tuple(map(int, trait)) for trait in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", dessin.chemin_svg)}
    papier = {
        (int(x), dessin.cote - 1 - int(y), int(longueur))
        for x, y, longueur in re.findall(r"(\d+) (\d+) (\d+) 1 re", dessin.chemin_pdf)
    }
    assert page == papier == set(dessin.traits)


def test_le_meme_contenu_donne_le_meme_dessin() -> None:
    assert dessiner(ADRESSE) == dessiner(ADRESSE)
    assert dessiner(ADRESSE) != dessiner(ADRESSE[:-1] + "2")
