"""Sert une application WSGI dans un fil, avec waitress comme en service, pour un vrai navigateur ou un vrai client.

    with servir(lambda url: create_app(config_de_test(dossier, base, url))) as serveur:
        page.goto(serveur.url)

L'application est fabriquée après l'ouverture du port : elle peut donc connaître son adresse.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from waitress import wasyncore
from waitress.server import create_server

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
DELAI_ARRET = 10


@dataclass
class Serveur:
    """Un serveur ouvert.

    `requetes` : « GET /chemin 200 », dans l'ordre des réponses ; `erreurs` : les exceptions échappées de l'application.
    """

    url: str
    application: Wsgi
    requetes: list[str] = field(default_factory=list)
    erreurs: list[BaseException] = field(default_factory=list)


@contextmanager
def servir(fabrique: Callable[[str], Wsgi], *, fils: int = 4, **reglages: Any) -> Iterator[Serveur]:
    """Ouvre un port libre de 127.0.0.1, y sert `fabrique(url)`, et rend tout en sortie.

    `fils` : nombre de requêtes traitées à la fois ; `reglages` : options de waitress.
    Le port écoute dès l'entrée : une requête faite aussitôt attend sa réponse, elle n'est pas refusée.
    En sortie sans autre erreur, lève `AssertionError` si l'application a laissé échapper une exception.
    """
    prise = socket.create_server(("127.0.0.1", 0))
    with ExitStack() as en_cas_d_echec:
        en_cas_d_echec.callback(prise.close)
        url = f"http://127.0.0.1:{prise.getsockname()[1]}"
        serveur = Serveur(url, fabrique(url))
        moteur = create_server(_espion(serveur), sockets=[prise], threads=fils, ident=None, **reglages)
        en_cas_d_echec.pop_all()
    boucle = threading.Thread(target=moteur.run, name=f"serveur {serveur.url}")
    boucle.start()
    try:
        yield serveur
    finally:
        # Les requêtes en cours d'abord ; puis la boucle ferme elle-même ses prises, seule façon sûre d'en sortir.
        moteur.task_dispatcher.shutdown(timeout=DELAI_ARRET)
        _reveiller(moteur.trigger, lambda: wasyncore.close_all(moteur._map))
        boucle.join(DELAI_ARRET)
    assert not boucle.is_alive(), "le serveur ne s’est pas arrêté"
    assert not serveur.erreurs, f"l’application a échoué : {serveur.erreurs!r}"


def _reveiller(declencheur: Any, fermer: Callable[[], None]) -> None:
    """Fait exécuter `fermer` par la boucle. Un réveil déjà en route a pu le faire avant le nôtre, et fermer le tube :
    `pull_trigger` écrirait dans un descripteur fermé, ou repris par un autre ; on écrit dans une copie."""
    reveil = os.dup(declencheur.trigger)
    try:
        with declencheur.lock:
            declencheur.thunks.append(fermer)
        with suppress(BrokenPipeError):
            os.write(reveil, b"x")
    finally:
        os.close(reveil)


def _espion(serveur: Serveur) -> Wsgi:
    """L'application, avec le compte de ses réponses et de ses échecs."""

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        demande = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"

        def noter(statut: str, entetes: list[tuple[str, str]], exc_info: Any = None) -> Any:
            serveur.requetes.append(f"{demande} {statut[:3]}")
            return start_response(statut, entetes, exc_info)

        try:
            return serveur.application(environ, noter)
        finally:
            # L'erreur est notée, et continue vers waitress, qui répond 500 comme en service.
            if (erreur := sys.exception()) is not None:
                serveur.erreurs.append(erreur)

    return application
