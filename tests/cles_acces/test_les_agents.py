"""Le second facteur d'un agent : clé d'accès ou application, au choix, jamais aucun des deux."""

from __future__ import annotations

import secrets

import pyotp
import pytest
import sqlalchemy as sa

from portail.cles_acces import ceremonie
from portail.db import db, ecriture, lecture
from portail.guichet import agents, preuve
from portail.guichet import cles as cles_agent
from portail.guichet.modeles import ActeJournal, Agent, CleAgent, RoleAgent
from tests.attentes import EnParallele, pendant
from tests.cles_acces.authentificateur import PRESENCE, Authentificateur
from tests.cles_acces.gestes import demander, envoyer
from tests.compte.gestes import creer_compte
from tests.guichet.gestes import presser
from tests.guichet.lecture import courriels, ecritures, un
from tests.guichet.monde import SECRET, agent, code_totp, guichet
from tests.guichet.monde import entrer as ouvrir_une_session
from tests.guichet.test_connexion import se_connecter
from tests.navigateur import Navigateur

pytestmark = pytest.mark.menace("T6")


@pytest.fixture
def naviguer(app):
    return lambda: Navigateur(app.test_client())


def apres_le_mot_de_passe(nav: Navigateur, agent_id: int = 1) -> Navigateur:
    """Devant la page du second facteur, sans le prix d'un mot de passe vérifié."""
    ouvrir_une_session(nav.client.application, nav.client, agent_id, facteur=False, jeton=secrets.token_urlsafe(32))
    return nav.ouvrir("/guichet/second-facteur")


@pytest.fixture
def lea(app) -> int:
    """Léa a choisi son mot de passe et n'a pas encore de second facteur."""
    with db.sessionmaker() as session:
        return agent(session, guichet(session), secret_totp=None, totp_confirme_le=None, nom="Petit", prenom="Léa").id


@pytest.fixture
def enrolee(naviguer, lea) -> Authentificateur:
    """La clé de Léa, son seul second facteur."""
    return enroler(naviguer())[0]


def enroler(nav: Navigateur) -> tuple[Authentificateur, list[str]]:
    cle = Authentificateur()
    apres_le_mot_de_passe(nav)
    assert nav.h1 == "Protéger votre accès"
    envoyer(nav, cle.fabriquer(demander(nav)))
    assert (nav.statut, nav.h1) == (200, "Vos codes de secours")
    return cle, [code.get_text() for code in nav.page.find_all("code")]


def donner(nav: Navigateur, cle: Authentificateur, **mensonges) -> Navigateur:
    """La clé, sur la page qui la demande."""
    return envoyer(nav, cle.signer(demander(nav), **mensonges))


def entrer(nav: Navigateur, cle: Authentificateur) -> Navigateur:
    return donner(apres_le_mot_de_passe(nav), cle)


def redire(nav: Navigateur, cle: Authentificateur) -> Navigateur:
    return donner(nav.ouvrir("/guichet/moi/redire"), cle)


def cles() -> list[str]:
    with lecture() as base:
        return list(base.scalars(sa.select(CleAgent.nom).order_by(CleAgent.id)))


def test_a_l_enrolement_la_cle_ou_l_application(naviguer, lea):
    nav = se_connecter(naviguer())
    assert nav.page.find(class_="qr") is not None, "l’application se propose à côté"
    _, codes = enroler(naviguer())
    assert len(set(codes)) == 10
    assert [e.objet for e in ecritures(ActeJournal.CONNEXION)] == ["second facteur enrôlé"]
    assert un(Agent, lea).secret_totp is None
    assert "vient d’être ajoutée" in courriels("agent1@ville.fr")[-1].corps


def test_le_mot_de_passe_puis_la_cle(naviguer, enrolee):
    nav = se_connecter(naviguer())
    assert nav.h1 == "Confirmer que c’est vous"
    assert nav.page.find(attrs={"name": "code_totp"}) is None, "aucun code n’est attendu d’elle"
    assert nav.client.get("/guichet").status_code == 303, "le mot de passe seul n’ouvre rien"
    options = demander(nav)
    assert len(options["allowCredentials"]) == 1
    assert envoyer(nav, enrolee.signer(options)).h1 == "Espace guichet"
    assert [e.objet for e in ecritures(ActeJournal.CONNEXION)][-1] == "clé d’accès"


