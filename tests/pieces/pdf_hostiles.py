"""Des PDF pièges : bombes, boucles, actions, pièces jointes, formulaires."""

from __future__ import annotations

import zlib

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String

from tests.pieces.fabrique import EICAR, PAGES, SCRIPT, coder, flux, gonflable, image, octets, page, pdf, pdf_brut


def actif() -> bytes:
    """Tout ce qu'un PDF sait faire tout seul : scripts, lancement, liens, pièces jointes, métadonnées."""
    document = pdf()
    script = Dictionary(S=Name.JavaScript, JS=SCRIPT)
    lancement = Dictionary(S=Name.Launch, F="cmd.exe")
    document.Root.OpenAction = script
    document.Root.AA = Dictionary(WC=script)
    document.Root.Names = Dictionary(JavaScript=Dictionary(Names=[String("a"), script]))
    document.attachments["virus.exe"] = b"MZ" + EICAR
    document.Root.Metadata = Stream(document, b"<xmp>Camille Martin</xmp>", Type=Name.Metadata, Subtype=Name.XML)
    document.docinfo["/Author"] = "Camille Martin"
    piece_jointe = document.make_indirect(
        Dictionary(Type=Name.Filespec, F="a.exe", EF=Dictionary(F=Stream(document, EICAR, Type=Name.EmbeddedFile)))
    )
    feuille = document.pages[0].obj
    feuille.AA = Dictionary(O=lancement)
    feuille.AF = Array([piece_jointe])
    feuille.PieceInfo = Dictionary(Outil=Dictionary(Private="secret-interne"))
    feuille.Metadata = Stream(document, b"<xmp>Camille Martin</xmp>", Type=Name.Metadata)
    feuille.Annots = Array(
        [
            document.make_indirect(
                Dictionary(
                    Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=Dictionary(S=Name.URI, URI="http://a")
                )
            ),
            document.make_indirect(
                Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=[0, 0, 9, 9], FS=piece_jointe)
            ),
        ]
    )
    # Au plus profond : les mêmes, accrochés à ce que la page dessine vraiment.
    forme = Stream(document, b"0 g", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9])
    forme.AF = Array([piece_jointe])
    forme.Metadata = Stream(document, b"<xmp>Camille Martin</xmp>", Type=Name.Metadata)
    forme.PieceInfo = Dictionary(Outil=Dictionary(Private="secret-interne"))
    proprietes = Dictionary(P0=Dictionary(Cible=lancement, AF=piece_jointe), P1=script)
    feuille.Resources = Dictionary(XObject=Dictionary(AF=forme), Properties=proprietes)
    return octets(document)


def rempli(valeur: bytes = b"(MARTIN) Tj") -> bytes:
    """Un formulaire rempli à l'écran : la réponse n'est que dans un champ, pas dans la page."""
    apparence = flux(b"/Type /XObject /Subtype /Form /BBox [0 0 100 20]", b"BT /F1 9 Tf 2 2 Td " + valeur + b" ET")
    champ = b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (nom) /V (MARTIN) /Rect [50 700 150 720] /F 4 /AP << /N 5 0 R >> >>"
    return pdf_brut([PAGES, page(b"/Annots [4 0 R]"), champ, apparence], b"/AcroForm << /Fields [4 0 R] >>")


def a_ecran_seulement() -> bytes:
    """Un formulaire dont les pages ne sont dessinées que par un logiciel précis."""
    return pdf_brut([PAGES, page()], b"/NeedsRendering true /AcroForm << /Fields [] /XFA [(template) 3 0 R] >>")


def classeur() -> bytes:
    document = pdf()
    document.attachments["bulletin.pdf"] = octets(pdf())
    document.Root.Collection = Dictionary(Type=Name.Collection, View=Name.D)
    return octets(document)


def bombe_de_dessin() -> bytes:
    return pdf_brut([PAGES, page(b"/Contents 4 0 R"), flux(b"/Filter /FlateDecode", gonflable(200_000_000, b" "))])


def bombe_dans_une_bombe() -> bytes:
    """Quelques centaines d'octets, compressés deux fois : 200 Mo au bout."""
    contenu = zlib.compress(gonflable(200_000_000, b" "), 9)
    return pdf_brut([PAGES, page(b"/Contents 4 0 R"), flux(b"/Filter [/FlateDecode /FlateDecode]", contenu)])


def bombe_de_longueurs() -> bytes:
    """Codage par longueurs : deux octets en font 128."""
    contenu = zlib.compress(b"\x81 " * 2_000_000 + b"\x80", 9)
    return pdf_brut([PAGES, page(b"/Contents 4 0 R"), flux(b"/Filter [/FlateDecode /RunLengthDecode]", contenu)])


