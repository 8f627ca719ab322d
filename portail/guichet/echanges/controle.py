"""Juger chaque ligne reçue, sans rien écrire : prête, déjà reçue, ou refusée avec la phrase qui dit quoi corriger."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from portail.choix import Choix
from portail.demande.catalogue_evenements import liste
from portail.demande.modeles import Demande, Evenement, GenreEvenement
from portail.guichet.echanges.lecture import Entree
from portail.guichet.evenements import PARTAGES, EvenementRefuse, controler
from portail.regles import numero_unique
from portail.typographie import insecables

REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,59}")
JOURS = (
    re.compile(r"(?P<a>\d{4})-(?P<m>\d{2})-(?P<j>\d{2})"),
    re.compile(r"(?P<j>\d{1,2})/(?P<m>\d{1,2})/(?P<a>\d{4})"),
)
EN_NOMBRE = re.compile(r"^[\d,]+E\+?\d+$")  # « 6,91126E+16 » : le numéro est perdu
ORGANISME_MAX, COMMENTAIRE_MAX = 120, 1000
GENRES = {genre.code: genre for genre in PARTAGES}


class Resultat(Choix):
    """Ce qu'il advient d'une ligne. Les codes vont dans le compte rendu CSV."""

    PRET = "pret", "prêt"
    AJOUTE = "ajoute", "ajouté"
    DEJA_RECU = "deja_recu", "déjà reçu"
    REFUSE = "refuse", "refusé"


@dataclass(frozen=True)
class Fait:
    """Un évènement reçu, compris : les arguments de `evenements.ajouter`."""

    demande: Demande
    genre: GenreEvenement
    jour: date
    organisme: str
    valeur: str | None
    rang: int | None
    precision: str | None
    reference: str

    def est(self, evenement: Evenement) -> bool:
        """Le même que celui déjà reçu sous cette référence ?"""
        return (
            evenement.demande_id == self.demande.id
            and evenement.genre is self.genre
            and (evenement.date_du_fait, evenement.organisme) == (self.jour, self.organisme)
            and (evenement.valeur, evenement.rang, evenement.precision) == (self.valeur, self.rang, self.precision)
        )


@dataclass(frozen=True)
class Verdict:
    """Une ligne, et ce qu'on en fait. `fait` : ce qui reste à écrire, pour une ligne prête."""

    entree: Entree
    resultat: Resultat
    phrase: str
    fait: Fait | None = None


class _LigneRefusee(ValueError):
    """Cette ligne ne va pas ; `str()` dit pourquoi."""

    def __init__(self, phrase: str) -> None:
        super().__init__(insecables(phrase))


def juger(
    entrees: Iterable[Entree],
    demandes: Mapping[str, Demande],
    recus: Mapping[str, Evenement],
    organisme: str,
    aujourd_hui: date,
) -> list[Verdict]:
    """Un verdict par ligne, dans l'ordre : chaque ligne est jugée comme si les précédentes étaient appliquées.

    `demandes` : par numéro unique, celles que l'agent peut instruire. `recus` : par référence, ce que ce guichet a déjà
    reçu. `organisme` : celui d'une ligne qui n'en donne pas.
    """
    jugement = _Jugement(demandes, recus, organisme, aujourd_hui)
    return [jugement.juger(entree) for entree in entrees]


