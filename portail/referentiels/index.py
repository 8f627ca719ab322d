"""L'index des lieux, en mémoire : construit une fois de la base, puis interrogé sans elle.

Toutes les clés tiennent dans un seul texte, une par ligne, les communes les plus peuplées d'abord :
une recherche de sous-chaîne rend les lignes déjà dans l'ordre voulu.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from portail.referentiels.fautes import NomsComposes, Vocabulaire
from portail.referentiels.lieux import Lieu

Cle = tuple[str, int]  # une clé de recherche et le rang du lieu qu'elle désigne


@dataclass(frozen=True)
class Contenu:
    """Ce qu'on range dans un index. `lieux` : du plus au moins prioritaire à code égal.

    `pays`, `communes` (arrondissements compris, les plus peuplées d'abord), `anciennes` : les clés, dans
    l'ordre où les lieux se proposent. `departements` : de la clé du nom au code.
    """

    lieux: list[Lieu]
    pays: list[Cle]
    communes: list[Cle]
    anciennes: list[Cle]
    departements: dict[str, str]


class Index:
    """Les lieux et leurs clés, numérotées par ligne : pays, puis communes, puis anciennes communes."""

    def __init__(self, contenu: Contenu) -> None:
        self.lieux = contenu.lieux
        self.departements = contenu.departements
        cles = contenu.pays + contenu.communes + contenu.anciennes
        self._cibles = array("I", (rang for _, rang in cles))
        self._texte = "\n" + "\n".join(cle for cle, _ in cles) + "\n"
        self._debuts = array("I")
        position = 0
        for cle, _ in cles:
            self._debuts.append(position)
            position += len(cle) + 1
        self._debuts.append(len(self._texte) - 1)
        self._premiere_commune = len(contenu.pays)
        self._premiere_ancienne = len(contenu.pays) + len(contenu.communes)
        lignes = [(ligne, cle) for ligne, (cle, _) in enumerate(cles)]
        communes = lignes[self._premiere_commune : self._premiere_ancienne]
        ailleurs = lignes[: self._premiere_commune] + lignes[self._premiere_ancienne :]
        self._composes = NomsComposes(communes), NomsComposes(ailleurs)
        self._vocabulaires = (
            Vocabulaire(cle for _, cle in communes),
            Vocabulaire(cle for _, cle in ailleurs),
        )
        self._par_code: dict[str, Lieu] = {}
        for lieu in self.lieux:
            self._par_code.setdefault(lieu.code, lieu)
        self._indexer_codes_postaux()
        self._indexer_arrondissements(contenu.communes)

    def _indexer_codes_postaux(self) -> None:
        self._par_code_postal: dict[str, list[int]] = {}
        for rang, lieu in enumerate(self.lieux):
            for code in lieu.codes_postaux:
                self._par_code_postal.setdefault(code, []).append(rang)
        self._codes_postaux = sorted(self._par_code_postal)
        self._villes_a_arrondissements = [lieu for lieu in self.lieux if lieu.est_ville_a_arrondissements]

    def _indexer_arrondissements(self, communes: list[Cle]) -> None:
        """De (« lyon », 3) au 3e arrondissement."""
        self.arrondissements: dict[str, dict[int, Lieu]] = {}
        for cle, rang in communes:
            if self.lieux[rang].genre == "arrondissement":
                ville, ordinal, _ = cle.split(" ")
                numero = int("".join(signe for signe in ordinal if signe.isdigit()))
                self.arrondissements.setdefault(ville, {})[numero] = self.lieux[rang]

    def lieu(self, code: str) -> Lieu | None:
        return self._par_code.get(code)

    def de_la_ligne(self, ligne: int) -> Lieu:
        return self.lieux[self._cibles[ligne]]

    def du_code_postal(self, code: str) -> list[Lieu]:
        """Les communes d'un code postal ; à Paris, Lyon et Marseille, l'arrondissement et non la ville (sauf 75000)."""
        if code not in self._par_code_postal:
            return [ville for ville in self._villes_a_arrondissements if ville.repond_au_code_postal(code)]
        lieux = [self.lieux[rang] for rang in self._par_code_postal[code]]
        return [lieu for lieu in lieux if not lieu.est_ville_a_arrondissements]

    def du_debut_de_code_postal(self, debut: str) -> list[Lieu]:
        """Par population décroissante. `debut` : deux chiffres au moins, sinon aucun lieu."""
        if len(debut) < 2:
            return []
        rangs: set[int] = set()
        for place in range(bisect_left(self._codes_postaux, debut), len(self._codes_postaux)):
            if not self._codes_postaux[place].startswith(debut):
                break
            rangs.update(self._par_code_postal[self._codes_postaux[place]])
        return [self.lieux[rang] for rang in sorted(rangs)]

    def du_departement(self, code: str) -> Iterator[Lieu]:
        return (lieu for lieu in self.lieux if lieu.code_departement == code and lieu.genre == "commune")

    def exactes(self, cle: str, naissance: bool) -> Iterator[int]:
        """Les lignes dont la clé est exactement `cle`."""
        return self._lignes(f"\n{cle}\n", naissance)

    def exactes_anciennes(self, cle: str) -> Iterator[int]:
        """Les lignes d'anciennes communes dont la clé est exactement `cle`."""
        return (ligne for ligne in self._lignes(f"\n{cle}\n", True) if ligne >= self._premiere_ancienne)

    def commencant_par(self, debut: str, naissance: bool) -> Iterator[int]:
        return self._lignes(f"\n{debut}", naissance)

    def contenant(self, mots: list[str], naissance: bool) -> Iterator[int]:
        """Les lignes où chaque mot commence un mot de la clé, dans n'importe quel ordre.

        Un mot seul n'est pas cherché en tête de clé : `commencant_par` l'a déjà fait.
        """
        cherches = [f" {mot}" for mot in mots]
        pivot = max(cherches, key=len)
        for aiguille in (pivot, "\n" + pivot[1:]) if len(mots) > 1 else (pivot,):
            for ligne in self._lignes(aiguille, naissance):
                texte = " " + self._cle(ligne)
                if all(cherche in texte for cherche in cherches):
                    yield ligne

    def noms_composes_proches(self, colle: str, permises: int, naissance: bool) -> list[tuple[int, int]]:
        """(distance, ligne) des noms de plusieurs mots, écrits sans espaces, à au plus `permises` fautes."""
        return [proche for noms in self._composes[: 1 + naissance] for proche in noms.proches(colle, permises)]

    def mots_proches(self, mot: str, permises: int, naissance: bool, limite: int = 3) -> list[tuple[int, str]]:
        """(distance, mot) des mots connus les plus proches, à au plus `permises` fautes."""
        vocabulaires = self._vocabulaires[: 1 + naissance]
        proches = [proche for mots in vocabulaires for proche in mots.proches(mot, permises, limite)]
        return sorted(dict.fromkeys(proches), key=lambda proche: proche[0])[:limite]

    def _cle(self, ligne: int) -> str:
        return self._texte[self._debuts[ligne] + 1 : self._debuts[ligne + 1]]

    def _lignes(self, aiguille: str, naissance: bool) -> Iterator[int]:
        debut, fin = 0, len(self._texte)
        if not naissance:
            debut, fin = self._debuts[self._premiere_commune], self._debuts[self._premiere_ancienne] + 1
        position = self._texte.find(aiguille, debut, fin)
        while position >= 0:
            yield bisect_right(self._debuts, position) - 1
            position = self._texte.find(aiguille, position + 1, fin)
