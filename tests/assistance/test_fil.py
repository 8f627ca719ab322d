"""Un fil entre une personne et un guichet : posé, lu, répondu, confié ; rien de perdu, rien en double, rien d'exécuté."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from portail.assistance import fils
from portail.assistance.modeles import Fil, Message
from portail.compte.modeles import Compte
from portail.courriel import Envoi
from portail.db import db, ecriture
from portail.demande import creation
from portail.guichet.modeles import ActeJournal, Agent, Guichet
from portail.referentiels import recherche
from portail.taches import nettoyer
from tests import fabriques
from tests.guichet.gestes import presser
from tests.guichet.lecture import lire, objets, un
from tests.guichet.monde import Monde, entrer, guichet, monter
from tests.guichet.monde import agent as un_agent
from tests.navigateur import Navigateur, mots

pytestmark = pytest.mark.menace("T11")

PIEGE = "<svg onload=alert(1)> {{ 7*7 }} </textarea><script>x</script>"


def messages() -> list[str]:
    return [message.texte for message in lire(sa.select(Message).order_by(Message.id))]


def ecrire(nav: Navigateur, monde: Monde, texte: str) -> Navigateur:
    return presser(nav.ouvrir(f"/demandes/{monde.demande_69}/messages"), "Envoyer le message", texte=texte)


def question(nav: Navigateur) -> Navigateur:
    """La première de la file."""
    nav.ouvrir("/guichet/questions")
    return nav.suivre("Ana Silva")


def dit(nav: Navigateur) -> str:
    """Ce que la page confirme, et où le focus arrive : lu par un lecteur d'écran même sans région déjà là."""
    fait = nav.page.select_one("#fait")
    assert fait.has_attr("autofocus")
    assert fait["tabindex"] == "-1"
    return fait.get_text()


def test_une_question_arrive_au_guichet_et_sa_reponse_a_la_personne(monde, ana, naviguer):
    ecrire(ana, monde, "Où en est mon dossier ?\n\nMerci.")
    assert "Où en est mon dossier" in ana.texte()
    agent = naviguer(monde.accueil).ouvrir("/guichet")
    assert "1 attend une réponse" in agent.texte()
    question(agent)
    assert agent.h1 == "Question d’Ana Silva"
    presser(agent, "Envoyer la réponse", texte="Il avance.")
    ana.ouvrir("/demandes")
    assert "1 message du guichet à lire" in ana.texte()
    ana.ouvrir(f"/demandes/{monde.demande_69}/messages")
    assert "Il avance." in ana.texte()
    assert "Nouveau" in ana.texte()
    presser(ana, "Envoyer le message", texte="Merci beaucoup.")
    assert "Nouveau" not in ana.texte(), "répondre, c'est avoir lu"
    dossier = naviguer(monde.instructeur).ouvrir(f"/guichet/demandes/{monde.demande_69}").texte()
    assert dossier.index("Où en est mon dossier") < dossier.index("Il avance.") < dossier.index("Merci beaucoup.")
    with db.sessionmaker() as session:
        envois = session.scalars(sa.select(Envoi).where(Envoi.cle.like("message-%"))).all()
    assert len(envois) == 1
    assert "avance" not in envois[0].corps


def test_le_meme_envoi_ne_fait_qu_un_message_et_un_autre_texte_en_fait_un_autre(monde, ana):
    ana.ouvrir(f"/demandes/{monde.demande_69}/messages")
    saisie = ana.saisie(ana.page.select_one("#ecrire form"))
    for texte in ("Bonjour", "Bonjour", "Bonjour, et merci"):
        saisie["texte"] = texte
        ana.poster(f"/demandes/{monde.demande_69}/messages", saisie)
    assert messages() == ["Bonjour", "Bonjour, et merci"]


def test_deux_envois_au_meme_instant_sur_les_deux_moteurs(app_deux_moteurs, horloge):
    monde = monter()

    def envoyer(_rang: int) -> None:
        with app_deux_moteurs.app_context(), ecriture() as session:
            demande = session.get_one(creation.Demande, monde.demande_69)
            fil = fils.ouvrir(session, monde.ana, "069", demande, monde.g1, horloge())
            fils.ajouter(session, fil, "Bonjour", "meme-cle", horloge())

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(envoyer, range(4)))
    assert messages() == ["Bonjour"]
    assert len(lire(sa.select(Fil))) == 1


