# Two commands: `make demo` and `make test`. Set-up work is done once and redone when its inputs change.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO_RUN := out/demo/run
.DEFAULT_GOAL := help
.PHONY: help setup demo test lint unit clean runner bench fuzz

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

setup: ## Install everything this checkout needs (system packages, .venv, runner)
	@PYTHON="$(PYTHON)" bash .ci/set_up

demo: setup ## Build the demo bundle, run the demo plan on this machine, write a report
	@bash .ci/demo

test: setup ## Run every check and every test
	@bash .ci/test

lint: setup ## Format check, lint and types
	@$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy

unit: setup ## The fast tests
	@$(BIN)/python -m pytest tests/unit tests/architecture -q -m "not slow" -n auto --dist loadfile

runner: setup ## Build the native runner for this machine
	@$(BIN)/python -m device.runner_build

bench: setup ## Run the benchmarks (docs/benchmarks.md says what each compares)
	@$(BIN)/python -m benchmarks

fuzz: setup ## Damaged frames against the runner, with AddressSanitizer and UBSan
	@$(BIN)/python -m device.runner_build --sanitize
	@$(BIN)/python -m tests.fuzz.runner_protocol

clean: ## Remove build products, keep .venv
	rm -rf build dist out device/runner/build *.egg-info
