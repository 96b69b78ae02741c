# Everything that is done with Portico from a checkout. `make` alone says what there is.
# Needs make, git and Python 3.11 or newer; the rest comes into .venv, locked and checked by hash.

VENV := .venv
PY := $(VENV)/bin/python
INSTALL := $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes
COMPILE := $(PY) -m uv pip compile --quiet --no-config --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --no-strip-extras --no-annotate --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
	$(if $(UPGRADE),--upgrade)
FAST := not (slow or browser or postgres or faults)

.PHONY: help run demo test explore check static format bench diagnosis pictures lock

help:
	@echo "make run     start the console at http://localhost:8501"
	@echo "make test    everything: checks, tests, browser, coverage"
	@echo "make explore  the properties with new examples"
	@echo "make check   what is quick: format, lint, types, imports, data, fast tests"
	@echo "make format  put the format right"
	@echo "make demo    start the console on a made-up estate of 500 portals"
	@echo "make bench   measure"
	@echo "make diagnosis  what a change of its rules moves (KEEP=1: keep it as the new state)"
	@echo "make pictures  take the pictures of README and docs anew (NAMES=\"trends compare\": only those)"
	@echo "make lock    lock the requirements anew (UPGRADE=1: to the newest that fit)"

# The store is brought up to date, after a backup copy; Ctrl-C reaches the console itself.
run: $(VENV)/.runs
	@$(PY) -m core migrate
	@exec $(PY) -m streamlit run app.py

# An estate that is made up, in a folder of its own; delete that to make it anew.
demo: $(VENV)/.runs
	@PORTICO_DATA_DIR=data/runtime/demo $(PY) -m core migrate
	@PORTICO_DATA_DIR=data/runtime/demo $(PY) -m core demo --portals 500 --days 90 --seed 1
	@PORTICO_DATA_DIR=data/runtime/demo exec $(PY) -m streamlit run app.py

# In two halves: what can share the cores, with coverage; then the browser, whose pages must not wait for other tests
# and whose consoles measuring would make twice as slow: two at a time, a file each.
test: static
	@$(PY) -m tests.browser.chromium
	@$(PY) -m coverage erase
	$(PY) -m pytest -q -n logical --maxprocesses 8 --dist worksteal -m "not browser" --cov --cov-report= --cov-fail-under=0
	$(PY) -m coverage report
	$(PY) -m pytest -q -n 2 --dist loadfile -m browser

# The properties with examples nobody has tried before; what is found becomes a test of its own.
explore: static
	HYPOTHESIS_PROFILE=explore $(PY) -m pytest -q -n logical --maxprocesses 8 --dist worksteal -m "not browser"

check: static
	$(PY) -m pytest -q -n logical --maxprocesses 8 -m "$(FAST)"

static: $(VENV)/.tests
	$(PY) -m ruff format --check --quiet .
	$(PY) -m ruff check --quiet .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports --no-logo

format: $(VENV)/.tests
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

bench: $(VENV)/.tests
	$(PY) -m benchmarks

# Which messages of the corpus get another cause than before; nothing that was said at the time is rewritten.
diagnosis: $(VENV)/.tests
	@$(PY) -m core.diagnosis.moves $(if $(KEEP),--keep)

# On consoles of their own, one of them on a made-up estate; looked at before they are committed.
pictures: $(VENV)/.tests
	@$(PY) -m tests.browser.pictures $(NAMES)

lock: $(VENV)/.tests
	$(COMPILE) --output-file requirements.txt requirements.in
	$(COMPILE) --output-file requirements-dev.txt requirements-dev.in

# ── the environment: made once, filled again only when the lock has changed ─────────────────────────────────────────

$(VENV)/.runs: requirements.txt | $(PY)
	@echo "Installing what Portico needs into $(VENV) (a minute, once) …"
	@$(INSTALL) -r requirements.txt
	@touch $@

$(VENV)/.tests: requirements-dev.txt | $(PY)
	@echo "Installing what Portico and its tests need into $(VENV) (a minute or two, once) …"
	@$(INSTALL) -r requirements-dev.txt
	@touch $@ $(VENV)/.runs

# `make PYTHON=/path/to/python` chooses another. A name on the PATH may be there and not run: each is asked.
$(PY):
	@for name in $(PYTHON) python3.13 python3.12 python3.11 python3 python; do \
		"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		fits=$$name; \
		"$$name" -c 'import ensurepip, venv' 2>/dev/null || continue; \
		echo "Making $(VENV) with $$("$$name" --version) …"; \
		"$$name" -m venv $(VENV) && exit 0; \
		rm -rf $(VENV); exit 1; \
	done; \
	if [ -n "$$fits" ]; then \
		echo "$$("$$fits" --version) can't make an environment: its venv package is missing." >&2; \
		echo "On Debian and Ubuntu: apt-get install python3-venv. Then run make again." >&2; \
	else \
		echo "Portico needs Python 3.11 or newer, and found: $$(python3 --version 2>&1 || true)." >&2; \
		echo "Install one, or name it: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; \
	fi; \
	exit 1
