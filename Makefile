# SPDX-License-Identifier: LGPL-3.0-or-later
#
# seabios-xenpv: SeaBIOS with Xen PV block boot. `make help` lists the commands.

VERSION := $(strip $(file <VERSION))

BUILD := build
ROOT  := $(CURDIR)

PREFIX  := /usr/local
DESTDIR :=

# CFLAGS, CPPFLAGS and LDFLAGS are for the daemon: the ROM runs without an operating system, and has its own.
# SeaBIOS' make uses CPPFLAGS for something else, so those of the command line are not passed on as such.
# A value may have spaces, each after a backslash.
empty :=
space := $(empty) $(empty)
MAKEOVERRIDES := $(subst |,\ ,$(filter-out CFLAGS=% CPPFLAGS=% LDFLAGS=%,$(subst \$(space),|,$(MAKEOVERRIDES))))

# With WERROR=1 a warning stops the build. It is the default of checks, and not of a build: another compiler may
# have other warnings.
WERROR      := $(if $(filter undefined,$(origin WERROR)),$(if $(filter check%,$(MAKECMDGOALS)),1),$(WERROR))
export WERROR
WERROR_FLAG := $(if $(filter 1,$(WERROR)),-Werror)

# Prefix of the commands in recipes: make shows them only with V=1.
Q := $(if $(filter 1,$(V)),,@)

.PHONY: all always help setup setup-bench menuconfig demo demo-pvh lab install install-bios clean dist deb release-check \
        check check-full check-style check-build check-fuzz check-lab check-oxenstored check-xen-4.20 \
        check-dos check-guests check-bare soak daemon-soak bench picture
.DELETE_ON_ERROR:

all: $(BUILD)/bios.bin $(BUILD)/bios-pvh.elf $(BUILD)/xenpv-hookd

help:
	@sed -n 's/^#: //p' $(MAKEFILE_LIST)

#: make              build/bios.bin and build/bios-pvh.elf, the BIOS, and build/xenpv-hookd, the daemon in dom0
#: make menuconfig   change the options, SeaBIOS' own and this project's
#: make demo         set up, build, and boot a guest from a PV disk on real Xen
#: make demo-pvh     the same with a PVH guest: GRUB's menu and Linux in its console
#: make check        set up and run the tests
#: make check-full   the same with every scenario and all combinations, on both versions of Xen; many hours
#: make check-style  check the layout of the sources, which file may include which, and the documents
#: make check-build  check that builds are reproducible and that a broken one stops
#: make check-host   the tests that need no Xen
#: make check-analysis   what gcc's analyser and clang-tidy find in the sources
#: make check-fuzz   2000 runs of each fuzz target
#: make check-lab    the tests on real Xen; T=NAME for one, T=list for a list, FULL=1 for all combinations,
#:                   XEN=4.20 for Debian 13's Xen, XENSTORED=oxenstored for xenstored in OCaml
#: make check-oxenstored  the scenarios that xenstored matters to, with the one in OCaml; T and XEN as above
#: make check-xen-4.20    a few scenarios on Xen 4.20; FULL=1 for all
#: make check-dos    a DOS of your own with a memory manager, on real Xen; DOS_IMAGE=FILE, its disk
#: make check-guests  boot loaders and systems from Debian's packages, on real Xen; T=NAME for one, T=list for a list
#: make check-bare   make demo and make check in the smallest systems of Debian 12 and 13, as root; RELEASES=trixie for one,
#:                   COMMAND='make ...' for another command, KEEP=1 to keep the system of the last run
#: make soak         guests on real Xen read and write for HOURS=N (1) while they are disturbed; SEED=S
#: make daemon-soak  GUESTS=N (200) on real Xen, while the daemon and guests are killed; SEED=S
#: make bench        measure on real Xen; T=NAME for one measurement, T=list for a list; ROUNDS=N measures
#:                   everything N times; OVMF=FILE also measures this build of OVMF
#: make fuzz         fuzz the Xen core and the daemon; SECONDS=N or RUNS=N for each target, TARGET=NAME for one
#: make world        run the firmware and the daemon in one simulated world; RUNS=N runs from SEED=S on
#: make coverage     lines and branches of the Xen core that the host tests reach
#: make picture      draw the picture in README.md, from a run on real Xen
#: make install      install the BIOS and the daemon below DESTDIR and PREFIX
#: make dist         the sources as a tarball in build/dist, the same bytes each time
#: make deb          Debian's source and binary packages, in build/deb
#: make release-check   whether this commit can be released as the version in VERSION
#: make clean        remove what was built, and keep what was downloaded
#: make V=1 ...      show the commands

