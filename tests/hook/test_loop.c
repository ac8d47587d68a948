/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The daemon's loop: which domains it attends to, what wakes it, how it stops. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "hook.h"
#include "model.h"
#include "model_events.h"
#include "notify.h"
#include "signals.h"
#include "store_call.h"
#include "test.h"
#include "turns.h"
#include "xen/base/handover.h"

#define HOME           "/local/domain/5/"
#define OTHER          "/local/domain/9/"
#define RECORDS        "/local/domain/0/xenpv-hookd"
#define RECORD         RECORDS "/5"
#define UNPLUG         HANDOVER_UNPLUG_PORT
#define DAY_MS         86400000u
#define IDLE_CHECK_MS  100u  /* interval between checks of an idle domain */
#define LIST_RETRY_MS  1000u /* until a list that could not be read is read again */
#define STALL_CHECK_MS 50u   /* interval between checks of a store that has stalled */
/* Watches without domains: @introduceDomain and @releaseDomain. */
#define WATCHES_ALWAYS 2u

static struct options options = {.foreground = true, .limit_ms = MODEL_LIMIT_MS};

__attribute__((constructor)) static void begin(void)
{
    model_begin();
    model_write("domid", "0");
    model_introduce(0, true);
    model_introduce(MODEL_DOMID, true);
}

static bool key_is(const char *path, const char *value)
{
    const char *found = model_read(path);

    return value ? found && !strcmp(found, value) : !found;
}

/* Write the keys of a second guest, which has no disks. */
static void other_guest_write(void)
{
    model_write(OTHER "vm", "/vm/e2979861-3c20-4838-9cec-e0d77924357b");
    model_write(OTHER "hvmloader/bios", "seabios");
    model_write("/local/domain/0/device-model/9", "");
}

/* Without marks the daemon attends to the domain, but does not claim its ports. */
static void marks_remove(void)
{
    model_remove(model_frontend(0, HANDOVER_MARK));
    model_remove(model_frontend(1, HANDOVER_MARK));
}

static bool is_attended_to(const char *home)
{
    char path[64];

    snprintf(path, sizeof(path), "%s%s", home, HANDOVER_HOOK);
    return key_is(path, HANDOVER_VERSION);
}

static bool is_claimed(void)
{
    return key_is(HOME HANDOVER_CLAIM, HANDOVER_VERSION) && model.ports_taken &&
           model.server_exists;
}

static bool nothing_is_left(void)
{
    return key_is(HOME HANDOVER_HOOK, NULL) && key_is(HOME HANDOVER_CLAIM, NULL) &&
           key_is(RECORD, NULL) && !model.server_exists && model_watches() == WATCHES_ALWAYS;
}

static void begin_claimed(void)
{
    turns_begin(&options);
    turns_pass(IDLE_CHECK_MS);
    CHECK(is_claimed());
}

/* The processor that waits is answered then, and not before. */
static void check_answered_after(unsigned ms)
{
    turns_pass(ms - 1);
    CHECK(!model.answered[0]);
    turns_pass(1);
    CHECK_EQUAL(model.answered[0], 1);
}

static void signal_send(int signal)
{
    CHECK(!kill(getpid(), signal));
    turns_pass(0);
}

static void loop_has_ended(int status)
{
    CHECK(turns_ended());
    CHECK_EQUAL(turns_status(), status);
}

/**** Domains ****/

TEST(domain_that_exists_at_the_start_is_attended_to)
{
    turns_begin(&options);
    CHECK(is_attended_to(HOME));
}

TEST(domain_that_is_introduced_later_is_attended_to_at_once)
{
    turns_begin(&options);
    other_guest_write();
    turns_pass(DAY_MS);
    CHECK(!is_attended_to(OTHER));
    model_introduce(9, true);
    turns_pass(0);
    CHECK(is_attended_to(OTHER) && is_attended_to(HOME));
}

TEST(domain_whose_qemu_starts_later_is_attended_to_then)
{
    turns_begin(&options);
    model_write(OTHER "vm", "");
    model_introduce(9, true);
    turns_pass(DAY_MS);
    CHECK(!is_attended_to(OTHER));
    other_guest_write();
    turns_pass(0);
    CHECK(is_attended_to(OTHER));
}

TEST(own_domain_and_invalid_domains_are_left_alone)
{
    static const char *const names[] = {"0", "05", "-5", "32752", "5x"};

    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char path[64];

        snprintf(path, sizeof(path), "/local/domain/%s/hvmloader/bios", names[i]);
        model_write(path, "seabios");
        snprintf(path, sizeof(path), "/local/domain/0/device-model/%s", names[i]);
        model_write(path, "");
    }
    marks_remove();
    /* The model fails the test if the daemon writes to any of their homes. */
    turns_begin(&options);
    CHECK(is_attended_to(HOME));
    CHECK_EQUAL(model_watches(), WATCHES_ALWAYS + 1);
}

TEST(daemon_in_another_domain_attends_to_the_guests_of_its_qemus)
{
    marks_remove();
    model_write("domid", "7");
    turns_begin(&options);
    CHECK(!is_attended_to(HOME));
    model_write("/local/domain/7/device-model/5", "");
    turns_pass(0);
    CHECK(is_attended_to(HOME));
}

TEST(domain_that_is_gone_is_forgotten)
{
    begin_claimed();
    model.backends[0] = BACKEND_HANGS;
    model_port_access(0, false, UNPLUG, 2, 0);
    turns_pass(0);
    model_remove("/local/domain/5");
    model_introduce(MODEL_DOMID, false);
    turns_pass(0);
    CHECK(key_is(RECORD, NULL));
    CHECK_EQUAL(model_watches(), WATCHES_ALWAYS);
    signal_send(SIGTERM);
    loop_has_ended(0);
}

