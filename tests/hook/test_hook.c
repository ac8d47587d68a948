/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The daemon against a model of a host: one domain, from its first mark to the end. */
#include "model.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <xen/grant_table.h>
#include <xen/memory.h>

#include "access.h"
#include "clock.h"
#include "device.h"
#include "domain_idle.h"
#include "record.h"
#include "test.h"
#include "xen/base/handover.h"

#define UNPLUG HANDOVER_UNPLUG_PORT
#define MAGIC  HANDOVER_UNPLUG_MAGIC
#define HOME   "/local/domain/5/"
#define RECORD "/local/domain/0/xenpv-hookd/5"

static struct domain *domain;

/* Runs before the tests: each of them runs in a process forked from this one. */
__attribute__((constructor)) static void begin(void)
{
    model_begin();
}

static bool key_is(const char *path, const char *value)
{
    const char *found = model_read(path);

    return value ? found && !strcmp(found, value) : !found;
}

static bool disk_is_closed(unsigned disk)
{
    return key_is(model_frontend(disk, "state"), "1") &&
           key_is(model_backend(disk, "state"), "2") &&
           key_is(model_frontend(disk, "ring-ref"), NULL) &&
           key_is(model_frontend(disk, "event-channel"), NULL) &&
           key_is(model_frontend(disk, "protocol"), NULL) &&
           key_is(model_frontend(disk, "feature-persistent"), NULL) &&
           key_is(model_frontend(disk, HANDOVER_MARK), NULL);
}

static bool disk_is_open(unsigned disk)
{
    return key_is(model_frontend(disk, "state"), "4") &&
           key_is(model_backend(disk, "state"), "4") &&
           !key_is(model_frontend(disk, "ring-ref"), NULL);
}

static unsigned grants_of(unsigned disk)
{
    unsigned count = 0;

    for (unsigned i = 0; i < 17; i++)
        count += model_grant(model_reference(disk, i))->flags != 0;
    return count;
}

static bool is_claimed(void)
{
    return key_is(HOME HANDOVER_CLAIM, HANDOVER_VERSION) && model.ports_taken &&
           model.server_exists;
}

static void attend_and_claim(void)
{
    domain = model_attend();
    model_run(domain, 50);
    CHECK(is_claimed());
}

static void first_read(void)
{
    model_port_access(0, false, UNPLUG, 2, 0);
    model_run(domain, 300);
}

/**** Parsers ****/

TEST(only_marks_of_the_exact_form_are_accepted)
{
    static const char *const bad[] = {
        "",
        "hook",
        "hook 8",
        "hook 8 17",
        "hook 8 17 9",
        "hook 8 17 9 5",
        "hook 8 17 9 5 6 18898 ",
        "hook 8 17 9 5 6",
        "hook 8 17 9 5 6 65536",
        "hook 8 17 9 5 6 18898 7",
        " hook 8 17 9 5 6 18898",
        "hook  8 17 9 5 6 18898",
        "hook 8 17 9  5 6 18898",
        "Hook 8 17 9 5 6 18898",
        "auto 8 17 9 5 6 18898",
        "hook 8,17 9 5 6 18898",
        "hook -8 17 9 5 6 18898",
        "hook 8 17 -9 5 6 18898",
        "hook 08 17 9 5 6 18898",
        "hook 8 17 9 05 6 18898",
        "hook 0x8 17 9 5 6 18898",
        "hook 7 17 9 5 6 18898",
        "hook 8 0 9 5 6 18898",
        "hook 8 1025 9 5 6 18898",
        "hook 1048576 1 9 5 6 18898",
        "hook 1048570 10 9 5 6 18898",
        "hook 4294967304 17 9 5 6 18898",
        "hook 8 17 4294967296 5 6 18898",
        "hook 8 17 9 4294967296 6 18898",
        "hook 8 17 9 5 4294967295 18898",
        "hook 99999999999999999999 1 9 5 6 18898",
        "hook 8 17 9 5 6 18898\n",
    };
    struct mark mark;

    for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        if (mark_parse(bad[i], &mark))
            test_fail(__FILE__, __LINE__, bad[i]);
    CHECK(mark_parse("hook 8 17 9 5 6 18898", &mark) && mark.hook && mark.first == 8);
    CHECK(mark.count == 17 && mark.port == 9 && mark.ring == 5 && mark.pool == 6);
    CHECK(mark.magic == MAGIC);
    CHECK(mark_frame(&mark, 0) == 5 && mark_frame(&mark, 1) == 6 && mark_frame(&mark, 16) == 21);
    CHECK(mark_parse("strict 25 1024 0 0 4294966271 18898", &mark) && !mark.hook &&
          mark.count == 1024);
    CHECK(mark_parse("linger 1048575 1 4294967295 4294967295 0 18898", &mark) && !mark.hook);
}

TEST(only_backend_paths_of_this_disk_are_accepted)
{
    static const char *const bad[] = {
        "/local/domain/3/backend/vbd/5/51777",
        "/local/domain/3/backend/vbd/6/51776",
        "/local/domain/3/backend//5/51776",
        "/local/domain/32752/backend/vbd/5/51776",
        "/local/domain/3/backend/vbd/5/51776/",
        "/local/domain/3/backend/../5/51776",
        "local/domain/3/backend/vbd/5/51776",
        "/local/domain/03/backend/vbd/5/51776",
        "/local/domain/3/backend/a234567890123456789012345678901234/5/51776",
        "",
    };
    uint32_t backend_domid;

    for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        if (backend_path_parse(bad[i], 5, 51776, &backend_domid))
            test_fail(__FILE__, __LINE__, bad[i]);
    CHECK(backend_path_parse("/local/domain/3/backend/qdisk/5/51776", 5, 51776, &backend_domid));
    CHECK(backend_domid == 3);
}

TEST(replies_of_the_monitor_are_parsed)
{
    uint32_t value = 7;

    CHECK(access_reply_parse("portb[0x0010] = 0x01\n", &value) && value == 1);
    CHECK(!access_reply_parse("portb[0x0010] = 0x\n", &value) && value == 1);
    CHECK(!access_reply_parse("unknown command: 'i'\n", &value));
    CHECK(!access_reply_parse("portl[0x0010] = 0xffffffff\n", &value) &&
          !access_reply_parse("", &value));
}

/**** The hand-over ****/

TEST(first_read_finds_the_disks_closed)
{
    attend_and_claim();
    CHECK(key_is(HOME HANDOVER_HOOK, HANDOVER_VERSION));
    first_read();
    CHECK(model.answered[0] == 1 && model.answers[0] == MAGIC);
    CHECK(disk_is_closed(0) && disk_is_closed(1) && !grants_of(0) && !grants_of(1));
    CHECK(model_grant(0)->flags && model_grant(1)->flags);
    CHECK(!model.server_exists && !model.ports_taken && !model.commands);
    CHECK(key_is(HOME HANDOVER_CLAIM, NULL) && key_is(RECORD, NULL));
    CHECK(key_is(HOME HANDOVER_HOOK, HANDOVER_VERSION));
}

/* With xen_platform_pci=0 there is no magic, and Linux believes it if it is there. */
TEST(reads_return_all_ones_if_there_is_no_platform_device)
{
    model.magic = 0xffff;
    for (unsigned disk = 0; disk < MODEL_DISKS; disk++)
        model_mark_write(disk, "hook");
    attend_and_claim();
    model.monitor_fails = true;
    model_port_access(1, false, UNPLUG, 1, 0);
    first_read();
    CHECK(model.answered[0] == 1 && model.answers[0] == 0xffff && model.answers[1] == 0xff);
    CHECK(disk_is_closed(0) && disk_is_closed(1));
}

/* The firmware has closed them itself, for int15 EC00h, and no mark tells what the port has
 * returned.
 */
TEST(reads_return_all_ones_also_if_no_disk_is_open_any_more)
{
    model.magic = 0xffff;
    for (unsigned disk = 0; disk < MODEL_DISKS; disk++)
        model_mark_write(disk, "hook");
    attend_and_claim();
    for (unsigned disk = 0; disk < MODEL_DISKS; disk++)
        model_remove(model_frontend(disk, HANDOVER_MARK));
    first_read();
    CHECK(model.answered[0] == 1 && model.answers[0] == 0xffff);
}

TEST(processor_waits_until_the_disks_are_closed)
{
    attend_and_claim();
    model.backends[1] = BACKEND_HANGS;
    model_port_access(0, false, UNPLUG, 2, 0);
    model_port_access(2, false, UNPLUG, 2, 0);
    model_run(domain, MODEL_LIMIT_MS - 100);
    CHECK(!model.answered[0] && !model.answered[2] && disk_is_closed(0));
    model.backends[1] = BACKEND_FOLLOWS;
    model_run(domain, 100);
    CHECK(model.answered[0] == 1 && model.answered[2] == 1 && disk_is_closed(1));
}

TEST(first_write_reaches_qemu_after_the_close)
{
    attend_and_claim();
    model_port_access(1, true, UNPLUG, 2, 0xabc0001);
    model_run(domain, 300);
    CHECK(model.commands == 1 && !strcmp(model.command, "o/h 0x10 0x1"));
    CHECK(model.answered[1] == 1 && disk_is_closed(0));
}

TEST(byte_accesses_are_replayed_in_qemu)
{
    attend_and_claim();
    model.monitor_says = "portb[0x0010] = 0x01\r\n";
    model_port_access(0, false, UNPLUG, 1, 0);
    model_port_access(1, true, UNPLUG, 1, 1);
    model_run(domain, 300);
    CHECK(model.answers[0] == 1 && model.answered[1] == 1);
    CHECK(model.commands == 2 && !strcmp(model.command, "o/b 0x10 0x1"));
}

TEST(write_to_the_acpi_port_closes_the_disks_and_is_not_replayed)
{
    attend_and_claim();
    model_port_access(0, true, HANDOVER_ACPI_PORT, 1, 1);
    model_run(domain, 300);
    CHECK(model.answered[0] == 1 && disk_is_closed(0) && disk_is_closed(1) && !model.commands);
}

