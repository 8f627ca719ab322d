"""La première fois : l'identité est donnée, la boîte mail et le numéro restent à prouver ; jamais de fusion en silence."""

from __future__ import annotations

import pytest

from portail.compte.modeles import Compte
from portail.db import db, ecriture
from tests.compte.gestes import comptes, courriels, creer_compte, est_connecte, lien_recu
from tests.fabriques import MOT_DE_PASSE, nir
from tests.franceconnect.fournisseurs import cle_de_chiffrement, port_libre, reglages, vrai_fournisseur
from tests.franceconnect.gestes import confirmes, entrer, liens, presser
from tests.guichet import monde
from tests.navigateur import Navigateur
from tests.socle.applications import ouvrir

pytestmark = pytest.mark.menace("T9")

NIR = nir("2850369266001")


def s_inscrire(navigateur: Navigateur, **cases: str) -> Navigateur:
    entrer(navigateur, "ana", "/compte/creer")
    return presser(navigateur, "Créer mon compte", **{"nir": NIR, **cases})


def test_une_inscription_entiere_puis_une_entree_sans_mot_de_passe(app, client, navigateur):
    entrer(navigateur, "ana", "/compte/creer")
    assert navigateur.h1 == "Terminer mon inscription"
    assert "SILVA" in navigateur.texte()
    assert "Vient de FranceConnect." in navigateur.texte()
    assert "nom_naissance" not in navigateur.saisie(navigateur.formulaire())
    assert navigateur.saisie(navigateur.formulaire())["courriel"] == "ana@exemple.fr"
    presser(navigateur, "Créer mon compte", nir=NIR)
    assert navigateur.h1 == "Ouvrez votre boîte mail"
    [compte] = comptes()
    assert (compte.nom_naissance, compte.prenoms, compte.lieu_naissance) == ("SILVA", "Ana Maria", "69266")
    assert (compte.mot_de_passe, compte.courriel_confirme_le, confirmes()) == (None, None, [])
    assert compte.nir == NIR
    entrer(navigateur, "ana")  # tant que la boîte n'est pas prouvée, l'identité n'ouvre rien
    assert navigateur.h1 == "Terminer mon inscription"
    navigateur.ouvrir(lien_recu(app)).envoyer(bouton="Confirmer mon adresse mail")
    assert confirmes() == [compte.id]
    entrer(navigateur, "ana")
    assert navigateur.h1 == "Bonjour Ana !"


@pytest.mark.parametrize("algorithme", ["ES256", "RS256"])
def test_une_identite_chiffree_pour_nous_et_chaque_signature(dossier, horloge, algorithme):
    chiffree = reglages(port_libre(), cle_de_chiffrement())
    with (
        vrai_fournisseur(chiffree, "http://127.0.0.1", algorithme),
        ouvrir(dossier, horloge, franceconnect=chiffree) as app,
    ):
        navigateur = entrer(Navigateur(app.test_client()), "ana")
        assert navigateur.h1 == "Terminer mon inscription"
        cles = app.test_client().get("/compte/franceconnect/cles.json").json["keys"]
        assert [cle["kid"] for cle in cles] == ["fs1"]
        assert "d" not in cles[0]


def test_l_identite_donnee_ne_se_change_pas_en_l_envoyant(app, navigateur):
    entrer(navigateur, "ana")
    presser(navigateur, "Créer mon compte", nir=NIR, nom_naissance="Pirate", prenoms="Jack")
    [compte] = comptes()
    assert (compte.nom_naissance, compte.prenoms) == ("SILVA", "Ana Maria")


def test_ce_que_franceconnect_ne_sait_pas_se_demande(app, navigateur):
    """Une naissance présumée (« 1990-00-00 »), un lieu à l'étranger, pas d'adresse mail."""
    entrer(navigateur, "nour")
    saisie = navigateur.saisie(navigateur.formulaire())
    assert {"date_naissance-jour", "courriel", "nir"} <= set(saisie)
    assert "lieu_naissance" not in saisie
    presser(navigateur, "Créer mon compte", sans_nir="oui")
    assert navigateur.statut == 422
    presser(
        navigateur, "Créer mon compte", courriel="nour@exemple.fr", sans_nir="oui",
        **{"date_naissance-jour": "1", "date_naissance-mois": "1", "date_naissance-annee": "1990"},
    )  # fmt: skip
    [compte] = comptes()
    assert (compte.lieu_naissance, compte.nir) == ("99352", None)


def test_une_adresse_deja_prise_ne_se_relie_qu_avec_la_boite_mail(app, client, navigateur):
    numero = creer_compte()
    s_inscrire(navigateur)
    assert navigateur.h1 == "Ouvrez votre boîte mail"  # la même page, que l'adresse soit prise ou non
    assert confirmes() == []
    assert "qui a déjà un compte" in courriels(app)[-1].get_content()
    lien = lien_recu(app)
    assert "Relier FranceConnect" in navigateur.ouvrir(lien).h1
    assert confirmes() == []  # lire la page ne relie rien
    presser(navigateur, "Relier FranceConnect à mon compte")
    assert confirmes() == [numero]
    assert courriels(app)[-1]["Subject"] == "FranceConnect est relié à votre compte"
    entrer(navigateur, "ana")
    assert navigateur.h1 == "Bonjour Ana !"
    navigateur.client.post("/compte/deconnexion", data=navigateur.saisie(navigateur.page.find("form")))
    presser(navigateur.ouvrir(lien), "Relier FranceConnect à mon compte")
    assert navigateur.h1 == "Ce lien ne fonctionne plus ici"


