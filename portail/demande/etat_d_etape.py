"""Où en est une étape : ce qui manque, ce qui est à corriger, et les mots pour le dire."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class EtatEtape:
    """Où en est une étape, en nombres et en mots."""

    manquants: int
    bloquants: int
    refus: int
    commencee: bool
    documents: int = 0  # les pièces nécessaires pour soumettre, pas encore jointes
    remarques: int = 0  # ce qu'un guichet a demandé de corriger

    @property
    def est_complete(self) -> bool:
        return not (self.manquants or self.refus or self.documents or self.remarques)

    @property
    def libelle(self) -> str:
        if self.refus:
            return f"{self.refus} réponse à corriger" if self.refus == 1 else f"{self.refus} réponses à corriger"
        if self.remarques:
            return "1 remarque du guichet" if self.remarques == 1 else f"{self.remarques} remarques du guichet"
        if self.est_complete:
            return "Complète"
        if not self.commencee:
            return "À faire"
        if not self.manquants:
            return "En cours : un document manque"
        combien = "1 réponse manque" if self.manquants == 1 else f"{self.manquants} réponses manquent"
        return f"En cours : {combien}"
