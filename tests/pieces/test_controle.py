"""Le contrôle d'un fichier envoyé : chaque cas du corpus, et ce qui ressort des fichiers acceptés."""

from __future__ import annotations

import io
import re

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from portail.pieces import controle
from portail.pieces.controle import FichierRefuse, FichierSain, controler
from portail.pieces.refus import EN_PDF, PHRASES, Refus
from tests.pieces import pdf_hostiles as pieges
from tests.pieces.cas import WORD, jpeg, pdf_simple, png
from tests.pieces.corpus import ACCEPTES, REFUSES, Accepte, Refuse
from tests.pieces.fabrique import BLEU, ROUGE, SCRIPT, archive, coder, exif, image, octets, pdf

pytestmark = pytest.mark.menace("T5")

TECHNIQUE = re.compile(
    r"(?i)exception|error|erreur \d|python|pillow|pikepdf|qpdf|traceback|stream|mime|octet|mémoire|flux|/\w+/|sous-processus"
)


def ouvrir(sain: FichierSain) -> Image.Image:
    return Image.open(io.BytesIO(sain.octets))


def teinte(rendu: Image.Image, x: float, y: float) -> str:
    """« rouge » ou « bleu » au point (x, y), de 0 à 1."""
    rouge, _, bleu = rendu.convert("RGB").getpixel((int(x * rendu.width), int(y * rendu.height)))
    return "rouge" if rouge > bleu else "bleu"


@pytest.mark.asvs("5.2.1", "5.2.2", "5.2.3", "5.2.6")
@pytest.mark.parametrize("cas", REFUSES, ids=lambda cas: cas.cas)
def test_un_fichier_qui_ne_convient_pas_est_refuse_avec_sa_phrase(cas: Refuse) -> None:
    with pytest.raises(FichierRefuse) as refus:
        controler(cas.octets(), cas.nom)
    assert refus.value.code is cas.code
    assert refus.value.phrase.replace("\u00a0", " ").startswith(cas.phrase)


@pytest.mark.asvs("5.2.2")
@pytest.mark.parametrize("cas", ACCEPTES, ids=lambda cas: cas.cas)
def test_un_fichier_lisible_ressort_refait_sous_son_vrai_type(cas: Accepte) -> None:
    recus = cas.octets()
    sain = controler(recus, cas.nom)
    assert (sain.nom, sain.pages) == (cas.sortie, cas.pages)
    assert sain.octets != recus
    if sain.extension == "jpg":
        assert sain.type_mime == "image/jpeg"
        with ouvrir(sain) as rendu:
            rendu.load()
            assert rendu.format == "JPEG"
        assert sain.octets.endswith(b"\xff\xd9")
    else:
        assert (sain.type_mime, sain.extension) == ("application/pdf", "pdf")
        with pikepdf.open(io.BytesIO(sain.octets), attempt_recovery=False) as document:
            assert len(document.pages) == cas.pages
            assert not document.is_encrypted


@pytest.mark.asvs("5.2.2")
def test_le_corpus_couvre_chaque_refus_possible() -> None:
    internes = {Refus.DELAI, Refus.OCCUPE, Refus.INDISPONIBLE, Refus.DANGEREUX}  # ne viennent pas du fichier seul
    assert {cas.code for cas in REFUSES} | internes == set(Refus)
    assert len(REFUSES) + len(ACCEPTES) >= 80


@pytest.mark.parametrize("code", Refus)
def test_une_phrase_est_claire_sans_detail_technique(code: Refus) -> None:
    refus = controle.refuser(
        code, "paie.pdf", poids="18,2 Mo", nature="une page web", conseil="Faites ceci.", mesure=120
    )
    assert not TECHNIQUE.search(refus.phrase)
    assert refus.phrase.endswith(".")
    assert "'" not in refus.phrase
    assert not re.search(r" [:;!?»]|« |\d (Mo|pages|millions)", refus.phrase), "espace sécable"
    assert all(len(phrase.split()) <= 25 for phrase in re.split(r"[.:] ?", refus.phrase)), "phrase trop longue"
    assert refus.phrase.startswith("«\u00a0paie.pdf\u00a0» ")
    assert set(PHRASES) == set(Refus)


