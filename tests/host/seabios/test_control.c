/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* A PVH guest does what the toolstack asks for, between two calls to its disks. */
#include "bios.h"
#include "bregs.h"
#include "model/log.h"
#include "model/store.h"
#include "model/xen.h"
#include "seabios/int13/bios_disks.h"
#include "seabios/port/pvh_guest.h"
#include "seabios/port/xen_core.h"
#include "seabios/pvh/control.h"
#include "xen/base/public.h"
#include "xen/store/core.h"

#include <string.h>

#define KEY    "/local/domain/1/control/shutdown"
#define SECOND 18

void xenpv_handle_tick(void);

static struct backend *backend;
static struct drive_s *drive;

static void ask(const char *request)
{
    store_write(KEY, "%s", request);
    store_allow(KEY, TREE_WRITE);
}

static void start(const char *mode)
{
    bios_reset(mode);
    backend = world_add_disk(XVD(4));
    XenpvIsPvh = 1;
    XenpvControl = 0;
    ask("");
    bios_start();
    drive = bios_drive(0);
    machine.caller = CALLER_REAL_MODE;
}

static void ticks(unsigned count)
{
    for (; count; count--)
        xenpv_handle_tick();
}

static uint32_t requests(void)
{
    int error;

    return xenpv_core(&error)->store.requests;
}

TEST(a_pvh_guest_looks_for_requests_once_a_second)
{
    start("strict");
    unsigned calls = machine.calls_32;
    uint32_t before = requests();
    ticks(100 * SECOND);
    CHECK_EQUAL(requests() - before, 100);
    CHECK_EQUAL(machine.tick_ends, 100 * SECOND);
    CHECK_EQUAL(machine.calls_32 - calls, 100 * SECOND + 100);
}

TEST(an_hvm_guest_does_not_look_for_requests)
{
    bios_reset("strict");
    XenpvIsPvh = 0;
    world_add_disk(XVD(4));
    bios_start();
    CHECK_EQUAL(XenpvControl, 0);
}

TEST(a_guest_without_disks_looks_for_requests_too)
{
    bios_reset("strict");
    XenpvIsPvh = 1;
    ask("");
    bios_start();
    machine.caller = CALLER_REAL_MODE;
    ask("poweroff");
    ticks(SECOND);
    CHECK_EQUAL(xen_shutdowns[SHUTDOWN_poweroff], 1);
}

TEST(a_request_to_shut_down_closes_and_flushes_the_disks_first)
{
    static const struct {
        const char *request;
        unsigned reason;
    } cases[] = {
        {"poweroff", SHUTDOWN_poweroff}, {"halt", SHUTDOWN_poweroff}, {"reboot", SHUTDOWN_reboot}};

    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
        test_note("%s", cases[i].request);
        start("linger");
        bios_check_write(drive, 7, 3);
        CHECK(bios_is_open(backend));
        unsigned flushes = backend->flushes;
        ask(cases[i].request);
        ticks(SECOND);
        CHECK_EQUAL(xen_shutdowns[cases[i].reason], 1);
        CHECK(!bios_is_open(backend));
        CHECK(backend->flushes > flushes);
        CHECK(!strcmp(store_read(KEY), ""));
    }
}

TEST(a_tick_leaves_the_table_of_interrupts_where_a_program_has_moved_it)
{
    start("strict");
    machine.caller = CALLER_REAL_MODE_MOVED_IDT;
    ticks(SECOND);
    CHECK_EQUAL(machine.tick_ends, SECOND);
    CHECK(machine_idt_address());
    CHECK_EQUAL(machine.idt_loaded, machine_idt_address());
}

/**** Suspend ****/

static bool was_open;

static long restore(void)
{
    was_open = bios_is_open(backend);
    world_restore();
    return 0;
}

static long keep(void)
{
    was_open = bios_is_open(backend);
    return 1;
}

