"""`portail guichet` et `portail journal` : ce que fait l'exploitant, avant et au-dessus des responsables.

Chargé à chaque commande : rien de lourd n'est importé en tête.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime

import click
from flask import Flask

Ouvrir = Callable[..., AbstractContextManager[Flask]]
TYPES = ("commune", "ccas", "epci", "departement", "bailleur", "etat", "action_logement", "siao", "autre")
JOUR = click.DateTime(["%Y-%m-%d"])


@click.group()
def guichet() -> None:
    """Les guichets de ce déploiement et leur premier responsable."""


@guichet.command()
@click.option("--code", prompt="Code (5 chiffres ou majuscules)", help="La fin des numéros qu’il donne, à lui seul.")
@click.option("--nom", prompt="Nom du guichet")
@click.option("--type", "type_", prompt="Type", type=click.Choice(TYPES))
@click.option("--adresse", prompt="Adresse (numéro et voie)")
@click.option("--code-postal", prompt="Code postal")
@click.option("--ville", prompt="Ville")
@click.option("--telephone", default=None)
@click.option("--courriel", default=None, help="Adresse mail du guichet, montrée au public.")
@click.option("--horaires", default=None)
@click.option("--territoire", "territoires", multiple=True, help="Trois caractères (069, 111) ; répétable.")
@click.option("--commune", "communes", multiple=True, help="Nom, code postal ou code Insee ; répétable.")
@click.option("--responsable-courriel", prompt="Premier responsable : adresse mail")
@click.option("--responsable-prenom", prompt="Premier responsable : prénom")
@click.option("--responsable-nom", prompt="Premier responsable : nom")
@click.pass_obj
def creer(ouvrir: Ouvrir, **saisie) -> None:
    """Crée un guichet et invite son premier responsable. Sans territoire, ceux de ses communes."""
    with _refuser(ouvrir, preparer=True):
        from portail.guichet import agents, creation

        try:
            nouveau, lien = creation.creer_avec_responsable(saisie)
        except agents.AdresseDejaPrise as prise:
            raise click.ClickException("Un agent a déjà l’adresse mail de ce responsable.") from prise
    click.echo(f"Guichet {nouveau} créé. Le responsable reçoit ce lien, valable sept jours, une seule fois :\n{lien}")


@guichet.command()
@click.pass_obj
def lister(ouvrir: Ouvrir) -> None:
    """Les guichets, ce qu’ils couvrent, combien d’agents peuvent y entrer."""
    with ouvrir():
        from portail.guichet import creation

        for ligne in creation.lignes():
            click.echo(ligne)


@guichet.command()
@click.argument("courriel")
@click.pass_obj
def relancer(ouvrir: Ouvrir, courriel: str) -> None:
    """Remet à zéro l’accès d’un agent (dernier responsable enfermé dehors, invitation perdue) et affiche son lien."""
    with _refuser(ouvrir):
        from portail.guichet import creation

        lien = creation.relancer(courriel)
    if lien is None:
        raise click.ClickException("Aucun agent n’a cette adresse mail.")
    click.echo(f"Son ancien accès ne vaut plus rien. Son lien, valable sept jours, une seule fois :\n{lien}")


@guichet.command()
@click.argument("code")
@click.option("--vers", default=None, help="Le code du guichet qui reprend tout. Sans lui, celui de chaque commune.")
@click.pass_obj
def fermer(ouvrir: Ouvrir, code: str, vers: str | None) -> None:
    """Ferme un guichet : ses demandes passent à un autre, les personnes sont prévenues, ses agents n’entrent plus."""
    with _refuser(ouvrir):
        from portail.guichet import fermeture
        from portail.horloge import maintenant

        bilan = fermeture.fermer(code, vers, maintenant())
    for nom, nombre in sorted(bilan.reprises.items()):
        click.echo(f"{nombre} demande(s) pour {nom}.")
    click.echo(f"Guichet fermé. {bilan.agents} agent(s) n’y entrent plus ; un autre guichet peut les inviter.")


@guichet.command()
@click.argument("code")
@click.pass_obj
def rouvrir(ouvrir: Ouvrir, code: str) -> None:
    """Rouvre un guichet fermé. Ses agents se relancent un à un ; ses demandes d’avant restent où elles sont."""
    with _refuser(ouvrir):
        from portail.db import ecriture
        from portail.guichet import fermeture

        with ecriture() as session:
            fermeture.rouvrir(session, code)
    click.echo("Guichet rouvert. « portail guichet relancer » rend l’entrée à son responsable.")


@contextmanager
def _refuser(ouvrir: Ouvrir, *, preparer: bool = False) -> Iterator[None]:
    """L'application ouverte ; un refus du métier se dit en une phrase, et la commande échoue."""
    with ouvrir(preparer=preparer):
        from portail.guichet.guichets import GuichetRefuse

        try:
            yield
        except GuichetRefuse as refus:
            raise click.ClickException(str(refus)) from refus


