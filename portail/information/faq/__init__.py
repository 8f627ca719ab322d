"""Les questions de « Comment ça marche ? » : lues de contenus/faq, cherchées en mémoire, rendues en HTML."""

from portail.information.faq.questions import Question, questions, trouver
from portail.information.faq.themes import THEMES, Theme

__all__ = ["THEMES", "Question", "Theme", "questions", "trouver"]
