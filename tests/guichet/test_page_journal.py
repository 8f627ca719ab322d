"""« Journal » et « Qui a consulté mon dossier » : chacun lit ce qui le regarde, et relire s'inscrit."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portail.db import db, ecriture
from portail.guichet import consultations, journal, registre
from portail.guichet.modeles import ActeJournal, Agent
from portail.regles.numero_unique import lisible
from tests import fabriques
from tests.guichet.enregistrees import enregistrer
from tests.guichet.lecture import ecritures, un
from tests.guichet.monde import Monde
from tests.navigateur import Navigateur, mots


def inscrire(agent_id: int, acte: ActeJournal = ActeJournal.LECTURE, **details) -> None:
    with ecriture() as session:
        journal.inscrire(session, acte, agent=session.get(Agent, agent_id), **details)


def lignes(nav: Navigateur) -> list[str]:
    return [mots(ligne) for ligne in nav.page.select("ul.registre li")]


@pytest.fixture
def chef(naviguer, monde: Monde) -> Navigateur:
    return naviguer(monde.responsable)


def test_un_responsable_lit_le_journal_de_son_guichet_et_lui_seul(chef, monde):
    inscrire(monde.accueil, demande_id=monde.demande_69)
    inscrire(monde.ailleurs, demande_id=monde.demande_75)
    chef.ouvrir("/guichet/journal")
    assert chef.h1 == "Journal"
    assert len(lignes(chef)) == 1
    assert lignes(chef)[0].startswith("Dossier consulté 24 novembre 2026 à 11 h 00")
    assert un(Agent, monde.accueil).nom_complet in lignes(chef)[0]
    assert f"sans numéro, dossier {monde.demande_69}" in lignes(chef)[0]
    assert lignes(chef.ouvrir("/guichet/journal"))[0].startswith("Journal consulté")


def test_un_autre_agent_ne_lit_que_ses_propres_actes(naviguer, monde):
    inscrire(monde.accueil, demande_id=monde.demande_69)
    inscrire(monde.instructeur, demande_id=monde.demande_69)
    nav = naviguer(monde.instructeur).ouvrir("/guichet/journal")
    assert len(lignes(nav)) == 1
    assert un(Agent, monde.accueil).nom_complet not in nav.texte()
    assert nav.page.find(attrs={"name": "agent"}) is None
    nav.ouvrir(f"/guichet/journal?agent={monde.accueil}")
    assert un(Agent, monde.accueil).nom_complet not in nav.texte(), "la question forgée ne change rien"


def test_une_consultation_refusee_ne_donne_pas_le_numero_unique(naviguer, monde):
    """Essayer les adresses une à une ne doit pas dresser la liste des numéros d'un autre territoire."""
    numero = enregistrer(monde.demande_69, monde.instructeur)
    nav = naviguer(monde.ailleurs)
    assert nav.client.get(f"/guichet/demandes/{monde.demande_69}").status_code == 404
    nav.ouvrir("/guichet/journal")
    assert "Consultation refusée" in lignes(nav)[0]
    assert f"Dossier {monde.demande_69}" in lignes(nav)[0]
    assert lisible(numero) not in nav.texte()


def test_un_agent_se_lit_par_son_nom_et_non_par_son_numero(naviguer, monde):
    inscrire(monde.accueil, ActeJournal.AGENT, objet=f"agent {monde.accueil} : mot de passe changé")
    nav = naviguer(monde.accueil).ouvrir("/guichet/journal")
    assert f"{un(Agent, monde.accueil).nom_complet} : mot de passe changé" in lignes(nav)[0]


def test_relire_le_journal_s_inscrit_avec_ce_que_l_on_y_a_cherche(chef, monde):
    chef.ouvrir("/guichet/journal")
    chef.ouvrir(
        f"/guichet/journal?agent={monde.accueil}&acte=lecture&du-jour=1&du-mois=11&du-annee=2026"
        f"&au-jour=24&au-mois=11&au-annee=2026&demande={monde.demande_69}"
    )
    lectures = ecritures(ActeJournal.LECTURE_JOURNAL)
    assert [e.objet for e in lectures] == [
        "tout",
        f"agent {monde.accueil}, acte lecture, du 2026-11-01, au 2026-11-24, demande {monde.demande_69}",
    ]
    assert all(e.agent_id == monde.responsable for e in lectures)


