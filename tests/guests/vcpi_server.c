/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "vcpi_server.h"

#define VECTOR_TICK 8u
#define VECTOR_EMS  0x67u
#define VECTOR_OWN  0x66u /* of server_handler */

#define TABLE_ENTRIES 1024u
/* The first MiB, and the 64 KiB after it. */
#define CLIENT_ENTRIES 0x110u

/* Where a device of DOS is: an address with a header of its own. */
#define DEVICE      0x700u
#define DEVICE_NAME 10u
#define NAME_BYTES  8u
#define HANDLER     0x20u

#define DIRECTORY (SERVER_TABLES)
#define TABLE     (SERVER_TABLES + PAGE_BYTES)
#define LAST_PAGE (SERVER_TABLES + 2 * PAGE_BYTES)

/* The page with the address of a reset. */
#define RESET_PAGE 0xff000u

/* The functions in AX, and their status in AH. */
#define PRESENCE        0xde00u
#define INTERFACE       0xde01u
#define SWITCH          0xde0cu
#define STATUS_MASK     0xff00u
#define STATUS_NONE     0x8400u
#define VERSION         0x0100u
#define DESCRIPTORS     3u
#define DESCRIPTOR_CODE 0x00cf9b000000ffffull
#define DESCRIPTOR_DATA 0x00cf93000000ffffull

typedef uint32_t unaligned_long __attribute__((aligned(1)));
typedef uint64_t unaligned_quad __attribute__((aligned(1)));

struct server_counts server_counts;
bool server_refuses, server_lets_interrupts_in;

void server_to_ring0(uint32_t registers) __attribute__((noreturn));
void server_from_ring0(void);
extern const uint8_t server_handler[], server_handler_end[];

static uint32_t linear(uint32_t segment, uint32_t offset)
{
    return (segment & 0xffff) * 16 + (offset & 0xffff);
}

static void set_status(struct v86_frame *frame, uint32_t status)
{
    frame->eax = (frame->eax & ~STATUS_MASK) | status;
}

static void give_interface(struct v86_frame *frame)
{
    unaligned_long *table = at(linear(frame->es, frame->edi));
    unaligned_quad *descriptors = at(linear(frame->ds, frame->esi));
    const uint32_t *own = at(TABLE);

    for (uint32_t i = 0; i < CLIENT_ENTRIES; i++)
        table[i] = own[i];
    descriptors[0] = DESCRIPTOR_CODE;
    for (uint32_t i = 1; i < DESCRIPTORS; i++)
        descriptors[i] = DESCRIPTOR_DATA;
    frame->edi = (frame->edi & ~0xffffu) | ((frame->edi + CLIENT_ENTRIES * 4) & 0xffff);
    frame->ebx = (uint32_t)server_from_ring0;
    set_status(frame, 0);
}

static bool serve(struct v86_frame *frame)
{
    uint32_t function = frame->eax & 0xffff;

    if (frame->vector == VECTOR_TICK)
        server_counts.ticks++;
    if (frame->vector != VECTOR_EMS && frame->vector != VECTOR_OWN)
        return false;
    if (server_lets_interrupts_in && frame->vector == VECTOR_EMS && function != SWITCH)
        return false;
    if (server_refuses) {
        set_status(frame, STATUS_NONE);
    } else if (function == PRESENCE) {
        server_counts.presence++;
        frame->ebx = (frame->ebx & ~0xffffu) | VERSION;
        set_status(frame, 0);
    } else if (function == INTERFACE) {
        server_counts.interface++;
        give_interface(frame);
    } else if (function == SWITCH) {
        server_counts.switches++;
        server_to_ring0(frame->esi);
    } else {
        server_counts.others++;
        set_status(frame, STATUS_NONE);
    }
    return true;
}

void server_map(uint32_t address, uint32_t physical, uint32_t bits)
{
    uint32_t *table = at(TABLE);

    table[address / PAGE_BYTES] = (physical & ~(PAGE_BYTES - 1)) | bits;
}

uint32_t server_physical(uint32_t address)
{
    const uint32_t *table = at(TABLE);

    return (table[address / PAGE_BYTES] & ~(PAGE_BYTES - 1)) + address % PAGE_BYTES;
}

void server_start(const char *name)
{
    uint32_t *directory = at(DIRECTORY);

    memset(directory, 0, PAGE_BYTES);
    directory[0] = TABLE | PAGE_ALL;
    for (uint32_t i = 0; i < TABLE_ENTRIES; i++)
        server_map(i * PAGE_BYTES, i * PAGE_BYTES,
                   i < CLIENT_ENTRIES ? PAGE_ALL : PAGE_PRESENT | PAGE_WRITE);
    memcpy(at(LAST_PAGE), at(RESET_PAGE), PAGE_BYTES);
    server_map(RESET_PAGE, LAST_PAGE, PAGE_PRESENT | PAGE_USER);
    server_hide();
    if (name) {
        memcpy(at(DEVICE + DEVICE_NAME), name, NAME_BYTES);
        memcpy(at(DEVICE + HANDLER), server_handler, (size_t)(server_handler_end - server_handler));
        *(uint32_t *)at(VECTOR_EMS * 4) = DEVICE >> 4 << 16 | HANDLER;
    }
    v86_page_directory = DIRECTORY;
    v86_service = serve;
}

void server_hide(void)
{
    memset(at(DEVICE), 0, DEVICE_NAME + NAME_BYTES);
    *(uint32_t *)at(VECTOR_EMS * 4) = 0;
}
