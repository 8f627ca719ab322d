"""Deux agents, un agent et la personne, en même temps : le second voit le conflit, rien n'est écrasé."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa

from portail.compte.modeles import Compte
from portail.db import db, ecriture, lecture
from portail.demande.cycle_de_vie import Etat, etat
from portail.demande.modeles import Declaration, Demande, Evenement, GenreEvenement
from portail.guichet import acces, instruction
from portail.guichet.modeles import ActeJournal, Agent, DecisionPiece, MotifRenvoi, Renvoi
from tests import fabriques
from tests.guichet.gestes import presser
from tests.guichet.lecture import ecritures
from tests.guichet.monde import Monde, monter
from tests.navigateur import Navigateur
from tests.pieces.cas import jpeg

JOUR = fabriques.INSTANT.date()


def etat_de(monde: Monde) -> Etat:
    with lecture() as session:
        return etat(session.get_one(Demande, monde.demande_69), JOUR)


def nombre(classe: type, *conditions) -> int:
    with lecture() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(classe).where(*conditions))


@pytest.fixture
def dossier_ouvert(monde, naviguer):
    """Un navigateur d'agent, neuf, sur la demande d'Ana."""
    return lambda qui: naviguer(qui).ouvrir(f"/guichet/demandes/{monde.demande_69}")


@pytest.fixture
def ana(app, monde) -> Navigateur:
    client = app.test_client()
    with db.sessionmaker() as session:
        fabriques.connecter(app, client, session, session.get_one(Compte, monde.ana))
    return Navigateur(client)


def renvoyer(nav: Navigateur, explication: str = "Votre carte dit Anna.") -> Navigateur:
    nav.suivre("Renvoyer pour correction")
    return presser(nav, "Renvoyer à la personne", motif="identite", explication=explication)


def corriger(ana: Navigateur, monde: Monde, horloge, **reponses: str) -> None:
    horloge.avancer(minutes=5)
    ana.ouvrir(f"/demandes/{monde.demande_69}/etapes/informations-generales")
    ana.envoyer(reponses or {"prenoms": "Anna"}, bouton="Poursuivre pour renforcer ma demande")
    ana.ouvrir(f"/demandes/{monde.demande_69}/verifier")
    presser(ana, "Soumettre ma demande", atteste="oui")
    assert ana.h1 == "Votre demande est soumise"


def test_l_un_renvoie_l_autre_ne_peut_plus_enregistrer(monde, dossier_ouvert):
    premier, second = dossier_ouvert(monde.instructeur), dossier_ouvert(monde.responsable)
    renvoyer(premier)
    presser(second, "Enregistrer et donner le numéro unique", original_vu="oui")
    assert second.statut == 409
    assert "déjà été renvoyée" in second.texte()
    assert etat_de(monde) is Etat.A_CORRIGER
    assert ecritures(ActeJournal.ENREGISTREMENT) == []


def test_l_un_enregistre_l_autre_ne_peut_plus_renvoyer_et_garde_ce_qu_il_avait_ecrit(monde, dossier_ouvert):
    premier = dossier_ouvert(monde.instructeur)
    second = dossier_ouvert(monde.responsable).suivre("Renvoyer pour correction")
    presser(premier, "Enregistrer et donner le numéro unique", original_vu="oui")
    presser(second, "Renvoyer à la personne", motif="identite", explication="Le verso manque, envoyez-le.")
    assert second.statut == 409
    assert "a déjà été enregistrée" in second.texte()
    assert "une seconde fois" not in second.texte(), "rien ne l’a été une première"
    assert second.page.find(attrs={"name": "explication"}).get_text().strip() == "Le verso manque, envoyez-le."
    assert nombre(Renvoi) == 0
    assert etat_de(monde) is Etat.ACTIVE


@pytest.mark.parametrize("geste", ["Enregistrer et donner le numéro unique", "Renvoyer à la personne"])
def test_un_double_clic_montre_le_dossier(monde, dossier_ouvert, geste):
    pages = [dossier_ouvert(monde.instructeur), dossier_ouvert(monde.instructeur)]
    if geste.startswith("Renvoyer"):
        for page in pages:
            page.suivre("Renvoyer pour correction")
    reponses = {"motif": "identite"} if geste.startswith("Renvoyer") else {"original_vu": "oui"}
    for page in pages:
        presser(page, geste, **reponses)
        assert (page.statut, page.adresse.partition("?")[0]) == (200, f"/guichet/demandes/{monde.demande_69}")
        assert page.page.find(id="fait"), "le second envoi dit aussi ce qui est fait"
    assert len(ecritures(ActeJournal.ENREGISTREMENT)) + nombre(Renvoi) == 1


def test_deux_renvois_n_en_font_qu_un(monde, dossier_ouvert):
    premier = dossier_ouvert(monde.instructeur)
    second = dossier_ouvert(monde.responsable).suivre("Renvoyer pour correction")
    renvoyer(premier)
    presser(second, "Renvoyer à la personne", motif="reponses", explication="Autre chose.")
    assert second.statut == 409
    assert nombre(Renvoi) == 1
    assert nombre(Declaration, Declaration.deposee_le.is_(None), Declaration.demande_id == monde.demande_69) == 1


def test_la_personne_soumet_a_nouveau_pendant_que_l_agent_lit(monde, dossier_ouvert, ana, horloge):
    """Ce que l'agent a lu n'est plus ce qui compte : il relit avant de décider, et rien n'est enregistré."""
    renvoyer(dossier_ouvert(monde.responsable))
    corriger(ana, monde, horloge)
    premier = dossier_ouvert(monde.instructeur)
    renvoyer(dossier_ouvert(monde.responsable), "Encore une fois.")
    corriger(ana, monde, horloge, prenoms="Anna, Maria")
    presser(premier, "Enregistrer et donner le numéro unique", original_vu="oui")
    assert premier.statut == 409
    assert "nouvelle version" in premier.texte()
    assert "Anna, Maria" in premier.texte(), "la page montre maintenant ce qui compte"
    assert etat_de(monde) is Etat.SOUMISE
    presser(premier, "Enregistrer et donner le numéro unique", original_vu="oui")
    assert etat_de(monde) is Etat.ACTIVE


