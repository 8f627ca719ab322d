"""L'atelier : ses limites tiennent, son démarrage est léger, et le portail survit à tout ce qu'il y envoie."""

from __future__ import annotations

import ast
import json
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from portail.pieces import controle
from portail.pieces.controle import FichierRefuse, controler
from portail.pieces.refus import Refus
from tests.pieces.cas import heic, jpeg, pdf_simple
from tests.pieces.corpus import REFUSES
from tests.pieces.fabrique import coder, image

RACINE = Path(__file__).parents[2]
PIECES = RACINE / "portail" / "pieces"
BOMBES = [cas for cas in REFUSES if cas.bombe]

# Un portail neuf, sans les souvenirs de mémoire de pytest : il reçoit les bombes, puis une photo saine.
TEMOIN = """
import json, resource, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from portail.pieces.controle import FichierRefuse, controler

def pic():
    lignes = Path("/proc/self/status").read_text().splitlines()
    return int(next(ligne for ligne in lignes if ligne.startswith("VmHWM")).split()[1]) / 1024

def calcul():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime

rapport = []
for chemin in sorted(Path(sys.argv[2]).iterdir()):
    octets = chemin.read_bytes()
    debut = calcul()
    try:
        controler(octets, chemin.name)
        code = "accepté"
    except FichierRefuse as refus:
        code = refus.code
    rapport.append([chemin.name, code, calcul() - debut, pic()])
print(json.dumps(rapport))
"""


@pytest.mark.asvs("5.2.3", "5.2.6")
@pytest.mark.lent
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="le pic de mémoire se lit dans /proc")
def test_les_bombes_sont_refusees_vite_et_le_portail_reste_leger(tmp_path: Path) -> None:
    for rang, cas in enumerate(BOMBES):
        (tmp_path / f"{rang:02} {cas.nom}").write_bytes(cas.octets())
    (tmp_path / "99 saine.jpg").write_bytes(jpeg())
    sortie = subprocess.run([sys.executable, "-c", TEMOIN, str(RACINE), str(tmp_path)], capture_output=True, check=True)
    rapport = json.loads(sortie.stdout)
    assert [ligne[1] for ligne in rapport] == [*(cas.code for cas in BOMBES), "accepté"]
    # Du temps de calcul : l'atelier cède le pas aux autres, sa durée dépend de ce qui tourne à côté (20 s au plus).
    trop_lents = [(nom, secondes) for nom, _, secondes, _ in rapport if secondes > 5]
    assert not trop_lents
    assert rapport[-1][3] < 300, "mégaoctets de notre processus, au plus haut"


