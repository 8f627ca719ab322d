"""Les réponses d'une demande, prêtes à lire, rangées par étape : la matière commune de la fiche et du formulaire."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from portail.documents.contenu import Bloc, Definitions, Partie, definition, partie
from portail.documents.proprete import propre


@dataclass(frozen=True)
class Reponse:
    """`case` : le numéro de la case du Cerfa, s'il est connu (la fiche ne l'écrit pas)."""

    question: str
    reponse: str
    case: str = ""


@dataclass(frozen=True)
class Rubrique:
    """Les réponses d'une étape, ou d'une personne dans une étape (`sous_titre`)."""

    titre: str
    reponses: tuple[Reponse, ...]
    sous_titre: str = ""


def par_etapes(rubriques: Iterable[Rubrique], *, a_des_cases: bool = False) -> Iterator[Partie]:
    """Les rubriques qui ont des réponses, rangées sous le titre de leur étape."""
    for titre, suite in groupby((r for r in rubriques if r.reponses), lambda rubrique: rubrique.titre):
        blocs: list[Bloc] = []
        for rubrique in suite:
            lignes = tuple(definition(r.question, r.reponse, r.case) for r in rubrique.reponses)
            reponses = Definitions(lignes, a_des_cases=a_des_cases)
            # Un prénom fait de caractères de commande ne laisse rien à lire : pas de titre vide.
            sous_titre = propre(rubrique.sous_titre).strip()
            blocs.append(partie(3, sous_titre, reponses) if sous_titre else reponses)
        yield partie(2, titre, *blocs)