TEST(domain_is_kept_while_xenstored_has_no_memory_to_say_that_it_exists)
{
    begin_claimed();
    for (unsigned failing = 1; failing <= 3; failing++) {
        if (failing % 2)
            other_guest_write();
        else
            model_remove("/local/domain/9");
        model.read_failures = failing;
        model_introduce(9, failing % 2);
        turns_pass(0);
        CHECK(is_claimed() && !key_is(RECORD, NULL));
        model.read_failures = 0;
        turns_pass(LIST_RETRY_MS);
        CHECK(is_claimed() && model.server_exists);
        CHECK_EQUAL(is_attended_to(OTHER), failing % 2);
    }
    turns_pass(IDLE_CHECK_MS);
    unsigned before = turns_waits();
    turns_pass(DAY_MS);
    CHECK_EQUAL(turns_waits(), before);
}

TEST(domain_that_reuses_a_number_is_attended_to)
{
    other_guest_write();
    model_introduce(9, true);
    turns_begin(&options);
    CHECK(is_attended_to(OTHER));
    model_remove("/local/domain/9");
    model_introduce(9, false);
    turns_pass(0);
    other_guest_write();
    model_introduce(9, true);
    turns_pass(0);
    CHECK(is_attended_to(OTHER) && is_attended_to(HOME));
}

TEST(domain_that_stays_is_kept_when_another_goes)
{
    other_guest_write();
    model_introduce(9, true);
    begin_claimed();
    model_introduce(9, false);
    turns_pass(0);
    CHECK(is_claimed() && !key_is(RECORD, NULL));
    /* It was never removed and added again. */
    CHECK(!model_log_count("taken over"));
    model_port_access(0, false, UNPLUG, 2, 0);
    turns_pass(IDLE_CHECK_MS);
    CHECK_EQUAL(model.answered[0], 1);
}

TEST(record_of_a_domain_that_is_gone_is_removed_at_the_start)
{
    model_write("/local/domain/0/xenpv-hookd/9",
                "1 claimed /vm/f2979861-3c20-4838-9cec-e0d77924357b");
    turns_begin(&options);
    CHECK(key_is("/local/domain/0/xenpv-hookd/9", NULL));
}

static void other_guest_ends(const char *path)
{
    if (strcmp(path, "/local/domain"))
        return;
    model.at_directory = NULL;
    model_introduce(9, false);
    model_remove("/local/domain/9");
}

TEST(record_of_a_domain_that_ends_while_the_daemon_starts_is_removed)
{
    other_guest_write();
    model_introduce(9, true);
    model_write("/local/domain/0/xenpv-hookd/9",
                "1 claimed /vm/e2979861-3c20-4838-9cec-e0d77924357b");
    model.at_directory = other_guest_ends;
    turns_begin(&options);
    turns_pass(DAY_MS);
    CHECK(key_is("/local/domain/0/xenpv-hookd/9", NULL));
}

/**** What wakes it ****/

TEST(mark_is_noticed_when_it_is_written)
{
    marks_remove();
    turns_begin(&options);
    turns_pass(DAY_MS);
    CHECK(is_attended_to(HOME) && !is_claimed());
    model_mark_write(0, "hook");
    turns_pass(0);
    CHECK(is_claimed());
}

TEST(access_is_noticed_by_its_event_and_served)
{
    begin_claimed();
    turns_pass(DAY_MS);
    for (unsigned cpu = 0; cpu < MODEL_CPUS; cpu++)
        model_port_access(cpu, false, UNPLUG, 2, 0);
    turns_pass(IDLE_CHECK_MS);
    for (unsigned cpu = 0; cpu < MODEL_CPUS; cpu++)
        CHECK(model.answered[cpu] == 1 && model.answers[cpu] == HANDOVER_UNPLUG_MAGIC);
    CHECK(key_is(model_frontend(0, "state"), "1") && key_is(model_frontend(1, "state"), "1"));
    CHECK(!model.server_exists && key_is(RECORD, NULL));
}

TEST(port_reports_again_after_its_first_event)
{
    begin_claimed();
    for (unsigned i = 1; i <= 3; i++) {
        const struct ioreq request = {.type = IOREQ_TYPE_INVALIDATE};

        model_request(0, &request);
        turns_pass(0);
        CHECK_EQUAL(model.answered[0], i);
    }
    CHECK(is_claimed());
}

TEST(backend_that_closes_late_is_followed_at_once)
{
    begin_claimed();
    model.backends[0] = BACKEND_HANGS_AT_CLOSING;
    model_port_access(0, false, UNPLUG, 2, 0);
    turns_pass(MODEL_LIMIT_MS / 2);
    CHECK(!model.answered[0]);
    model.backends[0] = BACKEND_FOLLOWS;
    turns_pass(1);
    CHECK(model.answered[0] == 1 && key_is(model_backend(0, "state"), "2"));
}

TEST(guest_continues_at_the_limit_without_any_event)
{
    begin_claimed();
    model.backends[0] = BACKEND_HANGS;
    model_port_access(0, false, UNPLUG, 2, 0);
    check_answered_after(MODEL_LIMIT_MS);
}

TEST(limit_beyond_the_range_of_poll_is_kept)
{
    static struct options patient = {.foreground = true, .limit_ms = UINT32_MAX};

    model_backends_make_local();
    turns_begin(&patient);
    turns_pass(IDLE_CHECK_MS);
    model.drop_ms = UINT32_MAX;
    model_port_access(0, false, UNPLUG, 2, 0);
    check_answered_after(UINT32_MAX);
}

TEST(daemon_sleeps_while_nothing_happens)
{
    begin_claimed();
    turns_pass(IDLE_CHECK_MS);
    unsigned before = turns_waits();
    turns_pass(DAY_MS);
    CHECK_EQUAL(turns_waits(), before);
}

/* A paused domain does not collect its answer. */
TEST(daemon_polls_a_paused_domain_at_most_once_a_second)
{
    begin_claimed();
    model.paused = true;
    model_port_access(0, false, UNPLUG, 2, 0);
    turns_pass(10000);
    unsigned before = turns_waits();
    turns_pass(60000);
    CHECK(turns_waits() - before <= 60);
    model.paused = false;
    turns_pass(2000);
    CHECK(!model.server_exists);
}

