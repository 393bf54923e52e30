# Two commands: `make demo` shows what the package does, `make test` shows that it does it.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := PYTHONWARNINGS=ignore $(BIN)/python -m pip --disable-pip-version-check --quiet
SCENARIO ?= scenarios/new-schools.yaml
# hundreds of the processes below load the package: compiled once and kept, not by each anew
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test test-all checks audit lint type pages unit notebooks notebooks-long docs pythons coverage release system help clean

help:
	@echo "make demo   set up, plan the default county, say where the map is"
	@echo "make test   set up and run every check"

demo: $(VENV)/.run
	$(BIN)/planning run $(SCENARIO)
	@echo "Next, in the browser 在浏览器中查看: $(BIN)/planning open"

test: $(VENV)/.test system checks unit

# all that is no pytest run: each keeps one core, so two run side by side
QUIETLY := $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)
checks: $(VENV)/.test
	$(MAKE) --jobs 2 $(QUIETLY) audit lint type pages notebooks docs

$(VENV)/.base: constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; name it with: make PYTHON=python3.12 demo")'
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --constraint constraints.txt pip setuptools wheel
	@touch $@

$(VENV)/.run: $(VENV)/.base pyproject.toml
	@echo "Installing locked versions into $(VENV) (about a minute) …"
	$(PIP) install --no-build-isolation --constraint constraints.txt --editable .
	@touch $@

# with all that `demo` needs: what is to be installed is worked out once, and compiled when it is loaded: most of it never is
$(VENV)/.test: $(VENV)/.base pyproject.toml
	@echo "Installing locked versions into $(VENV) (two minutes) …"
	$(PIP) install --no-compile --no-build-isolation --constraint constraints.txt --editable '.[test,lint,docs]'
	@touch $(VENV)/.run $@

# chromium for browser tests, a Chinese font for pictures, PostGIS for databases; skipped where they are there already
system:
	@bash .ci/system-packages

# versions as locked, licences as listed in docs/licences.md; needs no network
audit: $(VENV)/.test
	$(BIN)/python .ci/audit

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/vulture

type: $(VENV)/.test
	$(BIN)/mypy

# types of the workbench's pages, with the compiler of package-lock.json (developers only)
pages:
	@if command -v npm >/dev/null; then npm ci --silent && npm run --silent types; else echo "npm is missing: types of the pages are not checked" >&2; fi

unit: $(VENV)/.test
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not slow"

# the tests that take minutes as well
test-all: $(VENV)/.test system checks notebooks-long
	$(BIN)/python -m pytest -n 2 --dist loadfile

# the documentation site, in docs/_build/html; a warning or a dead link is an error
docs: $(VENV)/.test
	@rm -rf docs/generated # pages of names that are gone would be warned of
	$(BIN)/python -m sphinx --builder html --fail-on-warning --keep-going --quiet docs docs/_build/html
	$(BIN)/python docs/_site/check.py docs/_build/html

# the core of the tests under every Python that is here, and with the oldest packages; says aloud what is skipped
pythons: $(VENV)/.base
	$(BIN)/python .ci/pythons $(PYTHONS)

# lines of planning/ that the tests reach, child processes included; with the slow ones: make coverage TESTS="-n 2 --dist loadfile"
COVERED ?= 90
TESTS ?= -m "not slow" -n 2 --dist loadfile
coverage: $(VENV)/.test
	$(BIN)/python -m coverage erase
	$(BIN)/python -m coverage run -m pytest $(TESTS)
	$(BIN)/python -m coverage combine --quiet
	$(BIN)/python -m coverage report --skip-covered --fail-under=$(COVERED)

# everything a release needs, up to the upload, which a person does
release: $(VENV)/.test
	$(BIN)/python .ci/release

# the notebooks of the gallery, executed; EXECUTED=--overwrite stores what comes out
NBMAKE = cd notebooks && ../$(BIN)/python -m pytest --nbmake --nbmake-timeout=600 $(EXECUTED) --override-ini testpaths=. -p no:cacheprovider
notebooks: $(VENV)/.test
	$(NBMAKE) --ignore=long .

# those that take a minute each
notebooks-long: $(VENV)/.test
	$(NBMAKE) long

clean:
	rm -rf $(VENV) runs .pytest_cache .mypy_cache .ruff_cache
