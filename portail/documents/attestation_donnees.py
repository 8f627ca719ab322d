"""Ce qu'une attestation d'enregistrement écrit, et d'où cela vient, avant toute phrase.

Rempli par matiere_attestation.py ; mis en mots par attestation.py, ses droits et ses annexes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from portail.documents import code_verification
from portail.documents.fiche import PieceFiche
from portail.documents.reponses import Reponse
from portail.documents.typographie import francais


@dataclass(frozen=True)
class Service:
    """Qui a enregistré la demande. `adresse` : une ligne par élément."""

    nom: str
    adresse: tuple[str, ...]
    telephone: str = ""

    @property
    def coordonnees(self) -> str:
        telephone = (f"Téléphone : {self.telephone}",) if self.telephone else ()
        return francais("\n".join((self.nom, *self.adresse, *telephone)))


@dataclass(frozen=True)
class Bailleur:
    """Un bailleur qui a des logements dans une des communes demandées. `source` : d'où on le sait."""

    nom: str
    adresse: str
    source: str


@dataclass(frozen=True)
class Saisine:
    """Un délai « anormalement long » connu, et le jour où il sera passé pour cette demande."""

    lieu: str
    logement: str
    delai: str
    a_partir_du: date
    source: str


@dataclass(frozen=True)
class Commission:
    """La commission de médiation d'un département. `adresse` vide : elle est à demander."""

    departement: str
    adresse: str = ""
    source: str = ""


@dataclass(frozen=True)
class Chiffres:
    """Ce que les textes fixent, au jour de l'attestation (parametres.csv). Durées en mois, sauf `preavis_jours`."""

    validite_mois: int
    preavis_jours: int
    avertissement_mois: int
    hebergement_mois: int
    transition_mois: int
    commission_mois: int
    surface_seul: int  # m², comme les trois suivantes
    surface_deux: int
    surface_par_personne: int
    surface_maximum: int
    dossiers_par_logement: int


@dataclass(frozen=True)
class Attestation:
    """Tout ce que l'attestation écrit. `etablie_le` porte un fuseau ; `code` : voir code_verification.py.

    `sans_delai` : les départements demandés dont on ne connaît pas le délai. `renouvelee_le` : None si la demande n'a
    jamais été renouvelée.
    """

    portail: str
    url: str
    titulaire: str
    adresse: tuple[str, ...]
    service: Service
    numero_unique: str
    recue_le: date
    renouvelee_le: date | None
    valable_jusqu_au: date
    renouvelable_des_le: date
    communes: tuple[str, ...]
    bailleurs: tuple[Bailleur, ...]
    saisines: tuple[Saisine, ...]
    sans_delai: tuple[str, ...]
    commissions: tuple[Commission, ...]
    chiffres: Chiffres
    code: str
    etablie_le: datetime
    resume: tuple[Reponse, ...]
    pieces_a_produire: tuple[PieceFiche, ...]
    pieces_complementaires: tuple[PieceFiche, ...]

    @property
    def code_lisible(self) -> str:
        return code_verification.lisible(self.code)
