"""Nombres : entiers et montants, tels qu'on les écrit en France."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from portail.champs.base import Champ

FINE = "\u202f"  # espace fine insécable des milliers
LONGUEUR_LUE = 60  # caractères : au-delà, ce n'est plus un nombre


def en_milliers(entier: int) -> str:
    """12345 → « 12 345 » (espaces fines insécables)."""
    return f"{entier:,}".replace(",", FINE)


def en_euros(montant: Decimal) -> str:
    """Decimal("1234.5") → « 1 234,50 » ; sans décimales quand le montant est rond."""
    entier, centimes = divmod(int((abs(montant) * 100).to_integral_value()), 100)
    signe = "-" if montant < 0 else ""
    return f"{signe}{en_milliers(entier)}" + (f",{centimes:02d}" if centimes else "")


UNITE = r"(?:€|euros?|eur)"
# Après le nombre, ces mots redisent la question : d'un montant, ou d'un compte.
MOTS_D_ARGENT, MOTS_DE_COMPTE = r"(?:nets?|cc|charges comprises)", r"(?:personnes?|enfants?)"
MILLIERS = re.compile(r"(?<![\d.,])\d{1,3}(?:[ .'’]\d{3})+(?!\d)")  # 1 234, 1.234, 1’234 (l'usage suisse)


def _chiffres(brut: str, unite: str) -> str:
    """Le nombre seul : sans son unité, ses espaces ni ses séparateurs de milliers, la virgule devenue point.

    Un espace qui ne range pas par milliers (« 1234 50 ») reste, et fait refuser : l'ôter ferait cent fois trop.
    """
    texte = brut.replace("\u2212", "-")  # le signe moins typographique
    if periode := re.search(r"\b(?:mois|an)$", unite):  # « 850 € par mois » dans la case « € par mois »
        texte = re.sub(rf"(?:par|/)\s*{periode[0]}\s*$", "", texte, flags=re.IGNORECASE)
    mots = MOTS_D_ARGENT if "€" in unite else MOTS_DE_COMPTE
    texte = re.sub(rf"^\s*{UNITE}|(?:\s*\b{mots}|\s*{UNITE}(?![a-z]))+\s*$", "", texte, flags=re.IGNORECASE)
    texte = re.sub(rf"(?<=\d)\s*{UNITE}\s*(?=\d\d$)", ",", texte, flags=re.IGNORECASE)  # « 1234 € 50 »
    if unite == "m²":
        texte = re.sub(r"m\s?[²2]\s*$", "", texte, flags=re.IGNORECASE)
    if re.fullmatch(r"\s*\d{1,3}(?:,\d{3})+\.\d{1,2}\s*", texte):  # 1,234.50 : l'usage anglais
        texte = texte.replace(",", "")
    texte = MILLIERS.sub(lambda nombre: re.sub(r"\D", "", nombre[0]), texte)
    return re.sub(r"(?<!\d)\s+|\s+(?!\d)", "", texte).replace(",", ".")


class ChampEntier(Champ):
    """Un nombre entier entre `minimum` et `maximum`. Accepte « 1 234 », « 1.234 », « 12,00 € », « 61 m² ».

    `arrondi` : des décimales se tapent aussi (« 61,53 m² », l'usage des baux) et s'arrondissent au plus proche.
    """

    def __init__(self, *args: Any, minimum: int = 0, maximum: int = 99, arrondi: bool = False, **options: Any) -> None:
        options.setdefault("largeur", "court")
        super().__init__(*args, clavier="decimal" if arrondi else "numeric", **options)
        self.minimum, self.maximum, self.arrondi = minimum, maximum, arrondi

    def lire(self, brut: str) -> int:
        texte = _chiffres(brut[:LONGUEUR_LUE], self.unite)
        decimale = "[0-9]" if self.arrondi else "0"
        if not re.fullmatch(rf"[+-]?[0-9]{{1,12}}(?:\.{decimale}{{0,2}})?", texte):
            forme = "un montant sans les centimes" if "€" in self.unite else "un nombre entier"
            raise ValueError(f"Écrivez {forme}, en chiffres. Vous avez écrit « {brut[:40]} ».")
        nombre = int(Decimal(texte).quantize(Decimal(1), ROUND_HALF_UP))
        if not self.minimum <= nombre <= self.maximum:
            raise ValueError(
                f"Écrivez un nombre entre {en_milliers(self.minimum)} et {en_milliers(self.maximum)}. "
                f"Vous avez écrit {en_milliers(nombre)}."
            )
        return nombre

    def ecrire(self, valeur: Any) -> str:
        return en_milliers(valeur)

    def presenter(self, valeur: Any) -> str:
        if valeur is None:
            return ""
        return f"{en_milliers(valeur)}\u00a0{self.unite}" if self.unite else en_milliers(valeur)


class ChampEuros(Champ):
    """Un montant en euros, au centime. Accepte « 1 234,50 € », « 1.234,50 », « 1234.5 », « 850 € par mois »."""

    def __init__(self, *args: Any, maximum: int = 1_000_000, unite: str = "€ par mois", **options: Any) -> None:
        super().__init__(*args, clavier="decimal", largeur="court", unite=unite, **options)
        self.maximum = Decimal(maximum)

    def lire(self, brut: str) -> Decimal:
        texte = _chiffres(brut[:LONGUEUR_LUE], self.unite)
        if not re.fullmatch(r"[+-]?(?:[0-9]{1,9}(?:\.[0-9]{0,2})?|\.[0-9]{1,2})", texte):
            raise ValueError(f"Écrivez un montant en chiffres, par exemple 1 234,50. Vous avez écrit « {brut[:40]} ».")
        montant = Decimal(texte.rstrip("."))
        if montant < 0:
            raise ValueError("Un montant ne peut pas être négatif.")
        if montant > self.maximum:
            raise ValueError(f"Ce montant paraît trop grand. Le maximum est {en_euros(self.maximum)} €.")
        return montant

    def ecrire(self, valeur: Any) -> str:
        return en_euros(valeur)

    def presenter(self, valeur: Any) -> str:
        return "" if valeur is None else f"{en_euros(valeur)}\u00a0{self.unite}"
