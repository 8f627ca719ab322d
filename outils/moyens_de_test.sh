#!/usr/bin/env bash
# Les programmes que la suite de tests emploie en plus de Python. Les manquants sont installés si l'on est root
# avec apt ; sinon, ce qui sera sauté est dit. Avec CI=true, un manque est une erreur.
set -euo pipefail
cd "$(dirname "$0")/.."
. outils/dire.sh

# Un navigateur installé par snap n'a pas accès aux dossiers temporaires : il ne compte pas.
a_chromium() {
    [ -x "${PORTAIL_CHROMIUM:-}" ] || command -v chromium google-chrome-stable google-chrome | grep -qv '^/snap/'
}
# Le pilote que Playwright apporte en a besoin, et un Debian nu ne l'a pas.
a_libatomic() { compgen -G '/usr/lib*/libatomic.so.1' >/dev/null || compgen -G '/usr/lib/*/libatomic.so.1' >/dev/null; }
a_postgresql() { command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }
a_java() { command -v java >/dev/null; }
a_qpdf() { command -v qpdf >/dev/null; }
a_poppler() { command -v pdftotext >/dev/null; }
a_npm() { command -v npm >/dev/null; }

declare -A paquets=(
    [chromium]="chromium fonts-liberation"
    [libatomic]="libatomic1"
    [postgresql]="postgresql"
    [java]="default-jre-headless"
    [qpdf]="qpdf"
    [poppler]="poppler-utils"
    [npm]="npm"
)
declare -A roles=(
    [chromium]="les parcours dans un vrai navigateur"
    [libatomic]="les parcours dans un vrai navigateur (pilote de Playwright)"
    [postgresql]="les tests rejoués sur PostgreSQL"
    [java]="la validation des pages par le vérificateur Nu"
    [qpdf]="le contrôle des PDF par qpdf"
    [poppler]="le contrôle des PDF par poppler"
    [npm]="axe et le vérificateur Nu (paquets npm)"
)

manquants() {
    for moyen in chromium libatomic postgresql java qpdf poppler npm; do
        "a_$moyen" || printf '%s ' "$moyen"
    done
}

restent=$(manquants)
if [ -n "$restent" ] && peut_installer; then
    relire_les_depots
    for moyen in $restent; do # un par un : un paquet introuvable (chromium sur Ubuntu) ne prive pas des autres
        dire "Installation de ${paquets[$moyen]}…"
        # shellcheck disable=SC2086
        installer_par_apt ${paquets[$moyen]} || dire "apt n’a pas pu."
    done
    restent=$(manquants)
fi
for moyen in $restent; do
    dire "Absent : $moyen. Seront sautés : ${roles[$moyen]}. Pour les avoir : apt install ${paquets[$moyen]}"
done
if [ -n "$restent" ] && [ "${CI:-}" = true ]; then
    arreter "Avec CI=true, rien ne peut être sauté."
fi

# Paquets npm : des outils de test, jamais servis. Leurs scripts d'installation ne sont pas exécutés.
temoin=tests/npm/node_modules/.installe
if a_npm && [ ! "$temoin" -nt tests/npm/package-lock.json ]; then
    (cd tests/npm && npm ci --ignore-scripts --no-audit --no-fund --silent)
    touch "$temoin"
fi