@click.group()
def journal() -> None:
    """Le journal des agents."""


@journal.command()
@click.option("--repere", default="", help="Une tête notée plus tôt (« numéro:empreinte ») : elle doit s’y retrouver.")
@click.pass_obj
def verifier(ouvrir: Ouvrir, repere: str) -> None:
    """Dit si le journal est intact, ou nomme la première écriture rompue (code de sortie 1)."""
    from portail.guichet import journal as chaine

    numero, _, empreinte = repere.partition(":")
    if repere and not (numero.isdecimal() and empreinte):
        raise click.BadParameter("un repère s’écrit « numéro:empreinte », tel que cette commande l’affiche.")
    with ouvrir():
        from portail.db import lecture

        with lecture() as session:
            attendu = chaine.Tete(int(numero), empreinte) if repere else None
            rupture = next(chaine.verifier(session, attendu), None)
            tete = chaine.tete(session)
    if rupture is not None:
        ou = f"Écriture {rupture.id}" if rupture.id is not None else "Journal"
        click.echo(f"{ou} : {rupture.raison}.", err=True)
        sys.exit(1)
    click.echo("Journal intact." + (f" À noter hors de cette machine : {tete}" if tete else " Il est vide."))


@journal.command()
@click.option(
    "--agent", "courriel", default="", help="L’adresse mail de l’agent dont l’accès a servi. Sans elle, tous."
)
@click.option("--du", type=JOUR, required=True, help="Premier jour (2026-11-24).")
@click.option("--au", type=JOUR, required=True, help="Dernier jour, compris.")
@click.pass_obj
def personnes(ouvrir: Ouvrir, courriel: str, du: datetime, au: datetime) -> None:
    """Après une fuite : les demandes lues ou changées, et qui prévenir (CSV). La commande s’inscrit au journal."""
    if au < du:  # rien n'en sortirait, et l'on croirait n'avoir personne à prévenir
        raise click.BadParameter("le dernier jour est avant le premier.")
    with ouvrir():
        from portail.db import lecture
        from portail.guichet import acces, personnes_touchees
        from portail.guichet.echanges.cellules import en_csv
        from portail.guichet.journal import inscrire_une_lecture
        from portail.guichet.modeles import ActeJournal

        with lecture() as session:
            agent = acces.agent_par_courriel(session, courriel) if courriel else None
            if courriel and agent is None:
                raise click.ClickException("Aucun agent n’a cette adresse mail.")
            lignes = list(personnes_touchees.touchees(session, du.date(), au.date(), agent))
        qui = f"agent {agent.id} : " if agent else ""
        objet = f"{qui}personnes touchées, du {du:%d/%m/%Y} au {au:%d/%m/%Y}"
        inscrire_une_lecture(
            ActeJournal.LECTURE_JOURNAL, guichet_code=agent.guichet.code if agent else None, objet=objet
        )
        for morceau in en_csv(personnes_touchees.COLONNES, lignes):
            click.echo(morceau, nl=False)
    click.echo(f"{len(lignes)} demande(s).", err=True)
