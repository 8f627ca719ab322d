"""Deviner un mot de passe est lent ; la personne, elle, entre toujours : de chez elle, ou par le lien reçu."""

from __future__ import annotations

import pytest

from tests.compte.gestes import INSCRIPTION, creer_compte, depuis, est_connecte, inscrire, lien_recu, se_connecter
from tests.fabriques import MOT_DE_PASSE
from tests.navigateur import Navigateur

pytestmark = pytest.mark.menace("T15")

CHEZ_ANA, PIRATE = "203.0.113.7", "198.51.100.9"
NEUF = "tambour lagune rosier 42"


@pytest.fixture(autouse=True)
def ana(app) -> int:
    return creer_compte()


def attaquer(client, essais: int, courriel: str = "ana@exemple.fr") -> list[int]:
    """Les statuts reçus par qui essaie des mots de passe, d'un réseau à lui."""
    with depuis(client, PIRATE):
        navigateur = Navigateur(client).ouvrir("/compte/connexion")
        valeurs = navigateur.saisie(navigateur.formulaire()).to_dict()
        return [
            client.post(
                "/compte/connexion", data={**valeurs, "courriel": courriel, "mot_de_passe": f"essai numero {rang}"}
            ).status_code
            for rang in range(essais)
        ]


@pytest.mark.asvs("6.3.1")
def test_dix_essais_par_compte_puis_un_par_minute(client, horloge):
    assert attaquer(client, 12) == [422] * 10 + [429] * 2
    horloge.avancer(minutes=1)
    assert attaquer(client, 2) == [422, 429]


@pytest.mark.asvs("6.3.1")
def test_vingt_essais_par_reseau_quel_que_soit_le_compte(client, horloge):
    statuts = [statut for rang in range(25) for statut in attaquer(client, 1, f"personne{rang}@exemple.fr")]
    assert statuts == [422] * 20 + [429] * 5
    horloge.avancer(minutes=10)
    assert attaquer(client, 1, "encore@exemple.fr") == [422]


def test_la_page_429_revient_remplie_avec_la_phrase_et_le_moment_ou_revenir(client, horloge):
    attaquer(client, 10)
    with depuis(client, PIRATE):
        page = se_connecter(Navigateur(client), partage="oui")
        assert page.statut == 429
        assert page.reponse.headers["Retry-After"] == "60"
        assert page.erreurs() == [
            "Par sécurité, attendez 60 secondes avant de recommencer. Votre compte n’est pas bloqué."
        ]
        rendu = page.saisie(page.formulaire())
        assert (rendu["courriel"], rendu["partage"]) == ("ana@exemple.fr", "oui")
        horloge.avancer(seconds=60)
        page.envoyer(mot_de_passe=MOT_DE_PASSE, bouton="Me connecter")
        assert est_connecte(client)


def test_la_page_429_garde_ou_l_on_allait(client, horloge):
    attaquer(client, 10)
    with depuis(client, PIRATE):
        page = (
            Navigateur(client)
            .ouvrir("/compte/mot-de-passe")
            .envoyer(courriel="ana@exemple.fr", mot_de_passe=MOT_DE_PASSE)
        )
        assert page.statut == 429
        assert page.saisie(page.formulaire())["suite"] == "/compte/mot-de-passe"


@pytest.mark.asvs("6.1.1")
def test_d_un_reseau_connu_la_personne_n_est_jamais_retenue_par_un_attaquant(app, client, autre_client):
    with depuis(client, CHEZ_ANA):
        se_connecter(Navigateur(client))
    attaquer(autre_client, 200)
    with depuis(client, CHEZ_ANA):
        client.delete_cookie("portail", domain="127.0.0.1")
        se_connecter(Navigateur(client))
        assert est_connecte(client)


def test_un_attaquant_du_meme_reseau_ne_retient_pas_les_autres_comptes_de_ce_reseau(app, client, autre_client):
    with depuis(client, PIRATE):  # la médiathèque où Ana s'est déjà connectée
        se_connecter(Navigateur(client))
    attaquer(autre_client, 40, "quelqu.un@exemple.fr")
    with depuis(client, PIRATE):
        client.delete_cookie("portail", domain="127.0.0.1")
        se_connecter(Navigateur(client))
        assert est_connecte(client)


