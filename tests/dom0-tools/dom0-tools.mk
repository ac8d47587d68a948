# SPDX-License-Identifier: LGPL-3.0-or-later
# Programs that the scenarios use in dom0: build/dom0-tools/NAME. Static, unless they call Xen's
# libraries. tests/lab/make-tools builds those that only run with one version of Xen. Included by the
# top Makefile.

DOM0_TOOLS := check-ledger check-reads check-sequence check-writes compare-e820 fat-volume sector-crc32 hostile-backend \
	ioreq-watch ioreq-hold ioreq-free pattern-disk
DOM0_TOOL_SRC := tests/dom0-tools
DOM0_TOOL_OUT := build/dom0-tools
DOM0_TOOL_CFLAGS := -std=c11 -O2 -g -Wall -Wextra $(WERROR_FLAG) -D_POSIX_C_SOURCE=200809L

.PHONY: dom0-tools
dom0-tools: $(DOM0_TOOLS:%=$(DOM0_TOOL_OUT)/%) $(DOM0_TOOL_OUT)/xenpv-hookd

# The daemon under test.
$(DOM0_TOOL_OUT)/xenpv-hookd: $(BUILD)/xenpv-hookd
	$(Q)mkdir -p $(DOM0_TOOL_OUT)
	$(Q)cp $< $@

$(DOM0_TOOL_OUT)/%: $(DOM0_TOOL_SRC)/%.c $(DOM0_TOOL_SRC)/transfers.c $(DOM0_TOOL_SRC)/transfers.h \
		$(wildcard $(GUEST_SRC)/*.h) $(DOM0_TOOL_SRC)/dom0-tools.mk
	$(Q)mkdir -p $(DOM0_TOOL_OUT)
	$(Q)$(CC) $(DOM0_TOOL_CFLAGS) -static $(filter %.c,$^) -o $@

# Programs that call Xen's libraries are dynamic: libxenstore's thread does not start in a static one.
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
