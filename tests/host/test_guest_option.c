/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Options of one guest that override the ROM's: a key in xenstore, or an OEM string. */
#include "counts.h"
#include "firmware.h"
#include "test.h"
#include "xen/base/handover.h"
#include "xen/disk/disk_set.h"
#include "xen/disk/disks_handover.h"
#include "xen/disk/disks_start.h"
#include "xen/disk/disks_transfer.h"

#define HOME "/local/domain/1/"

static struct disks disks;
static struct disks_options options;

static struct backend *world_with_a_disk(void)
{
    world_reset();
    memset(&disks, 0, sizeof(disks));
    options = (struct disks_options){
        .mode = MODE_STRICT,
        .hook_limit_ms = 500,
        .pool_pages = POOL_PAGES,
        .cache_bytes = 8 * CACHE_LINE_BYTES,
    };
    return world_add_disk(XVD(4));
}

static void start(void)
{
    CHECK_EQUAL(firmware_start_disks(&disks, &options), 0);
}

/**** Off ****/

static void check_left_alone(const struct backend *backend)
{
    CHECK_EQUAL(disks.count, 0);
    CHECK(log_has("hand-over: off (off): all PV disks are left alone"));
    /* No later event changes the mode. */
    disks_leave(&disks);
    disks_close_all(&disks);
    CHECK(!log_has("strict"));
    CHECK_EQUAL(backend->connects, 0);
    CHECK_EQUAL(xen_calls(__HYPERVISOR_memory_op, XENMEM_add_to_physmap), 0);
    world_check_clean();
}

TEST(all_disks_are_left_alone_if_the_toolstack_chooses_off)
{
    struct backend *backend = world_with_a_disk();

    store_write(HOME "platform/xenpv-handover", "off");
    start();
    check_left_alone(backend);
}

TEST(all_disks_are_left_alone_if_the_configuration_chooses_off)
{
    struct backend *backend = world_with_a_disk();

    world_oem_strings = (const char *const[]){"xenpv.handover=off", NULL};
    start();
    check_left_alone(backend);
}

/**** Precedence ****/

/* fault: guest option | the value of a key or of an OEM string is unknown or too long, or a key
 * cannot be read | names it in the log; the next source decides (key, then OEM string, then ROM) |
 * also an_oem_string_with_an_unknown_option_or_value_is_named_in_the_log,
 * a_key_that_cannot_be_read_does_not_count */
TEST(a_key_of_the_toolstack_overrides_an_oem_string_and_that_overrides_the_rom)
{
    static const struct {
        const char *key, *oem;
        enum handover_mode mode;
    } cases[] = {
        {NULL, NULL, MODE_STRICT},
        {NULL, "xenpv.handover=linger", MODE_LINGER},
        {"linger", NULL, MODE_LINGER},
        {"linger", "xenpv.handover=off", MODE_LINGER},
        {"strict", "xenpv.handover=linger", MODE_STRICT},
        /* An unknown mode does not count. */
        {"lingr", "xenpv.handover=linger", MODE_LINGER},
        {"", "xenpv.handover=linger", MODE_LINGER},
        {"a value that is longer than any", "xenpv.handover=linger", MODE_LINGER},
        {"linger", "xenpv.handover=lingr", MODE_LINGER},
        {NULL, "xenpv.handover=linger ", MODE_STRICT},
        {NULL, "xenpv.handover=lingeringly", MODE_STRICT},
        {NULL, "xenpv.handover=", MODE_STRICT},
        {NULL, "xenpv.handover", MODE_STRICT},
        {NULL, "XENPV.handover=linger", MODE_STRICT},
        {NULL, " xenpv.handover=linger", MODE_STRICT},
    };

    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        world_with_a_disk();
        test_note("key '%s', OEM string '%s'", cases[i].key ? cases[i].key : "none",
                  cases[i].oem ? cases[i].oem : "none");
        if (cases[i].key)
            store_write(HOME "platform/xenpv-handover", "%s", cases[i].key);
        world_oem_strings = (const char *const[]){"made by another vendor", cases[i].oem, NULL};
        start();
        CHECK_EQUAL(disks.core->mode, cases[i].mode);
    }
}

TEST(an_oem_string_with_an_unknown_option_or_value_is_named_in_the_log)
{
    world_with_a_disk();
    world_oem_strings = (const char *const[]){"xenpv.handovr=off",
                                              "xenpv.handover=of",
                                              "xenpv.cache=no",
                                              "xenpv.acpi=",
                                              "xenpv.acp=off",
                                              "xen is nice",
                                              NULL};
    start();
    CHECK(log_has("OEM string xenpv.handovr=off is not an option"));
    CHECK(log_has("handover: no such value: of"));
    CHECK(log_has("cache: no such value: no"));
    CHECK(log_has("OEM string xenpv.acp=off is not an option"));
    CHECK(!log_has("xen is nice"));
}

