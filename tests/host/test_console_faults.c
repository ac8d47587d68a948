/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The PV console with a daemon that is slow, absent or hostile, with a restore at any moment, and
 * with hypercalls that fail. */
#include "console_user.h"
#include "model/trap.h"
#include "test.h"
#include "xen/base/platform.h"

#define LIMIT_MS 500u

/* A wait may end one turn after its limit. */
#define TURN_MS 1u

/* Fill the ring, whatever it has. */
static void fill_ring(struct console *console)
{
    uint32_t space = console_free_space(console);

    CHECK_EQUAL(console_write(console, console_text(0, space), space), space);
    CHECK_EQUAL(console_free_space(console), 0);
}

/**** No console ****/

/* fault: console | the guest has no page or no port for it, or its page is beyond the memory that
 * the firmware reaches | the console does not exist, and costs nothing */
TEST(a_guest_without_a_console_has_none_and_it_costs_nothing)
{
    static const struct {
        unsigned param;
        uint64_t value;
    } params[] = {
        {HVM_PARAM_CONSOLE_PFN, 0},
        {HVM_PARAM_CONSOLE_PFN, 0x12345},
        {HVM_PARAM_CONSOLE_PFN, UINT64_C(1) << 20},
        {HVM_PARAM_CONSOLE_PFN, UINT64_MAX},
        {HVM_PARAM_CONSOLE_EVTCHN, 0},
        {HVM_PARAM_CONSOLE_EVTCHN, UINT64_C(1) << 32},
    };

    for (unsigned i = 0; i < sizeof(params) / sizeof(params[0]); i++) {
        struct console console;

        console_world();
        *xen_param(params[i].param) = params[i].value;
        test_note("parameter %u", params[i].param);
        CHECK_EQUAL(console_init(&console), -XEN_ENODEV);
        CHECK_EQUAL(log_count("console: not available: ENODEV"), 1);
        console_check_costs_nothing(&console);
    }
}

/* fault: console | Xen refuses the parameters | the console does not exist, and costs nothing */
TEST(a_console_whose_parameters_cannot_be_read_does_not_exist)
{
    for (unsigned skip = 0; skip < 2; skip++) {
        struct console console;

        console_world();
        xen_fault = (struct xen_fault){.number = __HYPERVISOR_hvm_op,
                                       .operation = HVMOP_get_param,
                                       .skip = skip,
                                       .times = 1,
                                       .error = -XEN_EPERM};
        CHECK_EQUAL(console_init(&console), -XEN_EPERM);
        console_check_costs_nothing(&console);
        /* It can be found later. */
        CHECK_EQUAL(console_find(&console), 0);
        console_check_works(&console);
    }
}

/**** A slow or absent reader ****/

/* fault: console | the reader takes nothing for a while | waits for it within 100 ms, and loses
 * nothing */
TEST(a_slow_reader_is_waited_for_within_the_limit)
{
    struct console *console = console_used();
    uint32_t at = console_shown(), lost;

    xenconsoled_config.latency_us = (CONSOLE_WAIT_MS - 10) * 1000;
    CHECK_EQUAL(console_put(console, console_text(0, 3000), 3000, &lost), 3000);
    CHECK_EQUAL(lost, 0);
    limit_check(CONSOLE_WAIT_MS);
    CHECK_EQUAL(console_flush(console, LIMIT_MS), 0);
    console_check_shown(at, 0, 3000);
    console_check_works(console);
}

static void check_absent(struct console *console)
{
    uint32_t lost = 1, at = console_shown();

    CHECK_EQUAL(console_put(console, console_text(0, 3000), 3000, &lost), CONSOLE_OUT_SIZE);
    CHECK_EQUAL(lost, 0);
    CHECK(clock_now_us() / 1000 >= CONSOLE_WAIT_MS);
    limit_check(CONSOLE_WAIT_MS + TURN_MS);
    limit_begin();
    for (unsigned i = 0; i < 1000; i++) {
        CHECK_EQUAL(console_put(console, "dropped", 7, &lost), 0);
        CHECK_EQUAL(lost, 0);
    }
    CHECK_EQUAL(console_flush(console, LIMIT_MS), CONSOLE_OUT_SIZE);
    limit_check(0);
    CHECK_EQUAL(console_shown(), at);
}

