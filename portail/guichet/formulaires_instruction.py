"""Les formulaires de qui instruit : renvoyer, dire pourquoi une pièce est refusée."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict
from wtforms.validators import StopValidation

from portail.champs import Champ, ChampChoix, ChampLong, ChampTexte
from portail.champs.base import est_vide, sans_blancs_exotiques
from portail.formulaire import Facultatif, Formulaire, Obligatoire
from portail.guichet.dossier import cle_de
from portail.guichet.instruction import CleDeReponse
from portail.guichet.modeles import EtatDecision, MotifRenvoi

PREFIXE = "remarque."
EXPLIQUEZ = "Expliquez la raison : la personne n’aura que ces mots."
LONGUEUR = 500  # caractères, comme la colonne


class ExplicationSiAutre(Facultatif):
    """Une raison de la liste se comprend seule ; « Autre raison » ne dit rien."""

    def __call__(self, form: Formulaire, champ: Champ) -> None:
        if est_vide(champ.data) and not champ.errors and form.motif.data is MotifRenvoi.AUTRE:
            raise StopValidation(EXPLIQUEZ)
        super().__call__(form, champ)


class RenvoiForm(Formulaire):
    """Pourquoi la demande revient à la personne. Elle lira ces mots."""

    motif = ChampChoix("Raison du renvoi", [Obligatoire("Choisissez une raison.")], MotifRenvoi)
    explication = ChampLong(
        "Explication",
        [ExplicationSiAutre()],
        maximum=1000,
        aide="La personne lira ces mots. Dites quoi faire : « envoyez le verso de votre carte ».",
    )


class RaisonSiRefus(Obligatoire):
    """Une pièce acceptée n'a pas besoin d'explication."""

    def __call__(self, form: Formulaire, champ: Champ) -> None:
        if form.decision.data is EtatDecision.ACCEPTEE:
            raise StopValidation
        super().__call__(form, champ)


class DecisionForm(Formulaire):
    """Accepter ou refuser une pièce."""

    decision = ChampChoix("Décision", [Obligatoire("Acceptez ou refusez ce document.")], EtatDecision)
    raison = ChampTexte(
        "Raison du refus", [RaisonSiRefus("Écrivez pourquoi : la personne lira ces mots.")], maximum=500
    )


def remarques_de(saisie: MultiDict[str, str]) -> dict[CleDeReponse, str]:
    """Les remarques écrites au regard des réponses. Une case laissée vide ne dit rien."""
    trouvees = {}
    for nom, texte in saisie.items():
        cle = cle_de(nom.removeprefix(PREFIXE)) if nom.startswith(PREFIXE) else None
        propre = sans_blancs_exotiques(texte)[:LONGUEUR]
        if cle is not None and propre:
            trouvees[cle] = propre
    return trouvees
