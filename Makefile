# Every command of the project. A target sets up what it needs: the first time takes a minute and the
# network, later times neither. On Windows use plain pip: CONTRIBUTING.md.

PYTHON ?=#       the interpreter to build .venv with; empty: the first that is 3.11 or newer
ARGS   ?=#       handed on: make run ARGS='--epochs 50', make test ARGS='-k softmax'

BIN := .venv/bin
OLDEST := .venv-oldest
BENCH := .venv-bench
SPHINX := $(BIN)/sphinx-build -W --keep-going -q -b html docs docs/_build/html
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help run studio test check lint format types contracts docs docs-examples bench bench-scaling nielsen \
        bench-scripts figures page pages pictures protocol studio-bench studio-pictures test-oldest test-pure test-torch sanitize \
        clean checker-report FORCE

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

figures: .venv/ready-dev ## draw the pictures and tables of the README again
	$(BIN)/python benchmarks/figures.py $(ARGS)
	$(BIN)/python docs/generate.py

protocol: .venv/ready-dev ## write the page's types of the studio's messages again
	$(BIN)/python web/protocol.py

page: protocol ## build the studio's page again, from web/ into src/chainrule/studio/static
	cd web && npm ci --no-audit --no-fund && npm run lint && npm test && npm run build

pictures: .venv/ready-dev ## draw the pictures of docs/how-to/pictures.md again
	$(BIN)/python docs/pictures.py

studio-pictures: .venv/ready-dev ## draw the pictures of the studio's pages and the README's animation again
	$(BIN)/python docs/studio_pictures.py $(ARGS)

checker-report: .venv/ready-dev ## measure the checker: ARGS='--sample 50 --jobs 2 --list-failures'
	$(BIN)/python benchmarks/checker_report.py $(ARGS)

studio-bench: .venv/ready-dev ## measure the studio: ARGS='--pages 200 --keep'
	$(BIN)/python benchmarks/studio.py $(ARGS)

bench: $(BENCH)/ready ## the engines beside other libraries: ARGS='--jobs A,B --repeats 3'
	$(BENCH)/bin/python benchmarks/engine/table.py $(ARGS)

bench-scaling: $(BENCH)/ready ## time against rows, width and threads, as pictures
	$(BENCH)/bin/python benchmarks/engine/scaling.py $(ARGS)

nielsen: $(BENCH)/ready ## Nielsen's network on real digits: seconds and accuracy, beside others
	$(BENCH)/bin/python benchmarks/engine/nielsen.py $(ARGS)

test-torch: $(BENCH)/ready ## run the PyTorch programs of the studio's Code tab, where PyTorch is
	$(BENCH)/bin/python -m pip install --quiet 'pytest>=8.3'
	$(BENCH)/bin/python -m pytest --noconftest tests/view/test_code.py

