"""« Supprimer mon compte » : ce qui part, ce qui reste au guichet et se retrouve, et rien sans preuve."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from portail import taches
from portail.assistance import fils
from portail.assistance.modeles import Fil
from portail.compte.modeles import Compte, SessionOuverte
from portail.conservation.modeles import Objet, Regle
from portail.courriel import Envoi
from portail.db import db, ecriture, lecture
from portail.demande.modeles import Demande, Evenement, Partage
from portail.franceconnect.modeles import LienFranceConnect
from portail.guichet.consultations import de_la_personne
from portail.guichet.journal import inscrire, verifier
from portail.guichet.modeles import ActeJournal, EcritureJournal
from portail.pieces.modeles import Fichier, PieceFournie
from portail.stockage import StockageIndisponible, stockage
from tests import fabriques
from tests.compte.gestes import courriels, est_connecte, se_connecter
from tests.conservation.traces import fichiers, nombre, registre, restes
from tests.fabriques import INSTANT, MOT_DE_PASSE
from tests.guichet.gestes import presser
from tests.guichet.monde import entrer
from tests.guichet.rattachements import (
    LEA,
    TOM,
    couple,
    dernier_code,
    envois,
    navigateur_de,
    personne,
    proposer,
    prouver,
)
from tests.navigateur import Navigateur, mots


@pytest.fixture
def ana(app, client) -> Navigateur:
    """Un brouillon et son document, une question ailleurs, un lien FranceConnect."""
    with db.sessionmaker() as session:
        compte = fabriques.compte(session)
        declaration = fabriques.remplir_ana(fabriques.brouillon(session, compte))
        piece = PieceFournie(code="ID", personne=declaration.personnes[0].cle)
        piece.fichiers.append(
            Fichier(
                rang=1, cle="a" * 32, nom="carte de Silva.jpg", type_mime="image/jpeg", taille=9, pages=1,
                empreinte_recue="0" * 64, recu_le=INSTANT,
            )
        )  # fmt: skip
        declaration.demande.pieces.append(piece)
        fil = fils.ouvrir(session, compte.id, "111", None, None, INSTANT)
        fils.ajouter(session, fil, "Bonjour, Silva à l’appareil.", "cle", INSTANT)
        lien = {"emetteur": "https://fc", "sub": "sub-de-Silva", "sub_empreinte": "e" * 64}
        session.add(LienFranceConnect(compte_id=compte.id, cree_le=INSTANT, confirme_le=INSTANT, **lien))
        session.commit()
    stockage().ecrire("a" * 32, b"une image")
    return se_connecter(Navigateur(client))


def supprimer(nav: Navigateur, **cases: str) -> Navigateur:
    return nav.ouvrir("/compte/supprimer").envoyer({"compris": "oui"} | cases, bouton="Supprimer mon compte")


@pytest.mark.asvs("7.4.2")
def test_le_compte_et_ce_qui_n_etait_qu_a_lui_n_existent_plus(app, client, ana):
    page = ana.ouvrir("/compte/supprimer").texte()
    assert "Brouillon commencé le 24 novembre 2026" in page
    assert "Vos échanges avec un guichet" in page
    supprimer(ana)
    assert ana.h1 == "Votre compte est supprimé"
    assert not est_connecte(client)
    for table in (Compte, Demande, Fil, SessionOuverte, LienFranceConnect):
        assert nombre(table) == 0, table
    adieu = courriels(app)[-1]
    assert (adieu["Subject"], adieu["To"]) == ("Votre compte est supprimé", "ana@exemple.fr")
    assert "chez lui" not in adieu.get_content(), "rien ne reste à un guichet"
    assert fichiers() == 0
    assert restes("Silva", "Ana", "rue des Lilas", "1985, 3, 12") == set()
    assert restes("ana@exemple.fr") == {("envoi", "ana@exemple.fr")}, "oublié avec les courriels, en 90 jours"
    demande, compte = registre()
    assert (demande.objet, demande.regle, demande.fichiers) == (Objet.DEMANDE, Regle.PERSONNE, 1)
    assert (compte.objet, compte.regle, compte.fichiers) == (Objet.COMPTE, Regle.PERSONNE, 0)
    assert demande.lignes > 10
    assert compte.lignes == 5, "le compte, sa session, le lien, la question et son message"


@pytest.mark.menace("T17")
def test_le_fichier_de_la_base_ne_garde_pas_les_octets_effaces(app, ana, dossier):
    def octets() -> bytes:
        with db.engine.connect() as connexion:  # ce qui attend encore dans le journal de SQLite rejoint le fichier
            connexion.connection.dbapi_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return b"".join(chemin.read_bytes() for chemin in dossier.glob("portail.sqlite*"))

    mots_d_ana = [mot.encode() for mot in ("Chez Marta Silva", "Aide-soignante", "ana@exemple.fr")]
    avant = octets()
    assert all(mot in avant for mot in mots_d_ana)
    supprimer(ana)
    apres = octets()
    assert [mot for mot in mots_d_ana if mot in apres] == []


@pytest.mark.asvs("7.5.3")
@pytest.mark.menace("T1")
def test_sans_la_case_ou_sans_preuve_rien_ne_part(app, client, ana, horloge):
    ana.ouvrir("/compte/supprimer").envoyer(bouton="Supprimer mon compte")
    assert ana.reponse.status_code == 422
    assert "Cochez la case" in ana.texte()
    horloge.avancer(minutes=11)
    supprimer(ana)
    assert ana.h1 == "Confirmez que c’est bien vous"
    assert nombre(Compte) == 1
    ana.envoyer(actuel=MOT_DE_PASSE, bouton="Continuer")
    assert ana.h1 == "Votre envoi est gardé"
    ana.envoyer(bouton="Envoyer de nouveau")
    assert ana.h1 == "Votre compte est supprimé"
    assert nombre(Compte) == 0


def test_un_envoi_qui_attend_un_fragment_recoit_la_page_a_corriger(ana):
    """Le bloc se rend seul : ce que la page définit hors de lui doit encore y servir."""
    jeton = ana.saisie(ana.ouvrir("/compte/supprimer").formulaire())["csrf_token"]
    reponse = ana.client.post("/compte/supprimer", data={"csrf_token": jeton}, headers={"HX-Request": "true"})
    assert reponse.status_code == 422
    assert "Brouillon commencé le" in reponse.text


@pytest.mark.asvs("16.5.3")
def test_un_stockage_en_panne_ne_supprime_rien(app, ana, monkeypatch):
    def en_panne(_cle: str) -> None:
        raise StockageIndisponible

    monkeypatch.setattr(stockage(), "supprimer", en_panne)
    supprimer(ana)
    assert ana.reponse.status_code == 503
    assert "Votre compte n’est pas supprimé" in ana.texte()
    assert (nombre(Compte), nombre(Demande), registre()) == (1, 1, [])
    monkeypatch.undo()
    supprimer(ana)
    assert nombre(Compte) == 0


def test_une_demande_qui_attend_son_numero_s_abandonne_d_abord(app, monde):
    nav, comptes = navigateur_de(app, monde.ana, "d" * 43), nombre(Compte)
    page = nav.ouvrir("/compte/supprimer")
    assert "Une demande attend son numéro" in page.texte()
    assert "Demande soumise le 24 novembre 2026 (Paris)" in page.texte()
    lien = page.lien("abandonner cette demande (Demande soumise le 24 novembre 2026 (Villeurbanne))")
    assert lien["href"] == f"/demandes/{monde.demande_69}/abandonner"
    assert nav.client.post("/compte/supprimer", data={**jeton(nav), "compris": "oui"}).status_code == 409
    assert nombre(Compte) == comptes
    for numero in (monde.demande_69, monde.demande_75):
        nav.ouvrir(f"/demandes/{numero}/abandonner").envoyer({"motif": "autre", "compris": "oui"}, "Abandonner")
    page = nav.ouvrir("/compte/supprimer")
    assert "gardée 12 mois après sa radiation (décret 2017-917 art. 4" in page.texte()
    supprimer(nav)
    assert nombre(Compte) == comptes - 1
    with lecture() as session:
        demande = session.get_one(Demande, monde.demande_69)
        assert (demande.compte_id, demande.radiee_le is not None) == (None, True)


def test_une_demande_enregistree_reste_active_et_se_retrouve_plus_tard(app, monde, horloge):
    """Le numéro, les documents et l'ancienneté restent ; l'accès du co-demandeur et la mise à jour s'en vont."""
    enregistre = couple(monde)
    lea, tom = navigateur_de(app, enregistre.lea, "l" * 43), personne(app, "tom@exemple.fr", "t" * 43, **TOM)
    proposer(tom, enregistre.numero)
    prouver(tom, dernier_code())
    assert nombre(Partage) == 1
    lea.client.post(f"/demandes/{enregistre.demande}/mise-a-jour", data=jeton(lea))
    avant = fichiers()
    supprimer(lea)
    assert lea.h1 == "Votre compte est supprimé"
    assert "reste chez lui" in courriels(app)[-1].get_content()
    with lecture() as session:
        demande = session.get_one(Demande, enregistre.demande)
        assert (demande.compte_id, demande.radiee_le, demande.numero_unique) == (None, None, enregistre.numero)
        assert demande.est_au_guichet
        assert [d.deposee_le is None for d in demande.declarations] == [False]
        assert session.scalars(sa.select(Evenement.genre).order_by(Evenement.id.desc())).first().value == "detachement"
        assert session.scalar(sa.select(sa.func.count()).select_from(Partage)) == 0
        actes = session.scalars(sa.select(EcritureJournal.acte).where(EcritureJournal.guichet_code.is_not(None)))
        assert ActeJournal.DETACHEMENT in set(actes)
        assert list(verifier(session)) == []
    assert fichiers() == avant, "documents et pièces restent au dossier"
    assert tom.client.get(f"/demandes/{enregistre.demande}/ou-en-suis-je").status_code == 404

    horloge.avancer(days=1)
    revenue = personne(app, "lea.neuve@exemple.fr", "r" * 43, **LEA)
    proposer(revenue, enregistre.numero)
    assert envois("rattachement-code-")[-1].destinataire == "lea@exemple.fr", "l'adresse du dossier"
    prouver(revenue, dernier_code())
    assert proprietaire(enregistre.demande) is not None


