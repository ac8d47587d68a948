/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A memory manager like those of DOS: v86 mode with paging, and VCPI (int 67h, AX=DE00h to DE0Ch).
 * Pages below 1 MiB may be anywhere. Source: Virtual Control Program Interface, version 1.0.
 *
 * It uses the memory from SERVER_TABLES on, below 4 MiB.
 */
#ifndef VCPI_SERVER_H
#define VCPI_SERVER_H

#include "v86.h"

#define SERVER_TABLES 0x00300000u
#define PAGE_BYTES    0x1000u

/* Bits of a page table's entry. */
#define PAGE_PRESENT 1u
#define PAGE_WRITE   2u
#define PAGE_USER    4u
#define PAGE_ALL     7u

/* The calls of int 67h since the last server_count_reset, by their functions, and the returns from
 * ring 0. */
struct server_counts {
    unsigned presence, interface, switches, returns, others, ticks;
};
extern struct server_counts server_counts;

/* Whether the functions of VCPI fail. */
extern bool server_refuses;

/* Whether the functions but that of the switch wait for a tick, with interrupts on. */
extern bool server_lets_interrupts_in;

/* Start: all pages have their physical addresses, but the last one below 1 MiB is a copy that
 * cannot be written, as JEMM386 has it to catch jumps to the address of a reset. Int 67h gets a
 * segment with this name at offset 10, of eight letters; NULL: none. */
void server_start(const char *name);

/* Take int 67h away. */
void server_hide(void);

/* Map the page of a linear address below 1 MiB to a physical page, with these bits. */
void server_map(uint32_t linear, uint32_t physical, uint32_t bits);

/* The physical address of a linear address below 4 MiB. */
uint32_t server_physical(uint32_t linear);

#endif
