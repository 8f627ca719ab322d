"""Date : trois cases (jour, mois, année), ou la date entière collée dans la première."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Any, ClassVar

from wtforms.utils import unset_value

from portail.champs.base import Champ, sans_blancs_exotiques
from portail.regles.calendrier import MOIS, date_en_lettres

PARTIES = ("jour", "mois", "annee")
INTITULES = ("Jour", "Mois", "Année")
ENTIERE = re.compile(r"(\d{1,2})\s*[/.\- ]\s*(\d{1,2}|[a-zéûA-ZÉÛ]{3,9}\.?)\s*[/.\- ]\s*(\d{4})")
ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


def _sans_accent(texte: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", texte.lower()) if not unicodedata.combining(c))


def _numero_de_mois(texte: str) -> int | None:
    if texte.isdigit():
        return int(texte)
    cle = _sans_accent(texte).rstrip(".")
    trouves = [rang for rang, mois in enumerate(MOIS, 1) if len(cle) >= 3 and _sans_accent(mois).startswith(cle)]
    return trouves[0] if len(trouves) == 1 else None


class ChampDate(Champ):
    """Une date. `naissance` règle la complétion du navigateur (bday-day…) et refuse le futur.

    Lève, à la lecture, une phrase sur la partie fautive ; `partie_fautive` dit laquelle.
    """

    genre: ClassVar[str] = "date"
    en_groupe = True
    partie_fautive: str = ""

    def __init__(self, *args: Any, naissance: bool = False, **options: Any) -> None:
        options.setdefault("aide", "Par exemple : 31 3 1980" if naissance else "Par exemple : 31 3 2026")
        super().__init__(*args, **options)
        self.naissance = naissance

    @property
    def noms(self) -> list[str]:
        return [f"{self.name}-{partie}" for partie in PARTIES]

    @property
    def id_premier(self) -> str:
        return f"{self.id}-{self.partie_fautive or 'jour'}"

    def completion_de(self, partie: str) -> str:
        if self.completion != "bday":
            return "off"
        return {"jour": "bday-day", "mois": "bday-month", "annee": "bday-year"}[partie]

    def process(self, formdata, data=unset_value, extra_filters=None) -> None:
        self._tapees = [
            sans_blancs_exotiques(formdata.get(nom, "")) if formdata is not None else "" for nom in self.noms
        ]
        super().process(formdata, data, extra_filters)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = self._lire_parties(*self._tapees)

    def _lire_parties(self, jour: str, mois: str, annee: str) -> date | None:
        if jour and not mois and not annee:
            if entiere := ENTIERE.fullmatch(jour):
                jour, mois, annee = entiere.groups()
            elif iso := ISO.fullmatch(jour):
                annee, mois, jour = iso.groups()
        if not (jour or mois or annee):
            return None
        for partie, valeur, phrase in (
            ("jour", jour, "Indiquez aussi le jour."),
            ("mois", mois, "Indiquez aussi le mois."),
            ("annee", annee, "Indiquez aussi l’année."),
        ):
            if not valeur:
                self._refuser(partie, phrase)
        return self._composer(jour, mois, annee)

    def _composer(self, jour: str, mois: str, annee: str) -> date:
        numero = _numero_de_mois(mois)
        if numero is None or not 1 <= numero <= 12:
            self._refuser("mois", f"Le mois va de 1 à 12. Vous avez écrit « {mois[:20]} ».")
        if not re.fullmatch(r"\d{4}", annee):
            self._refuser("annee", f"L’année s’écrit avec quatre chiffres. Vous avez écrit « {annee[:20]} ».")
        if not re.fullmatch(r"\d{1,2}", jour) or not 1 <= int(jour) <= 31:
            self._refuser("jour", f"Le jour va de 1 à 31. Vous avez écrit « {jour[:20]} ».")
        try:
            return date(int(annee), numero or 0, int(jour))
        except ValueError:
            self._refuser("jour", f"Le {int(jour)} {MOIS[(numero or 1) - 1]} {annee} n’existe pas.")
            raise

    def _refuser(self, partie: str, phrase: str) -> None:
        self.partie_fautive = partie
        raise ValueError(phrase)

    def brut(self) -> dict[str, list[str]]:
        return {nom: [valeur] for nom, valeur in zip(self.noms, self._tapees, strict=True)}

    def saisies(self) -> list[tuple[str, str, str]]:
        """Ce que montrent les trois cases : [(partie, intitulé, texte)]."""
        if self.soumis and self.errors:
            textes = self._tapees
        elif self.data is None:
            textes = ["", "", ""]
        else:
            textes = [str(self.data.day), str(self.data.month), str(self.data.year)]
        return list(zip(PARTIES, INTITULES, textes, strict=True))

    def ecrire(self, valeur: Any) -> str:
        return f"{valeur.day}/{valeur.month}/{valeur.year}"

    def presenter(self, valeur: Any) -> str:
        return "" if valeur is None else date_en_lettres(valeur)
