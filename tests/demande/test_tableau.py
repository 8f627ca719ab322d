"""Le tableau de bord : mes demandes, leur état, où reprendre."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from portail.db import db
from portail.demande.modeles import Declaration, Demande, Evenement, GenreEvenement
from portail.demande.tableau import gardee_jusqu_au
from tests import fabriques
from tests.demande.conftest import Foyer, les_deux_moteurs
from tests.demande.gestes import NavigateurQuiTape
from tests.demande.test_requetes import en_bref, requetes
from tests.navigateur import mots


def tableau(foyer: Foyer) -> NavigateurQuiTape:
    return foyer.navigateur().ouvrir("/demandes")


def modifier(foyer: Foyer, **dates) -> None:
    with foyer.app.app_context(), db.sessionmaker() as session, session.begin():
        demande = session.get_one(Demande, foyer.demande_id)
        for nom, valeur in dates.items():
            setattr(demande, nom, valeur)


def test_sans_demande(app):
    client = app.test_client()
    with app.app_context():
        fabriques.connecter(app, client, db.session, fabriques.compte(db.session))
    nav = NavigateurQuiTape(client).ouvrir("/demandes")
    assert nav.h1 == "Bonjour Ana !"
    assert "Vous n’avez pas de demande rattachée à votre compte." in nav.texte()
    assert nav.suivre("Je crée une nouvelle demande").h1 == "Dans quelle commune souhaitez-vous habiter ?"


def test_seule_sa_demande_ne_se_redit_pas_a_chaque_lien(ana_remplie):
    """À plusieurs, chaque lien dit de laquelle il parle ; seule, une liste de communes se réécoutait neuf fois."""
    liens = [lien.get_text() for lien in tableau(ana_remplie).page.select("article a")]
    assert liens == [
        "Reprendre ma demande, étape Informations générales",
        "Vérifier et soumettre",
        "Générer une fiche récapitulative, PDF",
    ]
    nav = ana_remplie.navigateur().ouvrir("/demandes/nouvelle")
    nav.envoyer({"commune": "Nîmes"}, bouton="Commencer ma demande")
    liens = [lien.get_text() for lien in tableau(ana_remplie).page.select("article a")]
    assert {"Vérifier et soumettre (Villeurbanne)", "Vérifier et soumettre (Nîmes)"} <= set(liens)


@les_deux_moteurs
def test_un_brouillon_dit_son_etat_et_ou_reprendre(ana_remplie):
    ana_remplie.navigateur(slug="motifs").forger("")
    nav = tableau(ana_remplie)
    assert "Vous n’avez pas encore soumis votre demande." in nav.texte()
    carte = nav.page.find("article")
    assert mots(carte.h2) == "Demande de logement : Villeurbanne"
    assert mots(carte.select_one(".etat")) == "Brouillon, pas encore soumise"
    faits = dict(zip(*([mots(e) for e in carte.select(q)] for q in ("dt", "dd")), strict=True))
    assert faits["Logement souhaité"] == "Villeurbanne · T1 (une pièce, studio), T2 (deux pièces)"
    assert faits["Avancement"] == "8 étapes complètes sur 9"
    assert faits["Modifié le"] == "24 novembre 2026 à 11 h 00, gardé au moins jusqu’au 24 février 2027"
    assert nav.suivre("Reprendre ma demande").h1 == "Motifs"


def test_les_evenements_attendent_que_la_demande_soit_soumise(ana_remplie):
    def liens() -> str:
        return mots(tableau(ana_remplie).page.find("article"))

    assert "Évènements de la gestion partagée" not in liens()
    deposer(ana_remplie.app, ana_remplie.demande_id)
    assert "Évènements de la gestion partagée" in liens()


@pytest.mark.parametrize(("completes", "attendu"), [(0, "0 étape complète sur 9"), (1, "1 étape complète sur 9")])
def test_l_avancement_s_accorde(ana, completes, attendu):
    if completes:
        with ana.declaration() as declaration:
            fabriques.remplir_ana(declaration)
            for nom in ("situation_familiale", "telephone_portable"):
                setattr(declaration.coordonnees, nom, None)
            declaration.foyer.a_handicap = declaration.foyer.attend_un_enfant = None
            ana_ = declaration.personnes[0]
            ana_.situation.profession = ana_.revenu.rfr_n2 = ana_.ressources.salaire = None
            declaration.souhaits.types = declaration.logement_actuel.surface = None
    assert attendu in tableau(ana).texte()


def test_sans_commune_les_liens_restent_clairs(ana):
    with ana.declaration() as declaration:
        declaration.communes[0].commune = None
    nav = tableau(ana)
    assert "commune à choisir" in nav.texte()
    assert "()" not in nav.texte()
    nav.ouvrir("/demandes/nouvelle")
    assert mots(nav.lien("Reprendre ma demande")) == "Reprendre ma demande"


@pytest.mark.parametrize(
    ("nombre", "phrase"), [(1, "Vous avez 1 demande active."), (2, "Vous avez 2 demandes actives.")]
)
def test_les_demandes_actives_se_comptent(ana_remplie, nombre, phrase):
    deposer(ana_remplie.app, ana_remplie.demande_id)
    if nombre == 2:
        with ana_remplie.app.app_context():
            from portail.compte.modeles import Compte

            compte = db.session.get_one(Compte, ana_remplie.compte_id)
            autre = fabriques.brouillon(db.session, compte, fabriques.PARIS).demande_id
            db.session.close()
        deposer(ana_remplie.app, autre)
    assert phrase in tableau(ana_remplie).texte()


def deposer(app, demande_id: int) -> None:
    with app.app_context(), db.sessionmaker() as session, session.begin():
        demande = session.get_one(Demande, demande_id)
        demande.deposee_le = demande.declarations[0].deposee_le = fabriques.INSTANT
        demande.declarations[0].modifiee_le = fabriques.INSTANT


def test_une_demande_radiee_n_est_pas_un_brouillon_a_soumettre(ana_remplie):
    deposer(ana_remplie.app, ana_remplie.demande_id)
    modifier(ana_remplie, radiee_le=fabriques.INSTANT)
    nav = tableau(ana_remplie)
    assert "Vous n’avez pas de demande active." in nav.texte()
    assert mots(nav.page.select_one("article .etat")) == "Radiée"


def test_le_tableau_ne_coute_pas_plus_de_requetes_avec_plus_de_demandes(ana_remplie):
    tableau(ana_remplie)
    with requetes(ana_remplie.app) as une:
        tableau(ana_remplie)
    with ana_remplie.app.app_context():
        from portail.compte.modeles import Compte

        compte = db.session.get_one(Compte, ana_remplie.compte_id)
        for commune in (fabriques.PARIS, "13055", "33063"):
            fabriques.brouillon(db.session, compte, commune)
        db.session.close()
    with requetes(ana_remplie.app) as quatre:
        assert len(tableau(ana_remplie).page.select("article")) == 4
    assert len(une) == len(quatre), f"{en_bref(une)}\n---\n{en_bref(quatre)}"


def faits(nav: NavigateurQuiTape) -> dict[str, str]:
    liste = nav.page.select_one("article dl")
    return {mots(dt): mots(dd) for dt, dd in zip(liste.find_all("dt"), liste.find_all("dd"), strict=True)}


def test_la_carte_dit_ce_qui_manque_et_ce_qui_renforcerait(ana_remplie):
    """Avant de soumettre, et après : une demande active se complète encore."""
    attendu = "5 documents (Informations générales, Revenu fiscal, Ressources mensuelles, Logement actuel, Motifs)"
    assert faits(tableau(ana_remplie))["Pour la renforcer"] == f"{attendu}, dont 1 pour pouvoir la soumettre"
    with ana_remplie.declaration() as declaration:
        declaration.coordonnees.telephone_portable = declaration.souhaits.types = None
    trouve = faits(tableau(ana_remplie))["Pour la renforcer"]
    assert trouve.startswith("2 réponses et 5 documents (Informations générales, Demandeurs, Revenu fiscal")
    deposer(ana_remplie.app, ana_remplie.demande_id)
    trouve = faits(tableau(ana_remplie))["Pour la renforcer"]
    assert trouve.startswith("2 réponses et ")
    assert "soumettre" not in trouve
    modifier(ana_remplie, radiee_le=fabriques.INSTANT)
    assert "Pour la renforcer" not in faits(tableau(ana_remplie))


@les_deux_moteurs
def test_la_carte_dit_le_dernier_evenement_que_la_personne_voit(ana_remplie):
    assert "Dernier évènement" not in faits(tableau(ana_remplie)), "un brouillon n'a pas d'histoire"
    deposer(ana_remplie.app, ana_remplie.demande_id)
    arrive(ana_remplie, GenreEvenement.DEPOT, datetime(2026, 11, 24, 9, tzinfo=UTC))
    assert faits(tableau(ana_remplie))["Dernier évènement"] == "Demande soumise, 24 novembre 2026"
    # Noté après, il parle d'avant : la visite reste la dernière chose arrivée.
    arrive(ana_remplie, GenreEvenement.VISITE, datetime(2026, 12, 1, 9, tzinfo=UTC), date(2026, 12, 3))
    arrive(ana_remplie, GenreEvenement.CALEOL, datetime(2026, 12, 4, 9, tzinfo=UTC), date(2026, 12, 2))
    cache = next(genre for genre in GenreEvenement if not genre.fiche.visible)
    arrive(ana_remplie, cache, datetime(2027, 1, 1, 9, tzinfo=UTC))
    assert faits(tableau(ana_remplie))["Dernier évènement"].endswith("3 décembre 2026")


def arrive(foyer: Foyer, genre: GenreEvenement, quand: datetime, jour: date | None = None) -> None:
    with foyer.app.app_context(), db.sessionmaker() as session, session.begin():
        session.add(Evenement(demande_id=foyer.demande_id, genre=genre, survenu_le=quand, date_du_fait=jour))


def test_entre_minuit_et_deux_heures_le_jour_est_celui_de_paris(app):
    """Enregistré le 1er juillet à 0 h 30, heure d'été : en temps universel, c'était encore le 30 juin."""
    tard = datetime(2027, 6, 30, 22, 30, tzinfo=UTC)
    assert Declaration(modifiee_le=tard).jour_de_modification == date(2027, 7, 1), "qui a dix-huit ans ce jour-là les a"
    with app.app_context():
        assert gardee_jusqu_au(tard, date(2027, 7, 1)).day == 1
