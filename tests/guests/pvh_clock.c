/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Uses the clock of a PVH guest by int1A: prints the time and the date that it has at first, sets
 * them, counts ticks through midnight, and is woken by the alarm.
 *
 * The emulator is slow, so a time may be some seconds later than asked for; none may be earlier.
 */
#include "guest.h"

#define ALARM_VECTOR 0x4au
#define WAIT_VECTOR  0x60u

#define BDA_TICKS     0x46cu
#define BDA_MIDNIGHT  0x470u
#define TICKS_PER_DAY 0x1800b0u
#define DAY           86400u

#define READ_TICKS 0x00
#define SET_TICKS  0x01
#define READ_TIME  0x02
#define SET_TIME   0x03
#define READ_DATE  0x04
#define SET_DATE   0x05
#define SET_ALARM  0x06
#define END_ALARM  0x07

#define ANY 0xffu

#define SECOND_TICKS 19u

/* A step that takes longer than this is wrong, however slow the guest is. */
#define SLOW 60u

/* Ticks that come while the guest does not run are lost. */
#define TICKS_LOST 60u

extern uint32_t clock_wait_ticks, clock_alarms, clock_most, clock_changed;
void clock_wait(void);
void clock_alarm(void);

static volatile uint32_t *bda_ticks(void)
{
    return at(BDA_TICKS);
}

static struct regs int1a(uint32_t function, uint32_t cx, uint32_t dx)
{
    struct regs regs = {.eax = function << 8, .ecx = cx, .edx = dx};

    bios_int(0x1a, &regs);
    return regs;
}

static bool fails(const struct regs *regs)
{
    return regs->eflags & FLAG_CARRY;
}

static uint32_t from_bcd(uint32_t bcd)
{
    return (bcd >> 4 & 15) * 10 + (bcd & 15);
}

static uint32_t to_bcd(uint32_t number)
{
    return number / 10 << 4 | number % 10;
}

/* CX and DX of a time: hour, minute; second. */
static uint32_t time_cx(uint32_t seconds)
{
    return to_bcd(seconds / 3600 % 24) << 8 | to_bcd(seconds / 60 % 60);
}

static uint32_t time_dx(uint32_t seconds)
{
    return to_bcd(seconds % 60) << 8;
}

/* Return: the seconds of the day. */
static uint32_t time_read(void)
{
    struct regs regs = int1a(READ_TIME, 0, 0);

    check(!fails(&regs), "the time cannot be read");
    return from_bcd(regs.ecx >> 8) * 3600 + from_bcd(regs.ecx) * 60 + from_bcd(regs.edx >> 8);
}

/* Return: 0xCCYYMMDD. */
static uint32_t date_read(void)
{
    struct regs regs = int1a(READ_DATE, 0, 0);

    check(!fails(&regs), "the date cannot be read");
    return (regs.ecx & 0xffff) << 16 | (regs.edx & 0xffff);
}

static void time_set(uint32_t seconds)
{
    struct regs regs = int1a(SET_TIME, time_cx(seconds), time_dx(seconds));

    check(!fails(&regs), "the time cannot be set");
}

static uint32_t ticks_read(bool *midnight)
{
    struct regs regs = int1a(READ_TICKS, 0, 0);

    *midnight = regs.eax & 0xff;
    return (regs.ecx & 0xffff) << 16 | (regs.edx & 0xffff);
}

/* From one time of a day to a later one, maybe of the next day. */
static uint32_t seconds_between(uint32_t from, uint32_t to)
{
    return (to + DAY - from) % DAY;
}

static void check_between(const char *what, uint32_t time, uint32_t least)
{
    check(seconds_between(least, time) <= SLOW, "%s: it is %u, and should be %u", what, time,
          least);
}

/* Let so many ticks pass, or fewer if the alarm comes. */
static void wait_ticks(uint32_t ticks)
{
    struct regs regs = {0};

    clock_wait_ticks = ticks;
    bios_int(WAIT_VECTOR, &regs);
}

static void wait_seconds(uint32_t seconds)
{
    wait_ticks(seconds * SECOND_TICKS);
}

/**** Time and ticks ****/

static void read_first(void)
{
    bool midnight;
    uint32_t date = date_read(), time = time_read();

    print("NOW %08x %u\n", date, time);
    uint32_t ticks = ticks_read(&midnight);
    /* 65536 / 1193182 Hz, in microseconds. */
    uint32_t by_ticks = ticks / 1000 * 54925 / 1000 + ticks % 1000 * 55 / 1000;
    print("ticks: %u, which is second %u of the day\n", ticks, by_ticks);
    check(!midnight, "the flag of midnight is set at first");
    check(seconds_between(by_ticks, time + 2) <= TICKS_LOST + 2,
          "the ticks say second %u, the clock %u", by_ticks, time);
    check(ticks <= *bda_ticks() && *bda_ticks() - ticks < SLOW * SECOND_TICKS,
          "40:6C is %u, int1A says %u", *bda_ticks(), ticks);
}