TEST(unexpected_reads_return_all_ones)
{
    attend_and_claim();
    model_port_access(0, false, HANDOVER_ACPI_PORT, 1, 0);
    model_port_access(1, false, UNPLUG, 4, 0);
    model_run(domain, 300);
    CHECK(model.answers[0] == 0xff && model.answers[1] == UINT64_MAX);
}

TEST(next_mark_is_claimed_again)
{
    attend_and_claim();
    first_read();
    model_mark_write(0, "hook");
    model_write(model_frontend(0, "state"), "3");
    model_run(domain, 300);
    CHECK(is_claimed());
}

TEST(repeated_claims_of_a_domain_are_rate_limited)
{
    attend_and_claim();
    for (unsigned turn = 0; turn < 100; turn++) {
        model_mark_write(0, "hook");
        model_write(model_frontend(0, "ring-ref"), "8");
        model_write(model_frontend(0, "state"), "4");
        model_port_access(0, false, UNPLUG, 2, 0);
        model_run(domain, 300);
    }
    CHECK(domain->claims > 8 && domain->claims < 8 + 100 * 300 / 5000 + 2);
}

TEST(invalidation_is_answered_while_disks_are_closing)
{
    struct ioreq request = {.type = IOREQ_TYPE_INVALIDATE, .data = UINT64_MAX};

    attend_and_claim();
    model.backends[0] = BACKEND_HANGS;
    model_port_access(0, false, UNPLUG, 2, 0);
    model_run(domain, 20);
    model_request(1, &request);
    model_run(domain, 20);
    CHECK(model.answered[1] == 1 && !model.answered[0]);
}

/* A processor gives memory back, and waits until all servers that are enabled have answered. */
static void memory_given_back(void)
{
    const struct ioreq request = {.type = IOREQ_TYPE_INVALIDATE, .data = UINT64_MAX};

    model_request(1, &request);
}

/* The model ends the test if a server is destroyed while a processor waits for it. */
TEST(no_processor_waits_for_a_server_that_is_being_destroyed)
{
    attend_and_claim();
    model.at_destroy = memory_given_back;
    first_read();
    model_run(domain, 100);
    CHECK(!model.server_exists && !model_is_waiting(1));
}

TEST(invalidation_after_the_last_answer_is_answered_before_the_server_is_destroyed)
{
    attend_and_claim();
    model.at_disable = memory_given_back;
    first_read();
    model_run(domain, 100);
    CHECK(model.answered[1] == 1 && !model.server_exists);
}

TEST(server_for_which_a_processor_waits_already_is_kept_if_it_cannot_be_opened)
{
    model.at_enable = memory_given_back;
    model.bind_failures = 1;
    domain = model_attend();
    model_run(domain, 1000);
    CHECK(model.answered[1] && is_claimed());
    first_read();
    model_run(domain, 100);
    CHECK(disk_is_closed(0) && disk_is_closed(1) && !model.server_exists);
}

TEST(processor_that_waits_already_is_answered_if_the_ports_cannot_be_claimed)
{
    model.at_disable = memory_given_back;
    model.map_failures = 1;
    domain = model_attend();
    model_run(domain, 50);
    CHECK(model.answered[1] == 1 && !model.server_exists && !is_claimed());
    model_run(domain, 1000);
    CHECK(is_claimed());
}

TEST(ports_that_can_never_be_claimed_are_tried_three_times)
{
    model.map_failures = UINT32_MAX;
    domain = model_attend();
    model_run(domain, 5000);
    CHECK(domain_has_given_up(domain) && !model.server_exists);
    CHECK(model_log_count("cannot claim its I/O ports") == 3);
}

/* As of a QEMU with few rights (dm_restrict=1): it never writes its state. */
TEST(guest_is_attended_to_even_if_its_qemu_writes_no_state)
{
    model_remove("/local/domain/0/device-model/5");
    domain = model_attend();
    model_run(domain, 1000);
    CHECK(key_is(HOME HANDOVER_HOOK, NULL) && !model.server_exists);
    model_write("/local/domain/0/device-model/5", "");
    model_run(domain, 1000);
    CHECK(is_claimed());
}

/* The toolstack writes this key before the others. */
TEST(guest_whose_qemu_runs_in_a_stub_domain_is_left_alone)
{
    model_write(HOME "image/device-model-domid", "6");
    domain = model_attend();
    model_run(domain, 1000);
    CHECK(key_is(HOME HANDOVER_HOOK, NULL) && !model.server_exists);
}

TEST(domains_with_another_bios_are_left_alone)
{
    model_write(HOME "hvmloader/bios", "ovmf");
    domain = model_attend();
    model_run(domain, 500);
    CHECK(key_is(HOME HANDOVER_HOOK, NULL) && !model.server_exists);
}

TEST(marks_of_other_modes_are_closed_but_ask_for_no_claim)
{
    model_mark_write(0, "strict");
    model_write(model_frontend(1, HANDOVER_MARK), "linger 25 17");
    domain = model_attend();
    model_run(domain, 500);
    CHECK(!model.server_exists);
    model_mark_write(1, "hook");
    model_run(domain, 500);
    CHECK(is_claimed());
    first_read();
    CHECK(disk_is_closed(0) && disk_is_closed(1));
}

TEST(announcement_is_withdrawn_after_failed_claims)
{
    model.no_server = true;
    domain = model_attend();
    model_run(domain, 1000);
    CHECK(key_is(HOME HANDOVER_HOOK, NULL) && key_is(HOME HANDOVER_CLAIM, NULL) &&
          key_is(RECORD, NULL));
}

/**** PVH guests ****/

/* A guest without a device model. Its firmware has found no platform device. */
static void guest_is_pvh(void)
{
    model_write("/libxl/5/type", "pvh");
    model_remove(HOME "hvmloader/bios");
    model_remove("/local/domain/0/device-model/5");
    model.monitor_hangs = true;
    model.magic = 0xffff;
    for (unsigned disk = 0; disk < MODEL_DISKS; disk++)
        model_mark_write(disk, "hook");
}

TEST(pvh_guest_finds_its_disks_closed_and_no_port)
{
    guest_is_pvh();
    attend_and_claim();
    CHECK(key_is(HOME HANDOVER_HOOK, HANDOVER_VERSION));
    model_port_access(1, true, UNPLUG, 2, 1);
    model_port_access(2, false, UNPLUG, 1, 0);
    first_read();
    CHECK(disk_is_closed(0) && disk_is_closed(1) && !grants_of(0) && !grants_of(1));
    CHECK(model.answers[0] == 0xffff && model.answers[2] == 0xff && model.answered[1] == 1);
    CHECK(!model.commands && !model.server_exists && !model.ports_taken);
    CHECK(key_is(HOME HANDOVER_CLAIM, NULL) && key_is(RECORD, NULL));
}

TEST(acpi_port_closes_the_disks_of_a_pvh_guest)
{
    guest_is_pvh();
    attend_and_claim();
    model_port_access(0, true, HANDOVER_ACPI_PORT, 1, 1);
    model_run(domain, 300);
    CHECK(model.answered[0] == 1 && disk_is_closed(0) && disk_is_closed(1) && !model.commands);
}

/* Its firmware has closed them itself, and no mark tells what the port has returned. */
TEST(pvh_guest_without_open_disks_finds_no_port)
{
    guest_is_pvh();
    attend_and_claim();
    model_remove(model_frontend(0, HANDOVER_MARK));
    model_remove(model_frontend(1, HANDOVER_MARK));
    model_port_access(1, true, UNPLUG, 1, 1);
    first_read();
    CHECK(model.answers[0] == 0xffff && model.answered[1] == 1 && !model.commands);
}

/* The toolstack runs one that serves disks, and has no platform device. */
TEST(qemu_that_serves_disks_of_a_pvh_guest_sees_no_write)
{
    guest_is_pvh();
    model_write("/local/domain/0/device-model/5", "");
    attend_and_claim();
    model_port_access(0, true, UNPLUG, 2, 1);
    model_run(domain, 300);
    CHECK(model.answered[0] == 1 && disk_is_closed(0) && !model.commands);
}

/* As one whose kernel is no firmware: its system writes no mark, and connects disks. */
TEST(pvh_guest_without_a_mark_gets_a_key_and_no_server)
{
    guest_is_pvh();
    for (unsigned disk = 0; disk < MODEL_DISKS; disk++)
        model_remove(model_frontend(disk, HANDOVER_MARK));
    domain = model_attend();
    model_run(domain, 1000);
    CHECK(key_is(HOME HANDOVER_HOOK, HANDOVER_VERSION) && key_is(HOME HANDOVER_CLAIM, NULL));
    CHECK(!domain->claims && !domain->claim_failures && key_is(RECORD, NULL));
    CHECK(disk_is_open(0) && disk_is_open(1));
}

TEST(domains_of_other_types_are_left_alone)
{
    guest_is_pvh();
    model_write("/libxl/5/type", "pv");
    domain = model_attend();
    model_run(domain, 500);
    CHECK(key_is(HOME HANDOVER_HOOK, NULL) && !model.server_exists);
}

/**** String instructions ****/

static void string_request(bool write, bool down, unsigned size, unsigned count, uint64_t address)
{
    struct ioreq request = {.type = IOREQ_TYPE_PIO,
                            .dir = write ? IOREQ_WRITE : IOREQ_READ,
                            .addr = UNPLUG,
                            .size = size,
                            .count = count,
                            .data_is_ptr = 1,
                            .df = down,
                            .data = address};

    model_request(0, &request);
    model_run(domain, 300);
    CHECK(model.answered[0] == 1 && disk_is_closed(0));
}

TEST(strings_are_read_across_pages)
{
    uint8_t *memory = model.memory;

    attend_and_claim();
    string_request(false, false, 2, 2048, 0xfff);
    CHECK(memory[0xffe] == 0 && memory[0xfff] == 0xd2 && memory[0x1000] == 0x49);
    CHECK(memory[0x1ffd] == 0xd2 && memory[0x1ffe] == 0x49 && memory[0x1fff] == 0);
    CHECK(model.dirty[0] && model.dirty[1] && !model.dirty[2]);
}

