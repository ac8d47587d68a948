# SPDX-License-Identifier: LGPL-3.0-or-later
# The core against a model of Xen, on the host. Included by the top Makefile; uses BUILD and CC.
# Each build makes one program, $(BUILD)/host/NAME. `NAME PATTERN` runs the tests whose names contain
# PATTERN; with VERBOSE=1 a failed test also prints its log, with TIMES=1 each its processor time.

HOST_SRC := tests/host
HOST_OUT := $(BUILD)/host

# The core without the file that the model replaces, and other files that only need the platform port.
HOST_CORE  := $(filter-out src/xen/hv/cpu.c,$(wildcard src/xen/*/*.c))
HOST_MORE  := $(addprefix src/seabios/,acpi/acpi_tables.c port/oem_strings.c port/steady_clock.c int13/twin_policy.c int13/geometry.c)
HOST_MORE  += $(wildcard vgasrc/*.c) src/pvh/start_info.c src/pvh/memory_map.c src/pvh/rsdp.c $(addprefix src/seabios/pvh/,alarm_time.c calendar.c tick_time.c)
HOST_MODEL := $(wildcard $(HOST_SRC)/model/*.c)
HOST_TESTS := $(wildcard $(HOST_SRC)/*.c $(HOST_SRC)/vgasrc/*.c $(HOST_SRC)/pvh/*.c)
HOST_DEPS  := $(wildcard src/xen/*/*.h vgasrc/*.h $(HOST_SRC)/vgasrc/*.h $(HOST_MORE:.c=.h) $(HOST_SRC)/*.h $(HOST_SRC)/model/*.h) $(HOST_SRC)/host.mk
HOST_DEPS  += $(wildcard $(HOST_SRC)/vgasrc/*.inc)

HOST_CFLAGS := -std=c11 -g -fno-omit-frame-pointer -Wall -Wextra $(WERROR_FLAG) -iquote src -iquote . -I$(HOST_SRC)
HOST_SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all

# The builds: 64-bit and 32-bit with sanitizers, and one with the core as close to the ROM's as is
# possible on a host. HOST_CFLAGS_NAME applies to a whole build, HOST_CORE_CFLAGS_NAME to the core.
HOST_BUILDS := sanitized-64 sanitized-32 rom-like
HOST_CFLAGS_sanitized-64   := -O1 $(HOST_SANITIZE)
# In QEMU's user emulation the address sanitizer reports frames of signal handlers that are sound.
HOST_CFLAGS_sanitized-32   := -O1 -m32 \
    $(if $(shell scripts/runs-32-bit && echo yes),$(HOST_SANITIZE),-fsanitize=undefined -fno-sanitize-recover=all)
HOST_CFLAGS_rom-like       := -O1 -m32
HOST_CORE_CFLAGS_rom-like  := -Os -march=i386 -ffreestanding
HOST_CFLAGS_coverage       := -O0
HOST_CORE_CFLAGS_coverage  := --coverage
HOST_LDFLAGS_coverage      := --coverage

# $1: name of a build.
define HOST_RULES
$$(HOST_OUT)/$1/src/%.o: HOST_PART := $$(HOST_CORE_CFLAGS_$1)
$$(HOST_OUT)/$1/vgasrc/%.o: HOST_PART := $$(HOST_CORE_CFLAGS_$1)
$$(HOST_OUT)/$1/src/xen/%.o: HOST_PART := $$(HOST_CORE_CFLAGS_$1) -include $(HOST_SRC)/copies.h
$$(HOST_OUT)/$1/%.o: %.c $$(HOST_DEPS)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$$(CC) $$(HOST_CFLAGS) $$(HOST_CFLAGS_$1) $$(HOST_PART) -c $$< -o $$@

$$(HOST_OUT)/$1/$1: $$(patsubst %.c,$$(HOST_OUT)/$1/%.o,$$(HOST_CORE) $$(HOST_MORE) $$(HOST_MODEL) $$(HOST_TESTS))
	$$(Q)$$(CC) $$(HOST_CFLAGS) $$(HOST_CFLAGS_$1) $$(HOST_LDFLAGS_$1) $$^ -o $$@
endef
$(foreach build,$(HOST_BUILDS) coverage,$(eval $(call HOST_RULES,$(build))))

HOST_PROGRAMS := $(foreach build,$(HOST_BUILDS),$(HOST_OUT)/$(build)/$(build))

.PHONY: check-host coverage
check-host: $(HOST_PROGRAMS)
	$(Q)$(HOST_SRC)/run $(HOST_PROGRAMS)

# Lines and branches of the core that the tests run; annotated sources in $(HOST_OUT)/gcov.
coverage: $(HOST_OUT)/coverage/coverage
	$(Q)find $(HOST_OUT)/coverage -name '*.gcda' -delete
	$(Q)$(HOST_SRC)/run $<
	$(Q)$(HOST_SRC)/coverage $(HOST_OUT)/coverage/src/xen $(HOST_OUT)/gcov $(HOST_CORE)
