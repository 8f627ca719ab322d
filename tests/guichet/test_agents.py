"""« Agents » : inviter, promouvoir, remettre à zéro, couper, sans jamais laisser le guichet sans responsable."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from portail.db import db, ecriture
from portail.guichet import agents
from portail.guichet.modeles import ActeJournal, Agent, CodeSecours, Invitation, RoleAgent
from tests.guichet.lecture import courriels, ecritures, lien_recu, lire, objets, un
from tests.guichet.monde import Monde, agent, entrer, guichet
from tests.navigateur import Navigateur


@pytest.fixture
def chef(naviguer, monde: Monde) -> Navigateur:
    return naviguer(monde.responsable)


def geste(nav: Navigateur, numero: int, nom: str, **saisie: str) -> Navigateur:
    """Envoie un des formulaires de la fiche d'un agent."""
    nav.ouvrir(f"/guichet/agents/{numero}")
    formulaire = nav.page.find("form", action=f"/guichet/agents/{numero}/{nom}")
    assert formulaire is not None, f"pas de geste « {nom} » sur {nav.adresse}"
    return nav.poster(formulaire["action"], {**nav.saisie(formulaire).to_dict(), **saisie})


def test_la_liste_dit_qui_est_la_et_dans_quel_etat(chef, monde, horloge):
    with db.sessionmaker() as session:
        g = session.get(agents.Guichet, monde.g1)
        agent(session, g, prenom="Zoé", nom="Attend", mot_de_passe=None, totp_confirme_le=None)
        agent(session, g, prenom="Max", nom="Parti", desactive_le=horloge())
        agent(session, g, prenom="Lou", nom="Presque", totp_confirme_le=None)
    chef.ouvrir("/guichet/agents")
    assert chef.h1 == "Agents"
    etats = {
        carte.find("h2").get_text(): carte.find(class_="etat").get_text() for carte in chef.page.select("main .carte")
    }
    assert etats["Zoé Attend"] == "Lien périmé\u00a0: envoyez-en un nouveau"
    assert etats["Max Parti"] == "Accès coupé"
    assert etats["Lou Presque"] == "Mot de passe choisi, second facteur à enrôler"
    assert etats[un(Agent, monde.accueil).nom_complet] == "Actif"
    assert list(etats)[-1] == "Max Parti", "les partis en dernier"
    assert un(Agent, monde.ailleurs).nom_complet not in etats


@pytest.mark.asvs("6.4.1")
def test_inviter_envoie_un_lien_que_le_responsable_ne_voit_pas(chef, monde):
    chef.ouvrir("/guichet/agents").suivre("Inviter un agent")
    chef.envoyer(
        {"prenom": "Inès", "nom": "Roy", "courriel": "ines@ville.fr", "role": "instructeur"}, "Envoyer l’invitation"
    )
    assert chef.adresse == "/guichet/agents?fait=invite"
    assert "Inès Roy" in chef.texte()
    lien = lien_recu("ines@ville.fr")
    assert lien not in str(chef.page)
    assert Navigateur(chef.client.application.test_client()).ouvrir(lien).h1 == "Choisir votre mot de passe"
    invitee = lire(sa.select(Agent).where(Agent.courriel == "ines@ville.fr"))[0]
    assert (invitee.guichet_id, invitee.role) == (monde.g1, RoleAgent.INSTRUCTEUR)
    assert [e.agent_id for e in ecritures(ActeJournal.AGENT)] == [monde.responsable]
    assert objets(ActeJournal.AGENT) == [f"agent {invitee.id} : invité comme instructeur"]


def test_inviter_deux_fois_n_envoie_qu_un_lien(chef, monde):
    chef.ouvrir("/guichet/agents/inviter")
    saisie = {"prenom": "Inès", "nom": "Roy", "courriel": "ines@ville.fr", "role": "accueil"}
    valeurs = {**chef.saisie(chef.formulaire()).to_dict(), **saisie}
    for _ in range(2):
        assert chef.poster("/guichet/agents/inviter", valeurs).adresse == "/guichet/agents?fait=invite"
    assert len(courriels("ines@ville.fr")) == 1


def test_une_invitation_incomplete_dit_ou_corriger(chef, monde):
    chef.ouvrir("/guichet/agents/inviter").envoyer({"courriel": "ines"}, "Envoyer l’invitation")
    assert chef.statut == 422
    assert (
        chef.erreurs()
        == [
            "Indiquez son prénom.",
            "Indiquez son nom.",
            "Cette adresse mail n’est pas complète. Exemple\u00a0: prenom.nom@exemple.fr.",
            "Choisissez un rôle.",
        ]
        or len(chef.erreurs()) == 4
    )
    assert chef.page.find(id="courriel")["value"] == "ines"


