"""Chaque page, dans ses états : axe sans violation (AAA pour le contraste), HTML valide, 320 px sans défilement de côté.

Focus, annonces et clavier : ce que la page promet à qui ne la voit pas.
"""

from __future__ import annotations

import re
from datetime import date

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from portail.demande.modeles import LogementActuel
from portail.demande.parcours import PARCOURS
from tests.ecrans.gestes import aller, enregistre, ouvrir_l_etape, question, repondre, titre
from tests.examen import debordement
from tests.verificateurs import axe

pytestmark = pytest.mark.navigateur

PUBLIQUES = (
    "/", "/compte/creer", "/compte/connexion", "/compte/mot-de-passe-oublie", "/compte/inscription-envoyee",
    "/compte/lien-envoye", "/compte/confirmer/un-jeton", "/compte/geler/un-jeton", "/compte/adresse/confirmer/un-jeton",
    "/compte/supprime", "/plan-du-site", "/accessibilite", "/mentions-legales",
    "/donnees-personnelles", "/n-existe-pas",
)  # fmt: skip


@pytest.mark.parametrize("page", [(1280, 900), (320, 640)], indirect=True, ids=["large", "320px"])
def test_les_pages_publiques(page, portail, examiner):
    for adresse in PUBLIQUES:
        page.goto(portail.url + adresse)
        examiner(adresse)


@pytest.mark.parametrize("page", [(1280, 900)], indirect=True, ids=["large"])
def test_une_page_courte_a_son_pied_en_bas_et_l_aide_reste_par_dessus(page, portail):
    page.goto(f"{portail.url}/n-existe-pas")
    pied = page.locator("footer").bounding_box()
    assert pied["y"] + pied["height"] == pytest.approx(page.viewport_size["height"], abs=1)
    page.locator("main > a", has_text="J’ai besoin d’aide").last.click()
    expect(page).to_have_url(f"{portail.url}/aide")


@pytest.mark.parametrize("page", [(1280, 900), (320, 640)], indirect=True, ids=["large", "320px"])
def test_les_pages_de_la_demande(page, portail, couple, examiner):
    ouvrir_l_etape(page, portail, couple, "informations-generales")
    for etape in PARCOURS.etapes:
        page.goto(f"{portail.url}/demandes/{couple}/etapes/{etape.slug}")
        if page.viewport_size["width"] < 400:
            page.locator("#volet summary").click()
        examiner(etape.slug)
    for adresse in (f"/demandes/{couple}/verifier", "/demandes", "/demandes/nouvelle", f"/demandes/{couple}/pieces/ID",
                    "/compte", "/compte/mot-de-passe", "/compte/adresse", "/compte/prouver", "/compte/donnees",
                    "/compte/supprimer"):  # fmt: skip
        page.goto(portail.url + adresse)
        examiner(adresse)


def test_les_pages_en_erreur_et_apres_echange(page, portail, couple, examiner):
    page.goto(f"{portail.url}/compte/creer")
    page.get_by_role("button", name="Créer mon compte").click()
    expect(page.locator("#resume")).to_be_focused()
    examiner("inscription en erreur")
    ouvrir_l_etape(page, portail, couple, "demandeurs")
    repondre(page, "Téléphone portable", "06 12")
    page.get_by_role("button", name="Poursuivre pour renforcer ma demande").click()
    expect(page.locator("#resume")).to_be_focused()
    assert page.title().startswith("Erreur – Demandeurs – Étape 2 sur 9 – ")
    examiner("étape en erreur")
    page.get_by_role("button", name=re.compile("^Retirer Tom")).click()
    expect(page.get_by_role("button", name="Oui, retirer Tom")).to_be_visible()
    examiner("confirmation de retrait")
    page.get_by_role("button", name="Oui, retirer Tom").click()
    expect(page.get_by_role("button", name="Annuler le retrait")).to_be_visible()
    examiner("retrait à annuler")


@pytest.mark.parametrize(
    ("agent", "attendu"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "assertive"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", None),
        ("Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0", None),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36", None),
    ],
    ids=["Firefox sous Linux", "Firefox sous Windows", "Firefox sous Android", "Chromium sous Linux"],
)
def test_l_alerte_se_dit_aussi_a_orca(ouvrir_page, portail, agent, attendu):
    """Firefox n'annonce à Orca (43) que les régions qui portent `aria-live` ; ailleurs, les deux la diraient deux fois."""
    page = ouvrir_page(user_agent=agent)
    page.goto(f"{portail.url}/aide")
    alerte = page.get_by_role("alert")
    expect(alerte).to_have_count(1)
    assert alerte.get_attribute("aria-live") == attendu


