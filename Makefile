# Every command of the project. A target sets up what it needs: the first time takes a minute and the
# network, later times neither. On Windows use plain pip: CONTRIBUTING.md.

PYTHON ?=#       the interpreter to build .venv with; empty: the first that is 3.11 or newer
ARGS   ?=#       handed on: make run ARGS='--epochs 50', make test ARGS='-k softmax'

BIN := .venv/bin
OLDEST := .venv-oldest
SPHINX := $(BIN)/sphinx-build -W --keep-going -q -b html docs docs/_build/html
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help run studio test check lint format types contracts docs docs-examples bench studio-bench figures pages pictures protocol \
        test-oldest clean checker-report FORCE

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

run: .venv/ready-run ## train a network on the circles and draw what it learnt
	$(BIN)/chainrule train circles $(ARGS)
	@echo "  To write chainrule in this window, and not $(BIN)/chainrule: . $(BIN)/activate" >&2

studio: .venv/ready-studio ## watch a network learn in the browser
	$(BIN)/chainrule studio $(ARGS)

test: .venv/ready-dev ## run the test suite
	$(BIN)/python -m pytest $(ARGS)

check: lint types contracts docs docs-examples ## everything else that must hold

lint: .venv/ready-dev ## style: ruff check, ruff format --check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: .venv/ready-dev ## mend what ruff can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: .venv/ready-dev ## mypy --strict
	$(BIN)/python -m mypy src $(wildcard examples/one_page.py)

contracts: .venv/ready-dev ## who may import whom
	$(BIN)/lint-imports --no-logo

docs: .venv/ready-dev ## build the pages into docs/_build/html; a warning is an error
	$(SPHINX)

docs-examples: docs ## run every example of the pages and of README.md
	$(BIN)/python -m pytest docs README.md

pages: .venv/ready-dev ## write the pages of the docs that come from the program again
	$(BIN)/python docs/generate.py

figures: .venv/ready-bench ## draw the pictures and tables of the README again
	$(BIN)/python benchmarks/figures.py $(ARGS)
	$(BIN)/python docs/generate.py

protocol: .venv/ready-dev ## write the page's types of the studio's messages again
	$(BIN)/python web/protocol.py

pictures: .venv/ready-dev ## draw the pictures of docs/how-to/pictures.md again
	$(BIN)/python docs/pictures.py

checker-report: .venv/ready-dev ## measure the checker: ARGS='--sample 50 --jobs 2 --list-failures'
	$(BIN)/python benchmarks/checker_report.py $(ARGS)

studio-bench: .venv/ready-bench ## measure the studio: ARGS='--seconds 5 --pages 200'
	$(BIN)/python benchmarks/studio.py $(ARGS)

bench: .venv/ready-bench ## run every other script in benchmarks/
	@set -e; for script in $(filter-out benchmarks/figures.py benchmarks/checker_report.py,\
	    $(wildcard benchmarks/*.py)); do \
	    echo "$(BIN)/python $$script $(ARGS)"; $(BIN)/python "$$script" $(ARGS); done

test-oldest: $(OLDEST)/ready-dev ## the test suite on the oldest NumPy, 2.0
	$(OLDEST)/bin/python -m pytest $(ARGS)

clean: ## remove environments, caches and built files; runs/ stays
	rm -rf .venv .venv-oldest build dist docs/_build .coverage htmlcov
	rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find src tests docs -name __pycache__ -type d -prune -exec rm -rf {} +

# ------------------------------------------------------------------------------- environments
# `ready-run` and `ready-dev` are stamps. pip never runs twice at once in one environment, for each
# stamp stands on the one before. The build backend is installed beside the package, so that
# installing again after a change of pyproject.toml needs no network.

# usage: $(call make_venv,FOLDER,NAMES,TEST,SENTENCE)
define make_venv
@set -e; found=; for name in $(2); do \
    if "$$name" -c 'import ensurepip, venv, sys; sys.exit(not ($(3)))' 2>/dev/null; \
    then found=$$name; break; fi; done; \
if [ -z "$$found" ]; then echo "make: tried $(2): $(4)" >&2; exit 1; fi; \
echo "Setting up $(1) with $$("$$found" --version) (once; about a minute)"; \
rm -rf $(1); "$$found" -m venv $(1); \
$(1)/bin/python -c 'import tomllib as t; \
  print(*t.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")' \
  > $(1)/backend.txt; \
$(1)/bin/python -m pip install --quiet -r $(1)/backend.txt; \
pwd -P > $(1)/place
endef

# usage: $(call install,FOLDER,WHAT...)
define install
@echo "Installing $(strip $(2)) into $(1)"
@$(1)/bin/python -m pip install --quiet --no-build-isolation $(2)
@touch $@
endef

NEEDS := needs Python 3.11 or newer with its venv module. On Debian and Ubuntu install \
python3-venv; elsewhere name one: make PYTHON=/path/to/python3.12
NEEDS_OLD := needs Python 3.11 or 3.12, the newest that NumPy 2.0 was built for. Name one: \
make PYTHON=/path/to/python3.11 test-oldest

# An environment does not survive being moved: it is made again in its new place.
moved = $(shell [ "$$(cat $(1)/place 2>/dev/null)" = "$$(pwd -P)" ] || echo FORCE)

.venv/place: $(call moved,.venv)
	$(call make_venv,.venv,$(or $(PYTHON),python3 python3.13 python3.12 python3.11 \
	python),sys.version_info >= (3$(comma) 11),$(NEEDS))

.venv/ready-run: .venv/place pyproject.toml
	$(call install,.venv,-e '.[plot]')

.venv/ready-studio: .venv/ready-run
	$(call install,.venv,-e '.[plot$(comma)studio]')

.venv/ready-dev: .venv/ready-run
	$(call install,.venv,-e '.[dev]')

.venv/ready-bench: .venv/ready-dev
	$(call install,.venv,-e '.[bench]')

$(OLDEST)/place: $(call moved,$(OLDEST))
	$(call make_venv,$(OLDEST),$(or $(PYTHON),python3.11 python3.12 \
	python3),(3$(comma) 11) <= sys.version_info < (3$(comma) 13),$(NEEDS_OLD))

$(OLDEST)/ready-dev: $(OLDEST)/place pyproject.toml
	$(call install,$(OLDEST),'numpy==2.0.*' -e '.[dev]')

comma := ,