TEST(strings_are_read_backwards)
{
    attend_and_claim();
    string_request(false, true, 2, 3, 0x1002);
    CHECK(!memcmp(model.memory + 0xffd, "\0\xd2\x49\xd2\x49\xd2\x49\0", 8));
}

TEST(all_masks_of_a_string_are_replayed)
{
    attend_and_claim();
    memcpy(model.memory + 0xfff, "\x01\x00\x00\x00\x02\x00", 6);
    string_request(true, false, 2, 3, 0xfff);
    CHECK(model.commands == 1 && !strcmp(model.command, "o/h 0x10 0x3"));
}

TEST(last_byte_of_a_string_is_replayed)
{
    attend_and_claim();
    memcpy(model.memory + 0x100, "\x01\x00\x00", 3);
    string_request(true, true, 1, 3, 0x102);
    CHECK(!strcmp(model.command, "o/b 0x10 0x1"));
}

TEST(strings_outside_memory_do_no_harm)
{
    attend_and_claim();
    string_request(true, false, 2, UINT32_MAX, 0x7fff);
    CHECK(model.commands == 1 && !strcmp(model.command, "o/h 0x10 0x0"));
}

TEST(strings_at_the_end_of_the_address_space_do_no_harm)
{
    attend_and_claim();
    string_request(false, false, 2, 4096, UINT64_MAX - 3);
}

TEST(strings_of_zero_length_do_no_harm)
{
    attend_and_claim();
    string_request(true, true, 1, 0, 0x100);
    CHECK(!model.commands);
}

/**** Disks and grants of other drivers ****/

TEST(disk_of_the_operating_system_is_not_touched)
{
    attend_and_claim();
    model_write(model_frontend(0, "state"), "6");
    model_write(model_frontend(1, "ring-ref"), "600");
    first_read();
    CHECK(model.answered[0] == 1);
    CHECK(key_is(model_frontend(0, "state"), "6") && grants_of(0) == 17);
    CHECK(key_is(model_frontend(1, "state"), "4") && key_is(model_frontend(1, "ring-ref"), "600"));
    CHECK(grants_of(1) == 17);
}

/* As an operating system that counts its references from 8 on, and leaves the mark. */
TEST(connection_that_reuses_the_firmwares_references_is_left_alone)
{
    attend_and_claim();
    for (unsigned i = 0; i < 17; i++)
        model_grant(model_reference(0, i))->frame = 0x4000 + i;
    first_read();
    CHECK(model.answered[0] == 1 && disk_is_open(0) && grants_of(0) == 17);
    CHECK(disk_is_closed(1));
}

TEST(connection_with_another_event_channel_is_left_alone)
{
    attend_and_claim();
    model_write(model_frontend(0, "event-channel"), "10");
    first_read();
    CHECK(model.answered[0] == 1 && disk_is_open(0) && grants_of(0) == 17);
    CHECK(disk_is_closed(1));
}

TEST(disk_without_a_mark_is_not_touched)
{
    attend_and_claim();
    model_remove(model_frontend(1, HANDOVER_MARK));
    first_read();
    CHECK(disk_is_closed(0) && disk_is_open(1) && grants_of(1) == 17);
}

static void other_driver_connects(void)
{
    if (key_is(model_frontend(0, "state"), "5"))
        model_write(model_frontend(0, "state"), "3");
}

TEST(disk_taken_over_during_the_close_is_left_alone)
{
    attend_and_claim();
    model.at_transaction = other_driver_connects;
    first_read();
    CHECK(model.answered[0] == 1);
    CHECK(key_is(model_frontend(0, "state"), "3"));
    CHECK(grants_of(0) == 17);
    CHECK(!key_is(model_frontend(0, "ring-ref"), NULL) && disk_is_closed(1));
}

TEST(failed_transactions_are_repeated)
{
    attend_and_claim();
    model.conflicts = 10;
    first_read();
    CHECK(disk_is_closed(0) && disk_is_closed(1) && !model.conflicts);
}

/* xenstored loses transactions in a live update that does not wait for them. */
TEST(lost_transactions_are_repeated)
{
    attend_and_claim();
    model.lost_transactions = 5;
    first_read();
    CHECK(model.answered[0] == 1 && disk_is_closed(0) && disk_is_closed(1));
    CHECK(!model.lost_transactions && !model_log_count("left alone"));
}

TEST(backend_path_is_not_read_from_the_guest)
{
    attend_and_claim();
    model_write(model_frontend(0, "backend"), "/local/domain/0/backend/vbd/4/51776");
    model_write("/local/domain/0/backend/vbd/4/51776/state", "6");
    model.backends[0] = BACKEND_HANGS;
    model_port_access(0, false, UNPLUG, 2, 0);
    model_run(domain, 300);
    CHECK(key_is(model_frontend(0, "state"), "5") && !model.answered[0]);
}

TEST(backend_unknown_to_the_toolstack_must_name_this_frontend)
{
    attend_and_claim();
    model_remove("/libxl");
    model_write(model_backend(0, "frontend"), "/local/domain/6/device/vbd/51776");
    first_read();
    CHECK(model.answered[0] == 1 && disk_is_open(0) && disk_is_closed(1));
}

TEST(only_grants_of_the_backend_that_are_not_in_use_are_ended)
{
    attend_and_claim();
    model_grant(model_reference(0, 3))->flags |= GTF_reading;
    model_grant(model_reference(0, 4))->domid = 9; /* to another domain */
    model_grant(model_reference(0, 5))->flags = GTF_accept_transfer;
    model_grant(model_reference(0, 6))->flags |= GTF_readonly;
    model_grant(model_reference(0, 7))->frame++; /* of another owner */
    model_port_access(0, false, UNPLUG, 2, 0);
    model_run(domain, MODEL_LIMIT_MS + 300);
    CHECK(disk_is_closed(0) && grants_of(0) == 4 && !grants_of(1));
    CHECK(model_grant(model_reference(0, 4))->flags == GTF_permit_access);
}

TEST(mark_with_references_beyond_the_grant_table_is_not_followed)
{
    model_write(model_frontend(0, HANDOVER_MARK), "hook 5003 17 9 983040 983041 18898");
    model_write(model_frontend(0, "ring-ref"), "5003");
    attend_and_claim();
    first_read();
    CHECK(model.answered[0] == 1 && disk_is_open(0) && grants_of(0) == 17 && disk_is_closed(1));
    CHECK(model_log_count("vbd 51776: cannot read its grants") == 1);
}

TEST(grant_table_of_version_2_is_left_alone)
{
    attend_and_claim();
    model.grants_version_2 = true;
    first_read();
    CHECK(model.answered[0] == 1 && disk_is_open(0) && grants_of(0) == 17);
}

TEST(missing_backend_is_not_waited_for)
{
    attend_and_claim();
    model_remove(model_backend(0, ""));
    model_port_access(0, false, UNPLUG, 2, 0);
    model_run(domain, 300);
    CHECK(model.answered[0] == 1 && key_is(model_frontend(0, "state"), "1") && !grants_of(0));
}

/**** Limits ****/

TEST(guest_continues_at_the_limit)
{
    attend_and_claim();
    model.backends[0] = BACKEND_HANGS_AT_CLOSING;
    model_port_access(0, false, UNPLUG, 2, 0);
    model_run(domain, MODEL_LIMIT_MS - 100);
    CHECK(!model.answered[0] && disk_is_closed(1));
    model_run(domain, 300);
    CHECK(model.answered[0] == 1 && !model.server_exists);
    CHECK(key_is(model_frontend(0, "state"), "6") && grants_of(0) == 17);
    CHECK(key_is(model_frontend(0, HANDOVER_MARK), NULL));
}

/**** A backend with requests in flight ****/

static void daemon_restart(void);

/* Linux' blkback says Closed although it has the ring and pages, and looks again only at the next
 * event of the frontend's state. */
static void begin_busy(unsigned io_ms)
{
    attend_and_claim();
    model.backends[0] = BACKEND_IS_BUSY;
    model.io_end_ms = clock_ms() + io_ms;
}

TEST(busy_backend_is_told_again_until_it_has_released_the_disk)
{
    begin_busy(800);
    model_port_access(0, false, UNPLUG, 2, 0);
    model_run(domain, 500);
    CHECK(!model.answered[0] && key_is(model_frontend(0, "state"), "6") && disk_is_closed(1));
    CHECK(key_is(model_backend(0, "state"), "6"));
    CHECK_EQUAL(grants_of(0), MODEL_GRANTS_IN_USE);
    CHECK(!key_is(model_frontend(0, HANDOVER_MARK), NULL));
    model_run(domain, 600);
    CHECK(model.answered[0] == 1 && disk_is_closed(0) && !grants_of(0));
    CHECK(!model_log_count("still uses") && !model_log_count("left alone"));
    CHECK_EQUAL(model_log_count("disks=2 closed=2"), 1);
}

TEST(busy_backend_is_told_again_when_the_daemon_leaves)
{
    begin_busy(800);
    domain_detach(domain, &model_xen, MODEL_LIMIT_MS);
    model_run(domain, 500);
    CHECK(!domain->detached && key_is(model_frontend(0, "state"), "6"));
    model_run(domain, 600);
    CHECK(domain->detached && disk_is_closed(0) && !grants_of(0));
    CHECK(!model_log_count("still uses"));
    CHECK_EQUAL(model_log_count("disks=2 closed=2"), 1);
}

TEST(busy_backend_is_told_again_by_the_next_daemon)
{
    begin_busy(800);
    domain_detach(domain, &model_xen, MODEL_LIMIT_MS);
    model_run(domain, 100);
    daemon_restart();
    model_run(domain, 1000);
    CHECK(disk_is_closed(0) && disk_is_closed(1) && !grants_of(0) && !model.server_exists);
}

