"""Lire le 2D-Doc d'un avis d'impôt, juger sa signature : vérifiée, fausse, non vérifiable. Rien d'autre n'en dépend."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from portail.pieces import autorites, controle, deux_d_doc
from portail.pieces.controle import controler
from portail.pieces.deux_d_doc import Avis, Signature
from tests.pieces import deux_d_docs
from tests.pieces.cas import jpeg

BON = deux_d_docs.code()


@pytest.fixture
def importes(tmp_path: Path) -> Path:
    deux_d_docs.autorite().installer(tmp_path / "certificats")
    return tmp_path / "certificats"


def juger(texte: str, importes: Path) -> Signature:
    lu = deux_d_doc.lire(texte)
    assert lu is not None
    return deux_d_doc.verifier(lu, importes)


# --- Ce que dit le code ---------------------------------------------------------------------------------------------


def test_le_code_dit_l_annee_le_revenu_les_parts_et_les_noms():
    lu = deux_d_doc.lire(deux_d_docs.code(noms=("SILVA ANA", "MARTIN TOM")))
    assert lu is not None
    assert lu.avis == Avis(2024, 18_500, "2,5", ("SILVA ANA", "MARTIN TOM"))
    assert (lu.autorite, lu.certificat, lu.signe_le) == ("FT99", "TST1", deux_d_docs.SIGNE_LE)


def test_un_code_d_autre_chose_qu_un_avis_n_est_pas_lu():
    facture = BON.replace("2801FR", "0101FR")
    assert deux_d_doc.lire(facture) is None
    assert deux_d_doc.lire("https://exemple.fr") is None


@pytest.mark.menace("T5")
def test_un_code_coupe_n_importe_ou_ne_fait_rien_tomber():
    lus = [deux_d_doc.lire(BON[:longueur]) for longueur in range(len(BON))]
    assert all(lu is None or lu.avis == Avis(2024, 18_500, "2,5", ("SILVA ANA",)) for lu in lus)
    assert lus[:20] == [None] * 20


@pytest.mark.menace("T5")
@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(BON)), st.text(st.characters(max_codepoint=255), max_size=12))
def test_un_code_hostile_ne_fait_rien_tomber(place: int, ajout: str):
    lu = deux_d_doc.lire(BON[:place] + ajout + BON[place:])
    if lu is not None:
        deux_d_doc.verifier(lu, Path("/nulle/part"))


# --- Ce que vaut sa signature ---------------------------------------------------------------------------------------


@pytest.mark.menace("T5")
def test_signature_verifiee_fausse_ou_non_verifiable(importes: Path, tmp_path: Path):
    assert juger(BON, importes) is Signature.VERIFIEE
    assert juger(BON.replace("18500", "08500"), importes) is Signature.FAUSSE
    assert juger(BON.replace("SILVA", "SALVI"), importes) is Signature.FAUSSE
    assert juger(BON, tmp_path / "rien d’importé") is Signature.NON_VERIFIABLE


def test_une_autre_courbe_se_verifie_avec_son_hachage(tmp_path: Path):
    p384 = deux_d_docs.autorite(courbe=ec.SECP384R1)
    p384.installer(tmp_path)
    assert juger(deux_d_docs.code(de=p384), tmp_path) is Signature.VERIFIEE


@pytest.mark.menace("T5")
def test_un_autre_organisme_ne_signe_pas_un_avis_d_impot(tmp_path: Path):
    """Un certificat de facture d'énergie est un vrai certificat du 2D-Doc : il ne vaut rien ici."""
    energie = deux_d_docs.autorite(unite="0002 55208131766522")
    energie.installer(tmp_path)
    assert juger(deux_d_docs.code(de=energie), tmp_path) is Signature.FAUSSE


@pytest.mark.menace("T5")
def test_un_certificat_que_son_autorite_n_a_pas_signe_ne_compte_pas(tmp_path: Path):
    deux_d_docs.autorite().installer(tmp_path, sans_racine=True)
    assert juger(BON, tmp_path) is Signature.NON_VERIFIABLE
    autre = deux_d_docs.autorite(debut=date(2024, 3, 2))
    (tmp_path / f"{deux_d_docs.AUTORITE}.der").write_bytes(autre.racine.public_bytes(Encoding.DER))
    assert juger(BON, tmp_path) is Signature.NON_VERIFIABLE


