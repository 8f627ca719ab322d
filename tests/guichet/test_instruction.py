"""Instruire : enregistrer, renvoyer, décider d'une pièce ; les conflits n'écrasent rien."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from portail.compte.modeles import Compte
from portail.courriel import Envoi
from portail.db import db
from portail.demande import depot
from portail.demande.contexte import contexte_de
from portail.demande.cycle_de_vie import Etat, etat
from portail.demande.modeles import Demande
from portail.guichet.modeles import EcritureJournal
from portail.pieces.modeles import Fichier, PieceFournie
from tests import fabriques
from tests.guichet.gestes import presser
from tests.guichet.monde import Monde
from tests.navigateur import Navigateur

JOUR = fabriques.INSTANT.date()


@contextmanager
def lue(monde: Monde) -> Iterator[Demande]:
    """La demande du Rhône, relue en base."""
    with db.sessionmaker() as session:
        yield session.get_one(Demande, monde.demande_69)


def actes(monde: Monde) -> list[str]:
    requete = (
        sa.select(EcritureJournal.acte)
        .where(EcritureJournal.demande_id == monde.demande_69)
        .order_by(EcritureJournal.id)
    )
    with db.sessionmaker() as session:
        return [acte.code for acte in session.scalars(requete)]


def sujets() -> list[str]:
    with db.sessionmaker() as session:
        return list(session.scalars(sa.select(Envoi.sujet)))


@pytest.fixture
def ana(app, monde) -> Navigateur:
    """Le navigateur de la personne, connectée."""
    client = app.test_client()
    with db.sessionmaker() as session:
        fabriques.connecter(app, client, session, session.get_one(Compte, monde.ana))
    return Navigateur(client)


@pytest.fixture
def nav(monde, naviguer) -> Navigateur:
    """Le navigateur de l'instructeur, sur la demande d'Ana."""
    return naviguer(monde.instructeur).ouvrir(f"/guichet/demandes/{monde.demande_69}")


def test_une_demande_se_lit_sa_piece_s_accepte_elle_s_enregistre(monde, naviguer):
    nav = naviguer(monde.instructeur).ouvrir("/guichet/demandes").suivre("Ana Silva")
    assert nav.h1 == "Demande d’Ana Silva"
    presser(nav, "Accepter Pièce d’identité (demandeur)")
    assert "La pièce d’identité jointe est acceptée." in nav.texte()
    presser(nav, "Enregistrer et donner le numéro unique")
    assert "069 11 26 000001 69266" in nav.texte()
    with lue(monde) as demande:
        assert demande.numero_unique == "069112600000169266"
        assert demande.guichet_id == monde.g1
    assert "decision_piece" in actes(monde)
    assert actes(monde).count("enregistrement") == 1
    assert "Votre demande est enregistrée" in sujets()


@pytest.mark.asvs("2.3.1")
def test_sans_controle_de_la_piece_rien_n_est_enregistre(monde, nav):
    presser(nav, "Enregistrer et donner le numéro unique")
    assert nav.statut == 422
    with lue(monde) as demande:
        assert demande.numero_unique is None
    presser(nav, "Enregistrer et donner le numéro unique", original_vu="oui")
    with lue(monde) as demande:
        assert demande.numero_unique is not None


def test_renvoyee_puis_corrigee_puis_enregistree(monde, nav, ana, horloge):
    nav.suivre("Renvoyer pour correction")
    remarque = "remarque.informations-generales.identite." + monde.personne_69 + ".prenoms"
    assert nav.page.find(attrs={"name": remarque})
    presser(
        nav,
        "Renvoyer à la personne",
        motif="identite",
        explication="Votre carte dit Anna.",
        **{remarque: "Deux n."},
    )
    assert "Chez la personne, à corriger" in nav.texte()
    assert "Votre demande est à corriger" in sujets()
    with lue(monde) as demande:
        assert etat(demande, JOUR) is Etat.A_CORRIGER
        premier_depot = demande.deposee_le

    ana.ouvrir("/demandes")
    assert "À corriger" in ana.texte()
    assert "Votre carte dit Anna." in ana.texte()
    ana.suivre("Corriger ma demande")
    assert ana.h1 == "Informations générales"
    assert "Remarque du guichet : Deux n." in ana.texte()
    horloge.avancer(minutes=5)
    ana.envoyer({"prenoms": "Anna"}, bouton="Poursuivre pour renforcer ma demande")
    ana.ouvrir(f"/demandes/{monde.demande_69}/verifier")
    assert "Le guichet vous demande de corriger votre demande." in ana.texte()
    presser(ana, "Soumettre ma demande", atteste="oui")
    assert ana.h1 == "Votre demande est soumise"
    with lue(monde) as demande:
        assert demande.deposee_le == premier_depot
        assert etat(demande, JOUR) is Etat.SOUMISE

    nav.ouvrir(f"/guichet/demandes/{monde.demande_69}")
    assert "Changé. Avant : Ana" in nav.texte()
    presser(nav, "Enregistrer et donner le numéro unique", original_vu="oui")
    with lue(monde) as demande:
        assert demande.numero_unique == "069112600000169266"


def test_sans_fichier_le_renvoi_ne_se_conseille_que_tant_qu_il_se_peut(monde, nav):
    with db.sessionmaker() as session, session.begin():
        for fichier in session.scalars(sa.select(Fichier)):
            session.delete(fichier)
    nav.ouvrir(f"/guichet/demandes/{monde.demande_69}")
    assert "ou renvoyez la demande" in nav.texte()
    presser(nav, "Enregistrer et donner le numéro unique", original_vu="oui")
    assert "Aucun fichier n’est joint." in nav.texte()
    assert "renvoyez la demande" not in nav.texte()


def test_deux_agents_le_second_voit_que_c_est_fait(monde, nav, naviguer):
    second = naviguer(monde.responsable).ouvrir(f"/guichet/demandes/{monde.demande_69}")
    presser(nav, "Enregistrer et donner le numéro unique", original_vu="oui")
    presser(second, "Enregistrer et donner le numéro unique", original_vu="oui")
    assert second.statut == 409
    assert "a déjà été enregistrée" in second.texte()
    assert actes(monde).count("enregistrement") == 1


def test_un_fichier_change_pendant_la_lecture(monde, nav, horloge):
    with db.sessionmaker() as session, session.begin():
        session.get_one(Fichier, monde.fichier_69).retire_le = fabriques.INSTANT
    presser(nav, "Accepter Pièce d’identité (demandeur)")
    assert nav.statut == 409
    assert "decision_piece" not in actes(monde)


def test_refuser_une_piece_demande_une_raison_que_la_personne_lit(monde, nav, ana):
    presser(nav, "Refuser ce document")
    assert nav.statut == 422
    case = nav.page.find(attrs={"name": "raison"})
    assert case["aria-invalid"] == "true"
    assert case.find_parent("details").has_attr("open"), "le lien du résumé mène à une case que l’on voit"
    assert "Écrivez pourquoi" in nav.page.find(id=case["aria-describedby"].split()[-1]).get_text()
    presser(nav, "Refuser ce document", raison="La date est cachée.")
    assert "La date est cachée." in nav.texte()
    ana.ouvrir(f"/demandes/{monde.demande_69}/pieces/ID")
    assert "La date est cachée." in ana.texte()
    assert "refusée" in ana.texte()


def test_refuser_sans_raison_une_piece_d_une_demande_qui_vient_d_etre_radiee(monde, nav):
    with db.sessionmaker() as session, session.begin():
        demande = session.get_one(Demande, monde.demande_69)
        demande.radiee_le, demande.motif_radiation = fabriques.INSTANT, "b"
    presser(nav, "Refuser ce document")
    assert nav.statut == 409
    assert "Cette demande est radiée." in nav.texte()


def test_une_piece_acceptee_ne_se_propose_plus_a_accepter(monde, nav):
    presser(nav, "Accepter Pièce d’identité (demandeur)")
    assert nav.page.find("button", string=lambda mot: mot and mot.startswith("Accepter")) is None
    presser(nav, "Refuser ce document", raison="La photo est cachée.")
    presser(nav, "Accepter Pièce d’identité (demandeur)")
    assert nav.statut == 200


def test_deux_pieces_d_identite_disent_de_qui_elles_sont(monde, naviguer):
    with db.sessionmaker() as session:
        compte = fabriques.compte(session, "couple@exemple.fr", prenoms="Léa", nir=fabriques.nir("2850369266002"))
        declaration = fabriques.remplir_couple(fabriques.brouillon(session, compte))
        for rang, personne in enumerate(declaration.personnes[:2]):
            piece = PieceFournie(code="ID", personne=personne.cle)
            piece.fichiers.append(
                Fichier(
                    rang=1, cle=f"{rang + 1:032d}", nom="carte.jpg", type_mime="image/jpeg", taille=1000, pages=1,
                    empreinte_recue="0" * 64, recu_le=fabriques.INSTANT,
                )
            )  # fmt: skip
            declaration.demande.pieces.append(piece)
        session.commit()
        demande_id = depot.deposer(session, declaration, contexte_de(declaration), fabriques.INSTANT).id
        autre = declaration.personnes[1]
        prenom, nom = autre.prenoms, autre.nom_naissance
        session.commit()
    nav = naviguer(monde.instructeur).ouvrir(f"/guichet/demandes/{demande_id}")
    vue = nav.page.find(class_="vue")
    assert [titre.get_text() for titre in vue.find_all("h3")] == ["Demandeur", prenom]
    assert [image["alt"] for image in vue.find_all("img")] == [
        "Pièce d’identité (demandeur) : carte.jpg", f"Pièce d’identité ({prenom}) : carte.jpg"
    ]  # fmt: skip
    assert nom in nav.page.find(class_="face-a-face").get_text(), "son identité déclarée est en face de sa pièce"


def test_le_numero_de_securite_sociale_ne_s_affiche_que_sur_un_geste(monde, nav):
    assert "2 85 03 69 266 001" not in nav.texte()
    presser(nav, "Afficher le numéro de sécurité sociale")
    assert "2 85 03 69 266 001" in nav.texte().replace("\u00a0", " ")
    assert "lecture_nir" in actes(monde)


def test_un_agent_d_accueil_lit_et_ne_decide_pas(monde, naviguer):
    nav = naviguer(monde.accueil).ouvrir(f"/guichet/demandes/{monde.demande_69}")
    assert not nav.page.find("button", string=lambda texte: texte and "Enregistrer" in texte)
    nav.poster(f"/guichet/demandes/{monde.demande_69}/enregistrer", {"original_vu": "oui", "csrf_token": ""})
    with lue(monde) as demande:
        assert demande.numero_unique is None


def test_un_agent_d_ailleurs_recoit_404_et_son_refus_est_inscrit(monde, naviguer):
    nav = naviguer(monde.ailleurs).ouvrir(f"/guichet/demandes/{monde.demande_69}")
    assert nav.statut == 404
    assert actes(monde) == ["lecture_refusee"]
