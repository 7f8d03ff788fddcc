# Everything that a newcomer, a developer and CI need. The work is done in scripts/. Stamps in
# .venv/.stamps let a second run start at once and repeat only the steps whose files changed.

PORT ?= 8000
PYTHON ?=
ARGS ?=

# A third of the time a test waits for a browser, a database or the disk: half as many workers more
# than there are processors, at most six.
WORKERS ?= $(shell n=$$(nproc 2>/dev/null || echo 2); n=$$((n + (n + 1) / 2)); echo $$((n < 6 ? n : 6)))

VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
STAMPS := $(VENV)/.stamps
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --no-input --require-hashes
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard translations/*/LC_MESSAGES/*.po))
VENDOR := static/vendor

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
# Two pips at once in one environment would trip over each other.
.NOTPARALLEL:
.PHONY: help demo test soak bench lint format reset translations requirements needs FORCE

help: ## Show this list
	@echo "make TARGET [PORT=8000] [PYTHON=python3.13] [ARGS=...]"
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(STAMPS)/papers $(STAMPS)/frontend $(CATALOGUES) ## Try it with fictional data; PORT= chooses the port, Ctrl-C stops it
	@$(PY) -m scripts.needs pango
	@$(PY) -m scripts.demo $(PORT)

# Python keeps what it compiled, whatever the shell says: each of the workers, and each process that
# a test starts, compiled every module again.
test soak: export PYTHONDONTWRITEBYTECODE :=

# In our own order (tests/conftest.py): the long files are begun before the many short ones.
test: $(STAMPS)/dev $(STAMPS)/frontend $(CATALOGUES) needs lint ## Check everything; ARGS= goes to pytest
	@$(PY) -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

soak: $(STAMPS)/dev $(STAMPS)/frontend $(CATALOGUES) ## The slow checks in full: two worlds, every door, moves, a month of clocks, contested beds, kills
	@RUJUKAN_SOAK=1 $(PY) -m pytest -n $(WORKERS) tests/reliability/test_two_worlds.py \
		tests/reliability/test_clock_month.py tests/reliability/test_find_oracle.py \
		tests/reliability/test_published_attack.py tests/reliability/test_year_found.py \
		tests/pages tests/api/test_keys.py tests/guards $(ARGS)
	@RUJUKAN_SOAK=1 $(PY) -m pytest -s tests/reliability/test_moves_machine.py \
		tests/reliability/test_bed_races.py tests/reliability/test_moves_kill.py $(ARGS)

bench: $(STAMPS)/dev ## Measure; ARGS= goes to the benchmarks
	@$(PY) -m benchmarks $(ARGS)

lint: $(STAMPS)/dev ## Check format, common faults, types and layers
	@failed=0; for check in "ruff format --check ." "ruff check ." mypy lint-imports; do \
		echo "--- $$check"; $(BIN)/$$check || failed=1; done; exit $$failed

format: $(STAMPS)/dev ## Put the code in its usual form and mend what can be mended
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

reset: ## Delete the data in var/; what was installed stays
	@echo "Deleting the data in var/"
	@rm -rf var

translations: $(STAMPS)/dev ## Bring the catalogues up to date with the texts in the code
	@$(PY) -m scripts.translations

requirements: $(STAMPS)/tools ## Compile requirements/*.in; ARGS=--upgrade takes newer versions
	@for name in base node tools; do \
		$(COMPILE) $(ARGS) requirements/$$name.in -o requirements/$$name.txt || exit 1; done
	@$(COMPILE) $(ARGS) requirements/papers.in -c requirements/base.txt -o requirements/papers.txt
	@$(COMPILE) $(ARGS) requirements/dev.in -c requirements/papers.txt -o requirements/dev.txt

needs: $(STAMPS)/venv
	@$(PY) -m scripts.needs

$(STAMPS)/venv:
	@sh scripts/venv.sh $(VENV) $(PYTHON)
	@mkdir -p $(STAMPS)
	@touch $@

$(STAMPS)/papers $(STAMPS)/dev $(STAMPS)/tools: $(STAMPS)/%: requirements/%.txt $(STAMPS)/venv
	@echo "Installing the Python packages of $<"
	@$(PIP) -r $<
	@touch $@

# A folder that somebody deleted is made again although its stamp is fresh.
$(STAMPS)/frontend: package.json package-lock.json .npmrc requirements/node.txt \
		scripts/frontend.py $(STAMPS)/venv $(if $(wildcard $(VENDOR)),,FORCE)
	@$(PY) -m scripts.frontend
	@touch $@

%.mo: %.po
	@$(BIN)/pybabel --quiet compile -i $< -o $@
