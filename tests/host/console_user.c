/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "console_user.h"

#include "model/trap.h"
#include "test.h"
#include "xen/hv/hypercall.h"

#define TEXT_BYTES 65536u

/* In memory of the firmware's, as in the ROM; the sanitizer watches the bytes around it. */
static struct console console;

void console_world(void)
{
    struct firmware firmware;

    world_reset();
    CHECK_EQUAL(firmware_start(&firmware), 0);
}

struct console *console_start(void)
{
    console_world();
    CHECK_EQUAL(console_init(&console), 0);
    limit_begin();
    return &console;
}

struct console *console_used(void)
{
    char byte;

    console_start();
    CHECK_EQUAL(console_write(&console, "*", 1), 1);
    xenconsoled_type("?", 1);
    world_pass_ms(2);
    CHECK_EQUAL(console_read(&console, &byte, 1), 1);
    world_pass_ms(2);
    limit_begin();
    return &console;
}

const char *console_text(uint32_t from, uint32_t count)
{
    static char text[TEXT_BYTES];

    CHECK(count <= sizeof(text));
    for (uint32_t i = 0; i < count; i++)
        text[i] = (char)('!' + ((from + i) * 31 + (from + i) / 90) % 90);
    return text;
}

uint32_t console_shown(void)
{
    uint32_t count;

    xenconsoled_shown(&count);
    return count;
}

void console_check_shown(uint32_t at, uint32_t from, uint32_t count)
{
    uint32_t shown;
    const char *bytes = xenconsoled_shown(&shown);

    CHECK_EQUAL(shown, at + count);
    CHECK(!memcmp(bytes + at, console_text(from, count), count));
}

unsigned console_sends(void)
{
    return xen_calls(__HYPERVISOR_event_channel_op, EVTCHNOP_send);
}

unsigned console_hypercalls(void)
{
    return hypercall_count() - xen_calls(__HYPERVISOR_sched_op, SCHEDOP_yield);
}

void console_check_works(struct console *user)
{
    char bytes[3];
    uint32_t lost;

    CHECK(user->page);
    CHECK(!xenconsoled_ignores_guest());
    xenconsoled_config = (struct xenconsoled_config){.latency_us = 100, .chunk_us = 300};
    world_pass_ms(2);
    /* What was typed before does not count. */
    while (console_read(user, bytes, sizeof(bytes)))
        world_pass_ms(2);
    /* A write that a restore has cost its notification is shown with the next one. */
    CHECK_EQUAL(console_put(user, "#", 1, &lost), 1);
    world_pass_ms(2);
    uint32_t before = console_shown();
    CHECK_EQUAL(console_put(user, console_text(7, 3000), 3000, &lost), 3000);
    world_pass_ms(2);
    console_check_shown(before, 7, 3000);
    CHECK_EQUAL(console_free_space(user), CONSOLE_OUT_SIZE);
    xenconsoled_type("abc", 3);
    world_pass_ms(2);
    CHECK_EQUAL(console_read(user, bytes, sizeof(bytes)), 3);
    CHECK(!memcmp(bytes, "abc", 3));
    CHECK(!xenconsoled_ignores_guest());
}

static void touched(uint32_t offset, enum trap_access access)
{
    (void)offset;
    (void)access;
    test_fail(__FILE__, __LINE__, "the page of a closed console is accessed");
}

void console_check_costs_nothing(struct console *user)
{
    uint32_t lost = 77, hypercalls = hypercall_count();
    uint64_t now = clock_now_us();
    char byte = 'x';

    trap_begin(MEMORY_CONSOLE_FRAME, touched);
    CHECK_EQUAL(console_free_space(user), 0);
    CHECK_EQUAL(console_write(user, "lost", 4), 0);
    CHECK_EQUAL(console_put(user, "lost", 4, &lost), 0);
    CHECK_EQUAL(lost, 0);
    CHECK_EQUAL(console_flush(user, 1000), 0);
    CHECK_EQUAL(console_peek(user, &byte, 1), 0);
    CHECK_EQUAL(console_read(user, &byte, 1), 0);
    CHECK_EQUAL(byte, 'x');
    trap_end();
    CHECK_EQUAL(hypercall_count(), hypercalls);
    CHECK_EQUAL(clock_now_us(), now);
}

void console_check_closed(struct console *user)
{
    CHECK(!user->page);
    CHECK_EQUAL(log_count("console: closed for good"), 1);
    console_check_costs_nothing(user);
    uint32_t hypercalls = hypercall_count();
    CHECK_EQUAL(console_find(user), -XEN_ENOTCONN);
    CHECK_EQUAL(hypercall_count(), hypercalls);
    CHECK_EQUAL(log_count("console: closed for good"), 1);
}

void console_check_end(struct console *user)
{
    if (user->closed)
        console_check_closed(user);
    else
        console_check_works(user);
}
