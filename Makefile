# One door for people and for CI. A fresh Debian 12 needs python3, python3-venv and make; nothing else.
# The distribution's own comes first: Debian builds it with its profile, a seventh faster than one built by hand that stands earlier on the path.
SYSTEM_PYTHON := /usr/bin/python3
PYTHON ?= $(shell $(SYSTEM_PYTHON) -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(SYSTEM_PYTHON) || echo python3)
PORT ?= 8000
WORKERS ?= 3
BIN := .venv/bin
STAMP := .venv/.installed
# Each worker and each program that a test starts would compile all there is anew where this is set; empty counts as not set.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help setup run test check lint types contracts api bench screens clean lock
.DELETE_ON_ERROR:

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 16

setup: $(STAMP) ## install everything into .venv from the hash lock

$(STAMP): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make setup PYTHON=python3.11")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

run: setup ## migrate, seed when empty, serve API, pages and worker on http://127.0.0.1:8000 (PORT= changes it)
	$(BIN)/mrc migrate && $(BIN)/mrc demo --if-empty && MRC_PUBLIC_URL=$${MRC_PUBLIC_URL:-http://127.0.0.1:$(PORT)} exec $(BIN)/mrc serve --with-worker --port $(PORT)

test: setup ## all tests, on SQLite and a real PostgreSQL (ARGS="-k consent" narrows)
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

check: lint types contracts api ## lint and format, types, import contracts, OpenAPI drift

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

contracts: setup
	$(BIN)/lint-imports --no-logo

api: setup
	$(BIN)/mrc openapi --check

bench: setup ## the benchmarks; figures go to the screen
	$(BIN)/python -m benchmarks $(ARGS)

screens: setup ## take the pictures of docs/screens anew (needs Chromium)
	$(BIN)/python -m tests.web.screens

clean: ## remove what tools made; the database in var/ stays
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache dist *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

lock: ## resolve the hash locks anew (needs uv)
	@command -v uv >/dev/null || { echo "make lock needs uv; everything else does without it." >&2; exit 1; }
	uv pip compile --upgrade --universal --generate-hashes --no-header --no-annotate --python-version 3.11 pyproject.toml --extra build -o requirements/run.txt
	uv pip compile --upgrade --universal --generate-hashes --no-header --no-annotate --python-version 3.11 pyproject.toml --extra build --extra dev -o requirements/dev.txt
	echo "pac-synth==0.0.8 ; sys_platform != 'linux' or platform_machine == 'x86_64'" | uv pip compile --universal --generate-hashes --no-header --no-annotate --python-version 3.11 - -o requirements/synthetic.txt
