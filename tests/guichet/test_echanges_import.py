"""Appliquer un fichier d'évènements : tout ou rien, une seule fois, une ligne de compte rendu par ligne."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from portail.courriel import Envoi
from portail.db import db
from portail.demande.modeles import Demande, Evenement, GenreEvenement
from portail.guichet import acces
from portail.guichet.echanges.application import CompteRendu, appliquer, essayer
from portail.guichet.echanges.controle import Resultat
from portail.guichet.echanges.forme import COLONNES
from portail.guichet.echanges.lecture import Entree
from portail.guichet.modeles import ActeJournal, Agent
from tests import fabriques
from tests.fabriques import INSTANT
from tests.guichet.enregistrees import enregistrer
from tests.guichet.lecture import ecritures, lire
from tests.guichet.monde import Monde, demande_deposee, monter

JOUR = INSTANT.date().isoformat()


def entrees(*lignes: tuple[str, ...]) -> list[Entree]:
    return [Entree(rang, dict(zip(COLONNES, ligne, strict=False))) for rang, ligne in enumerate(lignes, 2)]


def visite(numero: str, reference: str = "R1", **autres: str) -> tuple[str, ...]:
    ligne = {"numero_unique": numero, "evenement": "visite", "date": JOUR, "reference": reference, **autres}
    return tuple(ligne.get(colonne, "") for colonne in COLONNES)


def agent(numero: int) -> Agent:
    with db.sessionmaker() as session:
        trouve = session.get_one(Agent, numero)
        assert trouve.guichet.codes_territoires
        return trouve


def recevoir(agent_id: int, *lignes: tuple[str, ...]) -> CompteRendu:
    with db.sessionmaker() as session:
        return appliquer(session, agent(agent_id), entrees(*lignes), INSTANT)


def partages() -> list[Evenement]:
    return lire(sa.select(Evenement).where(Evenement.reference.is_not(None)).order_by(Evenement.id))


def resultats(rendu: CompteRendu) -> list[str]:
    return [verdict.resultat.code for verdict in rendu.verdicts]


@pytest.fixture
def numero(monde: Monde) -> str:
    return enregistrer(monde.demande_69, monde.instructeur)


@pytest.fixture
def deux(app_deux_moteurs: Flask) -> tuple[Monde, str]:
    """Le monde sur chaque moteur, la demande du Rhône enregistrée."""
    monde = monter()
    return monde, enregistrer(monde.demande_69, monde.instructeur)


def test_un_fichier_s_applique_puis_ne_fait_plus_rien(deux):
    monde, numero = deux
    lignes = (
        visite(numero, "R1", organisme="Bâtir", commentaire="Apporter\nune pièce."),
        visite(numero, "R2", evenement="caleol", valeur="attribution_rang", rang="2"),
        visite(numero, "R3", evenement="avis_pdalhpd"),
    )
    rendu = recevoir(monde.instructeur, *lignes)
    assert (rendu.applique, resultats(rendu)) == (True, ["ajoute"] * 3)
    premier, deuxieme, _ = partages()
    assert (premier.organisme, premier.precision, premier.date_du_fait) == (
        "Bâtir",
        "Apporter\nune pièce.",
        INSTANT.date(),
    )
    assert (deuxieme.organisme, deuxieme.valeur, deuxieme.rang) == ("Mairie 69266", "attribution_rang", 2)
    envois = len(lire(sa.select(Envoi)))
    encore = recevoir(monde.instructeur, *lignes)
    assert (encore.applique, resultats(encore)) == (True, ["deja_recu"] * 3)
    assert len(partages()) == 3
    assert len(lire(sa.select(Envoi))) == envois, "personne n’est prévenu deux fois"


def test_deux_imports_du_meme_fichier_en_meme_temps_ne_font_qu_un_effet(deux, app_deux_moteurs):
    monde, numero = deux
    autre = enregistrer_une_autre(monde)
    lignes = [visite(numero, "A"), visite(autre, "B")]
    depart, rendus = threading.Barrier(2), []

    def importer(ordre: int) -> None:
        with app_deux_moteurs.app_context():
            depart.wait(10)
            rendus.append(recevoir(monde.instructeur, *lignes[::ordre]))
            db.session.close()

    fils = [threading.Thread(target=importer, args=(ordre,)) for ordre in (1, -1)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(30)
    assert sorted(code for rendu in rendus for code in resultats(rendu)) == ["ajoute"] * 2 + ["deja_recu"] * 2
    assert len(partages()) == 2


def test_la_meme_reference_prise_au_meme_instant_pour_deux_demandes_ne_sert_qu_une_fois(deux, app_deux_moteurs):
    monde, numero = deux
    autre = enregistrer_une_autre(monde)
    depart, rendus = threading.Barrier(2), []

    def importer(lequel: str) -> None:
        with app_deux_moteurs.app_context():
            depart.wait(10)
            rendus.append(recevoir(monde.instructeur, visite(lequel, "MEME")))
            db.session.close()

    fils = [threading.Thread(target=importer, args=(lequel,)) for lequel in (numero, autre)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(30)
    assert sorted(code for rendu in rendus for code in resultats(rendu)) == ["ajoute", "refuse"]
    assert len(partages()) == 1


def enregistrer_une_autre(monde: Monde) -> str:
    """Une seconde demande du Rhône, d'une autre personne."""
    with db.sessionmaker() as session:
        lea = fabriques.compte(session, "lea@exemple.fr", prenoms="Léa", nir=fabriques.nir("2900569266002"))
        demande_id = demande_deposee(session, lea).id
    return enregistrer(demande_id, monde.instructeur)


