# Two commands carry the project: `make run` and `make test`.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.runtime
DEVELOPMENT := $(VENV)/.development

.PHONY: run test test-fast check bench setup catalogs pictures clean

run: $(RUNTIME)
	@exec $(BIN)/python -m bot run

setup: $(DEVELOPMENT)

test: $(DEVELOPMENT)
	@$(BIN)/python -m pytest -n auto -m "not faults"
	@$(BIN)/python -m pytest -m faults

test-fast: $(DEVELOPMENT)
	@$(BIN)/python -m pytest -n auto -m "not browser and not faults"

check: $(DEVELOPMENT)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m tools.catalogs --check
	@$(BIN)/python -m bot content check

bench: $(DEVELOPMENT)
	@$(BIN)/python -m benchmarks

catalogs: $(DEVELOPMENT)
	@$(BIN)/python -m tools.catalogs

pictures: $(DEVELOPMENT)
	@WAYPOINT_PICTURES=1 $(BIN)/python -m pytest -m browser

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; name it with: make PYTHON=python3.11 …"; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "Python's venv is missing; on Debian: apt-get install python3-venv"; exit 2; }
	@$(PYTHON) -m venv $(VENV)

$(RUNTIME): $(VENV)/bin/python requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(DEVELOPMENT): $(VENV)/bin/python requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@ $(RUNTIME)

clean:
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
