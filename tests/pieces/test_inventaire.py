"""La vérification de la nuit : lignes sans fichier dites, fichiers sans ligne effacés, jamais en masse."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portail import inventaire
from portail.horloge import maintenant
from portail.stockage import StockageIndisponible, nouvelle_cle, stockage
from tests.demande.conftest import ana, app, moteur  # noqa: F401
from tests.magasins import Magasin, magasin
from tests.pieces.cas import jpeg
from tests.pieces.test_routes import envoyer, fichier

__all__ = ["magasin"]


@pytest.fixture
def garde(ana, magasin: Magasin):  # noqa: F811
    """La demande d'Ana, une pièce jointe, dans un dossier puis dans un magasin d'objets."""
    ana.app.extensions["stockage"] = magasin.ouvrir(ana.app.extensions["coffre"])
    envoyer(ana.navigateur(slug="informations-generales"), fichier(jpeg(), "a.jpg"))
    with ana.app.app_context():
        yield ana


def orphelin(magasin: Magasin, heures: int) -> str:
    """Un fichier que rien ne désigne, écrit il y a tant d'heures."""
    cle = nouvelle_cle()
    stockage().ecrire(cle, b"seul")
    quand = (maintenant() - timedelta(hours=heures)).timestamp()
    os.utime(magasin.chemin(cle), (quand, quand))
    return cle


def test_tout_est_la_rien_ne_bouge(garde):
    constat = inventaire.verifier(maintenant())
    assert (constat.gardes, constat.sans_contenu, constat.effaces) == (1, (), 0)


def test_un_fichier_sans_ligne_s_efface_s_il_n_est_pas_en_chemin(garde, magasin):
    vieux, recent = orphelin(magasin, 30), orphelin(magasin, 1)
    assert inventaire.verifier(maintenant()).effaces == 1
    assert (stockage().existe(vieux), stockage().existe(recent)) == (False, True)
    (cle,) = garde.lire(sa.text("SELECT cle FROM fichier"))[0]
    assert stockage().existe(cle), "ce que la base désigne reste"


def test_une_ligne_sans_fichier_se_dit_avec_son_numero(garde, caplog):
    (cle,) = garde.lire(sa.text("SELECT cle FROM fichier"))[0]
    stockage().supprimer(cle)
    assert inventaire.verifier(maintenant()).sans_contenu == ("fichier 1",)
    assert "fichier 1" in caplog.text
    assert cle not in caplog.text


def test_trop_de_fichiers_sans_ligne_rien_ne_s_efface(garde, magasin, monkeypatch):
    """Une base restaurée d'une vieille copie ne doit pas faire effacer les pièces arrivées depuis."""
    monkeypatch.setattr(inventaire, "ORPHELINS_MAX", 1)
    cles = [orphelin(magasin, 30), orphelin(magasin, 30)]
    constat = inventaire.verifier(maintenant())
    assert (constat.effaces, constat.laisses) == (0, 2)
    assert all(stockage().existe(cle) for cle in cles)


def test_un_stockage_absent_ne_passe_pas_pour_vide(garde, magasin):
    magasin.couper()
    with pytest.raises(StockageIndisponible):
        inventaire.verifier(maintenant())
    inventaire.verifier_si_possible(maintenant())