TEST(end_of_a_replay_is_handled_at_once)
{
    begin_claimed();
    model.monitor_hangs = true;
    model_port_access(0, true, UNPLUG, 2, 1);
    turns_pass(REPLAY_LIMIT_MS / 2);
    CHECK(model.commands == 1 && !model.answered[0]);
    model.monitor_hangs = false;
    signal_send(SIGCHLD);
    CHECK(model.answered[0] == 1 && model_reaps == 1);
}

TEST(end_of_a_drop_is_handled_at_once)
{
    model_backends_make_local();
    begin_claimed();
    model.drop_ms = MODEL_LIMIT_MS / 2;
    model_port_access(0, false, UNPLUG, 2, 0);
    turns_pass(MODEL_LIMIT_MS / 2);
    CHECK(model.drop_count == 2 && !model.answered[0]);
    signal_send(SIGCHLD);
    CHECK(model.answered[0] == 1 && model.drops[0].ended && model.drops[1].ended);
}

TEST(unknown_events_are_ignored)
{
    static const char *const tokens[] = {"", "4", "55", "-5", "domain", "18446744073709551621/"};

    begin_claimed();
    for (unsigned i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++)
        model_watch_event("/local/domain", tokens[i]);
    model_port_event(7);
    turns_pass(IDLE_CHECK_MS);
    CHECK(!turns_ended() && is_claimed());
}

/**** The status socket ****/

TEST(status_is_reported_while_the_daemon_runs)
{
    static struct options with_status = {.foreground = true, .limit_ms = MODEL_LIMIT_MS};
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char text[512];

    CHECK(test_folder());
    snprintf(address.sun_path, sizeof(address.sun_path), "%s/socket", test_folder());
    with_status.status_path = address.sun_path;
    turns_begin(&with_status);
    turns_pass(DAY_MS);
    int client = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    CHECK(!connect(client, (struct sockaddr *)&address, sizeof(address)));
    turns_pass(0);
    ssize_t length = recv(client, text, sizeof(text) - 1, 0);
    CHECK(length > 0);
    text[length] = 0;
    CHECK(!strcmp(text, "xenpv-hookd status 1\ndomain 5 state=claimed\nend\n"));
    CHECK_EQUAL(recv(client, text, sizeof(text), 0), 0);
    unsigned before = turns_waits();
    turns_pass(DAY_MS);
    CHECK_EQUAL(turns_waits(), before);
    signal_send(SIGTERM);
    turns_pass(IDLE_CHECK_MS);
    loop_has_ended(0);
    CHECK(access(address.sun_path, F_OK));
}

/**** The service manager ****/

/* Return: the socket of a service manager with a watchdog. */
static int manager_begin(const char *watchdog_usec)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int file = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);

    CHECK(test_folder());
    snprintf(address.sun_path, sizeof(address.sun_path), "%s/manager", test_folder());
    CHECK(!bind(file, (struct sockaddr *)&address, sizeof(address)));
    CHECK(!setenv("NOTIFY_SOCKET", address.sun_path, 1) && !unsetenv("WATCHDOG_PID"));
    if (watchdog_usec)
        CHECK(!setenv("WATCHDOG_USEC", watchdog_usec, 1));
    notify_open();
    return file;
}

/* Return: whether @expected is the next message; NULL: there is none. */
static bool next_message_is(int manager, const char *expected)
{
    char text[128];
    ssize_t length = recv(manager, text, sizeof(text) - 1, 0);

    if (length < 0)
        return !expected;
    text[length] = 0;
    return expected && !strcmp(text, expected);
}

TEST(service_manager_is_notified_of_start_guests_and_stop)
{
    int manager = manager_begin(NULL);

    turns_begin(&options);
    CHECK(is_attended_to(HOME));
    CHECK(next_message_is(manager, "READY=1"));
    CHECK(next_message_is(manager, "STATUS=Attends to 1 of 1 guests"));
    model_write(OTHER "vm", "");
    model_introduce(9, true);
    turns_pass(DAY_MS);
    CHECK(next_message_is(manager, "STATUS=Attends to 1 of 2 guests"));
    other_guest_write();
    turns_pass(DAY_MS);
    CHECK(next_message_is(manager, "STATUS=Attends to 2 of 2 guests"));
    CHECK(next_message_is(manager, NULL));
    signal_send(SIGTERM);
    CHECK(next_message_is(manager, "STOPPING=1"));
}

TEST(claim_is_taken_over_before_the_daemon_reports_that_it_is_ready)
{
    model_run(model_attend(), IDLE_CHECK_MS);
    CHECK(is_claimed());
    int manager = manager_begin(NULL);
    turns_begin(&options);
    CHECK(next_message_is(manager, "READY=1"));
    CHECK_EQUAL(model_log_count("domain 5: taken over from an earlier daemon"), 1);
}

TEST(daemon_that_cannot_connect_to_xen_is_never_ready)
{
    int manager = manager_begin(NULL);

    model_absent = ABSENT_STORE;
    turns_begin(&options);
    loop_has_ended(HOOK_UNCONNECTED);
    CHECK(next_message_is(manager, NULL));
}

TEST(watchdog_is_fed_while_nothing_happens)
{
    int manager = manager_begin("30000000");

    turns_begin(&options);
    turns_pass(IDLE_CHECK_MS);
    CHECK(next_message_is(manager, "READY=1"));
    CHECK(next_message_is(manager, "STATUS=Attends to 1 of 1 guests"));
    CHECK(next_message_is(manager, "WATCHDOG=1"));
    for (unsigned i = 0; i < 3; i++) {
        CHECK(next_message_is(manager, NULL));
        turns_pass(15000);
        CHECK(next_message_is(manager, "WATCHDOG=1"));
    }
}

/**** Floods ****/

/* The flood only ends with the daemon. */
static void serves_and_ends(void)
{
    model_port_access(0, false, UNPLUG, 2, 0);
    CHECK(!kill(getpid(), SIGTERM));
    turns_pass(MODEL_LIMIT_MS);
    CHECK_EQUAL(model.answered[0], 1);
    loop_has_ended(0);
    CHECK(nothing_is_left());
}

