# SPDX-License-Identifier: LGPL-3.0-or-later
# The unplug hook, $(BUILD)/xenpv-hookd. Included by the top Makefile; uses BUILD, CC, VERSION.
# With shared libraries: libxenstore's thread does not start in a static program.

HOOK_SRC := src/dom0
HOOK_OUT := $(BUILD)/dom0
HOOK_LIBS := -lxendevicemodel -lxenforeignmemory -lxenevtchn -lxenstore
HOOK_CFLAGS := -std=c11 -O2 -g -Wall -Wextra -Werror -D_FORTIFY_SOURCE=2 -fstack-protector-strong \
    -D_DEFAULT_SOURCE -D__XEN_TOOLS__ -iquote src/xen -DHOOK_VERSION=\"$(VERSION)\"
HOOK_OBJECTS := $(patsubst %.c,$(HOOK_OUT)/%.o,$(notdir $(wildcard $(HOOK_SRC)/*.c)))

$(HOOK_OUT)/%.o: $(HOOK_SRC)/%.c $(wildcard $(HOOK_SRC)/*.h) src/xen/handover.h $(HOOK_SRC)/dom0.mk
	@mkdir -p $(@D)
	@$(CC) $(HOOK_CFLAGS) -c $< -o $@

$(BUILD)/xenpv-hookd: $(HOOK_OBJECTS)
	@$(CC) $(HOOK_CFLAGS) $^ $(HOOK_LIBS) -o $@
