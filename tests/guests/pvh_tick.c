/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Uses the timer's interrupts of a PVH guest as programs for DOS do: waits by HLT, takes int 8 and
 * int 1Ch over, keeps interrupts off, waits by int15, and lives through midnight. Time is that of
 * the time-stamp counter.
 *
 * How fast the guest runs is not known, so ticks may be missing. What holds in any case: none is
 * there too often, none nests, and each that comes is counted.
 */
#include "clock.h"
#include "guest.h"

#define TIMER_VECTOR 0x08u
#define USER_VECTOR  0x1cu
#define WAIT_VECTOR  0x60u
#define OFF_VECTOR   0x61u

#define BDA_SHIFT     0x417u
#define NUM_LOCK      0x20u
#define BDA_TICKS     0x46cu
#define TICKS_PER_DAY 0x1800b0u
#define TICK_US       54925u
#define US_PER_MS     1000u

#define SECOND_TICKS 18u /* of 989 ms */
#define SECOND_LEAST 940u
#define SECOND_MOST  1150u
#define SECOND_TRIES 30u

#define BUSY_MS   200u
#define CHAIN_MS  80u
#define OFF_MS    300u
#define ON_MS     20u
#define WAIT_US   500000u
#define ALARM_US  200000u
#define ALARM_END 0x80u

/* A clock that is off by so many per cent is good enough. */
#define TOLERANCE 2u

#define STACK_LEAST 0x5400u /* of what is filled below the program's stack */
#define STACK_FILL  0xa5u
#define STACK_MOST  192u

extern uint32_t tick_timer, tick_most_timer, tick_user, tick_most_user;
extern uint32_t tick_busy_timer, tick_busy_user, tick_bios, tick_until, tick_halts, tick_off,
    tick_on;
extern uint16_t tick_stack;
void tick_chain(void);
void tick_alone(void);
void tick_user_handler(void);
void tick_wait(void);
void tick_keep_off(void);

static uint32_t bios_timer, bios_user;

static volatile uint32_t *vector(uint32_t number)
{
    return (volatile uint32_t *)at(0) + number;
}

static volatile uint32_t *bda_ticks(void)
{
    return at(BDA_TICKS);
}

/* What has been counted at some moment. */
struct counts {
    uint64_t clock;
    uint32_t timer, user, bda, halts;
};

static struct counts counts_now(void)
{
    return (struct counts){
        .clock = clock_read(),
        .timer = tick_timer,
        .user = tick_user,
        .bda = *bda_ticks(),
        .halts = tick_halts,
    };
}

static struct counts counts_since(const struct counts *begin)
{
    struct counts now = counts_now();

    return (struct counts){
        .clock = now.clock - begin->clock,
        .timer = now.timer - begin->timer,
        .user = now.user - begin->user,
        .bda = now.bda - begin->bda,
        .halts = now.halts - begin->halts,
    };
}

static void wait_ticks(uint32_t count)
{
    struct regs regs = {0};

    tick_until = tick_timer + count;
    bios_int(WAIT_VECTOR, &regs);
}

static void hook(void (*timer)(void))
{
    *vector(TIMER_VECTOR) = (uint32_t)timer;
    tick_most_timer = tick_most_user = 0;
}

/* One tick may have been pending at first, and ticks come at fixed times. */
static void check_rate(const char *what, const struct counts *passed)
{
    uint32_t microseconds = clock_microseconds(passed->clock);

    check(passed->timer <= microseconds / TICK_US + 2, "%s: %u ticks in %u microseconds", what,
          passed->timer, microseconds);
}

static void check_counted(const char *what, const struct counts *passed)
{
    check_rate(what, passed);
    check(passed->bda == passed->timer, "%s: %u calls of int 8, but 40:6C moved by %u", what,
          passed->timer, passed->bda);
    check(passed->user == passed->timer, "%s: %u calls of int 8, but %u of int 1Ch", what,
          passed->timer, passed->user);
    check(passed->halts && passed->halts >= passed->timer / 2,
          "%s: %u ticks, but HLT returned %u times", what, passed->timer, passed->halts);
}

static void check_not_nested(const char *what)
{
    check(tick_most_timer == 1, "%s: %u calls of int 8 at once", what, tick_most_timer);
    check(tick_most_user <= 1, "%s: %u calls of int 1Ch at once", what, tick_most_user);
}

/**** Ticks ****/

/* The guest may lose the processor for a while, so a tick is late, and the time to a later one is
 * shorter or longer: one of some tries has to be right. */
