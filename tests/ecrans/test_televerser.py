"""Envoyer un papier depuis un vrai navigateur : réseau étranglé et coupé, reprise le lendemain, clavier, photo réduite."""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa
from PIL import Image
from playwright.sync_api import Page, Route, expect

from portail.compte.modeles import SessionOuverte
from portail.db import db
from portail.pieces.modeles import Fichier, Televersement
from portail.stockage import stockage
from tests import fabriques
from tests.ecrans import papiers
from tests.ecrans.conftest import PortailServi
from tests.ecrans.gestes import se_connecter_ici
from tests.lecteur_ecran import LecteurEcran
from tests.navigateur_reel import reseau_lent

pytestmark = pytest.mark.navigateur
MORCEAUX = re.compile(r"/pieces/envois/\d+$")
DERNIER = 5000  # octets : moins d'un centième du fichier


def ouvrir_la_piece(page: Page, portail: PortailServi, demande: int, code: str = "AIS2025") -> None:
    page.goto(f"{portail.url}/demandes/{demande}/pieces/{code}")
    if "connexion" in page.url:
        se_connecter_ici(page)
    expect(page.locator("input[type=file]")).to_be_attached()


def choisir(page: Page, nom: str, octets: bytes) -> None:
    genre = "application/pdf" if nom.endswith("pdf") else "image/jpeg"
    page.locator("input[type=file]").set_input_files({"name": nom, "mimeType": genre, "buffer": octets})


@dataclass
class Reseau:
    """Compte les octets de fichier partis ; coupe tout une fois `limite` atteinte."""

    limite: float = float("inf")
    partis: int = 0
    coupures: int = field(default=0)

    def suivre(self, page: Page) -> None:
        page.route(MORCEAUX, self._passer)

    def _passer(self, route: Route) -> None:
        octets = len(route.request.post_data_buffer or b"")
        if route.request.method == "POST" and self.partis + octets > self.limite:
            self.coupures += 1
            route.abort("connectionreset")
            return
        self.partis += octets
        route.continue_()


def dits(page: Page) -> list[str]:
    """Ce que les deux régions ont dit, dans l'ordre."""
    return page.evaluate("() => window.dits")


def ecouter(page: Page) -> None:
    page.add_init_script(
        """addEventListener("DOMContentLoaded", () => { window.dits = [];
        for (const zone of document.querySelectorAll("#annonce, #alerte"))
        new MutationObserver(() => { if (zone.textContent) window.dits.push(zone.textContent.replace(/\\u00a0/g, " ")); })
        .observe(zone, { childList: true, characterData: true, subtree: true }); });"""
    )


def lire(portail: PortailServi, colonne) -> list:
    return [ligne[0] for ligne in portail.lire(sa.select(colonne))]


@pytest.mark.parametrize("part", [0.1, 0.5, 0.99])
def test_coupe_sur_un_lien_etrangle_puis_fini_le_lendemain(ouvrir_page, portail, ana, surveillance, part):
    """L'onglet se ferme pendant la coupure, la session aussi ; le lendemain, seuls les octets manquants partent."""
    surveillance.tolerer("requête échouée")
    # Le dernier morceau est petit : la coupure à 99 % tombe juste avant lui.
    bourre = (32_768 + DERNIER - len(papiers.pdf_de(1_000_000))) % 65_536
    fichier = papiers.pdf_de(1_000_000, bourre)
    page = ouvrir_page()
    reseau = Reseau(limite=len(fichier) - 1 if part > 0.9 else len(fichier) * part + 1000)
    reseau.suivre(page)
    ouvrir_la_piece(page, portail, ana)
    reseau_lent(page, 60, 400, 3000)
    choisir(page, "avis.pdf", fichier)
    expect(page.locator("#annonce")).to_contain_text("Connexion perdue")
    assert reseau.coupures
    page.context.close()
    (garde,) = lire(portail, Televersement.recu)
    assert garde == reseau.partis
    assert garde / len(fichier) == pytest.approx(part, abs=0.06 if part < 0.99 else 0.01)
    with portail.app.app_context(), db.sessionmaker() as session, session.begin():
        session.execute(sa.update(SessionOuverte).values(fermee_le=fabriques.INSTANT))

    lendemain = ouvrir_page()
    suite = Reseau()
    suite.suivre(lendemain)
    ouvrir_la_piece(lendemain, portail, ana)
    expect(lendemain.get_by_text("n’est pas arrivé en entier")).to_be_visible()
    choisir(lendemain, "avis.pdf", fichier)
    expect(lendemain.get_by_role("button", name=re.compile("Retirer avis.pdf"))).to_be_visible()
    assert suite.partis == len(fichier) - garde, "seul le reste est reparti"
    assert hashlib.sha256(fichier).hexdigest() in lire(portail, Fichier.empreinte_recue)
    assert lire(portail, Televersement.id) == []


