"""« Mon compte d'agent » : changer son mot de passe, fermer ses autres appareils."""

from __future__ import annotations

import pytest

from portail.guichet.modeles import Agent
from tests.guichet.lecture import courriels, un
from tests.guichet.monde import MOT_DE_PASSE, Monde
from tests.navigateur import Navigateur

NEUF = "sept hérons mangent des cerises bleues"


@pytest.fixture
def nav(naviguer, monde: Monde) -> Navigateur:
    return naviguer(monde.accueil)


def changer(nav: Navigateur, actuel: str, neuf: str, encore: str | None = None) -> Navigateur:
    nav.ouvrir("/guichet/moi/mot-de-passe")
    saisie = {"actuel": actuel, "mot_de_passe": neuf, "confirmation": encore or neuf}
    return nav.envoyer(saisie, "Changer mon mot de passe")


@pytest.mark.asvs("6.2.2", "7.4.3")
def test_changer_son_mot_de_passe_ferme_ses_autres_appareils_et_previent(naviguer, nav, monde):
    ailleurs = naviguer(monde.accueil)
    avant = un(Agent, monde.accueil).mot_de_passe
    assert changer(nav, MOT_DE_PASSE, NEUF).adresse == "/guichet/moi?fait=mot-de-passe"
    assert un(Agent, monde.accueil).mot_de_passe != avant
    assert nav.client.get("/guichet").status_code == 200
    assert ailleurs.client.get("/guichet").status_code == 303
    assert "vient de changer" in courriels(un(Agent, monde.accueil).courriel)[-1].corps


@pytest.mark.asvs("6.2.3")
@pytest.mark.parametrize(
    ("actuel", "neuf", "phrase"),
    [("pas le bon mot de passe", NEUF, "pas votre mot de passe actuel"), (MOT_DE_PASSE, "trop court", "16 au moins")],
)
def test_un_changement_refuse_ne_change_rien(nav, monde, actuel, neuf, phrase):
    avant = un(Agent, monde.accueil).mot_de_passe
    changer(nav, actuel, neuf)
    assert nav.statut == 422
    assert phrase in nav.erreurs()[0]
    assert un(Agent, monde.accueil).mot_de_passe == avant
    assert courriels(un(Agent, monde.accueil).courriel) == []


@pytest.mark.asvs("7.5.2")
def test_deconnecter_ses_autres_appareils(naviguer, nav, monde):
    ailleurs, collegue = naviguer(monde.accueil), naviguer(monde.instructeur)
    nav.ouvrir("/guichet/moi")
    assert nav.texte().count("Chrome sur Linux") == 2
    assert nav.texte().count("(cet appareil)") == 1
    formulaire = nav.page.find("form", action="/guichet/moi/deconnecter-les-autres")
    nav.poster(formulaire["action"], nav.saisie(formulaire))
    assert nav.texte().count("Chrome sur Linux") == 1
    assert ailleurs.client.get("/guichet").status_code == 303
    assert collegue.client.get("/guichet").status_code == 200
