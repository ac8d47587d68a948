/* SPDX-License-Identifier: LGPL-3.0-or-later */
#define _GNU_SOURCE
#include "fiber.h"

#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <ucontext.h>

#define FIBERS_MAX  8u
#define STACK_BYTES (1024u * 1024u)

/* What __builtin_setjmp wants. */
typedef void *place[5];

struct fiber {
    bool in_use, begun, ended;
    ucontext_t context; /* where it begins */
    place place;        /* where it goes on */
    uint8_t *stack;
    void *sanitizers; /* the sanitizer's own state of it while it does not run */
    fiber_main *main;
    void *argument;
};

static struct fiber fibers[FIBERS_MAX];
static struct fiber *running;
static place scheduler;
static const void *scheduler_stack;
static size_t scheduler_stack_bytes;

/*
 * Away from a place and back to it. swapcontext would do both, but it makes system calls, and the
 * sanitizer forgets the borders of all variables on both stacks in it, as it would in a longjmp
 * that it sees. Each is a function of its own, because only that of the place may go on with what
 * it has in registers.
 */
__attribute__((noinline, no_sanitize("address", "undefined"))) static void jump(place *to)
{
    __builtin_longjmp(*to, 1);
}

__attribute__((noinline, no_sanitize("address", "undefined"))) static void jump_away(place *from,
                                                                                     place *to)
{
    if (!__builtin_setjmp(*from))
        jump(to);
}

__attribute__((noinline, no_sanitize("address", "undefined"))) static void
begin_away(place *from, ucontext_t *to)
{
    if (!__builtin_setjmp(*from))
        setcontext(to);
}

/* Leave a fiber. @save: where the sanitizer keeps its state; NULL: it does not come back. */
static void leave(struct fiber *fiber, void **save)
{
    __sanitizer_start_switch_fiber(save, scheduler_stack, scheduler_stack_bytes);
    jump_away(&fiber->place, &scheduler);
}

static void begin(void)
{
    struct fiber *fiber = running;

    __sanitizer_finish_switch_fiber(NULL, &scheduler_stack, &scheduler_stack_bytes);
    fiber->main(fiber->argument);
    fiber->ended = true;
    leave(fiber, NULL);
}

static struct fiber *fiber_find_free(void)
{
    unsigned i = 0;

    while (fibers[i].in_use)
        if (++i == FIBERS_MAX)
            abort();
    return &fibers[i];
}

/* getcontext may return twice, and the compiler minds. */
static void make_context(struct fiber *fiber)
{
    getcontext(&fiber->context);
    fiber->context.uc_stack.ss_sp = fiber->stack;
    fiber->context.uc_stack.ss_size = STACK_BYTES;
    makecontext(&fiber->context, begin, 0);
}

struct fiber *fiber_start(fiber_main *main, void *context)
{
    struct fiber *fiber = fiber_find_free();

    if (!fiber->stack)
        fiber->stack = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (fiber->stack == MAP_FAILED) {
        perror("mmap");
        exit(2);
    }
    /* One that was abandoned there has left the borders of its variables. */
    ASAN_UNPOISON_MEMORY_REGION(fiber->stack, STACK_BYTES);
    fiber->in_use = true;
    fiber->begun = fiber->ended = false;
    fiber->main = main;
    fiber->argument = context;
    make_context(fiber);
    return fiber;
}

void fiber_resume(struct fiber *fiber)
{
    void *save = NULL;

    running = fiber;
    __sanitizer_start_switch_fiber(&save, fiber->stack, STACK_BYTES);
    if (fiber->begun) {
        jump_away(&scheduler, &fiber->place);
    } else {
        fiber->begun = true;
        begin_away(&scheduler, &fiber->context);
    }
    __sanitizer_finish_switch_fiber(save, NULL, NULL);
    running = NULL;
}

void fiber_yield(void)
{
    struct fiber *fiber = running;

    leave(fiber, &fiber->sanitizers);
    __sanitizer_finish_switch_fiber(fiber->sanitizers, &scheduler_stack, &scheduler_stack_bytes);
}

bool fiber_has_ended(const struct fiber *fiber)
{
    return fiber->ended;
}

struct fiber *fiber_running(void)
{
    return running;
}

void fiber_abandon(struct fiber *fiber)
{
    fiber->in_use = false;
}
