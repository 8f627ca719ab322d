"""Session tuée entre deux frappes, second onglet, montant invalide laissé une nuit, double envoi, réseau coupé."""

from __future__ import annotations

import re
from urllib.parse import parse_qs

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from portail.compte.modeles import SessionOuverte
from portail.courriel import Envoi
from portail.db import db
from portail.demande.modeles import Declaration, Evenement, GenreEvenement
from tests import fabriques
from tests.ecrans.conftest import PortailServi
from tests.ecrans.gestes import aller, enregistre, ouvrir_l_etape, question, repondre, se_connecter_ici, titre

pytestmark = pytest.mark.navigateur


def tuer_les_sessions(portail: PortailServi) -> None:
    with portail.app.app_context(), db.sessionmaker() as session, session.begin():
        session.execute(sa.update(SessionOuverte).values(fermee_le=fabriques.INSTANT))


def precisions(portail: PortailServi) -> list[str | None]:
    from portail.demande.modeles import Motifs

    return [ligne[0] for ligne in portail.lire(sa.select(Motifs.precisions))]


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "sans-js"])
def test_session_tuee_entre_deux_frappes(ouvrir_page, portail, ana, javascript):
    page = ouvrir_page(java_script_enabled=javascript)
    ouvrir_l_etape(page, portail, ana, "motifs")
    tuer_les_sessions(portail)
    repondre(page, "Voulez-vous préciser ?", "Je dors chez ma sœur depuis mars.")
    page.get_by_role("button", name="Poursuivre plus tard").click()
    titre(page, "J’ai déjà un compte, je me connecte")
    expect(page.get_by_text("ce que vous aviez écrit vous attend")).to_be_visible()
    se_connecter_ici(page)
    titre(page, "Motifs")
    expect(question(page, "Voulez-vous préciser ?")).to_have_value("Je dors chez ma sœur depuis mars.")
    assert precisions(portail) == [None], "rien n’est enregistré en silence"
    expect(page.get_by_role("group", name="ce n’est pas encore enregistré")).to_be_focused()  # et cela s’entend
    page.get_by_role("button", name="Poursuivre plus tard").click()
    titre(page, "Bonjour Ana !")
    assert precisions(portail) == ["Je dors chez ma sœur depuis mars."]


def test_second_onglet(ouvrir_page, portail, ana):
    """Deux onglets du même navigateur : le second enregistrement montre les deux réponses, côte à côte."""
    premier = ouvrir_page()
    ouvrir_l_etape(premier, portail, ana, "logement-actuel")
    second = premier.context.new_page()
    ouvrir_l_etape(second, portail, ana, "logement-actuel")
    repondre(second, "Surface", "40")
    enregistre(second)
    repondre(premier, "Surface", "55")
    premier.locator("h1").click()
    comparer = premier.get_by_role("button", name="Comparer et choisir")
    expect(comparer).to_be_visible()
    expect(question(premier, "Surface")).to_have_value("55")
    comparer.click()
    titre(premier, "Cette étape a changé ailleurs")
    expect(premier.get_by_text("40 m²")).to_be_visible()
    premier.get_by_role("radio", name=re.compile("55")).check()
    premier.get_by_role("button", name="Enregistrer mon choix").click()
    titre(premier, "Logement actuel")
    expect(question(premier, "Surface")).to_have_value("55")


def test_montant_invalide_laisse_une_nuit(ouvrir_page, portail, ana):
    page = ouvrir_page()
    ouvrir_l_etape(page, portail, ana, "logement-actuel")
    repondre(page, "Loyer ou redevance, charges comprises", "environ 400")
    page.locator("h1").click()
    expect(page.locator("#e-loyer_mensuel")).to_contain_text("Écrivez un montant en chiffres")
    page.context.close()
    lendemain = ouvrir_page()
    ouvrir_l_etape(lendemain, portail, ana, "logement-actuel")
    expect(question(lendemain, "Loyer ou redevance, charges comprises")).to_have_value("environ 400")
    expect(lendemain.locator("#e-loyer_mensuel")).to_contain_text("Écrivez un montant en chiffres")
    expect(lendemain.locator("#v-logement-actuel")).to_contain_text("1 réponse à corriger")
    repondre(lendemain, "Loyer ou redevance, charges comprises", "400")
    lendemain.locator("h1").click()
    expect(lendemain.locator("#v-logement-actuel")).to_contain_text("Complète")
    expect(lendemain.locator("#e-loyer_mensuel")).to_have_count(0)


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "sans-js"])
def test_double_envoi_du_depot(ouvrir_page, portail, ana, javascript):
    page = ouvrir_page(java_script_enabled=javascript)
    ouvrir_l_etape(page, portail, ana, "souhaits")
    page.goto(f"{portail.url}/demandes/{ana}/verifier")
    page.get_by_role("checkbox", name="J’atteste sur l’honneur l’exactitude de ma déclaration").check()
    page.get_by_role("button", name="Soumettre ma demande").dblclick()
    titre(page, "Votre demande est soumise")
    page.reload()
    titre(page, "Votre demande est soumise")
    page.go_back()
    depots = portail.lire(sa.select(Evenement.id).where(Evenement.genre == GenreEvenement.DEPOT))
    assert len(depots) == 1
    assert len(portail.lire(sa.select(Declaration.id).where(Declaration.deposee_le.is_not(None)))) == 1
    assert len(portail.lire(sa.select(Envoi.id))) == 1


