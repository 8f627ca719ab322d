"""Les mots de la ligne de commande, en français : click n'est livré qu'en anglais.

`apprendre` remplace, dans ses modules, les deux fonctions par où passe chacune de ses phrases. Une phrase inconnue
reste en anglais : un test les relit toutes.
"""

from __future__ import annotations

import click

PHRASES = {
    "Usage:": "Usage :",
    "Options": "Options",
    "Commands": "Commandes",
    "Positional arguments": "Arguments",
    "Show this message and exit.": "Affiche ceci.",
    "default: {default}": "défaut : {default}",
    "(dynamic)": "(selon l’environnement)",
    "required": "obligatoire",
    "Error: {message}": "Erreur : {message}",
    "Aborted!": "Interrompu.",
    "unknown error": "erreur inconnue",
    "Try '{command} {option}' for help.": "Pour l’aide : {command} {option}",
    "Missing command.": "Il manque une commande.",
    "Missing argument": "Il manque l’argument",
    "Missing option": "Il manque l’option",
    "Missing parameter": "Il manque le paramètre",
    "Missing parameter: {param_name}": "Il manque : {param_name}",
    "Choose from:\n\t{choices}": "Au choix :\n\t{choices}",
    "No such option {name!r}.": "L’option {name!r} n’existe pas.",
    "No such command {name!r}.": "La commande {name!r} n’existe pas.",
    "Did you mean {possibility}?": "Peut-être {possibility} ?",
    "(Did you mean one of: {possibilities}?)": "(Peut-être : {possibilities} ?)",
    "Got unexpected extra argument ({args})": "Argument en trop : {args}",
    "Got unexpected extra arguments ({args})": "Arguments en trop : {args}",
    "Option {name!r} does not take a value.": "L’option {name!r} s’écrit sans valeur.",
    "Option {name!r} requires an argument.": "L’option {name!r} attend une valeur.",
    "Option {name!r} requires {nargs} arguments.": "L’option {name!r} attend {nargs} valeurs.",
    "Invalid value: {message}": "Valeur refusée : {message}",
    "Invalid value for {param_hint}: {message}": "Valeur refusée pour {param_hint} : {message}",
    "Could not open file {filename!r}: {message}": "Le fichier {filename!r} ne s’ouvre pas : {message}",
    "{value!r} is not a valid {number_type}.": "{value!r} n’est pas un nombre.",
    "{value} is not in the range {range}.": "{value} n’est pas permis ({range}).",
    "{value!r} is not {choice}.": "{value!r} n’est pas {choice}.",
    "{value!r} is not one of {choices}.": "{value!r} n’est pas l’un de : {choices}.",
    "{value!r} does not match the format {format}.": "{value!r} n’est pas une date comme 2026-11-24.",
    "{value!r} does not match the formats {formats}.": "{value!r} n’est pas une date de la forme {formats}.",
    "{value!r} is not a valid boolean. Recognized values: {states}": "{value!r} : écrivez oui ou non ({states}).",
    "{name} {filename!r} does not exist.": "{filename!r} est introuvable.",
    "{name} {filename!r} is a file.": "{filename!r} est un fichier.",
    "{name} {filename!r} is a directory.": "{filename!r} est un dossier.",
    "{name} {filename!r} is not readable.": "{filename!r} ne peut pas être lu.",
    "{name} {filename!r} is not writable.": "{filename!r} ne peut pas être écrit.",
    "Error: invalid input": "Erreur : réponse non comprise",
}
MODULES = (click.core, click.decorators, click.exceptions, click.formatting, click.parser, click.termui, click.types)


def apprendre() -> None:
    """Pour tout le processus. Sans effet sur ce que disent déjà nos commandes, écrites en français."""
    for module in MODULES:
        for nom, parole in (("_", _dire), ("ngettext", _dire_selon)):
            if hasattr(module, nom):
                setattr(module, nom, parole)


def _dire(phrase: str) -> str:
    return PHRASES.get(phrase, phrase)


def _dire_selon(seul: str, plusieurs: str, nombre: int) -> str:
    return _dire(seul if nombre < 2 else plusieurs)
