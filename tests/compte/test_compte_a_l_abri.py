"""Un compte mis à l'abri dont l'adresse est prise : repris par la boîte d'avant, jamais par la main du vol (T1)."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from portail.compte import abri, adresse, inscription
from portail.compte.modeles import Compte
from portail.db import ecriture, lecture
from portail.guichet.modeles import ActeJournal, EcritureJournal
from tests.compte.gestes import comptes, courriels, creer_compte, presser_le_lien, se_connecter
from tests.compte.test_changer_d_adresse import lien_de
from tests.fabriques import MOT_DE_PASSE
from tests.navigateur import Navigateur

pytestmark = pytest.mark.menace("T1")

ANA, VOLEUR = "ana@exemple.fr", "voleur@exemple.fr"
NEUF = "douze pommes tombent du camion"
VOLE = 1  # le numéro du compte d'Ana, que la main du vol a pris ; aucune demande n'y est soumise


def mettre_a_l_abri(app: Flask) -> int:
    """L'adresse du compte 1 est volée ; Ana s'inscrit de nouveau à la sienne, puis lit l'avis. Rend son autre compte."""
    creer_compte()
    with app.test_request_context("/", method="POST"), ecriture() as base:
        adresse.demander(base, base.get_one(Compte, VOLE), VOLEUR)
    gel = lien_de(app, ANA, "/geler/")
    presser_le_lien(anonyme(app), lien_de(app, VOLEUR, "/confirmer/"), "Confirmer ma nouvelle adresse")
    autre = creer_compte(ANA, nir=None)
    page = presser_le_lien(anonyme(app), gel, "Ce n’est pas moi")
    assert page.h1 == "Ce compte est mis à l’abri"
    return autre


def anonyme(app: Flask) -> Navigateur:
    return Navigateur(app.test_client())


def oublier(app: Flask, courriel: str = ANA) -> str:
    """« Mot de passe oublié ». Rend le corps du courriel reçu à cette adresse."""
    anonyme(app).ouvrir("/compte/mot-de-passe-oublie").envoyer(courriel=courriel, bouton="Recevoir")
    return [m for m in courriels(app) if m["To"] == courriel][-1].get_content()


def choisir(app: Flask, chemin: str, passe: str = NEUF) -> Navigateur:
    page = anonyme(app).ouvrir(chemin)
    return page.envoyer(mot_de_passe=passe, confirmation=passe, bouton="Enregistrer") if page.statut == 200 else page


def liberer_en_supprimant(app: Flask, autre: int) -> None:
    navigateur = se_connecter(anonyme(app), ANA)
    navigateur.ouvrir("/compte/supprimer").envoyer(compris="oui", bouton="Supprimer mon compte")
    assert navigateur.h1 == "Votre compte est supprimé"


def liberer_en_changeant(app: Flask, autre: int) -> None:
    with app.test_request_context("/", method="POST"), ecriture() as base:
        adresse.demander(base, base.get_one(Compte, autre), "autre@exemple.fr")
    presser_le_lien(anonyme(app), lien_de(app, "autre@exemple.fr", "/confirmer/"), "Confirmer ma nouvelle adresse")


def vole() -> Compte:
    return next(compte for compte in comptes() if compte.id == VOLE)


def alertes() -> list[tuple[int | None, int | None, str | None]]:
    with lecture() as base:
        lignes = base.execute(
            sa.select(EcritureJournal.compte_id, EcritureJournal.demande_id, EcritureJournal.objet)
            .where(EcritureJournal.acte == ActeJournal.ALERTE)
            .order_by(EcritureJournal.id)
        )
        return [(ligne[0], ligne[1], ligne[2]) for ligne in lignes]


@pytest.mark.parametrize("liberer", [liberer_en_supprimant, liberer_en_changeant], ids=["supprimé", "changé"])
def test_sans_demande_soumise_la_boite_d_avant_le_reprend_une_fois_l_adresse_libre(
    app_deux_moteurs: Flask, liberer: Callable[[Flask, int], None]
) -> None:
    app = app_deux_moteurs
    autre = mettre_a_l_abri(app)
    [avis] = [m for m in courriels(app) if m["Subject"] == "Reprendre votre compte"]
    assert avis["To"] == ANA
    liberer(app, autre)
    assert "Un autre compte" not in oublier(app)
    assert choisir(app, lien_de(app, ANA, "/nouveau-mot-de-passe/")).statut == 200
    assert vole().courriel == ANA
    assert not vole().est_a_l_abri
    assert se_connecter(anonyme(app), ANA, NEUF).h1 == "Bonjour Ana !"
    assert se_connecter(anonyme(app), VOLEUR, NEUF).statut == 422
    assert alertes() == [
        (VOLE, None, "Un compte mis à l’abri attend votre aide"),
        (VOLE, None, "Un compte mis à l’abri est repris"),
    ]


def test_tant_que_l_adresse_a_un_autre_compte_le_lien_ouvre_celui_la_et_le_dit(app_deux_moteurs: Flask) -> None:
    app = app_deux_moteurs
    autre = mettre_a_l_abri(app)
    assert "Un autre compte, mis à l’abri, a aussi cette adresse mail" in oublier(app)
    choisir(app, lien_de(app, ANA, "/nouveau-mot-de-passe/"))
    assert se_connecter(anonyme(app), ANA, NEUF).statut == 200
    assert (vole().mot_de_passe, vole().est_a_l_abri) == (None, True)
    assert next(c for c in comptes() if c.id == autre).mot_de_passe is not None


