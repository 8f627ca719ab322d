"""Rendre son compte, au guichet et pièce en main, à une personne qui n'ouvre plus sa boîte mail (surete.md T1)."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from portail.compte import alertes
from portail.compte.modeles import ChangementCourriel, CleCompte, Compte
from portail.db import db
from portail.demande.modeles import Demande
from portail.guichet.modeles import ActeJournal, Agent
from tests import fabriques
from tests.compte.gestes import presser_le_lien
from tests.guichet.lecture import courriels, ecritures, lire, un
from tests.guichet.monde import Monde, agent
from tests.navigateur import Navigateur

pytestmark = pytest.mark.menace("T1")

NEUVE = "ana.neuve@exemple.fr"
MOTIF = "N’a plus le téléphone qui recevait ses courriels."


@pytest.fixture
def nav(naviguer, monde: Monde) -> Navigateur:
    return naviguer(monde.instructeur)


@pytest.fixture
def ana(app, monde) -> Navigateur:
    """Une session d'Ana, ouverte ailleurs ; et une clé d'accès."""
    client = app.test_client()
    with db.sessionmaker() as session:
        fabriques.connecter(app, client, session, session.get_one(Compte, monde.ana))
        session.add(
            CleCompte(
                compte_id=monde.ana, identifiant="AA", cle_publique=b"", compteur=0, sauvegardee=True, nom="Clé",
                ajoutee_le=fabriques.INSTANT,
            )
        )  # fmt: skip
        session.commit()
    return Navigateur(client)


def adresse(monde: Monde) -> str:
    return f"/guichet/demandes/{monde.demande_69}/acces-au-compte"


def rendre(nav: Navigateur, monde: Monde, **changements) -> Navigateur:
    reponses = {"piece": "carte", "motif": MOTIF, "courriel": NEUVE, "vu": "oui", **changements}
    nav.ouvrir(adresse(monde))
    return nav.envoyer({nom: valeur for nom, valeur in reponses.items() if valeur is not None}, "Envoyer le lien")


def lien(destinataire: str, morceau: str) -> str:
    """Le dernier lien de ce genre écrit à cette adresse."""
    for envoi in reversed(courriels(destinataire)):
        if trouve := re.search(rf"http://127\.0\.0\.1(/\S*{morceau}\S*)", envoi.corps or ""):
            return trouve[1]
    raise AssertionError(f"rien pour {destinataire}")


def presser(app, chemin: str, bouton: str) -> Navigateur:
    return presser_le_lien(Navigateur(app.test_client()), chemin, bouton)


def test_un_double_clic_ne_fait_partir_qu_un_lien(monde, nav, naviguer, horloge):
    for page in (nav, naviguer(monde.instructeur)):
        assert rendre(page, monde).h1 == "Le lien est parti"
    assert len(ecritures(ActeJournal.RECOURS)) == len(courriels(NEUVE)) == 1
    horloge.avancer(minutes=1)
    rendre(nav, monde)
    assert len(courriels(NEUVE)) == 2, "il n’est pas arrivé : un autre part"


@pytest.mark.asvs("6.4.6")
def test_de_la_page_au_nouveau_mot_de_passe(app, monde, nav, ana):
    nav.ouvrir(f"/guichet/demandes/{monde.demande_69}").suivre("Rendre l’accès au compte")
    assert "12 mars 1985" in nav.texte(), "l’identité du compte, à comparer à la pièce"
    assert "ana@exemple.fr" not in str(nav.page), "l’agent n’apprend pas l’ancienne adresse"
    rendre(nav, monde)
    assert (nav.statut, nav.h1) == (200, "Le lien est parti")
    chemin = lien(NEUVE, "confirmer")
    assert chemin not in str(nav.page), "l’agent ne voit pas le lien"
    assert un(Compte, monde.ana).courriel == "ana@exemple.fr", "rien ne change avant la nouvelle boîte"
    assert ana.ouvrir("/compte").h1 == "Mon compte", "ni session, ni clé"
    assert lire(sa.select(CleCompte.id)) == [1]

    confirmee = presser(app, chemin, "Confirmer ma nouvelle adresse")
    assert "son lien sert à choisir votre mot de passe" in confirmee.texte()
    compte = un(Compte, monde.ana)
    assert (compte.courriel, compte.mot_de_passe, lire(sa.select(CleCompte.id))) == (NEUVE, None, [])
    assert ana.client.get("/compte").status_code == 303
    passe = Navigateur(app.test_client()).ouvrir(lien(NEUVE, "nouveau-mot-de-passe"))
    neuf = "sept hérons mangent des cerises"
    passe.envoyer({"mot_de_passe": neuf, "confirmation": neuf}, passe.page.select_one("main form button").get_text())
    passe.envoyer(courriel=NEUVE, mot_de_passe=neuf, bouton="Me connecter")
    assert passe.statut == 200
    assert presser(app, chemin, "Confirmer ma nouvelle adresse").statut == 410, "une seule fois"


@pytest.mark.asvs("6.3.7")
def test_tout_s_inscrit_et_chacun_est_prevenu(app, monde, nav, ana):
    rendre(nav, monde)
    [ecriture] = ecritures(ActeJournal.RECOURS)
    assert (ecriture.agent_id, ecriture.demande_id, ecriture.compte_id) == (
        monde.instructeur,
        monde.demande_69,
        monde.ana,
    )
    assert (ecriture.objet, ecriture.raison) == ("document vu : Carte nationale d’identité", MOTIF)
    assert NEUVE not in f"{ecriture.objet}{ecriture.raison}"
    avis = courriels("ana@exemple.fr")[-1]
    assert "Mairie 69266" in avis.corps
    alerte = courriels(un(Agent, monde.responsable).courriel)[-1]
    assert f"/guichet/demandes/{monde.demande_69}" in alerte.corps
    assert NEUVE not in alerte.corps
    lu = ana.ouvrir("/compte/consultations").texte()
    assert "pièce d’identité vue au guichet" in lu
    assert MOTIF in lu


def test_l_ancienne_boite_peut_tout_arreter_et_le_guichet_le_sait(app, monde, nav):
    rendre(nav, monde)
    presser(app, lien(NEUVE, "confirmer"), "Confirmer ma nouvelle adresse")
    gel = presser(app, lien("ana@exemple.fr", "geler"), "Ce n’est pas moi")
    assert gel.h1 == "Votre compte est protégé"
    compte = un(Compte, monde.ana)
    assert (compte.courriel, compte.mot_de_passe) == ("ana@exemple.fr", None)
    assert "vient d’être arrêté" in courriels(un(Agent, monde.responsable).courriel)[-1].corps.replace("\n", " ")
    assert [e.compte_id for e in ecritures(ActeJournal.ALERTE)] == [monde.ana]


def test_geler_avant_la_confirmation_rend_le_lien_inutile(app, monde, nav):
    rendre(nav, monde)
    chemin = lien(NEUVE, "confirmer")
    presser(app, lien("ana@exemple.fr", "geler"), "Ce n’est pas moi")
    assert presser(app, chemin, "Confirmer ma nouvelle adresse").statut == 410
    assert un(Compte, monde.ana).courriel == "ana@exemple.fr"


def test_une_adresse_mal_recopiee_se_reprend_et_le_premier_lien_ne_vaut_plus(app, monde, nav):
    rendre(nav, monde, courriel="ana.neuv@exemple.fr")
    premier = lien("ana.neuv@exemple.fr", "confirmer")
    rendre(nav, monde)
    assert presser(app, premier, "Confirmer ma nouvelle adresse").statut == 410
    presser(app, lien(NEUVE, "confirmer"), "Confirmer ma nouvelle adresse")
    assert un(Compte, monde.ana).courriel == NEUVE


def test_rien_ne_part_sans_piece_sans_motif_sans_la_personne(app, monde, nav):
    for changements in ({"vu": None}, {"piece": "naissance"}, {"piece": ""}, {"motif": "court"}, {"courriel": "ana"}):
        assert rendre(nav, monde, **changements).statut == 422, changements
    assert rendre(nav, monde, courriel="ana@exemple.fr").statut == 409
    assert "Mot de passe oublié" in nav.texte()
    assert ecritures(ActeJournal.RECOURS) == []
    assert courriels(NEUVE) == []


def test_une_adresse_deja_prise_ne_se_dit_qu_a_sa_boite(app, monde, nav):
    rendre(nav, monde, courriel="leo@exemple.fr")
    assert (nav.statut, nav.h1) == (200, "Le lien est parti")
    assert "elle a déjà un compte" in courriels("leo@exemple.fr")[-1].corps
    assert "confirmer" not in courriels("leo@exemple.fr")[-1].corps


def test_ni_l_accueil_ni_un_autre_territoire_ni_une_demande_sans_compte(app, monde, naviguer, nav):
    assert naviguer(monde.accueil).client.get(adresse(monde)).status_code == 403
    assert naviguer(monde.ailleurs).client.get(adresse(monde)).status_code == 404
    nav.ouvrir(adresse(monde))
    valeurs = {
        **nav.saisie(nav.formulaire()).to_dict(),
        "piece": "carte",
        "motif": MOTIF,
        "courriel": NEUVE,
        "vu": "oui",
    }
    curieux = naviguer(monde.ailleurs)
    valeurs["csrf_token"] = curieux.ouvrir("/guichet/moi").page.find(attrs={"name": "csrf_token"})["value"]
    # Une raison écrite permet de lire hors de son territoire, jamais d'y rendre un accès.
    raison = {"csrf_token": valeurs["csrf_token"], "raison": "Mutation demandée par la personne."}
    curieux.client.post(f"/guichet/demandes/{monde.demande_69}/raison", data=raison)
    assert curieux.client.post(adresse(monde), data=valeurs).status_code == 404
    with db.sessionmaker() as session, session.begin():
        session.get_one(Demande, monde.demande_69).compte_id = None
    assert "Rendre l’accès" not in nav.ouvrir(f"/guichet/demandes/{monde.demande_69}").texte()
    assert nav.ouvrir(adresse(monde)).h1 != "Rendre l’accès au compte"
    assert ecritures(ActeJournal.RECOURS) == []


def test_les_essais_d_un_agent_et_d_un_compte_sont_freines(app, monde, nav):
    with db.sessionmaker() as session:
        agent(session, session.get_one(Agent, monde.instructeur).guichet)
    statuts = [rendre(nav, monde, courriel=f"ana{rang}@exemple.fr").statut for rang in range(4)]
    assert statuts == [200, 200, 200, 409]
    assert rendre(nav, monde, vu=None).statut == 422
    assert {rendre(nav, monde, vu=None).statut for _ in range(6)} == {422, 429}


def test_l_alerte_d_apres_part_sous_le_numero_d_un_changement_oublie(app, monde, horloge):
    """SQLite redonne ce numéro : la boîte d'envoi y voyait la même alerte, et se taisait."""
    for _ in range(2):
        horloge.avancer(days=1)
        with db.sessionmaker() as session, session.begin():
            changement = ChangementCourriel(
                compte_id=monde.ana, ancienne="ana@exemple.fr", nouvelle=NEUVE, demande_le=horloge(),
                guichet_id=monde.g1,
            )  # fmt: skip
            session.add(changement)
            session.flush()
            alertes.acces_conteste(session, changement)
            session.delete(changement)
    assert len(courriels(un(Agent, monde.responsable).courriel)) == 2