def test_reseau_coupe_puis_revenu(page, surveillance, portail, ana):
    """La panne est dite une fois, la saisie reste, et tout repart seul quand le réseau revient."""
    surveillance.tolerer("ERR_INTERNET_DISCONNECTED|htmx:error")
    ouvrir_l_etape(page, portail, ana, "motifs")
    page.context.set_offline(True)
    repondre(page, "Voulez-vous préciser ?", "Écrit dans le tunnel.")
    page.locator("h1").click()
    expect(page.locator("#alerte")).to_contain_text("Ce que vous avez écrit reste sur la page")
    expect(page.locator("#enregistre")).to_contain_text("Pas encore enregistré")
    page.evaluate("document.getElementById('alerte').textContent = ''")
    page.get_by_role("button", name="Poursuivre pour renforcer ma demande").click()
    expect(page.locator("#alerte")).to_contain_text("Enregistrement impossible")  # un bouton pressé a sa réponse
    page.context.set_offline(False)
    expect(page.locator("#annonce")).to_contain_text("La connexion est revenue")
    expect(page.locator("#enregistre")).to_contain_text("Enregistré à")
    assert precisions(portail) == ["Écrit dans le tunnel."]


def test_changer_d_etape_pendant_une_panne_enregistre_d_abord_ou_reste(page, surveillance, portail, ana):
    """Un enregistrement manqué, puis un lien du volet qui, lui, passait : la saisie disparaissait, dite enregistrée."""
    surveillance.tolerer("ERR_FAILED|htmx:error")
    ouvrir_l_etape(page, portail, ana, "motifs")
    en_panne = [True]
    page.route(
        "**/etapes/motifs",
        lambda route: route.abort() if route.request.method == "POST" and en_panne[0] else route.continue_(),
    )
    repondre(page, "Voulez-vous préciser ?", "Écrit dans le tunnel.")
    page.locator("h1").click()
    expect(page.locator("#alerte")).to_contain_text("Ce que vous avez écrit reste sur la page")
    page.evaluate("document.getElementById('alerte').textContent = ''")
    page.get_by_role("navigation", name="Étapes de la demande").get_by_role(
        "link", name=re.compile("^Souhaits")
    ).click()
    expect(page.locator("#alerte")).to_contain_text("Ce que vous avez écrit reste sur la page")
    titre(page, "Motifs")
    expect(question(page, "Voulez-vous préciser ?")).to_have_value("Écrit dans le tunnel.")
    en_panne[0] = False
    aller(page, "Souhaits")
    assert precisions(portail) == ["Écrit dans le tunnel."]


def test_quitter_la_page_pendant_une_panne_se_confirme_sauf_quitter_vite(page, surveillance, portail, ana):
    surveillance.tolerer("ERR_FAILED|htmx:error|meteofrance")
    ouvrir_l_etape(page, portail, ana, "motifs")
    page.route("**/etapes/motifs", lambda route: route.abort())
    dialogues = []
    page.on("dialog", lambda dialogue: (dialogues.append(dialogue.type), dialogue.dismiss()))
    repondre(page, "Voulez-vous préciser ?", "Écrit dans le tunnel.")
    page.locator("h1").click()
    expect(page.locator("#alerte")).to_contain_text("Ce que vous avez écrit reste sur la page")
    page.get_by_role("link", name="Offres par commune").click(no_wait_after=True)
    expect(question(page, "Voulez-vous préciser ?")).to_have_value("Écrit dans le tunnel.")
    page.get_by_role("button", name="Quitter vite").click()
    page.wait_for_url(lambda adresse: "/etapes/" not in adresse)
    assert dialogues == ["beforeunload"]


