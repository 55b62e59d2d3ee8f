# `make help` lists the targets. Every target does the set-up that it needs; what is already right is not done again.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/.stamps
UV := $(BIN)/uv --quiet --no-progress
# A line of red for the rules themselves: share of branches that the tests must take, in per cent.
BRANCHES ?= 95
PYTEST ?=
FUZZ ?= 50
BENCH ?=
COMPILE = $(UV) pip compile --universal --generate-hashes --python-version 3.11 --custom-compile-command 'make lock'

export UV_LINK_MODE ?= copy
# A virtual environment that happens to be active must not receive what belongs to ours.
export VIRTUAL_ENV = $(CURDIR)/$(VENV)

.PHONY: help setup demo test fuzz audit check lint types layers format names words texts pictures bench synth lock clean

help: ## List the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 12

setup: $(STAMPS)/project $(STAMPS)/node ## Install everything into .venv and node_modules
	@echo 'Ready: $(BIN)/upominek'

demo: setup ## Play a few days of two invented creditors on this machine
	@$(BIN)/upominek demo

test: setup ## Run all tests, with coverage
	@$(BIN)/pytest --cov --cov-report= --numprocesses auto --maxprocesses 4 --dist loadgroup $(PYTEST)
	@$(BIN)/python .ci/branches.py $(BRANCHES) upominek/domain upominek/application

fuzz: setup ## Feed broken input for a long time (FUZZ=500 for longer)
	@FUZZ=$(FUZZ) $(BIN)/pytest tests/fuzz --timeout=0 --show-capture=no $(PYTEST)

audit: setup ## Ask PyPI and npm for known weaknesses of what is locked (needs the internet)
	@test -x $(VENV)/audit/bin/pip-audit || { $(PYTHON) -m venv $(VENV)/audit && $(VENV)/audit/bin/pip install --quiet pip-audit; }
	@for lock in layers/*/requirements.txt requirements/*.txt; do $(VENV)/audit/bin/pip-audit --disable-pip --require-hashes -r $$lock; done
	@npm audit --audit-level=moderate

check: lint types layers ## Lint, types and layering

lint: setup
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check

types: setup
	@$(BIN)/mypy

layers: setup
	@PYTHONPATH=layers/core/python:. $(BIN)/lint-imports --cache-dir $(VENV)/.cache/import-linter

format: setup ## Put the code in order
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

names: setup ## Write the table of first names and their vocatives from tools/first_names.toml
	@$(BIN)/python -m tools.vocatives

words: setup ## Write the next dictionary that stored texts are packed with, from the shipped texts
	@$(BIN)/python -m tools.stored_words

texts: setup ## Compile the layout of e-mails, templates/email/layout.mjml
	@$(BIN)/python -m tools.email_layout

pictures: setup ## Take the pictures of e-mails in docs/images (needs Chromium)
	@$(BIN)/python -m tests.browser.pictures docs/images

bench: setup ## Measure everything, by docs/performance.md; results in build/bench (BENCH=name for one)
	@PYTHONPATH=layers/core/python:. $(BIN)/python -m benchmarks $(BENCH)

synth: setup ## Write the CloudFormation template of deployments/example.yaml into cdk.out
	@$(BIN)/python -m infra.app deployments/example.yaml

lock: $(STAMPS)/uv ## Lock the newest versions that the .in files allow
	@$(COMPILE) --upgrade requirements/bootstrap.in -o requirements/bootstrap.txt
	@$(COMPILE) --upgrade layers/dependencies/requirements.in -o layers/dependencies/requirements.txt
	@$(COMPILE) --upgrade layers/letters/requirements.in -o layers/letters/requirements.txt
	@$(COMPILE) --upgrade requirements/dev.in -o requirements/dev.txt
	@npm install --package-lock-only

clean: ## Remove what was built (not what was installed)
	@rm -rf build cdk.out $(VENV)/.cache
	@find . -name __pycache__ -not -path './$(VENV)/*' -not -path './node_modules/*' -prune -exec rm -rf {} +

# --- What is installed, in the order of what it needs ----------------------------------------------------------------
$(STAMPS)/venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and f"Python 3.11 or newer is needed, {sys.executable} is {sys.version.split()[0]}: make PYTHON=…")'
	@$(PYTHON) -m venv --clear $(VENV)
	@mkdir -p $(STAMPS) $(VENV)/.cache && touch $@

$(STAMPS)/uv: requirements/bootstrap.txt $(STAMPS)/venv
	@echo 'Installing uv'
	@test -x $(BIN)/pip || $(BIN)/python -m ensurepip >/dev/null
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(STAMPS)/libraries: requirements/dev.txt $(STAMPS)/uv
	@echo 'Installing libraries'
	@$(UV) pip sync --require-hashes $<
	@touch $@

$(STAMPS)/project: pyproject.toml $(STAMPS)/libraries
	@$(UV) pip install --no-build-isolation --no-deps --editable .
	@touch $@

$(STAMPS)/node: package.json package-lock.json $(STAMPS)/venv
	@echo 'Installing the CDK command line'
	@node -e 'if (parseInt(process.versions.node) < 20) { console.error("Node 20 or newer is needed, this is " + process.version); process.exit(1) }'
	@npm ci --loglevel=error
	@touch $@