# Install the packages that this machine lacks. Quick if it lacks none.
setup:
	$(Q)scripts/setup

#### The payload ####

# SEABIOS_SOURCE=DIR names SeaBIOS' sources, which are only read. Without it, the pinned ones are fetched.
SEABIOS := $(if $(SEABIOS_SOURCE),$(abspath $(SEABIOS_SOURCE)),$(BUILD)/seabios-source)
OUT     := $(ROOT)/$(BUILD)/seabios
STOCK   := $(ROOT)/$(BUILD)/seabios-alone

# EXTRAVERSION takes the place of the build's time and host, so that two builds are the same.
seabios-make = $(MAKE) --no-print-directory -C $(SEABIOS) -f $2 OUT=$1/ KCONFIG_CONFIG=$1/.config \
    XENPV_ROOT=$(ROOT) XENPV_WERROR=$(WERROR) PYTHON="python3 -B" EXTRAVERSION=-seabios-xenpv-$(VERSION)
make-ours  = $(call seabios-make,$(OUT),$(ROOT)/src/seabios/seabios.mk)
make-stock = $(call seabios-make,$(STOCK),Makefile)
# $(call quietly,COMMAND,LOG): keep what the command prints in LOG; show it if the command fails, or with V=1.
quietly = $(if $(Q),$1 > $2 2>&1 || { cat $2; exit 1; },$1 > $2 2>&1; status=$$?; cat $2; exit $$status)

$(BUILD)/seabios-source.stamp: scripts/fetch-seabios
	$(Q)scripts/fetch-seabios $(BUILD)/downloads $(SEABIOS)
	$(Q)touch $@

# Names the sources in use: what was built from others is removed.
$(BUILD)/seabios-used: $(if $(SEABIOS_SOURCE),,$(BUILD)/seabios-source.stamp) always
	$(Q)scripts/use-seabios $(SEABIOS) $@ $(OUT) $(STOCK)

$(OUT)/.config: Kconfig src/seabios/seabios.config $(BUILD)/seabios-used
	$(Q)mkdir -p $(@D)
	$(Q)[ -f $@ ] || cp src/seabios/seabios.config $@
	$(Q)$(call quietly,$(make-ours) olddefconfig,$(OUT)/config.log)
	$(Q)touch $@

$(STOCK)/.config: $(OUT)/.config
	$(Q)mkdir -p $(@D)
	$(Q)sed '/CONFIG_XENPV/d' $< > $@
	$(Q)$(call quietly,$(make-stock) olddefconfig,$(STOCK)/config.log)
	$(Q)touch $@

menuconfig: $(OUT)/.config
	$(make-ours) menuconfig