@pytest.mark.asvs("6.1.1")
def test_d_un_reseau_inconnu_le_lien_recu_par_courriel_ouvre_toujours(app, client, autre_client):
    attaquer(autre_client, 200)
    with depuis(client, "192.0.2.44"):
        assert se_connecter(Navigateur(client)).statut == 429
        Navigateur(client).ouvrir("/compte/mot-de-passe-oublie").envoyer(courriel="ana@exemple.fr")
        Navigateur(client).ouvrir(lien_recu(app)).envoyer(mot_de_passe=NEUF, confirmation=NEUF)
        se_connecter(Navigateur(client), mot_de_passe=NEUF)
        assert est_connecte(client)


def test_les_connexions_reussies_ne_remplissent_pas_le_frein_d_un_reseau_partage(app):
    """Un guichet, une médiathèque, un réseau mobile : trente personnes entrent d'affilée."""
    for rang in range(30):
        creer_compte(f"personne{rang}@exemple.fr", nir=None)
        client = app.test_client()
        with depuis(client, CHEZ_ANA):
            se_connecter(Navigateur(client), f"personne{rang}@exemple.fr")
            assert est_connecte(client), rang


def test_se_tromper_puis_reussir_remet_a_zero(client, horloge):
    for _ in range(3):
        with depuis(client, CHEZ_ANA):
            navigateur = Navigateur(client)
            for rang in range(8):
                se_connecter(navigateur, mot_de_passe=f"faux numero {rang} {rang}")
                assert navigateur.statut == 422
            se_connecter(navigateur)
            assert est_connecte(client)
            client.delete_cookie("portail", domain="127.0.0.1")


@pytest.mark.asvs("4.1.3", "15.3.4")
def test_un_entete_forge_ne_donne_pas_un_frein_neuf(client):
    statuts = []
    for rang in range(12):
        client.environ_base["HTTP_X_FORWARDED_FOR"] = f"10.0.{rang}.1"
        statuts += attaquer(client, 1)
    assert statuts == [422] * 10 + [429] * 2


def test_trop_d_inscriptions_rendent_le_formulaire_rempli(client, horloge):
    with depuis(client, PIRATE):
        for rang in range(20):
            inscrire(Navigateur(client), courriel=f"personne{rang}@exemple.fr")
        page = inscrire(Navigateur(client), courriel="derniere@exemple.fr")
    assert page.statut == 429
    assert int(page.reponse.headers["Retry-After"]) == 180
    rendu = page.saisie(page.formulaire())
    for nom in ("nom_naissance", "prenoms", "date_naissance-jour", "nir"):
        assert rendu[nom] == INSCRIPTION[nom], nom
    assert page.erreurs()[0].startswith("Par sécurité, attendez 3 minutes")
    assert inscrire(Navigateur(client), courriel="ailleurs@exemple.fr").h1 == "Ouvrez votre boîte mail"


def test_trop_de_liens_demandes_rendent_l_adresse_tapee(client):
    page = Navigateur(client)
    for _ in range(21):
        page.ouvrir("/compte/mot-de-passe-oublie").envoyer(courriel="ana@exemple.fr")
    assert page.statut == 429
    assert page.saisie(page.formulaire())["courriel"] == "ana@exemple.fr"


def test_un_attaquant_n_empeche_pas_une_personne_connectee_de_changer_son_mot_de_passe(client, autre_client):
    se_connecter(Navigateur(client))
    attaquer(autre_client, 50)
    page = Navigateur(client).ouvrir("/compte/mot-de-passe")
    page.envoyer(actuel=MOT_DE_PASSE, mot_de_passe=NEUF, confirmation=NEUF, bouton="Changer")
    assert "Votre mot de passe est changé" in page.texte()


def test_une_session_volee_ne_devine_pas_le_mot_de_passe_actuel_a_l_infini(client):
    page = se_connecter(Navigateur(client)).ouvrir("/compte/mot-de-passe")
    for rang in range(10):
        page.envoyer(actuel=f"faux numero {rang}", mot_de_passe=NEUF, confirmation=NEUF, bouton="Changer")
        assert page.statut == 422
    page.envoyer(actuel=MOT_DE_PASSE, mot_de_passe=NEUF, confirmation=NEUF, bouton="Changer")
    assert page.statut == 429
    assert "attendez" in page.erreurs()[0]