@pytest.mark.asvs("1.2.1", "1.3.7", "3.2.2")
def test_le_contenu_est_une_donnee_des_deux_cotes(monde, ana, naviguer, dossier):
    ecrire(ana, monde, PIEGE)
    agent = question(naviguer(monde.accueil))
    presser(agent, "Envoyer la réponse", texte=PIEGE)
    ana.ouvrir(f"/demandes/{monde.demande_69}/messages")
    dossier_lu = naviguer(monde.instructeur).ouvrir(f"/guichet/demandes/{monde.demande_69}")
    for nav in (ana, agent, dossier_lu):
        assert not nav.page.select("main svg[onload], main script:not([src])")
        assert "{{ 7*7 }}" in nav.texte()
    assert PIEGE.encode() not in (dossier / "portail.sqlite").read_bytes()


@pytest.mark.asvs("1.3.3")
def test_un_message_vide_ou_trop_long_est_refuse_avec_ce_qui_etait_ecrit(monde, ana):
    ecrire(ana, monde, "")
    assert (ana.statut, messages()) == (422, [])
    ecrire(ana, monde, "a" * 2001)
    assert ana.statut == 422
    assert "a" * 2001 in ana.page.select_one("#texte").text
    assert messages() == []


@pytest.mark.asvs("2.4.1")
def test_un_flot_de_messages_est_freine(monde, ana):
    for rang in range(21):
        ecrire(ana, monde, f"Message {rang}")
    assert ana.statut == 429
    assert len(messages()) == 20


def test_avant_toute_demande_la_question_va_au_guichet_de_la_commune_puis_rejoint_la_demande(app, monde, horloge):
    client = app.test_client()
    with db.sessionmaker() as session:
        zoe = fabriques.compte(session, "zoe@exemple.fr", prenoms="Zoé", nir=None)
        fabriques.connecter(app, client, session, zoe, "z" * 43)
    nav = Navigateur(client).ouvrir("/aide/tchat")
    presser(nav, "Envoyer le message", commune="69266", texte="Ai-je droit à un logement ?")
    assert nav.statut == 200, nav.texte()
    [fil] = lire(sa.select(Fil))
    assert (fil.guichet_id, fil.demande_id, nav.adresse_de_la_page()) == (monde.g1, None, f"/aide/tchat/{fil.id}")
    with ecriture() as session:
        demande = creation.commencer(session, session.get_one(Compte, zoe.id), recherche.lieu("69266"), horloge())
        numero = demande.id
    assert un(Fil, fil.id).demande_id == numero
    assert "Ai-je droit" in nav.ouvrir(f"/aide/tchat/{fil.id}").texte()
    assert nav.adresse_de_la_page() == f"/demandes/{numero}/messages"


def test_la_ou_aucun_guichet_ne_lirait_rien_n_est_envoye(monde, ana):
    presser(ana.ouvrir("/aide/tchat"), "Envoyer le message", commune="13055", texte="Bonjour")
    assert ana.statut == 422
    assert "Aucun guichet de ce site" in ana.texte()
    assert messages() == []


def test_sans_guichet_la_page_des_messages_ne_promet_pas_de_reponse(monde, ana, horloge):
    with ecriture() as session:
        compte = session.scalars(sa.select(Compte).where(Compte.courriel == "ana@exemple.fr")).one()
        numero = creation.commencer(session, compte, recherche.lieu("13055"), horloge()).id
    ana.ouvrir(f"/demandes/{numero}/messages")
    assert "Aucun guichet de ce site" in ana.texte()
    assert "vous répondra ici" not in ana.texte()


def test_sans_etre_connecte_le_tchat_mene_au_telephone_et_aux_guichets(client):
    nav = Navigateur(client).ouvrir("/aide/tchat")
    assert "connectez-vous" in nav.texte()
    assert "0 806 000 113" in nav.texte()
    assert "Trouver un guichet" in nav.texte()


