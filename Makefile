# Each target sets up .venv by itself: the first time, and when the dependencies changed.
# Needs python3 >= 3.11 with the venv module; PYTHON=python3.13 takes another one.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.runtime-installed
DEV := $(VENV)/.dev-installed
PINS := pyproject.toml constraints.txt
AUDIT := $(VENV)/audit
CODE := bot handlers scheduler storage
# Processes of pytest; on two cores more of them only collect more often.
WORKERS ?= 4
MORE_WORKERS ?= 3
TURNS ?= 6

.DEFAULT_GOAL := help
.PHONY: help demo ask run test chaos fuzz audit check tested types style again covered gate fix docs pictures clean
# Images for containers tend to set it; each process would compile all of our code by itself then, and
# each of pytest's rewrite every test.
unexport PYTHONDONTWRITEBYTECODE

help: ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

demo: $(RUNTIME) ## The bot on a local workspace, with a chat page in the browser
	$(BIN)/teamlead demo $(ARGS)

ask: $(RUNTIME) ## One wish in the terminal: make ask Q="an API for invoices"
	@test -n "$(Q)" || { echo 'Say what you need: make ask Q="an API for invoices"' >&2; exit 2; }
	@$(BIN)/teamlead ask "$(Q)" $(ARGS)

run: $(RUNTIME) ## The bot on Slack (docs/install.md)
	$(BIN)/teamlead run

test: $(DEV) ## The tests; some: T=tests/unit/facts; PostgreSQL, killed processes, coverage too: ALL=1
ifdef T
	$(BIN)/pytest $(T)
else ifdef ALL
	@echo 'Unit tests take turns on PostgreSQL, a sixth a day; all of them: TURNS=1'
	@$(MAKE) --no-print-directory --jobs=2 again covered
else
	@echo 'On SQLite; on PostgreSQL too, and with killed processes: ALL=1'
	$(BIN)/pytest -n $(WORKERS) --dist worksteal -m "not chaos and not postgres"
endif

# These wait for processes half of the time; `covered` has what they leave of the processor. So the
# machine is never idle, and no process is late because of a unit test. One report, as each takes a
# quarter of a minute in which one processor is idle; `.venv/bin/coverage report` has each file's lines.
again: $(DEV)
	$(BIN)/pytest -n $(WORKERS) --dist worksteal --turns $(TURNS) \
	  -m "(chaos and not long) or (not chaos and (postgres or again))"

covered: $(DEV)
	@mkdir -p build
	@nice -n 5 $(BIN)/pytest -n $(MORE_WORKERS) --dist worksteal --measured \
	  -m "not (chaos or postgres or again)" --cov --cov-report=xml:build/coverage.xml > build/covered.txt 2>&1 \
	  || status=$$?; cat build/covered.txt; exit $${status:-0}

chaos: $(DEV) ## Hundreds of faults on each database; make chaos ARGS="--chaos-seed 7"
	$(BIN)/pytest -n 4 tests/chaos tests/scenario/test_kill.py tests/scenario/test_kill_bot.py --chaos-faults 200 --timeout 3600 $(ARGS)

fuzz: $(DEV) ## Bent payloads to every handler, a minute on each database; FUZZ_SEED=7
	FUZZ_SECONDS=$(or $(FUZZ_SECONDS),60) $(BIN)/pytest tests/fuzz --timeout 3600

audit: | $(BIN)/python ## Known vulnerabilities of the pinned dependencies; says so when it cannot look
	@test -x $(AUDIT)/bin/pip-audit || { $(BIN)/python -m venv $(AUDIT) && $(AUDIT)/bin/python -m pip \
	  install --quiet --disable-pip-version-check pip-audit==2.10.1; } || true
	@$(AUDIT)/bin/pip-audit --requirement constraints.txt --no-deps --disable-pip --format json \
	  --progress-spinner off 2>/dev/null | $(BIN)/python .ci/audit.py

check: $(DEV) ## What must be green: style, types, layers, generated files, tests
ifdef ALL
	@$(MAKE) --no-print-directory --jobs=2 types tested
else
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target types style
	@$(MAKE) --no-print-directory test
endif

# Beside the types, which take a minute in a fresh checkout and one processor of two. Without this
# make's jobs, as the one below has its own.
tested: $(DEV)
	@$(MAKE) --no-print-directory style
	@MAKEFLAGS='$(filter-out -j% --jobserver%,$(MAKEFLAGS))' $(MAKE) --no-print-directory test

types: $(DEV)
	$(BIN)/mypy

# At its end in a fresh checkout, once and not in each of pytest's processes: tests are rewritten and
# compiled. Later it is only what changed. What cannot be collected is for the tests to say.
style: $(DEV)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports
	$(BIN)/teamlead docs --check
	@ls tests/__pycache__/conftest.*pytest*.pyc >/dev/null 2>&1 \
	  || $(BIN)/pytest --collect-only -q >/dev/null || true

# Two tools at a time: bandit takes as long as the others together.
gate: $(DEV) ## The project by its own quality gate, with the coverage that `make test ALL=1` left
	@mkdir -p build && rm -f build/bandit.json build/complexity.json build/duplication.txt
	@$(BIN)/bandit -q -r $(CODE) -f json -o build/bandit.json --exit-zero & \
	$(BIN)/ruff check --select C901 --config lint.mccabe.max-complexity=0 --output-format json \
	  --exit-zero --no-cache $(CODE) > build/complexity.json && \
	$(BIN)/lizard -Eduplicate -l python -i -1 $(CODE) > build/duplication.txt && \
	wait
	@$(BIN)/teamlead gate --repo teamlead --policy .ci/gate.yml --coverage build/coverage.xml \
	  --complexity build/complexity.json --duplication build/duplication.txt \
	  --security build/bandit.json $(if $(GITHUB_ACTIONS),--github)

fix: $(DEV) ## Let ruff format and mend what it can
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

docs: $(DEV) ## Write the files that are generated from the code
	$(BIN)/teamlead docs

pictures: $(DEV) ## Let the browser test take the pictures of the README
	@mkdir -p docs/images
	TEAMLEAD_SCREENSHOTS=$(CURDIR)/docs/images $(BIN)/pytest tests/browser/test_main_job.py

clean: ## Remove caches and reports; .venv stays
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	rm -rf .coverage .coverage.* htmlcov coverage.xml build dist
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo 'Teamlead needs Python 3.11 or newer; name one with PYTHON=...' >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(RUNTIME): $(PINS) | $(BIN)/python
	$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check -e . -c constraints.txt
	@touch $@

$(DEV): $(PINS) | $(BIN)/python
	$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check -e '.[dev]' -c constraints.txt
	@touch $(RUNTIME) $@
