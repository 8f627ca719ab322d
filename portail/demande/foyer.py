"""Qui est qui dans une déclaration : les personnes présentes, par rôle, et comment en ajouter une."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from typing import Any

from portail.choix import OuiNon
from portail.demande.listes import LienCodemandeur, SituationFamiliale
from portail.demande.modeles import Personne, Ressources, RevenuFiscal, Role, SituationProfessionnelle

CONJOINTS = {LienCodemandeur.MARIE, LienCodemandeur.PACSE}


def nouvelle_personne(role: Role, rang: int, **identite: Any) -> Personne:
    """Une personne et ses trois sujets, vides : toutes en ont, le nombre de requêtes n'en dépend pas."""
    return Personne(
        role=role,
        rang=rang,
        situation=SituationProfessionnelle(),
        revenu=RevenuFiscal(),
        ressources=Ressources(),
        **identite,
    )


def createur(role: Role) -> Callable[[Any, int], Personne]:
    """Pour une section répétée : une personne de ce rôle, numérotée parmi les siens (« co-demandeur 2 »)."""

    def creer(declaration: Any, _rang: int) -> Personne:
        rangs = [personne.rang for personne in declaration.personnes if personne.role is role]
        return nouvelle_personne(role, max(rangs, default=0) + 1)

    return creer


def titre_de(genre: str) -> Callable[[Personne], str]:
    """Le titre d'une ligne : « Co-demandeur : Tom » ; sans prénom, un numéro dès qu'il y en a plusieurs."""

    def titre(personne: Personne) -> str:
        if personne.prenom:
            return f"{genre} : {personne.appel}"
        return f"{genre} {personne.numero}" if len(_de_role(personne.declaration, personne.role)) > 1 else genre

    return titre


def est_de(role: Role) -> Callable[[Personne], bool]:
    return lambda personne: personne.role is role


def _de_role(declaration: Any, role: Role) -> list[Personne]:
    return [personne for personne in declaration.personnes if personne.role is role and personne.retiree_le is None]


def demandeur(declaration: Any) -> Personne:
    return _de_role(declaration, Role.DEMANDEUR)[0]


def codemandeurs(declaration: Any) -> list[Personne]:
    """Autant que déclaré à l'étape 1 : les blocs en trop sont repliés, pas effacés."""
    return _de_role(declaration, Role.CODEMANDEUR)[: declaration.nb_codemandeurs or 0]


def adultes(declaration: Any) -> list[Personne]:
    """Le demandeur et les co-demandeurs (les colocataires ont chacun leur propre demande)."""
    return [demandeur(declaration), *codemandeurs(declaration)]


def colocataires(declaration: Any) -> list[Personne]:
    return _de_role(declaration, Role.COLOCATAIRE) if declaration.coordonnees.a_colocataires is OuiNon.OUI else []


def a_charge(declaration: Any) -> list[Personne]:
    return _de_role(declaration, Role.A_CHARGE) if declaration.foyer.a_personnes_a_charge is OuiNon.OUI else []


def autres_enfants(declaration: Any) -> list[Personne]:
    return _de_role(declaration, Role.AUTRE_ENFANT) if declaration.foyer.a_autres_enfants is OuiNon.OUI else []


def toutes(declaration: Any) -> list[Personne]:
    """Les personnes à loger, dans l'ordre de la demande."""
    return [
        *adultes(declaration),
        *colocataires(declaration),
        *a_charge(declaration),
        *autres_enfants(declaration),
    ]


def nombre_a_loger(declaration: Any) -> int | None:
    """Combien de personnes les étapes 1 à 3 disent à loger, naissances à venir comprises (Cerfa, case G2).

    None tant qu'elles n'ont pas tout dit, et en colocation : chacun y a sa demande, et compte comme il l'entend.
    """
    dit = declaration.foyer
    naissances = dit.nb_naissances if dit.attend_un_enfant is OuiNon.OUI else 0
    if None in {declaration.nb_codemandeurs, dit.a_personnes_a_charge, dit.a_autres_enfants, dit.attend_un_enfant}:
        return None
    if naissances is None or declaration.coordonnees.a_colocataires is OuiNon.OUI:
        return None
    return len(toutes(declaration)) + naissances


def en_titre(personne: Personne) -> str:
    """« Vous », « Tom », « Co-demandeur 2 »."""
    return personne.appel[:1].upper() + personne.appel[1:]


def en_sujet(personne: Personne) -> str:
    """Au début d'une question : « Tom », « Le co-demandeur 2 »."""
    return personne.designation[:1].upper() + personne.designation[1:]


def appel_de(declaration: Any, cle: str) -> str:
    """Comment nommer la personne de cette clé : partie de la demande depuis, ses documents y sont encore ; ajoutée par
    une mise à jour commencée, que personne n'a à lire, ils y sont déjà."""
    ailleurs = (qui for autre in reversed(declaration.demande.declarations) for qui in autre.personnes)
    for qui in chain(declaration.personnes, ailleurs):
        if qui.cle == cle:
            if qui.declaration is declaration:
                return qui.appel
            return "une personne pas encore déclarée" if qui.declaration.est_brouillon else f"{qui.appel}, retiré(e)"
    return "une personne retirée"


def est_au_foyer_fiscal_du_demandeur(personne: Personne) -> bool:
    """Le conjoint marié ou pacsé partage l'avis d'impôt du demandeur (notice, cases E2 et E3)."""
    return personne.role is Role.CODEMANDEUR and personne.lien in CONJOINTS


def conjoint(declaration: Any) -> Personne | None:
    """Le co-demandeur marié, pacsé ou concubin, s'il y en a un."""
    liens = CONJOINTS | {LienCodemandeur.CONCUBIN}
    return next((personne for personne in codemandeurs(declaration) if personne.lien in liens), None)


def est(declaration: Any, *situations: SituationFamiliale) -> bool:
    return declaration.coordonnees.situation_familiale in situations
