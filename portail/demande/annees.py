"""Les années de revenus se comptent de l'année civile (Cerfa, cases E1 et E4) : au passage d'une année, ce qui était
N-1 devient N-2, et le reste est à redemander. Un montant ne change jamais d'année. Un papier compte de l'année où le
guichet l'a reçu, même recopié en janvier : c'est celle de son dépôt, et celle de ce que la personne a écrit.

Un brouillon compte de l'année où il a été enregistré pour la dernière fois. Une lecture le montre glissé sans rien
écrire ; le premier enregistrement de l'année l'écrit. L'étape prend alors une révision de plus : une page ouverte
avant minuit, dont les questions nomment l'autre année, rend le conflit au lieu d'écrire sous la mauvaise.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm.attributes import set_committed_value

from portail.demande.etapes.revenu_fiscal import ETAPE
from portail.demande.modeles import Declaration, RevenuFiscal
from portail.horloge import a_paris

Poser = Callable[[Any, str, Any], None]


def suivre(brouillon: Declaration, instant: datetime, *, ecrire: bool) -> bool:
    """Met les revenus à l'année de `instant`. `ecrire` faux : à l'écran seulement. Rend vrai s'ils ont glissé."""
    annees = a_paris(instant).year - a_paris(brouillon.modifiee_le).year
    if annees <= 0 or brouillon.recue_le is not None:
        return False
    _changer_d_annee(brouillon, annees, setattr if ecrire else set_committed_value)
    if ecrire:
        brouillon.modifiee_le = instant
    return True


def annee_du_papier(brouillon: Declaration) -> int:
    """L'année dont ce brouillon compte ses revenus : celle de la réception, sinon du dernier enregistrement."""
    return (brouillon.recue_le or a_paris(brouillon.modifiee_le)).year


def dater_le_papier(brouillon: Declaration, jour: date) -> bool:
    """Retient le jour où le papier a été reçu. Rend vrai si ses revenus sont alors ceux d'autres années : ils ont
    changé de case, ce qui manque est à demander."""
    annees = jour.year - annee_du_papier(brouillon)
    brouillon.recue_le = jour
    if annees:
        _changer_d_annee(brouillon, annees, setattr)
    return annees != 0


def _changer_d_annee(brouillon: Declaration, annees: int, poser: Poser) -> None:
    glisser(brouillon, annees, poser)
    # Une saisie refusée de l'étape porte, elle aussi, le nom d'une autre année : elle est à redemander.
    poser(brouillon, "refus", [refus for refus in brouillon.refus if refus.etape != ETAPE.slug])
    numero = brouillon.revisions.get(ETAPE.slug, [0, ""])[0]
    poser(brouillon, "revisions", {**brouillon.revisions, ETAPE.slug: [numero + 1, ""]})


def glisser(brouillon: Declaration, annees: int, poser: Poser = setattr) -> None:
    """Fait avancer les revenus de ce nombre d'années, ou reculer s'il est négatif."""
    if annees == 0:
        return
    for personne in brouillon.personnes:
        for nom, valeur in _glisse(personne.revenu, annees).items():
            poser(personne.revenu, nom, valeur)


def _glisse(revenu: RevenuFiscal, annees: int) -> dict[str, Any]:
    avance = annees == 1 and revenu.rfr_n1 is not None
    recule = annees == -1 and revenu.rfr_n2 is not None
    return {
        "a_un_avis_n2": revenu.a_un_avis_n1 if avance else None,
        "rfr_n2": revenu.rfr_n1 if avance else None,
        "a_un_avis_n1": revenu.a_un_avis_n2 if recule else None,
        "rfr_n1": revenu.rfr_n2 if recule else None,
        "sans_avis_explication": None,
    }
