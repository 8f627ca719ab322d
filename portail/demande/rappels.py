"""Prévenir qui doit renouveler (CCH, art. R441-2-7) : jamais deux fois le même rappel, un seul après une panne.

Un rappel et son courriel s'écrivent ensemble, par lots : interrompu n'importe où, le travail reprend où il en était.
Qui n'a pas de compte, ou dont le courriel ne part pas, est à prévenir par le guichet (lettre, téléphone).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portail import courriel
from portail.compte.modeles import Compte
from portail.courriel import Envoi
from portail.db import ecriture, lecture
from portail.demande.delais import Rappel, durees, rappels
from portail.demande.modeles import Demande, RappelPrepare
from portail.demande.modeles.suivi import CLE, cle_de_rappel, lire_la_cle
from portail.horloge import a_paris
from portail.regles import vie

LOT = 500  # demandes par transaction : assez pour aller vite, assez peu pour rendre la main
DEPUIS_TOUJOURS = date.min


def preparer(instant: datetime) -> int:
    """Écrit les rappels dus ce jour-là. Rend leur nombre. Le refaire n'écrit rien de plus."""
    jour = a_paris(instant).date()
    ecrits = 0
    for rappel, depuis, jusqu_au in _periodes(jour):
        place = (DEPUIS_TOUJOURS, 0)
        while lot := _lot_suivant(rappel, depuis, jusqu_au, place, instant):
            ecrits += len(lot)
            place = (lot[-1].presentee_le, lot[-1].id)  # reprendre là : relire les précédents coûterait leur carré
    return ecrits


def _periodes(jour: date) -> list[tuple[Rappel, date, date]]:
    """Pour chaque rappel, les jours de présentation qui le rendent dû aujourd'hui, le suivant ne l'étant pas encore."""
    prevus, mois = rappels(), durees(jour).validite
    fins = [vie.dernier_depart(jour - timedelta(days=rappel.jours), mois) for rappel in prevus]
    debuts = [*fins[1:], DEPUIS_TOUJOURS]
    return [(rappel, debut, fin) for rappel, debut, fin in zip(prevus, debuts, fins, strict=True) if debut < fin]


def _lot_suivant(
    rappel: Rappel, depuis: date, jusqu_au: date, place: tuple[date, int], instant: datetime
) -> Sequence[Any]:
    """Prépare au plus `LOT` rappels, après `place` (présentation, demande). Vide : il n'y en a plus, ou un autre
    passage vient de prendre ceux-ci."""
    apres = sa.tuple_(Demande.presentee_le, Demande.id) > sa.tuple_(sa.literal(place[0]), sa.literal(place[1]))
    restent = _a_prevenir(rappel, depuis, jusqu_au).where(apres)
    with lecture() as session:
        if not session.execute(restent.limit(1)).first():
            return ()
    try:
        with ecriture() as session:
            requete = restent.limit(LOT).with_for_update(of=Demande, skip_locked=True)
            lignes = session.execute(requete).all()
            _ecrire(session, lignes, rappel, instant)
    except IntegrityError:
        return ()
    return lignes


def _a_prevenir(rappel: Rappel, depuis: date, jusqu_au: date) -> sa.Select[Any]:
    """Les demandes enregistrées à renouveler qui n'ont, pour cette échéance, ni ce rappel ni un plus tardif ; et quand
    le premier, s'il y en a eu, a été préparé."""
    de_cette_echeance = (RappelPrepare.demande_id == Demande.id, RappelPrepare.presentee_le == Demande.presentee_le)
    deja = sa.exists().where(*de_cette_echeance, RappelPrepare.jours >= rappel.jours)
    premier = sa.select(sa.func.min(RappelPrepare.prepare_le)).where(*de_cette_echeance).correlate(Demande)
    quand = sa.type_coerce(premier.scalar_subquery(), RappelPrepare.prepare_le.type)
    return (
        sa.select(Demande.id, Demande.presentee_le, Compte.courriel, quand.label("premier"))
        .join(Compte, Compte.id == Demande.compte_id, isouter=True)
        .where(
            Demande.presentee_le > depuis,
            Demande.presentee_le <= jusqu_au,
            Demande.enregistree_le.is_not(None),
            Demande.radiee_le.is_(None),
            ~deja,
        )
        .order_by(Demande.presentee_le, Demande.id)
    )


