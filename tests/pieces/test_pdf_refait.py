"""Ce qui ressort d'un PDF : ce qui se voit, et rien de ce qui agit, joint ou renseigne."""

from __future__ import annotations

import io

import pikepdf
import pytest
from pikepdf import Dictionary, Name, Stream

from portail.pieces.controle import controler
from tests.pieces import pdf_hostiles as pieges
from tests.pieces.fabrique import EICAR, PAGES, flux, octets, page, pdf, pdf_brut

pytestmark = pytest.mark.menace("T5")

TRACES = [
    *(
        b"/JavaScript",
        b"/JS",
        b"app.alert",
        b"/Launch",
        b"cmd.exe",
        b"/OpenAction",
        b"/AA",
        b"/AF",
        b"/URI",
        b"http://a",
    ),
    *(b"/EmbeddedFile", b"/Filespec", b"/EF", b"virus.exe", EICAR, b"/Annots", b"/Metadata", b"/PieceInfo", b"/Names"),
    *(b"secret-interne", b"Camille", b"/Author", b"/AcroForm", b"/XFA"),
]


def a_plat(pdf_: bytes) -> bytes:
    """Le même PDF, tout déplié : ce qui s'y cache se cherche comme du texte."""
    sortie = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf_)) as document:
        document.save(
            sortie,
            qdf=True,
            compress_streams=False,
            fix_metadata_version=False,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            stream_decode_level=pikepdf.StreamDecodeLevel.all,
        )
    return sortie.getvalue()


@pytest.mark.filterwarnings("ignore::UserWarning")  # le fichier piège a des métadonnées volontairement fausses
def test_rien_de_ce_qui_agit_ou_renseigne_ne_passe() -> None:
    avant = a_plat(pieges.actif())
    apres = a_plat(controler(pieges.actif(), "a.pdf").octets)
    # La police ou le dessin nommé « /AF » doit, lui, rester : seul ce mot-là y est encore.
    assert apres.count(b"/AF ") == 1
    for trace in set(TRACES) - {b"/AF"}:
        assert trace not in apres, trace
    manques = [trace for trace in TRACES if trace not in avant]
    assert manques == [b"/AcroForm", b"/XFA"], "le fichier piège ne contient pas ce qu'il prétend"


def test_un_dessin_dont_le_nom_ressemble_a_une_action_est_garde() -> None:
    with pikepdf.open(io.BytesIO(controler(pieges.actif(), "a.pdf").octets)) as document:
        assert document.pages[0].Resources.XObject.AF.read_bytes() == b"0 g"


def test_la_reponse_ecrite_dans_un_champ_se_voit_encore() -> None:
    sain = controler(pieges.rempli(b"(MARTIN) Tj"), "a.pdf")
    with pikepdf.open(io.BytesIO(sain.octets)) as document:
        (feuille,) = document.pages
        assert "/Annots" not in feuille.obj
        ((nom, apparence),) = feuille.Resources.XObject.items()
        assert b"(MARTIN) Tj" in apparence.read_bytes()
        contenus = feuille.Contents if isinstance(feuille.Contents, pikepdf.Array) else [feuille.Contents]
        assert nom.encode() + b" Do" in b"\n".join(flux_.read_bytes() for flux_ in contenus)


def test_une_reponse_que_le_lecteur_devait_dessiner_est_dessinee() -> None:
    """Des formulaires laissent au lecteur le soin de dessiner les réponses : sans cela, la page refaite serait vide."""
    police = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    champ = (
        b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (nom) /V (MARTIN) /DA (/F1 9 Tf 0 g) "
        b"/Rect [50 700 150 720] /F 4 /P 3 0 R >>"
    )
    formulaire = (
        b"/AcroForm << /Fields [4 0 R] /NeedAppearances true /DA (/F1 9 Tf 0 g) /DR << /Font << /F1 5 0 R >> >> >>"
    )
    source = pdf_brut([PAGES, page(b"/Annots [4 0 R]"), champ, police], formulaire)
    assert b"(MARTIN) Tj" in a_plat(controler(source, "a.pdf").octets)


