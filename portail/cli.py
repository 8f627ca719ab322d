"""La commande `portail` : servir, migrer, importer les référentiels, passer les tâches, fabriquer des clés."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import sqlalchemy as sa
from flask import Flask

from portail import mots_de_commande, pannes
from portail.config import Config, ConfigurationIncomplete, lire
from portail.conservation.commandes import conservation
from portail.franceconnect.cle import cle_franceconnect
from portail.guichet import commandes, commandes_echanges
from portail.trousseau.commandes import cles

mots_de_commande.apprendre()


def _config(**reglages: str) -> Config:
    try:
        return lire({**os.environ, **reglages})
    except ConfigurationIncomplete as erreur:
        click.echo(str(erreur), err=True)
        sys.exit(2)
    except OSError as panne:
        raise click.ClickException(pannes.du_systeme(panne)) from panne


@contextmanager
def _portail(config: Config) -> Iterator[Flask]:
    """L'application, son contexte ouvert. Un acte refusé, une panne s'expliquent en une phrase, sans trace."""
    from portail import create_app, preparation
    from portail.db import db
    from portail.stockage import StockageIndisponible

    try:
        app = create_app(config)
        with app.app_context():
            try:
                yield app
            except sa.exc.DBAPIError as panne:
                preparation.exiger_le_niveau()  # une base jamais préparée manque de tables : voilà ce qu'il faut dire
                raise panne
            finally:
                # La commande finie, la base est rendue : rien n'y reste ouvert jusqu'au ramasse-miettes.
                db.session.close()
                db.engine.dispose()
    except (preparation.ActeRefuse, StockageIndisponible) as refus:
        raise click.ClickException(str(refus)) from refus
    except sa.exc.SQLAlchemyError as panne:
        if not pannes.vient_de_la_base(panne):
            raise
        raise click.ClickException(pannes.de_la_base(panne)) from panne
    except BrokenPipeError:
        raise  # « | head » : click s'arrête sans un mot
    except OSError as panne:
        if panne.errno is None:  # une bibliothèque en hérite : faute du programme, dont la trace sert
            raise
        raise click.ClickException(pannes.du_systeme(panne)) from panne


@contextmanager
def _ouvrir(*, preparer: bool = False) -> Iterator[Flask]:
    """Rien ne se lit ni ne s'écrit avec d'autres clés : le journal paraîtrait falsifié, ou le deviendrait.

    `preparer` : met d'abord la base au niveau du code, au lieu de l'exiger.
    """
    from portail import preparation

    with _portail(_config()) as app:
        preparation.preparer(click.echo) if preparer else preparation.exiger_les_cles()
        yield app


@click.group()
@click.pass_context
def principal(contexte: click.Context) -> None:
    """Le portail grand public de la demande de logement social."""
    contexte.obj = _ouvrir  # comment les commandes d'ailleurs ouvrent l'application


principal.add_command(cle_franceconnect)
principal.add_command(cles)
principal.add_command(commandes.guichet)
principal.add_command(commandes.journal)
principal.add_command(conservation)
principal.add_command(commandes_echanges.groupe_evenements)
principal.add_command(commandes_echanges.groupe_demandes)


@principal.command()
@click.option(
    "--port",
    type=click.IntRange(1, 65_535),
    default=lambda: os.environ.get("PORTAIL_PORT", "8000"),
    help="Port d’écoute.",
)
@click.option("--hote", default="127.0.0.1", help="Adresse d’écoute.")
def servir(port: int, hote: str) -> None:
    """Prépare la base si besoin, puis sert le portail (waitress)."""
    logging.getLogger("portail").setLevel(logging.INFO)  # ce que les tâches ont fait se lit le matin
    logging.getLogger("portail.reservoir").setLevel(logging.WARNING)
    config = _config()
    if config.mode == "local" and port != 8000 and "PORTAIL_URL" not in os.environ:
        config = _config(PORTAIL_URL=f"http://127.0.0.1:{port}")
    from portail import preparation, taches
    from portail.ecoute import ecouter, servir_jusqu_a_l_arret

    with _portail(config) as app:
        preparation.preparer(click.echo)
        _preparer_la_demonstration(config)
    serveur = ecouter(app, config, hote, port)
    if config.taches_internes:
        taches.demarrer_le_fil(app)
    threading.Thread(target=preparation.chauffer, args=(app,), daemon=True).start()
    click.echo(f"Le portail est ouvert : {config.url}")
    servir_jusqu_a_l_arret(serveur)


def _preparer_la_demonstration(config: Config) -> None:
    if not config.demonstration:
        from portail.demonstration import reconnaitre

        reconnaitre.refuser_hors_demonstration()
        return
    from portail.demonstration import entrees, peuplement

    peuplement.peupler(click.echo)
    for ligne in entrees.lignes(config.url):
        click.echo(ligne)


@principal.command()
def demonstration() -> None:
    """Par où entrer dans la démonstration (PORTAIL_DEMO=1), et le code du second facteur en ce moment."""
    from portail import preparation

    config = _config()
    if not config.demonstration:
        raise click.ClickException("Cette commande ne sert qu’à la démonstration : PORTAIL_DEMO=1.")
    with _portail(config):
        preparation.preparer(click.echo)
        _preparer_la_demonstration(config)


@principal.command()
def migrer() -> None:
    """Met la base au niveau du code."""
    from portail import preparation

    with _portail(_config()):
        preparation.migrer(click.echo)


@principal.command()
def referentiels() -> None:
    """Importe les référentiels (communes, plafonds, offres…) ; sans effet s’ils sont à jour."""
    from portail import preparation

    with _portail(_config()):
        preparation.exiger_le_niveau()
        preparation.importer_les_referentiels(click.echo)


@principal.command(name="taches")
@click.option("--pas-la-nuit", is_flag=True, help="Avant 7 h (Paris), ni rappel ni effacement ; les courriels partent.")
def passer_les_taches(pas_la_nuit: bool) -> None:
    """Prévient qui doit renouveler, radie d’office, envoie les courriels en attente, oublie ce qui est périmé."""
    from portail import preparation, taches
    from portail.pieces import antivirus

    config = _config()
    with _portail(config):
        preparation.exiger_les_cles()
        refaits = taches.refaire_les_effacements()
        fait, conserve = taches.suivre_et_conserver(pas_la_nuit=pas_la_nuit, refaits=refaits)
        click.echo(f"{taches.passer(config.taches_secondes)} courriel(s) envoyé(s).")
        click.echo(f"{fait}.\n{conserve}.")
        click.echo(f"{antivirus.reprendre()} fichier(s) passé(s) à l’antivirus.")
        taches.nettoyer()


@principal.command(name="verifier-fichiers")
def verifier_les_fichiers() -> None:
    """Compare la base et le stockage : efface les fichiers que rien ne désigne, nomme les lignes sans fichier."""
    from portail import inventaire
    from portail.horloge import maintenant

    with _ouvrir():
        click.echo(f"{(constat := inventaire.verifier(maintenant()))}.")
    for ligne in constat.sans_contenu:
        click.echo(f"Sans fichier : {ligne}.")
    if constat.sans_contenu or constat.laisses:
        sys.exit(1)


@principal.command(name="certificats-2d-doc")
@click.argument("fichiers", type=click.Path(exists=True, dir_okay=False, path_type=Path), nargs=-1, required=True)
def importer_des_certificats(fichiers: tuple[Path, ...]) -> None:
    """Ajoute des certificats du 2D-Doc (DER ou PEM) : une autorité, ou qui signe pour elle."""
    from portail.pieces import autorites

    dossier = _config().dossier / autorites.IMPORTES
    for fichier in fichiers:
        try:
            nom = autorites.importer(fichier.read_bytes(), dossier)
        except autorites.CertificatInconnu as refus:
            raise click.ClickException(f"{fichier} : {refus}") from refus
        click.echo(f"{nom} : importé.")


@principal.command()
@click.argument("destination", type=click.Path(path_type=Path))
def sauvegarder(destination: Path) -> None:
    """Copie la base SQLite, cohérente même pendant le service."""
    from portail import preparation

    with _portail(_config()):
        preparation.sauvegarder(destination)
    click.echo(f"Base copiée dans {destination}.")
