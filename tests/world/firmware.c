/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "firmware.h"

#include "backends.h"
#include "dom0_daemon.h"
#include "dom0_qemu.h"
#include "dom0_xen.h"
#include "media.h"
#include "report.h"
#include "rules.h"
#include "script.h"
#include "ticks.h"
#include "toolstack.h"
#include "truth.h"
#include "turns.h"

#include "model/clock.h"
#include "seabios/int13/bios_disks.h"
#include "seabios/int13/kept.h"
#include "xen/base/bytes.h"
#include "xen/base/error.h"
#include "xen/base/handover.h"
#include "xen/disk/disk_set.h"
#include "xen/disk/disks_handover.h"
#include "xen/disk/disks_start.h"
#include "xen/disk/disks_transfer.h"

#include <string.h>

#define SECTORS_MAX 128u
#define CD_SECTORS  (2048 / SECTOR_BYTES)
#define POOL_PAGES  48u
#define CACHE_LINES 12u

/* Few, so that most seeds have a system that lives on int13. */
#define WRITES_TO_KEEP_OPEN 2

/* Such a system pauses after so many calls of 100, or asks about memory. */
#define PAUSE_PERCENT 25

/* All disks are flushed, closed, and connected and flushed once more if the guest was restored. */
#define TICKS_LIMIT_US (150u * UINT64_C(1000000))

/* In the ROM these are in reserved memory too; here the sanitizer watches around them. */
static struct core core;
static struct disks disks;

static bool has_disks, called;
static uint64_t looked_before; /* for a change of the medium */
static bool port_was_read; /* for a second the firmware may not notice that its disks are closed */
static bool was_left;      /* by int15 EC00h: strict from then on */
static bool keeps_no_more; /* strict mode is not to leave any disk open again */
static unsigned writes;    /* successful ones since POST, or since a sign of a starting system */
static unsigned calls, restores_before, requests_before;
static unsigned restores_known[BACKENDS_MAX]; /* restores when the disk was used last */
static enum handover_mode mode_before;
static bool unhooked_before;                /* by a move: the call may return to hook mode */
static unsigned boot_restores, boot_starts; /* of the guest, of the daemon, when POST began */

enum handover_mode firmware_mode(void)
{
    return core.mode;
}

bool firmware_has_disks(void)
{
    return has_disks;
}

unsigned firmware_calls(void)
{
    return calls;
}

bool firmware_is_called(void)
{
    return called;
}

static void call_begin(const char *what, unsigned disk, uint32_t sector, uint32_t count)
{
    report("%s, disk %u, sector %u, count %u", what, disk, sector, count);
    restores_before = toolstack_restores();
    requests_before = backends_requests();
    mode_before = firmware_mode();
    unhooked_before = core.unhooked;
    called = true;
    calls++;
}

/* Before a call that 32-bit code serves. */
static void call_prepare(void)
{
    keeps_no_more |= XenpvUnreached;
    kept_prepare();
}

static unsigned restores_in_call(void)
{
    return toolstack_restores() - restores_before;
}

/* Nothing has happened to the daemon and to the guest's domain since POST. */
static bool is_undisturbed(void)
{
    return !port_was_read && daemon_lives() && !daemon_is_to_end() &&
           daemon_starts() == boot_starts && toolstack_restores() == boot_restores;
}

/**** Between two calls ****/

static void check_kept_closed(const char *when)
{
    if (has_disks && firmware_mode() == MODE_STRICT && XenpvKept != DISKS_KEPT_OPEN)
        rules_disks_are_closed(when, RULES_BY_FIRMWARE);
}

void firmware_idle(uint64_t us)
{
    ticks_pass(us);
    check_kept_closed("after a pause in strict mode");
}

/* A question about memory. */
static void ask_about_memory(void)
{
    call_begin("int15 E820h", 0, 0, 0);
    if (XenpvKept)
        xenpv_kept_sign_32(0);
    writes = 0;
    if (XenpvKept == DISKS_KEPT_OPEN)
        violation("disks are open after a question about memory");
    check_kept_closed("after a question about memory");
    called = false;
}

