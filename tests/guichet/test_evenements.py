"""La gestion partagée : ajouter un évènement, le montrer (ou non) à la personne, radier au bail signé."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import MultiDict

from portail.compte.modeles import Compte
from portail.courriel import Envoi
from portail.db import db
from portail.demande.catalogue_evenements import catalogue, liste, motifs_de_radiation
from portail.demande.cycle_de_vie import Etat, etat
from portail.demande.modeles import Demande, Evenement, GenreEvenement
from portail.guichet.modeles import EcritureJournal
from tests import fabriques
from tests.guichet.gestes import presser
from tests.guichet.monde import Monde
from tests.navigateur import Navigateur, mots


@pytest.fixture
def nav(monde: Monde, naviguer) -> Navigateur:
    """L'instructeur, devant la demande d'Ana qu'il vient d'enregistrer."""
    nav = naviguer(monde.instructeur).ouvrir(f"/guichet/demandes/{monde.demande_69}")
    return presser(nav, "Enregistrer et donner le numéro unique", original_vu="oui")


@pytest.fixture
def ana(app, monde) -> Navigateur:
    client = app.test_client()
    with db.sessionmaker() as session:
        fabriques.connecter(app, client, session, session.get_one(Compte, monde.ana))
    return Navigateur(client)


def ajouter(nav: Navigateur, monde: Monde, genre: str, bouton: str = "Ajouter cet évènement", **reponses: str) -> None:
    nav.ouvrir(f"/guichet/demandes/{monde.demande_69}/evenements/nouveau?genre={genre}")
    presser(nav, bouton, **reponses)


def test_le_catalogue_et_les_codes_se_repondent():
    assert {genre.code for genre in GenreEvenement} == set(catalogue())
    assert all(liste(fiche.liste) for fiche in catalogue().values() if fiche.liste)
    assert list(motifs_de_radiation()) == ["a", "b", "c", "d", "e", "f"]


def test_un_passage_en_commission_avec_rang_est_lu_par_la_personne(monde, nav, ana):
    nav.suivre("Ajouter un évènement")
    nav.ouvrir(f"/guichet/demandes/{monde.demande_69}/evenements/nouveau?genre=caleol")
    presser(nav, "Ajouter cet évènement", valeur="attribution_rang", rang="2", precision="Logement T2 rue du Parc.")
    assert "rang 2" in nav.texte()
    ana.ouvrir("/demandes")
    assert "Évènements de la gestion partagée" in ana.texte()
    ana.ouvrir(f"/demandes/{monde.demande_69}/evenements")
    assert ana.h1 == "Évènements de la gestion partagée"
    texte = ana.texte().replace("\u00a0", " ")
    assert "Passage en commission d’attribution : Attribution avec un rang, rang 2" in texte
    assert "Logement T2 rue du Parc." in texte
    assert texte.index("Passage en commission") < texte.index("Demande enregistrée") < texte.index("Demande soumise")
    with db.sessionmaker() as session:
        sujets = session.scalars(sa.select(Envoi.sujet)).all()
        assert sujets.count("Il y a du nouveau pour votre demande") == 1
        acte = session.scalar(sa.select(EcritureJournal).where(EcritureJournal.acte == "evenement"))
        assert acte is not None
        assert acte.objet == "Passage en commission d’attribution"


def test_ce_que_la_regle_cache_ne_se_montre_pas_a_la_personne(monde, nav, ana):
    ajouter(nav, monde, "avis_pdalhpd")
    assert "Avis du plan départemental" in nav.texte()
    ana.ouvrir(f"/demandes/{monde.demande_69}/evenements")
    assert "Avis du plan départemental" not in ana.texte()
    with db.sessionmaker() as session:
        assert "Il y a du nouveau pour votre demande" not in session.scalars(sa.select(Envoi.sujet)).all()


def test_un_bail_signe_radie_avec_le_motif_a(monde, nav, ana):
    ajouter(nav, monde, "bail_signe", "Enregistrer et radier la demande")
    with db.sessionmaker() as session:
        demande = session.get_one(Demande, monde.demande_69)
        assert etat(demande, fabriques.INSTANT.date()) is Etat.RADIEE
        assert demande.motif_radiation == "a"
        genres = [evenement.genre for evenement in demande.evenements]
        assert genres[-2:] == [GenreEvenement.BAIL_SIGNE, GenreEvenement.RADIATION]
    ana.ouvrir("/demandes")
    assert "Radiée" in ana.texte()
    assert "Ajouter un évènement" not in nav.texte()


@pytest.mark.asvs("2.2.1")
@pytest.mark.parametrize(
    ("genre", "reponses", "phrase"),
    [
        ("caleol", {}, "Choisissez une des réponses proposées."),
        ("visite", {"jour-jour": "1", "jour-mois": "1", "jour-annee": "2030"}, "à plus d’un an"),
        ("visite", {"jour-jour": "1", "jour-mois": "1", "jour-annee": "2020"}, "avant le dépôt"),
        ("visite", {"jour-jour": "", "jour-mois": "", "jour-annee": ""}, "Indiquez la date."),
        ("visite", {"organisme": ""}, "Indiquez l’organisme."),
        ("bail_signe", {"jour-jour": "25", "jour-mois": "12", "jour-annee": "2026"}, "n’est pas encore arrivée"),
    ],
)
def test_une_saisie_fausse_se_dit_au_bon_champ_et_n_ecrit_rien(monde, nav, genre, reponses, phrase):
    bouton = "Enregistrer et radier" if genre == "bail_signe" else "Ajouter cet évènement"
    ajouter(nav, monde, genre, bouton, precision="Mot à garder.", **reponses)
    assert nav.statut == 422
    assert phrase in nav.texte().replace("\u00a0", " ")
    assert "Mot à garder." in nav.texte() or "Mot à garder." in str(nav.page)
    with db.sessionmaker() as session:
        partages = sa.select(Evenement).where(Evenement.date_du_fait.is_not(None))
        assert session.scalars(partages).all() == []


def test_une_demande_pas_encore_enregistree_n_a_pas_d_evenement(monde, naviguer):
    nav = naviguer(monde.instructeur).ouvrir(f"/guichet/demandes/{monde.demande_69}/evenements/nouveau?genre=visite")
    assert nav.h1.startswith("Demande d"), "rien à remplir pour rien"
    saisie = {
        "csrf_token": nav.page.find(attrs={"name": "csrf_token"})["value"],
        "genre": "visite",
        "organisme": "Mairie",
    }
    jour = {"jour-jour": "24", "jour-mois": "11", "jour-annee": "2026"}
    nav.poster(f"/guichet/demandes/{monde.demande_69}/evenements/nouveau", MultiDict(saisie | jour))
    assert nav.statut == 409
    assert "La demande n’est pas encore enregistrée." in nav.texte()


def test_continuer_sans_rien_choisir_le_dit(monde, nav):
    adresse = f"/guichet/demandes/{monde.demande_69}/evenements/nouveau"
    nav.ouvrir(adresse)
    envoyees = nav.saisie(nav.page.select_one(f"form[action='{adresse}']"))
    continuer = nav.bouton("Continuer")
    nav.ouvrir(f"{adresse}?{continuer['name']}={continuer['value']}")
    assert not envoyees, "rien n’est choisi d’avance"
    assert nav.statut == 422
    assert "Choisissez un évènement." in nav.texte()
    nav.ouvrir(f"{adresse}?genre={GenreEvenement.VISITE.code}&{continuer['name']}={continuer['value']}")
    assert nav.h1 == GenreEvenement.VISITE.libelle


def test_le_meme_envoi_recu_deux_fois_n_ajoute_qu_un_evenement(monde, nav, ana):
    adresse = f"/guichet/demandes/{monde.demande_69}/evenements/nouveau"
    nav.ouvrir(f"{adresse}?genre=visite")
    envoi = nav.saisie(nav.page.select_one("main form"))
    for _ in range(2):
        assert nav.poster(adresse, envoi).statut == 200
    with db.sessionmaker() as session:
        genres = [fait.genre for fait in session.get_one(Demande, monde.demande_69).evenements]
        assert genres.count(GenreEvenement.VISITE) == 1
        assert session.scalars(sa.select(Envoi.sujet)).all().count("Il y a du nouveau pour votre demande") == 1
    ajouter(nav, monde, "visite")  # une page rouverte : une seconde visite le même jour
    with db.sessionmaker() as session:
        genres = [fait.genre for fait in session.get_one(Demande, monde.demande_69).evenements]
        assert genres.count(GenreEvenement.VISITE) == 2


def test_un_bail_signe_envoye_deux_fois_ne_dit_pas_que_rien_n_est_fait(monde, nav):
    adresse = f"/guichet/demandes/{monde.demande_69}/evenements/nouveau"
    nav.ouvrir(f"{adresse}?genre=bail_signe")
    envoi = nav.saisie(nav.page.select_one("main form"))
    for _ in range(2):
        assert nav.poster(adresse, envoi).statut == 200
    assert "Radiée" in nav.texte()


def test_apres_un_bail_signe_rien_ne_propose_ce_qui_ne_se_peut_pas(monde, nav):
    ajouter(nav, monde, "bail_signe", "Enregistrer et radier la demande")
    nav.ouvrir(f"/guichet/demandes/{monde.demande_69}")
    assert "Rendre la demande active" not in nav.texte()
    assert "ne peut plus redevenir active" in nav.texte()


def test_la_demande_radiee_entre_temps_le_dit_dans_son_dossier(monde, nav):
    adresse = f"/guichet/demandes/{monde.demande_69}/evenements/nouveau"
    nav.ouvrir(f"{adresse}?genre=visite")
    assert "Demande n°" in nav.page.find(class_="repere").get_text()
    envoi = nav.saisie(nav.page.select_one("main form"))
    with db.sessionmaker() as session, session.begin():
        session.get_one(Demande, monde.demande_69).radiee_le = fabriques.INSTANT
    nav.poster(adresse, envoi)
    assert nav.statut == 409
    assert "La demande est radiée." in nav.page.find(id="resume").get_text()
    assert nav.h1.startswith("Demande d")


def test_ce_que_la_personne_ne_voit_pas_ne_promet_pas_qu_elle_le_lira(monde, nav):
    nav.ouvrir(f"/guichet/demandes/{monde.demande_69}/evenements/nouveau?genre=avis_pdalhpd")
    assert "la personne ne lira pas ces mots" in nav.texte().replace("\u00a0", " ")
    assert "La personne lira" not in nav.texte()


def test_apres_minuit_a_paris_le_dernier_evenement_reste_en_tete(monde, nav, ana, horloge, naviguer):
    """À minuit et demi, il est encore la veille en temps universel."""
    horloge.avancer(hours=13, minutes=30)  # le 25 à 0 h 30, à Paris
    nav = naviguer(monde.instructeur)
    ajouter(nav, monde, "visite", **{"jour-jour": "25"})
    nav.ouvrir(f"/guichet/demandes/{monde.demande_69}/ecrire").envoyer({"texte": "Bonjour"}, "Envoyer le message")
    faits = [mots(li.b) for li in nav.page.select(".chronologie li")]
    assert faits[:2] == ["Message du guichet", "Visite d’un logement"]
