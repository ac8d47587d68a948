# SPDX-License-Identifier: LGPL-3.0-or-later
# Reads the configurations in examples/ with xl's parser; part of check-host. Included by the top
# Makefile after tests/host/host.mk.

EXAMPLES_SRC := tests/examples
EXAMPLES_OUT := $(BUILD)/host/examples

$(EXAMPLES_OUT)/examples: $(EXAMPLES_SRC)/test_examples.c $(HOST_SRC)/test.c $(HOST_SRC)/test.h $(EXAMPLES_SRC)/examples.mk
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(HOST_CFLAGS) -O1 $(filter %.c,$^) -lxlutil -lxenlight -o $@

HOST_PROGRAMS += $(EXAMPLES_OUT)/examples
check-host: $(EXAMPLES_OUT)/examples
