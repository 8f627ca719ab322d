"""Ajouter une clé d'accès à son compte, entrer avec elle, la nommer, la retirer."""

from __future__ import annotations

import pytest

from portail import taches
from portail.cles_acces.modeles import DefiCle
from portail.compte.modeles import Compte
from portail.db import db
from tests.cles_acces.authentificateur import Authentificateur
from tests.cles_acces.gestes import (
    ajouter,
    cles,
    connecter,
    connecter_leo,
    demander,
    entrer,
    envoyer,
    formulaire_de_cle,
    sortir,
)
from tests.compte.gestes import (
    courriels,
    creer_compte,
    depuis,
    est_connecte,
    lien_recu,
    presser_le_lien,
    se_connecter,
    sessions,
)
from tests.fabriques import MOT_DE_PASSE
from tests.guichet.gestes import presser
from tests.navigateur import Navigateur

pytestmark = pytest.mark.menace("T1")


@pytest.fixture
def telephone(nav) -> Authentificateur:
    """La clé qu'Ana vient d'ajouter."""
    cle = Authentificateur()
    assert ajouter(nav, cle).adresse == "/compte/cles?fait=ajoutee"
    return cle


def test_ajouter_sortir_entrer_la_ou_l_on_allait(app, nav, telephone, horloge):
    assert "Mon téléphone" in nav.texte()
    assert "N’a pas encore servi" in nav.texte()
    sortir(nav)
    horloge.avancer(minutes=5)
    entrer(nav, telephone, suite="/compte/cles")
    assert (nav.adresse, nav.h1) == ("/compte/cles", "Mes clés d’accès")
    assert "A servi pour la dernière fois le 24 novembre 2026 à 11 h 05" in nav.texte()
    assert "Elle reste sur un seul appareil" in nav.texte()
    assert cles()[0].compteur == 1


@pytest.mark.asvs("6.3.4")
def test_une_cle_vaut_le_mot_de_passe_et_l_appareil_connu(app, telephone, autre_client):
    avant = len(courriels(app))
    with depuis(autre_client, "203.0.113.7") as ailleurs:
        nav = entrer(Navigateur(ailleurs), telephone)
        assert nav.h1 == "Bonjour Ana !"
        assert not sessions()[-1].partagee
    assert len(courriels(app)) == avant, "aucun code ne part"


def test_l_ordinateur_partage_se_dit_aussi_avec_une_cle(telephone, autre_client):
    nav = Navigateur(autre_client).ouvrir("/compte/connexion")
    envoyer(nav, telephone.signer(demander(nav)), partage="oui")
    assert sessions()[-1].partagee


@pytest.mark.asvs("6.3.8")
def test_les_options_ne_disent_rien_de_qui_a_un_compte(nav, telephone, autre_client):
    options = demander(Navigateur(autre_client).ouvrir("/compte/connexion"))
    assert (options["allowCredentials"], options["rpId"], options["userVerification"]) == ([], "localhost", "required")
    ajout = demander(nav.ouvrir("/compte/cles/ajouter"))
    assert ajout["authenticatorSelection"] == {
        "residentKey": "required",
        "requireResidentKey": True,
        "userVerification": "required",
    }
    assert ajout["attestation"] == "none"
    assert [cle["id"] for cle in ajout["excludeCredentials"]] == [cle.identifiant for cle in cles()]
    assert "Silva" not in str(ajout), "l’appareil n’apprend pas le nom"


@pytest.mark.asvs("7.5.1")
def test_ajouter_demande_une_preuve_recente(nav, horloge):
    horloge.avancer(minutes=11)
    nav.ouvrir("/compte/cles/ajouter")
    assert nav.h1 == "Confirmez que c’est bien vous"
    nav.envoyer(actuel=MOT_DE_PASSE, bouton="Continuer")
    assert nav.h1 == "Ajouter une clé d’accès"
    horloge.avancer(minutes=11)
    formulaire = formulaire_de_cle(nav)
    refus = nav.client.post(formulaire["data-cle"], data={"csrf_token": nav.saisie(formulaire)["csrf_token"]})
    assert refus.status_code == 403
    envoyer(nav, Authentificateur().fabriquer({"user": {"id": "AA"}, "rp": {"id": "localhost"}, "challenge": "AA"}))
    assert nav.h1 == "Confirmez que c’est bien vous"
    assert cles() == []


def test_la_cle_suffit_a_redire_qui_l_on_est(nav, telephone, horloge):
    horloge.avancer(minutes=11)
    nav.ouvrir("/compte/adresse")
    options = demander(nav)
    assert [cle["id"] for cle in options["allowCredentials"]] == [cles()[0].identifiant]
    assert envoyer(nav, telephone.signer(options)).h1 == "Changer mon adresse mail"


