"""Une année de nuits : prévenir qui doit renouveler, jamais deux fois, radier qui ne l'a pas fait, sur les deux moteurs."""

from __future__ import annotations

import os
import signal
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from portail import courriel, taches
from portail.conservation import detachement
from portail.courriel import Envoi
from portail.db import db
from portail.demande import radiation, rappels
from portail.demande.modeles import Demande, RappelPrepare
from portail.guichet.journal import verifier
from portail.guichet.modeles import EcritureJournal
from portail.pieces.modeles import PieceFournie, SuiteAbsence
from tests import fabriques
from tests.socle.applications import app, app_deux_moteurs, compter

__all__ = ["app", "app_deux_moteurs"]

DEPART = date(2026, 11, 24)
ECHEANCE = date(2027, 11, 24)
PREVUS = [-60, -30, -7, -1, 3]


def enregistree(rang: int = 1, presentee: date = DEPART, *, compte: bool = True) -> int:
    """Une demande enregistrée, sans ce que ces travaux ne lisent pas. Rend son numéro de ligne."""
    instant = datetime(presentee.year, presentee.month, presentee.day, 10, tzinfo=UTC)
    with db.sessionmaker() as session:
        titulaire = fabriques.compte(session, f"a{rang}@exemple.fr") if compte else None
        demande = Demande(
            compte_id=titulaire.id if titulaire else None, territoire="069", cree_le=instant, deposee_le=instant,
            soumise_le=instant, presentee_le=presentee, enregistree_le=instant, numero_unique=f"0691126{rang:06d}69266",
        )  # fmt: skip
        session.add(demande)
        session.commit()
        return demande.id


def nuit(horloge, jour: date) -> taches.SuiviDuJour:
    """Le suivi, et ses courriels partis."""
    fait = suivre_seul(horloge, jour)
    taches.passer()
    return fait


def suivre_seul(horloge, jour: date) -> taches.SuiviDuJour:
    horloge.instant = datetime(jour.year, jour.month, jour.day, 6, 30, tzinfo=UTC)
    return taches.suivre()


def prepares() -> list[int]:
    with db.sessionmaker() as session:
        return list(session.scalars(sa.select(RappelPrepare.jours).order_by(RappelPrepare.id)))


def lire(demande_id: int) -> Demande:
    with db.sessionmaker() as session:
        return session.get_one(Demande, demande_id)


def test_une_annee_de_nuits(app_deux_moteurs, horloge):
    """Chaque nuit deux fois : cinq rappels, chacun son jour, puis la radiation au lendemain de la grâce."""
    demande_id = enregistree()
    faits: dict[date, taches.SuiviDuJour] = {}
    jour = date(2027, 9, 1)
    while jour < date(2028, 2, 1):
        faits[jour] = nuit(horloge, jour)
        assert nuit(horloge, jour) == taches.SuiviDuJour(0, 0, 0)
        jour += timedelta(days=1)
    rappeles = [jour for jour, fait in faits.items() if fait.rappels]
    assert [(jour - ECHEANCE).days for jour in rappeles] == PREVUS == prepares()
    assert [jour for jour, fait in faits.items() if fait.radiations] == [date(2027, 12, 25)]
    demande = lire(demande_id)
    assert (demande.motif_radiation, demande.radiee_le.date()) == ("e", date(2027, 12, 25))
    with db.sessionmaker() as session:
        sujets = Counter(session.scalars(sa.select(Envoi.sujet)))
        assert sujets["Votre demande n’a pas été renouvelée"] == 1
        assert sum(sujets.values()) == 6  # cinq rappels, une radiation
        acte = session.scalars(sa.select(EcritureJournal)).one()
        assert (acte.acte.code, acte.objet, acte.demande_id) == ("radiation", "motif e, d’office", demande_id)
        assert list(verifier(session)) == []


def test_apres_dix_jours_de_panne_un_seul_rappel_le_plus_recent(app, horloge):
    enregistree()
    nuit(horloge, ECHEANCE - timedelta(days=40))
    nuit(horloge, ECHEANCE - timedelta(days=5))
    assert prepares() == [-60, -7]
    nuit(horloge, ECHEANCE)
    nuit(horloge, ECHEANCE + timedelta(days=10))
    assert prepares() == [-60, -7, -1, 3]


def test_une_panne_de_toute_la_periode_previent_puis_laisse_trente_jours(app, horloge):
    """Personne n'est radié sans avoir été prévenu : le préavis court du rappel vraiment parti."""
    demande_id = enregistree()
    reprise = date(2028, 3, 1)
    assert suivre_seul(horloge, reprise) == taches.SuiviDuJour(1, 0, 0)
    assert prepares() == [3]
    with db.sessionmaker() as session:
        corps = session.scalars(sa.select(Envoi.corps)).one()
    assert "avant le 24 novembre 2027" in corps
    assert "à partir du 31 mars 2028" in corps
    taches.passer()
    assert nuit(horloge, reprise + timedelta(days=29)).radiations == 0
    assert nuit(horloge, reprise + timedelta(days=30)).radiations == 1
    assert lire(demande_id).motif_radiation == "e"


