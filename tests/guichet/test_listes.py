"""Les listes de demandes : l'ordre, le mois de la loi, les filtres, la suite par clé, et le même nombre de requêtes."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from portail.db import db, lecture
from portail.demande.modeles import Demande
from portail.guichet import listes
from portail.guichet.listes import Classement, Delai, Filtre, Repere
from portail.guichet.modeles import Agent, GuichetTerritoire
from tests import fabriques
from tests.fabriques import INSTANT, LYON, PARIS, VILLEURBANNE
from tests.guichet.monde import demande_deposee, monter
from tests.guichet.test_acces import charger
from tests.mesures.peuplement import Peuplee, peupler
from tests.navigateur import Navigateur
from tests.socle.applications import compter

JOUR = INSTANT.date()
A_VERIFIER = Filtre()


def page(agent_id: int, filtre: Filtre = A_VERIFIER, apres: str = "") -> listes.Page:
    with lecture() as session:
        return listes.lire(session, charger(session, agent_id), filtre, Repere.lire(apres), JOUR)


def tout(agent_id: int, filtre: Filtre = A_VERIFIER) -> list[int]:
    """Toutes les lignes, page après page."""
    vues: list[int] = []
    suite = ""
    while True:
        lue = page(agent_id, filtre, suite)
        vues += [ligne.id for ligne in lue.lignes]
        suite = lue.suivante
        if not suite:
            return vues


@pytest.fixture
def peuplee(app_deux_moteurs) -> Peuplee:
    return peupler(400, 90, agents=1)


def attendues(classement: Classement) -> set[int]:
    """Les mêmes, relues sans finesse."""
    with lecture() as session:
        demandes = session.scalars(
            sa.select(Demande).where(Demande.territoire.in_(["069", "111"]), Demande.deposee_le.is_not(None))
        ).all()
        return {
            demande.id
            for demande in demandes
            if demande.radiee_le is None
            and {
                Classement.A_VERIFIER: demande.enregistree_le is None and not demande.est_a_corriger,
                Classement.A_CORRIGER: demande.enregistree_le is None and demande.est_a_corriger,
                Classement.ENREGISTREES: demande.enregistree_le is not None,
            }[classement]
        }


def test_chaque_liste_se_lit_en_entier_page_par_page_dans_l_ordre(peuplee):
    (agent_id,) = peuplee.agents
    for classement in Classement:
        vues = tout(agent_id, Filtre(classement))
        assert len(vues) == len(set(vues)), "aucune deux fois"
        assert set(vues) == attendues(classement)
        with lecture() as session:
            dates = dict(session.execute(sa.select(Demande.id, Demande.deposee_le)).all())
        assert [dates[numero] for numero in vues] == sorted(dates[numero] for numero in vues)


def test_une_demande_enregistree_entre_deux_pages_n_en_fait_sauter_aucune(peuplee):
    (agent_id,) = peuplee.agents
    attendu = tout(agent_id)
    premiere = page(agent_id)
    with db.sessionmaker() as session, session.begin():
        for ligne in premiere.lignes[5:15]:
            session.get_one(Demande, ligne.id).enregistree_le = INSTANT
    seconde = page(agent_id, apres=premiere.suivante)
    assert [ligne.id for ligne in seconde.lignes] == attendu[listes.PAGE : 2 * listes.PAGE]


@pytest.mark.parametrize("classement", list(Classement))
def test_deux_requetes_par_page_quel_que_soit_le_nombre(peuplee, classement):
    (agent_id,) = peuplee.agents
    with lecture() as session:
        lui = charger(session, agent_id)
        assert lui.guichet.codes_territoires
        with compter(db.engine) as ordres:
            lue = listes.lire(session, lui, Filtre(classement), None, JOUR)
    assert lue.lignes
    assert len(ordres) == 2


def test_la_page_entiere_ne_depend_pas_du_nombre_de_lignes(monde, naviguer):
    nav = naviguer(monde.accueil).ouvrir("/guichet/demandes")
    with compter(db.engine) as une:
        nav.ouvrir("/guichet/demandes")
    with db.sessionmaker() as session:
        for rang in range(12):
            demande_deposee(session, fabriques.compte(session, f"p{rang}@exemple.fr"))
    with compter(db.engine) as treize:
        nav.ouvrir("/guichet/demandes")
    assert len(nav.page.select("ul.demandes > li")) == 13
    assert len(treize) == len(une)


def test_les_plus_anciennes_d_abord_et_le_mois_qui_decompte(monde, naviguer):
    with db.sessionmaker() as session:
        for rang, jours in enumerate((40, 27, 3)):
            compte = fabriques.compte(session, f"p{rang}@exemple.fr", prenoms=f"Zoé{jours}")
            demande_deposee(session, compte, instant=INSTANT - timedelta(days=jours))
    nav = naviguer(monde.accueil).ouvrir("/guichet/demandes")
    lignes = [ligne.get_text(" ", strip=True) for ligne in nav.page.select("ul.demandes > li")]
    assert [next(mot for mot in ligne.split() if mot.startswith(("Zoé", "Ana"))) for ligne in lignes] == [
        "Zoé40", "Zoé27", "Zoé3", "Ana",
    ]  # fmt: skip
    assert "en retard de 9" in lignes[0].replace("\u00a0", " ")
    assert "il reste 4" in lignes[1].replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("depot", "jour", "mots"),
    [
        (date(2026, 1, 31), date(2026, 2, 28), "dernier jour"),
        (date(2026, 1, 31), date(2026, 3, 1), "en retard de 1 jour"),
        (date(2028, 1, 31), date(2028, 2, 28), "il reste 1 jour"),
        (date(2026, 11, 24), date(2026, 11, 24), "il reste 30 jours"),
    ],
)
def test_le_mois_de_la_loi_finit_le_meme_jour_du_mois_suivant(app, depot, jour, mots):
    depose = datetime.combine(depot, INSTANT.timetz())
    assert Delai.de(depose, jour).mots.replace("\u00a0", " ") == mots


def test_les_filtres(app_deux_moteurs):
    monde = monter()
    with db.sessionmaker() as session:
        lyon = demande_deposee(session, fabriques.compte(session, "l@exemple.fr"), LYON).id
        session.get_one(Demande, lyon).guichet_id = None
        session.commit()
    assert set(tout(monde.accueil)) == {monde.demande_69, lyon}
    assert tout(monde.accueil, Filtre(chez_nous=True)) == [monde.demande_69]
    assert tout(monde.accueil, Filtre(commune=LYON)) == [lyon]
    assert tout(monde.accueil, Filtre(commune=PARIS)) == []
    assert tout(monde.accueil, Filtre(Classement.ENREGISTREES, commune=VILLEURBANNE)) == []


def test_un_guichet_sans_territoire_ne_voit_rien(app):
    monde = monter()
    with db.sessionmaker() as session, session.begin():
        session.execute(sa.delete(GuichetTerritoire).where(GuichetTerritoire.guichet_id == monde.g1))
    assert tout(monde.responsable) == []


@pytest.mark.asvs("1.2.4")
@pytest.mark.parametrize(
    "apres", ["", "-", "abc-1", "1e400-5", "nan-1", "-1", "1795514400.0-99999999999999", "9" * 40 + "-1"]
)
def test_un_repere_force_ne_casse_rien(monde, naviguer, apres):
    nav: Navigateur = naviguer(monde.accueil).ouvrir(f"/guichet/demandes?classement=a-verifier&apres={apres}")
    assert nav.statut == 200


@pytest.mark.parametrize("adresse", ["?classement=tout", "?commune=00000", "?chez_nous=peut-etre"])
def test_un_filtre_force_se_dit_ou_s_ignore(monde, naviguer, adresse):
    nav = naviguer(monde.accueil).ouvrir(f"/guichet/demandes{adresse}")
    assert nav.statut in {200, 422}
    assert nav.h1 == "Demandes à vérifier"


@pytest.mark.parametrize(
    ("classement", "titre", "le_delai"),
    [
        ("a-verifier", "Demandes à vérifier", True),
        ("a-corriger", "Demandes à corriger par la personne", True),
        ("enregistrees", "Demandes enregistrées", False),
    ],
)
def test_le_titre_est_celui_de_la_liste(monde, naviguer, classement, titre, le_delai):
    nav = naviguer(monde.accueil).ouvrir(f"/guichet/demandes?classement={classement}")
    assert nav.h1 == titre
    assert ("La loi donne un mois" in nav.texte()) is le_delai


@pytest.mark.asvs("8.4.1")
def test_un_agent_d_un_autre_guichet_n_a_pas_ces_lignes(monde, naviguer):
    nav = naviguer(monde.ailleurs).ouvrir("/guichet/demandes")
    with lecture() as session:
        assert session.get_one(Agent, monde.ailleurs).guichet.codes_territoires == ["111"]
    liens = {a["href"] for a in nav.page.select("ul.demandes a")}
    assert liens == {f"/guichet/demandes/{monde.demande_75}"}
