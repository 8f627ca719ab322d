"""Ouvrir le port, et répondre en français à ce que waitress refuse avant l'application."""

from __future__ import annotations

import signal
import sys
from typing import Any

import click
from flask import Flask
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer
from waitress.task import ErrorTask, Task, WSGITask
from waitress.utilities import RequestEntityTooLarge

from portail import pannes
from portail.config import Config


def ecouter(app: Flask, config: Config, hote: str, port: int) -> Any:
    """Ouvre le port. Lève `ClickException` s'il n'est pas à prendre."""
    BaseWSGIServer.channel_class = Canal
    # Non `waitress.serve` : il règle la journalisation du processus, et chaque ligne sortirait une fois de plus.
    from waitress import create_server

    try:
        return create_server(
            app,
            host=hote,
            port=port,
            threads=config.fils,
            ident=None,
            max_request_body_size=app.config["MAX_CONTENT_LENGTH"] + 65_536,
            channel_timeout=1500,  # un envoi sur un réseau lent peut durer vingt minutes
            # Sinon waitress ôte ce que disent les mandataires de confiance : tous les visiteurs n'en feraient qu'un.
            clear_untrusted_proxy_headers=not config.proxys,
        )
    except (OSError, ValueError) as refus:
        raison = pannes.SENS.get(getattr(refus, "errno", 0), "cette machine n’a pas cette adresse")
        raise click.ClickException(
            f"Impossible d’ouvrir {hote}:{port} : {raison}. Un autre port se règle par PORTAIL_PORT."
        ) from refus


def servir_jusqu_a_l_arret(serveur: Any) -> None:
    """« systemctl stop » envoie SIGTERM, qui tuerait net : au milieu d'une page, et les comptes pas encore versés."""
    avant = signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        serveur.run()  # l'arrêt demandé, waitress finit ce qui est commencé
    finally:
        signal.signal(signal.SIGTERM, avant)


def tache_du_refus(canal: Any, requete: Any) -> Task:
    """Un envoi trop lourd a la page d'erreur du portail, et le reste la phrase de waitress.

    L'application refuse sur la seule longueur annoncée, sans rien lire ; sans annonce, il n'y a qu'un début de corps,
    à ne surtout pas lui donner.
    """
    if not (isinstance(requete.error, RequestEntityTooLarge) and requete.content_length):
        return ErrorTask(canal, requete)
    tache = WSGITask(canal, requete)
    tache.set_close_on_finish()  # ce qui arrive encore n'est pas une autre requête
    return tache


class Canal(HTTPChannel):
    error_task_class = staticmethod(tache_du_refus)
