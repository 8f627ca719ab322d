"""Étape 6, « Ressources mensuelles » : ce que chaque personne reçoit par mois, et les pensions versées.

Champs : Cerfa 14069*05 p. 7, cases E7 à E9 ; fiche domaine § 1.9. Montants nets, avant prélèvement à la
source, hors aides au logement ; la moyenne des douze derniers mois s'ils varient.
"""

from __future__ import annotations

from decimal import Decimal

from portail.champs import ChampChoix, ChampEuros, ChampListe
from portail.choix import OuiNon
from portail.demande import foyer
from portail.demande.etape import Etape, Piece, Section
from portail.demande.formulaire import FormulaireEtape
from portail.demande.listes import Ressource, Statut
from portail.demande.modeles import Role
from portail.formulaire import Attendu

DE_LA_CAF = (
    Ressource.FAMILIALES,
    Ressource.PAJE,
    Ressource.RSA,
    Ressource.AAH,
    Ressource.AEEH,
    Ressource.AJPP,
    Ressource.MINIMUM_VIEILLESSE,
)
SALARIES = {Statut.PRIVE, Statut.ETAT, Statut.HOPITAL, Statut.COLLECTIVITE, Statut.ASSISTANT, Statut.ETUDIANT}


def recoit(*natures: Ressource):
    """La condition « cette personne a dit recevoir une de ces ressources »."""
    if len(natures) == 1:
        (nature,) = natures
        return lambda ressources: ressources.a_des_ressources is OuiNon.OUI and nature in (ressources.natures or ())
    return lambda ressources: (
        ressources.a_des_ressources is OuiNon.OUI and any(nature in (ressources.natures or ()) for nature in natures)
    )


def colonne(nature: Ressource) -> str:
    """La colonne du montant d'une nature de ressource."""
    return nature.name.lower()


def dites_recues(ressources) -> tuple[Ressource, ...]:
    return (ressources.natures or ()) if ressources.a_des_ressources is OuiNon.OUI else ()


def touchees(ressources) -> set[Ressource]:
    """Ce que la personne reçoit, et n'a pas dit nul (montant pas encore donné : on le compte)."""
    return {nature for nature in dites_recues(ressources) if getattr(ressources, colonne(nature)) != 0}


def montants_donnes(ressources) -> bool:
    """La personne a dit ce qu'elle reçoit, montants compris."""
    if ressources.a_des_ressources is not OuiNon.OUI:
        return ressources.a_des_ressources is OuiNon.NON
    natures = ressources.natures or ()
    return bool(natures) and all(getattr(ressources, colonne(nature)) is not None for nature in natures)


def total_mensuel(ressources) -> Decimal:
    """Ce que la personne déclare recevoir par mois, en euros."""
    montants = (getattr(ressources, colonne(nature)) for nature in dites_recues(ressources))
    return sum((montant for montant in montants if montant is not None), Decimal(0))


class RessourcesForm(FormulaireEtape):
    a_des_ressources = ChampChoix("Ressources chaque mois", [Attendu()], OuiNon)
    natures = ChampListe(
        "Lesquelles ?",
        [Attendu(quand=lambda ressources: ressources.a_des_ressources is OuiNon.OUI)],
        Ressource,
        aide="Cochez tout ce qui est reçu. Ne comptez pas les aides au logement (APL, AL).",
    )

    def preparer(self) -> None:
        personne = self.cible.personne
        self.a_des_ressources.label.text = (
            "Recevez-vous de l’argent chaque mois ?"
            if personne.role is Role.DEMANDEUR
            else f"{foyer.en_sujet(personne)} reçoit de l’argent chaque mois ?"
        )
        if "verse_une_pension" in self._fields:
            self.verse_une_pension.label.text = (
                "Versez-vous une pension alimentaire ?"
                if personne.role is Role.DEMANDEUR
                else f"{foyer.en_sujet(personne)} verse une pension alimentaire ?"
            )


# Une case de montant par nature : la liste des ressources n'est écrite qu'une fois (listes.py).
for _nature in Ressource:
    setattr(
        RessourcesForm,
        colonne(_nature),
        ChampEuros(_nature.libelle, [Attendu(quand=recoit(_nature))], aide="Montant net, avant impôt."),
    )


class RessourcesAdulteForm(RessourcesForm):
    """Un adulte peut aussi verser une pension (case E9)."""

    verse_une_pension = ChampChoix("Pension alimentaire versée", [Attendu()], OuiNon)
    pension_versee = ChampEuros(
        "Montant de la pension versée", [Attendu(quand=lambda ressources: ressources.verse_une_pension is OuiNon.OUI)]
    )


def pieces(declaration, contexte):
    """Fiche domaine § 2.2, codes SAL à BOURSE : une pièce par personne et par nature de ressource."""
    for personne in (*foyer.adultes(declaration), *foyer.a_charge(declaration)):
        yield from _pieces_de(personne)


def _pieces_de(personne):
    recues = touchees(personne.ressources)
    statuts = set(personne.situation.statuts or ())
    # Un indépendant n'a pas de fiche de paie, sauf s'il est aussi salarié.
    if Ressource.SALAIRE in recues and (Statut.INDEPENDANT not in statuts or statuts & SALARIES):
        yield Piece.de("SAL", personne)
    if Statut.INDEPENDANT in statuts:
        yield Piece.de("NSAL", personne)
    for code, natures in (
        ("RETR", (Ressource.RETRAITE, Ressource.INVALIDITE)),
        ("ARE", (Ressource.CHOMAGE,)),
        ("IJ", (Ressource.INDEMNITES_JOURNALIERES,)),
        ("PAL", (Ressource.PENSION_RECUE,)),
        ("CAF", DE_LA_CAF),
        ("BOURSE", (Ressource.BOURSE,)),
    ):
        if not recues.isdisjoint(natures):
            yield Piece.de(code, personne)


def titre(ressources) -> str:
    return foyer.en_titre(ressources.personne)


ETAPE = Etape(
    slug="ressources-mensuelles",
    titre="Ressources mensuelles",
    intro="Les montants nets reçus par mois, avant impôt. S’ils changent d’un mois à l’autre, "
    "donnez la moyenne des douze derniers mois.",
    sections=(
        Section(
            "adulte",
            RessourcesAdulteForm,
            lambda declaration: [personne.ressources for personne in foyer.adultes(declaration)],
            titre_cible=titre,
            prefixee=True,
            question="ressources-mensuelles",
        ),
        Section(
            "charge",
            RessourcesForm,
            lambda declaration: [personne.ressources for personne in foyer.a_charge(declaration)],
            titre_cible=titre,
            prefixee=True,
        ),
    ),
    pieces=pieces,
)
