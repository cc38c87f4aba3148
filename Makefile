# The two commands a fresh machine needs: `make demo` and `make test`.
# PYTHON is any Python 3.11 or later; everything is installed into .venv and nowhere else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test install lint format bench clean

demo: $(VENV)/.installed
	@$(BIN)/duban demo $(ARGS)

test: $(VENV)/.dev
	@$(BIN)/python -m pytest -m "not slow" -n auto --dist loadfile $(ARGS)

install: $(VENV)/.installed

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.bench
	@$(BIN)/python -m bench all $(ARGS)

clean:
	rm -rf $(VENV) var dist

$(VENV)/.pip:
	@echo "── 建虚拟环境 · making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	@touch $@

$(VENV)/.installed: $(VENV)/.pip pyproject.toml
	@echo "── 安装 duban 及其依赖（约一分钟）· installing duban (about a minute)"
	@$(BIN)/python -m pip install --disable-pip-version-check --progress-bar on -q -e '.[postgresql,mysql]'
	@touch $@

$(VENV)/.dev: $(VENV)/.pip pyproject.toml
	@echo "── 安装 duban 与测试工具（约一分钟）· installing duban and its test tools (about a minute)"
	@$(BIN)/python -m pip install --disable-pip-version-check --progress-bar on -q -e '.[dev]'
	@touch $@ $(VENV)/.installed

$(VENV)/.bench: $(VENV)/.pip pyproject.toml
	@echo "── 安装对照的库 · installing the peers to measure beside"
	@$(BIN)/python -m pip install --disable-pip-version-check --progress-bar on -q -e '.[postgresql,mysql,bench]'
	@touch $@ $(VENV)/.installed