def test_confier_a_un_collegue_puis_a_un_autre_guichet(monde, ana, naviguer):
    with db.sessionmaker() as session:
        lyon = guichet(session, "69123", nom="Mairie de Lyon").id
        g1 = session.get_one(Guichet, monde.g1)
        un_agent(session, g1, prenom="Invitée", nom="Demain", mot_de_passe=None, totp_confirme_le=None)
    ecrire(ana, monde, "Bonjour")
    agent = question(naviguer(monde.accueil))
    agent.suivre("Confier à un collègue ou à un guichet")
    assert "Mairie de Paris" not in agent.texte()
    proposes = [option.get_text() for option in agent.page.select("option")]
    assert "Prénom1 Nom1 (vous)" in proposes
    assert "Invitée Demain" not in proposes, "elle n’a pas encore choisi son mot de passe"
    agent.envoyer({"a_qui": f"a{monde.instructeur}"}, "Confier la question")
    assert "votre guichet, Prénom2 Nom2" in agent.texte()
    assert "confiée à la personne choisie" in dit(agent)
    question(agent).suivre("Confier à un collègue ou à un guichet")
    agent.envoyer({"a_qui": f"g{lyon}"}, "Confier la question")
    assert "confiée à l’autre guichet" in dit(agent)
    assert agent.suivre("Actualiser").page.select_one("#fait") is None, "dit une fois"
    [fil] = lire(sa.select(Fil))
    assert (fil.guichet_id, fil.agent_id, fil.attend_le is not None) == (lyon, None, True)
    assert "Avec : Mairie de Lyon." in ana.ouvrir(f"/demandes/{monde.demande_69}/messages").texte()
    assert objets(ActeJournal.QUESTION_CONFIEE) == [
        f"question {fil.id} à l’agent {monde.instructeur}",
        f"question {fil.id} à un guichet {lyon}",
    ]
    agent.ouvrir(f"/guichet/questions/{fil.id}/confier")
    agent.envoyer({"a_qui": f"g{monde.g2}"}, "Confier la question")
    assert agent.statut == 422


@pytest.mark.asvs("8.4.1", "16.3.2")
def test_un_agent_d_un_autre_territoire_ne_lit_rien_et_son_refus_s_inscrit(monde, ana, naviguer):
    ecrire(ana, monde, "Bonjour")
    [fil] = lire(sa.select(Fil))
    ailleurs = naviguer(monde.ailleurs)
    assert "Aucune question." in ailleurs.ouvrir("/guichet/questions").texte()
    for adresse in (f"/guichet/questions/{fil.id}", f"/guichet/questions/{fil.id}/confier"):
        assert ailleurs.ouvrir(adresse).statut == 404
    assert ailleurs.client.get(f"/guichet/questions/{fil.id}/suite", headers={"HX-Request": "true"}).status_code == 404
    assert objets(ActeJournal.LECTURE_REFUSEE) == [f"question {fil.id}"] * 2


def test_inserer_une_reponse_toute_faite_n_envoie_rien_et_garde_ce_qui_etait_ecrit(monde, ana, naviguer, dossier):
    ecrire(ana, monde, "Comment renouveler ?")
    (dossier / "reponses_types.csv").write_text("code,titre,texte\nici,Chez nous,Passez le mardi.\\nMerci.\n", "utf-8")
    agent = question(naviguer(monde.accueil))
    presser(agent, "Insérer", modele="ici", texte="Bonjour Ana.")
    assert agent.page.select_one("#texte").text.strip() == "Bonjour Ana.\n\nPassez le mardi.\nMerci."
    assert len(messages()) == 1
    presser(agent, "Envoyer la réponse")
    assert messages()[1].startswith("Bonjour Ana.")


def test_une_erreur_corrigee_ne_reste_pas_dite(monde, ana):
    nav = ana.ouvrir(f"/demandes/{monde.demande_69}/messages")
    nav.htmx = True
    nav.envoyer({"texte": ""}, "Envoyer le message")
    assert "Écrivez votre message." in nav.reponse.text
    nav.envoyer({"texte": "Bonjour."}, "Envoyer le message")
    assert '<div data-hx-swap-oob="innerHTML:#alerte"></div>' in nav.reponse.text