def test_le_reseau_revient_et_l_envoi_finit_seul_au_clavier(ouvrir_page, portail, ana, surveillance):
    surveillance.tolerer("requête échouée")
    page = ouvrir_page()
    ecouter(page)
    reseau = Reseau(limite=200_000)
    reseau.suivre(page)
    ouvrir_la_piece(page, portail, ana)
    page.locator("input[type=file]").focus()
    choisir(page, "avis.pdf", papiers.pdf_de(400_000))
    expect(page.locator("#annonce")).to_contain_text("Connexion perdue")
    pause = page.get_by_role("button", name="Mettre en pause")
    pause.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Reprendre l’envoi")).to_be_focused()
    reseau.limite = float("inf")
    page.keyboard.press("Enter")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_role("button", name=re.compile("Retirer avis.pdf"))).to_be_visible()
    expect(page.locator("input[type=file]")).to_be_focused()
    expect(page.locator("#annonce")).to_have_text("Document reçu.")
    entendu = dits(page)
    paliers = [phrase for phrase in entendu if phrase.startswith("Envoi de")]
    assert paliers == [f"Envoi de avis.pdf : {palier} %." for palier in (0, 25, 50, 75, 100)]
    assert {"Envoi en pause.", "Envoi repris."} <= set(entendu)
    assert entendu[-1] == "Document reçu."


def test_annuler_au_clavier_ne_laisse_rien(ouvrir_page, portail, ana, surveillance):
    surveillance.tolerer("requête échouée")
    page = ouvrir_page()
    Reseau(limite=100_000).suivre(page)
    ouvrir_la_piece(page, portail, ana)
    choisir(page, "avis.pdf", papiers.pdf_de(400_000))
    expect(page.locator("#annonce")).to_contain_text("Connexion perdue")
    page.get_by_role("button", name="Annuler l’envoi").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#annonce")).to_have_text("Envoi annulé.")
    expect(page.locator(".envoi")).to_have_count(0)
    assert page.evaluate("document.activeElement !== document.body"), "le focus ne tombe pas"
    assert lire(portail, Televersement.id) == []


def noter_les_envois(page: Page) -> None:
    """Ce que la ligne d'un envoi a dit, même le temps d'un clin d'œil : finie, elle disparaît."""
    page.evaluate(
        """() => {
            window.envoisVus = [];
            new MutationObserver(() => document.querySelectorAll('.envoi').forEach(e => envoisVus.push(e.textContent)))
                .observe(document.body, {subtree: true, childList: true, characterData: true});
        }"""
    )


@pytest.mark.parametrize("orientation", [1, 6])
def test_une_photo_de_douze_millions_de_points_part_reduite_et_droite(ouvrir_page, portail, ana, orientation):
    photo = papiers.bulletin(orientation=orientation)
    page = ouvrir_page()
    reseau = Reseau()
    reseau.suivre(page)
    ouvrir_la_piece(page, portail, ana)
    noter_les_envois(page)
    choisir(page, "IMG_2041.JPG", photo)
    expect(page.get_by_role("button", name=re.compile("Retirer IMG_2041.jpg"))).to_be_visible()
    assert re.search(r"\d,\d.Mo → \d{2,3}.Ko", page.evaluate("window.envoisVus.join('|')"))
    assert 0 < reseau.partis <= 250_000
    with portail.app.app_context():
        (cle,) = (c for c in lire(portail, Fichier.cle) if stockage().existe(c))
        recue = Image.open(io.BytesIO(stockage().lire(cle)))
    assert recue.size == (1350, 1800)
    assert not recue.getexif()


@pytest.mark.parametrize(
    ("retouche", "avis"), [(papiers.sombre, "trop sombre"), (papiers.floue, "floue"), (lambda photo: photo, "")]
)
def test_une_photo_sombre_ou_floue_previent_et_part_quand_meme(ouvrir_page, portail, ana, retouche, avis):
    page = ouvrir_page()
    ecouter(page)
    ouvrir_la_piece(page, portail, ana)
    choisir(page, "photo.jpg", papiers.bulletin(retouche))
    expect(page.get_by_role("button", name=re.compile("Retirer photo.jpg"))).to_be_visible()
    entendu = " ".join(dits(page))
    assert ("semble" in entendu) == bool(avis)
    assert avis in entendu


