# `make help` lists the verbs. Everything else is behind `sepakat --help`.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help env report verify test format strip lock walk shots load writers kills bench mutants broken clean

# `=` and not `?=`: what is asked stands on the command line of make; a variable of the
# same name in the environment (LANGUAGE is one of Linux's own) changes no report.
REGION = 3501
YEAR =
DATA =
WITH =
LANGUAGE = id
BIN := .venv/bin

help:  ## list the verbs
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

env: .venv/.made  ## build the environment in .venv (uv where present, else pip)

.venv/.made: requirements.lock
	@sh .ci/environment
	@touch .venv/.made

report: .venv/.made  ## one region's report: make report REGION=3501 [YEAR=2023] [LANGUAGE=en]
	@$(BIN)/sepakat report "$(REGION)" $(if $(YEAR),--year "$(YEAR)") --language "$(LANGUAGE)" \
		--format csv,xlsx,map

verify: .venv/.made  ## our numbers beside reference values, into outputs/verification.html [WITH=folder]
	@$(BIN)/sepakat verify --language "$(LANGUAGE)" $(if $(WITH),--with "$(WITH)")

test: .venv/.made  ## format and lint checks, then all tests
	@$(BIN)/ruff format --check --quiet . && $(BIN)/ruff check --quiet .
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

format: .venv/.made  ## format and mend what ruff can mend, notebooks too
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

strip: .venv/.made  ## take outputs out of the notebooks
	@$(BIN)/jupyter nbconvert --clear-output --inplace --log-level=ERROR notebooks/*.ipynb

lock:  ## choose versions anew (needs uv): one lock, hashes, no addresses
	@uv pip compile pyproject.toml --extra test --extra mutants --universal \
		--python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate \
		--no-header --quiet --output-file requirements.lock

walk: .venv/.made  ## from a red card to its result and back from a rupiah: make walk REGION=3501
	@$(BIN)/sepakat ledger walk "$(REGION)"

shots: .venv/.made  ## pictures of every page and report, for people to look at, in shots/
	@$(BIN)/python tests/shots.py

load: .venv/.made  ## thirty visitors at once at the officials' door: seconds and memory [DATA=folder]
	@$(BIN)/python benchmarks/load.py $(if $(DATA),--data "$(DATA)")

writers: .venv/.made  ## thirty writers of one ledger, three killed: rows, sums, tx/s [WRITERS=30 SECONDS=30]
	@$(BIN)/python benchmarks/writers.py $(if $(WRITERS),--writers $(WRITERS)) $(if $(SECONDS),--seconds $(SECONDS))

kills: .venv/.made  ## end load, estimate, report, batch and publish 100 times and look what stands
	@$(BIN)/python tests/kills.py "$${TMPDIR:-/tmp}/sepakat-kills" 100

bench: .venv/.made  ## what pages, estimates and loads cost, into benchmarks/results.md
	@$(BIN)/python benchmarks/bench.py

mutants: .venv/.made  ## plant 400 faults and look which the tests miss, in an hour
	@$(BIN)/python tests/mutants.py $(COUNT)

broken: .venv/.made  ## 2,000 broken deliveries of files: what each reader makes of them [CASES=2000 FIRST=0]
	@$(BIN)/python tests/broken.py $(or $(CASES),2000) $(or $(FIRST),0)

clean:  ## take away what was built; data and outputs stay
	@rm -rf .venv .pytest_cache .ruff_cache .hypothesis shots