TEST(flood_of_watch_events_does_not_stop_the_daemon_from_working)
{
    begin_claimed();
    model_store_floods = true;
    model_watch_event(HOME "device/vbd", "55");
    serves_and_ends();
}

TEST(flood_of_port_events_does_not_stop_the_daemon_from_working)
{
    begin_claimed();
    model_ports_flood = true;
    model_port_event(7);
    serves_and_ends();
}

/**** Stopping ****/

static void signal_leaves_nothing(int signal)
{
    begin_claimed();
    signal_send(signal);
    turns_pass(IDLE_CHECK_MS);
    loop_has_ended(0);
    CHECK(nothing_is_left());
    CHECK(key_is(model_frontend(0, "state"), "1") && key_is(model_frontend(1, "state"), "1"));
}

TEST(sigterm_leaves_nothing_behind)
{
    signal_leaves_nothing(SIGTERM);
}

TEST(sigint_leaves_nothing_behind)
{
    signal_leaves_nothing(SIGINT);
}

TEST(daemon_that_stops_leaves_no_directory_of_records)
{
    model_write(RECORDS, "");
    begin_claimed();
    signal_send(SIGTERM);
    turns_pass(IDLE_CHECK_MS);
    loop_has_ended(0);
    CHECK(key_is(RECORDS, NULL));
}

TEST(daemon_that_stops_leaves_a_record_that_it_does_not_know)
{
    turns_begin(&options);
    model_write(RECORDS, "");
    model_write(RECORDS "/9", "1 claimed /vm/e2979861-3c20-4838-9cec-e0d77924357b");
    signal_send(SIGTERM);
    loop_has_ended(0);
    CHECK(key_is(RECORDS, "") && !key_is(RECORDS "/9", NULL));
}

TEST(daemon_without_domains_stops_at_once)
{
    model_introduce(MODEL_DOMID, false);
    turns_begin(&options);
    CHECK(!turns_ended());
    signal_send(SIGTERM);
    loop_has_ended(0);
}

TEST(waiting_access_is_served_before_the_daemon_stops)
{
    begin_claimed();
    model.backends[0] = BACKEND_HANGS;
    model_port_access(0, false, UNPLUG, 2, 0);
    turns_pass(0);
    signal_send(SIGTERM);
    turns_pass(MODEL_LIMIT_MS / 2);
    CHECK(!turns_ended() && !model.answered[0]);
    model.backends[0] = BACKEND_FOLLOWS;
    turns_pass(IDLE_CHECK_MS);
    CHECK_EQUAL(model.answered[0], 1);
    loop_has_ended(0);
    CHECK(nothing_is_left());
}

TEST(second_signal_changes_nothing)
{
    begin_claimed();
    model.backends[0] = BACKEND_HANGS;
    model_port_access(0, false, UNPLUG, 2, 0);
    turns_pass(0);
    signal_send(SIGTERM);
    turns_pass(MODEL_LIMIT_MS / 2);
    signal_send(SIGINT);
    turns_pass(MODEL_LIMIT_MS / 2 - 1);
    CHECK(!turns_ended() && !model.answered[0]);
    turns_pass(IDLE_CHECK_MS);
    CHECK_EQUAL(model.answered[0], 1);
    loop_has_ended(0);
}

TEST(domain_introduced_while_the_daemon_stops_is_not_attended_to)
{
    begin_claimed();
    model.backends[0] = BACKEND_HANGS;
    model_port_access(0, false, UNPLUG, 2, 0);
    turns_pass(0);
    signal_send(SIGTERM);
    other_guest_write();
    model_introduce(9, true);
    turns_pass(MODEL_LIMIT_MS + IDLE_CHECK_MS);
    CHECK(!is_attended_to(OTHER));
    loop_has_ended(0);
}

TEST(domain_released_while_the_daemon_stops_is_not_waited_for)
{
    begin_claimed();
    model.backends[0] = BACKEND_HANGS;
    model_port_access(0, false, UNPLUG, 2, 0);
    turns_pass(0);
    signal_send(SIGTERM);
    CHECK(!turns_ended());
    model_introduce(MODEL_DOMID, false);
    turns_pass(0);
    loop_has_ended(0);
}

TEST(sigpipe_is_ignored)
{
    turns_begin(&options);
    signal_send(SIGPIPE);
    turns_pass(DAY_MS);
    CHECK(!turns_ended());
}

TEST(lost_event_channels_stop_the_daemon_with_an_error)
{
    turns_begin(&options);
    model_ports_lost();
    turns_pass(0);
    loop_has_ended(HOOK_LOST);
    CHECK_EQUAL(model_log_count("lost the event channels"), 1);
    /* The next worker takes the claim over. */
    CHECK(is_claimed() && !key_is(RECORD, NULL));
}

TEST(daemon_that_cannot_connect_to_xen_reports_it_and_stops)
{
    static const enum model_absent absent[] = {ABSENT_STORE, ABSENT_DEVICE_MODEL, ABSENT_MEMORY,
                                               ABSENT_EVENTS};

    signals_block();
    for (unsigned i = 0; i < sizeof(absent) / sizeof(absent[0]); i++) {
        model_absent = absent[i];
        CHECK_EQUAL(hook_run(&options), HOOK_UNCONNECTED);
        CHECK_EQUAL(model_log_count("cannot connect to Xen: No such file or directory"), i + 1);
    }
    CHECK(!is_attended_to(HOME));
}

TEST(daemon_that_cannot_watch_for_domains_reports_it_and_stops)
{
    model_absent = ABSENT_WATCHES;
    turns_begin(&options);
    loop_has_ended(HOOK_UNCONNECTED);
    CHECK_EQUAL(model_log_count("cannot watch for domains: Permission denied"), 1);
}

/**** --release ****/

static struct options release = {.foreground = true, .release = true, .limit_ms = MODEL_LIMIT_MS};

