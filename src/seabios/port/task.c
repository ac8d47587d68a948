/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "task.h"

#include "config.h" // BUILD_TASK_STACK_SIZE
#include "types.h"  // u8
#include "xen/base/platform.h"

/* In reserved memory, as the stack is. Set in POST. */
struct task {
    u8 stack[BUILD_TASK_STACK_SIZE];
    u8 *task_at, *caller_at; /* the stack pointers of whichever does not run */
    void (*function)(void);
    bool in_progress, inside;
};

static struct task *task;

bool xenpv_task_setup(void)
{
    task = platform_alloc_reserved(sizeof(*task), 16);
    return task;
}

/* Store the stack pointer in *@from and go on with the stack at @to. The compiler's calling
 * convention keeps four registers over a call; the others may change. */
void __attribute__((regparm(3))) xenpv_task_switch(u8 **from, u8 *to);
__asm__(".pushsection .text.xenpv_task_switch, \"ax\"\n"
        ".code32\n"
        ".global xenpv_task_switch\n"
        "xenpv_task_switch:\n"
        "pushl %ebp\n"
        "pushl %ebx\n"
        "pushl %esi\n"
        "pushl %edi\n"
        "movl %esp, (%eax)\n"
        "movl %edx, %esp\n"
        "popl %edi\n"
        "popl %esi\n"
        "popl %ebx\n"
        "popl %ebp\n"
        "retl\n"
        ".popsection");

/* Where the first step begins. */
static void task_run(void)
{
    task->function();
    task->in_progress = false;
    xenpv_task_switch(&task->task_at, task->caller_at);
}

void task_begin(void (*function)(void))
{
    /* What xenpv_task_switch pops: four registers, and the address that it returns to. The fifth
     * word is where task_run would find a return address. */
    u32 *top = (u32 *)(task->stack + sizeof(task->stack)) - 6;

    top[4] = (u32)task_run;
    task->task_at = (u8 *)top;
    task->function = function;
    task->in_progress = true;
}

bool task_is_in_progress(void)
{
    return task && task->in_progress;
}

void task_step(void)
{
    if (!task_is_in_progress() || task->inside)
        return;
    task->inside = true;
    xenpv_task_switch(&task->caller_at, task->task_at);
    task->inside = false;
}

void task_abandon(void)
{
    if (task)
        task->in_progress = task->inside = false;
}

bool task_pause(void)
{
    if (!task || !task->inside)
        return false;
    xenpv_task_switch(&task->task_at, task->caller_at);
    return true;
}