/* An operating system may use it with other grants. */
TEST(disk_of_a_backend_that_is_busy_at_the_limit_is_handed_over)
{
    begin_busy(MODEL_LIMIT_MS * 2);
    model_port_access(0, false, UNPLUG, 2, 0);
    model_run(domain, MODEL_LIMIT_MS - 100);
    CHECK(!model.answered[0] && !model_log_count("still uses"));
    model_run(domain, 300);
    CHECK(model.answered[0] == 1 && disk_is_closed(0));
    CHECK_EQUAL(grants_of(0), MODEL_GRANTS_IN_USE);
    CHECK_EQUAL(model_log_count("vbd 51776: domain 3 still uses 3 of its grants"), 1);
    CHECK(!model_log_count("not closed in time"));
}

/* The firmware goes on with its close, and has a disk that it closes itself meanwhile. */
TEST(disk_of_a_backend_that_is_busy_at_the_limit_is_left_closed_for_the_firmware)
{
    begin_busy(MODEL_LIMIT_MS * 2);
    domain_detach(domain, &model_xen, MODEL_LIMIT_MS);
    model_run(domain, MODEL_LIMIT_MS + 300);
    CHECK(domain->detached && !model.server_exists && disk_is_closed(1));
    CHECK(key_is(model_frontend(0, "state"), "6") && key_is(model_backend(0, "state"), "6"));
    CHECK(key_is(model_frontend(0, "ring-ref"), "8"));
    CHECK(!key_is(model_frontend(0, HANDOVER_MARK), NULL));
    CHECK_EQUAL(grants_of(0), MODEL_GRANTS_IN_USE);
    CHECK_EQUAL(model_log_count("vbd 51776: domain 3 still uses 3 of its grants"), 1);
    CHECK_EQUAL(model_log_count("not closed in time: its backend, in state 6, did not release its "
                                "grants"),
                1);
}

TEST(cache_is_dropped_once_a_busy_backend_has_released_the_device)
{
    model_backends_make_local();
    begin_busy(800);
    model.drop_ms = 500;
    model_port_access(0, false, UNPLUG, 2, 0);
    model_run(domain, 700);
    CHECK(model.drop_count == 1 && model.drops[0].device == model_device(1));
    model_run(domain, 400);
    CHECK(model.drop_count == 2 && model.drops[1].device == model_device(0) && !model.answered[0]);
    model_run(domain, 500);
    CHECK(model.answered[0] == 1 && model.drops[1].ended && !model_log_count("page cache"));
}

TEST(cache_is_not_dropped_if_the_backend_is_busy_at_the_limit)
{
    model_backends_make_local();
    begin_busy(MODEL_LIMIT_MS * 2);
    model_port_access(0, false, UNPLUG, 2, 0);
    model_run(domain, MODEL_LIMIT_MS + 300);
    CHECK(model.answered[0] == 1 && model.drop_count == 1);
    CHECK_EQUAL(model_log_count("cannot drop the page cache of device 253:266"), 1);
}

/**** A backend that misses an event ****/

/* As tapback does at times. @state: of the frontend, whose first event it misses. */
static void backend_is_told_again(char state, bool leaves)
{
    const char text[] = {state, 0};

    test_note("state %c, the daemon %s", state, leaves ? "leaves" : "stays");
    model_begin();
    attend_and_claim();
    model.missed[0] = state;
    if (leaves)
        domain_detach(domain, &model_xen, MODEL_LIMIT_MS);
    else
        model_port_access(0, false, UNPLUG, 2, 0);
    model_run(domain, 950);
    CHECK(key_is(model_frontend(0, "state"), text) && !disk_is_closed(0) && disk_is_closed(1));
    CHECK(!model.answered[0] && !domain->detached);
    model_run(domain, 350);
    CHECK(leaves ? domain->detached : model.answered[0] == 1);
    CHECK(disk_is_closed(0) && !grants_of(0) && !model_log_count("not closed in time"));
}

TEST(backend_that_misses_an_event_is_told_again_after_a_second)
{
    for (const char *state = "561"; *state; state++) {
        backend_is_told_again(*state, false);
        backend_is_told_again(*state, true);
    }
}

static void system_takes_the_disk(void)
{
    if (clock_ms() > model.io_end_ms && key_is(model_frontend(0, "state"), "1"))
        model_write(model_frontend(0, "state"), "3");
}

/* The check and the write are one transaction. */
TEST(backend_is_not_told_again_of_a_disk_that_an_operating_system_has_taken)
{
    attend_and_claim();
    model.missed[0] = '1';
    model.io_end_ms = clock_ms() + 500;
    model.at_transaction = system_takes_the_disk;
    first_read();
    model_run(domain, 1000);
    CHECK(model.answered[0] == 1 && key_is(model_frontend(0, "state"), "3"));
    CHECK_EQUAL(model_log_count("left alone"), 1);
}

TEST(guest_continues_without_qemu)
{
    attend_and_claim();
    model.monitor_hangs = true;
    for (unsigned cpu = 0; cpu < MODEL_CPUS; cpu++)
        model_port_access(cpu, true, UNPLUG, 2, 1);
    model_run(domain, REPLAY_LIMIT_MS + 300);
    CHECK(model.commands == 1 && !model.server_exists);
    for (unsigned cpu = 0; cpu < MODEL_CPUS; cpu++)
        CHECK(model.answered[cpu] == 1);
}

TEST(server_exists_until_xen_has_collected_the_answer)
{
    attend_and_claim();
    model.paused = true;
    model_port_access(0, false, UNPLUG, 2, 0);
    model_run(domain, MODEL_LIMIT_MS * 2);
    CHECK(model.server_exists && !model.ports_taken && !model.answered[0]);
    model.paused = false;
    model_run(domain, 1500);
    CHECK(!model.server_exists && model.answers[0] == MAGIC);
}

/* Give the guest this many more disks, which come before the others. */
static void add_disks(unsigned count)
{
    model_remove(HOME "device/vbd");
    for (unsigned i = 0; i < count; i++) {
        char path[64];

        snprintf(path, sizeof(path), HOME "device/vbd/%u/%s", 1000 + i, "state");
        model_write(path, "1");
    }
    for (unsigned disk = 0; disk < MODEL_DISKS; disk++)
        model_disk_open(disk);
}

/* The firmware connects the disks that the guest boots from, wherever the toolstack lists them. */
TEST(disks_that_are_listed_after_many_others_are_closed)
{
    add_disks(200);
    attend_and_claim();
    first_read();
    for (unsigned disk = 0; disk < MODEL_DISKS; disk++)
        CHECK(disk_is_closed(disk));
    CHECK(model.answers[0] == MAGIC);
}

TEST(disks_beyond_the_maximum_are_ignored)
{
    add_disks(DOMAIN_DISKS_MAX);
    domain = model_attend();
    model_run(domain, 50);
    CHECK(!is_claimed());
    CHECK(!domain->disks);
}

/* A guest that writes its keys all the time costs xenstored no more the more disks it has. */
TEST(many_disks_are_looked_at_less_often)
{
    add_disks(DOMAIN_DISKS_MAX);
    domain = model_attend();
    model_run(domain, 50);
    CHECK(domain->earliest_ms >= clock_ms() + 1500);
}

/**** The page cache of a device ****/

static void claim_with_local_backends(void)
{
    model_backends_make_local();
    attend_and_claim();
}

TEST(cache_is_dropped_after_the_backend_and_before_the_answer)
{
    claim_with_local_backends();
    model.drop_ms = 500;
    model_port_access(0, false, UNPLUG, 2, 0);
    model_run(domain, 400);
    CHECK(model.drop_count == 2 && disk_is_closed(0) == disk_is_closed(1));
    for (unsigned disk = 0; disk < MODEL_DISKS; disk++)
        CHECK(model.drops[disk].device == model_device(disk) &&
              model.drops[disk].backend_state == '6');
    CHECK(!model.answered[0] && key_is(model_frontend(0, "state"), "1"));
    model_run(domain, 200);
    CHECK(model.answered[0] == 1 && model.drops[0].ended && model.drops[1].ended);
    CHECK(disk_is_closed(0) && disk_is_closed(1) && model.drop_count == 2);
    CHECK(!model_log_count("page cache"));
}

TEST(cache_is_dropped_for_the_acpi_port_and_while_detaching)
{
    claim_with_local_backends();
    model.drop_ms = 500;
    model_port_access(0, true, HANDOVER_ACPI_PORT, 1, 1);
    model_run(domain, 100);
    domain_detach(domain, &model_xen, MODEL_LIMIT_MS);
    model_run(domain, 100);
    CHECK(!model.answered[0] && !domain->detached && model.drop_count == 2);
    model_run(domain, 500);
    CHECK(model.answered[0] == 1 && domain->detached && model.drops[0].ended &&
          model.drops[1].ended);
}

/* The child that drops it is killed with the daemon. */
TEST(drop_that_a_killed_daemon_has_not_finished_is_repeated_before_the_answer)
{
    claim_with_local_backends();
    model.drop_ms = 500;
    model_port_access(0, false, UNPLUG, 2, 0);
    model_run(domain, 200);
    CHECK(model.drop_count == 2 && !model.answered[0] && disk_is_closed(0) && disk_is_closed(1));
    daemon_restart();
    model_run(domain, 400);
    CHECK(model.drop_count == 4 && !model.answered[0]);
    for (unsigned disk = 0; disk < MODEL_DISKS; disk++)
        CHECK(model.drops[2 + disk].device == model_device(disk));
    model_run(domain, 200);
    CHECK(model.answered[0] == 1 && model.answers[0] == MAGIC);
    CHECK(model.drops[2].ended && model.drops[3].ended && !model_log_count("page cache"));
}

TEST(cache_that_takes_too_long_to_drop_is_abandoned)
{
    claim_with_local_backends();
    model.drop_ms = MODEL_LIMIT_MS * 2;
    model_port_access(0, false, UNPLUG, 2, 0);
    model_run(domain, MODEL_LIMIT_MS - 100);
    CHECK(!model.answered[0] && model.drop_count == 2);
    model_run(domain, 300);
    CHECK(model.answered[0] == 1 && disk_is_closed(0) && disk_is_closed(1));
    CHECK(model.drops[0].abandoned && model.drops[1].abandoned);
    CHECK(model_log_count(": Connection timed out") == 2);
    CHECK(!model.server_exists);
}