def test_sans_application_enrolee_aucun_code_ne_passe_ni_ne_se_montre(naviguer, enrolee, lea, horloge):
    with db.sessionmaker() as session, session.begin():
        session.get_one(Agent, lea).secret_totp = SECRET  # une application commencée, jamais activée
    nav = se_connecter(naviguer())
    assert un(Agent, lea).secret_totp == SECRET, "se connecter n’en donne pas une autre"
    assert nav.client.get("/guichet/second-facteur/qr.svg").status_code == 404
    jeton = nav.saisie(nav.formulaire())["csrf_token"]
    code = {"csrf_token": jeton, "code_totp": code_totp(horloge())}
    assert nav.client.post("/guichet/second-facteur", data=code).status_code == 404
    assert nav.client.get("/guichet").status_code == 303
    donner(nav, enrolee)
    jeton = nav.page.find(attrs={"name": "csrf_token"})["value"]
    assert nav.client.post("/guichet/moi/redire", data={**code, "csrf_token": jeton}).status_code == 404


def test_un_code_de_secours_remplace_la_cle(naviguer, lea):
    _, codes = enroler(naviguer())
    nav = apres_le_mot_de_passe(naviguer())
    assert presser(nav, "Entrer avec ce code de secours", code_secours=codes[0]).h1 == "Espace guichet"


def test_qui_a_perdu_sa_cle_en_ajoute_une_autre_avec_ses_codes_de_secours(naviguer, lea, horloge):
    _, codes = enroler(naviguer())
    nav = apres_le_mot_de_passe(naviguer())
    presser(nav, "Entrer avec ce code de secours", code_secours=codes[0])
    horloge.avancer(minutes=1)
    presser(nav.ouvrir("/guichet/moi/cles/ajouter"), "Continuer avec ce code de secours", code_secours=codes[0])
    assert (nav.statut, nav.h1) == (422, "Redonnez votre second facteur"), "chaque code sert une fois"
    presser(nav, "Continuer avec ce code de secours", code_secours=codes[1])
    neuve = Authentificateur()
    envoyer(nav, neuve.fabriquer(demander(nav)), nom="Clé neuve")
    assert nav.adresse == "/guichet/moi?fait=cle-ajoutee"
    presser(nav, "Retirer")
    assert cles() == ["Clé neuve"]
    avis = [envoi.corps for envoi in courriels("agent1@ville.fr") if envoi.sujet.startswith("Un de vos codes")]
    assert "Il vous en reste 8." in avis[-1]


def test_une_fausse_cle_n_entre_pas_et_s_inscrit(app, naviguer, enrolee):
    nav = apres_le_mot_de_passe(naviguer())
    for mensonge in ({"drapeaux": PRESENCE}, {"origine": "http://ailleurs.fr"}, {"identifiant": b"i" * 16}):
        assert donner(nav, enrolee, **mensonge).statut == 422
    assert donner(nav, Authentificateur(porteur=enrolee.porteur)).statut == 422
    assert nav.client.get("/guichet").status_code == 303
    assert all(e.objet.startswith("clé d’accès : ") for e in ecritures(ActeJournal.CONNEXION_REFUSEE))
    assert len(ecritures(ActeJournal.CONNEXION_REFUSEE)) == 4
    assert donner(nav, enrolee, drapeaux=PRESENCE).statut == 422
    assert donner(nav, enrolee).statut == 429, "cinq essais, puis une pause"


def test_la_cle_d_un_agent_n_ouvre_ni_celle_d_un_autre_ni_un_compte(naviguer, enrolee):
    creer_compte("agent1@ville.fr")
    with db.sessionmaker() as session:
        tom = agent(session, session.get_one(Agent, 1).guichet, secret_totp=None, totp_confirme_le=None)
        numero = tom.id
    nav = apres_le_mot_de_passe(naviguer(), numero)
    envoyer(nav, Authentificateur().fabriquer(demander(nav)))
    nav = apres_le_mot_de_passe(naviguer(), numero)
    assert donner(nav, enrolee).statut == 422
    assert donner(naviguer().ouvrir("/compte/connexion"), enrolee).statut == 422


def test_un_agent_deja_enrole_n_en_ajoute_pas_une_avec_son_seul_mot_de_passe(naviguer, enrolee):
    nav = apres_le_mot_de_passe(naviguer())
    options = {"user": {"id": "AA"}, "rp": {"id": "localhost"}, "challenge": demander(nav)["challenge"]}
    assert envoyer(nav, Authentificateur().fabriquer(options)).statut == 422
    assert len(cles()) == 1


