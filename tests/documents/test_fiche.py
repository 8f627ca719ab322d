"""La fiche récapitulative : tout y est, dans l'ordre, lisible à l'œil comme à l'oreille."""

from __future__ import annotations

import ast
import hashlib
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from portail.documents.fiche import AVERTISSEMENT, Fiche, PieceFiche, composer
from portail.documents.impression import REMPLACES
from portail.documents.reponses import Reponse, Rubrique
from tests.documents.controles import controler, outil
from tests.documents.exemples import COUPLE, INSTANT, PRECISIONS
from tests.documents.lecture import Lecture, aplati

RACINE = Path(__file__).parents[2]


def fiche(*couples: tuple[str, str], **champs: object) -> Fiche:
    """Une fiche réduite à une rubrique."""
    reponses = tuple(Reponse(*couple) for couple in couples or [("Nom", "Martin")])
    vide = replace(COUPLE, rubriques=(Rubrique("Demandeurs", reponses),), pieces=(), mentions=())
    return replace(vide, **champs)


@pytest.fixture(scope="module")
def octets() -> bytes:
    return composer(COUPLE)


@pytest.fixture(scope="module")
def lecture(octets: bytes) -> Lecture:
    return controler(octets)


def attendus(donnees: Fiche) -> list[str]:
    """Les textes de la fiche, dans l'ordre de lecture, écrits une seconde fois d'après les seules données."""
    textes = [donnees.portail, "Fiche récapitulative", donnees.titulaire]
    textes += ["État de la demande", donnees.etat, "Numéro unique", donnees.numero_unique or "pas encore attribué"]
    textes += ["Déposée le", donnees.deposee_le or "pas encore déposée"]
    textes += ["Communes demandées" if "," in donnees.commune else "Commune demandée"]
    textes += [donnees.commune or "pas de réponse", "Fiche établie le", "24 novembre 2026 à 11 h 36", AVERTISSEMENT]
    precedent = None
    for rubrique in donnees.rubriques:
        textes += [rubrique.titre] * (rubrique.titre != precedent) + [rubrique.sous_titre] * bool(rubrique.sous_titre)
        textes += [t for reponse in rubrique.reponses for t in (reponse.question, reponse.reponse or "pas de réponse")]
        precedent = rubrique.titre
    if donnees.pieces:
        textes += ["Pièces justificatives", "Pièce", "Personne", "État"]
        textes += [texte for piece in donnees.pieces for texte in (piece.libelle, piece.personne, piece.etat)]
    if donnees.mentions:
        textes += ["À savoir", *(texte for mention in donnees.mentions for texte in ("•", mention))]
    return [aplati(texte) for texte in textes]


def test_tout_est_lu_dans_l_ordre_et_rien_d_autre(lecture: Lecture) -> None:
    assert lecture.tout() == attendus(COUPLE)


def test_les_titres_font_les_signets_et_les_niveaux(lecture: Lecture) -> None:
    assert lecture.textes("H1") == ["Fiche récapitulative"]
    assert lecture.textes("H2")[:3] == ["Informations générales", "Demandeurs", "Composition du foyer"]
    assert lecture.signets() == lecture.textes("H1", "H2", "H3")


def test_chaque_question_est_liee_a_sa_reponse_dans_une_liste(lecture: Lecture) -> None:
    couples = [tuple(aplati(e.texte) for e in noeud.enfants) for noeud in lecture.racine.tous() if noeud.role == "LI"]
    assert ("Nom de naissance", "Okafor") in couples
    assert ("Précisions", aplati(PRECISIONS)) in couples


def test_les_pieces_sont_un_tableau_a_en_tetes_de_colonnes(lecture: Lecture) -> None:
    assert lecture.textes("TH") == ["Pièce", "Personne", "État"]
    assert len(lecture.textes("TD")) == 3 * len(COUPLE.pieces)


def test_la_pagination_et_le_pied_sont_des_artefacts(lecture: Lecture) -> None:
    artefacts = [ligne.dessin for ligne in lecture.lignes if ligne.marque is None]
    total = len(lecture.pdf.pages)
    assert [texte for texte in artefacts if texte.startswith("Page")] == [
        f"Page {numero} sur {total}" for numero in range(1, total + 1)
    ]
    assert artefacts.count("Établie le 24 novembre 2026. Ne vaut pas attestation d’enregistrement.") == total
    assert artefacts.count("Fiche récapitulative de Ngozi Lefèvre") == total - 1


