"""Un brouillon de décembre, repris en janvier : aucun montant ne change d'année, rien n'est écrit en lisant."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from portail.choix import OuiNon
from portail.demande.modeles import RevenuFiscal
from portail.pieces.modeles import Fichier, PieceFournie
from tests.demande.conftest import Foyer, les_deux_moteurs
from tests.demande.test_depot import joindre_l_identite

SLUG = "revenu-fiscal"
AVANT_MINUIT, APRES = datetime(2026, 12, 31, 22, 50, tzinfo=UTC), datetime(2026, 12, 31, 23, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def nuit(horloge) -> None:
    horloge.instant = AVANT_MINUIT


@pytest.fixture
def ana(ana_remplie) -> Foyer:
    with ana_remplie.declaration() as declaration:
        revenu = declaration.personnes[0].revenu
        revenu.a_un_avis_n2, revenu.rfr_n2, revenu.a_un_avis_n1, revenu.rfr_n1 = OuiNon.OUI, 18_400, OuiNon.OUI, 19_700
    return ana_remplie


def revenus(foyer: Foyer) -> list[tuple]:
    colonnes = (RevenuFiscal.a_un_avis_n2, RevenuFiscal.rfr_n2, RevenuFiscal.a_un_avis_n1, RevenuFiscal.rfr_n1)
    return [tuple(ligne) for ligne in foyer.lire(sa.select(*colonnes))]


ECRITS = [(OuiNon.OUI, 18_400, OuiNon.OUI, 19_700)]
GLISSES = [(OuiNon.OUI, 19_700, None, None)]


def cases(nav) -> dict[str, str]:
    """Le montant affiché, par intitulé."""
    return {
        etiquette.get_text(" ", strip=True): nav.page.find(id=etiquette["for"]).get("value", "").replace("\u202f", " ")
        for etiquette in nav.page.find_all("label")
        if etiquette.get_text().startswith("Revenu fiscal de référence")
    }


@les_deux_moteurs
def test_lire_en_janvier_montre_les_montants_a_leur_annee_sans_rien_ecrire(ana, horloge):
    assert cases(ana.navigateur(slug=SLUG)) == {
        "Revenu fiscal de référence 2024": "18 400",
        "Revenu fiscal de référence 2025": "19 700",
    }
    horloge.instant = APRES
    assert cases(ana.navigateur(slug=SLUG)) == {"Revenu fiscal de référence 2025": "19 700"}
    assert revenus(ana) == ECRITS


@les_deux_moteurs
def test_le_premier_enregistrement_de_janvier_l_ecrit_une_fois(ana, horloge):
    horloge.instant = APRES
    nav = ana.navigateur(htmx=True, slug="logement-actuel")
    nav.repondre(surface="63")
    assert revenus(ana) == GLISSES
    nav.repondre(surface="64")
    assert revenus(ana) == GLISSES
    assert ana.valeur("logement_actuel", "surface") == 64


def test_une_saisie_refusee_de_l_an_passe_ne_prend_pas_l_annee_nouvelle(ana, horloge):
    nav = ana.navigateur(htmx=True, slug=SLUG)
    nom = next(cle for cle in nav.saisie(nav.formulaire()) if cle.endswith("rfr_n1"))
    nav.repondre(**{nom: "19 7OO"})
    assert ana.nombre("saisie_refusee") == 1
    horloge.instant = APRES
    assert "19 7OO" not in ana.navigateur(slug=SLUG).reponse.text
    ana.navigateur(htmx=True, slug="logement-actuel").repondre(surface="63")
    assert ana.nombre("saisie_refusee") == 0


@pytest.mark.parametrize("htmx", [False, True], ids=["page", "fragments"])
def test_ouverte_avant_minuit_la_page_rend_le_conflit_et_garde_ce_qui_a_ete_tape(ana, horloge, htmx):
    nav = ana.navigateur(htmx=htmx, slug=SLUG)
    horloge.instant = APRES
    saisie = nav.saisie(nav.formulaire())
    nom = next(cle for cle in saisie if cle.endswith("rfr_n2"))
    saisie[nom] = "17 000"  # le revenu 2024 : la page le nommait ainsi
    reponse = nav.client.post(
        nav.adresse, data=saisie, headers={"HX-Request": "true"} if htmx else {}, base_url=nav.base
    )
    assert reponse.status_code == 409
    assert revenus(ana) == GLISSES
    if not htmx:
        assert "17\u202f000" in reponse.text


def test_relue_avant_minuit_la_demande_ne_part_pas_sans_ses_revenus(ana, horloge):
    joindre_l_identite(ana)
    nav = ana.navigateur().ouvrir(f"{ana.adresse()}/verifier")
    horloge.instant = APRES
    nav.envoyer(atteste="oui", bouton="Soumettre ma demande")
    assert nav.statut == 409
    assert "Relisez-la avant de soumettre." in nav.texte()
    assert revenus(ana) == ECRITS
    nav.envoyer(atteste="oui", bouton="Soumettre ma demande")
    assert nav.h1 == "Votre demande est soumise"
    assert revenus(ana) == GLISSES


def test_ouverte_apres_minuit_la_page_s_enregistre_sans_conflit(ana, horloge):
    horloge.instant = APRES
    nav = ana.navigateur(htmx=True, slug=SLUG)
    nom = next(cle for cle in nav.saisie(nav.formulaire()) if cle.endswith("rfr_n2"))
    nav.repondre(**{nom: "20 000"})
    assert nav.statut == 200
    assert revenus(ana) == [(OuiNon.OUI, 20_000, None, None)]


def test_deux_ans_apres_tout_est_a_redire(ana):
    with ana.declaration() as declaration:
        declaration.modifiee_le = datetime(2024, 12, 1, tzinfo=UTC)
    assert cases(ana.navigateur(slug=SLUG)) == {}


def avis(nav) -> str:
    return nav.volet(SLUG)


def test_l_avis_de_l_an_passe_ne_passe_pas_pour_celui_de_l_annee(ana, horloge):
    """Rangé sous son année : le dernier avis devient l'avis N-2, celui d'avant n'est plus demandé mais reste à voir."""
    for annee in (2025, 2026):
        with ana.declaration() as declaration:
            piece = PieceFournie(code=f"AIS{annee}", personne=declaration.personnes[0].cle)
            piece.fichiers.append(
                Fichier(
                    rang=1, cle=f"{annee:032}", nom="avis.pdf", type_mime="application/pdf", taille=1000, pages=1,
                    empreinte_recue="0" * 64, recu_le=AVANT_MINUIT,
                )
            )  # fmt: skip
            declaration.demande.pieces.append(piece)
    assert avis(ana.navigateur(slug=SLUG)).count("reçue") == 2
    horloge.instant = APRES
    apres = avis(ana.navigateur(slug=SLUG))
    assert "Avis d’impôt 2026 (vous) reçue" in apres
    assert "2025" not in apres
    assert "Avis d’impôt 2025" in ana.navigateur().ouvrir(f"{ana.adresse()}/pieces/AIS2025").h1


def test_l_adresse_du_catalogue_mene_a_l_avis_attendu(ana, horloge):
    assert ana.navigateur().ouvrir(f"{ana.adresse()}/pieces/AIS2").h1.startswith("Avis d’impôt 2025")
    horloge.instant = APRES
    assert ana.navigateur().ouvrir(f"{ana.adresse()}/pieces/AIS2").h1.startswith("Avis d’impôt 2026")
