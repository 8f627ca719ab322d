"""Un authentificateur logiciel : fabrique des clés, signe des défis, comme un téléphone ; et ment, si on le lui demande.

Les réponses sont celles que static/cle.js envoie : le JSON de WebAuthn (niveau 3), octets en base 64 pour les adresses.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENCE, VERIFIE, SAUVEGARDABLE, SAUVEGARDEE, ATTESTEE = 0x01, 0x04, 0x08, 0x10, 0x40


def ecrire(octets: bytes) -> str:
    return urlsafe_b64encode(octets).rstrip(b"=").decode()


def lire(texte: str) -> bytes:
    return urlsafe_b64decode(texte + "=" * (-len(texte) % 4))


@dataclass
class Authentificateur:
    """Une clé sur un appareil. `compteur` à None : l'appareil n'en tient pas (clé suivie d'un appareil à l'autre)."""

    origine: str = "http://localhost"
    compteur: int | None = 0
    identifiant: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    privee: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    porteur: str | None = None

    def fabriquer(self, options: dict[str, Any], **mensonges: Any) -> str:
        """La réponse à `navigator.credentials.create`."""
        self.porteur = options["user"]["id"]
        donnees = self._donnees(options["rp"]["id"], attestee=True, **mensonges)
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": donnees})
        recueillies = self._recueillies("webauthn.create", options["challenge"], **mensonges)
        return self._json(
            {"clientDataJSON": ecrire(recueillies), "attestationObject": ecrire(attestation)}, **mensonges
        )

    def signer(self, options: dict[str, Any], **mensonges: Any) -> str:
        """La réponse à `navigator.credentials.get`."""
        if self.compteur is not None:
            self.compteur += 1
        donnees = self._donnees(options["rpId"], **mensonges)
        recueillies = self._recueillies("webauthn.get", options["challenge"], **mensonges)
        signee = donnees + hashlib.sha256(recueillies).digest()
        signature = mensonges.get("privee", self.privee).sign(signee, ec.ECDSA(hashes.SHA256()))
        contenu = {
            "clientDataJSON": ecrire(recueillies),
            "authenticatorData": ecrire(donnees),
            "signature": ecrire(signature),
        }
        porteur = mensonges.get("porteur", self.porteur)
        return self._json({**contenu, **({"userHandle": porteur} if porteur is not None else {})}, **mensonges)

    def _recueillies(self, vrai_genre: str, vrai_defi: str, **mensonges: Any) -> bytes:
        """Ce que le navigateur joint et que l'appareil signe : le genre, le défi, l'adresse de la page."""
        contenu = {
            "type": mensonges.get("genre", vrai_genre),
            "challenge": mensonges.get("defi", vrai_defi),
            "origin": mensonges.get("origine", self.origine),
            "crossOrigin": mensonges.get("cadre", False),
        }
        return json.dumps(contenu).encode()

    def _donnees(self, vrai_domaine: str, *, attestee: bool = False, **mensonges: Any) -> bytes:
        drapeaux = PRESENCE | VERIFIE
        if self.compteur is None:
            drapeaux |= SAUVEGARDABLE | SAUVEGARDEE
        drapeaux = mensonges.get("drapeaux", drapeaux) | (ATTESTEE if attestee else 0)
        compteur = mensonges.get("compteur", self.compteur or 0)
        empreinte = hashlib.sha256(mensonges.get("domaine", vrai_domaine).encode()).digest()
        donnees = empreinte + bytes([drapeaux]) + compteur.to_bytes(4, "big")
        if attestee:
            longueur = len(self.identifiant).to_bytes(2, "big")
            donnees += bytes(16) + longueur + self.identifiant + self._cle_publique(mensonges.get("algorithme", -7))
        return donnees

    def _cle_publique(self, algorithme: int) -> bytes:
        point = self.privee.public_key().public_numbers()
        x, y = point.x.to_bytes(32, "big"), point.y.to_bytes(32, "big")
        return cbor2.dumps({1: 2, 3: algorithme, -1: 1, -2: x, -3: y})

    def _json(self, contenu: dict[str, str], **mensonges: Any) -> str:
        identifiant = ecrire(mensonges.get("identifiant", self.identifiant))
        return json.dumps({"id": identifiant, "rawId": identifiant, "type": "public-key", "response": contenu})
