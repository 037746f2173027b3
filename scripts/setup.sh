#!/bin/sh
# Makes .venv with everything the tests and the demo need, exactly as requirements.lock says.
# A newcomer needs only Python 3.11 or newer; uv is put inside the environment where it is missing.
set -eu
cd "$(dirname "$0")/.."

say() { printf '\033[1m→ %s\033[0m\n' "$*"; }

find_python() {
    for name in ${PYTHON:-} python3.13 python3.12 python3.11 python3 python; do
        if command -v "$name" >/dev/null 2>&1 &&
            "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    echo "Majung needs Python 3.11 or newer; none was found. Install it, or name it: make PYTHON=…" >&2
    exit 1
}

if [ ! -x .venv/bin/python ]; then
    python=$(find_python)
    say "Making .venv with $python"
    if ! "$python" -m venv .venv; then
        rm -rf .venv
        echo "Python cannot make environments here; on Debian: apt install python3-venv" >&2
        exit 1
    fi
fi
if command -v uv >/dev/null 2>&1; then
    uv=uv
else
    [ -x .venv/bin/uv ] || { say "Putting uv into .venv"; .venv/bin/python -m pip install --quiet uv; }
    uv=.venv/bin/uv
fi
say "Installing what requirements.lock lists"
"$uv" pip install --python .venv/bin/python --require-hashes -r requirements.lock
"$uv" pip install --python .venv/bin/python --no-deps -e .
touch .venv/.ready