def test_le_dernier_rappel_n_annonce_pas_la_radiation_plus_tard_qu_elle_ne_vient(app, horloge):
    """Trente jours comptés de ce dernier rappel : la personne venait renouveler deux jours trop tard."""
    enregistree()
    nuit(horloge, ECHEANCE - timedelta(days=60))
    suivre_seul(horloge, ECHEANCE + timedelta(days=3))
    with db.sessionmaker() as session:
        corps = session.scalars(sa.select(Envoi.corps).order_by(Envoi.id.desc())).first()
    assert "à partir du 25 décembre 2027" in corps
    taches.passer()
    assert nuit(horloge, date(2027, 12, 24)).radiations == 0
    assert nuit(horloge, date(2027, 12, 25)).radiations == 1


def test_un_rappel_qui_attend_de_partir_n_a_prevenu_personne(app, horloge, monkeypatch):
    """Serveur de courriel en panne, puis tout arrêté : le préavis court du départ, non de la préparation."""
    demande_id = enregistree()
    reprise, depart = date(2028, 3, 1), date(2028, 4, 20)
    suivre_seul(horloge, reprise)
    monkeypatch.setattr(courriel, "_transporter", lambda *_: (_ for _ in ()).throw(OSError("serveur en panne")))
    taches.passer()
    assert suivre_seul(horloge, depart).radiations == 0
    monkeypatch.undo()
    taches.passer()
    assert nuit(horloge, depart + timedelta(days=29)).radiations == 0
    assert nuit(horloge, depart + timedelta(days=30)).radiations == 1
    assert lire(demande_id).motif_radiation == "e"


def test_un_rappel_perdu_pendant_un_long_arret_se_sait_avant_que_la_boite_l_oublie(app, horloge, monkeypatch):
    """Plus de 90 jours : abandonné et oublié dans le même passage, il passait pour arrivé."""
    demande_id = enregistree()
    suivre_seul(horloge, ECHEANCE - timedelta(days=60))
    monkeypatch.setattr(courriel, "_transporter", lambda *_: (_ for _ in ()).throw(OSError("serveur en panne")))
    horloge.instant = datetime(2028, 1, 10, 8, tzinfo=UTC)
    taches.passer()
    taches.nettoyer()
    assert taches.suivre().radiations == 0
    with db.sessionmaker() as session:
        assert session.scalars(sa.select(RappelPrepare.a_faire_le).order_by(RappelPrepare.id)).first() == horloge()
    assert lire(demande_id).radiee_le is None


def radiee(session, demande: Demande, instant: datetime) -> None:
    radiation.radier(session, demande, "a", instant)


def sans_compte(session, demande: Demande, instant: datetime) -> None:
    detachement.detacher(session, demande.compte_id, instant)


@pytest.mark.parametrize(("geste", "a_faire"), [(radiee, []), (sans_compte, [-7])])
def test_un_rappel_qui_attend_de_partir_ne_part_plus_ensuite(app, horloge, geste, a_faire):
    """Le courriel revenu, « Votre demande n'a pas été renouvelée » arrivait à qui a un logement, ou plus de compte."""
    demande_id = enregistree()
    suivre_seul(horloge, ECHEANCE - timedelta(days=7))
    with db.sessionmaker() as session, session.begin():
        geste(session, session.get_one(Demande, demande_id), horloge())
    assert taches.suivre().rappels == len(a_faire)
    taches.passer()
    with db.sessionmaker() as session:
        assert session.scalars(sa.select(Envoi.cle).where(Envoi.cle.like("rappel-%"))).all() == []
        restent = session.execute(sa.select(RappelPrepare.jours, RappelPrepare.a_faire_le)).all()
    assert restent == [(jours, horloge()) for jours in a_faire], "au guichet de prévenir"


def test_un_renouvellement_repart_a_neuf(app, horloge):
    demande_id = enregistree()
    nuit(horloge, ECHEANCE - timedelta(days=20))
    with db.sessionmaker() as session, session.begin():
        session.get_one(Demande, demande_id).presentee_le = ECHEANCE - timedelta(days=10)
    assert nuit(horloge, ECHEANCE + timedelta(days=60)) == taches.SuiviDuJour(0, 0, 0)
    suivante = date(2028, 11, 14)
    assert nuit(horloge, suivante - timedelta(days=60)).rappels == 1
    assert prepares() == [-30, -60]