SOURCES := $(wildcard src/xen/*/*.[ch] src/seabios/*/*.[ch] src/seabios/*/*.asl vgasrc/*.[ch]) src/seabios/seabios.mk

# SeaBIOS' make does not see that the version has changed: romlayout16.lds is the first step that has it. The step
# that makes bios.bin.prep prints the size, which scripts/rom-size reads.
$(OUT)/bios.bin: $(OUT)/.config $(SOURCES) Makefile VERSION
	@echo "building SeaBIOS with Xen PV disks"
	$(Q)rm -f $(OUT)/romlayout16.lds $(OUT)/bios.bin.prep
	$(Q)$(call quietly,$(make-ours) $@,$(OUT)/build.log)
	$(Q)scripts/check-seams $(OUT)
	$(Q)scripts/check-16bit $(OUT)
	$(Q)scripts/check-warnings $(OUT)/build.log || [ '$(WERROR)' != 1 ] || { rm -f $(OUT)/ccode*.o; exit 1; } # the next build warns again

# SeaBIOS alone with the same options. The difference in size is this project's code. COMPARE=0 leaves it out.
$(STOCK)/bios.bin: $(STOCK)/.config
	@echo "building SeaBIOS alone, to compare"
	$(Q)$(call quietly,$(make-stock) $@,$(STOCK)/build.log)

$(BUILD)/bios.bin: $(OUT)/bios.bin $(if $(filter 0,$(COMPARE)),,$(STOCK)/bios.bin) scripts/rom-size scripts/stack-depth
	$(Q)scripts/rom-size $(OUT) $(if $(filter 0,$(COMPARE)),,$(STOCK))
	$(Q)scripts/stack-depth $(OUT)
	$(Q)cp $< $@

include src/pvh/pvh.mk

#### The daemon, for dom0 ####

include src/hookd/hookd.mk

$(HOOK_OUT)/options.o: VERSION # it prints the version

#### Tests ####

include tests/guests/guests.mk
include tests/dom0-tools/dom0-tools.mk
include tests/host/host.mk
include tests/host/seabios/seabios.mk
include tests/hook/hook.mk
include tests/world/world.mk
include tests/examples/examples.mk
include tests/analysis/analysis.mk
include tests/fuzz/fuzz.mk

# Downloads the lab's parts once, and rebuilds what has changed.
lab:
	$(Q)scripts/lab build

# What a run of the lab takes.
LAB_PARTS := $(BUILD)/bios.bin $(BUILD)/bios-pvh.elf guests dom0-tools lab

demo: setup
	$(Q)$(MAKE) --no-print-directory $(LAB_PARTS)
	$(Q)scripts/demo

demo-pvh: setup
	$(Q)$(MAKE) --no-print-directory $(LAB_PARTS)
	$(Q)scripts/demo-pvh

CHECKS := check-style check-build check-host check-analysis check-fuzz check-lab

# scripts/check runs a make for each part: on a new machine they need what setup installs.
check: setup
	$(Q)scripts/check $(CHECKS) check-xen-4.20

check-full: setup
	$(Q)FULL=1 scripts/check $(CHECKS) check-oxenstored check-xen-4.20 check-guests

check-style:
	$(Q)scripts/check-style

check-build: $(BUILD)/bios.bin $(BUILD)/bios-pvh.elf $(BUILD)/xenpv-hookd
	$(Q)tests/build/run

# A fixed number of runs of each target.
check-fuzz:
	$(Q)passed=0; failed=0; for target in $(FUZZ_TARGETS); do \
	  if $(MAKE) --no-print-directory fuzz TARGET=$$target RUNS=2000; \
	  then passed=$$((passed + 1)); else failed=$$((failed + 1)); fi; done; \
	  echo "fuzz: $$passed passed, $$failed failed"; [ $$failed -eq 0 ]

# T=NAME...: only these scenarios; T=list: list them; FULL=1: all combinations of each. XEN and XENSTORED: see
# scripts/lab-settings.
# The scenarios with a line "# dom0: debian" install Debian's packages.
DEBIAN_DOM0 := $(basename $(notdir $(shell grep -lx '\# dom0: debian' tests/lab/*.sh)))
NEEDS_DEB   := $(if $(filter $(DEBIAN_DOM0),$(T))$(if $(T)$(LAB_SET),,$(filter 1,$(FULL))),deb)

check-lab: $(if $(filter list,$(T)),,$(LAB_PARTS) $(NEEDS_DEB))
	$(Q)tests/lab/run $(T)

# Real boot loaders and systems, from Debian's packages. T=NAME...: only these; T=list: list them.
check-guests: $(if $(filter list,$(T)),,$(LAB_PARTS))
	$(Q)LAB_SCENARIOS=tests/systems tests/lab/run $(T)

# The two commands of a fresh clone on a machine that has just been installed. RELEASES, KEEP: see there.
check-bare:
	$(Q)RELEASES='$(RELEASES)' KEEP='$(KEEP)' tests/build/bare $(if $(COMMAND),'$(COMMAND)')

# The scenarios with a line "# also: oxenstored".
check-oxenstored:
	$(Q)XENSTORED=oxenstored LAB_SET=oxenstored $(MAKE) --no-print-directory check-lab

# The scenarios with a line "# also: xen-4.20", or all with FULL=1.
check-xen-4.20:
	$(Q)XEN=4.20 LAB_SET=$(if $(filter 1,$(FULL)),,xen-4.20) $(MAKE) --no-print-directory check-lab

# DOS_IMAGE=FILE: a disk with DOS and a memory manager, which are not in Debian; docs/dev/vcpi.md says what it prints.
check-dos: $(LAB_PARTS)
	$(Q)[ -n '$(DOS_IMAGE)' ] || { echo 'make check-dos DOS_IMAGE=FILE' >&2; exit 2; }
	$(Q)DOS_IMAGE='$(DOS_IMAGE)' LAB_SCENARIOS=tests/dos tests/lab/run

# The scenarios soak and daemon-soak for longer than in their usual form. HOURS=N, GUESTS=N: how long, how many guests;
# SEED=S: of the events, as the run has printed it.
soak: HOURS := 1
soak:
	$(Q)SOAK_MINUTES=$$(($(HOURS) * 60)) SOAK_SEED=$(SEED) LAB_LIMIT=$$(($(HOURS) * 3600 + 3000)) \
		$(MAKE) --no-print-directory check-lab T=soak

daemon-soak: GUESTS := 200
daemon-soak:
	$(Q)SOAK_GUESTS=$(GUESTS) SOAK_SEED=$(SEED) LAB_LIMIT=$$(($(GUESTS) * 30 + 600)) \
		$(MAKE) --no-print-directory check-lab T=daemon-soak

# Writes the tables of docs/measurements/performance.md, dos-copies.md and cd.md to build/bench/; takes up to 50 minutes.
# T=NAME...: these measurements instead; T=list: list them; ROUNDS=N: measure everything N times (5);
# OVMF=FILE: measure this build of OVMF as well.
bench: $(if $(filter list,$(T)),,setup-bench)
	$(if $(filter list,$(T)),,$(Q)$(MAKE) --no-print-directory $(LAB_PARTS))
	$(Q)ROUNDS=$(ROUNDS) OVMF='$(OVMF)' tests/bench/run $(T)

setup-bench:
	$(Q)scripts/setup $(if $(OVMF),--bench-ovmf,--bench)

# Draws the picture of README.md, from a run on real Xen.
picture:
	$(Q)scripts/setup --picture
	$(Q)$(MAKE) --no-print-directory check-lab T=console-grub
	$(Q)scripts/picture $(BUILD)/lab-out/console-grub/menu.ansi 'xl console -t pv guest' > docs/console.svg

#### Releases ####

# The sources as a tarball, the same bytes each time.
dist:
	$(Q)scripts/dist $(BUILD)/dist/seabios-xenpv-$(VERSION).tar.xz

# Debian's source and binary packages, in $(BUILD)/deb.
deb:
	$(Q)scripts/deb $(BUILD)/deb

# What must hold before a release gets its tag.
release-check: all check-style
	$(Q)scripts/check-version --release
	$(Q)echo "release $(VERSION): ready for the tag v$(VERSION)"

#### Installing ####

install: install-bios install-hook

install-bios: $(BUILD)/bios.bin $(BUILD)/bios-pvh.elf
	install -D -m 644 $(BUILD)/bios.bin $(DESTDIR)$(PREFIX)/share/seabios-xenpv/bios.bin
	install -D -m 644 $(BUILD)/bios-pvh.elf $(DESTDIR)$(PREFIX)/share/seabios-xenpv/bios-pvh.elf
	sed 's|/usr/share/seabios|$(PREFIX)/share/seabios|' src/seabios/seabios-xenpv.7 > $(BUILD)/seabios-xenpv.7
	install -D -m 644 $(BUILD)/seabios-xenpv.7 $(DESTDIR)$(PREFIX)/share/man/man7/seabios-xenpv.7

LABS := $(BUILD)/lab $(filter-out $(BUILD)/lab-out%,$(wildcard $(BUILD)/lab-*))

clean:
	rm -rf $(filter-out $(BUILD)/downloads $(BUILD)/bare-debs $(LABS),$(wildcard $(BUILD)/*)) \
	    $(filter-out $(foreach lab,$(LABS),$(addprefix $(lab)/,debs kernel apt)),$(wildcard $(LABS:=/*)))
