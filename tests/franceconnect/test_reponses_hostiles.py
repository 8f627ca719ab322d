"""Chaque réponse hostile du fournisseur mène à la page du refus ou de la panne, jamais à un compte, jamais à une 500."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import RSAKey

from portail.franceconnect import fournisseur, protocole
from portail.franceconnect.fournisseur import Fournisseur
from portail.franceconnect.reglages import ReglagesFranceConnect
from portail.franceconnect.transport import Injoignable, Refusee
from tests.compte.gestes import est_connecte
from tests.franceconnect.fournisseurs import CLIENT, SECRET, cle_de_chiffrement
from tests.franceconnect.gestes import partir, retour
from tests.franceconnect.hostile import Hostile
from tests.horloge import HorlogeReglable
from tests.navigateur import Navigateur
from tests.serveur import servir
from tests.socle.applications import ouvrir

pytestmark = pytest.mark.menace("T9")

REFUS, PANNE = "FranceConnect n’a pas confirmé votre identité", "FranceConnect ne répond pas"
JSON, JWT = "application/json", "application/jwt"


@pytest.fixture
def horloge() -> HorlogeReglable:
    return HorlogeReglable(datetime(2026, 11, 24, 10, 0, tzinfo=UTC))


@pytest.fixture
def hostile(horloge) -> Iterator[Hostile]:
    menteur = Hostile(horloge)
    with servir(menteur.servir):
        yield menteur


def revenir(dossier, horloge, hostile: Hostile, cle: dict | None = None) -> Navigateur:
    """Un aller, puis un retour avec un code, chez ce fournisseur-là."""
    reglages = ReglagesFranceConnect(hostile.emetteur, CLIENT, SECRET, cle)
    with ouvrir(dossier, horloge, franceconnect=reglages, TESTING=False, PROPAGATE_EXCEPTIONS=False) as app:
        navigateur = Navigateur(app.test_client())
        depart = partir(navigateur)
        parametres = parse_qs(urlsplit(depart).query)
        hostile.nonce = parametres.get("nonce", [""])[0]
        navigateur.ouvrir(retour(code="code", state=parametres["state"][0]) if "state" in parametres else depart)
        assert not est_connecte(navigateur.client)
        return navigateur


def dans_le_jeton(**valeurs: object) -> Callable[[Hostile], None]:
    return lambda hostile: hostile.jeton.update(valeurs)


def dans_l_identite(**valeurs: object) -> Callable[[Hostile], None]:
    return lambda hostile: hostile.identite.update(valeurs)


def dans_l_entete(**valeurs: object) -> Callable[[Hostile], None]:
    return lambda hostile: hostile.entete.update(valeurs)


def a_la_place(chemin: str, statut: str, genre: str, corps: bytes) -> Callable[[Hostile], None]:
    return lambda hostile: hostile.bruts.update({chemin: (statut, genre, [corps])})


def une_autre_cle(hostile: Hostile) -> None:
    hostile.signe_avec = hostile.autre_cle


INSTANT = int(datetime(2026, 11, 24, 10, 0, tzinfo=UTC).timestamp())
REFUSES = {
    "sans signature": dans_l_entete(alg="none"),
    "une autre clé": une_autre_cle,
    "HS256 avec la clé publique": dans_l_entete(alg="HS256"),
    "une clé inconnue": dans_l_entete(kid="autre"),
    "sans nom de clé": dans_l_entete(kid=None),
    "une extension critique": dans_l_entete(crit=["x"], x=1),
    "un autre émetteur": dans_le_jeton(iss="https://autre.test"),
    "un autre destinataire": dans_le_jeton(aud="autre"),
    "plusieurs destinataires": dans_le_jeton(aud=[CLIENT, "autre"], azp=CLIENT),
    "une autre partie autorisée": dans_le_jeton(azp="autre"),
    "périmé": dans_le_jeton(exp=INSTANT - 31),
    "pas encore valable": dans_le_jeton(nbf=INSTANT + 31),
    "émis dans le futur": dans_le_jeton(iat=INSTANT + 31),
    "sans fin": dans_le_jeton(exp=None),
    "une fin en texte": dans_le_jeton(exp="demain"),
    "un autre nonce": dans_le_jeton(nonce="x" * 43),
    "sans nonce": dans_le_jeton(nonce=None),
    "un niveau trop faible": dans_le_jeton(acr="eidas0"),
    "un niveau en liste": dans_le_jeton(acr=["eidas1"]),
    "sans niveau": dans_le_jeton(acr=None),
    "sans sub": dans_le_jeton(sub=None),
    "un sub vide": dans_le_jeton(sub=""),
    "un sub en nombre": dans_le_jeton(sub=1),
    "un sub trop long": dans_le_jeton(sub="x" * 256),
    "un autre jeton d’accès": dans_le_jeton(at_hash="AAAAAAAAAAAAAAAAAAAAAA"),
    "l’identité d’une autre personne": dans_l_identite(sub="leo"),
    "une identité sans sub": dans_l_identite(sub=None),
    "une identité pour un autre": dans_l_identite(aud="autre"),
    "une identité d’un autre émetteur": dans_l_identite(iss="https://autre.test"),
    "une identité périmée": dans_l_identite(exp=INSTANT - 31),
    "une identité non signée": a_la_place("/userinfo", "200 OK", JSON, b'{"sub":"ana","family_name":"SILVA"}'),
    "une identité qui se dit signée": a_la_place("/userinfo", "200 OK", JWT, b'{"sub":"ana"}'),
    "une identité illisible": a_la_place("/userinfo", "200 OK", JWT, b"\xff\x00.\xff.\xff"),
    "une identité refusée": a_la_place("/userinfo", "401 Unauthorized", JSON, b"{}"),
    "un code refusé": a_la_place("/token", "400 Bad Request", JSON, b'{"error":"invalid_grant"}'),
    "une réponse sans jetons": a_la_place("/token", "200 OK", JSON, b"{}"),
    "des jetons d’un autre type": a_la_place("/token", "200 OK", JSON, b'{"access_token":[1],"id_token":{}}'),
    "un jeton d’accès piégé": a_la_place(
        "/token", "200 OK", JSON, b'{"access_token":"a\\r\\nX: y","id_token":"a.b.c","token_type":"bearer"}'
    ),
}
PANNES = {
    "un autre émetteur à la découverte": lambda hostile: hostile.decouverte.update(issuer="https://autre.test"),
    "un jeton à prendre ailleurs": lambda hostile: hostile.decouverte.update(token_endpoint="https://autre.test/token"),
    "des clés à prendre ailleurs": lambda hostile: hostile.decouverte.update(jwks_uri="http://127.0.0.1:1/jwks"),
    "une adresse qui commence pareil": lambda hostile: hostile.decouverte.update(
        authorization_endpoint=f"{hostile.emetteur}.pirate.test/authorize"
    ),
    "des adresses en nombre": lambda hostile: hostile.decouverte.update(userinfo_endpoint=1),
    "une découverte illisible": a_la_place("/.well-known/openid-configuration", "200 OK", JSON, b"<html>"),
    "une découverte en liste": a_la_place("/.well-known/openid-configuration", "200 OK", JSON, b"[]"),
    "une découverte trop profonde": a_la_place("/.well-known/openid-configuration", "200 OK", JSON, b"[" * 60_000),
    "une découverte trop longue": a_la_place("/.well-known/openid-configuration", "200 OK", JSON, b" " * 70_000),
    "une découverte ailleurs": a_la_place("/.well-known/openid-configuration", "302 Found", JSON, b""),
    "des clés illisibles": a_la_place("/jwks", "200 OK", JSON, b'{"keys":[{"kty":"EC","crv":"P-256","x":"!"}]}'),
    "des clés sans clé": a_la_place("/jwks", "200 OK", JSON, b'{"keys":[]}'),
    "des clés qui n’en sont pas": a_la_place("/jwks", "200 OK", JSON, b'{"keys":[1]}'),
    "un jeton en panne": a_la_place("/token", "500 Internal Server Error", JSON, b"{}"),
    "un jeton ailleurs": a_la_place("/token", "307 Temporary Redirect", JSON, b""),
    "un jeton trop long": a_la_place("/token", "200 OK", JSON, b" " * 70_000),
    "un jeton en français": a_la_place("/token", "200 OK", JSON, "é".encode("latin-1")),
    "une identité en panne": a_la_place("/userinfo", "503 Service Unavailable", JSON, b""),
}


@pytest.mark.asvs("10.2.1")
def test_le_menteur_dit_vrai_quand_on_n_y_change_rien(dossier, horloge, hostile):
    assert revenir(dossier, horloge, hostile).h1 == "Terminer mon inscription"
    [(_, envoye)] = [demande for demande in hostile.demandes if demande[0] == "/token"]
    assert len(envoye["code_verifier"][0]) == 43
    assert envoye["client_secret"] == [SECRET]


def echanger(horloge, hostile: Hostile) -> None:
    """L'aller et le retour, sans les pages."""
    source = Fournisseur(ReglagesFranceConnect(hostile.emetteur, CLIENT, SECRET))
    prives = protocole.nouveaux_secrets()
    hostile.nonce = prives.nonce
    protocole.adresse_de_depart(source, prives, "http://127.0.0.1/retour")
    protocole.echanger(source, "code", prives, "http://127.0.0.1/retour", horloge())


