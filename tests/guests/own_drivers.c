/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * An operating system with PV drivers of its own. Its boot loader reads all disks by int13. Then it
 * calls the BIOS no more, and its own driver must find the disks in the state that the toolstack
 * made, with the data that int13 has read.
 *
 * Parameters
 *   order=freebsd  unplugs first: reads the magic, writes the mask (NetBSD too)
 *   order=linux    unplugs first, with all accesses that Linux makes
 *   order=write    unplugs first, without a read before
 *   order=late     takes its disks first, and unplugs then (OpenBSD)
 *   order=seize    closes the firmware's connections itself, takes the disks by the firmware's
 *                  references and event channels, leaves its keys, and unplugs then
 *   order=suse     unplugs first, by a port of the platform device's own (SLES to 11 SP3)
 *   order=none     never unplugs
 *   acpi=load      before that, loads the firmware's ACPI table, as Nanos does
 *   acpi=init      before that, initialises the device in that table, but executes nothing when it
 *                  loads it
 *   wait           its boot loader prints "LOADED" after its last int13 call, and waits for a key
 *   lives          it lives on int13 before: many writes, in turns to all disks after the first
 *   pauses         its boot loader makes no call to a disk for ten seconds before it goes on
 *   asks=NUMBER    its boot loader asks the BIOS about memory: int15 with this number, in decimal,
 *                  in AX
 *   announce       its boot loader announces it to the BIOS (int15 AX=EC00h)
 *   emulated       the first disk is emulated as well, and must be gone after the unplug
 *   pvh            the guest has no device model, so there is no port to unplug by
 *
 * The boot loader writes a pattern to the disks after the first by int13. The system prints "left
 * over: grants=N ports=N keys=N". It writes sectors to the end of each disk, and prints "wrote
 * FRONTEND SECTOR CRC".
 */
#include "acpi_table.h"
#include "int13.h"
#include "keyboard.h"
#include "left_over.h"
#include "pattern.h"
#include "pv_disk.h"
#include "unplug.h"
#include "xen/base/bytes.h"
#include "xen/hv/hypercall.h"
#include "xen_port.h"

#define DISKS_MOST     4u
#define SECTORS        64u /* of each disk are compared */
#define BYTES          (SECTORS * SECTOR)
#define INT13_BUFFER   (LOW_BUFFERS + 0x10000)
#define OWN_BUFFER     (HIGH_BUFFERS + DISKS_MOST * BYTES)
#define WRITTEN_SECTOR 4000u /* near the end of the program's own disk */
#define STORE_LIMIT_MS 5000u
#define NAMES_BYTES    256u

#define LIFE_WRITES 100u      /* to each disk */
#define PAUSE_US    10000000u /* ticks close the disks; a busy backend takes more than a second */

#define MEMORY_MAP_MAGIC 0x534d4150u /* "SMAP" */
#define ASK_BUFFER       LOW_BUFFERS

#define WAIT_AX        0x8600u
#define TARGET_MODE_AX 0xec00u
#define LONG_MODE      2u

static unsigned drives;
static struct xenstore store;
static struct grant_table grants;
static char frontends[DISKS_MOST][XENBUS_PATH_BYTES];
static unsigned frontend_count;
static struct pv_disk disks[DISKS_MOST];
static unsigned disk_count;

/**** The boot loader ****/

/* The data that int13 has read from a drive. */
static uint8_t *drive_data(unsigned drive)
{
    return at(HIGH_BUFFERS + drive * BYTES);
}

static void transfer(uint8_t function, unsigned drive, uint32_t sector, uint16_t count)
{
    struct packet packet = {
        .size = 0x10, .count = count, .segment = INT13_BUFFER >> 4, .lba = sector};
    struct outcome outcome = int13_packet(function, (uint8_t)(FIRST_DRIVE + drive), &packet, 0);

    check(outcome.status == STATUS_SUCCESS, "int13 %x, drive %u: status %x", function, drive,
          outcome.status);
}

