"""Une session qui meurt pendant la saisie ne perd rien, et ne montre rien à personne d'autre."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask, request
from flask.testing import FlaskClient

from portail import taches
from portail.compte.modeles import Compte, SaisieSuspendue, SessionOuverte
from portail.db import db, ecriture, lecture
from portail.demande.modeles import Personne
from portail.droits import Droit, droit
from tests import fabriques
from tests.compte.gestes import CHEZ_NOUS, cookie, creer_compte, est_connecte, se_connecter
from tests.fabriques import MOT_DE_PASSE
from tests.navigateur import HTMX, Navigateur
from tests.socle.applications import ouvrir
from tests.socle.routes import differences, photo

ETAPE = "/demandes/1/etapes/informations-generales"


@pytest.fixture
def recus() -> list[str]:
    """Ce qu'a reçu la page d'essai, qui ne se lit pas."""
    return []


@pytest.fixture
def app(dossier, horloge, recus) -> Iterator[Flask]:
    with ouvrir(dossier, horloge) as application:
        vue = droit(Droit.COMPTE)(lambda: (recus.append(request.form["texte"]), ("", 204))[1])
        application.add_url_rule("/compte/envoi-seul", "envoi_seul", vue, methods=["POST"])
        yield application


@pytest.fixture(autouse=True)
def demande(app) -> int:
    """Ana a une demande, Léo un compte."""
    with db.sessionmaker() as session:
        declaration = fabriques.brouillon(session, fabriques.compte(session))
    creer_compte("leo@exemple.fr", nir=None, prenoms="Léo")
    return declaration.demande_id


@pytest.fixture
def navigateur(client) -> Navigateur:
    navigateur = Navigateur(client)
    se_connecter(navigateur)
    return navigateur.ouvrir(ETAPE)


# --- ce qui tue une session ---------------------------------------------------------------------------


def inactivite(app: Flask, client: FlaskClient) -> None:
    app.config["HORLOGE"].avancer(minutes=31)


def duree_totale(app: Flask, client: FlaskClient) -> None:
    with ecriture() as session:
        session.execute(sa.update(SessionOuverte).values(ouverte_le=app.config["HORLOGE"]().replace(day=20)))


def revocation(app: Flask, client: FlaskClient) -> None:
    with ecriture() as session:
        session.execute(sa.update(SessionOuverte).values(fermee_le=app.config["HORLOGE"]()))


def cookie_perdu(app: Flask, client: FlaskClient) -> None:
    client.delete_cookie("portail", domain="127.0.0.1")


def cle_remplacee(app: Flask, client: FlaskClient) -> None:
    app.config["SECRET_KEY"] = b"une autre cle secrete de 32 octet"
    revocation(app, client)


MORTS = [inactivite, duree_totale, revocation, cookie_perdu, cle_remplacee]


def envoyer(navigateur: Navigateur, valeurs: dict[str, str], *, htmx: bool = False, adresse: str = ""):
    """Envoie le formulaire de la page, comme un navigateur d'aujourd'hui (qui dit d'où vient la requête)."""
    saisie = navigateur.saisie(navigateur.formulaire()).to_dict(flat=False)
    entetes = {**CHEZ_NOUS, **(HTMX if htmx else {})}
    return navigateur.client.post(adresse or navigateur.adresse, data={**saisie, **valeurs}, headers=entetes)


def champ_prenoms(navigateur: Navigateur) -> str:
    return next(
        case["name"] for case in navigateur.formulaire().find_all("input") if case.get("name", "").endswith("prenoms")
    )


def prenoms_enregistres() -> str:
    with lecture() as session:
        return session.scalar(sa.select(Personne.prenoms))


def saisies() -> list[SaisieSuspendue]:
    with lecture() as session:
        return list(session.scalars(sa.select(SaisieSuspendue)))


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


def test_un_mot_de_passe_ne_se_garde_jamais(app, client, navigateur):
    page = navigateur.ouvrir("/compte/mot-de-passe")
    inactivite(app, client)
    envoyer(page, {"actuel": MOT_DE_PASSE, "mot_de_passe": "x" * 20, "confirmation": "x" * 20})
    assert saisies() == []
    se_connecter(navigateur)
    assert navigateur.adresse == "/demandes"


def test_la_saisie_est_chiffree_en_base(app, client, navigateur, dossier):
    nom = champ_prenoms(navigateur)
    inactivite(app, client)
    envoyer(navigateur, {nom: "Prenom Tres Reconnaissable"})
    assert len(saisies()) == 1
    octets = b"".join(chemin.read_bytes() for chemin in dossier.glob("portail.sqlite*"))
    assert b"Reconnaissable" not in octets


def test_un_autre_site_ne_depose_rien_chez_personne(app, client, navigateur, dossier):
    nom = champ_prenoms(navigateur)
    inactivite(app, client)
    avant = photo(dossier)
    saisie = {**navigateur.saisie(navigateur.formulaire()).to_dict(), nom: "Pirate"}
    for entetes, statut in (
        ({}, 303),
        ({"Origin": "null"}, 303),
        ({"Origin": "https://pirate.test"}, 400),
        ({"Sec-Fetch-Site": "cross-site"}, 400),
    ):
        assert client.post(ETAPE, data=saisie, headers=entetes).status_code == statut
    assert differences(avant, photo(dossier)) == set()


def test_sans_compte_on_ne_remplit_pas_le_disque(app, autre_client):
    for rang in range(100):
        autre_client.post(f"/demandes/1/etapes/souhaits?x={rang}", data={"t": "x" * 1000}, headers=CHEZ_NOUS)
        autre_client.delete_cookie("portail", domain="127.0.0.1")
    assert 0 < len(saisies()) <= 60


def test_un_envoi_demesure_ne_se_garde_pas(app, client, navigateur):
    inactivite(app, client)
    envoyer(navigateur, {"texte": "x" * 300_000})
    assert saisies() == []


# --- le jeton perdu, la session vivante ------------------------------------------------------------------


def test_connecte_depuis_un_autre_onglet_l_etape_revient_remplie_avec_un_jeton_neuf(app, client, navigateur):
    nom = champ_prenoms(navigateur)
    ancienne_page = navigateur.saisie(navigateur.formulaire()).to_dict()
    client.delete_cookie("portail", domain="127.0.0.1")
    se_connecter(Navigateur(client))  # un autre onglet s'est reconnecté : le cookie a changé
    reponse = client.post(ETAPE, data={**ancienne_page, nom: "Ana Lucía"}, headers=CHEZ_NOUS)
    navigateur.ouvrir(reponse.headers["Location"])
    assert navigateur.saisie(navigateur.formulaire())[nom] == "Ana Lucía"
    assert prenoms_enregistres() == "Ana"


def test_une_page_publique_dont_le_cookie_a_disparu_revient_avec_ce_qui_etait_ecrit(client):
    from tests.compte.gestes import INSCRIPTION, comptes

    page = Navigateur(client).ouvrir("/compte/creer")
    client.delete_cookie("portail", domain="127.0.0.1")
    reponse = envoyer(page, {**INSCRIPTION, "courriel": "neuve@exemple.fr"})
    assert reponse.status_code == 400
    page._recevoir(reponse)
    assert page.h1 == "Cet envoi n’est pas encore pris en compte"
    rendu = page.saisie(page.formulaire())
    assert (rendu["nom_naissance"], rendu["courriel"], rendu["nir"]) == (
        "Silva",
        "neuve@exemple.fr",
        INSCRIPTION["nir"],
    )
    assert "mot_de_passe" not in rendu
    page.envoyer(bouton="Réessayer")
    assert page.erreurs() == ["Choisissez un mot de passe.", "Écrivez une seconde fois votre mot de passe."]
    page.envoyer(mot_de_passe=MOT_DE_PASSE, confirmation=MOT_DE_PASSE, bouton="Créer")
    assert page.h1 == "Ouvrez votre boîte mail"
    assert len(comptes()) == 3


def test_confirmer_son_adresse_dans_un_navigateur_qui_perd_son_cookie_se_dit_et_se_refait(app, client):
    from tests.compte.gestes import comptes, inscrire, lien_recu

    inscrire(Navigateur(client), courriel="neuve@exemple.fr")
    page = Navigateur(client).ouvrir(lien_recu(app))
    client.delete_cookie("portail", domain="127.0.0.1")
    page._recevoir(envoyer(page, {}))
    assert "n’accepte pas le cookie" in page.texte()
    page.envoyer(bouton="Réessayer")
    assert comptes()[-1].courriel_confirme_le is not None


def test_sans_savoir_d_ou_vient_l_envoi_aucun_bouton_ne_le_refait(client):
    page = Navigateur(client).ouvrir("/compte/creer")
    saisie = {**page.saisie(page.formulaire()).to_dict(), "nom_naissance": "Pirate"}
    client.delete_cookie("portail", domain="127.0.0.1")
    reponse = client.post("/compte/creer", data=saisie)
    assert reponse.status_code == 400
    assert "Pirate" not in reponse.text
    assert '<form method="post"' not in reponse.text


def test_la_reprise_sans_rien_a_reprendre_mene_au_tableau_de_bord(navigateur, client):
    assert client.get("/compte/reprise").headers["Location"] == "/demandes"
    client.delete_cookie("portail", domain="127.0.0.1")
    assert "/compte/connexion" in client.get("/compte/reprise").headers["Location"]


def test_le_cookie_de_la_reprise_n_ouvre_pas_de_session(app, client, navigateur):
    nom = champ_prenoms(navigateur)
    cookie_perdu(app, client)
    envoyer(navigateur, {nom: "Ana Lucía"})
    assert cookie(client) != ""
    assert not est_connecte(client)


def test_un_compte_efface_emporte_ses_saisies(app, client, navigateur):
    nom = champ_prenoms(navigateur)
    inactivite(app, client)
    envoyer(navigateur, {nom: "Ana Lucía"})
    with ecriture() as session:
        session.execute(sa.text("DELETE FROM demande"))
        session.execute(sa.delete(Compte).where(Compte.courriel == "ana@exemple.fr"))
    assert saisies() == []
