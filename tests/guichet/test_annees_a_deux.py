"""Les mêmes années, à deux : Léa suit sa demande, Tom la lit de son compte ; chaque document dit ce qui a été répondu."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from portail import taches
from portail.db import db
from portail.demande.contexte import contexte_de
from portail.demande.modeles import Demande, Partage
from portail.demande.parcours import PARCOURS
from portail.guichet import acte, radiations
from portail.guichet.modeles import Agent
from portail.regles.calendrier import date_en_lettres
from portail.regles.numero_unique import lisible
from tests.documents.jumeau import textes_de_la_page, textes_du_pdf
from tests.documents.lecture import Lecture, aplati
from tests.guichet.gestes import presser
from tests.guichet.rattachements import SECRETS, couple, dernier_code, navigateur_de, personne, proposer, prouver
from tests.guichet.rattachements import TOM as IDENTITE_DE_TOM
from tests.guichet.test_annees import Ana, lu, renouveler
from tests.navigateur import Navigateur, mots

TRANSMIS = ("formulaire", "fiche")


class Deux(Ana):
    """Léa et sa demande, Tom et son compte, au fil des ans."""

    tom: int

    def chez_tom(self, jour: date) -> Navigateur:
        self.horloge.instant = datetime(jour.year, jour.month, jour.day, 11, 0, tzinfo=UTC)
        return navigateur_de(self.app, self.tom, f"{next(self.rang):043d}").ouvrir("/demandes")

    def lue(self, jour: date) -> str:
        """La carte de la demande, telle que Tom la voit ce jour-là."""
        nav = self.chez_tom(jour)
        return lu(mots(nav.page.find(id=f"d{self.monde.demande_69}").find_parent("article")))


@pytest.fixture
def deux(app, horloge, monde) -> Deux:
    enregistre = couple(monde)
    with db.sessionmaker() as session:
        declaration = session.get_one(Demande, enregistre.demande).declarations[0]
        cle = next(p.cle for p in declaration.personnes if p.prenoms == "Léa")
    return Deux(app, horloge, replace(monde, ana=enregistre.lea, demande_69=enregistre.demande, personne_69=cle))


def questions(deux: Deux) -> list[tuple[str, str]]:
    """Ce que dit la déclaration qui compte, question par question, sauf l'annexe."""
    with db.sessionmaker() as session:
        declaration = session.get_one(Demande, deux.monde.demande_69).declaration_deposee
        rubriques = PARCOURS.recapitulatif(declaration, contexte_de(declaration))
        return [reponse for rubrique in rubriques if not rubrique.confidentielle for reponse in rubrique.reponses]


def ouvrir(deux: Deux, nav: Navigateur, nom: str) -> str:
    """Le document en PDF et sa page jumelle, qui disent la même chose : ce texte."""
    adresse = f"/demandes/{deux.monde.demande_69}/{nom}"
    pdf = nav.client.get(f"{adresse}.pdf")
    assert pdf.status_code == 200
    textes = textes_du_pdf(Lecture(pdf.data))
    page = textes_de_la_page(nav.client.get(adresse).get_data(as_text=True))
    assert [texte for texte in page if texte not in textes] == []
    return " ".join(textes)


def documents_de_lea(deux: Deux, nav: Navigateur) -> None:
    """Chaque réponse se lit dans le formulaire et dans la fiche ; l'attestation dit le numéro, l'échéance, l'adresse."""
    for nom in TRANSMIS:
        texte = ouvrir(deux, nav, nom)
        for libelle, reponse in questions(deux):
            assert aplati(libelle) in texte, f"{nom} : la question « {libelle} »"
            assert aplati(reponse) in texte, f"{nom} : « {reponse} », la réponse à « {libelle} »"
    demande = deux.demande
    attestation = ouvrir(deux, nav, "attestation")
    fin = date(demande.presentee_le.year + 1, demande.presentee_le.month, demande.presentee_le.day)
    for attendu in (lisible(demande.numero_unique), date_en_lettres(fin), "12 rue Cachée", "Villeurbanne"):
        assert aplati(attendu) in attestation, attendu


def documents_de_tom(deux: Deux, nav: Navigateur) -> None:
    for nom in (*TRANSMIS, "attestation"):
        texte = ouvrir(deux, nav, nom)
        assert lisible(deux.demande.numero_unique) in texte
        for secret in SECRETS:
            assert secret not in texte, f"{nom} montre « {secret} » à Tom"
        if nom in TRANSMIS:
            assert "Cariste" in texte


