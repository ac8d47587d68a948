/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The daemon's status: what it reports of each state, its socket, and xenpv-hookd --status. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "client.h"
#include "clock.h"
#include "model.h"
#include "model_events.h"
#include "status.h"
#include "status_ask.h"
#include "status_client.h"
#include "status_obstacle.h"
#include "status_text.h"
#include "test.h"
#include "vdev.h"
#include "xen/base/handover.h"

#define UNPLUG     HANDOVER_UNPLUG_PORT
#define HOME       "/local/domain/5/"
#define PATH_BYTES 300

static struct domain *domain;

__attribute__((constructor)) static void begin(void)
{
    model_begin();
    model_write("domid", "0");
    model_write(HOME "name", "web");
}

/* The linker's --wrap: if a test is to reach the limit of a socket, it takes some milliseconds. */
static bool limit_is_short;
int __wrap_setsockopt(int file, int level, int name, const void *value, socklen_t size);
int __real_setsockopt(int file, int level, int name, const void *value, socklen_t size);
int __wrap_setsockopt(int file, int level, int name, const void *value, socklen_t size)
{
    static const struct timeval soon = {.tv_usec = 20000};

    if (name == SO_RCVTIMEO && limit_is_short)
        value = &soon;
    return __real_setsockopt(file, level, name, value, size);
}

static bool status_has(const char *text)
{
    size_t length;
    char *status = status_text_make(domain, &length);
    bool found = strstr(status, text);

    CHECK_EQUAL(strlen(status), length);
    free(status);
    return found;
}

static void claim(void)
{
    domain = model_attend();
    model_run(domain, 50);
    CHECK(status_has("\ndomain 5 state=claimed\n"));
}

/**** Why the daemon does not attend ****/

static bool obstacle_is(const char *expected)
{
    char text[STATUS_OBSTACLE_BYTES];

    if (!status_obstacle_find(&model_xen, MODEL_DOMID, text))
        return !expected;
    return expected && !strcmp(text, expected);
}

TEST(reason_why_a_guest_is_not_attended_to_is_given)
{
    CHECK(obstacle_is(NULL));
    model_remove("/local/domain/0/device-model/5");
    CHECK(obstacle_is("no QEMU of it runs in this domain"));
    model_write(HOME "hvmloader/bios", "ovmf");
    CHECK(obstacle_is("no SeaBIOS: hvmloader/bios is ovmf"));
    model_remove(HOME "hvmloader/bios");
    CHECK(obstacle_is("no SeaBIOS: it has no hvmloader/bios"));
    model_write("/libxl/5/type", "hvm");
    CHECK(obstacle_is("no SeaBIOS: it has no hvmloader/bios"));
    model_write(HOME "image/device-model-domid", "6");
    CHECK(obstacle_is("its QEMU runs in a stub domain"));
    model_write("/libxl/5/type", "pv");
    CHECK(obstacle_is("neither an HVM nor a PVH guest"));
    model_write("/libxl/5/type", "pvh");
    CHECK(obstacle_is(NULL));
}

/**** The states in the text ****/

TEST(states_before_and_after_the_claim_are_reported)
{
    model_remove("/local/domain/0/device-model/5");
    model_remove(model_frontend(0, HANDOVER_MARK));
    model_remove(model_frontend(1, HANDOVER_MARK));
    domain = model_attend();
    model_run(domain, 200);
    CHECK(status_has("xenpv-hookd status 1\ndomain 5 state=unattended\nend\n"));
    model_write("/local/domain/0/device-model/5", "");
    model_run(domain, 200);
    CHECK(status_has("\ndomain 5 state=idle\n"));
    model_mark_write(0, "hook");
    model_run(domain, 200);
    CHECK(status_has("\ndomain 5 state=claimed\n"));
}

TEST(claim_that_fails_is_reported_with_its_error)
{
    char expected[64];

    model.no_server = true;
    domain = model_attend();
    model_run(domain, 50);
    snprintf(expected, sizeof(expected), "\ndomain 5 state=idle error=%d\n", ENOSPC);
    CHECK(status_has(expected));
    model_run(domain, 1000);
    snprintf(expected, sizeof(expected), "\ndomain 5 state=given-up error=%d\n", ENOSPC);
    CHECK(status_has(expected));
}

