"""Rien ne s'efface sans une annonce partie et un préavis entier ; toute activité l'arrête ; après un arrêt, on rattrape."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from portail import courriel, taches
from portail.compte.modeles import Compte
from portail.conservation import purge
from portail.conservation.modeles import AnnonceEffacement, Regle
from portail.conservation.passage import Passage
from portail.courriel import Envoi
from portail.db import db, ecriture, lecture
from portail.demande import radiation
from portail.demande.modeles import Demande, Partage
from portail.documents.apres_acte import etablir_l_attestation
from portail.guichet import numeros
from portail.guichet.journal import verifier
from portail.guichet.modeles import EcritureJournal, Guichet, SequenceNumero
from portail.stockage import StockageIndisponible, stockage
from tests import fabriques
from tests.compte.gestes import courriels, se_connecter
from tests.conservation.traces import fichiers, nombre, registre, restes
from tests.demande.gestes import NavigateurQuiTape
from tests.fabriques import INSTANT
from tests.guichet.monde import entrer, monter
from tests.guichet.papier import commencer
from tests.guichet.rattachements import couple
from tests.navigateur import Navigateur

RIEN = Passage(0, 0)


def le(horloge, jour: date) -> Passage:
    """Ce matin-là : la conservation, puis les courriels."""
    horloge.instant = datetime(jour.year, jour.month, jour.day, 8, tzinfo=UTC)
    fait = taches.conserver()
    courriel.vider(lambda *_: None, 60)
    return fait


def brouillon(courriel: str = "ana@exemple.fr") -> int:
    with db.sessionmaker() as session:
        declaration = fabriques.brouillon(session, fabriques.compte(session, courriel))
        fabriques.remplir_ana(declaration)
        session.commit()
        return declaration.demande_id


def abandonner_les_courriels() -> None:
    """Une semaine d'essais a passé : ceux qui attendaient ne partiront plus."""
    with ecriture() as session:
        session.execute(sa.update(Envoi).where(Envoi.envoye_le.is_(None)).values(prochain_essai_le=None, corps=None))


def un_autre_courriel_part(instant: datetime) -> None:
    with ecriture() as session:
        courriel.mettre_en_boite_par_lot(
            session, [(f"autre-{instant}", "leo@exemple.fr", "Bonjour.")], "Autre", instant
        )
        session.flush()
        session.execute(
            sa.update(Envoi).where(Envoi.cle == f"autre-{instant}").values(envoye_le=instant, prochain_essai_le=None)
        )


def radier(demande_id: int, instant: datetime = INSTANT) -> None:
    """Et Léo, dont le brouillon n'est pas le sujet, se connecte souvent."""
    with ecriture() as session:
        radiation.radier(session, session.get_one(Demande, demande_id), "a", instant, prevenir=False)
        souvent = sa.update(Compte).where(Compte.courriel == "leo@exemple.fr")
        session.execute(souvent.values(vu_le=INSTANT + timedelta(days=700)))


def annonces() -> list[AnnonceEffacement]:
    with lecture() as session:
        return list(session.scalars(sa.select(AnnonceEffacement).order_by(AnnonceEffacement.id)))