@pytest.mark.asvs(
    "6.8.1",
    "6.8.2",
    "6.8.4",
    "9.1.1",
    "9.1.2",
    "9.1.3",
    "9.2.1",
    "9.2.2",
    "9.2.3",
    "10.2.2",
    "10.5.1",
    "10.5.2",
    "10.5.3",
    "10.5.4",
)
@pytest.mark.parametrize("change", REFUSES.values(), ids=REFUSES)
def test_une_reponse_qui_ne_prouve_rien_est_refusee(horloge, hostile, change):
    change(hostile)
    with pytest.raises(Refusee) as refus:
        echanger(horloge, hostile)
    assert not {"SILVA", "leo", "https://autre.test"} & set(str(refus.value).split())


@pytest.mark.asvs("10.5.3")
@pytest.mark.parametrize("change", PANNES.values(), ids=PANNES)
def test_un_fournisseur_inutilisable_est_une_panne(horloge, hostile, change):
    change(hostile)
    with pytest.raises(Injoignable):
        echanger(horloge, hostile)


def test_chacun_a_sa_page(dossier, horloge, hostile, caplog):
    hostile.entete["alg"] = "none"
    navigateur = revenir(dossier, horloge, hostile)
    assert (navigateur.statut, navigateur.h1) == (400, REFUS)
    assert "reponse_de_franceconnect_refusee" in caplog.text
    a_la_place("/token", "500 Internal Server Error", JSON, b"{}")(hostile)
    navigateur = revenir(dossier, horloge, hostile)
    assert (navigateur.statut, navigateur.h1) == (503, PANNE)