TEST(error_of_a_claim_is_forgotten_when_a_claim_succeeds)
{
    model.bind_failures = 1;
    domain = model_attend();
    model_run(domain, 50);
    CHECK(status_has(" error="));
    model_run(domain, 500);
    CHECK(status_has("\ndomain 5 state=claimed\n"));
}

TEST(handover_is_reported_with_its_trigger_and_duration)
{
    claim();
    model.backends[0] = BACKEND_HANGS;
    model_port_access(1, false, UNPLUG, 2, 0);
    model_run(domain, 100);
    CHECK(status_has("domain 5 state=closing began="));
    CHECK(status_has(" ended=0 wait_ms=100 trigger=0x10/read disks=0 closed=0\n"));
    model.backends[0] = BACKEND_FOLLOWS;
    model_run(domain, 200);
    CHECK(status_has("domain 5 state=idle began="));
    CHECK(status_has(" ended=1 wait_ms=") && status_has(" trigger=0x10/read disks=2 closed=2\n"));
    CHECK_EQUAL(model_log_count("domain 5: handed over: trigger=0x10/read disks=2 closed=2 "
                                "wait_ms="),
                1);
}

TEST(disk_that_is_not_closed_is_named)
{
    claim();
    model.backends[1] = BACKEND_HANGS;
    model_port_access(0, true, HANDOVER_ACPI_PORT, 1, 1);
    model_run(domain, MODEL_LIMIT_MS + 200);
    CHECK(
        status_has(" ended=1 wait_ms=3000 trigger=0xea/write disks=2 closed=1 open=51792\nend\n"));
    CHECK_EQUAL(model_log_count("handed over: trigger=0xea/write disks=2 closed=1 wait_ms=3000\n"),
                1);
}

TEST(time_that_qemu_takes_to_replay_counts_as_waiting)
{
    claim();
    model.monitor_hangs = true;
    model_port_access(0, true, UNPLUG, 2, 1);
    model_run(domain, REPLAY_LIMIT_MS - 100);
    CHECK(status_has("state=answering") && !model_log_count("handed over"));
    model_run(domain, 400);
    CHECK(model.answered[0] == 1 && model_log_count("handed over"));
    CHECK(status_has(" ended=1 wait_ms=50"));
}

TEST(only_the_first_answer_of_a_handover_counts)
{
    claim();
    model_port_access(0, false, UNPLUG, 2, 0);
    model_port_access(1, false, UNPLUG, 2, 0);
    model_run(domain, 300);
    CHECK(model.answered[0] == 1 && model.answered[1] == 1);
    CHECK_EQUAL(model_log_count("handed over"), 1);
}

static bool report_is(const struct access *access, bool stopping, const char *expected)
{
    struct handover_report report;

    handover_report_begin(&report, access, stopping);
    model_time_pass(70);
    handover_report_end(&report, 5);
    handover_report_end(&report, 5);
    return model_log_count(expected) == 1;
}

TEST(handover_without_an_access_has_another_trigger_and_no_wait)
{
    const struct access access = {.port = 0x11, .write = true};
    struct handover_report none = {0};

    handover_report_end(&none, 5);
    CHECK(!model_log_count("handed over"));
    CHECK(report_is(NULL, true, "domain 5: handed over: trigger=stop disks=0 closed=0 wait_ms=0"));
    CHECK(report_is(NULL, false, "5: handed over: trigger=takeover disks=0 closed=0 wait_ms=0"));
    CHECK(report_is(&access, true, "handed over: trigger=0x11/write disks=0 closed=0 wait_ms=70"));
}

TEST(no_more_than_sixteen_disks_that_are_not_closed_are_named)
{
    struct handover_report report;
    struct disk_close disk = {.number = 1};

    handover_report_begin(&report, NULL, true);
    for (; disk.number <= 20; disk.number++)
        handover_report_disk(&report, &disk);
    CHECK(report.disks == 20 && !report.closed && handover_report_open_count(&report) == 16);
    CHECK(report.open[0] == 1 && report.open[15] == 16);
}

