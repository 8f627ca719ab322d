#!/usr/bin/env bash
# Régénère les verrous depuis setup.cfg : le service, ses extras, les tests. « MAJ=1 make verrous » met tout à jour.
# Les options de pip propres à la machine sont écartées : elles choisiraient des versions à notre place,
# ou laisseraient leur chemin dans les verrous.
set -euo pipefail
cd "$(dirname "$0")/.."

export PIP_CONFIG_FILE=/dev/null CUSTOM_COMPILE_COMMAND="make verrous"
unset PIP_FIND_LINKS PIP_CONSTRAINT PIP_EXTRA_INDEX_URL

figer() {
    sortie=$1
    shift
    .venv/bin/python -m piptools compile --quiet --no-config --generate-hashes --strip-extras --allow-unsafe \
        --no-emit-options --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
        --constraint outils/contraintes.txt ${MAJ:+--upgrade} --output-file "$sortie" "$@" setup.cfg
    # Résolu sur Python 3.11, le verrou vaut aussi pour 3.14, qui a zstd dans sa bibliothèque standard.
    sed -i 's/^\(backports-zstd==[^ ]*\) \\$/\1 ; python_version < "3.14" \\/' "$sortie"
}

figer requirements.lock
figer requirements-extras.lock --extra deux-d-doc --extra s3 --constraint requirements.lock
figer requirements-test.lock --extra test --extra deux-d-doc --extra s3 --constraint requirements-extras.lock