def test_les_filtres_se_combinent(chef, monde, horloge):
    inscrire(monde.accueil, demande_id=monde.demande_69)
    inscrire(monde.instructeur, ActeJournal.LECTURE_NIR, demande_id=monde.demande_69)
    horloge.avancer(hours=14)  # à Paris, c'est déjà le lendemain
    inscrire(monde.accueil, ActeJournal.RECHERCHE)
    with db.sessionmaker() as session, session.begin():
        session.get(fabriques.Demande, monde.demande_69).numero_unique = "069112600000169266"

    def combien(question: str) -> int:
        return len(lignes(chef.ouvrir(f"/guichet/journal?{question}")))

    horloge.avancer(minutes=1)
    from tests.guichet.monde import entrer

    entrer(chef.client.application, chef.client, monde.responsable, jeton="r" * 43)
    assert combien(f"agent={monde.accueil}") == 2
    assert combien("acte=lecture_nir") == 1
    assert combien("au-jour=24&au-mois=11&au-annee=2026") == 2
    assert combien("du-jour=25&du-mois=11&du-annee=2026&acte=recherche") == 1
    assert combien(f"agent={monde.accueil}&acte=lecture") == 1
    assert combien("demande=069 11 26 000001 69266") == 2
    assert combien("demande=O69112600000169266") == 2, "la lettre O tapée pour un zéro"
    assert "069 11 26 000001 69266" in chef.texte()


@pytest.mark.parametrize(
    ("question", "phrase"),
    [
        ("demande=bonjour", "Écrivez un numéro unique"),
        ("demande=999999999", "Aucune demande n’a ce numéro"),
        ("demande=99999999999999", "Écrivez un numéro unique"),
        ("du-jour=31&du-mois=2&du-annee=2026", "n’existe pas"),
        ("au-jour=31&au-mois=12&au-annee=9999", "L’année va de 1900 à 2200."),
        ("du-jour=1&du-mois=1&du-annee=0001", "L’année va de 1900 à 2200."),
        ("acte=voler", "Choisissez une des réponses proposées"),
        ("agent=1000", "Choisissez une des réponses proposées"),
    ],
)
def test_une_question_mal_posee_s_explique_et_ne_lit_rien(chef, question, phrase):
    chef.ouvrir(f"/guichet/journal?{question}")
    assert chef.statut == 422
    assert phrase in chef.erreurs()[0]
    assert lignes(chef) == []
    assert ecritures(ActeJournal.LECTURE_JOURNAL) == []


@pytest.mark.parametrize("apres", ["0", "-5", "abc", str(2**31), str(10**30)])
def test_une_suite_forgee_ne_casse_rien(chef, apres):
    assert chef.ouvrir(f"/guichet/journal?apres={apres}").statut == 200


def test_le_journal_se_lit_page_par_page_sans_rien_sauter(chef, monde, monkeypatch):
    monkeypatch.setattr(registre, "PAGE", 10)
    for rang in range(25):
        inscrire(monde.accueil, ActeJournal.EXPORT, objet=f"n° {rang:02d}")
    chef.ouvrir("/guichet/journal?acte=export")
    vues = lignes(chef)
    while (suite := chef.page.find("a", string=lambda texte: texte and "plus anciennes" in texte)) is not None:
        inscrire(monde.accueil, ActeJournal.EXPORT, objet="arrivée entre deux pages")
        vues += lignes(chef.ouvrir(suite["href"]))
    assert [ligne[-2:] for ligne in vues] == [f"{rang:02d}" for rang in reversed(range(25))]


def test_les_agents_cites_le_sont_par_leur_nom(chef, monde):
    inscrire(monde.responsable, ActeJournal.AGENT, objet=f"agent {monde.accueil} : désactivé")
    chef.ouvrir("/guichet/journal?acte=agent")
    assert f"{un(Agent, monde.accueil).nom_complet} : désactivé" in lignes(chef)[0]


@pytest.mark.asvs("16.2.5")
def test_le_journal_ne_contient_ni_nom_de_demandeur_ni_numero_de_securite_sociale(app, chef, monde, naviguer):
    inscrire(monde.accueil, demande_id=monde.demande_69)
    chef.ouvrir("/guichet/journal")
    tout = " ".join(str(vars(e)) for e in ecritures())
    for secret in ("Silva", "2850369266001"):
        assert secret not in tout
        assert secret not in chef.texte()


