"""Un fournisseur qui ment à la demande : chaque réponse juste, sauf ce que le test y change (surete.md V9 et V10)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from joserfc import jwe, jwt
from joserfc.jwk import ECKey, RSAKey

from tests.franceconnect.fournisseurs import ANA, CLIENT

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass
class Hostile:
    """`jeton` et `identite` : attributs changés (None : ôté). `bruts` : {chemin: (statut, type, corps)} à la place du vrai."""

    horloge: Callable[[], Any]
    emetteur: str = ""
    nonce: str = ""
    decouverte: dict[str, Any] = field(default_factory=dict)
    jeton: dict[str, Any] = field(default_factory=dict)
    identite: dict[str, Any] = field(default_factory=dict)
    entete: dict[str, Any] = field(default_factory=dict)
    bruts: dict[str, tuple[str, str, Iterable[bytes]]] = field(default_factory=dict)
    chiffrer: RSAKey | None = None
    demandes: list[tuple[str, dict[str, list[str]]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.cle = ECKey.generate_key("P-256", {"kid": "fc1", "use": "sig", "alg": "ES256"})
        self.autre_cle = ECKey.generate_key("P-256", {"kid": "fc1", "use": "sig", "alg": "ES256"})
        self.signe_avec: Any = self.cle

    def servir(self, url: str) -> Wsgi:
        self.emetteur = url
        return self._repondre

    def _repondre(self, environ: dict[str, Any], debut: Callable[..., Any]) -> Iterable[bytes]:
        chemin = environ["PATH_INFO"]
        corps = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()
        self.demandes.append((chemin, parse_qs(corps)))
        if chemin in self.bruts:
            statut, genre, reponse = self.bruts[chemin]
            debut(statut, [("Content-Type", genre), *([("Location", "/ailleurs")] if statut[0] == "3" else [])])
            return reponse
        genre, texte = self._juste(chemin)
        debut("200 OK", [("Content-Type", genre)])
        return [texte.encode()]

    def _juste(self, chemin: str) -> tuple[str, str]:
        if chemin == "/.well-known/openid-configuration":
            noms = {"authorization": "authorize", "token": "token", "userinfo": "userinfo", "end_session": "fin"}
            adresses = {f"{nom}_endpoint": f"{self.emetteur}/{adresse}" for nom, adresse in noms.items()}
            annonce = {"issuer": self.emetteur, "jwks_uri": f"{self.emetteur}/jwks", **adresses, **self.decouverte}
            return "application/json", json.dumps(annonce)
        if chemin == "/jwks":
            return "application/json", json.dumps({"keys": [self.cle.as_dict(private=False)]})
        if chemin == "/token":
            jeton = self._signer({"nonce": self.nonce, "acr": "eidas1", **self._communs(), **self.jeton})
            return "application/json", json.dumps({"access_token": "acces", "token_type": "Bearer", "id_token": jeton})
        texte = self._signer({**self._communs(), **ANA, **self.identite})
        if self.chiffrer is not None:
            entete = {"alg": "RSA-OAEP", "enc": "A256GCM", "cty": "JWT", "kid": "fs1"}
            texte = jwe.encrypt_compact(entete, texte, self.chiffrer, algorithms=["RSA-OAEP", "A256GCM"])
        return "application/jwt", texte

    def _communs(self) -> dict[str, Any]:
        instant = int(self.horloge().timestamp())
        return {"iss": self.emetteur, "aud": CLIENT, "sub": "ana", "iat": instant, "exp": instant + 60}

    def _signer(self, contenu: dict[str, Any]) -> str:
        contenu = {nom: valeur for nom, valeur in contenu.items() if valeur is not None}
        entete = {"alg": "ES256", "kid": "fc1", **self.entete}
        entete = {nom: valeur for nom, valeur in entete.items() if valeur is not None}
        if entete["alg"] == "ES256" and "crit" not in entete:
            return jwt.encode(entete, contenu, self.signe_avec, algorithms=["ES256"])
        return self._a_la_main(entete, contenu)

    def _a_la_main(self, entete: dict[str, Any], contenu: dict[str, Any]) -> str:
        """Ce qu'une bonne bibliothèque refuse de signer : sans algorithme, avec une clé publique pour secret, critique."""
        signe = f"{_base64(json.dumps(entete).encode())}.{_base64(json.dumps(contenu).encode())}"
        if entete["alg"] == "HS256":
            signature = hmac.new(self.cle.as_pem(private=False), signe.encode(), hashlib.sha256).digest()
        elif entete["alg"] == "ES256":
            paire = decode_dss_signature(self.cle.private_key.sign(signe.encode(), ec.ECDSA(hashes.SHA256())))
            signature = b"".join(nombre.to_bytes(32, "big") for nombre in paire)
        else:
            signature = b""
        return f"{signe}.{_base64(signature)}"


def _base64(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