@pytest.mark.asvs("14.2.7")
def test_un_an_apres_sa_radiation_une_demande_n_a_plus_de_trace(app_deux_moteurs, horloge):
    """Onze mois : un courriel, une fois. Douze : plus rien, sauf des nombres, et le journal qui le prouve."""
    app, monde = app_deux_moteurs, monter()
    enregistre = couple(monde)
    etablir_l_attestation(enregistre.demande, INSTANT)
    gardes = fichiers()
    radier(enregistre.demande)
    assert le(horloge, date(2027, 10, 25)) == RIEN
    assert le(horloge, date(2027, 10, 26)) == Passage(1, 0)
    assert le(horloge, date(2027, 10, 27)) == RIEN
    avis = courriels(app)[-1]
    assert (avis["Subject"], avis["To"]) == ("Vos données seront bientôt effacées", "lea@exemple.fr")
    assert "25 novembre 2027" in avis.get_content()
    assert "/compte/connexion" in avis.get_content()
    assert le(horloge, date(2027, 11, 24)) == RIEN, "radiée à 11 heures : l'an n'est pas passé à 9 heures"
    assert le(horloge, date(2027, 11, 25)) == Passage(0, 1)
    assert le(horloge, date(2027, 11, 26)) == RIEN
    assert restes("rue Cachée", "06 98 76 54 32", "Il me frappe.", "Cariste", enregistre.numero) == set()
    (ligne,) = registre()
    assert (ligne.regle, ligne.numero, ligne.lignes > 20) == (Regle.RADIEE, enregistre.demande, True)
    assert ligne.fichiers == 3, "sa pièce, son attestation et ce qu'en dit la page"
    assert fichiers() == gardes - ligne.fichiers
    with lecture() as session:
        acte = session.scalars(sa.select(EcritureJournal).order_by(EcritureJournal.id.desc())).first()
        assert (acte.acte.code, acte.guichet_code) == ("effacement", "69266")
        assert list(verifier(session)) == [], "la chaîne tient"
    with ecriture() as session:
        suivante = session.get_one(Demande, monde.demande_69)
        suivant = str(numeros.attribuer(session, suivante, session.get_one(Guichet, monde.g1)))
        assert suivant != enregistre.numero, "un numéro unique ne se redonne jamais"
        assert session.scalar(sa.select(SequenceNumero.dernier).where(SequenceNumero.territoire == "069")) == 2


def test_le_dernier_jour_ecrit_se_garde_jusqu_au_soir(app, monde, horloge):
    """« Gardée jusqu’au 24 novembre 2027, puis effacée » : elle partait ce jour-là, à l'heure de sa radiation."""
    radier(monde.demande_69)
    for jour in (25, 26):
        horloge.instant = datetime(2027, 10, jour, 15, tzinfo=UTC)
        taches.conserver()
        courriel.vider(lambda *_: None, 60)
    assert "25 novembre 2027" in courriels(app)[-1].get_content()
    horloge.instant = datetime(2027, 11, 24, 22, 30, tzinfo=UTC)
    assert taches.conserver() == RIEN
    horloge.instant = datetime(2027, 11, 25, 15, tzinfo=UTC)
    assert taches.conserver() == Passage(0, 1)


def test_sans_compte_l_avis_va_a_l_adresse_du_dossier(app, monde, horloge):
    enregistre = couple(monde, courriel="dossier@exemple.fr")
    with ecriture() as session:
        session.get_one(Demande, enregistre.demande).compte_id = None
    radier(enregistre.demande)
    assert le(horloge, date(2027, 10, 26)) == Passage(1, 0)
    avis = courriels(app)[-1]
    assert avis["To"] == "dossier@exemple.fr"
    assert "à un guichet" in avis.get_content()
    assert "http" not in avis.get_content()


def test_redevenue_active_elle_n_est_plus_annoncee(app, monde, horloge):
    radier(monde.demande_69)
    assert le(horloge, date(2027, 10, 26)) == Passage(1, 0)
    with ecriture() as session:
        demande = session.get_one(Demande, monde.demande_69)
        demande.radiee_le = demande.motif_radiation = None
    assert le(horloge, date(2027, 12, 26)) == Passage(0, 0)
    assert annonces() == []


def test_l_annonce_qui_attend_de_partir_s_en_va_avec_ce_qui_l_a_fait_ecrire(app, monde, horloge, monkeypatch):
    """Le serveur de courriel revenu, « Vos données seront bientôt effacées » arrivait pour une demande active."""
    radier(monde.demande_69)
    monkeypatch.setattr(courriel, "_transporter", lambda *_: (_ for _ in ()).throw(OSError("serveur en panne")))
    assert le(horloge, date(2027, 10, 26)) == Passage(1, 0)
    monkeypatch.undo()
    with ecriture() as session:
        demande = session.get_one(Demande, monde.demande_69)
        demande.radiee_le = demande.motif_radiation = None
    avant = len(courriels(app))
    le(horloge, date(2027, 10, 28))
    assert "Vos données seront bientôt effacées" not in [message["Subject"] for message in courriels(app)[avant:]]


