# The one entry to everything: make run, make test, make campaign, make check,
# make bench (against another revision: make bench AGAINST=main), make measure.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test campaign check bench measure screenshots clean

run: $(VENV)/runtime
	@exec $(BIN)/python manage.py start

test: $(VENV)/development
	$(BIN)/python -m pytest -n auto --dist worksteal $(TESTS)

campaign: $(VENV)/development
	CAMPAIGN=1 $(BIN)/python -m pytest tests/survival tests/races tests/oracle \
		tests/records/writing/test_undo_in_reverse.py \
		tests/interfaces/api/journal/test_ghosts.py tests/config/test_dependencies.py

check: $(VENV)/development
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run

screenshots: $(VENV)/development
	$(BIN)/python -m tests.browser.screenshots

bench: $(VENV)/development
	$(BIN)/python -m tests.benchmarks

measure: $(VENV)/development
	$(BIN)/python -m tests.measure

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/runtime: requirements.txt
	@echo "Installing what Kith needs into $(VENV), about a minute."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/development: requirements.txt requirements-dev.txt $(VENV)/runtime
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@