def observer_les_annonces(page: Page) -> None:
    """Note chaque texte qui arrive dans les deux régions, comme les dirait un lecteur d'écran."""
    page.evaluate("""() => {
        window.dites = [];
        for (const id of ['annonce', 'alerte']) {
            const zone = document.getElementById(id);
            window['zone_' + id] = zone;
            new MutationObserver(() => { if (zone.textContent.trim()) window.dites.push(zone.textContent.trim()); })
                .observe(zone, { childList: true, characterData: true, subtree: true });
        }
    }""")


def dites(page: Page) -> list[str]:
    return [" ".join(texte.split()) for texte in page.evaluate("window.dites")]


def test_l_enregistrement_reussi_se_voit_et_ne_parle_pas(page, portail, couple):
    ouvrir_l_etape(page, portail, couple, "logement-actuel")
    observer_les_annonces(page)
    repondre(page, "Surface", "70")
    enregistre(page)
    expect(page.locator("#enregistre")).to_contain_text("Enregistré à")
    assert dites(page) == []


def test_une_nouvelle_question_est_annoncee_une_fois(page, portail, couple):
    ouvrir_l_etape(page, portail, couple, "logement-actuel")
    observer_les_annonces(page)
    repondre(page, "Possédez-vous un autre logement ?", "Oui")
    expect(question(page, "Lequel, et pourquoi n’y vivez-vous pas ?")).to_be_visible()
    assert dites(page) == ["Nouvelle question : Lequel, et pourquoi n’y vivez-vous pas ?"]
    assert page.evaluate("window.zone_annonce === document.getElementById('annonce')"), "la région a été remplacée"


def test_une_erreur_est_dite_une_fois_et_le_focus_reste(page, portail, couple):
    ouvrir_l_etape(page, portail, couple, "logement-actuel")
    observer_les_annonces(page)
    surface = question(page, "Surface")
    surface.fill("grand")
    surface.press("Tab")
    expect(page.locator("#e-surface")).to_be_visible()
    entendu = dites(page)
    assert len(entendu) == 1
    assert entendu[0].startswith("Surface : Écrivez un nombre entier")
    assert page.evaluate("document.activeElement.name") == "nb_habitants", "le focus a bougé"
    assert surface.get_attribute("aria-invalid") == "true"


def test_a_la_reprise_une_reponse_refusee_reste_dite_et_une_question_nouvelle_ne_l_est_qu_une_fois(
    page, surveillance, portail, ana
):
    """L'erreur s'effaçait aussitôt, remplacée par « Vos réponses sont enregistrées » ; la question se disait à part."""
    surveillance.tolerer("ERR_INTERNET_DISCONNECTED|htmx:error|422")
    ouvrir_l_etape(page, portail, ana, "logement-actuel")
    observer_les_annonces(page)

    def reprendre(question_, reponse):
        page.context.set_offline(True)
        repondre(page, question_, reponse)
        page.keyboard.press("Tab")
        expect(page.locator("#alerte")).to_contain_text("Enregistrement impossible")
        page.evaluate("() => { window.dites = []; document.getElementById('annonce').textContent = ''; }")
        page.context.set_offline(False)
        expect(page.locator("#annonce")).to_contain_text("La connexion est revenue")
        return dites(page)

    assert reprendre("Possédez-vous un autre logement ?", "Oui") == [
        "Nouvelle question : Lequel, et pourquoi n’y vivez-vous pas ? "
        "La connexion est revenue. Vos réponses sont enregistrées."
    ]
    reprise, erreur = reprendre("Surface", "grand")
    assert reprise == "La connexion est revenue."
    assert erreur.startswith("Surface : Écrivez un nombre entier")
    expect(page.locator("#alerte")).to_contain_text("Surface")


def test_une_date_qui_s_ecrit_ne_reclame_pas_le_mois(page, portail, couple):
    """Ses trois cases sont une question : jugée quand on la quitte, pas entre le jour et le mois."""
    ouvrir_l_etape(page, portail, couple, "logement-actuel")
    observer_les_annonces(page)
    enregistrees = lambda: portail.lire(sa.select(LogementActuel.date_entree))  # noqa: E731
    question(page, "Depuis quelle date y vivez-vous ?").get_by_role("textbox", name="Jour").focus()
    for partie in ("12", "3", "2019"):
        page.keyboard.press("Control+A")
        page.keyboard.type(partie)
        assert enregistrees() != [(date(2019, 3, 12),)], "pas avant d'avoir quitté la date"
        page.keyboard.press("Tab")
        assert page.locator("#e-date_entree").count() == 0
    enregistre(page)
    assert (dites(page), enregistrees()) == ([], [(date(2019, 3, 12),)])

    page.get_by_role("textbox", name="Mois").fill("")
    page.get_by_role("textbox", name="Année").focus()
    enregistre(page)
    expect(page.locator("#e-date_entree")).to_have_text(re.compile("Indiquez aussi le mois"))
    assert len(dites(page)) == 1