/* fault: console | the reader never takes anything | waits for 100 ms once in the whole boot, then
 * drops bytes and counts them; a later write reports how many | also
 * what_a_late_reader_has_missed_is_reported_once */
TEST(an_absent_reader_costs_one_wait_and_the_rest_is_dropped)
{
    struct console *console = console_used();

    xenconsoled_end();
    check_absent(console);
}

TEST(what_a_late_reader_has_missed_is_reported_once)
{
    struct console *console = console_used();
    uint32_t at = console_shown(), lost;

    xenconsoled_config.deaf = true;
    check_absent(console);
    /* It begins to read. What the ring has kept is whole. */
    xenconsoled_config.deaf = false;
    world_pass_ms(2);
    console_check_shown(at, 0, CONSOLE_OUT_SIZE);
    at = console_shown();
    CHECK_EQUAL(console_put(console, console_text(0, 100), 100, &lost), 100);
    CHECK_EQUAL(lost, 3000 - CONSOLE_OUT_SIZE + 1000 * 7);
    CHECK_EQUAL(console_put(console, console_text(100, 100), 100, &lost), 100);
    CHECK_EQUAL(lost, 0);
    world_pass_ms(2);
    console_check_shown(at, 0, 200);
    /* And it is waited for again. */
    limit_begin();
    xenconsoled_config.deaf = true;
    fill_ring(console);
    CHECK_EQUAL(console_put(console, "x", 1, &lost), 0);
    limit_check(CONSOLE_WAIT_MS + TURN_MS);
    CHECK_EQUAL(console->wait_ms, 0);
    xenconsoled_config.deaf = false;
    console_check_works(console);
}

TEST(a_write_of_which_a_part_is_dropped_reports_nothing_yet)
{
    struct console *console = console_used();
    uint32_t lost;

    xenconsoled_config.deaf = true;
    fill_ring(console);
    CHECK_EQUAL(console_put(console, console_text(0, 300), 300, &lost), 0);
    /* Space for a part of the next one. */
    xenconsoled_page()->out_cons += 50;
    CHECK_EQUAL(console_put(console, console_text(0, 60), 60, &lost), 50);
    CHECK_EQUAL(lost, 0);
    xenconsoled_page()->out_cons += 60;
    CHECK_EQUAL(console_put(console, console_text(0, 60), 60, &lost), 60);
    CHECK_EQUAL(lost, 310);
    console_check_works(console);
}

TEST(the_number_of_lost_bytes_does_not_wrap_around)
{
    struct console *console = console_used();
    uint32_t lost;

    xenconsoled_config.deaf = true;
    fill_ring(console);
    console->lost = UINT32_MAX - 10;
    CHECK_EQUAL(console_put(console, console_text(0, 9), 9, &lost), 0);
    CHECK_EQUAL(console->lost, UINT32_MAX - 1);
    CHECK_EQUAL(console_put(console, console_text(0, 100), 100, &lost), 0);
    CHECK_EQUAL(console_put(console, "", 0, &lost), 0);
    CHECK_EQUAL(lost, UINT32_MAX);
}

/* fault: console | the reader takes a byte now and then | all writes together wait at most 100 ms
 * for each ring that it takes */
TEST(a_reader_that_takes_a_byte_at_a_time_delays_a_boot_only_a_little)
{
    struct console *console = console_used();
    uint32_t at = console_shown(), lost;

    xenconsoled_config.chunk = 1;
    for (unsigned us = 500; us <= 80000; us *= 4) {
        xenconsoled_config.chunk_us = us;
        test_note("a byte in %u us", us);
        limit_begin();
        for (unsigned i = 0; i < 5000; i++)
            console_put(console, "0123456789abcdef", 16, &lost);
        uint32_t rings = (console_shown() - at) / CONSOLE_OUT_SIZE + 1;
        limit_check((CONSOLE_WAIT_MS + TURN_MS) * rings);
        CHECK(!xenconsoled_ignores_guest());
    }
    console_check_works(console);
}

/* fault: console | the reader has not taken everything when the system takes over | waits until one
 * limit; the rest stays in the ring */
