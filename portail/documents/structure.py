"""L'arbre d'un PDF balisé (ISO 32000-1, 14.7 et 14.8), et son écriture dans le fichier produit par reportlab.

reportlab dessine mais ne sait pas baliser : chaque contenu est marqué au dessin (voir `balisage.Toile`), puis
l'arbre est écrit ici avec pikepdf. Les documents sont **balisés**, rien de plus n'est affirmé : l'identifiant
`pdfuaid` déclarerait une conformité PDF/UA que seul un contrôle complet (veraPDF, lecteur d'écran) établit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from pikepdf.models.metadata import encode_pdf_date

LANGUE = "fr-FR"
_HORS_XML = re.compile("[^\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Marque:
    """Un contenu dessiné : numéro de page et numéro dans la page, à partir de 0."""

    page: int
    numero: int


@dataclass(frozen=True)
class Annotation:
    """Une annotation posée sur une page : numéro de page, et rang parmi celles de la page, à partir de 0."""

    page: int
    rang: int
    description: str


@dataclass(eq=False)
class Element:
    """Un élément de structure. `role` : un type standard (« H1 », « P », « LBody »…).

    `alt` : texte de remplacement d'une figure. `portee` : « Column » ou « Row » pour un TH. `boite` : le cadre
    d'une figure, en points depuis le coin bas gauche de la page. Un même élément peut courir sur plusieurs pages.
    """

    role: str
    alt: str = ""
    portee: str = ""
    boite: tuple[float, float, float, float] | None = None
    enfants: list[Element | Marque | Annotation] = field(default_factory=list)

    def enfant(self, role: str, *, alt: str = "", portee: str = "") -> Element:
        """Ajoute un élément à la fin : l'ordre des enfants est l'ordre de lecture."""
        nouveau = Element(role, alt, portee)
        self.enfants.append(nouveau)
        return nouveau


@dataclass(frozen=True)
class Identite:
    """Ce que le fichier dit de lui-même. `etabli_le` porte un fuseau."""

    titre: str
    auteur: str
    etabli_le: datetime


class _Arbre:
    """Écrit un arbre d'éléments dans un PDF ouvert."""

    def __init__(self, pdf: Pdf) -> None:
        self.pdf = pdf
        self.pages = [page.obj for page in pdf.pages]
        self.marques: list[dict[int, pikepdf.Object]] = [{} for _ in self.pages]
        self.liens: list[pikepdf.Object] = []

    def ecrire(self, racine: Element) -> None:
        sommet = self.pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        sommet.K = Array([self._element(racine, sommet)])
        nombres: list[int | pikepdf.Object] = []
        for numero, (page, contenus) in enumerate(zip(self.pages, self.marques, strict=True)):
            page.StructParents = numero
            page.Tabs = Name.S  # la tabulation suit la structure
            nombres += [numero, Array([contenus[marque] for marque in range(len(contenus))])]
        for numero, lien in enumerate(self.liens, len(self.pages)):
            nombres += [numero, lien]
        sommet.ParentTree = self.pdf.make_indirect(Dictionary(Nums=Array(nombres)))
        sommet.ParentTreeNextKey = len(self.pages) + len(self.liens)
        self.pdf.Root.StructTreeRoot = sommet

    def _element(self, element: Element, parent: pikepdf.Object) -> pikepdf.Object:
        page = next((enfant.page for enfant in element.enfants if isinstance(enfant, Marque)), None)
        cles = {"/Type": Name.StructElem, "/S": Name(f"/{element.role}"), "/P": parent}
        if page is not None:
            cles["/Pg"] = self.pages[page]
        if element.alt:
            cles["/Alt"] = String(element.alt)
        if attributs := _attributs(element):
            cles["/A"] = attributs
        objet = self.pdf.make_indirect(Dictionary(cles))
        objet.K = Array(list(self._enfants(element, objet, page)))
        return objet

    def _enfants(
        self, element: Element, objet: pikepdf.Object, page: int | None
    ) -> Iterator[int | Dictionary | pikepdf.Object]:
        for enfant in element.enfants:
            match enfant:
                case Marque():
                    self.marques[enfant.page][enfant.numero] = objet
                    suite = Dictionary(Type=Name.MCR, Pg=self.pages[enfant.page], MCID=enfant.numero)
                    yield enfant.numero if enfant.page == page else suite
                case Annotation():
                    yield self._annotation(enfant, objet)
                case Element():
                    yield self._element(enfant, objet)

    def _annotation(self, annotation: Annotation, objet: pikepdf.Object) -> Dictionary:
        page = self.pages[annotation.page]
        cible = page.Annots[annotation.rang]
        cible.StructParent = len(self.pages) + len(self.liens)
        cible.Contents = String(annotation.description)
        cible.F = 4  # s'imprime
        self.liens.append(objet)
        return Dictionary(Type=Name.OBJR, Pg=page, Obj=cible)


def _attributs(element: Element) -> Dictionary | None:
    if element.portee:
        return Dictionary(O=Name.Table, Scope=Name(f"/{element.portee}"))
    if element.boite:
        return Dictionary(O=Name.Layout, Placement=Name.Block, BBox=Array([round(v, 2) for v in element.boite]))
    if element.role == "L":
        return Dictionary(O=Name.List, ListNumbering=Name("/None"))
    return None


def habiller(pdf: Pdf, racine: Element, identite: Identite) -> None:
    """Écrit l'arbre, la langue, le titre et les métadonnées. Ne dépend que de ses arguments."""
    _Arbre(pdf).ecrire(racine)
    pdf.Root.Lang = String(LANGUE)
    pdf.Root.MarkInfo = Dictionary(Marked=True)
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    instant = encode_pdf_date(identite.etabli_le)
    pdf.trailer.Info = pdf.make_indirect(
        Dictionary(
            Title=String(identite.titre),
            Author=String(identite.auteur),
            Producer=String("ReportLab, pikepdf"),
            CreationDate=String(instant),
            ModDate=String(instant),
        )
    )
    pdf.Root.Metadata = Stream(pdf, _xmp(identite).encode(), Type=Name.Metadata, Subtype=Name.XML)


def _xmp(identite: Identite) -> str:
    titre, auteur = (escape(_HORS_XML.sub("", texte)) for texte in (identite.titre, identite.auteur))
    instant = identite.etabli_le.isoformat(timespec="seconds")
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:xmp="http://ns.adobe.com/xap/1.0/">'
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{titre}</rdf:li></rdf:Alt></dc:title>'
        f"<dc:creator><rdf:Seq><rdf:li>{auteur}</rdf:li></rdf:Seq></dc:creator>"
        f"<dc:language><rdf:Bag><rdf:li>{LANGUE}</rdf:li></rdf:Bag></dc:language>"
        f"<xmp:CreateDate>{instant}</xmp:CreateDate><xmp:ModifyDate>{instant}</xmp:ModifyDate>"
        '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    )
