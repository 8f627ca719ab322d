"""« Rechercher une demande » : le numéro recopié de travers, un nom approchant ; hors territoire, une raison d'abord."""

from __future__ import annotations

from datetime import date

import pytest

from portail.db import db
from portail.demande.modeles import Demande
from portail.guichet.modeles import ActeJournal
from tests import fabriques
from tests.guichet.gestes import presser
from tests.guichet.lecture import ecritures, objets
from tests.guichet.monde import demande_deposee
from tests.navigateur import Navigateur
from tests.socle.applications import compter

NUMERO = "069112600000169266"


@pytest.fixture
def nav(monde, naviguer) -> Navigateur:
    with db.sessionmaker() as session, session.begin():
        session.get_one(Demande, monde.demande_69).numero_unique = NUMERO
        session.get_one(Demande, monde.demande_75).numero_unique = "111112600000175056"
    return naviguer(monde.instructeur).ouvrir("/guichet/recherche")


def chercher(nav: Navigateur, **reponses: str) -> Navigateur:
    return presser(nav, "Rechercher", **reponses)


def par_identite(nav: Navigateur, nom: str, jour: str = "12", mois: str = "3", annee: str = "1985") -> Navigateur:
    morceaux = {"date_naissance-jour": jour, "date_naissance-mois": mois, "date_naissance-annee": annee}
    return chercher(nav, nom=nom, **morceaux)


@pytest.mark.parametrize(
    "saisi",
    [
        NUMERO,
        "069 11 26 000001 69266",
        "069-11-26-000001-69266",
        "O69 11 26 OOOOO1 69266",
        "o6911260000o169266",
        " 069 11 26 000 001 692 66 ",
        "069 11 26 000001 69266".replace(" ", "\u00a0"),
    ],
)
def test_par_numero_lu_sur_un_papier(nav, saisi):
    chercher(nav, numero=saisi)
    assert "1 demande trouvée" in nav.texte()
    assert "Ana Silva" in nav.texte()


@pytest.mark.parametrize(
    ("saisi", "phrase"),
    [
        ("069 11 26", "vous en avez écrit 7"),
        ("069 13 26 000001 69266", "n’a pas la forme attendue"),
        ("", "Écrivez un numéro unique, ou un nom"),
    ],
)
def test_un_numero_incomplet_se_dit(nav, saisi, phrase):
    chercher(nav, numero=saisi)
    assert nav.statut == 422
    assert phrase in nav.texte()
    assert ecritures(ActeJournal.RECHERCHE) == []


@pytest.mark.parametrize("nom", ["Silva", "SILVA", "sîlva", "Sylva", "Sliva", "Silva-Costa", "da Silva", "Silva Costa"])
def test_par_nom_approchant_et_date_exacte(nav, nom):
    assert "Ana Silva" in par_identite(nav, nom).texte()


@pytest.mark.parametrize("nom", ["Sa", "da", "Costa", "Salva Costa", "Silvestre"])
def test_un_nom_trop_loin_ne_trouve_pas(nav, nom):
    assert "Aucune demande trouvée" in par_identite(nav, nom).texte()


@pytest.mark.parametrize("nom_declare", ["Le Goff-d’Arc", "LE GOFF D ARC"])
@pytest.mark.parametrize("nom", ["le goff d arc", "Goff", "Le Goff", "Le Goff d’Arc", "Le Gof d’Arc"])
def test_accents_traits_d_union_apostrophes_et_noms_composes(monde, naviguer, nom_declare, nom):
    with db.sessionmaker() as session:
        yann = fabriques.compte(
            session, "yann@exemple.fr", nom_naissance=nom_declare, prenoms="Yann", date_naissance=date(1990, 1, 2)
        )
        demande_deposee(session, yann)
    nav = naviguer(monde.accueil).ouvrir("/guichet/recherche")
    par_identite(nav, nom, "02", "janvier", "1990")
    assert "Yann" in nav.texte()


def test_une_autre_date_ou_un_autre_nom_ne_trouve_rien(nav):
    assert "Aucune demande trouvée" in par_identite(nav, "Silva", jour="13").texte()
    assert "Aucune demande trouvée" in par_identite(nav.ouvrir("/guichet/recherche"), "Martin").texte()


def test_il_faut_le_nom_et_la_date(nav):
    chercher(nav, nom="Silva")
    assert nav.statut == 422
    assert "Écrivez aussi la date de naissance." in nav.erreurs()


def test_un_brouillon_ne_se_trouve_pas(monde, naviguer):
    nav = naviguer(monde.accueil).ouvrir("/guichet/recherche")
    assert "Léo" not in par_identite(nav, "Petit").texte()


def test_hors_territoire_ni_nom_ni_date_puis_une_raison_ouvre(monde, nav):
    chercher(nav, numero="111 11 26 000001 75056")
    assert "Demande d’un autre territoire" in nav.texte()
    assert "Silva" not in nav.texte()
    assert "1985" not in nav.texte()
    nav.suivre("Demande d’un autre territoire")
    assert nav.h1 == "Pourquoi ouvrir cette demande ?"
    presser(nav, "Ouvrir", raison="vu")
    assert nav.statut == 422
    presser(nav, "Ouvrir", raison="Appel du CCAS pour un relogement")
    assert nav.h1 == "Demande d’Ana Silva"
    assert not [b for b in nav.page.select("main button") if "Enregistrer" in b.get_text()]
    hors = ecritures(ActeJournal.LECTURE_HORS_TERRITOIRE)
    assert {(e.demande_id, e.raison) for e in hors} == {(monde.demande_75, "Appel du CCAS pour un relogement")}


def test_le_journal_dit_comment_on_a_cherche_jamais_quoi(nav):
    chercher(nav, numero=NUMERO)
    par_identite(nav.ouvrir("/guichet/recherche"), "Silva")
    assert objets(ActeJournal.RECHERCHE) == ["par numéro, 1 réponse(s)", "par identité, 2 réponse(s)"]
    assert "silva" not in "".join(objets()).lower()


@pytest.mark.asvs("14.2.1")
def test_rien_de_personnel_dans_l_adresse_et_rien_dans_le_cache(nav):
    par_identite(nav, "Silva")
    assert nav.adresse == "/guichet/recherche"
    assert nav.reponse.headers["Cache-Control"] == "no-store"


@pytest.mark.asvs("2.4.1")
def test_trop_de_recherches_attendent(nav):
    for _ in range(60):
        chercher(nav, numero=NUMERO)
    chercher(nav, numero=NUMERO)
    assert nav.statut == 429
    assert nav.page.find("input", attrs={"name": "numero"})["value"] == NUMERO


def test_le_nombre_de_requetes_ne_depend_pas_des_reponses(app, monde, nav):
    def requetes() -> int:
        page = nav.ouvrir("/guichet/recherche")
        with compter(db.engine) as ordres:
            par_identite(page, "Silva")
        return len(ordres)

    avant = requetes()
    with db.sessionmaker() as session:
        for rang in range(8):
            demande_deposee(session, fabriques.compte(session, f"p{rang}@exemple.fr"))
    assert requetes() == avant
    assert "10 demandes trouvées" in nav.texte()
