"""Se connecter : même réponse connu ou inconnu, retour où l'on allait, jamais ailleurs que chez nous."""

from __future__ import annotations

import pytest

from portail.compte import mots_de_passe
from portail.compte.entree import adresse_interne
from portail.compte.routes.connexion import MOTIFS
from tests.compte.gestes import comptes, creer_compte, est_connecte, se_connecter
from tests.fabriques import MOT_DE_PASSE
from tests.navigateur import Navigateur


@pytest.fixture(autouse=True)
def ana(app) -> int:
    return creer_compte()


@pytest.fixture
def navigateur(client) -> Navigateur:
    return Navigateur(client)


@pytest.mark.parametrize("courriel", ["ana@exemple.fr", " ANA@Exemple.FR ", "ana @exemple.fr"])
def test_l_adresse_se_tape_comme_on_veut(navigateur, client, courriel):
    se_connecter(navigateur, courriel)
    assert est_connecte(client)


@pytest.mark.parametrize(
    ("courriel", "mot_de_passe"),
    [
        ("ana@exemple.fr", "correct cheval pile agraf"),
        ("ana@exemple.fr", MOT_DE_PASSE + " "),
        ("ana@exemple.fr", MOT_DE_PASSE.upper()),
        ("inconnue@exemple.fr", MOT_DE_PASSE),
        ("ana@exemple.fr", "x" * 100_000),
    ],
)
def test_un_mauvais_couple_est_refuse_par_la_meme_phrase(navigateur, client, courriel, mot_de_passe):
    se_connecter(navigateur, courriel, mot_de_passe)
    assert navigateur.statut == 422
    [phrase] = navigateur.erreurs()
    assert phrase.startswith("L’adresse mail ou le mot de passe n’est pas le bon.")
    assert not est_connecte(client)
    assert navigateur.saisie(navigateur.formulaire())["courriel"] == courriel.strip()
    assert navigateur.saisie(navigateur.formulaire())["mot_de_passe"] == ""


def test_apres_la_connexion_on_arrive_ou_l_on_allait(navigateur):
    navigateur.ouvrir("/compte/mot-de-passe")
    assert navigateur.h1.startswith("J’ai déjà un compte")
    navigateur.envoyer(courriel="ana@exemple.fr", mot_de_passe=MOT_DE_PASSE, bouton="Me connecter")
    assert navigateur.h1 == "Changer mon mot de passe"


def test_la_destination_survit_a_un_mot_de_passe_faux(navigateur):
    navigateur.ouvrir("/compte/mot-de-passe").envoyer(courriel="ana@exemple.fr", mot_de_passe="faux faux faux faux")
    navigateur.envoyer(courriel="ana@exemple.fr", mot_de_passe=MOT_DE_PASSE, bouton="Me connecter")
    assert navigateur.h1 == "Changer mon mot de passe"


AILLEURS = [
    "//pirate.test", "/\\pirate.test", "\\\\pirate.test", "https:pirate.test", "https://pirate.test/compte", "javascript:alert(1)",
    "data:text/html,x", "/\tpirate", "/\n/pirate.test", "pirate.test", " //pirate.test", "/%0d%0aSet-Cookie:x=1\r\n", "///pirate.test",
    "/" + "a" * 600, "http:///pirate.test", "/\x01", "?suite=//pirate.test",
]  # fmt: skip


@pytest.mark.asvs("1.2.2", "3.7.2")
@pytest.mark.parametrize("suite", AILLEURS)
def test_une_destination_etrangere_mene_a_l_accueil_du_compte(navigateur, client, suite):
    assert adresse_interne(suite) == ""
    page = client.get("/compte/connexion", query_string={"suite": suite})
    assert "pirate" not in page.text
    valeurs = navigateur.ouvrir("/compte/connexion").saisie(navigateur.formulaire()).to_dict()
    reponse = client.post(
        "/compte/connexion",
        data={**valeurs, "courriel": "ana@exemple.fr", "mot_de_passe": MOT_DE_PASSE, "suite": suite},
    )
    assert (reponse.status_code, reponse.headers["Location"]) == (303, "/demandes")


def test_un_motif_invente_ne_montre_rien(client):
    page = client.get("/compte/connexion?motif=<script>alert(1)</script>").text
    assert "alert(1)" not in page
    assert 'class="encart"' not in page
    for motif, phrase in MOTIFS.items():
        assert phrase.split("\u00a0")[0] in client.get(f"/compte/connexion?motif={motif}").text


def test_deja_connecte_la_page_de_connexion_mene_au_tableau_de_bord(navigateur, client):
    se_connecter(navigateur)
    for adresse in ("/compte/connexion", "/compte/creer", "/compte/inscription-envoyee"):
        assert client.get(adresse).headers["Location"] == "/demandes"


@pytest.mark.asvs("11.2.2")
def test_un_hachage_plus_faible_se_renforce_a_la_connexion(navigateur, app):
    from argon2 import PasswordHasher

    faible = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(MOT_DE_PASSE)
    creer_compte("leo@exemple.fr", mot_de_passe=faible, nir=None)
    se_connecter(navigateur, "leo@exemple.fr")
    assert navigateur.adresse == "/demandes"
    apres = comptes()[1].mot_de_passe
    assert apres != faible
    assert not mots_de_passe.a_rafraichir(apres)
    assert mots_de_passe.verifier(apres, MOT_DE_PASSE)


@pytest.mark.asvs("6.2.6", "6.2.7")
def test_les_champs_disent_au_gestionnaire_de_mots_de_passe_ce_qu_ils_sont(navigateur):
    navigateur.ouvrir("/compte/connexion")
    cases = {case["name"]: case for case in navigateur.formulaire().find_all("input") if case.get("name")}
    assert cases["courriel"]["autocomplete"] == "username"
    assert (cases["mot_de_passe"]["type"], cases["mot_de_passe"]["autocomplete"]) == ("password", "current-password")
    assert not cases["mot_de_passe"].has_attr("maxlength"), "coller un long mot de passe ne le coupe pas"
    navigateur.ouvrir("/compte/creer")
    cases = {case["name"]: case for case in navigateur.formulaire().find_all("input") if case.get("name")}
    assert cases["mot_de_passe"]["autocomplete"] == cases["confirmation"]["autocomplete"] == "new-password"
