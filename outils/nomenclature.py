"""La nomenclature du portail (SBOM) au format CycloneDX 1.6 : « make sbom » l'écrit dans build/sbom.json.

Elle ne dépend que des verrous : deux fois le même dépôt donnent deux fois le même fichier, ni date ni numéro au hasard.
"""

from __future__ import annotations

import configparser
import json
from typing import Any

from outils.paquets import EMPORTES, RACINE, Paquet, verrouilles

SORTIE = RACINE / "build" / "sbom.json"


def nomenclature() -> dict[str, Any]:
    projet = configparser.ConfigParser()
    projet.read(RACINE / "setup.cfg", encoding="utf-8")
    nous = projet["metadata"]
    paquets = verrouilles()
    adresses = {paquet.nom: _adresse(paquet) for paquet in paquets}
    demandes_par_d_autres = {demande for paquet in paquets for demande in paquet.demande}
    racine = f"pkg:generic/{nous['name']}@{nous['version']}"
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": racine,
                "name": nous["name"],
                "version": nous["version"],
                "licenses": [{"license": {"id": nous["license"]}}],
            }
        },
        "components": [_composant(paquet) for paquet in (*paquets, *EMPORTES)],
        "dependencies": [
            {
                "ref": racine,
                "dependsOn": [adresses[p.nom] for p in paquets if p.nom not in demandes_par_d_autres]
                + [_adresse(p) for p in EMPORTES],
            },
            *({"ref": adresses[p.nom], "dependsOn": [adresses[nom] for nom in p.demande]} for p in paquets),
        ],
    }


def _composant(paquet: Paquet) -> dict[str, Any]:
    seule = " " not in paquet.licence
    composant = {
        "type": "library",
        "bom-ref": _adresse(paquet),
        "name": paquet.nom,
        "version": paquet.version,
        "scope": "optional" if paquet.est_facultatif else "required",
        "licenses": [{"license": {"id": paquet.licence}} if seule else {"expression": paquet.licence}],
    }
    if _adresse(paquet).startswith("pkg:"):
        composant["purl"] = _adresse(paquet)
    if not paquet.version:
        del composant["version"]
    return composant


def _adresse(paquet: Paquet) -> str:
    """Le « package URL », ou à défaut le nom."""
    if paquet not in EMPORTES:
        return f"pkg:pypi/{paquet.nom}@{paquet.version}"
    return f"pkg:npm/{paquet.nom}@{paquet.version}" if paquet.version else paquet.nom


if __name__ == "__main__":
    SORTIE.parent.mkdir(exist_ok=True)
    SORTIE.write_text(json.dumps(nomenclature(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    print(f"Nomenclature écrite : {SORTIE.relative_to(RACINE)}")
