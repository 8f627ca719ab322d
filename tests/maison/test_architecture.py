"""Qui importe qui, et ce que la maison refuse (conception § 3 et 7)."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

from tests.maison.depot import arbre, fichiers, imports, nom

LONG, LONG_ROUTES = 250, 150
PORTAIL = fichiers("portail", ".py")
CADRES = {"flask", "flask_login", "flask_wtf", "flask_compress", "werkzeug.exceptions", "jinja2"}
BASE = {"sqlalchemy", "alembic", "psycopg", "portail.db"}
# Le cœur du parcours reçoit une déclaration et répond : ni requête, ni session, ni page.
COEUR = [
    *fichiers("portail/demande/etapes", ".py"),
    *(
        chemin
        for chemin in fichiers("portail/demande", ".py")
        if chemin.name
        in {
            "etape.py",
            "etat_d_etape.py",
            "formulaire.py",
            "parcours.py",
            "foyer.py",
            "lignes.py",
            "pieces_attendues.py",
            "conflit.py",
        }
        and chemin.parent.name == "demande"
    ),
    *(chemin for chemin in fichiers("portail", ".py") if nom(chemin) == "portail/formulaire.py"),
]


def _de(importes: set[str], interdits: set[str]) -> set[str]:
    return {module for module in importes if any(module == i or module.startswith(f"{i}.") for i in interdits)}


@pytest.mark.parametrize("chemin", fichiers("portail/regles", ".py"), ids=nom)
def test_les_regles_n_importent_que_la_bibliotheque_standard(chemin: Path):
    autres = {
        module
        for module in imports(chemin)
        if module.partition(".")[0] not in sys.stdlib_module_names and not module.startswith("portail.regles")
    }
    assert not autres, "une règle de droit ne connaît ni Flask, ni la base, ni le reste du portail"


def test_les_regles_ne_lisent_pas_l_heure():
    for chemin in fichiers("portail/regles", ".py"):
        for noeud in ast.walk(arbre(chemin)):
            if isinstance(noeud, ast.Attribute) and noeud.attr in {"today", "now", "utcnow"}:
                pytest.fail(f"{nom(chemin)}:{noeud.lineno} : la date se passe en paramètre")


@pytest.mark.parametrize("chemin", COEUR, ids=nom)
def test_le_coeur_du_parcours_ne_connait_ni_flask_ni_la_base(chemin: Path):
    assert not _de(imports(chemin), CADRES | BASE)
    assert not _de(imports(chemin), {"portail.htmx", "portail.horloge", "portail.compte", "portail.demande.routes"})


def test_le_coeur_est_tout_entier_regarde():
    assert {chemin.name for chemin in COEUR} >= {"etape.py", "formulaire.py", "parcours.py", "souhaits.py", "motifs.py"}
    assert len(COEUR) >= 18


def test_seul_htmx_connait_htmx():
    """HX-Request ne se lit qu'à un endroit ; une route dit ce qu'elle rend, pas comment."""
    for chemin in PORTAIL:
        if nom(chemin) in {"portail/htmx.py", "portail/cache_public.py"}:
            continue
        for _, texte in _chaines(chemin):
            assert texte not in {"HX-Request", "HX-History-Restore-Request"}, nom(chemin)


def _chaines(chemin: Path):
    for noeud in ast.walk(arbre(chemin)):
        if isinstance(noeud, ast.Constant) and isinstance(noeud.value, str):
            yield noeud.lineno, noeud.value


@pytest.mark.parametrize("chemin", PORTAIL, ids=nom)
def test_un_module_reste_court(chemin: Path):
    est_une_route = chemin.name == "routes.py" or "routes" in chemin.parent.parts
    maximum = LONG_ROUTES if est_une_route else LONG
    lignes = len(chemin.read_text(encoding="utf-8").splitlines())
    assert lignes <= maximum, f"{nom(chemin)} : {lignes} lignes, {maximum} au plus ; deux sujets font deux fichiers"


def test_un_gabarit_reste_court():
    for chemin in fichiers("templates"):
        assert len(chemin.read_text(encoding="utf-8").splitlines()) <= LONG, nom(chemin)


def test_pas_de_fourre_tout():
    interdits = {"utils", "helpers", "common", "misc", "tools", "divers", "outils_communs"}
    assert not [nom(chemin) for chemin in PORTAIL if chemin.stem in interdits or chemin.parent.name in interdits]


@pytest.mark.asvs("16.5.4")
def test_aucune_erreur_n_est_avalee():
    for chemin in PORTAIL:
        for noeud in ast.walk(arbre(chemin)):
            if isinstance(noeud, ast.ExceptHandler):
                attrapees = noeud.type.elts if isinstance(noeud.type, ast.Tuple) else [noeud.type]
                noms = {a.id for a in attrapees if isinstance(a, ast.Name)}
                assert noeud.type is not None, f"{nom(chemin)}:{noeud.lineno} : except sans erreur nommée"
                assert not noms & {"Exception", "BaseException"}, f"{nom(chemin)}:{noeud.lineno}"


@pytest.mark.asvs("1.5.2", "12.3.2")
def test_aucune_protection_n_est_levee():
    for chemin in PORTAIL:
        source = chemin.read_text(encoding="utf-8")
        assert not re.search(r"csrf[_.]exempt|\.exempt\(", source), nom(chemin)
        assert "verify=False" not in source, nom(chemin)
        for noeud in ast.walk(arbre(chemin)):
            if isinstance(noeud, ast.Call) and isinstance(noeud.func, ast.Name):
                assert noeud.func.id not in {"eval", "exec"}, f"{nom(chemin)}:{noeud.lineno}"


def test_le_html_ne_s_ecrit_pas_en_python():
    """Seuls la plomberie d'htmx et les extraits surlignés composent du HTML, et ils échappent."""
    permis = {"portail/htmx.py", "portail/gabarits.py"}
    for chemin in PORTAIL:
        if nom(chemin) in permis or "Markup" not in chemin.read_text(encoding="utf-8"):
            continue
        for noeud in ast.walk(arbre(chemin)):
            if isinstance(noeud, ast.Call) and isinstance(noeud.func, ast.Name) and noeud.func.id == "Markup":
                argument = noeud.args[0] if noeud.args else None
                assert isinstance(argument, ast.Constant | ast.Call), (
                    f"{nom(chemin)}:{noeud.lineno} : {ast.unparse(noeud)}"
                )


