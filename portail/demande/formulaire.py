"""Le formulaire d'une étape : il enregistre ce qui est valide, garde le reste tel quel, et dit ce qui manque.

« Enregistrer toujours, juger ensuite » : une réponse absente se compte, une réponse invalide est
refusée pour sa colonne seulement, et rendue telle que tapée à la prochaine visite.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from portail.champs.base import Champ, est_vide
from portail.formulaire import Formulaire, Presence

Refus = Mapping[str, Mapping[str, list[str]]]  # nom complet du champ → ce qui a été tapé, par nom de case


@dataclass(frozen=True)
class Contexte:
    """Ce qu'une étape a le droit de savoir du dehors : le jour, les chiffres de la loi, le catalogue des pièces.

    `remarques` : ce qu'un guichet demande de corriger, {(étape, section, ligne): {champ: phrase}}.
    `identite_verifiee` : la demande est enregistrée, un guichet a vu la pièce d'identité. `au_guichet` : un agent
    recopie un papier, la personne n'a pas encore repris sa demande. `recue_le` : le jour où le guichet a reçu ce
    papier, qui est celui du dépôt.
    """

    jour: date
    parametre: Callable[[str], int]
    catalogue: Mapping[str, Any] = field(default_factory=dict)
    remarques: Mapping[tuple[str, str, str], Mapping[str, str]] = field(default_factory=dict)
    identite_verifiee: bool = False
    au_guichet: bool = False
    recue_le: date | None = None

    @property
    def annee_n2(self) -> int:
        """L'année des revenus N-2 : année du dépôt moins deux (notice du Cerfa, case E1)."""
        return self.annee_n1 - 1

    @property
    def annee_n1(self) -> int:
        return (self.recue_le or self.jour).year - 1


