"""Les réponses d'une déclaration, pour l'échange : tirées des formulaires des étapes, il n'y a pas d'autre liste.

Un code plutôt qu'un libellé, une date ISO, un nombre sans unité : ce qui se relit par une machine. Les données de santé
(sections confidentielles) n'en sont pas, et un numéro de sécurité sociale est toujours masqué.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from portail import nir
from portail.champs import ChampEntier, ChampEuros, ChampLieu, ChampNir
from portail.champs.base import est_vide
from portail.choix import Choix
from portail.demande.etape import Etape, Section, cle_de_ligne
from portail.demande.formulaire import regles
from portail.demande.modeles import Declaration
from portail.demande.parcours import PARCOURS

Valeur = str | int | float | list[str] | None
ENTRE_LIGNES = " | "  # dans une cellule de CSV, ce que dit chaque ligne d'une section répétée


@dataclass(frozen=True)
class Colonne:
    """Une question. `valeurs` : {code: libellé} si la réponse est fermée."""

    etape: str
    section: str
    champ: str
    question: str
    nature: str
    valeurs: dict[str, str]
    repetee: bool

    @property
    def nom(self) -> str:
        """« souhaits.logement.types » : le nom de la colonne en CSV."""
        return f"{self.etape}.{self.section}.{self.champ}"


@cache
def colonnes() -> tuple[Colonne, ...]:
    """Toutes les questions qui s'échangent, dans l'ordre du formulaire."""
    return tuple(
        _colonne(etape, section, nom) for etape, section in _sections() for nom, _ in regles(section.formulaire)
    )


def question(etape: str, section: str, champ: str) -> str:
    """Les mots d'une question, ou son nom si elle n'existe plus."""
    nom = f"{etape}.{section}.{champ}"
    return next((colonne.question for colonne in colonnes() if colonne.nom == nom), champ)


def objet(declaration: Declaration) -> dict[str, dict[str, list[dict[str, Valeur]]]]:
    """{étape: {section: [{"ligne": sa clé, champ: valeur…}]}}. Une question qui ne se pose pas est absente."""
    reponses: dict[str, dict[str, list[dict[str, Valeur]]]] = {}
    for etape, section in _sections():
        lignes = [
            {"ligne": cle_de_ligne(cible), **dict(_reponses(section, cible))} for cible in section.lignes(declaration)
        ]
        reponses.setdefault(etape.slug, {})[section.nom] = lignes
    return reponses


def cellules(declaration: Declaration) -> Iterator[str]:
    """Les mêmes réponses à plat, une par colonne de `colonnes()`."""
    for _, section in _sections():
        lignes = [dict(_reponses(section, cible)) for cible in section.lignes(declaration)]
        for nom, _regle in regles(section.formulaire):
            yield _cellule(ligne.get(nom) for ligne in lignes)


@cache
def _sections() -> tuple[tuple[Etape, Section], ...]:
    return tuple(
        (etape, section) for etape in PARCOURS.etapes for section in etape.sections if not section.confidentielle
    )


def _reponses(section: Section, cible: Any) -> Iterator[tuple[str, Valeur]]:
    nirs = _numeros_de_securite_sociale(section)
    for nom, regle in regles(section.formulaire):
        if regle.est_posee(cible):
            valeur = getattr(cible, nom)
            yield nom, nir.masquer(valeur) if valeur and nom in nirs else _code(valeur)


@cache
def _numeros_de_securite_sociale(section: Section) -> frozenset[str]:
    return frozenset(
        nom for nom, _ in regles(section.formulaire) if issubclass(_declare(section, nom).field_class, ChampNir)
    )


def _declare(section: Section, nom: str) -> Any:
    return getattr(section.formulaire, nom)


def _code(valeur: Any) -> Valeur:
    if est_vide(valeur):
        return None
    match valeur:
        case Choix():
            return valeur.code
        case tuple():
            return [membre.code for membre in valeur]
        case date():
            return valeur.isoformat()
        case Decimal():
            return int(valeur) if valeur == int(valeur) else float(valeur)
    return valeur


def _cellule(valeurs: Iterable[Valeur]) -> str:
    """Une valeur par ligne, vide comprise, dans l'ordre ; rien du tout si aucune n'a de réponse."""
    textes = [", ".join(valeur) if isinstance(valeur, list) else _texte(valeur) for valeur in valeurs]
    return ENTRE_LIGNES.join(textes) if any(textes) else ""


def _texte(valeur: str | int | float | None) -> str:
    if isinstance(valeur, float):
        return f"{valeur:.2f}".replace(".", ",")  # un tableur français lit « 1650,50 » comme un nombre
    return "" if valeur is None else str(valeur).replace("|", "/")


def _colonne(etape: Etape, section: Section, nom: str) -> Colonne:
    declare = _declare(section, nom)
    classe = declare.field_class
    fermee = next(
        (argument for argument in declare.args if isinstance(argument, type) and issubclass(argument, Choix)), None
    )
    natures = {ChampEntier: "nombre entier", ChampEuros: "euros", ChampLieu: "code Insee", ChampNir: "numéro masqué"}
    nature = next((dite for mere, dite in natures.items() if issubclass(classe, mere)), "texte")
    if fermee is not None:
        nature = "codes" if classe.genre == "liste" else "code"
    elif classe.genre == "date":
        nature = "date"
    return Colonne(
        etape.slug,
        section.nom,
        nom,
        declare.args[0],
        nature,
        {membre.code: membre.libelle for membre in fermee} if fermee else {},
        repetee=bool(section.repetition or section.prefixee),
    )