def test_le_focus_suit_la_page(page, portail, couple):
    ouvrir_l_etape(page, portail, couple, "informations-generales")
    page.get_by_role("button", name="Poursuivre pour renforcer ma demande").click()
    titre(page, "Demandeurs")
    expect(page.locator("#titre")).to_be_focused()
    assert page.title() == "Demandeurs – Étape 2 sur 9 – Portail logement social"
    aller(page, "Motifs")
    expect(page.locator("#titre")).to_be_focused()
    page.get_by_role("button", name="Ajouter un motif").click()
    expect(page.locator(".ligne[tabindex='-1']")).to_be_focused()
    page.go_back()
    titre(page, "Demandeurs")
    assert page.evaluate("document.activeElement !== null")


@pytest.mark.parametrize("avec_script", [True, False], ids=["avec script", "sans script"])
def test_la_ligne_ajoutee_se_voit_depuis_son_titre(ouvrir_page, portail, couple, avec_script):
    """Plus haute que l'écran, elle se montrait par le milieu, son titre hors de vue."""
    page = ouvrir_page((360, 640), java_script_enabled=avec_script)
    ouvrir_l_etape(page, portail, couple, "composition-du-foyer")
    page.get_by_role("button", name="Ajouter une personne à charge").click()
    intitule = page.get_by_role("heading", name=re.compile("^Personne à charge 4"))
    expect(intitule).to_be_focused()
    expect(intitule).to_be_in_viewport()


def test_poursuivre_plus_tard_dit_a_l_arrivee_que_c_est_enregistre(page, portail, couple):
    ouvrir_l_etape(page, portail, couple, "logement-actuel")
    page.get_by_role("button", name="Poursuivre plus tard").click()
    expect(page.locator("#fait")).to_be_focused()
    expect(page.get_by_role("group", name=re.compile("^C’est enregistré. Votre brouillon est gardé"))).to_be_visible()


def test_la_fin_de_session_s_annonce_se_prolonge_et_rend_le_clavier(page, portail, couple):
    ouvrir_l_etape(page, portail, couple, "logement-actuel")
    page.clock.install()
    surface = question(page, "Surface")
    surface.focus()
    page.clock.fast_forward(28 * 60_000)
    rester = page.get_by_role("button", name="Rester connecté(e)")
    expect(rester).to_be_visible()
    expect(page.locator("#alerte")).to_contain_text("votre session se ferme dans deux minutes")
    assert axe(page, aaa=True) == []
    page.locator(".eviter").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(rester).to_be_focused()  # tout de suite après « Aller au contenu »
    page.keyboard.press("Enter")
    expect(rester).to_have_count(0)
    expect(surface).to_be_focused()
    # Enregistrer prolonge aussi : l'avis ne reste pas.
    page.clock.fast_forward(28 * 60_000)
    expect(rester).to_be_visible()
    surface.fill("71")
    enregistre(page)
    page.clock.fast_forward(10_000)
    expect(rester).to_have_count(0)


def test_tout_au_clavier(page, portail, couple):
    """Du lien d'évitement au bouton d'envoi, sans souris : chaque arrêt est visible et nommé, et la boucle se ferme."""
    ouvrir_l_etape(page, portail, couple, "motifs")
    page.reload()
    vus = []
    for _ in range(120):
        page.keyboard.press("Tab")
        arret = page.evaluate("""() => {
            const e = document.activeElement, r = e.getBoundingClientRect();
            if (e === document.body) return null;
            return { nom: (e.innerText || e.getAttribute('aria-label') || e.labels?.[0]?.innerText || e.value || '').trim(),
                     visible: r.width > 0 && r.height > 0, cle: e.id || e.href || e.value };
        }""")
        if arret is None or (vus and arret["cle"] == vus[0]["cle"]):
            break
        vus.append(arret)
    noms = [arret["nom"] for arret in vus]
    assert noms[0] == "Aller au contenu"
    assert all(arret["visible"] and arret["nom"] for arret in vus), [a for a in vus if not (a["visible"] and a["nom"])]
    assert "Poursuivre plus tard" in noms
    assert noms[-1] == "Guichets"


def test_les_cibles_ont_la_taille_d_un_doigt(page, portail, couple):
    ouvrir_l_etape(page, portail, couple, "demandeurs")
    petites = page.evaluate("""() => [...document.querySelectorAll('main button:not([aria-hidden]), main .choix label, main input:not([type=hidden]):not([type=radio]):not([type=checkbox]), main select, nav.menu a, nav.volet .etapes > li > a, footer a, header a, header button')]
        .filter(e => e.offsetParent && e.getBoundingClientRect().height < 44)
        .map(e => e.outerHTML.slice(0, 80))""")
    assert petites == []


