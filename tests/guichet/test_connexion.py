"""Les agents entrent par deux facteurs, et rien ne dit de l'extérieur qui est agent."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from portail.compte.modeles import SessionOuverte
from portail.db import db
from portail.guichet.modeles import ActeJournal, Agent, Guichet, RoleAgent, SessionAgent
from tests import fabriques
from tests.compte.gestes import code_recu
from tests.guichet.lecture import ecritures, lire, un
from tests.guichet.monde import MOT_DE_PASSE, agent, code_totp, entrer, guichet, monter
from tests.navigateur import Navigateur


def se_connecter(nav, adresse="agent1@ville.fr", mot_de_passe=MOT_DE_PASSE):
    nav.ouvrir("/guichet/connexion")
    return nav.envoyer({"courriel": adresse, "mot_de_passe": mot_de_passe}, "Me connecter")


@pytest.fixture
def lea(app) -> int:
    with db.sessionmaker() as session:
        return agent(session, guichet(session)).id


@pytest.mark.asvs("6.3.3", "16.3.1")
def test_mot_de_passe_puis_code_ouvrent_l_espace_guichet(app_deux_moteurs, horloge):
    with db.sessionmaker() as session:
        numero = agent(session, guichet(session)).id
    nav = Navigateur(app_deux_moteurs.test_client())
    se_connecter(nav)
    assert nav.h1 == "Confirmer que c’est vous"
    nav.envoyer({"code_totp": code_totp(horloge())}, "Entrer")
    assert (nav.statut, nav.h1, nav.adresse) == (200, "Espace guichet", "/guichet")
    assert nav.page.title.string == "Espace guichet – Portail logement social"
    connexion = ecritures(ActeJournal.CONNEXION)
    assert [(e.agent_id, e.guichet_code, e.objet) for e in connexion] == [(numero, "69266", None)]


@pytest.mark.asvs("7.2.4")
def test_le_second_facteur_change_l_identifiant_et_le_premier_ne_vaut_plus_rien(app, client, lea, horloge):
    nav = se_connecter(Navigateur(client))
    cookie = app.extensions["portail"].cookie_session
    avant = client.get_cookie(cookie, domain="127.0.0.1").value
    nav.envoyer({"code_totp": code_totp(horloge())}, "Entrer")
    assert client.get_cookie(cookie, domain="127.0.0.1").value != avant
    voleur = app.test_client()
    voleur.set_cookie(cookie, avant, domain="127.0.0.1")
    assert voleur.get("/guichet/second-facteur").status_code == 303


@pytest.mark.asvs("6.3.4")
def test_le_mot_de_passe_seul_n_ouvre_rien_d_autre(app, client, lea):
    se_connecter(Navigateur(client))
    for adresse in ("/guichet", "/guichet/journal", "/guichet/moi", "/guichet/agents"):
        reponse = client.get(adresse)
        assert (reponse.status_code, reponse.location.split("?")[0]) == (303, "/guichet/second-facteur"), adresse
    assert client.get("/guichet/connexion").status_code == 303


@pytest.mark.asvs("6.5.1")
def test_un_code_ne_sert_qu_une_fois(app, naviguer, lea, horloge):
    code = code_totp(horloge())
    assert se_connecter(naviguer()).envoyer({"code_totp": code}, "Entrer").h1 == "Espace guichet"
    nav = se_connecter(naviguer()).envoyer({"code_totp": code}, "Entrer")
    assert (nav.statut, nav.h1) == (422, "Confirmer que c’est vous")
    assert "a déjà servi" in nav.erreurs()[0]
    assert nav.page.find(id="code_totp").get("value") is None, "un code n’est jamais réaffiché"
    horloge.avancer(seconds=30)
    assert nav.envoyer({"code_totp": code_totp(horloge())}, "Entrer").h1 == "Espace guichet"


@pytest.mark.asvs("6.5.5")
@pytest.mark.parametrize(("decalage", "statut"), [(-2, 422), (-1, 200), (0, 200), (1, 200), (2, 422)])
def test_une_horloge_a_trente_secondes_pres_suffit(nav, lea, horloge, decalage, statut):
    se_connecter(nav).envoyer({"code_totp": code_totp(horloge(), decalage=decalage)}, "Entrer")
    assert nav.statut == statut


def test_un_code_plus_ancien_que_le_dernier_employe_est_refuse(naviguer, lea, horloge):
    se_connecter(naviguer()).envoyer({"code_totp": code_totp(horloge(), decalage=1)}, "Entrer")
    nav = se_connecter(naviguer()).envoyer({"code_totp": code_totp(horloge())}, "Entrer")
    assert nav.statut == 422


@pytest.mark.asvs("16.3.1")
def test_connue_ou_inconnue_une_adresse_se_refuse_pareil(app, lea):
    with db.sessionmaker() as session:
        autre = session.get(Guichet, 1)
        agent(session, autre, courriel="parti@ville.fr", desactive_le=fabriques.INSTANT)
        agent(session, autre, courriel="invite@ville.fr", mot_de_passe=None)
    pages = []
    for adresse, passe in (
        ("agent1@ville.fr", "mauvais mot de passe"),
        ("personne@ville.fr", MOT_DE_PASSE),
        ("parti@ville.fr", MOT_DE_PASSE),
        ("invite@ville.fr", MOT_DE_PASSE),
    ):
        nav = se_connecter(Navigateur(app.test_client()), adresse, passe)
        assert nav.statut == 422
        pages.append(nav.texte())
        assert nav.page.find(id="courriel")["value"] == adresse
    assert len(set(pages)) == 1
    assert "n’est pas le bon" in pages[0]
    refus = ecritures(ActeJournal.CONNEXION_REFUSEE)
    assert [e.agent_id for e in refus] == [1, None, 2, 3]
    assert not any("personne@" in (e.objet or "") + (e.raison or "") for e in refus), "l’adresse tapée ne s’écrit pas"


@pytest.mark.asvs("6.3.1")
def test_trop_d_essais_ralentissent_puis_se_relachent(app, client, lea, horloge):
    nav = Navigateur(client)
    statuts = [se_connecter(nav, mot_de_passe=f"essai {rang}").statut for rang in range(11)]
    assert statuts == [422] * 10 + [429]
    assert "n’est pas bloqué" in nav.texte()
    assert nav.page.find(attrs={"name": "mot_de_passe"}) is None
    assert se_connecter(nav).statut == 429
    horloge.avancer(minutes=2)
    assert se_connecter(nav).h1 == "Confirmer que c’est vous"


@pytest.mark.asvs("6.6.3")
def test_les_codes_faux_sont_freines_et_ne_sortent_pas_dans_la_page(nav, lea, horloge):
    se_connecter(nav)
    for _ in range(5):
        assert nav.envoyer({"code_totp": "000000"}, "Entrer").statut == 422
    assert nav.envoyer({"code_totp": code_totp(horloge())}, "Entrer").statut == 429
    assert code_totp(horloge()) not in str(nav.page)
    assert [e.objet for e in ecritures(ActeJournal.CONNEXION_REFUSEE)] == ["second facteur"] * 5


def test_le_frein_d_un_tiers_ne_retient_pas_un_agent_sur_son_reseau(app, naviguer, lea, horloge):
    nav = naviguer()
    se_connecter(nav).envoyer({"code_totp": code_totp(horloge())}, "Entrer")
    tiers = app.test_client()
    for _ in range(12):
        jeton = Navigateur(tiers).ouvrir("/guichet/connexion").page.find(attrs={"name": "csrf_token"})["value"]
        saisie = {"courriel": "agent1@ville.fr", "mot_de_passe": "x", "csrf_token": jeton}
        tiers.post("/guichet/connexion", data=saisie, environ_base={"REMOTE_ADDR": "203.0.113.7"})
    horloge.avancer(seconds=30)
    assert se_connecter(naviguer()).h1 == "Confirmer que c’est vous"


@pytest.mark.asvs("7.3.1")
def test_la_session_se_ferme_apres_trente_minutes_sans_activite(app, client, lea, horloge):
    entrer(app, client, lea)
    horloge.avancer(minutes=29)
    assert client.get("/guichet").status_code == 200
    horloge.avancer(minutes=29)
    assert client.get("/guichet").status_code == 200, "l’activité prolonge"
    horloge.avancer(minutes=30)
    reponse = client.get("/guichet/moi")
    assert (reponse.status_code, reponse.location) == (303, "/guichet/connexion?suite=/guichet/moi&motif=expiree")


@pytest.mark.asvs("7.3.2")
def test_la_session_se_ferme_au_bout_de_dix_heures_meme_active(app, client, lea, horloge):
    entrer(app, client, lea)
    for _ in range(24):
        horloge.avancer(minutes=25)
        dernier = client.get("/guichet").status_code
    assert dernier == 303


def test_prolonger_date_l_activite(app, naviguer, lea, horloge):
    nav = naviguer(lea).ouvrir("/guichet")
    assert nav.page.body["data-prolonger"] == "/guichet/prolonger"
    assert nav.page.body["data-session"] == "30"
    jeton = nav.page.find(attrs={"name": "csrf_token"})["value"]
    horloge.avancer(minutes=20)
    assert nav.client.post("/guichet/prolonger", headers={"X-CSRFToken": jeton}).status_code == 204
    horloge.avancer(minutes=20)
    assert nav.client.get("/guichet").status_code == 200


@pytest.mark.asvs("7.4.1")
def test_se_deconnecter_tue_le_cookie_et_vide_le_navigateur(app, naviguer, lea):
    nav = naviguer(lea).ouvrir("/guichet")
    jeton = nav.page.find(attrs={"name": "csrf_token"})["value"]
    reponse = nav.client.post("/guichet/deconnexion", data={"csrf_token": jeton})
    assert reponse.status_code == 303
    assert reponse.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert nav.client.get("/guichet").status_code == 303
    assert lire(sa.select(SessionAgent))[0].fermee_le is not None


def test_un_navigateur_n_est_connecte_que_d_un_cote(app, client, horloge):
    """Entrer comme agent ferme la session de la personne, et inversement."""
    monde = monter()
    with db.sessionmaker() as session:
        fabriques.connecter(app, client, session, session.get(fabriques.Compte, monde.ana))
    nav = se_connecter(Navigateur(client), f"agent{monde.instructeur}@ville.fr")
    assert lire(sa.select(SessionOuverte))[0].fermee_le is not None
    nav.envoyer({"code_totp": code_totp(horloge())}, "Entrer")
    assert client.get("/compte").status_code == 303
    jeton = nav.ouvrir("/compte/connexion").page.find(attrs={"name": "csrf_token"})["value"]
    saisie = {"courriel": "ana@exemple.fr", "mot_de_passe": fabriques.MOT_DE_PASSE, "csrf_token": jeton}
    assert client.post("/compte/connexion", data=saisie).status_code == 303
    nav.ouvrir("/compte/code").envoyer(code_recu=code_recu(app), bouton="Entrer")
    assert client.get("/compte").status_code == 200
    assert client.get("/guichet").status_code == 303
    assert all(ligne.fermee_le is not None for ligne in lire(sa.select(SessionAgent)))


def test_un_agent_n_est_personne_du_cote_public_et_une_personne_n_est_personne_au_guichet(app, client, autre_client):
    monde = monter()
    entrer(app, client, monde.instructeur)
    assert client.get("/demandes").status_code == 303
    assert "Se déconnecter" not in client.get("/").text
    with db.sessionmaker() as session:
        fabriques.connecter(app, autre_client, session, session.get(fabriques.Compte, monde.ana))
    assert autre_client.get("/guichet").status_code == 303
    assert autre_client.get("/guichet/connexion").status_code == 200
    assert autre_client.get("/guichets").status_code == 200, "la page publique n’est pas de l’espace guichet"


@pytest.mark.asvs("3.7.2")
@pytest.mark.parametrize(
    "suite", ["//pirate.test", "https://pirate.test", "/demandes", "/guichetpirate", "/guichet\\x"]
)
def test_la_suite_ne_sort_pas_de_l_espace_guichet(nav, lea, horloge, suite):
    nav.ouvrir(f"/guichet/connexion?suite={suite}")
    assert nav.page.find(attrs={"name": "suite"}) is None


def test_apres_connexion_on_revient_ou_l_on_allait(nav, lea, horloge):
    nav.ouvrir("/guichet/moi")
    assert nav.h1 == "Connexion des agents"
    nav.envoyer({"courriel": "agent1@ville.fr", "mot_de_passe": MOT_DE_PASSE}, "Me connecter")
    nav.envoyer({"code_totp": code_totp(horloge())}, "Entrer")
    assert nav.h1 == "Mon compte d’agent"


@pytest.mark.asvs("14.3.2")
def test_les_pages_des_agents_ne_se_gardent_pas(app, client, lea):
    entrer(app, client, lea)
    for adresse in ("/guichet", "/guichet/moi", "/guichet/journal"):
        assert client.get(adresse).headers["Cache-Control"] == "no-store"


def test_une_page_absente_reste_dans_l_espace_guichet(naviguer, lea):
    nav = naviguer(lea).ouvrir("/guichet/rien")
    assert (nav.statut, nav.h1) == (404, "Cette page n’existe pas")
    assert nav.lien("Aller à l’accueil")["href"] == "/guichet"
    assert nav.lien("Journal")


def test_un_jeton_de_formulaire_perdu_ramene_a_la_connexion(app, client, lea):
    reponse = client.post("/guichet/connexion", data={"courriel": "agent1@ville.fr", "mot_de_passe": MOT_DE_PASSE})
    assert (reponse.status_code, reponse.location) == (303, "/guichet/connexion?motif=expiree")


def test_un_envoi_apres_la_fin_de_session_garde_ce_qui_etait_ecrit(naviguer, monde, horloge):
    nav = naviguer(monde.responsable).ouvrir("/guichet/reglages")
    valeurs = nav.saisie(nav.formulaire())
    valeurs["horaires"] = "Une longue page d’horaires"
    horloge.avancer(minutes=31)
    nav.client.environ_base["HTTP_ORIGIN"] = "http://127.0.0.1"
    nav.poster("/guichet/reglages", valeurs)
    assert (nav.statut, nav.h1) == (401, "Votre session s’est fermée")
    assert "quand un responsable change votre accès" in nav.texte(), "trente minutes ne sont pas la seule raison"
    # Connexion dans un autre onglet du même navigateur, puis retour à celui-ci.
    entrer(nav.client.application, nav.client, monde.responsable, jeton="n" * 43)
    nav.envoyer({}, "Réessayer")
    assert nav.h1 == "Cet envoi n’est pas encore pris en compte", "le jeton date de l’ancienne session"
    nav.envoyer({}, "Réessayer")
    assert nav.adresse == "/guichet/reglages?fait=enregistre"
    assert un(Guichet, monde.g1).horaires == "Une longue page d’horaires"


def test_sans_plus_aucun_cookie_ce_qui_etait_ecrit_reste_aussi(naviguer, monde):
    """Le navigateur les a effacés : aucune session morte ne se reconnaît, l'origine de l'envoi suffit."""
    nav = naviguer(monde.responsable).ouvrir("/guichet/reglages")
    valeurs = nav.saisie(nav.formulaire())
    valeurs["horaires"] = "Une longue page d’horaires"
    nav.client = nav.client.application.test_client()
    nav.client.environ_base["HTTP_ORIGIN"] = "http://127.0.0.1"
    nav.poster("/guichet/reglages", valeurs)
    assert (nav.statut, nav.h1) == (401, "Votre session s’est fermée")
    assert nav.saisie(nav.formulaire())["horaires"] == "Une longue page d’horaires"


def test_un_envoi_prepare_par_un_autre_site_n_est_pas_garde(naviguer, monde, horloge):
    nav = naviguer(monde.responsable)
    horloge.avancer(minutes=31)
    reponse = nav.client.post("/guichet/reglages", data={"horaires": "piège"})
    assert reponse.status_code == 401
    assert "piège" not in reponse.text


def test_un_guichet_ferme_n_ouvre_plus(app, client, lea):
    entrer(app, client, lea)
    with db.sessionmaker() as session, session.begin():
        session.get(Guichet, 1).ferme_le = fabriques.INSTANT
    assert client.get("/guichet").status_code == 303
    assert se_connecter(Navigateur(app.test_client())).statut == 422


@pytest.mark.asvs("8.3.2")
def test_changer_de_role_ou_de_guichet_vaut_au_clic_suivant(app, client):
    monde = monter()
    entrer(app, client, monde.responsable)
    assert client.get("/guichet/agents").status_code == 200
    with db.sessionmaker() as session, session.begin():
        session.get(Agent, monde.responsable).role = RoleAgent.ACCUEIL
    assert client.get("/guichet/agents").status_code == 403
    assert un(Agent, monde.responsable).role is RoleAgent.ACCUEIL
