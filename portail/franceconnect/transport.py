"""Un échange HTTP avec le fournisseur, borné en taille et en temps, sans redirection suivie.

Les clients ordinaires bornent l'attente de chaque octet, pas celle de la réponse : un fournisseur qui en donne un par
seconde tiendrait un fil du serveur indéfiniment. Ici, passé le délai, la prise est coupée.
"""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode, urlsplit

DELAI = 5.0  # secondes, pour un échange entier
MAXIMUM = 64 * 1024  # octets : dix fois la plus longue des réponses attendues


class Injoignable(Exception):
    """Pas de réponse utilisable : refus de connexion, délai passé, réponse trop longue, statut d'erreur du serveur."""


class Refusee(Exception):
    """La réponse ne prouve rien. `str()` est une raison sans donnée personnelle, pour les journaux."""


@dataclass(frozen=True)
class ReponseHttp:
    """Le statut, le type de contenu sans ses paramètres, et le corps."""

    statut: int
    genre: str
    corps: bytes

    def objet(self) -> dict[str, Any]:
        """Le corps lu comme un objet JSON. Lève `Injoignable` si ce n'en est pas un."""
        try:
            lu = json.loads(self.corps)
        except (ValueError, RecursionError) as erreur:
            raise Injoignable("réponse illisible") from erreur
        if not isinstance(lu, dict):
            raise Injoignable("réponse illisible")
        return lu


def demander(
    adresse: str,
    *,
    formulaire: Mapping[str, str] | None = None,
    porteur: str = "",
    delai: float = DELAI,
) -> ReponseHttp:
    """GET, ou POST si un `formulaire` est donné. `delai` en secondes. Lève `Injoignable`."""
    entetes = {"Accept": "application/json, application/jwt", "Connection": "close"}
    corps = None
    if porteur:
        entetes["Authorization"] = f"Bearer {porteur}"
    if formulaire is not None:
        corps = urlencode(formulaire)
        entetes["Content-Type"] = "application/x-www-form-urlencoded"
    morceaux = urlsplit(adresse)
    chemin = morceaux.path + (f"?{morceaux.query}" if morceaux.query else "")
    connexion = _connexion(morceaux.scheme, morceaux.hostname or "", morceaux.port, delai)
    try:
        connexion.connect()
        with _Couperet(connexion.sock, delai) as couperet:
            connexion.request("GET" if corps is None else "POST", chemin or "/", corps, entetes)
            reponse = connexion.getresponse()
            lu = reponse.read(MAXIMUM + 1)
    except (OSError, http.client.HTTPException) as erreur:
        raise Injoignable(type(erreur).__name__) from erreur
    finally:
        connexion.close()
    if couperet.tombe:
        raise Injoignable("délai passé")
    if len(lu) > MAXIMUM:
        raise Injoignable("réponse trop longue")
    if reponse.status >= 500 or 300 <= reponse.status < 400:
        raise Injoignable(f"statut {reponse.status}")
    return ReponseHttp(reponse.status, reponse.headers.get_content_type(), lu)


class _Couperet:
    """Coupe la prise au bout du délai, où qu'en soit l'échange."""

    def __init__(self, prise: socket.socket, delai: float) -> None:
        self.tombe = False
        self._prise = prise
        self._minuterie = threading.Timer(delai, self._couper)
        self._minuterie.daemon = True

    def __enter__(self) -> _Couperet:
        self._minuterie.start()
        return self

    def __exit__(self, *_erreur: object) -> None:
        self._minuterie.cancel()

    def _couper(self) -> None:
        self.tombe = True
        try:
            # La méthode de la prise nue : celle de TLS attendrait l'au revoir d'en face.
            socket.socket.shutdown(self._prise, socket.SHUT_RDWR)
        except OSError:
            return  # déjà fermée


def _connexion(schema: str, hote: str, port: int | None, delai: float) -> http.client.HTTPConnection:
    if schema == "https":
        return http.client.HTTPSConnection(hote, port, timeout=delai, context=_confiance())
    return http.client.HTTPConnection(hote, port, timeout=delai)


@cache
def _confiance() -> ssl.SSLContext:
    """Les autorités du système, le nom vérifié."""
    return ssl.create_default_context()
