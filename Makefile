# Everything one does with a checkout. `make` alone tells what there is.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules --no-print-directory

PYTHON ?= $(firstword $(shell command -v python3.11 python3))
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
LOCK := requirements.lock
# How everything is installed: versions and hashes from the lock, for what builds the package too.
LOCKED := --quiet --constraint $(LOCK) --build-constraint $(LOCK)
ALL_GROUPS := --group test --group lint --group browser

DETOXIFY_VENV ?= .venv-detoxify
TORCH ?= torch==2.13.0

DEMO_ARGS ?=
BENCH_ARGS ?=
TEST_ARGS ?=
WORKERS ?= 2
PYTEST := $(BIN)/pytest -n $(WORKERS) --dist loadfile

export UV_HTTP_TIMEOUT ?= 180

.PHONY: help
help: ## tell what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# -- Installing ----------------------------------------------------------------------------------------------------------------
# Stamps, so that a second `make` of anything installs nothing.
$(UV): $(LOCK)
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@sed -n '/^uv==/,/[^\\]$$/p' $(LOCK) > $(VENV)/uv.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(VENV)/uv.lock
	@touch $@

$(VENV)/.core: pyproject.toml $(LOCK) $(UV)
	@echo "installing what the service needs"
	@$(UV) pip install -p $(BIN)/python $(LOCKED) -e .
	@touch $@

$(VENV)/.all: pyproject.toml $(LOCK) $(UV)
	@echo "installing what the service, its tests and its checks need"
	@$(UV) pip install -p $(BIN)/python $(LOCKED) -e '.[postgres,celery]' $(ALL_GROUPS)
	@touch $(VENV)/.core $@

$(DETOXIFY_VENV)/.all: pyproject.toml $(LOCK) $(UV)
	@echo "installing torch and Detoxify"
	@test -x $(DETOXIFY_VENV)/bin/python || $(PYTHON) -m venv $(DETOXIFY_VENV)
	@$(UV) pip install -p $(DETOXIFY_VENV)/bin/python $(LOCKED) -e '.[detoxify,train]' --group test
	@$(DETOXIFY_VENV)/bin/python -m pip install --quiet --disable-pip-version-check '$(TORCH)'
	@touch $@

.PHONY: install
install: $(VENV)/.all ## make .venv with everything, from the lock

# -- Running -------------------------------------------------------------------------------------------------------------------
.PHONY: demo
demo: $(VENV)/.core ## start the demo site; DEMO_ARGS="--port 8123 --json FILE"
	@exec $(BIN)/commentsvc demo $(DEMO_ARGS)

.PHONY: bench
bench: $(VENV)/.all ## measure speed and cost; BENCH_ARGS="..."
	@exec $(BIN)/python -m tools.bench $(BENCH_ARGS)

# -- Checking ------------------------------------------------------------------------------------------------------------------
.PHONY: sure
sure: $(VENV)/.all ## everything that must hold before a change gets in
	@for part in format-check lint types imports ordinary migrations docs; do \
		echo "== $$part"; \
		$(MAKE) $$part || { echo "== $$part failed"; exit 1; }; \
	done
	@echo "== sure"

.PHONY: test
test: $(VENV)/.all ## the ordinary tests; TEST_ARGS="-k claim"
	@$(PYTEST) $(TEST_ARGS)

.PHONY: ordinary
ordinary: $(VENV)/.all
	@$(PYTEST) --ignore tests/migrations --ignore tests/docs

.PHONY: slow
slow: $(VENV)/.all ## the tests that take minutes
	@$(PYTEST) -m slow --hypothesis-profile slow -o faulthandler_timeout=3600 $(TEST_ARGS)

.PHONY: test-browser
test-browser: $(VENV)/.all ## the pages in Debian's Chromium
	@$(BIN)/pytest -m "browser and not slow" $(TEST_ARGS)

.PHONY: test-detoxify
test-detoxify: $(DETOXIFY_VENV)/.all ## Detoxify's scorer and training, in an environment with torch
	@HF_HUB_OFFLINE=1 $(DETOXIFY_VENV)/bin/pytest -m detoxify tests/detoxify $(TEST_ARGS)

.PHONY: format
format: $(VENV)/.all ## write the code as the formatter wants it
	@$(BIN)/ruff check --select I --fix --quiet .
	@$(BIN)/ruff format .

.PHONY: format-check
format-check: $(VENV)/.all
	@$(BIN)/ruff format --check .

.PHONY: lint
lint: $(VENV)/.all ## ruff, every rule
	@$(BIN)/ruff check --output-format concise .

.PHONY: types
types: $(VENV)/.all ## mypy strict, and pyright as a second reader
	@$(BIN)/mypy
	@$(BIN)/pyright

.PHONY: imports
imports: $(VENV)/.all ## the rooms and who may know whom
	@$(BIN)/lint-imports --no-logo

.PHONY: migrations
migrations: $(VENV)/.all ## each revision up, down and up again, on both databases
	@$(BIN)/pytest tests/migrations

.PHONY: docs
docs: $(VENV)/.all ## every link, picture and command in the documents
	@$(BIN)/pytest tests/docs

.PHONY: client
client: ## build the typed client from the OpenAPI document; needs Node.js 20 and npm
	@cd commentsvc/web/embed/client && npm ci --silent && npm run --silent build

.PHONY: widget
widget: ## build the reader's widget from its TypeScript; needs Node.js 20 and npm
	@cd commentsvc/web/embed/widget && npm ci --silent && npm run --silent build

# -- Packages ------------------------------------------------------------------------------------------------------------------
.PHONY: wheel
wheel: $(UV) ## build the wheel into dist/
	@$(UV) build --quiet --wheel --build-constraint $(LOCK) --out-dir dist
	@ls -l dist

.PHONY: lock
lock: $(UV) ## write requirements.lock anew; LOCK_ARGS="--upgrade" takes newer versions
	@$(UV) pip compile --quiet pyproject.toml --all-extras $(ALL_GROUPS) --group build --group compare --universal --python-version 3.11 \
		--generate-hashes --custom-compile-command "make lock" $(LOCK_ARGS) -o $(LOCK)

.PHONY: clean
clean: ## remove what was built; environments and var/ stay
	@rm -rf dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage .coverage.*
	@find commentsvc tests migrations -name __pycache__ -type d -prune -exec rm -rf {} +
