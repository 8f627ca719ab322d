"""Ce que le site dit aux machines : quelles pages lire, à quel pas, à qui signaler une faille ou une copie du site."""

from __future__ import annotations

from datetime import datetime, timedelta

from portail.config import Config

# Les recherches ne sont pas des pages : leurs résultats sont dans les fiches. Le « $ » épargne « /guichets ».
FERMEES = (
    "/compte",
    "/demandes",
    "/guichet$",
    "/guichet/",
    "/verifier/",
    "/aide/tchat",
    "/aide/mail",
    "/offres-par-commune/comparer",
    "/*?",
)
PAS = 10  # secondes entre deux pages, pour les robots qui écoutent
VALIDITE = timedelta(days=180)


def robots(config: Config) -> str:
    """`robots.txt`. Une démonstration n'a rien à faire dans un moteur de recherche."""
    fermees = ("/",) if config.demonstration else FERMEES
    return "\n".join(["User-agent: *", *(f"Disallow: {chemin}" for chemin in fermees), f"Crawl-delay: {PAS}", ""])


def securite(config: Config, instant: datetime) -> str:
    """`security.txt` (RFC 9116) : à qui écrire, et l'adresse du seul vrai site."""
    contact = f"mailto:{config.identite.courriel}" if config.identite.courriel else f"{config.url}/aide"
    fin = (instant + VALIDITE).replace(hour=0, minute=0, second=0, microsecond=0)
    lignes = {
        "Contact": contact,
        "Expires": fin.isoformat().replace("+00:00", "Z"),
        "Preferred-Languages": "fr",
        "Canonical": f"{config.url}/.well-known/security.txt",
    }
    return "".join(f"{nom}: {valeur}\n" for nom, valeur in lignes.items())