class _Jugement:
    def __init__(
        self, demandes: Mapping[str, Demande], recus: Mapping[str, Evenement], organisme: str, aujourd_hui: date
    ) -> None:
        self.demandes, self.recus, self.organisme, self.aujourd_hui = demandes, recus, organisme, aujourd_hui
        self.du_fichier: dict[str, tuple[int, Fait]] = {}
        self.radiees: dict[int, int] = {}  # demande → la ligne qui la radiera

    def juger(self, entree: Entree) -> Verdict:
        try:
            fait = self._comprendre(entree)
            deja = self._deja_recu(fait)
            if deja:
                return Verdict(entree, Resultat.DEJA_RECU, deja)
            self._verifier(fait)
        except _LigneRefusee as refus:
            return Verdict(entree, Resultat.REFUSE, str(refus))
        self.du_fichier[fait.reference] = entree.numero, fait
        if fait.genre is GenreEvenement.BAIL_SIGNE:
            self.radiees[fait.demande.id] = entree.numero
        return Verdict(entree, Resultat.PRET, fait.genre.libelle, fait)

    def _comprendre(self, entree: Entree) -> Fait:
        numero = numero_unique.normaliser(entree["numero_unique"])
        if EN_NOMBRE.search(numero):
            raise _LigneRefusee("Le tableur a changé ce numéro en nombre : mettez sa colonne au format Texte.")
        if not numero_unique.est_valide(numero):
            raise _LigneRefusee(
                "Le numéro unique a 18 caractères : trois du territoire, dix chiffres, cinq du guichet."
            )
        if numero not in self.demandes:
            raise _LigneRefusee("Aucune demande de vos territoires n’a ce numéro unique.")
        genre = GENRES.get(entree["evenement"].lower())
        if genre is None:
            raise _LigneRefusee(
                f"« {entree['evenement'][:40]} » n’est pas un évènement. Les codes : {', '.join(GENRES)}."
            )
        if not REFERENCE.fullmatch(entree["reference"]):
            raise _LigneRefusee(
                "La référence est obligatoire : 60 caractères au plus, lettres sans accent, chiffres et . _ : / -"
            )
        return Fait(
            demande=self.demandes[numero],
            genre=genre,
            jour=_jour(entree["date"]),
            organisme=_borne(entree["organisme"] or self.organisme, ORGANISME_MAX, "L’organisme"),
            valeur=_valeur(genre, entree["valeur"]),
            rang=_rang(entree["rang"]),
            precision=_borne(entree["commentaire"], COMMENTAIRE_MAX, "Le commentaire") or None,
            reference=entree["reference"],
        )

    def _deja_recu(self, fait: Fait) -> str:
        """La phrase qui dit où et quand, vide si cette référence n'a pas encore servi."""
        if recu := self.recus.get(fait.reference):
            if not fait.est(recu):
                raise _LigneRefusee("Cette référence a déjà servi pour un autre évènement.")
            return "Déjà reçu : rien à faire."
        ligne, autre = self.du_fichier.get(fait.reference, (0, None))
        if autre is None:
            return ""
        if autre != fait:
            raise _LigneRefusee(f"Cette référence sert déjà à la ligne {ligne}, pour un autre évènement.")
        return f"Le même qu’à la ligne {ligne} : rien à faire."

    def _verifier(self, fait: Fait) -> None:
        if ligne := self.radiees.get(fait.demande.id):
            raise _LigneRefusee(f"La ligne {ligne} radie cette demande : bail signé.")
        try:
            controler(fait.demande, fait.genre, self.aujourd_hui, fait.jour, fait.valeur, fait.rang)
        except EvenementRefuse as refus:
            raise _LigneRefusee(str(refus)) from refus


def _jour(texte: str) -> date:
    for forme in JOURS:
        if lu := forme.fullmatch(texte):
            try:
                return date(int(lu["a"]), int(lu["m"]), int(lu["j"]))
            except ValueError:
                raise _LigneRefusee(f"Le {texte} n’existe pas.") from None
    raise _LigneRefusee("La date s’écrit 2026-11-24 ou 24/11/2026.")


def _valeur(genre: GenreEvenement, texte: str) -> str | None:
    permises = liste(genre.fiche.liste)
    if permises and texte not in permises:
        dite = f"« {texte[:40]} » n’est pas une valeur de « {genre.code} »." if texte else "La valeur manque."
        raise _LigneRefusee(f"{dite} Les valeurs : {', '.join(permises)}.")
    return texte or None


def _rang(texte: str) -> int | None:
    if not texte:
        return None
    if not re.fullmatch(r"[0-9]{1,6}", texte):
        raise _LigneRefusee("Le rang est un nombre entier.")
    return int(texte)


def _borne(texte: str, maximum: int, quoi: str) -> str:
    if len(texte) > maximum:
        raise _LigneRefusee(f"{quoi} a {len(texte)} caractères : {maximum} au plus.")
    return texte
