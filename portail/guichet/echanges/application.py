"""Appliquer un fichier d'évènements : tout, ou rien. Le même fichier reçu deux fois ne fait rien la seconde."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portail.db import lecture as en_lecture
from portail.demande.modeles import GenreEvenement
from portail.guichet import acces as acces_agent
from portail.guichet import evenements
from portail.guichet.echanges import acces
from portail.guichet.echanges.controle import Resultat, Verdict, juger
from portail.guichet.echanges.lecture import Entree
from portail.guichet.journal import inscrire_une_lecture
from portail.guichet.modeles import ActeJournal, Agent
from portail.horloge import a_paris
from portail.regles import numero_unique

COLONNES_DU_COMPTE_RENDU = ("ligne", "numero_unique", "evenement", "reference", "resultat", "phrase")
ESSAIS = 2  # une référence prise entre la lecture et l'écriture par un autre import : on relit une fois


@dataclass(frozen=True)
class CompteRendu:
    """Un verdict par ligne reçue. `applique` : ce qui était prêt est maintenant écrit."""

    verdicts: tuple[Verdict, ...]
    applique: bool

    @property
    def nombres(self) -> Counter[Resultat]:
        return Counter(verdict.resultat for verdict in self.verdicts)

    @property
    def ajoutes(self) -> int:
        return self.nombres[Resultat.AJOUTE]

    @property
    def refuses(self) -> int:
        return self.nombres[Resultat.REFUSE]

    @property
    def prets(self) -> int:
        return self.nombres[Resultat.PRET]

    @property
    def radiations(self) -> int:
        """Combien de demandes ce fichier radie : chaque bail signé en radie une."""
        prets = [verdict.fait for verdict in self.verdicts if verdict.resultat is Resultat.PRET and verdict.fait]
        return sum(fait.genre is GenreEvenement.BAIL_SIGNE for fait in prets)

    def lignes(self) -> Iterator[tuple[object, ...]]:
        """Le compte rendu en tableau, selon `COLONNES_DU_COMPTE_RENDU`."""
        for verdict in self.verdicts:
            e = verdict.entree
            code = verdict.resultat.code
            yield e.numero, e["numero_unique"], e["evenement"], e["reference"], code, verdict.phrase


def essayer(agent: Agent, entrees: list[Entree], instant: datetime) -> CompteRendu:
    """Ce que donnerait le fichier, sans rien appliquer. Inscrit au journal : il dit quelles demandes existent."""
    with en_lecture() as session:
        verdicts, absents = _juger(session, agent, entrees, instant, verrou=False)
        acces.inscrire_les_refus(session, agent, absents)
    inscrire_une_lecture(ActeJournal.RECHERCHE, agent=agent, objet=f"essai d’un fichier de {len(entrees)} évènement(s)")
    return CompteRendu(tuple(verdicts), applique=False)


def appliquer(session: Session, agent: Agent, entrees: list[Entree], instant: datetime) -> CompteRendu:
    """Tout le fichier dans une transaction, validée ici. Une seule ligne refusée, et rien n'est écrit."""
    for reste in reversed(range(ESSAIS)):
        verdicts, absents = _juger(session, agent, entrees, instant, verrou=True)
        if absents or any(verdict.resultat is Resultat.REFUSE for verdict in verdicts):
            session.rollback()
            acces.inscrire_les_refus(session, agent, absents)
            break
        try:
            return _ecrire(session, agent, verdicts, instant)
        except IntegrityError:
            session.rollback()
            if not reste:
                raise
    return CompteRendu(tuple(verdicts), applique=False)


def _juger(
    session: Session, agent: Agent, entrees: list[Entree], instant: datetime, *, verrou: bool
) -> tuple[list[Verdict], set[str]]:
    """Les verdicts, et les numéros bien formés qui ne sont pas de demandes de l'agent."""
    numeros = {numero_unique.normaliser(entree["numero_unique"]) for entree in entrees}
    numeros = {numero for numero in numeros if numero_unique.est_valide(numero)}
    demandes = acces.demandes_citees(session, agent, numeros, verrou=verrou)
    # Lus après le verrou : un autre import de ces demandes vient peut-être de finir.
    recus = acces.recus(session, agent, (entree["reference"] for entree in entrees))
    jour = a_paris(instant).date()
    return juger(entrees, demandes, recus, agent.guichet.nom, jour), numeros - demandes.keys()


def _ecrire(session: Session, agent: Agent, verdicts: list[Verdict], instant: datetime) -> CompteRendu:
    auteur = acces_agent.soi(session, agent)
    for verdict in verdicts:
        if fait := verdict.fait:
            evenements.ajouter(
                session,
                fait.demande,
                auteur,
                fait.genre,
                instant,
                jour=fait.jour,
                organisme=fait.organisme,
                valeur=fait.valeur,
                rang=fait.rang,
                precision=fait.precision,
                reference=fait.reference,
            )
    session.commit()
    return CompteRendu(
        tuple(replace(v, resultat=Resultat.AJOUTE) if v.resultat is Resultat.PRET else v for v in verdicts),
        applique=True,
    )