def test_le_lien_du_courriel_ne_vaut_que_dans_le_navigateur_qui_a_prouve_l_identite(
    app, navigateur, autre_client, horloge
):
    creer_compte()
    s_inscrire(navigateur)
    lien = lien_recu(app)
    ailleurs = presser(Navigateur(autre_client).ouvrir(lien), "Relier FranceConnect à mon compte")
    assert (ailleurs.statut, ailleurs.h1) == (410, "Ce lien ne fonctionne plus ici")
    horloge.avancer(minutes=16)
    presser(navigateur.ouvrir(lien), "Relier FranceConnect à mon compte")
    assert navigateur.statut == 410
    assert confirmes() == []


def test_une_adresse_deja_prise_se_relie_avec_le_mot_de_passe(app, navigateur):
    numero = creer_compte()
    entrer(navigateur, "ana")
    navigateur.suivre("Connectez-vous avec votre mot de passe")
    presser(navigateur, "Me connecter", courriel="ana@exemple.fr", mot_de_passe=MOT_DE_PASSE)
    assert navigateur.h1 == "Relier FranceConnect à votre compte"
    assert confirmes() == []
    presser(navigateur, "Relier FranceConnect à mon compte")
    assert confirmes() == [numero]


def test_une_identite_discordante_ne_se_relie_pas(app, client, navigateur):
    creer_compte(prenoms="Marta")
    entrer(navigateur, "ana")
    navigateur.suivre("Connectez-vous avec votre mot de passe")
    presser(navigateur, "Me connecter", courriel="ana@exemple.fr", mot_de_passe=MOT_DE_PASSE)
    assert (navigateur.statut, navigateur.h1) == (409, "Ces deux identités sont différentes")
    client.post("/compte/franceconnect/relier", data=navigateur.saisie(navigateur.page.find("form")))
    assert confirmes() == []
    assert est_connecte(client)


def test_une_adresse_non_confirmee_ne_l_emporte_jamais(app, navigateur):
    """Quelqu'un s'était inscrit d'avance avec l'adresse d'Ana : son mot de passe n'ouvre pas le compte d'Ana."""
    creer_compte(courriel_confirme_le=None, prenoms="Pirate")
    s_inscrire(navigateur)
    navigateur.ouvrir(lien_recu(app)).envoyer(bouton="Confirmer mon adresse mail")
    [numero] = confirmes()
    assert next(compte for compte in comptes() if compte.id == numero).prenoms == "Ana Maria"
    se_connecter_a_l_ancienne = Navigateur(app.test_client())
    se_connecter_a_l_ancienne.ouvrir("/compte/connexion")
    presser(se_connecter_a_l_ancienne, "Me connecter", courriel="ana@exemple.fr", mot_de_passe=MOT_DE_PASSE)
    assert se_connecter_a_l_ancienne.statut == 422


@pytest.mark.asvs("10.5.2")
def test_deux_inscriptions_pour_une_identite_une_seule_aboutit(app, navigateur):
    s_inscrire(navigateur)
    premier = lien_recu(app)
    s_inscrire(navigateur, courriel="autre@exemple.fr")
    second = lien_recu(app)
    navigateur.ouvrir(second).envoyer(bouton="Confirmer mon adresse mail")
    navigateur.ouvrir(premier).envoyer(bouton="Confirmer mon adresse mail")
    assert (navigateur.statut, navigateur.h1) == (409, "Cette identité FranceConnect a déjà un compte")
    [numero] = confirmes()
    assert [c.courriel for c in comptes() if c.courriel_confirme_le] == ["autre@exemple.fr"]
    assert next(c for c in comptes() if c.id == numero).courriel == "autre@exemple.fr"


def test_l_adresse_d_un_agent_ne_se_relie_pas(app, navigateur):
    with db.sessionmaker() as session:
        agent = monde.agent(session, monde.guichet(session), courriel="ana@exemple.fr")
        assert agent.id
    s_inscrire(navigateur)
    assert navigateur.h1 == "Ouvrez votre boîte mail"
    assert "celle d’un agent" in courriels(app)[-1].get_content()
    assert confirmes() == []


def test_ce_que_la_base_garde_est_chiffre_et_se_purge(app, dossier, navigateur, horloge):
    from portail.taches import nettoyer

    entrer(navigateur, "ana")
    contenu = (dossier / "portail.sqlite").read_bytes() + (dossier / "portail.sqlite-wal").read_bytes()
    assert b"SILVA" not in contenu
    assert b"ana@exemple.fr" not in contenu
    horloge.avancer(minutes=31)
    assert navigateur.ouvrir("/compte/franceconnect/inscription").h1 == "Le délai est passé"
    horloge.avancer(hours=21)
    nettoyer()
    with ecriture() as base:
        import sqlalchemy as sa

        assert base.scalar(sa.text("SELECT count(*) FROM passage_franceconnect")) == 0


def test_supprimer_le_compte_supprime_son_lien(app, navigateur):
    numero = creer_compte()
    s_inscrire(navigateur)
    presser(navigateur.ouvrir(lien_recu(app)), "Relier FranceConnect à mon compte")
    with ecriture() as base:
        base.delete(base.get_one(Compte, numero))
    assert [lien for lien in liens() if lien.compte_id == numero] == []


def test_un_compte_sans_mot_de_passe_n_en_accepte_aucun(app, navigateur):
    creer_compte(mot_de_passe=None)
    for essai in (MOT_DE_PASSE, "un mot de passe que personne n’a", ""):
        se_connecter_par_la_page(navigateur, essai)
        assert navigateur.statut == 422


def se_connecter_par_la_page(navigateur: Navigateur, mot_de_passe: str) -> None:
    navigateur.ouvrir("/compte/connexion")
    presser(navigateur, "Me connecter", courriel="ana@exemple.fr", mot_de_passe=mot_de_passe)
