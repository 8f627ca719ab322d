"""Ce que tous les gabarits connaissent : l'identité du site, les menus, et la typographie française.

Les espaces insécables (« : ; ? ! ») sont posées à la compilation du gabarit : on écrit des espaces
ordinaires, personne ne les oublie, et cela ne coûte rien au moment de servir.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, MutableMapping
from datetime import datetime
from typing import Any

from flask import Flask, current_app, g, request
from flask.templating import Environment
from flask_login import current_user
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from markupsafe import Markup

from portail.compte import sessions
from portail.horloge import a_paris
from portail.regles.calendrier import date_en_lettres
from portail.typographie import INSECABLE, de, insecables

# La question change de forme sur place : la case garde son focus et ce qu'on y tape.
METAMORPHOSE = Markup(' data-hx-swap-oob="outerMorph"')


MENU = (
    ("Créer une demande", "/demandes/nouvelle"),
    ("Gérer ma demande", "/demandes"),
    ("Comment ça marche ?", "/comment-ca-marche"),
    ("Suis-je éligible ?", "/suis-je-eligible"),
    ("Offres par commune", "/offres-par-commune"),
)
PIED = (
    ("Plan du site", "/plan-du-site"),
    ("Accessibilité : non conforme", "/accessibilite"),
    ("Mentions légales", "/mentions-legales"),
    ("Données personnelles", "/donnees-personnelles"),
    ("Guichets", "/guichets"),
)


class Environnement(Environment):
    """Sans dictionnaire de plus autour des `globals` : Jinja le parcourait à chaque macro importée de chaque page."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


class Typographie(Extension):
    """Pose les insécables dans le texte des gabarits, jamais dans les balises."""

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        return self._corriger(stream)

    def _corriger(self, stream: TokenStream) -> Iterator[Token]:
        dans_une_balise = False
        for jeton in stream:
            if jeton.type != "data":
                yield jeton
                continue
            valeur, dans_une_balise = _corriger_le_texte(jeton.value, dans_une_balise)
            yield Token(jeton.lineno, jeton.type, valeur)


def _corriger_le_texte(source: str, dans_une_balise: bool) -> tuple[str, bool]:
    morceaux = re.split(r"([<>])", source)
    sortie = []
    for morceau in morceaux:
        if morceau == "<":
            dans_une_balise = True
        elif morceau == ">":
            dans_une_balise = False
        elif not dans_une_balise:
            morceau = insecables(morceau)
        sortie.append(morceau)
    return "".join(sortie), dans_une_balise


def jour(instant: datetime) -> str:
    """« 24 novembre 2026 », à Paris."""
    return date_en_lettres(a_paris(instant).date())


def heure(instant: datetime) -> str:
    """« 14 h 32 », à Paris."""
    local = a_paris(instant)
    return f"{local.hour}{INSECABLE}h{INSECABLE}{local.minute:02d}"


def poids(octets: int) -> str:
    """« 210 Ko », « 3,8 Mo »."""
    if octets < 1_000_000:
        return f"{max(1, round(octets / 1000))}{INSECABLE}Ko"
    return f"{octets / 1_000_000:.1f}{INSECABLE}Mo".replace(".", ",")


def installer(app: Flask) -> None:
    app.jinja_env.add_extension(Typographie)
    app.jinja_env.filters["jour"] = jour
    app.jinja_env.filters["heure"] = heure
    app.jinja_env.filters["poids"] = poids
    app.jinja_env.filters["en_lettres"] = date_en_lettres
    app.jinja_env.filters["de"] = de
    app.jinja_env.globals["metamorphose"] = METAMORPHOSE
    app.jinja_env.globals["pied"] = PIED
    app.context_processor(_contexte)


def _contexte() -> dict[str, object]:
    connecte = current_user.is_authenticated
    return {
        "identite": current_app.extensions["portail"].identite,
        "demonstration": current_app.extensions["portail"].demonstration,
        "connecte": connecte,
        "franceconnect": current_app.extensions["portail"].franceconnect is not None,
        "compte": current_user if connecte else None,
        "menu": [(texte, adresse, _ici(adresse)) for texte, adresse in MENU],
        "session_minutes": _minutes() if connecte else 0,
    }


def _ici(adresse: str) -> str:
    """« page » sur la page même, « true » dans sa partie du site, rien ailleurs."""
    chemin = request.path.rstrip("/")
    if chemin == adresse:
        return "page"
    plus_precise = any(autre != adresse and chemin.startswith(autre) and autre.startswith(adresse) for _, autre in MENU)
    return "true" if chemin.startswith(adresse + "/") and not plus_precise else ""


def _minutes() -> int:
    ligne = g.get("session_ouverte")
    duree = sessions.INACTIVITE_PARTAGEE if ligne is not None and ligne.partagee else sessions.INACTIVITE
    return int(duree.total_seconds() // 60)