@pytest.mark.asvs("7.5.1")
def test_ajouter_et_retirer_demandent_de_redonner_le_facteur(naviguer, enrolee, horloge):
    nav = entrer(naviguer(), enrolee)
    nav.ouvrir("/guichet/moi/cles/ajouter")
    assert nav.h1 == "Redonnez votre second facteur", "être entré à l’instant ne suffit pas"
    assert presser(nav.ouvrir("/guichet/moi"), "Retirer").h1 == "Redonnez votre second facteur"
    jeton = nav.saisie(nav.formulaire())["csrf_token"]
    assert nav.client.post("/guichet/moi/cles/ajouter/defi", data={"csrf_token": jeton}).status_code == 403
    nav.ouvrir("/guichet/moi/cles/ajouter")
    assert donner(nav, enrolee).h1 == "Ajouter une clé d’accès"
    seconde = Authentificateur()
    envoyer(nav, seconde.fabriquer(demander(nav)), nom="Clé du tiroir")
    assert nav.adresse == "/guichet/moi?fait=cle-ajoutee"
    assert cles()[1] == "Clé du tiroir"
    horloge.avancer(seconds=preuve.RECENTE.total_seconds() + 1)
    assert presser(nav.ouvrir("/guichet/moi"), "Retirer la clé Clé du tiroir").h1 == "Redonnez votre second facteur"
    donner(nav, seconde)
    ailleurs = entrer(naviguer(), enrolee)
    presser(nav.ouvrir("/guichet/moi"), "Retirer la clé Clé du tiroir")
    assert (nav.adresse, len(cles())) == ("/guichet/moi?fait=cle-retiree", 1)
    assert ailleurs.client.get("/guichet").status_code == 303, "ses autres appareils sont déconnectés"
    assert "vient d’être retirée" in courriels("agent1@ville.fr")[-1].corps


@pytest.mark.asvs("6.3.3")
def test_jamais_sans_second_facteur(naviguer, enrolee, lea, horloge):
    nav = entrer(naviguer(), enrolee)
    redire(nav, enrolee)
    assert presser(nav, "Retirer").statut == 409
    assert "seul second facteur" in nav.texte()
    presser(nav, "Ajouter une application")
    secret = nav.page.find(class_="cle").get_text().replace(" ", "")
    assert nav.client.get("/guichet/moi/application/qr.svg").mimetype == "image/svg+xml"
    assert presser(nav, "Activer", code_totp="000000").statut == 422
    presser(nav, "Activer", code_totp=pyotp.TOTP(secret).at(horloge()))
    assert nav.adresse == "/guichet/moi?fait=application"
    assert nav.client.get("/guichet/moi/application/qr.svg").status_code == 404
    presser(nav, "Retirer la clé")
    assert (nav.adresse, cles()) == ("/guichet/moi?fait=cle-retiree", [])
    assert "Retirer" not in nav.texte(), "l’application est maintenant seule"
    jeton = nav.page.find(attrs={"name": "csrf_token"})["value"]
    assert nav.client.post("/guichet/moi/application/retirer", data={"csrf_token": jeton}).status_code == 409
    assert un(Agent, lea).totp_confirme_le is not None


def test_l_application_se_retire_quand_une_cle_reste(naviguer, app, horloge):
    with db.sessionmaker() as session:
        tom = agent(session, guichet(session)).id
    nav = apres_le_mot_de_passe(naviguer())
    nav.envoyer({"code_totp": code_totp(horloge())}, "Entrer")
    horloge.avancer(minutes=1)
    nav.ouvrir("/guichet/moi/cles/ajouter")
    presser(nav, "Continuer", code_totp=code_totp(horloge()))
    cle = Authentificateur()
    envoyer(nav, cle.fabriquer(demander(nav)), nom="Poste")
    presser(nav, "Retirer l’application")
    assert nav.adresse == "/guichet/moi?fait=application-retiree"
    assert (un(Agent, tom).secret_totp, un(Agent, tom).totp_confirme_le) == (None, None)
    assert entrer(naviguer(), cle).h1 == "Espace guichet"


