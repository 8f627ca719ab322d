"""Ce que FranceConnect dit de la personne, dans les mots du portail, et sa comparaison avec un compte."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from portail.champs.base import sans_blancs_exotiques
from portail.champs.textes import COURRIEL
from portail.compte.modeles import Compte
from portail.referentiels import recherche

FRANCE = "99100"  # code Insee du pays
LONGUEUR = 100  # caractères, comme les colonnes du compte
DONNES = ("nom_naissance", "prenoms", "date_naissance", "lieu_naissance")


@dataclass(frozen=True)
class Identite:
    """L'identité pivot. Ce que le fournisseur ne dit pas, ou dit à moitié, vaut None et se demande à la personne."""

    emetteur: str
    sub: str
    nom_naissance: str | None
    prenoms: str | None
    date_naissance: date | None
    lieu_naissance: str | None
    nom_usage: str | None
    courriel: str | None

    @property
    def donnees(self) -> tuple[str, ...]:
        """Les champs que la personne n'a pas à remplir."""
        return tuple(nom for nom in DONNES if getattr(self, nom) is not None)

    def ecrire(self) -> str:
        return json.dumps(asdict(self), default=date.isoformat, ensure_ascii=False)


def lire(texte: str) -> Identite:
    """L'inverse de `Identite.ecrire`."""
    lu = json.loads(texte)
    naissance = lu["date_naissance"]
    lu["date_naissance"] = date.fromisoformat(naissance) if naissance else None
    return Identite(**{champ.name: lu[champ.name] for champ in fields(Identite)})


def traduire(emetteur: str, sub: str, dit: dict[str, Any]) -> Identite:
    """`given_name`, `family_name` (le nom de naissance), `birthdate`, `birthplace`, `birthcountry` (domaine § 6)."""
    courriel = (_texte(dit.get("email")) or "").lower()
    nom, usage = _texte(dit.get("family_name")), _texte(dit.get("preferred_username"))
    return Identite(
        emetteur=emetteur,
        sub=sub,
        nom_naissance=nom,
        prenoms=_texte(dit.get("given_name")),
        date_naissance=_date(dit.get("birthdate")),
        lieu_naissance=_lieu(dit.get("birthplace"), dit.get("birthcountry")),
        nom_usage=usage if usage != nom else None,
        courriel=courriel if COURRIEL.fullmatch(courriel) else None,
    )


def concordent(identite: Identite, compte: Compte) -> bool:
    """Même nom de naissance, même premier prénom, même date : sans quoi on ne relie pas (surete.md T9).

    « D’Angelo » et « DANGELO » sont le même nom. Le lieu n'est pas comparé : une commune change de nom, fusionne, se
    dit par son arrondissement.
    """
    return (
        _simple(identite.nom_naissance).replace(" ", "") == _simple(compte.nom_naissance).replace(" ", "")
        and _simple(identite.prenoms).split()[:1] == _simple(compte.prenoms).split()[:1]
        and identite.date_naissance in {None, compte.date_naissance}
    )


def _texte(valeur: object) -> str | None:
    if not isinstance(valeur, str):
        return None
    propre = sans_blancs_exotiques("".join(c for c in valeur if c.isprintable() or c.isspace()))
    return propre if 0 < len(propre) <= LONGUEUR else None


def _date(valeur: object) -> date | None:
    """« 1962-08-24 ». Une date présumée (« 1962-00-00 ») n'en est pas une : la personne la dira."""
    if not isinstance(valeur, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", valeur):
        return None
    try:
        return date.fromisoformat(valeur)
    except ValueError:
        return None


def _lieu(commune: object, pays: object) -> str | None:
    """Le code Insee de la commune, ou du pays pour qui est né ailleurs. Inconnu de nos référentiels : None."""
    code = commune if pays in {None, "", FRANCE} else pays
    if not isinstance(code, str) or not re.fullmatch(r"[0-9AB]{5}", code) or code == FRANCE:
        return None
    trouve = recherche.lieu(code)
    return trouve.code if trouve else None


def _simple(texte: str | None) -> str:
    """« DUPONT-MARTIN », « Dupont Martin » : sans accent, sans casse, un blanc entre les mots."""
    nu = "".join(c for c in unicodedata.normalize("NFD", (texte or "").casefold()) if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", nu))
