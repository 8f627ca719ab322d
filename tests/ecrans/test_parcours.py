"""De l'accueil à « Votre demande est soumise » : Ana, puis un couple et trois enfants, avec et sans JavaScript.

Les deux façons laissent les mêmes lignes en base : le portail ne sait pas si JavaScript tourne.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from PIL import Image
from playwright.sync_api import Page, expect

from portail.db import Base
from tests.ecrans.conftest import PortailServi
from tests.ecrans.gestes import (
    aller,
    commencer,
    creer_un_compte,
    enregistre,
    nom_exact,
    poursuivre,
    remplir_l_etape,
    repondre,
    revenir,
    titre,
)
from tests.ecrans.menages import ANA, ENFANTS, ETAPES_ANA, ETAPES_COUPLE, LEA, _enfant

pytestmark = pytest.mark.navigateur

TABLES = (
    "declaration", "coordonnees", "foyer", "logement_actuel", "motifs", "souhaits", "personne", "situation_professionnelle",
    "revenu_fiscal", "ressources", "motif_declare", "commune_souhaitee", "annexe_handicap", "saisie_refusee", "fichier",
)  # fmt: skip
# Ce qui diffère forcément d'un passage à l'autre : numéros, clés tirées au hasard, instants, chiffrés.
HORS_COMPARAISON = re.compile(r"(^|_)id$|^cle$|_le$|^revisions$|^courriel|^nir$|^personne$")


def lignes_en_base(portail: PortailServi) -> dict[str, list[dict]]:
    trouvees = {}
    for nom in TABLES:
        table = Base.metadata.tables[nom]
        colonnes = [c for c in table.columns if not HORS_COMPARAISON.search(c.name)]
        # Le type brut : ce que la base contient, non ce que le modèle en fait.
        requete = sa.select(*[sa.type_coerce(c, sa.String) if isinstance(c.type, sa.Enum) else c for c in colonnes])
        valeurs = [dict(zip([c.name for c in colonnes], ligne, strict=True)) for ligne in portail.lire(requete)]
        trouvees[nom] = sorted(valeurs, key=repr)
    return trouvees


@pytest.fixture
def carte_d_identite(tmp_path: Path) -> Path:
    chemin = tmp_path / "carte.jpg"
    Image.new("RGB", (640, 400), (200, 210, 220)).save(chemin)
    return chemin


def joindre(page: Page, fichier: Path, *, javascript: bool) -> None:
    page.get_by_label("Pièce d’identité (vous)").set_input_files(fichier)
    if not javascript:
        page.get_by_role("button", name="Ajouter un fichier").click()
    expect(page.get_by_role("link", name="carte.jpg")).to_be_visible()


def ajouter_les_enfants(page: Page, *, javascript: bool) -> None:
    """Le premier bloc s'ouvre tout seul ; les autres par « Ajouter une personne à charge »."""
    for rang, enfant in enumerate(ENFANTS):
        if rang:
            page.get_by_role("button", name="Ajouter une personne à charge").click()
        bloc = page.get_by_role("group", name=re.compile("^Personne à charge")).nth(rang)
        expect(bloc).to_be_visible()
        for question, reponse in _enfant(*enfant).items():
            _repondre_dans(bloc, question, reponse)
        if javascript:
            enregistre(page)


def _repondre_dans(bloc, question: str, reponse: str) -> None:
    nom = nom_exact(question)
    if question == "Date de naissance":
        groupe = bloc.get_by_role("group", name=nom)
        for partie, texte in zip(("Jour", "Mois", "Année"), reponse.split("/"), strict=True):
            groupe.get_by_role("textbox", name=partie).fill(texte)
    elif question in {"Sexe", "Son lien avec vous"}:
        bloc.get_by_role("radiogroup", name=nom).get_by_role("radio", name=reponse, exact=True).check()
    else:
        bloc.get_by_role("textbox", name=nom).fill(reponse)


