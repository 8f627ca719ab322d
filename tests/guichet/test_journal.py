"""Le journal : chaîné sans fourche, infalsifiable sans que cela se voie, écrit avec l'acte ou pas du tout."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from portail.db import db, ecriture
from portail.guichet import journal
from portail.guichet.modeles import ActeJournal, EcritureJournal
from tests.guichet.lecture import ecritures
from tests.guichet.monde import agent, guichet

pytestmark = pytest.mark.menace("T6")

EXPORT = ActeJournal.EXPORT


def remplir(nombre: int = 5) -> None:
    for rang in range(nombre):
        with ecriture() as session:
            journal.inscrire(session, EXPORT, objet=f"n° {rang}", demande_id=rang, raison="essai")


def ruptures(repere: journal.Tete | None = None) -> list[journal.Rupture]:
    with db.sessionmaker() as session:
        return list(journal.verifier(session, repere))


def falsifier(ordre: str) -> None:
    """Ce que ferait qui tient la base : ôter la garde, écrire, la remettre."""
    with ecriture() as session:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(sa.text("ALTER TABLE ecriture_journal DISABLE TRIGGER ALL"))
            session.execute(sa.text(ordre))
            session.execute(sa.text("ALTER TABLE ecriture_journal ENABLE TRIGGER ALL"))
            return
        gardes = session.execute(sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
        for nom, _ in gardes:
            session.execute(sa.text(f"DROP TRIGGER {nom}"))
        session.execute(sa.text(ordre))
        for _, pose in gardes:
            session.execute(sa.text(pose))


def test_un_journal_vide_ou_honnete_est_intact(app_deux_moteurs):
    assert ruptures() == []
    remplir()
    assert ruptures() == []
    chaine = ecritures()
    assert chaine[0].precedente == journal.ORIGINE
    assert [e.precedente for e in chaine[1:]] == [e.empreinte for e in chaine[:-1]]


@pytest.mark.asvs("16.4.2")
@pytest.mark.parametrize(
    "ordre",
    [
        "UPDATE ecriture_journal SET raison = 'autre' WHERE id = 3",
        "UPDATE ecriture_journal SET agent_id = 9 WHERE id = 3",
        "UPDATE ecriture_journal SET raison = NULL",
        "DELETE FROM ecriture_journal WHERE id = 3",
        "DELETE FROM ecriture_journal",
    ],
)
def test_la_base_refuse_de_changer_ou_d_oter_une_ecriture(app_deux_moteurs, ordre):
    remplir()
    with pytest.raises(DBAPIError, match="ne se change pas"), ecriture() as session:
        session.execute(sa.text(ordre))
    assert len(ecritures()) == 5
    assert ruptures() == []


@pytest.mark.asvs("16.4.2")
@pytest.mark.postgresql
def test_postgresql_refuse_aussi_de_vider_la_table(dossier, horloge, base_postgresql):
    from tests.socle.applications import ouvrir

    with ouvrir(dossier, horloge, base=base_postgresql):
        remplir(1)
        with pytest.raises(DBAPIError, match="ne se change pas"), ecriture() as session:
            session.execute(sa.text("TRUNCATE ecriture_journal"))


@pytest.mark.asvs("16.4.2")
@pytest.mark.parametrize(
    ("ordre", "numero", "raison"),
    [
        ("UPDATE ecriture_journal SET raison = 'une autre' WHERE id = 3", 3, "modifiée"),
        ("UPDATE ecriture_journal SET agent_nom = 'Quelqu’un' WHERE id = 1", 1, "modifiée"),
        ("UPDATE ecriture_journal SET demande_id = NULL WHERE id = 5", 5, "modifiée"),
        ("UPDATE ecriture_journal SET faite_le = '2020-01-01 00:00:00+00:00' WHERE id = 2", 2, "modifiée"),
        ("UPDATE ecriture_journal SET acte = 'lecture' WHERE id = 4", 4, "modifiée"),
        ("DELETE FROM ecriture_journal WHERE id = 3", 4, "manque"),
        ("DELETE FROM ecriture_journal WHERE id = 1", 2, "manque"),
        ("UPDATE ecriture_journal SET id = 10 WHERE id = 2", 3, "manque"),
    ],
)
def test_une_falsification_nomme_la_premiere_ecriture_rompue(app_deux_moteurs, ordre, numero, raison):
    remplir()
    falsifier(ordre)
    premiere = ruptures()[0]
    assert premiere.id == numero
    assert raison in premiere.raison


@pytest.mark.asvs("16.4.2")
def test_refaire_la_chaine_sans_la_cle_se_voit(app_deux_moteurs):
    """Avec la base entière en main, mais sans la clé : une empreinte nue ne convient pas."""
    import hashlib

    remplir()
    falsifier(
        f"UPDATE ecriture_journal SET raison = 'x', empreinte = '{hashlib.sha256(b'x').hexdigest()}' WHERE id = 5"
    )
    assert [(r.id, "modifiée" in r.raison) for r in ruptures()] == [(5, True)]


def test_une_fin_otee_se_voit_avec_un_repere_note_avant(app_deux_moteurs):
    remplir()
    with db.sessionmaker() as session:
        repere = journal.tete(session)
    remplir(2)
    assert ruptures(repere) == []
    falsifier("DELETE FROM ecriture_journal WHERE id >= 4")
    assert ruptures() == [], "de l’intérieur, une fin ôtée ne se voit pas : d’où le repère"
    assert [(r.id, "la fin" in r.raison) for r in ruptures(repere)] == [(None, True)]


def test_une_ecriture_glissee_au_milieu_est_refusee_par_la_base(app_deux_moteurs):
    """Deux écritures ne peuvent pas avoir la même précédente."""
    remplir()
    precedente = ecritures()[2].precedente
    with pytest.raises(sa.exc.IntegrityError), ecriture() as session:
        session.execute(
            sa.insert(EcritureJournal).values(
                id=99, faite_le=ecritures()[0].faite_le, acte=EXPORT, precedente=precedente, empreinte="f" * 64
            )
        )


def test_vingt_inscriptions_paralleles_font_une_chaine_sans_fourche(app_deux_moteurs):
    def une(rang: int) -> None:
        with app_deux_moteurs.app_context():
            for suite in range(3):
                with ecriture() as session:
                    journal.inscrire(session, EXPORT, objet=f"fil {rang}, {suite}")
                    journal.inscrire(session, EXPORT, objet=f"fil {rang}, {suite} bis")

    with ThreadPoolExecutor(20) as fils:
        list(fils.map(une, range(20)))
    chaine = ecritures()
    assert len(chaine) == 120
    assert len({e.precedente for e in chaine}) == 120
    assert ruptures() == []
    objets = [e.objet for e in chaine]
    assert all(objets[i + 1] == f"{objets[i]} bis" for i in range(0, 120, 2)), (
        "une transaction ne se mêle pas à une autre"
    )


def test_deux_actes_qui_verrouillent_dans_le_desordre_ne_s_attendent_pas(app_deux_moteurs):
    """Inscrire avant de verrouiller une ligne : le verrou du journal n'est pris qu'à la validation."""
    from threading import Barrier

    from portail.guichet.modeles import SequenceNumero

    with ecriture() as session:
        session.add(SequenceNumero(territoire="069", annee=2026, mois=11, dernier=0))
    depart = Barrier(8)

    def acte(rang: int) -> None:
        depart.wait()
        with app_deux_moteurs.app_context(), ecriture() as session:
            plus_un = sa.update(SequenceNumero).values(dernier=SequenceNumero.dernier + 1)
            if rang % 2:
                session.execute(plus_un)
            journal.inscrire(session, EXPORT, objet=str(rang))
            session.flush()
            if not rang % 2:
                session.execute(plus_un)

    with ThreadPoolExecutor(8) as fils:
        list(fils.map(acte, range(8)))
    with db.sessionmaker() as session:
        assert session.scalar(sa.select(SequenceNumero.dernier)) == 8
    assert len(ecritures()) == 8
    assert ruptures() == []


def test_un_acte_abandonne_n_ecrit_rien_et_le_suivant_ne_herite_de_rien(app_deux_moteurs):
    with db.sessionmaker() as session:
        journal.inscrire(session, EXPORT, objet="abandonné")
        session.rollback()
        journal.inscrire(session, EXPORT, objet="gardé")
        session.commit()
    assert [e.objet for e in ecritures()] == ["gardé"]


def test_un_point_de_reprise_ne_valide_pas_le_journal(app_deux_moteurs):
    with ecriture() as session:
        journal.inscrire(session, EXPORT, objet="avant")
        with session.begin_nested():
            session.execute(sa.text("SELECT 1"))
        journal.inscrire(session, EXPORT, objet="après")
    assert [e.objet for e in ecritures()] == ["avant", "après"]
    assert ruptures() == []


@pytest.mark.asvs("16.2.1")
def test_une_ecriture_dit_qui_a_fait_quoi(app, horloge):
    with db.sessionmaker() as session:
        lea = agent(session, guichet(session), prenom="Léa", nom="Petit")
        journal.inscrire(session, ActeJournal.LECTURE, agent=lea, demande_id=7, objet="x" * 300, raison="y" * 600)
        session.commit()
    (ligne,) = ecritures()
    assert (ligne.agent_nom, ligne.guichet_code, ligne.demande_id) == ("Léa Petit", "69266", 7)
    assert ligne.faite_le == horloge()
    assert (len(ligne.objet), len(ligne.raison)) == (200, 500)


def test_un_journal_de_plusieurs_milliers_d_ecritures_se_relit(app, monkeypatch):
    monkeypatch.setattr(journal, "PAS", 7)
    with ecriture() as session:
        for rang in range(50):
            journal.inscrire(session, EXPORT, objet=str(rang))
    assert ruptures() == []
    falsifier("UPDATE ecriture_journal SET objet = 'z' WHERE id IN (20, 40)")
    assert [r.id for r in ruptures()] == [20, 40]
