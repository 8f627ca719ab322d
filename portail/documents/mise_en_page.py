"""La mise en page commune des documents : format, couleurs, styles, et un `Document` que l'on remplit dans l'ordre.

L'ordre des appels est à la fois l'ordre des pages, l'arbre des balises et l'ordre de lecture : il n'y a pas de
seconde description du document. Longueurs en points (un point : 0,353 mm).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from reportlab.lib.pagesizes import A4

from portail.documents.balisage import Toile
from portail.documents.blocs import Bloc, Encart, Figure, Lien, Rangee, Style, Texte
from portail.documents.ecriture import GRAS, abreger, couper, largeur
from portail.documents.pagination import Pose, paginer
from portail.documents.structure import Element, Identite
from portail.documents.vignette import Vignette

MM = 72 / 25.4
MARGE, MARGE_HAUTE, MARGE_BASSE = 20 * MM, 19 * MM, 21 * MM
UTILE = A4[0] - 2 * MARGE
GOUTTIERE = 14
PART_DES_QUESTIONS = 0.42  # de la largeur de la page, la même dans un encart
COLONNE_DES_CASES = 36
APRES_UNE_GRILLE = 7  # le blanc sous le dernier filet

ENCRE, ENCRE_DOUCE, MARQUE = "#1a2230", "#4a5565", "#0b5449"
FOND_DOUX, TRAIT_DOUX, FOND_MARQUE = "#f6f4ef", "#dcd9d1", "#e4f0ed"

CORPS = Style(10.5, 14, ENCRE, apres=6)
FORT = Style(10.5, 14, ENCRE, GRAS, apres=6)
DOUX = Style(10.5, 14, ENCRE_DOUCE, apres=6)
PETIT = Style(9, 12, ENCRE_DOUCE, apres=3)
LIEN = Style(10.5, 14, MARQUE, apres=6)
CASE = Style(9, 14, MARQUE, GRAS)
CHAPEAU = Style(10.5, 14, MARQUE, GRAS, apres=2)
GRAND = Style(15, 20, ENCRE, apres=6)
SUITE = Style(9, 12, ENCRE_DOUCE, GRAS, apres=2)
TITRES = {
    1: Style(25, 30, ENCRE, GRAS, apres=4),
    2: Style(15, 19, MARQUE, GRAS, avant=18, apres=4),
    3: Style(11.5, 15, ENCRE, GRAS, avant=10, apres=2),
}


class Document:
    """Un document A4 balisé. On le remplit de haut en bas, puis `octets()`.

    `rappel_titre` est redit en haut des pages suivantes, `pied` au bas de toutes : des artefacts, que les lecteurs
    d'écran ne lisent pas et qui sont abrégés s'ils sont longs ; ce qu'ils disent doit donc être écrit ailleurs.
    """

    def __init__(self, identite: Identite, *, rappel_titre: str, pied: str) -> None:
        if identite.etabli_le.tzinfo is None:
            raise ValueError("La date d’un document porte un fuseau : passez une heure de l’horloge du portail.")
        self.identite = identite
        self.racine = Element("Document")
        self._rappel_titre, self._pied = rappel_titre, pied
        self._element = self.racine  # celui qui reçoit la suite
        self._blocs: list[Bloc] = []
        self.largeur = UTILE
        self._retrait = 0.0
        self._titres: dict[int, str] = {}  # ceux sous lesquels on écrit, par niveau

    @contextmanager
    def section(self) -> Iterator[None]:
        """Ce qui suit, jusqu'à la fin du bloc `with`, forme une partie."""
        parent, self._element = self._element, self._element.enfant("Sect")
        yield
        self._element = parent

    @contextmanager
    def encart(self, fond: str = FOND_DOUX, barre: str = MARQUE) -> Iterator[None]:
        """Ce qui suit, dans le bloc `with`, est mis en avant sur un fond. Un encart n'en contient pas d'autre."""
        blocs, retrait = self._blocs, Encart.MARGE + Encart.BARRE
        self._blocs, self._retrait, self.largeur = [], retrait, UTILE - retrait - Encart.MARGE
        yield
        encadres, self._blocs, self._retrait, self.largeur = self._blocs, blocs, 0.0, UTILE
        if encadres:
            self._blocs.append(Encart(tuple(encadres), UTILE, fond, barre, avant=10, apres=10))

    def titre(self, niveau: int, texte: str) -> None:
        """Un titre et son signet. `niveau` : 1 à 3, sans en sauter (`ValueError` à la fabrication)."""
        element = self._element.enfant(f"H{niveau}")
        self._titres = {n: t for n, t in self._titres.items() if n < niveau} | {niveau: texte}
        self._blocs.append(Texte.de(texte, TITRES[niveau], element, self.largeur, niveau - 1))

    def paragraphe(self, texte: str, style: Style = CORPS) -> None:
        self._blocs.append(Texte.de(texte, style, self._element.enfant("P"), self.largeur))

    def lien(self, texte: str, adresse: str, style: Style = LIEN) -> None:
        """Un paragraphe qui est un lien : http, https ou mailto, sinon `ValueError` à la fabrication."""
        element = self._element.enfant("P").enfant("Link")
        interieur = Texte.de(texte, style, element, self.largeur)
        large = max(largeur(ligne, style.police, style.corps) for ligne in interieur.lignes)
        self._blocs.append(Lien(interieur, adresse, large, avant=style.avant, apres=style.apres))

    def figure(self, alt: str, dessin: Callable[[Toile, float, float], None], largeur: float, hauteur: float) -> None:
        """Un dessin et le texte qui le remplace pour qui ne le voit pas."""
        element = self._element.enfant("Figure", alt=alt)
        self._blocs.append(Figure(dessin, (largeur, hauteur), element, avant=6, apres=6))

    @contextmanager
    def vignette(self, alt: str, dessin: Callable[[Toile, float, float], None], cote: float) -> Iterator[None]:
        """Ce qui suit, dans le bloc `with`, est à droite d'un dessin carré de `cote` points, lu avant lui."""
        blocs, large, element = self._blocs, self.largeur, self._element.enfant("Figure", alt=alt)
        self._blocs, self.largeur = [], large - cote - GOUTTIERE
        yield
        figure = Figure(dessin, (cote, cote), element)
        pile, self._blocs, self.largeur = tuple(self._blocs), blocs, large
        self._blocs.append(Vignette(figure, pile, cote + GOUTTIERE, avant=6, apres=6))

    def liste(self, textes: Iterable[str], style: Style = CORPS, *, est_ordonnee: bool = False) -> None:
        """Des puces, ou des numéros."""
        liste: Element | None = None
        retrait = 18 if est_ordonnee else GOUTTIERE
        for rang, texte in enumerate(textes, 1):
            liste = liste or self._element.enfant("L")
            item = liste.enfant("LI")
            puce: Bloc = Texte((f"{rang}." if est_ordonnee else "•",), style, item.enfant("Lbl"))
            corps: Bloc = Texte.de(texte, style, item.enfant("LBody"), self.largeur - retrait)
            self._blocs.append(Rangee(((0, puce), (retrait, corps)), self.largeur, apres=style.apres / 2))

    def definitions(
        self,
        lignes: Iterable[tuple[str, str, str]],
        *,
        style: Style = CORPS,
        avec_filets: bool = True,
        avec_cases: bool = False,
    ) -> None:
        """Des lignes (question, réponse, case), en liste : un lecteur d'écran dit combien, puis chacune d'un trait.

        La case est un numéro, écrit et lu avant la question ; `avec_cases` lui réserve une colonne, vide ou non.
        Coupée par un saut de page, la liste redit pour l'œil sous quels titres elle se lit : de qui l'on parle.
        """
        marge_des_cases = COLONNE_DES_CASES if avec_cases else 0
        gauche = UTILE * PART_DES_QUESTIONS - self._retrait + marge_des_cases
        lignes, suite = list(lignes), self._suite()
        liste = self._element.enfant("L") if lignes else self._element
        for rang, (question, reponse, case) in enumerate(lignes):
            item = liste.enfant("LI")
            intitule = item.enfant("Lbl")
            place = gauche - GOUTTIERE - marge_des_cases
            cellules: list[tuple[float, Bloc]] = [
                (marge_des_cases, Texte.de(question, DOUX, intitule, place)),
                (gauche, Texte.de(reponse, style, item.enfant("LBody"), self.largeur - gauche)),
            ]
            if case:
                # Le numéro finit par une espace : la lecture ne le colle pas à la question.
                numeros = couper(case, CASE.police, CASE.corps, marge_des_cases - 6)
                cellules.insert(0, (0, Texte((*numeros[:-1], f"{numeros[-1]} "), CASE, intitule)))
            # Ni une première ni une dernière réponse seule d'un côté d'un saut de page.
            solidaire = rang != len(lignes) - 1 and rang in {0, len(lignes) - 2}
            marge, filet = (2.6, TRAIT_DOUX) if avec_filets else (1.5, "")
            apres = APRES_UNE_GRILLE if rang == len(lignes) - 1 else 0
            self._blocs.append(
                Rangee(tuple(cellules), self.largeur, marge, filet, solidaire=solidaire, apres=apres, rappel=suite)
            )

    def _suite(self) -> Bloc | None:
        """« Situation professionnelle – Tom (suite) »."""
        titres = " – ".join(texte for niveau, texte in sorted(self._titres.items()) if niveau > 1)
        return Texte.de(f"{titres} (suite)", SUITE, Element("Span"), self.largeur) if titres else None

    def tableau(self, colonnes: Sequence[str], lignes: Iterable[Sequence[str]], parts: Sequence[float]) -> None:
        """Un tableau à en-têtes de colonnes, redits pour l'œil en haut de chaque page. `parts` : leur somme vaut 1."""
        table = self._element.enfant("Table")
        entete = self._ligne_de_tableau(table.enfant("THead"), "TH", colonnes, parts, FORT)
        self._blocs.append(entete)
        corps = table.enfant("TBody")
        for ligne in lignes:
            self._blocs.append(self._ligne_de_tableau(corps, "TD", ligne, parts, CORPS, rappel=entete))
        self._blocs[-1] = replace(self._blocs[-1], apres=APRES_UNE_GRILLE)

    def _ligne_de_tableau(
        self,
        parent: Element,
        role: str,
        textes: Sequence[str],
        parts: Sequence[float],
        style: Style,
        rappel: Bloc | None = None,
    ) -> Rangee:
        ligne, decalage = parent.enfant("TR"), 0.0
        cellules: list[tuple[float, Bloc]] = []
        for texte, part in zip(textes, parts, strict=True):
            cellule = ligne.enfant(role, portee="Column" if role == "TH" else "")
            cellules.append((decalage + 8, Texte.de(texte, style, cellule, self.largeur * part - 16)))
            decalage += self.largeur * part
        est_entete = role == "TH"
        fond = FOND_DOUX if est_entete else ""
        return Rangee(tuple(cellules), self.largeur, 4, TRAIT_DOUX, fond, solidaire=est_entete, rappel=rappel)

    def octets(self) -> bytes:
        """Le PDF. Les mêmes appels, avec la même date, rendent les mêmes octets."""
        toile = Toile(A4)
        pages = paginer(self._blocs, A4[1] - MARGE_HAUTE - MARGE_BASSE)
        for numero, poses in enumerate(pages, 1):
            self._dessiner_page(toile, poses, numero, len(pages))
            toile.page_suivante()
        return toile.octets(self.racine, self.identite)

    def _dessiner_page(self, toile: Toile, poses: list[Pose], numero: int, total: int) -> None:
        for pose in poses:
            haut = A4[1] - MARGE_HAUTE - pose.descente
            if pose.est_rappel:
                with toile.artefact("Pagination"):
                    pose.bloc.dessiner(toile, MARGE, haut)
            else:
                pose.bloc.dessiner(toile, MARGE, haut)
        with toile.artefact("Pagination"):
            if numero > 1:
                self._courant(toile, MARGE, A4[1] - 12 * MM, self._rappel_titre, UTILE)
            pagination = f"Page {numero} sur {total}"
            place = largeur(pagination, PETIT.police, PETIT.corps)
            toile.rectangle(MARGE, 15.5 * MM, UTILE, 0.6, TRAIT_DOUX)
            self._courant(toile, MARGE, 11 * MM, self._pied, UTILE - place - 2 * GOUTTIERE)
            self._courant(toile, MARGE + UTILE - place, 11 * MM, pagination, place)

    @staticmethod
    def _courant(toile: Toile, x: float, y: float, texte: str, place: float) -> None:
        toile.ligne(x, y, abreger(texte, PETIT.police, PETIT.corps, place), PETIT.police, PETIT.corps, PETIT.couleur)