def soumettre(page: Page) -> None:
    page.get_by_role("button", name="Soumettre ma demande").click()
    titre(page, "Vérifier et soumettre ma demande")
    page.get_by_role("checkbox", name="J’atteste sur l’honneur l’exactitude de ma déclaration").check()
    page.get_by_role("button", name="Soumettre ma demande").click()
    titre(page, "Votre demande est soumise")


def parcourir(
    page: Page, portail: PortailServi, menage: str, carte: Path, *, javascript: bool, envoi_direct: bool | None = None
) -> dict:
    """De l'accueil à la demande soumise. `envoi_direct` : choisir un fichier suffit à l'envoyer (d'office, comme
    `javascript`)."""
    identite, etapes = (ANA, ETAPES_ANA) if menage == "ana" else (LEA, ETAPES_COUPLE)
    creer_un_compte(page, portail, f"{menage}{int(javascript)}@exemple.fr", identite)
    commencer(page, "69100")
    for nom, reponses in etapes:
        remplir_l_etape(page, nom, reponses, javascript=javascript)
        if nom == "Informations générales":
            joindre(page, carte, javascript=javascript if envoi_direct is None else envoi_direct)
        if nom == "Composition du foyer" and menage == "couple":
            if not javascript:
                revenir(page, nom)
            ajouter_les_enfants(page, javascript=javascript)
        if nom != "Souhaits":
            poursuivre(page)
    soumettre(page)
    return lignes_en_base(portail)


@pytest.mark.parametrize("menage", ["ana", "couple"])
def test_avec_et_sans_javascript_les_memes_lignes(ouvrir_page, portail, carte_d_identite, menage):
    avec = parcourir(ouvrir_page(), portail, menage, carte_d_identite, javascript=True)
    effacer_les_demandes(portail)
    sans = parcourir(ouvrir_page(java_script_enabled=False), portail, menage, carte_d_identite, javascript=False)
    assert avec == sans
    assert avec["saisie_refusee"] == []
    assert len(avec["personne"]) == (1 if menage == "ana" else 5)


def test_htmx_jamais_arrive_le_parcours_se_fait_quand_meme(ouvrir_page, portail, carte_d_identite, surveillance):
    """Réseau coupé au mauvais moment, ou téléphone trop ancien pour lire htmx : l'autre script, lui, tourne."""
    surveillance.tolerer("requête échouée")
    page = ouvrir_page()
    page.route(re.compile("htmx"), lambda route: route.abort())
    lignes = parcourir(page, portail, "ana", carte_d_identite, javascript=False, envoi_direct=True)
    assert page.evaluate("typeof htmx") == "undefined"
    assert lignes["saisie_refusee"] == []


def effacer_les_demandes(portail: PortailServi) -> None:
    """Repart de zéro pour le second passage, sur la même base."""
    from portail.db import db

    with portail.app.app_context(), db.sessionmaker() as session, session.begin():
        session.execute(sa.text("DELETE FROM demande"))


def test_question_masquee_puis_rouverte(page, portail, carte_d_identite):
    """Changer d'avis n'efface rien : la réponse revient avec sa question."""
    creer_un_compte(page, portail, "ana@exemple.fr", ANA)
    commencer(page, "Villeurbanne")
    aller(page, "Logement actuel")
    repondre(page, "Où vivez-vous aujourd’hui ?", "Locataire d’un logement social (HLM)")
    repondre(page, "Nom du bailleur social", "Est Métropole Habitat")
    enregistre(page)
    repondre(page, "Où vivez-vous aujourd’hui ?", "Sans abri, abri de fortune")
    expect(page.get_by_role("textbox", name="Nom du bailleur social")).to_have_count(0)
    repondre(page, "Où vivez-vous aujourd’hui ?", "Locataire d’un logement social (HLM)")
    expect(page.get_by_role("textbox", name="Nom du bailleur social")).to_have_value("Est Métropole Habitat")
