"""Un objet de chaque sorte chez Léa, chez Ana et au guichet, et neuf façons de venir les demander."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from portail.assistance import fils
from portail.compte.modeles import CleCompte, Compte, SessionOuverte
from portail.db import db
from portail.demande.creation import commencer_un_papier
from portail.demande.modeles import Demande
from portail.guichet.modeles import CleAgent, SessionAgent
from portail.pieces.modeles import Fichier, PieceFournie, Televersement
from portail.referentiels import recherche
from portail.stockage import stockage
from tests import fabriques
from tests.fabriques import INSTANT
from tests.guichet.monde import Monde, entrer, monter
from tests.guichet.rattachements import couple, rattacher_tom
from tests.pieces.cas import jpeg

Objet = dict[str, Any]  # nom de paramètre d'une adresse → valeur

PERSONNES = ("propriétaire", "autre personne", "co-demandeur lecteur")
AGENTS = {"accueil": 1, "instructeur": 2, "responsable": 3, "agent d’ailleurs": 3}
ROLES = ("anonyme", *PERSONNES, "agent sans facteur", *AGENTS)


@dataclass(frozen=True)
class Peuple:
    """`objets` : ceux de Léa (ou du guichet de sa commune) ; `croises` : un objet de Léa sous la demande d'un autre."""

    monde: Monde
    lea: int
    tom: int
    objets: Objet
    papier: Objet
    croises: dict[str, Objet]


def peupler(app: Flask) -> Peuple:
    monde = monter()
    sien = couple(monde)
    rattacher_tom(app, sien)
    with db.sessionmaker() as session:
        tom = session.scalar(sa.select(Compte.id).where(Compte.courriel == "tom@exemple.fr"))
        demande = session.get_one(Demande, sien.demande)
        stockage().ecrire(demande.pieces[0].fichiers[0].cle, jpeg())
        de_lea = _de(session, demande)
        fil = fils.ouvrir(session, sien.lea, "069", demande, monde.g1, INSTANT)
        fils.ajouter(session, fil, "Bonjour.", "cle", INSTANT, compte_id=sien.lea)
        cle_compte = CleCompte(compte_id=sien.lea, **_cle("lea"))
        cle_agent = CleAgent(agent_id=monde.responsable, **_cle("agent"))
        ailleurs = SessionOuverte(
            empreinte="0" * 64, compte_id=sien.lea, ouverte_le=INSTANT, vue_le=INSTANT, appareil="Firefox", reseau="essai"
        )  # fmt: skip
        session.add_all([cle_compte, cle_agent, ailleurs])
        session.commit()
        commun = {
            "fil_id": fil.id, "cle_id": cle_compte.id, "session_id": ailleurs.id, "agent_id": monde.accueil, "slug": "motifs",
            "code": "ID", "jeton": "j" * 43,
        }  # fmt: skip
        objets = {**commun, **de_lea}
        papier = {**commun, **_papier(session, monde)}
        parisienne = _de(session, session.get_one(Demande, monde.demande_75))
        croises = {
            "autre personne": {**objets, "demande_id": monde.demande_69},
            **{role: {**parisienne, "demande_id": sien.demande} for role in ("accueil", "instructeur", "responsable")},
        }
    assert tom is not None
    return Peuple(monde, sien.lea, tom, objets, papier, croises)


def _de(session: Any, demande: Demande) -> Objet:
    """Une demande, une personne, une pièce et son fichier, un envoi en chemin."""
    piece = demande.pieces[0]
    return {
        "demande_id": demande.id, "personne": piece.personne, "piece_id": piece.id, "fichier_id": piece.fichiers[0].id,
        "televersement_id": _envoi(session, demande.id, piece.personne),
    }  # fmt: skip


def _envoi(session: Any, demande_id: int, personne: str) -> int:
    envoi = Televersement(
        demande_id=demande_id, code="ID", personne=personne, nom="suite.jpg", empreinte="1" * 64, taille=1000, recu=0,
        avance_le=INSTANT,
    )  # fmt: skip
    session.add(envoi)
    session.commit()
    return envoi.id


def _papier(session: Any, monde: Monde) -> Objet:
    """Une saisie du guichet G1, pas encore déposée, avec une page à ranger."""
    lieu = recherche.lieu(fabriques.VILLEURBANNE)
    demande = commencer_un_papier(session, monde.g1, "Un agent", lieu, "cle-papier", INSTANT)
    piece = PieceFournie(code="ID", personne=demande.declarations[0].personnes[0].cle)
    cle = hashlib.sha256(b"papier").hexdigest()[:32]
    piece.fichiers.append(
        Fichier(
            rang=1, cle=cle, nom="page.jpg", type_mime="image/jpeg", taille=9, pages=1, empreinte_recue="2" * 64,
            recu_le=INSTANT,
        )
    )  # fmt: skip
    demande.pieces.append(piece)
    stockage().ecrire(cle, jpeg())
    session.commit()
    return _de(session, demande)


def _cle(nom: str) -> dict[str, Any]:
    return {
        "identifiant": nom, "cle_publique": b"x", "compteur": 0, "sauvegardee": False, "nom": nom, "ajoutee_le": INSTANT,
    }  # fmt: skip


def venir(app: Flask, peuple: Peuple, role: str, rang: int) -> FlaskClient:
    """Un navigateur neuf, entré sous ce rôle."""
    client, jeton = app.test_client(), f"{rang:043d}"
    comptes = {"propriétaire": peuple.lea, "autre personne": peuple.monde.ana, "co-demandeur lecteur": peuple.tom}
    agents = {nom: getattr(peuple.monde, nom) for nom in ("accueil", "instructeur", "responsable")}
    agents |= {"agent d’ailleurs": peuple.monde.ailleurs, "agent sans facteur": peuple.monde.responsable}
    if role in comptes:
        with db.sessionmaker() as session:
            fabriques.connecter(app, client, session, session.get_one(Compte, comptes[role]), jeton)
    elif role in agents:
        entrer(app, client, agents[role], facteur=role != "agent sans facteur", jeton=jeton)
        if role in {"accueil", "instructeur", "responsable"}:
            _ouvrir_la_saisie(jeton, peuple.papier["demande_id"])
    return client


def _ouvrir_la_saisie(jeton: str, demande_id: int) -> None:
    """La demande papier est ouverte sur cet écran : sans cela aucune de ses pages ne se lit."""
    empreinte = hashlib.sha256(jeton.encode()).hexdigest()
    with db.sessionmaker() as session, session.begin():
        session.execute(sa.update(SessionAgent).where(SessionAgent.empreinte == empreinte).values(saisie_id=demande_id))
