"""Réglages : de l'environnement vers un `Config` vérifié au démarrage.

Tout réglage vient d'une variable `PORTAIL_…`. Le mode par défaut est `production` : oublier
un réglage doit empêcher de démarrer, jamais affaiblir un site ouvert au public. `make run`
choisit le mode `local`, qui fabrique ses clés et écrit les courriels dans un dossier.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from portail import clamd, identite, stockage_s3
from portail.champs.textes import COURRIEL
from portail.franceconnect import reglages as franceconnect
from portail.identite import Identite
from portail.trousseau.fabrique import cles_locales

RACINE = Path(__file__).resolve().parent.parent


class ConfigurationIncomplete(Exception):
    """Des réglages manquent ou sont inutilisables. `str(erreur)` se lit par un exploitant."""

    def __init__(self, manques: list[str]) -> None:
        self.manques = manques
        lignes = "\n".join(f"  - {manque}" for manque in manques)
        super().__init__(f"Le portail ne peut pas démarrer. À régler :\n{lignes}")


@dataclass(frozen=True)
class Config:
    """Réglages vérifiés. Les clés sont en octets ; celles qui ont des versions vont de la version à la clé."""

    mode: str
    url: str
    base: str
    dossier: Path
    cle_secrete: bytes
    cles_chiffrement: Mapping[int, bytes]
    cles_empreinte: Mapping[int, bytes]
    courriel_serveur: str
    courriel_expediteur: str
    identite: Identite = field(default_factory=Identite)
    proxys: int = 0
    taches_internes: bool = True
    taches_secondes: int = 300  # durée d'envoi des courriels d'un passage de « portail taches »
    fils: int = 8
    demonstration: bool = False
    franceconnect: franceconnect.ReglagesFranceConnect | None = None
    antivirus: clamd.Clamd | None = None
    s3: stockage_s3.ReglagesS3 | None = None

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
    """Lit l'environnement. Lève `ConfigurationIncomplete` avec une phrase par réglage manquant ou inutilisable."""
    lecteur = _Lecteur(environ)
    mode = lecteur.parmi("PORTAIL_MODE", "production", ("production", "local"))
    demonstration = lecteur.demonstration(mode)
    # Les personnes fictives ne se mêlent pas aux autres : leur dossier est à elles.
    instance = RACINE / "instance" / "demonstration" if demonstration else RACINE / "instance"
    dossier = Path(environ.get("PORTAIL_DOSSIER") or instance).resolve()
    if mode == "local":
        dossier.mkdir(mode=0o700, parents=True, exist_ok=True)
        lecteur.completer(cles_locales(dossier / "cles.env"))
    url = lecteur.url("http://127.0.0.1:8000" if mode == "local" else "", https=mode == "production")
    config = Config(
        mode=mode,
        url=url,
        base=lecteur.base(f"sqlite:///{dossier / 'portail.sqlite'}"),
        dossier=dossier,
        cle_secrete=lecteur.cle("PORTAIL_CLE_SECRETE"),
        cles_empreinte=lecteur.cles_versionnees("PORTAIL_CLE_EMPREINTE", seule=1),
        cles_chiffrement=lecteur.cles_versionnees("PORTAIL_CLES_CHIFFREMENT"),
        courriel_serveur=lecteur.serveur_de_courriel("dossier" if mode == "local" else "", local=mode == "local"),
        courriel_expediteur=lecteur.expediteur(url),
        identite=identite.lire(lecteur.environ, local=mode == "local"),
        proxys=lecteur.nombre("PORTAIL_PROXYS", 0, minimum=0),
        taches_internes=lecteur.parmi("PORTAIL_TACHES_INTERNES", "oui", ("oui", "non")) == "oui",
        taches_secondes=lecteur.nombre("PORTAIL_TACHES_SECONDES", 300, minimum=1),
        fils=lecteur.nombre("PORTAIL_FILS", 8, minimum=1),
        demonstration=demonstration,
        franceconnect=franceconnect.lire(lecteur.environ, lecteur.manques, local=mode == "local"),
        antivirus=clamd.lire(lecteur.environ, lecteur.manques),
        s3=stockage_s3.lire(lecteur.environ, lecteur.manques),
    )
    if mode == "local" and any(manque.startswith("PORTAIL_CLE") for manque in lecteur.manques):
        lecteur.manques.append(
            f"{dossier / 'cles.env'} est abîmé : remettez-en une copie. D’autres clés ne liraient rien."
        )
    if lecteur.manques:
        raise ConfigurationIncomplete(lecteur.manques)
    return config


