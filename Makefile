# The two commands of the README are `make demo` and `make test`; both make a virtual
# environment first and need nothing but Python 3.11 or later, make and git.

PYTHON ?= $(shell for each in python3.13 python3.12 python3.11 python3.14 python3; do \
	$$each -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { echo $$each; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help demo chaos test lint words lambda-zip bench bench-full clean

help:  ## Say what there is to make
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: $(READY)  ## Run the whole chain on this machine; ARGS="--returns 2000 --executives 20 --exit"
	@exec $(BIN)/python -m qcportal.demo $(ARGS)

chaos: $(READY)  ## Run every fault at once and count; ARGS="--photos 10000 --seed 7 --database postgres"
	@exec $(BIN)/python -m qcportal.demo.chaos $(ARGS)

test: $(READY) lint  ## Run every test, on SQLite, Postgres, the embedded AWS and Chromium
	@$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

lint: $(READY)  ## Check style and types
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy --no-error-summary

words: $(READY)  ## Gather what the interface says into the catalogues of its languages
	@$(BIN)/qcportal words

lambda-zip: $(READY)  ## Build the relay for AWS, with and without pictures, into build/
	@mkdir -p build
	@$(BIN)/python -m qcportal.demo.lambda_bundle build/relay.zip
	@$(BIN)/python -m qcportal.demo.lambda_bundle --imaging build/relay-imaging.zip
	@ls -l build/relay*.zip

bench: $(READY)  ## Run the quick benchmarks
	@$(BIN)/python bench/signing.py --rounds 7
	@$(BIN)/python bench/rules_compile.py
	@$(BIN)/python bench/pages.py
	@$(BIN)/python -m bench.article --quick --profile 4g
	@$(BIN)/python -m bench.endpoints --seconds 1 --rounds 1 --sheets 10 --peers build/peers
	@$(BIN)/python -m bench.at_size --database sqlite --small 1000 --returns 10000 --rounds 5

# What a bench needs from elsewhere, it makes itself; only bench/paint.py wants a running demo.
bench-full: $(READY)  ## Run every benchmark, for about eight hours, into build/
	@mkdir -p build
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --target build/peers --upgrade minio || true
	@$(BIN)/python bench/signing.py --rounds 31 --peers build/peers --json build/signing.json
	@$(BIN)/python bench/rules_compile.py --json build/rules_compile.json
	@$(BIN)/python bench/pages.py --json build/pages.json
	@$(BIN)/python bench/picture_flags.py --json build/picture_flags.json
	@$(BIN)/python bench/packs.py --json build/packs.json
	@$(BIN)/python bench/exports.py --database postgres --json build/exports.json
	@$(BIN)/python bench/dry_run.py --database postgres --json build/dry_run.json
	@$(BIN)/python bench/manifests.py --json build/manifests.json
	@$(BIN)/python bench/likeness.py --prints 1000000 --database postgres --json build/likeness.json
	@$(BIN)/python bench/reconcile.py --database postgres --json build/reconcile.json
	@$(BIN)/python bench/backlog.py --json build/backlog.json
	@$(BIN)/python -m bench.at_size --returns 1000000 --small 50000 --json build/at_size-1m.json --keep build/at_size
	@$(BIN)/python -m bench.at_size --returns 5000000 --small 50000 --json build/at_size-5m.json --keep build/at_size
	@$(BIN)/python -m bench.at_size --database sqlite --returns 1000000 --small 50000 --json build/at_size-sqlite.json
	@$(BIN)/python -m bench.article --full --json build/article.json --plots build
	@$(BIN)/python -m bench.endpoints --database both --seconds 5 --rounds 5 --requests 100000 \
		--peers build/peers --json build/endpoints.json

clean:  ## Remove what was made; the state of the demo stays in .state/
	@rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(READY): requirements.lock setup.cfg pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later with venv is needed (Debian: apt-get install python3-venv)." >&2; exit 1; }
	@echo "Making a virtual environment with $(PYTHON) (once, about a minute) ..." >&2
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