TEST(a_flush_waits_until_its_limit_and_leaves_the_rest_in_the_ring)
{
    struct console *console = console_used();
    uint32_t at = console_shown(), lost;

    xenconsoled_config.deaf = true;
    CHECK_EQUAL(console_put(console, console_text(0, 700), 700, &lost), 700);
    CHECK_EQUAL(console_flush(console, LIMIT_MS), 700);
    CHECK(clock_now_us() / 1000 >= LIMIT_MS);
    limit_check(LIMIT_MS + TURN_MS);
    limit_begin();
    /* That was the wait that an absent reader costs. */
    CHECK_EQUAL(console_flush(console, LIMIT_MS), 700);
    fill_ring(console);
    CHECK_EQUAL(console_put(console, "x", 1, &lost), 0);
    limit_check(0);
    xenconsoled_config.deaf = false;
    world_pass_ms(2);
    CHECK_EQUAL(console_shown() - at, CONSOLE_OUT_SIZE);
    console_check_works(console);
}

TEST(a_flush_of_a_reader_that_takes_a_byte_at_a_time_has_one_limit)
{
    struct console *console = console_used();

    xenconsoled_config.chunk = 1;
    xenconsoled_config.chunk_us = 2000;
    fill_ring(console);
    uint32_t left = console_flush(console, LIMIT_MS);
    limit_check(LIMIT_MS + TURN_MS);
    CHECK(left > CONSOLE_OUT_SIZE - 300 && left < CONSOLE_OUT_SIZE - 200);
    console_check_works(console);
}

static struct console *nested_console;
static unsigned nested_calls;

static void call_within_a_call(void)
{
    uint64_t now = clock_now_us();
    uint32_t lost;

    nested_calls++;
    CHECK_EQUAL(console_put(nested_console, "nested", 6, &lost), 0);
    CHECK(console_flush(nested_console, LIMIT_MS) > 0);
    CHECK_EQUAL(clock_now_us(), now);
}

/* fault: console | an interrupt handler writes while a write waits | does not wait within the wait:
 * drops the bytes and counts them */
TEST(a_write_within_a_wait_does_not_wait)
{
    for (unsigned flush = 0; flush < 2; flush++) {
        struct console *console = console_used();
        uint32_t lost;

        xenconsoled_config.deaf = true;
        nested_console = console;
        nested_calls = 0;
        fill_ring(console);
        xen_fault = (struct xen_fault){.number = __HYPERVISOR_sched_op,
                                       .operation = SCHEDOP_yield,
                                       .times = UINT32_MAX,
                                       .on_hit = call_within_a_call};
        if (flush)
            CHECK_EQUAL(console_flush(console, LIMIT_MS), CONSOLE_OUT_SIZE);
        else
            CHECK_EQUAL(console_put(console, "outer", 5, &lost), 0);
        xen_fault.times = 0;
        CHECK(nested_calls > 10);
        limit_check((flush ? LIMIT_MS : CONSOLE_WAIT_MS) + TURN_MS);
        CHECK_EQUAL(console->lost, nested_calls * 6 + (flush ? 0 : 5));
        console_check_works(console);
    }
}

/**** A hostile daemon ****/

static uint32_t *index_at(unsigned which)
{
    struct xencons_interface *page = xenconsoled_page();
    uint32_t *indexes[] = {&page->out_cons, &page->in_prod, &page->out_prod, &page->in_cons};

    return indexes[which];
}

/* Each function in turn meets the fault. */
static void call_any(struct console *console, unsigned which)
{
    char buffer[16];
    uint32_t lost;

    switch (which) {
    case 0:
        CHECK_EQUAL(console_free_space(console), 0);
        break;
    case 1:
        CHECK_EQUAL(console_write(console, "x", 1), 0);
        break;
    case 2:
        CHECK_EQUAL(console_put(console, "x", 1, &lost), 0);
        break;
    case 3:
        CHECK_EQUAL(console_flush(console, LIMIT_MS), 0);
        break;
    case 4:
        CHECK_EQUAL(console_read(console, buffer, sizeof(buffer)), 0);
        break;
    default:
        CHECK_EQUAL(console_peek(console, buffer, sizeof(buffer)), 0);
        break;
    }
}

#define ANY_CALLS 6u

/* fault: console | an index is impossible | reports it once, and touches the page no more in this
 * boot */