def test_un_brouillon_est_annonce_puis_efface_sur_les_deux_moteurs(app_deux_moteurs, horloge):
    brouillon()
    assert le(horloge, date(2027, 2, 9)) == RIEN
    assert le(horloge, date(2027, 2, 11)) == Passage(1, 0)
    assert le(horloge, date(2027, 2, 11)) == RIEN
    assert le(horloge, date(2027, 2, 24)) == RIEN, "quatorze jours après le départ du courriel, pas avant"
    assert le(horloge, date(2027, 2, 26)) == Passage(0, 1)
    assert (nombre(Demande), nombre(Compte), len(annonces())) == (0, 1, 0)
    assert registre()[0].regle is Regle.BROUILLON


def test_se_connecter_suffit_a_garder_son_brouillon(app, client, horloge):
    brouillon()
    le(horloge, date(2027, 2, 11))
    assert "17 février" not in courriels(app)[-1].get_content()
    assert "25 février 2027" in courriels(app)[-1].get_content()
    horloge.instant = datetime(2027, 2, 20, 9, tzinfo=UTC)
    with ecriture() as session:
        session.execute(sa.update(Compte).values(courriel_confirme_le=horloge.instant))  # appareil connu
    se_connecter(Navigateur(client))
    assert le(horloge, date(2027, 3, 15)) == RIEN
    assert annonces() == []
    assert le(horloge, date(2027, 5, 10)) == Passage(1, 0), "trois mois plus tard, une autre annonce"
    assert nombre(Envoi) == 2
    assert le(horloge, date(2027, 5, 25)) == Passage(0, 1)


def test_apres_six_mois_d_arret_une_seule_annonce_et_un_preavis_entier(app, horloge):
    brouillon()
    assert le(horloge, date(2027, 8, 1)) == Passage(1, 0)
    assert le(horloge, date(2027, 8, 14)) == RIEN
    assert le(horloge, date(2027, 8, 16)) == Passage(0, 1)
    assert nombre(Envoi) == 1


def test_un_arret_pendant_le_preavis_ne_refait_pas_l_annonce(app, horloge):
    brouillon()
    le(horloge, date(2027, 2, 11))
    assert le(horloge, date(2027, 12, 31)) == Passage(0, 1), "prévenue depuis dix mois"


def test_un_courriel_qui_ne_part_pas_retient_l_effacement(app, horloge):
    brouillon()
    horloge.instant = datetime(2027, 2, 11, 8, tzinfo=UTC)
    taches.conserver()
    horloge.avancer(days=30)
    assert taches.conserver() == RIEN, "il n'est jamais parti"
    abandonner_les_courriels()
    un_autre_courriel_part(horloge.instant)
    assert taches.conserver() == RIEN
    assert annonces()[0].preavis_depuis == horloge.instant, "l'adresse ne répond pas : le préavis part de là"
    horloge.avancer(days=13)
    assert taches.conserver() == RIEN
    horloge.avancer(days=2)
    assert taches.conserver() == Passage(0, 1)


def test_tant_que_le_serveur_de_courriel_est_en_panne_rien_ne_s_efface(app_deux_moteurs, horloge):
    """Des mois sans qu'aucun courriel parte : l'annonce perdue n'a prévenu personne, elle se refait."""
    un_autre_courriel_part(datetime(2027, 2, 10, tzinfo=UTC))
    brouillon()
    horloge.instant = datetime(2027, 2, 11, 8, tzinfo=UTC)
    assert taches.conserver() == Passage(1, 0)
    for _semaine in range(8):
        horloge.avancer(days=8)
        abandonner_les_courriels()
        assert taches.conserver() == Passage(1, 0)
    assert le(horloge, date(2027, 5, 1)) == RIEN, "elle vient seulement de partir"
    assert le(horloge, date(2027, 5, 14)) == RIEN
    assert le(horloge, date(2027, 5, 17)) == Passage(0, 1)


