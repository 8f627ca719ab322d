"""Lieu : une commune (ou un pays, pour une naissance) tapée comme on la dit, gardée par son code Insee."""

from __future__ import annotations

from typing import Any, ClassVar

from portail.champs.base import Champ, sans_blancs_exotiques
from portail.referentiels import recherche


class ChampLieu(Champ):
    """Le code Insee d'une commune, ou d'un pays si `naissance`.

    Plusieurs communes possibles : la saisie est gardée et `candidats` les propose en boutons radio,
    sous le même nom suivi de « -choix » (sans JavaScript aussi).
    """

    genre: ClassVar[str] = "lieu"

    def __init__(self, *args: Any, naissance: bool = False, **options: Any) -> None:
        options.setdefault("aide", "Le nom ou le code postal. Exemples : Villeurbanne, 69100.")
        super().__init__(*args, **options)
        self.naissance = naissance
        self.candidats: list[Any] = []

    @property
    def noms(self) -> list[str]:
        return [self.name, f"{self.name}-choix"]

    def process(self, formdata, *args: Any, **options: Any) -> None:
        self._choisi = sans_blancs_exotiques(formdata.get(f"{self.name}-choix", "")) if formdata is not None else ""
        super().process(formdata, *args, **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        choisi = recherche.lieu(self._choisi) if self._choisi else None
        brut = sans_blancs_exotiques(valuelist[0]) if valuelist else ""
        if choisi is not None and self._admet(choisi) and self._propose(brut, choisi):
            self.data = choisi.code
            return
        super().process_formdata(valuelist)

    def _propose(self, brut: str, choisi: recherche.Lieu) -> bool:
        """Le bouton coché répond à ce texte. Sans JavaScript, on peut récrire la case en le laissant coché."""
        trouve = recherche.resoudre(brut[:100], naissance=self.naissance) if brut else choisi
        return choisi.code in {lieu.code for lieu in (trouve if isinstance(trouve, list) else [trouve])}

    def _admet(self, lieu: recherche.Lieu) -> bool:
        """Un pays ou une commune disparue peut être un lieu de naissance, pas une commune où habiter."""
        return self.naissance or lieu.genre in {"commune", "arrondissement"}

    def lire(self, brut: str) -> str:
        trouve = recherche.resoudre(brut[:100], naissance=self.naissance)
        if not isinstance(trouve, list):
            return trouve.code
        self.candidats = trouve
        quoi = "commune ou de pays" if self.naissance else "commune"
        if not trouve:
            raise ValueError(f"Nous ne trouvons pas de {quoi} « {brut[:60]} ». Essayez le code postal.")
        if len(trouve) == 1:
            raise ValueError(f"Vouliez-vous dire {trouve[0].libelle} ? Cochez la réponse ou corrigez.")
        raise ValueError(f"Plusieurs réponses sont possibles pour « {brut[:60]} ». Cochez la bonne.")

    def brut(self) -> dict[str, list[str]]:
        return {self.name: list(self.raw_data or [])}

    def ecrire(self, valeur: Any) -> str:
        lieu = recherche.lieu(valeur)
        return lieu.libelle if lieu else str(valeur)
