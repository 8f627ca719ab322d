"""Les noms de fichiers : montrables, bornés, sans piège dans un en-tête."""

from __future__ import annotations

import re
import unicodedata
from email.message import Message
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portail.pieces.noms import LONGUEUR_MAX, extension_annoncee, nom_de_telechargement, nom_montrable


@pytest.mark.parametrize(
    ("recu", "montre"),
    [
        ("bulletin de paie.pdf", "bulletin de paie.pdf"),
        ("Pièce d’identité – été 2026.PDF", "Pièce d’identité – été 2026.pdf"),
        ("C:\\Users\\Camille\\Documents\\paie.pdf", "paie.pdf"),
        ("../../etc/passwd", "passwd"),
        ("/home/a/.pdf", "document.pdf"),
        ("", "document"),
        (".", "document"),
        ("   ", "document"),
        ("a\x00b\r\nc\td.pdf", "ab c d.pdf"),
        ("facture\u202egnp.exe.pdf", "facturegnp.pdf"),
        ("a\u200b\u2066b\ufeff.pdf", "ab.pdf"),
        ("Cafe\u0301.pdf", "Café.pdf"),
        ("-rf.pdf", "rf.pdf"),
        ("...pdf", "document.pdf"),
        ("\ud800abc.pdf", "abc.pdf"),
        ("M.Petit", "M.Petit"),
        ("contrat v1.2", "contrat v1.2"),
        ("🏠 bail.pdf", "🏠 bail.pdf"),
        ("文件.pdf", "文件.pdf"),
        ("pdf", "pdf"),
    ],
)
def test_un_nom_recu_devient_montrable(recu: str, montre: str) -> None:
    assert nom_montrable(recu) == montre


@pytest.mark.parametrize(
    ("recu", "extension", "montre"),
    [
        ("IMG_0001.HEIC", "jpg", "IMG_0001.jpg"),
        ("scan.pdf", "jpg", "scan.jpg"),
        ("facture.pdf.exe", "pdf", "facture.pdf"),
        ("M.Petit", "pdf", "M.Petit.pdf"),
        ("image", "jpg", "image.jpg"),
        ("", "jpg", "document.jpg"),
    ],
)
def test_la_vraie_extension_remplace_celle_annoncee(recu: str, extension: str, montre: str) -> None:
    assert nom_montrable(recu, extension) == montre


def test_un_nom_trop_long_garde_son_extension() -> None:
    montre = nom_montrable("é" * 400 + ".jpeg", "jpg")
    assert len(montre) == LONGUEUR_MAX
    assert montre.endswith("é.jpg")


@pytest.mark.parametrize(
    ("nom", "extension"), [("a.PDF", "pdf"), ("a", ""), ("a.b/c", ""), ("archive.tar.gz", "gz"), ("x.é", "")]
)
def test_l_extension_annoncee(nom: str, extension: str) -> None:
    assert extension_annoncee(nom) == extension


@pytest.mark.asvs("1.3.3", "5.4.2")
@given(st.text(max_size=200), st.sampled_from(["", "pdf", "jpg"]))
def test_aucun_nom_ne_garde_de_piege(nom: str, extension: str) -> None:
    montre = nom_montrable(nom, extension)
    assert 0 < len(montre) <= LONGUEUR_MAX
    assert not re.search(r"[/\\]", montre)
    assert not [lettre for lettre in montre if unicodedata.category(lettre).startswith("C")]
    assert not montre.startswith((".", "-", " "))
    assert montre.endswith(f".{extension}" if extension else "")


@pytest.mark.asvs("5.4.2")
@given(st.text(max_size=200))
def test_l_en_tete_de_telechargement_se_relit_tel_quel(nom: str) -> None:
    entete = nom_de_telechargement(nom, "pdf")
    assert entete.isascii()
    assert entete.isprintable()
    trouve = re.fullmatch(
        r"attachment; filename=\"([A-Za-z0-9 ._()'-]+)\"; filename\*=UTF-8''([A-Za-z0-9%._~-]+)", entete
    )
    assert trouve
    assert trouve[1].endswith(".pdf")
    assert unquote(trouve[2]).endswith(".pdf")


@pytest.mark.parametrize(
    ("nom", "simple", "entier"),
    [
        ("paie d’août.pdf", "paie d'aout.pdf", "paie d’août.pdf"),
        ('a"; filename="x.exe', "a__ filename=_x".replace("=", "_"), 'a"; filename="x'),
        ("œuvre.pdf", "oeuvre.pdf", "œuvre.pdf"),
        ("文件.pdf", "document.pdf", "文件.pdf"),
        ("CON.pdf", "document-CON.pdf", "document-CON.pdf"),
        ("lpt1", "document-lpt1", "document-lpt1"),
    ],
)
def test_un_navigateur_comprend_l_en_tete(nom: str, simple: str, entier: str) -> None:
    message = Message()
    message["Content-Disposition"] = nom_de_telechargement(nom, "" if "lpt" in nom or "exe" in nom else "pdf")
    entete = message["Content-Disposition"]
    assert f'filename="{simple}' in entete
    assert unquote(entete.rpartition("''")[2]).startswith(entier)
    assert message.get_content_disposition() == "attachment"
