"""Deux gestes au même instant qui prennent les mêmes lignes : toujours dans le même ordre, aucun ne coupe l'autre."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from portail import freins
from portail.assistance import fils
from portail.assistance.modeles import Fil
from portail.compte import mots_de_passe, suppression
from portail.compte.modeles import Compte
from portail.db import db, ecriture, lecture
from portail.demande.modeles import Demande
from portail.guichet import acces, acte, agents, instruction, invitations, reclamation, recours, second_facteur, vie
from portail.guichet.modeles import Agent
from portail.horloge import maintenant
from tests.attentes import EnParallele, pendant
from tests.compte.gestes import lien_recu
from tests.fabriques import INSTANT
from tests.guichet.monde import MOT_DE_PASSE, Monde, code_totp, entrer, guichet, monter
from tests.navigateur import Navigateur

pytestmark = pytest.mark.menace("T13")

NEUF = "onze castors repeignent la grange"


@pytest.fixture
def app(app_deux_moteurs: Flask) -> Flask:
    return app_deux_moteurs


@pytest.fixture
def monde(app: Flask) -> Monde:
    return monter()


def agir(app: Flask, agent_id: int, geste) -> None:
    """`geste(session, agent)`, dans la transaction d'un POST."""
    with app.test_request_context("/", method="POST"), ecriture() as session:
        geste(session, session.get_one(Agent, agent_id))


def question(monde: Monde) -> int:
    with ecriture() as session:
        demande = session.get_one(Demande, monde.demande_69)
        fil = fils.ouvrir(session, demande.compte_id, "069", demande, monde.g1, INSTANT)
        fils.ajouter(session, fil, "Où en est ma demande ?", "cle", INSTANT)
        return fil.id


@pytest.mark.asvs("15.4.2")
def test_repondre_a_une_question_et_transferer_sa_demande(app, monde, monkeypatch):
    fil_id = question(monde)
    with db.sessionmaker() as session:
        ailleurs = guichet(session, "69123", communes=()).id

    def transferer(session, agent):
        demande = acces.demande_a_instruire(session, agent, monde.demande_69)
        vie.transferer(session, demande, acte.version(demande), ailleurs, "à côté", agent, INSTANT)

    autre = EnParallele(app, lambda: agir(app, monde.responsable, transferer))
    pendant(monkeypatch, fils, "ajouter", autre)
    nav = Navigateur(app.test_client())
    entrer(app, nav.client, monde.accueil)
    nav.ouvrir(f"/guichet/questions/{fil_id}").envoyer(texte="Bientôt.", bouton="Envoyer la réponse")
    assert nav.statut == 200
    assert autre.a_fini()
    with lecture() as session:
        assert session.get_one(Demande, monde.demande_69).guichet_id == ailleurs
        assert session.get_one(Fil, fil_id).attend_le is None


def papier(monde: Monde) -> str:
    """La demande d'Ana devient celle d'un papier. Rend son code."""
    with ecriture() as session:
        demande = session.get_one(Demande, monde.demande_69)
        demande.compte_id, demande.saisie_guichet_id = None, monde.g1
        return reclamation.remettre_un_code(session, session.get_one(Agent, monde.accueil), demande, INSTANT)


@pytest.mark.asvs("15.4.2")
def test_reprendre_sa_demande_papier_pendant_qu_un_autre_code_se_donne(app, monde, monkeypatch):
    code = papier(monde)

    def remettre(session, agent):
        demande = acces.demande_a_instruire(session, agent, monde.demande_69)
        if demande.compte_id is None:
            reclamation.remettre_un_code(session, agent, demande, maintenant())

    autre = EnParallele(app, lambda: agir(app, monde.responsable, remettre))
    # La personne tient le code ; l'agent, la demande.
    pendant(monkeypatch, reclamation, "_vaut", autre)
    vrai = sa.orm.Session.scalar

    def scalaire(self, requete, *arguments, **nommes):
        rendu = vrai(self, requete, *arguments, **nommes)
        if "FROM code_reclamation" in str(requete) and "FOR UPDATE" in str(requete) and autre.ident is None:
            autre.partir()
        return rendu

    monkeypatch.setattr(sa.orm.Session, "scalar", scalaire)
    with app.test_request_context("/", method="POST"), ecriture() as session:
        reclamation.reclamer(session, session.get_one(Compte, monde.ana), code, "", INSTANT)
    monkeypatch.undo()
    assert autre.a_fini()
    with lecture() as session:
        assert session.get_one(Demande, monde.demande_69).compte_id == monde.ana


@pytest.mark.asvs("15.4.2")
def test_accepter_son_lien_pendant_qu_un_responsable_coupe_l_acces(app, monde, monkeypatch):
    with ecriture() as session:
        agents.remettre_a_zero(session, session.get_one(Agent, monde.accueil), None)
    secret = lien_recu(app).rsplit("/", 1)[1]

    def couper(session, responsable):
        agents.desactiver(session, acces.agent_du_guichet(session, responsable, monde.accueil), responsable)

    autre = EnParallele(app, lambda: agir(app, monde.responsable, couper))
    pendant(monkeypatch, invitations, "maintenant", autre)
    monkeypatch.undo()
    vrai = invitations.trouver

    def trouver(*arguments, **nommes):
        trouvee = vrai(*arguments, **nommes)
        if nommes.get("verrou") and autre.ident is None:
            autre.partir()
        return trouvee

    monkeypatch.setattr(invitations, "trouver", trouver)
    with app.test_request_context("/", method="POST"), ecriture() as session:
        assert agents.accepter(session, secret, mots_de_passe.hacher(NEUF)) is not None
    assert autre.a_fini()
    with lecture() as session:
        assert session.get_one(Agent, monde.accueil).desactive_le is not None


