"""Ce que tout document doit tenir, quel que soit son contenu."""

from __future__ import annotations

import shutil
import subprocess
from collections import Counter
from itertools import pairwise
from pathlib import Path

from portail.documents.mise_en_page import MARGE, MARGE_BASSE, MARGE_HAUTE, UTILE
from tests.documents.lecture import Lecture, Ligne

HAUTEUR = 841.89


def controler(octets: bytes) -> Lecture:
    """Affirme le balisage, la place et l'innocuité d'un document ; rend ce qui y est lu."""
    lecture = Lecture(octets)
    assert lecture.pdf.check_pdf_syntax() == []
    _controler_les_balises(lecture)
    _controler_la_place(lecture.lignes)
    racine = lecture.pdf.Root
    assert str(racine.Lang) == "fr-FR"
    assert bool(racine.MarkInfo.Marked)
    assert bool(racine.ViewerPreferences.DisplayDocTitle)
    assert b"<pdfuaid" not in racine.Metadata.read_bytes()
    for interdit in ("/OpenAction", "/AA", "/AcroForm", "/Names"):
        assert interdit not in racine
    return lecture


def _controler_les_balises(lecture: Lecture) -> None:
    assert lecture.hors_balise == []
    assert Counter(lecture.lus) == Counter(lecture.contenus.keys()), "un contenu balisé est lu une fois, et une seule"
    titres = [int(noeud.role[1]) for noeud in lecture.racine.tous() if noeud.role in {"H1", "H2", "H3"}]
    assert titres[:1] == [1]
    assert titres.count(1) == 1
    assert all(suivant <= titre + 1 for titre, suivant in pairwise(titres))
    for noeud in lecture.racine.tous():
        if noeud.role == "L":
            assert noeud.enfants
            assert all(enfant.role == "LI" for enfant in noeud.enfants)
        if noeud.role == "LI":
            assert [enfant.role for enfant in noeud.enfants] == ["Lbl", "LBody"]
        if noeud.role == "TH":
            assert noeud.attributs["/A"].Scope == "/Column"
        if noeud.role == "Figure":
            assert str(noeud.attributs["/Alt"])
        if noeud.role == "Link":
            assert len(noeud.annotations) == 1
    nombres = list(lecture.pdf.Root.StructTreeRoot.ParentTree.Nums)
    assert nombres[::2] == list(range(len(nombres) // 2))
    for page in lecture.pdf.pages:
        assert page.obj.Tabs == "/S"
        parents = nombres[2 * int(page.obj.StructParents) + 1]
        assert len(parents) == sum(1 for rang, _ in lecture.contenus if rang == page.index)
        for annotation in page.obj.get("/Annots", []):
            parent = nombres[2 * int(annotation.StructParent) + 1]
            assert parent.S == "/Link"
            assert str(annotation.Contents)


def _controler_la_place(lignes: list[Ligne]) -> None:
    """Aucun texte hors des marges, aucun par-dessus un autre."""
    dessinees = [ligne for ligne in lignes if ligne.dessin.strip()]
    for ligne in dessinees:
        visible = ligne.largeur - (len(ligne.dessin) - len(ligne.dessin.rstrip())) * 6
        assert ligne.x >= MARGE - 0.01
        assert ligne.x + visible <= MARGE + UTILE + 0.5, ligne
        if ligne.marque is not None:
            assert MARGE_BASSE - 0.01 <= ligne.y <= HAUTEUR - MARGE_HAUTE, ligne
    dessinees.sort(key=lambda ligne: (ligne.page, -ligne.y, ligne.x))
    for rang, ligne in enumerate(dessinees):
        for suivante in dessinees[rang + 1 :]:
            if suivante.page != ligne.page or ligne.y - suivante.y > 8:
                break
            cote_a_cote = ligne.x + ligne.largeur <= suivante.x + 3 or suivante.x + suivante.largeur <= ligne.x + 3
            assert cote_a_cote, (ligne, suivante)


def outil(nom: str, *arguments: str | Path) -> str | None:
    """La sortie d'un outil du système ; None s'il n'est pas installé. Un échec de l'outil fait échouer le test."""
    if shutil.which(nom) is None:
        return None
    return subprocess.run([nom, *arguments], check=True, capture_output=True, text=True).stdout
