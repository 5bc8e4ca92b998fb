# The few verbs of the project. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help install demo test check bench lock format image-steps

PYTHON ?= python3
PORT ?= 8080
VENV := .venv
RUN := $(VENV)/bin/python
STAMP := $(VENV)/.installed

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(STAMP) ## the virtual environment, the locked dependencies, the project itself
	@:

$(STAMP): requirements/base.txt requirements/dev.txt pyproject.toml tools/install.sh
	@PYTHON="$(PYTHON)" tools/install.sh $(VENV)
	@touch $@

demo: install ## the whole thing in a browser, no account needed [PORT=8080] [RESET=1]
	@exec $(RUN) -m bot demo --port $(PORT) $(if $(RESET),--reset)

test: install ## all tests, with the system packages they need [ARGS="-k form -x"]
	@$(RUN) -m tools.system_packages
	@exec $(RUN) -m pytest $(ARGS)

check: install ## lint, format, types
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy .

format: install ## put the code into the shape `make check` asks for
	$(RUN) -m ruff check --fix .
	$(RUN) -m ruff format .

bench: install ## each figure beside its floor, in one run [ARGS="intake receipts"]
	@$(RUN) -m tools.system_packages
	@exec $(RUN) -m bench $(ARGS)

# No address of an index may enter the lock files: they are used wherever the office's machines fetch from.
COMPILE := $(RUN) -m uv pip compile --quiet --universal --generate-hashes --no-header \
	--no-emit-index-url --no-emit-find-links $(if $(UPGRADE),--upgrade)

lock: install ## requirements/*.txt anew from pyproject.toml [UPGRADE=1]
	$(COMPILE) pyproject.toml --output-file requirements/base.txt
	$(COMPILE) --extra dev pyproject.toml --output-file requirements/dev.txt

image-steps: install ## the image's steps without an engine: install, serve, ask /healthz, stop
	@tools/try_image_steps.sh
