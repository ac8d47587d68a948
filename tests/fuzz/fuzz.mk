# SPDX-License-Identifier: LGPL-3.0-or-later
# Fuzzing the core, the daemon and the keys with libFuzzer, against the models of tests/host and tests/hook.
# Included by the top Makefile after tests/host/host.mk and tests/hook/hook.mk; uses BUILD.
#
#   make fuzz SECONDS=N    each target for N seconds, 60 without
#   make fuzz RUNS=N       each target for N runs instead
#   make fuzz TARGET=NAME  one target
#
# tests/fuzz/corpus/NAME has the inputs that are kept. New inputs go to $(BUILD)/fuzz/corpus/NAME, an
# input that fails to $(BUILD)/fuzz/NAME-*. To select the inputs to keep again:
#   fuzz-NAME -set_cover_merge=1 -use_counters=0 NEW $(BUILD)/fuzz/corpus/NAME

FUZZ_SRC := tests/fuzz
FUZZ_OUT := $(BUILD)/fuzz
FUZZ_CC  := clang
FUZZ_TARGETS := xenstore life ring cd console parse domain screen keys pvh

FUZZ_CFLAGS := -std=c11 -g -O1 -fno-omit-frame-pointer -Wall -Wextra $(WERROR_FLAG) -iquote src -iquote . \
    -I$(HOST_SRC) -fsanitize=address,undefined -fno-sanitize-recover=all
FUZZ_SHARED := $(HOST_CORE) $(HOST_MODEL) src/seabios/port/steady_clock.c $(HOST_SRC)/firmware.c $(FUZZ_SRC)/fuzz.c
FUZZ_OBJECTS := $(FUZZ_SHARED:%.c=$(FUZZ_OUT)/%.o)

$(FUZZ_OUT)/%.o: %.c $(HOST_DEPS) $(FUZZ_SRC)/fuzz.h $(FUZZ_SRC)/fuzz.mk
	$(Q)mkdir -p $(@D)
	$(Q)$(FUZZ_CC) $(FUZZ_CFLAGS) -fsanitize=fuzzer-no-link -c $< -o $@

$(FUZZ_OUT)/fuzz-%: $(FUZZ_OUT)/$(FUZZ_SRC)/fuzz_%.o $(FUZZ_OBJECTS)
	$(Q)$(FUZZ_CC) $(FUZZ_CFLAGS) -fsanitize=fuzzer $^ -o $@