/* Begin after a daemon has claimed the ports and was killed. */
static void begin_after_kill(void)
{
    struct domain *domain = model_attend();

    model_run(domain, IDLE_CHECK_MS);
    CHECK(is_claimed());
}

TEST(release_serves_a_waiting_access_and_exits)
{
    begin_after_kill();
    model_port_access(1, false, UNPLUG, 2, 0);
    turns_begin(&release);
    turns_pass(IDLE_CHECK_MS);
    loop_has_ended(0);
    CHECK(model.answered[1] == 1 && key_is(model_frontend(0, "state"), "1"));
    CHECK(nothing_is_left());
}

TEST(release_closes_the_disks_of_a_claim_with_no_waiting_access)
{
    begin_after_kill();
    turns_begin(&release);
    turns_pass(IDLE_CHECK_MS);
    loop_has_ended(0);
    CHECK(nothing_is_left() && key_is(model_frontend(0, "state"), "1"));
}

TEST(release_makes_no_claim)
{
    turns_begin(&release);
    turns_pass(IDLE_CHECK_MS);
    loop_has_ended(0);
    CHECK(nothing_is_left() && !model.commands);
}

/**** Several guests ****/

/* All guests access a port at the same time. Return: when each is answered, after @count have
 * begun, the first of them with silent backends if @first_hangs. */
static void guests_run(unsigned count, bool first_hangs, uint64_t times[MODEL_GUESTS])
{
    for (unsigned guest = 1; guest < count; guest++)
        model_introduce(model_guest_add(guest), true);
    if (first_hangs)
        model.backends[0] = model.backends[1] = BACKEND_HANGS;
    turns_begin(&options);
    turns_pass(IDLE_CHECK_MS);
    uint64_t since = clock_ms();
    for (unsigned guest = 0; guest < count; guest++) {
        CHECK(model.guests[guest].ports_taken);
        model_guest_port_access(guest, 0, false, UNPLUG, 2, 0);
    }
    turns_pass(MODEL_LIMIT_MS + IDLE_CHECK_MS);
    for (unsigned guest = 0; guest < count; guest++) {
        CHECK_EQUAL(model.guests[guest].answered[0], 1);
        times[guest] = model.guests[guest].answered_ms - since;
    }
}

/* Return: the time of a guest that is alone. */
static uint64_t alone_ms(void)
{
    uint64_t times[MODEL_GUESTS];
    int status;
    pid_t child = fork();

    if (!child) {
        guests_run(1, false, times);
        _exit(times[0] < 100 ? (int)times[0] : 255);
    }
    CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) != 255);
    return (uint64_t)WEXITSTATUS(status);
}

TEST(guest_with_dead_backends_delays_no_other_guest)
{
    uint64_t times[MODEL_GUESTS], alone = alone_ms();

    guests_run(MODEL_GUESTS, true, times);
    CHECK_EQUAL(times[0], MODEL_LIMIT_MS);
    for (unsigned guest = 1; guest < MODEL_GUESTS; guest++) {
        test_note("guest %u after %u ms, alone after %u ms", guest, (unsigned)times[guest],
                  (unsigned)alone);
        CHECK(times[guest] <= alone + 1);
    }
    CHECK_EQUAL(model_log_count("disks=2 closed=2"), MODEL_GUESTS - 1);
}

/**** A backend with requests in flight ****/

/* The daemon hears of its own writes, too. */
TEST(busy_backend_is_told_again_five_times_a_second)
{
    begin_claimed();
    model.backends[0] = BACKEND_IS_BUSY;
    model.io_end_ms = clock_ms() + 2000;
    unsigned before = model_writes(model_frontend(0, "state"));
    model_port_access(0, false, UNPLUG, 2, 0);
    turns_pass(1900);
    unsigned written = model_writes(model_frontend(0, "state")) - before;
    CHECK(key_is(model_frontend(0, "state"), "6") && !model.answered[0]);
    /* Closing, Closed, and this again. */
    test_note("%u writes", written);
    CHECK(written >= 2 + 8 && written <= 2 + 9);
    turns_pass(400);
    CHECK(model.answered[0] == 1 && key_is(model_frontend(0, "state"), "1"));
    CHECK_EQUAL(model_log_count("disks=2 closed=2"), 1);
}

TEST(access_while_the_daemon_leaves_is_answered_within_the_limit)
{
    begin_claimed();
    model.backends[0] = BACKEND_HANGS;
    signal_send(SIGTERM);
    turns_pass(1200);
    model_port_access(0, false, UNPLUG, 2, 0);
    check_answered_after(MODEL_LIMIT_MS);
}

TEST(backend_that_does_not_follow_is_told_again_once_a_second)
{
    begin_claimed();
    model.backends[0] = BACKEND_HANGS;
    unsigned before = model_writes(model_frontend(0, "state"));
    model_port_access(0, false, UNPLUG, 2, 0);
    turns_pass(MODEL_LIMIT_MS - 100);
    CHECK(key_is(model_frontend(0, "state"), "5") && !model.answered[0]);
    CHECK_EQUAL(model_writes(model_frontend(0, "state")) - before, MODEL_LIMIT_MS / 1000);
    turns_pass(200);
    CHECK(model.answered[0] == 1);
}

/* No event tells the daemon that another guest's replay has ended. */
TEST(replay_that_waits_for_a_free_child_is_polled)
{
    begin_claimed();
    model.child_free_ms = clock_ms() + 1000;
    model_port_access(0, true, UNPLUG, 2, 1);
    turns_pass(1200);
    CHECK(!model.answered[0]);
    /* It has been started meanwhile, and has ended. */
    signal_send(SIGCHLD);
    turns_pass(100);
    CHECK(model.answered[0] == 1 && model.commands == 1);
}

/**** xenstored does not answer ****/

/* Longer than the limit of a call. */
#define LONG_LIMIT_MS 10000u

static struct options long_options = {.foreground = true, .limit_ms = LONG_LIMIT_MS};

static void begin_claimed_with_long_limit(void)
{
    turns_begin(&long_options);
    turns_pass(IDLE_CHECK_MS);
    CHECK(is_claimed());
}

