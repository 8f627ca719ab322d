"""Dans un PDF refait : retirer ce qui agit ou renseigne, refuser les boucles, mesurer ce qui se gonfle.

Appelé par l'atelier seulement, à travers `pdf.py`.
"""

from __future__ import annotations

import zlib
from base64 import a85decode
from collections.abc import Iterator

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, StreamDecodeLevel

from portail.pieces.jpeg_nu import sans_etiquettes
from portail.pieces.refus import PIXELS_MAX, Refus, Rejet

# Actions, pièces jointes, métadonnées : rien de cela ne se voit sur une page.
ACTIONS = {
    *("/JavaScript", "/Launch", "/URI", "/SubmitForm", "/ImportData", "/ResetForm", "/GoTo", "/GoToR", "/GoToE"),
    *(
        "/Named",
        "/Hide",
        "/Sound",
        "/Movie",
        "/Rendition",
        "/RichMediaExecute",
        "/SetOCGState",
        "/Trans",
        "/GoTo3DView",
    ),
}
TYPES = {"/Filespec", "/F", "/EmbeddedFile", "/Action", "/Annot", "/Metadata", "/Sig", "/Catalog", "/Page", "/Pages"}
# Clés d'un flux (jamais celles d'un dictionnaire de ressources, où une police peut s'appeler /AF).
CLES_DE_FLUX = (
    *("/AA", "/AF", "/A", "/Metadata", "/PieceInfo", "/LastModified", "/OPI", "/Ref", "/Alternates", "/JS"),
    *("/F", "/FFilter", "/FDecodeParms", "/Measure", "/PtData", "/ID", "/StructParent", "/StructParents", "/EF"),
)

FLUX_MAX = 32 * 1024 * 1024  # octets dépliés d'un dessin, d'une police…
IMAGE_MAX = 4 * PIXELS_MAX  # octets dépliés d'une image
TOTAL_MAX = 500 * 1024 * 1024
MORCEAU = 1024 * 1024
IMBRICATION_MAX = 30
DEGONFLER = {"/FlateDecode", "/Fl"}
ECRIRE_EN_LETTRES = {"/ASCII85Decode", "/A85", "/ASCIIHexDecode", "/AHx"}  # au plus quatre octets pour un
# Ce que le navigateur de l'agent décodera lui-même, et dont la taille est annoncée par l'image.
COMPRESSION_D_IMAGE = {"/DCTDecode", "/DCT", "/JPXDecode", "/CCITTFaxDecode", "/CCF", "/JBIG2Decode"}


def nettoyer(pdf: Pdf) -> None:
    """Ôte, partout, ce qui agit, joint ou renseigne ; ce qui n'est plus relié à une page n'est pas écrit."""
    for objet in pdf.objects:
        if isinstance(objet, Stream):
            for cle in CLES_DE_FLUX:
                if cle in objet:
                    del objet[cle]
            if objet.get("/Subtype") == "/PS":
                objet.write(b"")
            _oter_les_etiquettes(objet)
        if objet.objgen not in {pdf.Root.objgen, pdf.Root.Pages.objgen} and isinstance(
            objet, Dictionary | Array | Stream
        ):
            _nettoyer(objet, 0)


def _oter_les_etiquettes(flux: Object) -> None:
    """Une photo mise en PDF garde d'ordinaire son lieu et son appareil, comme un JPEG à part."""
    filtres = _filtres(flux)
    if not filtres or filtres[-1] not in {"/DCTDecode", "/DCT"}:
        return
    recu = _jpeg_en_clair(flux, filtres[:-1])
    nu = sans_etiquettes(recu)
    if len(nu) < len(recu):
        reglages = flux.get("/DecodeParms")
        if isinstance(reglages, Array):
            reglages = reglages[-1]
        flux.write(nu, filter=Name.DCTDecode, decode_parms=reglages if isinstance(reglages, Dictionary) else None)


def _jpeg_en_clair(flux: Object, filtres: list[str]) -> bytes:
    """Le JPEG lui-même, ou rien si une suite de filtres inhabituelle l'enveloppe (`mesurer` la jugera)."""
    brut = flux.read_raw_bytes()
    if filtres in (["/ASCII85Decode"], ["/A85"]):
        try:
            return a85decode(brut.partition(b"~>")[0])
        except ValueError:
            return b""
    if not DEGONFLER.issuperset(filtres):
        return b""
    return b"".join(_bornes(_degonfler(iter([brut]), len(filtres))))


def _bornes(morceaux: Iterator[bytes]) -> Iterator[bytes]:
    produit = 0
    for morceau in morceaux:
        produit += len(morceau)
        if produit > FLUX_MAX:
            raise Rejet(Refus.TROP_COMPLEXE)
        yield morceau


def _nettoyer(objet: Object, profondeur: int) -> None:
    if profondeur > 100:
        raise Rejet(Refus.TROP_COMPLEXE)
    if isinstance(objet, Array):
        for rang in range(len(objet)):
            _suivre(objet[rang], profondeur)
        return
    if objet.get("/Type") != "/Page":
        for cle in [cle for cle in objet.keys() if _est_interdit(objet[cle])]:  # noqa: SIM118
            del objet[cle]
    for cle in list(objet.keys()):
        _suivre(objet[cle], profondeur)