TEST(impossible_indexes_close_the_console)
{
    static const uint32_t values[] = {2049, 0x80000000, UINT32_MAX - 2048};

    for (unsigned which = 0; which < 4; which++) {
        for (unsigned i = 0; i < 3; i++) {
            for (unsigned call = 0; call < ANY_CALLS; call++) {
                struct console *console = console_used();
                /* A producer too far ahead, or a consumer too far behind. */
                *index_at(which) += which == 1 || which == 2 ? values[i] : 0u - values[i];
                test_note("index %u off by %u, call %u", which, values[i], call);
                call_any(console, call);
                limit_check(0);
                CHECK(log_has("impossible ring indexes"));
                console_check_closed(console);
            }
        }
    }
}

TEST(the_largest_possible_indexes_do_not_close_the_console)
{
    struct console *console = console_used();
    char buffer[CONSOLE_IN_SIZE + 1];

    *index_at(0) -= CONSOLE_OUT_SIZE;
    *index_at(1) += CONSOLE_IN_SIZE;
    CHECK_EQUAL(console_free_space(console), 0);
    CHECK_EQUAL(console_read(console, buffer, sizeof(buffer)), CONSOLE_IN_SIZE);
    console_check_works(console);
}

static void spoil_output(struct xencons_interface *page)
{
    page->out_cons = page->out_prod + 1;
}

TEST(an_index_that_becomes_impossible_during_a_wait_ends_it)
{
    for (unsigned flush = 0; flush < 2; flush++) {
        struct console *console = console_used();
        uint32_t lost;

        xenconsoled_config.hook = spoil_output;
        xenconsoled_config.latency_us = 20000;
        fill_ring(console);
        if (flush)
            CHECK_EQUAL(console_flush(console, LIMIT_MS), 0);
        else
            CHECK_EQUAL(console_put(console, "x", 1, &lost), 0);
        CHECK(!lost);
        limit_check(20 + TURN_MS);
        console_check_closed(console);
    }
}

static uint64_t random_state;

static uint32_t random_below(uint32_t limit)
{
    random_state = random_state * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (uint32_t)(random_state >> 33) % limit;
}

static void scramble(uint32_t offset, enum trap_access access)
{
    uint32_t *index = index_at(random_below(4));

    (void)offset;
    (void)access;
    switch (random_below(600)) {
    case 0:
        *index += random_below(40);
        break;
    case 1:
        *index = random_below(2) ? random_below(3000) : UINT32_MAX;
        break;
    case 2:
        *index_at(1) += random_below(20);
        break;
    case 3:
        *index_at(0) = *index_at(2) - random_below(2048);
        break;
    default:
        break;
    }
}

/* fault: console | the page changes between any two accesses | reads each byte and each index of
 * the other side once, and ends in time | also
 * each_byte_of_input_is_read_from_the_shared_page_once,
 * each_index_of_the_other_side_is_read_once,
 * an_index_of_this_side_that_changes_all_the_time_closes_the_console */
TEST(a_console_page_that_changes_all_the_time_ends_in_time)
{
    unsigned closed = 0;

    for (random_state = 1; random_state <= test_share(400);) {
        uint64_t seed = random_state;
        struct console *console = console_used();
        char buffer[64];
        uint32_t lost;

        test_note("seed %u", (unsigned)seed);
        trap_begin(MEMORY_CONSOLE_FRAME, scramble);
        for (unsigned i = 0; i < 5; i++) {
            limit_begin();
            CHECK(console_put(console, console_text(0, 3000), 3000, &lost) <= 3000);
            CHECK(console_peek(console, buffer, sizeof(buffer)) <= sizeof(buffer));
            CHECK(console_read(console, buffer, sizeof(buffer)) <= sizeof(buffer));
            CHECK(console_flush(console, LIMIT_MS) <= CONSOLE_OUT_SIZE);
            CHECK(console_free_space(console) <= CONSOLE_OUT_SIZE);
            limit_check(CONSOLE_WAIT_MS + LIMIT_MS + 2 * TURN_MS);
        }
        trap_end();
        closed += console->closed;
        if (console->closed)
            console_check_closed(console);
        random_state = seed + 1;
    }
    /* Both happened; how often depends on the number of accesses that the compiler makes. */
    CHECK(closed > test_share(400) / 20 && closed < test_share(400));
}

static unsigned index_reads[2];

static void count_index_reads(uint32_t offset, enum trap_access access)
{
    if (access == TRAP_WRITE)
        return;
    index_reads[0] += offset == offsetof(struct xencons_interface, out_cons);
    index_reads[1] += offset == offsetof(struct xencons_interface, in_prod);
}

