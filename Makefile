# From a fresh clone, with only Python 3.11 to 3.14 and make: `make demo`. What each target does: docs/operations.md
# Everything is installed in .venv from files locked by hash; a second run installs nothing.

SHELL := /bin/sh
PORT ?= 8000
BIN := .venv/bin
CWB := $(BIN)/cwb
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check --no-input

.PHONY: help venv install assets assets-dev demo test check bench lock clean
.DELETE_ON_ERROR:

help:
	@echo "make demo   start everything with a demo year on http://127.0.0.1:$(PORT) (PORT=... for another port)"
	@echo "make test   run all tests          make check  format, lint, imports, types, translations, tests"
	@echo "make bench  measure                make lock   renew the locked dependencies"
	@echo "make clean  remove what was built (your data in var/ stays)"

venv: .venv/.stamp-venv
install: .venv/.stamp-install

# PYTHON=... chooses one; else the newest that fits and can make environments.
.venv/.stamp-venv:
	@for python in $(PYTHON) python3.14 python3.13 python3.12 python3.11 python3 python; do \
		if "$$python" -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' \
			>/dev/null 2>&1; then found=$$python; break; fi; \
	done; \
	if [ -z "$${found-}" ]; then \
		echo "No Python 3.11 to 3.14 with venv found. On Debian or Ubuntu: apt install python3 python3-venv;" >&2; \
		echo "elsewhere: https://www.python.org/downloads/. Or name one: make PYTHON=/path/to/python demo" >&2; \
		exit 1; \
	fi; \
	echo "Making .venv with $$("$$found" --version)"; \
	"$$found" -m venv --clear .venv
	@touch $@

.venv/.stamp-locked: .venv/.stamp-venv requirements/runtime.txt requirements/build.txt
	@echo "Installing the locked dependencies (about a minute)"
	@$(PIP) install --require-hashes --no-deps -r requirements/runtime.txt -r requirements/build.txt
	@touch $@

.venv/.stamp-install: .venv/.stamp-locked pyproject.toml
	@echo "Installing cwb"
	@$(PIP) install --no-build-isolation --no-deps --editable .
	@touch $@

.venv/.stamp-dev: .venv/.stamp-install requirements/dev.txt
	@echo "Installing what the tests need"
	@$(PIP) install --require-hashes --no-deps -r requirements/dev.txt
	@touch $@

# Looks each time whether anything is left to build; mostly nothing is.
assets: .venv/.stamp-install
	@$(BIN)/python -m cwb.assets.build

assets-dev: .venv/.stamp-dev
	@$(CWB) assets --dev
	@$(CWB) translations compile

demo: assets
	@$(CWB) demo --port $(PORT)

# Compiled files are kept, also where the surroundings say otherwise: each process of a test would compile all anew.
test: export PYTHONDONTWRITEBYTECODE =
test: assets-dev
	@$(BIN)/python -m pytest -n auto $(TESTS)

check: assets-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(CWB) translations check
	@$(MAKE) --no-print-directory test

bench: assets-dev
	@mkdir -p benchmarks/results
	@$(CWB) bench all --out benchmarks/results/latest.json

# A tool environment of its own: the locker is no dependency of ours. The files hold hashes and no addresses.
LOCK := .venv/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --upgrade
lock: .venv/.stamp-venv
	@test -x .venv/lock/bin/uv || { $(BIN)/python -m venv .venv/lock && \
		.venv/lock/bin/python -m pip --quiet --disable-pip-version-check install uv; }
	@$(LOCK) pyproject.toml --no-emit-package pandas -o requirements/runtime.txt
	@$(LOCK) requirements/build.in -c requirements/runtime.txt -o requirements/build.txt
	@$(LOCK) requirements/dev.in -o requirements/dev.txt
	@git --no-pager diff --stat -- requirements || true

clean:
	@if [ -x $(CWB) ]; then $(CWB) db stop || true; fi
	rm -rf .venv node_modules static/vendor dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find cwb ledger coops procurement tests migrations -name __pycache__ -prune -exec rm -rf {} +
	@echo "Your data in var/ stays; remove it yourself if you do not need it."
