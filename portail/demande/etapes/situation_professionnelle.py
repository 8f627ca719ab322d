"""Étape 4, « Situation professionnelle » : le travail de chaque adulte.

Champs : Cerfa 14069*05 p. 6, cases D1 à D15 (demandeur), D16 à D30 (conjoint ou co-demandeur) ;
fiche domaine § 1.7. Plusieurs statuts sont possibles : l'exclusivité n'est pas précisée par la notice.
"""

from __future__ import annotations

from portail.champs import ChampChoix, ChampCodePostal, ChampDate, ChampLieu, ChampListe, ChampSiret, ChampTexte
from portail.choix import OuiNon
from portail.demande import foyer
from portail.demande.etape import Etape, Piece, Section
from portail.demande.formulaire import FormulaireEtape
from portail.demande.listes import Statut
from portail.demande.modeles import Role
from portail.formulaire import Attendu, Facultatif


def a_pour_statut(*statuts: Statut):
    return lambda situation: any(statut in (situation.statuts or ()) for statut in statuts)


est_salarie_du_prive = a_pour_statut(Statut.PRIVE)


def est_apprenti(situation) -> bool:
    return a_pour_statut(Statut.ETUDIANT)(situation) and situation.apprenti is OuiNon.OUI


def a_un_employeur_prive(situation) -> bool:
    return est_salarie_du_prive(situation) or est_apprenti(situation)


def a_connu_le_chomage(situation) -> bool:
    return situation.chomage_plus_1_an is OuiNon.OUI


class SituationForm(FormulaireEtape):
    statuts = ChampListe("Situation actuelle", [Attendu()], Statut, aide="Cochez tout ce qui correspond.")
    apprenti = ChampChoix("En apprentissage ?", [Attendu(quand=a_pour_statut(Statut.ETUDIANT))], OuiNon)
    profession = ChampTexte(
        "Profession", [Attendu()], aide="Certains métiers sont prioritaires près de leur lieu de travail."
    )
    cdd_ou_interim = ChampChoix(
        "Ce travail est-il un CDD ou de l’intérim ?", [Attendu(quand=est_salarie_du_prive)], OuiNon
    )
    employeur_nom = ChampTexte("Nom de l’employeur", [Attendu(quand=a_un_employeur_prive)], maximum=200)
    siret_employeur = ChampSiret(
        "Numéro SIRET de l’employeur",
        [Attendu(quand=a_un_employeur_prive)],
        aide="14 chiffres, en haut de la fiche de paie. Il aide à trouver un logement d’Action Logement.",
    )
    employeur_adresse = ChampTexte("Adresse du lieu de travail", [Facultatif(quand=a_un_employeur_prive)], maximum=200)
    employeur_code_postal = ChampCodePostal(
        "Code postal du lieu de travail", [Attendu(quand=a_un_employeur_prive)], completion="off"
    )
    employeur_commune = ChampLieu("Commune du lieu de travail", [Attendu(quand=a_un_employeur_prive)])
    chomage_plus_1_an = ChampChoix("Reprenez-vous un emploi après plus d’un an de chômage ?", [Facultatif()], OuiNon)
    date_fin_chomage = ChampDate("Date de reprise de l’emploi", [Attendu(quand=a_connu_le_chomage)])

    def preparer(self) -> None:
        personne = self.cible.personne
        if personne.role is not Role.DEMANDEUR:
            sujet = foyer.en_sujet(personne)
            self.chomage_plus_1_an.label.text = f"{sujet} reprend un emploi après plus d’un an de chômage ?"


def pieces(declaration, contexte):
    """Fiche domaine § 2.2, codes ETU, APP, PROF."""
    for personne in foyer.adultes(declaration):
        situation = personne.situation
        if est_apprenti(situation):
            yield Piece.de("APP", personne)
        elif a_pour_statut(Statut.ETUDIANT)(situation):
            yield Piece.de("ETU", personne)
        if a_pour_statut(Statut.AUTRE)(situation):
            yield Piece.de("PROF", personne)


def titre(situation) -> str:
    return foyer.en_titre(situation.personne)


ETAPE = Etape(
    slug="situation-professionnelle",
    titre="Situation professionnelle",
    intro="Le travail de chaque adulte qui fait la demande.",
    sections=(
        Section(
            "situation",
            SituationForm,
            lambda declaration: [personne.situation for personne in foyer.adultes(declaration)],
            titre_cible=titre,
            prefixee=True,
        ),
    ),
    pieces=pieces,
)
