"""Les deux stockages : chiffrés, tout ou rien, sans traversée, et des erreurs que l'on sait dire."""

from __future__ import annotations

import os
import shutil
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from portail import stockage_local, stockage_s3
from portail.chiffrement import Coffre
from portail.stockage import (
    CleMalFormee,
    FichierAbsent,
    FichierAltere,
    Stockage,
    StockageIndisponible,
    empreinte,
    nouvelle_cle,
)
from portail.stockage_local import StockageLocal
from portail.stockage_s3 import ReglagesS3, StockageS3
from tests.magasins import SEAU, Magasin, local, magasin, ranges, s3

__all__ = ["magasin"]

CLAIR = b"%PDF- avis d'imposition de Camille Martin, 1 84 05 75 056 001 07"
CLE = bytes(range(32))
COFFRE = Coffre({1: CLE}, {1: CLE})


@pytest.fixture
def stockage(magasin: Magasin) -> Stockage:
    """L'un, puis l'autre."""
    return magasin.ouvrir(COFFRE)


@pytest.fixture
def dossier_des_fichiers(tmp_path: Path) -> Path:
    return tmp_path / "dossier"


@pytest.fixture
def disque(dossier_des_fichiers: Path) -> StockageLocal:
    return StockageLocal(dossier_des_fichiers, COFFRE)


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


@pytest.mark.asvs("5.3.1", "11.3.2")
def test_rien_ne_se_lit_sur_le_disque(stockage: Stockage, magasin: Magasin) -> None:
    stockage.ecrire(nouvelle_cle(), CLAIR)
    stockage.ecrire(nouvelle_cle(), CLAIR)
    un, deux = (chemin.read_bytes() for chemin in magasin.fichiers())
    for morceau in (b"Camille", b"%PDF-", b"1 84 05"):
        assert morceau not in un + deux
    assert un != deux, "le même contenu ne se reconnaît pas d'un fichier à l'autre"


def test_une_cle_ne_se_devine_pas_et_ne_se_repete_pas() -> None:
    cles = {nouvelle_cle() for _ in range(1000)}
    assert len(cles) == 1000
    assert all(len(cle) == 32 and int(cle, 16) >= 0 for cle in cles)


@pytest.mark.asvs("5.3.2")
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
def test_une_cle_mal_formee_est_refusee_par_chaque_verbe(stockage: Stockage, magasin: Magasin, cle: str) -> None:
    for verbe in (stockage.lire, stockage.supprimer, stockage.existe, lambda cle: stockage.ecrire(cle, CLAIR)):
        with pytest.raises(CleMalFormee):
            verbe(cle)
    assert magasin.fichiers() == []


def test_un_fichier_absent_se_dit_absent(stockage: Stockage) -> None:
    with pytest.raises(FichierAbsent):
        stockage.lire(nouvelle_cle())


def test_supprimer_se_rejoue(stockage: Stockage, magasin: Magasin) -> None:
    cle = nouvelle_cle()
    stockage.ecrire(cle, CLAIR)
    stockage.supprimer(cle)
    stockage.supprimer(cle)
    assert not stockage.existe(cle)
    assert magasin.fichiers() == []


@pytest.mark.asvs("11.3.3")
@pytest.mark.parametrize("place", [0, 1, 20, -1])
def test_un_octet_change_sur_le_disque_se_voit(stockage: Stockage, magasin: Magasin, place: int) -> None:
    cle = nouvelle_cle()
    stockage.ecrire(cle, CLAIR)
    (chemin,) = magasin.fichiers()
    altere = bytearray(chemin.read_bytes())
    altere[place] ^= 1
    chemin.write_bytes(altere)
    with pytest.raises(FichierAltere):
        stockage.lire(cle)
    assert stockage.existe(cle)


@pytest.mark.parametrize("garde", [0, 1, 28, 60])
def test_un_fichier_tronque_se_voit(stockage: Stockage, magasin: Magasin, garde: int) -> None:
    cle = nouvelle_cle()
    stockage.ecrire(cle, CLAIR)
    (chemin,) = magasin.fichiers()
    chemin.write_bytes(chemin.read_bytes()[:garde])
    with pytest.raises(FichierAltere):
        stockage.lire(cle)


