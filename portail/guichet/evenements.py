"""Ajouter un évènement de la gestion partagée (CCH, art. R441-2-15). La liste est fermée ; un bail signé radie."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from portail.demande import avis, radiation
from portail.demande.catalogue_evenements import liste
from portail.demande.modeles import Demande, Evenement, GenreEvenement
from portail.guichet.acte import noter_l_evenement
from portail.guichet.journal import inscrire
from portail.guichet.modeles import ActeJournal, Agent
from portail.horloge import a_paris

PLUS_TARD = timedelta(days=366)  # une visite, une commission à venir ; au-delà, c'est une faute de frappe
RANG_MAX = 999
PARTAGES = tuple(genre for genre in GenreEvenement if genre.fiche.partage)


class EvenementRefuse(ValueError):
    """`champ` : celui à corriger. `str()` : la phrase à montrer."""

    def __init__(self, champ: str, phrase: str) -> None:
        self.champ = champ
        super().__init__(phrase)


def ajouter(
    session: Session,
    demande: Demande,
    agent: Agent,
    genre: GenreEvenement,
    instant: datetime,
    *,
    jour: date,
    organisme: str,
    valeur: str | None = None,
    rang: int | None = None,
    precision: str | None = None,
    reference: str | None = None,
) -> Evenement:
    """L'évènement, son écriture au journal, le courriel s'il est visible. La demande arrive verrouillée.

    `jour` : celui du fait. `reference` : celle de qui l'a transmis par fichier. Lève `EvenementRefuse`.
    """
    controler(demande, genre, a_paris(instant).date(), jour, valeur, rang)
    evenement = noter_l_evenement(
        session, demande, genre, agent, instant,
        date_du_fait=jour, organisme=organisme, valeur=valeur, rang=rang, precision=precision, reference=reference,
    )  # fmt: skip
    objet = f"{genre.libelle}, reçu par fichier" if reference else genre.libelle
    inscrire(session, ActeJournal.EVENEMENT, agent=agent, demande_id=demande.id, objet=objet)
    if genre is GenreEvenement.BAIL_SIGNE:
        radiation.radier(
            session,
            demande,
            "a",
            instant,
            guichet_id=agent.guichet_id,
            auteur=agent.nom_complet,
            organisme=organisme,
        )
        inscrire(session, ActeJournal.RADIATION, agent=agent, demande_id=demande.id, objet="motif a")
    elif genre.fiche.visible:
        avis.dire_l_evenement(session, demande, evenement)
    return evenement


def deja_ajoute(
    demande: Demande, agent: Agent, genre: GenreEvenement, vu: int, *, jour: date, **details: object
) -> bool:
    """Cet agent vient-il d'ajouter ce même évènement ? Double clic, envoi répété après une réponse perdue.

    `vu` : le dernier évènement de la demande quand la page s'est ouverte ; rien d'avant ne compte.
    """
    attendus = {"genre": genre, "date_du_fait": jour, "guichet_id": agent.guichet_id, "auteur": agent.nom_complet}
    return any(
        fait.id > vu and all(getattr(fait, nom) == valeur for nom, valeur in (attendus | details).items())
        for fait in demande.evenements
    )


def controler(
    demande: Demande, genre: GenreEvenement, aujourd_hui: date, jour: date, valeur: str | None, rang: int | None
) -> None:
    """Ce que `ajouter` vérifie, sans rien écrire. Lève `EvenementRefuse`."""
    if not genre.fiche.partage:
        raise EvenementRefuse("genre", "Cet évènement ne s’ajoute pas : il vient de la vie de la demande.")
    if demande.enregistree_le is None:
        raise EvenementRefuse("genre", "La demande n’est pas encore enregistrée.")
    if demande.radiee_le is not None:
        raise EvenementRefuse("genre", "La demande est radiée.")
    if jour > aujourd_hui + PLUS_TARD:
        raise EvenementRefuse("jour", "Cette date est à plus d’un an d’ici.")
    if demande.deposee_le is not None and jour < a_paris(demande.deposee_le).date():
        raise EvenementRefuse("jour", "Cette date est avant le dépôt de la demande.")
    if genre is GenreEvenement.BAIL_SIGNE and jour > aujourd_hui:
        raise EvenementRefuse("jour", "Un bail signé l’est déjà : cette date n’est pas encore arrivée.")
    permises = liste(genre.fiche.liste)
    if permises and valeur not in permises:
        raise EvenementRefuse("valeur", "Choisissez une des réponses proposées.")
    if not permises and valeur is not None:
        raise EvenementRefuse("valeur", "Cet évènement n’a pas de précision à choisir.")
    if rang is not None and (not genre.fiche.avec_rang or not 1 <= rang <= RANG_MAX):
        raise EvenementRefuse("rang", f"Un rang va de 1 à {RANG_MAX}, et ne se donne qu’au passage en commission.")
