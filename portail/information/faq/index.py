"""L'index des questions : quel mot est dans quelle question, à quelle place, et combien il est rare."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from portail.information.faq.mots import decouper, racine, racines, son
from portail.information.faq.questions import Question
from portail.information.faq.texte import sans_chiffres
from portail.referentiels.ecriture_des_noms import a_plat

MOTS = re.compile(r"\w+")
# La question pèse le plus ; `mots` sont les façons de la dire ; le corps ne fait que départager.
POIDS = {"question": 8.0, "mots": 5.0, "bref": 2.5, "theme": 1.0, "corps": 1.0}
SATURATION = 4.0


class Index:
    """`poids[racine][slug]` : de 0 à 1, à quel point ce mot est celui de la question."""

    def __init__(self, questions: Iterable[Question]) -> None:
        self.questions = {question.slug: question for question in questions}
        self.poids: dict[str, dict[str, float]] = {}
        self.titres: dict[str, list[str]] = {}
        formes: dict[str, Counter[str]] = {}
        for question in self.questions.values():
            champs = textes(question)
            self.titres[question.slug] = [racine(mot) for mot in decouper(champs["question"])]
            sommes: defaultdict[str, float] = defaultdict(float)
            for nom, texte in champs.items():
                for mot in set(racines(texte)):
                    sommes[mot] += POIDS[nom]
                for forme in MOTS.findall(texte.lower()):
                    formes.setdefault(racine(a_plat(forme)), Counter())[forme] += 1
            for mot, somme in sommes.items():
                self.poids.setdefault(mot, {})[question.slug] = somme / (somme + SATURATION)
        nombre = len(self.questions)
        self.raretes = {mot: math.log(1 + nombre / len(ou)) for mot, ou in self.poids.items()}
        self.rarete_maximale = math.log(1 + nombre)
        self.rarete_courante = sorted(self.raretes.values())[len(self.raretes) // 4]
        self.formes = {mot: vues.most_common(1)[0][0] for mot, vues in formes.items()}
        self.vocabulaire = [mot for mot in self.poids if len(mot) > 2]
        self.par_son: dict[str, list[str]] = {}
        for mot in self.vocabulaire:
            for forme in formes.get(mot, {}):
                self.par_son.setdefault(son(a_plat(forme)), []).append(mot)


def textes(question: Question) -> Mapping[str, str]:
    return {
        "question": question.question,
        "mots": question.mots,
        "bref": sans_chiffres(" ".join(question.en_bref)),
        "theme": question.theme.titre,
        "corps": sans_chiffres(question.corps),
    }
