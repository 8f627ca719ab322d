"""Licences, nomenclature, audit : ce qui est livré est connu, permis, et un audit qui n'a rien lu ne dit pas « sain »."""

from __future__ import annotations

import json
import re

import pytest

from outils import audit, licences
from outils.nomenclature import nomenclature
from outils.paquets import verrouilles


def test_la_liste_est_celle_des_metadonnees():
    ecrite = licences.DOCUMENT.read_text(encoding="utf-8").partition(licences.DEBUT)[2].partition(licences.FIN)[0]
    assert ecrite == licences.liste(), "make licences"


def test_chaque_licence_est_permise_ou_admise_pour_une_raison():
    assert licences.refusees() == []
    assert set(licences.ADMISES) <= {paquet.nom for paquet in verrouilles()}


def test_une_licence_hors_liste_est_refusee(monkeypatch):
    monkeypatch.setattr(licences, "PERMISES", licences.PERMISES - {"MPL-2.0"})
    monkeypatch.setattr(licences, "ADMISES", {})
    assert licences.refusees() == ["pikepdf : MPL-2.0", "pillow-heif : BSD-3-Clause AND GPL-2.0-only"]


@pytest.mark.asvs("15.1.2")
def test_la_nomenclature_dit_chaque_paquet_et_ne_renvoie_qu_a_des_connus():
    ecrite = nomenclature()
    assert (ecrite["bomFormat"], ecrite["specVersion"]) == ("CycloneDX", "1.6")
    references = [composant["bom-ref"] for composant in ecrite["components"]]
    assert len(references) == len(set(references))
    assert {f"pkg:pypi/{paquet.nom}@{paquet.version}" for paquet in verrouilles()} <= set(references)
    assert "pkg:npm/htmx.org@4.0.1" in references
    connues = {*references, ecrite["metadata"]["component"]["bom-ref"]}
    for lien in ecrite["dependencies"]:
        assert {lien["ref"], *lien["dependsOn"]} <= connues
    flask = next(c for c in ecrite["components"] if c["name"] == "flask")
    assert flask["licenses"] == [{"license": {"id": "BSD-3-Clause"}}]
    assert re.fullmatch(r"\d[\d.]+", flask["version"])
    assert json.dumps(ecrite) == json.dumps(nomenclature())


VERIFIE = {"name": "flask", "version": "3.1.3", "vulns": []}
TOUCHE = {"name": "jinja2", "version": "2.10", "vulns": [{"id": "PYSEC-2019-217", "fix_versions": ["2.10.1"]}]}
IGNORE = {"name": "click", "skip_reason": "Dependency not found on PyPI and could not be audited"}


@pytest.mark.parametrize(
    ("constat", "code", "phrase"),
    [
        ([VERIFIE], audit.SAIN, "1 bibliothèques, aucune faille connue"),
        ([VERIFIE, TOUCHE], audit.FAILLES, "jinja2 2.10 : PYSEC-2019-217, corrigée en 2.10.1"),
        ([VERIFIE, IGNORE], audit.PAS_VERIFIE, "1 bibliothèque(s) sur 2 n’ont pas été cherchées"),
        ([TOUCHE, IGNORE], audit.FAILLES, "n’ont pas été cherchées"),
        ([], audit.PAS_VERIFIE, "Audit incomplet"),
        (None, audit.PAS_VERIFIE, "Audit impossible"),
    ],
)
def test_un_audit_qui_n_a_pas_tout_lu_ne_dit_pas_que_tout_va_bien(constat, code, phrase):
    rendu, phrases = audit.verdict("" if constat is None else json.dumps({"dependencies": constat}))
    assert rendu == code
    assert phrase in "\n".join(phrases)
