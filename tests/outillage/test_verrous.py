"""Les verrous : des versions et des empreintes, rien de la machine qui les a écrits, tout ce que le code emploie."""

from __future__ import annotations

import ast
import configparser
import json
import re
import sys
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from portail.config import RACINE

VERROUS = ["requirements.lock", "requirements-extras.lock", "requirements-test.lock"]
EXTRAS = ("deux-d-doc", "s3")
# Le script qui refait les polices réduites : lancé à la main, jamais importé par le service.
HORS_SERVICE = {RACINE / "portail" / "documents" / "polices" / "reduire.py"}
VERROU_NPM = RACINE / "tests" / "npm" / "package-lock.json"


def epingles(verrou: str) -> dict[str, str]:
    """Nom canonique → version."""
    lignes = re.findall(r"^([A-Za-z0-9][\w.-]*)==(\S+)", (RACINE / verrou).read_text(), re.M)
    return {canonicalize_name(nom): version for nom, version in lignes}


@pytest.mark.parametrize("verrou", VERROUS)
def test_un_verrou_ne_contient_ni_adresse_ni_chemin_ni_option(verrou):
    texte = (RACINE / verrou).read_text()
    assert not re.search(r"://|@ |^--|extra-index|find-links|trusted-host", texte, re.M)
    assert not re.search(r"(?:^|\s)[~.]?/", texte)
    assert str(RACINE) not in texte


@pytest.mark.asvs("15.1.2")
@pytest.mark.parametrize("verrou", VERROUS)
def test_chaque_paquet_a_une_version_et_une_empreinte(verrou):
    texte = re.sub(r"^ *#.*\n", "", (RACINE / verrou).read_text(), flags=re.M).replace("\\\n", " ")
    lignes = [ligne for ligne in texte.splitlines() if ligne.strip()]
    assert len(lignes) == len(epingles(verrou)) > 30
    assert all(re.search(r"==\S+ .*--hash=sha256:[0-9a-f]{64}", ligne) for ligne in lignes)


def test_les_verrous_repondent_a_setup_cfg():
    reglages = configparser.ConfigParser()
    reglages.read(RACINE / "setup.cfg")
    service, essais = epingles("requirements.lock"), epingles("requirements-test.lock")
    for verrou, texte in (
        (service, reglages["options"]["install_requires"]),
        *((essais, texte) for texte in reglages["options.extras_require"].values()),
        *((epingles("requirements-extras.lock"), reglages["options.extras_require"][extra]) for extra in EXTRAS),
    ):
        for demande in map(Requirement, filter(None, texte.splitlines())):
            version = verrou.get(canonicalize_name(demande.name))
            assert version, f"{demande.name} manque : make verrous"
            assert demande.specifier.contains(version), f"{demande} n’admet pas {version} : make verrous"


@pytest.mark.asvs("15.2.3")
def test_le_portail_n_importe_que_ce_que_le_service_installe():
    """Les paquets de test sont dans le même environnement : un import de trop ne se verrait qu'en service."""
    installes = {*epingles("requirements-extras.lock")}  # ceux d'un extra se chargent à la demande (test_demarrage)
    paquets = metadata.packages_distributions()
    for fichier in sorted({*(RACINE / "portail").rglob("*.py")} - HORS_SERVICE):
        for module in modules_importes(fichier) - sys.stdlib_module_names - {"portail"}:
            fournisseurs = {canonicalize_name(nom) for nom in paquets.get(module, [module])}
            assert fournisseurs & installes, (
                f"{fichier.relative_to(RACINE)} importe {module}, hors du verrou du service"
            )


def modules_importes(fichier: Path) -> set[str]:
    noms: set[str] = set()
    for noeud in ast.walk(ast.parse(fichier.read_text())):
        if isinstance(noeud, ast.Import):
            noms |= {alias.name.split(".")[0] for alias in noeud.names}
        elif isinstance(noeud, ast.ImportFrom) and noeud.module and not noeud.level:
            noms.add(noeud.module.split(".")[0])
    return noms


@pytest.mark.asvs("15.1.2")
def test_le_verrou_npm_n_a_ni_adresse_ni_paquet_sans_empreinte():
    texte = VERROU_NPM.read_text()
    verrou = json.loads(texte)
    for nom, paquet in verrou["packages"].items():
        assert not nom or paquet["integrity"].startswith("sha512-"), nom
        paquet.pop("funding", None)  # l'adresse où soutenir un auteur n'est pas celle d'un registre
    assert "://" not in json.dumps(verrou)
    assert "resolved" not in texte


def test_les_versions_npm_sont_exactes():
    manifeste = json.loads((VERROU_NPM.parent / "package.json").read_text())
    assert manifeste["private"]
    assert set(manifeste) & {"dependencies", "scripts"} == set(), "le portail servi n’emploie aucun paquet npm"
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in manifeste["devDependencies"].values())
