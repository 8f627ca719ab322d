"""Les réglages de FranceConnect. Tous absents : le site s'en passe. Un seul oublié : le portail ne démarre pas."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

NOMS = ("PORTAIL_FRANCECONNECT_EMETTEUR", "PORTAIL_FRANCECONNECT_CLIENT", "PORTAIL_FRANCECONNECT_SECRET")
CLE = "PORTAIL_FRANCECONNECT_CLE"
BOUCLE_LOCALE = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True)
class ReglagesFranceConnect:
    """Le fournisseur et ce que nous sommes pour lui. `cle` : notre JWK privée, si les identités arrivent chiffrées."""

    emetteur: str
    client: str
    secret: str
    cle: Mapping[str, Any] | None = None

    @property
    def origine(self) -> str:
        """« https://oidc.franceconnect.gouv.fr » : là où nos formulaires peuvent mener."""
        morceaux = urlsplit(self.emetteur)
        return f"{morceaux.scheme}://{morceaux.netloc}"


def lire(environ: Mapping[str, str], manques: list[str], *, local: bool) -> ReglagesFranceConnect | None:
    """Les réglages, ou None s'il n'y en a aucun. Ajoute à `manques` une phrase par réglage oublié ou inutilisable."""
    valeurs = [environ.get(nom, "") for nom in NOMS]
    if not any(valeurs):
        return None
    manques += [
        f"{nom} : FranceConnect est réglé à moitié." for nom, valeur in zip(NOMS, valeurs, strict=True) if not valeur
    ]
    emetteur, client, secret = valeurs
    if emetteur and not _est_sure(emetteur, local=local):
        manques.append(f"{NOMS[0]} : une adresse en https://, par exemple https://oidc.franceconnect.gouv.fr/api/v2.")
    return ReglagesFranceConnect(emetteur, client, secret, _cle(environ.get(CLE, ""), manques))


def _est_sure(emetteur: str, *, local: bool) -> bool:
    """En clair, seulement vers un fournisseur d'essai de la même machine, et jamais en production."""
    morceaux = urlsplit(emetteur)
    if not morceaux.hostname or morceaux.query or morceaux.fragment or emetteur.endswith("/"):
        return False
    return morceaux.scheme == "https" or (local and morceaux.scheme == "http" and morceaux.hostname in BOUCLE_LOCALE)


def _cle(texte: str, manques: list[str]) -> Mapping[str, Any] | None:
    if not texte:
        return None
    try:
        lue = json.loads(texte)
    except ValueError:
        lue = None
    if isinstance(lue, dict) and lue.get("kty") in {"RSA", "EC"} and "d" in lue and lue.get("kid"):
        return lue
    manques.append(
        f"{CLE} : une clé privée au format JWK, avec son « kid » (« portail cle-franceconnect » en fabrique)."
    )
    return None
