"""`portail cles` : en fabriquer, voir ce qui dépend de chacune, rechiffrer, retirer.

Chargé à chaque commande : rien de lourd n'est importé en tête.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager

import click
from flask import Flask

from portail.trousseau.fabrique import nouvelles_cles

Ouvrir = Callable[..., AbstractContextManager[Flask]]


@click.group(invoke_without_command=True)
@click.pass_context
def cles(contexte: click.Context) -> None:
    """Affiche des clés neuves, à mettre dans l’environnement ; ou : etat, rechiffrer, retirer."""
    if contexte.invoked_subcommand is None:
        for nom, valeur in nouvelles_cles().items():
            click.echo(f"{nom}={valeur}")


@cles.command()
@click.pass_obj
def etat(ouvrir: Ouvrir) -> None:
    """Combien de lignes et de fichiers dépendent de chaque clé."""
    from portail.chiffrement import Sorte, coffre
    from portail.trousseau import etat as comptes

    with ouvrir():
        for sorte in Sorte:
            versions = coffre().versions(sorte)
            click.echo(f"{sorte.value} : versions {', '.join(map(str, versions))} ; la {versions[-1]} écrit.")
            for compte in comptes.comptes(sorte):
                if compte.versions:
                    click.echo(f"  {compte.quoi:<36} {_versions(compte.versions)}")


def _versions(comptes: dict[int, int]) -> str:
    return ", ".join(
        f"version {version} : {nombre}" if version else f"illisible : {nombre}"
        for version, nombre in sorted(comptes.items())
    )


@cles.command()
@click.option("--lot", default=200, type=click.IntRange(1, 10_000), help="Lignes par transaction.")
@click.option("--pause", default=0.01, type=click.FloatRange(0, 10), help="Secondes entre deux lots, deux fichiers.")
@click.pass_obj
def rechiffrer(ouvrir: Ouvrir, lot: int, pause: float) -> None:
    """Récrit avec la clé d’aujourd’hui ce qu’une clé d’avant avait écrit. Pendant le service, et relançable."""
    with ouvrir():
        from portail.stockage import StockageIndisponible
        from portail.trousseau import rechiffrement

        try:
            bilan = rechiffrement.rechiffrer(lambda quoi, combien: click.echo(f"  {quoi} : {combien}"), lot, pause)
        except StockageIndisponible as panne:
            raise click.ClickException(f"{panne} Ce qui est fait le reste : relancez la commande.") from panne
    click.echo(f"{bilan.faits} valeur(s) et fichier(s) récrits.")
    if bilan.illisibles:
        click.echo("Illisibles, laissés tels quels : " + ", ".join(bilan.illisibles) + ".", err=True)
        sys.exit(1)


@cles.command()
@click.argument("sorte", type=click.Choice(["chiffrement", "empreinte"]))
@click.argument("version", type=click.IntRange(1, 255))
@click.option("--accepter-les-pertes", is_flag=True, help="Les codes et les repères que cette clé seule reconnaît.")
@click.pass_obj
def retirer(ouvrir: Ouvrir, sorte: str, version: int, accepter_les_pertes: bool) -> None:
    """Vérifie que plus rien ne dépend d’une clé : elle peut alors quitter les réglages."""
    with ouvrir():
        from portail.chiffrement import Sorte
        from portail.trousseau import etat, registre

        try:
            etat.retirer(Sorte(sorte), version, pertes_acceptees=accepter_les_pertes)
        except etat.RetraitRefuse as refus:
            raise click.ClickException(str(refus)) from refus
        variable = registre.VARIABLES[Sorte(sorte)]
    click.echo(
        f"Plus rien ne dépend de la clé de version {version} : ôtez-la de {variable} et redémarrez. "
        "Gardez-la à l’abri avec les sauvegardes d’avant ce jour, qui en ont besoin."
    )