# --- « Qui a consulté mon dossier » ---------------------------------------------------------------


@pytest.fixture
def ana(app, client, monde: Monde) -> Navigateur:
    with db.sessionmaker() as session:
        fabriques.connecter(app, client, session, session.get(fabriques.Compte, monde.ana))
    return Navigateur(client)


def test_la_personne_voit_qui_a_ouvert_son_dossier(ana, monde, horloge):
    for _ in range(3):
        inscrire(monde.accueil, demande_id=monde.demande_69)
    inscrire(monde.ailleurs, ActeJournal.LECTURE_HORS_TERRITOIRE, demande_id=monde.demande_69, raison="appel du CCAS")
    inscrire(monde.instructeur, ActeJournal.LECTURE_NIR, demande_id=monde.demande_69)
    ana.ouvrir("/compte").suivre("Qui a consulté mon dossier")
    assert ana.h1 == "Qui a consulté mon dossier"
    assert lignes(ana) == [
        "Numéro de sécurité sociale affiché 24 novembre 2026, Mairie 69266",
        "Dossier consulté hors du territoire 24 novembre 2026, Mairie de Paris Raison : appel du CCAS",
        "Dossier consulté (3 fois) 24 novembre 2026, Mairie 69266",
    ]


def test_la_personne_ne_voit_pas_le_nom_des_agents(ana, monde):
    inscrire(monde.accueil, demande_id=monde.demande_69)
    lui = un(Agent, monde.accueil)
    page = str(ana.ouvrir("/compte/consultations").page)
    assert lui.nom not in page
    assert lui.prenom not in page


def test_une_consultation_refusee_se_voit_aussi(ana, monde):
    inscrire(monde.ailleurs, ActeJournal.LECTURE_REFUSEE, demande_id=monde.demande_69)
    assert "Consultation refusée" in lignes(ana.ouvrir("/compte/consultations"))[0]


def test_une_autre_personne_n_y_voit_rien(app, autre_client, monde):
    inscrire(monde.accueil, demande_id=monde.demande_69)
    with db.sessionmaker() as session:
        leo = session.query(fabriques.Compte).filter_by(courriel="leo@exemple.fr").one()
        fabriques.connecter(app, autre_client, session, leo)
    nav = Navigateur(autre_client).ouvrir("/compte/consultations")
    assert "Aucun guichet n’a encore ouvert votre dossier." in nav.texte()


def test_une_vraie_lecture_arrive_chez_la_personne(app, ana, monde):
    from tests.guichet.test_acces import acces, charger, requete

    with requete(app) as session:
        acces.demande_a_lire(session, charger(session, monde.instructeur), monde.demande_69)
    assert len(lignes(ana.ouvrir("/compte/consultations"))) == 1


def test_les_consultations_se_groupent_par_jour_de_paris_et_durent_un_an(app_deux_moteurs, horloge):
    from tests.guichet.monde import monter

    monde = monter()
    inscrire(monde.accueil, demande_id=monde.demande_69)
    horloge.avancer(hours=13, minutes=30)  # 23 h 30 en temps universel : le lendemain à Paris
    inscrire(monde.accueil, demande_id=monde.demande_69)

    def page(instant):
        with db.sessionmaker() as session:
            return consultations.de_la_personne(session, monde.ana, instant).consultations

    assert [(c.jour.day, c.fois) for c in page(horloge())] == [(25, 1), (24, 1)]
    assert [c.jour.day for c in page(horloge() + timedelta(days=365) - timedelta(hours=1))] == [25]
    assert page(horloge() + timedelta(days=366)) == []


def test_les_consultations_se_lisent_page_par_page(ana, monde, monkeypatch):
    monkeypatch.setattr(consultations, "PAGE", 5)
    for rang in range(12):
        inscrire(monde.accueil, demande_id=monde.demande_69, raison=f"raison numéro {rang:02d}")
    vues = lignes(ana.ouvrir("/compte/consultations"))
    while (suite := ana.page.find("a", string="Voir plus ancien")) is not None:
        vues += lignes(ana.ouvrir(suite["href"]))
    assert [ligne[-2:] for ligne in vues] == [f"{rang:02d}" for rang in reversed(range(12))]
