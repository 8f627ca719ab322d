"""Les thèmes de « Comment ça marche ? », dans l'ordre où ils se montrent (guide de 2020, complété)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Theme:
    slug: str
    titre: str


THEMES = (
    Theme("assistance", "Me faire aider"),
    Theme("premiere-demande", "Je crée une première demande de logement social"),
    Theme("formulaire", "Je remplis le formulaire"),
    Theme("pieces", "Je joins mes pièces justificatives"),
    Theme("foyer", "Qui vivra avec moi"),
    Theme("revenus", "Mes revenus et les plafonds"),
    Theme("logement", "Les communes et le logement"),
    Theme("suivi", "Je suis ou je modifie ma demande"),
    Theme("renouvellement", "J’ai déjà une demande et je souhaite la renouveler"),
    Theme("attribution", "L’attribution d’un logement"),
    Theme("delais", "Les délais, les priorités et le Dalo"),
    Theme("situations", "Ma situation est particulière"),
    Theme("compte", "Mon compte"),
    Theme("donnees", "Mes données personnelles"),
)
PAR_SLUG = {theme.slug: theme for theme in THEMES}
