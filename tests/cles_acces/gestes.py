"""Ce que static/cle.js fait dans un navigateur : demander le défi, faire signer l'appareil, envoyer le formulaire."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from bs4 import Tag
from flask import Flask
from flask.testing import FlaskClient

from portail.compte.modeles import CleCompte, Compte
from portail.db import db, lecture
from tests import fabriques
from tests.cles_acces.authentificateur import Authentificateur
from tests.compte.gestes import creer_compte
from tests.navigateur import Navigateur


def connecter(app: Flask, client: FlaskClient, compte_id: int, jeton: str = "s" * 43) -> Navigateur:
    """La personne connectée dans ce navigateur, sans le prix d'un mot de passe vérifié."""
    with db.sessionmaker() as session:
        fabriques.connecter(app, client, session, session.get_one(Compte, compte_id), jeton)
    return Navigateur(client).ouvrir("/compte")


def connecter_leo(app: Flask, client: FlaskClient) -> Navigateur:
    """Une autre personne, dans un autre navigateur."""
    leo = creer_compte("leo@exemple.fr", nom_naissance="Petit", prenoms="Léo", nir=None)
    return connecter(app, client, leo, "l" * 43)


def formulaire_de_cle(nav: Navigateur) -> Tag:
    formulaire = nav.page.select_one("form[data-cle]")
    assert formulaire is not None, f"pas de clé d’accès sur {nav.adresse}"
    return formulaire


def demander(nav: Navigateur, formulaire: Tag | None = None) -> dict[str, Any]:
    """Les options que le site donne pour ce formulaire."""
    formulaire = formulaire or formulaire_de_cle(nav)
    jeton = nav.saisie(formulaire)["csrf_token"]
    reponse = nav.client.post(formulaire["data-cle"], data={"csrf_token": jeton}, base_url=nav.base)
    assert reponse.status_code == 200, reponse.status_code
    assert reponse.headers["Cache-Control"] == "no-store"
    return reponse.json


def envoyer(nav: Navigateur, reponse: str, **autres: str) -> Navigateur:
    """Le formulaire de la page, avec la réponse de l'appareil."""
    formulaire = formulaire_de_cle(nav)
    valeurs = nav.saisie(formulaire)
    for nom, valeur in {"cle_reponse": reponse, **autres}.items():
        valeurs.setlist(nom, [valeur])
    return nav.poster(formulaire["action"], valeurs)


def ajouter(nav: Navigateur, cle: Authentificateur, nom: str = "Mon téléphone", **mensonges: Any) -> Navigateur:
    nav.ouvrir("/compte/cles/ajouter")
    return envoyer(nav, cle.fabriquer(demander(nav), **mensonges), nom=nom)


def entrer(nav: Navigateur, cle: Authentificateur, suite: str = "", **mensonges: Any) -> Navigateur:
    nav.ouvrir(f"/compte/connexion?suite={suite}" if suite else "/compte/connexion")
    return envoyer(nav, cle.signer(demander(nav), **mensonges))


def sortir(nav: Navigateur) -> None:
    nav.poster("/compte/deconnexion", nav.saisie(nav.page.find("form", action="/compte/deconnexion")))


def cles() -> list[CleCompte]:
    with lecture() as base:
        return list(base.scalars(sa.select(CleCompte).order_by(CleCompte.id)))