def test_enroler_et_retirer_sur_les_deux_moteurs(app_deux_moteurs):
    app = app_deux_moteurs
    with db.sessionmaker() as session:
        agent(session, guichet(session), secret_totp=None, totp_confirme_le=None)
    cle, _ = enroler(Navigateur(app.test_client()))
    nav = entrer(Navigateur(app.test_client()), cle)
    redire(nav, cle)
    seconde = Authentificateur()
    envoyer(nav.ouvrir("/guichet/moi/cles/ajouter"), seconde.fabriquer(demander(nav)), nom="Clé du tiroir")
    presser(nav, "Retirer la clé Clé du tiroir")
    assert len(cles()) == 1


def remettre_a_zero() -> None:
    with ecriture() as session:
        agents.remettre_a_zero(session, session.get_one(Agent, 1), None)


def pendant_la_verification(monkeypatch: pytest.MonkeyPatch, geste: str) -> None:
    """La remise à zéro passe en entier pendant que la réponse de la clé se vérifie."""
    vrai = getattr(ceremonie, geste)

    def verifier(*arguments):
        remettre_a_zero()
        return vrai(*arguments)

    monkeypatch.setattr(ceremonie, geste, verifier)


@pytest.mark.menace("T13")
def test_une_cle_ajoutee_pendant_une_remise_a_zero_n_est_pas_gardee(app_deux_moteurs, monkeypatch):
    with db.sessionmaker() as session:
        agent(session, guichet(session), secret_totp=None, totp_confirme_le=None)
    cle, _ = enroler(Navigateur(app_deux_moteurs.test_client()))
    nav = entrer(Navigateur(app_deux_moteurs.test_client()), cle)
    redire(nav, cle)
    nav.ouvrir("/guichet/moi/cles/ajouter")
    reponse = Authentificateur().fabriquer(demander(nav))
    pendant_la_verification(monkeypatch, "verifier_l_ajout")
    assert envoyer(nav, reponse, nom="Clé du tiroir").statut == 401
    assert cles() == []


@pytest.mark.menace("T13")
@pytest.mark.parametrize("premiere_fois", [True, False])
def test_entrer_par_cle_pendant_une_remise_a_zero_n_ouvre_rien(app_deux_moteurs, monkeypatch, *, premiere_fois):
    app = app_deux_moteurs
    with db.sessionmaker() as session:
        agent(session, guichet(session), secret_totp=None, totp_confirme_le=None)
    cle = Authentificateur() if premiere_fois else enroler(Navigateur(app.test_client()))[0]
    nav = apres_le_mot_de_passe(Navigateur(app.test_client()))
    reponse = cle.fabriquer(demander(nav)) if premiere_fois else cle.signer(demander(nav))
    pendant_la_verification(monkeypatch, "verifier_l_ajout" if premiere_fois else "lire")
    assert envoyer(nav, reponse).statut in ({401} if premiere_fois else {401, 422})
    assert cles() == []
    assert nav.client.get("/guichet").status_code == 303


@pytest.mark.menace("T13")
def test_une_remise_a_zero_qui_attend_l_ajout_d_une_cle_la_retire(app_deux_moteurs, monkeypatch):
    app = app_deux_moteurs
    with db.sessionmaker() as session:
        agent(session, guichet(session), secret_totp=None, totp_confirme_le=None)
    nav = apres_le_mot_de_passe(Navigateur(app.test_client()))
    reponse = Authentificateur().fabriquer(demander(nav))

    def remettre() -> None:
        with app.test_request_context("/", method="POST"), ecriture() as session:
            lui = session.scalar(sa.select(Agent).where(Agent.id == 1).with_for_update(of=Agent))
            agents.remettre_a_zero(session, lui, None)

    autre = EnParallele(app, remettre)
    pendant(monkeypatch, cles_agent, "ajouter", autre)
    envoyer(nav, reponse)
    assert autre.a_fini()
    assert cles() == []
    assert nav.client.get("/guichet").status_code == 303


def test_remettre_a_zero_retire_aussi_les_cles(app, naviguer, enrolee, lea):
    with db.sessionmaker() as session:
        chef = agent(session, session.get_one(Agent, lea).guichet, RoleAgent.RESPONSABLE)
        agents.remettre_a_zero(session, session.get_one(Agent, lea), chef)
        session.commit()
    assert cles() == []
    assert not un(Agent, lea).est_enrole