def test_la_saisie_d_un_papier_oubliee_s_annonce_au_guichet_puis_s_efface(app, monde, horloge):
    client = app.test_client()
    entrer(app, client, monde.accueil, jeton="k" * 43)
    agent = NavigateurQuiTape(client)
    demande_id = commencer(agent)
    assert le(horloge, date(2027, 2, 11)) == Passage(2, 0), "celle-ci, et le brouillon de Léo"
    assert [a.cle for a in annonces() if a.demande_id == demande_id] == [None]
    entrer(app, client, monde.accueil, jeton="l" * 43)
    assert "S’efface le 25 février 2027" in agent.ouvrir("/guichet/saisie").texte()
    assert le(horloge, date(2027, 2, 26)) == Passage(0, 2)
    with lecture() as session:
        assert session.get(Demande, demande_id) is None
    assert {(ligne.regle, ligne.numero) for ligne in registre()} == {
        (Regle.PAPIER, demande_id),
        (Regle.BROUILLON, monde.brouillon),
    }


@pytest.mark.asvs("14.2.7")
@pytest.mark.parametrize("etat", [{}, {"courriel_confirme_le": None, "vu_le": INSTANT}], ids=["ouvert", "à l’abri"])
def test_un_compte_dormant_sans_demande_est_supprime_les_autres_non(app, horloge, etat):
    with db.sessionmaker() as session:
        fabriques.compte(session, "seul@exemple.fr", **etat)
        lecteur = fabriques.compte(session, "lecteur@exemple.fr")
        fabriques.compte(session, "entre@exemple.fr", vu_le=INSTANT + timedelta(days=300))
        lea = fabriques.compte(session, "lea@exemple.fr")
        declaration = fabriques.brouillon(session, lea)
        declaration.demande.deposee_le = INSTANT
        partage = {"compte_id": lecteur.id, "demande_id": declaration.demande_id, "personne": "c1"}
        session.add(Partage(cree_le=INSTANT, **partage))
        session.commit()
    assert le(horloge, date(2028, 10, 24)) == RIEN
    assert le(horloge, date(2028, 10, 26)) == Passage(1, 0)
    avis = courriels(app)[-1]
    assert (avis["To"], avis["Subject"]) == ("seul@exemple.fr", "Votre compte sera bientôt supprimé")
    assert le(horloge, date(2028, 11, 26)) == Passage(0, 1)
    with lecture() as session:
        restent = set(session.scalars(sa.select(Compte.courriel)))
    assert restent == {"lecteur@exemple.fr", "entre@exemple.fr", "lea@exemple.fr"}


def test_une_activite_arrivee_au_dernier_moment_l_emporte(app, horloge, monkeypatch):
    """Entre le choix et le verrou, la personne se connecte."""
    brouillon()
    le(horloge, date(2027, 2, 11))
    verrouiller = purge._verrouiller

    def d_abord_une_connexion(session, regle, numero):
        session.execute(sa.update(Compte).values(vu_le=horloge.instant))
        return verrouiller(session, regle, numero)

    monkeypatch.setattr(purge, "_verrouiller", d_abord_une_connexion)
    assert le(horloge, date(2027, 2, 26)) == RIEN
    assert nombre(Demande) == 1


def test_un_stockage_en_panne_remet_les_effacements(app, monde, horloge, monkeypatch, caplog):
    radier(monde.demande_69)
    le(horloge, date(2027, 10, 26))

    def en_panne(_cle: str) -> None:
        raise StockageIndisponible("Suppression impossible.")

    monkeypatch.setattr(stockage(), "supprimer", en_panne)
    assert le(horloge, date(2027, 11, 26)).effacements == 0
    assert "effacements remis" in caplog.text
    monkeypatch.undo()
    assert le(horloge, date(2027, 11, 26)).effacements == 1


def test_deux_passages_ensemble_n_annoncent_et_n_effacent_qu_une_fois(app_deux_moteurs, horloge):
    for rang in range(6):
        brouillon(f"a{rang}@exemple.fr")

    def passer(_rang: int) -> Passage:
        with app_deux_moteurs.app_context():
            return taches.conserver()

    def ensemble() -> tuple[int, int]:
        with ThreadPoolExecutor(2) as fils:
            faits = list(fils.map(passer, range(2)))
        return sum(fait.annonces for fait in faits), sum(fait.effacements for fait in faits)

    horloge.instant = datetime(2027, 2, 11, 8, tzinfo=UTC)
    assert ensemble() == (6, 0)
    assert nombre(Envoi) == 6
    courriel.vider(lambda *_: None, 60)
    horloge.avancer(days=15)
    assert ensemble() == (0, 6)
    assert len(registre()) == 6