class FormulaireEtape(Formulaire):
    """Lié à une ligne de la base (`cible`) dont les colonnes portent les noms de ses champs.

    `lignes` : les formulaires de sa section, lui compris, dans l'ordre de la page.
    """

    def __init__(
        self,
        cible: Any,
        contexte: Contexte,
        saisie: MultiDict[str, str] | None = None,
        prefixe: str = "",
        refus: Refus | None = None,
    ) -> None:
        self.cible = cible
        self.contexte = contexte
        self.lignes: Sequence[FormulaireEtape] = (self,)
        self.verrouilles = self.champs_verrouilles(cible, contexte)
        super().__init__(self._sans_les_verrouilles(saisie, prefixe), obj=cible, prefix=prefixe)
        for nom in self.verrouilles:
            self[nom].verrouille = True
        self.preparer()
        if contexte.au_guichet:
            # Le navigateur de l'agent ne doit pas proposer à l'un ce qu'il a retenu de l'autre.
            for champ in self:
                champ.completion = "off"
        self._rendus = self._rendre_les_refus(refus) if refus else []

    def preparer(self) -> None:
        """À redéfinir : intitulés et aides qui dépendent du jour ou de la personne."""

    @classmethod
    def champs_verrouilles(cls, cible: Any, contexte: Contexte) -> frozenset[str]:
        """À redéfinir : les champs qui se lisent sans pouvoir être changés ici. Ce qui en arrive est ignoré."""
        return frozenset()

    @classmethod
    def avertissements_de(cls, cible: Any) -> dict[str, str]:
        """À redéfinir : {nom du champ: phrase} — des réponses valides qui méritent d'être relues."""
        return {}

    @classmethod
    def depend_de(cls, cible: Any) -> dict[str, object]:
        """À redéfinir : {nom du champ: ce dont son dessin dépend} quand une autre réponse de l'étape le change."""
        return {}

    def avertissements(self) -> dict[str, str]:
        """Une réponse refusée dit déjà ce qui ne va pas."""
        phrases = self.avertissements_de(self.cible)
        return {nom: phrase for nom, phrase in phrases.items() if not self[nom].errors}

    @property
    def questions(self) -> list[Champ]:
        """Les champs dont la question se pose, d'après ce qui est enregistré."""
        return [champ for champ in self if champ.regle.est_posee(self.cible)]

    @property
    def fautifs(self) -> list[Champ]:
        """Les champs en erreur que la page montre."""
        return [champ for champ in self.questions if champ.errors]

    def enregistrer(self) -> None:
        """Porte chaque réponse soumise et valide dans la cible. Les autres restent en erreur dans le formulaire."""
        self.validate()
        for nom, champ in self._fields.items():
            if champ.soumis and not champ.errors and champ.data != getattr(self.cible, nom):
                champ.populate_obj(self.cible, nom)

    def validate(self, extra_validators=None) -> bool:
        """Ne juge que ce qui est soumis : une case absente de la page n'a rien à se reprocher."""
        valides = True
        for nom, champ in self._fields.items():
            if champ.soumis:
                valides = self._juger(nom, champ) and valides
        return valides

    def _juger(self, nom: str, champ: Champ) -> bool:
        en_ligne = getattr(type(self), f"validate_{nom}", None)
        return champ.validate(self, (en_ligne,) if en_ligne else ())

    def _sans_les_verrouilles(self, saisie: MultiDict[str, str] | None, prefixe: str) -> MultiDict[str, str] | None:
        if saisie is None or not self.verrouilles:
            return saisie
        noms = tuple(prefixe + nom for nom in self.verrouilles)
        debuts = tuple(f"{nom}-" for nom in noms)  # les trois cases d'une date
        return MultiDict(
            (cle, valeur) for cle, valeur in saisie.items(multi=True) if cle not in noms and not cle.startswith(debuts)
        )

    def _rendre_les_refus(self, refus: Refus) -> list[str]:
        """Rend ce qui avait été tapé. Le juger attend les autres lignes, avec qui il peut faire double emploi."""
        rendus = []
        for nom, champ in self._fields.items():
            if not champ.soumis and not champ.verrouille and champ.name in refus:
                tapees: MultiDict[str, str] = MultiDict(refus[champ.name])
                champ.process(tapees, getattr(self.cible, nom, None))
                rendus.append(nom)
        return rendus

    def juger_les_refus(self) -> None:
        """Rend leur erreur aux saisies refusées, une fois toutes les lignes de la page construites."""
        for nom in self._rendus:
            self._juger(nom, self._fields[nom])

    @classmethod
    def bilan(cls, cible: Any) -> tuple[int, int, bool]:
        """(questions attendues sans réponse, dont requises, a-t-on commencé ?), sans construire de formulaire.

        Appelé pour chaque étape à chaque page : une seule passe sur les règles.
        """
        manquants = bloquants = 0
        commence = False
        lues = vars(cible)  # une colonne déjà lue s'y trouve : trois fois plus vite que par son attribut
        for nom, regle in regles(cls):
            valeur = lues[nom] if nom in lues else getattr(cible, nom)
            if valeur is not None and valeur != () and valeur != "":  # `est_vide`, sans l'appel
                commence = True
            elif regle.attendue and (regle.quand is None or regle.quand(cible)) and regle.est_attendue(cible):
                manquants += 1
                bloquants += regle.est_requise(cible)
        return manquants, bloquants, commence

    @classmethod
    def requis_manquants(cls, cible: Any) -> list[str]:
        return [
            nom
            for nom, regle in regles(cls)
            if regle.requise and regle.est_requise(cible) and regle.est_posee(cible) and _sans_reponse(cible, nom)
        ]

    @classmethod
    def est_commence(cls, cible: Any) -> bool:
        return cls.bilan(cible)[2]

    @classmethod
    def vider_ce_qui_ne_se_pose_plus(cls, cible: Any) -> None:
        """Au dépôt : une réponse dont la question ne se pose plus n'est pas transmise (elle était gardée jusque-là)."""
        # Une question peut en cacher une autre : on repasse tant que quelque chose change.
        while a_vider := [
            nom for nom, regle in regles(cls) if not regle.est_posee(cible) and not _sans_reponse(cible, nom)
        ]:
            for nom in a_vider:
                setattr(cible, nom, None)


def _sans_reponse(cible: Any, nom: str) -> bool:
    return est_vide(getattr(cible, nom))


_REGLES: dict[type[FormulaireEtape], tuple[tuple[str, Presence], ...]] = {}


def regles(formulaire: type[FormulaireEtape]) -> tuple[tuple[str, Presence], ...]:
    """(nom, règle de présence) de chaque champ, dans l'ordre de la page, sans instancier le formulaire."""
    if formulaire not in _REGLES:
        _REGLES[formulaire] = _lire_les_regles(formulaire)
    return _REGLES[formulaire]


def _lire_les_regles(formulaire: type[FormulaireEtape]) -> tuple[tuple[str, Presence], ...]:
    declares = [
        (nom, champ)
        for nom in dir(formulaire)
        if hasattr(champ := getattr(formulaire, nom), "_formfield") and hasattr(champ, "creation_counter")
    ]
    declares.sort(key=lambda paire: paire[1].creation_counter)
    return tuple((nom, _regle(champ)) for nom, champ in declares)


def _regle(champ: Any) -> Presence:
    regles_du_champ = champ.kwargs.get("regles") or champ.args[1]
    premiere = regles_du_champ[0]
    if not isinstance(premiere, Presence):
        raise TypeError(f"{champ.args[0]} : la première règle doit être Facultatif, Attendu ou Requis.")
    return premiere
