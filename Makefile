# Parley. `make run` is all a newcomer needs; `make help` lists the rest.

# The first Python that is new enough; of several machines' names for it, `python3` is asked first.
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(firstword $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c '$(NEW_ENOUGH)' 2>/dev/null && echo $$python; done) python3)
BIN := .venv/bin
ARGS ?=

# An installation as it goes live, for the deployment check.
LIVE := SECRET_KEY=0123456789-abcdefghijklmnopqrstuvwxyz-0123456789-ABCDEFGHIJ PARLEY_MODE=team HTTPS=true \
	DEBUG=false ALLOWED_HOSTS=chat.example.org

# Where words for people stand, and how the catalogue is written.
MESSAGES := --extension html,py,webmanifest --ignore .venv --ignore var --ignore tests --ignore benchmarks \
	--no-location --no-obsolete

.DEFAULT_GOAL := help
.PHONY: help run dev test check format messages bench clean

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | expand -t 12

run: .venv/run.stamp ## install what is missing, and serve on http://127.0.0.1:8000
	@$(BIN)/python manage.py serve

dev: .venv/dev.stamp ## the same with DEBUG, starting again when a file changes
	@DEBUG=$${DEBUG:-true} $(BIN)/python manage.py serve --reload

test: .venv/dev.stamp ## every test, warnings as errors (ARGS="-k name" picks some)
	$(BIN)/python -m pytest -n auto $(ARGS)

check: .venv/dev.stamp ## format, lint, templates, types, import layers, deployment, migrations
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	git ls-files -z 'templates/*.html' | xargs -0 -r $(BIN)/djade --check --target-version 5.2
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(LIVE) $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/python manage.py makemigrations --check --dry-run

format: .venv/dev.stamp ## put code and templates into their form
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format
	git ls-files -z 'templates/*.html' | xargs -0 -r $(BIN)/djade --target-version 5.2

messages: .venv/dev.stamp ## collect and compile translations (needs gettext)
	$(BIN)/python manage.py makemessages --locale de $(MESSAGES)
	$(BIN)/python manage.py compilemessages --locale de --ignore .venv

bench: .venv/dev.stamp ## the table of docs/performance.md for this checkout
	$(BIN)/python -m benchmarks $(ARGS)

clean: ## forget the environment and all caches; data in var/ stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

.venv/bin/python:
	@$(PYTHON) -c '$(NEW_ENOUGH)' || { echo "Parley needs Python 3.11 or later." >&2; exit 1; }
	@$(PYTHON) -m venv .venv

.venv/run.stamp: requirements.txt | .venv/bin/python
	@echo "Installing what Parley needs into .venv …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/dev.stamp: requirements.txt requirements-scale.txt requirements-mcp.txt requirements-otel.txt requirements-dev.txt | .venv/bin/python
	@echo "Installing what the tests and checks need into .venv …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ .venv/run.stamp
