/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* xenpv-hookd --log: a guest's memory, its domain, and what is printed of the log in it. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "client.h"
#include "firmware_log.h"
#include "firmware_log_client.h"
#include "stand_in.h"
#include "store.h"
#include "test.h"

#define DOMID        7u
#define RING_BYTES   1024u
#define RING_ADDRESS 0x3f000ff0u /* its header is in two pages */
#define RING_FRAME   (RING_ADDRESS / XEN_PAGE_BYTES)
#define RING_PAGES   2u
#define ANCHOR_AT    0x1230u

/**** The guest ****/

static uint8_t area[LOG_AREA_BYTES] __attribute__((aligned(16)));
static uint8_t memory[RING_PAGES * XEN_PAGE_BYTES] __attribute__((aligned(4096)));
static struct log_anchor *anchor = (void *)(area + ANCHOR_AT);
static struct log_ring *ring = (void *)(memory + RING_ADDRESS % XEN_PAGE_BYTES);
static bool has_store = true;
static int open_error, mappings, wrong_frame_error = EINVAL;

static void put(const char *text)
{
    while (*text)
        log_ring_put(ring, ring->bytes, *text++);
}

static void guest_make(void)
{
    memset(area, 0, sizeof(area));
    memset(memory, 0xee, sizeof(memory));
    log_anchor_make(anchor, RING_ADDRESS, RING_BYTES);
    log_ring_make(ring, RING_BYTES);
    report[0] = 0;
}

/* Called after a copy of a whole ring. */
static void (*at_copy)(void);

void *__wrap_memcpy(void *to, const void *from, size_t bytes);
void *__real_memcpy(void *to, const void *from, size_t bytes);
void *__wrap_memcpy(void *to, const void *from, size_t bytes)
{
    __real_memcpy(to, from, bytes);
    if (bytes == RING_BYTES && at_copy)
        at_copy();
    return to;
}

/**** Xen's libraries and xenstore ****/

xenforeignmemory_handle *xenforeignmemory_open(struct xentoollog_logger *logger, unsigned flags)
{
    (void)logger, (void)flags;
    errno = open_error;
    return open_error ? NULL : (void *)area;
}

int xenforeignmemory_close(xenforeignmemory_handle *handle)
{
    (void)handle;
    return 0;
}

void *xenforeignmemory_map(xenforeignmemory_handle *handle, uint32_t domid, int protection,
                           size_t pages, const xen_pfn_t frames[], int errors[])
{
    uint8_t *at = frames[0] == RING_FRAME ? memory : area;

    (void)handle;
    CHECK_EQUAL(protection, PROT_READ);
    CHECK(frames[0] != RING_FRAME || pages == RING_PAGES);
    for (size_t i = 0; i < pages; i++) {
        bool known = frames[i] == LOG_AREA_ADDRESS / XEN_PAGE_BYTES + i ||
                     (frames[i] == RING_FRAME + i && i < RING_PAGES);

        errors[i] = domid != DOMID ? -ESRCH : known ? 0 : -wrong_frame_error;
    }
    mappings++;
    return at;
}

int xenforeignmemory_unmap(xenforeignmemory_handle *handle, void *address, size_t pages)
{
    (void)handle, (void)address, (void)pages;
    mappings--;
    return 0;
}

struct xs_handle *store_open(void)
{
    errno = ENOENT;
    return has_store ? (void *)area : NULL;
}

uint32_t store_own_domid(struct xs_handle *store)
{
    (void)store;
    return 0;
}

char **store_list(struct xs_handle *store, const char *directory, unsigned *count)
{
    char **names = malloc(3 * sizeof(*names));

    (void)store;
    CHECK(!strcmp(directory, "/local/domain"));
    names[0] = "0";
    names[1] = "7";
    names[2] = "08";
    *count = 3;
    return names;
}

bool store_read(struct xs_handle *store, xs_transaction_t transaction, const char *directory,
                const char *key, char *value, size_t size)
{
    (void)store, (void)transaction, (void)directory;
    CHECK(strcmp(key, "/local/domain/08/name") != 0);
    snprintf(value, size, "%s", strcmp(key, "/local/domain/7/name") ? "Domain-0" : "web");
    return true;
}

/**** What is printed ****/