def test_une_ligne_refusee_et_rien_n_est_ecrit(monde, numero):
    rendu = recevoir(monde.instructeur, visite(numero, "R1"), visite(numero, "R2", date="2019-01-01"))
    assert (rendu.applique, resultats(rendu)) == (False, ["pret", "refuse"])
    assert "avant le dépôt" in rendu.verdicts[1].phrase
    assert partages() == []
    assert ecritures(ActeJournal.EVENEMENT) == []


def test_l_essai_n_ecrit_rien_que_sa_ligne_au_journal(monde, numero):
    avant = lire(sa.select(Envoi))
    rendu = essayer(agent(monde.instructeur), entrees(visite(numero)), INSTANT)
    assert (rendu.applique, resultats(rendu)) == (False, ["pret"])
    assert partages() == []
    assert len(lire(sa.select(Envoi))) == len(avant)
    assert [e.objet for e in ecritures(ActeJournal.RECHERCHE)] == ["essai d’un fichier de 1 évènement(s)"]


def test_une_demande_d_un_autre_territoire_n_existe_pas_et_la_citer_s_inscrit(monde, numero):
    autre = enregistrer(monde.demande_75, monde.ailleurs)
    inconnu = f"{numero[:12]}9{numero[13:]}"
    for essai in (
        lambda *lignes: essayer(agent(monde.instructeur), entrees(*lignes), INSTANT),
        lambda *lignes: recevoir(monde.instructeur, *lignes),
    ):
        rendu = essai(visite(autre, "R1"), visite(inconnu, "R2"))
        assert {verdict.phrase for verdict in rendu.verdicts} == {
            "Aucune demande de vos territoires n’a ce numéro unique."
        }
    refus = ecritures(ActeJournal.LECTURE_REFUSEE)
    assert [(e.demande_id, e.objet, e.guichet_code) for e in refus] == [(monde.demande_75, "par fichier", "69266")] * 2


def test_un_bail_signe_radie_et_le_fichier_le_sait_pour_la_suite(monde, numero):
    bail = visite(numero, "B1", evenement="bail_signe")
    apres = recevoir(monde.instructeur, bail, visite(numero, "V1"))
    assert resultats(apres) == ["pret", "refuse"]
    assert apres.verdicts[1].phrase.startswith("La ligne 2 radie cette demande")
    assert resultats(recevoir(monde.instructeur, visite(numero, "V1"), bail)) == ["ajoute", "ajoute"]
    with db.sessionmaker() as session:
        demande = session.get_one(Demande, monde.demande_69)
        assert demande.motif_radiation == "a"
        genres = [e.genre for e in demande.evenements]
    assert genres[-3:] == [GenreEvenement.VISITE, GenreEvenement.BAIL_SIGNE, GenreEvenement.RADIATION]
    # Rejoué après la radiation : reçu, pas refusé.
    assert resultats(recevoir(monde.instructeur, visite(numero, "V1"), bail)) == ["deja_recu"] * 2
    (refuse,) = recevoir(monde.instructeur, visite(numero, "V2")).verdicts
    assert "radiée" in refuse.phrase


