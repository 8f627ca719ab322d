"""« Ce n'est pas moi », quand l'ancienne adresse a entre-temps son propre compte : à l'abri, un guichet rend l'accès."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from portail import taches
from portail.cles_acces.ceremonie import CleNeuve
from portail.compte import adresse, cles, inscription
from portail.compte.modeles import CleCompte, Compte, SessionOuverte
from portail.db import db, ecriture
from portail.guichet.modeles import ActeJournal, Agent
from tests import fabriques
from tests.compte.gestes import presser_le_lien
from tests.guichet.lecture import courriels, ecritures, lire, un
from tests.guichet.monde import Monde, monter
from tests.guichet.test_recours import NEUVE, lien, rendre
from tests.navigateur import Navigateur

pytestmark = pytest.mark.menace("T1")

ANA, VOLEUR = "ana@exemple.fr", "voleur@exemple.fr"
DIT = "Il contient une demande soumise : un guichet vous en rend l’accès, avec votre pièce d’identité."


def presser(app: Flask, chemin: str, bouton: str = "Ce n’est pas moi") -> Navigateur:
    return presser_le_lien(Navigateur(app.test_client()), chemin, bouton)


def voler(app: Flask, monde: Monde) -> Navigateur:
    """Une clé ajoutée, l'adresse changée, une session ouverte ; puis Ana recrée un compte à son ancienne adresse."""
    client = app.test_client()
    with app.test_request_context("/", method="POST"), ecriture() as base:
        compte = base.get_one(Compte, monde.ana)
        cles.ajouter(base, compte, CleNeuve("AA", b"", 0, True), "Clé du voleur")
        adresse.demander(base, compte, VOLEUR)
    presser(app, lien(VOLEUR, "adresse/confirmer"), "Confirmer ma nouvelle adresse")
    with db.sessionmaker() as session:
        fabriques.connecter(app, client, session, session.get_one(Compte, monde.ana))
        fabriques.compte(session, ANA, nir=None)
    return Navigateur(client)


def verifier_l_abri(monde: Monde) -> None:
    compte = un(Compte, monde.ana)
    assert (compte.courriel, compte.courriel_confirme_le, compte.mot_de_passe) == (ANA, None, None)
    assert lire(sa.select(CleCompte.id)) == []
    ouvertes = sa.select(SessionOuverte.id).where(SessionOuverte.fermee_le.is_(None))
    assert lire(ouvertes.where(SessionOuverte.compte_id == monde.ana)) == []


def des_deux_avis(app: Flask) -> dict[str, str]:
    return {"cle": lien(ANA, "cles/refuser"), "gel": lien(ANA, "compte/geler")}


@pytest.mark.parametrize("avis", ["cle", "gel"])
def test_le_compte_est_mis_a_l_abri_et_la_page_dit_vrai(app_deux_moteurs, avis):
    app, monde = app_deux_moteurs, monter()
    voleur = voler(app, monde)
    chemins, avant = des_deux_avis(app), len(courriels(VOLEUR) + courriels(ANA))
    page = presser(app, chemins[avis])
    assert (page.statut, page.h1) == (200, "Ce compte est mis à l’abri")
    assert DIT in page.texte()
    assert page.page.select_one("main a[href='/guichets']") is not None
    verifier_l_abri(monde)
    assert voleur.client.get("/compte").status_code == 303
    for chemin in chemins.values():  # le même lien de nouveau, puis l'autre
        assert presser(app, chemin).statut == 410
    assert len(courriels(VOLEUR) + courriels(ANA)) == avant + 1
    dernier = courriels(ANA)[-1]
    assert dernier.sujet == "Reprendre votre compte"
    assert "nouveau-mot-de-passe" not in dernier.corps, "pas de lien vers l’autre compte"
    for agent, demande in ((monde.responsable, monde.demande_69), (monde.ailleurs, monde.demande_75)):
        [alerte] = courriels(un(Agent, agent).courriel)
        assert f"/guichet/demandes/{demande}\n" in alerte.corps
        assert ANA not in alerte.corps
        assert VOLEUR not in alerte.corps
    assert [(e.compte_id, e.demande_id) for e in ecritures(ActeJournal.ALERTE)] == [
        (monde.ana, monde.demande_69),
        (monde.ana, monde.demande_75),
    ]


def test_repris_par_sa_boite_les_guichets_appeles_l_apprennent(app_deux_moteurs):
    app, monde = app_deux_moteurs, monter()
    voler(app, monde)
    presser(app, lien(ANA, "cles/refuser"))
    with db.sessionmaker() as session, session.begin():  # l'autre compte lui laisse son adresse
        session.execute(sa.delete(Compte).where(Compte.courriel == ANA, Compte.courriel_confirme_le.is_not(None)))
    Navigateur(app.test_client()).ouvrir("/compte/mot-de-passe-oublie").envoyer(courriel=ANA, bouton="Recevoir")
    neuf = "sept hérons mangent des cerises"
    page = Navigateur(app.test_client()).ouvrir(lien(ANA, "nouveau-mot-de-passe"))
    page.envoyer(mot_de_passe=neuf, confirmation=neuf, bouton="Enregistrer")
    assert not un(Compte, monde.ana).est_a_l_abri
    for agent, demande in ((monde.responsable, monde.demande_69), (monde.ailleurs, monde.demande_75)):
        dernier = courriels(un(Agent, agent).courriel)[-1]
        assert dernier.sujet == "Un compte mis à l’abri est repris"
        assert f"/guichet/demandes/{demande}\n" in dernier.corps
        assert ANA not in dernier.corps
    assert [(e.compte_id, e.demande_id) for e in ecritures(ActeJournal.ALERTE)[2:]] == [
        (monde.ana, monde.demande_69),
        (monde.ana, monde.demande_75),
    ]


def test_ni_la_main_qui_l_a_vole_ni_le_temps_n_en_disposent_et_le_guichet_le_rend(app, monde, naviguer, horloge):
    voler(app, monde)
    presser(app, lien(ANA, "cles/refuser"))
    Navigateur(app.test_client()).ouvrir("/compte/mot-de-passe-oublie").envoyer(courriel=VOLEUR, bouton="Recevoir")
    assert "nouveau-mot-de-passe" not in courriels(VOLEUR)[-1].corps, "son adresse n’ouvre plus rien"
    taches.passer()  # plus aucun lien n'attend de partir : rien ne retient plus une inscription oubliée
    with ecriture() as base:
        inscription.purger(base, horloge() + timedelta(days=30))
    verifier_l_abri(monde)
    agent = naviguer(monde.instructeur)
    assert rendre(agent, monde, courriel=ANA).statut == 200
    assert "elle a déjà un compte" in courriels(ANA)[-1].corps, "« Mot de passe oublié » ouvrirait l’autre compte"
    rendre(agent, monde)
    presser(app, lien(NEUVE, "adresse/confirmer"), "Confirmer ma nouvelle adresse")
    compte = un(Compte, monde.ana)
    assert (compte.courriel, compte.courriel_confirme_le) == (NEUVE, horloge())
    assert lien(NEUVE, "nouveau-mot-de-passe")