static void set_ticks(void)
{
    volatile uint8_t *flag = at(BDA_MIDNIGHT);
    uint32_t time = time_read();
    bool midnight;

    struct regs regs = int1a(SET_TICKS, (TICKS_PER_DAY - 9) >> 16, (TICKS_PER_DAY - 9) & 0xffff);
    check(!fails(&regs), "the ticks cannot be set");
    uint32_t ticks = ticks_read(&midnight);
    check(ticks >= TICKS_PER_DAY - 9 && !midnight, "the ticks are %u, and were set to %u", ticks,
          TICKS_PER_DAY - 9);
    while (*bda_ticks() >= TICKS_PER_DAY - 9)
        wait_ticks(1);
    check(*flag == 1, "40:70 is %x after midnight", *flag);
    ticks = ticks_read(&midnight);
    check(midnight && ticks < SLOW * SECOND_TICKS, "after midnight the ticks are %u, flag %u",
          ticks, midnight);
    check(!*flag, "40:70 is %x after it was read", *flag);
    check_between("the ticks were set", time_read(), time);
}

static void set_time(void)
{
    uint32_t date = date_read(), ticks = *bda_ticks();

    time_set(12 * 3600 + 34 * 60 + 56);
    check_between("the time was set", time_read(), 12 * 3600 + 34 * 60 + 56);
    check(date_read() == date, "the time was set: the date is %x", date_read());
    check(*bda_ticks() - ticks < SLOW * SECOND_TICKS, "the time was set: 40:6C is %u, and was %u",
          *bda_ticks(), ticks);

    /* 25:61 is no time. */
    int1a(SET_TIME, 0x2561, 0);
    check_between("a wrong time was set", time_read(), 12 * 3600 + 34 * 60 + 56);

    struct regs regs = int1a(SET_DATE, 0x2028, 0x0229);
    check(!fails(&regs), "the date cannot be set");
    check(date_read() == 0x20280229, "the date was set: it is %x", date_read());
    check_between("the date was set", time_read(), 12 * 3600 + 34 * 60 + 56);
    time_set(DAY - 1);
    wait_seconds(2);
    check(date_read() == 0x20280301, "a day later the date is %x", date_read());
    check_between("a day later", time_read(), 0);
}

/**** The alarm ****/

static void alarm_set(uint32_t hour, uint32_t minute, uint32_t second)
{
    struct regs regs = int1a(SET_ALARM, hour << 8 | minute, second << 8);

    check(!fails(&regs), "the alarm cannot be set");
}

/* Wait for the alarm, and check that it comes when it is @due. */
static void alarm_await(const char *what, uint32_t due)
{
    for (uint32_t i = 0; i < SLOW && !clock_alarms; i++)
        wait_seconds(1);
    uint32_t time = time_read();
    print("alarm: %s: %u times, %u s after it was due\n", what, clock_alarms,
          seconds_between(due, time));
    check(clock_alarms == 1, "%s: %u alarms", what, clock_alarms);
    check_between(what, time, due);
    clock_alarms = 0;
}

static void use_alarm(void)
{
    ((volatile uint32_t *)at(0))[ALARM_VECTOR] = (uint32_t)clock_alarm;

    uint32_t due = time_read() + 4;
    alarm_set(to_bcd(due / 3600 % 24), to_bcd(due / 60 % 60), to_bcd(due % 60));
    struct regs regs = int1a(SET_ALARM, 0, 0);
    check(fails(&regs), "a second alarm is taken");
    alarm_await("at a time", due % DAY);
    wait_seconds(3);
    check(!clock_alarms, "the alarm comes again");
    int1a(END_ALARM, 0, 0);

    /* The fourth second of each minute, so it may take a minute; the clock is set for it. */
    time_set(10 * 3600 - 1);
    alarm_set(ANY, ANY, 0x04);
    alarm_await("each minute", 10 * 3600 + 4);
    time_set(11 * 3600 + 2);
    alarm_await("each minute, again", 11 * 3600 + 4);
    int1a(END_ALARM, 0, 0);

    alarm_set(ANY, ANY, to_bcd((time_read() + 10) % 60));
    int1a(END_ALARM, 0, 0);
    wait_seconds(12);
    check(!clock_alarms, "an alarm that was ended comes");
    check(clock_most == 1, "%u alarms at once", clock_most);
    check(!clock_changed, "an interrupt changes registers or flags");
}

void guest_main(void)
{
    ((volatile uint32_t *)at(0))[WAIT_VECTOR] = (uint32_t)clock_wait;
    read_first();
    if (param_is("only-read"))
        return;
    set_ticks();
    set_time();
    use_alarm();
}