TEST(claim_of_an_earlier_daemon_is_reported_as_adopting)
{
    char expected[64];

    claim();
    model.bind_failures = 1;
    domain = model_attend();
    snprintf(expected, sizeof(expected), "\ndomain 5 state=adopting error=%d\n", ENOMEM);
    CHECK(status_has(expected));
    model_run(domain, 1000);
    CHECK(status_has("\ndomain 5 state=claimed\n"));
}

/**** The text ****/

static enum status_text_result parse(const char *text, struct status_line **lines, unsigned *count)
{
    char *copy = strdup(text);
    enum status_text_result result = status_text_parse(copy, lines, count);

    free(copy);
    return result;
}

TEST(text_is_parsed_as_it_was_made)
{
    struct status_line *lines;
    unsigned count;
    size_t length;

    claim();
    model.backends[1] = BACKEND_HANGS;
    model_port_access(0, false, UNPLUG, 2, 0);
    model_run(domain, MODEL_LIMIT_MS + 200);
    char *text = status_text_make(domain, &length);
    CHECK_EQUAL(status_text_parse(text, &lines, &count), STATUS_TEXT_GOOD);
    CHECK_EQUAL(count, 1);
    CHECK(lines->domid == 5 && !strcmp(lines->state, "idle") && !lines->error);
    CHECK(lines->handover.began == domain->handover.began && lines->handover.ended);
    CHECK(lines->handover.wait_ms == 3000 && !strcmp(lines->handover.trigger, "0x10/read"));
    CHECK(lines->handover.disks == 2 && lines->handover.closed == 1);
    CHECK_EQUAL(lines->handover.open[0], 51792);
}

TEST(fields_that_are_not_known_are_ignored)
{
    struct status_line *lines;
    unsigned count;

    CHECK_EQUAL(
        parse("xenpv-hookd status 1\ndomain 7 colour=red state=idle flag\nend\n", &lines, &count),
        STATUS_TEXT_GOOD);
    CHECK(count == 1 && lines->domid == 7 && !strcmp(lines->state, "idle"));
}

TEST(text_that_is_not_complete_or_not_valid_is_refused)
{
    static const char *const bad[] = {
        "",
        "\n",
        "hello\nend\n",
        "xenpv-hookd status 1",
        "xenpv-hookd status 1\n",
        "xenpv-hookd status 1\ndomain 5 state=idle\n",
        "xenpv-hookd status 1\ndomain 5 state=idle\nen",
        "xenpv-hookd status 1\ndomain\nend\n",
        "xenpv-hookd status 1\ndomain x state=idle\nend\n",
        "xenpv-hookd status 1\ndomain 5\nend\n",
        "xenpv-hookd status 1\n\nend\n",
        "xenpv-hookd status 1\nguest 5 state=idle\nend\n",
        "xenpv-hookd status 1\ndomain 5 state=idle disks=1 closed=2\nend\n",
    };
    struct status_line *lines;
    unsigned count;

    for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        test_note("the text '%s'", bad[i]);
        CHECK_EQUAL(parse(bad[i], &lines, &count), STATUS_TEXT_INVALID);
        CHECK(!lines);
    }
    CHECK_EQUAL(parse("xenpv-hookd status 2\nwhatever\n", &lines, &count),
                STATUS_TEXT_OTHER_VERSION);
}

TEST(names_of_disks_follow_from_their_numbers)
{
    static const struct {
        uint32_t number;
        const char *name;
    } disks[] = {
        {51712, "xvda"},
        {51776, "xvde"},
        {51777, "xvde1"},
        {51712 + 15 * 16 + 15, "xvdp15"},
        {(1u << 28) + (16u << 8), "xvdq"},
        {(1u << 28) + (26u << 8) + 3, "xvdaa3"},
        {(1u << 28) + (0xfffffu << 8) + 255, "xvdbgqcv255"},
        {768, "hda"},
        {832, "hdb"},
        {5632, "hdc"},
        {5696 + 5, "hdd5"},
        {2048, "sda"},
        {2048 + 17, "sdb1"},
        {0, ""},
        {77, ""},
        {1u << 29, ""},
        {UINT32_MAX, ""},
    };
    char name[VDEV_NAME_BYTES];

    for (unsigned i = 0; i < sizeof(disks) / sizeof(disks[0]); i++) {
        vdev_name(disks[i].number, name);
        test_note("%u, which is '%s'", disks[i].number, name);
        CHECK(!strcmp(name, disks[i].name));
    }
}

