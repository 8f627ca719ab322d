"""Cent mille rappels de renouvellement à préparer en une nuit, un arrêt brutal au milieu : sur les deux moteurs.

    make bench ARGS=rappels

À tenir (issue 4) : soixante secondes pour tous ; tué net (SIGKILL) à mi-chemin, le travail reprend, et chaque rappel
est écrit exactement une fois, avec son courriel.
"""

from __future__ import annotations

import os
import signal
import time
from contextlib import ExitStack
from datetime import date, timedelta

import sqlalchemy as sa

from portail.courriel import Envoi
from portail.db import db, ecriture
from portail.demande import rappels
from portail.demande.delais import durees
from portail.demande.modeles import Demande, RappelPrepare
from portail.horloge import a_paris
from portail.regles import vie
from tests import postgresql
from tests.conftest import INSTANT
from tests.mesures.guichet import base
from tests.mesures.peuplement import DECALAGE

NOMBRE = 100_000
SECONDES_MAXIMALES = 60.0


def principal() -> bool:
    """Une ligne par moteur. Rend vrai si tout tient."""
    tient = True
    for moteur in ("sqlite", "postgresql"):
        with ExitStack() as pile:
            grappe = None
            if moteur == "postgresql":
                grappe = postgresql.ouvrir(durable=True)
                pile.callback(grappe.fermer)
            ici = pile.enter_context(base(moteur, NOMBRE, 1, grappe))
            with ici.app.app_context():
                tient &= _mesurer(moteur)
    return tient


def _mesurer(moteur: str) -> bool:
    echeance = _toutes_a_renouveler()
    debut = time.perf_counter()
    _tuer_a_mi_chemin()
    coupure = time.perf_counter() - debut
    ecrits = _compter(RappelPrepare)
    debut = time.perf_counter()
    reste = rappels.preparer(INSTANT)
    duree = coupure + time.perf_counter() - debut
    with db.sessionmaker() as session:
        distincts = session.scalar(sa.select(sa.func.count(sa.distinct(RappelPrepare.demande_id))))
    juste = ecrits + reste == distincts == _compter(RappelPrepare) == _compter(Envoi) == NOMBRE
    tient = juste and duree <= SECONDES_MAXIMALES
    print(
        f"{moteur:10} {NOMBRE} rappels pour le {echeance} : {duree:5.1f} s, dont {coupure:4.1f} s avant SIGKILL "
        f"({ecrits} écrits, {reste} ensuite) ; exactement une fois : {'oui' if juste else 'NON'}  "
        f"{'tient' if tient else 'DÉPASSE'}"
    )
    return tient


def _toutes_a_renouveler() -> date:
    """Chaque demande copiée : enregistrée, jamais radiée, à renouveler dans trente jours."""
    echeance = a_paris(INSTANT).date() + timedelta(days=30)
    presentee = vie.dernier_depart(echeance, durees(a_paris(INSTANT).date()).validite)
    with ecriture() as session:
        session.execute(sa.delete(RappelPrepare))
        session.execute(sa.delete(Envoi))
        session.execute(
            sa.update(Demande)
            .where(Demande.id > DECALAGE)
            .values(presentee_le=presentee, enregistree_le=Demande.deposee_le, radiee_le=None, motif_radiation=None)
        )
        session.execute(sa.update(Demande).where(Demande.id <= DECALAGE).values(radiee_le=INSTANT))
    return echeance


def _tuer_a_mi_chemin() -> None:
    """Le même travail dans un processus à part, tué pendant qu'une transaction est ouverte."""
    db.session.close()
    db.engine.dispose()
    enfant = os.fork()
    if enfant == 0:
        vrai, faits = rappels._ecrire, []

        def ecrire(*arguments: object) -> None:
            vrai(*arguments)  # type: ignore[arg-type]
            faits.append(1)
            if len(faits) > NOMBRE // rappels.LOT // 2:
                os.kill(os.getpid(), signal.SIGKILL)

        rappels._ecrire = ecrire  # type: ignore[assignment]
        rappels.preparer(INSTANT)
        os._exit(1)
    _, statut = os.waitpid(enfant, 0)
    assert os.WIFSIGNALED(statut), "le processus devait être tué"


def _compter(table: type[RappelPrepare] | type[Envoi]) -> int:
    with db.sessionmaker() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
