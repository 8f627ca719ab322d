"""Ouvrir un dossier demande le même nombre de requêtes d'une à six personnes, et quelle que soit son histoire."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portail.db import db
from portail.demande import depot
from portail.demande.contexte import contexte_de
from portail.demande.modeles import Declaration, Evenement, GenreEvenement
from portail.guichet.modeles import DecisionPiece, EtatDecision
from portail.pieces.modeles import Fichier, PieceFournie
from tests import fabriques
from tests.fabriques import INSTANT
from tests.socle.applications import compter

MAXIMUM = 30


def deposer(adresse: str, remplir) -> int:
    """Une demande déposée, la pièce d'identité de chaque adulte jointe."""
    with db.sessionmaker() as session:
        compte = fabriques.compte(session, adresse)
        declaration: Declaration = remplir(fabriques.brouillon(session, compte))
        for rang, personne in enumerate(declaration.personnes[:2]):
            piece = PieceFournie(code="ID", personne=personne.cle)
            piece.fichiers.append(fichier(f"{adresse}{rang}"))
            declaration.demande.pieces.append(piece)
        session.commit()
        depot.deposer(session, declaration, contexte_de(declaration), INSTANT)
        session.commit()
        return declaration.demande_id


def fichier(graine: str) -> Fichier:
    return Fichier(
        rang=1, cle=graine.encode().hex()[:32].ljust(32, "0"), nom="carte.jpg", type_mime="image/jpeg", taille=10,
        pages=1, empreinte_recue="0" * 64, recu_le=INSTANT,
    )  # fmt: skip


@pytest.fixture
def requetes(monde, naviguer):
    nav = naviguer(monde.instructeur)
    nav.ouvrir(f"/guichet/demandes/{monde.demande_69}")

    def ouvrir(demande_id: int, suite: str = "") -> int:
        with compter(db.engine) as ordres:
            nav.ouvrir(f"/guichet/demandes/{demande_id}{suite}")
        assert nav.statut == 200
        assert len(ordres) <= MAXIMUM, "\n".join(ordre[:120] for ordre in ordres)
        return len(ordres)

    return ouvrir


@pytest.mark.parametrize("suite", ["", "/renvoyer"])
def test_la_taille_du_foyer_ne_compte_pas(monde, requetes, suite):
    deux = deposer("c0@exemple.fr", lambda d: fabriques.remplir_couple(d, enfants=1))
    six = deposer("c4@exemple.fr", lambda d: fabriques.remplir_couple(d, enfants=4))
    assert requetes(deux, suite) == requetes(six, suite)


def test_les_pieces_les_evenements_et_les_decisions_ne_comptent_pas(monde, requetes):
    avec = deposer("p@exemple.fr", lambda d: fabriques.remplir_couple(d, enfants=2))
    avant = requetes(avec)
    with db.sessionmaker() as session, session.begin():
        from portail.demande.modeles import Demande

        demande = session.get_one(Demande, avec)
        for rang, code in enumerate(("AIS2025", "MARIE", "LOC", "RES")):
            piece = PieceFournie(code=code, personne=demande.pieces[0].personne)
            piece.fichiers += [fichier(f"{code}{rang}{fois}") for fois in range(3)]
            piece.decisions += [
                DecisionPiece(agent_id=monde.instructeur, decision=EtatDecision.ACCEPTEE, decidee_le=INSTANT)
                for _ in range(3)
            ]
            demande.pieces.append(piece)
        session.add_all(
            Evenement(demande_id=avec, genre=GenreEvenement.PIECES_DEMANDEES, survenu_le=INSTANT + timedelta(days=rang))
            for rang in range(20)
        )
    assert requetes(avec) == avant