def test_chiffree_pour_nous_elle_se_lit_pour_un_autre_non_et_en_clair_non_plus(dossier, horloge, hostile):
    notre = cle_de_chiffrement()
    for chiffrer, attendu in (
        (RSAKey.import_key(notre), "Terminer mon inscription"),
        (RSAKey.import_key(cle_de_chiffrement()), REFUS),
        (None, REFUS),
    ):
        hostile.chiffrer = chiffrer
        assert revenir(dossier, horloge, hostile, notre).h1 == attendu


@pytest.mark.asvs("9.1.3")
def test_une_cle_neuve_se_decouvre_sans_redemarrer(dossier, horloge, hostile, monkeypatch):
    """Le fournisseur change de clé de signature : elle est relue, une fois par minute au plus."""
    source = Fournisseur(ReglagesFranceConnect(hostile.emetteur, CLIENT, SECRET))
    assert source.cle("fc1") is not None
    assert source.cle("fc2") is None
    assert len([chemin for chemin, _ in hostile.demandes if chemin == "/jwks"]) == 1
    monkeypatch.setattr(fournisseur, "RELECTURE", 0.0)
    hostile.cle = type(hostile.cle).generate_key("P-256", {"kid": "fc2", "use": "sig"})
    assert source.cle("fc2") is not None
