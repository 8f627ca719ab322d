"""Numériser des papiers d'un coup, dire ce qu'est chaque page ; les pages d'une pièce font un document."""

from __future__ import annotations

import io

import pikepdf
import pytest
import sqlalchemy as sa
from PIL import Image

from portail.db import db
from portail.demande.modeles import Demande, RevenuFiscal
from portail.guichet.modeles import ActeJournal, EcritureJournal
from portail.pieces import apercu, autorites, numerisation, pages, reception
from portail.pieces.modeles import Fichier, PieceFournie
from portail.pieces.paquets import deballer, emballer
from portail.stockage import stockage
from tests.demande.gestes import NavigateurQuiTape
from tests.fabriques import INSTANT
from tests.guichet.monde import Monde, entrer
from tests.guichet.papier import commencer, deposer, remplir
from tests.pieces import deux_d_docs
from tests.pieces.cas import jpeg
from tests.pieces.fabrique import coder, image, octets, pdf


def numerise(*couleurs: str, mode: str = "RGB") -> bytes:
    """Un PDF de scanner : une image par page, chacune d'une couleur."""
    images = [Image.new(mode, (210, 297), couleur) for couleur in couleurs]
    sortie = io.BytesIO()
    images[0].save(sortie, "PDF", save_all=True, append_images=images[1:])
    return sortie.getvalue()


@pytest.fixture
def nav(app, monde: Monde) -> NavigateurQuiTape:
    client = app.test_client()
    entrer(app, client, monde.accueil)
    return NavigateurQuiTape(client)


@pytest.fixture
def saisie(nav) -> int:
    demande_id = commencer(nav)
    remplir(demande_id)
    return demande_id


def envoyer(nav: NavigateurQuiTape, demande_id: int, *fichiers: tuple[bytes, str]) -> None:
    nav.ouvrir(f"/guichet/saisie/{demande_id}/numeriser")
    jeton = nav.page.find(attrs={"name": "csrf_token"})["value"]
    papiers = [(io.BytesIO(contenu), nom) for contenu, nom in fichiers]
    nav.poster(f"/guichet/saisie/{demande_id}/numeriser", {"csrf_token": jeton, "papiers": papiers})


def ranger(nav: NavigateurQuiTape, demande_id: int, *choix: str) -> None:
    """Le choix de chaque page, dans l'ordre."""
    formulaire = nav.page.find("form", action=f"/guichet/saisie/{demande_id}/numeriser/ranger")
    valeurs = nav.saisie(formulaire)
    for case, valeur in zip(formulaire.find_all("select"), choix, strict=True):
        valeurs.setlist(case["name"], [valeur])
    nav.poster(formulaire["action"], valeurs)


def option(nav: NavigateurQuiTape, libelle: str) -> str:
    trouvees = [o["value"] for o in nav.page.select("select option") if libelle in o.get_text()]
    assert trouvees, [o.get_text() for o in nav.page.select("select option")]
    return trouvees[0]


def gardes(demande_id: int, code: str | None = None) -> list[tuple[str, str, int, str]]:
    """(code, type, pages, clé) des fichiers gardés."""
    requete = (
        sa.select(PieceFournie.code, Fichier.type_mime, Fichier.pages, Fichier.cle)
        .join(Fichier.piece)
        .where(PieceFournie.demande_id == demande_id, Fichier.retire_le.is_(None))
        .order_by(Fichier.id)
    )
    with db.sessionmaker() as session:
        return [tuple(ligne) for ligne in session.execute(requete) if code in (None, ligne.code)]