@pytest.mark.asvs("11.3.3")
def test_le_contenu_d_un_autre_fichier_ne_s_ouvre_pas(stockage: Stockage, magasin: Magasin) -> None:
    une, autre = nouvelle_cle(), nouvelle_cle()
    stockage.ecrire(une, CLAIR)
    stockage.ecrire(autre, b"le dossier de quelqu'un d'autre")
    magasin.chemin(une).write_bytes(magasin.chemin(autre).read_bytes())
    with pytest.raises(FichierAltere):
        stockage.lire(une)


def test_une_cle_de_chiffrement_perdue_se_dit(magasin: Magasin, stockage: Stockage) -> None:
    cle = nouvelle_cle()
    stockage.ecrire(cle, CLAIR)
    with pytest.raises(FichierAltere, match="version 1"):
        magasin.ouvrir(Coffre({2: CLE}, {1: CLE})).lire(cle)


def test_apres_un_changement_de_cle_l_ancien_se_lit_encore(magasin: Magasin, stockage: Stockage) -> None:
    cle = nouvelle_cle()
    stockage.ecrire(cle, CLAIR)
    assert magasin.ouvrir(Coffre({1: CLE, 2: bytes(32)}, {1: CLE})).lire(cle) == CLAIR


def test_une_ecriture_refaite_remplace_d_un_coup(stockage: Stockage, magasin: Magasin) -> None:
    cle = nouvelle_cle()
    stockage.ecrire(cle, b"un")
    stockage.ecrire(cle, b"deux")
    assert stockage.lire(cle) == b"deux"
    assert len(magasin.fichiers()) == 1


def test_un_support_qui_ne_repond_plus_n_est_pas_un_fichier_absent(
    stockage: Stockage,
    magasin: Magasin,
) -> None:
    cle = nouvelle_cle()
    stockage.ecrire(cle, CLAIR)
    magasin.couper()
    verbes = (stockage.lire, stockage.existe, stockage.supprimer, stockage.version, stockage.rechiffrer)
    for verbe in (*verbes, lambda cle: stockage.ecrire(cle, CLAIR), lambda _: list(stockage.inventaire())):
        with pytest.raises(StockageIndisponible):
            verbe(cle)
    magasin.retablir()
    assert stockage.lire(cle) == CLAIR


def test_un_support_vide_dit_qu_il_manque_s_il_a_disparu(stockage: Stockage, magasin: Magasin) -> None:
    magasin.dossier.rmdir()
    for verbe in (stockage.lire, stockage.existe, stockage.supprimer, lambda _: list(stockage.inventaire())):
        with pytest.raises(StockageIndisponible):
            verbe(nouvelle_cle())


def test_l_inventaire_dit_chaque_cle_et_quand(stockage: Stockage, magasin: Magasin) -> None:
    cles = {nouvelle_cle() for _ in range(3)}
    for cle in cles:
        stockage.ecrire(cle, CLAIR)
    (magasin.dossier / "ab").mkdir(exist_ok=True)
    (magasin.dossier / "ab" / "pas-une-cle").write_bytes(b"x")
    hier = datetime(2026, 11, 23, tzinfo=UTC)
    os.utime(magasin.chemin(cle), (hier.timestamp(), hier.timestamp()))
    inventaire = dict(stockage.inventaire())
    assert set(inventaire) == cles
    assert inventaire[cle] == hier


def test_un_fichier_efface_pendant_l_inventaire_ne_l_arrete_pas(disque: StockageLocal) -> None:
    """Le service continue pendant qu'on rechiffre ou qu'on vérifie."""
    cles = {nouvelle_cle() for _ in range(20)}
    for cle in cles:
        disque.ecrire(cle, CLAIR)
    vues = []
    for cle, _quand in disque.inventaire():
        vues.append(cle)
        for autre in cles - set(vues):
            disque.supprimer(autre)
    assert set(vues) <= cles
    assert vues