@pytest.mark.asvs("14.3.3")
def test_rien_dans_la_memoire_du_navigateur(page, portail, couple):
    ouvrir_l_etape(page, portail, couple, "demandeurs")
    repondre(page, "Téléphone portable", "06 12 34 56 79")
    enregistre(page)
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    cookies = page.context.cookies()
    assert [cookie["name"] for cookie in cookies] == ["portail"]
    assert len(cookies[0]["name"]) + len(cookies[0]["value"]) <= 120


def test_la_case_sans_laquelle_rien_ne_part_se_dit_requise(page, portail, couple):
    ouvrir_l_etape(page, portail, couple, "motifs")
    for adresse in (f"/demandes/{couple}/verifier", "/compte/supprimer"):
        page.goto(portail.url + adresse)
        expect(page.locator("main input[type=checkbox]")).to_have_attribute("aria-required", "true")


def test_imprime_le_recapitulatif_ne_porte_que_les_reponses(page, portail, couple):
    ouvrir_l_etape(page, portail, couple, "motifs")
    page.goto(f"{portail.url}/demandes/{couple}/verifier")
    page.emulate_media(media="print")
    for bouton in page.locator(".bouton, main a", has_text=re.compile("Quitter vite|Modifier|Soumettre")).all():
        expect(bouton).to_be_hidden()
    expect(page.get_by_text("Nom de naissance").first).to_be_visible()


@pytest.mark.parametrize(
    "options",
    [{"forced_colors": "active"}, {"reduced_motion": "reduce"}, {"color_scheme": "dark"}],
    ids=lambda o: next(iter(o)),
)
def test_les_preferences_sont_suivies(ouvrir_page, portail, couple, options):
    page = ouvrir_page(**options)
    ouvrir_l_etape(page, portail, couple, "motifs")
    assert axe(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_en_couleurs_forcees_la_page_courante_et_l_action_ressortent(ouvrir_page, portail, couple, theme):
    """Une bordure transparente y devient visible : tout le menu paraissait souligné, tout bouton cerclé."""
    page = ouvrir_page(forced_colors="active", color_scheme=theme)
    ouvrir_l_etape(page, portail, couple, "motifs")
    fond = page.evaluate("getComputedStyle(document.body).backgroundColor")
    for cle, vue in {
        "nav.menu [aria-current]": True,
        "nav.menu a:not([aria-current])": False,
        "button[value=poursuivre]:not(.lu)": True,
        "button[value=soumettre]": False,
    }.items():
        bordure = page.locator(cle).first.evaluate("e => getComputedStyle(e).borderBottomColor")
        assert (bordure != fond) is vue, cle


def test_a_quatre_cents_pour_cent_rien_ne_se_recouvre(ouvrir_page, portail, couple):
    """Espacement du texte imposé (RGAA 10.12) : rien n'est coupé."""
    page = ouvrir_page((320, 256))
    ouvrir_l_etape(page, portail, couple, "souhaits")
    page.evaluate(
        """() => { const f = new CSSStyleSheet(); f.replaceSync('* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-bottom: 2em !important }'); document.adoptedStyleSheets.push(f); }"""
    )
    assert debordement(page) <= 0


@pytest.mark.parametrize("page", [(1280, 900), (360, 740)], indirect=True, ids=["large", "téléphone"])
def test_le_texte_double_ne_fait_pas_defiler_de_cote(page, portail, couple):
    """Caractères à 200 % (RGAA 10.4) : dates, en-tête, volet et récapitulatif passent à la ligne."""
    ouvrir_l_etape(page, portail, couple, "souhaits")
    demande = f"{portail.url}/demandes/{couple}"
    for adresse in (
        f"{demande}/etapes/informations-generales", f"{demande}/etapes/demandeurs", f"{demande}/verifier",
        f"{portail.url}/suis-je-eligible", f"{portail.url}/comment-ca-marche",
    ):  # fmt: skip
        page.goto(adresse)
        page.evaluate(
            """() => { const f = new CSSStyleSheet(); f.replaceSync('html { font-size: 200% !important }'); document.adoptedStyleSheets.push(f);
                for (const d of document.querySelectorAll('details')) d.open = true }"""
        )
        assert debordement(page) <= 0, adresse
        menu = page.locator("summary", has_text="Menu")
        if menu.is_visible():
            marque, bouton = page.locator(".marque span").bounding_box(), menu.bounding_box()
            assert marque["x"] + marque["width"] <= bouton["x"] or marque["y"] + marque["height"] <= bouton["y"]