/**** The socket ****/

static struct status status;

static struct sockaddr_un socket_address(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    snprintf(address.sun_path, sizeof(address.sun_path), "%s", test_path("socket"));
    return address;
}

/* Return: a client's connection, from which reads do not wait. */
static int client_connect(void)
{
    struct sockaddr_un address = socket_address();
    int file = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    CHECK(!connect(file, (struct sockaddr *)&address, sizeof(address)));
    return file;
}

static void server_begin(void)
{
    static char path[PATH_BYTES];

    snprintf(path, sizeof(path), "%s", test_path("socket"));
    status_open(&status, path);
    CHECK(status.path);
}

/* Domains whose text does not fit into the buffer of a connection. */
#define MANY_DOMAINS 20000u

static struct domain *domains_make(void)
{
    static const struct handover_report handover = {
        .began = 1700000000, .ended = true, .trigger = "0x10/read"};
    struct domain *list = calloc(MANY_DOMAINS, sizeof(*list));

    for (unsigned i = 0; i < MANY_DOMAINS; i++) {
        list[i].domid = i + 1;
        list[i].handover = handover;
        list[i].next = i + 1 < MANY_DOMAINS ? &list[i + 1] : NULL;
    }
    return list;
}

/* Return: the number of bytes that are there to be read, up to the end; -1: there is no end. */
static long client_drain(int file)
{
    char piece[65536];
    long total = 0;
    ssize_t length;

    while ((length = recv(file, piece, sizeof(piece), 0)) > 0)
        total += length;
    return length == 0 ? total : -1;
}

TEST(client_gets_the_text_and_the_end)
{
    char text[256];

    claim();
    server_begin();
    CHECK(status_step(&status, domain) == UINT64_MAX);
    int client = client_connect();
    CHECK(status_step(&status, domain) == UINT64_MAX && !status.client_count);
    ssize_t length = recv(client, text, sizeof(text) - 1, 0);
    CHECK(length > 0);
    text[length] = 0;
    CHECK(!strcmp(text, "xenpv-hookd status 1\ndomain 5 state=claimed\nend\n"));
    CHECK_EQUAL(recv(client, text, sizeof(text), 0), 0);
}

TEST(client_that_never_reads_is_dropped_and_delays_no_other)
{
    struct domain *list = domains_make();
    struct pollfd files[STATUS_FILES_MAX];

    server_begin();
    int deaf = client_connect();
    CHECK(status_step(&status, list) != UINT64_MAX);
    CHECK_EQUAL(status.client_count, 1);
    CHECK_EQUAL(status_files(&status, files), 2);
    int other = client_connect();
    /* It reads as fast as the daemon sends. */
    for (unsigned i = 0; status_step(&status, list) != UINT64_MAX && status.client_count != 1; i++)
        CHECK(i < 10000 && client_drain(other) < 0);
    CHECK(client_drain(other) > 0);
    model_time_pass(STATUS_CLIENT_LIMIT_MS - 1);
    status_step(&status, list);
    CHECK_EQUAL(status.client_count, 1);
    model_time_pass(1);
    CHECK(status_step(&status, list) == UINT64_MAX && !status.client_count);
    CHECK(client_drain(deaf) > 0);
    free(list);
}

TEST(client_that_goes_away_is_dropped_at_once)
{
    struct domain *list = domains_make();

    server_begin();
    close(client_connect());
    CHECK(status_step(&status, list) == UINT64_MAX && !status.client_count);
    free(list);
}

