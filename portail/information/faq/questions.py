"""Une question par fichier (contenus/faq/<slug>.md) : un en-tête « clé: valeur », « En bref », « Réponse ».

La forme exacte est décrite dans docs/decisions/0010-contenus-en-markdown.md. Un fichier abîmé empêche le
portail de démarrer, avec le nom du fichier : mieux vaut le savoir à l'installation que devant un visiteur.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from portail.config import RACINE
from portail.information.faq.themes import PAR_SLUG, Theme
from portail.typographie import insecables

CONTENUS = RACINE / "contenus"
ENTETE = re.compile(r"---\n(?P<entete>.*?)\n---\n\n## En bref\n\n(?P<bref>.*?)\n\n## Réponse\n\n(?P<corps>.*)\Z", re.S)
CLES = {"question", "theme", "ordre", "mots", "sources", "confiance", "relu", "voir"}
CONFIANCES = {"sûr", "probable", "à vérifier"}


class ContenuInvalide(ValueError):
    """Un fichier de contenus/ ne suit pas la forme. `str(erreur)` dit lequel et pourquoi."""

    def __init__(self, chemin: Path, quoi: str) -> None:
        super().__init__(f"{chemin.name} : {quoi}")


@dataclass(frozen=True, slots=True)
class Source:
    """`date` : « 2023-05-02 », « 2026-11 » ou « 2020 », celle du document (ou de sa lecture, faute de mieux)."""

    titre: str
    date: str
    lien: str


@dataclass(frozen=True, slots=True)
class Question:
    """`en_bref` : des phrases faciles à lire. `corps` : du Markdown, où `{MAX_COMMUNES}` est un paramètre."""

    slug: str
    question: str
    theme: Theme
    ordre: int
    mots: str
    sources: tuple[Source, ...]
    confiance: str
    relue_le: date
    voisines: tuple[str, ...]
    en_bref: tuple[str, ...]
    corps: str

    @property
    def adresse(self) -> str:
        return f"/comment-ca-marche/{self.slug}"


@cache
def questions() -> Mapping[str, Question]:
    """Toutes les questions, par slug, dans l'ordre où elles se montrent. Lève `ContenuInvalide`."""
    sources = _sources(CONTENUS / "sources.csv")
    lues = [lire(chemin, sources) for chemin in sorted((CONTENUS / "faq").glob("*.md"))]
    par_slug = {lue.slug: lue for lue in sorted(lues, key=lambda lue: lue.ordre)}
    for lue in lues:
        if inconnues := set(lue.voisines) - par_slug.keys():
            raise ContenuInvalide(Path(f"{lue.slug}.md"), f"« voir » cite {sorted(inconnues)}, qui n’existe pas.")
    return par_slug


def trouver(slug: str) -> Question | None:
    return questions().get(slug)


def lire(chemin: Path, sources: Mapping[str, Source]) -> Question:
    """Lit un fichier. Lève `ContenuInvalide`."""
    trouve = ENTETE.match(chemin.read_text(encoding="utf-8"))
    if trouve is None:
        raise ContenuInvalide(chemin, "il faut un en-tête entre deux « --- », puis « ## En bref » et « ## Réponse ».")
    entete = dict(_paire(chemin, ligne) for ligne in trouve["entete"].splitlines())
    if entete.keys() != CLES:
        raise ContenuInvalide(chemin, f"en-tête : {sorted(entete.keys() ^ CLES)} en trop ou en moins.")
    if entete["theme"] not in PAR_SLUG:
        raise ContenuInvalide(chemin, f"le thème « {entete['theme']} » n’existe pas.")
    if entete["confiance"] not in CONFIANCES:
        raise ContenuInvalide(chemin, f"confiance : {', '.join(sorted(CONFIANCES))}.")
    citees = _liste(entete["sources"])
    if not citees or (inconnues := set(citees) - sources.keys()):
        raise ContenuInvalide(
            chemin, f"sources absentes de sources.csv : {sorted(inconnues) if citees else '(aucune)'}."
        )
    lignes = trouve["bref"].splitlines()
    if not all(ligne.startswith("- ") for ligne in lignes):
        raise ContenuInvalide(chemin, "« En bref » est une liste de phrases, une par ligne.")
    try:
        ordre, relue_le = int(entete["ordre"]), date.fromisoformat(entete["relu"])
    except ValueError as erreur:
        raise ContenuInvalide(chemin, str(erreur)) from erreur
    return Question(
        slug=chemin.stem,
        question=insecables(entete["question"]),
        theme=PAR_SLUG[entete["theme"]],
        ordre=ordre,
        mots=entete["mots"],
        sources=tuple(sources[cle] for cle in citees),
        confiance=entete["confiance"],
        relue_le=relue_le,
        voisines=tuple(_liste(entete["voir"])),
        en_bref=tuple(ligne.removeprefix("- ") for ligne in lignes),
        corps=trouve["corps"],
    )


def _paire(chemin: Path, ligne: str) -> tuple[str, str]:
    cle, deux_points, valeur = ligne.partition(": ")
    if not deux_points:
        raise ContenuInvalide(chemin, f"en-tête : « {ligne} » n’est pas « clé: valeur ».")
    return cle, valeur.strip()


def _liste(texte: str) -> list[str]:
    return [morceau.strip() for morceau in texte.split(",") if morceau.strip()]


def _sources(chemin: Path) -> dict[str, Source]:
    with chemin.open(encoding="utf-8", newline="") as fichier:
        lignes = list(csv.DictReader(fichier))
    return {ligne["cle"]: Source(insecables(ligne["titre"]), ligne["date"], ligne["lien"]) for ligne in lignes}
