/* SPDX-License-Identifier: LGPL-3.0-or-later */
#define _GNU_SOURCE
#include "model/trap.h"

#include "xen/base/platform.h"

#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <ucontext.h>

#define PAGE        4096u
#define TRAP_FLAG   0x100
#define FAULT_WRITE 2

/* The bounds of the program's own code, from the linker. */
extern const char __executable_start[], etext[];

static uint8_t *page;
static trap_hook *hook;

#ifdef __x86_64__
#define INSTRUCTION REG_RIP
#else
#define INSTRUCTION REG_EIP
#endif

static enum trap_access access_by(const greg_t *registers)
{
    uintptr_t instruction = (uintptr_t)registers[INSTRUCTION];

    if (registers[REG_ERR] & FAULT_WRITE)
        return TRAP_WRITE;
    return instruction >= (uintptr_t)__executable_start && instruction < (uintptr_t)etext
               ? TRAP_READ
               : TRAP_LIBRARY_READ;
}

/* Allow the access, and stop right after the instruction. */
static void on_access(int number, siginfo_t *info, void *context)
{
    greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
    const uint8_t *address = info->si_addr;

    if (!page || address < page || address >= page + PAGE) {
        /* Not an access to the watched page: let it happen again and end the test. */
        signal(number, SIG_DFL);
        return;
    }
    hook((uint32_t)(address - page), access_by(registers));
    mprotect(page, PAGE, PROT_READ | PROT_WRITE);
    registers[REG_EFL] |= TRAP_FLAG;
}

static void on_step(int number, siginfo_t *info, void *context)
{
    greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;

    (void)number;
    (void)info;
    if (page)
        mprotect(page, PAGE, PROT_NONE);
    registers[REG_EFL] &= ~TRAP_FLAG;
}

void trap_begin(uint64_t frame, trap_hook *wanted)
{
    struct sigaction access = {.sa_sigaction = on_access, .sa_flags = SA_SIGINFO};
    struct sigaction step = {.sa_sigaction = on_step, .sa_flags = SA_SIGINFO};

    sigaction(SIGSEGV, &access, NULL);
    sigaction(SIGTRAP, &step, NULL);
    hook = wanted;
    page = platform_map(frame);
    mprotect(page, PAGE, PROT_NONE);
}

void trap_end(void)
{
    if (page)
        mprotect(page, PAGE, PROT_READ | PROT_WRITE);
    page = NULL;
}