TEST(one_slow_backend_does_not_delay_the_other_disks_drop)
{
    claim_with_local_backends();
    model.backends[0] = BACKEND_HANGS;
    model.drop_ms = 500;
    model_port_access(0, false, UNPLUG, 2, 0);
    model_run(domain, 600);
    CHECK(model.drop_count == 1 && model.drops[0].device == model_device(1));
    CHECK(model.drops[0].ended && !model.answered[0]);
    model.backends[0] = BACKEND_FOLLOWS;
    model_run(domain, 600);
    CHECK(model.drop_count == 2 && model.drops[1].ended && model.answered[0] == 1);
}

TEST(cache_that_cannot_be_dropped_is_reported)
{
    claim_with_local_backends();
    model.drop_error = EIO;
    first_read();
    CHECK(model.answered[0] == 1 && disk_is_closed(0) && disk_is_closed(1));
    CHECK(model_log_count("cannot drop the page cache of device 253:266: Input/output error") == 1);
    CHECK(model_log_count("page cache") == 2);
}

TEST(drop_that_cannot_start_is_reported)
{
    claim_with_local_backends();
    model.drop_start_error = EBUSY;
    first_read();
    CHECK(model.answered[0] == 1 && disk_is_closed(0) && disk_is_closed(1));
    CHECK(model_log_count("page cache") == 2);
}

TEST(devices_of_other_domains_are_left_alone)
{
    attend_and_claim();
    first_read();
    CHECK(model.answered[0] == 1 && disk_is_closed(0) && !model.drop_count);
    CHECK(!model_log_count("page cache"));
}

TEST(devices_of_other_backends_are_left_alone)
{
    static const char *const paths[] = {
        "/local/domain/0/backend/qdisk/5/51776",
        "/local/domain/0/backend/vbd3/5/51776",
    };

    model_backends_make_local();
    for (unsigned i = 0; i < 2; i++) {
        char path[64];

        snprintf(path, sizeof(path), "%s/physical-device", paths[i]);
        model_write(path, "fd:10a");
    }
    model_write("/libxl/5/device/vbd/51776/backend", paths[0]);
    model_write("/libxl/5/device/vbd/51792/backend", paths[1]);
    attend_and_claim();
    first_read();
    CHECK(model.answered[0] == 1 && !model.drop_count && !model_log_count("page cache"));
}

TEST(device_is_not_read_from_the_guest)
{
    model_backends_make_local();
    model_write(model_frontend(0, "physical-device"), "8:0");
    model_write(model_frontend(1, "backend"), "/local/domain/0/backend/vbd/5/51776");
    attend_and_claim();
    first_read();
    CHECK(model.drop_count == 2 && model.drops[0].device == model_device(0) &&
          model.drops[1].device == model_device(1));
}

TEST(cache_of_a_disk_taken_over_is_not_dropped)
{
    claim_with_local_backends();
    model.at_transaction = other_driver_connects;
    first_read();
    CHECK(model.drop_count == 1 && model.drops[0].device == model_device(1));
}

TEST(unknown_device_is_reported_once_and_nothing_is_dropped)
{
    static const char *const bad[] = {"",      "fd",      ":",        "fd:",      ":10a",
                                      "fd:g",  "fd:10a ", "-1:0",     "fd:10a:0", "0xfd:0",
                                      "FD:10", "1000:0",  "8:100000", "/dev/sda", " 8:0"};
    dev_t device;

    for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        if (device_parse(bad[i], &device))
            test_fail(__FILE__, __LINE__, bad[i]);
    CHECK(device_parse("fff:fffff", &device) && device == makedev(0xfff, 0xfffff));
    model_backends_make_local();
    model_write(model_backend(0, "physical-device"), "../../sda");
    model_remove(model_backend(1, "physical-device"));
    attend_and_claim();
    first_read();
    CHECK(model.answered[0] == 1 && disk_is_closed(0) && disk_is_closed(1) && !model.drop_count);
    CHECK(model_log_count("cannot find the block device") == 2);
}

/* Write the uevent file of the device 253:266 below the folder @root. */
static void write_uevent(const char *root, const char *text)
{
    static const char *const parts[] = {"/dev", "/sys", "/sys/dev", "/sys/dev/block",
                                        "/sys/dev/block/253:266"};
    char path[128];

    for (unsigned i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        snprintf(path, sizeof(path), "%s%s", root, parts[i]);
        mkdir(path, 0700);
    }
    strcat(path, "/uevent");
    FILE *file = fopen(path, "w");
    fputs(text, file);
    fclose(file);
}

TEST(only_the_block_device_of_the_given_number_is_opened)
{
    char path[DEVICE_PATH_BYTES], expected[128];
    const char *root = test_folder();

    CHECK(root);
    CHECK(device_node(root, model_device(0), path) == ENOENT);
    write_uevent(root, "MAJOR=253\nMINOR=266\n");
    CHECK(device_node(root, model_device(0), path) == ENOENT);
    write_uevent(root, "MAJOR=253\nMINOR=266\nDEVNAME=mapped/one\nDEVTYPE=disk\n");
    snprintf(expected, sizeof(expected), "%s/dev/mapped/one", root);
    CHECK(!device_node(root, model_device(0), path) && !strcmp(path, expected));
    CHECK(device_open(path, model_device(0)) == -1 && errno == ENOENT);
    write_uevent(root, "DEVNAME=one");
    CHECK(!device_node(root, model_device(0), path));
    CHECK(!mkfifo(path, 0600));
    CHECK(device_open(path, model_device(0)) == -1 && errno == ENOTBLK);
    CHECK(device_open("/dev/null", makedev(1, 3)) == -1 && errno == ENOTBLK);
}

/**** Domains that end ****/

static const char *last_key;

/* The toolstack removes a domain's keys after the daemon has read the last one, and before it
 * writes. */
static void domain_destroy(const char *path)
{
    if (!last_key || strcmp(path, last_key))
        return;
    last_key = NULL;
    model_remove("/local/domain/5");
}

TEST(domain_that_has_just_ended_is_not_announced)
{
    model.at_read = domain_destroy;
    last_key = HOME "image/device-model-domid";
    domain = model_attend();
    model_run(domain, 50);
    CHECK(!last_key && key_is(HOME HANDOVER_HOOK, NULL));
}

TEST(domain_that_has_just_ended_is_not_claimed)
{
    model_mark_write(0, "strict");
    model_mark_write(1, "strict");
    domain = model_attend();
    model_run(domain, 200);
    model_mark_write(0, "hook");
    model.at_read = domain_destroy;
    last_key = HOME "vm";
    model_run(domain, 50);
    CHECK(!last_key && key_is(HOME HANDOVER_CLAIM, NULL));
}

/**** Daemons that are killed or stop ****/

/* Replace a killed daemon: Xen and xenstore stay as they are. */
static void daemon_restart(void)
{
    free(domain->disks);
    free(domain);
    domain = model_attend();
}

TEST(claim_of_a_killed_daemon_is_taken_over)
{
    attend_and_claim();
    daemon_restart();
    CHECK(is_claimed());
    first_read();
    CHECK(model.answered[0] == 1 && disk_is_closed(0) && disk_is_closed(1));
}

TEST(claim_of_a_pvh_guest_is_taken_over_as_one)
{
    guest_is_pvh();
    attend_and_claim();
    model_port_access(0, false, UNPLUG, 1, 0);
    model_port_access(1, true, UNPLUG, 2, 1);
    daemon_restart();
    model_run(domain, 300);
    CHECK(model.answers[0] == 0xff && model.answered[1] == 1 && disk_is_closed(0));
    CHECK(!model.commands && !model.server_exists);
}

/* The firmware has closed them itself, and the killed daemon alone knew what the port returns. To
 * guess is dangerous: Linux that finds the magic believes that the emulated disks are unplugged. */
TEST(qemu_tells_the_next_daemon_whether_there_is_a_platform_device_if_no_mark_does)
{
    attend_and_claim();
    for (unsigned disk = 0; disk < MODEL_DISKS; disk++)
        model_remove(model_frontend(disk, HANDOVER_MARK));
    daemon_restart();
    model.monitor_says = "portw[0x0010] = 0xffff\r\n";
    first_read();
    CHECK(model.answered[0] == 1 && !strcmp(model.command, "i/h 0x10"));
    CHECK_EQUAL(model.answers[0], 0xffff);
}

/* The disks are closed already, and the answer is not sent. */
TEST(qemu_tells_the_next_daemon_of_a_waiting_read_whether_there_is_a_platform_device)
{
    model.magic = 0xffff;
    for (unsigned disk = 0; disk < MODEL_DISKS; disk++)
        model_mark_write(disk, "hook");
    attend_and_claim();
    model.drop_ms = 1000;
    model_backends_make_local();
    model_port_access(0, false, UNPLUG, 2, 0);
    model_run(domain, 200);
    CHECK(!model.answered[0] && disk_is_closed(0) && disk_is_closed(1));
    model.drop_ms = 0;
    daemon_restart();
    model.monitor_says = "portw[0x0010] = 0xffff\r\n";
    model_run(domain, 300);
    CHECK_EQUAL(model.answered[0], 1);
    CHECK_EQUAL(model.answers[0], 0xffff);
}

TEST(magic_is_answered_if_neither_a_mark_nor_qemu_tells_of_the_platform_device)
{
    attend_and_claim();
    for (unsigned disk = 0; disk < MODEL_DISKS; disk++)
        model_remove(model_frontend(disk, HANDOVER_MARK));
    daemon_restart();
    model.monitor_fails = true;
    first_read();
    CHECK(model.answered[0] == 1 && model.answers[0] == MAGIC);
}

static unsigned records_read;

/* The daemon reads the record, then what it belongs to. The first time it only looks for one. */
static void type_read_fail(const char *path)
{
    if (!strcmp(path, HOME "vm"))
        model.read_failures = ++records_read == 2;
}

