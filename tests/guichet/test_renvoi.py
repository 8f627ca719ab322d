"""Renvoyer champ par champ : chaque remarque se lit à sa question, pour la bonne personne, jusqu'à la correction."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from flask import Flask

from portail.compte.modeles import Compte
from portail.db import db, lecture
from portail.demande import depot
from portail.demande.contexte import contexte_de
from portail.demande.modeles import Demande, Role
from portail.guichet.modeles import MotifRenvoi, Renvoi
from portail.pieces.modeles import Fichier, PieceFournie
from tests import fabriques
from tests.fabriques import INSTANT, nir
from tests.guichet.gestes import presser
from tests.guichet.monde import Monde
from tests.navigateur import Navigateur, mots


@dataclass(frozen=True)
class Couple:
    """Léa et Tom, deux enfants, déposés. Les clés suivent chacun d'une déclaration à l'autre."""

    demande: int
    compte: int
    lea: str
    tom: str
    zoe: str


@pytest.fixture
def couple(app: Flask, monde: Monde) -> Couple:
    with db.sessionmaker() as session:
        lea = fabriques.compte(
            session, "lea@exemple.fr", prenoms="Léa", nom_naissance="Martin", nir=nir("2850369266002")
        )
        declaration = fabriques.remplir_couple(fabriques.brouillon(session, lea), enfants=2)
        session.flush()  # les clés se tirent alors
        cles = [personne.cle for personne in declaration.personnes]
        assert [p.role for p in declaration.personnes] == [
            Role.DEMANDEUR,
            Role.CODEMANDEUR,
            Role.A_CHARGE,
            Role.A_CHARGE,
        ]
        for rang, cle in enumerate(cles[:2]):
            piece = PieceFournie(code="ID", personne=cle)
            piece.fichiers.append(
                Fichier(
                    rang=1, cle=f"{rang}" * 32, nom="carte.jpg", type_mime="image/jpeg", taille=10, pages=1,
                    empreinte_recue="0" * 64, recu_le=INSTANT,
                )
            )  # fmt: skip
            declaration.demande.pieces.append(piece)
        session.commit()
        depot.deposer(session, declaration, contexte_de(declaration), INSTANT)
        session.commit()
        return Couple(declaration.demande_id, lea.id, cles[0], cles[1], cles[3])


@pytest.fixture
def agent(couple, monde, naviguer) -> Navigateur:
    return naviguer(monde.instructeur).ouvrir(f"/guichet/demandes/{couple.demande}/renvoyer")


@pytest.fixture
def lea(app, couple) -> Navigateur:
    client = app.test_client()
    with db.sessionmaker() as session:
        fabriques.connecter(app, client, session, session.get_one(Compte, couple.compte))
    return Navigateur(client)


def remarque(etape: str, section: str, ligne: str, champ: str) -> str:
    return f"remarque.{etape}.{section}.{ligne}.{champ}"


def renvoyer(agent: Navigateur, **remarques: str) -> None:
    presser(agent, "Renvoyer à la personne", motif="reponses", explication="", **remarques)
    assert agent.statut == 200, agent.erreurs()


def question(nav: Navigateur, valeur: str) -> str:
    """Le texte de la question dont la case contient cette valeur."""
    return mots(nav.page.find("input", value=valeur).find_parent(class_="champ"))


def bloc(nav: Navigateur, prenom: str) -> str:
    """Tout le bloc de la personne qui porte ce prénom."""
    case = nav.page.find("input", value=prenom)
    prefixe = case["name"].removesuffix("prenoms")
    parent = case.find_parent(class_="champ").parent
    assert all(c["name"].startswith(prefixe) for c in parent.find_all("input") if c.get("name", "").endswith("prenoms"))
    return mots(parent)


def test_chaque_remarque_se_lit_chez_la_bonne_personne(couple, agent, lea):
    renvoyer(
        agent,
        **{
            remarque("demandeurs", "codemandeur", couple.tom, "prenoms"): "La carte dit Thomas.",
            remarque("composition-du-foyer", "a-charge", couple.zoe, "date_naissance"): "Le livret dit 2015.",
            remarque("logement-actuel", "logement", "", "surface"): "",
        },
    )
    lea.ouvrir(f"/demandes/{couple.demande}/etapes/demandeurs")
    assert lea.texte().count("Remarque du guichet : La carte dit Thomas.") == 1
    assert "La carte dit Thomas." in question(lea, "Tom")
    lea.ouvrir(f"/demandes/{couple.demande}/etapes/composition-du-foyer")
    assert lea.texte().count("Remarque du guichet : Le livret dit 2015.") == 1
    lea.ouvrir(f"/demandes/{couple.demande}/etapes/informations-generales")
    assert "Remarque du guichet" not in lea.texte()
    assert "1 remarque du guichet" in lea.volet("demandeurs")
    assert "remarque" not in lea.volet("logement-actuel"), "une case laissée vide ne dit rien"


def test_le_tableau_mene_a_la_premiere_remarque(couple, agent, lea):
    renvoyer(agent, **{remarque("composition-du-foyer", "a-charge", couple.zoe, "prenoms"): "Zoée ou Zoé ?"})
    lea.ouvrir("/demandes")
    assert "Des réponses se contredisent ou manquent" in lea.texte()
    lea.suivre("Corriger ma demande")
    assert lea.h1 == "Composition du foyer"
    assert "Zoée ou Zoé ?" in lea.texte()


def test_les_remarques_s_en_vont_une_fois_la_demande_soumise_a_nouveau(couple, agent, lea, horloge):
    renvoyer(agent, **{remarque("demandeurs", "codemandeur", couple.tom, "prenoms"): "La carte dit Thomas."})
    horloge.avancer(minutes=5)
    lea.ouvrir(f"/demandes/{couple.demande}/verifier")
    presser(lea, "Soumettre ma demande", atteste="oui")
    assert lea.h1 == "Votre demande est soumise"
    with lecture() as session:
        assert session.get_one(Demande, couple.demande).renvoi is None
        assert session.scalar(sa.select(sa.func.count(Renvoi.id))) == 1, "le renvoi reste dans l’histoire"
    agent.ouvrir(f"/guichet/demandes/{couple.demande}")
    assert "Aucune réponse n’a changé." in agent.texte()
    assert "Elle avait été renvoyée le 24 novembre 2026" in agent.texte().replace("\u00a0", " ")
    assert "Des réponses se contredisent ou manquent" in agent.texte(), "un collègue sait ce qui était à corriger"


def test_les_questions_d_une_personne_ne_parlent_pas_d_une_autre(couple, agent, lea):
    """Une remarque sur l'enfant, dont la copie a un autre numéro de ligne : la clé la suit."""
    renvoyer(agent, **{remarque("composition-du-foyer", "a-charge", couple.zoe, "sexe"): "À vérifier."})
    lea.ouvrir(f"/demandes/{couple.demande}/etapes/composition-du-foyer")
    assert "À vérifier." in bloc(lea, "Zoé")
    assert "À vérifier." not in bloc(lea, "Léo")


