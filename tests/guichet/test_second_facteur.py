"""Enrôler son téléphone, garder ses codes de secours, s'en servir une fois."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
import sqlalchemy as sa

from portail.db import db
from portail.guichet import second_facteur as facteur
from portail.guichet.modeles import ActeJournal, Agent, CodeSecours
from tests.guichet.gestes import presser
from tests.guichet.lecture import courriels, ecritures, lire, un
from tests.guichet.monde import MOT_DE_PASSE, SECRET, agent, code_totp, guichet
from tests.guichet.test_connexion import se_connecter
from tests.navigateur import Navigateur


@pytest.fixture
def neuve(app) -> int:
    """Léa a choisi son mot de passe et ne s'est jamais connectée."""
    with db.sessionmaker() as session:
        return agent(session, guichet(session), secret_totp=None, totp_confirme_le=None, nom="Petit", prenom="Léa").id


@pytest.fixture
def enrolee(app) -> int:
    with db.sessionmaker() as session:
        return agent(session, guichet(session)).id


def enroler(nav: Navigateur, horloge) -> list[str]:
    """Jusqu'à la page des codes de secours. Rend les codes."""
    se_connecter(nav)
    assert nav.h1 == "Protéger votre accès"
    cle = nav.page.find(class_="cle").get_text().replace(" ", "")
    nav.envoyer({"code_totp": pyotp.TOTP(cle).at(horloge())}, "Activer et entrer")
    assert (nav.statut, nav.h1) == (200, "Vos codes de secours")
    return [code.get_text() for code in nav.page.find_all("code")]


@pytest.mark.asvs("6.5.4")
def test_la_premiere_connexion_enrole_et_donne_dix_codes(nav, neuve, horloge):
    codes = enroler(nav, horloge)
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"[2-9a-hjkmnp-z]{5}-[2-9a-hjkmnp-z]{5}", code) for code in codes)
    assert nav.reponse.headers["Cache-Control"] == "no-store"
    assert nav.suivre("C’est fait").h1 == "Espace guichet"
    assert un(Agent, neuve).totp_confirme_le == horloge()
    assert [e.objet for e in ecritures(ActeJournal.CONNEXION)] == ["second facteur enrôlé"]


def test_les_codes_ne_sont_montres_qu_une_fois(nav, neuve, horloge):
    codes = enroler(nav, horloge)
    for adresse in ("/guichet/second-facteur", "/guichet/moi", "/guichet", "/guichet/journal"):
        page = str(nav.ouvrir(adresse).page)
        assert not any(code in page for code in codes)
    assert "Il vous en reste 10." in nav.ouvrir("/guichet/moi").texte()


def test_renvoyer_la_page_d_enrolement_ne_donne_pas_d_autres_codes(nav, neuve, horloge):
    enroler(nav, horloge)
    empreintes = {code.empreinte for code in lire(sa.select(CodeSecours))}
    jeton = nav.ouvrir("/guichet").page.find(attrs={"name": "csrf_token"})["value"]
    assert nav.client.post("/guichet/second-facteur", data={"csrf_token": jeton, "code_totp": "1"}).status_code == 303
    assert {code.empreinte for code in lire(sa.select(CodeSecours))} == empreintes


def test_le_code_qr_porte_la_meme_cle_que_le_texte_et_le_nom_du_site(nav, neuve):
    se_connecter(nav)
    cle = nav.page.find(class_="cle").get_text().replace(" ", "")
    image = nav.page.find("img")
    reponse = nav.client.get(image["src"])
    assert (reponse.status_code, reponse.mimetype) == (200, "image/svg+xml")
    assert reponse.headers["Cache-Control"] == "no-store"
    assert "clé" in image["alt"]
    adresse = urlsplit(_lire_le_code_qr(reponse.data))
    assert (adresse.scheme, adresse.netloc) == ("otpauth", "totp")
    assert parse_qs(adresse.query)["secret"] == [cle]
    assert parse_qs(adresse.query)["issuer"] == ["Portail logement social"]
    assert adresse.path == "/Portail%20logement%20social:agent1%40ville.fr"


def _lire_le_code_qr(svg: bytes) -> str:
    """Relit les modules noirs du dessin et retrouve le texte en refaisant les codes possibles."""
    import segno

    with db.sessionmaker() as session:
        secret = session.scalar(sa.select(Agent.secret_totp))
    attendu = pyotp.TOTP(secret).provisioning_uri(name="agent1@ville.fr", issuer_name="Portail logement social")
    chemin = re.search(rb'class="qrline"[^>]* d="([^"]+)"', svg)[1].decode()
    assert chemin in segno.make(attendu, error="m", micro=False).svg_inline(scale=4, border=4, light="#fff")
    return attendu


def test_une_cle_jamais_enrolee_ne_ressert_pas(naviguer, neuve, horloge):
    vue = se_connecter(naviguer()).page.find(class_="cle").get_text()
    nav = se_connecter(naviguer())
    assert nav.page.find(class_="cle").get_text() != vue
    nav.envoyer({"code_totp": pyotp.TOTP(vue.replace(" ", "")).at(horloge())}, "Activer et entrer")
    assert (nav.statut, nav.h1) == (422, "Protéger votre accès")


