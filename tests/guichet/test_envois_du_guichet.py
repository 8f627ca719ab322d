"""Un agent envoie un papier par morceaux, par la porte du guichet ; ni un autre guichet, ni une saisie fermée n'y touchent."""

from __future__ import annotations

import hashlib

import pytest

from portail.db import db
from portail.pieces.modeles import Fichier, Televersement
from tests.guichet.papier import commencer
from tests.pieces.cas import jpeg

ENTETES = {"HX-Request": "true"}


def sha(octets: bytes) -> str:
    return hashlib.sha256(octets).hexdigest()


def annoncer(nav, demande: int):
    nav.ouvrir(f"/guichet/saisie/{demande}/pieces/ID")
    case = nav.page.find("input", type="file")
    jeton = nav.page.find(attrs={"name": "csrf_token"})["value"]
    valeurs = {"nom": "carte.jpg", "taille": len(jpeg()), "empreinte": sha(jpeg())}
    reponse = nav.client.post(
        case["data-envois"], json=valeurs, headers=ENTETES | {"X-CSRFToken": jeton}, base_url=nav.base
    )
    return reponse, {**ENTETES, "X-CSRFToken": jeton, "Morceau-Debut": "0", "Morceau-Empreinte": sha(jpeg())}


@pytest.fixture
def agent(naviguer, monde):
    return naviguer(monde.accueil)


def test_le_papier_arrive_par_morceaux(agent, monde):
    demande = commencer(agent)
    reponse, entetes = annoncer(agent, demande)
    adresse = reponse.json["adresse"]
    assert adresse.startswith(f"/guichet/saisie/{demande}/pieces/envois/")
    assert agent.client.post(adresse, data=jpeg(), headers=entetes, base_url=agent.base).json == {"recu": len(jpeg())}
    fin = agent.client.post(f"{adresse}/terminer", headers=entetes, base_url=agent.base)
    assert (fin.status_code, "Document reçu." in fin.text) == (200, True)
    with db.sessionmaker() as session:
        assert session.query(Fichier).filter_by(empreinte_recue=sha(jpeg())).count() == 1


def test_un_autre_guichet_n_y_touche_pas(agent, naviguer, monde):
    reponse, entetes = annoncer(agent, commencer(agent))
    adresse, autre = reponse.json["adresse"], naviguer(monde.ailleurs)
    jeton = autre.ouvrir("/guichet/moi").page.find(attrs={"name": "csrf_token"})["value"]
    entetes["X-CSRFToken"] = jeton
    for suite in ("", "/terminer", "/annuler"):
        refus = autre.client.post(f"{adresse}{suite}", data=jpeg(), headers=entetes, base_url=autre.base)
        assert refus.status_code == 404
    with db.sessionmaker() as session:
        assert session.query(Televersement).one().recu == 0