/* A write would wait for a QEMU, in vain. */
TEST(claim_is_taken_over_once_the_type_of_the_guest_is_known)
{
    guest_is_pvh();
    attend_and_claim();
    model_port_access(0, true, UNPLUG, 2, 1);
    records_read = 0;
    model.at_read = type_read_fail;
    daemon_restart();
    CHECK(records_read == 2 && !model.read_failures && domain->state == DOMAIN_ADOPTING);
    model_run(domain, 1500);
    CHECK(model.answered[0] == 1 && disk_is_closed(0) && !model.commands);
}

TEST(waiting_access_is_taken_over)
{
    attend_and_claim();
    model_port_access(0, false, UNPLUG, 2, 0);
    daemon_restart();
    model_run(domain, 300);
    CHECK(model.answered[0] == 1 && disk_is_closed(0) && disk_is_closed(1));
}

TEST(answer_of_a_killed_daemon_is_notified_by_the_next)
{
    void *slots;

    attend_and_claim();
    model_port_access(0, true, HANDOVER_ACPI_PORT, 1, 0);
    xenforeignmemory_map_resource(NULL, MODEL_DOMID, XENMEM_resource_ioreq_server, 1, 0, 1, &slots,
                                  0, 0);
    ((struct ioreq *)slots)->state = STATE_IORESP_READY;
    daemon_restart();
    model_run(domain, 50);
    CHECK(model.answered[0] == 1 && !model_is_waiting(0));
}

TEST(take_over_that_fails_is_tried_again)
{
    attend_and_claim();
    model_port_access(0, false, UNPLUG, 2, 0);
    model.bind_failures = 3;
    daemon_restart();
    model_run(domain, 1000);
    CHECK(!model.answered[0] && !key_is(RECORD, NULL) && is_claimed());
    model_run(domain, 2000);
    CHECK(model.answered[0] == 1 && disk_is_closed(0) && disk_is_closed(1));
    CHECK(model_log_count("cannot take over") == 1 && !model.server_exists);
}

TEST(ports_of_a_claim_that_cannot_be_taken_over_are_returned_at_the_limit)
{
    attend_and_claim();
    model_port_access(0, false, UNPLUG, 2, 0);
    model.bind_failures = UINT32_MAX;
    daemon_restart();
    model_run(domain, MODEL_LIMIT_MS - 500);
    CHECK(model.ports_taken);
    model_run(domain, 60000);
    CHECK(!model.ports_taken && model.server_exists && !key_is(RECORD, NULL));
    CHECK(!model.server_enabled);
    CHECK(key_is(HOME HANDOVER_CLAIM, NULL) && model_log_count("I/O ports returned: ") == 1);
    model.bind_failures = 0;
    model_run(domain, 3000);
    CHECK(model.answered[0] == 1 && disk_is_closed(0) && disk_is_closed(1));
    CHECK(!model.server_exists);
}

TEST(claim_that_cannot_be_taken_over_is_left_to_the_next_daemon)
{
    attend_and_claim();
    model_port_access(0, false, UNPLUG, 2, 0);
    model.bind_failures = UINT32_MAX;
    daemon_restart();
    model_run(domain, 100);
    domain_detach(domain, &model_xen, MODEL_LIMIT_MS);
    CHECK(!domain->detached);
    model_run(domain, MODEL_LIMIT_MS + 1000);
    CHECK(domain->detached);
    domain_free(domain, &model_xen);
    CHECK(!key_is(RECORD, NULL) && !model.answered[0]);
    model.bind_failures = 0;
    domain = model_attend();
    model_run(domain, 300);
    CHECK(model.answered[0] == 1 && disk_is_closed(0) && disk_is_closed(1));
}

TEST(claim_whose_record_cannot_be_read_is_taken_over_later)
{
    attend_and_claim();
    model_port_access(0, false, UNPLUG, 2, 0);
    for (unsigned failing = 0; failing < 4; failing++) {
        model.read_failures = failing;
        records_prune(&model_xen);
        CHECK(!key_is(RECORD, NULL));
    }
    model.read_failures = 2;
    daemon_restart();
    model_run(domain, 3000);
    CHECK(model.answered[0] == 1 && disk_is_closed(0) && disk_is_closed(1));
    CHECK(!model.server_exists && key_is(RECORD, NULL));
}

TEST(domain_without_a_record_is_attended_to_although_xenstored_has_no_memory_at_first)
{
    model.read_failures = 1;
    domain = model_attend();
    CHECK(!model.read_failures && key_is(HOME HANDOVER_HOOK, NULL));
    model_run(domain, 1000);
    CHECK(key_is(HOME HANDOVER_HOOK, HANDOVER_VERSION) && is_claimed());
    first_read();
    CHECK(model.answered[0] == 1 && disk_is_closed(0) && disk_is_closed(1));
}

TEST(daemon_ends_while_the_record_of_its_claim_cannot_be_read)
{
    attend_and_claim();
    model.read_failures = UINT32_MAX;
    daemon_restart();
    domain_detach(domain, &model_xen, MODEL_LIMIT_MS);
    CHECK(!domain->detached);
    model_run(domain, MODEL_LIMIT_MS + 1000);
    CHECK(domain->detached);
    model.read_failures = 0;
    domain_free(domain, &model_xen);
    CHECK(!key_is(RECORD, NULL));
}

TEST(daemon_that_stops_while_a_claim_to_take_over_vanishes_ends)
{
    attend_and_claim();
    model.bind_failures = UINT32_MAX;
    daemon_restart();
    model_run(domain, 100);
    domain_detach(domain, &model_xen, MODEL_LIMIT_MS);
    model_remove(RECORD);
    model_run(domain, 1000);
    CHECK(domain->detached);
}

/**** xenstored has no memory ****/

static const char *read_before_failure;

static void next_read_fail(const char *path)
{
    if (!read_before_failure || strcmp(path, read_before_failure) != 0)
        return;
    read_before_failure = NULL;
    model.read_failures = 1;
}

/* The first thing that is read after @path fails, once. */
static void disks_are_closed_although_a_read_fails_after(const char *path)
{
    static char copy[128];

    attend_and_claim();
    snprintf(copy, sizeof(copy), "%s", path);
    read_before_failure = copy;
    model.at_read = next_read_fail;
    model_port_access(0, false, UNPLUG, 2, 0);
    model_run(domain, MODEL_LIMIT_MS / 2);
    CHECK(!read_before_failure && !model.read_failures);
    CHECK(model.answered[0] == 1 && disk_is_closed(0) && disk_is_closed(1));
    CHECK(!model_log_count("left alone") && !model_log_count("not closed"));
    CHECK_EQUAL(model_log_count("disks=2 closed=2"), 1);
}

TEST(disks_are_closed_although_xenstored_cannot_list_them_at_first)
{
    disks_are_closed_although_a_read_fails_after(HOME "vm");
}

static void mark_read_fail(const char *path)
{
    (void)path;
    model.at_directory = NULL;
    model.read_failures = 1;
}

TEST(disk_is_closed_although_its_mark_cannot_be_read_at_first)
{
    attend_and_claim();
    model.at_directory = mark_read_fail;
    first_read();
    CHECK(!model.read_failures && model.answered[0] == 1);
    CHECK(disk_is_closed(0) && disk_is_closed(1));
}

TEST(disk_is_not_left_alone_because_the_state_of_its_frontend_cannot_be_read)
{
    disks_are_closed_although_a_read_fails_after(model_backend(0, "state"));
}

/* xenstored fails one call of the hand-over, each in turn. */
static void disks_are_closed_although_any_call_fails(int error, bool leaves)
{
    bool meets = true;

    for (unsigned call = 1; meets; call++) {
        test_note("call %u fails with %s", call, strerror(error));
        model_begin();
        model_backends_make_local();
        attend_and_claim();
        model.store_fails_at = call;
        model.store_error = error;
        if (leaves)
            domain_detach(domain, &model_xen, MODEL_LIMIT_MS);
        else
            model_port_access(0, false, UNPLUG, 2, 0);
        model_run(domain, MODEL_LIMIT_MS / 2);
        meets = !model.store_fails_at;
        CHECK(disk_is_closed(0) && disk_is_closed(1) && !grants_of(0) && !grants_of(1));
        CHECK(leaves ? domain->detached : model.answered[0] == 1);
        CHECK(!model_log_count("left alone") && !model_log_count("not closed"));
        CHECK_EQUAL(model_log_count("disks=2 closed=2"), 1);
        CHECK(model.drop_count == 2 && !model_log_count("page cache"));
        CHECK(call < 1000);
    }
}

TEST(disks_are_closed_although_xenstored_has_no_memory_for_any_call)
{
    disks_are_closed_although_any_call_fails(ENOMEM, false);
}

TEST(disks_are_closed_although_xenstored_has_an_error_in_any_call)
{
    disks_are_closed_although_any_call_fails(EIO, false);
}

TEST(disks_are_closed_by_a_daemon_that_leaves_although_xenstored_has_no_memory_for_any_call)
{
    disks_are_closed_although_any_call_fails(ENOMEM, true);
}

static unsigned states_read;

/* The daemon reads the state of the frontend, then of the backend. */
static void backend_read_fail(const char *path)
{
    if (strcmp(path, model_frontend(0, "state")) != 0 || !key_is(path, "5"))
        return;
    model.read_failures = ++states_read == 3;
}

/* It is not taken for a backend that is gone. */
TEST(backend_is_waited_for_although_its_state_cannot_be_read)
{
    states_read = 0;
    attend_and_claim();
    model.backends[0] = BACKEND_HANGS;
    model.at_read = backend_read_fail;
    model_port_access(0, false, UNPLUG, 2, 0);
    model_run(domain, 200);
    CHECK(states_read > 3 && !model.read_failures && !model.answered[0]);
    CHECK(key_is(model_frontend(0, "state"), "5") && grants_of(0) == 17);
    model.backends[0] = BACKEND_FOLLOWS;
    model_run(domain, 300);
    CHECK(model.answered[0] == 1 && disk_is_closed(0) && disk_is_closed(1));
}