@pytest.mark.parametrize("statut", [200, 413, 429])
def test_la_page_d_un_autre_serveur_n_est_pas_une_reponse(page, surveillance, portail, ana, statut):
    """Un serveur mandataire, un Wi-Fi public : son texte anglais se disait, et rien ne disait que rien n'était gardé."""
    surveillance.tolerer("429|413|htmx")
    ouvrir_l_etape(page, portail, ana, "motifs")
    page.route(
        "**/etapes/motifs",
        lambda route: route.fulfill(status=statut, body="<html><h1>Too Large</h1></html>", content_type="text/html"),
    )
    repondre(page, "Voulez-vous préciser ?", "Écrit dans le tunnel.")
    page.locator("h1").click()
    expect(page.locator("#alerte")).to_contain_text("Ce que vous avez écrit reste sur la page")
    expect(page.locator("#enregistre")).to_contain_text("Pas encore enregistré")
    expect(page.locator("#annonce")).to_be_empty()
    page.unroute("**/etapes/motifs")
    expect(page.locator("#enregistre")).to_contain_text("Enregistré à")
    assert precisions(portail) == ["Écrit dans le tunnel."]


def test_un_envoi_refuse_ne_reste_pas_dit_enregistre(page, surveillance, portail, ana):
    surveillance.tolerer("404|htmx")
    ouvrir_l_etape(page, portail, ana, "motifs")
    page.route("**/etapes/motifs", lambda route: route.continue_(url=f"{portail.url}/demandes/99/etapes/motifs"))
    repondre(page, "Voulez-vous préciser ?", "Écrit dans le tunnel.")
    page.locator("h1").click()
    expect(page.locator("#alerte")).to_contain_text("Cet envoi n’est pas enregistré")
    expect(page.locator("#enregistre")).to_have_text("Pas encore enregistré.")


def test_un_reseau_fige_se_dit_au_lieu_de_laisser_croire_enregistre(page, portail, ana):
    """Sans erreur ni réponse, « Enregistré à… » restait affiché pendant des minutes."""
    ouvrir_l_etape(page, portail, ana, "motifs")
    page.clock.install()
    retenues = []
    page.route("**/etapes/motifs", lambda route: retenues.append(route) if not retenues else route.continue_())
    repondre(page, "Voulez-vous préciser ?", "Écrit dans le tunnel.")
    page.locator("h1").click()
    expect(page.locator("#formulaire")).to_have_class(re.compile("htmx-request"))
    page.clock.fast_forward(9000)
    expect(page.locator("#alerte")).to_contain_text("Le réseau est lent. Ce que vous avez écrit reste sur la page.")
    expect(page.locator("#enregistre")).to_contain_text("Pas encore enregistré")
    retenues[0].continue_()
    expect(page.locator("#annonce")).to_contain_text("La connexion est revenue")
    expect(page.locator("#enregistre")).to_contain_text("Enregistré à")
    assert precisions(portail) == ["Écrit dans le tunnel."]


def test_un_double_clic_lent_se_voit_partir_et_ne_redessine_pas_l_etape_suivante(page, portail, ana):
    """Le second envoi attendait la fin du premier : sa réponse effaçait ce qui s'écrivait déjà à l'étape suivante."""
    ouvrir_l_etape(page, portail, ana, "motifs")
    envois = []

    def ralentir(route):
        if route.request.method == "POST":
            envois.append(route.request.post_data)
            page.wait_for_timeout(1500)
        route.continue_()

    page.route("**/etapes/motifs", ralentir)
    en_cours = "getComputedStyle(document.getElementById('enregistre'), '::after').content"
    assert "Envoi en cours" not in page.evaluate(en_cours)
    page.evaluate(
        """() => setTimeout(() => {
            window.pendant = getComputedStyle(document.getElementById('enregistre'), '::after').content;
            document.querySelector('.actions button[value=poursuivre]').click();
        }, 600)"""
    )
    page.get_by_role("button", name="Poursuivre pour renforcer ma demande").click()
    titre(page, "Souhaits")
    precisions = question(page, "Précisions sur votre demande")
    precisions.fill("Déjà en train d'écrire")
    page.wait_for_timeout(2500)
    expect(precisions).to_be_focused()
    expect(precisions).to_have_value("Déjà en train d'écrire")
    assert "Envoi en cours" in page.evaluate("window.pendant")
    assert len(envois) == 1


def test_deux_envois_finis_ne_font_pas_croire_le_reseau_fige(page, portail, ana):
    """Un fichier et une réponse partis ensemble : le second oubliait l'attente du premier, qui se disait lent, fini."""
    ouvrir_l_etape(page, portail, ana, "motifs")
    page.clock.install()
    page.evaluate(
        """() => {
            const envois = [1, 2].map(() => ({ request: { method: "POST", body: new FormData() } }));
            for (const quand of ["before", "finally"]) for (const ctx of envois)
                document.dispatchEvent(new CustomEvent(`htmx:${quand}:request`, { detail: { ctx } }));
        }"""
    )
    page.clock.fast_forward(9000)
    expect(page.locator("#enregistre")).not_to_contain_text("Pas encore enregistré")