static void suspend(const char *mode, long (*suspended)(void))
{
    start(mode);
    bios_check_write(drive, 100, 8);
    xen_suspended = suspended;
    was_open = true;
    ask("suspend");
    ticks(SECOND);
    CHECK_EQUAL(xen_shutdowns[SHUTDOWN_suspend], 1);
    CHECK(!was_open);
    CHECK_EQUAL(machine.tick_begins, 1);
}

TEST(a_guest_that_is_suspended_has_its_disks_closed_and_opens_them_when_it_is_restored)
{
    static const char *const modes[] = {"strict", "linger"};

    for (unsigned i = 0; i < ARRAY_SIZE(modes); i++) {
        test_note("%s", modes[i]);
        suspend(modes[i], restore);
        CHECK_EQUAL(log_count("pvh: resumed"), 1);
        bios_check_read(drive, 100, 8);
        bios_check_write(drive, 200, 8);
        ask("");
        ticks(3 * SECOND);
        CHECK_EQUAL(xen_shutdowns[SHUTDOWN_suspend], 1);
        ask("suspend");
        ticks(SECOND);
        CHECK_EQUAL(xen_shutdowns[SHUTDOWN_suspend], 2);
        bios_check_read(drive, 200, 8);
    }
}

TEST(a_guest_whose_save_is_cancelled_goes_on)
{
    suspend("linger", keep);
    CHECK_EQUAL(log_count("pvh: resumed"), 1);
    bios_check_read(drive, 100, 8);
    ask("suspend");
    ticks(SECOND);
    CHECK_EQUAL(xen_shutdowns[SHUTDOWN_suspend], 2);
}

static void check_not_taken(void *context, const struct store_request *request,
                            struct store_reply *reply)
{
    (void)context, (void)request, (void)reply;
    if (bios_is_open(backend))
        CHECK(!strcmp(store_read(KEY), "suspend"));
}

/* libxl gives up a minute after the request is taken, and does not start a domain that suspends
 * later. */
TEST(a_request_is_taken_when_the_disks_are_closed)
{
    start("linger");
    bios_check_write(drive, 100, 8);
    xen_suspended = keep;
    ask("suspend");
    store_config.hook = check_not_taken;
    ticks(SECOND);
    store_config.hook = NULL;
    CHECK_EQUAL(xen_shutdowns[SHUTDOWN_suspend], 1);
    CHECK(!strcmp(store_read(KEY), ""));
}

static void withdraw(void *context, const struct store_request *request, struct store_reply *reply)
{
    static unsigned count;

    (void)context, (void)request, (void)reply;
    /* The look has read the key before. */
    if (++count == 2)
        store_write(KEY, "%s", "");
}

TEST(a_request_that_is_withdrawn_while_the_disks_are_closed_is_not_done)
{
    start("linger");
    bios_check_write(drive, 100, 8);
    ask("suspend");
    store_config.hook = withdraw;
    ticks(SECOND);
    store_config.hook = NULL;
    CHECK_EQUAL(xen_shutdowns[SHUTDOWN_suspend], 0);
    CHECK(!bios_is_open(backend));
    bios_check_read(drive, 100, 8);
    ticks(3 * SECOND);
    CHECK_EQUAL(xen_shutdowns[SHUTDOWN_suspend], 0);
}

TEST(a_request_that_cannot_be_acknowledged_does_not_close_the_disks_each_second)
{
    start("linger");
    store_write(KEY, "%s", "suspend");
    store_allow(KEY, TREE_READ);
    unsigned connects = backend->connects;
    for (unsigned i = 0; i < 2 * CONTROL_RETRY_TICKS; i++) {
        bios_check_read(drive, 8 * i % 500, 1);
        ticks(1);
    }
    CHECK_EQUAL(xen_shutdowns[SHUTDOWN_suspend], 0);
    CHECK(backend->connects - connects <= 3);
    CHECK_EQUAL(log_count("cannot acknowledge what the toolstack asks for"), 1);
}