def test_rechiffrer_garde_le_contenu_et_ne_se_refait_pas(stockage: Stockage, magasin: Magasin) -> None:
    cle = nouvelle_cle()
    stockage.ecrire(cle, CLAIR)
    assert not stockage.rechiffrer(cle)
    neuf = magasin.ouvrir(Coffre({1: CLE, 2: bytes(32)}, {1: CLE}))
    assert (neuf.version(cle), neuf.rechiffrer(cle), neuf.version(cle), neuf.rechiffrer(cle)) == (1, True, 2, False)
    assert neuf.lire(cle) == CLAIR
    with pytest.raises(FichierAbsent):
        neuf.rechiffrer(nouvelle_cle())
    magasin.chemin(cle).write_bytes(b"")
    with pytest.raises(FichierAltere):
        neuf.version(cle)


def test_d_un_dossier_au_magasin_une_copie_suffit(tmp_path: Path) -> None:
    cle = nouvelle_cle()
    local(tmp_path / "avant").ouvrir(COFFRE).ecrire(cle, CLAIR)
    with s3(tmp_path / "après") as apres:
        shutil.copytree(tmp_path / "avant" / SEAU, apres.dossier, dirs_exist_ok=True)
        assert apres.ouvrir(COFFRE).lire(cle) == CLAIR


def test_l_empreinte_reconnait_le_meme_contenu() -> None:
    assert empreinte(CLAIR) == empreinte(bytes(CLAIR))
    assert empreinte(CLAIR) != empreinte(CLAIR + b" ")
    assert len(empreinte(b"")) == 64


# --- Ce qui n'est qu'au disque --------------------------------------------------------------------------------------