def test_la_fiche_ne_se_donne_ni_pour_une_attestation_ni_pour_un_formulaire_officiel(lecture: Lecture) -> None:
    lu = " ".join(lecture.tout())
    assert "ne vaut pas attestation" in lu
    assert "cerfa" not in lu.lower()
    assert "république" not in lu.lower()


def test_les_metadonnees_disent_le_titre_et_la_date_sans_nommer_la_personne(lecture: Lecture) -> None:
    infos = lecture.pdf.docinfo
    assert str(infos.Title) == "Fiche récapitulative – Demande de logement social"
    assert str(infos.Author) == "Portail logement social"
    assert str(infos.CreationDate) == "D:20261124113612+01'00"
    xmp = lecture.pdf.Root.Metadata.read_bytes().decode()
    assert "Fiche récapitulative – Demande de logement social" in xmp
    assert "2026-11-24T11:36:12+01:00" in xmp
    assert "Lefèvre" not in xmp + str(infos)


def test_une_fiche_de_couple_avec_trois_enfants_est_legere(octets: bytes, lecture: Lecture) -> None:
    assert len(octets) <= 60_000
    assert len(lecture.pdf.pages) <= 4


def test_les_outils_du_systeme_lisent_la_meme_chose(octets: bytes, lecture: Lecture, tmp_path: Path) -> None:
    chemin = tmp_path / "fiche.pdf"
    chemin.write_bytes(octets)
    qpdf = outil("qpdf", "--check", chemin)
    assert qpdf is None or "No syntax or stream encoding errors" in qpdf
    structure = outil("pdfinfo", "-struct-text", chemin)
    if structure is not None:
        entendu = "".join(re.findall(r'^\s*"(.*)"$', structure, re.M))
        assert "".join(entendu.split()) == "".join("".join(lecture.tout()).split())
    brut = outil("pdftotext", "-raw", "-enc", "UTF-8", chemin, "-")
    if brut is not None:
        reste = "".join(brut.split())
        for texte in attendus(COUPLE):
            _, trouve, reste = reste.partition("".join(texte.split()))
            assert trouve, f"{texte!r} manque, ou n'est pas à sa place"


def test_les_memes_donnees_rendent_les_memes_octets(octets: bytes) -> None:
    assert composer(COUPLE) == octets
    assert composer(replace(COUPLE, etablie_le=INSTANT + timedelta(seconds=1))) != octets


def test_les_octets_ne_dependent_ni_du_processus_ni_du_fuseau_de_la_machine(octets: bytes) -> None:
    programme = (
        "import hashlib; from tests.documents.exemples import COUPLE; from portail.documents.fiche import composer; "
        "print(hashlib.sha256(composer(COUPLE)).hexdigest())"
    )
    environnement = os.environ | {"PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland", "PYTHONPATH": str(RACINE)}
    sortie = subprocess.run(
        [sys.executable, "-c", programme], env=environnement, cwd=RACINE, check=True, capture_output=True, text=True
    )
    assert sortie.stdout.strip() == hashlib.sha256(octets).hexdigest()


def test_des_fiches_composees_en_meme_temps_ne_se_melangent_pas(octets: bytes) -> None:
    cadence = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # les fils se croisent à chaque instruction : c'est ainsi qu'un mélange se voit
    try:
        with ThreadPoolExecutor(4) as ouvriers:
            assert set(ouvriers.map(composer, [COUPLE] * 24)) == {octets}
    finally:
        sys.setswitchinterval(cadence)


def test_l_heure_est_celle_de_paris() -> None:
    auckland = datetime(2026, 12, 1, 12, 5, tzinfo=timezone(timedelta(hours=13)))
    assert "1er décembre 2026 à 00 h 05" in controler(composer(fiche(etablie_le=auckland))).tout()
    ete = datetime(2026, 7, 14, 10, 0, tzinfo=UTC)
    assert "14 juillet 2026 à 12 h 00" in controler(composer(fiche(etablie_le=ete))).tout()


def test_une_heure_sans_fuseau_est_refusee() -> None:
    with pytest.raises(ValueError, match="fuseau"):
        composer(fiche(etablie_le=datetime(2026, 11, 24, 10, 0)))


def test_ce_qui_manque_est_dit_en_mots() -> None:
    brouillon = fiche(("Prénom", ""), numero_unique=None, deposee_le=None, commune="", etat="Brouillon")
    assert controler(composer(brouillon)).tout() == attendus(brouillon)


def test_une_fiche_sans_rien_se_compose() -> None:
    vide = fiche(rubriques=(Rubrique("Souhaits", ()),), titulaire="", etat="", portail="")
    assert controler(composer(vide)).textes("H2") == []


