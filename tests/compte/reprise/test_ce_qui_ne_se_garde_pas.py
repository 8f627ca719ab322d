"""Les mots de passe, les envois d'ailleurs et les envois démesurés ne se gardent pas ; le reste est chiffré, à son compte."""

from __future__ import annotations

import sqlalchemy as sa

from portail.compte.modeles import Compte
from portail.db import ecriture
from tests.compte.gestes import CHEZ_NOUS, cookie, est_connecte, se_connecter
from tests.compte.reprise.morts import (
    ETAPE,
    champ_prenoms,
    cookie_perdu,
    envoyer,
    inactivite,
    saisies,
)
from tests.fabriques import MOT_DE_PASSE
from tests.socle.routes import differences, photo


def test_un_mot_de_passe_ne_se_garde_jamais(app, client, navigateur):
    page = navigateur.ouvrir("/compte/mot-de-passe")
    inactivite(app, client)
    envoyer(page, {"actuel": MOT_DE_PASSE, "mot_de_passe": "x" * 20, "confirmation": "x" * 20})
    assert saisies() == []
    se_connecter(navigateur)
    assert navigateur.adresse == "/demandes"


def test_la_saisie_est_chiffree_en_base(app, client, navigateur, dossier):
    nom = champ_prenoms(navigateur)
    inactivite(app, client)
    envoyer(navigateur, {nom: "Prenom Tres Reconnaissable"})
    assert len(saisies()) == 1
    octets = b"".join(chemin.read_bytes() for chemin in dossier.glob("portail.sqlite*"))
    assert b"Reconnaissable" not in octets


def test_un_autre_site_ne_depose_rien_chez_personne(app, client, navigateur, dossier):
    nom = champ_prenoms(navigateur)
    inactivite(app, client)
    avant = photo(dossier)
    saisie = {**navigateur.saisie(navigateur.formulaire()).to_dict(), nom: "Pirate"}
    for entetes, statut in (
        ({}, 303),
        ({"Origin": "null"}, 303),
        ({"Origin": "https://pirate.test"}, 400),
        ({"Sec-Fetch-Site": "cross-site"}, 400),
    ):
        assert client.post(ETAPE, data=saisie, headers=entetes).status_code == statut
    assert differences(avant, photo(dossier)) == set()


def test_sans_compte_on_ne_remplit_pas_le_disque(app, autre_client):
    for rang in range(100):
        autre_client.post(f"/demandes/1/etapes/souhaits?x={rang}", data={"t": "x" * 1000}, headers=CHEZ_NOUS)
        autre_client.delete_cookie("portail", domain="127.0.0.1")
    assert 0 < len(saisies()) <= 60


def test_un_envoi_demesure_ne_se_garde_pas(app, client, navigateur):
    inactivite(app, client)
    envoyer(navigateur, {"texte": "x" * 300_000})
    assert saisies() == []


def test_le_cookie_de_la_reprise_n_ouvre_pas_de_session(app, client, navigateur):
    nom = champ_prenoms(navigateur)
    cookie_perdu(app, client)
    envoyer(navigateur, {nom: "Ana Lucía"})
    assert cookie(client) != ""
    assert not est_connecte(client)


def test_un_compte_efface_emporte_ses_saisies(app, client, navigateur):
    nom = champ_prenoms(navigateur)
    inactivite(app, client)
    envoyer(navigateur, {nom: "Ana Lucía"})
    with ecriture() as session:
        session.execute(sa.text("DELETE FROM demande"))
        session.execute(sa.delete(Compte).where(Compte.courriel == "ana@exemple.fr"))
    assert saisies() == []