static void measure_rate(void)
{
    uint32_t milliseconds = 0, tries = 0;

    while (tries < SECOND_TRIES && (milliseconds < SECOND_LEAST || milliseconds > SECOND_MOST)) {
        struct counts begin = counts_now();
        wait_ticks(SECOND_TICKS);
        struct counts passed = counts_since(&begin);
        check_counted("HLT", &passed);
        milliseconds = clock_microseconds(passed.clock) / US_PER_MS;
        tries++;
    }
    print("rate: %u ticks in %u ms, after %u tries\n", SECOND_TICKS, milliseconds, tries);
    check(milliseconds >= SECOND_LEAST && milliseconds <= SECOND_MOST, "%u ticks take %u ms",
          SECOND_TICKS, milliseconds);
    check_not_nested("HLT");
}

static void measure_stack(void)
{
    uint8_t *least = at(STACK_LEAST);
    uint32_t used;

    /* Nothing but the ticks uses the stack below the wait. */
    wait_ticks(1);
    memset(least, STACK_FILL, tick_stack - STACK_LEAST);
    wait_ticks(SECOND_TICKS);
    while (*least == STACK_FILL)
        least++;
    used = tick_stack - (uint32_t)least;
    print("stack: a tick takes %u bytes of the program's\n", used);
    check(used <= STACK_MOST, "a tick takes %u bytes of the program's stack", used);
}

static void take_long(void)
{
    struct counts begin = counts_now(), passed;

    tick_busy_user = (uint32_t)clock_counts(BUSY_MS);
    wait_ticks(6);
    tick_busy_user = 0;
    passed = counts_since(&begin);
    check_counted("int 1Ch of 200 ms", &passed);
    check_not_nested("int 1Ch of 200 ms");

    begin = counts_now();
    tick_busy_timer = (uint32_t)clock_counts(CHAIN_MS);
    wait_ticks(10);
    passed = counts_since(&begin);
    check_counted("int 8 of 80 ms", &passed);
    check_not_nested("int 8 of 80 ms");

    hook(tick_alone);
    begin = counts_now();
    wait_ticks(10);
    tick_busy_timer = 0;
    wait_ticks(SECOND_TICKS);
    passed = counts_since(&begin);
    check_rate("int 8 without the BIOS", &passed);
    check_not_nested("int 8 without the BIOS");
    check(!passed.bda && !passed.user, "int 8 without the BIOS: 40:6C moved by %u", passed.bda);
    hook(tick_chain);
}

static void call_timer(void)
{
    struct regs regs = {0};
    uint32_t before = tick_timer, ticks = *bda_ticks();

    bios_int(TIMER_VECTOR, &regs);
    check(tick_timer != before && *bda_ticks() - ticks == tick_timer - before,
          "a program calls int 8: %u calls, but 40:6C moved by %u", tick_timer - before,
          *bda_ticks() - ticks);
}

/* Ticks that have been missed do not come later. */
static void keep_off(void)
{
    uint32_t most = 0;

    for (unsigned round = 0; round < 8; round++) {
        struct regs regs = {0};
        struct counts begin, passed;

        tick_on = (uint32_t)clock_counts(ON_MS);
        tick_off = (uint32_t)clock_counts(OFF_MS);
        wait_ticks(1);
        begin = counts_now();
        bios_int(OFF_VECTOR, &regs);
        passed = counts_since(&begin);
        check(clock_microseconds(passed.clock) >= OFF_MS * US_PER_MS, "interrupts were not off");
        /* All of them came in the time that the interrupts were on. */
        passed.clock -= tick_off;
        check_rate("interrupts were off for 300 ms", &passed);
        check(passed.timer, "interrupts were off for 300 ms: no tick was pending");
        if (passed.timer > most)
            most = passed.timer;
        begin = counts_now();
        wait_ticks(SECOND_TICKS);
        passed = counts_since(&begin);
        check_counted("after interrupts were off", &passed);
    }
    print("off: at most %u ticks within %u ms after 300 ms\n", most, ON_MS);
}

/**** Waits of int15 ****/

static bool int15_wait(uint32_t function, uint32_t microseconds, void *flag)
{
    struct regs regs = {.eax = function,
                        .ebx = (uint32_t)flag,
                        .ecx = microseconds >> 16,
                        .edx = microseconds & 0xffff};

    bios_int(0x15, &regs);
    return !(regs.eflags & FLAG_CARRY);
}

static bool takes_at_least(uint32_t took, uint32_t asked)
{
    return took >= asked / 100 * (100 - TOLERANCE);
}

