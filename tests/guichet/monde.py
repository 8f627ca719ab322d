"""Deux guichets, leurs agents, une demande déposée : de quoi éprouver l'espace des agents."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from urllib.parse import urlsplit

import pyotp
from flask import Flask
from sqlalchemy.orm import Session

from portail.compte import mots_de_passe
from portail.compte.modeles import Compte
from portail.db import db
from portail.demande import depot
from portail.demande.contexte import contexte_de
from portail.demande.modeles import Demande
from portail.guichet.modeles import (
    Agent,
    Guichet,
    GuichetCommune,
    GuichetTerritoire,
    RoleAgent,
    SessionAgent,
    TypeGuichet,
)
from portail.pieces.modeles import Fichier, PieceFournie
from portail.stockage import stockage
from tests import fabriques
from tests.fabriques import INSTANT, LYON, PARIS, VILLEURBANNE
from tests.pieces.cas import jpeg

MOT_DE_PASSE = "quatre loutres jonglent sans filet"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
JETON = "g" * 43


@cache
def hache() -> str:
    return mots_de_passe.hacher(MOT_DE_PASSE)


def guichet(
    session: Session,
    code: str = "69266",
    territoires: tuple[str, ...] = ("069",),
    communes: tuple[str, ...] = (VILLEURBANNE,),
    **valeurs: object,
) -> Guichet:
    """Un guichet. Par défaut : la mairie de Villeurbanne, dans le Rhône."""
    villeurbanne: dict[str, object] = {
        "code": code, "nom": f"Mairie {code}", "type": TypeGuichet.COMMUNE, "adresse": "Place Lazare-Goujon",
        "code_postal": "69100", "ville": "Villeurbanne", "cree_le": INSTANT,
    }  # fmt: skip
    nouveau = Guichet(**{**villeurbanne, **valeurs})
    nouveau.territoires = [GuichetTerritoire(territoire=territoire) for territoire in territoires]
    nouveau.communes = [GuichetCommune(commune=commune) for commune in communes]
    session.add(nouveau)
    session.commit()
    return nouveau


def agent(session: Session, du: Guichet, role: RoleAgent = RoleAgent.INSTRUCTEUR, **valeurs: object) -> Agent:
    """Un agent qui peut entrer : mot de passe choisi, second facteur enrôlé."""
    numero = session.query(Agent).count() + 1
    lui: dict[str, object] = {
        "guichet_id": du.id, "courriel": f"agent{numero}@ville.fr", "prenom": f"Prénom{numero}", "nom": f"Nom{numero}",
        "role": role, "mot_de_passe": hache(), "secret_totp": SECRET, "totp_confirme_le": INSTANT, "cree_le": INSTANT,
    }  # fmt: skip
    nouveau = Agent(**{**lui, **valeurs})
    session.add(nouveau)
    session.commit()
    return nouveau


def entrer(app: Flask, client, agent_id: int, *, facteur: bool = True, jeton: str = JETON) -> None:
    """Ouvre une session d'agent pour ce client, sans passer par la page de connexion."""
    instant = app.config["HORLOGE"]()
    with db.sessionmaker() as session, session.begin():
        session.add(
            SessionAgent(
                empreinte=hashlib.sha256(jeton.encode()).hexdigest(), agent_id=agent_id, ouverte_le=instant,
                vue_le=instant, second_facteur_le=instant if facteur else None, appareil="Chrome sur Linux", reseau="essai",
            )
        )  # fmt: skip
    config = app.extensions["portail"]
    client.set_cookie(config.cookie_session, jeton, domain=urlsplit(config.url).hostname)


def code_totp(instant: datetime, secret: str = SECRET, decalage: int = 0) -> str:
    """Le code que montre le téléphone à cet instant (`decalage` : en pas de 30 secondes)."""
    return pyotp.TOTP(secret).generate_otp(int(instant.timestamp()) // 30 + decalage)


def demande_deposee(
    session: Session, proprietaire: Compte, commune: str = VILLEURBANNE, instant: datetime = INSTANT
) -> Demande:
    """La demande d'Ana, entière, sa pièce d'identité jointe, déposée par le vrai dépôt."""
    declaration = fabriques.remplir_ana(fabriques.brouillon(session, proprietaire, commune))
    piece = PieceFournie(code="ID", personne=declaration.personnes[0].cle)
    piece.fichiers.append(
        Fichier(
            rang=1, cle=hashlib.sha256(f"{declaration.id}".encode()).hexdigest()[:32], nom="carte.jpg",
            type_mime="image/jpeg", taille=1000, pages=1, empreinte_recue="0" * 64, recu_le=instant,
        )
    )  # fmt: skip
    declaration.demande.pieces.append(piece)
    stockage().ecrire(piece.fichiers[0].cle, jpeg())
    session.commit()
    deposee = depot.deposer(session, declaration, contexte_de(declaration), instant)
    session.commit()
    return deposee


@dataclass(frozen=True)
class Monde:
    """G1 (Rhône) et G2 (Île-de-France), trois agents à G1, un à G2, une demande d'Ana dans chaque territoire.

    Rien que des numéros de ligne : chaque test relit ce qu'il lui faut.
    """

    g1: int
    g2: int
    accueil: int
    instructeur: int
    responsable: int
    ailleurs: int
    ana: int
    demande_69: int
    demande_75: int
    brouillon: int
    fichier_69: int
    personne_69: str


def monter() -> Monde:
    with db.sessionmaker() as session:
        g1 = guichet(session)
        g2 = guichet(session, "75056", ("111",), (PARIS,), nom="Mairie de Paris", ville="Paris", code_postal="75004")
        agents = {role: agent(session, g1, role) for role in RoleAgent}
        ailleurs = agent(session, g2, RoleAgent.RESPONSABLE)
        ana = fabriques.compte(session)
        rhone = demande_deposee(session, ana)
        paris = demande_deposee(session, ana, PARIS)
        leo = fabriques.compte(session, "leo@exemple.fr", nom_naissance="Petit", prenoms="Léo", nir=None)
        brouillon = fabriques.brouillon(session, leo, LYON)
        return Monde(
            g1=g1.id, g2=g2.id, accueil=agents[RoleAgent.ACCUEIL].id, instructeur=agents[RoleAgent.INSTRUCTEUR].id,
            responsable=agents[RoleAgent.RESPONSABLE].id, ailleurs=ailleurs.id, ana=ana.id, demande_69=rhone.id,
            demande_75=paris.id, brouillon=brouillon.demande_id, fichier_69=rhone.pieces[0].fichiers[0].id,
            personne_69=rhone.declarations[0].personnes[0].cle,
        )  # fmt: skip
