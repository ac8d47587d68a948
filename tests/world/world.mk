# SPDX-License-Identifier: LGPL-3.0-or-later
# One world with the firmware and the daemon in it, driven by a seed: see main.c here. Included by
# the top Makefile after tests/host/host.mk and tests/hook/hook.mk.
#
#   make world RUNS=N SEED=S   N runs from seed S on
#
# `$(BUILD)/host/world/world SEED` is one run, with its log if a rule is broken.

WORLD_SRC := tests/world
WORLD_OUT := $(HOST_OUT)/world

# The model of the host tests, but for what happens in a pause.
WORLD_MODEL := $(filter-out %/pause.c %/trap.c,$(HOST_MODEL)) $(HOST_SRC)/copies.c src/seabios/port/steady_clock.c
# What ticks do to the disks of a system that lives on int13.
WORLD_BIOS  := $(addprefix src/seabios/int13/,bios_disks.c kept.c)
WORLD_HOOK  := $(HOOK_TESTED) $(HOOK_LOOP)
WORLD_ALL   := $(HOST_CORE) $(WORLD_MODEL) $(WORLD_BIOS) $(WORLD_HOOK) $(wildcard $(WORLD_SRC)/*.c)

WORLD_CFLAGS := -std=c11 -g -O1 -fno-omit-frame-pointer -Wall -Wextra $(WERROR_FLAG) $(HOOK_INCLUDE) -iquote src/hookd \
    -iquote $(WORLD_SRC)/bios -I$(HOST_SRC) $(HOST_SANITIZE)
$(WORLD_OUT)/src/xen/%.o: WORLD_PART := -include $(HOST_SRC)/copies.h
$(WORLD_OUT)/src/hookd/%.o: WORLD_PART := -include $(WORLD_SRC)/dom0_system.h

$(WORLD_OUT)/%.o: %.c $(HOST_DEPS) $(wildcard $(HOOK_SRC)/*.h $(WORLD_SRC)/*.h $(WORLD_SRC)/bios/*.h $(WORLD_BIOS:.c=.h)) $(WORLD_SRC)/world.mk
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(WORLD_CFLAGS) $(WORLD_PART) -c $< -o $@

$(WORLD_OUT)/world: $(WORLD_ALL:%.c=$(WORLD_OUT)/%.o)
	$(Q)$(CC) $(WORLD_CFLAGS) $^ -o $@

HOST_PROGRAMS += $(WORLD_OUT)/world
check-host: $(WORLD_OUT)/world

.PHONY: world
world: $(WORLD_OUT)/world
	$(Q)$< --runs $(or $(RUNS),1000) --first $(or $(SEED),1)