def test_dans_l_etape_la_piece_d_identite_part_par_morceaux_et_le_volet_suit(ouvrir_page, portail, couple):
    page = ouvrir_page()
    page.goto(f"{portail.url}/demandes/{couple}/etapes/informations-generales")
    se_connecter_ici(page)
    choisir(page, "carte.pdf", papiers.pdf_de(100_000))
    expect(page.get_by_role("button", name=re.compile("Retirer carte.pdf"))).to_be_visible()
    expect(page.locator("#v-informations-generales .pieces")).to_contain_text("reçue")
    # Le fragment de la pièce posé par le script vit encore : on peut retirer, puis renvoyer.
    page.get_by_role("button", name=re.compile("Retirer carte.pdf")).click()
    expect(page.get_by_role("button", name=re.compile("Retirer carte.pdf"))).to_have_count(0)
    choisir(page, "carte.pdf", papiers.pdf_de(90_000))
    expect(page.get_by_role("button", name=re.compile("Retirer carte.pdf"))).to_be_visible()


def test_les_fichiers_suivants_attendent_sous_les_yeux_et_le_retrait_rend_le_clavier(
    ouvrir_page, portail, couple, surveillance
):
    """Trois fichiers d'un même choix se voient aussitôt ; l'un s'annule avant de partir. Puis un retrait au clavier."""
    surveillance.tolerer("requête échouée")
    page = ouvrir_page()
    reseau = Reseau(limite=50_000)
    reseau.suivre(page)
    page.goto(f"{portail.url}/demandes/{couple}/etapes/informations-generales")
    se_connecter_ici(page)
    page.locator("input[type=file]").set_input_files(
        [{"name": f"{nom}.pdf", "mimeType": "application/pdf", "buffer": papiers.pdf_de(90_000)} for nom in "abc"]
    )
    expect(page.locator("#annonce")).to_contain_text("Connexion perdue")
    etats = [re.sub(r"\s", " ", texte) for texte in page.locator(".envoi > p:first-child").all_inner_texts()]
    assert etats[0].startswith("« a.pdf » : ")
    assert etats[1:] == ["« b.pdf » : en attente, 0 % envoyés.", "« c.pdf » : en attente, 0 % envoyés."]
    annuler = page.locator(".envoi").nth(1).get_by_role("button", name="Annuler l’envoi")
    annuler.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".envoi")).to_have_count(2)
    expect(page.locator("input[type=file]")).to_be_focused()
    reseau.limite = float("inf")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_role("button", name="Retirer c.pdf")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Retirer .*pdf"))).to_have_count(2)

    page.get_by_role("button", name="Retirer a.pdf").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Annuler le retrait de a.pdf")).to_be_focused()
    expect(page.locator("#annonce")).to_have_text("Document retiré. Vous pouvez annuler.")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="a.pdf")).to_be_focused()
    expect(page.locator("#annonce")).to_have_text("Document remis.")


@pytest.mark.parametrize("avec_script", [True, False], ids=["avec script", "sans script"])
def test_sur_la_page_d_une_piece_le_focus_revient_au_geste(ouvrir_page, portail, ana, avec_script):
    page = ouvrir_page(java_script_enabled=avec_script)
    ouvrir_la_piece(page, portail, ana)
    choisir(page, "avis.pdf", papiers.pdf_de(20_000))
    if not avec_script:
        page.get_by_role("button", name="Ajouter un fichier").click()
        expect(page.locator("[id^=piece-AIS2025]")).to_be_focused()
    page.get_by_role("button", name="Retirer avis.pdf").click()
    expect(page.get_by_role("button", name="Annuler le retrait de avis.pdf")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="avis.pdf", exact=True)).to_be_focused()
    page.get_by_role("button", name="Retirer avis.pdf").click()
    page.get_by_role("button", name="Je n’ai pas ce document").click()
    expect(page.locator("#absence")).to_be_focused()


def test_un_service_en_panne_s_essaie_six_fois_puis_se_dit(ouvrir_page, portail, ana, surveillance):
    """Une coupure s'attend aussi longtemps qu'il faut ; un service qui répond « erreur » à chaque fois, non."""
    surveillance.tolerer("500")
    page, essais = ouvrir_page(), []

    def refuser(route) -> None:
        essais.append(route.request.url)
        route.fulfill(status=500, headers={"Retry-After": "0.05"}, body="")

    page.route(MORCEAUX, refuser)
    ouvrir_la_piece(page, portail, ana)
    choisir(page, "avis.pdf", papiers.pdf_de(100_000))
    expect(page.get_by_text("L’envoi s’est arrêté. Choisissez de nouveau ce fichier").first).to_be_visible()
    assert len(essais) == 6


