"""Le champ commun : ce qui est soumis, ce qui a été tapé, comment l'afficher."""

from __future__ import annotations

import unicodedata
from typing import Any, ClassVar

from wtforms import Field
from wtforms.utils import unset_value

# Ce que l'on tape ou que l'on colle sans le voir : espaces rares, sauts de ligne, caractères de commande,
# et ceux qui retournent le sens de lecture (un nom ne doit pas pouvoir s'afficher à l'envers).
ESPACES = (*range(0x09, 0x0E), *range(0x1C, 0x20), 0x85, 0xA0, 0x2007, 0x2009, 0x2028, 0x2029, 0x202F)
INVISIBLES = (
    *range(0x00, 0x20), *range(0x7F, 0xA0), 0xAD, 0x200B, 0x200E, 0x200F,
    *range(0x202A, 0x202F), *range(0x2060, 0x2065), *range(0x2066, 0x206A), 0xFEFF,
)  # fmt: skip
BLANCS = dict.fromkeys(INVISIBLES) | dict.fromkeys(ESPACES, " ")


def sans_blancs_exotiques(texte: str) -> str:
    """Une ligne, des espaces ordinaires et simples, rien d'invisible (un NUL ferait refuser l'écriture en base).

    Les accents sont composés (NFC) : « é » tapé sur un téléphone ou un ordinateur est le même caractère.
    """
    return " ".join(unicodedata.normalize("NFC", texte.translate(BLANCS)).split())


class Champ(Field):
    """Un champ dont l'absence de la saisie ne veut rien dire : seul ce qui est soumis est enregistré.

    `aide` : une phrase sous l'intitulé. `unite` : après la case. `largeur` : « court », « moyen » ou "".
    `question` : celle des contenus (contenus/faq) qui dit pourquoi on la pose ; sa réponse s'ouvre sous le champ.
    """

    genre: ClassVar[str] = "texte"
    en_groupe: bool = False  # plusieurs cases sous une même légende
    soumis: bool = False
    verrouille: bool = False  # se lit, ne se change pas : ce qui en arrive est ignoré
    data: Any

    def __init__(
        self,
        libelle: str,
        regles: list[Any] | None = None,
        *,
        aide: str = "",
        unite: str = "",
        largeur: str = "",
        completion: str = "off",
        clavier: str = "",
        question: str = "",
        **options: Any,
    ) -> None:
        super().__init__(libelle, regles, description=aide, **options)
        self.question = question
        self.unite = unite
        self.largeur = largeur
        self.completion = completion
        self.clavier = clavier

    @property
    def noms(self) -> list[str]:
        """Les noms que ce champ occupe dans la saisie."""
        return [self.name]

    @property
    def id_premier(self) -> str:
        """L'élément où mener la personne depuis le résumé des erreurs."""
        return self.id

    @property
    def form_cible(self) -> Any:
        """La ligne que remplit le formulaire de ce champ (None pour un formulaire sans cible)."""
        return getattr(self._form, "cible", None)

    @property
    def libelle(self) -> str:
        return self.label.text

    @property
    def aide(self) -> str:
        return self.description

    def decrit(self, avertissement: str = "") -> str:
        """Les éléments qui décrivent ce champ (aide, erreur, avis), pour `aria-describedby`."""
        morceaux = (("a-", self.description), ("e-", self.errors), ("v-", avertissement))
        return " ".join(prefixe + self.id for prefixe, present in morceaux if present)

    @property
    def erreur(self) -> str:
        return self.errors[0] if self.errors else ""

    @property
    def regle(self) -> Any:
        """La règle de présence : toujours la première déclarée (voir portail/formulaire.py)."""
        return self.validators[0] if self.validators else None

    @property
    def requis(self) -> bool:
        """Sans réponse, on ne peut pas conclure (soumettre la demande, créer le compte)."""
        return self.regle.requise and self.regle.est_requise(self.form_cible)

    @property
    def facultatif(self) -> bool:
        return not self.regle.requise and not self.regle.est_attendue(self.form_cible)

    def process(self, formdata, data=unset_value, extra_filters=None) -> None:
        self.soumis = formdata is not None and any(nom in formdata for nom in self.noms)
        super().process(formdata if self.soumis else None, data, extra_filters)

    def process_formdata(self, valuelist: list[str]) -> None:
        brut = sans_blancs_exotiques(valuelist[0]) if valuelist else ""
        self.data = self.lire(brut) if brut else None

    def lire(self, brut: str) -> Any:
        """Du texte tapé à la valeur. Lève `ValueError(phrase)` si ce n'en est pas une."""
        return brut

    def brut(self) -> dict[str, list[str]]:
        """Ce qui a été tapé, tel quel : gardé quand la valeur est refusée."""
        return {self.name: list(self.raw_data or [])}

    def saisie(self) -> str:
        """Ce que la case doit montrer : ce qui vient d'être tapé, sinon la valeur enregistrée."""
        if self.soumis and self.errors and self.raw_data:
            return self.raw_data[0]
        return self.ecrire(self.data) if self.data is not None else ""

    def ecrire(self, valeur: Any) -> str:
        """La valeur, comme on la taperait."""
        return str(valeur)

    def presenter(self, valeur: Any) -> str:
        """La valeur, comme on la lirait (récapitulatif, PDF, conflit). Chaîne vide si rien."""
        return "" if est_vide(valeur) else self.ecrire(valeur)


def est_vide(valeur: Any) -> bool:
    return valeur is None or valeur == () or valeur == ""
