/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "bios.h"

#include "biosvar.h" // SET_IVT
#include "controllers.h"
#include "memory_manager.h"
#include "post_state.h"
#include "seabios/acpi/acpi_device.h"
#include "seabios/console/console_calls.h"
#include "seabios/int13/bios_disks.h"
#include "seabios/int13/hd_order.h"
#include "seabios/int13/kept.h"
#include "seabios/int13/twin_table.h"
#include "seabios/port/task.h"
#include "seabios/port/vcpi.h"
#include "stacks.h"

#include <stdio.h>
#include <string.h>

#define OPTION_BYTES 32

#define SEG_VGA_BIOS 0xc000

/* The tests do not read this sector and the following ones themselves. */
#define FRESH_SECTOR 2000u

struct config config;
uint8_t bios_data[2 * SECTORS_MAX * DISK_SECTOR_SIZE];
unsigned bios_count;

/* The image or the buffer before a call. */
static uint8_t kept[sizeof(bios_data)];

static unsigned generation;
static unsigned served_requests, served_transfers;

/* In the ROM this adds a table that is made from acpi_device.asl. */
void xenpv_acpi_setup(void)
{
    machine.acpi_devices++;
}

/* What SeaBIOS' POST has done before the console begins: a VGA's BIOS has int10, and the keyboard
 * buffer is empty. */
static void reset_bios_data(void)
{
    struct bios_data_area_s *bda = machine_far(SEG_BDA, 0);

    bda->kbd_buf_start_offset = offsetof(struct bios_data_area_s, kbd_buf);
    bda->kbd_buf_end_offset = bda->kbd_buf_start_offset + sizeof(bda->kbd_buf);
    bda->kbd_buf_head = bda->kbd_buf_tail = bda->kbd_buf_start_offset;
    SET_IVT(0x10, ((struct segoff_s){.seg = SEG_VGA_BIOS, .offset = 3}));
    memory_fill_hole();
}

void bios_remove_vga(void)
{
    SET_IVT(0x10, FUNC16(entry_10));
    memory_make_hole();
}

void bios_reset(const char *mode)
{
    static char option[OPTION_BYTES];
    static const char *oem_strings[] = {option, NULL};

    world_reset();
    snprintf(option, sizeof(option), "xenpv.handover=%s", mode);
    world_oem_strings = oem_strings;
    config = (struct config){.xenpv = true, .twins = true, .acpi = true, .menu_for_several = true};
    machine_reset();
    reset_bios_data();
    controllers_reset();
    emulated_reset();
    block_reset();
    boot_reset();
    stacks_reset();
    memset(&CDEmu, 0, sizeof(CDEmu));
    memset(XenpvTwins, 0, sizeof(XenpvTwins));
    XenpvTwinCount = XenpvCdErrors = XenpvCdAsked = XenpvOpen = XenpvOthersWrote = 0;
    XenpvKept = XenpvUnreached = 0;
    clock_set_pause_hook(task_pause);
    XenpvTwinCount = XenpvOpen = XenpvOthersWrote = XenpvFirstHd = 0;
    memory_manager_reset();
    memset(&XenpvVcpi, 0, sizeof(XenpvVcpi));
    xenpv_disks = NULL;
    xenpv_disks_error = 0;
    post_state_reset();
    XenpvConsole = 0;
    served_requests = served_transfers = 0;
}

void bios_start(void)
{
    machine.caller = CALLER_FLAT_32;
    enable_vga_console();
    block_setup();
    interactive_bootmenu();
    wait_threads();
    bcv_prepboot();
    handle_19();
    machine.caller = CALLER_REAL_MODE;
}

void bios_give_up(void)
{
    machine.caller = CALLER_FLAT_32;
    handle_18();
    machine.caller = CALLER_REAL_MODE;
}

struct drive_s *bios_drive(unsigned number)
{
    return getDrive(EXTTYPE_HD, (u8)number);
}