def test_l_adresse_d_un_agent_d_ailleurs_est_refusee_sans_dire_qui(chef, monde):
    chef.ouvrir("/guichet/agents/inviter")
    ailleurs = un(Agent, monde.ailleurs)
    chef.envoyer({"prenom": "I", "nom": "R", "courriel": ailleurs.courriel, "role": "accueil"}, "Envoyer l’invitation")
    assert chef.statut == 422
    assert ailleurs.nom not in chef.texte()


def test_changer_de_role(chef, monde):
    assert geste(chef, monde.accueil, "role", role="instructeur").adresse == "/guichet/agents?fait=role"
    assert un(Agent, monde.accueil).role is RoleAgent.INSTRUCTEUR
    assert objets(ActeJournal.AGENT) == [f"agent {monde.accueil} : accueil devient instructeur"]
    geste(chef, monde.accueil, "role", role="instructeur")
    assert len(objets(ActeJournal.AGENT)) == 1, "le même rôle n’est pas un acte"
    assert geste(chef, monde.accueil, "role", role="directeur").statut == 422


@pytest.mark.asvs("7.4.2", "7.4.5")
def test_couper_un_acces_ferme_tout_de_suite(app, chef, monde):
    collegue = app.test_client()
    entrer(app, collegue, monde.instructeur, jeton="c" * 43)
    assert collegue.get("/guichet").status_code == 200
    assert geste(chef, monde.instructeur, "desactiver").adresse == "/guichet/agents?fait=desactive"
    assert collegue.get("/guichet").status_code == 303
    assert un(Agent, monde.instructeur).desactive_le is not None
    geste_repete = chef.client.post(
        f"/guichet/agents/{monde.instructeur}/desactiver",
        data={"csrf_token": chef.page.find(attrs={"name": "csrf_token"})["value"]},
    )
    assert geste_repete.status_code == 303
    assert objets(ActeJournal.AGENT) == [f"agent {monde.instructeur} : désactivé"]


@pytest.mark.asvs("6.4.3")
def test_rouvrir_un_acces_demande_un_nouveau_mot_de_passe(chef, monde):
    geste(chef, monde.instructeur, "desactiver")
    adresse = un(Agent, monde.instructeur).courriel
    assert geste(chef, monde.instructeur, "reactiver").adresse == "/guichet/agents?fait=reactive"
    revenu = un(Agent, monde.instructeur)
    assert (revenu.desactive_le, revenu.mot_de_passe, revenu.secret_totp) == (None, None, None)
    assert lien_recu(adresse).startswith("/guichet/invitation/")


@pytest.mark.asvs("6.4.6", "7.4.5")
def test_remettre_a_zero_ote_tout_et_previent_l_agent(app, chef, monde):
    from portail.guichet import second_facteur

    with db.sessionmaker() as session, session.begin():
        second_facteur.renouveler_les_secours(session, session.get(Agent, monde.accueil))
    collegue = app.test_client()
    entrer(app, collegue, monde.accueil, jeton="c" * 43)
    geste(chef, monde.accueil, "remettre-a-zero")
    remis = un(Agent, monde.accueil)
    assert (remis.mot_de_passe, remis.secret_totp, remis.totp_confirme_le) == (None, None, None)
    assert lire(sa.select(CodeSecours)) == []
    assert collegue.get("/guichet").status_code == 303
    assert "remis à zéro" in courriels(remis.courriel)[-1].corps
    assert lien_recu(remis.courriel) not in str(chef.page)


@pytest.mark.asvs("6.4.6")
def test_nulle_part_un_responsable_ne_choisit_le_mot_de_passe_d_un_autre(app, chef, monde):
    chef.ouvrir(f"/guichet/agents/{monde.accueil}")
    assert chef.page.find("input", type="password") is None
    avant = un(Agent, monde.accueil).mot_de_passe
    geste(
        chef, monde.accueil, "role", role="accueil", mot_de_passe="choisi par un autre", secret_totp="X", guichet_id="2"
    )
    apres = un(Agent, monde.accueil)
    assert (apres.mot_de_passe, apres.guichet_id) == (avant, monde.g1)


def test_le_dernier_responsable_ne_part_ni_ne_descend(chef, monde):
    for nom, saisie in (("desactiver", {}), ("role", {"role": "accueil"})):
        geste(chef, monde.responsable, nom, **saisie)
        assert chef.statut == 422
        assert "dernier responsable" in chef.page.find(id="resume").get_text()
        assert chef.page.title.string.startswith("Erreur – ")
    lui = un(Agent, monde.responsable)
    assert (lui.role, lui.desactive_le) == (RoleAgent.RESPONSABLE, None)
    assert objets(ActeJournal.AGENT) == []


