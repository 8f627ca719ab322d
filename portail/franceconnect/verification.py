"""Vérifier ce que le fournisseur signe : le jeton d'identité, puis l'identité elle-même (OIDC Core § 3.1.3.7).

Les algorithmes permis sont les nôtres, jamais ceux que le jeton annonce ; la clé est celle que le fournisseur publie
sous ce nom ; l'émetteur, le destinataire, les dates, le nonce, le niveau et le `sub` sont comparés un par un.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwe, jwk, jws, jwt
from joserfc.errors import JoseError
from joserfc.jwe import JWERegistry
from joserfc.jwt import JWTClaimsRegistry

from portail.franceconnect.fournisseur import Fournisseur
from portail.franceconnect.transport import Refusee

SIGNATURES = ("ES256", "RS256")
CHIFFREMENTS = ("RSA-OAEP", "RSA-OAEP-256", "ECDH-ES", "A256GCM")
NIVEAUX = ("eidas1", "eidas2", "eidas3")
TOLERANCE = 30  # secondes : deux horloges ne sont jamais tout à fait d'accord
SUB_MAXIMUM = 255  # caractères (OpenID Connect Core § 2)


def jeton_d_identite(texte: str, source: Fournisseur, *, nonce: str, acces: str, instant: datetime) -> str:
    """Le `sub` de la personne. Lève `Refusee`, ou `Injoignable` si les clés ne se lisent pas."""
    entete, contenu = _signe(texte, source)
    lu = CodeIDToken(
        contenu,
        entete,
        options={
            "iss": {"essential": True, "value": source.reglages.emetteur},
            "aud": {"essential": True, "value": source.reglages.client},
            "acr": {"essential": True, "values": list(NIVEAUX)},
        },
        params={"nonce": nonce, "client_id": source.reglages.client, "access_token": acces},
    )
    try:
        lu.validate(now=int(instant.timestamp()), leeway=TOLERANCE)
    except (JoseError, TypeError, ValueError) as erreur:
        raise Refusee(f"jeton d’identité : {_raison(erreur)}") from erreur
    if lu["aud"] not in (source.reglages.client, [source.reglages.client]):
        raise Refusee("jeton d’identité : pour plusieurs destinataires")
    if not isinstance(lu["acr"], str):
        raise Refusee("jeton d’identité : acr")
    sub = lu["sub"]
    if not isinstance(sub, str) or not 0 < len(sub) <= SUB_MAXIMUM:
        raise Refusee("jeton d’identité : sub")
    return sub


def identite(texte: str, source: Fournisseur, *, sub: str, instant: datetime) -> dict[str, Any]:
    """Ce que le fournisseur dit de la personne, déchiffré s'il le faut, signé, et d'elle. Lève `Refusee`."""
    cle = source.reglages.cle
    _entete, contenu = _signe(_dechiffrer(texte, cle) if cle is not None else texte, source)
    attendus = JWTClaimsRegistry(
        int(instant.timestamp()),
        TOLERANCE,
        iss={"essential": True, "value": source.reglages.emetteur},
        aud={"essential": True, "value": source.reglages.client},
        sub={"essential": True},
    )
    try:
        attendus.validate(contenu)
    except (JoseError, TypeError, ValueError) as erreur:
        raise Refusee(f"identité : {_raison(erreur)}") from erreur
    if not isinstance(contenu["sub"], str) or not hmac.compare_digest(contenu["sub"].encode(), sub.encode()):
        raise Refusee("identité : celle d’une autre personne")
    return contenu


def _signe(texte: str, source: Fournisseur) -> tuple[dict[str, Any], dict[str, Any]]:
    """L'en-tête et le contenu d'un jeton dont la signature est vérifiée."""
    try:
        entete = jws.extract_compact(texte.encode("ascii")).headers()
        if entete.get("alg") not in SIGNATURES:
            raise Refusee("algorithme de signature")
        kid = entete.get("kid")
        cle = source.cle(kid) if isinstance(kid, str) else None
        if cle is None:
            raise Refusee("clé de signature inconnue")
        return dict(entete), jwt.decode(texte, cle, algorithms=list(SIGNATURES)).claims
    except (JoseError, ValueError, TypeError, KeyError) as erreur:
        raise Refusee(f"signature : {_raison(erreur)}") from erreur


def _dechiffrer(texte: str, cle: Mapping[str, Any]) -> str:
    """Le jeton signé que contient un jeton chiffré pour nous. En clair alors qu'on l'attend chiffré : refusé."""
    registre = JWERegistry(algorithms=list(CHIFFREMENTS), strict_check_header=False)
    try:
        contenu = jwe.decrypt_compact(texte, jwk.import_key(dict(cle)), registry=registre).plaintext
        return (contenu or b"").decode("ascii")
    except (JoseError, ValueError, TypeError, KeyError) as erreur:
        raise Refusee(f"chiffrement : {_raison(erreur)}") from erreur


def _raison(erreur: Exception) -> str:
    """Le genre de l'erreur et l'attribut en cause, jamais sa valeur."""
    attribut = getattr(erreur, "claim", "")
    return f"{type(erreur).__name__} {attribut}".strip()