def _suivre(valeur: object, profondeur: int) -> None:
    """Les objets directs sont fouillés ici ; les autres ont leur propre tour dans `nettoyer`."""
    if isinstance(valeur, Dictionary | Array) and not valeur.is_indirect:
        _nettoyer(valeur, profondeur + 1)


def _est_interdit(valeur: object) -> bool:
    if not isinstance(valeur, Dictionary | Stream):
        return False
    return "/EF" in valeur or "/JS" in valeur or _mot(valeur, "/Type") in TYPES or _mot(valeur, "/S") in ACTIONS


def _mot(objet: Object, cle: str) -> str:
    return str(objet.get(cle, ""))


def refuser_les_boucles(pdf: Pdf) -> None:
    """Un dessin qui se contient lui-même ne finit jamais de s'afficher."""
    vus: set[tuple[int, int]] = set()
    for page in pdf.pages:
        for dessin in _dessins(page.obj):
            _descendre(dessin, (), vus)


def _descendre(dessin: Object, chemin: tuple[tuple[int, int], ...], vus: set[tuple[int, int]]) -> None:
    if dessin.objgen in chemin:
        raise Rejet(Refus.ILLISIBLE)
    if len(chemin) > IMBRICATION_MAX:
        raise Rejet(Refus.TROP_COMPLEXE)
    if dessin.objgen in vus:
        return
    suite = (*chemin, dessin.objgen) if dessin.is_indirect else chemin
    for enfant in _dessins(dessin):
        _descendre(enfant, suite, vus)
    if dessin.is_indirect:
        vus.add(dessin.objgen)


def _dessins(objet: Object) -> Iterator[Object]:
    """Ce qu'un dessin peut appeler : formes, motifs, masques, polices dessinées."""
    ressources = objet.get("/Resources")
    if not isinstance(ressources, Dictionary):
        return
    for famille in ("/XObject", "/Pattern", "/Font"):
        contenu = ressources.get(famille)
        if isinstance(contenu, Dictionary):
            yield from (valeur for _, valeur in contenu.items() if isinstance(valeur, Dictionary | Stream))
    etats = ressources.get("/ExtGState")
    for _, etat in etats.items() if isinstance(etats, Dictionary) else ():
        masque = etat.get("/SMask") if isinstance(etat, Dictionary) else None
        forme = masque.get("/G") if isinstance(masque, Dictionary) else None
        if isinstance(forme, Stream):
            yield forme


def mesurer(pdf: Pdf) -> None:
    """Déplie chaque flux par morceaux, sans le garder. Lève `Rejet` au-delà des limites, ou s'il est abîmé."""
    total = 0
    for objet in pdf.objects:
        if not isinstance(objet, Stream):
            continue
        image = objet.get("/Subtype") == "/Image"
        if image and _points(objet) > PIXELS_MAX:
            raise Rejet(Refus.IMAGE_TROP_GRANDE, -(-_points(objet) // 1_000_000))
        for taille in _deplier(objet):
            total += taille
            if total > TOTAL_MAX:
                raise Rejet(Refus.TROP_COMPLEXE)


def _points(image: Object) -> int:
    largeur, hauteur = image.get("/Width", 0), image.get("/Height", 0)
    return abs(largeur * hauteur) if isinstance(largeur, int) and isinstance(hauteur, int) else 0


def _deplier(flux: Object) -> Iterator[int]:
    """Les tailles des morceaux dépliés d'un flux."""
    limite = IMAGE_MAX if flux.get("/Subtype") == "/Image" else FLUX_MAX
    filtres = _filtres(flux)
    niveau = StreamDecodeLevel.specialized
    while filtres and filtres[-1] in COMPRESSION_D_IMAGE:
        niveau = StreamDecodeLevel.all
        filtres.pop()
    if ECRIRE_EN_LETTRES.issuperset(filtres):
        yield (4 if filtres else 1) * len(flux.read_raw_bytes())
        return
    if not DEGONFLER.issuperset(filtres):
        # Filtres rares (longueurs, LZW, mélanges) : la bibliothèque déplie, sous ses limites et celles de l'atelier.
        yield len(flux.read_bytes(decode_level=niveau))
        return
    produit = 0
    for morceau in _degonfler(iter([flux.read_raw_bytes()]), len(filtres)):
        produit += len(morceau)
        if produit > limite:
            raise Rejet(Refus.TROP_COMPLEXE)
        yield len(morceau)


def _filtres(flux: Object) -> list[str]:
    filtre = flux.get("/Filter")
    if filtre is None:
        return []
    return [str(nom) for nom in filtre] if isinstance(filtre, Array) else [str(filtre)]


def _degonfler(morceaux: Iterator[bytes], fois: int) -> Iterator[bytes]:
    """Dégonfle `fois` fois de suite (une bombe peut en contenir une autre), un mégaoctet à la fois."""
    if not fois:
        yield from morceaux
        return
    zip_ = zlib.decompressobj()
    produit = False
    for morceau in _degonfler(morceaux, fois - 1):
        reste: bytes | memoryview = morceau
        while reste and not zip_.eof:
            try:
                clair = zip_.decompress(reste, MORCEAU)
            except zlib.error as erreur:
                # Une somme de contrôle fausse à la toute fin ne change rien à ce qui se voit.
                if produit and "incorrect data check" in str(erreur):
                    return
                raise Rejet(Refus.ILLISIBLE) from erreur
            reste = zip_.unconsumed_tail
            produit = produit or bool(clair)
            yield clair
