#!/bin/sh
# Installs the servers that tests run against, on Debian and Ubuntu: PostgreSQL, Redis, nginx,
# Chromium, Dovecot and Exim. Nothing is started or enabled; tests start their own on temporary folders.
set -eu

missing=""
need() { # package, then the programs that show it is there
    package=$1
    shift
    for program in "$@"; do
        if command -v "$program" >/dev/null 2>&1; then return; fi
    done
    missing="$missing $package"
}
PATH="$PATH:/usr/sbin"
for folder in /usr/lib/postgresql/*/bin; do PATH="$PATH:$folder"; done
need postgresql postgres
need redis-server redis-server
need nginx-light nginx
need chromium chromium
need dovecot-imapd dovecot
need exim4-daemon-light exim4
if [ -z "$missing" ]; then
    exit 0
fi

loud() { printf '\n\033[1;33m!! %s\033[0m\n\n' "$*" >&2; }

if ! command -v apt-get >/dev/null 2>&1; then
    loud "Not installed:$missing. Install them yourself; tests that need them are left out."
elif [ "$(id -u)" = 0 ]; then
    run=""
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    run="sudo"
else
    loud "Not installed:$missing. Run: sudo apt install$missing. Until then their tests are left out."
fi
if [ -n "${run+set}" ]; then
    echo "Installing$missing"
    export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
    $run apt-get update -qq
    # shellcheck disable=SC2086  (a list of packages)
    $run apt-get install -y -qq --no-install-recommends $missing ||
        loud "Could not install:$missing. Tests that need them are left out."
    # Both would listen from the next start of the machine on; what was there before is left alone.
    if command -v systemctl >/dev/null 2>&1; then
        case "$missing" in
        *dovecot*) $run systemctl disable --quiet --now dovecot.socket dovecot.service || true ;;
        esac
        case "$missing" in
        *exim4*) $run systemctl disable --quiet --now exim4.service || true ;;
        esac
    fi
fi
# CI may leave nothing out: there the tests themselves fail.
exit 0
