"""Des réponses que nul appareil honnête ne ferait : aucune n'ouvre, aucune ne fait tomber le service."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from portail.cles_acces import ceremonie, service
from portail.cles_acces.ceremonie import CleRefusee
from portail.compte.modeles import CleCompte
from portail.db import db, ecriture, lecture
from tests import fabriques
from tests.cles_acces.authentificateur import PRESENCE, VERIFIE, Authentificateur, ecrire
from tests.cles_acces.gestes import ajouter, cles, connecter, connecter_leo, demander, entrer, envoyer, sortir
from tests.compte.gestes import est_connecte
from tests.navigateur import Navigateur

pytestmark = pytest.mark.menace("T1")

MENSONGES = {
    "autre site": {"origine": "https://portail-logement.exemple"},
    "même site, autre port": {"origine": "http://localhost:8080"},
    "autre domaine": {"domaine": "exemple.fr"},
    "autre défi": {"defi": ecrire(b"d" * 32)},
    "dans un cadre": {"cadre": True},
    "personne non vérifiée": {"drapeaux": PRESENCE},
    "personne absente": {"drapeaux": VERIFIE},
}


@pytest.fixture
def telephone(nav) -> Authentificateur:
    cle = Authentificateur()
    ajouter(nav, cle)
    sortir(nav)
    return cle


def test_aucun_mensonge_n_ajoute_une_cle(nav):
    cas = {**MENSONGES, "réponse d’entrée": {"genre": "webauthn.get"}, "autre algorithme": {"algorithme": -65535}}
    passes = [nom for nom, mensonge in cas.items() if ajouter(nav, Authentificateur(), **mensonge).statut != 422]
    assert passes == []
    assert cles() == []
    assert ajouter(nav, Authentificateur()).statut == 200


@pytest.mark.asvs("6.8.2")
def test_aucun_mensonge_n_entre(telephone, autre_client):
    cas = {
        **MENSONGES,
        "réponse d’ajout": {"genre": "webauthn.create"},
        "signature fausse": {"privee": ec.generate_private_key(ec.SECP256R1())},
        "porteur tu": {"porteur": None},
        "autre porteur": {"porteur": ecrire(b"p" * 32)},
        "clé inconnue": {"identifiant": b"i" * 16},
    }
    nav = Navigateur(autre_client)
    for nom, mensonge in cas.items():
        entrer(nav, telephone, **mensonge)
        assert (nav.statut, nav.h1) == (422, "J’ai déjà un compte, je me connecte"), nom
        assert not est_connecte(autre_client), nom
    assert cles()[0].utilisee_le is None
    assert entrer(nav, telephone).h1 == "Bonjour Ana !"


@pytest.mark.asvs("6.5.1")
def test_une_reponse_ne_sert_qu_une_fois(telephone, autre_client, client):
    nav = Navigateur(autre_client).ouvrir("/compte/connexion")
    reponse = telephone.signer(demander(nav))
    assert envoyer(nav, reponse).h1 == "Bonjour Ana !"
    sortir(nav)
    assert envoyer(nav.ouvrir("/compte/connexion"), reponse).statut == 422


def test_un_defi_ne_sert_qu_une_fois_meme_apres_un_refus(telephone, autre_client):
    nav = Navigateur(autre_client).ouvrir("/compte/connexion")
    options = demander(nav)
    assert envoyer(nav, telephone.signer(options, drapeaux=PRESENCE)).statut == 422
    assert envoyer(nav, telephone.signer(options)).statut == 422


def test_un_defi_perime_au_bout_de_cinq_minutes(telephone, autre_client, horloge):
    nav = Navigateur(autre_client).ouvrir("/compte/connexion")
    options = demander(nav)
    horloge.avancer(minutes=5, seconds=1)
    assert envoyer(nav, telephone.signer(options)).statut == 422


@pytest.mark.asvs("6.6.2")
def test_le_defi_d_un_navigateur_ne_vaut_pas_dans_un_autre(app, telephone, autre_client):
    ici, la = (
        Navigateur(autre_client).ouvrir("/compte/connexion"),
        Navigateur(app.test_client()).ouvrir("/compte/connexion"),
    )
    options = demander(ici)
    demander(la)
    assert envoyer(la, telephone.signer(options)).statut == 422


def test_un_defi_d_ajout_n_ouvre_pas_de_session(app, ana, telephone, autre_client):
    autre = connecter(app, autre_client, ana, "a" * 43).ouvrir("/compte/cles/ajouter")
    options = demander(autre)
    sortir(autre)
    autre.ouvrir("/compte/connexion")
    assert envoyer(autre, telephone.signer({"rpId": "localhost", "challenge": options["challenge"]})).statut == 422


def test_la_cle_d_un_compte_n_ouvre_pas_celui_d_un_autre(app, telephone, autre_client):
    """L'appareil de Léo signe en disant le numéro d'Ana : la clé reste celle de Léo, et le numéro ne va pas avec."""
    leo, sienne = connecter_leo(app, autre_client), Authentificateur()
    ajouter(leo, sienne)
    sortir(leo)
    assert entrer(leo, sienne, porteur=telephone.porteur).statut == 422
    assert entrer(leo, sienne).h1 == "Bonjour Léo !"


@pytest.mark.asvs("16.3.3")
def test_un_compteur_qui_n_avance_pas_est_refuse_et_note(telephone, autre_client, caplog):
    nav = entrer(Navigateur(autre_client), telephone, compteur=7)
    sortir(nav)
    for compteur in (7, 3):
        assert entrer(nav, telephone, compteur=compteur).statut == 422
    assert caplog.text.count("compteur_de_cle_d_acces_en_arriere") == 2
    assert entrer(nav, telephone, compteur=8).h1 == "Bonjour Ana !"


def test_une_cle_sans_compteur_sert_autant_qu_on_veut(nav, autre_client):
    suivie = Authentificateur(compteur=None)
    ajouter(nav, suivie)
    assert "Elle suit vos appareils" in nav.texte()
    for _ in range(2):
        ailleurs = entrer(Navigateur(autre_client), suivie)
        assert ailleurs.h1 == "Bonjour Ana !"
        sortir(ailleurs)


def test_deux_envois_simultanes_de_la_meme_reponse_n_en_font_passer_qu_un(app_deux_moteurs):
    with db.sessionmaker() as session:
        compte = fabriques.compte(session)
        cle = CleCompte(
            compte_id=compte.id, identifiant="AA", cle_publique=b"", compteur=4, sauvegardee=False, nom="Clé",
            ajoutee_le=fabriques.INSTANT,
        )  # fmt: skip
        session.add(cle)
        session.commit()

    def noter(_rang: int) -> bool:
        with app_deux_moteurs.app_context():
            try:
                service.noter_l_usage(cle, 5, sauvegardee=False)
            except service.CompteurEnArriere:
                return False
            return True

    with ThreadPoolExecutor(6) as fils:
        assert sorted(fils.map(noter, range(6))) == [False] * 5 + [True]


DEFORMEES = [
    "", "{}", "[]", "null", "1", '"a"', "[" * 9000, "x" * 20_000, '{"id": 1}', '{"id": "AA", "response": 3}',
    '{"id": "AA", "response": {}}', '{"id": "AA", "response": {"clientDataJSON": 3}}',
    '{"id": "é", "rawId": "é", "type": "public-key", "response": {"clientDataJSON": "e30"}}',
]  # fmt: skip


def test_une_reponse_deformee_est_un_refus(telephone, autre_client):
    nav = Navigateur(autre_client)
    for texte in DEFORMEES:
        nav.ouvrir("/compte/connexion")
        demander(nav)
        assert envoyer(nav, texte).statut == 422, texte[:30]


def test_chaque_morceau_deforme_d_une_reponse_est_un_refus(app, telephone):
    """Tronquer, doubler, retourner chaque morceau d'une réponse juste : toujours `CleRefusee`, jamais autre chose."""
    with lecture() as base:
        cle = base.query(CleCompte).one()
        porteur = ceremonie.porteur("compte", cle.compte_id, "ana@exemple.fr")
    defi = b"d" * 32
    usage = json.loads(telephone.signer(ceremonie.options_d_usage(defi)))
    ajout = json.loads(Authentificateur().fabriquer(ceremonie.options_d_ajout(defi, porteur, [], decouvrable=True)))
    essais = 0
    for juste, verifier in (
        (usage, lambda t: ceremonie.verifier_l_usage(ceremonie.lire(t), defi, cle, porteur)),
        (ajout, lambda t: ceremonie.verifier_l_ajout(t, defi)),
    ):
        verifier(json.dumps(juste))
        for nom, valeur in juste["response"].items():
            if nom == "attestationObject":  # ni signé ni attesté : un octet changé peut rester une clé valable
                formes = [valeur[:20], valeur[: len(valeur) // 2], valeur[-30:], "", 3, None, {}, "oWNmbXQ", "_" * 40]
            else:
                formes = [valeur[:-4], valeur[4:], valeur * 2, valeur[::-1], "é", "", 3, [], {}, "AA=="]
            for forme in formes:
                with pytest.raises(CleRefusee):
                    verifier(json.dumps({**juste, "response": {**juste["response"], nom: forme}}))
                essais += 1
    assert essais > 40


def test_les_essais_d_un_reseau_sont_freines(telephone, autre_client):
    nav = Navigateur(autre_client)
    statuts = {entrer(nav, telephone, drapeaux=PRESENCE).statut for _ in range(22)}
    assert statuts == {422, 429}
    with ecriture() as base:
        assert base.query(CleCompte).one().utilisee_le is None
