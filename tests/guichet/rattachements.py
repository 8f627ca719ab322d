"""De quoi éprouver le rattachement : un couple enregistré, des comptes, un numéro proposé, le code du message."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from portail import taches
from portail.compte.modeles import Compte
from portail.courriel import Envoi
from portail.db import db
from portail.demande import depot
from portail.demande.contexte import contexte_de
from portail.demande.listes import Motif
from portail.demande.modeles import Demande, Role
from portail.pieces.modeles import Fichier, PieceFournie
from portail.stockage import stockage
from tests import fabriques
from tests.fabriques import INSTANT, nir
from tests.guichet.enregistrees import enregistrer
from tests.guichet.monde import Monde
from tests.navigateur import Navigateur

LEA = {"nom_naissance": "Moreau", "prenoms": "Léa", "date_naissance": date(1984, 4, 9), "nir": nir("2840469266007")}
TOM = {"nom_naissance": "Martin", "prenoms": "Tom", "date_naissance": date(1983, 7, 2), "nir": nir("1830769123042")}
SECRETS = (
    "06 98 76 54 32",
    "12 rue Cachée",
    "Il me frappe.",
    "Infirmière",
    "lea@exemple.fr",
    "41 000",
    "aide@exemple.fr",
)


@dataclass(frozen=True)
class Couple:
    """La demande de Léa, enregistrée ; Tom y est co-demandeur."""

    demande: int
    numero: str
    lea: int


def couple(monde: Monde, courriel: str | None = "lea@exemple.fr") -> Couple:
    """Violences, adresse et téléphone cachés : ce qu'un lecteur ne doit jamais voir est dans `SECRETS`."""
    with db.sessionmaker() as session:
        lea = fabriques.compte(session, "lea@exemple.fr", **LEA)
        declaration = fabriques.remplir_couple(fabriques.brouillon(session, lea), enfants=1)
        coordonnees = declaration.coordonnees
        coordonnees.telephone_portable, coordonnees.adresse_voie = "06 98 76 54 32", "12 rue Cachée"
        coordonnees.courriel, coordonnees.aidant_courriel = courriel, "aide@exemple.fr"
        declaration.motifs_declares[0].motif = Motif.VIOLENCES
        declaration.motifs.precisions = "Il me frappe."
        tom = next(p for p in declaration.personnes if p.role is Role.CODEMANDEUR)
        tom.nir_empreinte = fabriques.coffre().empreinte(TOM["nir"], "nir")
        piece = PieceFournie(code="ID", personne=declaration.personnes[0].cle)
        cle = hashlib.sha256(b"couple").hexdigest()[:32]
        piece.fichiers.append(
            Fichier(
                rang=1, cle=cle, nom="carte.jpg", type_mime="image/jpeg", taille=9, pages=1, empreinte_recue="0" * 64,
                recu_le=INSTANT,
            )
        )  # fmt: skip
        declaration.demande.pieces.append(piece)
        stockage().ecrire(cle, b"une image")
        session.commit()
        demande_id = depot.deposer(session, declaration, contexte_de(declaration), INSTANT).id
        session.commit()
        lea_id = lea.id
    return Couple(demande_id, enregistrer(demande_id, monde.instructeur), lea_id)


def papier_enregistre(monde: Monde, courriel: str | None = "lea.papier@exemple.fr") -> Couple:
    """La même, saisie au guichet : personne ne l'a reprise."""
    enregistre = couple(monde, courriel)
    with db.sessionmaker() as session, session.begin():
        demande = session.get_one(Demande, enregistre.demande)
        demande.compte_id, demande.saisie_guichet_id = None, monde.g1
    return enregistre


def navigateur_de(app, compte_id: int, jeton: str) -> Navigateur:
    client = app.test_client()
    with db.sessionmaker() as session:
        fabriques.connecter(app, client, session, session.get_one(Compte, compte_id), jeton)
    return Navigateur(client)


def personne(app, courriel: str, jeton: str, **identite: object) -> Navigateur:
    with db.sessionmaker() as session:
        compte_id = fabriques.compte(session, courriel, **identite).id
    return navigateur_de(app, compte_id, jeton)


def proposer(nav: Navigateur, numero: str) -> Navigateur:
    """Propose un numéro ; les tâches de fond passent."""
    nav.ouvrir("/demandes/rattacher").envoyer({"numero": numero}, "Accéder")
    taches.rattachement.examiner(nav.client.application.config["HORLOGE"]())
    return nav


def envois(prefixe: str) -> list[Envoi]:
    with db.sessionmaker() as session:
        return list(session.scalars(sa.select(Envoi).where(Envoi.cle.like(f"{prefixe}%")).order_by(Envoi.id)))


def dernier_code() -> str:
    trouve = re.search(r"Votre code : (\S+)", envois("rattachement-code-")[-1].corps.replace("\u00a0", " "))
    assert trouve
    return trouve.group(1)


def prouver(nav: Navigateur, code: str) -> Navigateur:
    return nav.ouvrir("/demandes/rattacher/code").envoyer({"code": code}, "Rattacher la demande")


def rattacher_tom(app, enregistre: Couple, jeton: str = "t" * 43) -> Navigateur:
    """Tom, connecté, qui lit la demande de Léa."""
    tom = proposer(personne(app, "tom@exemple.fr", jeton, **TOM), enregistre.numero)
    return prouver(tom, dernier_code())
