"""Peupler la démonstration : une fois, d'un bloc, toujours la même. Les actes se jouent à leur heure, un par un."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from portail import taches
from portail.compte import mots_de_passe
from portail.compte.modeles import Compte
from portail.courriel import Envoi
from portail.db import ecriture, lecture
from portail.demonstration import echanges, entrees, guichets, recit
from portail.demonstration.guichets import Equipe
from portail.demonstration.identites import EtatCivil, Identite
from portail.demonstration.menages import GENRES, Menage
from portail.demonstration.recit import NOMBRES, Acte, Sort
from portail.demonstration.reconnaitre import est_une_demonstration
from portail.demonstration.vies import Vie
from portail.guichet.modeles import Guichet
from portail.horloge import maintenant
from portail.preparation import ActeRefuse
from portail.referentiels import recherche

GRAINE = 14069
DEBUT = timedelta(days=550)  # avant le premier acte
COMMUNES = ("69266", "69266", "69266", "69123", "69029", "69256", "69259", "69275", "69091", "69149")
AILLEURS = ("75056", "94028", "92050")
UNE_AILLEURS_SUR = 16
DOUBLONS = 3  # la même personne, sous deux comptes


def peupler(dire: Callable[[str], object]) -> None:
    """Sans effet si la démonstration est déjà là. Lève `ActeRefuse` devant une base qui contient autre chose."""
    with lecture() as session:
        if est_une_demonstration(session):
            return
        if session.scalar(sa.select(Compte.id).limit(1)) or session.scalar(sa.select(Guichet.id).limit(1)):
            raise ActeRefuse(
                "Cette base contient déjà des comptes ou des guichets : la démonstration n’y mêle pas ses personnes "
                "fictives. Choisissez un autre dossier (PORTAIL_DOSSIER) ou une autre base (PORTAIL_BASE)."
            )
    dire("Démonstration : deux cents demandes de personnes fictives…")
    present = maintenant()
    with ecriture() as session, _horloge_reglee(present - DEBUT) as regler:
        _jouer(session, present, regler)
    taches.suivre()  # les rappels du jour : le fil de fond n'aura plus à les écrire
    with ecriture() as session:
        # Ces courriels étaient pour hier, et pour personne.
        session.execute(sa.delete(Envoi))


def _jouer(session: Session, present: datetime, regler: Callable[[datetime], None]) -> None:
    hasard = random.Random(GRAINE)  # noqa: S311 (rien de secret : toujours les mêmes personnes)
    hache = mots_de_passe.hacher(entrees.mot_de_passe())
    equipe = guichets.ouvrir(session, hache, entrees.secret_totp(), present - DEBUT)
    actes = sorted(_actes(session, equipe, hache, present, hasard), key=lambda acte: acte.ordre)
    with session.no_autoflush:  # chaque acte pousse lui-même ce que le suivant doit lire : deux fois moins de travail
        for acte in actes:
            regler(acte.instant)
            acte.jouer()
    guichets.se_connecter(session, equipe, present)


def _actes(session: Session, equipe: Equipe, hache: str, present: datetime, hasard: random.Random) -> Iterator[Acte]:
    etat_civil = EtatCivil(hasard)
    sorts = [sort for sort, nombre in NOMBRES.items() for _ in range(nombre)]
    hasard.shuffle(sorts)
    connues: list[Identite] = []
    doubles = 0
    a_raconter = {echange.sort: echange for echange in echanges.ECHANGES}
    for rang, sort in enumerate(sorts):
        ailleurs = rang % UNE_AILLEURS_SUR == UNE_AILLEURS_SUR - 1
        menage = _menage(etat_civil, present, hasard, AILLEURS if ailleurs else COMMUNES)
        if sort is Sort.ACTIVE and not ailleurs:
            connues.append(menage.demandeur)
        elif sort is Sort.A_VERIFIER and not ailleurs and connues and doubles < DOUBLONS:
            menage = replace(menage, demandeur=replace(connues.pop(), suffixe="2"))
            doubles += 1
        vie = Vie(session, menage, equipe.voisin if ailleurs else equipe.instructeur, hache, hasard, etat_civil)
        for acte in recit.raconter(vie, sort, equipe, present, hasard):
            yield Acte(acte.instant, rang, acte.jouer)
        if not ailleurs and (echange := a_raconter.pop(sort, None)) is not None:
            yield from echanges.raconter(vie, echange, equipe, present, rang)


def _menage(etat_civil: EtatCivil, present: datetime, hasard: random.Random, communes: tuple[str, ...]) -> Menage:
    genre = hasard.choices(GENRES, [genre.poids for genre in GENRES])[0]
    voulues = tuple(dict.fromkeys(hasard.choice(communes) for _ in range(hasard.randint(1, 4))))
    habite = recherche.lieu(hasard.choice(communes))
    assert habite is not None, communes
    return Menage(
        genre=genre,
        demandeur=etat_civil.tirer(present.date(), genre.ages),
        adresse=(habite.code, hasard.choice(habite.codes_postaux)),
        communes=voulues,
        complet=hasard.random() < 0.75,
    )


@contextmanager
def _horloge_reglee(instant: datetime) -> Iterator[Callable[[datetime], None]]:
    """Pendant le bloc, l'heure du portail est celle du récit : les écritures du journal se datent d'elle."""
    avant = current_app.config.get("HORLOGE")
    heure = [instant]
    current_app.config["HORLOGE"] = lambda: heure[0]

    def regler(nouvelle: datetime) -> None:
        heure[0] = nouvelle

    try:
        yield regler
    finally:
        if avant is None:
            del current_app.config["HORLOGE"]
        else:
            current_app.config["HORLOGE"] = avant