def test_la_cle_d_une_autre_personne_ne_redit_pas_qui_l_on_est(app, nav, telephone, autre_client, horloge):
    leo, sienne = connecter_leo(app, autre_client), Authentificateur()
    ajouter(leo, sienne)
    horloge.avancer(minutes=11)
    nav.ouvrir("/compte/adresse")
    envoyer(nav, sienne.signer(demander(nav)))
    assert (nav.statut, nav.h1) == (422, "Confirmez que c’est bien vous")


@pytest.mark.asvs("6.3.7")
def test_l_avis_d_ajout_met_le_compte_a_l_abri_d_un_geste(app, nav, telephone, client, autre_client):
    message = courriels(app)[-1]
    assert (message["To"], message["Subject"]) == ("ana@exemple.fr", "Une clé d’accès à votre compte")
    assert "Mon téléphone" in message.get_content()
    adresse = lien_recu(app)
    proprietaire = Navigateur(autre_client).ouvrir(adresse)
    assert est_connecte(client), "ouvrir le lien ne change rien"
    proprietaire.envoyer(bouton="Ce n’est pas moi")
    assert proprietaire.h1 == "Votre compte est protégé"
    assert not est_connecte(client)
    assert cles() == []
    assert entrer(nav, telephone).statut == 422
    with db.sessionmaker() as session:
        assert session.query(Compte).one().mot_de_passe is None
    assert "nouveau-mot-de-passe" in lien_recu(app)
    assert presser_le_lien(proprietaire, adresse, "Ce n’est pas moi").statut == 410


def test_l_avis_defait_aussi_le_changement_d_adresse_de_la_meme_main(app, nav, telephone, autre_client):
    """La clé ajoutée, l'adresse changée et confirmée : le lien de l'avis ne doit pas écrire à la nouvelle."""
    avis = lien_recu(app)
    nav.ouvrir("/compte/adresse").envoyer(courriel="voleur@exemple.fr", bouton="Changer mon adresse mail")
    Navigateur(autre_client).ouvrir(lien_recu(app)).envoyer(bouton="Confirmer ma nouvelle adresse")
    with db.sessionmaker() as session:
        assert session.query(Compte).one().courriel == "voleur@exemple.fr"
    avant = len(courriels(app))
    Navigateur(autre_client).ouvrir(avis).envoyer(bouton="Ce n’est pas moi")
    with db.sessionmaker() as session:
        assert (session.query(Compte).one().courriel, cles()) == ("ana@exemple.fr", [])
    assert [m["To"] for m in courriels(app)[avant:]] == ["ana@exemple.fr"]
    assert "nouveau-mot-de-passe" in lien_recu(app)


def test_le_lien_de_l_avis_ne_vaut_que_trois_jours(app, nav, telephone, autre_client, horloge):
    adresse = lien_recu(app)
    horloge.avancer(hours=73)
    assert presser_le_lien(Navigateur(autre_client), adresse, "Ce n’est pas moi").statut == 410
    assert len(cles()) == 1


def test_geler_un_changement_d_adresse_retire_aussi_les_cles(app, nav, telephone, autre_client):
    nav.ouvrir("/compte/adresse").envoyer(courriel="voleur@exemple.fr", bouton="Changer mon adresse mail")
    gel = next(m for m in courriels(app) if "protège votre compte" in m.get_content() and "geler" in m.get_content())
    chemin = gel.get_content().split("http://localhost")[1].split()[0]
    Navigateur(autre_client).ouvrir(chemin).envoyer(bouton="Ce n’est pas moi")
    assert cles() == []


def test_nommer_et_retirer(app, nav, ana, telephone, autre_client):
    ailleurs = connecter(app, autre_client, ana, "a" * 43)
    presser(nav, "Changer le nom", nom="Clé bleue")
    assert "Clé bleue" in nav.texte()
    assert presser(nav, "Changer le nom", nom=" ").statut == 422
    presser(nav, "Retirer")
    assert (nav.adresse, cles()) == ("/compte/cles?fait=retiree", [])
    assert "vient d’être retirée" in courriels(app)[-1].get_content()
    assert not est_connecte(ailleurs.client), "le téléphone perdu aussi"
    sortir(nav)
    entrer(nav, telephone)
    assert (nav.statut, nav.h1) == (422, "J’ai déjà un compte, je me connecte")
    assert "n’ouvre aucun compte ici" in nav.texte()


