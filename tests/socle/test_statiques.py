"""Fichiers statiques : un nom par contenu, des copies compressées, et les anciens gardés un mois après leur remplacement."""

from __future__ import annotations

import gzip
import os
import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import brotli
import pytest

from portail import statiques

JOUR = 86_400


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    dossier = tmp_path / "static"
    (dossier / "vendor").mkdir(parents=True)
    (dossier / "portail.css").write_text("body { color: black }\n" * 50)
    (dossier / "vendor" / "outil.js").write_text("'use strict';\n" * 50)
    (dossier / "carte.png").write_bytes(b"\x89PNG octets")
    return dossier


def fichiers(cible: Path) -> set[str]:
    return {chemin.name for chemin in cible.iterdir()}


def test_le_nom_suit_le_contenu(sources, tmp_path):
    noms = statiques._preparer(sources, tmp_path / "cible")
    assert set(noms) == {"portail.css", "vendor/outil.js", "carte.png"}
    assert re.fullmatch(r"portail\.[0-9a-f]{12}\.css", noms["portail.css"])
    assert statiques._preparer(sources, tmp_path / "cible") == noms
    (sources / "portail.css").write_text("body { color: white }")
    apres = statiques._preparer(sources, tmp_path / "cible")
    assert apres["portail.css"] != noms["portail.css"]
    assert apres["carte.png"] == noms["carte.png"]


def test_les_copies_compressees_disent_la_meme_chose(sources, tmp_path):
    cible = tmp_path / "cible"
    noms = statiques._preparer(sources, cible)
    for relatif in ("portail.css", "vendor/outil.js"):
        original = (sources / relatif).read_bytes()
        assert (cible / noms[relatif]).read_bytes() == original
        assert brotli.decompress((cible / f"{noms[relatif]}.br").read_bytes()) == original
        assert gzip.decompress((cible / f"{noms[relatif]}.gz").read_bytes()) == original
    assert f"{noms['carte.png']}.br" not in fichiers(cible), "une image ne se comprime pas deux fois"


def test_un_fichier_remplace_reste_servi_un_mois_meme_s_il_etait_la_depuis_longtemps(sources, tmp_path):
    """Les pages ouvertes avant la mise à jour le demandent encore."""
    cible = tmp_path / "cible"
    ancien = statiques._preparer(sources, cible)["portail.css"]
    il_y_a_trois_mois = time.time() - 90 * JOUR
    for chemin in cible.iterdir():
        os.utime(chemin, (il_y_a_trois_mois, il_y_a_trois_mois))
    (sources / "portail.css").write_text("neuf")
    statiques._preparer(sources, cible)
    assert {ancien, f"{ancien}.br", f"{ancien}.gz"} <= fichiers(cible)
    for chemin in cible.glob(f"{ancien}*"):
        os.utime(chemin, (time.time() - 31 * JOUR,) * 2)
    statiques._preparer(sources, cible)
    assert ancien not in fichiers(cible)
    assert f"{ancien}.br" not in fichiers(cible)


def test_deux_demarrages_en_meme_temps_ne_se_genent_pas(sources, tmp_path):
    cible = tmp_path / "cible"
    with ThreadPoolExecutor(6) as fils:
        resultats = list(fils.map(lambda _: statiques._preparer(sources, cible), range(6)))
    assert all(resultat == resultats[0] for resultat in resultats)
    assert all("." in nom and not nom.endswith(".tmp") for nom in fichiers(cible))
    assert (cible / resultats[0]["portail.css"]).read_bytes() == (sources / "portail.css").read_bytes()


def test_un_fichier_a_moitie_ecrit_ne_se_voit_jamais(sources, tmp_path, monkeypatch):
    cible = tmp_path / "cible"
    remplacer = os.replace

    def couper(source, destination):
        if str(destination).endswith(".css"):
            raise OSError("disque plein")
        remplacer(source, destination)

    monkeypatch.setattr(os, "replace", couper)
    with pytest.raises(OSError, match="disque plein"):
        statiques._preparer(sources, cible)
    monkeypatch.undo()
    nom = statiques._preparer(sources, cible)["portail.css"]
    assert (cible / nom).read_bytes() == (sources / "portail.css").read_bytes()


def test_la_page_demande_des_fichiers_gardes_un_an_et_servis_comprimes(app, client):
    adresses = set(re.findall(r"/static/[^\"]+", client.get("/").text))
    for adresse in adresses:
        reponse = client.get(adresse, headers={"Accept-Encoding": "br, gzip"})
        assert "immutable" in reponse.headers["Cache-Control"]
        assert reponse.headers["Content-Encoding"] == "br"
        assert "Accept-Encoding" in reponse.headers["Vary"]
        reponse.close()


@pytest.mark.asvs("5.3.1", "13.4.3")
@pytest.mark.parametrize(
    "adresse",
    [
        "/static/",
        "/static/../portail.sqlite",
        "/static/%2e%2e/cles.env",
        "/static/portail.css",
        "/static/statiques.txt",
    ],
)
def test_rien_d_autre_que_ces_fichiers_n_est_servi(client, adresse):
    assert client.get(adresse).status_code == 404
