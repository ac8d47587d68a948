/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Source of the leaf: xen/arch-x86/cpuid.h, "Leaf 4 (0x40000x03)". */
#include "clock.h"

#include "guest.h"
#include "timer.h"

#define CPUID_FIRST    0x40000000u
#define CPUID_LAST     0x4000ff00u
#define CPUID_STEP     0x100u
#define CPUID_TIME     3u
#define SIGNATURE_EBX  0x566e6558u /* "XenV" */
#define TRIAL_MS       500u
#define TICKS_PER_MS   (TIMER_HZ / 1000u)
#define TOLERANCE      2u /* per cent */
#define SHORTEST_TICKS (400u * TICKS_PER_MS)

static uint32_t khz;

/* Divide 64 bits by 32 bits; the quotient has 32 bits. There is no library for the general case. */
static uint32_t divide(uint64_t by_what, uint32_t divisor)
{
    uint32_t high = (uint32_t)(by_what >> 32), low = (uint32_t)by_what;

    if (high >= divisor)
        return UINT32_MAX;
    __asm__("divl %2" : "+a"(low), "+d"(high) : "r"(divisor));
    return low;
}

uint32_t clock_microseconds(uint64_t counts)
{
    return divide(counts * 1000, khz);
}

uint32_t clock_nanoseconds(uint64_t counts)
{
    return divide(counts * 1000 * 1000, khz);
}

uint64_t clock_counts(uint32_t milliseconds)
{
    return (uint64_t)milliseconds * khz;
}

void clock_pause(uint32_t milliseconds)
{
    uint64_t begun = clock_read(), counts = clock_counts(milliseconds);

    while (clock_read() - begun < counts) {
    }
}

static void cpuid(uint32_t leaf, uint32_t *eax, uint32_t *ebx, uint32_t *ecx)
{
    uint32_t edx;

    *ecx = 0;
    __asm__ volatile("cpuid" : "=a"(*eax), "=b"(*ebx), "+c"(*ecx), "=d"(edx) : "a"(leaf));
}

static uint32_t khz_by_xen(void)
{
    for (uint32_t base = CPUID_FIRST; base <= CPUID_LAST; base += CPUID_STEP) {
        uint32_t eax, ebx, ecx;

        cpuid(base, &eax, &ebx, &ecx);
        if (ebx != SIGNATURE_EBX || eax < base + CPUID_TIME)
            continue;
        cpuid(base + CPUID_TIME, &eax, &ebx, &ecx);
        return ecx;
    }
    return 0;
}

void stretch_begin(struct stretch *stretch)
{
    stretch->ticks = 0;
    stretch->before = timer_read();
    stretch->begun = clock_read();
}

void stretch_lap(struct stretch *stretch)
{
    stretch->ticks += timer_lap(&stretch->before);
}

uint32_t stretch_end(struct stretch *stretch, const char *what)
{
    uint32_t microseconds = clock_microseconds(clock_read() - stretch->begun);

    stretch_lap(stretch);
    uint32_t xen = divide((uint64_t)stretch->ticks * 1000000u, TIMER_HZ);
    uint32_t apart = xen > microseconds ? xen - microseconds : microseconds - xen;

    /* In a short stretch the time between the reads of the two clocks is most of the difference. */
    if (stretch->ticks >= SHORTEST_TICKS)
        check(apart <= microseconds / 100 * TOLERANCE,
              "%s: %u microseconds by the processor, %u by Xen", what, microseconds, xen);
    return microseconds;
}

void clock_find_rate(void)
{
    khz = khz_by_xen();
    if (!check(khz != 0, "Xen does not tell the rate of the time-stamp counter"))
        done();
}

void clock_start(void)
{
    struct stretch trial;
    unsigned failed = checks_failed;

    clock_find_rate();
    stretch_begin(&trial);
    while (trial.ticks < TRIAL_MS * TICKS_PER_MS)
        stretch_lap(&trial);
    stretch_end(&trial, "trial of the clock");
    if (checks_failed != failed)
        done();
}

void clock_sort(uint32_t *values, unsigned count)
{
    for (unsigned i = 1; i < count; i++) {
        for (unsigned j = i; j && values[j] < values[j - 1]; j--) {
            uint32_t value = values[j];
            values[j] = values[j - 1];
            values[j - 1] = value;
        }
    }
}
