"""Chercher dans les questions avec ses mots à soi : accents, fautes, synonymes, mots coupés. Tout en mémoire.

Chaque idée de la requête (un mot, ou une expression connue) vaut selon sa rareté. Une question gagne ce
que valent les idées qu'elle porte ; celles qu'elle ne porte pas la font descendre.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import OSA

from portail.information.faq.index import Index
from portail.information.faq.mots import VIDES, decouper, racine, racines, son
from portail.information.faq.questions import CONTENUS, Question, questions
from portail.information.faq.themes import THEMES, Theme

MOTS = re.compile(r"(\w+)")
LONGUEUR_LUE = 200
LIMITE = 8
SEUIL = 0.22  # part de la requête qu'une question doit couvrir pour être montrée
SEUIL_RELATIF = 0.45  # au-dessous de cette part de la meilleure note, une réponse n'éclaire plus
VALEUR_SYNONYME = 0.75
VALEUR_DEBUT = 0.7
VALEUR_SON = 0.9
SON_MINIMAL = 3
DEBUT_MINIMAL = 5  # « intérim » se retrouve dans « intérimaire »
PART_DU_MOT_PRIS = 0.5  # ce que vaut encore seul un mot d'une expression reconnue
BONUS_SUITE = 0.25  # deux mots voisins dans la requête, voisins aussi dans la question

Variantes = dict[str, float]  # racine → ce que vaut la rencontrer, de 0 à 1
Suite = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Resultats:
    """`compris` : les mots cherchés à la place de ceux qu'on n'a pas reconnus. `racines` : à surligner."""

    mot: str
    trouvees: tuple[Question, ...]
    themes: tuple[Theme, ...]
    compris: str
    racines: frozenset[str]


@dataclass(frozen=True, slots=True)
class Idee:
    """Un mot de la requête et ses variantes, ou les autres façons de dire une expression qu'elle contient."""

    rarete: float
    variantes: Variantes
    suites: tuple[Suite, ...] = ()

    def valeurs(self, index: Index) -> dict[str, float]:
        """Pour chaque question qui porte l'idée, de 0 à 1 : à quel point."""
        gardees: dict[str, float] = {}
        for mot, valeur in self.variantes.items():
            for slug, poids in index.poids[mot].items():
                gardees[slug] = max(gardees.get(slug, 0.0), valeur * poids)
        for suite in self.suites:
            ou = [index.poids.get(mot, {}) for mot in suite]
            for slug in set.intersection(*map(set, ou)):
                gardees[slug] = max(gardees.get(slug, 0.0), VALEUR_SYNONYME * min(poids[slug] for poids in ou))
        return gardees


def chercher(mot: str, limite: int = LIMITE) -> Resultats:
    """Les questions qui répondent à `mot`, les meilleures d'abord ; aucune si rien ne ressemble."""
    index = _index()
    mot = " ".join(mot[:LONGUEUR_LUE].split())
    tous = decouper(mot)
    tapes = _qui_comptent(index, tous)
    idees, compris = _idees(index, tapes)
    couvertes = _couvertes(index, idees)
    paires = [racine(tape) for tape in tous]
    notes = {
        slug: couverte * (1 + BONUS_SUITE * _suites_communes(index.titres[slug], paires))
        for slug, couverte in couvertes.items()
        if couverte >= SEUIL
    }
    plancher = SEUIL_RELATIF * max(notes.values(), default=0.0)
    gardees = [slug for slug, note in notes.items() if note >= plancher]
    meilleures = sorted(gardees, key=lambda slug: (-notes[slug], index.questions[slug].ordre))[:limite]
    trouvees = tuple(index.questions[slug] for slug in meilleures)
    return Resultats(
        mot=mot,
        trouvees=trouvees,
        themes=_themes(index, couvertes, trouvees),
        compris=" ".join(compris) if compris != tapes else "",
        racines=frozenset(variante for idee in idees for variante in idee.variantes)
        | frozenset(mot for idee in idees for suite in idee.suites for mot in suite),
    )


def _qui_comptent(index: Index, tous: list[str]) -> list[str]:
    """Les mots qui portent un sens : ni petits mots, ni nombres inconnus (sauf s'il n'y a qu'eux)."""
    pleins = [tape for tape in tous if tape not in VIDES]
    return [tape for tape in pleins if not tape.isdigit() or tape in index.poids] or pleins or tous


def _couvertes(index: Index, idees: list[Idee]) -> dict[str, float]:
    """La part de la requête que couvre chaque question, de 0 à 1 ; absente si elle n'en couvre rien."""
    total = sum(idee.rarete for idee in idees)
    couvertes: dict[str, float] = {}
    for idee in idees:
        for slug, valeur in idee.valeurs(index).items():
            couvertes[slug] = couvertes.get(slug, 0.0) + idee.rarete * valeur / total
    return couvertes


def surligner(texte: str, cherchees: frozenset[str]) -> list[tuple[str, bool]]:
    """[(morceau, à surligner)] : le texte, dont les mots cherchés sont mis à part."""
    morceaux = ((morceau, _est_cherche(morceau, cherchees)) for morceau in MOTS.split(texte) if morceau)
    return _recoller(morceaux)