def test_le_guichet_remet_un_code_a_qui_veut_la_retrouver(app, monde):
    """Sans compte et venue du site, elle est comme un papier : son guichet l'ouvre, et la rend."""
    enregistre = couple(monde, courriel=None)
    supprimer(navigateur_de(app, enregistre.lea, "l" * 43))
    client = app.test_client()
    entrer(app, client, monde.instructeur, jeton="k" * 43)
    guichet = Navigateur(client).ouvrir(f"/guichet/demandes/{enregistre.demande}")
    assert "Accès en ligne supprimé" in guichet.texte()
    presser(guichet, "Remettre un nouveau code de bordereau")
    code = mots(guichet.page.find(class_="code-bordereau"))
    revenue = personne(app, "lea.neuve@exemple.fr", "r" * 43, **LEA).ouvrir("/demandes/rattacher/bordereau")
    revenue.envoyer({"code": code, "numero": enregistre.numero}, "Accéder")
    assert proprietaire(enregistre.demande) is not None
    assert "Accès en ligne supprimé" in revenue.ouvrir(f"/demandes/{enregistre.demande}/evenements").texte()


def test_ce_qu_un_co_demandeur_a_ecrit_reste_sans_son_nom(app, monde, horloge):
    enregistre = couple(monde)
    tom = personne(app, "tom@exemple.fr", "t" * 43, **TOM)
    with ecriture() as session:
        tom_id = session.scalars(sa.select(Compte.id).where(Compte.courriel == "tom@exemple.fr")).one()
        demande = session.get_one(Demande, enregistre.demande)
        fil = fils.ouvrir(session, tom_id, demande.territoire, demande, None, INSTANT)
        fils.ajouter(session, fil, "Ici Tom.", "cle", INSTANT, compte_id=tom_id)
        session.add(Partage(demande_id=demande.id, compte_id=tom_id, personne="c1", cree_le=INSTANT))
    assert "la demande d’une autre personne" in tom.ouvrir("/compte/supprimer").texte()
    supprimer(tom)
    with lecture() as session:
        (message,) = fils.lire(session, session.scalars(sa.select(Fil)).one(), moi=enregistre.lea).messages
        assert (message.texte, message.auteur) == ("Ici Tom.", "Compte supprimé")
        assert session.scalar(sa.select(sa.func.count()).select_from(Partage)) == 0


