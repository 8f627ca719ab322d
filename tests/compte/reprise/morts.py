"""Ce qui tue une session, et ce qui part et reste quand elle est morte."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from portail.compte.modeles import SaisieSuspendue, SessionOuverte
from portail.db import ecriture, lecture
from portail.demande.modeles import Personne
from tests.compte.gestes import CHEZ_NOUS
from tests.navigateur import HTMX, Navigateur

ETAPE = "/demandes/1/etapes/informations-generales"


def inactivite(app: Flask, client: FlaskClient) -> None:
    app.config["HORLOGE"].avancer(minutes=31)


def duree_totale(app: Flask, client: FlaskClient) -> None:
    with ecriture() as session:
        session.execute(sa.update(SessionOuverte).values(ouverte_le=app.config["HORLOGE"]().replace(day=20)))


def revocation(app: Flask, client: FlaskClient) -> None:
    with ecriture() as session:
        session.execute(sa.update(SessionOuverte).values(fermee_le=app.config["HORLOGE"]()))


def cookie_perdu(app: Flask, client: FlaskClient) -> None:
    client.delete_cookie("portail", domain="127.0.0.1")


def cle_remplacee(app: Flask, client: FlaskClient) -> None:
    app.config["SECRET_KEY"] = b"une autre cle secrete de 32 octet"
    revocation(app, client)


MORTS = [inactivite, duree_totale, revocation, cookie_perdu, cle_remplacee]


def envoyer(navigateur: Navigateur, valeurs: dict[str, str], *, htmx: bool = False, adresse: str = ""):
    """Envoie le formulaire de la page, comme un navigateur d'aujourd'hui (qui dit d'où vient la requête)."""
    saisie = navigateur.saisie(navigateur.formulaire()).to_dict(flat=False)
    entetes = {**CHEZ_NOUS, **(HTMX if htmx else {})}
    return navigateur.client.post(adresse or navigateur.adresse, data={**saisie, **valeurs}, headers=entetes)


def champ_prenoms(navigateur: Navigateur) -> str:
    return next(
        case["name"] for case in navigateur.formulaire().find_all("input") if case.get("name", "").endswith("prenoms")
    )


def prenoms_enregistres() -> str:
    with lecture() as session:
        return session.scalar(sa.select(Personne.prenoms))


def saisies() -> list[SaisieSuspendue]:
    with lecture() as session:
        return list(session.scalars(sa.select(SaisieSuspendue)))
