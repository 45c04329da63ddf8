# Each target makes the virtual environment itself and reuses it. `make run` and `make test` are all a user needs.
VENV := .venv
VENV_BI := .venv-bi
VENV_SPARK := .venv-spark
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PYTHON ?= python3
YEAR ?= 2023
PYTEST_OPTIONS ?=
# Whole modules side by side, in the order of tests/conftest.py: what takes longest begins first.
SIDE_BY_SIDE := -n auto --dist loadscope --no-loadscope-reorder

.PHONY: run test check attack ui bi test-bi spark test-spark oracle bench docs lint clean sample clients

run: $(READY)
	@$(BIN)/jixiao nightly; night=$$?; [ $$night -eq 0 ] || [ $$night -eq 3 ] || exit $$night; \
		$(BIN)/python -m acceptance --year $(YEAR) && $(BIN)/jixiao evaluate $(YEAR) --documents && $(BIN)/jixiao portal $(YEAR) && exit $$night

test: $(READY) clients
	@$(BIN)/python -m pytest $(SIDE_BY_SIDE) $(PYTEST_OPTIONS)

check: $(READY)
	@$(BIN)/python -m pytest -q $(SIDE_BY_SIDE) -m "not slow" tests/unit $(PYTEST_OPTIONS)

attack: $(READY)
	@$(BIN)/python -m pytest $(SIDE_BY_SIDE) tests/attacks --threats docs/threats.md $(PYTEST_OPTIONS)

ui: $(READY)
	@$(BIN)/jixiao ui

# Superset with the dashboards, on this machine alone.
bi: $(READY) $(VENV_BI)/.ready
	@$(BIN)/jixiao bi

# The test that starts Superset: its environment is about a gigabyte, so `make test` leaves it out where that is not there.
test-bi: $(READY) $(VENV_BI)/.ready
	@$(BIN)/python -m pytest -rs tests/integration/test_superset.py $(PYTEST_OPTIONS)

# A night whose models Spark computes, on this machine.
spark: $(READY) $(VENV_SPARK)/.ready
	@$(BIN)/jixiao nightly --engine spark; night=$$?; [ $$night -eq 3 ] || exit $$night

# The test that starts a Spark cluster of one machine: its environment is 0.6 GB and it needs Java 17.
test-spark: $(READY) $(VENV_SPARK)/.ready
	@$(BIN)/python -m pytest -rs tests/integration/test_spark.py $(PYTEST_OPTIONS)

oracle: $(READY)
	@PYTHONPATH=tests $(BIN)/python -m oracle --offices 200 --seed 1

bench: $(READY)
	@$(BIN)/python -m benchmarks

docs: $(READY)
	@$(BIN)/jixiao dictionary
	@$(BIN)/jixiao docs

lint: $(READY)
	@$(BIN)/python -m pytest -q tests/unit/test_house_rules.py

sample: $(READY)
	@$(BIN)/python -m simulation --out data/raw

clean:
	@rm -rf $(VENV) $(VENV_BI) $(VENV_SPARK) build dbt/target dbt/logs *.egg-info .pytest_cache .mypy_cache .ruff_cache

$(READY): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null 2>&1 || { echo "Python not found: install Python 3.11 to 3.13, or call make PYTHON=/path/to/python"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' \
		|| { echo "Python 3.11 to 3.13 is needed, $(PYTHON) is $$($(PYTHON) -V 2>&1): call make PYTHON=/path/to/another"; exit 1; }
	@echo "Setting up $(VENV): once, a minute or two"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) \
		|| { echo "Cannot make a virtual environment: install your system's venv package (Debian: python3-venv)"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock \
		|| { echo "Installing packages failed: check the network or the package index, then call make again"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable . \
		|| { echo "Installing the project failed: call make clean, then make again"; exit 1; }
	@touch $(READY)

# The oldest DuckDB that BI drivers bring, to prove that it reads what we publish.
clients: $(VENV)/.duckdb-1.2

$(VENV)/.duckdb-1.2: tests/data/duckdb-1.2.lock $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --upgrade \
		--target $(VENV)/duckdb-1.2 -r tests/data/duckdb-1.2.lock \
		|| { echo "Installing DuckDB 1.2 for the client test failed: check the network, then call make again"; exit 1; }
	@touch $@

# Superset has an environment of its own: it needs older packages than ours, and Python 3.11 or 3.12.
$(VENV_BI)/.ready: bi/superset/requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))' \
		|| { echo "Superset needs Python 3.11 or 3.12, $(PYTHON) is $$($(PYTHON) -V 2>&1): call make bi PYTHON=/path/to/another"; exit 1; }
	@echo "Setting up $(VENV_BI) for Superset: once, about 1 GB and a few minutes"
	@test -x $(VENV_BI)/bin/python || $(PYTHON) -m venv $(VENV_BI)
	@$(VENV_BI)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r bi/superset/requirements.lock \
		|| { echo "Installing Superset failed: check the network or the package index, then call make again"; exit 1; }
	@touch $@

# Spark has an environment of its own: it is 0.6 GB, and only a province needs it.
$(VENV_SPARK)/.ready: deploy/spark/requirements.lock
	@command -v java >/dev/null 2>&1 || { echo "Java not found: install Java 17 (Debian: openjdk-17-jre-headless)"; exit 1; }
	@echo "Setting up $(VENV_SPARK) for Spark: once, 0.6 GB and a few minutes"
	@test -x $(VENV_SPARK)/bin/python || $(PYTHON) -m venv $(VENV_SPARK)
	@$(VENV_SPARK)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r deploy/spark/requirements.lock \
		|| { echo "Installing Spark failed: check the network or the package index, then call make again"; exit 1; }
	@touch $@