TEST(client_that_cannot_be_accepted_is_accepted_later)
{
    struct pollfd files[STATUS_FILES_MAX];
    struct rlimit limit, none = {0};

    server_begin();
    int client = client_connect();
    CHECK(!getrlimit(RLIMIT_NOFILE, &limit));
    none.rlim_max = limit.rlim_max;
    CHECK(!setrlimit(RLIMIT_NOFILE, &none));
    /* The listener stays readable: the loop must not poll it all the time. */
    CHECK_EQUAL(status_step(&status, NULL), clock_ms() + STATUS_PAUSE_MS);
    CHECK(!status_files(&status, files));
    CHECK(!setrlimit(RLIMIT_NOFILE, &limit));
    model_time_pass(STATUS_PAUSE_MS);
    CHECK_EQUAL(status_files(&status, files), 1);
    CHECK(status_step(&status, NULL) == UINT64_MAX && client_drain(client) > 0);
}

TEST(further_clients_wait_until_others_are_dropped)
{
    struct domain *list = domains_make();
    struct pollfd files[STATUS_FILES_MAX];

    server_begin();
    for (unsigned i = 0; i < STATUS_CLIENTS_MAX; i++) {
        client_connect();
        status_step(&status, list);
    }
    int last = client_connect();
    status_step(&status, list);
    CHECK_EQUAL(status.client_count, STATUS_CLIENTS_MAX);
    CHECK_EQUAL(status_files(&status, files), STATUS_CLIENTS_MAX);
    model_time_pass(STATUS_CLIENT_LIMIT_MS);
    status_step(&status, list);
    CHECK(!status.client_count);
    status_step(&status, NULL);
    CHECK(client_drain(last) > 0);
    free(list);
}

TEST(socket_that_a_killed_daemon_has_left_is_replaced)
{
    server_begin();
    close(status.listener);
    server_begin();
    int client = client_connect();
    status_step(&status, NULL);
    CHECK(client_drain(client) > 0);
}

TEST(file_that_is_no_socket_is_not_removed)
{
    struct stat found;

    CHECK(!mkdir(test_path("socket"), 0700));
    status_open(&status, test_path("socket"));
    CHECK(!status.path && model_log_count("/socket: cannot listen: Address already in use") == 1);
    CHECK(!stat(test_path("socket"), &found) && S_ISDIR(found.st_mode));
    struct pollfd files[STATUS_FILES_MAX];
    CHECK(!status_files(&status, files) && status_step(&status, NULL) == UINT64_MAX);
    status_close(&status);
}

TEST(path_that_is_too_long_is_reported)
{
    char path[200];

    memset(path, 'x', sizeof(path) - 1);
    path[sizeof(path) - 1] = 0;
    status_open(&status, path);
    CHECK(!status.path && model_log_count("cannot listen: File name too long") == 1);
}

TEST(only_the_owner_can_connect)
{
    struct stat found;

    umask(0);
    server_begin();
    CHECK(!stat(test_path("socket"), &found));
    CHECK_EQUAL(found.st_mode & 07777, 0600);
}

TEST(socket_is_removed_at_the_end)
{
    server_begin();
    client_connect();
    status_step(&status, NULL);
    status_close(&status);
    CHECK(access(test_path("socket"), F_OK));
}

/**** xenpv-hookd --status ****/

static struct options options;

/* Serve clients in a child process, which ends with the test. */
static void server_start(void)
{
    server_begin();
    pid_t server = fork();

    CHECK(server >= 0);
    if (server) {
        close(status.listener);
        return;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;) {
        struct pollfd files[STATUS_FILES_MAX];

        poll(files, status_files(&status, files), -1);
        status_step(&status, domain);
    }
}

/* A daemon that sends @text instead; with NULL it never accepts a client. */
static void server_fake(const char *text)
{
    struct sockaddr_un address = socket_address();
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    CHECK(!bind(listener, (struct sockaddr *)&address, sizeof(address)) && !listen(listener, 4));
    if (!text || fork())
        return;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int client = accept(listener, NULL, NULL);
    _exit(send(client, text, strlen(text), 0) < 0);
}

/* Print the log, as the program does on stderr. */
static pid_t client_start(const char *out)
{
    const char *path = test_path("socket");

    out = test_path(out);
    fflush(NULL);
    pid_t client = fork();
    CHECK(client >= 0);
    if (client)
        return client;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (!freopen(out, "w", stdout) || dup2(STDOUT_FILENO, STDERR_FILENO) < 0)
        _exit(98);
    int result = status_client_run(&options, path);
    fputs("--log--\n", stdout);
    log_show();
    exit(result);
}

