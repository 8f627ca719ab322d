"""Aucun secret d'agent ne se lit dans la base, ni dans les journaux techniques."""

from __future__ import annotations

import logging
import re

import pyotp
import pytest
import sqlalchemy as sa

from portail import taches
from portail.db import db
from portail.guichet.modeles import Agent
from tests.guichet.lecture import lien_recu
from tests.guichet.monde import MOT_DE_PASSE
from tests.guichet.test_connexion import se_connecter
from tests.guichet.test_invitations import accepter, inviter
from tests.navigateur import Navigateur

pytestmark = pytest.mark.menace("T17")


def vie_d_une_agente(app, horloge) -> dict[str, str]:
    """De l'invitation à la connexion, avec des erreurs en route. Rend tout ce qui devait rester secret."""
    inviter()
    lien = lien_recu("lea@ville.fr")
    client = app.test_client()
    nav = Navigateur(client)
    accepter(nav, lien, "trop court")
    accepter(nav, lien)
    se_connecter(nav, "lea@ville.fr", "un mauvais mot de passe")
    se_connecter(nav, "lea@ville.fr")
    cle = nav.page.find(class_="cle").get_text().replace(" ", "")
    provisoire = client.get_cookie("portail", domain="127.0.0.1").value
    nav.envoyer({"code_totp": "000000"}, "Activer et entrer")
    code = pyotp.TOTP(cle).at(horloge())
    nav.envoyer({"code_totp": code}, "Activer et entrer")
    secours = nav.page.find("code").get_text()
    nav.ouvrir("/guichet/rien")
    return {
        "mot de passe": MOT_DE_PASSE,
        "mot de passe refusé": "un mauvais mot de passe",
        "clé TOTP": cle,
        "lien": lien.rsplit("/", 1)[1],
        "cookie provisoire": provisoire,
        "cookie": client.get_cookie("portail", domain="127.0.0.1").value,
        "code de secours": secours,
        "code de secours nu": secours.replace("-", ""),
    }


@pytest.mark.asvs("14.2.4", "16.2.5")
def test_ni_la_base_ni_ses_journaux_ne_contiennent_de_secret_en_clair(app, dossier, horloge, caplog):
    caplog.set_level(logging.DEBUG)
    secrets = vie_d_une_agente(app, horloge)
    assert all(len(secret) >= 10 for secret in secrets.values())
    brut = b"".join(chemin.read_bytes() for chemin in dossier.glob("portail.sqlite*"))
    assert b"lea@ville.fr" in brut, "la base lue est bien la bonne"
    trouves = [nom for nom, secret in secrets.items() if secret.encode() in brut]
    assert trouves == []
    taches.nettoyer()
    assert "tête" in caplog.text
    assert [nom for nom, secret in secrets.items() if secret in caplog.text] == []


@pytest.mark.postgresql
def test_postgresql_non_plus(dossier, horloge, base_postgresql):
    from tests.socle.applications import ouvrir

    with ouvrir(dossier, horloge, base=base_postgresql) as app:
        secrets = vie_d_une_agente(app, horloge)
        with db.engine.connect() as connexion:
            tables = connexion.scalars(sa.text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
            petites = [t for t in tables if connexion.scalar(sa.text(f"SELECT count(*) FROM {t}")) < 100]
            tout = " ".join(
                bytes(valeur).decode("latin-1") if isinstance(valeur, bytes | memoryview) else str(valeur)
                for table in petites
                for ligne in connexion.execute(sa.text(f"SELECT * FROM {table}"))
                for valeur in ligne
            )
    assert "lea@ville.fr" in tout
    assert [nom for nom, secret in secrets.items() if secret in tout] == []


@pytest.mark.asvs("11.4.2")
def test_le_mot_de_passe_est_hache_par_argon2id_et_la_cle_chiffree(app, horloge):
    vie_d_une_agente(app, horloge)
    with db.engine.connect() as connexion:
        passe, cle = connexion.execute(sa.text("SELECT mot_de_passe, secret_totp FROM agent")).one()
    assert passe.startswith("$argon2id$")
    assert len(cle) == 32 + 29
    with db.sessionmaker() as session:
        assert re.fullmatch(r"[A-Z2-7]{32}", session.scalar(sa.select(Agent.secret_totp)))


@pytest.mark.asvs("14.2.1")
def test_les_adresses_ne_portent_aucun_secret(app, horloge):
    """Le seul secret d'une adresse est le jeton d'invitation, à usage unique."""
    portent = [
        regle.rule for regle in app.url_map.iter_rules() if regle.rule.startswith("/guichet") and regle.arguments
    ]
    assert [regle for regle in portent if "jeton" in regle] == ["/guichet/invitation/<jeton>"] * 2
