"""Refaire un PDF page à page : un document neuf où n'entre que ce qui se voit.

Appelé par l'atelier seulement. Effacer des clés laisserait des pièces jointes derrière : on part donc
d'un document vide, et de chaque page on ne prend que sa taille, son sens, son dessin et ses ressources.
Les champs remplis et les tampons sont d'abord fondus dans le dessin, sinon ils disparaîtraient.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from portail.pieces.pdf_flux import IMAGE_MAX, mesurer, nettoyer, refuser_les_boucles
from portail.pieces.refus import PAGES_MAX, Refus, Rejet

A4 = (0, 0, 595, 842)
COTE_MAX = 14_400  # points : la limite du format lui-même, 5 mètres
PROFONDEUR_MAX = 50
NOEUDS_MAX = 2000
HERITES = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")
FIN = 2048  # octets : où chercher la marque de fin

GONFLE_MAX = 64 * 1024 * 1024  # octets : ce que la bibliothèque peut déplier d'un coup, pour elle-même
LIMITE_ATTEINTE = ("memory limit", "Too many warnings")  # la bibliothèque ne le dit qu'en anglais


@dataclass(frozen=True)
class Feuille:
    """Une page de l'original, avec ce qu'elle hérite de ses parents."""

    page: Object
    herite: dict[str, Object]

    def lire(self, cle: str) -> Object | None:
        valeur = self.page.get(cle)
        return self.herite.get(cle) if valeur is None else valeur


def refaire(octets: bytes, nature: str) -> tuple[bytes, int]:
    """Le PDF refait et son nombre de pages. Lève `Rejet`, ou une erreur de pikepdf si le fichier est abîmé."""
    pikepdf.settings.set_qpdf_limits(
        flate_max_memory=GONFLE_MAX,
        run_length_max_memory=GONFLE_MAX,
        png_max_memory=GONFLE_MAX,
        tiff_max_memory=GONFLE_MAX,
        dct_max_memory=IMAGE_MAX,
        max_stream_filters=4,
        doc_max_warnings=20_000,
    )
    try:
        return _refaire(octets)
    except pikepdf.PasswordError as erreur:
        raise Rejet(Refus.PROTEGE) from erreur
    except (pikepdf.PdfError, pikepdf.QpdfRuntimeError) as erreur:
        if pikepdf.settings.qpdf_limit_errors() or any(mots in str(erreur) for mots in LIMITE_ATTEINTE):
            raise Rejet(Refus.TROP_COMPLEXE) from erreur
        raise


def _refaire(octets: bytes) -> tuple[bytes, int]:
    source = _ouvrir(octets)
    _refuser_les_cas_particuliers(source)
    feuilles = _feuilles(source)
    if any("/Annots" in feuille.page for feuille in feuilles):
        _fondre_les_champs(source)
        feuilles = _feuilles(source)
    neuf = pikepdf.new()
    for feuille in feuilles:
        neuf.pages.append(pikepdf.Page(_page(neuf, source, feuille)))
    nettoyer(neuf)
    refuser_les_boucles(neuf)
    mesurer(neuf)
    sortie = io.BytesIO()
    neuf.save(
        sortie,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
        deterministic_id=True,
    )
    return sortie.getvalue(), len(feuilles)


def _ouvrir(octets: bytes) -> Pdf:
    """Un fichier mal rangé se répare ; un fichier coupé, non : il lui manquerait des pages sans qu'on le voie."""
    try:
        return _lire(octets, reparer=False)
    except pikepdf.PasswordError:
        raise
    except pikepdf.PdfError as erreur:
        if b"%%EOF" not in octets[-FIN:] or any(mots in str(erreur) for mots in LIMITE_ATTEINTE):
            raise
        return _lire(octets, reparer=True)


def _lire(octets: bytes, *, reparer: bool) -> Pdf:
    return Pdf.open(io.BytesIO(octets), attempt_recovery=reparer, suppress_warnings=True, inherit_page_attributes=False)


def _refuser_les_cas_particuliers(source: Pdf) -> None:
    """Deux sortes de PDF dont les pages visibles ne disent que « ouvrez-moi avec tel logiciel »."""
    if "/Collection" in source.Root:
        raise Rejet(Refus.CLASSEUR)
    formulaire = source.Root.get("/AcroForm")
    if isinstance(formulaire, Dictionary) and "/XFA" in formulaire:
        champs = formulaire.get("/Fields")
        if source.Root.get("/NeedsRendering") or not isinstance(champs, Array) or not len(champs):
            raise Rejet(Refus.FORMULAIRE)


