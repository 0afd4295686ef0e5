# Needs Python 3.11 or newer and make; `make build` also a python3.13, the version Lambda runs.
# Everything else is installed into virtual environments here, each package checked against its hash.
PYTHON ?= python3

export SAM_CLI_TELEMETRY := 0
# Bytecode is kept, also where the machine is told otherwise: each process would compile all tests again.
export PYTHONDONTWRITEBYTECODE :=
.DEFAULT_GOAL := help
.PHONY: help test check style types template artifact proof hub reckoning simulate bench run demo pictures build deploy lock clean

help: ## Say what there is
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 10

test: .venv/lock.txt ## Run the fast tests
	.venv/bin/python -m pytest -n 2 --dist worksteal -q

check: .venv/lock.txt .venv-sam/lock.txt ## Check format, style, types, layers, locks, languages, the template and what is built from it
	@$(MAKE) --no-print-directory --jobs 2 types artifact template style

style:
	.venv/bin/ruff format --check
	.venv/bin/ruff check
	.venv/bin/lint-imports --no-logo
	.venv/bin/python local/checks/locks.py check
	.venv/bin/python -m local languages --check

types:
	.venv/bin/mypy

template:
	.venv-sam/bin/sam validate --lint --region eu-central-1

artifact: build
	.venv/bin/python -m pytest -q -m artifact tests/template

proof: .venv/lock.txt .venv-aws/lock.txt ## Run the slow tests: end to end, models, simulation, races
	.venv/bin/python -m local.checks.emulator
	@$(MAKE) --no-print-directory --jobs 2 hub reckoning

# Tests that need only the processor, beside those that wait for ports, emulators and browsers. What they say
# is shown when they are done, as one piece.
RECKONING = tests/models tests/mutants tests/properties tests/simulation tests/bench/test_bill_in_docs.py

reckoning:
	@said=$$(.venv/bin/python -m pytest -q -m slow $(RECKONING) 2>&1); failed=$$?; \
	echo; echo "== $(RECKONING)"; printf '%s\n' "$$said"; exit $$failed

hub:
	.venv/bin/python -m pytest -q -m slow $(RECKONING:%=--ignore=%)

simulate: .venv/lock.txt ## Run SCHEDULES of faults against the use cases in memory, or one again with SEED
	@.venv/bin/python -m tests.simulation $(if $(SEED),--seed $(SEED),--schedules $(or $(SCHEDULES),10000))

bench: .venv/lock.txt .venv-aws/lock.txt ## Measure what an event takes, what orders cost, and a cold start, beside their goals
	@.venv/bin/python -m tests.bench

run: .venv/lock.txt .venv-aws/lock.txt ## Run the hub on this machine
	.venv/bin/python -m local run

demo: .venv/lock.txt .venv-aws/lock.txt ## Run it and let orders come in
	.venv/bin/python -m local demo

pictures: .venv/lock.txt ## Take pictures of every mail and tracking page with a Chromium, into .local/pictures
	.venv/bin/python -m local pictures

build: .venv/lock.txt .venv-sam/lock.txt ## Build what is deployed, into .aws-sam
	PYTHON="$(CURDIR)/.venv/bin/python" MAKEFLAGS=--no-print-directory .venv-sam/bin/sam build

deploy: build ## Deploy to your AWS account; the first time with ARGS=--guided
	.venv-sam/bin/sam deploy $(ARGS)

lock: .venv-lock/bin/uv ## Resolve the dependencies in pyproject.toml anew
	$(PYTHON) local/checks/locks.py write .venv-lock/bin/uv

clean: ## Remove everything that was made here
	rm -rf .venv .venv-* .aws-sam .local .emulator .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find shared functions local tests -name __pycache__ -type d -prune -exec rm -rf {} +

# A virtual environment is as old as the copy of the lock that it was made from. The locks are complete,
# so there is nothing to resolve (--no-deps).
.venv/lock.txt: local/locks/dev.txt
	$(call environment,what tests and checks need)

.venv-aws/lock.txt: local/locks/aws.txt
	$(call environment,the local AWS)

.venv-sam/lock.txt: local/locks/sam.txt
	$(call environment,SAM CLI)

.venv-lock/bin/uv:
	$(PYTHON) -m venv $(dir $(@D))
	$(dir $(@D))bin/python -m pip install --quiet --disable-pip-version-check "uv>=0.9"

define environment
@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Orderhub needs Python 3.11 or newer: make PYTHON=python3.13")'
@cmp -s $< $@ || { \
  echo "Installing $(1) into $(@D), once: this takes a minute or two"; \
  $(PYTHON) -m venv $(@D) && \
  $(@D)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $<; }
@cp $< $@
endef
