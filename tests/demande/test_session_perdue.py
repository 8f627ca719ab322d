"""La session meurt entre deux frappes : l'étape revient remplie, à la même personne, et rien ne s'enregistre en silence."""

from __future__ import annotations

import pytest

from tests.compte.gestes import code_recu
from tests.demande.conftest import Foyer, contenu, les_deux_moteurs
from tests.demande.gestes import NavigateurQuiTape
from tests.fabriques import MOT_DE_PASSE
from tests.navigateur import mots

LES_DEUX_FACONS = pytest.mark.parametrize("htmx", [False, True], ids=["page", "fragments"])
POURSUIVRE = "Poursuivre pour renforcer ma demande"


def envoyer_trop_tard(foyer: Foyer, nav: NavigateurQuiTape, horloge, action: str = "") -> NavigateurQuiTape:
    """La session a expiré ; le navigateur envoie quand même, en disant d'où il vient."""
    horloge.avancer(minutes=45)
    valeurs = nav.saisie(nav.formulaire()).to_dict(flat=False)
    entetes = {"Origin": nav.base, **({"HX-Request": "true"} if nav.htmx else {})}
    reponse = foyer.client.post(
        nav.formulaire()["action"],
        data={**valeurs, **({"action": action} if action else {})},
        headers=entetes,
        base_url=nav.base,
    )
    suite = reponse.headers.get("HX-Redirect") or reponse.headers.get("Location")
    assert suite.startswith("/compte/connexion")
    return nav.ouvrir(suite)


def se_connecter(nav: NavigateurQuiTape, courriel: str) -> NavigateurQuiTape:
    return nav.envoyer(courriel=courriel, mot_de_passe=MOT_DE_PASSE, bouton="Me connecter")


@les_deux_moteurs
@LES_DEUX_FACONS
def test_l_etape_revient_remplie_et_s_enregistre_une_fois_relue(ana_remplie, horloge, htmx):
    nav = ana_remplie.navigateur(htmx=htmx, slug="logement-actuel")
    nav.taper("surface", "77")
    nav.taper("loyer_mensuel", "abc")
    nav.taper("autre_propriete", "oui")
    avant = contenu(ana_remplie)
    se_connecter(envoyer_trop_tard(ana_remplie, nav, horloge), "ana@exemple.fr")
    assert nav.h1 == "Logement actuel"
    assert "ce n’est pas encore enregistré" in mots(nav.page.find(id="rendue"))
    assert [nav.valeur(nom) for nom in ("surface", "loyer_mensuel", "autre_propriete")] == ["77", "abc", "oui"]
    assert nav.erreurs()[0].startswith("Écrivez un montant en chiffres")
    assert [dit["id"] for dit in nav.page.find_all(autofocus=True)] == ["resume"]
    assert contenu(ana_remplie) == avant, "rien d’enregistré en silence"
    nav.taper("loyer_mensuel", "150")
    nav.envoyer(bouton=POURSUIVRE)
    if not htmx:  # « oui » demande où est ce logement : sans JavaScript, la page le montre avant de poursuivre
        assert nav.h1 == "Logement actuel"
        nav.envoyer(bouton=POURSUIVRE)
    assert nav.h1 == "Motifs"
    assert ana_remplie.valeur("logement_actuel", "surface") == 77
    assert ana_remplie.valeur("logement_actuel", "loyer_mensuel") == 15_000
    nav.ouvrir(ana_remplie.adresse("logement-actuel"))
    assert nav.page.find(id="rendue") is None, "rendue une fois"


def test_elle_n_est_jamais_rendue_a_quelqu_un_d_autre(ana_remplie, autre, horloge):
    nav = ana_remplie.navigateur(slug="logement-actuel")
    nav.taper("surface", "77")
    envoyer_trop_tard(ana_remplie, nav, horloge)
    se_connecter(nav, "zoe@exemple.fr")
    assert nav.h1 == "Recopiez le code reçu", "l’appareil d’Ana n’est pas celui de Zoé"
    with ana_remplie.app.app_context():
        code = code_recu(ana_remplie.app)
    nav.envoyer(code_recu=code, bouton="Entrer")
    assert "Zoé" in nav.h1 or nav.statut == 404
    nav.ouvrir(f"{ana_remplie.adresse('logement-actuel')}?reprise=1")
    assert nav.statut == 404
    nav.ouvrir(f"{autre.adresse('logement-actuel')}?reprise=1")
    assert nav.page.find(id="rendue") is None
    assert nav.valeur("surface") != "77"


def test_une_page_rendue_mais_depassee_reste_un_conflit(ana_remplie, horloge):
    """Pendant la coupure, un autre appareil a enregistré la même étape."""
    nav = ana_remplie.navigateur(slug="logement-actuel")
    nav.taper("surface", "77")
    ana_remplie.navigateur(slug="logement-actuel").repondre(surface="50")
    se_connecter(envoyer_trop_tard(ana_remplie, nav, horloge), "ana@exemple.fr")
    assert nav.valeur("surface") == "77"
    nav.envoyer(bouton=POURSUIVRE)
    assert nav.statut == 409
    assert ana_remplie.valeur("logement_actuel", "surface") == 50


def test_sans_saisie_gardee_la_page_est_celle_de_toujours(ana_remplie):
    nav = ana_remplie.navigateur().ouvrir(f"{ana_remplie.adresse('logement-actuel')}?reprise=1")
    assert nav.page.find(id="rendue") is None
    assert nav.valeur("surface") == "61"