def test_une_reponse_ecrite_avant_la_fin_de_session_part_une_fois_reconnecte(monde, ana, naviguer, horloge):
    ecrire(ana, monde, "Bonjour")
    agent = question(naviguer(monde.accueil))
    agent.htmx = True
    horloge.avancer(minutes=31)
    presser(agent, "Envoyer la réponse", texte="Une longue réponse.")
    assert "Votre session s’est fermée" in mots(agent.page.find(id="alerte"))
    entrer(agent.client.application, agent.client, monde.accueil, jeton="n" * 43)  # dans un autre onglet
    presser(agent, "Envoyer la réponse", texte="Une longue réponse.")
    assert "réessayez" in mots(agent.page.find(id="alerte"))
    presser(agent, "Envoyer la réponse", texte="Une longue réponse.")
    assert messages() == ["Bonjour", "Une longue réponse."]
    assert mots(agent.page.find(id="alerte")) == ""


def test_classer_sans_repondre_sort_de_la_file(monde, ana, naviguer):
    ecrire(ana, monde, "Merci !")
    agent = presser(question(naviguer(monde.accueil)), "Il n’y a rien à répondre")
    assert "classée sans réponse" in dit(agent)
    [fil] = lire(sa.select(Fil))
    assert fil.attend_le is None
    assert objets(ActeJournal.QUESTION_CLASSEE) == [f"question {fil.id}"]


def test_les_heures_d_absence_sont_dites(monde, ana, horloge):
    """Le 24 novembre 2026 est un mardi ; il est 11 h à Paris."""
    with db.sessionmaker() as session, session.begin():
        session.get_one(Guichet, monde.g1).heures_tchat = "mardi 09:00-11:10 ; jeudi 14:00-17:00"
    adresse = f"/demandes/{monde.demande_69}/messages"
    ouvert = ana.ouvrir(adresse).texte()
    assert "Le guichet répond en direct" in ouvert
    assert "Réponse en direct : mardi : de 9 h à 11 h 10 ; jeudi : de 14 h à 17 h, hors jours fériés." in ouvert
    horloge.avancer(minutes=20)
    assert "Le guichet est absent, il revient jeudi à 14 h" in ana.ouvrir(adresse).texte()


def test_un_responsable_ecrit_ses_heures_et_une_faute_se_dit(monde, naviguer):
    chef = naviguer(monde.responsable).ouvrir("/guichet/reglages")
    chef.envoyer({"heures_tchat": "tous les matins"}, "Enregistrer")
    assert chef.statut == 422
    assert "Ces heures ne se lisent pas" in chef.texte()
    chef.envoyer({"heures_tchat": "lundi-vendredi 09:00-12:00"}, "Enregistrer")
    assert un(Guichet, monde.g1).heures_tchat == "lundi-vendredi 09:00-12:00"


@pytest.mark.asvs("14.2.7")
@pytest.mark.parametrize(("jours", "reste"), [(360, 1), (400, 0)])
def test_un_fil_sans_demande_s_efface_un_an_apres_le_dernier_message(monde, horloge, jours, reste):
    with db.sessionmaker() as session, session.begin():
        fil = fils.ouvrir(session, monde.ana, "111", None, None, horloge())
        fils.ajouter(session, fil, "Bonjour", "cle", horloge())
    horloge.avancer(days=jours)
    nettoyer()
    assert len(messages()) == reste


def test_transferer_la_demande_emmene_son_fil(monde, ana, naviguer):
    with db.sessionmaker() as session:
        lyon = guichet(session, "69123", nom="Mairie de Lyon").id
        assert session.get_one(Agent, monde.instructeur).guichet_id == monde.g1
    ecrire(ana, monde, "Bonjour")
    agent = naviguer(monde.instructeur).ouvrir(f"/guichet/demandes/{monde.demande_69}/transferer")
    agent.envoyer({"guichet": str(lyon), "precision": "La personne a déménagé à Lyon."}, "Transférer la demande")
    assert lire(sa.select(Fil))[0].guichet_id == lyon
