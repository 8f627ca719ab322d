"""Le cœur du parcours : une étape est déclarée une fois, tout le reste en est déduit.

Ni Flask, ni base de données : une étape reçoit une déclaration (des objets Python) et répond.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from portail.demande.codes_de_piece import d_un_avis, nature_et_precision
from portail.demande.etat_d_etape import EtatEtape
from portail.demande.formulaire import Contexte, FormulaireEtape, Refus
from portail.typographie import insecables


def _toujours(_objet: Any) -> bool:
    return True


def _rien(_declaration: Any, _contexte: Contexte) -> Iterable[Piece]:
    return ()


@dataclass(frozen=True)
class Piece:
    """Une pièce justificative attendue d'une personne.

    `precision` s'ajoute au libellé du catalogue (« 2025 »). `requise` : sans elle, pas de dépôt.
    `variante` : la ligne du catalogue qui précise ce code (« 3 » pour « ID-3 »). `nature` : sa ligne, quand
    ce n'est pas le code (codes_de_piece.py).
    """

    code: str
    personne: str  # la clé de la personne
    appel: str  # comment la nommer : « vous », « Ana »
    precision: str = ""
    requise: bool = False
    variante: str = ""
    nature: str = ""

    @classmethod
    def de(cls, code: str, personne: Any, *, requise: bool = False, variante: str = "") -> Piece:
        return cls(code, personne.cle, personne.appel, requise=requise, variante=variante)

    @classmethod
    def avis_d_impot(cls, nature: str, personne: Any, annee: int) -> Piece:
        return cls(d_un_avis(annee), personne.cle, personne.appel, str(annee), nature=nature)

    @classmethod
    def du_code(cls, code: str, cle: str, appel: str) -> Piece:
        """Une pièce fournie que plus rien ne demande."""
        nature, precision = nature_et_precision(code)
        return cls(code, cle, appel, precision, nature=nature)

    @property
    def ligne(self) -> str:
        """Sa ligne du catalogue."""
        return self.nature or self.code


@dataclass(frozen=True)
class Repetition:
    """Des lignes que la personne ajoute, retire, rétablit et, si `ordonnee`, range.

    `nom(ligne)` la désigne dans une phrase (« Retirer Léo ») ; `groupe(ligne)` l'annonce quand elle n'a pas de titre.
    `minimum(declaration)` : le nombre de lignes à ouvrir d'office. `compteur` : la colonne de la
    déclaration qui compte ces lignes et doit suivre les ajouts et les retraits.
    """

    lignes: Callable[[Any], list[Any]]
    creer: Callable[[Any, int], Any]
    libelle_ajout: str
    nom: Callable[[Any], str]
    groupe: Callable[[Any], str] | None = None
    minimum: Callable[[Any], int] = lambda _declaration: 0
    maximum: Callable[[Contexte], int] = lambda _contexte: 20
    ordonnee: bool = False
    compteur: str = ""
    est_sienne: Callable[[Any], bool] = _toujours  # quand la collection mêle plusieurs sections (les personnes)

    def retiree(self, declaration: Any, ligne_id: int) -> Any | None:
        """La ligne de cette section que la personne a retirée, ou None."""
        for ligne in self.lignes(declaration):
            if ligne.id == ligne_id and ligne.retiree_le is not None and self.est_sienne(ligne):
                return ligne
        return None


@dataclass(frozen=True)
class Section:
    """Une partie d'étape : un formulaire, les lignes qu'il remplit, et son titre.

    Les cases d'une section à plusieurs lignes portent l'identifiant de leur ligne (`prefixee`).
    """

    nom: str
    formulaire: type[FormulaireEtape]
    cibles: Callable[[Any], Sequence[Any]]
    titre: str = ""
    titre_cible: Callable[[Any], str] | None = None
    intro: str = ""
    question: str = ""  # la question des contenus (contenus/faq) dont la réponse courte s'ouvre sur place
    quand: Callable[[Any], bool] = _toujours
    repetition: Repetition | None = None
    prefixee: bool = False
    confidentielle: bool = False  # donnée de santé : hors du récapitulatif courant et de la fiche
    pour_soi: bool = False  # au demandeur seul : un co-demandeur qui lit la demande ne le voit pas (partage.py)

    def lignes(self, declaration: Any) -> Sequence[Any]:
        return self.cibles(declaration) if self.quand(declaration) else ()

    def repere(self, cible: Any) -> str:
        """Le nom d'une ligne dans la page et dans les adresses : « colocataire-12 »."""
        return f"{self.nom}-{identifiant(cible)}"

    def prefixe(self, cible: Any) -> str:
        return f"{self.repere(cible)}-" if self.prefixee or self.repetition else ""


def identifiant(cible: Any) -> int:
    """Le numéro de la ligne (une table en un pour un : celui de sa personne, de la déclaration) ; 0 pour une copie."""
    numeros = (getattr(cible, nom, None) for nom in ("id", "personne_id", "declaration_id"))
    return next((numero for numero in numeros if numero is not None), 0)