TEST(half_closed_disks_are_taken_over)
{
    attend_and_claim();
    model.backends[0] = BACKEND_HANGS;
    model.backends[1] = BACKEND_HANGS_AT_CLOSING;
    model_port_access(0, false, UNPLUG, 2, 0);
    model_run(domain, 100);
    CHECK(key_is(model_frontend(0, "state"), "5") && key_is(model_frontend(1, "state"), "6"));
    daemon_restart();
    model.backends[0] = model.backends[1] = BACKEND_FOLLOWS;
    model_run(domain, 300);
    CHECK(model.answered[0] == 1 && disk_is_closed(0) && disk_is_closed(1));
    CHECK(!grants_of(0) && !grants_of(1) && !model.server_exists);
}

/* Return: the deadline in the record. */
static uint64_t recorded_deadline(void)
{
    unsigned long long deadline = 0;
    unsigned server;

    CHECK(!key_is(RECORD, NULL));
    CHECK_EQUAL(sscanf(model_read(RECORD), "%u closing %llu /vm/", &server, &deadline), 2);
    return deadline;
}

TEST(deadline_is_kept_by_the_next_daemon)
{
    attend_and_claim();
    model.backends[0] = BACKEND_HANGS;
    uint64_t since = clock_ms();
    model_port_access(0, false, UNPLUG, 2, 0);
    model_run(domain, 1000);
    CHECK_EQUAL(recorded_deadline(), since + MODEL_LIMIT_MS);
    daemon_restart();
    model_run(domain, 500);
    daemon_restart();
    CHECK_EQUAL(recorded_deadline(), since + MODEL_LIMIT_MS);
    model_run(domain, MODEL_LIMIT_MS - 1500);
    CHECK(!model.answered[0]);
    model_run(domain, 5);
    CHECK_EQUAL(model.answered[0], 1);
}

TEST(deadline_that_has_passed_leaves_a_second_to_close_the_disks)
{
    attend_and_claim();
    model.backends[0] = BACKEND_HANGS;
    model_port_access(0, false, UNPLUG, 2, 0);
    model_run(domain, 100);
    model_time_pass(60000);
    daemon_restart();
    model_run(domain, 1000);
    CHECK_EQUAL(model.answered[0], 0);
    model_run(domain, 5);
    CHECK_EQUAL(model.answered[0], 1);
}

TEST(disks_are_closed_for_a_guest_that_has_waited_beyond_the_deadline_for_a_daemon)
{
    attend_and_claim();
    model.backends[0] = model.backends[1] = BACKEND_HANGS;
    model_port_access(0, false, UNPLUG, 2, 0);
    model_run(domain, 100);
    model_time_pass(60000);
    model.backends[0] = model.backends[1] = BACKEND_FOLLOWS;
    daemon_restart();
    model_run(domain, 300);
    CHECK(model.answered[0] == 1 && disk_is_closed(0) && disk_is_closed(1));
}

/* Records of earlier versions, or of a host that was restarted with another clock. */
TEST(deadline_that_is_missing_or_too_far_away_counts_from_now)
{
    static const char *const records[] = {
        "1 closing /vm/f2979861-3c20-4838-9cec-e0d77924357b",
        "1 closing 0 /vm/f2979861-3c20-4838-9cec-e0d77924357b",
        "1 closing 18446744073709551615 /vm/f2979861-3c20-4838-9cec-e0d77924357b",
        "1 closing 99999999999999999999999 /vm/f2979861-3c20-4838-9cec-e0d77924357b",
    };

    for (unsigned i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
        test_note("the record '%s'", records[i]);
        model_begin();
        attend_and_claim();
        model.backends[0] = BACKEND_HANGS;
        model_port_access(0, false, UNPLUG, 2, 0);
        model_run(domain, 1000);
        model_write(RECORD, records[i]);
        daemon_restart();
        model_run(domain, MODEL_LIMIT_MS);
        CHECK(!model.answered[0]);
        model_run(domain, 5);
        CHECK_EQUAL(model.answered[0], 1);
    }
}

TEST(deadline_of_an_adopted_access_does_not_count_for_the_next_one)
{
    attend_and_claim();
    model_port_access(0, false, UNPLUG, 2, 0);
    model.backends[0] = BACKEND_HANGS;
    model_run(domain, 1000);
    model.backends[0] = BACKEND_FOLLOWS;
    daemon_restart();
    model_run(domain, 300);
    CHECK(model.answered[0] == 1 && disk_is_closed(0));
    model.backends[0] = BACKEND_HANGS;
    model_mark_write(0, "hook");
    model_write(model_frontend(0, "ring-ref"), "8");
    model_write(model_frontend(0, "event-channel"), "9");
    model_write(model_frontend(0, "state"), "4");
    for (unsigned i = 0; i < 17; i++)
        *model_grant(model_reference(0, i)) =
            (grant_entry_v1_t){.flags = GTF_permit_access, .domid = 3, .frame = model_frame(0, i)};
    model_run(domain, 200);
    CHECK(is_claimed());
    model_port_access(0, false, UNPLUG, 2, 0);
    model_run(domain, MODEL_LIMIT_MS);
    CHECK_EQUAL(model.answered[0], 1);
    model_run(domain, 5);
    CHECK_EQUAL(model.answered[0], 2);
}

/* xenstored did not answer when the server was destroyed. */
TEST(record_of_a_server_that_is_gone_is_removed)
{
    model_write(RECORD, "1 closing 1 /vm/f2979861-3c20-4838-9cec-e0d77924357b");
    model_write(HOME HANDOVER_CLAIM, HANDOVER_VERSION);
    model_mark_write(0, "strict");
    model_mark_write(1, "strict");
    domain = model_attend();
    model_run(domain, 300);
    CHECK(key_is(RECORD, NULL) && key_is(HOME HANDOVER_CLAIM, NULL));
    CHECK(key_is(HOME HANDOVER_HOOK, HANDOVER_VERSION) && !model_log_count("cannot take over"));
    model_mark_write(0, "hook");
    model_run(domain, 300);
    CHECK(is_claimed());
}

TEST(server_with_no_waiting_access_is_released)
{
    attend_and_claim();
    first_read();
    model.server_exists = true;
    model_write(RECORD, "1 closing /vm/f2979861-3c20-4838-9cec-e0d77924357b");
    daemon_restart();
    model_run(domain, 100);
    CHECK(!model.server_exists && key_is(RECORD, NULL));
}

/* What a daemon that is killed leaves in xenstore, while it creates or destroys a server. */
static char record_left[128];
static unsigned created, destroyed;

static void record_look(void)
{
    const char *found = model_read(RECORD);

    snprintf(record_left, sizeof(record_left), "%s", found ? found : "");
}

static void look_at_create(void)
{
    created++;
    record_look();
}

static void look_at_destroy(void)
{
    destroyed++;
    record_look();
}

/* The daemon is killed where the record was looked at. Another device model gets the number, and
 * the next daemon begins. */
static void other_device_model_begins(void)
{
    model.at_create = model.at_destroy = NULL;
    if (*record_left)
        model_write(RECORD, record_left);
    else
        model_remove(RECORD);
    model_mark_write(0, "strict");
    model_mark_write(1, "strict");
    model.server_exists = true;
    CHECK(!xendevicemodel_set_ioreq_server_state(NULL, MODEL_DOMID, 1, 1));
    daemon_restart();
    model_run(domain, 2 * MODEL_LIMIT_MS);
}

TEST(server_of_another_device_model_with_the_number_of_a_destroyed_one_is_kept)
{
    attend_and_claim();
    model.at_destroy = look_at_destroy;
    first_read();
    CHECK(destroyed == 1 && !model.server_exists);
    other_device_model_begins();
    CHECK(model.server_exists && model.server_enabled && key_is(RECORD, NULL));
}

TEST(server_of_another_device_model_with_the_number_to_be_used_is_kept)
{
    model.at_create = look_at_create;
    attend_and_claim();
    CHECK(created >= 1);
    model.ports_taken = false;
    other_device_model_begins();
    CHECK(model.server_exists && model.server_enabled && key_is(RECORD, NULL));
}

#define UNUSED "1 unused /vm/f2979861-3c20-4838-9cec-e0d77924357b"

/* The daemon was killed before it had a use for the server. */
TEST(server_that_was_never_enabled_is_destroyed_by_the_next_daemon)
{
    model.server_exists = true;
    model_write(RECORD, UNUSED);
    model_mark_write(0, "strict");
    model_mark_write(1, "strict");
    domain = model_attend();
    model_run(domain, 100);
    CHECK(!model.server_exists && key_is(RECORD, NULL));
    CHECK(key_is(HOME HANDOVER_HOOK, HANDOVER_VERSION));
    model_mark_write(0, "hook");
    model_run(domain, 300);
    CHECK(is_claimed());
}

TEST(record_of_a_server_that_was_not_created_yet_is_removed)
{
    model_write(RECORD, UNUSED);
    domain = model_attend();
    model_run(domain, 300);
    CHECK(is_claimed() && model_log_count("cannot") == 0);
}

/* Only the server that is created to find its number has no record. */
TEST(server_is_recorded_before_it_is_created_and_not_when_it_is_destroyed)
{
    model.at_create = look_at_create;
    model.at_destroy = look_at_destroy;
    model.bind_failures = 1;
    domain = model_attend();
    model_run(domain, 50);
    CHECK(created == 2 && destroyed == 2 && !*record_left && key_is(RECORD, NULL));
    model_write(model_frontend(0, "state"), "4");
    model_run(domain, 200);
    CHECK(is_claimed() && created == 4 && !strcmp(record_left, UNUSED));
    first_read();
    CHECK(destroyed == 4 && !*record_left && key_is(RECORD, NULL));
}

TEST(record_of_another_domain_is_not_used)
{
    model.server_exists = true;
    model_write(RECORD, "1 claimed /vm/00000000-3c20-4838-9cec-e0d77924357b");
    model_mark_write(0, "strict");
    model_mark_write(1, "strict");
    domain = model_attend();
    model_run(domain, 300);
    CHECK(model.server_exists && !domain->claim.page);
}

