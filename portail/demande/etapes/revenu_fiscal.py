"""Étape 5, « Revenu fiscal » : le revenu fiscal de référence de chaque foyer fiscal.

Champs : Cerfa 14069*05 p. 7, cases E1 à E6 ; fiche domaine § 1.8. Le conjoint marié ou pacsé est sur
l'avis du demandeur : la question n'est pas posée pour lui. Les années se calculent du jour du dépôt.
"""

from __future__ import annotations

from portail.champs import ChampChoix, ChampEntier, ChampLong
from portail.choix import OuiNon
from portail.demande import foyer
from portail.demande.etape import Etape, Piece, Section
from portail.demande.etapes.ressources_mensuelles import montants_donnes, total_mensuel
from portail.demande.formulaire import FormulaireEtape
from portail.demande.modeles import Role
from portail.formulaire import Attendu, Facultatif

RFR_MAX = 10_000_000


def _repond(nom, reponse):
    return lambda revenu: getattr(revenu, nom) is reponse


def sans_aucun_avis(revenu) -> bool:
    return revenu.a_un_avis_n2 is OuiNon.NON


class RevenuForm(FormulaireEtape):
    a_un_avis_n2 = ChampChoix("Avis d’impôt N-2", [Attendu()], OuiNon)
    rfr_n2 = ChampEntier(
        "Revenu fiscal de référence N-2",
        [Attendu(quand=_repond("a_un_avis_n2", OuiNon.OUI))],
        aide="Il est sur la première page de l’avis d’impôt, dans le cadre « Vos références ».",
        maximum=RFR_MAX,
        unite="€ par an",
        question="revenus-d-il-y-a-deux-ans",
    )
    sans_avis_explication = ChampLong(
        "Pourquoi n’avez-vous pas d’avis d’impôt ?",
        [Attendu(quand=sans_aucun_avis)],
        aide="Par exemple : arrivée récente en France, rattachement aux parents.",
        maximum=500,
    )
    a_un_avis_n1 = ChampChoix("Avis d’impôt N-1", [Facultatif()], OuiNon)
    rfr_n1 = ChampEntier(
        "Revenu fiscal de référence N-1",
        [Attendu(quand=_repond("a_un_avis_n1", OuiNon.OUI))],
        maximum=RFR_MAX,
        unite="€ par an",
    )

    def preparer(self) -> None:
        """Un avis reçu l'année A porte sur les revenus de l'année A-1."""
        n2, n1 = self.contexte.annee_n2, self.contexte.annee_n1
        personne = self.cible.personne
        sujet = "Avez-vous" if personne.role is Role.DEMANDEUR else f"{foyer.en_sujet(personne)} a"
        self.a_un_avis_n2.label.text = f"{sujet} l’avis d’impôt {n2 + 1} (revenus {n2}) ?"
        self.rfr_n2.label.text = f"Revenu fiscal de référence {n2}"
        self.a_un_avis_n1.label.text = f"{sujet} déjà l’avis d’impôt {n1 + 1} (revenus {n1}) ?"
        self.rfr_n1.label.text = f"Revenu fiscal de référence {n1}"
        if personne.role is not Role.DEMANDEUR:
            self.sans_avis_explication.label.text = f"Pourquoi {personne.designation} n’a pas d’avis d’impôt ?"


def foyers_fiscaux(declaration):
    """Une personne par avis d'impôt : le demandeur, et chaque co-demandeur qui a le sien."""
    return [personne for personne in foyer.adultes(declaration) if not foyer.est_au_foyer_fiscal_du_demandeur(personne)]


def sur_le_meme_avis(personne):
    """Qui est nommé sur l'avis de cette personne : elle, et son conjoint marié ou pacsé si c'est le demandeur."""
    if personne.role is not Role.DEMANDEUR:
        return [personne]
    return [
        p for p in foyer.adultes(personne.declaration) if p is personne or foyer.est_au_foyer_fiscal_du_demandeur(p)
    ]


def cases_de_l_annee(annee: int, contexte) -> tuple[str, str] | None:
    """« A-t-elle cet avis ? » et son montant, pour les revenus de cette année ; None si l'étape ne les demande pas."""
    return {contexte.annee_n2: ("a_un_avis_n2", "rfr_n2"), contexte.annee_n1: ("a_un_avis_n1", "rfr_n1")}.get(annee)


def a_baisse(personnes, revenu, pourcent: int) -> bool:
    """Les ressources de douze mois sont-elles inférieures d'au moins `pourcent` % au revenu N-2 ?

    Faux tant qu'il manque un montant : une réponse qui manque n'est pas une baisse.
    """
    if not revenu.rfr_n2 or not all(montants_donnes(personne.ressources) for personne in personnes):
        return False
    annuel = 12 * sum(total_mensuel(personne.ressources) for personne in personnes)
    return 100 * annuel <= (100 - pourcent) * revenu.rfr_n2


def pieces(declaration, contexte):
    """Fiche domaine § 2.2, codes AIS2, AIS1, BAISSE. L'avis reçu en année A porte sur les revenus A-1."""
    for personne in foyers_fiscaux(declaration):
        revenu = personne.revenu
        # Toujours attendu : sans avis français, un avis de situation déclarative ou un document étranger convient.
        yield Piece.avis_d_impot("AIS2", personne, contexte.annee_n2 + 1)
        if revenu.a_un_avis_n1 is OuiNon.OUI:
            yield Piece.avis_d_impot("AIS1", personne, contexte.annee_n1 + 1)
        if a_baisse(sur_le_meme_avis(personne), revenu, contexte.parametre("BAISSE_REVENUS_POURCENT")):
            yield Piece.de("BAISSE", personne)


def titre(revenu) -> str:
    personne = revenu.personne
    conjoint = foyer.conjoint(personne.declaration)
    if personne.role is Role.DEMANDEUR and conjoint and foyer.est_au_foyer_fiscal_du_demandeur(conjoint):
        return f"Vous et {conjoint.designation}, sur le même avis d’impôt"
    return foyer.en_titre(personne)


SECTION = Section(
    "revenu",
    RevenuForm,
    lambda declaration: [personne.revenu for personne in foyers_fiscaux(declaration)],
    titre_cible=titre,
    prefixee=True,
    question="quels-revenus-declarer",
)
ETAPE = Etape(
    slug="revenu-fiscal",
    titre="Revenu fiscal",
    intro="Les bailleurs comparent ce revenu aux plafonds. C’est la pièce qui manque le plus souvent.",
    sections=(SECTION,),
    pieces=pieces,
)
