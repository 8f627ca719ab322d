"""Ce que pèsent les pages sur le fil, compressées (br, niveau 4) : les budgets de la conception (§ 4)."""

from __future__ import annotations

import re

import brotli
import pytest

from portail.choix import OuiNon
from portail.config import RACINE
from portail.demande.parcours import PARCOURS
from tests.demande.conftest import Foyer, commencer
from tests.demande.test_requetes import CHANGEMENTS

KO = 1024
PAGE, ETAPE, FRAGMENT, AUTOMATIQUE = 9 * KO, 11 * KO, 4 * KO, 600
FEUILLE, SCRIPTS = 6 * KO, 16 * KO
SLUGS = [etape.slug for etape in PARCOURS.etapes]


def peser(foyer: Foyer, adresse: str, *, htmx: bool = False) -> int:
    entetes = {"Accept-Encoding": "br", **({"HX-Request": "true"} if htmx else {})}
    reponse = foyer.client.get(adresse, headers=entetes, base_url="http://127.0.0.1")
    assert reponse.status_code == 200, adresse
    assert reponse.headers["Content-Encoding"] == "br", adresse
    return len(reponse.data)


@pytest.fixture
def comble(couple: Foyer) -> Foyer:
    """Le couple à quatre enfants, et tout ce qui peut s'ouvrir : colocation, autre enfant, annexes, motifs, communes."""
    with couple.declaration() as declaration:
        from portail.demande.foyer import nouvelle_personne
        from portail.demande.listes import RegimeGarde, Ressource
        from portail.demande.modeles import AnnexeHandicap, CommuneSouhaitee, MotifDeclare, Role

        declaration.foyer.a_autres_enfants = OuiNon.OUI
        declaration.personnes.append(
            nouvelle_personne(Role.AUTRE_ENFANT, 1, prenoms="Nina", regime_garde=RegimeGarde.ALTERNEE)
        )
        declaration.motifs_declares += [MotifDeclare(rang=2), MotifDeclare(rang=3)]
        declaration.communes += [CommuneSouhaitee(rang=r, commune=c) for r, c in ((2, "69123"), (3, "69029"))]
        declaration.foyer.a_handicap = declaration.foyer.logement_a_adapter = OuiNon.OUI
        declaration.annexes.append(AnnexeHandicap(rang=1, personne=declaration.personnes[2].cle))
        for personne in declaration.personnes[:2]:
            personne.ressources.natures = (Ressource.SALAIRE, Ressource.FAMILIALES, Ressource.RSA)
    return couple


@pytest.mark.parametrize("slug", SLUGS)
def test_une_etape_d_un_menage_de_six_tient_dans_onze_kilo_octets(comble, slug):
    assert peser(comble, comble.adresse(slug)) <= ETAPE


@pytest.mark.parametrize("slug", SLUGS)
def test_le_fragment_d_une_etape_d_un_menage_de_six(couple, slug):
    assert peser(couple, couple.adresse(slug), htmx=True) <= FRAGMENT


def test_les_autres_pages(comble):
    tom = comble.valeur("personne", "cle", "WHERE prenoms = 'Tom'")
    for adresse in (
        "/demandes",
        "/demandes/nouvelle",
        f"{comble.adresse()}/verifier",
        f"{comble.adresse()}/pieces/ID",
        f"{comble.adresse()}/pieces/SAL/{tom}",
    ):
        assert peser(comble, adresse) <= PAGE, adresse


def test_la_page_soumise(comble):
    from tests.fabriques import INSTANT

    with comble.declaration() as declaration:
        declaration.deposee_le = declaration.demande.deposee_le = INSTANT
    assert peser(comble, f"{comble.adresse()}/soumise") <= PAGE


@pytest.mark.parametrize("slug", SLUGS)
def test_un_enregistrement_automatique_tient_dans_six_cents_octets(couple, slug):
    """Une réponse qui change, sans ouvrir d'autre question : le cas de presque toutes les frappes."""
    nav = couple.navigateur(htmx=True, slug=slug)
    nav.forger("")
    nom, valeur = CHANGEMENTS[slug]
    if nom == "attend_un_enfant":
        valeur = "non"
    vous = couple.valeur("personne", "id", "WHERE role = 'demandeur'")
    nav.taper(nom.format(vous=vous), valeur)
    reponse = couple.client.post(
        nav.adresse,
        data=nav.saisie(nav.formulaire()),
        headers={"HX-Request": "true", "Accept-Encoding": "br"},
        base_url=nav.base,
    )
    assert reponse.status_code == 200
    assert len(reponse.data) <= AUTOMATIQUE


def test_une_erreur_a_l_enregistrement_automatique_reste_legere(couple):
    nav = couple.navigateur(htmx=True, slug="logement-actuel")
    nav.taper("surface", "douze")
    reponse = couple.client.post(
        nav.adresse,
        data=nav.saisie(nav.formulaire()),
        headers={"HX-Request": "true", "Accept-Encoding": "br"},
        base_url=nav.base,
    )
    assert len(reponse.data) <= 2 * AUTOMATIQUE


def test_la_feuille_de_style_et_les_scripts():
    feuille = (RACINE / "static" / "portail.css").read_bytes()
    assert len(brotli.compress(feuille, quality=5)) <= FEUILLE
    base = (RACINE / "templates" / "base.html").read_text()
    scripts = re.findall(r'<script src="\{\{ url_statique\("([^"]+)"\) \}\}" defer>', base)
    assert scripts, "les scripts sont différés"
    poids = sum(len(brotli.compress((RACINE / "static" / nom).read_bytes(), quality=5)) for nom in scripts)
    assert poids <= SCRIPTS


def test_le_cookie_est_seul_et_leger(app):
    foyer = commencer(app, "ana@exemple.fr")
    cookies = list(foyer.client._cookies.values())
    assert len(cookies) == 1
    assert len(f"{cookies[0].key}={cookies[0].value}") <= 120


def test_le_premier_chargement_d_une_page_avec_envois(comble):
    """La page et les scripts qui la servent, hors feuille de style et htmx, déjà en cache : quatorze kilo-octets."""
    scripts = {
        nom: len(brotli.compress((RACINE / "static" / nom).read_bytes(), quality=11))
        for nom in ("portail.js", "televerser.js")
    }
    assert scripts["televerser.js"] <= 4 * KO
    for adresse in (f"{comble.adresse()}/pieces/ID", f"{comble.adresse()}/pieces/AIS2025"):
        assert peser(comble, adresse) + sum(scripts.values()) <= 14 * KO, adresse
