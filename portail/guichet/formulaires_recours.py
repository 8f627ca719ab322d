"""Le formulaire de l'agent qui rend son compte à une personne."""

from __future__ import annotations

from wtforms.validators import ValidationError

from portail.champs import Champ, ChampChoix, ChampCourriel, ChampLong
from portail.formulaire import Formulaire, Obligatoire
from portail.guichet.acces import RAISON_MINIMUM
from portail.guichet.recours import PieceAvecPhoto


class RecoursForm(Formulaire):
    """Quelle pièce, pourquoi, et où écrire désormais."""

    piece = ChampChoix("Pièce vue", [Obligatoire("Choisissez la pièce que vous avez vue.")], PieceAvecPhoto)
    motif = ChampLong(
        "Motif",
        [Obligatoire("Écrivez pourquoi\u00a0: la personne et les responsables liront ces mots.")],
        maximum=500,
        aide="Par exemple\u00a0: n’a plus le téléphone qui recevait ses courriels. La personne lira ces mots.",
    )
    courriel = ChampCourriel(
        "Nouvelle adresse mail",
        [Obligatoire("Écrivez l’adresse que la personne ouvre aujourd’hui.")],
        aide="Relisez-la avec elle\u00a0: le lien part aussitôt.",
        completion="off",
    )

    def validate_motif(self, champ: Champ) -> None:
        if champ.data and len(champ.data) < RAISON_MINIMUM:
            raise ValidationError("Ce motif est trop court pour être compris plus tard.")