bench-scripts: .venv/ready-dev ## run every other script in benchmarks/
	@set -e; for script in $(filter-out benchmarks/figures.py benchmarks/checker_report.py,\
	    $(wildcard benchmarks/*.py)); do \
	    echo "$(BIN)/python $$script $(ARGS)"; $(BIN)/python "$$script" $(ARGS); done

# Without what says little of NumPy: pages and pictures, the benchmarks' commands, the lessons, the
# checker and the doctor.
test-oldest: $(OLDEST)/ready-dev ## the test suite on the oldest NumPy, 2.0
	$(OLDEST)/bin/python -m pytest $(or $(ARGS),--ignore=tests/studio --ignore=tests/view \
	    --ignore=tests/plots --ignore=tests/lessons --ignore=tests/test_benchmarks.py \
	    --ignore=tests/checker --ignore=tests/doctor)

# Watched code takes the compiler several times as long: one instruction set stands for all. Another:
# make sanitize WATCHED=avx512
WATCHED ?= base

# What runs beside .venv uses its packages: only the package itself is another.
sanitize: .venv-sanitize/ready ## the contract of equality, with memory and undefined behaviour watched
	LD_PRELOAD="$$(c++ -print-file-name=libasan.so) $$(c++ -print-file-name=libstdc++.so)" \
	ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1 CHAINRULE_REQUIRE_NATIVE=1 \
	.venv-sanitize/bin/python -m pytest -q -p no:cacheprovider \
	    $(or $(ARGS),tests/contracts tests/engine/test_native_calls.py)

.venv-sanitize/ready: .venv/ready-dev
	$(call beside,.venv-sanitize,CHAINRULE_REQUIRE_NATIVE=1,-C cmake.define.CHAINRULE_SANITIZE=ON \
	-C cmake.define.CHAINRULE_TARGETS=$(WATCHED))

# The package as it is where nothing can be compiled.
test-pure: .venv-pure/ready ## the engines' and the networks' tests without the compiled part
	.venv-pure/bin/python -c 'from chainrule.engine.native import why_not; print(why_not())'
	.venv-pure/bin/python -m pytest -q -p no:cacheprovider \
	    $(or $(ARGS),tests/core tests/engine tests/training tests/test_network.py)

.venv-pure/ready: .venv/ready-dev
	$(call beside,.venv-pure,CXX=/hidden/c++ CC=/hidden/cc,)

# usage: $(call beside,FOLDER,ENVIRONMENT,SETTINGS OF PIP)
define beside
@echo "Installing the package into $(1)"
@rm -rf $(1) && .venv/bin/python -m venv $(1) && \
$(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))' \
  > "$$($(1)/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/beside.pth"
@PATH="$(abspath $(BIN)):$$PATH" $(2) $(1)/bin/python -m pip install --quiet --no-deps \
  --no-build-isolation --force-reinstall -C build-dir=build/$(1) $(3) .
@touch $@
endef

clean: ## remove environments, caches and built files; runs/ stays
	rm -rf .venv .venv-oldest .venv-bench .venv-pure .venv-sanitize build dist docs/_build .coverage htmlcov
	rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find src tests docs -name __pycache__ -type d -prune -exec rm -rf {} +

# ------------------------------------------------------------------------------- environments
# `ready-run` and `ready-dev` are stamps. pip never runs twice at once in one environment, for each
# stamp stands on the one before. What builds the package (cmake and ninja, too, where the machine
# has none) is installed beside it, so that installing again after a change needs no network; and
# what was compiled stays in build/, so that it takes as long as the change is large.
BUILT_FROM := pyproject.toml CMakeLists.txt $(wildcard native/*)

# usage: $(call make_venv,FOLDER,NAMES,TEST,SENTENCE)
define make_venv
@set -e; found=; for name in $(2); do \
    if "$$name" -c 'import ensurepip, venv, sys; sys.exit(not ($(3)))' 2>/dev/null; \
    then found=$$name; break; fi; done; \
if [ -z "$$found" ]; then echo "make: tried $(2): $(4)" >&2; exit 1; fi; \
echo "Setting up $(1) with $$("$$found" --version) (once; about a minute)"; \
rm -rf $(1); "$$found" -m venv $(1); \
pwd -P > $(1)/place
endef

# usage: $(call install,FOLDER,WHAT...)
define install
@set -e; $(1)/bin/python -c 'import tomllib as t; \
  print(*t.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")' \
  > $(1)/backend.new; \
for tool in cmake ninja; do \
    command -v $$tool >/dev/null || echo $$tool >> $(1)/backend.new; done; \
cmp -s $(1)/backend.new $(1)/backend.txt || { \
    $(1)/bin/python -m pip install --quiet -r $(1)/backend.new; \
    mv $(1)/backend.new $(1)/backend.txt; }
@echo "Installing $(strip $(2)) into $(1)"
@PATH="$(abspath $(1)/bin):$$PATH" $(1)/bin/python -m pip install --quiet --no-build-isolation $(2)
@$(1)/bin/python -c 'from chainrule.engine.native import why_not; why = why_not(); \
  why and print("  NumPy alone:", why, "Why: CHAINRULE_REQUIRE_NATIVE=1 make -B $@")'
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

.venv/ready-run: .venv/place $(BUILT_FROM)
	$(call install,.venv,-e '.[plot]')

.venv/ready-studio: .venv/ready-run
	$(call install,.venv,-e '.[plot$(comma)studio]')

.venv/ready-dev: .venv/ready-run
	$(call install,.venv,-e '.[dev]')

$(OLDEST)/place: $(call moved,$(OLDEST))
	$(call make_venv,$(OLDEST),$(or $(PYTHON),python3.11 python3.12 \
	python3),(3$(comma) 11) <= sys.version_info < (3$(comma) 13),$(NEEDS_OLD))

$(OLDEST)/ready-dev: $(OLDEST)/place $(BUILT_FROM)
	$(call install,$(OLDEST),'numpy==2.0.*' -e '.[dev]')

# The peers of the extra `bench` are installed one by one: one that this machine has no wheel of is
# left out, and the table says so.
$(BENCH)/place: $(call moved,$(BENCH))
	$(call make_venv,$(BENCH),$(or $(PYTHON),python3 python3.13 python3.12 python3.11 \
	python),sys.version_info >= (3$(comma) 11),$(NEEDS))

$(BENCH)/peers: $(BENCH)/place
	@$(BENCH)/bin/python -c 'import tomllib as t; print(*t.load(open("pyproject.toml", "rb")) \
	  ["project"]["optional-dependencies"]["bench"], sep="\n")' | while read -r peer; do \
	    echo "Installing $$peer into $(BENCH)"; \
	    $(BENCH)/bin/python -m pip install --quiet "$$peer" </dev/null || echo "  left out"; done
	@touch $@

$(BENCH)/ready: $(BENCH)/peers $(BUILT_FROM)
	$(call install,$(BENCH),-e .)

comma := ,