static bool disks_are_closed(void)
{
    return key_is(model_frontend(0, "state"), "1") && key_is(model_frontend(1, "state"), "1") &&
           key_is(model_frontend(0, HANDOVER_MARK), NULL) &&
           key_is(model_frontend(1, HANDOVER_MARK), NULL);
}

/* Run a test in processes of their own, once for each call of xenstored in the hand-over. @begin
 * makes that call special; @meets says whether the test has met it. */
static void for_each_call(void (*begin)(unsigned call), void (*body)(void), bool (*meets)(void))
{
    bool met = true;

    for (unsigned call = 1; met; call++) {
        int status;

        test_note("call %u of xenstored", call);
        pid_t child = fork();
        if (!child) {
            begin(call);
            model_port_access(0, false, UNPLUG, 2, 0);
            body();
            _exit(meets() ? 0 : 77);
        }
        CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status));
        met = WEXITSTATUS(status) != 77;
        CHECK(!met || !WEXITSTATUS(status));
        CHECK(call < 1000);
    }
}

static void begin_with_a_stop(unsigned call)
{
    begin_claimed_with_long_limit();
    model.store_stops_at = call;
}

static void at_each_call(void (*body)(void))
{
    for_each_call(begin_with_a_stop, body, model_store_has_stopped);
}

static void guest_is_answered_at_the_limit(void)
{
    turns_pass(LONG_LIMIT_MS - 1);
    /* It may have been served before. */
    CHECK(!model.answered[0] ||
          (key_is(model_frontend(0, "state"), "1") && key_is(model_frontend(1, "state"), "1")));
    turns_pass(1);
    CHECK_EQUAL(model.answered[0], 1);
    CHECK(!model_log_count("taken it over") && !model_log_count("not closed"));
    turns_pass(LONG_LIMIT_MS);
    CHECK(!turns_ended());
}

static void begin_with_a_failure(unsigned call)
{
    begin_claimed();
    model.store_fails_at = call;
    model.store_error = ENOMEM;
}

static bool store_has_failed(void)
{
    return !model.store_fails_at;
}

static void disks_are_closed_in_half_the_limit(void)
{
    turns_pass(MODEL_LIMIT_MS / 2);
    CHECK(model.answered[0] == 1 && disks_are_closed());
    CHECK(!model_log_count("left alone") && !model_log_count("not closed"));
    CHECK_EQUAL(model_log_count("disks=2 closed=2"), 1);
}

/* Such as a watch, without which no event of a backend comes. */
TEST(disks_are_closed_although_any_call_of_xenstored_fails)
{
    for_each_call(begin_with_a_failure, disks_are_closed_in_half_the_limit, store_has_failed);
}

TEST(guest_is_answered_at_the_limit_wherever_xenstored_stops)
{
    at_each_call(guest_is_answered_at_the_limit);
}

static void guest_is_answered_at_the_limit_with_silent_backends(void)
{
    model.backends[0] = model.backends[1] = BACKEND_HANGS;
    turns_pass(LONG_LIMIT_MS - 1);
    CHECK(!model.answered[0]);
    /* xenstored may stop at the very end. */
    turns_pass(1 + STORE_DUE_LIMIT_MS);
    CHECK_EQUAL(model.answered[0], 1);
}

TEST(guest_is_answered_at_the_limit_wherever_xenstored_stops_and_backends_are_silent)
{
    at_each_call(guest_is_answered_at_the_limit_with_silent_backends);
}

static void next_worker_closes_the_disks(void)
{
    turns_pass(STORE_LIMIT_MS + 1000);
    model_store_continue();
    turns_pass(STALL_CHECK_MS);
    if (turns_ended()) {
        loop_has_ended(HOOK_RESTART);
        CHECK_EQUAL(model_log_count("xenstored answers again"), 1);
        turns_begin(&long_options);
    }
    turns_pass(IDLE_CHECK_MS);
    CHECK(model.answered[0] == 1 && disks_are_closed());
    CHECK(!model_log_count("may be open"));
    turns_pass(IDLE_CHECK_MS);
    CHECK(key_is(RECORD, NULL) && key_is(HOME HANDOVER_CLAIM, NULL) && !model.server_exists);
}

TEST(next_worker_closes_the_disks_wherever_xenstored_stops)
{
    at_each_call(next_worker_closes_the_disks);
}

static void next_worker_keeps_the_deadline(void)
{
    model.backends[0] = model.backends[1] = BACKEND_HANGS;
    turns_pass(STORE_LIMIT_MS + 1000);
    model_store_continue();
    turns_pass(STALL_CHECK_MS);
    if (turns_ended())
        turns_begin(&long_options);
    check_answered_after(LONG_LIMIT_MS - STORE_LIMIT_MS - 1000 - STALL_CHECK_MS);
    CHECK_EQUAL(model_log_count("not closed in time"), 2);
}

TEST(next_worker_keeps_the_deadline_wherever_xenstored_stops)
{
    at_each_call(next_worker_keeps_the_deadline);
}

/* The model has one server: a claim beside one that is left behind would end the test. */
TEST(claim_leaves_no_server_behind_wherever_xenstored_stops)
{
    for (unsigned call = 1, stopped = 1; stopped; call++) {
        int status;

        test_note("xenstored stopped at call %u", call);
        pid_t child = fork();
        if (!child) {
            marks_remove();
            turns_begin(&long_options);
            turns_pass(IDLE_CHECK_MS);
            model.store_stops_at = call;
            model_mark_write(0, "hook");
            turns_pass(STORE_LIMIT_MS + IDLE_CHECK_MS);
            model_store_continue();
            turns_pass(STALL_CHECK_MS);
            if (turns_ended())
                turns_begin(&long_options);
            turns_pass(IDLE_CHECK_MS);
            CHECK(is_claimed());
            _exit(model_store_has_stopped() ? 0 : 77);
        }
        CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status));
        stopped = WEXITSTATUS(status) != 77;
        CHECK(!stopped || !WEXITSTATUS(status));
        CHECK(call < 1000);
    }
}

