# SPDX-License-Identifier: LGPL-3.0-or-later
# Tests SeaBIOS' side, src/seabios, and the core against the model of Xen and a small SeaBIOS
# (fake/); check-host runs it. Included by the top Makefile after tests/host/host.mk.

BIOS_TEST_SRC := tests/host/seabios
BIOS_TEST_OUT := $(HOST_OUT)/seabios

# SeaBIOS' pointers have 32 bits.
BIOS_TEST_BUILD := sanitized-32
# The core and the model are those of that build, and so is the terminal that shows the console.
BIOS_TEST_BASE := $(HOST_CORE) $(wildcard vgasrc/*.c) $(HOST_MODEL) $(HOST_SRC)/test.c $(HOST_SRC)/copies.c \
    $(HOST_SRC)/vgasrc/emulator.c \
    $(addprefix src/seabios/,port/steady_clock.c int13/twin_policy.c int13/geometry.c pvh/alarm_time.c pvh/calendar.c)
# The base has twin_policy.c and geometry.c already, and post_state.c includes some files; the other programs test parts of acpi/ and port/.
# Only a machine can test post.c: tests/build/run starts one.
BIOS_TESTED := $(filter-out %/twin_policy.c %/geometry.c,$(wildcard src/seabios/int13/*.c)) $(filter-out %/post.c,$(wildcard src/seabios/seam/*.c)) $(wildcard src/seabios/vcpi/*.c) \
    $(filter-out %/console_log.c,$(wildcard src/seabios/console/*.c)) $(addprefix src/seabios/pvh/,alarm.c cmos.c control.c power.c tick_entry.c)
BIOS_TESTS  := $(wildcard $(BIOS_TEST_SRC)/*.c)
BIOS_TEST_DEPS := $(HOST_DEPS) $(wildcard src/seabios/*/*.h $(addprefix $(BIOS_TEST_SRC)/,*.h fake/*.h fake/*/*.h fake/src/*.c fake/src/*/*.c fake/seabios/*/*.h)) \
    $(BIOS_TEST_SRC)/seabios.mk
BIOS_TEST_CFLAGS := $(HOST_CFLAGS_$(BIOS_TEST_BUILD)) -iquote $(BIOS_TEST_SRC)/fake -iquote $(BIOS_TEST_SRC) $(HOST_CFLAGS)

$(BIOS_TEST_OUT)/%.o: %.c $(BIOS_TEST_DEPS)
	@mkdir -p $(@D)
	@$(CC) $(BIOS_TEST_CFLAGS) -c $< -o $@

# It includes these.
$(BIOS_TEST_OUT)/$(BIOS_TEST_SRC)/post_state.o: $(addprefix src/seabios/,console/console_log.c port/log_keep.c port/task.c port/xen_core.c)

$(BIOS_TEST_OUT)/seabios: $(patsubst %.c,$(HOST_OUT)/$(BIOS_TEST_BUILD)/%.o,$(BIOS_TEST_BASE)) \
		$(patsubst %.c,$(BIOS_TEST_OUT)/%.o,$(BIOS_TESTED) $(BIOS_TESTS))
	@$(CC) $(BIOS_TEST_CFLAGS) $^ -o $@

HOST_PROGRAMS += $(BIOS_TEST_OUT)/seabios
check-host: $(BIOS_TEST_OUT)/seabios