def test_des_annees_a_deux(deux):
    numero, depot = deux.demande.numero_unique, deux.demande.deposee_le

    # Rattachée depuis un second compte, avec le code que Léa reçoit et lui donne.
    nav = deux.revenir(date(2026, 12, 1))
    documents_de_lea(deux, nav)
    tom = proposer(personne(deux.app, "tom@exemple.fr", "t" * 43, **IDENTITE_DE_TOM), numero)
    prouver(tom, dernier_code())
    with db.sessionmaker() as session:
        deux.tom = session.query(Partage.compte_id).scalar()
    assert "avant le 24 novembre 2027, par la personne qui demande" in deux.lue(date(2026, 12, 1))
    documents_de_tom(deux, deux.chez_tom(date(2026, 12, 1)))

    # Mise à jour par Léa ; Tom n'y voit pas son nouveau numéro de téléphone.
    deux.mettre_a_jour(deux.revenir(date(2027, 1, 15)))
    nav = deux.revenir(date(2027, 1, 15))
    deux.aller(nav, "etapes/souhaits").envoyer({"loyer_max": "777"}, "Poursuivre plus tard")
    deux.aller(nav, "verifier")
    presser(nav, "Soumettre ma demande", atteste="oui")
    assert nav.h1 == "Votre demande est à jour"
    documents_de_lea(deux, nav)
    assert "777" in ouvrir(deux, deux.chez_tom(date(2027, 1, 16)), "fiche")

    # Renouvelée deux fois, la seconde en retard, dans la grâce.
    for jour in (date(2027, 10, 1), date(2028, 10, 20)):
        nav = deux.revenir(jour)
        renouveler(deux, nav, "39 500")
        assert nav.h1 == "Votre demande est renouvelée"
        assert deux.demande.presentee_le == jour
        documents_de_lea(deux, nav)
        documents_de_tom(deux, deux.chez_tom(jour))

    # Oubliée, radiée, réactivée au guichet.
    for ecart in (-60, -30, -7, -1, 3, 40):
        deux.revenir(date(2029, 10, 20) + timedelta(days=ecart))
    assert "Radiée" in deux.lue(date(2029, 12, 1))
    with db.sessionmaker() as session:
        deux.horloge.instant = datetime(2029, 12, 3, 9, 0, tzinfo=UTC)
        demande = session.get_one(Demande, deux.monde.demande_69)
        agent = session.get_one(Agent, deux.monde.instructeur)
        radiations.reactiver(session, demande, acte.version(demande), "Venue au guichet.", agent, deux.horloge())
        session.commit()
    assert "Active" in deux.lue(date(2029, 12, 4))

    # Abandonnée, annulée : le numéro et l'ancienneté sont ceux du premier jour.
    nav = deux.revenir(date(2030, 2, 1))
    deux.aller(nav, "abandonner")
    presser(nav, "Abandonner la demande", motif="delai", compris="oui")
    assert "Radiée" in deux.lue(date(2030, 2, 2))
    nav = deux.revenir(date(2030, 2, 10))
    presser(nav, "Revenir sur mon abandon")
    assert (deux.demande.numero_unique, deux.demande.deposee_le, deux.demande.radiee_le) == (numero, depot, None)
    documents_de_lea(deux, nav)
    documents_de_tom(deux, deux.chez_tom(date(2030, 2, 11)))
    evenements = deux.chez_tom(date(2030, 2, 11)).ouvrir(f"/demandes/{deux.monde.demande_69}/evenements").texte()
    for passe in (
        "Demande enregistrée",
        "Demande renouvelée",
        "Demande radiée",
        "Demande réactivée",
        "Demande abandonnée",
    ):
        assert passe in evenements
    assert taches.suivre() == taches.RIEN


def test_avec_des_personnes_au_foyer_ce_qui_est_a_relire_n_empeche_pas_de_renouveler(deux):
    """La copie relue n'est pas dans la base : les lignes répétées de son étape n'y ont pas de numéro."""
    nav = deux.revenir(date(2027, 10, 1))
    with db.engine.begin() as connexion:
        connexion.execute(sa.text("UPDATE foyer SET attend_un_enfant = 'oui', naissance_prevue_le = '2027-02-01'"))
        connexion.execute(sa.text("UPDATE personne SET prenoms = 'Tom2' WHERE prenoms = 'Tom'"))
    a_relire = lu(deux.aller(nav, "renouveler").texte())
    assert "L’enfant est né ? Ajoutez-le parmi les personnes à charge" in a_relire
    assert "Prénom(s) (Co-demandeur : Tom2) : « 2 » n’est pas une lettre." in a_relire


@pytest.mark.parametrize(("change", "garde"), [({"prenoms": "Thomas"}, 1), ({"nom_naissance": "Petit"}, 0)])
def test_un_autre_ecrit_a_la_place_du_co_demandeur_lui_retire_l_acces(deux, change, garde):
    """Sans être retiré, il gardait l'accès : sa ligne disait désormais quelqu'un d'autre."""
    tom = personne(deux.app, "tom@exemple.fr", "t" * 43, **IDENTITE_DE_TOM)
    proposer(tom, deux.demande.numero_unique)
    prouver(tom, dernier_code())
    nav = deux.revenir(date(2026, 12, 2))
    deux.mettre_a_jour(nav)
    page = deux.aller(nav, "etapes/demandeurs").page
    ligne = page.find(attrs={"name": re.compile("^codemandeur-.*-prenoms$")})["name"].removesuffix("prenoms")
    nav.envoyer({ligne + nom: valeur for nom, valeur in change.items()}, "Poursuivre plus tard")
    deux.aller(nav, "verifier")
    presser(nav, "Soumettre ma demande", atteste="oui")
    with db.sessionmaker() as session:
        assert session.query(Partage).count() == garde
