"""Les failles connues des bibliothèques verrouillées : « make audit » (pip-audit, dans un environnement à part).

Codes de sortie : 0, tout a été vérifié et rien n'est connu ; 1, des failles sont connues ; 3, tout n'a pas pu être
vérifié. Sans réseau, pip-audit sort parfois en disant que tout va bien : seule compte, pour chaque paquet, la
preuve qu'il a été cherché.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

RACINE = Path(__file__).resolve().parent.parent
DOSSIER = RACINE / "build" / "audit"
OUTIL = "pip-audit==2.10.1"
VERROUS = ("requirements.lock", "requirements-extras.lock")
SAIN, FAILLES, PAS_VERIFIE = 0, 1, 3


def main() -> int:
    if not _installer():
        print("Audit impossible : pip-audit ne s’installe pas (réseau ?).", file=sys.stderr)
        return PAS_VERIFIE
    constat = DOSSIER / "constat.json"
    constat.unlink(missing_ok=True)
    verrous = [argument for verrou in VERROUS for argument in ("-r", str(RACINE / verrou))]
    options = ["--disable-pip", "--require-hashes", "--progress-spinner", "off", "--timeout", "15"]
    commande = [str(DOSSIER / "bin" / "pip-audit"), *options, "--format", "json", "--output", str(constat), *verrous]
    subprocess.run(commande, stderr=subprocess.DEVNULL, check=False)  # noqa: S603
    code, phrases = verdict(constat.read_text(encoding="utf-8") if constat.exists() else "")
    print("\n".join(phrases), file=sys.stdout if code == SAIN else sys.stderr)
    return code


def verdict(constat: str) -> tuple[int, list[str]]:
    """Le code de sortie et les phrases, du constat JSON de pip-audit (vide s'il n'en a pas écrit)."""
    try:
        paquets = json.loads(constat)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return PAS_VERIFIE, ["Audit impossible : pip-audit n’a rien pu lire (réseau ?)."]
    failles = [
        f"{paquet['name']} {paquet['version']} : {faille['id']}, corrigée en {', '.join(faille['fix_versions']) or '?'}"
        for paquet in paquets
        for faille in paquet.get("vulns", [])
    ]
    ignores = [paquet["name"] for paquet in paquets if "skip_reason" in paquet]
    phrases = [f"Failles connues ({len(failles)}) :", *failles] if failles else []
    if ignores or not paquets:
        phrases.append(
            f"Audit incomplet : {len(ignores)} bibliothèque(s) sur {len(paquets)} n’ont pas été cherchées (réseau ?)."
        )
    if failles:
        return FAILLES, phrases
    return (PAS_VERIFIE, phrases) if phrases else (SAIN, [f"{len(paquets)} bibliothèques, aucune faille connue."])


def _installer() -> bool:
    if (DOSSIER / "bin" / "pip-audit").exists():
        return True
    creer = [sys.executable, "-m", "venv", str(DOSSIER)]
    installer = [str(DOSSIER / "bin" / "python"), "-m", "pip", "install", "--quiet", "--retries", "1", OUTIL]
    return all(subprocess.run(commande, check=False).returncode == 0 for commande in (creer, installer))  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
