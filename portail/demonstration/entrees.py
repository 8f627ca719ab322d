"""Par où entrer dans la démonstration : adresses, mot de passe, clé du second facteur.

Tout est tiré de la clé de l'installation : rien de ce qui ouvre une démonstration n'est écrit dans le code, et deux
démonstrations n'ont pas les mêmes clés.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pyotp
import sqlalchemy as sa

from portail.assistance.modeles import Fil
from portail.chiffrement import coffre
from portail.compte.modeles import Compte
from portail.db import lecture
from portail.demande.modeles import Demande
from portail.demonstration.reconnaitre import CODE
from portail.guichet.modeles import Agent, Guichet
from portail.guichet.second_facteur import cle_lisible
from portail.horloge import maintenant

MOTS = 5  # groupes de quatre signes


def mot_de_passe() -> str:
    """Le même pour toutes les personnes et tous les agents de cette démonstration (environ 100 bits)."""
    signes = base64.b32encode(_octets("mot de passe")).decode().lower()
    return "-".join(signes[4 * rang : 4 * rang + 4] for rang in range(MOTS))


def secret_totp() -> str:
    """Le secret commun de ses agents, en base 32."""
    return base64.b32encode(_octets("second facteur")[:20]).decode()


def code_du_moment() -> str:
    """Ce que montrerait le téléphone d'un agent en ce moment ; il change toutes les trente secondes."""
    return pyotp.TOTP(secret_totp()).at(maintenant())


def lignes(url: str) -> Iterator[str]:
    """Ce que la console imprime, ligne par ligne."""
    with lecture() as session:
        agents = session.execute(
            sa.select(Agent.courriel, Agent.role, Guichet.nom)
            .join(Guichet, Guichet.id == Agent.guichet_id)
            .order_by(Guichet.id, Agent.id)
        ).all()
        en_vue = session.scalars(
            sa.select(Compte.courriel)
            .join(Demande, Demande.compte_id == Compte.id)
            .where(Demande.enregistree_le.is_(None), Demande.radiee_le.is_(None))
            .order_by(Demande.renvoyee_le.is_(None), Compte.id)
            .limit(1)
        ).all()
        active = session.scalars(
            sa.select(Compte.courriel)
            .join(Demande, Demande.compte_id == Compte.id)
            .where(Demande.enregistree_le.is_not(None), Demande.radiee_le.is_(None))
            .order_by(Demande.enregistree_le.desc())
            .limit(1)
        ).all()
        repondue = session.scalars(
            sa.select(Compte.courriel)
            .join(Fil, Fil.compte_id == Compte.id)
            .where(Fil.attend_le.is_(None))
            .order_by(Fil.id)
            .limit(1)
        ).all()
    yield ""
    yield "Démonstration : personnes fictives. Rien de ce qui s’y trouve n’est vrai."
    yield f"  Espace guichet : {url}/guichet"
    for adresse, role, guichet in agents:
        yield f"    {adresse:<32} {role.libelle}, {guichet}"
    yield f"  Clé du second facteur : {cle_lisible(secret_totp())}"
    yield f"  Code en ce moment : {code_du_moment()} (pour le suivant : make demonstration)"
    yield f"  Personnes : {url}/compte/connexion"
    vues = (("demande à corriger", en_vue), ("demande active", active), ("un guichet lui a répondu", repondue))
    for quoi, trouves in vues:
        for courriel in trouves:
            yield f"    {courriel:<32} {quoi}"
    yield f"  Mot de passe de tous : {mot_de_passe()}"
    yield f"  Code des guichets de démonstration : {CODE}"
    yield ""


def _octets(usage: str) -> bytes:
    return bytes.fromhex(coffre().empreintes(usage, "demonstration")[-1].lstrip("v")[:62])