/* A guest whose loader has made its last call of int13 has nothing else that closes its disks. */
TEST(detaching_closes_the_disks_and_leaves_nothing_behind)
{
    attend_and_claim();
    domain_detach(domain, &model_xen, MODEL_LIMIT_MS);
    CHECK(model.ports_taken);
    model_run(domain, 200);
    CHECK(domain->detached && !model.server_exists && disk_is_closed(0) && disk_is_closed(1));
    CHECK(!grants_of(0) && !grants_of(1));
    CHECK(key_is(HOME HANDOVER_HOOK, NULL) && key_is(HOME HANDOVER_CLAIM, NULL) &&
          key_is(RECORD, NULL));
}

/* The firmware runs: it closes what it is connecting, and what is in another mode. */
TEST(detaching_closes_only_connected_disks_that_are_the_daemons_to_close)
{
    attend_and_claim();
    model_mark_write(0, "strict");
    model_write(model_frontend(1, "state"), "3");
    domain_detach(domain, &model_xen, MODEL_LIMIT_MS);
    model_run(domain, 200);
    CHECK(domain->detached && disk_is_open(0) && key_is(model_frontend(1, "state"), "3"));
    CHECK(grants_of(0) == 17 && grants_of(1) == 17);
}

/* The firmware notices that a disk is being closed, closes it itself, and opens it again. */
TEST(disk_that_the_firmware_opens_again_while_detaching_keeps_its_mark)
{
    attend_and_claim();
    model.backends[0] = BACKEND_HANGS;
    domain_detach(domain, &model_xen, MODEL_LIMIT_MS);
    model_run(domain, 100);
    model_write(model_frontend(0, "state"), "4");
    model_mark_write(0, "hook");
    model_run(domain, 200);
    CHECK(domain->detached && disk_is_open(0) && disk_is_closed(1));
    CHECK(!key_is(model_frontend(0, HANDOVER_MARK), NULL));
}

TEST(detaching_waits_for_a_backend_until_the_limit)
{
    attend_and_claim();
    model.backends[0] = BACKEND_HANGS;
    domain_detach(domain, &model_xen, MODEL_LIMIT_MS);
    model_run(domain, MODEL_LIMIT_MS - 100);
    CHECK(!domain->detached && disk_is_closed(1));
    model_run(domain, 300);
    CHECK(domain->detached && !model.server_exists && model_log_count("not closed in time") == 1);
}

TEST(close_on_leaving_that_a_kill_has_interrupted_is_continued)
{
    attend_and_claim();
    model.backends[0] = BACKEND_HANGS;
    model.backends[1] = BACKEND_HANGS_AT_CLOSING;
    domain_detach(domain, &model_xen, MODEL_LIMIT_MS);
    model_run(domain, 100);
    CHECK(key_is(model_frontend(0, "state"), "5") && key_is(model_frontend(1, "state"), "6"));
    daemon_restart();
    model.backends[0] = model.backends[1] = BACKEND_FOLLOWS;
    model_run(domain, 300);
    CHECK(disk_is_closed(0) && disk_is_closed(1) && !grants_of(0) && !grants_of(1));
    CHECK(!model.server_exists && key_is(RECORD, NULL));
}

TEST(detaching_serves_waiting_accesses)
{
    attend_and_claim();
    model.backends[0] = BACKEND_HANGS;
    model_port_access(0, false, UNPLUG, 2, 0);
    model_run(domain, 100);
    domain_detach(domain, &model_xen, MODEL_LIMIT_MS);
    model_run(domain, 100);
    CHECK(!domain->detached && !model.answered[0]);
    model.backends[0] = BACKEND_FOLLOWS;
    model_run(domain, 100);
    CHECK(domain->detached && model.answered[0] == 1 && disk_is_closed(0) && key_is(RECORD, NULL));
}

TEST(access_while_detaching_is_served)
{
    attend_and_claim();
    model_port_access(2, true, UNPLUG, 2, 1);
    domain_detach(domain, &model_xen, MODEL_LIMIT_MS);
    model_run(domain, 300);
    CHECK(domain->detached && model.answered[2] == 1 && model.commands == 1 && disk_is_closed(1));
}

static void system_starts(void)
{
    model.at_unmap = NULL;
    model_port_access(0, false, UNPLUG, 2, 0);
}

/* To leave, the daemon closes only disks of mode hook; for a system that starts it closes all. */
TEST(access_just_before_the_ports_are_returned_has_all_disks_closed)
{
    attend_and_claim();
    model_mark_write(0, "linger");
    model.at_unmap = system_starts;
    domain_detach(domain, &model_xen, MODEL_LIMIT_MS);
    model_run(domain, 500);
    CHECK(model.answered[0] == 1 && disk_is_closed(0) && disk_is_closed(1));
    CHECK(domain->detached && !model.server_exists);
}

/* The system starts while the daemon, which stops, has waited in vain for a backend. */
TEST(close_on_leaving_is_continued_for_an_access_that_came_meanwhile)
{
    attend_and_claim();
    model.backends[0] = BACKEND_HANGS;
    model.backends[1] = BACKEND_HANGS_AT_CLOSING;
    domain_detach(domain, &model_xen, MODEL_LIMIT_MS);
    model_run(domain, MODEL_LIMIT_MS - 100);
    model_port_access(0, false, UNPLUG, 2, 0);
    model_run(domain, 200);
    CHECK(!model.answered[0] && key_is(model_frontend(0, "state"), "5"));
    CHECK(key_is(model_frontend(1, "state"), "6"));
    model.backends[0] = model.backends[1] = BACKEND_FOLLOWS;
    model_run(domain, 500);
    CHECK(model.answered[0] == 1 && disk_is_closed(0) && disk_is_closed(1));
    CHECK(domain->detached && !model.server_exists);
}

/* The daemon has begun to leave when the system starts: its limit counts from the access. */
TEST(access_soon_after_the_close_on_leaving_has_begun_waits_for_one_limit)
{
    attend_and_claim();
    model.backends[0] = BACKEND_HANGS;
    model_mark_write(1, "linger");
    domain_detach(domain, &model_xen, MODEL_LIMIT_MS);
    model_run(domain, 100);
    CHECK(key_is(model_frontend(0, "state"), "5") && disk_is_open(1));
    model_port_access(0, false, UNPLUG, 2, 0);
    model_run(domain, MODEL_LIMIT_MS - 100);
    CHECK(!model.answered[0] && disk_is_closed(1) && model.ports_taken);
    model_run(domain, 100 + 5);
    CHECK_EQUAL(model.answered[0], 1);
    CHECK_EQUAL(model_log_count("not closed in time"), 1);
    CHECK_EQUAL(model_log_count("trigger=0x10/read disks=2 closed=1"), 1);
    CHECK(key_is(model_frontend(0, HANDOVER_MARK), NULL));
    model_run(domain, 300);
    CHECK(domain->detached && !model.server_exists);
}

/* A drop that is killed cannot be repeated until its child has ended. */
/* The daemon has closed both disks, and waits for their drops. */
static void begin_leaving_with_drops(void)
{
    model_backends_make_local();
    attend_and_claim();
    model.drop_ms = 500;
    domain_detach(domain, &model_xen, MODEL_LIMIT_MS);
    model_run(domain, 200);
    CHECK_EQUAL(model.drop_count, 2);
}

TEST(drop_goes_on_for_an_access_while_the_daemon_leaves)
{
    begin_leaving_with_drops();
    model_port_access(0, false, UNPLUG, 2, 0);
    model_run(domain, 200);
    CHECK(!model.answered[0] && model.drop_count == 2 && !model.drops[0].abandoned);
    model_run(domain, 300);
    CHECK(model.answered[0] == 1 && model.drops[0].ended && model.drops[1].ended);
    CHECK(model.drop_count == 2 && !model_log_count("page cache"));
    CHECK_EQUAL(model_log_count("trigger=0x10/read disks=2 closed=2"), 1);
}

TEST(drop_goes_on_for_such_an_access_although_any_call_of_xenstored_fails)
{
    bool meets = true;

    for (unsigned call = 1; meets; call++) {
        model_begin();
        begin_leaving_with_drops();
        model.store_fails_at = call;
        model.store_error = ENOMEM;
        model_port_access(0, false, UNPLUG, 2, 0);
        model_run(domain, MODEL_LIMIT_MS / 2);
        meets = !model.store_fails_at;
        CHECK(model.answered[0] == 1 && model.drop_count == 2 && !model_log_count("page cache"));
        CHECK(!model.drops[0].abandoned && !model.drops[1].abandoned);
        CHECK(call < 1000);
    }
}

/* The close on leaving has closed it, and the firmware has connected it once more. */
TEST(disk_that_the_firmware_has_opened_again_is_closed_for_an_access_while_the_daemon_leaves)
{
    attend_and_claim();
    model.backends[1] = BACKEND_HANGS;
    domain_detach(domain, &model_xen, MODEL_LIMIT_MS);
    model_run(domain, 100);
    CHECK(disk_is_closed(0));
    model_disk_open(0);
    model_run(domain, 100);
    CHECK(disk_is_open(0));
    model_port_access(0, false, UNPLUG, 2, 0);
    model.backends[1] = BACKEND_FOLLOWS;
    model_run(domain, 300);
    CHECK(model.answered[0] == 1 && disk_is_closed(0) && disk_is_closed(1));
    CHECK(!grants_of(0) && !grants_of(1) && domain->detached);
}

TEST(detaching_does_not_wait_for_a_paused_domain)
{
    attend_and_claim();
    model_port_access(0, false, UNPLUG, 2, 0);
    model.paused = true;
    model_run(domain, 100);
    domain_detach(domain, &model_xen, MODEL_LIMIT_MS);
    model_run(domain, MODEL_LIMIT_MS * 2);
    CHECK(domain->detached && model.server_exists && !model.ports_taken && key_is(RECORD, NULL));
    CHECK(!model.server_enabled);
}
