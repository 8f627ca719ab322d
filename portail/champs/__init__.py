"""Les champs de formulaire du portail : ils acceptent ce que les gens tapent, et disent quoi corriger.

Chaque champ connaît son `genre` (le gabarit `composants/champ.html` le dessine), les noms qu'il
occupe dans la saisie, et sait se présenter en texte (récapitulatif, PDF, page de conflit).
"""

from portail.champs.base import Champ
from portail.champs.choix import ChampChoix, ChampListe, ChampSelection
from portail.champs.dates import ChampDate
from portail.champs.lieux import ChampLieu
from portail.champs.nir import ChampNir
from portail.champs.nombres import ChampEntier, ChampEuros
from portail.champs.textes import (
    ChampCodePostal,
    ChampCourriel,
    ChampLong,
    ChampMotDePasse,
    ChampSiren,
    ChampSiret,
    ChampTelephone,
    ChampTexte,
)

__all__ = [
    "Champ",
    "ChampChoix",
    "ChampCodePostal",
    "ChampCourriel",
    "ChampDate",
    "ChampEntier",
    "ChampEuros",
    "ChampLieu",
    "ChampListe",
    "ChampLong",
    "ChampMotDePasse",
    "ChampNir",
    "ChampSelection",
    "ChampSiren",
    "ChampSiret",
    "ChampTelephone",
    "ChampTexte",
]