def test_un_fichier_refuse_se_dit_comme_sans_script(ouvrir_page, portail, ana):
    page = ouvrir_page()
    ecouter(page)
    ouvrir_la_piece(page, portail, ana)
    choisir(page, "lettre.pdf", b"PK\x03\x04 word/document.xml" + b"x" * 900)
    expect(
        page.locator("#e-fichier-AIS2025-" + page.locator("input[type=file]").get_attribute("id").split("-")[-1])
    ).to_contain_text("document Word")
    expect(page.locator("#alerte")).to_contain_text("document Word")
    assert "document Word" in dits(page)[-1], "le refus se dit après l’envoi, non avant"


def test_sans_javascript_le_meme_fichier_part_en_une_fois(page_sans_js, portail, ana):
    fichier = papiers.pdf_de(200_000)
    ouvrir_la_piece(page_sans_js, portail, ana)
    choisir(page_sans_js, "avis.pdf", fichier)
    page_sans_js.get_by_role("button", name="Ajouter un fichier").click()
    expect(page_sans_js.get_by_role("button", name=re.compile("Retirer avis.pdf"))).to_be_visible()
    assert hashlib.sha256(fichier).hexdigest() in lire(portail, Fichier.empreinte_recue)


@pytest.mark.parametrize("page", [(1280, 900), (320, 640)], indirect=True, ids=["large", "320px"])
def test_la_page_d_une_piece_dans_ses_etats(page, portail, ana, surveillance, examiner):
    """Envoi en cours et coupé, fichiers à ranger, retrait, remplacement, absence : axe AAA, HTML valide, rien ne déborde."""
    surveillance.tolerer("requête échouée")
    ouvrir_la_piece(page, portail, ana)
    reseau = Reseau(limite=100_000)
    reseau.suivre(page)
    choisir(page, "un nom de fichier assez long pour une petite page.pdf", papiers.pdf_de(300_000))
    expect(page.locator("#annonce")).to_contain_text("Connexion perdue")
    examiner("envoi coupé")
    reseau.limite = float("inf")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_role("button", name=re.compile("Retirer un nom"))).to_be_visible()
    choisir(page, "verso.pdf", papiers.pdf_de(50_000))
    page.get_by_role("button", name="Monter verso.pdf").click()
    expect(page.get_by_role("button", name=re.compile("^Monter un nom"))).to_be_visible()
    examiner("deux fichiers")
    page.get_by_role("link", name=re.compile("Remplacer verso.pdf")).click()
    expect(page.get_by_text("prendra la place de")).to_be_visible()
    choisir(page, "neuf.pdf", papiers.pdf_de(60_000))
    expect(page.get_by_role("button", name=re.compile("Annuler le retrait de verso.pdf"))).to_be_visible()
    examiner("remplacé")
    ouvrir_la_piece(page, portail, ana, "SAL")
    page.get_by_role("button", name="Je n’ai pas ce document").click()
    page.get_by_role("radio", name=re.compile("me le rappeler")).check()
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("#resume")).to_be_focused()
    examiner("rappel sans date")


def test_ce_qu_entend_qui_ne_voit_pas_l_envoi(page, portail, ana):
    ouvrir_la_piece(page, portail, ana)
    lecteur = LecteurEcran(page)
    choisir(page, "avis.pdf", papiers.pdf_de(200_000))
    expect(page.locator("#annonce")).to_have_text("Document reçu.")
    lues = " | ".join(lecteur.tout_lire()).replace("\u00a0", " ")
    annonces = [annonce.replace("\u00a0", " ") for annonce in lecteur.annonces()]
    assert annonces[0] == "polite: Envoi de avis.pdf : 0 %."
    assert annonces[-1] == "polite: Document reçu."
    for phrase in ("link, avis.pdf", "button, Retirer avis.pdf", "button, Ajouter un fichier", "Ne convient pas"):
        assert phrase in lues, phrase


def test_un_refus_ne_reste_pas_sous_la_piece_une_fois_un_autre_fichier_choisi(page, portail, ana):
    ouvrir_la_piece(page, portail, ana)
    choisir(page, "vide.pdf", b"")
    refus = page.locator(".envoi", has_text="« vide.pdf » est vide")
    expect(refus).to_be_visible()
    choisir(page, "avis.pdf", papiers.pdf_de(20_000))
    expect(page.get_by_role("link", name="avis.pdf", exact=True)).to_be_visible()
    expect(refus).to_have_count(0)
