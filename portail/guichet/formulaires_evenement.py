"""Décrire un évènement : la date, qui l'a décidé, et ce que son genre demande en plus."""

from __future__ import annotations

from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from portail.champs import ChampDate, ChampEntier, ChampLong, ChampSelection, ChampTexte
from portail.demande.catalogue_evenements import liste
from portail.demande.modeles import GenreEvenement
from portail.formulaire import Facultatif, Formulaire, Obligatoire
from portail.guichet.evenements import EvenementRefuse


class EvenementForm(Formulaire):
    """`cible` : le genre. Une case que ce genre ne demande pas n'est pas sur la page."""

    jour = ChampDate("Date", [Obligatoire("Indiquez la date.")])
    organisme = ChampTexte("Organisme", [Obligatoire("Indiquez l’organisme.")], maximum=120)
    valeur = ChampSelection(
        "Précision",
        [Obligatoire("Choisissez une des réponses proposées.")],
        lambda genre: list(liste(genre.fiche.liste).items()),
    )
    rang = ChampEntier(
        "Rang", [Facultatif()], minimum=1, maximum=999, aide="Si la commission a classé les candidatures."
    )
    precision = ChampLong("Commentaire", [Facultatif()], maximum=1000, aide="La personne lira ces mots.")

    def __init__(self, saisie: MultiDict[str, str] | None, genre: GenreEvenement, **valeurs: Any) -> None:
        self.cible = genre
        super().__init__(saisie, data=valeurs or None)
        if not genre.fiche.liste:
            del self.valeur
        if not genre.fiche.avec_rang:
            del self.rang
        if not genre.fiche.visible:
            self.precision.description = "Pour les guichets et les bailleurs\u00a0: la personne ne lira pas ces mots."

    @classmethod
    def vierge(cls, genre: GenreEvenement, jour: date, organisme: str) -> EvenementForm:
        return cls(None, genre, jour=jour, organisme=organisme)

    @property
    def details(self) -> dict[str, Any]:
        """Les arguments de `evenements.ajouter`."""
        return {champ.short_name: champ.data for champ in self}

    def refuser(self, refus: EvenementRefuse) -> None:
        champ = self._fields.get(refus.champ, self.jour)
        champ.errors = [str(refus)]
