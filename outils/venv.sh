#!/usr/bin/env bash
# Crée .venv avec un Python assez récent. PYTHON=… impose l'interpréteur.
# Ne demande ni root ni apt ; s'ils sont là, le module venv que Debian range à part est installé.
set -euo pipefail
cd "$(dirname "$0")/.."
. outils/dire.sh

assez_recent() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
sait_creer() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

choisir() {
    for candidat in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if assez_recent "$candidat"; then
            command -v "$candidat"
            return
        fi
    done
    arreter "Il faut Python 3.11 ou plus récent (ici : $(${PYTHON:-python3} --version 2>&1 | head -n 1))." \
        "Installez-le, puis relancez ; PYTHON=/chemin/de/python3 en désigne un."
}

if assez_recent .venv/bin/python && .venv/bin/python -m pip --version >/dev/null 2>&1; then
    exit 0
fi

python=$(choisir)
if ! sait_creer "$python"; then
    if peut_installer; then
        version=$("$python" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
        dire "Installation de $version-venv…"
        relire_les_depots
        installer_par_apt "$version-venv" || true
    fi
    sait_creer "$python" || arreter "Il manque à $python de quoi créer un environnement :" \
        "« apt install python3-venv » (en administrateur), puis relancez."
fi
dire "Création de .venv avec $("$python" --version)…"
"$python" -m venv --clear .venv
