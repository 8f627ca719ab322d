"""Date : trois cases (jour, mois, année), ou la date entière collée dans la première."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Any, ClassVar, NoReturn

from wtforms.utils import unset_value
from wtforms.validators import ValidationError

from portail.champs.base import Champ, sans_blancs_exotiques
from portail.regles.calendrier import MOIS, date_en_lettres

PARTIES = ("jour", "mois", "annee")
INTITULES = ("Jour", "Mois", "Année")
# « mardi 12 mars 1985 », « le 1er mars », « 12/3/85 », « 12031985 », « 1985-03-12 » : collés dans la première case.
SEPARATEUR = r"\s*[/.,\-\s]\s*"
ENTIERE = re.compile(
    rf"(?:le\s+)?(?:[a-z]+di|dimanche)?\s*([0-9]{{1,2}}(?:er)?){SEPARATEUR}([0-9]{{1,2}}|[a-z]{{3,9}}\.?)"
    rf"(?:{SEPARATEUR}([0-9]+))?"
)
COLLEE = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4})")
ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")


def _a_plat(texte: str) -> str:
    """Minuscules, sans accent : « AOÛT » et « août » (accent composé ou non) sont le même mois, « 1ᵉʳ » est « 1er »."""
    texte = unicodedata.normalize("NFKD", texte.lower())
    return "".join(c for c in texte if not unicodedata.combining(c))


def _numero_de_mois(texte: str) -> int | None:
    if re.fullmatch(r"[0-9]{1,2}", texte):
        return int(texte)
    cle = _a_plat(texte).rstrip(".")
    trouves = [rang for rang, mois in enumerate(MOIS, 1) if len(cle) >= 3 and _a_plat(mois).startswith(cle)]
    return trouves[0] if len(trouves) == 1 else None


ANNEES = range(1900, 2201)


def de_nos_jours(_formulaire: Any, champ: Champ) -> None:
    """Pour une date qui borne une liste : au bord du calendrier, ni son minuit ni son lendemain n'existent."""
    if champ.data is not None and champ.data.year not in ANNEES:
        raise ValidationError(f"L’année va de {ANNEES[0]} à {ANNEES[-1]}.")


class ChampDate(Champ):
    """Une date. `naissance` change l'exemple donné.

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
            jour, mois, annee = self._separer(jour)
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

    def _separer(self, texte: str) -> tuple[str, str, str]:
        """Le jour, le mois et l'année d'une date écrite dans la seule première case."""
        plat = _a_plat(texte)
        if re.fullmatch(r"[0-9]{1,2}(?:er)?", plat):
            return texte, "", ""
        if iso := ISO.fullmatch(plat):
            return iso[3], iso[2], iso[1]
        if lue := COLLEE.fullmatch(plat) or ENTIERE.fullmatch(plat):
            return lue[1], lue[2], lue[3] or ""
        exemple = "31 3 1980" if self.naissance else "31 3 2026"
        self._refuser("jour", f"Écrivez la date en chiffres, par exemple {exemple}. Vous avez écrit « {texte[:20]} ».")

    def _composer(self, jour: str, mois: str, annee: str) -> date:
        numero = _numero_de_mois(mois)
        if numero is None or not 1 <= numero <= 12:
            self._refuser("mois", f"Le mois va de 1 à 12. Vous avez écrit « {mois[:20]} ».")
        if not re.fullmatch(r"[0-9]{4}", annee):
            self._refuser("annee", f"L’année s’écrit avec quatre chiffres. Vous avez écrit « {annee[:20]} ».")
        quantieme = re.fullmatch(r"([0-9]{1,2})(?:er)?", _a_plat(jour))
        if quantieme is None or not 1 <= int(quantieme[1]) <= 31:
            self._refuser("jour", f"Le jour va de 1 à 31. Vous avez écrit « {jour[:20]} ».")
        try:
            return date(int(annee), numero, int(quantieme[1]))
        except ValueError:
            rang = "1er" if int(quantieme[1]) == 1 else int(quantieme[1])
            self._refuser("jour", f"Le {rang} {MOIS[numero - 1]} {annee} n’existe pas.")

    def _refuser(self, partie: str, phrase: str) -> NoReturn:
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
