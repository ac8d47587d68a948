# SPDX-License-Identifier: LGPL-3.0-or-later
# The daemon, $(BUILD)/xenpv-hookd, a program for dom0. Included by the top Makefile; uses BUILD, CC,
# VERSION, PREFIX, DESTDIR.
# It uses shared libraries: libxenstore's thread does not start in a static program.

HOOK_SRC  := src/hookd
HOOK_OUT  := $(BUILD)/hookd
HOOK_LIBS := -lxendevicemodel -lxenforeignmemory -lxenevtchn -lxenstore

# __XEN_TOOLS__ enables the part of Xen's public headers that is for device models.
HOOK_INCLUDE := -D_DEFAULT_SOURCE -D__XEN_TOOLS__ -iquote src
HOOK_CFLAGS  := -std=c11 -O2 -g -Wall -Wextra -Werror -D_FORTIFY_SOURCE=2 -fstack-protector-strong -pthread \
    $(HOOK_INCLUDE) -DHOOK_VERSION=\"$(VERSION)\"
HOOK_OBJECTS := $(patsubst %.c,$(HOOK_OUT)/%.o,$(notdir $(wildcard $(HOOK_SRC)/*.c)))

$(HOOK_OUT)/%.o: $(HOOK_SRC)/%.c $(wildcard $(HOOK_SRC)/*.h) src/xen/base/handover.h src/xen/base/log_memory.h $(HOOK_SRC)/hookd.mk
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(HOOK_CFLAGS) -c $< -o $@

$(BUILD)/xenpv-hookd: $(HOOK_OBJECTS)
	$(Q)$(CC) $(HOOK_CFLAGS) $^ $(HOOK_LIBS) -o $@

.PHONY: install-hook
install-hook: $(BUILD)/xenpv-hookd
	install -D -m 755 $< $(DESTDIR)$(PREFIX)/sbin/xenpv-hookd
	install -D -m 644 $(HOOK_SRC)/xenpv-hookd.8 $(DESTDIR)$(PREFIX)/share/man/man8/xenpv-hookd.8
	sed 's|@SBINDIR@|$(PREFIX)/sbin|' $(HOOK_SRC)/xenpv-hookd.service.in > $(HOOK_OUT)/xenpv-hookd.service
	install -D -m 644 $(HOOK_OUT)/xenpv-hookd.service \
	    $(DESTDIR)$(PREFIX)/lib/systemd/system/xenpv-hookd.service
