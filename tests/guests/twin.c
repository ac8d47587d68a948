/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Uses disks in more than one way: by int13 calls from real mode and from v86 mode, and by the
 * registers of the emulated disk. Each step reads and writes one drive in a small area, so that
 * another way soon reads what one way has written:
 *
 *     R|W drive form lba count buffer crc32|salt
 *
 * (see reads.c and writes.c; form T is the task file). In dom0 check-sequence repeats these lines
 * in their order.
 *
 * Parameters
 *   steps=LIST   steps, separated by commas. Each has two characters: a letter, and the last digit
 *                of the drive's number:
 *                  b  from real mode
 *                  v  from v86 mode
 *                  t  by the task file
 *                  r  reads only, from real mode
 *                  s  reads only, from v86 mode
 *                  u  reads only, by the task file
 *                  z  a reset (function 00h)
 *                  k  print "WAIT" and wait for a key on the keyboard
 *                  p  pause int13 until the firmware assumes that others may have used the disks
 *                  o  read a word from Xen's unplug port, as an operating system's first access
 *                  e  an operating system announces itself (int15 AX=EC00h)
 *                  n  boot the next system (int19): the program starts again, and continues after
 *                     this step
 *                  i  read the disk's first sector, which is never written, by the task file
 *   ide=LIST     the places of the drives from 80h on: the last letters of hda to hdd (abcd)
 *   far          transfers go anywhere on the disk
 *   failing      calls from v86 mode must fail with status 01h and transfer nothing, as they do
 *                without a 16-bit driver
 */
#include "buffer.h"
#include "drives.h"
#include "keyboard.h"
#include "pattern.h"
#include "ports.h"
#include "task_file.h"
#include "timer.h"
#include "v86.h"
#include "xen/base/handover.h"

#define TRANSFERS       12u /* of a step */
#define AREA            2048u
#define AREA_SECTORS    96u
#define AREA_COUNT_MOST 24u

#define FORM_TASK_FILE ((enum form)'T')

/* Longer than the second after which src/xen does not rely on an open disk any more. */
#define PAUSE_TICKS (TIMER_HZ + TIMER_HZ / 2)

/* INT 15h, Detect Target Operating Mode; 2: long mode. */
#define TARGET_MODE_AX 0xec00u
#define LONG_MODE      2u

/* What the program passes to the one that int19 starts, where neither the BIOS nor a buffer is. Xen
 * clears the memory of a new guest. */
#define LIFE       0x01000000u
#define LIFE_MAGIC 0x4546494cu
struct life {
    uint32_t magic;
    uint32_t step; /* offset in the list of steps */
    uint32_t salt;
};

/* Half of the buffers have odd addresses. */
typedef uint32_t unaligned_word __attribute__((aligned(1)));

/* The forms that every driver supports, also in 16-bit code. */
static const enum form step_forms[] = {FORM_LBA, FORM_CHS, FORM_LBA_SEGMENT, FORM_CHS_SEGMENT};
#define STEP_FORMS (sizeof(step_forms) / sizeof(step_forms[0]))

static uint32_t next_salt;
static unsigned next_alignment;

/* The text after "name=" in the parameters, or `otherwise`. */
static const char *param_value(const char *name, const char *otherwise)
{
    size_t length = strlen(name);

    for (const char *text = params; text + length < params + sizeof(params) && *text; text++) {
        bool begin = text == params || text[-1] == ' ';
        if (begin && !memcmp(text, name, length) && text[length] == '=')
            return text + length + 1;
    }
    return otherwise;
}

static void pattern_fill(uint32_t buffer, uint32_t lba, uint32_t count, uint32_t salt)
{
    unaligned_word *words = at(buffer);

    for (uint32_t sector = 0; sector < count; sector++) {
        for (uint32_t word = 0; word < PATTERN_WORDS; word++)
            words[sector * PATTERN_WORDS + word] = pattern_word(lba + sector, salt, word);
    }
}

static struct ide_disk ide_disk_of(uint8_t drive)
{
    uint32_t letter = (uint8_t)param_value("ide", "abcd")[drive - FIRST_DRIVE] - (uint32_t)'a';

    return (struct ide_disk){.channel = letter / 2 & 1, .unit = letter % 2};
}

static void by_task_file(const struct transfer *transfer)
{
    struct ide_disk disk = ide_disk_of(transfer->drive);
    uint32_t lba = (uint32_t)transfer->lba;
    uint8_t wrong;

    if (transfer->operation == OPERATION_WRITE)
        wrong = task_file_write(&disk, lba, transfer->count, at(transfer->buffer));
    else
        wrong = task_file_read(&disk, lba, transfer->count, at(transfer->buffer));
    check(!wrong, "task file of drive %x, lba %x count %x: status %02x", transfer->drive, lba,
          transfer->count, wrong);
}

static void by_int13(const struct transfer *transfer)
{
    bool fails = param_is("failing") && int13_mode != bios_int;
    uint8_t expected = fails ? STATUS_PARAMETER : STATUS_SUCCESS;
    struct outcome outcome = int13_transfer(transfer, &drive_of(transfer->drive)->geometry);

    check(outcome.carry == fails && outcome.status == expected,
          "operation %u drive %x form %c lba %x count %x buffer %x: expected AH=%02x, got %02x",
          transfer->operation, transfer->drive, transfer->form, (uint32_t)transfer->lba,
          transfer->count, transfer->buffer, expected, outcome.status);
}

