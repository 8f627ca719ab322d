"""Ce par quoi le portail sortirait de lui-même (programmes, réseau) ou tirerait au sort, et qui seul s'en sert."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.maison.depot import arbre, fichiers, imports, nom

PORTAIL = fichiers("portail", ".py")
ATELIER = "portail/pieces/controle.py"
RESEAU = {
    "http.client": {"portail/franceconnect/transport.py"},
    "socket": {"portail/franceconnect/transport.py", "portail/clamd.py"},
    "smtplib": {"portail/courriel.py", "portail/facteur.py"},
    "obstore": {"portail/stockage_s3.py"},
}  # vers des adresses de la configuration, jamais d'une saisie
CLIENTS = {"aiohttp", "asyncio", "ftplib", "httpx", "imaplib", "poplib", "requests", "telnetlib", "urllib.request", "urllib3", "websockets", "xmlrpc"}  # fmt: skip
PROGRAMMES = {"multiprocessing", "pty", "commands"}


def appels(chemin: Path) -> list[ast.Call]:
    return [noeud for noeud in ast.walk(arbre(chemin)) if isinstance(noeud, ast.Call)]


def importe(chemin: Path, module: str) -> bool:
    return any(nomme == module or nomme.startswith(f"{module}.") for nomme in imports(chemin))


def qui_importe(module: str) -> set[str]:
    return {nom(chemin) for chemin in PORTAIL if importe(chemin, module)}


@pytest.mark.asvs("1.2.5")
def test_un_seul_programme_est_lance_par_une_liste_d_arguments_fixes():
    assert qui_importe("subprocess") == {ATELIER}
    assert [module for module in PROGRAMMES if qui_importe(module)] == []
    lances = [a for c in PORTAIL for a in appels(c) if ast.unparse(a.func).startswith("subprocess.")]
    (lance,) = lances
    assert ast.unparse(lance.args[0]) == "[sys.executable, '-I', str(ATELIER), nature, str(sortie.fileno())]"
    assert "shell" not in {argument.arg for argument in lance.keywords}


@pytest.mark.asvs("1.2.5")
@pytest.mark.parametrize("chemin", PORTAIL, ids=nom)
def test_aucun_programme_n_est_lance_par_le_systeme(chemin):
    interdits = ("os.system", "os.popen", "os.exec", "os.spawn", "os.posix_spawn", "os.startfile")
    assert [ast.unparse(a.func) for a in appels(chemin) if ast.unparse(a.func).startswith(interdits)] == []
    assert [a.func.id for a in appels(chemin) if isinstance(a.func, ast.Name) and a.func.id in {"eval", "exec"}] == []


@pytest.mark.asvs("13.2.5")
@pytest.mark.parametrize(("module", "permis"), RESEAU.items(), ids=list(RESEAU))
def test_ne_va_sur_le_reseau_que_qui_doit(module, permis):
    assert qui_importe(module) == permis


@pytest.mark.asvs("13.2.5")
def test_aucun_autre_client_n_est_charge():
    assert {module: qui_importe(module) for module in CLIENTS if qui_importe(module)} == {}


@pytest.mark.asvs("6.5.3")
def test_le_hasard_previsible_n_est_que_pour_la_demonstration():
    assert {chemin.rpartition("/")[0] for chemin in qui_importe("random")} <= {"portail/demonstration"}
    assert [nom(c) for c in PORTAIL for a in appels(c) if ast.unparse(a.func) == "uuid.uuid1"] == []