@pytest.mark.asvs("5.1.1")
@pytest.mark.parametrize("code", [code for code in Refus if code is not Refus.INDISPONIBLE])
def test_une_phrase_dit_quoi_faire(code: Refus) -> None:
    conseils = r"(?i)\b(ouvrez|envoyez|photographiez|vérifiez|demandez|reprenez|gardez|enregistrez)\b"
    assert re.search(conseils, PHRASES[code].replace("{conseil}", EN_PDF))


@pytest.mark.parametrize(
    ("recus", "nom", "conseil"),
    [
        (WORD(), "cv.docx", "Ouvrez-le, choisissez « Imprimer »"),
        (WORD(), "cv.pdf", "Ouvrez l’original, choisissez « Imprimer »"),
        (archive("a.pdf"), "pieces.zip", "envoyez un par un les documents qu’il contient."),
        (coder(image(), "GIF"), "a.gif", "Photographiez le document"),
    ],
    ids=["Word", "Word renommé", "archive", "GIF"],
)
def test_le_conseil_convient_au_fichier(recus: bytes, nom: str, conseil: str) -> None:
    with pytest.raises(FichierRefuse) as refus:
        controler(recus, nom)
    assert conseil in refus.value.phrase.replace("\u00a0", " ")


def test_la_taille_du_fichier_entier_est_dite_quand_on_la_connait() -> None:
    with pytest.raises(FichierRefuse, match="pèse 40,0\u00a0Mo"):
        controler(bytes(controle.TAILLE_MAX + 1), "film.pdf", taille=40 * 1024 * 1024)
    with pytest.raises(FichierRefuse, match="un peu plus de 15\u00a0Mo"):
        controler(b"%PDF-", "a.pdf", taille=controle.TAILLE_MAX + 10)


@pytest.mark.asvs("5.2.1")
def test_quinze_megaoctets_juste_passent_la_taille() -> None:
    fin = bytes(controle.TAILLE_MAX - len(jpeg()))
    assert controler(jpeg() + fin, "a.jpg").pages == 1


