"""Deux envois en même temps : chacun attend son tour et lit ce que le précédent a laissé."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from portail.db import ecriture
from portail.demande.modeles import Declaration
from tests.attentes import LIMITE, attendre_le_verrou
from tests.demande.conftest import les_deux_moteurs

pytestmark = pytest.mark.menace("T13")


@les_deux_moteurs
def test_qui_attend_lit_ce_que_le_precedent_a_ecrit(ana_remplie):
    """La surface passe de 61 à 50 pendant que la page renvoie 61 : elle doit finir à 61, pas à 50.

    Lue avant l'attente, l'ancienne valeur (61) ferait croire qu'il n'y a rien à écrire.
    """
    nav = ana_remplie.navigateur(htmx=True, slug="logement-actuel")
    nav.forger("")  # la page a déjà enregistré une fois : elle n'est pas en conflit avec elle-même
    assert nav.valeur("surface") == "61"
    with ana_remplie.app.app_context(), ecriture() as session:
        declaration = session.get_one(Declaration, ana_remplie.declaration_id, with_for_update=True)
        declaration.logement_actuel.surface = 50
        session.flush()
        envoi = threading.Thread(target=nav.forger, args=("",))
        envoi.start()
        attendre_le_verrou(ana_remplie.app, envoi)
    envoi.join(LIMITE * 3)
    assert nav.statut == 200
    assert ana_remplie.valeur("logement_actuel", "surface") == 61


@les_deux_moteurs
def test_deux_pages_qui_enregistrent_ensemble_une_seule_passe(ana_remplie):
    """Deux onglets au même instant : un enregistrement, un conflit, jamais deux écritures l'une sur l'autre."""
    pages = [ana_remplie.navigateur(htmx=True, slug="logement-actuel") for _ in range(4)]
    for rang, nav in enumerate(pages):
        nav.client = ana_remplie.app.test_client()
        nav.client.set_cookie(ana_remplie.app.extensions["portail"].cookie_session, "s" * 43, domain="127.0.0.1")
        nav.taper("surface", str(70 + rang))
    depart = threading.Barrier(4)

    def envoyer(nav) -> int:
        depart.wait()
        return nav.envoyer().statut

    with ThreadPoolExecutor(4) as fils:
        statuts = list(fils.map(envoyer, pages))
    assert sorted(statuts) == [200, 409, 409, 409]
    assert ana_remplie.valeur("logement_actuel", "surface") == 70 + statuts.index(200)


@les_deux_moteurs
def test_la_meme_page_et_ses_renvois_ne_perdent_aucune_reponse(ana_remplie):
    """Une connexion qui bégaie : le même envoi, huit fois en même temps."""
    nav = ana_remplie.navigateur(htmx=True, slug="logement-actuel")
    nav.taper("surface", "77")
    nav.taper("nb_habitants", "6")
    valeurs = nav.saisie(nav.formulaire())

    def envoyer(_rang: int) -> int:
        client = ana_remplie.app.test_client()
        client.set_cookie(ana_remplie.app.extensions["portail"].cookie_session, "s" * 43, domain="127.0.0.1")
        adresse = ana_remplie.adresse("logement-actuel")
        return client.post(adresse, data=valeurs, headers={"HX-Request": "true"}, base_url=nav.base).status_code

    with ThreadPoolExecutor(8) as fils:
        assert set(fils.map(envoyer, range(8))) == {200}
    assert ana_remplie.valeur("logement_actuel", "surface") == 77
    assert ana_remplie.valeur("logement_actuel", "nb_habitants") == 6


@les_deux_moteurs
def test_enregistrer_et_soumettre_ensemble_l_un_puis_l_autre(ana_remplie):
    """Ni réponse écrite dans une déclaration déposée, ni panne : l'enregistrement passe avant, ou se voit refuser."""
    from tests.demande.test_depot import joindre_l_identite, verifier

    joindre_l_identite(ana_remplie)
    jeton = verifier(ana_remplie).valeur("csrf_token")
    etape = ana_remplie.navigateur(htmx=True, slug="logement-actuel")
    etape.taper("surface", "88")
    valeurs = etape.saisie(etape.formulaire())
    depart = threading.Barrier(2)

    def poster(adresse: str, donnees) -> int:
        client = ana_remplie.app.test_client()
        client.set_cookie(ana_remplie.app.extensions["portail"].cookie_session, "s" * 43, domain="127.0.0.1")
        depart.wait()
        return client.post(adresse, data=donnees, headers={"HX-Request": "true"}, base_url=etape.base).status_code

    with ThreadPoolExecutor(2) as fils:
        enregistrement = fils.submit(poster, ana_remplie.adresse("logement-actuel"), valeurs)
        soumission = fils.submit(poster, f"{ana_remplie.adresse()}/verifier", {"csrf_token": jeton, "atteste": "oui"})
    assert soumission.result() == 303
    surface = ana_remplie.valeur("logement_actuel", "surface")
    assert (enregistrement.result(), surface) in {(200, 88), (409, 61)}
