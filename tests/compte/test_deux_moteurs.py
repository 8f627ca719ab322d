"""Le compte d'un bout à l'autre sur SQLite et PostgreSQL, et ce qui se joue à plusieurs en même temps."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from portail.compte import inscription
from portail.compte.modeles import Compte, Jeton
from portail.db import ecriture, lecture
from tests.compte.gestes import (
    CHEZ_NOUS,
    comptes,
    courriels,
    creer_compte,
    est_connecte,
    inscrire,
    lien_recu,
    se_connecter,
    sessions,
)
from tests.fabriques import MOT_DE_PASSE
from tests.navigateur import Navigateur

NEUF = "tambour lagune rosier 42"


@pytest.fixture
def app(app_deux_moteurs):
    return app_deux_moteurs


def test_toute_la_vie_d_un_compte(app, client, horloge):
    page = inscrire(Navigateur(client))
    page.ouvrir(lien_recu(app)).envoyer(bouton="Confirmer")
    se_connecter(page)
    page.ouvrir("/demandes/nouvelle").envoyer(commune="Villeurbanne", bouton="Commencer")
    horloge.avancer(minutes=31)
    saisie = page.saisie(page.formulaire()).to_dict(flat=False)
    reponse = client.post(page.adresse, data={**saisie, "action": "poursuivre"}, headers=CHEZ_NOUS)
    page.ouvrir(reponse.headers["Location"]).envoyer(
        courriel="ana@exemple.fr", mot_de_passe=MOT_DE_PASSE, bouton="Me connecter"
    )
    assert "reprise=1" in page.adresse
    page.ouvrir("/compte/mot-de-passe").envoyer(
        actuel=MOT_DE_PASSE, mot_de_passe=NEUF, confirmation=NEUF, bouton="Changer"
    )
    assert "Votre mot de passe est changé" in page.texte()
    jeton = page.page.find("input", attrs={"name": "csrf_token"})["value"]
    client.post("/compte/deconnexion", data={"csrf_token": jeton})
    assert not est_connecte(client)
    se_connecter(page, mot_de_passe=NEUF)
    assert est_connecte(client)
    assert [message["Subject"] for message in courriels(app)] == [
        "Votre inscription au portail logement",
        "Votre mot de passe a changé",
    ]


def test_dix_confirmations_simultanees_du_meme_lien_n_en_font_qu_une(app, client):
    inscrire(Navigateur(client))
    secret = lien_recu(app).rsplit("/", 1)[1]

    def confirmer(_rang: int) -> bool:
        with app.app_context(), ecriture() as session:
            return inscription.confirmer(session, secret) is not None

    with ThreadPoolExecutor(8) as fils:
        assert sorted(fils.map(confirmer, range(10))) == [False] * 9 + [True]


def test_deux_inscriptions_confirmees_en_meme_temps_une_seule_l_emporte(app, client):
    for prenoms in ("Ana", "Bea", "Cleo", "Dora"):
        inscrire(Navigateur(client), prenoms=prenoms)
    secrets = [lien_recu(app, rang).rsplit("/", 1)[1] for rang in range(3)]

    def confirmer(secret: str) -> str:
        def tenter() -> str:
            with ecriture() as session:
                return "confirme" if inscription.confirmer(session, secret) else "périmé"

        with app.app_context():
            try:
                return tenter()
            except inscription.AdresseDejaConfirmee:
                return "déjà"

    with ThreadPoolExecutor(3) as fils:
        assert sorted(fils.map(confirmer, secrets)) == ["confirme", "déjà", "déjà"]
    assert len([compte for compte in comptes() if compte.courriel_confirme_le]) == 1


def test_huit_connexions_simultanees_ouvrent_huit_sessions(app):
    creer_compte()
    with lecture() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Compte)) == 1

    def entrer(_rang: int) -> bool:
        navigateur = Navigateur(app.test_client())
        while se_connecter(navigateur).statut == 429:  # plus de place : une personne recommence (affluence.py)
            pass
        return est_connecte(navigateur.client)

    with ThreadPoolExecutor(8) as fils:
        assert list(fils.map(entrer, range(8))) == [True] * 8
    assert len({ligne.empreinte for ligne in sessions()}) == 8


@pytest.mark.asvs("7.4.2")
def test_un_compte_efface_emporte_ses_sessions_et_ses_jetons(app, client):
    creer_compte()
    se_connecter(Navigateur(client))
    Navigateur(app.test_client()).ouvrir("/compte/mot-de-passe-oublie").envoyer(courriel="ana@exemple.fr")
    with ecriture() as session:
        session.execute(sa.delete(Compte))
    assert sessions() == []
    with lecture() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Jeton)) == 0
    assert not est_connecte(client)


HOSTILES = [
    '"><svg onload=x>',
    "{{7*7}}",
    "</textarea><script>x</script>",
    "' OR 1=1 --",
    "%s%n",
    "=HYPERLINK(1)",
    "\\",
    "🏠",
]


@pytest.mark.asvs("1.2.1", "1.2.4", "1.3.7")
@pytest.mark.parametrize("hostile", HOSTILES)
def test_un_nom_hostile_reste_un_texte(app, client, hostile):
    from bs4 import BeautifulSoup

    page = inscrire(Navigateur(client), nom_naissance=hostile, nom_usage=hostile, prenoms=f"Ana {hostile}")
    page.ouvrir(lien_recu(app)).envoyer(bouton="Confirmer")
    se_connecter(page).ouvrir("/compte")
    faits = [dd.get_text() for dd in page.page.select("dl.faits dd")]
    assert hostile in faits
    assert not BeautifulSoup(page.reponse.text, "html.parser").find(["svg"], attrs={"onload": True})
    assert comptes()[0].nom_naissance == hostile
