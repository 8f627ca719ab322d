"""Un lieu tel qu'on le montre : commune, arrondissement, ancienne commune ou pays."""

from __future__ import annotations

from dataclasses import dataclass

CODES_POSTAUX_MONTRES = 2


@dataclass(frozen=True, slots=True)
class Lieu:
    """`genre` : commune, arrondissement, ancienne ou pays.

    `code` : code Insee (5 caractères ; 99xxx pour un pays). Une ancienne commune peut partager le code
    de la commune actuelle, rappelée par `code_actuel` et `nom_actuel` (vides pour les autres genres).
    `nom_departement` : vide pour un pays, et pour un département disparu.
    """

    code: str
    nom: str
    codes_postaux: tuple[str, ...]
    code_departement: str
    nom_departement: str
    genre: str
    code_actuel: str = ""
    nom_actuel: str = ""

    @property
    def libelle(self) -> str:
        """« Villeurbanne (69100) », « Saint-Denis (93) », « Arbignieu (01, aujourd’hui Arboys en Bugey) », « Algérie ».

        Retapé ou renvoyé tel quel, il désigne ce lieu et lui seul.
        """
        if self.genre == "pays":
            return self.nom
        if self.genre == "ancienne":
            return f"{self.nom} ({self.code_departement}, aujourd’hui {self.nom_actuel})"
        return f"{self.nom} ({self._reperes()})"

    def _reperes(self) -> str:
        codes = self.codes_postaux
        if not codes:
            return self.code_departement
        if len(codes) <= CODES_POSTAUX_MONTRES:
            return ", ".join(codes)
        if self.est_ville_a_arrondissements:
            suite = [code for code in codes if code[2] == "0"]  # sans 75116, second code du 16e
            return f"{suite[0]} à {suite[-1]}"
        return self.code_departement

    @property
    def est_ville_a_arrondissements(self) -> bool:
        """Paris, Lyon et Marseille : la ville entière, dont les codes postaux sont ceux des arrondissements."""
        return self.code in {"75056", "69123", "13055"}

    def repond_au_code_postal(self, debut: str) -> bool:
        """Un de ses codes postaux commence ainsi. « 75000 », « 69000 », « 13000 » : la ville entière."""
        return any(code.startswith(debut) for code in self.codes_postaux) or (
            self.est_ville_a_arrondissements and debut == f"{self.code_departement}000"
        )
