"""D'un appareil inconnu, le bon mot de passe ne suffit pas : un code part vers la boîte mail."""

from __future__ import annotations

import pytest

from tests.compte.gestes import code_recu, courriels, creer_compte, depuis, est_connecte, se_connecter, sessions
from tests.fabriques import MOT_DE_PASSE
from tests.navigateur import Navigateur

pytestmark = pytest.mark.menace("T1")

AILLEURS = "203.0.113.7"


@pytest.fixture(autouse=True)
def ana(app, client) -> int:
    numero = creer_compte()
    se_connecter(Navigateur(client))
    return numero


@pytest.fixture
def ailleurs(autre_client):
    with depuis(autre_client, AILLEURS) as client:
        yield Navigateur(client)


@pytest.mark.asvs("6.3.3", "6.3.5")
def test_le_code_ouvre_la_session_la_ou_l_on_allait(app, ailleurs):
    ailleurs.ouvrir("/compte/connexion?suite=/compte")
    ailleurs.envoyer(courriel="ana@exemple.fr", mot_de_passe=MOT_DE_PASSE, bouton="Me connecter")
    assert ailleurs.h1 == "Recopiez le code reçu"
    assert not est_connecte(ailleurs.client)
    ailleurs.envoyer(code_recu=code_recu(app).lower().replace("-", " "), bouton="Entrer")
    assert ailleurs.h1 == "Mon compte"
    ailleurs.client.post("/compte/deconnexion", data=ailleurs.saisie(ailleurs.page.find("form")))
    se_connecter(ailleurs)  # le même navigateur est maintenant connu
    assert ailleurs.h1 == "Bonjour Ana !"


@pytest.mark.asvs("6.6.3")
def test_cinq_essais_puis_plus_rien(app, ailleurs):
    se_connecter(ailleurs)
    code = code_recu(app)
    for _ in range(4):
        ailleurs.envoyer(code_recu="AAAA-AAAA", bouton="Entrer")
        assert (ailleurs.statut, ailleurs.h1) == (422, "Recopiez le code reçu")
    ailleurs.envoyer(code_recu="AAAA-AAAA", bouton="Entrer")
    assert "Ce code ne vaut plus rien" in ailleurs.texte()
    ailleurs.client.post("/compte/code", data={"csrf_token": "x", "code_recu": code})
    assert not est_connecte(ailleurs.client)


@pytest.mark.asvs("6.5.5", "6.6.2")
def test_le_code_ne_vaut_que_dix_minutes_une_fois_et_dans_ce_navigateur(app, ailleurs, client, horloge):
    se_connecter(ailleurs)
    code = code_recu(app)
    autre = app.test_client()
    with depuis(autre, AILLEURS):
        curieux = Navigateur(autre).ouvrir("/compte/code")
        assert curieux.h1.startswith("J’ai déjà un compte")
        jeton = curieux.saisie(curieux.formulaire())["csrf_token"]
        autre.post("/compte/code", data={"csrf_token": jeton, "code_recu": code})
        assert not est_connecte(autre)
    horloge.avancer(minutes=11)
    ailleurs.envoyer(code_recu=code, bouton="Entrer")
    assert not est_connecte(ailleurs.client)


def test_de_chez_soi_aucun_code(app, client, autre_client):
    se_connecter(Navigateur(autre_client))  # même réseau, même genre de navigateur
    assert est_connecte(autre_client)


def test_un_ordinateur_partage_ne_devient_pas_un_appareil_connu(app, ailleurs):
    se_connecter(ailleurs, partage="oui")
    ailleurs.envoyer(code_recu=code_recu(app), bouton="Entrer")
    assert sessions()[-1].partagee
    ailleurs.client.post("/compte/deconnexion", data=ailleurs.saisie(ailleurs.page.find("form")))
    se_connecter(ailleurs)
    assert ailleurs.h1 == "Recopiez le code reçu"


def test_un_mauvais_mot_de_passe_n_envoie_rien_et_se_dit_pareil(app, ailleurs):
    avant = len(courriels(app))
    se_connecter(ailleurs, mot_de_passe="un mauvais mot de passe")
    assert ailleurs.statut == 422
    assert len(courriels(app)) == avant