def couleurs(contenu: bytes) -> list[tuple[int, int, int]]:
    """La couleur du milieu de chaque page."""
    vues = []
    with pikepdf.Pdf.open(io.BytesIO(contenu)) as document:
        for page in document.pages:
            vue = next(iter(page.get_images().values()))
            petite = pikepdf.PdfImage(vue).as_pil_image().convert("RGB")
            vues.append(petite.getpixel((petite.width // 2, petite.height // 2)))
    return vues


def proche(couleur: tuple[int, int, int], autre: tuple[int, int, int]) -> bool:
    return all(abs(a - b) < 12 for a, b in zip(couleur, autre, strict=True))


def test_un_envoi_de_plusieurs_pages_devient_autant_de_pages_a_ranger(nav, saisie):
    envoyer(nav, saisie, (numerise("red", "green", "blue"), "liasse.pdf"), (jpeg(), "carte.jpg"))
    assert "4 pages à ranger" in nav.texte()
    assert [(code, genre, nombre) for code, genre, nombre, _ in gardes(saisie)] == [
        ("A-RANGER", "application/pdf", 1),
        ("A-RANGER", "application/pdf", 1),
        ("A-RANGER", "application/pdf", 1),
        ("A-RANGER", "image/jpeg", 1),
    ]
    with db.sessionmaker() as session:
        noms = session.scalars(
            sa.select(Fichier.nom).join(Fichier.piece).where(PieceFournie.demande_id == saisie)
        ).all()
        objets = session.scalars(sa.select(EcritureJournal.objet).where(EcritureJournal.acte == ActeJournal.SAISIE))
        assert noms == ["liasse page 1.pdf", "liasse page 2.pdf", "liasse page 3.pdf", "carte.jpg"]
        assert list(objets)[-1] == "numérisation : 4 page(s)"


def test_les_pages_d_une_meme_piece_font_un_document_dans_l_ordre(nav, saisie):
    envoyer(nav, saisie, (numerise("red", "green", "blue"), "liasse.pdf"))
    identite, salaire = option(nav, "Pièce d’identité"), option(nav, "Fiche de paie")
    ranger(nav, saisie, identite, salaire, identite)
    assert "à ranger" not in nav.texte()
    assert "Toutes les pages sont rangées" in nav.page.find(id="pages").get_text()
    assert "Pièce d’identité (demandeur) : 2 pages" in nav.texte().replace("\u00a0", " ")
    rangees = gardes(saisie)
    assert {(code, genre, nombre) for code, genre, nombre, _ in rangees} == {
        ("ID", "application/pdf", 2),
        ("SAL", "application/pdf", 1),
    }
    contenu = stockage().lire(gardes(saisie, "ID")[0][3])
    rouge, bleu = couleurs(contenu)
    assert proche(rouge, (255, 0, 0))
    assert proche(bleu, (0, 0, 255))
    nav.ouvrir(f"/guichet/saisie/{saisie}/pieces/ID")
    assert "papiers numérisés.pdf" in nav.texte()


def test_une_photo_et_un_pdf_font_un_document_de_deux_pages(nav, saisie):
    envoyer(nav, saisie, (numerise("green"), "verso.pdf"), (coder(image((300, 200)), "JPEG"), "recto.jpg"))
    identite = option(nav, "Pièce d’identité")
    ranger(nav, saisie, identite, identite)
    assert [(code, nombre) for code, _, nombre, _ in gardes(saisie)] == [("ID", 2)]
    with pikepdf.Pdf.open(io.BytesIO(stockage().lire(gardes(saisie)[0][3]))) as document:
        assert [float(cote) for cote in document.pages[1].mediabox] == [0, 0, 842, 595]  # une photo couchée


def test_une_page_seule_garde_ses_octets(nav, saisie):
    envoyer(nav, saisie, (jpeg(), "carte.jpg"))
    avant = gardes(saisie)[0][3]
    ranger(nav, saisie, option(nav, "Pièce d’identité"))
    assert gardes(saisie) == [("ID", "image/jpeg", 1, avant)]


def test_une_page_se_jette_ou_attend(nav, saisie):
    envoyer(nav, saisie, (numerise("red", "green"), "liasse.pdf"))
    ranger(nav, saisie, "jeter", "")
    assert "1 page à ranger" in nav.texte()
    assert len(gardes(saisie)) == 1


def test_ranger_deux_fois_ne_double_rien(nav, saisie):
    envoyer(nav, saisie, (numerise("red", "green"), "liasse.pdf"))
    identite = option(nav, "Pièce d’identité")
    formulaire = nav.page.find("form", action=f"/guichet/saisie/{saisie}/numeriser/ranger")
    valeurs = nav.saisie(formulaire)
    for case in formulaire.find_all("select"):
        valeurs.setlist(case["name"], [identite])
    nav.poster(formulaire["action"], valeurs)
    nav.poster(formulaire["action"], valeurs)
    assert [(code, nombre) for code, _, nombre, _ in gardes(saisie)] == [("ID", 2)]


def test_un_autre_a_range_entre_temps_le_document_prepare_est_abandonne(app, nav, saisie):
    envoyer(nav, saisie, (numerise("red", "green"), "liasse.pdf"))
    with db.sessionmaker() as session, session.begin():
        demande = session.get_one(Demande, saisie)
        numeros = [page.id for page in numerisation.a_ranger(demande)]
        cle = demande.declarations[0].personnes[0].cle
        pieces = {"ID": ("ID", cle)}
        rangement = numerisation.preparer(
            numerisation.a_ranger(demande), dict.fromkeys(numeros, "ID"), pieces, "essai.pdf"
        )
        prepare = rangement.assembles["ID", cle].recus[0].cle
        assert stockage().existe(prepare)
        numerisation.a_ranger(demande)[0].retire_le = INSTANT
        assert numerisation.ranger(session, demande, rangement, INSTANT) == (0, [])
    assert not stockage().existe(prepare)


def test_une_piece_forgee_n_est_pas_rangee(nav, saisie):
    envoyer(nav, saisie, (jpeg(), "carte.jpg"))
    formulaire = nav.page.find("form", action=f"/guichet/saisie/{saisie}/numeriser/ranger")
    valeurs = nav.saisie(formulaire)
    nom = formulaire.find("select")["name"]
    for forge in ("PATR:00000000", "ID:ffffffff", "A-RANGER:x", "../ID"):
        valeurs.setlist(nom, [forge])
        nav.poster(formulaire["action"], valeurs)
        assert [code for code, *_ in gardes(saisie)] == ["A-RANGER"], forge


def test_un_mauvais_fichier_se_dit_et_les_autres_restent(nav, saisie):
    envoyer(
        nav, saisie, (numerise("red"), "bon.pdf"), (b"MZ" + b"\0" * 100, "virus.exe"), (b"%PDF-1.7\nfin", "abime.pdf")
    )
    assert nav.statut == 422
    assert "virus.exe" in nav.texte()
    assert "abime.pdf" in nav.texte()
    assert "1 page à ranger" in nav.texte()


def test_envoyer_sans_fichier_le_dit(nav, saisie):
    envoyer(nav, saisie)
    assert (nav.statut, reception.SANS_FICHIER in nav.texte()) == (422, True)


def test_la_vignette_montre_la_page_en_petit(nav, saisie):
    envoyer(nav, saisie, (numerise("red"), "rouge.pdf"), (coder(image((3000, 2000)), "JPEG"), "photo.jpg"))
    vignettes = [i["src"] for i in nav.page.select(".pages-a-ranger img")]
    assert len(vignettes) == 2
    for adresse in vignettes:
        reponse = nav.client.get(adresse, base_url=nav.base)
        assert (reponse.status_code, reponse.mimetype) == (200, "image/jpeg")
        assert reponse.headers["Cache-Control"] == "no-store"
        assert len(reponse.data) <= apercu.POIDS_MAX["vignette"]
        with Image.open(io.BytesIO(reponse.data)) as vue:
            assert max(vue.size) <= apercu.REDUCTIONS["vignette"][0][0]


def test_une_page_qui_ne_se_lit_plus_montre_une_feuille(nav, saisie):
    envoyer(nav, saisie, (octets(pdf(1)), "texte.pdf"))
    lien, image = nav.page.select_one(".pages-a-ranger a"), nav.page.select_one(".pages-a-ranger img")
    adresse = image["src"]
    assert (lien.get_text(), image["alt"]) == ("Ouvrir texte.pdf (nouvel onglet)", "")  # vrai avec ou sans image
    assert nav.client.get(adresse, base_url=nav.base).mimetype == "image/jpeg"
    ((_, _, _, cle),) = gardes(saisie)
    stockage().ecrire(cle, b"%PDF-1.7 abime %%EOF")
    reponse = nav.client.get(adresse, base_url=nav.base)
    assert reponse.status_code == 303
    assert "feuille" in reponse.location
    with nav.client.get(reponse.location) as feuille:
        assert feuille.status_code == 200
        assert "Pas d’aperçu" in feuille.text


def test_les_pages_d_un_autre_ne_se_voient_pas(app, monde, nav, saisie):
    envoyer(nav, saisie, (jpeg(), "carte.jpg"))
    adresse = nav.page.select_one(".pages-a-ranger img")["src"]
    client = app.test_client()
    entrer(app, client, monde.ailleurs, jeton="q" * 43)
    assert client.get(adresse, base_url=nav.base).status_code == 303
    autre = commencer(nav)
    numero = adresse.rsplit("/", 1)[1]
    assert nav.client.get(f"/guichet/saisie/{autre}/numeriser/{numero}", base_url=nav.base).status_code == 404


def test_au_depot_les_pages_qui_restent_ne_partent_pas(nav, saisie):
    envoyer(nav, saisie, (numerise("red", "green"), "liasse.pdf"))
    ranger(nav, saisie, option(nav, "Pièce d’identité"), "")
    nav.ouvrir(f"/guichet/saisie/{saisie}/verifier")
    assert "1 page numérisée n’est pas rangée" in nav.texte()
    deposer(nav, saisie)
    assert [code for code, *_ in gardes(saisie)] == ["ID"]
    nav.ouvrir(f"/guichet/demandes/{saisie}")
    assert "liasse page 1.pdf" in nav.texte()
    assert "liasse page 2.pdf" not in nav.texte()


def test_ouvrir_une_page_s_inscrit_au_journal(nav, saisie):
    envoyer(nav, saisie, (jpeg(), "carte.jpg"))
    lien = nav.page.select_one(".pages-a-ranger a")["href"]
    reponse = nav.client.get(lien, base_url=nav.base)
    assert (reponse.status_code, reponse.mimetype) == (200, "image/jpeg")
    with db.sessionmaker() as session:
        lus = session.scalars(sa.select(EcritureJournal).where(EcritureJournal.acte == ActeJournal.LECTURE_PIECE)).all()
        assert [lu.demande_id for lu in lus] == [saisie]


# --- Le travail des pages, sans l'atelier autour ------------------------------------------------------------


@pytest.mark.parametrize("morceaux", [[], [b""], [b"un"], [b"un", b"", b"trois" * 1000]])
def test_un_paquet_se_defait_comme_il_s_est_fait(morceaux):
    assert deballer(emballer(morceaux)) == morceaux


@pytest.mark.parametrize("coupe", [1, 3, 5])
def test_un_paquet_coupe_se_refuse(coupe):
    with pytest.raises(ValueError, match="coupé"):
        deballer(emballer([b"bonjour"])[:coupe])


def test_decouper_ne_laisse_pas_les_images_des_autres_pages():
    bruits = [Image.effect_noise((600, 800), 90) for _ in range(3)]
    sortie = io.BytesIO()
    bruits[0].save(sortie, "PDF", save_all=True, append_images=bruits[1:])
    paquet, nombre = pages.decouper(sortie.getvalue())
    assert nombre == 3
    assert all(len(morceau) < len(sortie.getvalue()) / 2 for morceau in deballer(paquet))


@pytest.mark.parametrize("mode", ["1", "L", "RGB", "CMYK"])
def test_chaque_sorte_d_image_a_sa_vignette(mode):
    vue, _ = apercu.refaire(numerise("white", mode=mode), "vignette")
    with Image.open(io.BytesIO(vue)) as petite:
        assert petite.mode in {"L", "RGB"}


def test_la_vignette_suit_le_sens_de_la_page():
    with pikepdf.Pdf.open(io.BytesIO(numerise("red"))) as document:
        document.pages[0].rotate(90, relative=False)
        sortie = io.BytesIO()
        document.save(sortie)
    with Image.open(io.BytesIO(apercu.refaire(sortie.getvalue(), "vignette")[0])) as petite:
        assert petite.width > petite.height


@pytest.mark.parametrize("seul", [True, False], ids=["une page", "deux pages"])
def test_un_avis_numerise_est_lu_une_fois_range_et_l_agent_le_reporte(app, nav, saisie, seul):
    deux_d_docs.autorite().installer(app.extensions["portail"].dossier / autorites.IMPORTES)
    envoyer(nav, saisie, (deux_d_docs.pdf(deux_d_docs.code(), blanches=0 if seul else 1), "liasse.pdf"))
    with db.sessionmaker() as session:
        assert session.scalars(sa.select(Fichier.deux_d_doc).where(Fichier.deux_d_doc.is_not(None))).all() == []
    avis = option(nav, "Avis d’impôt 2025")
    ranger(nav, saisie, *([avis] if seul else [avis, avis]))
    piece = next(piece for piece in nav.ouvrir(f"/guichet/saisie/{saisie}/verifier").page.select("a[href*=AIS2]"))
    nav.ouvrir(piece["href"])
    assert "signature vérifiée" in nav.page.find(id="avis-lu").get_text()
    nav.envoyer(bouton="Reporter 18 500 € dans la demande")
    with db.sessionmaker() as session:
        montants = session.scalars(sa.select(RevenuFiscal.rfr_n2).where(RevenuFiscal.rfr_n2.is_not(None))).all()
    assert 18_500 in montants
