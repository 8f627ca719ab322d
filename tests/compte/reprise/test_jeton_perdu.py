"""Le cookie a disparu, ou la page date d'avant la connexion : rien n'est enregistré, rien d'écrit n'est perdu."""

from __future__ import annotations

from tests.compte.gestes import CHEZ_NOUS, se_connecter
from tests.compte.reprise.morts import (
    ETAPE,
    champ_prenoms,
    envoyer,
    prenoms_enregistres,
)
from tests.fabriques import MOT_DE_PASSE
from tests.navigateur import Navigateur


def test_connecte_depuis_un_autre_onglet_l_etape_revient_remplie_avec_un_jeton_neuf(app, client, navigateur):
    nom = champ_prenoms(navigateur)
    ancienne_page = navigateur.saisie(navigateur.formulaire()).to_dict()
    client.delete_cookie("portail", domain="127.0.0.1")
    se_connecter(Navigateur(client))  # un autre onglet s'est reconnecté : le cookie a changé
    reponse = client.post(ETAPE, data={**ancienne_page, nom: "Ana Lucía"}, headers=CHEZ_NOUS)
    navigateur.ouvrir(reponse.headers["Location"])
    assert navigateur.saisie(navigateur.formulaire())[nom] == "Ana Lucía"
    assert prenoms_enregistres() == "Ana"


def test_une_page_publique_dont_le_cookie_a_disparu_revient_avec_ce_qui_etait_ecrit(client):
    from tests.compte.gestes import INSCRIPTION, comptes

    page = Navigateur(client).ouvrir("/compte/creer")
    client.delete_cookie("portail", domain="127.0.0.1")
    reponse = envoyer(page, {**INSCRIPTION, "courriel": "neuve@exemple.fr"})
    assert reponse.status_code == 400
    page._recevoir(reponse)
    assert page.h1 == "Cet envoi n’est pas encore pris en compte"
    rendu = page.saisie(page.formulaire())
    assert (rendu["nom_naissance"], rendu["courriel"], rendu["nir"]) == (
        "Silva",
        "neuve@exemple.fr",
        INSCRIPTION["nir"],
    )
    assert "mot_de_passe" not in rendu
    page.envoyer(bouton="Réessayer")
    assert page.erreurs() == ["Choisissez un mot de passe.", "Écrivez une seconde fois votre mot de passe."]
    page.envoyer(mot_de_passe=MOT_DE_PASSE, confirmation=MOT_DE_PASSE, bouton="Créer")
    assert page.h1 == "Ouvrez votre boîte mail"
    assert len(comptes()) == 3


def test_confirmer_son_adresse_dans_un_navigateur_qui_perd_son_cookie_se_dit_et_se_refait(app, client):
    from tests.compte.gestes import comptes, inscrire, lien_recu

    inscrire(Navigateur(client), courriel="neuve@exemple.fr")
    page = Navigateur(client).ouvrir(lien_recu(app))
    client.delete_cookie("portail", domain="127.0.0.1")
    page._recevoir(envoyer(page, {}))
    assert "n’accepte pas le cookie" in page.texte()
    page.envoyer(bouton="Réessayer")
    assert comptes()[-1].courriel_confirme_le is not None


def test_sans_savoir_d_ou_vient_l_envoi_aucun_bouton_ne_le_refait(client):
    page = Navigateur(client).ouvrir("/compte/creer")
    saisie = {**page.saisie(page.formulaire()).to_dict(), "nom_naissance": "Pirate"}
    client.delete_cookie("portail", domain="127.0.0.1")
    reponse = client.post("/compte/creer", data=saisie)
    assert reponse.status_code == 400
    assert "Pirate" not in reponse.text
    assert '<form method="post"' not in reponse.text


def test_la_reprise_sans_rien_a_reprendre_mene_au_tableau_de_bord(navigateur, client):
    assert client.get("/compte/reprise").headers["Location"] == "/demandes"
    client.delete_cookie("portail", domain="127.0.0.1")
    assert "/compte/connexion" in client.get("/compte/reprise").headers["Location"]