def remettre_a_zero(monde: Monde) -> None:
    with ecriture() as session:
        agents.remettre_a_zero(session, session.get_one(Agent, monde.accueil), None)


def juste_apres(monkeypatch: pytest.MonkeyPatch, lieu: object, geste: str, faire: Callable[[], None]) -> None:
    """`faire` passe en entier, validé, aussitôt après la première fois où `geste` rend quelque chose."""
    vrai, faits = getattr(lieu, geste), []

    def passer(*arguments: object, **nommes: object) -> object:
        rendu = vrai(*arguments, **nommes)
        if rendu and not faits:
            faits.append(faire())
        return rendu

    monkeypatch.setattr(lieu, geste, passer)


@pytest.mark.parametrize("etape", ["mot de passe", "second facteur"])
def test_une_connexion_que_double_la_remise_a_zero_n_ouvre_rien(app, monde, monkeypatch, horloge, etape):
    """Qui a volé le mot de passe est en train d'entrer ; le responsable remet l'accès à zéro avant lui."""
    nav = Navigateur(app.test_client())
    with db.sessionmaker() as session:
        adresse = session.get_one(Agent, monde.accueil).courriel
    nav.ouvrir("/guichet/connexion")
    if etape == "mot de passe":
        juste_apres(monkeypatch, mots_de_passe, "verifier", lambda: remettre_a_zero(monde))
        nav.envoyer(courriel=adresse, mot_de_passe=MOT_DE_PASSE, bouton="Me connecter")
        assert nav.statut == 422
    else:
        nav.envoyer(courriel=adresse, mot_de_passe=MOT_DE_PASSE, bouton="Me connecter")
        monkeypatch.setattr(freins, "essayer", lambda *_arguments: remettre_a_zero(monde))
        nav.envoyer(code_totp=code_totp(horloge()), bouton="Entrer")
        assert (nav.statut, nav.h1) == (401, "Votre session s’est fermée")
        assert "Se déconnecter" not in nav.texte()
    monkeypatch.undo()
    assert nav.client.get("/guichet").status_code == 303
    assert nav.client.get("/guichet/second-facteur").status_code == 303


def test_changer_son_mot_de_passe_pendant_une_remise_a_zero_ne_la_defait_pas(app, monde, monkeypatch):
    """Le mot de passe neuf se hache (un quart de seconde) ; la remise à zéro passe entre-temps, et doit l'emporter."""
    nav = Navigateur(app.test_client())
    entrer(app, nav.client, monde.accueil)
    nav.ouvrir("/guichet/moi/mot-de-passe")
    juste_apres(monkeypatch, mots_de_passe, "hacher", lambda: remettre_a_zero(monde))
    nav.envoyer(actuel=MOT_DE_PASSE, mot_de_passe=NEUF, confirmation=NEUF, bouton="Changer mon mot de passe")
    assert (nav.statut, nav.h1) == (401, "Votre session s’est fermée")
    with lecture() as session:
        assert session.get_one(Agent, monde.accueil).mot_de_passe is None


def test_une_remise_a_zero_qui_attend_ferme_ce_que_la_connexion_vient_d_ouvrir(app, monde, monkeypatch, horloge):
    nav = Navigateur(app.test_client())
    entrer(app, nav.client, monde.accueil, facteur=False)
    nav.ouvrir("/guichet/second-facteur")
    autre = EnParallele(
        app, lambda: agir(app, monde.responsable, lambda session, responsable: agents.remettre_a_zero(
            session, acces.agent_du_guichet(session, responsable, monde.accueil), responsable,
        ))
    )  # fmt: skip
    pendant(monkeypatch, second_facteur, "consommer_code", autre)
    nav.poster("/guichet/second-facteur", {**nav.saisie(nav.formulaire()), "code_totp": code_totp(horloge())})
    assert autre.a_fini()
    assert nav.client.get("/guichet").status_code == 303


def ecrire(nav: Navigateur, adresse: str) -> Navigateur:
    return nav.ouvrir(f"{adresse}/ecrire").envoyer(texte="Passez nous voir.", bouton="Envoyer")


def rendre_l_acces(nav: Navigateur, adresse: str) -> Navigateur:
    reponses = {"piece": "carte", "motif": "Téléphone perdu", "courriel": "neuve@exemple.fr", "vu": "oui"}
    return nav.ouvrir(f"{adresse}/acces-au-compte").envoyer(reponses, bouton="Envoyer")


@pytest.mark.asvs("15.4.2")
@pytest.mark.parametrize(("geste", "lieu", "quand"), [(ecrire, fils, "ouvrir"), (rendre_l_acces, recours, "demander")])
def test_agir_pour_une_personne_pendant_qu_elle_supprime_son_compte(app, monde, monkeypatch, geste, lieu, quand):
    with ecriture() as session:
        demande = session.get_one(Demande, monde.demande_69)
        instruction.enregistrer(
            session, demande, demande.declaration_deposee_id, session.get_one(Agent, monde.instructeur), INSTANT,
            original_vu=True,
        )  # fmt: skip
        for autre_demande in session.scalars(sa.select(Demande).where(Demande.id == monde.demande_75)):
            autre_demande.radiee_le = INSTANT

    def supprimer() -> None:
        with app.test_request_context("/", method="POST"), ecriture() as session:
            suppression.supprimer(session, monde.ana, maintenant())

    autre = EnParallele(app, supprimer)
    pendant(monkeypatch, lieu, quand, autre)
    nav = Navigateur(app.test_client())
    entrer(app, nav.client, monde.instructeur)
    geste(nav, f"/guichet/demandes/{monde.demande_69}")
    assert nav.statut == 200
    assert autre.a_fini()
    with lecture() as session:
        assert session.get(Compte, monde.ana) is None