def test_la_personne_ne_soumet_pas_deux_fois_une_demande_enregistree(monde, dossier_ouvert, ana, horloge):
    renvoyer(dossier_ouvert(monde.responsable))
    ana.ouvrir(f"/demandes/{monde.demande_69}/verifier")
    ancienne_page = ana.saisie(next(f for f in ana.page.select("main form") if f.find(attrs={"name": "atteste"})))
    adresse = ana.adresse
    corriger(ana, monde, horloge)
    presser(dossier_ouvert(monde.instructeur), "Enregistrer et donner le numéro unique", original_vu="oui")
    ancienne_page.setlist("atteste", ["oui"])
    ana.poster(adresse, ancienne_page)
    assert etat_de(monde) is Etat.ACTIVE
    assert nombre(Evenement, Evenement.genre == GenreEvenement.DEPOT, Evenement.demande_id == monde.demande_69) == 2


def test_un_fichier_ajoute_pendant_la_lecture_n_est_pas_accepte_sans_etre_vu(monde, dossier_ouvert, ana):
    agent = dossier_ouvert(monde.instructeur)
    with db.sessionmaker() as session, session.begin():
        piece = session.get_one(Demande, monde.demande_69).pieces[0]
        from portail.pieces.modeles import Fichier

        piece.fichiers.append(
            Fichier(
                rang=2, cle="f" * 32, nom="verso.jpg", type_mime="image/jpeg", taille=10, pages=1,
                empreinte_recue="1" * 64, recu_le=fabriques.INSTANT,
            )
        )  # fmt: skip
    presser(agent, "Accepter Pièce d’identité (demandeur)")
    assert agent.statut == 409
    assert "ont changé" in agent.texte()
    assert nombre(DecisionPiece) == 0
    presser(agent, "Accepter Pièce d’identité (demandeur)")
    assert agent.statut == 200
    assert nombre(DecisionPiece) == 1


