"""Une session qui meurt pendant la saisie ne perd rien, et ne montre rien à personne d'autre."""

from __future__ import annotations

import pytest

from portail import taches
from tests.compte.gestes import CHEZ_NOUS, se_connecter
from tests.compte.reprise.morts import (
    ETAPE,
    MORTS,
    champ_prenoms,
    envoyer,
    inactivite,
    prenoms_enregistres,
    revocation,
    saisies,
)
from tests.fabriques import MOT_DE_PASSE
from tests.navigateur import Navigateur


@pytest.mark.parametrize("mort", MORTS)
@pytest.mark.parametrize("htmx", [False, True])
def test_la_saisie_revient_a_la_meme_personne_et_rien_n_est_enregistre_en_silence(app, client, navigateur, mort, htmx):
    nom = champ_prenoms(navigateur)
    mort(app, client)
    reponse = envoyer(navigateur, {nom: "Ana Lucía", "action": "" if htmx else "poursuivre"}, htmx=htmx)
    adresse = reponse.headers["HX-Redirect" if htmx else "Location"]
    assert reponse.status_code == (401 if htmx else 303)
    assert adresse.startswith("/compte/connexion?")
    assert prenoms_enregistres() == "Ana"

    navigateur.ouvrir(adresse)
    assert "ce que vous aviez écrit vous attend" in navigateur.texte()
    navigateur.envoyer(courriel="ana@exemple.fr", mot_de_passe=MOT_DE_PASSE, bouton="Me connecter")
    assert navigateur.adresse == f"{ETAPE}?reprise=1"
    assert navigateur.saisie(navigateur.formulaire())[nom] == "Ana Lucía"
    assert "ce n’est pas encore enregistré" in navigateur.texte()
    assert prenoms_enregistres() == "Ana"
    navigateur.envoyer(bouton="Poursuivre plus tard")
    assert prenoms_enregistres() == "Ana Lucía"
    assert saisies() == [], "une fois enregistrée, elle ne reste pas"


@pytest.mark.parametrize("mort", MORTS)
def test_une_autre_personne_qui_se_connecte_ne_voit_rien(app, client, navigateur, mort):
    nom = champ_prenoms(navigateur)
    mort(app, client)
    envoyer(navigateur, {nom: "Secret d’Ana"})
    se_connecter(navigateur, "leo@exemple.fr")
    assert navigateur.adresse == "/demandes"
    for adresse in (f"{ETAPE}?reprise=1", "/compte/reprise", "/demandes"):
        page = client.get(adresse, follow_redirects=True)
        assert "Secret" not in page.text


def test_un_autre_navigateur_ne_la_recoit_pas(app, client, autre_client, navigateur):
    nom = champ_prenoms(navigateur)
    inactivite(app, client)
    envoyer(navigateur, {nom: "Ana Lucía"})
    ailleurs = se_connecter(Navigateur(autre_client)).ouvrir(f"{ETAPE}?reprise=1")
    assert ailleurs.saisie(ailleurs.formulaire())[nom] == "Ana"


@pytest.mark.parametrize(("minutes", "rendue"), [(59, True), (61, False)])
def test_elle_se_garde_une_heure(app, client, navigateur, horloge, minutes, rendue):
    nom = champ_prenoms(navigateur)
    revocation(app, client)
    envoyer(navigateur, {nom: "Ana Lucía"})
    horloge.avancer(minutes=minutes)
    se_connecter(navigateur)
    assert ("reprise" in navigateur.adresse) is rendue
    taches.nettoyer()
    assert (len(saisies()) == 1) is rendue


def test_une_fois_rendue_elle_ne_se_relit_pas_au_dela_de_l_heure(app, client, navigateur, horloge):
    nom = champ_prenoms(navigateur)
    revocation(app, client)
    envoyer(navigateur, {nom: "Ana Lucía"})
    se_connecter(navigateur)
    for _ in range(3):
        horloge.avancer(minutes=25)
        client.get("/compte")
    page = navigateur.ouvrir(f"{ETAPE}?reprise=1")
    assert page.saisie(page.formulaire())[nom] == "Ana"


