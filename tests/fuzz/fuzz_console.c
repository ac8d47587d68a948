/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The PV console against a daemon that does anything, with restores. */
#include "fuzz.h"

#include "test.h"
#include "xen/console/console.h"

#define OUT_BYTES 2048u
#define IN_BYTES  1024u
#define LIMIT_MS  50u

/* A wait may end one turn after its limit. */
#define TURN_MS 1u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whether the daemon has kept to the protocol; whether it was there all the time, without a
 * restore, so that no byte was lost. */
static bool honest, whole;
static uint32_t written;

static void one_index(struct xencons_interface *page)
{
    uint32_t *indexes[] = {&page->out_cons, &page->in_prod, &page->out_prod, &page->in_cons};
    uint32_t *index = indexes[fuzz_byte() % 4];

    honest = false;
    if (fuzz_one_in(2))
        *index += fuzz_word();
    else
        *index += fuzz_byte() * 17u;
}

/* What the daemon does when it acts. */
static void act(struct xencons_interface *page)
{
    switch (fuzz_byte() % 16) {
    case 1:
        one_index(page);
        break;
    case 2:
        xenconsoled_config.chunk = fuzz_byte() * 9u;
        break;
    case 3:
        xenconsoled_config.chunk_us = fuzz_byte() * 300u;
        break;
    case 4:
        xenconsoled_config.latency_us = fuzz_byte() * 500u;
        break;
    case 5:
        xenconsoled_config.deaf = true;
        break;
    default:
        break;
    }
}

/* While the firmware waits. */
static void between(void)
{
    switch (fuzz_byte() % 64) {
    case 1:
        one_index(xenconsoled_page());
        break;
    case 2:
        world_restore();
        whole = false;
        break;
    case 3:
        world_restore_same_port();
        whole = false;
        break;
    case 4:
        xenconsoled_config.deaf = !xenconsoled_config.deaf;
        break;
    default:
        break;
    }
}

static void one_event(void)
{
    static const char typed[UINT8_MAX * 5];

    switch (fuzz_byte() % 8) {
    case 1:
        xenconsoled_type(typed, fuzz_byte() * 5u);
        break;
    case 2:
        world_restore();
        whole = false;
        break;
    case 3:
        world_restore_same_port();
        whole = false;
        break;
    case 4:
        one_index(xenconsoled_page());
        break;
    case 5:
        xenconsoled_config.deaf = fuzz_byte() % 2;
        break;
    case 6:
        xenconsoled_end();
        whole = false;
        break;
    default:
        world_pass_ms(fuzz_byte());
        break;
    }
}

static void one_call(struct console *console)
{
    static char bytes[4096];
    uint32_t count = fuzz_byte() * 13u, lost, result;

    limit_begin();
    switch (fuzz_byte() % 5) {
    case 0:
        result = console_write(console, bytes, count);
        CHECK(result <= count && result <= OUT_BYTES);
        written += result;
        limit_check(0);
        break;
    case 1:
        result = console_put(console, bytes, count, &lost);
        CHECK(result <= count);
        written += result;
        limit_check(CONSOLE_WAIT_MS + TURN_MS);
        break;
    case 2:
        CHECK(console_flush(console, LIMIT_MS) <= OUT_BYTES);
        limit_check(LIMIT_MS + TURN_MS);
        break;
    case 3:
        CHECK(console_free_space(console) <= OUT_BYTES);
        limit_check(0);
        break;
    default:
        CHECK(console_read(console, bytes, count) <= (count < IN_BYTES ? count : IN_BYTES));
        limit_check(0);
        break;
    }
    /* An honest daemon is neither confused nor given up. */
    if (honest) {
        CHECK(!console->closed);
        CHECK(!xenconsoled_ignores_guest());
    }
}

/* With an honest daemon the console works in the end, whatever was restored. */
static void check_end(struct console *console)
{
    uint32_t shown;

    xen_fault.times = 0;
    xenconsoled_config = (struct xenconsoled_config){0};
    if (!honest)
        return;
    if (!whole)
        world_restore();
    world_pass_ms(200);
    CHECK_EQUAL(console_write(console, "end", 3), 3);
    CHECK_EQUAL(console_flush(console, LIMIT_MS), 0);
    const char *text = xenconsoled_shown(&shown);
    CHECK(shown >= 3 && !memcmp(text + shown - 3, "end", 3));
    if (whole)
        CHECK_EQUAL(shown, written + 3);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct console console;
    struct firmware firmware;

    world_reset();
    fuzz_begin(data, size);
    CHECK_EQUAL(firmware_start(&firmware), 0);
    if (fuzz_one_in(4)) {
        uint32_t start = fuzz_word();
        struct xencons_interface *page = xenconsoled_page();
        page->out_cons = page->out_prod = start;
        page->in_cons = page->in_prod = ~start;
    }
    CHECK_EQUAL(console_init(&console), 0);
    honest = whole = true;
    written = 0;
    xenconsoled_config.hook = act;
    /* A yield fails without any effect. */
    xen_fault = (struct xen_fault){.number = __HYPERVISOR_sched_op,
                                   .operation = SCHEDOP_yield,
                                   .times = UINT32_MAX,
                                   .on_hit = between};
    for (unsigned i = 0; i < 16; i++) {
        one_event();
        one_call(&console);
    }
    check_end(&console);
    return 0;
}
