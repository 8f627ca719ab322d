"""L'aller (l'adresse où envoyer la personne) et le retour (un code contre une identité), RFC 6749, 7636 et 9207.

Les bibliothèques OAuth et JOSE ne se chargent qu'au premier aller : la plupart des sites n'ont pas FranceConnect.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from portail.franceconnect import transport
from portail.franceconnect.fournisseur import DELAI_OCCUPE, Fournisseur
from portail.franceconnect.transport import Injoignable, Refusee

# L'identité pivot sans le genre, le nom d'usage et l'adresse mail : rien de plus que ce que le compte demande.
DEMANDE = "openid given_name family_name birthdate birthplace birthcountry preferred_username email"
NIVEAU = "eidas1"
DELAI_DU_RETOUR = 8.0  # secondes, pour le jeton, les clés et l'identité ensemble


@dataclass(frozen=True)
class Secrets:
    """Ce qui lie l'aller au retour. `etat` voyage ; `nonce` revient signé ; `verificateur` ne sort qu'à la fin."""

    etat: str
    nonce: str
    verificateur: str


@dataclass(frozen=True)
class Retour:
    """L'identité prouvée, et le jeton qui permettra de fermer la session chez le fournisseur."""

    sub: str
    dit: dict[str, Any]
    jeton: str


def nouveaux_secrets() -> Secrets:
    """32 octets au hasard chacun : 43 caractères, le nonce en veut 22 au moins."""
    return Secrets(*(secrets.token_urlsafe(32) for _ in range(3)))


def adresse_de_depart(source: Fournisseur, prives: Secrets, retour: str) -> str:
    """Où envoyer la personne. Lève `Injoignable`.

    `prompt=login` : sur un ordinateur partagé, la session laissée par quelqu'un d'autre ne doit pas resservir.
    """
    from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
    from authlib.oauth2.rfc7636 import create_s256_code_challenge

    return prepare_grant_uri(
        source.annuaire().autorisation,
        client_id=source.reglages.client,
        response_type="code",
        redirect_uri=retour,
        scope=DEMANDE,
        state=prives.etat,
        nonce=prives.nonce,
        acr_values=NIVEAU,
        prompt="login",
        code_challenge=create_s256_code_challenge(prives.verificateur),
        code_challenge_method="S256",
    )


def echanger(source: Fournisseur, code: str, prives: Secrets, retour: str, instant: datetime) -> Retour:
    """Le code contre l'identité. Lève `Injoignable` ou `Refusee`. Aucune transaction ne doit être ouverte."""
    if not source.places.acquire(timeout=DELAI_OCCUPE):
        raise Injoignable("trop d’échanges à la fois")
    try:
        return _echanger(source, code, prives, retour, instant)
    finally:
        source.places.release()


def _echanger(source: Fournisseur, code: str, prives: Secrets, retour: str, instant: datetime) -> Retour:
    from portail.franceconnect import verification

    fin = time.monotonic() + DELAI_DU_RETOUR
    reponse = transport.demander(
        source.annuaire().jeton,
        formulaire={
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": retour,
            "client_id": source.reglages.client,
            "client_secret": source.reglages.secret,
            "code_verifier": prives.verificateur,
        },
        delai=transport.DELAI,
    )
    if reponse.statut != 200:
        raise Refusee(f"code refusé, statut {reponse.statut}")
    lu = reponse.objet()
    acces, jeton = lu.get("access_token"), lu.get("id_token")
    if not isinstance(acces, str) or not isinstance(jeton, str) or str(lu.get("token_type")).lower() != "bearer":
        raise Refusee("réponse sans jetons")
    if not acces.isascii() or not acces.isprintable():
        raise Refusee("jeton d’accès impossible")
    sub = verification.jeton_d_identite(jeton, source, nonce=prives.nonce, acces=acces, instant=instant)
    reste = fin - time.monotonic()
    if reste <= 0:
        raise Injoignable("délai passé")
    reponse = transport.demander(source.annuaire().identite, porteur=acces, delai=min(reste, transport.DELAI))
    if reponse.statut != 200 or reponse.genre != "application/jwt":
        raise Refusee("identité non signée")
    texte = reponse.corps.decode("ascii", errors="replace")
    return Retour(sub, verification.identite(texte, source, sub=sub, instant=instant), jeton)


def adresse_de_fin(source: Fournisseur, jeton: str, retour: str) -> str:
    """Où fermer la session chez le fournisseur, ou une chaîne vide s'il ne le propose pas ou ne répond pas."""
    try:
        fin = source.annuaire().fin
    except Injoignable:
        return ""
    parametres = {"id_token_hint": jeton, "post_logout_redirect_uri": retour, "state": secrets.token_urlsafe(16)}
    return f"{fin}?{urlencode(parametres)}" if fin else ""
