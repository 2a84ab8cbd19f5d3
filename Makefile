# Everything here needs Python 3.11 or later, make and a package index; the environment is made in .venv.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
OUTPUT ?= archive/bags
# Tests of one file share what they prepare, so they stay in one process.
PYTEST ?= --numprocesses auto --maxprocesses 4 --dist loadfile

.PHONY: demo test lint bench prove docs judges clean

demo: $(READY)
	$(BIN)/strongroom demo --output $(OUTPUT)

test: $(READY)
	$(BIN)/python -m pytest $(PYTEST)

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY)
	$(BIN)/python -m bench

prove: $(READY)
	$(BIN)/python -m pytest -m prove --prove $(PYTEST)

# What is generated from the code: schemas/json and docs/findings.md. A test fails when they are stale.
docs: $(READY)
	$(BIN)/python -m strongroom.cli.documents .

# The independent readers of our packages, each in an environment of its own below .judges.
judges: $(READY)
	$(BIN)/python tests/judges/environments.py

clean:
	rm -rf $(VENV) .bench .judges build dist

$(READY): pyproject.toml schemas/build_hook.py schemas/SOURCES.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "strongroom needs Python 3.11 or later; name one with PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable ".[jobs]" --group dev
	touch $@