def _ecrire(session: Session, lignes: Sequence[Any], rappel: Rappel, instant: datetime) -> None:
    """Deux ordres pour tout le lot, un texte par échéance : cent mille rappels se préparent en moins d'une minute."""
    if not lignes:
        return
    commun = {"jours": rappel.jours, "prepare_le": instant}
    session.execute(
        sa.insert(RappelPrepare),
        [
            {
                "demande_id": ligne.id,
                "presentee_le": ligne.presentee_le,
                "par_courriel": ligne.courriel is not None,
                "a_faire_le": None if ligne.courriel is not None else instant,
                **commun,
            }
            for ligne in lignes
        ],
    )
    dates = {ligne.id: (ligne.presentee_le, a_paris(ligne.premier or instant).date()) for ligne in lignes}
    corps = {celles_ci: _corps(*celles_ci, instant) for celles_ci in set(dates.values())}
    messages = [
        (cle_de_rappel(ligne.id, ligne.presentee_le, rappel.jours), ligne.courriel, corps[dates[ligne.id]])
        for ligne in lignes
        if ligne.courriel is not None
    ]
    courriel.mettre_en_boite_par_lot(session, messages, rappel.sujet, instant)


def _corps(presentee_le: date, prevenue_le: date, instant: datetime) -> str:
    """Jamais un jour plus tardif que celui de la radiation d'office, qui compte du premier rappel."""
    jour = a_paris(instant).date()
    regles = durees(jour)
    return courriel.composer(
        "rappel",
        lien=f"{courriel.config_url()}/demandes",
        echeance=vie.echeance(presentee_le, regles),
        fin=vie.radiation_d_office(presentee_le, prevenue_le, regles),
        jour=jour,
    )


def retirer(session: Session, demande: Demande) -> None:
    """Renouvelée, radiée ou sans compte : ce qui attend de partir ne dit plus vrai. Ce qui reste dû se récrira."""
    R = RappelPrepare
    envoyables = sa.select(R.id, R.presentee_le, R.jours).where(R.demande_id == demande.id, R.a_faire_le.is_(None))
    attend = (Envoi.envoye_le.is_(None), Envoi.prochain_essai_le.is_not(None))
    with session.no_autoflush:  # rien de ce que la transaction écrit par ailleurs ne change ces deux lectures
        prepares = {
            cle_de_rappel(demande.id, ligne.presentee_le, ligne.jours): ligne.id
            for ligne in session.execute(envoyables)
        }
        cles = session.scalars(sa.select(Envoi.cle).where(Envoi.cle.in_(prepares), *attend)).all() if prepares else ()
    if cles:
        session.execute(sa.delete(Envoi).where(Envoi.cle.in_(cles), *attend))
        session.execute(sa.delete(R).where(R.id.in_([prepares[cle] for cle in cles])))


def relever_les_echecs(instant: datetime) -> int:
    """Un rappel dont le courriel a été abandonné devient à faire par le guichet. Rend leur nombre."""
    with ecriture() as session:
        return noter_les_echecs(session, instant)


def noter_les_echecs(session: Session, instant: datetime) -> int:
    """`relever_les_echecs`, dans la transaction de l'appelant."""
    abandonnes = set(
        session.scalars(
            sa.select(Envoi.cle).where(
                Envoi.cle.like(f"{CLE}%"), Envoi.envoye_le.is_(None), Envoi.prochain_essai_le.is_(None)
            )
        )
    )
    demandes = sorted({lue[0] for lue in map(lire_la_cle, abandonnes) if lue})
    nombre = 0
    for debut in range(0, len(demandes), LOT):  # un à un, les perdus d'une longue panne retiendraient les écritures
        siens = RappelPrepare.demande_id.in_(demandes[debut : debut + LOT])
        for rappel in session.scalars(sa.select(RappelPrepare).where(siens, RappelPrepare.a_faire_le.is_(None))):
            if rappel.cle_d_envoi in abandonnes:
                rappel.a_faire_le = instant
                nombre += 1
    return nombre