TEST(of_two_oem_strings_for_one_option_the_first_counts)
{
    world_with_a_disk();
    world_oem_strings =
        (const char *const[]){"xenpv.handover=linger", "xenpv.handover=strict", NULL};
    start();
    CHECK_EQUAL(disks.core->mode, MODE_LINGER);
}

TEST(oem_strings_beyond_the_99th_are_ignored)
{
    static const char *strings[102];

    for (unsigned i = 0; i < 101; i++)
        strings[i] = "some string";
    strings[98] = "xenpv.handover=linger";
    world_with_a_disk();
    world_oem_strings = strings;
    start();
    CHECK_EQUAL(disks.core->mode, MODE_LINGER);

    strings[98] = "some string";
    strings[99] = "xenpv.handover=linger";
    world_with_a_disk();
    world_oem_strings = strings;
    start();
    CHECK_EQUAL(disks.core->mode, MODE_STRICT);
}

TEST(a_key_that_cannot_be_read_does_not_count)
{
    static const char *const lines[] = {
        "cannot read platform/xenpv-handover: EIO", "cannot read platform/xenpv-cache: EIO",
        "cannot read platform/xenpv-acpi: EIO", "cannot read platform/xenpv-console: EIO",
        "cannot read platform/xenpv-boot: EIO"};

    for (unsigned which = 0; which < 5; which++) {
        world_with_a_disk();
        test_note("request %u", which);
        store_write(HOME "platform/xenpv-handover", "off");
        store_write(HOME "platform/xenpv-cache", "off");
        store_write(HOME "platform/xenpv-acpi", "off");
        store_write(HOME "platform/xenpv-console", "off");
        store_write(HOME "platform/xenpv-boot", "xvde");
        store_config.refuse_from = which;
        store_config.refuse_times = 1;
        store_config.refuse_with = "EIO";
        start();
        CHECK_EQUAL(disks.core->mode, which ? MODE_OFF : MODE_STRICT);
        CHECK_EQUAL(disks.acpi, which == 2);
        CHECK_EQUAL(core_guest_options(disks.core)->console.key[0], which == 3 ? 0 : 'o');
        CHECK_EQUAL(core_guest_options(disks.core)->boot.key[0], which == 4 ? 0 : 'x');
        CHECK(log_has(lines[which]));
        CHECK_EQUAL(log_count("cannot read"), 1);
    }
}

TEST(a_guest_can_leave_out_the_table_that_notifies_the_daemon)
{
    static const struct {
        const char *key, *oem;
        bool acpi;
    } cases[] = {
        {NULL, NULL, true},
        {"off", NULL, false},
        {NULL, "xenpv.acpi=off", false},
        {"on", "xenpv.acpi=off", true},
        {"none", NULL, true},
    };

    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        world_with_a_disk();
        test_note("case %u", i);
        store_write(HOME HANDOVER_HOOK, HANDOVER_VERSION);
        store_write(HOME HANDOVER_CLAIM, HANDOVER_VERSION);
        options.mode = MODE_AUTO;
        if (cases[i].key)
            store_write(HOME "platform/xenpv-acpi", "%s", cases[i].key);
        world_oem_strings = (const char *const[]){cases[i].oem, NULL};
        start();
        disks_ready(&disks);
        CHECK(disks_want_hook(&disks));
        CHECK_EQUAL(disks_want_acpi(&disks), cases[i].acpi);
        CHECK_EQUAL(log_has("ACPI: the tables are not changed"), !cases[i].acpi);
        disks_close_all(&disks);
    }
}

/**** Read once ****/

TEST(the_options_are_read_once_for_the_console_and_the_disks)
{
    world_with_a_disk();
    store_write(HOME "platform/xenpv-console", "debug");
    store_write(HOME "platform/xenpv-handover", "linger");
    struct core *core = firmware_core();
    unsigned before = core->store.requests;
    const struct guest_options *first = core_guest_options(core);
    CHECK_EQUAL(core->store.requests - before, COUNT_OPTION_REQUESTS);
    CHECK(!strcmp(first->console.key, "debug"));
    CHECK(!strcmp(first->handover.key, "linger"));
    /* Another value does not count any more. */
    store_write(HOME "platform/xenpv-console", "off");
    CHECK(core_guest_options(core) == first);
    CHECK(!strcmp(first->console.key, "debug"));
    CHECK_EQUAL(core->store.requests - before, COUNT_OPTION_REQUESTS);
    /* The next boot reads them again. */
    core = firmware_core();
    CHECK(!strcmp(core_guest_options(core)->console.key, "off"));
}

