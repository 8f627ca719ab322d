"""Ce que le dépôt pose sur la demande : la déclaration qui compte, de quoi la chercher, qui l'instruit."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from portail.db import db
from portail.demande import depot
from portail.demande.contexte import contexte_de
from portail.demande.copie import copier
from portail.demande.modeles import CommuneSouhaitee, Demande
from portail.demande.reperes import normaliser, reperes_de
from portail.guichet.affectation import guichet_pour
from portail.guichet.modeles import Guichet
from tests import fabriques
from tests.fabriques import LYON, VILLEURBANNE
from tests.guichet.monde import demande_deposee, guichet


@pytest.mark.parametrize(
    ("nom", "attendu"),
    [
        ("Silva", "SILVA"),
        ("Le Goff-D’Arc", "LE GOFF D ARC"),
        ("  d'Éçœur  ", "D ECOEUR"),
        ("Groß", "GROSS"),
        ("ÆTHER", "AETHER"),
        ("Nguyễn", "NGUYEN"),
        ("Ångström\u0301", "ANGSTROM"),
        ("李", ""),
        ("", ""),
        ("x" * 150, "X" * 100),
    ],
)
def test_un_nom_se_cherche_sans_accents_ni_signes(nom, attendu):
    assert normaliser(nom) == attendu


def test_les_reperes_viennent_du_demandeur_et_de_sa_premiere_commune(app):
    with db.sessionmaker() as session:
        declaration = fabriques.remplir_ana(fabriques.brouillon(session, fabriques.compte(session)))
        reperes = reperes_de(declaration)
        assert (reperes.nom_cherche, reperes.date_naissance_cherchee, reperes.premiere_commune) == (
            "SILVA",
            date(1985, 3, 12),
            VILLEURBANNE,
        )
        declaration.communes[0].retiree_le = fabriques.INSTANT
        assert reperes_de(declaration).premiere_commune is None
        declaration.communes.append(CommuneSouhaitee(rang=2, commune=LYON))
        assert reperes_de(declaration).premiere_commune == LYON


def test_le_depot_pose_la_declaration_qui_compte_et_le_guichet(app_deux_moteurs, horloge):
    with db.sessionmaker() as session:
        g = guichet(session)
        ana = fabriques.compte(session)
        demande = demande_deposee(session, ana)
        premiere = demande.declarations[0]
        assert (demande.declaration_deposee_id, demande.guichet_id) == (premiere.id, g.id)
        assert (demande.nom_cherche, demande.premiere_commune) == ("SILVA", VILLEURBANNE)
        numero, depose_le = demande.id, demande.deposee_le
        # Une correction redéposée : la nouvelle compte, le guichet et l'ancienneté restent.
        corrigee = copier(premiere, horloge())
        corrigee.demande = demande
        session.add(corrigee)
        session.flush()
        assert demande.declaration_deposee_id == premiere.id, "le brouillon ne compte pas encore"
        corrigee.personnes[0].nom_naissance = "Da Silva"
        corrigee.communes[0].commune = LYON
        horloge.avancer(days=3)
        depot.deposer(session, corrigee, contexte_de(corrigee), horloge())
        session.commit()
        derniere = corrigee.id
    with db.sessionmaker() as session:
        relue = session.get(Demande, numero)
        assert (relue.declaration_deposee_id, relue.nom_cherche) == (derniere, "DA SILVA")
        assert (relue.premiere_commune, relue.guichet_id) == (LYON, g.id)
        assert relue.deposee_le == depose_le


@pytest.mark.parametrize(
    ("guichets", "commune", "attendu"),
    [
        ([], VILLEURBANNE, None),
        ([("A0001", ("069",), (VILLEURBANNE,))], VILLEURBANNE, "A0001"),
        ([("A0001", ("069",), (LYON,))], VILLEURBANNE, "A0001"),  # le seul du territoire
        ([("A0001", ("111",), ())], VILLEURBANNE, None),
        ([("A0001", ("069",), ()), ("A0002", ("069",), (VILLEURBANNE,))], VILLEURBANNE, "A0002"),
        ([("A0001", ("069",), ()), ("A0002", ("069",), ())], VILLEURBANNE, None),  # plusieurs : à tous
        ([("A0001", ("069",), (VILLEURBANNE,)), ("A0002", ("069",), (VILLEURBANNE,))], VILLEURBANNE, "A0001"),
        ([("A0001", ("069",), (LYON,)), ("A0002", ("069",), ())], "69381", "A0001"),  # un arrondissement, par sa ville
        ([("A0001", ("069",), (LYON,)), ("A0002", ("069",), ("69381",))], "69381", "A0002"),
        ([("A0001", ("069",), ())], None, "A0001"),
    ],
)
def test_le_guichet_qui_instruit_d_abord(app_deux_moteurs, guichets, commune, attendu):
    with db.sessionmaker() as session:
        codes = {guichet(session, *morceaux).id: morceaux[0] for morceaux in guichets}
        assert codes.get(guichet_pour(session, "069", commune)) == attendu


def test_un_guichet_ferme_ne_recoit_plus_rien(app, horloge):
    with db.sessionmaker() as session:
        guichet(session, ferme_le=horloge())
        assert guichet_pour(session, "069", VILLEURBANNE) is None


def test_effacer_une_declaration_ne_laisse_pas_de_reference_morte(app_deux_moteurs):
    """La demande montre la déclaration, la déclaration appartient à la demande : l'une s'efface sans bloquer l'autre."""
    with db.sessionmaker() as session:
        demande = demande_deposee(session, fabriques.compte(session))
        numero = demande.id
    with db.engine.begin() as connexion:
        connexion.execute(sa.text("DELETE FROM evenement"))
        connexion.execute(sa.text("DELETE FROM piece_fournie"))
        connexion.execute(sa.text("DELETE FROM declaration"))
        assert connexion.scalar(sa.text("SELECT declaration_deposee_id FROM demande")) is None
        connexion.execute(sa.text("DELETE FROM demande WHERE id = :id"), {"id": numero})


def test_un_guichet_qui_a_des_demandes_ne_s_efface_pas(app_deux_moteurs):
    with db.sessionmaker() as session:
        guichet(session)
        demande_deposee(session, fabriques.compte(session))
    with pytest.raises(sa.exc.IntegrityError), db.engine.begin() as connexion:
        connexion.execute(sa.delete(Guichet))
