"""Textes : ligne, paragraphe, courriel, téléphone, code postal, SIRET et SIREN, mot de passe."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from stdnum.fr import siren, siret

from portail.champs.base import Champ, sans_blancs_exotiques

# Volontairement large : la preuve d'une adresse est le message reçu, pas sa forme.
COURRIEL = re.compile(r"[^\s@<>(),;:\"\[\]\\]{1,64}@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")
LA_POSTE = "356000000"


class ChampTexte(Champ):
    """Une ligne de texte, débarrassée de ses espaces inutiles."""

    def __init__(self, *args: Any, maximum: int = 100, **options: Any) -> None:
        super().__init__(*args, **options)
        self.maximum = maximum

    def lire(self, brut: str) -> str:
        if len(brut) > self.maximum:
            raise ValueError(
                f"Ce texte est trop long : {self.maximum} caractères au plus, vous en avez écrit {len(brut)}."
            )
        return brut


class ChampLong(ChampTexte):
    """Un texte libre de plusieurs lignes. `lignes` : combien s'en voient d'abord."""

    genre: ClassVar[str] = "long"

    def __init__(self, *args: Any, maximum: int = 2000, lignes: int = 4, **options: Any) -> None:
        super().__init__(*args, maximum=maximum, **options)
        self.lignes = lignes

    def process_formdata(self, valuelist: list[str]) -> None:
        lignes = re.split(r"\r\n|\r|\n", valuelist[0] if valuelist else "")
        brut = "\n".join(sans_blancs_exotiques(ligne) for ligne in lignes).strip()
        self.data = self.lire(brut) if brut else None


class ChampCourriel(ChampTexte):
    """Une adresse mail, en minuscules (les boîtes ne distinguent pas les majuscules)."""

    def __init__(self, *args: Any, completion: str = "email", **options: Any) -> None:
        super().__init__(*args, maximum=254, completion=completion, clavier="email", **options)

    def lire(self, brut: str) -> str:
        adresse = super().lire(brut.replace(" ", "")).lower().removeprefix("mailto:").rstrip(".")
        if not adresse.isascii():
            raise ValueError("Une adresse mail n’a ni accent ni cédille. Exemple : prenom.nom@exemple.fr.")
        if not COURRIEL.fullmatch(adresse):
            raise ValueError("Cette adresse mail n’est pas complète. Exemple : prenom.nom@exemple.fr.")
        return adresse


class ChampTelephone(ChampTexte):
    """Un numéro de téléphone, français ou étranger, rangé par paires quand il est français."""

    def __init__(self, *args: Any, completion: str = "tel", **options: Any) -> None:
        super().__init__(*args, completion=completion, clavier="tel", largeur="moyen", **options)

    def lire(self, brut: str) -> str:
        chiffres = re.sub(r"[\s.\-/()]", "", brut)
        chiffres = re.sub(r"^(?:(?:\+|00)330?|33(?=[1-9][0-9]{8}$))", "0", chiffres)
        if re.fullmatch(r"0[1-9][0-9]{8}", chiffres):
            return " ".join(re.findall("..", chiffres))
        if re.fullmatch(r"(\+|00)[1-9][0-9]{6,14}", chiffres):
            return chiffres
        raise ValueError("Ce numéro de téléphone n’est pas complet. Exemples : 06 12 34 56 78 ou +32 470 12 34 56.")


class ChampCodePostal(ChampTexte):
    """Un code postal français (cinq chiffres) ; ailleurs, la commune et le pays suffisent."""

    def __init__(self, *args: Any, completion: str = "postal-code", **options: Any) -> None:
        super().__init__(*args, completion=completion, clavier="numeric", largeur="court", **options)

    def lire(self, brut: str) -> str:
        chiffres = re.sub(r"^FR?-?|\s", "", brut, flags=re.IGNORECASE)
        if not re.fullmatch(r"[0-9]{5}", chiffres):
            raise ValueError("Un code postal a cinq chiffres. Exemple : 69100.")
        return chiffres


def _sans_separateurs(brut: str) -> str:
    """Les chiffres d'un numéro recopié : « SIRET : 732-829-320 00074 »."""
    return re.sub(r"^(?:siret|siren)\b\s*:?|[\s.\-/]", "", brut, flags=re.IGNORECASE)


class ChampSiren(ChampTexte):
    """SIREN : 9 chiffres, clé de Luhn. Il se lit par groupes : « 123 456 789 », et « 00012 » après, pour un SIRET."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, clavier="numeric", largeur="moyen", **options)

    def lire(self, brut: str) -> str:
        numero = _sans_separateurs(brut)
        if not siren.is_valid(numero) or not numero.strip("0"):
            raise ValueError("Un numéro SIREN a 9 chiffres. Celui-ci contient une erreur.")
        return numero

    def presenter(self, valeur: Any) -> str:
        groupes = (valeur[:3], valeur[3:6], valeur[6:9], valeur[9:]) if valeur else ()
        return "\u00a0".join(filter(None, groupes))


class ChampSiret(ChampSiren):
    """SIRET : 14 chiffres, clé de Luhn (sauf établissements de La Poste, dont la somme est multiple de 5)."""

    def lire(self, brut: str) -> str:
        numero = _sans_separateurs(brut)
        if not re.fullmatch(r"[0-9]{14}", numero):
            raise ValueError("Un numéro SIRET a 14 chiffres. Il est sur votre fiche de paie.")
        de_la_poste = numero.startswith(LA_POSTE) and sum(int(chiffre) for chiffre in numero) % 5 == 0
        if not numero.strip("0") or not (siret.is_valid(numero) or de_la_poste):
            raise ValueError("Ce numéro SIRET contient une erreur. Vérifiez-le sur votre fiche de paie.")
        return numero


class ChampMotDePasse(Champ):
    """Un mot de passe : jamais transformé (espaces et accents compris), jamais réaffiché."""

    genre: ClassVar[str] = "mot_de_passe"

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist[0] if valuelist and valuelist[0] else None

    def saisie(self) -> str:
        return ""
