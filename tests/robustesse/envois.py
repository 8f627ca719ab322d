"""Des envois quelconques : textes, octets, nombres, JSON, fichiers, cases en trop, répétées ou absentes. Et ce que nulle réponse ne fait."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_from_bytes

from hypothesis import strategies as st
from werkzeug.test import TestResponse

from portail.config import RACINE
from tests.pieces.cas import jpeg, pdf_simple
from tests.robustesse.cibles import ANONYME, Cible, Terrain

MARQUE = "<svg onload=x7>"
PIEGES = (
    "", " ", "\0", "a\0b", MARQUE, f'"\'>{MARQUE}', f"</textarea>{MARQUE}", f"]]>{MARQUE}-->", "' OR 1=1 --", "{{7*7}}", "%s%n%d",
    "../../../etc/passwd", "\r\nX-Pirate: 1", "é" * 5000, "😀" * 300, "\u202e123", "\ufeff", "e\u0301", "ﷺ", "9" * 400, "-1", "0",
    "1e400", "NaN", "Infinity", "٣", "９９", "²", "1_000", "0x10", "+5", "2**63", str(2**31), str(2**63), "0000-00-00", "31/02/2026",
    "[]", "{}", "null", "true", "on", "oui", "non", "a@b", "a@b.fr\r\nBcc: x@y.fr", "2" * 13, "1800169266001", "069112600000169266",
    "http://127.0.0.1:1/", "javascript:alert(1)", "ABCD-EFGH", "informations-generales", "retirer:1", "ajouter:motif",
)  # fmt: skip
INVALIDES = (
    b"\xff\xfe",
    b"\xc3",
    b"\xed\xa0\x80",
    b"%",
    b"\xf0\x9f",
)  # ce qu'aucun navigateur n'envoie : pas de l'UTF-8
EN_TROP = (
    "id", "compte_id", "demande_id", "role", "est_agent", "numero_unique", "deposee_le", "revision", "page", "cle", "action",
    "__class__", "__proto__", "constructor", "csrf_token", "mot_de_passe", "suite", "apres", "0-nom", "a" * 300, "", "é\0",
)  # fmt: skip
ENTETES = (
    {}, {"HX-Request": "true"}, {"HX-Request": "true", "HX-Target": MARQUE}, {"Morceau-Debut": "-1"}, {"Morceau-Debut": "x"},
    {"Morceau-Debut": "0", "Morceau-Empreinte": "0" * 64}, {"Referer": "http://127.0.0.1/é"}, {"X-CSRFToken": ""},
    {"Accept-Language": "\xff" * 50}, {"If-None-Match": '"x'}, {"Range": "bytes=0-"}, {"User-Agent": MARQUE},
)  # fmt: skip
TYPES = (
    "application/json",
    "application/octet-stream",
    "text/plain",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "x",
    "",
)

textes = st.one_of(
    st.sampled_from(PIEGES), st.sampled_from(INVALIDES), st.text(max_size=40), st.integers().map(str), st.dates().map(str),
    st.text(min_size=1, max_size=3).map(lambda motif: motif * 4000), st.binary(max_size=30),
)  # fmt: skip
jsons: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(PIEGES),
    lambda plus: st.lists(plus, max_size=3) | st.dictionaries(st.sampled_from(("nom", "taille", "empreinte", *EN_TROP)), plus, max_size=4),
    max_leaves=8,
)  # fmt: skip
fichiers = st.tuples(
    st.one_of(st.sampled_from((jpeg(), pdf_simple(), b"", b"%PDF-1.7\n", b"\xff\xd8\xff", b"PK\x03\x04", b"GIF89a")), st.binary(max_size=300)),
    st.sampled_from(("carte.jpg", "a.pdf", "", "../../x.jpg", "a\0.pdf", f"{MARQUE}.jpg", "é" * 300 + ".pdf", 'a";x=".exe', ".", "CON")),
    st.sampled_from(("image/jpeg", "application/pdf", "text/html", "", "x" * 300)),
)  # fmt: skip


@dataclass(frozen=True)
class Envoi:
    """`remplacees` : {case du formulaire: valeurs} ; `corps` : à la place du formulaire, (type, octets)."""

    remplacees: dict[int, list[str | bytes]] = field(default_factory=dict)
    choisie: int = -1
    en_trop: list[tuple[str, str | bytes]] = field(default_factory=list)
    fichiers: list[tuple[bytes, str, str]] = field(default_factory=list)
    entetes: dict[str, str] = field(default_factory=dict)
    corps: tuple[str, bytes] | None = None


envois = st.builds(
    Envoi,
    remplacees=st.dictionaries(st.integers(0, 400), st.lists(textes, max_size=2), max_size=5),
    choisie=st.integers(-1, 200),
    en_trop=st.lists(st.tuples(st.sampled_from(EN_TROP), textes), max_size=3),
    fichiers=st.lists(fichiers, max_size=2),
    entetes=st.sampled_from(ENTETES),
    corps=st.none() | st.none() | st.tuples(st.sampled_from(TYPES), st.binary(max_size=200) | jsons.map(lambda v: json.dumps(v).encode())),
)  # fmt: skip


def jouer(sur: Terrain, cible: Cible, envoi: Envoi) -> TestResponse:
    """Envoie, avec un jeton valable ; si la session s'est fermée ou si le compte n'est plus, tout est repris à neuf."""
    reponse = _poster(sur, cible, envoi)
    if cible.role != ANONYME and "/connexion" in reponse.headers.get("Location", ""):
        sur.reprendre()
        reponse = _poster(sur, cible, envoi)
    return reponse


def _poster(sur: Terrain, cible: Cible, envoi: Envoi) -> TestResponse:
    client, adresse = sur.clients[cible.role], cible.adresse
    entetes = {"X-CSRFToken": sur.jetons[cible.role], **envoi.entetes}
    if envoi.corps is not None:
        genre, octets = envoi.corps
        return client.post(adresse, data=octets, content_type=genre, headers=entetes)
    valeurs = list(_valeurs(cible, envoi, sur.jetons[cible.role]))
    if cible.fichiers and envoi.fichiers:
        parties: dict[str, Any] = {}
        for nom, valeur in valeurs:
            parties.setdefault(nom, []).append(valeur if isinstance(valeur, str) else valeur.decode("latin-1"))
        parties[cible.fichiers[0]] = [(io.BytesIO(octets), nom, genre) for octets, nom, genre in envoi.fichiers]
        return client.post(adresse, data=parties, content_type="multipart/form-data", headers=entetes)
    corps = b"&".join(_code(nom) + b"=" + _code(valeur) for nom, valeur in valeurs)
    return client.post(adresse, data=corps, content_type="application/x-www-form-urlencoded", headers=entetes)


def _valeurs(cible: Cible, envoi: Envoi, jeton: str):
    yield "csrf_token", jeton
    remplacees = {rang % max(len(cible.champs), 1): valeurs for rang, valeurs in envoi.remplacees.items()}
    for rang, (nom, valeur) in enumerate(cible.champs):
        yield from ((nom, v) for v in remplacees.get(rang, [valeur]))
    if cible.choix and envoi.choisie >= 0:
        yield cible.choix[envoi.choisie % len(cible.choix)]
    yield from envoi.en_trop


def _code(valeur: str | bytes) -> bytes:
    return quote_from_bytes(valeur if isinstance(valeur, bytes) else valeur.encode("utf-8", "surrogatepass")).encode()


def faute(reponse: TestResponse) -> str:
    """La phrase qui dit ce qu'une réponse a de mauvais ; vide si elle convient."""
    if reponse.status_code >= 500:
        return f"statut {reponse.status_code}"
    texte = reponse.get_data(as_text=True) if reponse.mimetype.startswith("text/html") else ""
    if MARQUE in texte:
        return "une saisie revient sans être échappée"
    if "Traceback" in texte or str(RACINE) in texte:
        return "une trace se montre"
    if any("x-pirate" in nom.lower() for nom, _ in reponse.headers):
        return "un en-tête est forgé"
    return ""
