"""Réglages : de l'environnement vers un `Config` vérifié au démarrage.

Tout réglage vient d'une variable `PORTAIL_…`. Le mode par défaut est `production` : oublier
un réglage doit empêcher de démarrer, jamais affaiblir un site ouvert au public. `make run`
choisit le mode `local`, qui fabrique ses clés et écrit les courriels dans un dossier.
"""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

RACINE = Path(__file__).resolve().parent.parent


class ConfigurationIncomplete(Exception):
    """Des réglages manquent ou sont inutilisables. `str(erreur)` se lit par un exploitant."""

    def __init__(self, manques: list[str]) -> None:
        self.manques = manques
        lignes = "\n".join(f"  - {manque}" for manque in manques)
        super().__init__(f"Le portail ne peut pas démarrer. À régler :\n{lignes}")


@dataclass(frozen=True)
class Identite:
    """Ce qui change d'un déploiement à l'autre dans les textes : nom, éditeur, contacts."""

    nom: str = "Portail logement social"
    sous_titre: str = "Démonstration locale"
    editeur: str = "à compléter par l’exploitant"
    directeur_publication: str = "à compléter par l’exploitant"
    hebergeur: str = "à compléter par l’exploitant"
    dpo: str = "à compléter par l’exploitant"
    courriel: str = ""
    telephone: str = ""


@dataclass(frozen=True)
class Config:
    """Réglages vérifiés. Les clés sont en octets ; `cles_chiffrement` va de la version à la clé."""

    mode: str
    url: str
    base: str
    dossier: Path
    cle_secrete: bytes
    cles_chiffrement: Mapping[int, bytes]
    cle_empreinte: bytes
    courriel_serveur: str
    courriel_expediteur: str
    identite: Identite = field(default_factory=Identite)
    proxys: int = 0
    taches_internes: bool = True
    fils: int = 8

    @property
    def https(self) -> bool:
        return self.url.startswith("https://")

    @property
    def hote(self) -> str:
        return urlsplit(self.url).netloc

    @property
    def cookie_session(self) -> str:
        """Le préfixe `__Host-` n'existe qu'en HTTPS : sur la boucle locale, un nom simple."""
        return "__Host-portail" if self.https else "portail"


def lire(environ: Mapping[str, str] = os.environ) -> Config:
    """Lit l'environnement. Lève `ConfigurationIncomplete` avec une phrase par réglage manquant."""
    mode = environ.get("PORTAIL_MODE", "production")
    manques: list[str] = []
    if mode not in {"production", "local"}:
        manques.append(f"PORTAIL_MODE vaut « {mode} » : écrivez « production » ou « local ».")
    dossier = Path(environ.get("PORTAIL_DOSSIER", RACINE / "instance")).resolve()
    cles = dict(environ)
    if mode == "local":
        dossier.mkdir(parents=True, exist_ok=True)
        cles = {**_cles_locales(dossier / "cles.env"), **cles}

    url = environ.get("PORTAIL_URL", "http://127.0.0.1:8000" if mode == "local" else "").rstrip("/")
    if not url:
        manques.append("PORTAIL_URL : l’adresse publique du site, par exemple https://logement.ville.fr.")
    elif mode == "production" and not url.startswith("https://"):
        manques.append("PORTAIL_URL doit commencer par https:// : la session ne voyage que chiffrée.")
    serveur = environ.get("PORTAIL_COURRIEL_SERVEUR", "dossier" if mode == "local" else "")
    if not serveur:
        manques.append("PORTAIL_COURRIEL_SERVEUR : par exemple smtp://identifiant:motdepasse@serveur:587.")

    cle_secrete = _cle(cles, "PORTAIL_CLE_SECRETE", manques)
    cle_empreinte = _cle(cles, "PORTAIL_CLE_EMPREINTE", manques)
    chiffrement = _cles_versionnees(cles, manques)
    if manques:
        raise ConfigurationIncomplete(manques)

    reference = Identite()
    identite = Identite(
        **{nom: environ.get(f"PORTAIL_{nom.upper()}", getattr(reference, nom)) for nom in Identite.__dataclass_fields__}
    )
    return Config(
        mode=mode,
        url=url,
        base=environ.get("PORTAIL_BASE", f"sqlite:///{dossier / 'portail.sqlite'}"),
        dossier=dossier,
        cle_secrete=cle_secrete,
        cle_empreinte=cle_empreinte,
        cles_chiffrement=chiffrement,
        courriel_serveur=serveur,
        courriel_expediteur=environ.get("PORTAIL_COURRIEL_EXPEDITEUR", f"ne-pas-repondre@{urlsplit(url).hostname}"),
        identite=identite,
        proxys=int(environ.get("PORTAIL_PROXYS", "0")),
        taches_internes=environ.get("PORTAIL_TACHES_INTERNES", "oui") == "oui",
        fils=int(environ.get("PORTAIL_FILS", "8")),
    )


def _cle(environ: Mapping[str, str], nom: str, manques: list[str]) -> bytes:
    """Une clé de 32 octets en base 64 ; sinon une phrase de plus dans `manques`."""
    conseil = f"{nom} : 32 octets en base 64 (« python -m portail cles » en fabrique)."
    try:
        cle = base64.b64decode(environ[nom], validate=True)
    except (KeyError, ValueError):
        manques.append(conseil)
        return b""
    if len(cle) != 32:
        manques.append(conseil)
    return cle


def _cles_versionnees(environ: Mapping[str, str], manques: list[str]) -> dict[int, bytes]:
    """`PORTAIL_CLES_CHIFFREMENT=1:…,2:…` : la version la plus haute chiffre, toutes déchiffrent."""
    texte = environ.get("PORTAIL_CLES_CHIFFREMENT", "")
    cles: dict[int, bytes] = {}
    for morceau in filter(None, texte.split(",")):
        version, _, valeur = morceau.partition(":")
        lu = _cle({"PORTAIL_CLES_CHIFFREMENT": valeur}, "PORTAIL_CLES_CHIFFREMENT", manques)
        if version.isdigit() and 0 < int(version) < 256:
            cles[int(version)] = lu
        else:
            manques.append("PORTAIL_CLES_CHIFFREMENT : chaque clé s’écrit « version:base64 », version de 1 à 255.")
    if not cles:
        manques.append("PORTAIL_CLES_CHIFFREMENT : au moins une clé, par exemple « 1:<32 octets en base 64> ».")
    return cles


def nouvelles_cles() -> dict[str, str]:
    """Trois clés neuves, prêtes à écrire dans l'environnement."""

    def neuve() -> str:
        return base64.b64encode(secrets.token_bytes(32)).decode()

    return {
        "PORTAIL_CLE_SECRETE": neuve(),
        "PORTAIL_CLE_EMPREINTE": neuve(),
        "PORTAIL_CLES_CHIFFREMENT": f"1:{neuve()}",
    }


def _cles_locales(chemin: Path) -> dict[str, str]:
    """Les clés du mode local : fabriquées au premier démarrage, lisibles par leur seul propriétaire."""
    if not chemin.exists():
        lignes = "".join(f"{nom}={valeur}\n" for nom, valeur in nouvelles_cles().items())
        descripteur = os.open(chemin, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descripteur, "w") as fichier:
            fichier.write(lignes)
    return dict(ligne.split("=", 1) for ligne in chemin.read_text().splitlines() if "=" in ligne)