TEST(each_index_of_the_other_side_is_read_once)
{
    for (unsigned call = 0; call < 3; call++) {
        struct console *console = console_used();
        char buffer[8];

        xenconsoled_type("12345678", 8);
        world_pass_ms(2);
        index_reads[0] = index_reads[1] = 0;
        trap_begin(MEMORY_CONSOLE_FRAME, count_index_reads);
        if (call == 0)
            CHECK_EQUAL(console_write(console, "12345678", 8), 8);
        else if (call == 1)
            CHECK_EQUAL(console_read(console, buffer, sizeof(buffer)), 8);
        else
            CHECK_EQUAL(console_peek(console, buffer, sizeof(buffer)), 8);
        trap_end();
        CHECK_EQUAL(index_reads[0], 1);
        CHECK_EQUAL(index_reads[1], 1);
        console_check_works(console);
    }
}

static unsigned moves_spoilt;

/* Before each write to an index of this side: it has become another one. */
static void spoil_moves(uint32_t offset, enum trap_access access)
{
    bool own = offset == offsetof(struct xencons_interface, out_prod) ||
               offset == offsetof(struct xencons_interface, in_cons);

    if (!own || access != TRAP_WRITE || !moves_spoilt)
        return;
    moves_spoilt--;
    *(uint32_t *)((char *)xenconsoled_page() + offset) += 1;
    if (offset == offsetof(struct xencons_interface, out_prod))
        *index_at(0) += 1;
    else
        *index_at(1) += 1;
}

TEST(an_index_of_this_side_that_changes_all_the_time_closes_the_console)
{
    for (unsigned read = 0; read < 2; read++) {
        for (unsigned times = 1; times <= 2; times++) {
            struct console *console = console_used();
            char byte;

            xenconsoled_type("12345", 5);
            world_pass_ms(2);
            moves_spoilt = times;
            trap_begin(MEMORY_CONSOLE_FRAME, spoil_moves);
            uint32_t moved =
                read ? console_read(console, &byte, 1) : console_write(console, "x", 1);
            trap_end();
            CHECK_EQUAL(moves_spoilt, 0);
            CHECK_EQUAL(moved, times == 1);
            if (times == 1) {
                console_check_works(console);
            } else {
                CHECK(log_has("its indexes change all the time"));
                console_check_closed(console);
            }
        }
    }
}

/**** Restores ****/

static void restore(bool same_port)
{
    if (same_port)
        world_restore_same_port();
    else
        world_restore();
}

/* fault: console | a restore or a migration between two calls | finds page and port again; what was
 * in the rings is lost */
TEST(a_console_works_again_after_a_restore)
{
    for (unsigned same_port = 0; same_port < 2; same_port++) {
        for (unsigned call = 0; call < 6; call++) {
            struct console *console = console_used();
            char buffer[4];
            uint32_t lost;

            test_note("call %u", call);
            CHECK_EQUAL(console_write(console, "in the ring", 11), 11);
            restore(same_port);
            switch (call) {
            case 0:
                CHECK_EQUAL(console_free_space(console), CONSOLE_OUT_SIZE);
                break;
            case 1:
                CHECK_EQUAL(console_flush(console, LIMIT_MS), 0);
                break;
            case 2:
                CHECK_EQUAL(console_read(console, buffer, 4), 0);
                break;
            case 3:
                CHECK_EQUAL(console_find(console), 0);
                break;
            case 4:
                CHECK_EQUAL(console_peek(console, buffer, 4), 0);
                break;
            default:
                CHECK_EQUAL(console_put(console, "x", 1, &lost), 1);
                break;
            }
            limit_check(0);
            CHECK(console_was_replaced(console));
            console_check_works(console);
            CHECK(!console_was_replaced(console));
        }
    }
}

/* fault: console | a restore before the first byte, which leaves no trace in the page | asks for
 * the port once more before it notifies for the first time */
