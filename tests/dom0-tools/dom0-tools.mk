# SPDX-License-Identifier: LGPL-3.0-or-later
# Programs that the scenarios use in dom0: $(BUILD)/dom0-tools/NAME. Included by the top Makefile.

DOM0_TOOL_SRC := tests/dom0-tools
DOM0_TOOL_OUT := $(BUILD)/dom0-tools
DOM0_TOOL_CFLAGS := -std=c11 -O2 -g -Wall -Wextra $(WERROR_FLAG) -D_POSIX_C_SOURCE=200809L

# These run in any dom0.
DOM0_STATIC := check-ledger check-reads check-sequence check-writes compare-e820 fat-volume sector-crc32 pattern-disk

# Programs that call Xen's libraries are dynamic: libxenstore's thread does not start in a static one. They run in a dom0
# whose C library is not older than the one that they are built with. tests/lab/make-tools builds them.
DOM0_DYNAMIC := hostile-backend ioreq-watch ioreq-hold ioreq-free moments xenpv-hookd

.PHONY: dom0-tools dom0-dynamic
dom0-tools: $(DOM0_STATIC:%=$(DOM0_TOOL_OUT)/%)
dom0-dynamic: $(DOM0_DYNAMIC:%=$(DOM0_TOOL_OUT)/%)

# The daemon under test.
$(DOM0_TOOL_OUT)/xenpv-hookd: $(BUILD)/xenpv-hookd
	$(Q)mkdir -p $(DOM0_TOOL_OUT)
	$(Q)cp $< $@

$(DOM0_TOOL_OUT)/%: $(DOM0_TOOL_SRC)/%.c $(DOM0_TOOL_SRC)/transfers.c $(DOM0_TOOL_SRC)/transfers.h \
		$(wildcard $(GUEST_SRC)/*.h) $(DOM0_TOOL_SRC)/dom0-tools.mk
	$(Q)mkdir -p $(DOM0_TOOL_OUT)
	$(Q)$(CC) $(DOM0_TOOL_CFLAGS) -static $(filter %.c,$^) -o $@

$(DOM0_TOOL_OUT)/hostile-backend: $(DOM0_TOOL_SRC)/hostile-backend.c $(DOM0_TOOL_SRC)/dom0-tools.mk
	$(Q)mkdir -p $(DOM0_TOOL_OUT)
	$(Q)$(CC) $(DOM0_TOOL_CFLAGS) -D_GNU_SOURCE $< -lxengnttab -lxenevtchn -lxenstore -lxentoolcore -lxentoollog -o $@

$(DOM0_TOOL_OUT)/ioreq-watch $(DOM0_TOOL_OUT)/ioreq-hold: $(DOM0_TOOL_OUT)/%: $(DOM0_TOOL_SRC)/%.c \
		$(DOM0_TOOL_SRC)/ioreq_page.c $(DOM0_TOOL_SRC)/ioreq_page.h $(DOM0_TOOL_SRC)/dom0-tools.mk
	$(Q)mkdir -p $(DOM0_TOOL_OUT)
	$(Q)$(CC) $(DOM0_TOOL_CFLAGS) -D_DEFAULT_SOURCE -D__XEN_TOOLS__ $(filter %.c,$^) \
		-lxendevicemodel -lxenevtchn -lxenforeignmemory -o $@

$(DOM0_TOOL_OUT)/ioreq-free: $(DOM0_TOOL_SRC)/ioreq-free.c $(DOM0_TOOL_SRC)/dom0-tools.mk
	$(Q)mkdir -p $(DOM0_TOOL_OUT)
	$(Q)$(CC) $(DOM0_TOOL_CFLAGS) -D_DEFAULT_SOURCE -D__XEN_TOOLS__ $< -lxendevicemodel -o $@

# Runs with one version of Xen only, which is in the name of libxenctrl. Its headers need GNU's C.
$(DOM0_TOOL_OUT)/moments: $(DOM0_TOOL_SRC)/moments.c $(DOM0_TOOL_SRC)/dom0-tools.mk
	$(Q)mkdir -p $(DOM0_TOOL_OUT)
	$(Q)$(CC) $(DOM0_TOOL_CFLAGS) -std=gnu11 -D_DEFAULT_SOURCE $< -lxenctrl -o $@
