"""Ce qu'une personne fait pour avoir un compte et s'en servir, et de quoi regarder ce qui s'est passé."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from portail import taches
from portail.compte.modeles import Compte, SessionOuverte
from portail.db import db, lecture
from tests import fabriques
from tests.fabriques import MOT_DE_PASSE
from tests.navigateur import Navigateur

NIR = fabriques.nir("2850369266001")
INSCRIPTION = {
    "courriel": "ana@exemple.fr",
    "nom_naissance": "Silva",
    "prenoms": "Ana",
    "date_naissance-jour": "12",
    "date_naissance-mois": "3",
    "date_naissance-annee": "1985",
    "lieu_naissance": "Villeurbanne",
    "nir": NIR,
    "mot_de_passe": MOT_DE_PASSE,
    "confirmation": MOT_DE_PASSE,
}
CHEZ_NOUS = {"Sec-Fetch-Site": "same-origin"}


def inscrire(navigateur: Navigateur, **changements: Any) -> Navigateur:
    return navigateur.ouvrir("/compte/creer").envoyer({**INSCRIPTION, **changements}, bouton="Créer mon compte")


def se_connecter(
    navigateur: Navigateur, courriel: str = "ana@exemple.fr", mot_de_passe: str = MOT_DE_PASSE, **autres: Any
) -> Navigateur:
    return navigateur.ouvrir("/compte/connexion").envoyer(
        {"courriel": courriel, "mot_de_passe": mot_de_passe, **autres}, bouton="Me connecter"
    )


def creer_compte(courriel: str = "ana@exemple.fr", **valeurs: Any) -> int:
    """Un compte confirmé, directement en base. Rend son numéro."""
    with db.sessionmaker() as session:
        return fabriques.compte(session, courriel, **valeurs).id


def courriels(app: Flask) -> list[EmailMessage]:
    """Tous les messages partis, du plus ancien au plus récent, après avoir vidé la boîte d'envoi."""
    taches.passer()
    dossier: Path = app.extensions["portail"].dossier / "courriels"
    fichiers = sorted(dossier.glob("*.eml"), key=lambda chemin: int(chemin.stem.rsplit("-", 1)[1]))
    messages = [email.message_from_bytes(chemin.read_bytes(), policy=email.policy.default) for chemin in fichiers]
    return [message for message in messages if isinstance(message, EmailMessage)]


def lien_recu(app: Flask, rang: int = -1) -> str:
    """Le chemin du lien que porte un message reçu (le dernier d'ordinaire)."""
    adresse = re.search(r"http\S+", courriels(app)[rang].get_content())
    assert adresse is not None
    return urlsplit(adresse.group()).path


def presser_le_lien(navigateur: Navigateur, chemin: str, bouton: str) -> Navigateur:
    """Ouvre un lien reçu et appuie. Périmé, la page le dit déjà et n'a plus de bouton : l'envoi est refusé aussi."""
    navigateur.ouvrir(chemin)
    if navigateur.statut == 200:
        return navigateur.envoyer(bouton=bouton)
    assert navigateur.statut == 410
    page = Navigateur(navigateur.client).ouvrir("/aide/mail").page
    return navigateur.poster(chemin, {"csrf_token": page.find(attrs={"name": "csrf_token"})["value"]})


def code_recu(app: Flask) -> str:
    """Le code du dernier courriel."""
    trouve = re.search(r"^[0-9A-Z]{4}-[0-9A-Z]{4}$", courriels(app)[-1].get_content(), re.M)
    assert trouve is not None
    return trouve.group()


def comptes() -> list[Compte]:
    with lecture() as session:
        return list(session.scalars(sa.select(Compte).order_by(Compte.id)))


def sessions() -> list[SessionOuverte]:
    with lecture() as session:
        return list(session.scalars(sa.select(SessionOuverte).order_by(SessionOuverte.id)))


def est_connecte(client: FlaskClient) -> bool:
    return client.get("/compte").status_code == 200


def cookie(client: FlaskClient) -> str:
    trouve = client.get_cookie("portail", domain="127.0.0.1")
    return trouve.value if trouve else ""


@contextmanager
def depuis(client: FlaskClient, adresse: str) -> Iterator[FlaskClient]:
    """Le même navigateur, vu d'un autre réseau."""
    avant = client.environ_base.get("REMOTE_ADDR")
    client.environ_base["REMOTE_ADDR"] = adresse
    try:
        yield client
    finally:
        client.environ_base["REMOTE_ADDR"] = avant