static void await_ticks(void)
{
    uint64_t end_us = clock_now_us() + TICKS_LIMIT_US;

    report("no call is made until ticks have closed the disks");
    while (XenpvKept == DISKS_KEPT_OPEN) {
        if (clock_now_us() > end_us)
            violation("ticks do not close the disks");
        firmware_idle(TICK_US);
    }
}

void firmware_pause(void)
{
    if (!has_disks || XenpvKept != DISKS_KEPT_OPEN)
        return;
    /* Ticks do not close disks while the processor is in another mode. */
    if (!script_has_ticks() || XenpvUnreached || random_chance(&turns_random, 50))
        ask_about_memory();
    else
        await_ticks();
}

void firmware_is_unreached(void)
{
    report("a tick comes in virtual 8086 mode");
    if (XenpvKept)
        XenpvUnreached = 1;
}

/* Only a system that has proven to live on int13 finds disks open after a call in strict mode. */
static void check_kept_open(void)
{
    if (writes < WRITES_TO_KEEP_OPEN)
        violation("strict mode leaves disks open, after %u writes", writes);
    if (keeps_no_more)
        violation("strict mode leaves disks open, which nothing may close");
}

static void call_end(void)
{
    called = false;
    if (has_disks)
        xenpv_note_open();
    if (has_disks && disks_want_hook(&disks) && is_undisturbed() && !xen_ports_are_claimed())
        violation("disks are left open for a daemon that has not claimed the ports");
    if (!has_disks || (firmware_mode() != MODE_STRICT && !was_left))
        return;
    if (XenpvKept != DISKS_KEPT_OPEN)
        rules_disks_are_closed("after a call in strict mode", RULES_BY_FIRMWARE);
    else
        check_kept_open();
    if (random_chance(&turns_random, PAUSE_PERCENT))
        firmware_pause();
}

/**** POST ****/

static enum disk_role role_alone(struct disk *disk)
{
    (void)disk;
    return DISK_ALONE;
}

/* Disks that could not be connected, or found. */
static void check_post(int error, uint64_t post_us)
{
    bool changed = false;

    for (unsigned i = 0; i < backends_count(); i++)
        changed |= backends_is_cd(i) && !media_is_there_since(i, post_us);
    if (restores_in_call() || (disks.count != backends_count() && changed))
        return;
    if (error || disks.count != backends_count())
        violation("POST found %u of %u disks: %s", disks.count, backends_count(),
                  error_name(error));
    for (unsigned i = 0; i < disks.count; i++)
        if (!disks_usable(disks.disk[i]) && !backends_made_trouble(i) &&
            !(backends_is_cd(i) && !media_is_there_since(i, post_us)))
            violation("POST could not connect disk %u", i);
}

void firmware_post(void)
{
    static char names[XENSTORE_PAYLOAD_MAX];
    const struct core_options core_options = {
        .store_limit_ms = 5000,
        .connect_limit_ms = 10000,
        .close_limit_ms = 5000,
        .io_limit_ms = 30000,
    };
    const struct disks_options options = {
        .mode = script_mode(),
        .hook_limit_ms = 3000,
        .pool_pages = POOL_PAGES,
        .cache_bytes = CACHE_LINES * CACHE_LINE_BYTES,
        .writes_to_keep_open = WRITES_TO_KEEP_OPEN,
    };

    has_disks = was_left = keeps_no_more = false;
    writes = 0;
    xenpv_disks = &disks;
    XenpvKept = XenpvUnreached = 0;
    kept_abandon();
    boot_restores = toolstack_restores();
    boot_starts = daemon_starts();
    for (unsigned i = 0; i < BACKENDS_MAX; i++)
        restores_known[i] = boot_restores;
    port_was_read = false;
    memset(&core, 0, sizeof(core));
    memset(&disks, 0, sizeof(disks));
    uint64_t begin_us = clock_now_us();
    call_begin("POST", 0, 0, 0);
    media_post_begins();
    int error = core_init(&core, &core_options);
    if (!error)
        error = disks_start(&disks, &core, &options, role_alone, names);
    if (!error)
        disks_ready(&disks);
    media_post_ends();
    check_post(error, begin_us);
    has_disks = !error && disks.count == backends_count();
    ticks_begin();
    call_end();
}

