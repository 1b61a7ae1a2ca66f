# Everything a newcomer needs: `make demo` and `make test`. Both create the environment first.

PYTHON ?= python3
# Most tests wait for a peer, so more of them run at once than there are cores; WORKERS=0 runs them one by one.
WORKERS ?= 4
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
AT_ONCE := --numprocesses $(WORKERS) --dist worksteal

.PHONY: demo sample-report test test-fast lab kill-matrix bench lint format docs site lock image clean help

help:
	@echo "make demo       run scenarios/quickstart.yaml against the embedded reference SCP"
	@echo "make sample-report  remake reports/sample (go-live.yaml on a real Orthanc) and its pictures"
	@echo "make test       all tests"
	@echo "make test-fast  the tests that take less than two seconds each"
	@echo "make lab        every fault of the lab, and the diagnosis that it yields"
	@echo "make kill-matrix  every fault of the proxy, and the checks that catch it (some minutes)"
	@echo "make bench      all benchmarks, beside DCMTK and pynetdicom (some minutes); benchmarks/RESULTS.md"
	@echo "make lint       ruff, mypy and the layers"
	@echo "make format     format the code"
	@echo "make docs       remake the pages and schemas that are generated from the code"
	@echo "make site       the documentation as a site, in build/site"
	@echo "make lock       renew requirements-dev.lock with the newest versions that pyproject.toml allows"
	@echo "make image      the container image dicom-harness, from wheels that are made first"
	@echo "make clean      remove the environment and caches"

$(READY): pyproject.toml requirements-dev.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "dicom-harness needs Python 3.11 or newer, and $(PYTHON) is not; another one: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
	  { echo "$(PYTHON) cannot make virtual environments; on Debian: apt-get install python3-venv"; exit 1; }
	@echo "Making the environment $(VENV) with all that the tests need; this takes a few minutes, once"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $(READY)

demo: $(READY)
	$(BIN)/dicom-harness run scenarios/quickstart.yaml

# One check fails there, and honestly: Orthanc takes any called AE title as it is shipped.
sample-report: $(READY)
	rm -rf reports/sample
	$(BIN)/dicom-harness run scenarios/go-live.yaml --report-dir reports/sample || [ $$? -eq 1 ]
	$(BIN)/python tools/make_screenshots.py

test: $(READY)
	$(BIN)/python -m pytest $(AT_ONCE) -m "not timed"
	$(BIN)/python -m pytest -m timed

test-fast: $(READY)
	$(BIN)/python -m pytest $(AT_ONCE) -m "not slow and not container and not browser and not timed"

lab: $(READY)
	$(BIN)/python -m tests.lab

kill-matrix: $(READY)
	$(BIN)/python -m tests.kill_matrix

bench: $(READY)
	$(BIN)/python -m benchmarks

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(READY)
	$(BIN)/python tools/make_tables.py
	$(BIN)/python tools/make_scenario_reference.py
	$(BIN)/python tools/make_cli_reference.py
	$(BIN)/python tools/make_diagnoses.py
	$(BIN)/python tools/make_coverage.py
	$(BIN)/python tools/make_lint.py
	$(BIN)/python tools/make_faults.py
	$(BIN)/python -m tools.make_interop
	$(BIN)/python -m tools.make_relations

# Sphinx has an environment of its own: nothing else needs it.
site: $(READY)
	test -e build/docs/bin/sphinx-build || { $(PYTHON) -m venv build/docs && \
	  build/docs/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-docs.lock; }
	PYTHONPATH=. build/docs/bin/sphinx-build -q -W --keep-going -b html docs build/site
	@echo "build/site/index.html"

lock:
	rm -rf build/lock
	$(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	build/lock/bin/python -m pip freeze --exclude-editable >requirements-dev.lock

image: $(READY)
	$(BIN)/python -m tools.make_image

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
