# One line of help per target: `make` prints them. A test checks that none is forgotten.
PORT   ?= 8000
PYTHON ?= python3
DEMO   ?= var/demo
WHEELS ?= build/wheels
OUT    ?= $(dir $(PROJECT))bericht.pdf

BIN    := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help install demo test check bench report sbom wheels clean

help: ## print this list
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-16s %s\n", $$1, $$2}'

install: ## install what is missing into .venv (locked, hash-checked; a second run takes a moment)
	@$(PYTHON) scripts/install.py

demo: install ## make the fictional town Musterstadt, compute its index and serve it on http://localhost:8000/ (PORT=... changes it)
	@rm -rf $(DEMO).new && $(BIN)/python -m tests.town.make $(DEMO).new && rm -rf $(DEMO) && mv $(DEMO).new $(DEMO)
	@echo "Musterstadt is ready and served in a moment. The first hour: docs/handbuch/erste-stunde.md"
	@exec $(BIN)/nahraum serve --project $(DEMO)/nahraum.toml --port $(PORT)

test: install ## install what the tests drive (Chromium, PostgreSQL, Java, ...) and run all tests
	@$(BIN)/python scripts/system.py
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

check: install ## style, types, import directions, migrations, sentences, documents
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet . || { $(BIN)/ruff format --check .; exit 1; }
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m django makemigrations --check --dry-run --settings nahraum_site.config.settings
	@$(BIN)/python scripts/translate.py missing
	@$(BIN)/python -m pytest -q tests/repo

bench: install ## measure the promises of speed and size beside their peers, in one table
	@$(BIN)/python -m benchmarks.run

report: install ## write the report of a project: make report PROJECT=folder/nahraum.toml [OUT=file.pdf]
	@test -n "$(PROJECT)" || { echo "Name the project: make report PROJECT=folder/nahraum.toml [OUT=file.pdf]"; exit 2; }
	@$(BIN)/nahraum report $(PROJECT) --out $(OUT)

sbom: install ## write build/sbom.cdx.json: every package that an installation holds (CycloneDX)
	@$(BIN)/python scripts/sbom.py build/sbom.cdx.json

wheels: install ## gather all packages for an installation without internet: make wheels [WHEELS=folder]
	@$(BIN)/python scripts/wheels.py $(WHEELS)

clean: ## remove everything that was made or installed here, back to what git holds
	rm -rf .venv node_modules var build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -rf src/nahraum_site/static/vendor src/nahraum/reports/fonts src/nahraum/locale/*/LC_MESSAGES/*.mo
	find src tests benchmarks scripts -name __pycache__ -type d -prune -exec rm -rf {} +
