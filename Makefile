# Askwell. `make run` starts it, `make test` tests it; both do all set-up first. `make help` lists the rest.

UV := .tools/uv/bin/uv
WEB := .venvs/web
BRAIN := .venvs/brain
RASA = ASKWELL_BRAIN_SECRET=test ASKWELL_ACTIONS_URL=http://127.0.0.1:9/ ASKWELL_TRACKER_URL=sqlite:///var/dialogue.db \
  ASKWELL_BUNDLE=$(CURDIR)/var/bundle.json $(BRAIN)/bin/python -m bot.brain.rasa_cli
SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -c
PYTHON ?= python3
export UV_PYTHON_PREFERENCE ?= system
export RASA_TELEMETRY_ENABLED := false
export PYTHONPATH := $(CURDIR)
# uv links packages into the environments where it can; across file systems it copies, which needs no warning.
export UV_LINK_MODE ?= hardlink

.DEFAULT_GOAL := help

##@ Use

.PHONY: run
run: setup ## Set up what is missing and start the assistant (Ctrl-C ends it)
	@./askwell up

.PHONY: setup
setup: $(WEB)/.ready $(BRAIN)/.ready ## Make both environments

.PHONY: train
train: setup ## Train a model on the approved answers
	@./askwell train

##@ Check

.PHONY: test
test: check test-web test-brain test-system ## Run everything that CI runs

.PHONY: check
check: lint types ## Lint and type-check

.PHONY: lint
lint: $(WEB)/.dev-ready
	$(WEB)/bin/ruff check .
	$(WEB)/bin/ruff format --check .

.PHONY: types
types: $(WEB)/.dev-ready $(BRAIN)/.ready
	$(WEB)/bin/mypy
	$(WEB)/bin/mypy --config-file bot/brain/mypy.ini --python-executable $(BRAIN)/bin/python

.PHONY: test-web
test-web: $(WEB)/.dev-ready .tools/chromium.ready ## Tests of web, widget and architecture (Python 3.13)
	$(WEB)/bin/python -m pytest --numprocesses auto --dist worksteal --ignore=tests/brain --ignore=tests/dialogue --ignore=tests/system

.PHONY: test-brain
test-brain: $(BRAIN)/.dev-ready ## Tests of safety and brain (Python 3.10)
	$(BRAIN)/bin/python -m pytest tests/safety tests/brain

.PHONY: test-system
test-system: setup $(WEB)/.dev-ready $(BRAIN)/.dev-ready ## Train, then test the whole running system and Rasa's stories
	@./askwell prepare
	@$(RASA) data validate --fail-on-warnings --data data/nlu data/rules 2>&1 | tail -n 3
	@$(RASA) test core --model "models/$$(tail -n 1 models/active).tar.gz" --stories tests/dialogue \
	  --fail-on-prediction-errors --no-plot --out var/dialogue >var/dialogue.log 2>&1 || { tail -n 40 var/dialogue.log; exit 1; }
	@grep -h "Correct:" var/dialogue.log | tail -n 1
	$(WEB)/bin/python -m pytest tests/system

.PHONY: pictures
pictures: setup $(WEB)/.dev-ready .tools/chromium.ready ## Take the pictures of the three patients' stories anew
	@./askwell prepare
	ASKWELL_PICTURES=$(CURDIR)/docs/images/stories $(WEB)/bin/python -m pytest -q tests/system/test_patient_stories.py

##@ Work

.PHONY: format
format: $(WEB)/.dev-ready ## Format the code
	$(WEB)/bin/ruff check --fix . ; $(WEB)/bin/ruff format .

.PHONY: evaluate
evaluate: setup ## Measure understanding and write reports/evaluation.html (EVAL=folder of further sets)
	@./askwell evaluate $(if $(EVAL),--sets $(EVAL))

.PHONY: bench
bench: setup $(WEB)/.dev-ready .tools/chromium.ready ## Measure speed and memory beside a stock Rasa project
	$(WEB)/bin/python -m benchmarks $(BENCH)

.PHONY: bench-nlu
bench-nlu: setup ## Compare the classifier on public intent data (DATA=folder that holds it)
	$(WEB)/bin/python -m benchmarks.nlu $(if $(DATA),--data $(DATA))

.PHONY: requirements
requirements: $(UV) ## Compile the hashed requirement files anew
	@for spec in web:3.13 dev:3.13 brain:3.10 brain-dev:3.10; do \
	  echo "requirements/$${spec%%:*}.txt"; \
	  (cd requirements && ../$(UV) pip compile -q --upgrade --generate-hashes --no-header --no-emit-index-url \
	    --no-annotate --python-version $${spec##*:} $${spec%%:*}.in -o $${spec%%:*}.txt) || exit 1; \
	done

.PHONY: clean
clean: ## Remove environments, tools and caches; data in var/ and models/ stay
	rm -rf .venvs .tools .mypy_cache .pytest_cache .ruff_cache .hypothesis

.PHONY: help
help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} \
	  /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# Environments. Each is made once and again when its requirement file changes.

$(UV): requirements/uv.txt
	@command -v $(PYTHON) >/dev/null || { echo "Askwell needs python3. Install it, then try again." >&2; exit 1; }
	@echo "• Getting uv, which makes the environments"
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --upgrade \
	  --require-hashes --target .tools/uv -r requirements/uv.txt || { \
	  echo "pip could not install uv. Is pip there (python3 -m pip --version) and the network reachable?" >&2; exit 1; }
	@touch $@

$(WEB)/.ready: requirements/web.txt | $(UV)
	@echo "• Making the web environment (Python 3.13)"
	@$(UV) venv --quiet --allow-existing --python 3.13 $(WEB)
	@$(UV) pip install --quiet --python $(WEB) --require-hashes -r requirements/web.txt
	@./requirements/install-pdf-libraries
	@touch $@

$(BRAIN)/.ready: requirements/brain.txt | $(UV)
	@echo "• Making the brain environment (Python 3.10, Rasa): some 2 GB, a minute or two"
	@$(UV) venv --quiet --allow-existing --python 3.10 $(BRAIN)
	@$(UV) pip install --quiet --python $(BRAIN) --require-hashes -r requirements/brain.txt
	@touch $@

$(WEB)/.dev-ready: requirements/dev.txt $(WEB)/.ready
	@echo "• Adding the tools for tests"
	@$(UV) pip install --quiet --python $(WEB) --require-hashes -r requirements/dev.txt
	@touch $@

$(BRAIN)/.dev-ready: requirements/brain-dev.txt $(BRAIN)/.ready
	@$(UV) pip install --quiet --python $(BRAIN) --require-hashes -r requirements/brain-dev.txt
	@touch $@

# Browser tests drive the system's Chromium, and database tests its PostgreSQL.
.tools/chromium.ready:
	@mkdir -p .tools
	@./tests/install-system-packages
	@touch $@