static int client_wait(pid_t client)
{
    int result;

    CHECK(waitpid(client, &result, 0) == client && WIFEXITED(result));
    return WEXITSTATUS(result);
}

static int client_run(void)
{
    return client_wait(client_start("out"));
}

static const char *output_text(const char *name)
{
    static char text[16384];
    FILE *file = fopen(test_path(name), "r");

    CHECK(file);
    text[fread(text, 1, sizeof(text) - 1, file)] = 0;
    fclose(file);
    return text;
}

static bool output_has(const char *text)
{
    return strstr(output_text("out"), text);
}

TEST(status_shows_each_guest_and_its_disks)
{
    claim();
    server_start();
    CHECK_EQUAL(client_run(), 0);
    CHECK(output_has("domain 5 (web)\n  daemon: attends; has claimed the I/O ports\n"
                     "  firmware: mode hook\n"
                     "  VDEV       NAME     FRONTEND         BACKEND          MARK\n"));
    CHECK(output_has("  51776      xvde     4 Connected      4 Connected      hook\n"));
    CHECK(output_has("  51792      xvdf     4 Connected      4 Connected      hook\n--log--\n"));
    CHECK(!output_has("last hand-over"));
}

TEST(status_shows_the_last_handover)
{
    claim();
    model.backends[1] = BACKEND_HANGS;
    model_port_access(0, false, UNPLUG, 2, 0);
    model_run(domain, MODEL_LIMIT_MS + 200);
    domain->handover.began = 1700000000;
    server_start();
    CHECK(!setenv("TZ", "UTC0", 1));
    CHECK_EQUAL(client_run(), 0);
    CHECK(output_has("  daemon: attends; waits for the firmware to open a disk in hook mode\n"
                     "  firmware: has no disk open\n"));
    CHECK(output_has("  51776      xvde     1 Initialising   2 InitWait       -\n"));
    CHECK(
        output_has("  last hand-over: 2023-11-14 22:13:20, at a read of port 0x10\n"
                   "    the guest waited 3000 ms; 1 of 2 disks closed; not closed: 51792 xvdf\n"));
}

TEST(status_shows_a_handover_that_goes_on)
{
    claim();
    model.backends[1] = BACKEND_HANGS;
    model_port_access(0, false, UNPLUG, 2, 0);
    model_run(domain, 200);
    server_start();
    CHECK_EQUAL(client_run(), 0);
    CHECK(output_has("daemon: attends; closes the disks; the guest waits\n"));
    CHECK(output_has("at a read of port 0x10\n    the guest has waited 200 ms so far\n"));
}

TEST(status_shows_a_handover_without_an_access)
{
    domain = model_attend();
    handover_report_begin(&domain->handover, NULL, true);
    server_start();
    CHECK_EQUAL(client_run(), 0);
    CHECK(output_has(", because the daemon stops\n    the guest did not wait so far\n"));
}

TEST(status_says_why_the_daemon_does_not_attend)
{
    model_write(HOME "hvmloader/bios", "ov\33mf");
    domain = model_attend();
    server_start();
    CHECK_EQUAL(client_run(), 0);
    CHECK(output_has("daemon: does not attend: no SeaBIOS: hvmloader/bios is ov?mf\n"));
}

TEST(status_says_that_ports_could_not_be_claimed)
{
    model.no_server = true;
    domain = model_attend();
    model_run(domain, 1000);
    server_start();
    CHECK_EQUAL(client_run(), 0);
    CHECK(output_has(
        "daemon: does not attend: its ports could not be claimed: No space left on device\n"));
}

TEST(guest_that_the_daemon_does_not_know_is_shown)
{
    server_start();
    CHECK_EQUAL(client_run(), 0);
    CHECK(output_has("daemon: does not attend: the daemon does not know it yet\n"));
}

TEST(status_without_a_daemon_shows_xenstore)
{
    CHECK_EQUAL(client_run(), CLIENT_EXIT_FAILED);
    CHECK(output_has("domain 5 (web)\n  daemon: does not attend: no daemon runs\n"));
    CHECK(output_has("  51776      xvde     4 Connected      4 Connected      hook\n"));
    CHECK(output_has("--log--\nno daemon runs\n"));
}

