"""Copier une déclaration : tout suit, sauf les revenus, qui glissent d'une année à l'autre ; et comparer par année."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from portail.choix import OuiNon
from portail.db import db
from portail.demande.comparaison import comparer
from portail.demande.contexte import contexte_au
from portail.demande.copie import copier
from portail.demande.foyer import demandeur
from portail.demande.listes import LienCodemandeur, Motif
from portail.demande.modeles import AnnexeHandicap, CommuneSouhaitee, Declaration, MotifDeclare, Role
from portail.demande.parcours import PARCOURS, Rubrique
from tests import fabriques
from tests.demande import memoire
from tests.socle.applications import app

__all__ = ["app"]

DEPOT = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
ETAPE = PARCOURS.etapes[0]


@pytest.fixture
def deposee(app) -> Declaration:
    declaration = fabriques.remplir_ana(fabriques.brouillon(db.session, fabriques.compte(db.session)))
    revenu = demandeur(declaration).revenu
    revenu.a_un_avis_n1, revenu.rfr_n1 = OuiNon.OUI, 19_700
    declaration.deposee_le = DEPOT
    return declaration


def revenus(declaration: Declaration, instant: datetime) -> tuple[object, ...]:
    r = demandeur(copier(declaration, instant)).revenu
    return (r.a_un_avis_n2, r.rfr_n2, r.a_un_avis_n1, r.rfr_n1)


def test_la_meme_annee_les_revenus_restent(deposee):
    assert revenus(deposee, datetime(2026, 12, 31, 22, 59, tzinfo=UTC)) == (OuiNon.OUI, 18_400, OuiNon.OUI, 19_700)


def test_l_annee_suivante_n_1_devient_n_2(deposee):
    """Dès minuit à Paris, une heure avant le temps universel."""
    assert revenus(deposee, datetime(2026, 12, 31, 23, 0, tzinfo=UTC)) == (OuiNon.OUI, 19_700, None, None)


def test_un_revenu_inconnu_reste_a_demander(deposee):
    revenu = demandeur(deposee).revenu
    revenu.a_un_avis_n1, revenu.rfr_n1 = OuiNon.NON, None
    assert revenus(deposee, datetime(2027, 3, 1, tzinfo=UTC)) == (None, None, None, None)


def test_deux_ans_apres_plus_rien_n_est_su(deposee):
    assert revenus(deposee, datetime(2028, 1, 2, tzinfo=UTC)) == (None, None, None, None)


def test_tout_le_reste_suit(deposee):
    copie = copier(deposee, datetime(2028, 1, 2, tzinfo=UTC))
    assert copie.deposee_le is None
    assert demandeur(copie).cle == demandeur(deposee).cle
    assert demandeur(copie).ressources.salaire == demandeur(deposee).ressources.salaire
    assert [c.commune for c in copie.communes] == [c.commune for c in deposee.communes]
    assert copie.coordonnees.telephone_portable == deposee.coordonnees.telephone_portable


def rubrique(*reponses: tuple[str, str, str]) -> Rubrique:
    """(champ, intitulé, réponse)."""
    couples = tuple((intitule, reponse) for _, intitule, reponse in reponses)
    return Rubrique(ETAPE, "", couples, False, "s", "", tuple(champ for champ, _, _ in reponses))


def test_un_revenu_se_compare_a_celui_de_la_meme_annee():
    avant = rubrique(("rfr_n2", "Revenu 2024", "18 400"), ("rfr_n1", "Revenu 2025", "19 700"))
    apres = rubrique(("rfr_n2", "Revenu 2025", "19 700"), ("rfr_n1", "Revenu 2026", "21 000"))
    ecarts = comparer([avant], [apres])
    assert {cle[3]: reponse for cle, reponse in ecarts.avant.items()} == {"rfr_n1": ""}
    corrigee = rubrique(("rfr_n2", "Revenu 2025", "20 000"), ("rfr_n1", "Revenu 2026", ""))
    assert {cle[3]: r for cle, r in comparer([avant], [corrigee]).avant.items()} == {"rfr_n2": "19 700"}


def test_une_annee_de_naissance_dans_l_intitule_n_est_pas_celle_d_un_revenu():
    """Un homonyme de plus : « Zoé » se dit « Zoé (née en 2014) », et n'a pas changé pour autant."""
    avant = rubrique(
        ("a", "Zoé reçoit de l’argent ?", "Non"), ("a_un_avis_n2", "Zoé a l’avis 2026 (revenus 2025) ?", "Oui")
    )
    apres = rubrique(
        ("a", "Zoé (née en 2014) reçoit de l’argent ?", "Non"),
        ("a_un_avis_n2", "Zoé (née en 2014) a l’avis 2026 (revenus 2025) ?", "Oui"),
    )
    assert comparer([avant], [apres]).nombre == 0


