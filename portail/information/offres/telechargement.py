"""La fiche d'une commune en CSV et en JSON : une ligne par chiffre, avec son territoire, sa date et sa source."""

from __future__ import annotations

import csv
import io
import json

from portail.information.offres.fiche import Fiche

COLONNES = ("code_insee", "commune", "indicateur", "valeur", "unite", "etat", "niveau", "territoire", "date", "source")


def lignes(fiche: Fiche) -> list[dict[str, object]]:
    """`valeur` est vide quand `etat` dit « inconnu » ou « moins de 10 » : absent n'est pas zéro."""
    return [
        {
            "code_insee": fiche.commune.code_insee,
            "commune": fiche.nom,
            "indicateur": nom,
            "valeur": chiffre.publie,
            "unite": chiffre.unite,
            "etat": chiffre.etat,
            "niveau": chiffre.territoire.niveau.value,
            "territoire": chiffre.territoire.nom,
            "date": chiffre.date,
            "source": chiffre.source,
        }
        for nom, chiffre in fiche.chiffres.items()
    ]


def en_csv(fiche: Fiche) -> str:
    """Séparé par des points-virgules, précédé d'une marque UTF-8 : un tableur français l'ouvre sans rien demander."""
    sortie = io.StringIO()
    ecrivain = csv.DictWriter(sortie, COLONNES, delimiter=";", lineterminator="\r\n")
    ecrivain.writeheader()
    for ligne in lignes(fiche):
        valeur = ligne["valeur"]
        ecrivain.writerow({**ligne, "valeur": "" if valeur is None else str(valeur).replace(".", ",")})
    return "\ufeff" + sortie.getvalue()


def en_json(fiche: Fiche) -> str:
    return json.dumps(lignes(fiche), ensure_ascii=False, indent=1)