@pytest.mark.parametrize("presentee", [date(2027, 12, 31), date(2028, 2, 29), date(2027, 2, 28), date(2027, 8, 31)])
def test_les_cinq_rappels_aussi_en_fin_de_mois_et_le_29_fevrier(app, horloge, presentee):
    enregistree(presentee=presentee)
    jour = presentee + timedelta(days=300)
    while jour < presentee + timedelta(days=380):
        nuit(horloge, jour)
        jour += timedelta(days=1)
    assert prepares() == PREVUS


@pytest.mark.parametrize("etat", [{"enregistree_le": None, "numero_unique": None}, {"radiee_le": fabriques.INSTANT}])
def test_ni_rappel_ni_radiation_hors_de_la_vie_d_une_demande(app, horloge, etat):
    demande_id = enregistree()
    with db.sessionmaker() as session, session.begin():
        for nom, valeur in etat.items():
            setattr(session.get_one(Demande, demande_id), nom, valeur)
    assert nuit(horloge, ECHEANCE - timedelta(days=10)) == taches.SuiviDuJour(0, 0, 0)
    assert nuit(horloge, ECHEANCE + timedelta(days=100)) == taches.SuiviDuJour(0, 0, 0)


def test_sans_compte_le_guichet_previent_et_la_radiation_l_attend(app, horloge):
    demande_id = enregistree(compte=False)
    assert nuit(horloge, ECHEANCE - timedelta(days=50)).rappels == 1
    with db.sessionmaker() as session:
        rappel = session.scalars(sa.select(RappelPrepare)).one()
        assert (rappel.par_courriel, rappel.a_faire_le) == (False, rappel.prepare_le)
        assert session.scalars(sa.select(Envoi)).all() == []
    assert nuit(horloge, ECHEANCE + timedelta(days=200)).radiations == 0
    with db.sessionmaker() as session, session.begin():
        session.scalars(sa.select(RappelPrepare).order_by(RappelPrepare.id)).first().traite_le = horloge()
    assert nuit(horloge, ECHEANCE + timedelta(days=229)).radiations == 0
    assert nuit(horloge, ECHEANCE + timedelta(days=230)).radiations == 1
    assert lire(demande_id).motif_radiation == "e"


def test_un_courriel_qui_n_arrive_pas_devient_un_appel_a_passer(app, horloge, monkeypatch):
    enregistree()
    suivre_seul(horloge, ECHEANCE - timedelta(days=60))

    def refuser(*_):
        raise OSError("boîte inconnue")

    monkeypatch.setattr(courriel, "_transporter", refuser)
    for _ in range(40):
        taches.passer()
        horloge.avancer(hours=6)
    assert taches.suivre().echecs == 1
    assert taches.suivre().echecs == 0
    with db.sessionmaker() as session:
        rappel = session.scalars(sa.select(RappelPrepare)).one()
        assert rappel.par_courriel
        assert rappel.a_faire_le is not None
    # Prévenue par personne, elle n'est pas radiée.
    nuit(horloge, ECHEANCE - timedelta(days=30))
    monkeypatch.undo()


def test_beaucoup_de_rappels_perdus_se_notent_en_quelques_lectures(app, horloge):
    """Une semaine de panne en perd des milliers ; relus un à un, chaque heure, ils retenaient toute écriture."""
    for rang in range(1, 21):
        enregistree(rang)
    suivre_seul(horloge, ECHEANCE - timedelta(days=60))
    with db.sessionmaker() as session, session.begin():
        session.execute(sa.update(Envoi).values(prochain_essai_le=None))
    with db.sessionmaker() as session, session.begin(), compter(db.engine) as executees:
        assert rappels.noter_les_echecs(session, horloge()) == 20
        assert len(executees) == 2
        assert rappels.noter_les_echecs(session, horloge()) == 0


def test_le_rappel_d_un_document_jamais_arrive_n_arrete_pas_le_suivi(app, horloge, monkeypatch):
    """Sa clé commence comme celle d'un rappel de renouvellement : lue comme telle, plus aucune tâche ne passait."""
    demande_id = enregistree()
    with db.sessionmaker() as session, session.begin():
        absente = PieceFournie(demande_id=demande_id, code="DIV", personne="ab12cd34", absence_rappel_le=DEPART)
        absente.absente_le, absente.absence_suite = horloge(), SuiteAbsence.RAPPEL
        session.add(absente)
    assert taches.suivre().rappels == 1
    monkeypatch.setattr(courriel, "_transporter", lambda *_: (_ for _ in ()).throw(OSError("serveur en panne")))
    for _ in range(2):
        taches.passer()
        horloge.avancer(days=8)
    assert taches.suivre() == taches.RIEN