def cle_de_ligne(cible: Any) -> str:
    """Ce qui désigne la ligne d'une déclaration à la suivante, où son numéro change : la clé de la personne, son rang,
    ou rien quand il n'y en a qu'une."""
    personne = getattr(cible, "personne", None)
    for cle in (getattr(cible, "cle", None), getattr(personne, "cle", personne), getattr(cible, "rang", None)):
        if cle is not None:
            return str(cle)
    return ""


@dataclass(frozen=True)
class Bloc:
    """Une section ouverte sur une de ses lignes. `remarques` : ce que le guichet dit de ses réponses, par champ."""

    section: Section
    cible: Any
    formulaire: FormulaireEtape
    remarques: Mapping[str, str] = field(default_factory=dict)

    @property
    def avis(self) -> dict[str, str]:
        """Par champ, ce qui mérite d'être relu : la remarque du guichet, puis l'avertissement de la règle."""
        avis = {nom: f"À vérifier : {phrase}" for nom, phrase in self.formulaire.avertissements().items()}
        for nom, remarque in self.remarques.items():
            avis[nom] = " ".join(filter(None, (f"Remarque du guichet : {insecables(remarque)}", avis.get(nom))))
        return avis

    @property
    def titre(self) -> str:
        return self.section.titre_cible(self.cible) if self.section.titre_cible else ""

    @property
    def groupe(self) -> str:
        """Ce qu'un lecteur d'écran annonce en entrant dans une ligne qui n'a pas de titre."""
        repetition = self.section.repetition
        return repetition.groupe(self.cible) if repetition and repetition.groupe else ""

    @property
    def repere(self) -> str:
        return self.section.repere(self.cible)


@dataclass(frozen=True)
class Etape:
    """Une étape de la demande. Tout ce qui la concerne est déclaré dans son module."""

    slug: str
    titre: str
    sections: tuple[Section, ...]
    intro: str = ""
    pieces: Callable[[Any, Contexte], Iterable[Piece]] = _rien
    sensible: bool = False  # ce qu'on y écrit met peut-être en danger : « Quitter vite » est à portée

    def lignes(self, declaration: Any) -> Iterator[tuple[Section, Any]]:
        for section in self.sections:
            for cible in section.lignes(declaration):
                yield section, cible

    def ouvrir(
        self,
        declaration: Any,
        contexte: Contexte,
        saisie: MultiDict[str, str] | None = None,
        refus: Refus | None = None,
    ) -> list[Bloc]:
        """Les formulaires de l'étape, remplis de ce qui est enregistré (et de `saisie`, si elle vient d'arriver)."""
        blocs = [
            Bloc(
                section,
                cible,
                section.formulaire(cible, contexte, saisie, section.prefixe(cible), refus),
                self._remarques(section, cible, contexte),
            )
            for section, cible in self.lignes(declaration)
        ]
        for bloc in blocs:
            if bloc.section.repetition is not None:
                bloc.formulaire.lignes = [autre.formulaire for autre in blocs if autre.section is bloc.section]
        for bloc in blocs:
            bloc.formulaire.juger_les_refus()
        return blocs

    def _remarques(self, section: Section, cible: Any, contexte: Contexte) -> Mapping[str, str]:
        if not contexte.remarques:
            return {}
        return contexte.remarques.get((self.slug, section.nom, cle_de_ligne(cible)), {})

    def etat(self, declaration: Any, nb_refus: int = 0, documents: int = 0, remarques: int = 0) -> EtatEtape:
        manquants = bloquants = 0
        commencee = False
        for section, cible in self.lignes(declaration):
            bilan = section.formulaire.bilan(cible)
            manquants += bilan[0]
            bloquants += bilan[1]
            commencee = commencee or bilan[2]
        return EtatEtape(manquants, bloquants, nb_refus, commencee, documents, remarques)

    def completer(self, declaration: Any) -> None:
        """Ouvre les lignes que les réponses appellent (« oui, deux co-demandeurs » : deux blocs à remplir)."""
        for section in self.sections:
            repetition = section.repetition
            if repetition is None or not section.quand(declaration):
                continue
            for _ in range(repetition.minimum(declaration) - len(section.cibles(declaration))):
                ajouter(declaration, repetition)

    def section(self, nom: str) -> Section | None:
        return next((section for section in self.sections if section.nom == nom), None)


def presentes(lignes: Iterable[Any]) -> list[Any]:
    """Les lignes que la personne n'a pas retirées."""
    return [ligne for ligne in lignes if ligne.retiree_le is None]


def ajouter(declaration: Any, repetition: Repetition) -> Any:
    """Une ligne de plus, au dernier rang."""
    lignes = repetition.lignes(declaration)
    ligne = repetition.creer(declaration, max((existante.rang for existante in lignes), default=0) + 1)
    lignes.append(ligne)
    return ligne