def test_un_certificat_qui_ne_servait_pas_ce_jour_la_ne_verifie_rien(tmp_path: Path):
    for debut in (date(2020, 1, 1), date(2025, 8, 1)):
        ailleurs = deux_d_docs.autorite(debut=debut)
        ailleurs.installer(tmp_path)
        assert juger(deux_d_docs.code(de=ailleurs), tmp_path) is Signature.NON_VERIFIABLE


def test_un_nom_de_certificat_ne_sort_pas_du_dossier(importes: Path):
    assert list(autorites.certificats("../.", "TST1", importes)) == []


def test_les_certificats_de_l_administration_fiscale_sont_livres(tmp_path: Path):
    (certificat,) = autorites.certificats("FR06", "FPE3", tmp_path)
    assert autorites.est_au_fisc(certificat)
    assert autorites.couvre(certificat, date(2025, 7, 31))
    assert not autorites.couvre(certificat, date(2025, 1, 1))


def test_importer_range_chaque_certificat_sous_son_nom(tmp_path: Path):
    essai = deux_d_docs.autorite()
    assert autorites.importer(essai.racine.public_bytes(Encoding.PEM), tmp_path) == "FT99"
    assert autorites.importer(essai.signataire.public_bytes(Encoding.DER), tmp_path) == "FT99_TST1"
    assert juger(BON, tmp_path) is Signature.VERIFIEE
    with pytest.raises(autorites.CertificatInconnu, match="certificat X"):
        autorites.importer(b"bonjour", tmp_path)


# --- Le trouver dans un document ------------------------------------------------------------------------------------


def pencher(feuille: Image.Image) -> Image.Image:
    return feuille.rotate(6, expand=True, fillcolor=232, resample=Image.Resampling.BILINEAR)


def tourner(feuille: Image.Image) -> Image.Image:
    return feuille.transpose(Image.Transpose.ROTATE_90)


@pytest.mark.lent
@pytest.mark.parametrize("retouche", [pencher, tourner], ids=["penchée", "couchée"])
def test_une_photo_de_telephone_reduite_a_1800_points_se_lit_encore(retouche):
    sain = controler(deux_d_docs.photo(BON, retouche), "avis.jpg")
    assert max(Image.open(io.BytesIO(sain.octets)).size) == 1800
    assert deux_d_doc.chercher(sain.octets, "AIS2025", sain.nom) == BON


def test_un_pdf_se_lit_meme_si_le_code_n_est_pas_sur_sa_premiere_page():
    sain = controler(deux_d_docs.pdf(BON, blanches=1), "avis.pdf")
    assert deux_d_doc.chercher(sain.octets, "AIS2025", sain.nom) == BON


def test_un_document_sans_code_n_en_a_pas():
    assert deux_d_doc.chercher(jpeg(), "AIS2025", "a.jpg") is None


def interdire(monkeypatch: pytest.MonkeyPatch) -> None:
    def lance(*_arguments: object) -> None:
        raise AssertionError("un atelier est parti pour rien")

    monkeypatch.setattr(deux_d_doc, "travailler", lance)


def test_les_autres_pieces_ne_sont_pas_fouillees(monkeypatch: pytest.MonkeyPatch):
    interdire(monkeypatch)
    assert deux_d_doc.chercher(jpeg(), "ID", "a.jpg") is None


def test_sans_l_extra_rien_n_est_cherche_ni_montre(monkeypatch: pytest.MonkeyPatch):
    interdire(monkeypatch)
    monkeypatch.setattr(deux_d_doc, "est_installe", lambda: False)
    assert deux_d_doc.chercher(jpeg(), "AIS2025", "a.jpg") is None
    assert deux_d_doc.lire(BON) is None


@pytest.mark.menace("T5")
def test_un_atelier_qui_meurt_ne_refuse_pas_le_document(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    faux = tmp_path / "atelier.py"
    for mort in ("import os; os.abort()", "import os, sys; os.write(int(sys.argv[2]), b'xx'); print('{\"pages\": 1}')"):
        faux.write_text(mort)
        monkeypatch.setattr(controle, "ATELIER", faux)
        assert deux_d_doc.chercher(jpeg(), "AIS2025", "a.jpg") is None
