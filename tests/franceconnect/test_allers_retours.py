"""Annulé, rejoué, d'un autre navigateur, périmé, en panne, agent : chacun sa page, et rien n'est perdu."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from portail.db import db
from tests import fabriques
from tests.compte.gestes import courriels, creer_compte, est_connecte, sessions
from tests.compte.reprise.morts import champ_prenoms, revocation
from tests.fabriques import MOT_DE_PASSE
from tests.franceconnect.fournisseurs import PersonneChezLeFournisseur, port_libre, reglages
from tests.franceconnect.gestes import confirmes, entrer, partir, presser, relier_depuis_mon_compte, retour
from tests.guichet import monde
from tests.navigateur import Navigateur
from tests.socle.applications import ouvrir

pytestmark = pytest.mark.menace("T9")


def relier(navigateur: Navigateur, qui: str = "ana") -> None:
    """Ana a un compte et un mot de passe : elle le relie depuis « Mon compte »."""
    navigateur.ouvrir("/compte/connexion")
    presser(navigateur, "Me connecter", courriel="ana@exemple.fr", mot_de_passe=MOT_DE_PASSE)
    chez_lui = relier_depuis_mon_compte(navigateur, MOT_DE_PASSE)
    navigateur.ouvrir(PersonneChezLeFournisseur().choisir(chez_lui, qui))


def se_deconnecter(navigateur: Navigateur) -> str:
    formulaire = navigateur.page.find("form", action="/compte/deconnexion")
    return navigateur.client.post("/compte/deconnexion", data=navigateur.saisie(formulaire)).headers["Location"]


@pytest.mark.asvs("7.6.2", "10.2.1", "10.2.3", "11.5.1")
def test_l_aller_porte_ce_qu_il_faut_et_rien_de_plus(app, navigateur, franceconnect):
    parametres = {nom: valeurs[0] for nom, valeurs in parse_qs(urlsplit(partir(navigateur)).query).items()}
    for nom in ("state", "nonce", "code_challenge"):
        assert len(parametres.pop(nom)) == 43
    assert parametres == {
        "response_type": "code", "client_id": "portail", "acr_values": "eidas1", "prompt": "login",
        "redirect_uri": "http://127.0.0.1/compte/franceconnect/retour", "code_challenge_method": "S256",
        "scope": "openid given_name family_name birthdate birthplace birthcountry preferred_username email",
    }  # fmt: skip


def test_annule_chez_le_fournisseur(app, client, navigateur):
    entrer(navigateur, "")
    assert (navigateur.statut, navigateur.h1) == (200, "Vous avez arrêté FranceConnect")
    assert "state" not in navigateur.adresse
    assert not est_connecte(client)
    entrer(navigateur, "ana")  # on peut reprendre aussitôt
    assert navigateur.h1 == "Terminer mon inscription"


@pytest.mark.parametrize(
    ("erreur", "titre"),
    [
        ("access_denied", "Vous avez arrêté FranceConnect"),
        ("server_error", "FranceConnect ne répond pas"),
        ("temporarily_unavailable", "FranceConnect ne répond pas"),
        ("invalid_scope", "FranceConnect n’a pas confirmé votre identité"),
        ("<script>", "FranceConnect n’a pas confirmé votre identité"),
    ],
)
def test_chaque_erreur_du_fournisseur_a_sa_page(app, navigateur, erreur, titre):
    etat = parse_qs(urlsplit(partir(navigateur)).query)["state"][0]
    assert navigateur.ouvrir(retour(error=erreur, state=etat)).h1 == titre
    assert "<script>" not in navigateur.reponse.text.partition("</head>")[2]


@pytest.mark.asvs("10.5.1")
def test_un_retour_rejoue_ne_sert_qu_une_fois(app, client, navigateur):
    creer_compte()
    relier(navigateur)
    se_deconnecter(navigateur)
    adresse = PersonneChezLeFournisseur().choisir(partir(navigateur), "ana")
    assert navigateur.ouvrir(adresse).h1 == "Bonjour Ana !"
    navigateur.ouvrir(adresse)
    assert (navigateur.statut, navigateur.h1) == (409, "Ce retour de FranceConnect a déjà servi")
    assert est_connecte(client)


@pytest.mark.asvs("7.6.2", "10.1.2")
def test_un_retour_dans_un_autre_navigateur_n_ouvre_rien_et_reste_bon_dans_le_sien(app, navigateur, autre_client):
    creer_compte()
    adresse = PersonneChezLeFournisseur().choisir(partir(navigateur), "ana")
    ailleurs = Navigateur(autre_client)
    for _ in range(2):  # sans cookie, puis avec le sien
        ailleurs.ouvrir(adresse)
        assert (ailleurs.statut, ailleurs.h1) == (400, "Ce n’est pas ici que vous avez commencé")
        ailleurs.ouvrir("/compte/connexion")
    assert navigateur.ouvrir(adresse).h1 == "Terminer mon inscription"


@pytest.mark.asvs("10.1.2", "10.2.1")
@pytest.mark.parametrize("etat", ["", "x" * 43, "' OR 1=1--", "é" * 300])
def test_un_etat_inconnu_ne_mene_nulle_part(app, navigateur, etat):
    navigateur.ouvrir("/compte/connexion")
    assert navigateur.ouvrir(retour(code="abc", state=etat)).h1 == "Ce n’est pas ici que vous avez commencé"


def test_un_code_invente_est_refuse(app, navigateur):
    etat = parse_qs(urlsplit(partir(navigateur)).query)["state"][0]
    assert navigateur.ouvrir(retour(code="invente", state=etat)).h1 == "FranceConnect n’a pas confirmé votre identité"


@pytest.mark.asvs("10.2.2")
def test_un_retour_annonce_par_un_autre_emetteur_est_refuse(app, navigateur):
    etat = parse_qs(urlsplit(partir(navigateur)).query)["state"][0]
    navigateur.ouvrir(retour(code="abc", state=etat, iss="https://autre.test"))
    assert navigateur.h1 == "FranceConnect n’a pas confirmé votre identité"


def test_un_retour_trop_tardif(app, navigateur, horloge):
    etat = parse_qs(urlsplit(partir(navigateur)).query)["state"][0]
    horloge.avancer(minutes=31)
    navigateur.ouvrir(retour(code="abc", state=etat))
    assert (navigateur.statut, navigateur.h1) == (410, "Le délai est passé")


@pytest.mark.asvs("16.5.2")
def test_en_panne_le_site_reste_ouvert(dossier, horloge):
    with ouvrir(dossier, horloge, franceconnect=reglages(port_libre())) as app:
        navigateur = Navigateur(app.test_client())
        navigateur.ouvrir(partir(navigateur))
        assert (navigateur.statut, navigateur.h1) == (503, "FranceConnect ne répond pas")
        creer_compte()
        navigateur.ouvrir("/compte/connexion")
        presser(navigateur, "Me connecter", courriel="ana@exemple.fr", mot_de_passe=MOT_DE_PASSE)
        assert navigateur.h1 == "Bonjour Ana !"


@pytest.mark.asvs("3.7.2")
def test_une_adresse_etrangere_ne_devient_pas_la_suite(app, navigateur):
    creer_compte()
    relier(navigateur)
    se_deconnecter(navigateur)
    entrer(navigateur, "ana", suite="//pirate.test")
    assert navigateur.adresse == "/demandes"


def test_l_ordinateur_partage_se_dit_aussi_ici_et_la_suite_est_rendue(app, navigateur):
    creer_compte()
    relier(navigateur)
    se_deconnecter(navigateur)
    entrer(navigateur, "ana", suite="/compte", partage="oui")
    assert navigateur.h1 == "Mon compte"
    assert sessions()[-1].partagee


@pytest.mark.asvs("7.2.4")
def test_la_session_change_d_identifiant(app, client, navigateur):
    creer_compte()
    relier(navigateur)
    se_deconnecter(navigateur)
    adresse = partir(navigateur)
    avant = client.get_cookie("portail", domain="127.0.0.1").value
    navigateur.ouvrir(PersonneChezLeFournisseur().choisir(adresse, "ana"))
    assert client.get_cookie("portail", domain="127.0.0.1").value != avant


@pytest.mark.asvs("7.6.1")
def test_se_deconnecter_ferme_aussi_la_session_du_fournisseur(app, navigateur, client, franceconnect):
    creer_compte()
    relier(navigateur)
    se_deconnecter(navigateur)
    entrer(navigateur, "ana")
    fin = urlsplit(se_deconnecter(navigateur))
    parametres = parse_qs(fin.query)
    assert f"{fin.scheme}://{fin.netloc}" == franceconnect.emetteur
    assert parametres["post_logout_redirect_uri"] == ["http://127.0.0.1/compte/franceconnect/deconnecte"]
    assert parametres["id_token_hint"][0].count(".") == 2
    assert not est_connecte(client)
    assert "Vous êtes déconnecté" in navigateur.ouvrir("/compte/franceconnect/deconnecte").texte()
    navigateur.ouvrir("/compte/connexion")
    presser(navigateur, "Me connecter", courriel="ana@exemple.fr", mot_de_passe=MOT_DE_PASSE)
    assert se_deconnecter(navigateur).startswith("/compte/connexion")  # entrée par mot de passe : rien à fermer là-bas


def test_ce_qu_on_ecrivait_avant_la_fin_de_la_session_est_rendu(app, client, navigateur):
    with db.sessionmaker() as session:
        ana = fabriques.compte(session, cree_le=app.config["HORLOGE"](), courriel_confirme_le=app.config["HORLOGE"]())
        fabriques.brouillon(session, ana)
    relier(navigateur)
    navigateur.ouvrir("/demandes/1/etapes/informations-generales")
    champ = champ_prenoms(navigateur)
    valeurs = navigateur.saisie(navigateur.formulaire())
    valeurs[champ] = "Ana Écrit"
    revocation(app, client)
    reponse = client.post(navigateur.adresse, data=valeurs, headers={"Sec-Fetch-Site": "same-origin"})
    entrer(navigateur, "ana", reponse.headers["Location"])
    assert navigateur.h1 == "Informations générales"
    assert navigateur.saisie(navigateur.formulaire())[champ] == "Ana Écrit"


@pytest.mark.asvs("6.3.4")
def test_un_agent_en_session_n_entre_pas_par_franceconnect(app, client, navigateur):
    with db.sessionmaker() as session:
        agent = monde.agent(session, monde.guichet(session)).id
    navigateur.ouvrir("/compte/connexion")
    monde.entrer(app, client, agent)
    navigateur.ouvrir(partir(navigateur))
    assert (navigateur.statut, navigateur.h1) == (409, "Un agent n’entre pas par FranceConnect")


# --- relier et délier ----------------------------------------------------------------------------


@pytest.mark.asvs("6.3.7", "7.5.1")
def test_relier_depuis_son_compte_redemande_le_mot_de_passe_et_previent(app, navigateur):
    numero = creer_compte()
    navigateur.ouvrir("/compte/connexion")
    presser(navigateur, "Me connecter", courriel="ana@exemple.fr", mot_de_passe=MOT_DE_PASSE)
    navigateur.ouvrir("/compte/franceconnect")
    presser(navigateur, "Relier mon compte", actuel="un mauvais mot de passe")
    assert navigateur.statut == 422
    navigateur.ouvrir(PersonneChezLeFournisseur().choisir(relier_depuis_mon_compte(navigateur, MOT_DE_PASSE), "ana"))
    assert "relié à FranceConnect depuis" in navigateur.texte()
    assert confirmes() == [numero]
    assert courriels(app)[-1]["Subject"] == "FranceConnect est relié à votre compte"


def test_une_identite_d_une_autre_personne_ne_se_relie_pas_a_mon_compte(app, navigateur):
    creer_compte()
    relier(navigateur, "leo")
    assert (navigateur.statut, navigateur.h1) == (409, "Ces deux identités sont différentes")
    assert confirmes() == []


@pytest.mark.asvs("6.8.1")
def test_une_identite_deja_reliee_ne_passe_pas_a_un_autre_compte(app, navigateur):
    numero = creer_compte("premier@exemple.fr")
    navigateur.ouvrir("/compte/connexion")
    presser(navigateur, "Me connecter", courriel="premier@exemple.fr", mot_de_passe=MOT_DE_PASSE)
    navigateur.ouvrir(PersonneChezLeFournisseur().choisir(relier_depuis_mon_compte(navigateur, MOT_DE_PASSE), "ana"))
    se_deconnecter(navigateur)
    creer_compte()
    relier(navigateur)
    assert (navigateur.statut, navigateur.h1) == (409, "Cette identité FranceConnect a déjà un compte")
    assert confirmes() == [numero]


def test_delier_exige_une_autre_facon_d_entrer(app, client, navigateur):
    numero = creer_compte()
    relier(navigateur)
    presser(navigateur, "Retirer FranceConnect", actuel="un mauvais mot de passe")
    assert navigateur.statut == 422
    assert confirmes() == [numero]
    presser(navigateur, "Retirer FranceConnect", actuel=MOT_DE_PASSE)
    assert confirmes() == []
    assert courriels(app)[-1]["Subject"] == "FranceConnect n’est plus relié à votre compte"


def test_sans_mot_de_passe_on_ne_peut_pas_se_delier(app, client, navigateur):
    from portail.compte.modeles import Compte
    from portail.db import ecriture

    numero = creer_compte()
    relier(navigateur)
    with ecriture() as base:
        base.get_one(Compte, numero).mot_de_passe = None
    navigateur.ouvrir("/compte/franceconnect")
    assert "votre seule façon d’entrer" in navigateur.texte()
    jeton = navigateur.page.find(attrs={"name": "csrf_token"})["value"]
    assert (
        client.post("/compte/franceconnect/delier", data={"csrf_token": jeton, "actuel": MOT_DE_PASSE}).status_code
        == 422
    )
    assert confirmes() == [numero]
    assert "Recevoir un lien" in navigateur.ouvrir("/compte/mot-de-passe").texte()


def test_sans_reglages_ni_bouton_ni_page(dossier, horloge):
    with ouvrir(dossier, horloge) as app:
        client = app.test_client()
        assert "FranceConnect" not in client.get("/compte/connexion").text + client.get("/compte/creer").text
        assert client.get("/compte/franceconnect/retour?state=x").status_code == 404


@pytest.mark.asvs("3.4.3")
def test_la_politique_de_securite_ne_s_ouvre_qu_au_fournisseur(app, client, franceconnect):
    politique = client.get("/compte/connexion").headers["Content-Security-Policy"]
    assert f"form-action 'self' {franceconnect.emetteur};" in politique
    assert replace(franceconnect, emetteur="https://fc.gouv.fr/api/v2").origine == "https://fc.gouv.fr"
