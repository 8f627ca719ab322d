"""« Ajouter à mon agenda » : l'échéance et les rendez-vous à venir, sans rien de personnel."""

from __future__ import annotations

from datetime import date

import pytest

from portail.db import db
from portail.demande.modeles import Demande, Evenement, GenreEvenement
from tests.fabriques import INSTANT
from tests.guichet.enregistrees import enregistrer
from tests.guichet.rattachements import couple, navigateur_de, rattacher_tom
from tests.socle.test_agenda import deplie


@pytest.fixture
def ana(app, monde):
    numero = enregistrer(monde.demande_69, monde.instructeur)
    return navigateur_de(app, monde.ana, "n" * 43), monde.demande_69, numero


def visite(demande_id: int, jour: date, genre: GenreEvenement = GenreEvenement.VISITE) -> None:
    with db.sessionmaker() as session, session.begin():
        session.add(
            Evenement(
                demande_id=demande_id, genre=genre, survenu_le=INSTANT, date_du_fait=jour, precision="Chez Ana Silva",
                organisme="Bailleur X",
            )
        )  # fmt: skip


def test_l_echeance_et_la_visite_s_ajoutent_a_l_agenda(ana):
    nav, demande_id, numero = ana
    visite(demande_id, date(2026, 12, 3))
    visite(demande_id, date(2026, 11, 23))
    nav.ouvrir(f"/demandes/{demande_id}/evenements")
    texte = nav.texte().replace("\u00a0", " ")
    assert "3 décembre 2026 : Visite d’un logement" in texte
    assert "24 novembre 2027 : Logement : dernier jour pour renouveler" in texte
    assert nav.lien("Ajouter à mon agenda")["href"] == f"/demandes/{demande_id}/agenda.ics"
    reponse = nav.client.get(f"/demandes/{demande_id}/agenda.ics")
    assert reponse.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert reponse.headers["Content-Disposition"] == 'attachment; filename="agenda.ics"'
    lignes = deplie(reponse.data)
    assert [ligne for ligne in lignes if ligne.startswith("DTSTART")] == [
        "DTSTART;VALUE=DATE:20261203", "DTSTART;VALUE=DATE:20271124",
    ]  # fmt: skip
    assert len({ligne for ligne in lignes if ligne.startswith("UID:")}) == 2
    entier = "\n".join(lignes)
    for personnel in ("Ana", "Silva", numero, "Bailleur"):
        assert personnel not in entier
    assert nav.client.get(f"/demandes/{demande_id}/agenda.ics").data == reponse.data, "même identifiant, mêmes octets"


def test_renouvelee_l_echeance_garde_son_identifiant(ana):
    nav, demande_id, _ = ana

    def identite() -> tuple[list[str], list[str]]:
        lignes = deplie(nav.client.get(f"/demandes/{demande_id}/agenda.ics").data)
        return [li for li in lignes if li.startswith("UID")], [li for li in lignes if li.startswith("DTSTART")]

    avant = identite()
    with db.sessionmaker() as session, session.begin():
        session.get_one(Demande, demande_id).presentee_le = date(2027, 10, 1)
    apres = identite()
    assert avant[0] == apres[0]
    assert apres[1] == ["DTSTART;VALUE=DATE:20281001"]


def test_sans_date_a_venir_il_n_y_a_pas_d_agenda(app, monde):
    nav = navigateur_de(app, monde.ana, "n" * 43)
    assert nav.client.get(f"/demandes/{monde.demande_75}/agenda.ics").status_code == 404
    nav.ouvrir(f"/demandes/{monde.demande_75}/evenements")
    assert "agenda" not in nav.texte()


def test_un_lecteur_a_les_dates_mais_pas_ce_qui_est_ecrit_a_la_personne(app, monde):
    sien = couple(monde)
    tom = rattacher_tom(app, sien)
    visite(sien.demande, date(2026, 12, 3))
    visite(sien.demande, date(2026, 12, 4), GenreEvenement.PIECES_DEMANDEES)
    lignes = deplie(tom.client.get(f"/demandes/{sien.demande}/agenda.ics").data)
    assert [ligne[-8:] for ligne in lignes if ligne.startswith("DTSTART")] == ["20261203", "20271124"]
