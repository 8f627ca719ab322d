"""Un PDF par pièce pour le guichet : les fichiers dans l'ordre, un filigrane sur la copie, jamais sur l'original."""

from __future__ import annotations

import io

import pikepdf
import pytest
from PIL import Image

from portail.pieces import apercu, filigrane
from portail.pieces.controle import travailler
from portail.pieces.paquets import emballer
from tests.pieces.cas import jpeg, pdf_simple
from tests.pieces.fabrique import coder

MARQUE = "Copie pour Mairie d’Œuilly, 24 novembre 2026"


def textes(document: bytes) -> list[str]:
    """Ce qu'écrit le filigrane de chaque page."""
    trouves = []
    with pikepdf.open(io.BytesIO(document)) as lu:
        for page in lu.pages:
            derniers = [op for op in pikepdf.parse_content_stream(page) if str(op.operator) == "Tj"]
            trouves.append(bytes(derniers[-1].operands[0]).decode("cp1252"))
    return trouves


def test_les_fichiers_sont_reunis_dans_l_ordre_et_marques():
    octets, nombre = travailler(emballer([MARQUE.encode(), jpeg(), pdf_simple()]), "copier", "a.pdf")
    assert nombre == 4
    assert textes(octets) == [MARQUE] * 4


@pytest.mark.parametrize("sens", [0, 90, 180, 270])
def test_le_filigrane_tient_dans_la_page_et_suit_son_sens(sens):
    with pikepdf.open(io.BytesIO(pdf_simple())) as document:
        document.pages[0].rotate(sens, relative=False)
        filigrane.poser(document, "x" * 200)
        police, taille = next(
            op.operands for op in pikepdf.parse_content_stream(document.pages[0]) if str(op.operator) == "Tf"
        )
    assert (str(police), float(taille) < 12) == ("/FiligranePolice", True)


def test_une_vignette_tient_en_quatre_kilo_octets():
    bruit = coder(Image.effect_noise((3000, 4000), 80).convert("RGB"), "JPEG")
    vue, _ = apercu.refaire(bruit, "vignette")
    assert len(vue) <= apercu.POIDS_MAX["vignette"]
