"""Le peuplement de masse donne de vraies pages, et chaque geste mesuré trouve un index, sur les deux moteurs."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from portail.db import db, lecture
from portail.demande.modeles import Demande
from portail.guichet import compteurs
from portail.guichet.modeles import Agent
from tests.mesures.__main__ import RUBRIQUES, principal, rubrique
from tests.mesures.gestes import GESTES
from tests.mesures.guichet import Base
from tests.mesures.peuplement import Peuplee, peupler
from tests.mesures.plans import parcourues
from tests.navigateur import Navigateur
from tests.socle.applications import app_deux_moteurs

__all__ = ["app_deux_moteurs"]
pytestmark = pytest.mark.lent
NOMBRE, A_VERIFIER = 600, 80


@pytest.fixture
def contenu(app_deux_moteurs) -> Peuplee:
    return peupler(NOMBRE, A_VERIFIER, agents=2)


def test_chaque_geste_repond_et_ne_lit_aucune_grande_table_en_entier(app_deux_moteurs, contenu):
    client = Base(app_deux_moteurs, contenu).clients()[0]
    for geste in GESTES:
        for tour in range(2):
            assert geste.preparer(client, contenu, tour)().status_code == 200, geste.nom
        if geste.borne:
            lues = parcourues(app_deux_moteurs, lambda g=geste: g.preparer(client, contenu, 1)(), petite=True)
            assert lues == frozenset(), f"{geste.nom} : {sorted(lues)}"


def test_une_copie_se_lit_comme_une_vraie(app_deux_moteurs, contenu):
    client = Base(app_deux_moteurs, contenu).clients()[0]
    nav = Navigateur(client).ouvrir(f"/guichet/demandes/{contenu.demandes[200]}")
    assert nav.h1.startswith("Demande d’Ana")
    assert "Active" in nav.texte() or "À renouveler" in nav.texte()
    with lecture() as session:
        lui = session.get_one(Agent, contenu.agents[0])
        attendues = session.scalar(
            sa.select(sa.func.count(Demande.id)).where(
                Demande.enregistree_le.is_(None), Demande.territoire.in_(["069", "111"])
            )
        )
        comptees = compteurs.compter(session, lui, app_deux_moteurs.config["HORLOGE"]().date())
    assert comptees.a_verifier + comptees.a_corriger == attendues


def test_les_mesures_existent_toutes():
    for nom in RUBRIQUES:
        assert callable(rubrique(nom))
    assert principal(["inconnue"]) == 2


def test_un_parcours_entier_se_voit(app_deux_moteurs, contenu):
    """Le témoin : une requête sans index est bien dite."""

    def chercher_un_prenom() -> None:
        with db.sessionmaker() as session:
            session.execute(sa.text("SELECT id FROM personne WHERE prenoms = 'Ana' ORDER BY prenoms"))

    assert parcourues(app_deux_moteurs, chercher_un_prenom) == {"personne"}
