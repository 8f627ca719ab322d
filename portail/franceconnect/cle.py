"""Fabriquer la clé avec laquelle FranceConnect chiffre l'identité pour ce site."""

from __future__ import annotations

import json
import secrets

import click

from portail.franceconnect.reglages import CLE


@click.command("cle-franceconnect")
def cle_franceconnect() -> None:
    """Une clé RSA de 2048 bits (RSA-OAEP, A256GCM), prête à écrire dans l'environnement."""
    from joserfc.jwk import RSAKey

    neuve = RSAKey.generate_key(2048, {"kid": secrets.token_hex(8), "use": "enc", "alg": "RSA-OAEP"})
    click.echo(f"{CLE}={json.dumps(neuve.as_dict(private=True), separators=(',', ':'))}")
