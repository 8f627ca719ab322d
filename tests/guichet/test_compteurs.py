"""Les trois nombres de l'accueil des agents."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from portail.db import db
from portail.demande.modeles import Demande
from portail.guichet import compteurs
from portail.guichet.modeles import MotifRenvoi, Renvoi
from tests import fabriques
from tests.guichet.monde import demande_deposee, monter
from tests.guichet.test_acces import charger
from tests.navigateur import mots


def renvoyer(session, demande: Demande, agent_id: int) -> None:
    session.add(
        Renvoi(
            demande_id=demande.id, declaration_id=demande.declaration_deposee_id, agent_id=agent_id,
            renvoye_le=fabriques.INSTANT, motif=MotifRenvoi.AUTRE,
        )
    )  # fmt: skip
    demande.renvoyee_le = fabriques.INSTANT
    session.commit()


def compter(agent_id: int, jour: date = date(2026, 11, 24)) -> tuple[int, int, int]:
    with db.sessionmaker() as session:
        c = compteurs.compter(session, charger(session, agent_id), jour)
        return c.a_verifier, c.a_corriger, c.enregistrees_cette_semaine


def test_une_demande_passe_d_un_compteur_a_l_autre(app_deux_moteurs, horloge):
    monde = monter()
    assert compter(monde.accueil) == (1, 0, 0)
    with db.sessionmaker() as session:
        renvoyer(session, session.get(Demande, monde.demande_69), monde.instructeur)
    assert compter(monde.accueil) == (0, 1, 0)
    horloge.avancer(minutes=1)
    with db.sessionmaker() as session:
        demande = session.get(Demande, monde.demande_69)
        from portail.demande import depot
        from portail.demande.contexte import contexte_de
        from portail.demande.copie import copier

        corrigee = copier(demande.declarations[0], horloge())
        corrigee.demande = demande
        session.add(corrigee)
        session.flush()
        depot.deposer(session, corrigee, contexte_de(corrigee), horloge())
        session.commit()
    assert compter(monde.accueil) == (1, 0, 0)
    with db.sessionmaker() as session, session.begin():
        session.get(Demande, monde.demande_69).enregistree_le = horloge()
    assert compter(monde.accueil) == (0, 0, 1)
    with db.sessionmaker() as session, session.begin():
        session.get(Demande, monde.demande_69).radiee_le = horloge()
    assert compter(monde.accueil) == (0, 0, 1)


@pytest.mark.parametrize(
    ("enregistree_le", "compte"),
    [
        (datetime(2026, 11, 22, 22, 59, tzinfo=UTC), 0),  # dimanche 23 h 59 à Paris
        (datetime(2026, 11, 22, 23, 0, tzinfo=UTC), 1),  # lundi minuit à Paris
    ],
)
def test_la_semaine_commence_le_lundi_a_paris(app, enregistree_le, compte):
    monde = monter()
    with db.sessionmaker() as session, session.begin():
        session.get(Demande, monde.demande_69).enregistree_le = enregistree_le
    assert compter(monde.accueil)[2] == compte


def test_l_accueil_les_montre_en_quatre_requetes_avec_les_questions(app, naviguer, monde):
    from tests.socle.applications import compter as ordres

    with db.sessionmaker() as session:
        for rang in range(5):
            demande_deposee(session, fabriques.compte(session, f"p{rang}@exemple.fr"))
    nav = naviguer(monde.accueil)
    with ordres(db.engine) as vus:
        nav.ouvrir("/guichet")
    assert nav.h1 == "Espace guichet"
    assert [mots(carte) for carte in nav.page.select(".chiffre")] == [
        "À vérifier 6", "À corriger par la personne 0", "Enregistrées cette semaine 0",
    ]  # fmt: skip
    assert "Rhône" in nav.texte()
    assert sum("count(*)" in ordre for ordre in vus) == 4
    assert len(vus) <= 6, vus


def test_les_listes_passent_par_leurs_index(app):
    """Sur SQLite : le plan de la liste « à vérifier » d'un territoire ne lit pas toute la table."""
    monde = monter()
    with db.sessionmaker() as session:
        lui = charger(session, monde.accueil)
        requete = (
            sa.select(Demande.id)
            .where(compteurs.dans_ses_territoires(lui), compteurs.a_verifier())
            .order_by(Demande.deposee_le, Demande.id)
        )
        texte = str(requete.compile(db.engine, compile_kwargs={"literal_binds": True}))
        plan = " ".join(ligne.detail for ligne in session.execute(sa.text(f"EXPLAIN QUERY PLAN {texte}")))
    assert "ix_demande_territoire_enregistree_le_radiee_le_deposee_le_id" in plan, plan
    assert "SCAN demande" not in plan
