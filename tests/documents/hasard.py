"""Des déclarations tirées au hasard : n'importe quel foyer, n'importe quelle réponse que la base peut contenir."""

from __future__ import annotations

import random
import sys
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from portail.champs import (
    Champ,
    ChampChoix,
    ChampDate,
    ChampEntier,
    ChampEuros,
    ChampLieu,
    ChampListe,
    ChampLong,
    ChampNir,
    ChampSelection,
)
from portail.choix import OuiNon
from portail.demande.modeles import AnnexeHandicap, CommuneSouhaitee, Declaration, MotifDeclare, Role
from portail.demande.parcours import PARCOURS
from tests.demande import memoire
from tests.fabriques import nir

MOTS = (
    "loyer", "Villeurbanne", "l’été", "1\u202f234,50\u00a0€", "<b>gras</b>", "</p><h1>ATTRIBUÉ</h1>", "&amp;", "Nguyễn",
    "🏠", "نور", "Ḁ", "e\u0301", "-", "?", "W" * 60, "anticonstitutionnellement-" * 3, "(Tj) ET EMC", "«", "\u2028",
)  # fmt: skip
LIEUX = ("69266", "69123", "75056", "97411", "2A004", "00000", "99352")
COMPTES = {"codemandeurs": 4, "colocataires": 3, "a_charge": 8, "autres": 3, "annexes": 3, "communes": 8, "motifs": 6}

# Les réponses qui ouvrent des lignes : elles suivent le nombre de personnes tirées.
OUVRENT = {
    "nb_codemandeurs", "a_colocataires", "a_personnes_a_charge", "a_autres_enfants", "a_handicap", "logement_a_adapter",
}  # fmt: skip


def declaration(graine: int) -> Declaration:
    """Toujours la même pour une même graine."""
    hasard = random.Random(graine)
    tiree = memoire.declaration()
    for role, nom in (
        (Role.CODEMANDEUR, "codemandeurs"),
        (Role.COLOCATAIRE, "colocataires"),
        (Role.A_CHARGE, "a_charge"),
        (Role.AUTRE_ENFANT, "autres"),
    ):
        for _ in range(_combien(hasard, nom)):
            memoire.ajouter(tiree, role)
    numeros = iter(range(100, 1000))
    tiree.communes += [CommuneSouhaitee(id=next(numeros), rang=n) for n in range(2, 2 + _combien(hasard, "communes"))]
    tiree.motifs_declares += [MotifDeclare(id=next(numeros), rang=n) for n in range(2, 2 + _combien(hasard, "motifs"))]
    tiree.annexes += [AnnexeHandicap(id=next(numeros), rang=n) for n in range(1, 1 + _combien(hasard, "annexes"))]
    if tiree.annexes:
        tiree.foyer.a_handicap = tiree.foyer.logement_a_adapter = OuiNon.OUI
    contexte = memoire.contexte()
    for _ in range(2):  # les premières réponses ouvrent des questions
        for etape in PARCOURS.etapes:
            for section, cible in etape.lignes(tiree):
                formulaire = section.formulaire(cible, contexte)
                for nom, champ in formulaire._fields.items():
                    if nom not in OUVRENT:
                        setattr(cible, nom, _reponse(hasard, champ))
    tiree.demande.numero_unique = hasard.choice((None, "069112600000169266"))
    return tiree


def _combien(hasard: random.Random, nom: str) -> int:
    """Souvent peu, parfois beaucoup."""
    return min(hasard.choice((0, 0, 1, 2, COMPTES[nom])), COMPTES[nom])


def _reponse(hasard: random.Random, champ: Champ) -> Any:
    if hasard.random() < 0.15:
        return None
    match champ:
        case ChampListe():
            return tuple(membre for membre in champ.choix if hasard.random() < 0.3)
        case ChampChoix():
            return hasard.choice(list(champ.choix))
        case ChampSelection():
            return hasard.choice([cle for cle, _, _ in champ.options_proposees() if cle] or [None])
        case ChampDate():
            return date(1930, 1, 1) + timedelta(days=hasard.randrange(36_000))
        case ChampEuros():
            return Decimal(hasard.randrange(100_000_000)) / 100
        case ChampEntier():
            return hasard.randrange(10_000_000)
        case ChampNir():
            return nir(f"285{hasard.randrange(1, 13):02d}69266{hasard.randrange(1, 999):03d}")
        case ChampLieu():
            return hasard.choice(LIEUX)
        case ChampLong():
            return texte(hasard, getattr(champ, "maximum", 2000), "\n")
        case _:
            return texte(hasard, getattr(champ, "maximum", 14), " ")


def texte(hasard: random.Random, longueur: int, separateur: str) -> str:
    """Des mots, des caractères de toutes les écritures, ou un seul mot démesuré."""
    genre = hasard.randrange(4)
    if genre == 0:
        return "".join(_caractere(hasard) for _ in range(hasard.randrange(1, min(longueur, 60))))
    if genre == 1:
        return hasard.choice("xWé李") * hasard.randrange(1, longueur)
    mots = [hasard.choice(MOTS) for _ in range(hasard.randrange(1, 40))]
    return (separateur if genre == 2 else " ").join(mots)[:longueur]


def _caractere(hasard: random.Random) -> str:
    code = hasard.choice((hasard.randrange(0x20, 0x250), hasard.randrange(sys.maxunicode)))
    return chr(code) if not 0xD800 <= code <= 0xDFFF else "?"
