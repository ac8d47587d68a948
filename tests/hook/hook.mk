# SPDX-License-Identifier: LGPL-3.0-or-later
# The daemon against a model of a host, run by check-host. Included by the top Makefile after
# src/hookd/hookd.mk and tests/host/host.mk.

HOOK_TEST_SRC := tests/hook
HOOK_TEST_OUT := $(BUILD)/host/hook
# The daemon without its loop and what the model replaces.
HOOK_TESTED := $(addprefix $(HOOK_SRC)/,access.c claim.c device.c disk_close.c domain.c domain_access.c domain_adopt.c domain_idle.c domain_life.c grants.c handover_report.c mark.c record.c server.c store.c store_call.c)
# The loop, and what it calls besides that.
HOOK_LOOP := $(addprefix $(HOOK_SRC)/,hook.c notify.c signals.c status.c status_text.c xen.c)
HOOK_TEST_CFLAGS := -std=c11 -g -O1 -fno-omit-frame-pointer -Wall -Wextra $(WERROR_FLAG) -iquote $(HOOK_SRC) \
    $(HOOK_INCLUDE) -DHOOK_VERSION=\"$(VERSION)\" -I$(HOST_SRC) $(HOST_SANITIZE)

$(HOOK_TEST_OUT)/%.o: %.c $(wildcard $(HOOK_SRC)/*.h $(HOOK_TEST_SRC)/*.h) src/xen/base/handover.h src/xen/base/log_memory.h \
		$(HOOK_TEST_SRC)/hook.mk $(HOOK_SRC)/hookd.mk
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(HOOK_TEST_CFLAGS) -c $< -o $@

# The objects of a test program, with the runner of tests/host. $1: its sources.
hook-test = $(patsubst %.c,$(HOOK_TEST_OUT)/%.o,$1 $(HOST_SRC)/test.c)
HOOK_MODEL := $(addprefix $(HOOK_TEST_SRC)/,model.c model_events.c)

$(HOOK_TEST_OUT)/hook: $(call hook-test,$(HOOK_TESTED) $(HOOK_MODEL) $(HOOK_TEST_SRC)/test_hook.c)
	$(Q)$(CC) $(HOOK_TEST_CFLAGS) $^ -o $@

# The page cache, which the model replaces, with real child processes.
$(HOOK_TEST_OUT)/page-cache: $(call hook-test,$(addprefix $(HOOK_SRC)/,children.c page_cache.c) $(HOOK_TEST_SRC)/test_page_cache.c)
	$(Q)$(CC) $(HOOK_TEST_CFLAGS) $^ -o $@

# The loop, with the model's clock: where the loop would wait, the test continues.
$(HOOK_TEST_OUT)/loop: $(call hook-test,$(HOOK_TESTED) $(HOOK_LOOP) $(HOOK_MODEL) $(addprefix $(HOOK_TEST_SRC)/,turns.c test_loop.c))
	$(Q)$(CC) $(HOOK_TEST_CFLAGS) -Wl,--wrap=poll -pthread $^ -o $@

# The status: the daemon's side and the client's, joined by a real socket. Limits of sockets are short.
HOOK_STATUS := $(wildcard $(HOOK_SRC)/status*.c) $(addprefix $(HOOK_SRC)/,client.c vdev.c)
$(HOOK_TEST_OUT)/status: $(call hook-test,$(HOOK_TESTED) $(HOOK_STATUS) $(HOOK_MODEL) $(HOOK_TEST_SRC)/test_status.c)
	$(Q)$(CC) $(HOOK_TEST_CFLAGS) -Wl,--wrap=setsockopt $^ -o $@

# Replays, with real processes. access.c parses their output.
$(HOOK_TEST_OUT)/replay: $(call hook-test,$(addprefix $(HOOK_SRC)/,access.c children.c replay.c xl.c) $(addprefix $(HOOK_TEST_SRC)/,stand_in.c test_replay.c))
	$(Q)$(CC) $(HOOK_TEST_CFLAGS) -Wl,--wrap=waitpid $^ -lxenforeignmemory -lxendevicemodel -o $@

# The program around the loop. It does not sleep while it waits for its lock.
$(HOOK_TEST_OUT)/daemon: $(call hook-test,$(addprefix $(HOOK_SRC)/,daemon.c lock.c log.c log_writer.c mark.c notify.c options.c signals.c supervisor.c xl.c) $(HOOK_TEST_SRC)/test_daemon.c)
	$(Q)$(CC) $(HOOK_TEST_CFLAGS) -Wl,--wrap=usleep,--wrap=flock,--wrap=sigtimedwait -pthread $^ -o $@

# The firmware's log in a guest's memory, which the firmware's own code makes.
HOOK_LOG := $(addprefix $(HOOK_SRC)/,client.c firmware_log.c firmware_log_client.c mark.c xen.c) src/xen/base/log_memory.c
$(HOOK_TEST_OUT)/firmware-log: $(call hook-test,$(HOOK_LOG) $(addprefix $(HOOK_TEST_SRC)/,stand_in.c test_firmware_log.c))
	$(Q)$(CC) $(HOOK_TEST_CFLAGS) -Wl,--wrap=memcpy $^ -o $@

# The thread that calls libxenstore, which the model replaces.
$(HOOK_TEST_OUT)/store-thread: $(call hook-test,$(HOOK_SRC)/store_thread.c $(HOOK_TEST_SRC)/test_store_thread.c)
	$(Q)$(CC) $(HOOK_TEST_CFLAGS) -pthread $^ -o $@

# Messages to the service manager, over real sockets.
$(HOOK_TEST_OUT)/notify: $(call hook-test,$(HOOK_SRC)/notify.c $(addprefix $(HOOK_TEST_SRC)/,stand_in.c test_notify.c))
	$(Q)$(CC) $(HOOK_TEST_CFLAGS) $^ -o $@

# The systemd unit, with the folder of this program in the place of the installed daemon's.
$(HOOK_TEST_OUT)/unit: $(HOOK_TEST_SRC)/check-unit $(HOOK_SRC)/xenpv-hookd.service.in
	$(Q)mkdir -p $(@D)
	$(Q)install -m 755 $< $@

# The completion in bash.
$(HOOK_TEST_OUT)/completion: $(HOOK_TEST_SRC)/check-completion $(HOOK_SRC)/xenpv-hookd.bash $(HOOK_SRC)/options.c
	$(Q)mkdir -p $(@D)
	$(Q)install -m 755 $< $@

HOOK_PROGRAMS := $(addprefix $(HOOK_TEST_OUT)/,completion daemon firmware-log hook loop notify page-cache replay status store-thread unit)
HOST_PROGRAMS += $(HOOK_PROGRAMS)
check-host: $(HOOK_PROGRAMS)
