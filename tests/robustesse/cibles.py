"""Tout ce qui reçoit un envoi : chaque route POST de `app.url_map`, avec les cases du formulaire qui y mène s'il y en a un."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.routing import Rule

from portail.db import db
from portail.demande import mise_a_jour
from portail.demande.modeles import Demande
from portail.demande.parcours import PARCOURS
from portail.droits import AGENTS, Droit, droit_de
from tests.fabriques import INSTANT
from tests.matrice.monde import Objet, Peuple, peupler, venir
from tests.navigateur import Navigateur

ANONYME, PERSONNE, AGENT, SANS_FACTEUR = "anonyme", "propriétaire", "responsable", "agent sans facteur"


@dataclass(frozen=True)
class Cible:
    """`champs` : ce qu'un navigateur enverrait ; `fichiers` : ses cases de fichier ; `choix` : les valeurs que la page propose."""

    endpoint: str
    role: str
    adresse: str
    champs: tuple[tuple[str, str], ...] = ()
    fichiers: tuple[str, ...] = ()
    choix: tuple[tuple[str, str], ...] = ()


@dataclass
class Terrain:
    """Un monde neuf et un navigateur par rôle. Ce qu'un envoi abîme (session fermée, compte supprimé) se reprend."""

    app: Flask
    peuple: Peuple
    clients: dict[str, FlaskClient] = field(default_factory=dict)
    jetons: dict[str, str] = field(default_factory=dict)
    rang: int = 5000
    copie: sqlite3.Connection = field(default_factory=lambda: sqlite3.connect(":memory:"))

    def garder(self) -> None:
        """L'état de la base, à reprendre quand un envoi aura supprimé un compte ou rendu le rôle impossible."""
        with closing(self._base()) as base:
            base.backup(self.copie)

    def reprendre(self) -> None:
        db.session.close()
        with closing(self._base()) as base:
            self.copie.backup(base)
        for role in (ANONYME, PERSONNE, AGENT, SANS_FACTEUR):
            self.entrer(role)

    def _base(self) -> sqlite3.Connection:
        return sqlite3.connect(self.app.extensions["portail"].base.removeprefix("sqlite:///"))

    def entrer(self, role: str) -> None:
        self.rang += 1
        client = self.clients[role] = venir(self.app, self.peuple, role, self.rang)
        page = BeautifulSoup(client.get("/aide/mail").text, "html.parser")
        self.jetons[role] = page.find("input", attrs={"name": "csrf_token"})["value"]


def terrain(app: Flask) -> Terrain:
    peuple = peupler(app)
    with db.sessionmaker() as session, session.begin():
        mise_a_jour.commencer(session, session.get_one(Demande, peuple.objets["demande_id"]), INSTANT)
    pret = Terrain(app, peuple)
    for role in (ANONYME, PERSONNE, AGENT, SANS_FACTEUR):
        pret.entrer(role)
    pret.garder()
    return pret


def cibles(sur: Terrain) -> list[Cible]:
    formulaires = {role: dict(_formulaires(sur, role)) for role in sur.clients}
    trouvees = []
    for regle, adresse in _adresses(sur, "POST"):
        role = _role(droit_de(sur.app, regle.endpoint))
        trouvees.append(formulaires[role].get(adresse) or Cible(regle.endpoint, role, adresse))
    return sorted(set(trouvees), key=lambda cible: cible.adresse)


def _role(droit: Droit | None) -> str:
    if droit is Droit.AGENT_SANS_FACTEUR:
        return SANS_FACTEUR
    return AGENT if droit in AGENTS else PERSONNE if droit is Droit.COMPTE else ANONYME


def _adresses(sur: Terrain, methode: str) -> Iterator[tuple[Rule, str]]:
    lier = sur.app.url_map.bind("127.0.0.1")
    for regle in sur.app.url_map.iter_rules():
        if methode in (regle.methods or ()) and regle.endpoint != "static":
            objet: Objet = sur.peuple.papier if regle.rule.startswith("/guichet/saisie/") else sur.peuple.objets
            slugs = [etape.slug for etape in PARCOURS.etapes] if "slug" in regle.arguments else [""]
            for slug in slugs:
                valeurs = {nom: {**objet, "slug": slug}[nom] for nom in regle.arguments}
                yield regle, lier.build(regle.endpoint, valeurs)


def _formulaires(sur: Terrain, role: str) -> Iterator[tuple[str, Cible]]:
    """Les formulaires de chaque page que ce rôle peut lire, par l'adresse où ils partent."""
    lier = sur.app.url_map.bind("127.0.0.1")
    for regle, adresse in _adresses(sur, "GET"):
        if _role(droit_de(sur.app, regle.endpoint)) != role:
            continue
        reponse = sur.clients[role].get(adresse)
        if reponse.mimetype != "text/html" or reponse.status_code != 200:
            continue
        for formulaire in BeautifulSoup(reponse.text, "html.parser").select("main form[method=post]"):
            vers = urlsplit(formulaire.get("action") or adresse).path
            endpoint, _ = lier.match(vers, method="POST")
            yield vers, _cible(formulaire, endpoint, role, vers)


def _cible(formulaire: Tag, endpoint: str, role: str, adresse: str) -> Cible:
    champs: MultiDict = Navigateur.saisie(None, formulaire)  # type: ignore[arg-type]
    cases = formulaire.find_all(["input", "option", "button"])
    choix = {(_nom(case), case["value"]) for case in cases if case.get("value") and _nom(case)}
    vides = {(case["name"], "") for case in formulaire.find_all(["input", "select", "textarea"]) if case.get("name")}
    fichiers = {case["name"] for case in formulaire.select("input[type=file]") if case.get("name")}
    gardes = [(nom, valeur) for nom, valeur in champs.items(multi=True) if nom != "csrf_token"]
    absents = [
        (nom, "") for nom, _ in sorted(vides) if nom not in champs and nom not in fichiers and nom != "csrf_token"
    ]
    return Cible(
        endpoint, role, adresse, tuple(gardes + absents), tuple(sorted(fichiers)), tuple(sorted(choix - {("csrf_token", "")}))
    )  # fmt: skip


def _nom(case: Tag) -> str:
    parent = case.find_parent("select") if case.name == "option" else case
    return parent.get("name", "") if parent else ""
