"""Les verrous, résolus sur un seul Python, valent pour tous ceux que le portail promet."""

from __future__ import annotations

from importlib import metadata

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from portail.config import RACINE

DEBIAN_12, UBUNTU_26_04 = "3.11.2", "3.14.0"


def epingles(verrou: str) -> dict[str, Requirement]:
    """Les paquets d'un verrou par nom canonique, avec leur marqueur d'environnement s'ils en ont un."""
    lignes = (RACINE / verrou).read_text().splitlines()
    demandes = [Requirement(ligne.removesuffix("\\")) for ligne in lignes if ligne[:1].isalnum()]
    return {canonicalize_name(demande.name): demande for demande in demandes}


def environnement(version: str) -> dict[str, str]:
    return {"python_version": ".".join(version.split(".")[:2]), "python_full_version": version, "extra": ""}


def retenus(verrou: str, version: str) -> dict[str, Requirement]:
    milieu = environnement(version)
    return {nom: pris for nom, pris in epingles(verrou).items() if pris.marker is None or pris.marker.evaluate(milieu)}


@pytest.mark.parametrize("version", [DEBIAN_12, "3.12.0", "3.13.0", UBUNTU_26_04])
@pytest.mark.parametrize("verrou", ["requirements.lock", "requirements-extras.lock", "requirements-test.lock"])
def test_chaque_paquet_admet_ce_python_et_trouve_ce_dont_il_depend(verrou: str, version: str):
    presents = retenus(verrou, version)
    assert presents
    for nom in presents:
        try:
            paquet = metadata.metadata(nom)
        except metadata.PackageNotFoundError:
            continue  # écarté par son marqueur sur le Python qui passe les tests : ses voisins suffisent à le juger
        assert SpecifierSet(paquet["Requires-Python"] or "").contains(version), f"{nom} refuse Python {version}"
        for texte in paquet.get_all("Requires-Dist") or []:
            demande = Requirement(texte)
            if demande.marker is None or demande.marker.evaluate(environnement(version)):
                assert canonicalize_name(demande.name) in presents, f"{nom} demande {texte}, absent de {verrou}"


@pytest.mark.parametrize("petit", ["requirements.lock", "requirements-extras.lock"])
def test_le_verrou_des_tests_contient_celui_du_service_aux_memes_versions(petit: str):
    service, essais = epingles(petit), epingles("requirements-test.lock")
    assert {nom: str(essais.get(nom)) for nom in service} == {nom: str(demande) for nom, demande in service.items()}