static void wait_by_int15(uint32_t microseconds)
{
    struct counts begin = counts_now(), passed;
    bool good = int15_wait(0x8600, microseconds, NULL);

    passed = counts_since(&begin);
    uint32_t took = clock_microseconds(passed.clock);
    print("int15 86h: %u microseconds took %u, and %u ticks came\n", microseconds, took,
          passed.timer);
    check(good, "int15 86h fails");
    check(takes_at_least(took, microseconds), "int15 86h: %u microseconds took %u", microseconds,
          took);
    check_rate("int15 86h", &passed);
    check(passed.timer || microseconds < 2 * TICK_US, "int15 86h keeps ticks off");
}

static void alarm(uint32_t microseconds)
{
    static volatile uint8_t flag;
    struct counts begin, passed;

    flag = 1;
    begin = counts_now();
    check(int15_wait(0x8300, microseconds, (void *)&flag), "int15 83h fails");
    check(!int15_wait(0x8300, microseconds, (void *)&flag), "int15 83h takes a second request");
    while (!(flag & ALARM_END))
        wait_ticks(1);
    passed = counts_since(&begin);
    uint32_t took = clock_microseconds(passed.clock);
    print("int15 83h: %u microseconds took %u\n", microseconds, took);
    check(flag == (ALARM_END | 1), "int15 83h: the byte is %x", flag);
    check(takes_at_least(took, microseconds), "int15 83h: %u microseconds took %u", microseconds,
          took);
}

static void alarm_cancelled(void)
{
    static volatile uint8_t flag;

    check(int15_wait(0x8300, ALARM_US, (void *)&flag), "int15 83h fails");
    check(int15_wait(0x8301, 0, NULL), "int15 83h: the request cannot be cancelled");
    wait_ticks(SECOND_TICKS);
    check(!flag, "int15 83h: a cancelled request ends");
}

/**** The lock keys ****/

/* The BIOS sends their lights to the controller of the keyboard, which such a guest does not have.
 * The log says if it has waited for that. */
static void check_keys_with_a_lock_key(void)
{
    volatile uint8_t *shift = at(BDA_SHIFT);
    uint8_t before = *shift;

    *shift = before ^ NUM_LOCK;
    for (unsigned i = 0; i < 4; i++) {
        struct regs regs = {.eax = 0x0100};
        bios_int(0x16, &regs);
    }
    *shift = before;
}

/**** Midnight ****/

static uint32_t time_read(bool *midnight)
{
    struct regs regs = {0};

    bios_int(0x1a, &regs);
    *midnight = (regs.eax & 0xff) != 0;
    return (regs.ecx & 0xffff) << 16 | (regs.edx & 0xffff);
}

static void time_set(uint32_t ticks)
{
    struct regs regs = {.eax = 0x0100, .ecx = ticks >> 16, .edx = ticks & 0xffff};

    bios_int(0x1a, &regs);
}

static void pass_midnight(void)
{
    bool midnight;
    uint32_t before = tick_timer, ticks;

    time_set(TICKS_PER_DAY - 3);
    ticks = time_read(&midnight);
    check(!midnight && ticks >= TICKS_PER_DAY - 3, "int1A: before midnight it is %x, flag %u",
          ticks, midnight);
    wait_ticks(5);
    ticks = time_read(&midnight);
    check(midnight && ticks >= 2 && ticks <= tick_timer - before,
          "int1A: after midnight it is %x, flag %u", ticks, midnight);
    time_read(&midnight);
    check(!midnight, "int1A: the flag of midnight stays");

    *bda_ticks() = TICKS_PER_DAY + 5;
    wait_ticks(1);
    ticks = time_read(&midnight);
    check(midnight && ticks < 3, "int1A: after a time that does not exist it is %x, flag %u", ticks,
          midnight);
}

void guest_main(void)
{
    clock_find_rate();
    *vector(WAIT_VECTOR) = (uint32_t)tick_wait;
    *vector(OFF_VECTOR) = (uint32_t)tick_keep_off;
    bios_timer = tick_bios = *vector(TIMER_VECTOR);
    bios_user = *vector(USER_VECTOR);
    *vector(USER_VECTOR) = (uint32_t)tick_user_handler;
    hook(tick_chain);

    measure_rate();
    measure_stack();
    take_long();
    call_timer();
    keep_off();
    wait_by_int15(1000);
    wait_by_int15(WAIT_US);
    alarm(ALARM_US);
    alarm(1000);
    alarm_cancelled();
    pass_midnight();
    check_keys_with_a_lock_key();

    *vector(TIMER_VECTOR) = bios_timer;
    *vector(USER_VECTOR) = bios_user;
}