/**** int13 ****/

/* A transfer is repeated once, so a connection may go away once. It may have gone before the call
 * already. */
static bool may_fail(unsigned disk)
{
    bool twice =
        restores_in_call() && toolstack_restores() - restores_known[disk] + port_was_read > 1;

    return backends_made_trouble(disk) || twice || !disks.disk[disk]->registered;
}

static void check_result(const char *what, unsigned disk, int error)
{
    if (error && !may_fail(disk))
        violation("%s of disk %u failed: %s", what, disk, error_name(error));
    if (error)
        report("failed: %s", error_name(error));
    else if (backends_requests() != requests_before)
        /* The firmware may not have noticed a restore during the call. */
        restores_known[disk] = restores_before;
}

/* A call to a CD-ROM drive. @end: the sector behind those that it is for. */
static void drive_call_begin(const char *what, unsigned disk, uint32_t sector, uint32_t count)
{
    call_begin(what, disk, sector, count);
    media_call_begins(disk);
    looked_before = disks.disk[disk]->medium.looked.tsc;
}

static void drive_call_end(const char *what, unsigned disk, int error, uint64_t end)
{
    bool looked = disks.disk[disk]->medium.looked.tsc != looked_before;

    media_call_ends(disk, what, error, looked && !restores_in_call(), may_fail(disk), end);
    if (!error && backends_requests() != requests_before)
        restores_known[disk] = restores_before;
}

/* Blocks of 2048 bytes, as the drives of SeaBIOS. */
static void read_drive(unsigned disk, uint32_t sector, uint32_t count, uint8_t *buffer)
{
    sector -= sector % CD_SECTORS;
    count += CD_SECTORS - 1 - (count - 1) % CD_SECTORS;
    drive_call_begin("int13 read of a drive", disk, sector, count);
    call_prepare();
    int error = disks_read(disks.disk[disk], sector, count, buffer);
    drive_call_end("a read", disk, error, sector + count);
    if (!error)
        media_compare(disk, sector, count, buffer);
    call_end();
}

static void check_drive(unsigned disk, uint32_t sector, bool sectors)
{
    sector -= sector % CD_SECTORS;
    drive_call_begin("int13 check of a drive", disk, sector, sectors);
    call_prepare();
    int error = sectors ? disks_check(disks.disk[disk], sector, CD_SECTORS)
                        : disks_check_medium(disks.disk[disk]);
    drive_call_end("a check", disk, error, sectors ? sector + CD_SECTORS : MEDIA_LOOK);
    call_end();
}

void firmware_check(unsigned disk, uint32_t sector, bool sectors)
{
    if (!has_disks)
        return;
    if (backends_is_cd(disk)) {
        check_drive(disk, sector, sectors);
        return;
    }
    call_begin("int13 check", disk, sector, 1);
    call_prepare();
    check_result("a check", disk, disks_check(disks.disk[disk], sector, 1));
    /* It asks nothing, so it does not notice what has become of a disk. */
    xenpv_note_open();
    called = false;
}

void firmware_read(unsigned disk, uint32_t sector, uint32_t count)
{
    static uint8_t buffer[SECTORS_MAX * SECTOR_BYTES];

    if (!has_disks)
        return;
    if (backends_is_cd(disk)) {
        read_drive(disk, sector, count, buffer);
        return;
    }
    call_begin("int13 read", disk, sector, count);
    call_prepare();
    int error = disks_read(disks.disk[disk], sector, count, buffer);
    check_result("a read", disk, error);
    if (!error)
        truth_compare("int13", disk, sector, count, buffer);
    call_end();
}

static int write_sectors(unsigned disk, uint32_t sector, uint32_t count)
{
    static uint8_t buffer[SECTORS_MAX * SECTOR_BYTES];

    truth_write_begin(disk, sector, count, buffer);
    int error = disks_write(disks.disk[disk], sector, count, buffer);
    writes += !error;
    if (!error)
        truth_written(disk, sector, count);
    return error;
}