@pytest.mark.parametrize(
    ("autres", "phrase"),
    [
        ({"numero_unique": "123"}, "18 caractères"),
        ({"numero_unique": "6,91126E+16"}, "changé ce numéro en nombre"),
        ({"evenement": "fete"}, "« fete » n’est pas un évènement. Les codes : pieces_demandees, contingent"),
        ({"evenement": "depot"}, "n’est pas un évènement"),
        ({"date": ""}, "2026-11-24 ou 24/11/2026"),
        ({"date": "31/02/2026"}, "n’existe pas"),
        ({"date": "2030-01-01"}, "plus d’un an"),
        ({"evenement": "bail_signe", "date": "2026-12-25"}, "n’est pas encore arrivée"),
        ({"evenement": "caleol"}, "La valeur manque. Les valeurs : attribution, attribution_rang"),
        ({"evenement": "dalo", "valeur": "actif"}, "« actif » n’est pas une valeur de « dalo »"),
        ({"valeur": "x"}, "pas de précision à choisir"),
        ({"rang": "2"}, "passage en commission"),
        ({"evenement": "caleol", "valeur": "attribution", "rang": "deux"}, "nombre entier"),
        ({"evenement": "caleol", "valeur": "attribution", "rang": "1000"}, "de 1 à 999"),
        ({"reference": ""}, "La référence est obligatoire"),
        ({"reference": "Léa Petit"}, "La référence est obligatoire"),
        ({"organisme": "x" * 121}, "L’organisme a 121 caractères : 120 au plus"),
        ({"commentaire": "x" * 1001}, "Le commentaire a 1001 caractères"),
    ],
)
def test_chaque_faute_a_sa_phrase(monde, numero, autres, phrase):
    (verdict,) = recevoir(monde.instructeur, visite(numero, **autres)).verdicts
    assert verdict.resultat is Resultat.REFUSE
    assert phrase in verdict.phrase.replace("\u00a0", " ")
    assert partages() == []


def test_le_numero_s_ecrit_avec_ses_espaces_et_la_date_a_la_francaise(monde, numero):
    espace = f"{numero[:3]} {numero[3:5]} {numero[5:7]} {numero[7:13]} {numero[13:]}"
    rendu = recevoir(monde.instructeur, visite(espace, date="24/11/2026", evenement="VISITE"))
    assert resultats(rendu) == ["ajoute"]


def test_une_demande_pas_encore_enregistree_n_a_pas_de_numero_a_citer(monde):
    rendu = recevoir(monde.instructeur, visite("069112600000169266"))
    assert rendu.verdicts[0].phrase == "Aucune demande de vos territoires n’a ce numéro unique."


def test_une_reference_ne_sert_qu_a_un_evenement(monde, numero):
    dans_le_fichier = recevoir(monde.instructeur, visite(numero), visite(numero), visite(numero, organisme="Autre"))
    assert resultats(dans_le_fichier) == ["pret", "deja_recu", "refuse"]
    assert "déjà à la ligne 2" in dans_le_fichier.verdicts[2].phrase
    assert resultats(recevoir(monde.instructeur, visite(numero), visite(numero))) == ["ajoute", "deja_recu"]
    (autre,) = recevoir(monde.instructeur, visite(numero, commentaire="changé")).verdicts
    assert autre.phrase == "Cette référence a déjà servi pour un autre évènement."


def test_deux_guichets_ont_chacun_leurs_references(monde, numero):
    autre = enregistrer(monde.demande_75, monde.ailleurs)
    assert recevoir(monde.instructeur, visite(numero)).applique
    assert recevoir(monde.ailleurs, visite(autre)).applique
    assert len(partages()) == 2


def test_l_auteur_est_l_agent_et_le_journal_dit_que_c_est_par_fichier(monde, numero):
    recevoir(monde.instructeur, visite(numero))
    (evenement,) = partages()
    (ecriture,) = ecritures(ActeJournal.EVENEMENT)
    assert (evenement.auteur, evenement.guichet_id) == ("Prénom2 Nom2", monde.g1)
    assert (ecriture.agent_id, ecriture.objet) == (monde.instructeur, "Visite d’un logement, reçu par fichier")


def test_le_compte_rendu_a_une_ligne_par_ligne(monde, numero):
    rendu = recevoir(monde.instructeur, visite(numero), visite("faux", "R2"))
    assert [(ligne[0], ligne[1], ligne[3], ligne[4]) for ligne in rendu.lignes()] == [
        (2, numero, "R1", "pret"), (3, "faux", "R2", "refuse"),
    ]  # fmt: skip
    assert (rendu.prets, rendu.refuses) == (1, 1)


def test_une_demande_radiee_entre_l_essai_et_l_application_se_voit(monde, numero):
    assert essayer(agent(monde.instructeur), entrees(visite(numero)), INSTANT).prets == 1
    with db.sessionmaker() as session:
        acces.demande_a_instruire(session, agent(monde.instructeur), monde.demande_69).radiee_le = INSTANT - timedelta(
            1
        )
        session.commit()
    assert not recevoir(monde.instructeur, visite(numero)).applique