def test_seul_le_portail_lit_les_fichiers(disque: StockageLocal, dossier_des_fichiers: Path) -> None:
    ancien = os.umask(0)
    try:
        disque.ecrire(nouvelle_cle(), CLAIR)
    finally:
        os.umask(ancien)
    (chemin,) = ranges(dossier_des_fichiers)
    assert stat.S_IMODE(chemin.stat().st_mode) == 0o600
    assert stat.S_IMODE(chemin.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(dossier_des_fichiers.stat().st_mode) & 0o077 == 0


@pytest.mark.asvs("5.3.2")
def test_un_lien_symbolique_pose_a_la_place_d_un_fichier_n_est_pas_suivi(disque: StockageLocal, tmp_path: Path) -> None:
    cle = nouvelle_cle()
    (tmp_path / "ailleurs").write_bytes(b"x" * 100)
    disque._chemin(cle).parent.mkdir()
    disque._chemin(cle).symlink_to(tmp_path / "ailleurs")
    with pytest.raises(StockageIndisponible):
        disque.lire(cle)


@pytest.mark.parametrize("geste", ["write", "fsync", "replace"])
def test_un_disque_plein_ne_laisse_rien_derriere(
    disque: StockageLocal, dossier_des_fichiers: Path, monkeypatch: pytest.MonkeyPatch, geste: str
) -> None:
    def plein(*_arguments: object, **_options: object) -> None:
        raise OSError(28, "No space left on device")

    if geste == "write":
        monkeypatch.setattr(stockage_local, "_ecrire_et_fixer", plein)
    elif geste == "fsync":
        disque.ecrire(nouvelle_cle(), CLAIR)
        monkeypatch.setattr(stockage_local.os, "fsync", plein)
    else:
        monkeypatch.setattr(Path, "replace", plein)
    cle = "ab" * 16
    with pytest.raises(StockageIndisponible):
        disque.ecrire(cle, CLAIR)
    monkeypatch.undo()
    assert not disque.existe(cle)
    assert not [chemin for chemin in ranges(dossier_des_fichiers) if cle in chemin.name]


def test_le_fichier_et_son_nom_sont_sur_le_disque_au_retour(
    disque: StockageLocal, monkeypatch: pytest.MonkeyPatch
) -> None:
    fixes: list[str] = []
    vrai = os.fsync

    def noter(descripteur: int) -> None:
        fixes.append("dossier" if stat.S_ISDIR(os.fstat(descripteur).st_mode) else "fichier")
        vrai(descripteur)

    monkeypatch.setattr(stockage_local.os, "fsync", noter)
    disque.ecrire(nouvelle_cle(), CLAIR)
    assert fixes == ["dossier", "fichier", "dossier"]  # le sous-dossier neuf, le contenu, le nom


def test_un_disque_absent_n_empeche_pas_de_demarrer(tmp_path: Path) -> None:
    (tmp_path / "occupe").write_text("un fichier à la place du dossier")
    stockage = StockageLocal(tmp_path / "occupe" / "pieces", COFFRE)
    with pytest.raises(StockageIndisponible):
        stockage.ecrire(nouvelle_cle(), CLAIR)


# --- Ce qui n'est qu'au magasin d'objets ----------------------------------------------------------------------------

REGLAGES = {"ADRESSE": "https://s3.exemple.fr", "SEAU": "pieces", "CLE": "id", "SECRET": "s"}


def lus(**valeurs: str) -> tuple[ReglagesS3 | None, list[str]]:
    manques: list[str] = []
    environ = {f"PORTAIL_S3_{nom}": valeur for nom, valeur in valeurs.items()}
    return stockage_s3.lire(environ, manques), manques


def test_sans_reglage_pas_de_magasin() -> None:
    assert lus() == (None, [])


@pytest.mark.parametrize("manquant", REGLAGES)
def test_chaque_reglage_qui_manque_est_nomme(manquant: str) -> None:
    reglages, manques = lus(**{**REGLAGES, manquant: ""})
    assert reglages is None
    assert [phrase.split(" : ")[0] for phrase in manques] == [f"PORTAIL_S3_{manquant}"]


@pytest.mark.asvs("12.3.1")
def test_le_magasin_se_joint_en_https_ou_sur_la_meme_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lus(**REGLAGES) == (ReglagesS3("https://s3.exemple.fr", "pieces", "id", "s"), [])
    assert lus(**{**REGLAGES, "ADRESSE": "http://127.0.0.1:9000/"})[0].adresse == "http://127.0.0.1:9000"
    for adresse in ("http://s3.exemple.fr", "s3.exemple.fr", "https://"):
        assert "https://" in lus(**{**REGLAGES, "ADRESSE": adresse})[1][0]
    monkeypatch.setattr(stockage_s3.importlib.util, "find_spec", lambda _nom: None)
    assert "extra « s3 »" in lus(**REGLAGES)[1][0]


@pytest.mark.menace("T17")
def test_le_secret_du_magasin_ne_s_imprime_pas() -> None:
    reglages = ReglagesS3("https://s3.exemple.fr", "pieces", "id", "tres-secret")
    assert "tres-secret" not in repr(reglages)


def test_un_magasin_absent_n_empeche_pas_de_demarrer_et_se_dit_vite() -> None:
    absent = StockageS3(ReglagesS3("http://127.0.0.1:9", "pieces", "id", "tres-secret"), COFFRE)
    with pytest.raises(StockageIndisponible) as panne:
        absent.ecrire(nouvelle_cle(), CLAIR)
    assert "tres-secret" not in str(panne.value)
    assert "127.0.0.1" not in str(panne.value)


def test_une_ecriture_coupee_se_balaie_une_fois_vieille(stockage: Stockage, magasin: Magasin) -> None:
    """Le processus tué entre l'écriture et le nom : ni un fichier de plus, ni un reste pour toujours."""
    cle = nouvelle_cle()
    stockage.ecrire(cle, CLAIR)
    if isinstance(stockage, StockageLocal):
        (magasin.chemin(cle).parent / f".{cle}.0123abcd").write_bytes(b"chiffre a moitie")
    demain = datetime.now(UTC) + timedelta(days=1)
    assert stockage.balayer(datetime.now(UTC) - timedelta(hours=1)) == 0
    assert stockage.balayer(demain) == (1 if isinstance(stockage, StockageLocal) else 0)
    assert [chemin.name for chemin in magasin.fichiers()] == [cle]
    assert stockage.lire(cle) == CLAIR
