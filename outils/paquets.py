"""Les bibliothèques verrouillées et leur licence, lues dans les métadonnées installées.

Une licence est un identifiant SPDX. Celle qu'un paquet ne dit pas dans une forme sûre est ici, lue dans son texte.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

RACINE = Path(__file__).resolve().parent.parent
EPINGLE = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;]+)", re.M)
NOMS = {
    "MIT": "MIT",
    "BSD-3-Clause": "BSD-3-Clause",
    "BSD-2-Clause": "BSD-2-Clause",
    "ZPL 2.1": "ZPL-2.1",
    "Apache License, Version 2.0": "Apache-2.0",
    "OSI Approved :: MIT License": "MIT",
    "OSI Approved :: Apache Software License": "Apache-2.0",
    "OSI Approved :: GNU Lesser General Public License v2 or later (LGPLv2+)": "LGPL-2.1-or-later",
}
LUES = {
    "backports-zstd": "PSF-2.0",  # absente à partir de Python 3.14
    "flask-wtf": "BSD-3-Clause",
    "itsdangerous": "BSD-3-Clause",
    "jinja2": "BSD-3-Clause",
    "pillow-heif": "BSD-3-Clause AND GPL-2.0-only",  # la roue contient x265
    "pyasn1-modules": "BSD-2-Clause",
    "pypdfium2": "BSD-3-Clause AND Apache-2.0",
    "reportlab": "BSD-3-Clause",
    "segno": "BSD-3-Clause",
    "wtforms": "BSD-3-Clause",
}


@dataclass(frozen=True)
class Paquet:
    """`demande` : les paquets du même verrou dont il dépend. `est_facultatif` : il ne vient qu'avec un extra."""

    nom: str
    version: str
    licence: str
    est_facultatif: bool
    demande: tuple[str, ...]


# Ce qui vient avec le dépôt sans être un paquet Python.
EMPORTES = (
    Paquet("htmx.org", "4.0.1", "0BSD", False, ()),
    Paquet("Portail Texte (réduction de Source Sans 3)", "", "OFL-1.1", False, ()),
)


class LicenceInconnue(Exception):
    """Ni une expression SPDX, ni un nom connu : à lire dans le texte, puis à écrire dans `LUES`."""


def verrouilles() -> list[Paquet]:
    """Ceux du service, puis ceux de ses extras, par nom. Lève `LicenceInconnue`."""
    service = _epingles("requirements.lock")
    tous = {**_epingles("requirements-extras.lock"), **service}
    return [
        Paquet(nom, version, licence(nom), nom not in service, _demandes(nom, set(tous)))
        for nom, version in sorted(tous.items())
    ]


def licence(nom: str) -> str:
    if nom in LUES:
        return LUES[nom]
    dites = metadata.metadata(nom)
    if expression := dites.get("License-Expression"):
        return expression
    classes = [c.removeprefix("License :: ") for c in dites.get_all("Classifier") or [] if c.startswith("License :: ")]
    for dite in (dites.get("License") or "", *classes):
        if dite in NOMS:
            return NOMS[dite]
    raise LicenceInconnue(f"{nom} : {dites.get('License')!r}, {classes}")


def normaliser(nom: str) -> str:
    return re.sub(r"[-_.]+", "-", nom).lower()


def _epingles(verrou: str) -> dict[str, str]:
    return {normaliser(nom): version for nom, version in EPINGLE.findall((RACINE / verrou).read_text(encoding="utf-8"))}


def _demandes(nom: str, parmi: set[str]) -> tuple[str, ...]:
    try:
        demandes = metadata.requires(nom) or []
    except metadata.PackageNotFoundError:
        return ()  # écarté par son marqueur sur ce Python
    noms = {normaliser(re.split(r"[\s;\[<>=!~(]", demande, maxsplit=1)[0]) for demande in demandes}
    return tuple(sorted(noms & parmi))
