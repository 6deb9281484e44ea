# The words of the README and of CI. `make` alone lists them.
PYTHON ?= python3
BIN := .venv/bin
RUN := .venv/.run-ready
PLAYED := tests/browser tests/end_to_end  # these wait for what they have started, most of the time
AS_SOURCES := tests/core tests/protocol tests/transport/relay tests/transport/websocket  # passed once more by what is not compiled
DEV := .venv/.dev-ready
FUZZ := .venv/.fuzz-ready
JS := tests/js/node_modules/.ready clients/js/node_modules/.ready
CHROMIUM := $(shell command -v chromium || command -v chromium-browser)
PROXIES := $(and $(shell command -v nginx),$(shell command -v caddy),$(shell command -v systemd-analyze))
LNAV := $(shell command -v lnav)
PROMTOOL := $(or $(shell command -v promtool),$(wildcard $(BIN)/promtool))
APT := $(if $(CHROMIUM),,chromium fonts-dejavu-core) $(if $(PROXIES),,nginx-light caddy systemd) $(if $(LNAV),,lnav)
ROOT_APT := $(and $(filter 0,$(shell id -u)),$(shell command -v apt-get))

ifeq ($(COMPILE),no)  # nor is what was compiled before used
export GAMESERVER_COMPILED := no
endif

.PHONY: help run compiled test check contract fuzz bench sizing soak latency-bench latency-cpu drill clean
help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST)

## make run      make the environment and start the server (ARGS="--port 9000" passes flags)
run: $(RUN) compiled
	@$(BIN)/python run_server.py $(ARGS)

## make compiled compile the busiest modules, once and after they changed (COMPILE=no, beside any word: leave that out)
compiled: $(RUN)
	$(if $(filter no,$(COMPILE)),,@$(BIN)/python -m gameserver.compiled $(if $(CI),,--if-possible))

## make test     make the environment and pass all tests (ARGS="-k lobby" narrows)
test: $(DEV) compiled
	@$(MAKE) --silent --no-print-directory --jobs=3 js $(if $(ROOT_APT),$(if $(strip $(APT))$(if $(PROMTOOL),,promtool),apt))
	@$(if $(ARGS),$(BIN)/python -m pytest $(ARGS),$(MAKE) --silent --no-print-directory --jobs=2 played computed)

.PHONY: played computed
played:  # told of in one piece, when the others' dots are no longer in between
	output=$$(mktemp); $(BIN)/python -m pytest -p no:cacheprovider $(PLAYED) >$$output 2>&1; failed=$$?; \
		cat $$output; rm $$output; exit $$failed
computed:
	$(BIN)/python -m pytest $(PLAYED:%=--ignore=%)
	GAMESERVER_COMPILED=no $(BIN)/python -m pytest --quiet $(AS_SOURCES)

## make check    ruff, mypy --strict, import contracts
check: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

## make contract write the contract anew from the server's types: documents, TypeScript and Python
contract: $(DEV)
	@$(BIN)/python -m gameserver.contract $(ARGS)

## make fuzz     fuzz the parsers, guided by coverage, for SECONDS each (60)
# Only in the sources is coverage seen.
fuzz: export GAMESERVER_COMPILED := no
fuzz: $(FUZZ)
	@for target in $(basename $(notdir $(wildcard tests/fuzz/fuzz_*.py))); do \
		echo "$$target"; \
		$(BIN)/python -m tests.fuzz.$$target -max_total_time=$(or $(SECONDS),60) -max_len=2000 \
			-verbosity=0 -artifact_prefix=tests/fuzz/found- || exit 1; \
	done

## make bench    measure beside Node and stock python-socketio (QUICK=1: short; ARGS="--only star --publish")
bench: $(DEV) compiled
	@$(BIN)/python -m bench $(ARGS)

## make sizing   measure players per core, memory and files per player, for docs/deployment.md (ARGS="--publish")
sizing: $(DEV) compiled
	@$(BIN)/python -m bench.sizing $(ARGS)

## make latency-bench  print what the latency subsystem reaches against its targets (ARGS="--rooms 500": quicker)
latency-bench: $(DEV)
	@$(BIN)/python -m bench.latency_table $(ARGS)

## make soak     play and churn for 30 minutes and see that nothing grows (MINUTES=5: shorter)
soak: $(DEV) compiled
	@$(BIN)/python -m bench.soak --minutes $(or $(MINUTES),30)

## make latency-cpu    measure what probing 10,000 members and 1,250 hosts costs (11 minutes, real sockets)
latency-cpu: $(DEV) compiled
	@$(BIN)/python -m bench.latency_cpu $(ARGS)

## make drill    take hosts, connections and servers away by the thousand and count what is lost (COUNT=50: shorter)
drill: $(DEV) compiled
	@$(BIN)/python -m tests.drills --count $(or $(COUNT),1000) $(ARGS)

.PHONY: bots melody
## make bots     fill the lobby of a running server with players (ARGS="--bots 100 --url ...")
bots: $(DEV)
	@$(BIN)/python -m gameserver.bots $(ARGS)

## make melody   play a track to three players far apart and print how far apart they heard it
melody: $(DEV)
	@$(BIN)/python examples/melody.py $(ARGS)

## make clean    remove what the commands above made
clean:
	rm -rf .venv .compiled .apart tests/js/node_modules clients/js/node_modules bench/servers/node/node_modules bench/generator/build .mypy_cache .ruff_cache .pytest_cache .hypothesis

.PHONY: js
js: $(if $(shell command -v npm),$(JS))

$(JS): %/node_modules/.ready: %/package-lock.json
	cd $* && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# What pip and npm do not bring, where root may install it: a browser, proxies, readers of logs and alerts.
.PHONY: apt
apt: $(DEV)  # RUNLEVEL=1: what is installed is not started
	apt-get update -qq
	$(if $(strip $(APT)),RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $(APT))
	$(if $(PROMTOOL),,$(TAKE_PROMTOOL))

# Out of its package, which would start a Prometheus.
define TAKE_PROMTOOL
@scratch=$$(mktemp -d) && chmod 755 $$scratch && cd $$scratch && apt-get download -qq prometheus && \
	dpkg -x prometheus_*.deb . && install usr/bin/promtool $(CURDIR)/$(BIN)/promtool && rm -r $$scratch
endef

$(RUN): requirements.txt requirements-compile.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt -r requirements-compile.txt
	@touch $@

$(DEV): requirements.txt requirements-compile.txt requirements-dev.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $(RUN) $@

$(FUZZ): requirements-fuzz.txt $(DEV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-fuzz.txt
	@touch $@