def test_interrompu_au_milieu_le_travail_reprend_sans_doublon(app, horloge, monkeypatch):
    numeros = [enregistree(rang) for rang in range(1, 8)]
    monkeypatch.setattr(rappels, "LOT", 2)
    vrai, lots = rappels._ecrire, []

    def coupe(*arguments):
        vrai(*arguments)
        lots.append(1)
        if len(lots) == 3:
            raise OperationalError("INSERT", None, Exception("coupé"))

    monkeypatch.setattr(rappels, "_ecrire", coupe)
    with pytest.raises(OperationalError):
        nuit(horloge, ECHEANCE - timedelta(days=60))
    assert len(prepares()) == 4
    assert nuit(horloge, ECHEANCE - timedelta(days=60)).rappels == 3
    with db.sessionmaker() as session:
        assert sorted(session.scalars(sa.select(RappelPrepare.demande_id))) == numeros
        assert len(session.scalars(sa.select(Envoi.cle)).all()) == 7


def test_tue_net_au_milieu_d_un_lot_chaque_rappel_s_ecrit_une_fois(app_deux_moteurs, horloge, monkeypatch):
    """SIGKILL, la transaction ouverte ; puis après la validation d'un lot. Rien ne manque, rien n'est double."""
    numeros = [enregistree(rang) for rang in range(1, 12)]
    monkeypatch.setattr(rappels, "LOT", 2)
    vrai = rappels._ecrire
    horloge.instant = datetime(2027, 9, 25, 6, 30, tzinfo=UTC)
    for lots_avant in (3, 1):
        db.session.close()
        db.engine.dispose()
        enfant = os.fork()
        if enfant == 0:
            reste = [lots_avant]

            def tuer(*arguments, reste=reste):
                vrai(*arguments)
                if reste[0] == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                reste[0] -= 1

            rappels._ecrire = tuer
            rappels.preparer(horloge())
            os._exit(0)
        _, statut = os.waitpid(enfant, 0)
        assert os.WTERMSIG(statut) == signal.SIGKILL
    assert len(prepares()) == 8
    assert taches.suivre().rappels == 3
    with db.sessionmaker() as session:
        assert sorted(session.scalars(sa.select(RappelPrepare.demande_id))) == numeros
        assert len(set(session.scalars(sa.select(Envoi.cle)))) == len(numeros)


def test_deux_passages_en_meme_temps_n_ecrivent_qu_une_fois(app_deux_moteurs, horloge, monkeypatch):
    numeros = [enregistree(rang) for rang in range(1, 13)]
    monkeypatch.setattr(rappels, "LOT", 3)
    horloge.instant = datetime(2027, 9, 25, 6, 30, tzinfo=UTC)

    def passage(_rang: int) -> int:
        with app_deux_moteurs.app_context():
            return taches.suivre().rappels

    with ThreadPoolExecutor(3) as fils:
        assert sum(fils.map(passage, range(3))) == len(numeros)
    assert taches.suivre().rappels == 0
    with db.sessionmaker() as session:
        assert sorted(session.scalars(sa.select(RappelPrepare.demande_id))) == numeros
        assert len(session.scalars(sa.select(Envoi.cle)).all()) == len(numeros)


def test_le_sujet_ne_dit_rien_de_la_personne(app, horloge):
    enregistree()
    suivre_seul(horloge, ECHEANCE - timedelta(days=7))
    with db.sessionmaker() as session:
        envoi = session.scalars(sa.select(Envoi)).one()
    assert envoi.sujet == "Il reste une semaine pour renouveler votre demande"
    for secret in ("Silva", "Ana", "069112"):
        assert secret not in envoi.sujet + envoi.corps
    assert "logement" not in envoi.sujet


def test_une_minuterie_de_nuit_envoie_les_courriels_sans_prevenir_personne(app, horloge):
    """Arrêtée la nuit, elle laissait sans code, jusqu'à 7 h, qui se connectait d'un appareil inconnu."""
    enregistree()
    horloge.instant = datetime(2027, 9, 25, 3, 0, tzinfo=UTC)
    assert taches.suivre_et_conserver(pas_la_nuit=True)[0] == taches.RIEN
    assert prepares() == []
    taches.suivre_et_conserver(pas_la_nuit=False)
    assert prepares() == [-60]


def test_le_fil_interne_ne_previent_personne_la_nuit(app, horloge, monkeypatch):
    monkeypatch.setattr(taches, "passer", lambda: 0)
    enregistree()
    horloge.instant = datetime(2027, 9, 25, 3, 0, tzinfo=UTC)
    taches._passage(app)
    assert prepares() == []
    horloge.instant = datetime(2027, 9, 25, 8, 0, tzinfo=UTC)
    taches._passage(app)
    assert prepares() == [-60]
