"""La liste de docs/licences.md, engendrée des verrous et des métadonnées : « make licences » la réécrit."""

from __future__ import annotations

import re

from outils.paquets import EMPORTES, RACINE, Paquet, verrouilles

DOCUMENT = RACINE / "docs" / "licences.md"
# Ce qu'un logiciel libre sous licence MIT peut employer et citer sans changer lui-même de licence.
PERMISES = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "LGPL-2.1-or-later", "LGPL-3.0-only", "MIT", "MIT-0",
    "MIT-CMU", "MPL-2.0", "OFL-1.1", "PSF-2.0", "ZPL-2.1",
}  # fmt: skip
ADMISES = {"pillow-heif": "x265, dans sa roue, encode ; nous ne faisons que décoder (docs/licences.md)"}
DEBUT, FIN = "<!-- liste engendrée : début -->\n", "<!-- liste engendrée : fin -->\n"


def refusees() -> list[str]:
    """Celles dont une licence n'est ni permise, ni admise pour une raison écrite."""
    return [
        f"{paquet.nom} : {paquet.licence}"
        for paquet in _tous()
        if not set(re.findall(r"[\w.+-]+", paquet.licence)) - {"AND", "OR"} <= PERMISES and paquet.nom not in ADMISES
    ]


def liste() -> str:
    lignes = ["| bibliothèque | licence | |", "|---|---|---|"]
    lignes += [f"| {p.nom} | {p.licence} | {'en option' if p.est_facultatif else ''} |" for p in _tous()]
    return "\n".join(lignes) + "\n"


def ecrire() -> None:
    avant, _, reste = DOCUMENT.read_text(encoding="utf-8").partition(DEBUT)
    DOCUMENT.write_text(avant + DEBUT + liste() + FIN + reste.partition(FIN)[2], encoding="utf-8")


def _tous() -> list[Paquet]:
    return [*verrouilles(), *EMPORTES]


if __name__ == "__main__":
    ecrire()