TEST(call_that_returns_in_time_changes_nothing)
{
    begin_claimed_with_long_limit();
    model.store_stops_at = 1;
    model_port_access(0, false, UNPLUG, 2, 0);
    turns_pass(STORE_LIMIT_MS - 1);
    CHECK(!model.answered[0]);
    model_store_continue();
    turns_pass(IDLE_CHECK_MS);
    CHECK(model.answered[0] == 1 && disks_are_closed() && !turns_ended());
    CHECK(!model_log_count("xenstored"));
}

/* Have the daemon call xenstored for another guest. */
static void store_stop(void)
{
    model.store_stops_at = 1;
    model_introduce(9, true);
    turns_pass(0);
    CHECK(model_store_is_stopped());
}

TEST(access_during_a_stall_is_answered_within_the_limit)
{
    begin_claimed_with_long_limit();
    turns_pass(DAY_MS);
    store_stop();
    turns_pass(STORE_LIMIT_MS - 1000);
    /* The loop waits for xenstored, and does not notice it yet. */
    model_port_access(0, false, UNPLUG, 2, 0);
    turns_pass(LONG_LIMIT_MS / 2);
    CHECK(!model.answered[0]);
    turns_pass(LONG_LIMIT_MS / 2);
    CHECK_EQUAL(model.answered[0], 1);
    CHECK_EQUAL(model_log_count("may be open"), 1);
    CHECK_EQUAL(model_log_count("xenstored does not answer"), 1);
}

TEST(access_during_a_stall_while_the_daemon_leaves_is_answered_within_the_limit)
{
    begin_claimed_with_long_limit();
    model.backends[0] = BACKEND_HANGS;
    signal_send(SIGTERM);
    turns_pass(100);
    store_stop();
    turns_pass(STORE_LIMIT_MS - 1000);
    model_port_access(0, false, UNPLUG, 2, 0);
    turns_pass(LONG_LIMIT_MS / 2);
    CHECK(!model.answered[0]);
    turns_pass(LONG_LIMIT_MS / 2);
    CHECK_EQUAL(model.answered[0], 1);
}

TEST(access_after_the_loop_has_slept_waits_for_the_whole_limit)
{
    begin_claimed_with_long_limit();
    model.backends[0] = BACKEND_HANGS;
    turns_pass(DAY_MS);
    model_port_access(0, false, UNPLUG, 2, 0);
    check_answered_after(LONG_LIMIT_MS);
}

TEST(guest_that_is_due_does_not_wait_for_a_call_for_another)
{
    begin_claimed_with_long_limit();
    model.backends[0] = BACKEND_HANGS;
    model_port_access(0, false, UNPLUG, 2, 0);
    turns_pass(LONG_LIMIT_MS - STORE_DUE_LIMIT_MS - 1);
    store_stop();
    check_answered_after(STORE_DUE_LIMIT_MS + 1);
}

TEST(guests_are_answered_at_their_limits_while_xenstored_is_slow)
{
    for (unsigned guest = 1; guest < MODEL_GUESTS; guest++)
        model_introduce(model_guest_add(guest), true);
    turns_begin(&long_options);
    turns_pass(IDLE_CHECK_MS);
    /* Too slow to close the disks of all. */
    model.store_ms = 200;
    uint64_t since = clock_ms();
    for (unsigned guest = 0; guest < MODEL_GUESTS; guest++) {
        CHECK(model.guests[guest].ports_taken);
        model_guest_port_access(guest, 0, false, UNPLUG, 2, 0);
        turns_pass(100);
    }
    turns_pass(LONG_LIMIT_MS + 2 * STORE_DUE_LIMIT_MS - 100);
    for (unsigned guest = 0; guest < MODEL_GUESTS; guest++) {
        test_note("guest %u", guest);
        CHECK_EQUAL(model.guests[guest].answered[0], 1);
        CHECK(model.guests[guest].answered_ms - since <=
              LONG_LIMIT_MS + 100 * guest + STORE_DUE_LIMIT_MS);
    }
}

/* Which guest accesses a port while the daemon takes a step for the other one. */
static unsigned accessing;

static void access_in_a_call_for_the_other(const char *path)
{
    unsigned domid = 0;

    sscanf(path, "/local/domain/%u", &domid);
    if (domid != MODEL_DOMID + 1 - accessing)
        return;
    model.at_read = NULL;
    model_guest_port_access(accessing, 0, false, UNPLUG, 2, 0);
}

/* No event of a disk follows: no disk of that guest bears a mark any more. */
static void guest_is_answered_soon(unsigned guest)
{
    char path[128];

    accessing = guest;
    model_introduce(model_guest_add(1), true);
    begin_claimed();
    for (unsigned disk = 0; disk < MODEL_DISKS; disk++) {
        snprintf(path, sizeof(path), "/local/domain/%u/device/vbd/%u/" HANDOVER_MARK,
                 MODEL_DOMID + guest, 51776 + disk * 16);
        model_remove(path);
    }
    turns_pass(IDLE_CHECK_MS);
    model.guests[1 - guest].backends[0] = model.guests[1 - guest].backends[1] = BACKEND_HANGS;
    model_guest_port_access(1 - guest, 0, false, UNPLUG, 2, 0);
    turns_pass(500);
    /* The next step for the other guest only reads, and causes no event. */
    model.store_ms = 2;
    model.at_read = access_in_a_call_for_the_other;
    snprintf(path, sizeof(path), "/local/domain/3/backend/vbd/%u/51776/state",
             MODEL_DOMID + 1 - guest);
    model_write(path, "4");
    turns_pass(200);
    CHECK(!model.at_read);
    CHECK_EQUAL(model.guests[guest].answered[0], 1);
}

TEST(guest_that_begins_to_wait_in_a_step_for_a_later_one_is_answered_soon)
{
    guest_is_answered_soon(0);
}

