/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * compare-e820 STOCK OURS LIMIT: compare the output of the guest program "memory" under two BIOSes.
 * Every byte of the address space must have the same type, except RAM that our BIOS has reserved:
 * one piece of at most LIMIT KiB, directly below the piece that stock SeaBIOS reserves at the end
 * of RAM below 4 GiB. The lines of the older calls must agree with that. Exit status 0 if so, 1 if
 * not, 2 if there is nothing to compare.
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ENTRIES  64
#define RAM      1
#define RESERVED 2
#define NOTHING  0 /* in no entry */

#define FOUR_GIB (1ull << 32)
#define ONE_MIB  (1ull << 20)

struct entry {
    unsigned long long from, end;
    unsigned type;
};

struct memory {
    struct entry entries[ENTRIES];
    unsigned count;
    unsigned conventional_kib, extended_kib, e801_kib, e801_64kib, ebda;
};

static bool failed;

static void wrong(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    printf("e820: ");
    vprintf(format, arguments);
    printf("\n");
    va_end(arguments);
    failed = true;
}

static void load(const char *path, struct memory *memory)
{
    char line[256];
    bool complete = false;
    FILE *file = fopen(path, "r");

    memset(memory, 0, sizeof(*memory));
    if (!file) {
        fprintf(stderr, "%s cannot be opened\n", path);
        exit(2);
    }
    while (fgets(line, sizeof(line), file)) {
        struct entry *entry = &memory->entries[memory->count];
        if (memory->count < ENTRIES &&
            sscanf(line, "e820 %llx %llx %x", &entry->from, &entry->end, &entry->type) == 3)
            memory->count++;
        sscanf(line, "int12 %x", &memory->conventional_kib);
        sscanf(line, "int15-88 %x", &memory->extended_kib);
        sscanf(line, "int15-e801 %x:%x", &memory->e801_kib, &memory->e801_64kib);
        sscanf(line, "ebda %x", &memory->ebda);
        complete = complete || !strncmp(line, "DONE ", 5);
    }
    fclose(file);
    if (!complete || !memory->count || !memory->conventional_kib) {
        fprintf(stderr, "%s is not complete\n", path);
        exit(2);
    }
}

static unsigned type_at(const struct memory *memory, unsigned long long address)
{
    for (unsigned i = 0; i < memory->count; i++) {
        if (address >= memory->entries[i].from && address < memory->entries[i].end)
            return memory->entries[i].type;
    }
    return NOTHING;
}

/* The next address after `address` where one of the two lists changes; 0 if there is none. */
static unsigned long long next_change(const struct memory *memory, unsigned long long address,
                                      unsigned long long next)
{
    for (unsigned i = 0; i < memory->count; i++) {
        unsigned long long at[2] = {memory->entries[i].from, memory->entries[i].end};
        for (int j = 0; j < 2; j++) {
            if (at[j] > address && (!next || at[j] < next))
                next = at[j];
        }
    }
    return next;
}

/* The end of RAM below 4 GiB. */
static unsigned long long ram_end(const struct memory *memory)
{
    unsigned long long end = 0;

    for (unsigned i = 0; i < memory->count; i++) {
        const struct entry *entry = &memory->entries[i];
        if (entry->type == RAM && entry->end <= FOUR_GIB && entry->end > end)
            end = entry->end;
    }
    return end;
}

/* Whether all of [from, end) has this type. */
static bool is_all(const struct memory *memory, unsigned long long from, unsigned long long end,
                   unsigned type)
{
    while (from < end) {
        if (type_at(memory, from) != type)
            return false;
        from = next_change(memory, from, 0);
        if (!from)
            return false;
    }
    return true;
}

static void compare_lists(const struct memory *stock, const struct memory *ours,
                          unsigned long limit_kib)
{
    unsigned long long ours_end = ram_end(ours), stock_end = ram_end(stock);
    unsigned long long more = stock_end - ours_end;
    unsigned long long from = 0, next;

    printf(
        "RAM ends at %llx under stock SeaBIOS and at %llx under ours: %lld bytes more reserved\n",
        stock_end, ours_end, (long long)more);
    if (ours_end > stock_end || ours_end < ONE_MIB)
        wrong("the end of RAM is not where it can be");
    else if (more > limit_kib * 1024ull)
        wrong("%llu KiB more are reserved, at most %lu were expected", more / 1024, limit_kib);
    do {
        next = next_change(ours, from, next_change(stock, from, 0));
        bool reserved_by_us = from >= ours_end && next && next <= stock_end;
        unsigned before = type_at(stock, from), after = type_at(ours, from);
        if (before != after && !(reserved_by_us && before == RAM && after == RESERVED))
            wrong("%llx-%llx is of type %u under stock SeaBIOS, of type %u under ours", from, next,
                  before, after);
        from = next;
    } while (next);
    /* SeaBIOS' own reservation at the end of RAM must follow without a gap. */
    if (more && !is_all(ours, ours_end, stock_end + 1, RESERVED))
        wrong("%llx-%llx is not reserved in one piece up to the end", ours_end, stock_end);
}

static void compare_older_calls(const struct memory *stock, const struct memory *ours)
{
    printf("conventional memory: %u KiB under stock SeaBIOS, %u KiB under ours\n",
           stock->conventional_kib, ours->conventional_kib);
    if (ours->conventional_kib != stock->conventional_kib)
        wrong("int12 differs");
    if (ours->ebda != stock->ebda)
        wrong("the EBDA is at %x, under stock SeaBIOS at %x", ours->ebda, stock->ebda);
    /* These count RAM from 1 MiB on, in KiB, and above 16 MiB in units of 64 KiB. */
    unsigned long long extended = (ram_end(ours) - ONE_MIB) / 1024;
    unsigned long long kib = extended > 15 * 1024 ? 15 * 1024 : extended;
    unsigned long long above = extended > 15 * 1024 ? (extended - 15 * 1024) / 64 : 0;
    if (ours->e801_kib != kib || ours->e801_64kib != above)
        wrong("int15 e801 says %x:%x, expected %llx:%llx", ours->e801_kib, ours->e801_64kib, kib,
              above);
    if (ours->extended_kib > extended)
        wrong("int15 88 says %u KiB, there are %llu", ours->extended_kib, extended);
}

int main(int argc, char **argv)
{
    static struct memory stock, ours;

    if (argc != 4) {
        fprintf(stderr, "usage: compare-e820 STOCK OURS LIMIT\n");
        return 2;
    }
    load(argv[1], &stock);
    load(argv[2], &ours);
    compare_lists(&stock, &ours, strtoul(argv[3], NULL, 10));
    compare_older_calls(&stock, &ours);
    return failed;
}