int bios_call_at(enum machine_caller caller, struct drive_s *drive, u8 command, u64 sector,
                 unsigned count, void *buffer)
{
    struct disk_op_s op = {
        .drive_fl = drive,
        .command = command,
        .lba = sector,
        .count = (u16)count,
        .buf_fl = buffer,
    };

    machine.caller = caller;
    int status = process_op(&op);
    CHECK(!machine.is_32bit);
    machine.caller = CALLER_REAL_MODE;
    bios_count = op.count;
    return status;
}

int bios_call(enum machine_caller caller, struct drive_s *drive, u8 command, u64 sector,
              unsigned count)
{
    return bios_call_at(caller, drive, command, sector, count, bios_data);
}

int bios_read(struct drive_s *drive, u64 sector, unsigned count)
{
    memset(bios_data, 0xee, sizeof(bios_data));
    return bios_call(CALLER_REAL_MODE, drive, CMD_READ, sector, count);
}

int bios_write(struct drive_s *drive, u64 sector, unsigned count)
{
    return bios_call(CALLER_REAL_MODE, drive, CMD_WRITE, sector, count);
}

void bios_renew_data(void)
{
    generation++;
    for (unsigned i = 0; i < sizeof(bios_data); i += sizeof(generation))
        memcpy(bios_data + i, &(unsigned){generation * 0x10001 + i * 7}, sizeof(generation));
}

bool bios_is_in_image(u64 sector, unsigned count)
{
    uint8_t now[DISK_SECTOR_SIZE];

    for (unsigned i = 0; i < count; i++) {
        disk_read(sector + i, now);
        if (memcmp(now, bios_data + i * DISK_SECTOR_SIZE, DISK_SECTOR_SIZE))
            return false;
    }
    return true;
}

void bios_check_read(struct drive_s *drive, u64 sector, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        disk_read(sector + i, kept + i * DISK_SECTOR_SIZE);
    CHECK_EQUAL(bios_read(drive, sector, count), DISK_RET_SUCCESS);
    CHECK_EQUAL(bios_count, count);
    CHECK(!memcmp(bios_data, kept, count * DISK_SECTOR_SIZE));
    CHECK(bios_is_in_image(sector, count));
}

void bios_check_write(struct drive_s *drive, u64 sector, unsigned count)
{
    bios_renew_data();
    memcpy(kept, bios_data, sizeof(kept));
    CHECK_EQUAL(bios_write(drive, sector, count), DISK_RET_SUCCESS);
    CHECK_EQUAL(bios_count, count);
    CHECK(!memcmp(bios_data, kept, sizeof(kept)));
    CHECK(bios_is_in_image(sector, count));
}

bool bios_is_open(const struct backend *backend)
{
    return backend->ring;
}

void bios_make_twin(struct bios_twin *twin, const char *mode, enum emulated_kind kind)
{
    bios_reset(mode);
    twin->backend = world_add_disk(kind == EMULATED_LSI ? SD(0) : XVD(0));
    twin->emulated = emulated_add(kind, 0);
    twin->emulated->backend = twin->backend;
    twin->drive = twin->emulated->drive;
}

void bios_start_twin(struct bios_twin *twin, const char *mode, enum emulated_kind kind)
{
    bios_make_twin(twin, mode, kind);
    bios_start();
    CHECK(bios_drive(0) == twin->drive && !bios_drive(1));
    CHECK_EQUAL(XenpvTwinCount, 1);
    bios_served(twin);
}

char bios_served(struct bios_twin *twin)
{
    unsigned requests = twin->backend->requests - served_requests;
    unsigned transfers = twin->emulated->transfers - served_transfers;

    served_requests = twin->backend->requests;
    served_transfers = twin->emulated->transfers;
    if (requests && transfers)
        return 'b';
    return requests ? 'p' : transfers ? 'e' : '-';
}

void bios_check_served_by(struct bios_twin *twin, char side)
{
    static u64 sector = FRESH_SECTOR;

    bios_served(twin);
    bios_check_write(twin->drive, sector, 9);
    CHECK_EQUAL(bios_served(twin), side);
    bios_check_read(twin->drive, sector, 9);
    /* PV may serve it from its cache. */
    if (side == 'e')
        CHECK_EQUAL(bios_served(twin), 'e');
    else
        CHECK(bios_served(twin) != 'e');
    sector += 16;
}