TEST(a_restore_before_the_first_byte_is_noticed_by_the_first_batch)
{
    for (unsigned read = 0; read < 2; read++) {
        struct console *console = console_start();
        char byte;

        /* The number of the old port may be that of another one now: xenstore's. */
        console->port = EVENTS_STORE_PORT;
        unsigned notified = xenconsoled_notified();
        if (read) {
            xenconsoled_type("x", 1);
            world_pass_ms(2);
            CHECK_EQUAL(console_read(console, &byte, 1), 1);
        } else {
            CHECK_EQUAL(console_write(console, "x", 1), 1);
        }
        CHECK_EQUAL(xenconsoled_notified() - notified, 1);
        world_restore();
        console_check_works(console);
    }
}

static unsigned restore_at;
static bool restored;

static void restore_at_access(uint32_t offset, enum trap_access access)
{
    (void)offset;
    (void)access;
    if (restored || restore_at--)
        return;
    restored = true;
    world_restore();
}

/* Return: whether the operation has as many accesses to the page. */
static bool restored_at_access(unsigned at, unsigned operation)
{
    struct console *console = console_used();
    char buffer[40];
    uint32_t count = 0;

    test_note("access %u of operation %u", at, operation);
    xenconsoled_config.deaf = true;
    if (operation == 2)
        fill_ring(console);
    xenconsoled_config.deaf = false;
    if (operation == 1 || operation == 3)
        xenconsoled_type(console_text(0, 20), 20);
    world_pass_ms(operation == 1 || operation == 3 ? 2 : 0);
    xenconsoled_config.latency_us = 3000;
    restore_at = at;
    restored = false;
    limit_begin();
    trap_begin(MEMORY_CONSOLE_FRAME, restore_at_access);
    if (operation == 0)
        console_write(console, console_text(0, 20), 20);
    else if (operation == 1)
        count = console_read(console, buffer, sizeof(buffer));
    else if (operation == 2)
        console_flush(console, LIMIT_MS);
    else
        count = console_peek(console, buffer, sizeof(buffer));
    trap_end();
    /* All that was typed before, or nothing. */
    CHECK(!count || count == 20);
    CHECK(!memcmp(buffer, console_text(0, count), count));
    limit_check(LIMIT_MS);
    CHECK(!console->closed);
    console_check_works(console);
    return restored;
}

/* fault: console | a restore at any access of a call to the page | notices it before it moves an
 * index, and begins again | also a_restore_during_a_wait_ends_it_early */
TEST(a_restore_at_any_access_to_the_page_is_noticed)
{
    for (unsigned operation = 0; operation < 4; operation++) {
        unsigned at = 0;

        while (restored_at_access(at, operation))
            at++;
        CHECK(at >= 6);
    }
}

static uint64_t restore_at_us;

static void restore_at_time(void)
{
    if (clock_now_us() < restore_at_us || restored)
        return;
    restored = true;
    world_restore();
    xenconsoled_config.deaf = false;
}

TEST(a_restore_during_a_wait_ends_it_early)
{
    for (unsigned flush = 0; flush < 2; flush++) {
        struct console *console = console_used();
        uint32_t at = console_shown(), lost;

        xenconsoled_config.deaf = true;
        fill_ring(console);
        restore_at_us = clock_now_us() + 30000;
        restored = false;
        xen_fault = (struct xen_fault){.number = __HYPERVISOR_sched_op,
                                       .operation = SCHEDOP_yield,
                                       .times = UINT32_MAX,
                                       .on_hit = restore_at_time};
        if (flush)
            CHECK_EQUAL(console_flush(console, LIMIT_MS), 0);
        else
            CHECK_EQUAL(console_put(console, console_text(9, 5), 5, &lost), 5);
        CHECK(restored);
        xen_fault.times = 0;
        limit_check(30 + TURN_MS);
        world_pass_ms(2);
        if (!flush)
            console_check_shown(at, 9, 5);
        console_check_works(console);
    }
}

/* fault: console | a restore after the reader was absent | waits for the new reader again */
TEST(a_reader_that_is_new_after_a_restore_is_waited_for)
{
    struct console *console = console_used();

    xenconsoled_config.deaf = true;
    check_absent(console);
    world_restore();
    xenconsoled_config.deaf = false;
    xenconsoled_config.latency_us = 20000;
    CHECK_EQUAL(console_write(console, "x", 1), 1);
    CHECK_EQUAL(console_flush(console, LIMIT_MS), 0);
    console_check_works(console);
}

