"""Le stockage local : chiffré, atomique, sans traversée, et des erreurs que l'on sait dire."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from portail import stockage as module
from portail.chiffrement import Coffre
from portail.stockage import (
    CleMalFormee,
    FichierAbsent,
    FichierAltere,
    Stockage,
    StockageIndisponible,
    StockageLocal,
    empreinte,
    nouvelle_cle,
)

CLAIR = b"%PDF- avis d'imposition de Camille Martin, 1 84 05 75 056 001 07"
CLE = bytes(range(32))


@pytest.fixture
def dossier_des_fichiers(tmp_path: Path) -> Path:
    return tmp_path / "pieces"


@pytest.fixture
def stockage(dossier_des_fichiers: Path) -> StockageLocal:
    return StockageLocal(dossier_des_fichiers, Coffre({1: CLE}, {1: CLE}))


def fichiers(dossier: Path) -> list[Path]:
    return [chemin for chemin in dossier.rglob("*") if chemin.is_file() and chemin.name != ".verrou"]


def test_ce_qui_est_ecrit_se_relit(stockage: Stockage) -> None:
    cle = nouvelle_cle()
    assert not stockage.existe(cle)
    stockage.ecrire(cle, CLAIR)
    assert stockage.existe(cle)
    assert stockage.lire(cle) == CLAIR


@pytest.mark.parametrize("octets", [b"", b"x", bytes(15 * 1024 * 1024)], ids=["vide", "un octet", "15 Mo"])
def test_toutes_les_tailles(stockage: Stockage, octets: bytes) -> None:
    cle = nouvelle_cle()
    stockage.ecrire(cle, octets)
    assert stockage.lire(cle) == octets


def test_rien_ne_se_lit_sur_le_disque(stockage: Stockage, dossier_des_fichiers: Path) -> None:
    stockage.ecrire(nouvelle_cle(), CLAIR)
    stockage.ecrire(nouvelle_cle(), CLAIR)
    un, deux = (chemin.read_bytes() for chemin in fichiers(dossier_des_fichiers))
    for morceau in (b"Camille", b"%PDF-", b"1 84 05"):
        assert morceau not in un + deux
    assert un != deux, "le même contenu ne se reconnaît pas d'un fichier à l'autre"


def test_seul_le_portail_lit_les_fichiers(stockage: Stockage, dossier_des_fichiers: Path) -> None:
    ancien = os.umask(0)
    try:
        stockage.ecrire(nouvelle_cle(), CLAIR)
    finally:
        os.umask(ancien)
    (chemin,) = fichiers(dossier_des_fichiers)
    assert stat.S_IMODE(chemin.stat().st_mode) == 0o600
    assert stat.S_IMODE(chemin.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(dossier_des_fichiers.stat().st_mode) & 0o077 == 0


def test_une_cle_ne_se_devine_pas_et_ne_se_repete_pas() -> None:
    cles = {nouvelle_cle() for _ in range(1000)}
    assert len(cles) == 1000
    assert all(len(cle) == 32 and int(cle, 16) >= 0 for cle in cles)


@pytest.mark.parametrize(
    "cle",
    [
        "",
        "../../../etc/passwd",
        "/etc/passwd",
        "a" * 31,
        "a" * 33,
        "A" * 32,
        "g" * 32,
        "a" * 32 + "\n",
        "..".ljust(32, "a"),
        "a" * 30 + "/b",
        "a" * 31 + "\0",
        "٣" * 32,
    ],
)
def test_une_cle_mal_formee_est_refusee_par_chaque_verbe(
    stockage: StockageLocal, dossier_des_fichiers: Path, cle: str
) -> None:
    for verbe in (stockage.lire, stockage.supprimer, stockage.existe, lambda cle: stockage.ecrire(cle, CLAIR)):
        with pytest.raises(CleMalFormee):
            verbe(cle)
    assert fichiers(dossier_des_fichiers.parent) == []


def test_un_fichier_absent_se_dit_absent(stockage: Stockage) -> None:
    with pytest.raises(FichierAbsent):
        stockage.lire(nouvelle_cle())


def test_supprimer_se_rejoue(stockage: Stockage, dossier_des_fichiers: Path) -> None:
    cle = nouvelle_cle()
    stockage.ecrire(cle, CLAIR)
    stockage.supprimer(cle)
    stockage.supprimer(cle)
    assert not stockage.existe(cle)
    assert fichiers(dossier_des_fichiers) == []


@pytest.mark.parametrize("place", [0, 1, 20, -1])
def test_un_octet_change_sur_le_disque_se_voit(stockage: Stockage, dossier_des_fichiers: Path, place: int) -> None:
    cle = nouvelle_cle()
    stockage.ecrire(cle, CLAIR)
    (chemin,) = fichiers(dossier_des_fichiers)
    altere = bytearray(chemin.read_bytes())
    altere[place] ^= 1
    chemin.write_bytes(altere)
    with pytest.raises(FichierAltere):
        stockage.lire(cle)
    assert stockage.existe(cle)


@pytest.mark.parametrize("garde", [0, 1, 28, 60])
def test_un_fichier_tronque_se_voit(stockage: Stockage, dossier_des_fichiers: Path, garde: int) -> None:
    cle = nouvelle_cle()
    stockage.ecrire(cle, CLAIR)
    (chemin,) = fichiers(dossier_des_fichiers)
    chemin.write_bytes(chemin.read_bytes()[:garde])
    with pytest.raises(FichierAltere):
        stockage.lire(cle)


def test_le_contenu_d_un_autre_fichier_ne_s_ouvre_pas(stockage: StockageLocal) -> None:
    une, autre = nouvelle_cle(), nouvelle_cle()
    stockage.ecrire(une, CLAIR)
    stockage.ecrire(autre, b"le dossier de quelqu'un d'autre")
    stockage._chemin(une).write_bytes(stockage._chemin(autre).read_bytes())
    with pytest.raises(FichierAltere):
        stockage.lire(une)


def test_une_cle_de_chiffrement_perdue_se_dit(dossier_des_fichiers: Path, stockage: Stockage) -> None:
    cle = nouvelle_cle()
    stockage.ecrire(cle, CLAIR)
    with pytest.raises(FichierAltere, match="version 1"):
        StockageLocal(dossier_des_fichiers, Coffre({2: CLE}, {1: CLE})).lire(cle)


def test_apres_un_changement_de_cle_l_ancien_se_lit_encore(dossier_des_fichiers: Path, stockage: Stockage) -> None:
    cle = nouvelle_cle()
    stockage.ecrire(cle, CLAIR)
    assert StockageLocal(dossier_des_fichiers, Coffre({1: CLE, 2: bytes(32)}, {1: CLE})).lire(cle) == CLAIR


def test_un_lien_symbolique_pose_a_la_place_d_un_fichier_n_est_pas_suivi(
    stockage: StockageLocal, tmp_path: Path
) -> None:
    cle = nouvelle_cle()
    (tmp_path / "ailleurs").write_bytes(b"x" * 100)
    stockage._chemin(cle).parent.mkdir()
    stockage._chemin(cle).symlink_to(tmp_path / "ailleurs")
    with pytest.raises(StockageIndisponible):
        stockage.lire(cle)


@pytest.mark.parametrize("geste", ["write", "fsync", "replace"])
def test_un_disque_plein_ne_laisse_rien_derriere(
    stockage: Stockage, dossier_des_fichiers: Path, monkeypatch: pytest.MonkeyPatch, geste: str
) -> None:
    def plein(*_arguments: object, **_options: object) -> None:
        raise OSError(28, "No space left on device")

    if geste == "write":
        monkeypatch.setattr(module, "_ecrire_et_fixer", plein)
    elif geste == "fsync":
        stockage.ecrire(nouvelle_cle(), CLAIR)
        monkeypatch.setattr(module.os, "fsync", plein)
    else:
        monkeypatch.setattr(Path, "replace", plein)
    cle = "ab" * 16
    with pytest.raises(StockageIndisponible):
        stockage.ecrire(cle, CLAIR)
    monkeypatch.undo()
    assert not stockage.existe(cle)
    assert not [chemin for chemin in fichiers(dossier_des_fichiers) if cle in chemin.name]


def test_une_ecriture_refaite_remplace_d_un_coup(stockage: Stockage, dossier_des_fichiers: Path) -> None:
    cle = nouvelle_cle()
    stockage.ecrire(cle, b"un")
    stockage.ecrire(cle, b"deux")
    assert stockage.lire(cle) == b"deux"
    assert len(fichiers(dossier_des_fichiers)) == 1


def test_le_fichier_et_son_nom_sont_sur_le_disque_au_retour(
    stockage: Stockage, monkeypatch: pytest.MonkeyPatch
) -> None:
    fixes: list[str] = []
    vrai = os.fsync

    def noter(descripteur: int) -> None:
        fixes.append("dossier" if stat.S_ISDIR(os.fstat(descripteur).st_mode) else "fichier")
        vrai(descripteur)

    monkeypatch.setattr(module.os, "fsync", noter)
    stockage.ecrire(nouvelle_cle(), CLAIR)
    assert fixes == ["dossier", "fichier", "dossier"]  # le sous-dossier neuf, le contenu, le nom


def test_un_dossier_demonte_n_est_pas_un_fichier_absent(stockage: Stockage, dossier_des_fichiers: Path) -> None:
    dossier_des_fichiers.rmdir()
    for verbe in (stockage.lire, stockage.existe, stockage.supprimer, lambda cle: stockage.ecrire(cle, CLAIR)):
        with pytest.raises(StockageIndisponible):
            verbe(nouvelle_cle())


def test_un_disque_absent_n_empeche_pas_de_demarrer(tmp_path: Path) -> None:
    (tmp_path / "occupe").write_text("un fichier à la place du dossier")
    stockage = StockageLocal(tmp_path / "occupe" / "pieces", Coffre({1: CLE}, {1: CLE}))
    with pytest.raises(StockageIndisponible):
        stockage.ecrire(nouvelle_cle(), CLAIR)


def test_l_empreinte_reconnait_le_meme_contenu() -> None:
    assert empreinte(CLAIR) == empreinte(bytes(CLAIR))
    assert empreinte(CLAIR) != empreinte(CLAIR + b" ")
    assert len(empreinte(b"")) == 64