@pytest.mark.usefixtures("app")  # le récapitulatif écrit le nom des communes
def test_une_personne_retiree_se_dit_une_fois_et_une_reponse_dit_de_qui_elle_parle():
    def foyer(*prenoms: str) -> list[Rubrique]:
        qui = memoire.declaration()
        qui.personnes[0].cle = "ana"
        for prenom in prenoms:
            enfant = memoire.ajouter(qui, Role.A_CHARGE, prenoms=prenom)
            enfant.cle, enfant.ressources.a_des_ressources = f"cle-{prenom}", OuiNon.NON
        return list(PARCOURS.recapitulatif(qui, memoire.contexte()))

    apres = foyer("Zoé", "Max")
    ecarts = comparer(foyer("Léo", "Zoé"), apres)
    assert [titre.replace("\u00a0", " ") for titre in ecarts.retirees] == ["Personne à charge : Léo"]
    de_qui = {r.de_qui.replace("\u00a0", " ") for r in apres if any(cle[:3] == r.cle for cle in ecarts.avant)}
    assert de_qui == {"Personne à charge : Max", "Max"}


@pytest.mark.usefixtures("app")
def test_ce_qui_est_retire_se_nomme_lui_et_non_sa_question():
    """« Retiré : Où souhaitez-vous habiter ? » ne disait pas quelle commune ; « Retiré : Tom », marié, disait faux."""

    def dit(lien: LienCodemandeur, *communes: str) -> list[Rubrique]:
        qui = memoire.declaration()
        qui.nb_codemandeurs, qui.personnes[0].cle = 1, "ana"
        tom = memoire.ajouter(qui, Role.CODEMANDEUR, prenoms="Tom", lien=lien)
        tom.cle, tom.revenu.a_un_avis_n2, tom.revenu.rfr_n2 = "tom", OuiNon.OUI, 12_000
        qui.communes = [CommuneSouhaitee(rang=rang, commune=code) for rang, code in enumerate(communes, 1)]
        if len(communes) > 1:
            qui.foyer.a_handicap = qui.foyer.logement_a_adapter = OuiNon.OUI
            qui.annexes.append(AnnexeHandicap(rang=1, personne="tom", besoins="Un ascenseur."))
        qui.motifs_declares.append(MotifDeclare(rang=2, motif=Motif.HANDICAP if len(communes) > 1 else None))
        return list(PARCOURS.recapitulatif(qui, memoire.contexte()))

    avant = dit(LienCodemandeur.CONCUBIN, "69266", "69123")
    ecarts = comparer(avant, [r for r in dit(LienCodemandeur.MARIE, "69266") if (r.section, r.ligne) != ("motif", "2")])
    assert [titre.replace("\u00a0", " ") for titre in ecarts.retirees] == [
        "Annexe « handicap »",  # sans dire de qui
        "Revenu fiscal (Tom)",
        "Handicap",
        "Lyon (69001 à 69009)",
    ]


def test_un_intitule_qui_change_sans_annee_n_est_pas_une_difference():
    avant, apres = rubrique(("a", "Avez-vous un avis ?", "Oui")), rubrique(("a", "Tom a-t-il un avis ?", "Oui"))
    assert comparer([avant], [apres]).nombre == 0


def test_les_intitules_du_revenu_portent_leur_annee(deposee):
    rubriques = list(PARCOURS.recapitulatif(deposee, contexte_au(date(2027, 3, 1))))
    intitules = [intitule for r in rubriques for intitule, _ in r.reponses]
    assert "Revenu fiscal de référence 2025" in intitules