TEST(socket_of_a_killed_daemon_means_that_no_daemon_runs)
{
    server_begin();
    close(status.listener);
    CHECK_EQUAL(client_run(), CLIENT_EXIT_FAILED);
    CHECK(output_has("--log--\nno daemon runs\n"));
}

TEST(two_clients_are_served_at_the_same_time)
{
    claim();
    server_start();
    pid_t one = client_start("out"), other = client_start("other");
    CHECK(!client_wait(one) && !client_wait(other));
    CHECK(output_has("has claimed the I/O ports"));
    CHECK(strstr(output_text("other"), "has claimed the I/O ports"));
}

TEST(daemon_of_another_version_is_reported)
{
    server_fake("xenpv-hookd status 0\nguest 5\nend\n");
    CHECK_EQUAL(client_run(), CLIENT_EXIT_FAILED);
    CHECK(output_has("daemon: does not attend: the daemon does not report it\n"));
    CHECK(output_has("--log--\na daemon of another version runs: restart it\n"));
}

TEST(daemon_that_breaks_off_is_reported)
{
    server_fake("xenpv-hookd status 1\ndomain 5 sta");
    CHECK_EQUAL(client_run(), CLIENT_EXIT_FAILED);
    CHECK(output_has("--log--\nthe daemon does not report its status: Protocol error\n"));
}

TEST(daemon_that_does_not_answer_is_reported)
{
    server_fake(NULL);
    limit_is_short = true;
    CHECK_EQUAL(client_run(), CLIENT_EXIT_FAILED);
    CHECK(output_has("--log--\nthe daemon does not report its status: Connection timed out\n"));
}

TEST(missing_xenstored_is_reported)
{
    server_start();
    model_absent = ABSENT_STORE;
    CHECK_EQUAL(client_run(), CLIENT_EXIT_FAILED);
    CHECK(!strcmp(output_text("out"),
                  "--log--\ncannot connect to xenstored: No such file or directory\n"));
}

static void never_answers(const char *path)
{
    (void)path;
    raise(SIGALRM);
}

TEST(xenstored_that_does_not_answer_ends_the_client)
{
    server_start();
    model.at_directory = never_answers;
    CHECK_EQUAL(client_run(), CLIENT_EXIT_FAILED);
    CHECK(!strcmp(output_text("out"), "xenpv-hookd: xenstored does not answer\n"));
}

TEST(one_domain_is_chosen_by_number_or_name)
{
    static const char *const wanted[] = {"9", "mail"};

    model_write("/local/domain/9/name", "mail");
    server_start();
    for (unsigned i = 0; i < 2; i++) {
        options.domain = wanted[i];
        CHECK_EQUAL(client_run(), 0);
        CHECK(output_has("domain 9 (mail)\n") && !output_has("domain 5"));
    }
}

TEST(guests_are_shown_in_the_order_of_their_numbers)
{
    model_write("/local/domain/10/name", "ten");
    model_write("/local/domain/1/name", "one");
    server_start();
    CHECK_EQUAL(client_run(), 0);
    const char *text = output_text("out");
    const char *one = strstr(text, "domain 1 (one)"), *five = strstr(text, "domain 5 (web)");
    CHECK(one && five && one < five && five < strstr(text, "domain 10 (ten)"));
}

TEST(domain_that_does_not_exist_exits_with_3)
{
    static const char *const wanted[] = {"0", "99", "mail", ""};

    server_start();
    for (unsigned i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
        char expected[64];

        options.domain = wanted[i];
        CHECK_EQUAL(client_run(), CLIENT_EXIT_NO_DOMAIN);
        snprintf(expected, sizeof(expected), "--log--\nthere is no domain %s\n", wanted[i]);
        CHECK(output_has(expected) && !output_has("("));
    }
}

/* Cut the log off, and let Python read the rest. */
static bool output_is_json(void)
{
    char command[2 * PATH_BYTES];

    snprintf(command, sizeof(command),
             "sed '/^--log--/,$d' %s/out | tests/hook/check-json > %s/checked 2>&1", test_folder(),
             test_folder());
    return system(command) == 0;
}

