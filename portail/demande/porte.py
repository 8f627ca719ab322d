"""Par où une demande se remplit : par la personne à qui elle est, ou par l'agent qui recopie son papier.

Les pages, les étapes et les règles sont les mêmes des deux côtés. La porte dit ce qui diffère : à qui la demande doit
appartenir pour s'ouvrir, sous quelle adresse, dans quel habillage, avec quels mots.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from urllib.parse import urlencode

from flask_login import current_user

from portail import freins
from portail.demande.foyer import demandeur
from portail.demande.modeles import Declaration


class Cote(enum.Enum):
    """De quel côté du guichet on est. `requetes.CONDITIONS` en tire la condition qui ouvre une demande."""

    PERSONNE = "la personne à qui la demande appartient"
    GUICHET = "le guichet qui recopie un papier"


@dataclass(frozen=True)
class Mots:
    """Les boutons d'une étape et de la vérification."""

    poursuivre: str = "Poursuivre pour renforcer ma demande"
    plus_tard: str = "Poursuivre plus tard"
    soumettre: str = "Soumettre ma demande"
    verifier: str = "Vérifier et soumettre ma demande"
    revenir: str = "ma demande"


@dataclass(frozen=True)
class Porte:
    """`titulaire_id` : le compte ou le guichet à qui la demande doit être. `racine` : l'adresse de la demande, dont
    toutes ses pages sont la suite. `base` : le gabarit qui les entoure. `tableau` : où mène « Poursuivre plus tard » ;
    `deposee` : où mène une demande qui n'est plus un brouillon. `frein` : à qui comptent les fichiers envoyés."""

    cote: Cote
    demande_id: int
    titulaire_id: int
    racine: str
    base: str
    tableau: str
    deposee: str
    frein: str
    mots: Mots = Mots()

    @property
    def est_personne(self) -> bool:
        return self.cote is Cote.PERSONNE

    @property
    def verifier(self) -> str:
        return f"{self.racine}/verifier"

    def etape(self, slug: str, ancre: str = "", **parametres: str) -> str:
        """L'adresse d'une étape."""
        requete = f"?{urlencode(parametres)}" if parametres else ""
        return f"{self.racine}/etapes/{slug}{requete}" + (f"#{ancre}" if ancre else "")

    def piece(self, code: str, personne: str | None) -> str:
        """L'adresse d'une pièce. Sans personne, celle du demandeur."""
        return f"{self.racine}/pieces/{code}" + (f"/{personne}" if personne else "")

    def pour_qui(self, declaration: Declaration) -> str:
        """Le prénom de qui fait la demande, quand un co-demandeur y écrit : « vous », dans ses pages, c'est cette
        personne. Vide pour le titulaire et au guichet."""
        est_la_sienne = not self.est_personne or declaration.demande.compte_id == self.titulaire_id
        return "" if est_la_sienne else demandeur(declaration).prenom

    def freiner(self) -> None:
        """Compte un fichier envoyé. Lève `TropDEssais`."""
        freins.essayer(freins.TELEVERSEMENT_PAR_COMPTE, self.frein)


def de_la_personne(demande_id: int) -> Porte:
    """La porte de la personne connectée."""
    racine = f"/demandes/{demande_id}"
    return Porte(
        cote=Cote.PERSONNE,
        demande_id=demande_id,
        titulaire_id=current_user.id,
        racine=racine,
        base="base.html",
        tableau=f"/demandes?gardee={demande_id}",
        deposee=f"{racine}/soumise",
        frein=str(current_user.id),
    )
