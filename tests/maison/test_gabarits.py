"""Les gabarits : tous servent, aucun ne contourne l'échappement, et un fragment se rend sans sa page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from portail.config import RACINE
from portail.gabarits import Typographie
from tests.maison.depot import fichiers, nom, textes

GABARITS = fichiers("templates")
PAGES = [chemin for chemin in GABARITS if chemin.suffix == ".html"]
ENVIRONNEMENT = Environment(extensions=[Typographie], autoescape=True)


def source(chemin: Path) -> str:
    return chemin.read_text(encoding="utf-8")


def court(chemin: Path) -> str:
    """Le nom par lequel on l'appelle : « demande/etape.html »."""
    return str(chemin.relative_to(RACINE / "templates"))


def test_chaque_gabarit_sert():
    du_code = {texte for chemin in fichiers("portail", ".py") for _, texte in textes(chemin)}
    des_gabarits = {
        appele
        for chemin in GABARITS
        for appele in re.findall(r"{%-?\s*(?:extends|include|import|from)\s+\"([^\"]+)\"", source(chemin))
    }
    inutiles = []
    for chemin in GABARITS:
        est_un_courriel = chemin.parent.name == "courriels"
        appel = chemin.stem if est_un_courriel else court(chemin)
        if appel not in du_code | des_gabarits:
            inutiles.append(court(chemin))
    assert not inutiles, "un gabarit que rien n’appelle s’efface"


@pytest.mark.asvs("1.2.1")
@pytest.mark.parametrize("chemin", PAGES, ids=court)
def test_aucun_gabarit_ne_leve_l_echappement(chemin: Path):
    arbre = ENVIRONNEMENT.parse(source(chemin))
    assert not [f for f in arbre.find_all(nodes.Filter) if f.name in {"safe", "forceescape"}]
    assert not list(arbre.find_all((nodes.ScopedEvalContextModifier, nodes.EvalContextModifier))), "autoescape"


@pytest.mark.asvs("1.2.3")
@pytest.mark.parametrize("chemin", PAGES, ids=court)
def test_ni_style_ni_script_en_ligne(chemin: Path):
    texte = source(chemin)
    assert not re.search(r"\sstyle=", texte)
    assert not re.search(r"\son[a-z]+=\"", texte)
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style", texte)
    assert not re.search(r"(?<!data-)\bhx-[a-z-]+=", texte), "htmx s’écrit data-hx-"


@pytest.mark.parametrize("chemin", [c for c in PAGES if "hors_bande" in source(c)], ids=court)
def test_un_fragment_se_rend_sans_sa_page(chemin: Path):
    """Rendu seul, un bloc ne voit ni les imports ni les variables de la page, et n'a pas de parent."""
    arbre = ENVIRONNEMENT.parse(source(chemin))
    assert not [appel for appel in arbre.find_all(nodes.Call) if getattr(appel.node, "name", "") == "super"]
    if not arbre.find(nodes.Extends):
        return
    en_tete = [
        noeud
        for noeud in arbre.body
        if isinstance(noeud, nodes.Import | nodes.FromImport | nodes.Assign | nodes.AssignBlock | nodes.Macro)
    ]
    assert not en_tete, f"ligne {en_tete[0].lineno} : à mettre dans le bloc"


@pytest.mark.parametrize("chemin", [c for c in PAGES if "hors_bande" in source(c)], ids=court)
def test_chaque_racine_de_fragment_porte_un_identifiant(chemin: Path):
    for balise in re.findall(r"<[a-z]+[^<>]*{{ (?:hors_bande|oob) }}", source(chemin)):
        assert re.search(r"\sid=\"", balise), balise


def test_la_seule_cible_d_htmx_est_l_annonce():
    for chemin in PAGES:
        cibles = set(re.findall(r'data-hx-target="([^"]*)"', source(chemin)))
        assert cibles <= {"#annonce"}, f"{court(chemin)} : {cibles}"


@pytest.mark.asvs("3.5.1")
@pytest.mark.parametrize("chemin", PAGES, ids=court)
def test_chaque_formulaire_qui_ecrit_porte_son_jeton(chemin: Path):
    for formulaire in re.findall(r"<form[^>]*method=\"post\".*?</form>", source(chemin), flags=re.DOTALL):
        assert 'name="csrf_token"' in formulaire or "formulaire_debut" in formulaire, formulaire[:120]


@pytest.mark.parametrize("chemin", PAGES, ids=court)
def test_un_bouton_hors_formulaire_dit_son_genre(chemin: Path):
    """Un bouton qui ne soumet rien dit `type="button"`."""
    for attributs in re.findall(r"<button([^>]*)>", source(chemin)):
        assert "onclick" not in attributs
        assert "type=" not in attributs or 'type="button"' in attributs or 'type="submit"' in attributs


def test_les_adresses_ecrites_en_dur_menent_quelque_part(app):
    adaptateur = app.url_map.bind("127.0.0.1")
    for chemin in PAGES:
        for adresse in re.findall(r'(?:href|action)="(/[^"{]*)"', source(chemin)):
            assert adaptateur.allowed_methods(re.split("[?#]", adresse)[0]), f"{nom(chemin)} : {adresse}"
