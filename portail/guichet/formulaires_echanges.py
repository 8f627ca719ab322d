"""Demander un export : quoi, dans quelle forme, et pourquoi."""

from __future__ import annotations

from wtforms.validators import ValidationError

from portail.champs import Champ, ChampChoix, ChampDate, ChampTexte
from portail.champs.dates import de_nos_jours
from portail.choix import Choix, OuiNon
from portail.formulaire import Facultatif, Formulaire, Obligatoire
from portail.guichet.acces import RAISON_MINIMUM
from portail.guichet.echanges import demandes, export
from portail.guichet.echanges.demandes import Lesquelles


class Quoi(Choix):
    DEMANDES = "demandes", "Les demandes et ce qui y est déclaré"
    EVENEMENTS = "evenements", "Les évènements de la gestion partagée"


class Forme(Choix):
    CSV = "csv", "CSV, pour un tableur"
    JSON = "json", "JSON, pour un logiciel"


class ExportForm(Formulaire):
    quoi = ChampChoix("Que voulez-vous exporter\u202f?", [Obligatoire("Choisissez ce que vous exportez.")], Quoi)
    forme = ChampChoix("Dans quelle forme\u202f?", [Obligatoire("Choisissez la forme du fichier.")], Forme)
    lesquelles = ChampChoix(
        "Quelles demandes\u202f?",
        [Obligatoire("Choisissez les demandes.")],
        Lesquelles,
        aide="N’exportez que le nécessaire.",
    )
    avec_radiees = ChampChoix("Avec les demandes radiées\u202f?", [Facultatif()], OuiNon)
    depuis = ChampDate(
        "Seulement ce qui a changé depuis le",
        [Facultatif(), de_nos_jours],
        aide="Laissez vide pour tout. Par exemple\u00a0: 31 3 2026",
    )
    raison = ChampTexte(
        "Pourquoi cet export\u202f?",
        [Obligatoire("Écrivez pourquoi.")],
        aide="Par exemple\u00a0: commission d’attribution du 12 décembre. Chaque personne concernée lira cette raison.",
        maximum=200,
    )

    def validate_raison(self, champ: Champ) -> None:
        if len(champ.data) < RAISON_MINIMUM:
            raise ValidationError(f"Dites-en un peu plus\u00a0: {RAISON_MINIMUM} caractères au moins.")

    @property
    def filtre(self) -> demandes.Filtre | export.Filtre:
        les_notres = self.lesquelles.data is Lesquelles.LES_NOTRES
        avec_radiees = self.avec_radiees.data is OuiNon.OUI
        if self.quoi.data is Quoi.EVENEMENTS:
            return export.Filtre(self.depuis.data, les_notres, avec_radiees)
        return demandes.Filtre(self.lesquelles.data, avec_radiees, self.depuis.data)