INJECTIONS = [
    "</para><h1>ATTRIBUÉ</h1>",
    '<img src="file:///etc/passwd"/>',
    '<img src="http://127.0.0.1:9/x.png" width="9" height="9"/>',
    '<a href="javascript:alert(1)">ici</a> <font size="60">gros</font>',
    "&lt;b&gt; &amp; &#x41; <!-- --> <![CDATA[x]]>",
    "(Tj) ET \\) >> endstream endobj /JS (app.alert(1)) EMC BT",
    "{{ 7*7 }} {% raw %} %s %(x)s ${x}",
    "]]></dc:title><pdfuaid:part>1</pdfuaid:part>",
]


@pytest.mark.menace("T10")
@pytest.mark.parametrize("texte", INJECTIONS)
def test_un_balisage_tape_par_la_personne_sort_tel_quel(texte: str) -> None:
    donnees = fiche(
        (texte, texte),
        portail=texte, titulaire=texte, commune=texte, mentions=(texte,), pieces=(PieceFiche(texte, texte, texte),),
    )  # fmt: skip
    octets = composer(donnees)
    lecture = controler(octets)
    assert lecture.tout() == attendus(donnees)
    assert lecture.textes("H1") == ["Fiche récapitulative"]
    assert all("/Annots" not in page.obj and "/XObject" not in page.Resources for page in lecture.pdf.pages)


@pytest.mark.parametrize("texte", ["x" * 500, "W" * 500, "1\u202f" * 250, "anticonstitutionnellement-" * 20])
def test_un_texte_sans_espace_ne_deborde_pas_et_ne_perd_rien(texte: str) -> None:
    donnees = fiche((texte, texte), pieces=(PieceFiche(texte, texte, texte),), titulaire=texte, etat=texte)
    assert controler(composer(donnees)).tout() == attendus(donnees)


def test_trois_mille_caracteres_de_precisions_tiennent_et_vingt_mille_aussi() -> None:
    for longueur in (3_000, 20_000):
        donnees = fiche(("Précisions", (PRECISIONS + "\n\n") * (longueur // len(PRECISIONS) + 1)))
        assert controler(composer(donnees)).tout() == attendus(donnees)


def test_un_caractere_absent_se_voit_s_entend_et_se_signale() -> None:
    donnees = fiche(("Prénom", "نور Nour 🏠"), mentions=("Une mention.",))
    lecture = controler(composer(donnees))
    assert lecture.textes("LBody")[5] == "نور Nour 🏠"  # lu et copié en entier
    assert "??? Nour ?" in [ligne.dessin for ligne in lecture.lignes]  # dessiné sans carré muet
    assert lecture.textes("LBody")[-2:] == ["Une mention.", aplati(REMPLACES)]


def test_un_nom_que_la_police_sait_ecrire_n_est_pas_signale() -> None:
    lecture = controler(composer(fiche(("Prénom", "Ірина Nguyễn ?"))))
    assert "Ірина Nguyễn ?" in [ligne.dessin for ligne in lecture.lignes]
    assert aplati(REMPLACES) not in lecture.tout()


def test_les_documents_ne_connaissent_ni_la_base_ni_flask() -> None:
    modules = [
        "attestation", "attestation_donnees", "attestation_droits", "attestation_annexes", "formulaire", "fiche", "reponses", "contenu", "impression", "code_qr", "typographie",
        "code_verification", "mise_en_page", "pagination", "blocs", "vignette", "balisage", "structure", "ecriture",
        "proprete",
    ]  # fmt: skip
    for module in modules:
        arbre = ast.parse((RACINE / "portail" / "documents" / f"{module}.py").read_text())
        importes = {nom for noeud in ast.walk(arbre) if isinstance(noeud, ast.ImportFrom) for nom in _importes(noeud)}
        importes |= {nom.name for noeud in ast.walk(arbre) if isinstance(noeud, ast.Import) for nom in noeud.names}
        maison = {nom for nom in importes if nom.startswith("portail")}
        assert maison <= {f"portail.documents.{autre}" for autre in modules} | {"portail.regles.calendrier"}
        assert not {nom.partition(".")[0] for nom in importes} & {"flask", "sqlalchemy", "werkzeug", "wtforms"}


def _importes(noeud: ast.ImportFrom) -> list[str]:
    """Le module importé, ou ceux d'un paquet (« from portail.documents import code_verification »)."""
    if noeud.module == "portail.documents":
        return [f"portail.documents.{nom.name}" for nom in noeud.names]
    return [noeud.module or ""]