def test_un_pdf_interdit_de_modification_garde_son_contenu() -> None:
    apres = a_plat(controler(pieges.protege(""), "a.pdf").octets)
    assert b"50 50 100 100 re f" in apres


def test_un_nom_interne_accentue_ne_gene_pas() -> None:
    forme = flux(b"/Type /XObject /Subtype /Form /BBox [0 0 9 9]", b"0 g")
    source = pdf_brut([PAGES, page(b"/Resources << /XObject << /Pi#E8ce 4 0 R >> >>"), forme])
    assert b"/Pi#e8ce" in a_plat(controler(source, "a.pdf").octets)


def test_un_champ_cache_ne_reapparait_pas() -> None:
    cache = pieges.rempli(b"(SECRET) Tj").replace(b"/F 4 ", b"/F 2 ")
    assert b"SECRET" not in a_plat(controler(cache, "a.pdf").octets)


def test_une_page_herite_de_ses_parents() -> None:
    arbre = b"<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 300 400] /Rotate 90 /Resources << /Font << /F1 4 0 R >> >> >>"
    police = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    with pikepdf.open(io.BytesIO(controler(pdf_brut([arbre, page(), police]), "a.pdf").octets)) as document:
        (feuille,) = document.pages
        assert [int(cote) for cote in feuille.obj.MediaBox] == [0, 0, 300, 400]
        assert feuille.obj.Rotate == 90
        assert feuille.obj.Resources.Font.F1.BaseFont == Name.Helvetica


def test_un_contenu_en_plusieurs_morceaux_reste_dans_l_ordre() -> None:
    source = pdf_brut([PAGES, page(b"/Contents [4 0 R 5 0 R]"), flux(b"", b"1 0 0 rg"), flux(b"", b"0 0 9 9 re f")])
    with pikepdf.open(io.BytesIO(controler(source, "a.pdf").octets)) as document:
        assert [bytes(morceau.read_bytes()) for morceau in document.pages[0].Contents] == [b"1 0 0 rg", b"0 0 9 9 re f"]


def test_les_pages_gardent_leur_ordre() -> None:
    document = pdf(5)
    for numero, feuille in enumerate(document.pages):
        feuille.Contents = Stream(document, b"%% page %d" % numero)
    with pikepdf.open(io.BytesIO(controler(octets(document), "a.pdf").octets)) as refait:
        assert [feuille.Contents.read_bytes()[-1:] for feuille in refait.pages] == [b"0", b"1", b"2", b"3", b"4"]


def test_un_dessin_partage_entre_les_pages_n_est_pas_recopie() -> None:
    document = pdf(30)
    tampon = document.make_indirect(
        Stream(document, bytes(range(256)) * 400, Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9])
    )
    for feuille in document.pages:
        feuille.obj.Resources = Dictionary(XObject=Dictionary(T=tampon))
    recus = octets(document)
    assert len(controler(recus, "a.pdf").octets) < len(recus) * 1.5


@pytest.mark.parametrize("filtre", [b"/ASCIIHexDecode", b"[/ASCIIHexDecode /RunLengthDecode]", b"/LZWDecode"])
def test_les_filtres_rares_sont_lus(filtre: bytes) -> None:
    contenus = {b"/ASCIIHexDecode": b"302067>", b"/LZWDecode": b"\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01"}
    contenu = contenus.get(filtre, b"02302067 80>")
    source = pdf_brut([PAGES, page(b"/Contents 4 0 R"), flux(b"/Filter " + filtre, contenu)])
    assert controler(source, "a.pdf").pages == 1


def test_un_fax_code_en_lettres_est_lu() -> None:
    """Un filtre de texte devant une compression d'image : courant dans les vieux scans, rien à déplier pour nous."""
    dictionnaire = (
        b"/Type /XObject /Subtype /Image /Width 8 /Height 8 /BitsPerComponent 1 /ColorSpace /DeviceGray "
        b"/Filter [/ASCII85Decode /CCITTFaxDecode]"
    )
    source = pdf_brut([PAGES, page(b"/Resources << /XObject << /I 4 0 R >> >>"), flux(dictionnaire, b"zz~>")])
    assert controler(source, "a.pdf").pages == 1