class _Lecteur:
    """Lit les réglages un par un. Un réglage vide vaut un réglage absent ; ce qui ne va pas s'ajoute à `manques`."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = {nom: valeur for nom, valeur in environ.items() if valeur}
        self.manques: list[str] = []

    def completer(self, defauts: Mapping[str, str]) -> None:
        self.environ = {**defauts, **self.environ}

    def expediteur(self, url: str) -> str:
        """Une adresse, nue ou « Nom <adresse> » : d'une autre, aucun serveur ne prendrait les messages."""
        expediteur = self.environ.get("PORTAIL_COURRIEL_EXPEDITEUR", "")
        if expediteur and not COURRIEL.fullmatch(parseaddr(expediteur)[1]):
            self.manques.append("PORTAIL_COURRIEL_EXPEDITEUR : une adresse mail, par exemple ne-pas-repondre@ville.fr.")
        return expediteur or f"ne-pas-repondre@{urlsplit(url).hostname}"

    def parmi(self, nom: str, defaut: str, permis: tuple[str, str]) -> str:
        valeur = self.environ.get(nom, defaut)
        if valeur not in permis:
            self.manques.append(f"{nom} vaut « {valeur} » : écrivez « {permis[0]} » ou « {permis[1]} ».")
        return valeur

    def demonstration(self, mode: str) -> bool:
        """Des personnes fictives et leurs mots de passe à l'écran : sur la boucle locale, jamais ailleurs."""
        demandee = self.parmi("PORTAIL_DEMO", "0", ("1", "0")) == "1"
        if demandee and mode != "local":
            self.manques.append("PORTAIL_DEMO : la démonstration n’existe qu’en mode local, jamais en production.")
        return demandee

    def nombre(self, nom: str, defaut: int, *, minimum: int) -> int:
        valeur = self.environ.get(nom, str(defaut))
        if valeur.isdecimal() and int(valeur) >= minimum:
            return int(valeur)
        self.manques.append(f"{nom} vaut « {valeur} » : écrivez un nombre entier, {minimum} ou plus.")
        return defaut

    def url(self, defaut: str, *, https: bool) -> str:
        url = self.environ.get("PORTAIL_URL", defaut).rstrip("/")
        try:
            morceaux = urlsplit(url)
            morceaux.port  # noqa: B018 : lève ValueError si ce n'est pas un nombre
        except ValueError:
            url, morceaux = "", urlsplit("")
        if not morceaux.hostname:
            self.manques.append("PORTAIL_URL : l’adresse publique du site, par exemple https://logement.ville.fr.")
        elif https and morceaux.scheme != "https":
            self.manques.append("PORTAIL_URL doit commencer par https:// : la session ne voyage que chiffrée.")
        elif url != f"{morceaux.scheme}://{morceaux.netloc}":
            self.manques.append("PORTAIL_URL s’écrit sans chemin : le site occupe toute son adresse.")
        return url

    def base(self, defaut: str) -> str:
        base = self.environ.get("PORTAIL_BASE", defaut)
        try:
            adresse = make_url(base)
            convient = adresse.drivername in {"postgresql", "postgresql+psycopg"} or (
                # « sqlite:/// » seul est une base en mémoire : tout s'y perdrait en s'arrêtant.
                adresse.drivername == "sqlite" and adresse.database not in {None, "", ":memory:"}
            )
        except (ArgumentError, ValueError):
            convient = False
        if not convient:
            self.manques.append(
                "PORTAIL_BASE : SQLite ou PostgreSQL, par exemple postgresql://portail@/portail?host=/run/postgresql."
            )
        return base

    def serveur_de_courriel(self, defaut: str, *, local: bool) -> str:
        """`smtp://` chiffre (STARTTLS) et vérifie le certificat ; `smtp+clair://` ne sort pas de la machine."""
        serveur = self.environ.get("PORTAIL_COURRIEL_SERVEUR", defaut)
        conseil = "PORTAIL_COURRIEL_SERVEUR : par exemple smtp://identifiant:motdepasse@serveur:587."
        if serveur == "dossier":
            if not local:
                self.manques.append("PORTAIL_COURRIEL_SERVEUR : « dossier » n’envoie rien, interdit en production.")
            return serveur
        try:
            morceaux = urlsplit(serveur)
            complet = morceaux.scheme in {"smtp", "smtp+clair"} and morceaux.hostname and morceaux.port != 0
        except ValueError:  # le port n'est pas un nombre
            complet = False
        if not complet:
            self.manques.append(conseil)
        elif morceaux.scheme == "smtp+clair" and morceaux.hostname not in {"localhost", "127.0.0.1", "::1"}:
            self.manques.append("PORTAIL_COURRIEL_SERVEUR : smtp+clair:// seulement vers un relais de la même machine.")
        return serveur

    def cle(self, nom: str) -> bytes:
        return self._decoder(nom, self.environ.get(nom, "")) or b""

    def cles_versionnees(self, nom: str, seule: int | None = None) -> dict[int, bytes]:
        """« 1:…,2:… » : la version la plus haute écrit, toutes lisent. `seule` : la version d'une clé écrite sans."""
        cles: dict[int, bytes] = {}
        texte = self.environ.get(nom, "")
        if seule and ":" not in texte and "," not in texte:
            cle = self._decoder(nom, texte)
            return {seule: cle} if cle else {}
        for morceau in texte.split(","):
            version, deux_points, valeur = morceau.partition(":")
            if not (deux_points and version.isdecimal() and 0 < int(version) < 256):
                self.manques.append(
                    f"{nom} : chaque clé s’écrit « version:base64 », version de 1 à 255, et il en faut une au moins."
                )
                break
            if int(version) in cles:
                self.manques.append(f"{nom} : la version {version} y est deux fois.")
                break
            if (lue := self._decoder(nom, valeur)) is None:
                break
            cles[int(version)] = lue
        return cles

    def _decoder(self, nom: str, texte: str) -> bytes | None:
        """Une clé de 32 octets en base 64, sinon None et une phrase de plus."""
        try:
            cle = base64.b64decode(texte, validate=True)
        except ValueError:
            cle = b""
        if len(cle) == 32:
            return cle
        self.manques.append(f"{nom} : 32 octets en base 64 (« python -m portail cles » en fabrique).")
        return None