def _est_cherche(morceau: str, cherchees: frozenset[str]) -> bool:
    plat = "".join(decouper(morceau))
    return plat not in VIDES and racine(plat) in cherchees


def _recoller(morceaux: Iterable[tuple[str, bool]]) -> list[tuple[str, bool]]:
    suite: list[tuple[str, bool]] = []
    for texte, marque in morceaux:
        if suite and suite[-1][1] == marque:
            suite[-1] = (suite[-1][0] + texte, marque)
        else:
            suite.append((texte, marque))
    return suite


def _idees(index: Index, tapes: list[str]) -> tuple[list[Idee], list[str]]:
    """Une idée par mot tapé et par expression reconnue ; et les mots finalement compris."""
    idees: list[Idee] = []
    compris: list[str] = []
    reconnus: list[str] = []
    for tape in tapes:
        variantes = _variantes(index, tape)
        meilleur = max(variantes, key=lambda mot: variantes[mot], default="")
        compris.append(tape if meilleur.startswith(racine(tape)) else index.formes.get(meilleur, tape))
        reconnus.append(meilleur or racine(tape))
        rarete = index.raretes[meilleur] if meilleur else index.rarete_maximale
        idees.append(Idee(rarete, variantes))
    return _avec_synonymes(index, idees, reconnus), compris


def _avec_synonymes(index: Index, idees: list[Idee], reconnus: list[str]) -> list[Idee]:
    """Les autres façons de dire s'ajoutent au mot ; une expression de plusieurs mots devient une idée de plus."""
    augmentees = list(idees)
    for groupe in _synonymes():
        for expression in groupe:
            place = _position(expression, reconnus)
            if place is None:
                continue
            autres = tuple(autre for autre in groupe if autre != expression)
            rangs = range(place, place + len(expression))
            if len(expression) == 1:
                idee = augmentees[place]
                rarete = idee.rarete if idee.variantes else index.rarete_courante
                augmentees[place] = Idee(rarete, idee.variantes, idee.suites + autres)
            else:
                augmentees.append(Idee(max(idees[rang].rarete for rang in rangs), {}, (expression, *autres)))
                for rang in rangs:
                    augmentees[rang] = replace(augmentees[rang], rarete=idees[rang].rarete * PART_DU_MOT_PRIS)
    return augmentees


def _variantes(index: Index, tape: str) -> Variantes:
    """Le mot lui-même s'il est connu ; sinon ce qui sonne pareil, ce qu'il commence, ce qui s'en approche."""
    base = racine(tape)
    if base in index.poids:
        return {base: 1.0}
    if len(base) < 3 or base.isdigit() or base in _mots_des_synonymes():
        return {}
    entendus = index.par_son.get(son(tape), ()) if len(son(tape)) >= SON_MINIMAL else ()
    variantes: Variantes = dict.fromkeys(entendus, VALEUR_SON)
    for mot in index.vocabulaire:
        if mot.startswith(base) or (len(mot) >= DEBUT_MINIMAL and base.startswith(mot)):
            variantes.setdefault(mot, VALEUR_DEBUT)
    if variantes:
        return variantes
    permises = 0 if len(base) < 4 else 1 if len(base) < 8 else 2
    proches = process.extract(base, index.vocabulaire, scorer=OSA.distance, score_cutoff=permises, limit=4)
    plus_proche = min((distance for _, distance, _ in proches), default=0)
    return {mot: 1 - 0.15 * distance for mot, distance, _ in proches if distance == plus_proche}


def _suites_communes(titre: list[str], cherches: list[str]) -> int:
    voisins = set(pairwise(titre))
    return sum(paire in voisins for paire in pairwise(cherches))


def _themes(index: Index, couvertes: dict[str, float], trouvees: tuple[Question, ...]) -> tuple[Theme, ...]:
    """Les thèmes proches : ceux des réponses ; sans réponse, ceux des questions qui ont un mot en commun."""
    notes: dict[str, float] = {}
    for slug, couverte in couvertes.items():
        question = index.questions[slug]
        if not trouvees or question in trouvees:
            notes[question.theme.slug] = max(notes.get(question.theme.slug, 0.0), couverte)
    proches = sorted((theme for theme in THEMES if theme.slug in notes), key=lambda theme: -notes[theme.slug])
    return tuple(proches[:3])


def _position(expression: Suite, mots: list[str]) -> int | None:
    longueur = len(expression)
    places = (place for place in range(len(mots) - longueur + 1) if tuple(mots[place : place + longueur]) == expression)
    return next(places, None)


@cache
def _index() -> Index:
    return Index(questions().values())


@cache
def _synonymes() -> tuple[tuple[Suite, ...], ...]:
    lignes = (CONTENUS / "synonymes.txt").read_text(encoding="utf-8").splitlines()
    groupes = (ligne.split("=") for ligne in lignes if ligne and not ligne.startswith("#"))
    return tuple(tuple(dict.fromkeys(tuple(racines(expression)) for expression in groupe)) for groupe in groupes)


@cache
def _mots_des_synonymes() -> frozenset[str]:
    return frozenset(mot for groupe in _synonymes() for suite in groupe for mot in suite)
