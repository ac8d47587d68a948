/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The files whose variables only POST writes, with a way to set them as at power-on: a test may
 * start more than one machine.
 */
#include "post_state.h"

#include "src/seabios/console/console_log.c"
#include "src/seabios/port/log_keep.c"
#include "src/seabios/port/task.c"
#include "src/seabios/port/xen_core.c"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#endif

void post_state_clear_task(void)
{
#ifdef __SANITIZE_ADDRESS__
    __asan_unpoison_memory_region(task->stack, sizeof(task->stack));
#endif
}

void post_state_reset(void)
{
    log_console = NULL;
    keep_ring = NULL;
    task = NULL;
    keep_early_used = 0;
    core_made = NULL;
    core_error = 0;
    core_tried = false;
}