# The screen is not part of the core.
FUZZ_SCREEN_OBJECTS := $(patsubst %.c,$(FUZZ_OUT)/%.o,$(FUZZ_SRC)/fuzz_screen.c \
    $(wildcard vgasrc/*.c) $(addprefix $(HOST_SRC)/vgasrc/,machine.c emulator.c))
$(FUZZ_OUT)/fuzz-screen: $(FUZZ_SCREEN_OBJECTS) $(FUZZ_OBJECTS)
	$(Q)$(FUZZ_CC) $(FUZZ_CFLAGS) -fsanitize=fuzzer $^ -o $@

# The daemon is not part of the core.
FUZZ_PARSE_OBJECTS := $(patsubst %.c,$(FUZZ_OUT)/%.o,$(addprefix $(HOOK_SRC)/,access.c device.c firmware_log.c mark.c) $(FUZZ_SRC)/fuzz_parse.c)
$(FUZZ_PARSE_OBJECTS): FUZZ_CFLAGS := $(HOOK_TEST_CFLAGS) -I$(HOOK_TEST_SRC)
$(FUZZ_PARSE_OBJECTS): $(wildcard $(HOOK_SRC)/*.h)

$(FUZZ_OUT)/fuzz-parse: $(FUZZ_PARSE_OBJECTS) $(FUZZ_OUT)/src/xen/base/log_memory.o
	$(Q)$(FUZZ_CC) $(FUZZ_CFLAGS) -fsanitize=fuzzer $^ $(HOOK_LIBS) -o $@

# The keys are not part of the core either.
FUZZ_KEYS_OBJECTS := $(patsubst %.c,$(FUZZ_OUT)/%.o,$(wildcard vgasrc/key*.c) vgasrc/cp437.c $(FUZZ_SRC)/fuzz_keys.c)
$(FUZZ_KEYS_OBJECTS): $(wildcard vgasrc/*.h)

$(FUZZ_OUT)/fuzz-keys: $(FUZZ_KEYS_OBJECTS)
	$(Q)$(FUZZ_CC) $(FUZZ_CFLAGS) -fsanitize=fuzzer $^ -o $@

# Nor is the entry of a PVH guest.
FUZZ_PVH_OBJECTS := $(patsubst %.c,$(FUZZ_OUT)/%.o,$(addprefix src/pvh/,start_info.c memory_map.c rsdp.c) $(FUZZ_SRC)/fuzz_pvh.c)
$(FUZZ_PVH_OBJECTS): $(wildcard src/pvh/*.h)

$(FUZZ_OUT)/fuzz-pvh: $(FUZZ_PVH_OBJECTS)
	$(Q)$(FUZZ_CC) $(FUZZ_CFLAGS) -fsanitize=fuzzer $^ -o $@

# The daemon against its model, with rules for each call, and with changes between two of its accesses to
# memory: the daemon's code, without optimisation, calls a function before each of them. Only the
# daemon's code counts for the coverage.
FUZZ_DOMAIN_OUT     := $(FUZZ_OUT)/domain
FUZZ_DOMAIN_TESTED  := $(HOOK_TESTED:%.c=$(FUZZ_DOMAIN_OUT)/%.o)
FUZZ_DOMAIN_OBJECTS := $(FUZZ_DOMAIN_TESTED) $(patsubst %.c,$(FUZZ_DOMAIN_OUT)/%.o,$(HOOK_MODEL) \
    $(addprefix $(FUZZ_SRC)/,fuzz_domain.c domain_input.c guard.c guard_pages.c guard_server.c guard_store.c))
FUZZ_DOMAIN_WRAPPED := xs_read xs_write xs_rm xs_directory xs_mkdir xs_set_permissions xs_transaction_start \
    xs_transaction_end xs_watch xs_unwatch $(addprefix xendevicemodel_,create_ioreq_server set_ioreq_server_state \
    map_io_range_to_ioreq_server unmap_io_range_from_ioreq_server destroy_ioreq_server) \
    $(addprefix xenevtchn_,bind_interdomain unbind notify) $(addprefix xenforeignmemory_,map_resource \
    unmap_resource map unmap) replay_start replay_poll replay_abort \
    store_thread_run
FUZZ_DOMAIN_CFLAGS  := $(HOOK_TEST_CFLAGS) -I$(HOOK_TEST_SRC)
$(FUZZ_DOMAIN_TESTED): FUZZ_DOMAIN_CFLAGS += -O0 -fsanitize=fuzzer-no-link -fsanitize-coverage=trace-loads,trace-stores

$(FUZZ_DOMAIN_OUT)/%.o: %.c $(wildcard $(HOOK_SRC)/*.h $(HOOK_TEST_SRC)/*.h $(FUZZ_SRC)/*.h) $(FUZZ_SRC)/fuzz.mk
	$(Q)mkdir -p $(@D)
	$(Q)$(FUZZ_CC) $(FUZZ_DOMAIN_CFLAGS) -c $< -o $@

$(FUZZ_OUT)/fuzz-domain: $(FUZZ_DOMAIN_OBJECTS)
	$(Q)$(FUZZ_CC) $(FUZZ_DOMAIN_CFLAGS) -fsanitize=fuzzer $(FUZZ_DOMAIN_WRAPPED:%=-Wl,--wrap=%) $^ -o $@

FUZZ_LIMIT = $(if $(RUNS),-runs=$(RUNS) -seed=1,-max_total_time=$(or $(SECONDS),60))

.PHONY: fuzz $(FUZZ_TARGETS:%=fuzz-%)
.SECONDARY: $(FUZZ_OBJECTS)
fuzz: $(patsubst %,fuzz-%,$(or $(TARGET),$(FUZZ_TARGETS)))

$(FUZZ_TARGETS:%=fuzz-%): fuzz-%: $(FUZZ_OUT)/fuzz-%
	$(Q)mkdir -p $(FUZZ_OUT)/corpus/$*
	$(Q)$(FUZZ_SRC)/run $< $(FUZZ_LIMIT) -max_len=512 -timeout=20 -artifact_prefix=$(FUZZ_OUT)/$*- \
	    $(FUZZ_OUT)/corpus/$* $(wildcard $(FUZZ_SRC)/corpus/$*)
