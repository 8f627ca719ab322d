"""Compter sans suivre : en mémoire pendant les pages, en base ensuite, petits nombres cachés."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date

import pytest
import sqlalchemy as sa

from portail.compte.modeles import Compte
from portail.db import db, ecriture
from portail.frequentation import compteur
from portail.frequentation.entonnoir import entonnoir
from portail.frequentation.modeles import Frequentation
from tests import fabriques
from tests.guichet.conftest import app, app_deux_moteurs, client, monde, naviguer
from tests.guichet.lecture import lire
from tests.navigateur import Navigateur
from tests.socle.routes import differences, photo

__all__ = ["app", "app_deux_moteurs", "client", "monde", "naviguer"]
JOUR = date(2026, 11, 24)


def comptes() -> dict[tuple[str, str, str], int]:
    return {(f.page, f.etape, f.geste): f.nombre for f in lire(sa.select(Frequentation))}


def test_lire_des_pages_n_ecrit_rien_et_le_versement_les_compte(app, client, dossier):
    avant = photo(dossier)
    for _ in range(3):
        client.get("/")
    client.get("/", headers={"HX-Request": "true"})
    client.get("/absente")
    assert differences(avant, photo(dossier)) == set()
    assert compteur.verser() == 1
    assert comptes() == {("accueil.accueil", "", "vue"): 3}
    client.get("/")
    assert (compteur.verser(), compteur.verser()) == (1, 0)
    assert comptes() == {("accueil.accueil", "", "vue"): 4}


def test_une_etape_se_compte_ouverte_et_passee_pas_l_enregistrement_automatique(app, monde):
    client = app.test_client()
    with db.sessionmaker() as session:
        compte = fabriques.compte(session, "zoe@exemple.fr", nir=None)
        numero = fabriques.remplir_ana(fabriques.brouillon(session, compte)).demande_id
        session.commit()
        fabriques.connecter(app, client, session, session.get_one(Compte, compte.id))
    adresse = f"/demandes/{numero}/etapes/logement-actuel"
    nav = Navigateur(client, htmx=True).ouvrir(adresse)
    nav.envoyer({"surface": "40"})
    Navigateur(client).ouvrir(adresse).envoyer({"surface": "41"}, "Poursuivre pour renforcer")
    Navigateur(client).ouvrir(adresse).envoyer({"surface": "beaucoup"}, "Poursuivre pour renforcer")
    compteur.verser()
    lus = comptes()
    assert lus["demande.etape", "logement-actuel", "vue"] == 3
    assert lus["demande.etape_envoyer", "logement-actuel", "fait"] == 1
    assert lus["demande.etape_envoyer", "logement-actuel", "refus"] == 1


@pytest.mark.asvs("14.2.3")
def test_rien_dans_la_table_ne_designe_une_personne(app):
    assert {colonne.name for colonne in Frequentation.__table__.columns} == {"jour", "page", "etape", "geste", "nombre"}


def test_deux_processus_versent_dans_les_memes_lignes(app_deux_moteurs):
    for nombre in (2, 5):
        app_deux_moteurs.extensions["frequentation"].ajouter((JOUR, "accueil.accueil", "", "vue"), nombre)
        assert compteur.verser() == 1
    assert comptes() == {("accueil.accueil", "", "vue"): 7}


@contextmanager
def a_chaque_versement(faire: Callable[[], None]):
    def avant(_connexion, _curseur, ordre, *_reste):
        if ordre.startswith("INSERT INTO frequentation"):
            faire()

    moteur = db.engine
    sa.event.listen(moteur, "before_cursor_execute", avant)
    try:
        yield
    finally:
        sa.event.remove(moteur, "before_cursor_execute", avant)


def refuser(fois: int) -> Callable[[], None]:
    """La base refuse ce nombre de versements, puis les prend."""
    refus = iter(range(fois))

    def faire() -> None:
        if next(refus, None) is not None:
            raise sa.exc.OperationalError("INSERT", {}, TimeoutError())

    return faire


def fermer(app) -> None:
    compteur._Verseur(app)._finir(threading.Event())


@pytest.mark.parametrize(
    ("refus", "dit", "reste"),
    [(0, [], 3), (1, [], 3), (2, ["fréquentation : 3 passages perdus : TimeoutError"], None)],
    ids=["base libre", "un refus", "base perdue"],
)
def test_a_la_fermeture_rien_ne_se_dit_sans_perte(app_deux_moteurs, caplog, refus, dit, reste):
    cle = ("accueil.accueil", "", "vue")
    app_deux_moteurs.extensions["frequentation"].ajouter((JOUR, *cle), 3)
    with a_chaque_versement(refuser(refus)), caplog.at_level(logging.INFO):
        fermer(app_deux_moteurs)
    assert caplog.messages == dit
    assert comptes().get(cle) == reste


def test_un_versement_refuse_se_tait_et_se_rattrape(app, caplog):
    app.extensions["frequentation"].ajouter((JOUR, "accueil.accueil", "", "vue"), 3)
    with a_chaque_versement(refuser(1)), caplog.at_level(logging.INFO):
        assert (compteur.verser(), compteur.verser()) == (0, 1)
    assert caplog.messages == []


def test_la_fermeture_attend_le_versement_en_cours(app):
    """Son fil meurt avec le processus : parti sans lui, ses comptes seraient perdus sans un mot."""
    app.extensions["frequentation"].ajouter((JOUR, "accueil.accueil", "", "vue"), 3)
    commence, suite = threading.Event(), threading.Event()

    def attendre() -> None:
        commence.set()
        suite.wait(5)

    def verser() -> None:
        with app.app_context():
            compteur.verser()

    with a_chaque_versement(attendre), ThreadPoolExecutor(2) as fils:
        fils.submit(verser)
        assert commence.wait(5)
        fin = fils.submit(fermer, app)
        with pytest.raises(TimeoutError):
            fin.result(0.2)
        suite.set()
        fin.result(5)
        assert comptes() == {("accueil.accueil", "", "vue"): 3}


@pytest.mark.parametrize(("vues", "montre"), [(0, "0"), (4, "moins de 5"), (5, "5"), (40, "40")])
def test_un_petit_nombre_ne_se_montre_pas(app, monde, naviguer, vues, montre):
    with ecriture() as session:
        for page, nombre in (("accueil.accueil", 50), ("compte.creer", vues)):
            session.add(Frequentation(jour=JOUR, page=page, etape="", geste="vue", nombre=nombre))
        session.add(Frequentation(jour=JOUR, page="compte.creer_envoyer", etape="", geste="fait", nombre=20))
    nav = naviguer(monde.accueil).ouvrir("/guichet/frequentation")
    [ligne] = [tr for tr in nav.page.select("tbody tr") if tr.th.text.strip() == "Je crée un compte"]
    assert ligne.td.text.strip().replace("\u00a0", " ") == montre
    part = ligne.select("td")[-1].text.replace("\u00a0", " ")
    assert part == ("50 %" if vues == 40 else "100 %" if vues == 5 else "–")


def test_les_comptes_s_oublient_apres_deux_ans(app, horloge):
    with ecriture() as session:
        for jour in (date(2024, 11, 23), date(2024, 11, 25)):
            session.add(Frequentation(jour=jour, page="accueil.accueil", etape="", geste="vue", nombre=9))
        compteur.purger(session, horloge())
    assert [f.jour for f in lire(sa.select(Frequentation))] == [date(2024, 11, 25)]
    assert entonnoir(db.session, JOUR).est_vide
