# SPDX-License-Identifier: LGPL-3.0-or-later
# The daemon, $(BUILD)/xenpv-hookd, a program for dom0. Included by the top Makefile; uses BUILD, CC,
# VERSION, PREFIX, DESTDIR, WERROR_FLAG, and the CFLAGS, CPPFLAGS and LDFLAGS of the user.
# It uses shared libraries: libxenstore's thread does not start in a static program.

HOOK_SRC  := src/hookd
HOOK_OUT  := $(BUILD)/hookd
HOOK_LIBS := -lxendevicemodel -lxenforeignmemory -lxenevtchn -lxenstore

# __XEN_TOOLS__ enables the part of Xen's public headers that is for device models.
HOOK_INCLUDE := -D_DEFAULT_SOURCE -D__XEN_TOOLS__ -iquote src
# The user's options come last, so that they take precedence.
HOOK_BASE    := -std=c11 -O2 -g -fstack-protector-strong -fPIE
HOOK_FLAGS   := $(CPPFLAGS) $(CFLAGS)
# Some compilers and some users define _FORTIFY_SOURCE themselves; the C library wants none without optimisation.
HOOK_FORTIFY := $(shell echo | $(CC) $(HOOK_BASE) $(HOOK_FLAGS) -dM -E - 2>/dev/null | \
    awk '/ _FORTIFY_SOURCE / { has = 1 } / __OPTIMIZE__ / { may = 1 } END { if (may && !has) print "-D_FORTIFY_SOURCE=2" }')
HOOK_CFLAGS  := $(HOOK_BASE) -Wall -Wextra $(WERROR_FLAG) $(HOOK_FORTIFY) -pthread \
    $(HOOK_INCLUDE) -DHOOK_VERSION=\"$(VERSION)\" $(HOOK_FLAGS)
# Position-independent, and all addresses of libraries are resolved at the start and then read-only.
HOOK_LDFLAGS := -pie -Wl,-z,relro,-z,now $(LDFLAGS)
HOOK_OBJECTS := $(patsubst %.c,$(HOOK_OUT)/%.o,$(notdir $(wildcard $(HOOK_SRC)/*.c)))

$(HOOK_OUT)/%.o: $(HOOK_SRC)/%.c $(wildcard $(HOOK_SRC)/*.h) src/xen/base/handover.h src/xen/base/log_memory.h $(HOOK_SRC)/hookd.mk
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(HOOK_CFLAGS) -c $< -o $@

$(BUILD)/xenpv-hookd: $(HOOK_OBJECTS)
	$(Q)$(CC) $(HOOK_CFLAGS) $(HOOK_LDFLAGS) $^ $(HOOK_LIBS) -o $@

.PHONY: install-hook
install-hook: $(BUILD)/xenpv-hookd
	install -D -m 755 $< $(DESTDIR)$(PREFIX)/sbin/xenpv-hookd
	install -D -m 644 $(HOOK_SRC)/xenpv-hookd.8 $(DESTDIR)$(PREFIX)/share/man/man8/xenpv-hookd.8
	install -D -m 644 $(HOOK_SRC)/xenpv-hookd.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/xenpv-hookd
	sed 's|@SBINDIR@|$(PREFIX)/sbin|' $(HOOK_SRC)/xenpv-hookd.service.in > $(HOOK_OUT)/xenpv-hookd.service
	install -D -m 644 $(HOOK_OUT)/xenpv-hookd.service \
	    $(DESTDIR)$(PREFIX)/lib/systemd/system/xenpv-hookd.service