def executer(code: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Du code à la place du décodeur, dans un atelier par ailleurs ordinaire."""
    debut = f"import runpy, sys; a = runpy.run_path({str(controle.ATELIER)!r}, run_name='atelier');"
    limites = "a['_se_limiter'](*sys.argv[1:2], 20 * 1024 * 1024);"
    return subprocess.run(
        [sys.executable, "-I", "-c", debut + limites + code, *(arguments or ("pdf",))], capture_output=True
    )


@pytest.mark.asvs("5.2.3", "15.2.5")
def test_la_memoire_est_bornee() -> None:
    fini = executer("b = bytearray(900 * 1024 * 1024)")
    assert fini.returncode == 1
    assert b"MemoryError" in fini.stderr


def test_le_disque_est_borne(tmp_path: Path) -> None:
    cible = tmp_path / "sortie"
    fini = executer(f"f = open({str(cible)!r}, 'wb'); f.write(bytes(30 * 1024 * 1024)); f.flush()")
    assert b"File too large" in fini.stderr
    assert cible.stat().st_size <= 20 * 1024 * 1024


def test_la_priorite_baisse_et_rien_ne_sera_garde_d_un_plantage() -> None:
    fini = executer("import os, resource; print(os.nice(0), resource.getrlimit(resource.RLIMIT_CORE)[1])")
    assert fini.stdout.split() == [str(min(19, os.nice(0) + 10)).encode(), b"0"]


def test_le_temps_de_calcul_est_borne_sans_retour_possible() -> None:
    fini = executer("import resource; print(resource.getrlimit(resource.RLIMIT_CPU))")
    assert fini.stdout.strip() == b"(10, 11)"


@pytest.mark.parametrize("nature", ["pdf", "jpeg"])
def test_l_atelier_ne_charge_ni_le_portail_ni_les_deux_bibliotheques(nature: str) -> None:
    code = (
        f"import sys, runpy; sys.argv[:] = ['atelier', {nature!r}, '1']\n"
        f"try: runpy.run_path({str(controle.ATELIER)!r}, run_name='__main__')\n"
        "finally: sys.stderr.write(' '.join(sys.modules))"
    )
    recus = {"pdf": pdf_simple(), "jpeg": jpeg()}[nature]
    fini = subprocess.run([sys.executable, "-I", "-c", code], input=recus, capture_output=True)
    charges = set(fini.stderr.decode().split())
    assert {"flask", "sqlalchemy", "jinja2", "portail.config", "portail.chiffrement"}.isdisjoint(charges)
    assert ("PIL.Image" in charges, "pikepdf" in charges) == (nature == "jpeg", nature == "pdf")


@pytest.mark.parametrize("module", ["atelier", "cloison", "images", "pdf", "pdf_flux", "jpeg_nu", "refus"])
def test_l_atelier_n_importe_que_ses_propres_modules(module: str) -> None:
    arbre = ast.parse((PIECES / f"{module}.py").read_text())
    importes = {noeud.module for noeud in ast.walk(arbre) if isinstance(noeud, ast.ImportFrom) and noeud.module}
    importes |= {alias.name for noeud in ast.walk(arbre) if isinstance(noeud, ast.Import) for alias in noeud.names}
    maison = {nom for nom in importes if nom.startswith("portail")}
    assert maison <= {"portail.pieces.refus", "portail.pieces.pdf_flux", "portail.pieces.jpeg_nu"}
    assert not {nom.split(".")[0] for nom in importes} & {"flask", "sqlalchemy", "pickle", "socket"}


def faux_atelier(monkeypatch: pytest.MonkeyPatch, dossier: Path, code: str) -> None:
    faux = dossier / "faux_atelier.py"
    faux.write_text(code)
    monkeypatch.setattr(controle, "ATELIER", faux)


def code_du_refus(recus: bytes | None = None) -> Refus:
    with pytest.raises(FichierRefuse) as refus:
        controler(recus or jpeg(), "a.jpg")
    return refus.value.code


@pytest.mark.asvs("15.2.2")
def test_un_atelier_trop_long_est_arrete(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    faux_atelier(monkeypatch, tmp_path, "import signal; signal.pause()")
    monkeypatch.setattr(controle, "DELAI", 0.3)
    debut = time.monotonic()
    assert code_du_refus() is Refus.DELAI
    assert time.monotonic() - debut < 5


def test_un_atelier_qui_se_tait_puis_s_attarde_est_arrete(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    faux_atelier(monkeypatch, tmp_path, "import os, signal; os.close(1); signal.pause()")
    monkeypatch.setattr(controle, "DELAI", 0.3)
    assert code_du_refus() is Refus.DELAI


@pytest.mark.parametrize(
    ("code", "attendu"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", Refus.ILLISIBLE),
        ("import os, signal; os.kill(os.getpid(), signal.SIGABRT)", Refus.TROP_COMPLEXE),
        ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", Refus.DELAI),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", Refus.DELAI),
        ("raise SystemExit(3)", Refus.INDISPONIBLE),
        ("print('{\"pages\": 1}')", Refus.ILLISIBLE),  # dit avoir réussi, n'a rien rendu
        ("import os, sys; os.write(int(sys.argv[2]), b'<html>'); print('{\"pages\": 1}')", Refus.ILLISIBLE),
        ("print('{\"pages\": 100000}')", Refus.ILLISIBLE),
        ('print(\'{"refus": "inconnu"}\')', Refus.ILLISIBLE),
        ("print('[1, 2]')", Refus.INDISPONIBLE),
    ],
)
def test_la_mort_ou_le_mensonge_d_un_atelier_devient_une_phrase(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: str, attendu: Refus
) -> None:
    faux_atelier(monkeypatch, tmp_path, code)
    assert code_du_refus() is attendu


def test_un_atelier_bavard_ne_remplit_pas_la_memoire(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    faux_atelier(monkeypatch, tmp_path, "import sys\nwhile True: sys.stdout.write('x' * 65536)")
    monkeypatch.setattr(controle, "DELAI", 5.0)
    assert code_du_refus() in {Refus.ILLISIBLE, Refus.INDISPONIBLE, Refus.DELAI}


@pytest.mark.asvs("15.2.5")
def test_l_atelier_ne_voit_ni_reglages_ni_descripteurs_du_portail(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("secret")
    rapport = tmp_path / "rapport"
    faux_atelier(
        monkeypatch,
        tmp_path,
        "import json, os, sys\n"
        "ouverts = sorted(int(n) for n in os.listdir('/proc/self/fd') if os.path.exists(f'/proc/self/fd/{n}'))\n"
        f"json.dump([dict(os.environ), ouverts, int(sys.argv[2]), os.listdir('.')], open({str(rapport)!r}, 'w'))",
    )
    monkeypatch.setenv("PORTAIL_CLE_SECRETE", "ne-doit-pas-passer")
    with (tmp_path / "secret").open() as ouvert:
        os.set_inheritable(ouvert.fileno(), True)
        code_du_refus()
    environnement, ouverts, sortie, dossier = json.loads(rapport.read_text())
    assert not set(environnement) - {"LC_CTYPE"}  # Python la pose lui-même
    assert set(ouverts) - {0, 1, 2, sortie} <= {max(ouverts)}  # le dernier : la lecture de /proc elle-même
    assert dossier == []


@pytest.mark.asvs("15.2.2")
def test_deux_ateliers_au_plus_les_autres_attendent_leur_tour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(controle, "PLACES", threading.BoundedSemaphore(1))
    monkeypatch.setattr(controle, "ATTENTE", 0.05)
    with controle.PLACES:
        assert code_du_refus() is Refus.OCCUPE
    assert controler(jpeg(), "a.jpg").pages == 1


def test_un_refus_rend_sa_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(controle, "PLACES", threading.BoundedSemaphore(1))
    for _ in range(2):
        assert code_du_refus(jpeg()[:40]) is Refus.ILLISIBLE


def test_python_introuvable_se_dit_sans_accuser_le_fichier(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(controle.sys, "executable", "/nulle/part/python")
    assert code_du_refus() is Refus.INDISPONIBLE


@pytest.mark.parametrize("recus", [jpeg, heic, pdf_simple], ids=["JPEG", "HEIC", "PDF"])
def test_refaire_un_petit_fichier_coute_moins_d_un_quart_de_seconde(recus: Callable[[], bytes]) -> None:
    """Du temps de calcul, démarrage compris : une machine occupée ailleurs n'y change presque rien."""
    assert min(calcul_d_un_controle(recus()) for _ in range(3)) < 0.25


def calcul_d_un_controle(recus: bytes) -> float:
    avant = resource.getrusage(resource.RUSAGE_CHILDREN)
    controler(recus, "a")
    apres = resource.getrusage(resource.RUSAGE_CHILDREN)
    return apres.ru_utime + apres.ru_stime - avant.ru_utime - avant.ru_stime


@pytest.mark.lent
def test_une_photo_de_douze_millions_de_points_coute_moins_d_une_seconde() -> None:
    assert calcul_d_un_controle(coder(image((4032, 3024)), "JPEG", quality=92)) < 1
