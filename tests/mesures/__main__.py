"""`make bench` : les rapports, les temps de démarrage, la mémoire, les recherches, les documents."""

from __future__ import annotations

import sys

from tests.mesures import debit, demarrage

RUBRIQUES = {"debit": debit.principal, "demarrage": demarrage.principal}


def principal(choisies: list[str]) -> None:
    for nom, mesurer in RUBRIQUES.items():
        if not choisies or nom in choisies:
            print(f"\n— {nom}")
            mesurer()


if __name__ == "__main__":
    principal(sys.argv[1:])
