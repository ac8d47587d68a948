/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "console_stack.h"

void noinline console_call(struct xenpv_console *console, console_function *function)
{
    u8 *top = console->stack + sizeof(console->stack), *caller;
    struct xenpv_console *first = console;

    if (console->busy)
        return;
    console->busy = true;
    __asm__ volatile("movl %%esp, %[caller]\n"
                     "movl %[top], %%esp\n"
                     "calll *%[function]\n"
                     "movl %[caller], %%esp"
                     : [caller] "=&b"(caller), "+a"(first), [function] "+c"(function)
                     : [top] "S"(top)
                     : "edx", "cc", "memory");
    console->busy = false;
}