def test_chaque_ajout_et_chaque_retrait_a_son_avis(app, nav, telephone, horloge):
    """SQLite redonne le numéro de la clé retirée : l'avis de la suivante se confondait avec le sien, et ne partait pas."""
    presser(nav, "Retirer")
    horloge.avancer(minutes=1)
    ajouter(nav, Authentificateur(), "La clé d’un autre")
    presser(nav, "Retirer")
    avis = [message.get_content() for message in courriels(app)]
    assert sum("/compte/cles/refuser/" in texte for texte in avis) == 2
    assert sum("vient d’être retirée" in texte for texte in avis) == 2


def test_la_derniere_facon_d_entrer_ne_se_retire_pas(nav, telephone):
    with db.sessionmaker() as session, session.begin():
        session.query(Compte).one().mot_de_passe = None
    nav.ouvrir("/compte/cles")
    presser(nav, "Retirer")
    assert nav.statut == 409
    assert "seule façon d’entrer" in nav.texte()
    ajouter(nav, Authentificateur(), "Ma tablette")
    presser(nav, "Retirer la clé Mon téléphone")
    assert [cle.nom for cle in cles()] == ["Ma tablette"]


def test_deux_cles_du_meme_nom_se_distinguent(nav, telephone):
    ajouter(nav, Authentificateur(), "Mon téléphone")
    ajouter(nav, Authentificateur(), "Mon téléphone")
    assert [cle.nom for cle in cles()] == ["Mon téléphone", "Mon téléphone (2)", "Mon téléphone (3)"]
    presser(nav, "Retirer la clé Mon téléphone (2)")
    assert [cle.nom for cle in cles()] == ["Mon téléphone", "Mon téléphone (3)"]


def test_dix_cles_au_plus_et_jamais_la_meme_deux_fois(nav, telephone):
    assert ajouter(nav, telephone).statut == 422
    for rang in range(2, 11):
        assert ajouter(nav, Authentificateur(), f"Clé {rang}").statut == 200
    assert "Vous avez dix clés" in nav.texte()
    assert ajouter(nav, Authentificateur()).statut == 409
    assert len(cles()) == 10


def test_une_cle_ne_se_touche_que_par_la_sienne(app, nav, telephone, autre_client):
    leo = connecter_leo(app, autre_client).ouvrir("/compte/cles")
    jeton, numero = leo.page.find(attrs={"name": "csrf_token"})["value"], cles()[0].id
    for geste in ("nom", "retirer"):
        reponse = autre_client.post(f"/compte/cles/{numero}/{geste}", data={"csrf_token": jeton, "nom": "volée"})
        assert reponse.status_code == 404
    assert [cle.nom for cle in cles()] == ["Mon téléphone"]


def test_une_adresse_en_nombre_ne_propose_aucune_cle(dossier, horloge):
    from tests.socle.applications import ouvrir

    with ouvrir(dossier, horloge) as app:
        creer_compte()
        nav = Navigateur(app.test_client()).ouvrir("/compte/connexion")
        assert nav.page.select("form[data-cle]") == []
        se_connecter(nav)
        assert "clés d’accès" not in nav.ouvrir("/compte").texte()
        assert nav.ouvrir("/compte/cles/ajouter").page.select("form[data-cle]") == []


def test_sans_javascript_rien_de_mort_ne_se_montre(nav, telephone, autre_client):
    """Tout formulaire de clé est caché tant que le script ne l'a pas ouvert ; l'autre façon est sur la page."""
    connexion = Navigateur(autre_client).ouvrir("/compte/connexion")
    for page in (connexion, nav.ouvrir("/compte/cles/ajouter")):
        assert all(
            f.find_parent(attrs={"data-avec-cle": True}).has_attr("hidden") for f in page.page.select("[data-cle]")
        )
    assert connexion.page.find(attrs={"name": "mot_de_passe"}) is not None
    assert not nav.page.find(attrs={"data-sans-cle": True}).has_attr("hidden")


def test_les_defis_perimes_s_oublient(app, nav, telephone, horloge):
    nav.ouvrir("/compte/cles/ajouter")
    demander(nav)
    horloge.avancer(minutes=6)
    taches.nettoyer()
    with db.sessionmaker() as session:
        assert session.query(DefiCle).count() == 0


def test_le_meme_parcours_sur_les_deux_moteurs(app_deux_moteurs):
    """Défis, verrous et compteurs : ce que chaque moteur écrit à sa façon."""
    app, cle = app_deux_moteurs, Authentificateur()
    nav = connecter(app, app.test_client(), creer_compte())
    ajouter(nav, cle)
    ajouter(nav, Authentificateur(), "Ma tablette")
    sortir(nav)
    assert entrer(nav, cle).h1 == "Bonjour Ana !"
    presser(nav.ouvrir("/compte/cles"), "Retirer la clé Ma tablette")
    assert [(gardee.nom, gardee.compteur) for gardee in cles()] == [("Mon téléphone", 1)]
