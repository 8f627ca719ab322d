"""`portail evenements` et `portail demandes` : les échanges de fichiers, sans passer par les pages.

Chaque commande agit au nom d'un agent (`--agent`) : ses territoires, ses droits, son nom au journal.
Chargé à chaque commande : rien de lourd n'est importé en tête.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import IO, TYPE_CHECKING

import click
from flask import Flask

if TYPE_CHECKING:
    from portail.guichet.modeles import Agent

Ouvrir = Callable[..., AbstractContextManager[Flask]]
A_LIRE = click.Path(exists=True, dir_okay=False, allow_dash=True)
A_ECRIRE = click.Path(dir_okay=False, allow_dash=True)
JOUR = click.DateTime(["%Y-%m-%d"])


def au_nom_de(commande):
    return click.option("--agent", "courriel", required=True, help="L’adresse mail de l’agent qui agit.")(commande)


def vers_un_fichier(commande):
    for option in (
        click.option("--forme", type=click.Choice(["csv", "json"]), default="csv"),
        click.option("--depuis", type=JOUR, help="Seulement ce qui a changé depuis ce jour (2026-11-24)."),
        click.option("--tout-le-territoire", is_flag=True, help="Pas seulement les demandes que suit ce guichet."),
        click.option("--avec-radiees", is_flag=True),
        click.option("--raison", required=True, help="Pourquoi : les personnes concernées la liront."),
        click.option("--vers", type=A_ECRIRE, default="-", help="Le fichier à écrire, à vous seul."),
    ):
        commande = option(commande)
    return commande


@click.group(name="evenements")
def groupe_evenements() -> None:
    """Recevoir et donner les évènements de la gestion partagée (docs/echanges.md)."""


@click.group(name="demandes")
def groupe_demandes() -> None:
    """Donner les demandes d’un guichet (docs/echanges.md)."""


@groupe_evenements.command()
@click.argument("fichier", type=A_LIRE)
@au_nom_de
@click.option("--appliquer", is_flag=True, help="Sans cela, le fichier est seulement essayé.")
@click.pass_obj
def importer(ouvrir: Ouvrir, fichier: str, courriel: str, appliquer: bool) -> None:
    """Essaie un fichier d’évènements, ou l’applique : tout, ou rien. Écrit le compte rendu en CSV."""
    with ouvrir():
        from portail.db import db
        from portail.guichet.echanges import application
        from portail.guichet.echanges.cellules import en_csv
        from portail.guichet.echanges.forme import TAILLE_MAX, FichierRefuse
        from portail.guichet.echanges.lecture import lire
        from portail.guichet.modeles import RoleAgent
        from portail.horloge import maintenant

        agent = _agent(courriel, RoleAgent.INSTRUCTEUR)
        try:
            with click.open_file(fichier, "rb") as flux:
                entrees = lire(flux.read(TAILLE_MAX + 1))
        except FichierRefuse as refus:
            raise click.ClickException(str(refus)) from refus
        if appliquer:
            with db.sessionmaker() as session:
                rendu = application.appliquer(session, agent, entrees, maintenant())
        else:
            rendu = application.essayer(agent, entrees, maintenant())
    for morceau in en_csv(application.COLONNES_DU_COMPTE_RENDU, rendu.lignes()):
        click.echo(morceau, nl=False)
    bilan = ", ".join(f"{nombre} {resultat.libelle}(s)" for resultat, nombre in rendu.nombres.items())
    click.echo(f"{'Appliqué' if rendu.applique else 'Rien n’est appliqué'} : {bilan}.", err=True)
    if rendu.refuses:
        sys.exit(1)


@groupe_evenements.command(name="exporter")
@au_nom_de
@vers_un_fichier
@click.pass_obj
def exporter_evenements(
    ouvrir: Ouvrir, courriel: str, forme: str, raison: str, vers: str, depuis: datetime | None, **choix: bool
) -> None:
    """Écrit les évènements, dans la forme où ils se reçoivent."""
    with ouvrir():
        from portail.guichet.echanges import export
        from portail.horloge import maintenant

        agent = _responsable(courriel)
        filtre = export.Filtre(
            depuis.date() if depuis else None, not choix["tout_le_territoire"], choix["avec_radiees"]
        )
        ecrire_en = export.en_tableau if forme == "csv" else export.en_json
        _ecrire(agent, filtre, raison, ecrire_en(agent, filtre, raison, maintenant()), vers)


@groupe_demandes.command(name="exporter")
@au_nom_de
@vers_un_fichier
@click.pass_obj
def exporter_demandes(
    ouvrir: Ouvrir, courriel: str, forme: str, raison: str, vers: str, depuis: datetime | None, **choix: bool
) -> None:
    """Écrit les demandes et ce qui y est déclaré ; numéros de sécurité sociale masqués, sans données de santé."""
    with ouvrir():
        from portail.guichet.echanges import demandes
        from portail.guichet.echanges.demandes import Lesquelles
        from portail.horloge import maintenant

        agent = _responsable(courriel)
        lesquelles = Lesquelles.DU_TERRITOIRE if choix["tout_le_territoire"] else Lesquelles.LES_NOTRES
        filtre = demandes.Filtre(lesquelles, choix["avec_radiees"], depuis.date() if depuis else None)
        ecrire_en = demandes.en_tableau if forme == "csv" else demandes.en_json
        _ecrire(agent, filtre, raison, ecrire_en(agent, filtre, raison, maintenant()), vers)


def _agent(courriel: str, role) -> Agent:
    """L'agent, s'il est actif et que son rôle suffit."""
    from portail.db import lecture
    from portail.guichet import acces

    with lecture() as session:
        agent = acces.agent_par_courriel(session, courriel)
        suffit = agent is not None and agent.est_actif and agent.peut(role)
    if agent is None or not suffit:
        raise click.ClickException(f"Aucun agent {role.libelle.lower()} actif n’a cette adresse mail.")
    return agent


def _responsable(courriel: str) -> Agent:
    from portail.guichet.modeles import RoleAgent

    return _agent(courriel, RoleAgent.RESPONSABLE)


def _ecrire(agent: Agent, filtre: object, raison: str, morceaux: Iterable[str], vers: str) -> None:
    from portail.guichet.acces import RAISON_MINIMUM
    from portail.guichet.journal import inscrire_une_lecture
    from portail.guichet.modeles import ActeJournal

    if len(raison.strip()) < RAISON_MINIMUM:
        raise click.BadParameter(f"la raison a {RAISON_MINIMUM} caractères au moins.")
    with _ouvert(vers) as sortie:
        inscrire_une_lecture(ActeJournal.EXPORT, agent=agent, objet=str(filtre), raison=raison)
        for morceau in morceaux:
            sortie.write(morceau)


def _ouvert(vers: str) -> AbstractContextManager[IO[str]]:
    """Ce qui s'y écrit est personnel : le fichier n'est lisible que de qui a lancé la commande."""
    if vers == "-":
        return click.open_file(vers, "w", encoding="utf-8")
    descripteur = os.open(vers, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    if stat.S_ISREG(os.fstat(descripteur).st_mode):  # déjà là, il garde les droits d'avant ; « /dev/null », les siens
        os.fchmod(descripteur, 0o600)
    return open(descripteur, "w", encoding="utf-8")