static void write_drive(unsigned disk, uint32_t sector)
{
    static const uint8_t block[CD_SECTORS * SECTOR_BYTES];

    call_begin("int13 write to a drive", disk, sector, CD_SECTORS);
    call_prepare();
    int error = disks_write(disks.disk[disk], sector, CD_SECTORS, block);
    if (error != -XEN_EROFS)
        violation("a write to the drive of disk %u returns %s", disk, error_name(error));
    call_end();
}

void firmware_write(unsigned disk, uint32_t sector, uint32_t count)
{
    if (!has_disks)
        return;
    if (backends_is_cd(disk)) {
        write_drive(disk, sector);
        return;
    }
    call_begin("int13 write", disk, sector, count);
    call_prepare();
    int error = write_sectors(disk, sector, count);
    check_result("a write", disk, error);
    if (error)
        backends_forget_unflushed(disk);
    /* A call may write in another mode, and become strict when the daemon does not claim. The flush
     * is that of the close then: its error is in the log, and if the guest is restored after the
     * write, it is left to the next close of all disks. */
    else if (mode_before == MODE_STRICT && !unhooked_before && !restores_in_call())
        rules_write_is_flushed("after a write in strict mode", disk);
    else if (firmware_mode() == MODE_STRICT && !restores_in_call())
        rules_disk_is_flushed("after a write that ends in strict mode", disk);
    call_end();
}

void firmware_reset_disk(unsigned disk)
{
    if (!has_disks)
        return;
    if (backends_is_cd(disk)) {
        drive_call_begin("int13 reset of a drive", disk, 0, 0);
        call_prepare();
        drive_call_end("a reset", disk, disks_reset(disks.disk[disk]), 0);
        call_end();
        return;
    }
    call_begin("int13 reset", disk, 0, 0);
    call_prepare();
    check_result("a reset", disk, disks_reset(disks.disk[disk]));
    call_end();
}

void firmware_must_refuse(unsigned disk, uint32_t sector, bool write)
{
    static uint8_t buffer[SECTOR_BYTES];

    if (!has_disks)
        return;
    call_begin(write ? "int13 write while a system has it" : "int13 read while a system has it",
               disk, sector, 1);
    call_prepare();
    uint64_t used = rules_disks_used();
    int error = write ? disks_write(disks.disk[disk], sector, 1, buffer)
                      : disks_read(disks.disk[disk], sector, 1, buffer);
    if (!error)
        violation("int13 serves disk %u, which the operating system has", disk);
    if (rules_disks_used() != used)
        violation("int13 of disk %u touches disks that the operating system has", disk);
    xenpv_note_open();
    called = false;
}

/**** The other calls ****/

static void check_closed(const char *when)
{
    rules_disks_are_closed(when, RULES_BY_FIRMWARE);
    for (unsigned i = 0; i < disks.count; i++)
        /* A flush that a restore prevents is repeated once. The first may be one before the call,
         * which the firmware has not noticed. */
        if (restores_in_call() && toolstack_restores() - restores_known[i] > 1)
            backends_forget_unflushed(i);
        else
            rules_disk_is_flushed(when, i);
}

void firmware_boot(void)
{
    if (!has_disks)
        return;
    call_begin("int19", 0, 0, 0);
    kept_abandon();
    disks_close_all(&disks);
    writes = 0;
    xenpv_note_open();
    check_closed("after int19");
    called = false;
}

void firmware_other_drive(void)
{
    if (!has_disks)
        return;
    call_begin("int13 of another drive", 0, 0, 0);
    call_prepare();
    disks_close_idle(&disks);
    call_end();
}

void firmware_leave(void)
{
    if (!has_disks)
        return;
    call_begin("int15 EC00h", 0, 0, 0);
    call_prepare();
    disks_leave(&disks);
    was_left = keeps_no_more = true;
    xenpv_note_open();
    check_closed("after int15 EC00h");
    called = false;
}

void firmware_port_read(void)
{
    bool waited = false;

    report("a boot loader reads the unplug port");
    uint64_t value = xen_port_access(0, false, HANDOVER_UNPLUG_PORT, 2, 0, &waited);
    if (value != qemu_magic())
        violation("the unplug port reads as %x", (unsigned)value);
    if (!waited || !has_disks)
        return;
    rules_disks_are_closed("after a read of the unplug port", RULES_BY_DAEMON);
    port_was_read = true;
}