def test_un_fichier_arrive_apres_la_decision_la_rend_caduque(monde, dossier_ouvert, ana, horloge):
    """Acceptée sur ce qui était là : un nouveau fichier n'hérite pas de la décision."""
    agent = dossier_ouvert(monde.instructeur)
    presser(agent, "Accepter Pièce d’identité (demandeur)")
    assert "La pièce d’identité jointe est acceptée." in agent.texte()
    horloge.avancer(minutes=1)
    ana.ouvrir(f"/demandes/{monde.demande_69}/pieces/ID")
    case = ana.page.find("input", type="file")["name"]
    jeton = ana.page.find(attrs={"name": "csrf_token"})["value"]
    ana.poster(ana.adresse, {"csrf_token": jeton, case: (io.BytesIO(jpeg()), "autre.jpg")})
    agent.ouvrir(f"/guichet/demandes/{monde.demande_69}")
    assert "La pièce d’identité jointe est acceptée." not in agent.texte()
    presser(agent, "Enregistrer et donner le numéro unique")
    assert agent.statut == 422
    assert etat_de(monde) is Etat.SOUMISE


def test_la_derniere_decision_vaut_les_deux_restent(monde, dossier_ouvert):
    premier, second = dossier_ouvert(monde.instructeur), dossier_ouvert(monde.responsable)
    presser(premier, "Accepter Pièce d’identité (demandeur)")
    presser(second, "Refuser ce document", raison="La photo est coupée.")
    assert "La photo est coupée." in second.texte()
    with lecture() as session:
        decisions = session.scalars(sa.select(DecisionPiece).order_by(DecisionPiece.id)).all()
        assert [(d.agent_id, d.decision.code) for d in decisions] == [
            (monde.instructeur, "acceptee"),
            (monde.responsable, "refusee"),
        ]
    assert len(ecritures(ActeJournal.DECISION_PIECE)) == 2


@pytest.mark.asvs("15.4.2")
@pytest.mark.parametrize("tour", range(4))
def test_enregistrer_et_renvoyer_au_meme_instant(app_deux_moteurs, tour):
    """Deux transactions vraiment simultanées : une seule l'emporte, l'autre reçoit le conflit."""
    monde = monter()
    depart = Barrier(2)
    issues: list[str] = []

    def agir(agent_id: int, acte: str) -> None:
        depart.wait()
        with app_deux_moteurs.app_context():
            try:
                with ecriture() as session:
                    lui = session.get_one(Agent, agent_id)
                    demande = acces.demande_a_instruire(session, lui, monde.demande_69)
                    vue, quand = demande.declaration_deposee_id, fabriques.INSTANT
                    if acte == "enregistrer":
                        instruction.enregistrer(session, demande, vue, lui, quand, original_vu=True)
                    else:
                        instruction.renvoyer(session, demande, vue, lui, MotifRenvoi.AUTRE, "Pourquoi", {}, quand)
                issues.append(acte)
            except instruction.Conflit as conflit:
                issues.append(str(conflit))

    with ThreadPoolExecutor(2) as fils:
        list(fils.map(agir, (monde.instructeur, monde.responsable), ("enregistrer", "renvoyer")))
    assert len(issues) == 2
    enregistree = "enregistrer" in issues
    assert (instruction.NE_SE_RENVOIE_PLUS if enregistree else instruction.RENVOYEE) in issues
    assert etat_de(monde) is (Etat.ACTIVE if enregistree else Etat.A_CORRIGER)
    assert nombre(Renvoi) == (0 if enregistree else 1)
    assert len(ecritures(ActeJournal.ENREGISTREMENT, ActeJournal.RENVOI)) == 1
