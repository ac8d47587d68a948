/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Variables and memory as 16-bit code reaches them: by the names of SeaBIOS' biosvar.h and
 * farptr.h. The stack segment begins at address 0.
 */
#ifndef FAKE_BIOSVAR_H
#define FAKE_BIOSVAR_H

#include "config.h" // SEG_BDA
#include "memmap.h" // PAGE_SIZE
#include "std/bda.h"
#include "types.h"

#include <string.h>

#define GET_LOW(variable)        (variable)
#define SET_LOW(variable, value) ((void)((variable) = (value)))
#define GET_GLOBAL(variable)     (variable)

/* The pointer of 16-bit code to low memory. */
#define LOWFLAT2LOW(pointer) (pointer)

/* By a flat pointer, with which 16-bit code reaches the first MiB. */
#define GET_FLATPTR(variable)                                                                      \
    ({                                                                                             \
        __typeof__(variable) value_;                                                               \
        memcpy(&value_, machine_flat((const void *)(uintptr_t)(&(variable))), sizeof(value_));     \
        value_;                                                                                    \
    })

/* In a segment; the address of the variable is its offset. */
#define GET_FARVAR(segment, variable)                                                              \
    ({                                                                                             \
        __typeof__(variable) value_;                                                               \
        memcpy(&value_, machine_far(segment, (uintptr_t)(&(variable))), sizeof(value_));           \
        value_;                                                                                    \
    })
#define SET_FARVAR(segment, variable, value)                                                       \
    do {                                                                                           \
        __typeof__(variable) value_ = (value);                                                     \
        memcpy(machine_far(segment, (uintptr_t)(&(variable))), &value_, sizeof(value_));           \
    } while (0)

#define GET_SEG(register) SEGMENT_##register
#define SEGMENT_SS        MACHINE_STACK_SEGMENT
#define SEGMENT_CS        machine_code_segment()

#define MAKE_FLATPTR(segment, offset) machine_flat_pointer(segment, (uintptr_t)(offset))

/* A field of the BIOS data area. */
#define GET_BDA(field)                                                                             \
    ({                                                                                             \
        __typeof__(((struct bios_data_area_s *)0)->field) value_;                                  \
        memcpy(&value_, machine_far(SEG_BDA, offsetof(struct bios_data_area_s, field)),            \
               sizeof(value_));                                                                    \
        value_;                                                                                    \
    })

#define SET_BDA(field, value)                                                                      \
    do {                                                                                           \
        __typeof__(((struct bios_data_area_s *)0)->field) value_ = (value);                        \
        memcpy(machine_far(SEG_BDA, offsetof(struct bios_data_area_s, field)), &value_,            \
               sizeof(value_));                                                                    \
    } while (0)

static inline void set_equipment_flags(u16 clear, u16 set)
{
    SET_BDA(equipment_list_flags, (GET_BDA(equipment_list_flags) & (u16)~clear) | set);
}

/* An entry of the interrupt table, and the address of 16-bit code in it. */
#define GET_IVT(vector)                                                                            \
    ({                                                                                             \
        struct segoff_s value_;                                                                    \
        memcpy(&value_, machine_far(SEG_IVT, (vector) * sizeof(value_)), sizeof(value_));          \
        value_;                                                                                    \
    })
#define SET_IVT(vector, address)                                                                   \
    do {                                                                                           \
        struct segoff_s value_ = (address);                                                        \
        memcpy(machine_far(SEG_IVT, (vector) * sizeof(value_)), &value_, sizeof(value_));          \
    } while (0)
#define FUNC16(function) ((struct segoff_s){.segoff = machine_entry(#function)})

#endif