static void write_pattern(unsigned drive)
{
    uint32_t *word = at(INT13_BUFFER);

    for (uint32_t i = 0; i < SECTORS * PATTERN_WORDS; i++)
        word[i] = pattern_word(i / PATTERN_WORDS, drive, i % PATTERN_WORDS);
    transfer(0x43, drive, 0, SECTORS);
}

static void live_on_int13(void)
{
    uint32_t *word = at(INT13_BUFFER);

    for (uint32_t i = 0; i < LIFE_WRITES; i++) {
        for (unsigned drive = 1; drive < drives; drive++) {
            for (uint32_t k = 0; k < PATTERN_WORDS; k++)
                word[k] = pattern_word(i, LIFE_WRITES + drive, k);
            transfer(0x43, drive, i % SECTORS, 1);
        }
    }
    print("it lives on int13: %u writes\n", LIFE_WRITES * (drives - 1));
}

static void int15(struct regs regs)
{
    bios_int(0x15, &regs);
}

static void load(void)
{
    struct geometry geometry = {0};

    geometry_read(FIRST_DRIVE, &geometry);
    drives = geometry.drives;
    if (!check(drives && drives <= DISKS_MOST, "%u drives", drives))
        done();
    for (unsigned drive = 1; drive < drives; drive++)
        write_pattern(drive);
    if (param_is("lives"))
        live_on_int13();
    for (unsigned drive = 0; drive < drives; drive++) {
        memset(at(INT13_BUFFER), 0xff, BYTES);
        transfer(0x42, drive, 0, SECTORS);
        memcpy(drive_data(drive), at(INT13_BUFFER), BYTES);
    }
    if (param_is("pauses"))
        int15((struct regs){.eax = WAIT_AX, .ecx = PAUSE_US >> 16, .edx = PAUSE_US & 0xffff});
    if (param_number("asks=", 0))
        int15((struct regs){.eax = param_number("asks=", 0),
                            .edx = MEMORY_MAP_MAGIC,
                            .ecx = 20,
                            .edi = ASK_BUFFER & 0xf,
                            .es = ASK_BUFFER >> 4});
    if (param_is("announce"))
        int15((struct regs){.eax = TARGET_MODE_AX, .ebx = LONG_MODE});
    if (param_is("wait")) {
        print("LOADED\n");
        keyboard_wait();
    }
    print("%u drives read, the BIOS is left\n", drives);
}

/**** The system ****/

static bool xen_start(void)
{
    xenstore_must_be_idle(param_is("pvh") && !param_is("announce"));
    grant_init(&grants);
    return check(grant_map(&grants) == 0 && xenstore_init(&store, STORE_LIMIT_MS) == 0,
                 "no grant table or no xenstore");
}

static bool read_all(struct pv_disk *disk)
{
    for (uint32_t sector = 0; sector < SECTORS; sector += PV_DISK_MOST_SECTORS) {
        if (!pv_disk_read(disk, sector, PV_DISK_MOST_SECTORS, at(OWN_BUFFER + sector * SECTOR)))
            return false;
    }
    return true;
}

/* Read each disk: it must hold the data of one drive of int13, each of a different one. */
static void compare_disks(const char *when)
{
    bool seen[DISKS_MOST] = {false};

    for (unsigned i = 0; i < disk_count; i++) {
        unsigned drive = 0;

        if (!read_all(&disks[i]))
            continue;
        while (drive < drives &&
               (seen[drive] || memcmp(drive_data(drive), at(OWN_BUFFER), BYTES) != 0))
            drive++;
        if (check(drive < drives, "%s, %s: holds what int13 read of no drive", disks[i].frontend,
                  when))
            seen[drive] = true;
    }
    for (unsigned drive = 0; drive < drives; drive++)
        check(seen[drive], "%s: no PV disk has what int13 read of drive %u", when, drive);
}