def test_l_adresse_arrivee_apres_n_ouvre_rien(app_deux_moteurs: Flask) -> None:
    app = app_deux_moteurs
    mettre_a_l_abri(app)
    assert "Il n’y a pas de compte avec cette adresse" in oublier(app, VOLEUR)
    assert se_connecter(anonyme(app), VOLEUR, MOT_DE_PASSE).statut == 422
    with app.test_request_context("/", method="POST"), ecriture() as base:
        inscription.demander_un_lien(base, VOLEUR)
    assert vole().est_a_l_abri


def test_une_inscription_qui_attend_n_est_pas_un_compte_a_l_abri(app: Flask) -> None:
    creer_compte(courriel_confirme_le=None)
    assert "Il n’y a pas de compte avec cette adresse" in oublier(app)


def test_l_adresse_reprise_entre_temps_ne_s_arrache_pas(app_deux_moteurs: Flask) -> None:
    """Le lien est parti, l'adresse libre ; un nouveau compte la confirme avant que le mot de passe ne soit choisi."""
    app = app_deux_moteurs
    autre = mettre_a_l_abri(app)
    liberer_en_changeant(app, autre)
    oublier(app)
    chemin = lien_de(app, ANA, "/nouveau-mot-de-passe/")
    creer_compte(ANA, nir=None)
    assert choisir(app, chemin).statut == 410
    assert (vole().mot_de_passe, vole().est_a_l_abri) == (None, True)
    assert [objet for _, _, objet in alertes()] == ["Un compte mis à l’abri attend votre aide"]


@pytest.mark.asvs("15.4.2")
def test_deux_comptes_pour_une_adresse_au_meme_instant_un_seul_l_a(app_deux_moteurs: Flask) -> None:
    app = app_deux_moteurs
    liberer_en_changeant(app, mettre_a_l_abri(app))
    nouveau = creer_compte(ANA, nir=None, courriel_confirme_le=None)
    pret, issues = threading.Barrier(2, timeout=10), []

    def reprendre() -> None:
        with app.test_request_context("/", method="POST"):
            pret.wait()
            with ecriture() as base:
                issues.append(abri.reprendre(base, base.get_one(Compte, VOLE, with_for_update=True)))

    def confirmer() -> None:
        with app.test_request_context("/", method="POST"):
            pret.wait()
            try:
                with ecriture() as base:
                    base.get_one(Compte, nouveau).courriel_confirme_le = vole_le
            except sa.exc.IntegrityError:
                issues.append(True)
            else:
                issues.append(False)

    vole_le = comptes()[-1].cree_le
    fils = [threading.Thread(target=geste) for geste in (reprendre, confirmer)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(20)
    assert issues in ([True, True], [False, False])
    assert len([c for c in comptes() if c.courriel == ANA and c.courriel_confirme_le]) == 1


def test_la_page_et_le_courriel_disent_ce_qui_reste_impossible(app: Flask) -> None:
    mettre_a_l_abri(app)
    creer_compte("leo@exemple.fr")
    avis = next(m for m in courriels(app) if m["Subject"] == "Reprendre votre compte").get_content()
    assert "Si vous y avez soumis une demande" in avis
    page = presser_le_lien(anonyme(app), lien_de(app, ANA, "/geler/"), "Ce n’est pas moi")
    assert (page.statut, page.h1) == (410, "Ce lien ne fonctionne plus")
    assert "aucun guichet ne suit un compte sans demande soumise" in page.texte()


@pytest.mark.parametrize("a_l_abri", [False, True])
def test_un_lien_demande_pendant_le_gel_n_ouvre_rien_a_la_boite_du_vol(app_deux_moteurs, monkeypatch, a_l_abri):
    """Le compte est lu sous l'adresse du vol, le gel passe, le jeton naît après : rien ne l'a annulé."""
    app = app_deux_moteurs
    creer_compte()
    with app.test_request_context("/", method="POST"), ecriture() as base:
        adresse.demander(base, base.get_one(Compte, VOLE), VOLEUR)
    gel = lien_de(app, ANA, "/geler/")
    presser_le_lien(anonyme(app), lien_de(app, VOLEUR, "/confirmer/"), "Confirmer ma nouvelle adresse")
    autre = creer_compte(ANA, nir=None) if a_l_abri else None
    presser_le_lien(anonyme(app), gel, "Ce n’est pas moi")
    # L'instant qu'une course laisse voir : la lecture d'avant le gel, l'écriture d'après.
    monkeypatch.setattr(inscription, "_a_ouvrir", lambda _session, _adresse: (VOLE, False))
    with app.test_request_context("/", method="POST"), ecriture() as base:
        inscription.demander_un_lien(base, VOLEUR)
    monkeypatch.undo()
    if autre:
        liberer_en_changeant(app, autre)
    assert choisir(app, lien_de(app, VOLEUR, "/nouveau-mot-de-passe/")).statut == 410
    assert se_connecter(anonyme(app), ANA, NEUF).statut == 422
