"""`portail conservation` : ce qui est annoncé, ce qui est effacé, et le refaire après une restauration.

Chargé à chaque commande : rien de lourd n'est importé en tête.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import click
from flask import Flask

Ouvrir = Callable[..., AbstractContextManager[Flask]]


@click.group()
def conservation() -> None:
    """La durée de vie des données : annonces, effacements, registre."""


@conservation.command()
@click.option("--lignes", "combien", type=click.IntRange(0), default=0, help="Montre aussi les dernières du registre.")
@click.pass_obj
def etat(ouvrir: Ouvrir, combien: int) -> None:
    """Par règle : annoncés, effacés, le dernier. Sort en erreur si le registre connaît des effacements oubliés ici."""
    with ouvrir():
        from portail.conservation import etat as constat
        from portail.conservation import registre, rejeu

        registre.reporter()
        for phrase in constat.phrases():
            click.echo(phrase)
        for ligne in constat.dernieres(combien):
            click.echo(registre.en_texte(ligne).rstrip())
        oublies = rejeu.en_attente()
    if oublies:
        click.echo(f"{oublies} effacement(s) du registre manquent ici : portail conservation rejouer.", err=True)
        sys.exit(1)


@conservation.command()
@click.argument("fichier", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def rejouer(ouvrir: Ouvrir, fichier: Path | None) -> None:
    """Après une restauration, efface de nouveau ce qui l’avait été. FICHIER : un registre gardé ailleurs."""
    with ouvrir():
        from portail.conservation import rejeu

        fait = rejeu.rejouer(fichier)
    click.echo(f"{fait.manquants} effacement(s) manquaient, {fait.effaces} refait(s).")
    if fait.illisibles:
        click.echo(f"{fait.illisibles} ligne(s) du registre ne se lisent pas.", err=True)
    if fait.sans_cle:
        click.echo(
            f"{fait.sans_cle} effacement(s) attendent une clé d’empreinte qui manque : "
            "remettez-la dans PORTAIL_CLE_EMPREINTE, puis recommencez.",
            err=True,
        )
    if fait.illisibles or fait.sans_cle:
        sys.exit(1)
