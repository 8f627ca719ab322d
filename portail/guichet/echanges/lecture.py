"""Du fichier reçu à ses lignes : CSV ou JSON, reconnu à son contenu, jamais à son nom."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from portail.champs.base import sans_blancs_exotiques
from portail.champs.nombres import en_milliers
from portail.guichet.echanges.cellules import MARQUE, rendre
from portail.guichet.echanges.forme import (
    COLONNES,
    EN_PLUS,
    LIGNES_MAX,
    OBLIGATOIRES,
    TAILLE_MAX,
    VERSION,
    FichierRefuse,
)

SEPARATEURS = ";,\t"


@dataclass(frozen=True)
class Entree:
    """Une ligne reçue. `numero` : celui de la ligne dans le fichier CSV, le rang de l'objet en JSON."""

    numero: int
    cellules: dict[str, str]

    def __getitem__(self, colonne: str) -> str:
        return self.cellules.get(colonne, "")


def lire(octets: bytes) -> list[Entree]:
    """Les lignes du fichier. Lève `FichierRefuse`."""
    if len(octets) > TAILLE_MAX:
        taille = en_milliers(TAILLE_MAX // 1000)
        raise FichierRefuse(f"Ce fichier est trop lourd : {taille}\u00a0Ko au plus. Coupez-le en plusieurs.")
    texte = _texte(octets)
    lignes = _du_json(texte) if texte.startswith(("{", "[")) else _du_csv(texte)
    entrees: list[Entree] = []
    for numero, cellules in lignes:
        if len(entrees) == LIGNES_MAX:
            raise FichierRefuse(f"Ce fichier a plus de {en_milliers(LIGNES_MAX)} lignes. Coupez-le en plusieurs.")
        entrees.append(Entree(numero, {nom: _propre(valeur) for nom, valeur in cellules.items()}))
    if not entrees:
        raise FichierRefuse("Ce fichier ne contient aucun évènement.")
    return entrees


def _texte(octets: bytes) -> str:
    """UTF-8 si c'en est, sinon Windows-1252 (ce qu'écrit un tableur français)."""
    if b"\0" in octets:
        raise FichierRefuse("Ce fichier n’est pas du texte. Enregistrez votre tableau au format CSV (UTF-8).")
    for encodage in ("utf-8", "cp1252"):
        try:
            return octets.decode(encodage).removeprefix(MARQUE).strip()
        except UnicodeDecodeError:
            continue
    raise FichierRefuse("Les lettres accentuées de ce fichier ne se lisent pas. Enregistrez-le en UTF-8.")


def _propre(valeur: str) -> str:
    lignes = (sans_blancs_exotiques(ligne) for ligne in valeur.splitlines())
    return "\n".join(lignes).strip()


def _verifier_les_colonnes(noms: list[str], quoi: str) -> None:
    if inconnues := [nom for nom in noms if nom not in {*COLONNES, *EN_PLUS}]:
        raise FichierRefuse(f"{quoi} « {inconnues[0][:40]} » n’est pas connue. Les colonnes : {', '.join(COLONNES)}.")
    if len(set(noms)) != len(noms):
        raise FichierRefuse(f"{quoi} « {next(nom for nom in noms if noms.count(nom) > 1)} » est là deux fois.")


def _du_csv(texte: str) -> Iterator[tuple[int, dict[str, str]]]:
    premiere = texte.partition("\n")[0].strip()
    decalage = 0
    if premiere.lower().startswith("sep=") and len(premiere) == 5:  # l'indication qu'ajoutent certains tableurs
        texte, decalage = texte.partition("\n")[2], 1
        premiere = texte.partition("\n")[0]
    separateur = max(SEPARATEURS, key=premiere.count)
    lecteur = csv.reader(io.StringIO(texte, newline=""), delimiter=separateur, strict=True)
    try:
        colonnes = [nom.strip().lower() for nom in next(lecteur, [])]
        _verifier_les_colonnes(colonnes, "La colonne")
        if manquantes := [nom for nom in OBLIGATOIRES if nom not in colonnes]:
            raise FichierRefuse(
                f"Il manque la colonne « {manquantes[0]} ». La première ligne du fichier nomme les colonnes."
            )
        numero = lecteur.line_num + 1
        for cellules in lecteur:
            if any(cellule.strip() for cellule in cellules):
                if len(cellules) > len(colonnes):
                    raise FichierRefuse(
                        f"La ligne {numero + decalage} a {len(cellules)} cellules pour {len(colonnes)} colonnes. "
                        "Un texte qui contient le séparateur se met entre guillemets."
                    )
                yield numero + decalage, dict(zip(colonnes, map(rendre, cellules), strict=False))
            numero = lecteur.line_num + 1
    except csv.Error:
        raise FichierRefuse(
            f"La ligne {lecteur.line_num + decalage} ne se lit pas : ses guillemets sont mal fermés."
        ) from None


def _du_json(texte: str) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        contenu = json.loads(texte)
    except json.JSONDecodeError as erreur:
        raise FichierRefuse(f"Ce JSON ne se lit pas : erreur à la ligne {erreur.lineno}.") from None
    except (ValueError, RecursionError):
        raise FichierRefuse("Ce JSON ne se lit pas.") from None
    objets = contenu.get("evenements") if isinstance(contenu, dict) else None
    if not isinstance(objets, list):
        raise FichierRefuse("Un fichier JSON est un objet dont « evenements » est une liste d’objets.")
    if contenu.get("version", VERSION) != VERSION:
        raise FichierRefuse(f"Ce fichier n’est pas de la version {VERSION}, la seule connue.")
    for rang, objet in enumerate(objets, 1):
        if not isinstance(objet, dict):
            raise FichierRefuse(f"L’évènement {rang} n’est pas un objet.")
        _verifier_les_colonnes(list(objet), "La clé")
        yield rang, {nom: _valeur(rang, nom, valeur) for nom, valeur in objet.items()}


def _valeur(rang: int, nom: str, valeur: Any) -> str:
    if valeur is None or nom in EN_PLUS:
        return ""
    if isinstance(valeur, bool) or not isinstance(valeur, str | int):
        raise FichierRefuse(f"L’évènement {rang} : « {nom} » est un texte, un nombre entier ou null.")
    try:
        return str(valeur).encode().decode()
    except ValueError:  # demi-caractère, ou nombre trop long pour s'écrire
        raise FichierRefuse(f"L’évènement {rang} : « {nom} » ne se lit pas.") from None
