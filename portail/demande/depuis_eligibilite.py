"""Commencer une demande avec les réponses du test d'éligibilité, quand la personne le demande.

Seul ce qui veut dire la même chose des deux côtés est repris ; la personne relit tout dans les étapes. Un revenu donné
pour plusieurs adultes est une somme : il n'est à personne, il n'est pas repris. La carte mobilité inclusion est une
donnée de santé : la demande la redemande elle-même.
"""

from __future__ import annotations

from portail.choix import OuiNon
from portail.demande.foyer import demandeur
from portail.demande.listes import Nationalite
from portail.demande.modeles import CommuneSouhaitee, Declaration
from portail.information.eligibilite.formulaire import EligibiliteForm, Sejour
from portail.referentiels import recherche
from portail.regles.territoire import territoire

# « Espace économique européen ou Suisse » n'est pas « Union européenne » : on ne devine pas.
NATIONALITES = {
    Sejour.FRANCE: Nationalite.FRANCAISE,
    Sejour.TITRE: Nationalite.HORS_UNION_EUROPEENNE,
    Sejour.SANS: Nationalite.HORS_UNION_EUROPEENNE,
}


def reporter(formulaire: EligibiliteForm, declaration: Declaration) -> None:
    """Écrit dans une déclaration neuve ce qu'un test valable dit déjà."""
    elle = demandeur(declaration)
    elle.nationalite = NATIONALITES.get(formulaire.sejour.data)
    if formulaire.a_charge.data == 0:  # sinon, l'étape demande qui elles sont
        declaration.foyer.a_personnes_a_charge = OuiNon.NON
    if formulaire.adultes.data == 1 and formulaire.revenu.data is not None:
        elle.revenu.a_un_avis_n2, elle.revenu.rfr_n2 = OuiNon.OUI, formulaire.revenu.data
    premiere, *autres = formulaire.communes
    ici = _territoire(premiere)
    for commune in autres:
        if _territoire(commune) == ici:
            declaration.communes.append(CommuneSouhaitee(rang=len(declaration.communes) + 1, commune=commune))


def _territoire(commune: str) -> str:
    lieu = recherche.lieu(commune)
    return territoire(lieu.code_departement) if lieu else ""
