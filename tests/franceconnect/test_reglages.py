"""Réglé à moitié, FranceConnect empêche de démarrer ; pas réglé du tout, le site s'en passe."""

from __future__ import annotations

import json
from datetime import date

import pytest
from click.testing import CliRunner

from portail.cli import principal
from portail.compte.modeles import Compte
from portail.franceconnect.identite import concordent, lire, traduire
from portail.franceconnect.reglages import lire as lire_les_reglages
from tests.franceconnect.fournisseurs import ANA, ETRANGER, LEO, cle_de_chiffrement

ENTIER = {
    "PORTAIL_FRANCECONNECT_EMETTEUR": "https://oidc.franceconnect.gouv.fr/api/v2",
    "PORTAIL_FRANCECONNECT_CLIENT": "portail",
    "PORTAIL_FRANCECONNECT_SECRET": "secret",
}


def manques(local: bool = False, **changements: str) -> list[str]:
    trouves: list[str] = []
    lire_les_reglages({**ENTIER, **changements}, trouves, local=local)
    return trouves


def test_entier_ou_absent():
    assert manques() == []
    assert lire_les_reglages({}, [], local=False) is None


@pytest.mark.parametrize("oublie", ENTIER)
def test_a_moitie_le_portail_ne_demarre_pas(oublie):
    assert manques(**{oublie: ""}) == [f"{oublie} : FranceConnect est réglé à moitié."]


@pytest.mark.asvs("12.3.1")
@pytest.mark.parametrize(
    "emetteur",
    ["http://oidc.franceconnect.gouv.fr", "https://", "oidc", "https://fc.gouv.fr/", "https://fc.gouv.fr?x=1"],
)
def test_l_emetteur_est_en_https(emetteur):
    assert len(manques(local=True, PORTAIL_FRANCECONNECT_EMETTEUR=emetteur)) == 1


def test_en_clair_seulement_sur_la_boucle_locale_et_en_local():
    adresse = "http://127.0.0.1:3000"
    assert manques(local=True, PORTAIL_FRANCECONNECT_EMETTEUR=adresse) == []
    assert len(manques(local=False, PORTAIL_FRANCECONNECT_EMETTEUR=adresse)) == 1


@pytest.mark.parametrize("cle", ["{", "[]", '{"kty":"oct","k":"eA","kid":"a"}', '{"kty":"RSA","kid":"a"}'])
def test_une_cle_qui_n_en_est_pas_une(cle):
    assert len(manques(PORTAIL_FRANCECONNECT_CLE=cle)) == 1


def test_la_cle_fabriquee_se_relit():
    sortie = CliRunner().invoke(principal, ["cle-franceconnect"]).output.strip()
    nom, _, valeur = sortie.partition("=")
    assert manques(**{nom: valeur}) == []
    assert json.loads(valeur).keys() == cle_de_chiffrement().keys()


# --- traduire et comparer une identité ---------------------------------------------------------------


def test_une_identite_s_ecrit_et_se_relit(app):
    for dit in (ANA, LEO, ETRANGER, {}):
        identite = traduire("https://fc", "sub", dit)
        assert lire(identite.ecrire()) == identite


@pytest.mark.parametrize(
    ("dit", "champ", "attendu"),
    [
        ({"birthdate": "1962-00-00"}, "date_naissance", None),
        ({"birthdate": "1962-02-30"}, "date_naissance", None),
        ({"birthdate": 1962}, "date_naissance", None),
        ({"birthdate": "1962-08-24"}, "date_naissance", date(1962, 8, 24)),
        ({"birthplace": "99999"}, "lieu_naissance", None),
        ({"birthplace": "../..", "birthcountry": "99100"}, "lieu_naissance", None),
        ({"birthplace": "", "birthcountry": "99100"}, "lieu_naissance", None),
        ({"birthplace": "", "birthcountry": "99352"}, "lieu_naissance", "99352"),
        ({"family_name": "A" * 101}, "nom_naissance", None),
        ({"family_name": ["A"]}, "nom_naissance", None),
        ({"family_name": "  NGUYỄN\u0000 \n VĂN "}, "nom_naissance", "NGUYỄN VĂN"),
        ({"family_name": "SILVA", "preferred_username": "SILVA"}, "nom_usage", None),
        ({"email": "Ana@Exemple.fr"}, "courriel", "ana@exemple.fr"),
        ({"email": "a@b.fr\r\nBcc: x@y.fr"}, "courriel", None),
    ],
)
def test_ce_qui_ne_se_lit_pas_se_demande(app, dit, champ, attendu):
    assert getattr(traduire("https://fc", "sub", dit), champ) == attendu


@pytest.mark.parametrize(
    ("nom", "prenoms", "naissance", "attendu"),
    [
        ("Silva", "Ana", date(1985, 3, 12), True),
        ("SÍLVA", "ana, maria", date(1985, 3, 12), True),
        ("Sil’Va", "Ana", date(1985, 3, 12), True),
        ("Silva", "Maria", date(1985, 3, 12), False),
        ("Silva-Costa", "Ana", date(1985, 3, 12), False),
        ("Silva", "Ana", date(1985, 12, 3), False),
    ],
)
def test_deux_identites_concordent_par_le_nom_le_premier_prenom_et_la_date(app, nom, prenoms, naissance, attendu):
    compte = Compte(nom_naissance=nom, prenoms=prenoms, date_naissance=naissance)
    assert concordent(traduire("https://fc", "sub", ANA), compte) is attendu
