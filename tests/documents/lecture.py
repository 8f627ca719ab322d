"""Lire un PDF balisé comme le fait un lecteur d'écran : par l'arbre de structure, sans outil extérieur."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field

import pikepdf


@dataclass
class Ligne:
    """Un texte dessiné : sa page, son coin, sa largeur (points), le numéro de son contenu balisé (None : artefact)."""

    page: int
    x: float
    y: float
    largeur: float
    dessin: str
    marque: int | None


@dataclass
class Noeud:
    role: str
    texte: str
    attributs: dict[str, object]
    enfants: list[Noeud] = field(default_factory=list)
    annotations: list[pikepdf.Object] = field(default_factory=list)

    def tous(self) -> list[Noeud]:
        return [self, *(noeud for enfant in self.enfants for noeud in enfant.tous())]


class Lecture:
    """Le contenu d'un PDF balisé. `hors_balise` : les textes dessinés hors de tout balisage, qui doivent manquer."""

    def __init__(self, octets: bytes) -> None:
        self.pdf = pikepdf.open(io.BytesIO(octets))
        self.lignes: list[Ligne] = []
        self.hors_balise: list[str] = []
        self.contenus: dict[tuple[int, int], str] = {}  # (page, MCID) → texte lu
        self._rangs = {page.obj.objgen: rang for rang, page in enumerate(self.pdf.pages)}
        for rang, page in enumerate(self.pdf.pages):
            self._lire_page(rang, page)
        self.lus: list[tuple[int, int]] = []  # les contenus, dans l'ordre de l'arbre
        self.racine = self._noeud(self.pdf.Root.StructTreeRoot.K[0])

    def textes(self, *roles: str) -> list[str]:
        """Les textes des éléments de ces rôles, dans l'ordre de lecture."""
        return [aplati(noeud.texte) for noeud in self.racine.tous() if noeud.role in roles]

    def tout(self) -> list[str]:
        """Tous les textes lus, dans l'ordre de lecture."""
        return [aplati(noeud.texte) for noeud in self.racine.tous() if noeud.texte.strip()]

    def signets(self) -> list[str]:
        with self.pdf.open_outline() as plan:
            return [item.title for item in _deplier(plan.root)]

    def _lire_page(self, rang: int, page: pikepdf.Page) -> None:
        polices = {nom: _Police(police) for nom, police in page.Resources.Font.items()}
        pile: list[tuple[str, int | None, str | None]] = []
        police, corps, x, y = None, 0.0, 0.0, 0.0
        for operandes, operateur in pikepdf.parse_content_stream(page):
            match str(operateur):
                case "BDC":
                    nom, proprietes = str(operandes[0]), operandes[1]
                    marque = int(proprietes.MCID) if "/MCID" in proprietes else None
                    actuel = str(proprietes.ActualText) if "/ActualText" in proprietes else None
                    pile.append((nom, marque, actuel))
                    if marque is not None:
                        assert (rang, marque) not in self.contenus, "deux contenus portent le même numéro"
                        self.contenus[rang, marque] = ""
                    if actuel is not None:
                        self._entendre(rang, pile, actuel)
                case "EMC":
                    pile.pop()
                case "Tf":
                    police, corps = polices[str(operandes[0])], float(operandes[1])
                case "Tm":
                    x, y = float(operandes[4]), float(operandes[5])
                case "Tj":
                    codes = bytes(operandes[0])
                    dessin, large = police.texte(codes), police.largeur(codes) * corps / 1000
                    marque = next((numero for _, numero, _ in pile if numero is not None), None)
                    self.lignes.append(Ligne(rang, x, y, large, dessin, marque))
                    x += large
                    if not pile:
                        self.hors_balise.append(dessin)
                    elif not any(actuel is not None for _, _, actuel in pile):
                        self._entendre(rang, pile, dessin)
                case "Do" | "BI":
                    raise AssertionError("une image s'est glissée dans la page")
        assert not pile, "un contenu balisé n'est pas refermé"

    def _entendre(self, rang: int, pile: list[tuple[str, int | None, str | None]], texte: str) -> None:
        for _, marque, _ in pile:
            if marque is not None:
                self.contenus[rang, marque] += texte

    def _noeud(self, objet: pikepdf.Object) -> Noeud:
        attributs = {cle: objet[cle] for cle in ("/Alt", "/A") if cle in objet}
        noeud = Noeud(str(objet.S)[1:], "", attributs)
        for enfant in objet.K:
            if isinstance(enfant, int):
                self._prendre(noeud, self._rangs[objet.Pg.objgen], enfant)
            elif enfant.get("/Type") == "/MCR":
                self._prendre(noeud, self._rangs[enfant.Pg.objgen], int(enfant.MCID))
            elif enfant.get("/Type") == "/OBJR":
                noeud.annotations.append(enfant.Obj)
            else:
                assert enfant.P.objgen == objet.objgen, "un élément ne connaît pas son parent"
                noeud.enfants.append(self._noeud(enfant))
        return noeud

    def _prendre(self, noeud: Noeud, page: int, marque: int) -> None:
        self.lus.append((page, marque))
        noeud.texte += self.contenus[page, marque]


class _Police:
    def __init__(self, police: pikepdf.Object) -> None:
        assert "/FontFile2" in police.FontDescriptor, f"{police.BaseFont} n'est pas embarquée"
        self.premier, self.largeurs = int(police.FirstChar), [float(large) for large in police.Widths]
        self.table = _table_unicode(police.ToUnicode.read_bytes().decode("ascii"))

    def texte(self, codes: bytes) -> str:
        assert 0 not in codes, "un caractère absent de la police a été dessiné"
        return "".join(self.table[code] for code in codes)

    def largeur(self, codes: bytes) -> float:
        return sum(self.largeurs[code - self.premier] for code in codes)


def _table_unicode(cmap: str) -> dict[int, str]:
    """La table ToUnicode : elle dit quel caractère porte chaque code d'une police réduite."""
    bloc = cmap.partition("beginbfchar")[2].partition("endbfchar")[0]
    couples = re.findall(r"<(\w+)> <(\w+)>", bloc)
    return {int(code, 16): bytes.fromhex(valeur).decode("utf-16-be") for code, valeur in couples}


def _deplier(items: list[pikepdf.OutlineItem]) -> list[pikepdf.OutlineItem]:
    return [suivant for item in items for suivant in (item, *_deplier(item.children))]


def aplati(texte: str) -> str:
    """Les mots, séparés d'une espace : où passe la ligne ne compte pas."""
    return " ".join(texte.split())