@pytest.mark.asvs("14.2.8")
def test_ni_lieu_ni_appareil_ni_commentaire_ne_restent() -> None:
    source = coder(
        image(),
        "JPEG",
        exif=exif(),
        comment=b"chez Camille Martin",
        xmp=b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>Camille Martin</x:xmpmeta>",
        icc_profile=b"profil de Camille Martin" * 20,
    )
    assert b"TelephoneDeTest" in source
    assert b"Camille" in source
    sain = controler(source, "a.jpg")
    for trace in (b"TelephoneDeTest", b"Camille", b"Exif", b"http", b"ICC_PROFILE", b"adobe"):
        assert trace not in sain.octets
    with ouvrir(sain) as rendu:
        assert dict(rendu.getexif()) == {}
        assert set(rendu.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.asvs("14.2.8")
@pytest.mark.parametrize(("genre", "options"), [("PNG", {"exif": exif()}), ("HEIF", {"exif": exif(), "quality": 60})])
def test_ni_lieu_ni_appareil_dans_un_png_ou_un_heic(genre: str, options: dict) -> None:
    source = coder(image(), genre, **options)
    assert b"TelephoneDeTest" in source
    assert b"TelephoneDeTest" not in controler(source, "a.png").octets


# La moitié rouge est à gauche dans les points enregistrés ; l'étiquette dit comment la tourner.
SENS = {1: "gauche", 2: "droite", 3: "droite", 4: "gauche", 5: "haut", 6: "haut", 7: "bas", 8: "bas"}
OU = {"gauche": (0.1, 0.5), "droite": (0.9, 0.5), "haut": (0.5, 0.1), "bas": (0.5, 0.9)}


@pytest.mark.parametrize("orientation", SENS)
def test_une_photo_est_redressee(orientation: int) -> None:
    with ouvrir(controler(coder(image(), "JPEG", exif=exif(orientation)), "a.jpg")) as rendu:
        assert rendu.size == ((120, 80) if orientation <= 4 else (80, 120))
        assert {endroit for endroit, place in OU.items() if teinte(rendu, *place) == "rouge"} >= {SENS[orientation]}
        oppose = {"gauche": "droite", "droite": "gauche", "haut": "bas", "bas": "haut"}[SENS[orientation]]
        assert teinte(rendu, *OU[oppose]) == "bleu"


def test_un_heic_n_est_pas_tourne_deux_fois() -> None:
    with ouvrir(controler(coder(image(), "HEIF", exif=exif(6), quality=90), "a.heic")) as rendu:
        assert rendu.size == (80, 120)
        assert teinte(rendu, *OU["haut"]) == "rouge"


def test_une_grande_photo_est_reduite_sans_etre_deformee() -> None:
    with ouvrir(controler(coder(image((4800, 3200)), "JPEG"), "a.jpg")) as rendu:
        assert rendu.size == (2400, 1600)
        assert teinte(rendu, 0.1, 0.5) == "rouge"


def test_une_petite_photo_garde_sa_taille() -> None:
    with ouvrir(controler(jpeg(), "a.jpg")) as rendu:
        assert rendu.size == (120, 80)


def test_la_transparence_devient_du_blanc() -> None:
    transparente = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    with ouvrir(controler(coder(transparente, "PNG"), "a.png")) as rendu:
        assert rendu.getpixel((10, 10)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["CMYK", "YCbCr", "RGB"])
def test_les_couleurs_d_un_jpeg_sont_gardees(mode: str) -> None:
    with ouvrir(controler(coder(image(mode=mode), "JPEG", quality=95), "a.jpg")) as rendu:
        for place, attendue in ((0.1, ROUGE), (0.9, BLEU)):
            obtenue = rendu.getpixel((int(place * 120), 40))
            assert max(abs(a - b) for a, b in zip(obtenue, attendue, strict=True)) < 25


def test_un_gris_seize_bits_garde_ses_nuances() -> None:
    gris = Image.new("I;16", (20, 20), 32_768)
    with ouvrir(controler(coder(gris, "PNG"), "a.png")) as rendu:
        assert abs(rendu.convert("L").getpixel((10, 10)) - 128) <= 2


def test_d_une_image_animee_reste_la_premiere() -> None:
    bleue = Image.new("RGB", (120, 80), BLEU)
    source = coder(Image.new("RGB", (120, 80), ROUGE), "PNG", save_all=True, append_images=[bleue], duration=100)
    with ouvrir(controler(source, "a.png")) as rendu:
        assert teinte(rendu, 0.5, 0.5) == "rouge"
        assert getattr(rendu, "n_frames", 1) == 1


def test_l_archive_cachee_derriere_une_photo_a_disparu() -> None:
    cas = next(cas for cas in ACCEPTES if cas.cas == "JPEG et archive")
    assert b"virus.exe" in cas.octets()
    assert b"virus" not in controler(cas.octets(), cas.nom).octets


def test_un_fichier_refait_deux_fois_donne_les_memes_octets() -> None:
    for recu, nom in ((pdf_simple(), "a.pdf"), (png(), "a.png")):
        assert controler(recu, nom).octets == controler(recu, nom).octets


def issue_du_controle(recus: bytes, nom: str) -> FichierSain | FichierRefuse:
    try:
        return controler(recus, nom)
    except FichierRefuse as refus:
        return refus


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_un_fichier_abime_au_hasard_est_refait_ou_refuse(data: st.DataObject) -> None:
    """Jamais une autre exception, jamais « nous ne pouvons pas vérifier » : c'est le fichier qui est en cause."""
    source, nom = data.draw(st.sampled_from([(jpeg(), "a.jpg"), (png(), "a.png"), (pieges.actif(), "a.pdf")]))
    abime = bytearray(source)
    for place, octet in data.draw(
        st.lists(st.tuples(st.integers(8, len(source) - 1), st.integers(0, 255)), max_size=40)
    ):
        abime[place] = octet
    issue = issue_du_controle(bytes(abime), nom)
    if isinstance(issue, FichierRefuse):
        assert issue.code not in {Refus.INDISPONIBLE, Refus.OCCUPE, Refus.DELAI}
    else:
        assert issue.octets.startswith((b"\xff\xd8\xff", b"%PDF-"))
        assert SCRIPT.encode() not in issue.octets


def test_une_page_de_pdf_garde_sa_taille_et_son_dessin() -> None:
    sain = controler(octets(pdf()), "a.pdf")
    with pikepdf.open(io.BytesIO(sain.octets)) as document:
        feuille = document.pages[0]
        assert [float(cote) for cote in feuille.MediaBox] == [0, 0, 595, 842]
        assert b"50 50 100 100 re" in feuille.Contents.read_bytes()