@pytest.mark.parametrize("motif", list(MotifRenvoi))
def test_chaque_motif_se_dit_a_la_personne(couple, agent, lea, motif):
    presser(agent, "Renvoyer à la personne", motif=motif.code, explication="Voici pourquoi.")
    assert motif.libelle.replace("\u00a0", " ") in lea.ouvrir("/demandes").texte()


def test_sans_motif_rien_ne_part_et_rien_n_est_perdu(couple, agent):
    nom = remarque("demandeurs", "codemandeur", couple.tom, "prenoms")
    presser(agent, "Renvoyer à la personne", explication="Un texte long.", **{nom: "La carte dit Thomas."})
    assert agent.statut == 422
    assert agent.page.find(attrs={"name": nom})["value"] == "La carte dit Thomas."
    presser(agent, "Renvoyer à la personne", motif="autre", explication="")
    assert agent.statut == 422
    assert "Expliquez la raison" in agent.texte()


def test_une_remarque_forgee_sur_une_question_qui_n_existe_pas_ne_se_montre_nulle_part(couple, agent, lea):
    presser(
        agent, "Renvoyer à la personne", motif="reponses", explication="x",
        **{"remarque.demandeurs.codemandeur.inconnu.prenoms": "a", "remarque.nulle.part.x.y": "b", "remarque.trop": "c"},
    )  # fmt: skip
    for slug in ("demandeurs", "composition-du-foyer"):
        assert "Remarque du guichet" not in lea.ouvrir(f"/demandes/{couple.demande}/etapes/{slug}").texte()
    lea.ouvrir(f"/demandes/{couple.demande}/verifier")
    assert lea.statut == 200


def test_l_annexe_de_sante_ne_se_commente_pas(couple, agent):
    assert not [case for case in agent.page.select("main input") if ".annexe." in case.get("name", "")]


def test_une_demande_abandonnee_ne_demande_plus_de_correction(agent, lea, couple):
    renvoyer(agent, **{remarque("souhaits", "souhaits", "", "loyer_max"): "Ce loyer est trop haut."})
    assert "attend une correction" in lea.ouvrir("/demandes").texte()
    with db.sessionmaker() as session, session.begin():
        demande = session.get_one(Demande, couple.demande)
        demande.radiee_le, demande.motif_radiation = INSTANT, "c"
    texte = lea.ouvrir("/demandes").texte()
    assert "Radiée" in texte
    assert "correction" not in texte
    assert "soumettez à nouveau" not in texte
