"""Les routes de FranceConnect, réglé : qui les ouvre, ce qu'elles pèsent, aucun envoi sans jeton."""

from __future__ import annotations

import pytest

from portail.droits import Droit, droit_de
from portail.franceconnect.arret import CAS
from tests.compte.gestes import creer_compte, est_connecte
from tests.fabriques import MOT_DE_PASSE
from tests.franceconnect.gestes import entrer, presser
from tests.navigateur import Navigateur
from tests.socle.routes import differences, photo
from tests.socle.test_entetes import DORES

KO = 1024


def regles(app, methode: str) -> list[tuple[str, Droit]]:
    return [
        (
            app.url_map.bind("127.0.0.1").build(r.endpoint, dict.fromkeys(r.arguments, "j" * 43)),
            droit_de(app, r.endpoint),
        )
        for r in app.url_map.iter_rules()
        if r.endpoint.startswith("franceconnect.") and methode in r.methods
    ]


def test_sans_etre_connecte(app, client):
    for adresse, droit in regles(app, "GET"):
        reponse = client.get(adresse)
        if droit is Droit.COMPTE:
            assert reponse.headers["Location"].startswith("/compte/connexion?suite="), adresse
        else:
            assert reponse.status_code in {200, 303} or adresse.endswith("/arret"), adresse


def test_connectee_et_sans_aller_en_cours(app, client):
    creer_compte()
    navigateur = Navigateur(client).ouvrir("/compte/connexion")
    presser(navigateur, "Me connecter", courriel="ana@exemple.fr", mot_de_passe=MOT_DE_PASSE)
    for adresse, _droit in regles(app, "GET"):
        assert client.get(adresse).status_code in {200, 303} or adresse.endswith("/arret"), adresse
    assert est_connecte(client)


def test_aucun_envoi_sans_jeton_ni_d_un_autre_site_n_a_d_effet(app, client, dossier):
    avant = photo(dossier)
    for adresse, _droit in regles(app, "POST"):
        assert client.post(adresse, data={"actuel": "x"}).status_code in {303, 400}, adresse
        assert client.post(adresse, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 400, adresse
    assert differences(avant, photo(dossier)) <= {"frein"}


@pytest.mark.parametrize("cas", CAS)
def test_chaque_arret_a_sa_page_ses_entetes_et_son_poids(app, client, cas):
    reponse = client.get(f"/compte/franceconnect/arret?cas={cas}", headers={"Accept-Encoding": "br"})
    assert reponse.status_code == CAS[cas].statut
    for nom in ("X-Content-Type-Options", "Cross-Origin-Opener-Policy", "Permissions-Policy"):
        assert reponse.headers[nom] == DORES[nom]
    assert len(reponse.data) <= 9 * KO
    navigateur = Navigateur(client).ouvrir(f"/compte/franceconnect/arret?cas={cas}")
    assert navigateur.h1
    assert ("S’identifier avec FranceConnect" in navigateur.texte()) is CAS[cas].reprendre


def test_les_pages_du_compte_tiennent_leur_poids_avec_le_bouton(app, client, navigateur):
    entrer(navigateur, "ana")
    for adresse in ("/compte/connexion", "/compte/creer", "/compte/franceconnect/inscription"):
        assert len(client.get(adresse, headers={"Accept-Encoding": "br"}).data) <= 9 * KO, adresse
