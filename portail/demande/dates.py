"""Les dates à venir d'une demande, pour un agenda : l'échéance, un avertissement, une visite, une commission."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from urllib.parse import urlsplit

from portail.agenda import RendezVous
from portail.courriel import config_url
from portail.demande.cycle_de_vie import Etat, echeance, etat
from portail.demande.delais import radiable_apres_avertissement_le
from portail.demande.modeles import Demande, Evenement
from portail.typographie import insecables

RAPPEL = 7  # jours d'avance, pour ce qui se perd si on l'oublie


def a_venir(demande: Demande, evenements: Iterable[Evenement], jour: date) -> list[RendezVous]:
    """Dans l'ordre. `evenements` : ceux que la personne voit. Vide pour une demande radiée, ou sans date à venir."""
    if etat(demande, jour) is Etat.RADIEE:
        return []
    dates = [*_de_la_demande(demande, jour), *(_de(e) for e in evenements if _est_a_venir(e, jour))]
    return sorted(dates, key=lambda rendez_vous: (rendez_vous.jour, rendez_vous.uid))


def _est_a_venir(evenement: Evenement, jour: date) -> bool:
    return evenement.genre.fiche.partage and evenement.date_du_fait is not None and evenement.date_du_fait >= jour


def _de(evenement: Evenement) -> RendezVous:
    assert evenement.date_du_fait is not None
    fiche = evenement.genre.fiche
    return RendezVous(
        uid=f"evenement-{evenement.id}@{_hote()}",
        jour=evenement.date_du_fait,
        titre=fiche.libelle,
        explication=insecables(fiche.phrase),
        adresse=f"{config_url()}/demandes/{evenement.demande_id}/evenements",
        etabli_le=evenement.survenu_le,
    )


def _de_la_demande(demande: Demande, jour: date) -> Iterable[RendezVous]:
    fin = echeance(demande, jour) if demande.enregistree_le is not None else None
    adresse = f"{config_url()}/demandes"
    if fin is not None and fin >= jour and demande.presentee_le is not None:
        yield RendezVous(
            uid=f"echeance-{demande.id}@{_hote()}",
            jour=fin,
            titre="Logement\u00a0: dernier jour pour renouveler",
            explication="Sans renouvellement, l’ancienneté se perd. Si rien n’a changé, deux minutes suffisent.",
            adresse=adresse,
            etabli_le=datetime.combine(demande.presentee_le, time(12), UTC),
            rappel=RAPPEL,
        )
    limite = radiable_apres_avertissement_le(demande, jour)
    if limite is not None and limite >= jour and demande.avertie_le is not None:
        yield RendezVous(
            uid=f"avertissement-{demande.id}@{_hote()}",
            jour=limite,
            titre="Logement\u00a0: répondre au guichet avant ce jour",
            explication="À partir de ce jour, sans réponse, la demande peut être radiée.",
            adresse=adresse,
            etabli_le=demande.avertie_le,
            rappel=RAPPEL,
        )


def _hote() -> str:
    return urlsplit(config_url()).hostname or "portail"