TEST(no_request_is_looked_for_while_an_operating_system_starts)
{
    struct bregs regs = {.ax = 0xec00, .bl = 2};

    start("linger");
    handle_15(&regs);
    uint32_t before = requests();
    ticks(CONTROL_QUIET_TICKS - 1);
    CHECK_EQUAL(requests(), before);
    ticks(1);
    CHECK_EQUAL(requests() - before, 1);
}

/**** While a call is in progress ****/

static unsigned in_call;

/* Ticks come while 32-bit code waits for xenstored: they make no request. */
static void ticks_in_wait(unsigned count)
{
    struct machine before = machine;
    uint32_t made = requests();

    machine.is_32bit = false;
    ticks(count);
    CHECK_EQUAL(requests(), made);
    machine.is_32bit = before.is_32bit;
    in_call++;
}

static void tick_in_call(void *context, const struct store_request *request,
                         struct store_reply *reply)
{
    (void)context, (void)request, (void)reply;
    ticks_in_wait(SECOND);
    CHECK_EQUAL(xen_shutdowns[SHUTDOWN_suspend], 0);
}

TEST(a_request_is_put_off_until_the_call_to_a_disk_ends)
{
    start("strict");
    xen_suspended = keep;
    ask("suspend");
    store_config.hook = tick_in_call;
    bios_check_read(drive, 300, 8);
    store_config.hook = NULL;
    CHECK(in_call > 2);
    CHECK_EQUAL(xen_shutdowns[SHUTDOWN_suspend], 1);
    bios_check_read(drive, 308, 8);
    /* The next look has its usual time again. */
    ask("suspend");
    bios_check_read(drive, 316, 8);
    ticks(SECOND - 1);
    CHECK_EQUAL(xen_shutdowns[SHUTDOWN_suspend], 1);
    ticks(1);
    CHECK_EQUAL(xen_shutdowns[SHUTDOWN_suspend], 2);
}

/* More than a second passes while a look waits for xenstored. */
static void tick_in_look(void *context, const struct store_request *request,
                         struct store_reply *reply)
{
    (void)context, (void)request, (void)reply;
    ticks_in_wait(2 * SECOND);
}

/* A program's handler of the ticks reads a disk meanwhile. */
static void tick_and_call_in_look(void *context, const struct store_request *request,
                                  struct store_reply *reply)
{
    bool was_32bit = machine.is_32bit;
    uint32_t made = requests();

    tick_in_look(context, request, reply);
    machine.is_32bit = false;
    CHECK(bios_read(drive, 400, 1) != DISK_RET_SUCCESS);
    CHECK_EQUAL(requests(), made);
    machine.is_32bit = was_32bit;
}

TEST(neither_a_tick_nor_a_call_to_a_disk_disturbs_a_look)
{
    start("linger");
    xen_suspended = keep;
    ask("suspend");
    in_call = 0;
    store_config.hook = tick_and_call_in_look;
    ticks(SECOND);
    store_config.hook = NULL;
    CHECK(in_call > 2);
    CHECK_EQUAL(xen_shutdowns[SHUTDOWN_suspend], 1);
    bios_check_read(drive, 400, 8);
}

TEST(no_tick_disturbs_a_look_in_a_guest_without_disks)
{
    bios_reset("strict");
    XenpvIsPvh = 1;
    ask("");
    bios_start();
    /* As after an error in POST. */
    xenpv_disks = NULL;
    machine.caller = CALLER_REAL_MODE;
    ask("poweroff");
    store_config.hook = tick_in_look;
    ticks(SECOND);
    store_config.hook = NULL;
    CHECK_EQUAL(xen_shutdowns[SHUTDOWN_poweroff], 1);
}

TEST(no_request_is_looked_for_where_no_32_bit_code_can_run)
{
    start("strict");
    uint32_t before = requests();
    machine.caller = CALLER_VIRTUAL_8086;
    ticks(10 * SECOND);
    CHECK_EQUAL(requests(), before);
    CHECK_EQUAL(machine.tick_ends, 0);
    machine.caller = CALLER_REAL_MODE;
    ticks(SECOND);
    CHECK_EQUAL(requests() - before, 1);
}