/* Run the command. Return: its exit status; *@text is what it has printed. */
static int run(const char *domain, const char **text)
{
    static char printed[16 * RING_BYTES];
    const struct options options = {.log = true, .domain = domain};
    FILE *real = stdout;

    memset(printed, 0, sizeof(printed));
    stdout = fmemopen(printed, sizeof(printed), "w");
    int status = firmware_log_client_run(&options);
    fclose(stdout);
    stdout = real;
    *text = printed;
    CHECK_EQUAL(mappings, 0);
    return status;
}

static void check_printed(const char *expected)
{
    const char *text;

    CHECK_EQUAL(run("7", &text), 0);
    test_note("%s", text);
    CHECK(!strcmp(text, expected));
}

static void check_refused(int expected, const char *said)
{
    const char *text;

    CHECK_EQUAL(run("7", &text), expected);
    test_note("%s", report);
    CHECK(strstr(report, said));
    CHECK(!*text);
    report[0] = 0;
}

TEST(the_log_of_a_guest_is_printed)
{
    const char *text;

    guest_make();
    put("SeaBIOS\n\txenpv: xvde: connected\n");
    check_printed("SeaBIOS\n\txenpv: xvde: connected\n");
    CHECK_EQUAL(run("web", &text), 0);
    CHECK(!strcmp(text, "SeaBIOS\n\txenpv: xvde: connected\n"));
    put("half");
    check_printed("SeaBIOS\n\txenpv: xvde: connected\nhalf\n");
}

TEST(an_empty_log_is_printed_as_nothing)
{
    guest_make();
    check_printed("");
}

TEST(a_log_that_has_wrapped_begins_with_its_first_whole_line)
{
    char line[32], expected[RING_BYTES + 1] = "";

    guest_make();
    for (unsigned i = 0; i < 200; i++) {
        snprintf(line, sizeof(line), "line %4u\n", i);
        put(line);
    }
    /* 102 lines of 10 bytes are whole in the last 1023 bytes. */
    for (unsigned i = 98; i < 200; i++) {
        snprintf(line, sizeof(line), "line %4u\n", i);
        strcat(expected, line);
    }
    check_printed(expected);
}

TEST(a_number_needs_no_xenstore_and_a_name_does)
{
    const char *text;

    guest_make();
    has_store = false;
    check_printed("");
    CHECK_EQUAL(run("web", &text), CLIENT_EXIT_FAILED);
    CHECK(strstr(report, "cannot connect to xenstored"));
}

TEST(a_guest_cannot_send_control_characters_to_the_terminal)
{
    guest_make();
    put("\033[2J\r\b\x7f\x80\xff~ !\n");
    check_printed("\\x1b[2J\\x0d\\x08\\x7f\\x80\\xff~ !\n");
    guest_make();
    log_ring_put(ring, ring->bytes, 0);
    check_printed("\\x00\n");
}

/**** What is refused ****/

TEST(a_domain_that_does_not_exist_is_reported)
{
    const char *text;

    guest_make();
    CHECK_EQUAL(run("8", &text), CLIENT_EXIT_NO_DOMAIN);
    CHECK(strstr(report, "there is no domain 8"));
    CHECK_EQUAL(run("mail", &text), CLIENT_EXIT_NO_DOMAIN);
    CHECK(strstr(report, "there is no domain mail"));
    CHECK_EQUAL(run("", &text), CLIENT_EXIT_NO_DOMAIN);
}

TEST(without_privcmd_the_command_fails)
{
    guest_make();
    open_error = EACCES;
    check_refused(CLIENT_EXIT_FAILED, "cannot open /dev/xen/privcmd");
}

TEST(another_firmware_is_reported)
{
    guest_make();
    memset(area, 0, sizeof(area));
    check_refused(CLIENT_EXIT_NO_LOG, "no seabios-xenpv that keeps a log");
}

TEST(a_firmware_without_a_log_is_reported)
{
    guest_make();
    log_anchor_make(anchor, 0, 0);
    check_refused(CLIENT_EXIT_NO_LOG, "keeps no log");
}

