# À lire par les autres scripts : dire une étape, ou s'arrêter sur une phrase qui dit quoi faire.

dire() { printf '%s\n' "$*"; }

arreter() {
    printf '%s\n' "$*" >&2
    exit 1
}

peut_installer() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

# Un dépôt tiers en panne ne doit pas tout arrêter : c'est l'installation qui tranche.
relire_les_depots() { apt-get update -qq || true; }

installer_par_apt() {
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" </dev/null >/dev/null
}
