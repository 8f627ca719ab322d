"""Ce qu'une personne fait pour entrer par FranceConnect, et l'état des liens en base."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

import sqlalchemy as sa
from bs4 import BeautifulSoup

from portail.db import lecture
from portail.franceconnect.modeles import LienFranceConnect
from tests.franceconnect.fournisseurs import PersonneChezLeFournisseur
from tests.navigateur import Navigateur

ENTRER = "/compte/franceconnect/entrer"


def partir(navigateur: Navigateur, page: str = "/compte/connexion", **cases: str) -> str:
    """Appuie sur « S’identifier avec FranceConnect ». Rend l'adresse chez le fournisseur (ou celle d'un arrêt)."""
    navigateur.ouvrir(page)
    formulaire = next(f for f in navigateur.page.select("main form") if f["action"] == ENTRER)
    valeurs = navigateur.saisie(formulaire)
    for nom, valeur in cases.items():
        valeurs[nom] = valeur
    return navigateur.client.post(ENTRER, data=valeurs).headers["Location"]


def entrer(navigateur: Navigateur, qui: str, page: str = "/compte/connexion", **cases: str) -> Navigateur:
    """Tout l'aller-retour. `qui` : "" pour annuler chez le fournisseur."""
    return navigateur.ouvrir(PersonneChezLeFournisseur().choisir(partir(navigateur, page, **cases), qui))


def presser(navigateur: Navigateur, bouton: str, **cases: str) -> Navigateur:
    """Remplit et envoie le formulaire qui porte ce bouton."""
    formulaire = navigateur.bouton(bouton).find_parent("form")
    assert formulaire is not None
    valeurs = navigateur.saisie(formulaire)
    for nom, valeur in cases.items():
        valeurs[nom] = valeur
    return navigateur.poster(formulaire.get("action") or navigateur.adresse, valeurs)


def relier_depuis_mon_compte(navigateur: Navigateur, mot_de_passe: str) -> str:
    """L'adresse chez le fournisseur, depuis « Mon compte »."""
    navigateur.ouvrir("/compte/franceconnect")
    valeurs = navigateur.saisie(navigateur.formulaire("actuel"))
    valeurs["actuel"] = mot_de_passe
    return navigateur.client.post("/compte/franceconnect", data=valeurs).headers["Location"]


def liens() -> list[LienFranceConnect]:
    with lecture() as base:
        return list(base.scalars(sa.select(LienFranceConnect).order_by(LienFranceConnect.id)))


def confirmes() -> list[int]:
    """Les comptes reliés."""
    return [lien.compte_id for lien in liens() if lien.confirme_le]


def jeton(navigateur: Navigateur, adresse: str = "/compte/connexion") -> str:
    page = BeautifulSoup(navigateur.client.get(adresse).text, "html.parser")
    return page.find(attrs={"name": "csrf_token"})["value"]


def chemin(adresse: str) -> str:
    return urlsplit(adresse).path


def retour(**parametres: str) -> str:
    return f"/compte/franceconnect/retour?{urlencode(parametres)}"
