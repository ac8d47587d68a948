/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Functions without a header of their own in SeaBIOS: the names of its util.h. */
#ifndef FAKE_UTIL_H
#define FAKE_UTIL_H

#include "list.h"
#include "std/disk.h"
#include "types.h"

struct drive_s;
struct bregs;

#define IPL_TYPE_FLOPPY   1
#define IPL_TYPE_HARDDISK 2
#define IPL_TYPE_CDROM    3
#define IPL_TYPE_BEV      0x80
#define IPL_TYPE_BCV      0x81
#define IPL_TYPE_HALT     0xf0

/* boot.c */
struct bootentry_s {
    struct hlist_node node;
    int type;
    union {
        struct drive_s *drive;
        u32 data; /* for an option ROM, the address of its code */
    };
    const char *description;
};

extern struct hlist_head BootList;
extern int BootSequence;
void boot_add_hd(struct drive_s *drive, const char *description, int priority);
void boot_add_floppy(struct drive_s *drive, const char *description, int priority);
void boot_add_bcv(u16 segment, u16 offset, const char *description, int priority);
void boot_add_cd(struct drive_s *drive, const char *description, int priority);
void boot_add_bev(u16 segment, u16 offset, u16 description, int priority);
void boot_init(void);
void interactive_bootmenu(void);
void bcv_prepboot(void);
void handle_18(void);
void handle_19(void);

/* cdrom.c: a drive that a bootable CD emulates. */
extern struct eltorito_s CDEmu;

/* bootsplash.c, clock.c */
void enable_vga_console(void);
void handle_08(void);
void clock_setup(void);
void handle_1a(struct bregs *regs);
void handle_1586(struct bregs *regs);
void clear_usertimer(void);
extern u8 Century;
void handle_16(struct bregs *regs);

/* disk.c, system.c, resume.c */
void handle_13(struct bregs *regs);
void handle_15(struct bregs *regs);
void handle_1589(struct bregs *regs);
void handle_resume32(int status);

/* fw/acpi.c: where the sleeping operating system wants to resume; 0: not set. */
u32 find_resume_vector(void);

/* apm.c, hw/timer.c */
void apm_shutdown(void);
void handle_1553(struct bregs *regs);
void timer_setup(void);
void tsctimer_setfreq(u32 khz, const char *source);
u32 timer_calc_usec(u32 usecs);
int timer_check(u32 end);

/* Only in the fake: begin a wait of int15 AH=83h; @flag: the byte that its end sets. */
void clock_begin_wait(u32 usecs, struct segoff_s flag);

/* Only in the fake: empty the list of boot devices. */
void boot_reset(void);

#endif