/* A random sector of the area, or of the disk. */
static void choose_place(struct transfer *transfer)
{
    if (param_is("far")) {
        transfer->count = 1 + random_below(MOST_SECTORS);
        transfer->lba = AREA + random_below(drive_reach(transfer->drive, FORM_CHS) - AREA -
                                            transfer->count + 1);
    } else {
        transfer->count = 1 + random_below(AREA_COUNT_MOST);
        transfer->lba = AREA + random_below(AREA_SECTORS - transfer->count + 1);
    }
}

static void transfer_one(char step, uint8_t drive, bool write)
{
    bool task_file = step == 't' || step == 'u';
    struct transfer transfer = {.operation = write ? OPERATION_WRITE : OPERATION_READ,
                                .drive = drive};
    bool fails = param_is("failing") && (step == 'v' || step == 's');
    uint32_t bytes, value;

    choose_place(&transfer);
    bytes = transfer.count * SECTOR;
    transfer.form = task_file ? FORM_LBA : step_forms[random_below(STEP_FORMS)];
    transfer.buffer = buffer_aligned(transfer.form, next_alignment++);
    transfer_place(&transfer);
    buffer_guard(transfer.buffer, bytes);
    if (write)
        pattern_fill(transfer.buffer, (uint32_t)transfer.lba, transfer.count, ++next_salt);
    if (task_file)
        by_task_file(&transfer);
    else
        by_int13(&transfer);
    check(buffer_guard_intact(transfer.buffer, bytes, "transfer"), "the failure above: step %c",
          step);
    if (fails) {
        check(write || buffer_untouched(transfer.buffer, bytes, "failed read"),
              "the failure above: step %c", step);
        return;
    }
    value = write ? next_salt : crc32(at(transfer.buffer), bytes);
    if (task_file)
        transfer.form = FORM_TASK_FILE;
    transfer_report(write ? 'W' : 'R', &transfer, value);
}

static void step_transfers(char step, uint8_t drive)
{
    bool reads_only = step == 'r' || step == 's' || step == 'u';

    int13_mode = step == 'v' || step == 's' ? v86_bios_int : bios_int;
    for (unsigned i = 0; i < TRANSFERS; i++)
        transfer_one(step, drive, !reads_only && random_below(2));
    int13_mode = bios_int;
}

static void pause(void)
{
    uint32_t ticks = 0, before = timer_read();

    while (ticks < PAUSE_TICKS)
        ticks += timer_lap(&before);
}

/* When the port has answered, the daemon has closed the disks. */
static void touch_unplug_port(void)
{
    uint32_t before = timer_read();
    uint16_t magic = port_read16(HANDOVER_UNPLUG_PORT);

    print("PORT microseconds=%u\n", timer_lap(&before) / (TIMER_HZ / 1000) * 1000);
    check(magic == HANDOVER_UNPLUG_MAGIC, "unplug port: expected %x, got %x", HANDOVER_UNPLUG_MAGIC,
          magic);
}

static void announce_operating_system(void)
{
    struct regs regs = {.eax = TARGET_MODE_AX, .ebx = LONG_MODE};

    bios_int(0x15, &regs);
}

static void boot_next(uint32_t step)
{
    struct life *life = at(LIFE);
    struct regs regs = {.eax = 0};

    *life = (struct life){.magic = LIFE_MAGIC, .step = step, .salt = next_salt};
    bios_int(0x19, &regs);
}

/* The step with which this program begins. */
static uint32_t first_step(void)
{
    struct life *life = at(LIFE);

    if (life->magic != LIFE_MAGIC)
        return 0;
    next_salt = life->salt;
    return life->step;
}

static void use_registers(uint8_t drive)
{
    struct ide_disk disk = ide_disk_of(drive);
    uint8_t wrong = task_file_read(&disk, 0, 1, at(HIGH_BUFFERS));

    check(!wrong, "task file of drive %x: status %02x", drive, wrong);
}

static void reset_drive(uint8_t drive)
{
    struct outcome outcome = int13_simple(0x00, drive);

    check(!outcome.carry, "reset of drive %x: status %02x", drive, outcome.status);
}

static void step_do(char step, uint8_t drive, uint32_t next)
{
    print("STEP %c drive %x\n", step, drive);
    switch (step) {
    case 'k':
        print("WAIT\n");
        keyboard_wait();
        break;
    case 'p':
        pause();
        break;
    case 'z':
        reset_drive(drive);
        break;
    case 'o':
        touch_unplug_port();
        break;
    case 'e':
        announce_operating_system();
        break;
    case 'n':
        boot_next(next);
        break;
    case 'i':
        use_registers(drive);
        break;
    default:
        step_transfers(step, drive);
        break;
    }
}

void guest_main(void)
{
    const char *steps = param_value("steps", "");
    const char *step = steps + first_step();

    if (!drives_learn())
        return;
    for (; step[0] >= 'a' && step[1] >= '0'; step += 3) {
        uint8_t drive = (uint8_t)(FIRST_DRIVE + step[1] - '0');
        if (check(drive < FIRST_DRIVE + drive_count, "step %c: there is no drive %x", step[0],
                  drive))
            step_do(step[0], drive, (uint32_t)(step + 3 - steps));
        if (step[2] != ',')
            break;
    }
    print("V86 cr0-reads=%u\n", v86_cr0_reads);
}
