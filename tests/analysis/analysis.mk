# SPDX-License-Identifier: LGPL-3.0-or-later
# What gcc's analyser and clang-tidy find in the sources of the ROM and of the daemon.
# Included by the top Makefile after tests/host/host.mk and src/hookd/hookd.mk.
#
# The output of a tool for a file is kept in $(BUILD)/analysis/TOOL/FILE.txt, which is empty if the tool
# finds nothing, so that only changed files are analysed again. .clang-tidy has clang-tidy's checks.

ANALYSIS_OUT   := $(BUILD)/analysis
ANALYSIS_TOOLS := gcc clang-tidy
ANALYSIS_FILES := $(wildcard src/xen/*/*.c) $(HOST_MORE) $(wildcard $(HOOK_SRC)/*.c)
ANALYSIS_TEXTS := $(foreach tool,$(ANALYSIS_TOOLS),$(ANALYSIS_FILES:%.c=$(ANALYSIS_OUT)/$(tool)/%.txt))

# The ROM's code is compiled as in the ROM: 32-bit, without a library.
ANALYSIS_CFLAGS := $(HOST_CFLAGS) -m32 -O2 -ffreestanding
$(ANALYSIS_OUT)/gcc/$(HOOK_SRC)/%.txt: ANALYSIS_CFLAGS := $(HOOK_CFLAGS)
$(ANALYSIS_OUT)/clang-tidy/$(HOOK_SRC)/%.txt: ANALYSIS_CFLAGS := $(HOOK_CFLAGS)

ANALYSIS_DEPS := $(HOST_DEPS) $(wildcard $(HOOK_SRC)/*.h) tests/analysis/analysis.mk

$(ANALYSIS_OUT)/gcc/%.txt: %.c $(ANALYSIS_DEPS)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ANALYSIS_CFLAGS) -fanalyzer -c $< -o /dev/null > $@ 2>&1 || echo "exit status $$?" >> $@

# clang-tidy's stderr only counts suppressed warnings, so it is shown only if clang-tidy fails.
$(ANALYSIS_OUT)/clang-tidy/%.txt: %.c .clang-tidy $(ANALYSIS_DEPS)
	$(Q)mkdir -p $(@D)
	$(Q)clang-tidy --quiet $< -- $(ANALYSIS_CFLAGS) > $@ 2> $@.log || { echo "exit status $$?"; cat $@.log; } >> $@

.PHONY: check-analysis
check-analysis: $(ANALYSIS_TEXTS)
	$(Q)tests/analysis/sum $(ANALYSIS_OUT) $(ANALYSIS_TEXTS)
