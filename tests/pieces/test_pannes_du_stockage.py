"""Le stockage en panne, dossier ou magasin d'objets : le reste s'enregistre, et tout se reprend (S14, S15, S16)."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import FileStorage

from portail import inventaire, taches
from portail.db import ecriture
from portail.horloge import maintenant
from portail.pieces import reception
from portail.pieces.modeles import PieceFournie
from tests.demande.conftest import Foyer, ana, app, moteur  # noqa: F401
from tests.magasins import Magasin, magasin
from tests.pieces.cas import jpeg, png
from tests.pieces.test_routes import BASE, envoyer, fichier, noms_affiches
from tests.pieces.test_televersement import Envoi

__all__ = ["magasin"]


@pytest.fixture
def sienne(ana: Foyer, magasin: Magasin):  # noqa: F811
    """La demande d'Ana, ses fichiers rangés dans l'un, puis dans l'autre."""
    ana.app.extensions["stockage"] = magasin.ouvrir(ana.app.extensions["coffre"])
    return ana


def test_en_panne_le_reste_de_l_etape_s_enregistre_et_l_envoi_se_refait(sienne, magasin, caplog):
    nav = sienne.navigateur(slug="informations-generales")
    envoyer(nav, fichier(jpeg(), "recto.jpg"))
    magasin.couper()
    envoyer(nav, fichier(png(), "verso.png"), nom_usage="Durand")
    assert nav.statut == 422
    assert "Réessayez dans un moment : vos autres réponses sont enregistrées." in nav.texte().replace("\u00a0", " ")
    assert sienne.valeur("personne", "nom_usage") == "Durand"
    assert sienne.nombre("fichier") == 1
    assert "fichiers : " in caplog.text, "l’exploitant ne l’apprendrait que de la personne"
    assert sienne.client.get(nav.page.select_one(".fichiers a")["href"], base_url=BASE).status_code == 503
    assert sienne.navigateur(slug="motifs").statut == 200
    magasin.retablir()
    envoyer(nav, fichier(png(), "verso.png"))
    assert noms_affiches(nav) == ["recto.jpg", "verso.jpg"]


def test_en_panne_un_envoi_par_morceaux_garde_ses_morceaux(sienne, magasin):
    envoi = Envoi(sienne, jpeg())
    envoi.annoncer()
    envoi.envoyer()
    magasin.couper()
    assert envoi.poster("terminer").status_code == 422
    assert sienne.nombre("televersement") == 1
    magasin.retablir()
    assert envoi.poster("terminer").status_code == 200
    assert (sienne.nombre("televersement"), sienne.nombre("fichier")) == (0, 1)


def test_en_panne_un_doublon_et_le_menage_n_echouent_pas(sienne, magasin, horloge):
    nav = sienne.navigateur(slug="informations-generales")
    envoyer(nav, fichier(jpeg(), "a.jpg"))
    with sienne.app.app_context():
        recu = reception.recevoir([FileStorage(io.BytesIO(jpeg()), "a.jpg")], lambda: None, "ID")
        magasin.couper()
        with ecriture() as session:
            piece = session.scalars(sa.select(PieceFournie)).one()
            reception.rattacher(session, piece.demande, "ID", piece.personne, recu, maintenant())
            assert len(piece.fichiers_gardes) == 1
            reception.retirer(piece.fichiers_gardes[0], maintenant())
        horloge.avancer(hours=25)
        taches.nettoyer()
        assert sienne.nombre("fichier") == 1, "sa ligne attend que son contenu parte"
        magasin.retablir()
        taches.nettoyer()
        assert sienne.nombre("fichier") == 0
        horloge.avancer(days=2)
        assert inventaire.verifier(maintenant() + timedelta(days=400)).effaces == 1, "le doublon, la nuit"
        assert magasin.fichiers() == []