/* Write to each disk what only this system knows, and read it back. */
static void write_disks(void)
{
    const uint32_t bytes = PV_DISK_MOST_SECTORS * SECTOR;
    uint32_t *data = at(OWN_BUFFER), *back = at(OWN_BUFFER + bytes);

    for (unsigned i = 0; i < disk_count; i++) {
        for (uint32_t word = 0; word < bytes / sizeof(*data); word++)
            data[word] = random32();
        memset(back, 0, bytes);
        if (!pv_disk_write(&disks[i], WRITTEN_SECTOR, PV_DISK_MOST_SECTORS, data) ||
            !pv_disk_read(&disks[i], WRITTEN_SECTOR, PV_DISK_MOST_SECTORS, back))
            continue;
        check(memcmp(data, back, bytes) == 0, "%s: reads other data than were written",
              disks[i].frontend);
        print("wrote %s %u %08x\n", disks[i].frontend, WRITTEN_SECTOR, crc32(data, bytes));
    }
}

static void list_disks(void)
{
    static char names[NAMES_BYTES];
    const uint32_t prefix = sizeof("device/vbd/") - 1;
    int length = xenstore_directory(&store, "device/vbd", names, sizeof(names));

    check(length > 0, "device/vbd cannot be listed: error %u", (unsigned)-length);
    for (int from = 0; from < length && frontend_count < DISKS_MOST;) {
        uint32_t bytes = string_length(names + from) + 1;

        if (!check(prefix + bytes <= sizeof(frontends[0]), "a name of %u bytes", bytes))
            break;
        memcpy(frontends[frontend_count], "device/vbd/", prefix);
        memcpy(frontends[frontend_count++] + prefix, names + from, bytes);
        from += (int)bytes;
    }
}

static void look_for_left_overs(void)
{
    unsigned left_grants = left_over_grants(&grants), left_ports = left_over_ports(), keys = 0;

    for (unsigned i = 0; i < frontend_count; i++)
        keys += left_over_keys(&store, frontends[i]);
    print("left over: grants=%u ports=%u keys=%u\n", left_grants, left_ports, keys);
    check(!left_grants && !keys, "the firmware left %u grants and %u keys", left_grants, keys);
}

static void take_disks(void)
{
    for (unsigned i = 0; i < frontend_count; i++)
        if (pv_disk_take(&disks[disk_count], &store, &grants, frontends[i]))
            disk_count++;
    compare_disks("when it has taken its disks");
    write_disks();
}

/* Once its backends have let go of the firmware's pages, the system starts with an empty table. */
static void seize_disks(void)
{
    struct pv_disk_keys firmwares[DISKS_MOST];
    unsigned same = 0;

    for (unsigned i = 0; i < frontend_count; i++)
        if (!pv_disk_evict(&store, frontends[i], &firmwares[i]))
            return;
    left_over_grants_clear(&grants);
    take_disks();
    if (!check(disk_count == frontend_count, "only %u disks taken", disk_count))
        return;
    for (unsigned i = 0; i < disk_count; i++)
        same +=
            firmwares[i].reference == disks[i].ring_reference && firmwares[i].port == disks[i].port;
    check(same, "no disk has the firmware's reference and event channel");
    print("seized: disks=%u same=%u\n", disk_count, same);
}

static void unplug_and_look(void)
{
    if (param_is("emulated"))
        check(emulated_disk_is_there(), "the emulated disk is not there before the unplug");
    unplug();
    if (param_is("emulated"))
        check(!emulated_disk_is_there(), "the emulated disk is still there after the unplug");
}

void guest_main(void)
{
    bool seize = param_is("order=seize"), late = seize || param_is("order=late");

    load();
    if (!check(xen_port_init() == 0, "no hypercalls"))
        return;
    if (param_is("acpi=load"))
        acpi_table_run(NULL);
    if (param_is("acpi=init"))
        acpi_table_run("_INI");
    if (!late && !param_is("order=none"))
        unplug_and_look();
    if (!xen_start())
        return;
    list_disks();
    if (seize) {
        seize_disks();
    } else {
        look_for_left_overs();
        take_disks();
    }
    if (late) {
        unplug_and_look();
        compare_disks("after the unplug");
    }
}
