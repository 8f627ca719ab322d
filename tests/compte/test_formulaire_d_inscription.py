"""Le formulaire d'inscription : ce qui manque est demandé, ce qui est tapé est gardé, le NIR avertit sans bloquer."""

from __future__ import annotations

import pytest

from tests.compte.gestes import (
    INSCRIPTION,
    NIR,
    comptes,
    inscrire,
)
from tests.fabriques import MOT_DE_PASSE
from tests.navigateur import Navigateur, mots


@pytest.fixture
def navigateur(client) -> Navigateur:
    return Navigateur(client)


def test_sans_numero_le_compte_se_cree_et_le_guichet_est_nomme(app, navigateur):
    navigateur.ouvrir("/compte/creer").envoyer({**INSCRIPTION, "nir": ""}, bouton="Créer")
    assert navigateur.erreurs() == ["Indiquez votre numéro, ou cochez « Je n’ai pas de numéro »."]
    navigateur.envoyer({"sans_nir": "oui", "mot_de_passe": MOT_DE_PASSE, "confirmation": MOT_DE_PASSE}, bouton="Créer")
    assert navigateur.h1 == "Ouvrez votre boîte mail"
    assert (comptes()[0].nir, comptes()[0].nir_empreinte) == (None, None)


def test_la_case_sans_numero_montre_le_chemin_du_guichet(navigateur):
    navigateur.ouvrir("/compte/creer").envoyer(
        {**INSCRIPTION, "nir": "", "sans_nir": "oui", "prenoms": ""}, bouton="Créer"
    )
    assert navigateur.statut == 422
    assert "guichet" in mots(navigateur.page.find("form"))


@pytest.mark.asvs("2.2.3")
@pytest.mark.parametrize(
    "changement",
    [{"date_naissance-mois": "4"}, {"lieu_naissance": "Lyon (69001 à 69009)"}, {"date_naissance-annee": "1986"}],
)
def test_un_numero_qui_ne_s_accorde_pas_avertit_sans_bloquer(navigateur, changement):
    inscrire(navigateur, **changement)
    attendu = "lieu_naissance" not in changement  # Lyon est aussi dans le Rhône
    assert ("Vérifiez votre numéro" in navigateur.texte()) is attendu
    assert len(comptes()) == 1


def test_un_formulaire_a_corriger_garde_tout_sauf_les_mots_de_passe(navigateur):
    inscrire(
        navigateur,
        **{
            "courriel": "ana@exemple",
            "date_naissance-mois": "mars",
            "lieu_naissance": "Vileurbane",
            "confirmation": "autre",
        },
    )
    assert navigateur.statut == 422
    rendu = navigateur.saisie(navigateur.formulaire())
    assert (rendu["courriel"], rendu["nom_naissance"], rendu["prenoms"]) == ("ana@exemple", "Silva", "Ana")
    assert rendu["nir"] == NIR
    assert (rendu["date_naissance-jour"], rendu["lieu_naissance"]) == ("12", "Vileurbane")
    assert (rendu["mot_de_passe"], rendu["confirmation"]) == ("", "")
    assert MOT_DE_PASSE not in navigateur.reponse.text
    assert len(navigateur.erreurs()) == 3
    assert comptes() == []


@pytest.mark.parametrize(
    "champ",
    ["courriel", "nom_naissance", "prenoms", "date_naissance-jour", "lieu_naissance", "mot_de_passe", "confirmation"],
)
def test_ce_qui_est_obligatoire_est_demande(navigateur, champ):
    inscrire(navigateur, **{champ: ""})
    assert navigateur.statut == 422
    assert len(navigateur.erreurs()) == 1
    assert comptes() == []


@pytest.mark.asvs("2.2.1")
@pytest.mark.parametrize(
    ("annee", "phrase"),
    [
        ("2027", "Cette date n’est pas encore arrivée."),
        ("1899", "Vérifiez l’année : elle ne peut pas être avant 1900."),
    ],
)
def test_une_naissance_impossible_est_refusee(navigateur, annee, phrase):
    inscrire(navigateur, **{"date_naissance-annee": annee})
    assert navigateur.erreurs() == [phrase]


@pytest.mark.asvs("15.3.3")
def test_des_champs_inventes_ne_passent_pas(navigateur):
    valeurs = navigateur.ouvrir("/compte/creer").saisie(navigateur.formulaire())
    forges = {"courriel_confirme_le": "2026-01-01", "id": "99", "est_agent": "1"}
    navigateur.poster("/compte/creer", {**valeurs.to_dict(), **INSCRIPTION, **forges})
    [compte] = comptes()
    assert (compte.id, compte.courriel_confirme_le) == (1, None)
