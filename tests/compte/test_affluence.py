"""Beaucoup de connexions à la fois : chacun garde sa page, personne chez soi n'attend derrière un flot, et les places se rendent."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from portail.compte import affluence, mots_de_passe
from tests.compte.gestes import creer_compte, depuis, est_connecte, se_connecter
from tests.navigateur import Navigateur

pytestmark = pytest.mark.menace("T15")

CHEZ_ANA = "203.0.113.7"


@pytest.fixture
def foule():
    """Toutes les places d'ailleurs sont prises."""
    with remplir() as pile:
        yield pile


@contextmanager
def remplir() -> Iterator[ExitStack]:
    with ExitStack() as pile:
        for _ in range(affluence.PAR_VOIE):
            assert affluence.AILLEURS.entrer()
            pile.callback(affluence.AILLEURS.sortir)
        yield pile


@pytest.mark.asvs("15.2.2")
def test_sans_place_la_page_revient_remplie_et_rien_n_est_compte(app, client, foule):
    creer_compte()
    with depuis(client, "198.51.100.9"):
        for _ in range(30):  # plus que le frein n'en admet : aucun de ces renvois n'est un essai
            page = se_connecter(Navigateur(client))
        assert page.statut == 429
        assert page.reponse.headers["Retry-After"] == str(affluence.ATTENTE)
        assert page.erreurs() == [
            "Beaucoup de personnes se connectent en ce moment. Recommencez dans quelques secondes."
        ]
        assert page.saisie(page.formulaire())["courriel"] == "ana@exemple.fr"
        foule.close()
        assert se_connecter(Navigateur(client)).statut == 200


@pytest.mark.asvs("6.1.1")
def test_un_flot_venu_d_ailleurs_ne_retient_personne_chez_soi(app, client):
    creer_compte()
    with depuis(client, CHEZ_ANA):
        se_connecter(Navigateur(client))
        client.delete_cookie("portail", domain="127.0.0.1")
        with remplir():
            se_connecter(Navigateur(client))
            assert est_connecte(client)


def test_une_place_se_rend_quoi_qu_il_arrive(app, client):
    for _ in range(affluence.PAR_VOIE + 1):
        assert se_connecter(Navigateur(client), "x@exemple.fr", "une mauvaise phrase").statut == 422
    for _ in range(affluence.PAR_VOIE + 1):
        with pytest.raises(KeyError), affluence.tour(chez_soi=True):
            raise KeyError


@pytest.mark.asvs("15.2.2")
def test_les_hachages_ne_prennent_pas_tous_les_coeurs(monkeypatch):
    monkeypatch.setattr(mots_de_passe, "_place", threading.BoundedSemaphore(1))
    ensemble, plus = [], []

    class Lent:
        def verify(self, _hache, _mot_de_passe):
            ensemble.append(1)
            plus.append(len(ensemble))
            time.sleep(0.01)
            ensemble.pop()
            return True

    monkeypatch.setattr(mots_de_passe, "_argon2", Lent())
    fils = [threading.Thread(target=mots_de_passe.verifier, args=("h", "x")) for _ in range(6)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert plus == [1] * 6
