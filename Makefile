# `make` alone lists what there is. Nothing but Python 3.11 and make is needed to begin.
.DEFAULT_GOAL := help
.PHONY: help demo test quick chaos check bench screens build servers messages lock
BIN := .venv/bin
NEXT = printf '\n\033[1;32m✓ %s\033[0m\n'
STEP = printf '\n\033[1m→ %s\033[0m\n'
SOURCES := $(shell find frontend -path '*/node_modules' -prune -o -type f -print 2>/dev/null)
BUILT := majung/web/static/built/.made

help: ## List what make can do
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 18

demo: .venv/.ready $(BUILT) ## Fill a believable Korean shop and serve it with live customers
	@$(BIN)/python -m scripts.messages compile
	@$(BIN)/majung demo $(DEMO)

test: .venv/.ready servers $(BUILT) ## Run all tests: SQLite, PostgreSQL, browser, TypeScript
	@$(BIN)/python -m scripts.messages compile
	@$(STEP) "Tests of the front end"
	@scripts/frontend.sh test
	@$(STEP) "Tests on SQLite"
	@$(BIN)/pytest -n 2 --database sqlite
	@$(STEP) "Tests on PostgreSQL"
	@$(BIN)/pytest -n 2 --database postgres
	@$(NEXT) "All tests passed. Next: \`make demo\` to look at it, \`make check\` before you commit."

quick: .venv/.ready ## Run the quick tests on SQLite, without a browser
	@$(BIN)/python -m scripts.messages compile
	@$(BIN)/pytest -n 2 -q -m "not slow and not browser and not chaos" --database sqlite
	@$(NEXT) "Quick tests passed. Next: \`make test\` runs all of them."

chaos: .venv/.ready servers $(BUILT) ## Run the long proofs in full: kills, floods, growth
	@$(STEP) "Long proofs on SQLite"
	@$(BIN)/pytest -m chaos --chaos -s -p no:randomly --database sqlite
	@$(STEP) "Long proofs on PostgreSQL"
	@$(BIN)/pytest -m chaos --chaos -s -p no:randomly --database postgres
	@$(NEXT) "All long proofs held."

check: .venv/.ready ## Look for mistakes without running: style, types, layers, templates, migrations
	@$(STEP) "ruff" && $(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(STEP) "mypy" && $(BIN)/mypy
	@$(STEP) "layers" && $(BIN)/lint-imports --no-cache
	@$(STEP) "templates" && $(BIN)/djlint majung --quiet --lint
	@$(STEP) "migrations" && MAJUNG_HOME=$$(mktemp -d) $(BIN)/majung manage makemigrations --check --dry-run
	@$(STEP) "translations" && $(BIN)/python -m scripts.messages check
	@$(STEP) "front end" && scripts/frontend.sh typecheck lint
	@$(NEXT) "Nothing to object to. Next: \`make test\`."

bench: .venv/.ready ## List the benchmarks
	@$(BIN)/python -m bench

screens: .venv/.ready servers $(BUILT) ## Take a contact sheet of every screen into build/screens/
	@$(BIN)/python -m scripts.messages compile
	@$(BIN)/python -m scripts.screens

build: .venv/.ready $(BUILT) ## Build the front end, the translations and the wheel (into dist/)
	@$(BIN)/python -m scripts.messages compile
	@if command -v uv >/dev/null 2>&1; then uv build --wheel; else $(BIN)/uv build --wheel; fi
	@$(NEXT) "The wheel is in dist/. Next: pip install it anywhere and run \`majung serve\`."

servers: ## Install PostgreSQL, Redis, nginx, Chromium and Dovecot for the tests (Debian, Ubuntu)
	@scripts/servers.sh

messages: .venv/.ready ## Take new texts into the English catalogue
	@$(BIN)/python -m scripts.messages update
	@$(BIN)/python -m scripts.messages check

lock: .venv/.ready ## Choose the versions of all packages anew (after a change in pyproject.toml)
	@$(BIN)/uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes \
		--all-extras --group dev --custom-compile-command "make lock" pyproject.toml -o requirements.lock

.venv/.ready: pyproject.toml requirements.lock scripts/setup.sh
	@scripts/setup.sh

$(BUILT): $(SOURCES) | .venv/.ready
	@scripts/frontend.sh build
	@touch $@
