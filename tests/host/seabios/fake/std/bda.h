/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The BIOS data area: the names of SeaBIOS' std/bda.h. */
#ifndef FAKE_STD_BDA_H
#define FAKE_STD_BDA_H

#include "types.h"

struct bios_data_area_s {
    u8 before_equipment_list_flags[0x10];
    u16 equipment_list_flags;
    u8 before_kbd_buf_head[0x1a - 0x12];
    u16 kbd_buf_head, kbd_buf_tail;
    u8 kbd_buf[32];
    u8 before_video_mode[0x49 - 0x3e];
    u8 video_mode;
    u16 video_cols, video_pagesize, video_pagestart;
    u16 cursor_pos[8];
    u16 cursor_type;
    u8 video_page;
    u8 before_timer_counter[0x6c - 0x63];
    u32 timer_counter;
    u8 before_disk_last_status[0x74 - 0x70];
    u8 disk_last_status;
    u8 hdcount;
    u8 before_kbd_buf_start_offset[0x80 - 0x76];
    u16 kbd_buf_start_offset, kbd_buf_end_offset;
    u8 video_rows;
    u16 char_height;
    u8 video_ctl;
    u8 before_user_wait[0x98 - 0x88];
    struct segoff_s user_wait_complete_flag;
    u32 user_wait_timeout;
    u8 rtc_wait_flag;
} PACKED;

_Static_assert(offsetof(struct bios_data_area_s, rtc_wait_flag) == 0xa0,
               "the place of the last field");

#endif
