"""Quoi effacer, après combien de temps sans rien, avec quel préavis. Les durées : `parametres.csv`.

- une demande radiée, une durée légale après sa radiation : se connecter n'y change rien, redevenir active si ;
- un brouillon jamais déposé, ou la saisie d'un papier, sans activité (réponse, document, message, connexion) ;
- un compte sans demande ni accès à celle d'un autre, où personne n'est entré.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from portail.assistance.modeles import Fil
from portail.compte.modeles import Compte
from portail.conservation.modeles import AnnonceEffacement, Regle
from portail.demande.modeles import Declaration, Demande, Partage
from portail.horloge import PARIS, a_paris
from portail.pieces.modeles import Fichier, PieceFournie, Televersement
from portail.referentiels.parametres import parametre
from portail.regles.validite import ajouter_mois

BROUILLON = ("BROUILLON_MOIS", "BROUILLON_PREAVIS_JOURS")
PARAMETRES = {
    Regle.RADIEE: ("CONSERVATION_APRES_RADIATION_MOIS", "CONSERVATION_PREAVIS_JOURS"),
    Regle.BROUILLON: BROUILLON,
    Regle.PAPIER: BROUILLON,
    Regle.DORMANT: ("COMPTE_DORMANT_MOIS", "COMPTE_DORMANT_PREAVIS_JOURS"),
}


@dataclass(frozen=True)
class Limites:
    """Les instants d'une règle, vus d'un passage : inactif depuis avant `annonce`, on prévient ; depuis avant
    `effacement`, et prévenu depuis avant `preavis`, on efface. `jours` : le préavis."""

    annonce: datetime
    effacement: datetime
    preavis: datetime
    jours: int


def limites(regle: Regle, instant: datetime) -> Limites:
    """Lève `ParametreInconnu`."""
    duree, jours = (parametre(cle, a_paris(instant).date()) for cle in PARAMETRES[regle])
    preavis = timedelta(days=jours)
    return Limites(_avant(instant + preavis, duree), _avant(instant, duree), instant - preavis, jours)


def fin_du_preavis(regle: Regle, depuis: datetime) -> date:
    """Le jour à partir duquel cela peut s'effacer."""
    debut = a_paris(depuis).date()
    return debut + timedelta(days=parametre(PARAMETRES[regle][1], debut))


def inactifs(regle: Regle, depuis: datetime) -> sa.Select[Any]:
    """Les numéros des demandes, ou des comptes, que la règle vise et où rien ne s'est passé après `depuis`."""
    if regle is Regle.RADIEE:
        return sa.select(Demande.id).where(Demande.radiee_le <= depuis)
    return _comptes(depuis) if regle is Regle.DORMANT else _brouillons(depuis, papier=regle is Regle.PAPIER)


def classe(regle: Regle) -> Any:
    return Compte if regle is Regle.DORMANT else Demande


def annoncee(regle: Regle) -> Any:
    """La colonne de l'annonce qui désigne ce que vise la règle."""
    return AnnonceEffacement.compte_id if regle is Regle.DORMANT else AnnonceEffacement.demande_id


def _avant(instant: datetime, mois: int) -> datetime:
    """Le début de ce jour de Paris, `mois` mois plus tôt : « gardée jusqu’au 24 », elle l'est encore le 24 au soir."""
    return datetime.combine(ajouter_mois(a_paris(instant).date(), -mois), time(), PARIS)


def _brouillons(depuis: datetime, *, papier: bool) -> sa.Select[Any]:
    fichiers = sa.exists().where(
        Fichier.piece_id == PieceFournie.id, PieceFournie.demande_id == Demande.id, Fichier.recu_le > depuis
    )
    activites = [
        sa.exists().where(Declaration.demande_id == Demande.id, Declaration.modifiee_le > depuis),
        sa.exists().where(Televersement.demande_id == Demande.id, Televersement.avance_le > depuis),
        sa.exists().where(Fil.demande_id == Demande.id, Fil.dernier_le > depuis),
        sa.exists().where(Compte.id == Demande.compte_id, Compte.vu_le > depuis),
        fichiers,
    ]
    return sa.select(Demande.id).where(
        Demande.deposee_le.is_(None),
        Demande.enregistree_le.is_(None),
        Demande.radiee_le.is_(None),
        Demande.compte_id.is_(None) if papier else Demande.compte_id.is_not(None),
        Demande.cree_le <= depuis,
        *(~activite for activite in activites),
    )


def _comptes(depuis: datetime) -> sa.Select[Any]:
    return sa.select(Compte.id).where(
        sa.or_(Compte.courriel_confirme_le.is_not(None), Compte.vu_le.is_not(None)),  # l'inscription s'oublie seule
        sa.func.coalesce(Compte.vu_le, Compte.cree_le) <= depuis,
        ~sa.exists().where(Demande.compte_id == Compte.id),
        ~sa.exists().where(Partage.compte_id == Compte.id),
        ~sa.exists().where(Fil.compte_id == Compte.id, Fil.dernier_le > depuis),
    )
