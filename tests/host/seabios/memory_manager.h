/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A memory manager of DOS with VCPI, for callers in virtual 8086 mode: it enters 32-bit code as
 * seabios/port/vcpi_switch.h does in the ROM.
 */
#ifndef MEMORY_MANAGER_H
#define MEMORY_MANAGER_H

#include <stdbool.h>
#include <stdint.h>

/** Pages that virtual 8086 mode can address. */
#define MANAGER_PAGES 0x110u

/** Bits of a page table's entry. */
#define MANAGER_PRESENT 1u
#define MANAGER_WRITE   2u
#define MANAGER_USER    4u
#define MANAGER_ALL     7u

struct memory_manager {
    bool refuses;                           /* VCPI is off */
    bool refuses_switch;                    /* the switch alone fails */
    bool refuses_return;                    /* it fails while a call waits in ring 0 */
    uint32_t table[MANAGER_PAGES];          /* what it gives; memory_manager_install sets it */
    unsigned entries;                       /* of these */
    unsigned claimed;                       /* entries that it says are filled; 0: as many */
    unsigned presence, interface, switches; /* calls */
    void (*in_ring0)(void); /* called there before the firmware's code; may be NULL */
};

extern struct memory_manager memory_manager;

/** Put it into the machine, with each page at its physical address; @name: of its device. */
void memory_manager_install(const char *name);

/** Take it out of the machine, for a new machine. */
void memory_manager_reset(void);

#endif