TEST(an_anchor_that_is_not_whole_is_not_used)
{
    for (unsigned i = 0; i < sizeof(*anchor); i++) {
        guest_make();
        test_note("byte %u", i);
        ((uint8_t *)anchor)[i]++;
        check_refused(CLIENT_EXIT_NO_LOG, "no seabios-xenpv that keeps a log");
    }
    /* Whole, but longer than the area. */
    guest_make();
    memset(area, 0, sizeof(area));
    struct log_anchor *last = (void *)(area + LOG_AREA_BYTES - 16);
    memcpy(last, LOG_ANCHOR_SIGNATURE, 8);
    last->version = LOG_ANCHOR_VERSION;
    last->length = 16;
    check_refused(CLIENT_EXIT_NO_LOG, "no seabios-xenpv that keeps a log");
}

TEST(a_place_beyond_the_limits_is_not_used)
{
    static const struct firmware_log_place places[] = {
        {RING_ADDRESS, RING_BYTES + 16},
        {RING_ADDRESS, 512},
        {RING_ADDRESS, 2 * LOG_RING_BYTES_MAX},
        {RING_ADDRESS, UINT32_MAX},
        {RING_ADDRESS + 4, RING_BYTES},
        {0, RING_BYTES},
        {0xf0000, RING_BYTES},
        {0xfffffff0, RING_BYTES},
        {0xfffffc00, RING_BYTES},
    };

    for (unsigned i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        guest_make();
        test_note("place %u", i);
        log_anchor_make(anchor, places[i].address, places[i].bytes);
        check_refused(CLIENT_EXIT_NO_LOG, "no seabios-xenpv that keeps a log");
    }
}

TEST(a_false_anchor_does_not_hide_the_true_one)
{
    guest_make();
    put("a line\n");
    log_anchor_make((struct log_anchor *)area, RING_ADDRESS + 1, RING_BYTES);
    check_printed("a line\n");
}

TEST(memory_that_cannot_be_mapped_is_reported)
{
    guest_make();
    log_anchor_make(anchor, RING_ADDRESS - 3 * XEN_PAGE_BYTES, RING_BYTES);
    check_refused(CLIENT_EXIT_FAILED, "cannot map the memory of domain 7");
}

TEST(a_ring_with_another_header_is_refused)
{
    guest_make();
    ring->signature++;
    check_refused(CLIENT_EXIT_NO_LOG, "damaged");
    guest_make();
    ring->bytes *= 2;
    check_refused(CLIENT_EXIT_NO_LOG, "damaged");
}

/**** A guest that runs ****/

static unsigned more;

static void write_more(void)
{
    for (unsigned i = 0; i < more; i++)
        log_ring_put(ring, ring->bytes, 'x');
}

TEST(bytes_that_may_have_been_overwritten_are_not_printed)
{
    const char *text;

    for (more = 1; more < 100; more += 7) {
        guest_make();
        for (unsigned i = 0; i < 200; i++)
            put("abcdefghi\n");
        at_copy = write_more;
        CHECK_EQUAL(run("7", &text), 0);
        at_copy = NULL;
        test_note("%u more: %zu bytes", more, strlen(text));
        CHECK(!strncmp(text, "abcdefghi\n", 10));
        CHECK(!strchr(text, 'x'));
        /* The first whole line after the first byte that is certain. */
        unsigned first = 2000 + more - RING_BYTES + 1;
        CHECK_EQUAL(strlen(text), 2000 - (first + 10) / 10 * 10);
    }
}

TEST(a_log_that_changes_faster_than_it_is_copied_is_refused)
{
    guest_make();
    put("a line\n");
    at_copy = write_more;
    more = RING_BYTES;
    check_refused(CLIENT_EXIT_NO_LOG, "damaged");
}

static uint32_t new_written;

static void set_written(void)
{
    ring->written = new_written;
}

TEST(no_value_of_the_index_makes_the_reader_leave_the_ring)
{
    static const uint32_t values[] = {0,          1,          RING_BYTES - 1, RING_BYTES,
                                      0x7fffffff, 0x80000000, 0xfffffc00,     UINT32_MAX};

    for (unsigned i = 0; i < 64; i++) {
        const char *text;

        guest_make();
        memset(ring->data, 'a', RING_BYTES);
        ring->written = values[i / 8];
        new_written = values[i % 8];
        at_copy = set_written;
        test_note("from %u to %u", ring->written, new_written);
        int status = run("7", &text);
        CHECK(status == 0 || status == CLIENT_EXIT_NO_LOG);
        CHECK(strlen(text) <= RING_BYTES + 1);
    }
}