def _feuilles(source: Pdf) -> list[Feuille]:
    """Les pages, dans l'ordre. Le compte annoncé est cru s'il est trop grand, jamais s'il est petit."""
    racine = source.Root.Pages
    annonce = racine.get("/Count")
    if isinstance(annonce, int) and annonce > PAGES_MAX:
        raise Rejet(Refus.TROP_DE_PAGES, annonce)
    feuilles: list[Feuille] = []
    for feuille in _parcourir(racine):
        feuilles.append(feuille)
        if len(feuilles) > PAGES_MAX:
            raise Rejet(Refus.TROP_DE_PAGES)
    if not feuilles:
        raise Rejet(Refus.ILLISIBLE)
    return feuilles


def _parcourir(racine: Object) -> Iterator[Feuille]:
    """L'arbre des pages, sans récursion ni confiance : boucle, profondeur et nombre de nœuds sont bornés."""
    visites = 0
    pile: list[tuple[Object, dict[str, Object], tuple[tuple[int, int], ...]]] = [(racine, {}, ())]
    while pile:
        noeud, herite, chemin = pile.pop()
        visites += 1
        if visites > NOEUDS_MAX or len(chemin) > PROFONDEUR_MAX or noeud.objgen in chemin:
            raise Rejet(Refus.ILLISIBLE)
        if not isinstance(noeud, Dictionary):
            continue
        enfants = noeud.get("/Kids")
        if not isinstance(enfants, Array):
            yield Feuille(noeud, herite)
            continue
        transmis = herite | {cle: noeud[cle] for cle in HERITES if cle in noeud}
        # Un nœud direct n'a pas de numéro : (0, 0) ne prouve aucune boucle.
        suite = (*chemin, noeud.objgen) if noeud.is_indirect else chemin
        pile.extend((enfants[rang], transmis, suite) for rang in reversed(range(min(len(enfants), NOEUDS_MAX))))


def _fondre_les_champs(source: Pdf) -> None:
    formulaire = source.Root.get("/AcroForm")
    if isinstance(formulaire, Dictionary) and formulaire.get("/NeedAppearances"):
        source.generate_appearance_streams()
    source.flatten_annotations("screen")


def _page(neuf: Pdf, source: Pdf, feuille: Feuille) -> Dictionary:
    page = Dictionary(Type=Name.Page, MediaBox=Array(_boite(feuille.lire("/MediaBox")) or A4))
    rognee = _boite(feuille.lire("/CropBox"))
    if rognee:
        page.CropBox = Array(rognee)
    rotation = feuille.lire("/Rotate")
    if isinstance(rotation, int) and rotation % 90 == 0:
        page.Rotate = rotation % 360
    for cle, valeur in (("/Resources", feuille.lire("/Resources")), ("/Group", feuille.page.get("/Group"))):
        if isinstance(valeur, Dictionary):
            page[cle] = _copier(neuf, source, valeur)
    contenu = feuille.page.get("/Contents")
    if isinstance(contenu, Stream):
        page.Contents = _copier(neuf, source, contenu)
    elif isinstance(contenu, Array):
        page.Contents = Array([_copier(neuf, source, flux) for flux in contenu if isinstance(flux, Stream)])
    return neuf.make_indirect(page)


def _copier(neuf: Pdf, source: Pdf, objet: Object) -> Object:
    return neuf.copy_foreign(objet if objet.is_indirect else source.make_indirect(objet))


def _boite(valeur: object) -> list[float] | None:
    """Quatre nombres, ou None. Une page de plus de 5 mètres est refusée : l'afficher épuiserait un navigateur."""
    if not isinstance(valeur, Array) or len(valeur) != 4:
        return None
    try:
        x0, y0, x1, y1 = (float(nombre) for nombre in valeur)
    except (TypeError, ValueError):
        return None
    if max(abs(x1 - x0), abs(y1 - y0)) > COTE_MAX:
        raise Rejet(Refus.TROP_COMPLEXE)
    return [x0, y0, x1, y1] if x1 != x0 and y1 != y0 else None
