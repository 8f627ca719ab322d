"""« Ce n'est pas moi », dans un vrai navigateur : avant, après, lien périmé, mis à l'abri puis repris, sans JavaScript aussi."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from portail.cles_acces.ceremonie import CleNeuve
from portail.compte import adresse, cles
from portail.compte.modeles import Compte
from portail.db import db, ecriture
from tests import fabriques
from tests.ecrans.conftest import PortailServi
from tests.ecrans.gestes import titre
from tests.examen import Examen
from tests.fabriques import MOT_DE_PASSE
from tests.verificateurs import axe

pytestmark = pytest.mark.navigateur

ANA, VOLEUR = "ana@exemple.fr", "voleur@exemple.fr"
NEUF = "douze pommes tombent du camion"


def creer(portail: PortailServi, courriel: str = ANA, **valeurs) -> int:
    with portail.app.app_context(), db.sessionmaker() as session:
        return fabriques.compte(session, courriel, **valeurs).id


def changer_l_adresse(portail: PortailServi, compte_id: int) -> None:
    with portail.app.test_request_context("/", method="POST"), ecriture() as base:
        adresse.demander(base, base.get_one(Compte, compte_id), VOLEUR)


def ajouter_une_cle(portail: PortailServi, compte_id: int) -> None:
    with portail.app.test_request_context("/", method="POST"), ecriture() as base:
        cles.ajouter(base, base.get_one(Compte, compte_id), CleNeuve("AA", b"", 0, True), "Téléphone")


def presser(page: Page, bouton: str | re.Pattern[str]) -> None:
    page.get_by_role("button", name=bouton).click()


PAS_MOI = re.compile("^Ce n’est pas moi")


@pytest.mark.parametrize(
    ("taille", "javascript"),
    [((1280, 900), True), ((320, 640), True), ((1280, 900), False)],
    ids=["large", "320px", "sans JavaScript"],
)
def test_du_vol_a_la_reprise(portail, ouvrir_page, surveillance, taille, javascript):
    surveillance.tolerer("410")
    page = ouvrir_page(taille, java_script_enabled=javascript)
    examen = Examen(page, javascript=javascript)

    def examiner(h1: str) -> None:
        titre(page, h1)
        examen(h1)

    vole = creer(portail)
    ajouter_une_cle(portail, vole)
    refus = portail.lien_recu(ANA)
    changer_l_adresse(portail, vole)
    gel = portail.lien_recu(ANA)
    page.goto(portail.lien_recu(VOLEUR))
    examiner("Confirmer ma nouvelle adresse mail")
    presser(page, "Confirmer ma nouvelle adresse")
    creer(portail, nir=None)
    page.goto(gel)
    examiner("Arrêter ce changement")
    page.goto(refus)
    examiner("Protéger mon compte")
    presser(page, PAS_MOI)
    examiner("Ce compte est mis à l’abri")
    page.goto(gel)
    examiner("Ce lien ne fonctionne plus")

    page.goto(refus)
    page.goto(f"{portail.url}/compte/connexion")
    page.get_by_label("Identifiant (adresse mail)").fill(ANA)
    page.get_by_label("Mot de passe", exact=True).fill(MOT_DE_PASSE)
    presser(page, "Me connecter")
    titre(page, "Bonjour Ana !")
    page.goto(f"{portail.url}/compte/supprimer")
    page.get_by_role("checkbox", name="J’ai compris que cela ne peut pas s’annuler").check()
    presser(page, "Supprimer mon compte")
    examiner("Votre compte est supprimé")
    page.goto(f"{portail.url}/compte/mot-de-passe-oublie")
    page.get_by_label("Adresse mail de votre compte").fill(ANA)
    presser(page, "Recevoir un lien")
    examiner("Ouvrez votre boîte mail")
    page.goto(portail.lien_recu(ANA))
    examiner("Choisir un nouveau mot de passe")
    page.get_by_label("Mot de passe", exact=True).fill(NEUF)
    page.get_by_label("Confirmer le mot de passe").fill(NEUF)
    presser(page, "Enregistrer ce mot de passe")
    titre(page, "J’ai déjà un compte, je me connecte")
    with portail.app.app_context(), db.sessionmaker() as session:
        compte = session.get_one(Compte, vole)
        assert (compte.courriel, compte.est_a_l_abri) == (ANA, False)
    examen.finir()


def test_proteger_quand_l_adresse_est_libre(portail, page):
    changer_l_adresse(portail, creer(portail))
    page.goto(portail.lien_recu(ANA))
    presser(page, PAS_MOI)
    titre(page, "Votre compte est protégé")
    assert axe(page, aaa=True) == []
