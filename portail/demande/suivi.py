"""Où en est une demande déposée : ce qui presse, jusqu'à quand, et la prochaine chose à faire."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date

from portail.demande.catalogue_evenements import motifs_de_radiation
from portail.demande.cycle_de_vie import Etat, brouillon, echeance, etat
from portail.demande.delais import (
    ABANDON,
    durees,
    radiable_apres_avertissement_le,
    reprise_possible_jusqu_au,
)
from portail.demande.modeles import Demande
from portail.regles import vie


class Prochaine(enum.Enum):
    """La prochaine action de la personne, une seule, la plus pressée."""

    CORRIGER = "corriger"
    REPRENDRE = "reprendre"
    REPONDRE = "répondre à un avertissement"
    RENOUVELER = "renouveler"
    LIRE = "lire un message"
    CONTINUER = "continuer la mise à jour"
    REVENIR = "revenir sur un abandon"
    AUCUNE = "rien à faire"

    @property
    def presse(self) -> bool:
        """Attendre fait courir un risque : la demande passe devant les autres."""
        return self in {Prochaine.CORRIGER, Prochaine.REPONDRE, Prochaine.RENOUVELER}


@dataclass(frozen=True)
class Suivi:
    """`echeance` : dernier jour de validité ; `jours` : d'ici là (négatif ensuite) ; `renouvelable_le` : dès quand ;
    `fin_de_grace` : dernier jour avant de risquer la radiation. `motif` : pourquoi elle est radiée ; `reprise` :
    jusqu'à quand elle peut redevenir active (vide : elle ne le peut pas). `avertie` : pourquoi elle risque de l'être,
    dès `radiable_le`."""

    prochaine: Prochaine
    echeance: date | None = None
    jours: int | None = None
    renouvelable_le: date | None = None
    fin_de_grace: date | None = None
    motif: str = ""
    reprise: date | None = None
    avertie: str = ""
    radiable_le: date | None = None
    messages: int = 0
    a_une_mise_a_jour: bool = False

    @property
    def delai(self) -> str:
        """« dans 12 jours », « aujourd’hui », « il y a 3 jours »."""
        if not self.jours:
            return "aujourd’hui"
        nombre = f"{abs(self.jours)}\u00a0jour{'s' if abs(self.jours) > 1 else ''}"
        return f"dans {nombre}" if self.jours > 0 else f"il y a {nombre}"


def suivi_de(demande: Demande, jour: date, messages: int = 0) -> Suivi:
    """Le suivi au `jour` donné. `messages` : ceux que la personne n'a pas lus."""
    ici = etat(demande, jour)
    if ici in {Etat.BROUILLON, Etat.A_CORRIGER}:
        return Suivi(Prochaine.CORRIGER if ici is Etat.A_CORRIGER else Prochaine.REPRENDRE, messages=messages)
    if ici is Etat.RADIEE:
        return _radiee(demande, jour, messages)
    ouvert = brouillon(demande) is not None
    if demande.presentee_le is None or ici is Etat.SOUMISE:
        return Suivi(_prochaine(demande, ici, messages, ouvert), messages=messages, a_une_mise_a_jour=ouvert)
    regles, fin = durees(jour), echeance(demande, jour)
    motif = motifs_de_radiation().get(demande.motif_avertissement or "")
    return Suivi(
        prochaine=_prochaine(demande, ici, messages, ouvert),
        echeance=fin,
        jours=(fin - jour).days if fin else None,
        renouvelable_le=vie.ouverture(demande.presentee_le, regles),
        fin_de_grace=vie.fin_de_grace(demande.presentee_le, regles),
        avertie=motif.libelle if motif else "",
        radiable_le=radiable_apres_avertissement_le(demande, jour),
        messages=messages,
        a_une_mise_a_jour=ouvert,
    )


def _radiee(demande: Demande, jour: date, messages: int) -> Suivi:
    limite = reprise_possible_jusqu_au(demande, jour)
    reprise = limite if limite and jour <= limite else None
    revenir = demande.motif_radiation == ABANDON and reprise is not None
    motif = motifs_de_radiation().get(demande.motif_radiation or "")
    return Suivi(
        prochaine=Prochaine.REVENIR if revenir else Prochaine.AUCUNE,
        motif=motif.libelle if motif else "",
        reprise=reprise,
        messages=messages,
    )


def _prochaine(demande: Demande, ici: Etat, messages: int, ouvert: bool) -> Prochaine:
    if demande.avertie_le is not None:
        return Prochaine.REPONDRE
    if ici is Etat.A_RENOUVELER:
        return Prochaine.RENOUVELER
    if messages:
        return Prochaine.LIRE
    return Prochaine.CONTINUER if ouvert else Prochaine.AUCUNE