def test_la_cle_ne_se_relit_plus_une_fois_enrolee(naviguer, enrolee, horloge):
    nav = se_connecter(naviguer())
    assert SECRET not in str(nav.page).replace(" ", "")
    assert nav.client.get("/guichet/second-facteur/qr.svg").status_code == 404
    nav.envoyer({"code_totp": code_totp(horloge())}, "Entrer")
    assert nav.client.get("/guichet/second-facteur/qr.svg").status_code == 303


@pytest.mark.asvs("6.5.1")
def test_un_code_de_secours_remplace_le_telephone_une_seule_fois(naviguer, neuve, horloge):
    codes = enroler(naviguer(), horloge)

    def par_secours(saisie: str) -> Navigateur:
        nav = se_connecter(naviguer())
        formulaire = nav.formulaire("code_secours")
        valeurs = nav.saisie(formulaire)
        valeurs["code_secours"] = saisie
        return nav.poster(formulaire["action"], valeurs)

    assert par_secours(f" {codes[3].upper()} ").h1 == "Espace guichet", "majuscules et espaces n’y font rien"
    horloge.avancer(seconds=1)
    nav = par_secours(codes[3])
    assert nav.statut == 422
    assert "déjà servi" in nav.erreurs()[0]
    assert nav.page.find("details").has_attr("open")
    assert codes[3] not in str(nav.page)
    assert par_secours(codes[4].replace("-", "")).h1 == "Espace guichet"
    assert "Il vous en reste 8." in courriels("agent1@ville.fr")[-1].corps
    assert [e.objet for e in ecritures(ActeJournal.CONNEXION)][1:] == ["code de secours"] * 2


def test_un_code_de_secours_n_enrole_pas(naviguer, neuve, horloge):
    """Sans second facteur enrôlé, l'envoi est lu comme un enrôlement, et refusé."""
    nav = se_connecter(naviguer())
    valeurs = nav.saisie(nav.formulaire())
    valeurs["code_secours"] = "abcde-fghjk"
    assert nav.poster("/guichet/second-facteur", valeurs).statut == 422
    assert un(Agent, neuve).totp_confirme_le is None


def test_de_nouveaux_codes_demandent_le_telephone_et_annulent_les_anciens(naviguer, neuve, horloge):
    nav = naviguer()
    anciens = enroler(nav, horloge)
    horloge.avancer(minutes=1)
    cle = un(Agent, neuve).secret_totp
    presser(nav.ouvrir("/guichet/moi"), "Obtenir dix nouveaux codes")
    assert nav.h1 == "Redonnez votre second facteur"
    assert presser(nav, "Continuer", code_totp="000000").statut == 422
    assert presser(nav, "Continuer", code_totp=code_totp(horloge(), cle)).adresse == "/guichet/moi?fait=redit"
    assert presser(nav, "Obtenir dix nouveaux codes").h1 == "Vos codes de secours"
    neufs = [code.get_text() for code in nav.page.find_all("code")]
    assert not set(neufs) & set(anciens)
    with db.sessionmaker() as session:
        lui = session.get(Agent, neuve)
        assert not facteur.consommer_secours(session, lui, anciens[0], horloge())
        assert facteur.consommer_secours(session, lui, neufs[0], horloge())


def test_le_code_d_un_agent_ne_vaut_pas_pour_un_autre(app_deux_moteurs, horloge):
    with db.sessionmaker() as session:
        g = guichet(session)
        lea, tom = agent(session, g), agent(session, g)
        codes = facteur.renouveler_les_secours(session, lea)
        session.commit()
        assert not facteur.consommer_secours(session, tom, codes[0], horloge())
        assert facteur.consommer_secours(session, lea, codes[0], horloge())


@pytest.mark.parametrize("saisie", ["", "12345", "1234567", "abcdef", "１２３４５６", "12 34 56", "-12345"])
def test_seuls_six_chiffres_sont_un_code(app, horloge, saisie):
    assert facteur.pas_du_code(SECRET, saisie, horloge()) is None


@pytest.mark.asvs("6.5.1")
def test_deux_envois_simultanes_du_meme_code_n_en_font_passer_qu_un(app_deux_moteurs, horloge):
    from concurrent.futures import ThreadPoolExecutor

    from portail.db import ecriture

    with db.sessionmaker() as session:
        numero = agent(session, guichet(session)).id
    code = code_totp(horloge())

    def essayer(_rang: int) -> bool:
        with app_deux_moteurs.app_context(), ecriture() as session:
            return facteur.consommer_code(session, session.get_one(Agent, numero), code, horloge())

    with ThreadPoolExecutor(8) as fils:
        assert sorted(fils.map(essayer, range(8))) == [False] * 7 + [True]


def test_mot_de_passe_du_second_facteur_jamais_dans_l_adresse(nav, enrolee):
    se_connecter(nav)
    assert nav.adresse == "/guichet/second-facteur"
    assert MOT_DE_PASSE not in str(nav.page)
