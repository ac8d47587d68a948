/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A system that gives memory back to Xen again and again, as one with a balloon driver does: it
 * maps a frame and unmaps it, until a key is pressed. Each time Xen has all device models drop
 * their mappings of the guest's memory, the daemon among them, and the processor waits for their
 * answers. Before that the program reads its disks by int13 and prints "READY"; then it prints a
 * line "R" after every REPORT_EVERY turns.
 */
#include "drives.h"
#include "keyboard.h"
#include "xen/base/error.h"
#include "xen/base/public.h"
#include "xen/hv/special_frames.h"
#include "xen_port.h"

#define REPORT_EVERY 100u

static bool remap(void)
{
    void *address;
    int error = special_frame_map(XENMAPSPACE_shared_info, 0, 0, &address);

    if (!check(error == 0, "mapping a frame: %s", error_name(error)))
        return false;
    error = special_frame_unmap(0);
    return check(error == 0, "unmapping it: %s", error_name(error));
}

void guest_main(void)
{
    uint32_t turns = 0;

    if (!drives_learn() || !check(xen_port_init() == 0, "no hypercalls"))
        return;
    print("READY\n");
    while ((turns % REPORT_EVERY || !key_pressed()) && remap())
        if (++turns % REPORT_EVERY == 0)
            print("R\n");
    print("turns=%u\n", turns);
}