TEST(guest_that_begins_to_wait_in_a_step_for_an_earlier_one_is_answered_soon)
{
    guest_is_answered_soon(1);
}

TEST(stall_without_a_waiting_guest_leaves_the_claim_to_the_next_worker)
{
    begin_claimed_with_long_limit();
    store_stop();
    turns_pass(2 * LONG_LIMIT_MS);
    CHECK(!turns_ended() && model.ports_taken);
    model_store_continue();
    turns_pass(STALL_CHECK_MS);
    loop_has_ended(HOOK_RESTART);
    CHECK(!model_log_count("gone"));
    turns_begin(&long_options);
    CHECK(is_claimed() && model_log_count("taken over") == 1);
    model_port_access(0, false, UNPLUG, 2, 0);
    turns_pass(IDLE_CHECK_MS);
    CHECK(model.answered[0] == 1 && disks_are_closed());
}

TEST(store_that_stalls_again_during_the_recovery_is_waited_for)
{
    begin_claimed_with_long_limit();
    model.store_stops_at = 1;
    model_port_access(0, false, UNPLUG, 2, 0);
    turns_pass(STORE_LIMIT_MS);
    model_store_continue();
    model.store_stops_at = 2;
    turns_pass(LONG_LIMIT_MS - STORE_LIMIT_MS);
    CHECK(model.answered[0] == 1 && !turns_ended());
    model_store_continue();
    turns_pass(IDLE_CHECK_MS);
    loop_has_ended(HOOK_RESTART);
}

TEST(guest_that_waits_is_answered_before_a_stalled_daemon_stops)
{
    begin_claimed_with_long_limit();
    model.store_stops_at = 1;
    model_port_access(0, false, UNPLUG, 2, 0);
    turns_pass(STORE_LIMIT_MS);
    signal_send(SIGTERM);
    turns_pass(LONG_LIMIT_MS - STORE_LIMIT_MS - 1);
    CHECK(!model.answered[0] && !turns_ended());
    turns_pass(IDLE_CHECK_MS);
    CHECK_EQUAL(model.answered[0], 1);
    loop_has_ended(HOOK_FAILED);
    /* The server is as its record, which xenstored did not remove. */
    CHECK(!key_is(RECORD, NULL) && model.server_exists && !model.server_enabled);
    model_store_continue();
    CHECK(store_resume());
    marks_remove();
    turns_begin(&long_options);
    signal_send(SIGTERM);
    turns_pass(IDLE_CHECK_MS);
    CHECK(model.answered[0] == 1 && nothing_is_left());
}

TEST(stalled_daemon_that_is_stopping_leaves_the_rest_to_the_next_worker)
{
    begin_claimed_with_long_limit();
    model.store_stops_at = 1;
    model_port_access(0, false, UNPLUG, 2, 0);
    turns_pass(STORE_LIMIT_MS);
    signal_send(SIGTERM);
    model_store_continue();
    turns_pass(STALL_CHECK_MS);
    loop_has_ended(HOOK_RESTART);
    turns_begin(&long_options);
    signal_send(SIGTERM);
    turns_pass(IDLE_CHECK_MS);
    loop_has_ended(HOOK_STOPPED);
    CHECK(model.answered[0] == 1 && disks_are_closed() && nothing_is_left());
}

TEST(xenstored_that_does_not_answer_at_the_start_is_reported)
{
    model.store_stops_at = 1;
    turns_begin(&long_options);
    turns_pass(STORE_LIMIT_MS);
    loop_has_ended(HOOK_UNCONNECTED);
    CHECK_EQUAL(model_log_count("cannot connect to Xen: Connection timed out"), 1);
}

TEST(records_that_cannot_be_read_are_kept)
{
    begin_claimed_with_long_limit();
    store_stop();
    turns_pass(STORE_LIMIT_MS);
    model_store_continue();
    turns_pass(STALL_CHECK_MS);
    loop_has_ended(HOOK_RESTART);
    for (unsigned call = 5; call < 12; call++) {
        model.store_stops_at = call;
        turns_begin(&long_options);
        turns_pass(STORE_LIMIT_MS);
        CHECK(!key_is(RECORD, NULL));
        model_store_continue();
        turns_pass(STALL_CHECK_MS);
        loop_has_ended(HOOK_RESTART);
    }
    turns_begin(&long_options);
    CHECK(is_claimed());
}

/**** The connection to xenstored is lost ****/

TEST(lost_xenstore_returns_the_ports_and_stops_the_daemon)
{
    begin_claimed();
    model_store_end();
    model_store_lost();
    turns_pass(IDLE_CHECK_MS);
    loop_has_ended(HOOK_LOST);
    CHECK(!model.ports_taken && !model.server_exists);
    CHECK_EQUAL(model_log_count("the connection to xenstored is lost"), 1);
}

TEST(lost_xenstore_is_noticed_at_the_next_event)
{
    begin_claimed();
    model_store_end();
    turns_pass(IDLE_CHECK_MS);
    CHECK(!turns_ended());
    signal_send(SIGCHLD);
    turns_pass(IDLE_CHECK_MS);
    loop_has_ended(HOOK_LOST);
    CHECK(!model.ports_taken && !model.server_exists);
}

TEST(guest_that_waits_is_answered_when_xenstore_is_lost)
{
    begin_claimed();
    model.backends[0] = BACKEND_HANGS;
    model_port_access(0, true, UNPLUG, 2, 1);
    turns_pass(0);
    model_store_end();
    model_store_lost();
    turns_pass(IDLE_CHECK_MS);
    loop_has_ended(HOOK_LOST);
    CHECK(model.answered[0] == 1 && model.commands == 1 && !model.server_exists);
}

TEST(access_that_finds_xenstore_lost_is_answered_at_once)
{
    begin_claimed();
    /* libxenstore does not report it. */
    model_store_end();
    turns_pass(DAY_MS);
    model_port_access(0, false, UNPLUG, 2, 0);
    turns_pass(IDLE_CHECK_MS);
    CHECK_EQUAL(model.answered[0], 1);
    loop_has_ended(HOOK_LOST);
}