def test_reponse_perdue_n_est_pas_un_conflit(page, surveillance, portail, ana):
    """Le serveur a enregistré, la réponse s'est perdue : le prochain envoi passe et remet la page à jour."""
    surveillance.tolerer("ERR_FAILED|ERR_CONNECTION|htmx:error")
    ouvrir_l_etape(page, portail, ana, "logement-actuel")
    perdues = []

    def perdre(route):
        if route.request.method == "POST" and not perdues:
            perdues.append(route.fetch())  # le serveur répond, la page ne le saura pas
            route.abort()
        else:
            route.continue_()

    page.route("**/etapes/logement-actuel", perdre)
    repondre(page, "Où vivez-vous aujourd’hui ?", "Locataire d’un logement social (HLM)")
    expect(page.locator("#alerte")).to_contain_text("Enregistrement impossible")
    expect(question(page, "Nom du bailleur social")).to_be_visible()  # le nouvel essai a tout remis à jour
    assert perdues
    assert page.locator("#conflit").inner_text() == ""


def test_une_frappe_pendant_l_enregistrement_reste(page, portail, ana):
    """La réponse d'un enregistrement arrive pendant que la personne écrit ailleurs : elle ne touche pas à sa case."""
    ouvrir_l_etape(page, portail, ana, "logement-actuel")
    page.route("**/etapes/logement-actuel", lambda route: (page.wait_for_timeout(400), route.continue_())[1])
    repondre(page, "Où vivez-vous aujourd’hui ?", "Locataire d’un logement social (HLM)")
    surface = question(page, "Surface")
    surface.click()
    surface.press("Control+a")
    page.keyboard.type("7", delay=50)
    expect(question(page, "Nom du bailleur social")).to_be_visible()
    page.keyboard.type("3")
    expect(surface).to_have_value("73")
    assert surface.evaluate("e => e === document.activeElement")


def test_un_envoi_qui_attendait_son_tour_part_a_jour(page, portail, ana):
    """Sur un réseau lent, la réponse suivante part derrière la première : sa révision est celle que la page montre
    alors, et le serveur ne redessine que ce qui change (une page dépassée serait redessinée en entier)."""
    ouvrir_l_etape(page, portail, ana, "logement-actuel")
    revisions, reponses = [], []

    def suivre(route):
        revisions.append(parse_qs(route.request.post_data or "")["revision"][0])
        page.wait_for_timeout(300)
        reponse = route.fetch()
        reponses.append(reponse.text())
        route.fulfill(response=reponse)

    page.route("**/etapes/logement-actuel", suivre)
    page.evaluate(
        """() => {
            for (const [id, valeur] of [["surface", "71"], ["nb_habitants", "3"]]) {
                const champ = document.getElementById(id);
                champ.value = valeur;
                champ.dispatchEvent(new Event("change", { bubbles: true }));
            }
        }"""
    )
    page.wait_for_function("() => !document.querySelector('.htmx-request')")
    assert len(revisions) == 2
    assert [int(r) for r in revisions] == sorted({int(r) for r in revisions}), "chaque envoi connaît le précédent"
    assert all('id="q-date_entree"' not in reponse for reponse in reponses), "rien d’autre n’est redessiné"


def test_clic_pendant_l_enregistrement_n_est_pas_perdu(page, portail, ana):
    """Écrire puis cliquer aussitôt « Poursuivre » : l'enregistrement en cours ne mange pas le clic."""
    ouvrir_l_etape(page, portail, ana, "logement-actuel")
    repondre(page, "Surface", "48")
    page.get_by_role("button", name="Poursuivre pour renforcer ma demande").click()
    titre(page, "Motifs")
    page.go_back()
    titre(page, "Logement actuel")
    expect(question(page, "Surface")).to_have_value("48")


def test_poursuivre_plus_tard_dit_ou_et_jusqu_a_quand(page, portail, ana):
    ouvrir_l_etape(page, portail, ana, "motifs")
    page.get_by_role("button", name="Poursuivre plus tard").click()
    titre(page, "Bonjour Ana !")
    expect(page.locator("#fait")).to_be_focused()
    expect(page.get_by_role("group", name="C’est enregistré.")).to_contain_text("Reprendre ma demande")
    page.get_by_role("link", name=re.compile("Reprendre ma demande")).click()
    titre(page, "Motifs")