TEST(json_is_valid_and_complete)
{
    claim();
    model.backends[1] = BACKEND_HANGS;
    model_port_access(0, false, UNPLUG, 2, 0);
    model_run(domain, MODEL_LIMIT_MS + 200);
    domain->handover.began = 1700000000;
    model_write("/local/domain/9/name", "mail");
    server_start();
    options.json = true;
    CHECK(!setenv("TZ", "UTC0", 1));
    CHECK_EQUAL(client_run(), 0);
    CHECK(output_is_json());
    CHECK(output_has("{\"version\": 1, \"daemon\": \"running\","));
    CHECK(output_has(
        "{\"domain\": 5, \"name\": \"web\", \"attended\": true, \"state\": \"idle\", "
        "\"claim\": \"waits for the firmware to open a disk in hook mode\", \"reason\": null,"));
    CHECK(output_has("{\"vdev\": 51776, \"name\": \"xvde\", \"frontend_state\": 1, "
                     "\"backend_state\": 2, \"backend\": \"/local/domain/3/backend/vbd/5/51776\", "
                     "\"mark\": null}"));
    CHECK(output_has("\"handover\": {\"began\": \"2023-11-14T22:13:20+00:00\", \"ended\": true, "
                     "\"wait_ms\": 3000, \"trigger\": \"0x10/read\", \"disks\": 2, \"closed\": 1, "
                     "\"not_closed\": [51792]}"));
    CHECK(output_has("{\"domain\": 9, \"name\": \"mail\", \"attended\": false, \"state\": null, "
                     "\"claim\": null, \"reason\": \"no SeaBIOS: it has no hvmloader/bios\""));
}

/* RFC 3339, which parsers of dates read: the offset from UTC has a colon. */
TEST(json_has_the_local_time_with_its_offset)
{
    static const char *const zones[][2] = {
        {"UTC0", "2023-11-14T22:13:20+00:00"},
        {"IST-5:30", "2023-11-15T03:43:20+05:30"},
        {"NST3:30", "2023-11-14T18:43:20-03:30"},
    };

    claim();
    domain->handover.began = 1700000000;
    server_start();
    options.json = true;
    for (unsigned i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
        char expected[64];

        CHECK(!setenv("TZ", zones[i][0], 1));
        tzset();
        CHECK_EQUAL(client_run(), 0);
        snprintf(expected, sizeof(expected), "\"began\": \"%s\",", zones[i][1]);
        CHECK(output_has(expected));
    }
}

TEST(json_is_valid_whatever_the_name_of_a_guest_is)
{
    static const char *const names[] = {
        "a \"quoted\" \\ name",
        "\1\n\t\x7f",
        "gr\xc3\xbc\xc3\x9f",
        "\xff\xfe",
        "cut \xe2\x82",
        "\xed\xa0\x80 surrogate",
        "\xf4\x90\x80\x80",
        "\xf0\x9f\x92\xbe",
        "\xc0\xaf",
    };

    server_start();
    options.json = true;
    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        test_note("name %u", i);
        model_write(HOME "name", names[i]);
        CHECK_EQUAL(client_run(), 0);
        CHECK(output_is_json());
    }
    model_write(HOME "name", "gr\xc3\xbc\xff\"\n");
    CHECK_EQUAL(client_run(), 0);
    CHECK(output_has("\"name\": \"gr\xc3\xbc\\ufffd\\\"\\u000a\""));
}

TEST(json_without_a_daemon_is_valid_too)
{
    options.json = true;
    CHECK_EQUAL(client_run(), CLIENT_EXIT_FAILED);
    CHECK(output_is_json() && output_has("\"daemon\": \"absent\""));
}

TEST(path_of_a_backend_that_a_guest_has_written_is_not_followed)
{
    model_remove("/libxl/5/device/vbd/51776/backend");
    model_write(model_frontend(0, "backend"), "/local/domain/5/device/vbd/51792");
    server_start();
    CHECK_EQUAL(client_run(), 0);
    CHECK(output_has("  51776      xvde     4 Connected      -                hook\n"));
}