def bombe_d_images() -> bytes:
    """Six images de 150 Mo une fois dépliées : chacune passe, leur somme non."""
    contenu = gonflable(150_000_000)
    dictionnaire = b"/Type /XObject /Subtype /Image /Width 7000 /Height 7000 /BitsPerComponent 8 /ColorSpace /DeviceRGB /Filter /FlateDecode"
    noms = b" ".join(b"/I%d %d 0 R" % (numero, numero) for numero in range(4, 10))
    return pdf_brut([PAGES, page(b"/Resources << /XObject << %s >> >>" % noms), *[flux(dictionnaire, contenu)] * 6])


def image_annoncee(largeur: int, hauteur: int) -> bytes:
    dictionnaire = (
        b"/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 8 /ColorSpace /DeviceGray /Filter /DCTDecode"
        % (largeur, hauteur)
    )
    return pdf_brut(
        [PAGES, page(b"/Resources << /XObject << /I 4 0 R >> >>"), flux(dictionnaire, coder(image(mode="L"), "JPEG"))]
    )


def bombe_d_objets() -> bytes:
    """La bombe est dans la table des objets elle-même : la bibliothèque la déplie pour lire le fichier."""
    clair = b"1 0 2 32 << /Type /Catalog /Pages 2 0 R >><< /Type /Pages /Kids [] /Count 0 >>"
    conteneur = flux(b"/Type /ObjStm /N 2 /First 9 /Filter /FlateDecode", gonflable(200_000_000, b" ", clair))
    debut = b"%PDF-1.7\n"
    objets = debut + b"3 0 obj\n" + conteneur + b"\nendobj\n"
    lignes = [(0, 0, 255), (2, 3, 0), (2, 3, 1), (1, len(debut), 0), (1, len(objets), 0)]
    table = b"".join(bytes([genre]) + place.to_bytes(4) + bytes([rang]) for genre, place, rang in lignes)
    index = flux(b"/Type /XRef /Size 5 /W [1 4 1] /Root 1 0 R", table)
    return objets + b"4 0 obj\n" + index + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(objets)


def a_pages(nombre: int, annonce: int | None = None) -> bytes:
    enfants = b" ".join(b"%d 0 R" % (numero + 3) for numero in range(nombre))
    racine = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (enfants, nombre if annonce is None else annonce)
    return pdf_brut([racine, *[page(b"/MediaBox [0 0 595 842] /Resources << >>")] * nombre])


def boucle_de_pages() -> bytes:
    return pdf_brut([b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"])


def boucle_de_dessins() -> bytes:
    """Un dessin qui s'appelle lui-même, à un détour près."""
    forme = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F %d 0 R >> >>"
    return pdf_brut(
        [
            PAGES,
            page(b"/Contents 6 0 R /Resources << /XObject << /F 4 0 R >> >>"),
            flux(forme % 5, b"/F Do"),
            flux(forme % 4, b"/F Do"),
            flux(b"", b"/F Do"),
        ]
    )


def pages_repetees() -> bytes:
    """Une seule page, annoncée une fois, citée deux millions de fois."""
    return pdf_brut([b"<< /Type /Pages /Count 1 /Kids [%s] >>" % (b"3 0 R " * 2_000_000), page(b"/Resources << >>")])


def pages_infinies() -> bytes:
    """Un arbre large de dix, profond de dix, sur dix nœuds : dix milliards de pages en un kilo-octet."""
    niveaux = [
        b"<< /Type /Pages /Count 1 /Kids [%s] >>" % b" ".join([b"%d 0 R" % (numero + 1)] * 10)
        for numero in range(2, 12)
    ]
    return pdf_brut([*niveaux, b"<< /Type /Pages /Count 0 /Kids [] >>"])


def page_geante() -> bytes:
    return pdf_brut([PAGES, page(b"/MediaBox [0 0 900000000 900000000]")])


def sans_page() -> bytes:
    return pdf_brut([b"<< /Type /Pages /Kids [] /Count 0 >>"])


def dessin_abime() -> bytes:
    contenu = bytearray(zlib.compress(b"0 0 1 rg 50 50 100 100 re f\n" * 400, 0))
    contenu[2] = 0xFF
    return pdf_brut([PAGES, page(b"/Contents 4 0 R"), flux(b"/Filter /FlateDecode", bytes(contenu))])


def mal_range() -> bytes:
    """La place de la table est fausse, comme en écrivent bien des logiciels : tous les lecteurs l'ouvrent."""
    return pdf_brut([PAGES, page(b"/Contents 4 0 R"), flux(b"", b"0 g")]).replace(b"startxref\n", b"startxref\n9")


def protege(utilisateur: str, proprietaire: str = "chef") -> bytes:
    return octets(pdf(), encryption=pikepdf.Encryption(owner=proprietaire, user=utilisateur))