def test_rien_n_est_laisse_en_plan():
    for chemin in [*PORTAIL, *fichiers("templates"), *fichiers("static", ".css", ".js")]:
        if "vendor" in chemin.parts:
            continue
        trouve = re.search(r"\b(TODO|FIXME|XXX|HACK)\b", chemin.read_text(encoding="utf-8"))
        assert not trouve, f"{nom(chemin)} : {trouve.group()}"


def test_chaque_module_dit_a_quoi_il_sert():
    muets = [nom(chemin) for chemin in PORTAIL if chemin.read_text().strip() and not ast.get_docstring(arbre(chemin))]
    assert not muets


def test_print_ne_sert_qu_a_la_console_du_mode_local():
    permis = {"portail/cli.py", "portail/preparation.py", "portail/courriel.py", "portail/pieces/atelier.py"}
    for chemin in PORTAIL:
        if nom(chemin) in permis:
            continue
        for noeud in ast.walk(arbre(chemin)):
            if isinstance(noeud, ast.Call) and isinstance(noeud.func, ast.Name):
                assert noeud.func.id != "print", f"{nom(chemin)}:{noeud.lineno}"


def test_une_etape_ne_se_nomme_pas_dans_le_code():
    """Ce qui dépend d'une étape est déclaré dans son module : pas de « if etape.slug == … »."""
    for chemin in PORTAIL:
        for noeud in ast.walk(arbre(chemin)):
            if not isinstance(noeud, ast.Compare):
                continue
            cotes = [noeud.left, *noeud.comparators]
            parle_d_une_etape = any(isinstance(c, ast.Attribute) and c.attr == "slug" for c in cotes)
            assert not (parle_d_une_etape and any(isinstance(c, ast.Constant) for c in cotes)), (
                f"{nom(chemin)}:{noeud.lineno}"
            )