/* Move the console's page to memory that the firmware can reach. */
static void move_page(void)
{
    void *page = platform_alloc_reserved(4096, 4096);

    CHECK(page);
    *xen_param(HVM_PARAM_CONSOLE_PFN) = platform_frame(page);
}

/* fault: console | the page is another one after a restore | finds it when Xen refuses a
 * notification on the old port, or before it waits */
TEST(a_page_that_has_moved_is_found_again)
{
    for (unsigned call = 0; call < 3; call++) {
        struct console *console = console_used();
        uint32_t at = console_shown(), lost;

        test_note("call %u", call);
        if (call)
            fill_ring(console);
        /* The old page keeps its contents: it is memory of the guest's now. */
        struct xencons_interface old = *xenconsoled_page();
        restore(call != 0);
        *xenconsoled_page() = old;
        move_page();
        if (call == 0)
            CHECK_EQUAL(console_write(console, "lost", 4), 4);
        else if (call == 1)
            CHECK_EQUAL(console_put(console, console_text(0, 9), 9, &lost), 9);
        else
            CHECK_EQUAL(console_flush(console, LIMIT_MS), 0);
        world_pass_ms(2);
        limit_check(2);
        if (call == 1)
            console_check_shown(at, 0, 9);
        console_check_works(console);
    }
}

/**** Hypercalls that fail ****/

static void fail_calls(unsigned number, unsigned operation, unsigned times)
{
    xen_fault = (struct xen_fault){
        .number = number, .operation = operation, .times = times, .error = -XEN_EINVAL};
}

/* fault: console | Xen refuses a notification | finds the port again and repeats it once | also
 * a_console_whose_port_does_not_work_is_closed */
TEST(a_notification_that_fails_is_repeated_once)
{
    struct console *console = console_used();

    fail_calls(__HYPERVISOR_event_channel_op, EVTCHNOP_send, 1);
    unsigned notified = xenconsoled_notified();
    CHECK_EQUAL(console_write(console, "x", 1), 1);
    CHECK_EQUAL(xenconsoled_notified() - notified, 1);
    console_check_works(console);
}

/* fault: console | Xen refuses each notification | reports it once, and touches the page no more in
 * this boot */
TEST(a_console_whose_port_does_not_work_is_closed)
{
    struct console *console = console_used();

    fail_calls(__HYPERVISOR_event_channel_op, EVTCHNOP_send, UINT32_MAX);
    CHECK_EQUAL(console_write(console, "x", 1), 1);
    CHECK(log_has("its event channel does not work"));
    console_check_closed(console);
}

/* fault: console | Xen refuses the parameters after a restore | the console does not exist any
 * more, until it is found again | also a_console_that_vanishes_during_a_call_ends_it */
TEST(a_console_that_is_not_found_after_a_restore_does_not_exist)
{
    struct console *console = console_used();
    char byte;

    world_restore();
    fail_calls(__HYPERVISOR_hvm_op, HVMOP_get_param, 1);
    CHECK_EQUAL(console_read(console, &byte, 1), 0);
    console_check_costs_nothing(console);
    CHECK_EQUAL(log_count("console: not available: EINVAL"), 1);
    CHECK_EQUAL(console_find(console), 0);
    console_check_works(console);
}

TEST(a_console_that_vanishes_during_a_call_ends_it)
{
    for (unsigned call = 0; call < 4; call++) {
        struct console *console = call == 3 ? console_start() : console_used();
        uint32_t lost = 1;

        test_note("call %u", call);
        xenconsoled_config.deaf = true;
        if (call < 2)
            fill_ring(console);
        *xen_param(HVM_PARAM_CONSOLE_PFN) = 0;
        /* Found to be gone before a wait, before a flush, after a failed notification, and at the
         * first one. */
        if (call == 2)
            fail_calls(__HYPERVISOR_event_channel_op, EVTCHNOP_send, 1);
        if (call == 1)
            CHECK_EQUAL(console_flush(console, LIMIT_MS), 0);
        else
            CHECK_EQUAL(console_put(console, "x", 1, &lost), call >= 2);
        CHECK(call == 1 || !lost);
        limit_check(0);
        CHECK(!console->page);
        console_check_costs_nothing(console);
        *xen_param(HVM_PARAM_CONSOLE_PFN) = MEMORY_CONSOLE_FRAME;
        CHECK_EQUAL(console_find(console), 0);
        console_check_works(console);
    }
}
