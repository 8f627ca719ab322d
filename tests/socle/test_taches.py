"""Les travaux de fond : ils survivent à leurs échecs, et chaque oubli a lieu à son heure."""

from __future__ import annotations

import threading
from itertools import pairwise

import pytest
from sqlalchemy.exc import OperationalError

from portail import taches


@pytest.fixture
def fil(app, monkeypatch):
    """Le fil de fond, pressé, et le compte de ses passages."""
    monkeypatch.setattr(taches, "PAUSE", 0.001)
    arrets: list[threading.Event] = []

    def demarrer() -> None:
        arrets.append(taches.demarrer_le_fil(app))

    yield demarrer
    for arret in arrets:
        arret.set()
    for actif in threading.enumerate():
        if actif.name.startswith("taches"):
            actif.join(5)


def compte_a_rebours(nombre: int):
    """Un passage qui lève l'événement à son `nombre`-ième appel, après `echec` éventuel à chacun des précédents."""
    fini = threading.Event()
    passages = []

    def passer(erreur: BaseException | None = None) -> int:
        passages.append(1)
        if len(passages) >= nombre:
            fini.set()
        elif erreur is not None:
            raise erreur
        return 0

    return fini, passer


def test_le_fil_passe_et_repasse(fil, monkeypatch):
    fini, passer = compte_a_rebours(3)
    monkeypatch.setattr(taches, "passer", passer)
    fil()
    assert fini.wait(5)


def test_une_base_occupee_ne_l_arrete_pas(fil, monkeypatch, caplog):
    fini, passer = compte_a_rebours(3)
    monkeypatch.setattr(taches, "passer", lambda: passer(OperationalError("BEGIN", None, Exception("locked"))))
    fil()
    assert fini.wait(5)
    assert "tâches reportées" in caplog.text


@pytest.mark.asvs("16.3.4")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_une_erreur_imprevue_se_voit_et_ne_l_arrete_pas(fil, monkeypatch):
    """Sinon plus aucun courriel ne partirait avant le prochain redémarrage, sans que personne le sache."""
    vues: list[type[BaseException]] = []
    monkeypatch.setattr(threading, "excepthook", lambda echec: vues.append(echec.exc_type))
    fini, passer = compte_a_rebours(3)
    monkeypatch.setattr(taches, "passer", lambda: passer(KeyError("imprévu")))
    fil()
    assert fini.wait(5)
    assert vues == [KeyError, KeyError]


def test_le_menage_se_fait_au_premier_passage_puis_toutes_les_heures(fil, monkeypatch):
    monkeypatch.setattr(taches, "TOUTES_LES_HEURES", 0.005)
    fini, passer = compte_a_rebours(50)
    menages = []
    monkeypatch.setattr(taches, "passer", passer)
    monkeypatch.setattr(taches, "nettoyer", lambda: menages.append(1))
    fil()
    assert fini.wait(5)
    assert len(menages) >= 2


def test_un_serveur_de_courriel_lent_ne_retarde_pas_ce_qui_se_fait_chaque_heure(monkeypatch):
    """Compté en passages, ce qui devait se faire chaque heure attendait quinze heures quand chacun durait une minute."""
    instant = 0.0
    monkeypatch.setattr(taches, "monotonic", lambda: instant)
    cadence = taches.Cadence(taches.TOUTES_LES_HEURES)
    faits = []
    for _ in range(200):
        if cadence.est_l_heure():
            faits.append(instant)
        instant += 62
    assert len(faits) == 4
    assert all(3600 <= suivant - precedent < 3600 + 62 for precedent, suivant in pairwise(faits))


def test_le_menage_passe_sur_les_deux_moteurs(app_deux_moteurs):
    taches.nettoyer()