TEST(the_wish_for_the_console_comes_from_a_key_or_an_oem_string)
{
    world_with_a_disk();
    world_oem_strings = (const char *const[]){"xenpv.console=mirror", "xenpv.console=off", NULL};
    const struct guest_options *guest = core_guest_options(firmware_core());
    CHECK(!guest->console.key[0]);
    CHECK(!strcmp(guest->console.oem, "mirror"));
    CHECK(!strcmp(guest->console.name, "console"));
    CHECK(!guest->handover.oem[0] && !guest->cache.oem[0] && !guest->acpi.oem[0]);
    CHECK_EQUAL(log_count("is not an option"), 0);
}

/* fault: guest option | xenstored does not answer at all | waits for the options once; the ROM
 * decides */
TEST(options_that_cannot_be_read_are_not_asked_for_again)
{
    world_with_a_disk();
    world_oem_strings = (const char *const[]){"xenpv.console=off", NULL};
    struct core *core = firmware_core();
    store_config.silent_from = store_requests();
    limit_begin();
    const struct guest_options *guest = core_guest_options(core);
    limit_check(limit_reply_ms());
    CHECK(!guest->console.key[0] && !strcmp(guest->console.oem, "off"));
    limit_begin();
    core_guest_options(core);
    limit_check(0);
}

/**** The cache ****/

/* Read twice a sector that was read before. */
static unsigned requests_of_two_reads(const struct backend *backend)
{
    static uint8_t buffer[SECTOR_BYTES];
    unsigned before = 0;

    for (unsigned i = 0; i < 3; i++) {
        CHECK_EQUAL(disks_read(disks.disk[0], 0, 1, buffer), 0);
        if (!i)
            before = backend->requests;
    }
    return backend->requests - before;
}

TEST(without_a_cache_every_read_goes_to_the_backend)
{
    static const struct {
        const char *key, *oem;
        unsigned requests;
    } cases[] = {
        {NULL, NULL, 0},
        {"off", NULL, 2},
        {NULL, "xenpv.cache=off", 2},
        {"on", "xenpv.cache=off", 0},
        {"off", "xenpv.cache=on", 2},
        {"maybe", "xenpv.cache=off", 2},
    };

    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct backend *backend = world_with_a_disk();

        test_note("case %u", i);
        options.mode = MODE_LINGER;
        if (cases[i].key)
            store_write(HOME "platform/xenpv-cache", "%s", cases[i].key);
        world_oem_strings = (const char *const[]){cases[i].oem, NULL};
        start();
        CHECK_EQUAL(requests_of_two_reads(backend), cases[i].requests);
        CHECK_EQUAL(log_has("the cache is off"), cases[i].requests != 0);
        disks_close_all(&disks);
        world_check_clean();
    }
}

TEST(without_a_cache_a_read_sees_what_another_guest_writes)
{
    static uint8_t buffer[SECTOR_BYTES], written[SECTOR_BYTES] = "by another guest";

    world_with_a_disk();
    options.mode = MODE_LINGER;
    world_oem_strings = (const char *const[]){"xenpv.cache=off", NULL};
    start();
    CHECK_EQUAL(disks_read(disks.disk[0], 5, 1, buffer), 0);
    CHECK_EQUAL(disks_write(disks.disk[0], 6, 1, buffer), 0);
    disk_write(5, written);
    disk_write(6, written);
    for (uint64_t sector = 5; sector < 7; sector++) {
        CHECK_EQUAL(disks_read(disks.disk[0], sector, 1, buffer), 0);
        CHECK(!memcmp(buffer, written, SECTOR_BYTES));
    }
    disks_close_all(&disks);
}

/**** What it costs ****/

TEST(the_options_of_a_guest_take_the_listed_requests_and_round_trips)
{
    world_with_a_disk();
    options.mode = MODE_OFF;
    start();
    CHECK_EQUAL(disks.core->store.requests, COUNT_FIND_REQUESTS + COUNT_OPTION_REQUESTS);
    CHECK_EQUAL(disks.core->store.round_trips, COUNT_FIND_ROUND_TRIPS + COUNT_OPTION_ROUND_TRIPS);
}