def test_deux_onglets_retrouvent_chacun_leur_saisie(app, client, navigateur):
    autre_onglet = Navigateur(client).ouvrir("/demandes/1/etapes/souhaits")
    nom = champ_prenoms(navigateur)
    libre = next(case["name"] for case in autre_onglet.formulaire().find_all("textarea"))
    inactivite(app, client)
    envoyer(autre_onglet, {libre: "près de l’école"})
    envoyer(navigateur, {nom: "Ana Lucía"})
    se_connecter(navigateur)
    assert navigateur.saisie(navigateur.formulaire())[nom] == "Ana Lucía"
    autre_onglet.ouvrir("/demandes/1/etapes/souhaits?reprise=1")
    assert autre_onglet.saisie(autre_onglet.formulaire())[libre] == "près de l’école"


def test_le_dernier_enregistrement_automatique_remplace_les_precedents(app, client, navigateur):
    nom = champ_prenoms(navigateur)
    revocation(app, client)
    for prenoms in ("Ana L", "Ana Lu", "Ana Lucía"):
        envoyer(navigateur, {nom: prenoms}, htmx=True)
    assert len(saisies()) == 1
    se_connecter(navigateur)
    assert navigateur.saisie(navigateur.formulaire())[nom] == "Ana Lucía"


@pytest.mark.parametrize("htmx", [False, True])
def test_hors_des_etapes_l_envoi_attend_sous_un_bouton(app, client, navigateur, htmx):
    navigateur.ouvrir("/demandes/nouvelle")
    inactivite(app, client)
    reponse = envoyer(navigateur, {"commune": "Paris"}, htmx=htmx)
    navigateur.ouvrir(reponse.headers["HX-Redirect" if htmx else "Location"])
    navigateur.envoyer(courriel="ana@exemple.fr", mot_de_passe=MOT_DE_PASSE, bouton="Me connecter")
    assert navigateur.adresse == "/compte/reprise"
    assert navigateur.saisie(navigateur.formulaire())["commune"] == "Paris"
    navigateur.envoyer(bouton="Envoyer de nouveau")
    assert "/etapes/" in navigateur.adresse


def test_une_adresse_qui_ne_se_lit_pas_garde_aussi_ce_qui_etait_ecrit(app, client, navigateur, recus):
    revocation(app, client)
    envoyer(navigateur, {"texte": "une page POST sans GET"}, adresse="/compte/envoi-seul")
    se_connecter(navigateur)
    assert navigateur.adresse == "/compte/reprise"
    navigateur.envoyer(bouton="Envoyer de nouveau")
    assert recus == ["une page POST sans GET"]


def test_un_bouton_sans_rien_d_ecrit_mene_simplement_a_la_connexion(app, client, navigateur):
    page = navigateur.ouvrir("/compte")
    jeton = page.page.find("input", attrs={"name": "csrf_token"})["value"]
    inactivite(app, client)
    reponse = client.post("/compte/appareils/deconnecter", data={"csrf_token": jeton}, headers=CHEZ_NOUS)
    assert reponse.headers["Location"] == "/compte/connexion?motif=fermee"
    page.ouvrir(reponse.headers["Location"])
    assert "Reconnectez-vous pour continuer" in page.texte(), "rien n’est promis qui n’attende pas"
    assert saisies() == []


def test_une_page_lue_apres_la_fin_de_la_session_ne_promet_rien(app, client, navigateur):
    inactivite(app, client)
    navigateur.ouvrir(ETAPE)
    assert "ce que vous aviez écrit" not in navigateur.texte()
    navigateur.envoyer(courriel="ana@exemple.fr", mot_de_passe=MOT_DE_PASSE, bouton="Me connecter")
    assert navigateur.adresse == ETAPE


def test_un_fichier_ne_se_garde_pas_et_cela_se_dit(app, client, navigateur):
    from io import BytesIO

    page = navigateur.ouvrir("/demandes/1/pieces/ID")
    valeurs = page.saisie(page.formulaire()).to_dict()
    inactivite(app, client)
    fichier = {"fichier": (BytesIO(b"%PDF-1.4"), "carte.pdf")}
    reponse = client.post(
        page.adresse, data={**valeurs, **fichier}, headers=CHEZ_NOUS, content_type="multipart/form-data"
    )
    page.ouvrir(reponse.headers["Location"])
    assert "choisissez de nouveau votre fichier" in page.texte()
    page.envoyer(courriel="ana@exemple.fr", mot_de_passe=MOT_DE_PASSE, bouton="Me connecter")
    assert page.adresse == "/demandes/1/pieces/ID"