def test_un_responsable_seulement_invite_ou_coupe_ne_compte_pas(chef, monde, horloge):
    with db.sessionmaker() as session:
        g = session.get(agents.Guichet, monde.g1)
        agent(session, g, RoleAgent.RESPONSABLE, mot_de_passe=None)
        agent(session, g, RoleAgent.RESPONSABLE, desactive_le=horloge())
    assert geste(chef, monde.responsable, "desactiver").statut == 422


def test_avec_un_autre_responsable_on_peut_partir(chef, monde):
    geste(chef, monde.instructeur, "role", role="responsable")
    geste(chef, monde.responsable, "role", role="accueil")
    assert un(Agent, monde.responsable).role is RoleAgent.ACCUEIL
    assert chef.client.get("/guichet/agents").status_code == 403


def test_deux_responsables_qui_se_coupent_l_un_l_autre_en_laissent_un(app_deux_moteurs):
    with db.sessionmaker() as session:
        g = guichet(session)
        deux = [agent(session, g, RoleAgent.RESPONSABLE).id for _ in range(2)]

    def couper(rang: int) -> bool:
        with app_deux_moteurs.app_context():
            try:
                with ecriture() as session:
                    cible = session.scalar(sa.select(Agent).where(Agent.id == deux[1 - rang]).with_for_update())
                    agents.desactiver(session, cible, session.get_one(Agent, deux[rang]))
            except agents.DernierResponsable:
                return False
            return True

    with ThreadPoolExecutor(2) as fils:
        assert sorted(fils.map(couper, range(2))) == [False, True]
    assert len(lire(sa.select(Agent).where(Agent.desactive_le.is_(None)))) == 1


@pytest.mark.asvs("8.4.1")
def test_les_agents_d_un_autre_guichet_n_existent_pas(chef, monde):
    assert chef.ouvrir(f"/guichet/agents/{monde.ailleurs}").statut == 404
    jeton = chef.ouvrir("/guichet/agents").page.find(attrs={"name": "csrf_token"})["value"]
    for nom in ("role", "desactiver", "reactiver", "remettre-a-zero"):
        adresse = f"/guichet/agents/{monde.ailleurs}/{nom}"
        assert chef.client.post(adresse, data={"csrf_token": jeton, "role": "accueil"}).status_code == 404
    assert objets(ActeJournal.AGENT) == []
    assert lire(sa.select(Invitation)) == []


@pytest.mark.parametrize("qui", ["accueil", "instructeur"])
def test_seul_un_responsable_gere_les_agents(naviguer, monde, qui):
    nav = naviguer(getattr(monde, qui)).ouvrir("/guichet")
    menu = [lien.get_text() for lien in nav.page.select("nav a")]
    assert "Agents" not in menu
    assert "Guichet" not in menu
    jeton = nav.page.find(attrs={"name": "csrf_token"})["value"]
    for adresse in (
        "/guichet/agents",
        "/guichet/agents/inviter",
        f"/guichet/agents/{monde.accueil}",
        "/guichet/reglages",
    ):
        assert nav.client.get(adresse).status_code == 403, adresse
    for adresse in (f"/guichet/agents/{monde.accueil}/desactiver", "/guichet/reglages", "/guichet/agents/inviter"):
        assert nav.client.post(adresse, data={"csrf_token": jeton}).status_code == 403, adresse


def test_couper_un_acces_se_confirme_et_le_dit_en_francais(chef, monde):
    for lui, phrase in ((monde.responsable, "Ce que vous avez fait"), (monde.accueil, "Ce qu’il ou elle a fait")):
        chef.ouvrir(f"/guichet/agents/{lui}")
        assert phrase in chef.texte()
        dangers = chef.page.select("main button.danger")
        assert dangers
        assert all(bouton.find_parent("details") for bouton in dangers), "un clic de travers ne coupe rien"


def test_on_ne_se_remet_pas_soi_meme_a_zero(chef, monde):
    jeton = chef.ouvrir(f"/guichet/agents/{monde.responsable}").page.find(attrs={"name": "csrf_token"})["value"]
    assert "Remettre à zéro" not in chef.texte()
    adresse = f"/guichet/agents/{monde.responsable}/remettre-a-zero"
    assert chef.client.post(adresse, data={"csrf_token": jeton}).status_code == 404
