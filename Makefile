# Two commands matter: `make run` serves the page, `make test` checks what matters in minutes.
# `make test-all` checks everything; docs/testing.md says what that adds.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
SUDO   := $(shell [ "$$(id -u)" = 0 ] || command -v sudo)

.PHONY: run test test-all check fast all record screenshots setup chromium bench clean

run: $(VENV)/.run
	$(BIN)/t2i-chat serve

test: check fast

test-all: check all

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/oxlint --deny-warnings t2i_chat/ui/assets

# One process for each core, up to four, each with a server and a browser of its own.
BESIDE := --numprocesses logical --maxprocesses 4 --dist loadfile

fast: $(VENV)/.dev chromium
	$(BIN)/pytest -m "not slow" $(BESIDE)

all: $(VENV)/.dev chromium
	$(BIN)/pytest $(BESIDE) --durations=25 --cov --cov-report=term:skip-covered

# Asks the real language model for every answer that the tests replay. Takes minutes.
record: $(VENV)/.dev
	rm -f tests/recorded/llm.json.gz
	T2I_CHAT_RECORD=1 $(BIN)/pytest -m "not browser" --timeout 3600

screenshots: $(VENV)/.dev chromium
	T2I_SCREENSHOTS=screenshots $(BIN)/pytest -m browser tests/browser/test_embedded.py

bench: $(VENV)/.run
	$(BIN)/t2i-chat bench

setup: $(VENV)/.dev

# What is installed, and how, is in scripts/setup.sh and requirements.txt.
$(VENV)/.run: pyproject.toml constraints.txt requirements.txt scripts/setup.sh scripts/llama.cmake
	@PYTHON="$(PYTHON)" sh scripts/setup.sh "$(VENV)"
	@touch $@

$(VENV)/.dev: $(VENV)/.run
	@sh scripts/setup.sh "$(VENV)" dev,train
	@touch $@

chromium:
	@command -v chromium >/dev/null || { $(SUDO) apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -qq -y --no-install-recommends chromium; }

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