def test_le_numero_d_une_demande_effacee_n_est_pas_redonne(app, ana):
    """Sinon « Qui a consulté mon dossier » montrerait à une autre ce qui a été lu de la première."""
    with ecriture() as session:
        guichet = {"guichet_code": "69266", "demande_id": 1, "raison": "la première"}
        inscrire(session, ActeJournal.LECTURE, **guichet)
    supprimer(ana)
    with db.sessionmaker() as session:
        leo = fabriques.compte(session, "leo@exemple.fr", nom_naissance="Petit", prenoms="Léo", nir=None)
        zoe = fabriques.compte(session, "zoe@exemple.fr", nom_naissance="Roux", prenoms="Zoé", nir=None)
        assert (leo.id, zoe.id) == (2, 3)
        assert fabriques.brouillon(session, leo).demande_id == 2
        assert fabriques.brouillon(session, zoe).demande_id == 3
        assert de_la_personne(session, leo.id, INSTANT).consultations == []


def test_deux_comptes_nes_ensemble_ont_deux_numeros(app, ana):
    supprimer(ana)
    with db.sessionmaker() as session:
        commun = {"mot_de_passe_change_le": INSTANT, "cree_le": INSTANT, "nom_naissance": "P", "prenoms": "Q"}
        naissance = {"date_naissance": INSTANT.date(), "lieu_naissance": "69123"}
        session.add_all([Compte(courriel=f"{rang}@exemple.fr", **commun, **naissance) for rang in (1, 2, 3)])
        session.commit()
        assert sorted(session.scalars(sa.select(Compte.id))) == [2, 3, 4]


def test_une_inscription_oubliee_ne_prive_pas_la_suivante_de_son_courriel(app, client, horloge):
    """SQLite redonne un numéro effacé : la clé d'un courriel ne doit pas en dépendre."""
    from tests.compte.gestes import inscrire as s_inscrire

    s_inscrire(Navigateur(client))
    courriels(app)
    horloge.avancer(days=8)
    taches.nettoyer()
    assert nombre(Compte) == 0
    s_inscrire(Navigateur(client), courriel="leo@exemple.fr")
    assert courriels(app)[-1]["To"] == "leo@exemple.fr"
    assert nombre(Envoi) == 2


def proprietaire(demande_id: int) -> int | None:
    with lecture() as session:
        return session.get_one(Demande, demande_id).compte_id


def jeton(nav: Navigateur) -> dict[str, str]:
    champ = nav.ouvrir("/compte").page.find("input", attrs={"name": "csrf_token"})
    return {"csrf_token": champ["value"]}
