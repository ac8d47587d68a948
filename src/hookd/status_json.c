/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "status_print.h"

/**** Strings ****/

/* Return: the number of bytes of the character of UTF-8 at @text; 0: it is none (RFC 3629). */
static unsigned utf8_length(const unsigned char *text)
{
    static const struct {
        unsigned char first, last, second_first, second_last;
        unsigned length;
    } forms[] = {
        {0x01, 0x7f, 0, 0, 1},       {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
        {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
        {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
    };

    for (unsigned i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        if (text[0] < forms[i].first || text[0] > forms[i].last)
            continue;
        if (forms[i].length == 1)
            return 1;
        if (text[1] < forms[i].second_first || text[1] > forms[i].second_last)
            return 0;
        for (unsigned j = 2; j < forms[i].length; j++)
            if (text[j] < 0x80 || text[j] > 0xbf)
                return 0;
        return forms[i].length;
    }
    return 0;
}

/* What is no UTF-8 becomes the replacement character. */
static void string_print(FILE *to, const char *string)
{
    const unsigned char *text = (const unsigned char *)string;

    fputc('"', to);
    while (*text) {
        unsigned length = utf8_length(text);

        if (!length)
            fputs("\\ufffd", to);
        else if (*text < ' ' || *text == 0x7f)
            fprintf(to, "\\u%04x", *text);
        else
            fprintf(to, "%s%.*s", *text == '"' || *text == '\\' ? "\\" : "", (int)length, text);
        text += length ? length : 1;
    }
    fputc('"', to);
}

/* Empty strings are null. */
static void string_member(FILE *to, const char *key, const char *string)
{
    fprintf(to, "\"%s\": ", key);
    if (string && *string)
        string_print(to, string);
    else
        fputs("null", to);
}

/**** Members ****/

static void state_member(FILE *to, const char *key, uint32_t state)
{
    if (state == STATUS_NO_STATE)
        fprintf(to, "\"%s\": null", key);
    else
        fprintf(to, "\"%s\": %u", key, state);
}

static void disk_print(FILE *to, const struct status_disk *disk)
{
    fprintf(to, "\n       {\"vdev\": %u, ", disk->number);
    string_member(to, "name", disk->name);
    fputs(", ", to);
    state_member(to, "frontend_state", disk->frontend);
    fputs(", ", to);
    state_member(to, "backend_state", disk->backend);
    fputs(", ", to);
    string_member(to, "backend", disk->directory);
    fputs(", ", to);
    string_member(to, "mark", disk->mode);
    fputc('}', to);
}

#define TIME_BYTES 32

/* As RFC 3339 has it, with a colon in the offset, which strftime does not write. Empty: not known.
 */
static void time_text(time_t moment, char text[TIME_BYTES])
{
    struct tm local;
    size_t length = 0;

    if (localtime_r(&moment, &local))
        length = strftime(text, TIME_BYTES - 1, "%Y-%m-%dT%H:%M:%S%z", &local);
    if (length) {
        char *minutes = text + length - 2;

        memmove(minutes + 1, minutes, 3);
        *minutes = ':';
    } else {
        text[0] = 0;
    }
}

static void handover_print(FILE *to, const struct handover_report *handover)
{
    unsigned open = handover_report_open_count(handover);
    char when[TIME_BYTES];

    time_text(handover->began, when);
    fputc('{', to);
    string_member(to, "began", when);
    fprintf(to, ", \"ended\": %s, \"wait_ms\": %u, ", handover->ended ? "true" : "false",
            handover->wait_ms);
    string_member(to, "trigger", handover->trigger);
    fprintf(to, ", \"disks\": %u, \"closed\": %u, \"not_closed\": [", handover->disks,
            handover->closed);
    for (unsigned i = 0; i < open; i++)
        fprintf(to, "%s%u", i ? ", " : "", handover->open[i]);
    fputs("]}", to);
}

static void guest_print(FILE *to, const struct status_guest *guest)
{
    fprintf(to, "\n    {\"domain\": %u, ", guest->domid);
    string_member(to, "name", guest->name);
    fprintf(to, ", \"attended\": %s, ", guest->attends ? "true" : "false");
    string_member(to, "state", guest->line ? guest->line->state : NULL);
    fputs(", ", to);
    string_member(to, "claim", guest->attends ? guest->words : NULL);
    fputs(", ", to);
    string_member(to, "reason", guest->attends ? NULL : guest->words);
    fputs(",\n     ", to);
    string_member(to, "mode", status_guest_mode(guest));
    fputs(", \"disks\": [", to);
    for (unsigned i = 0; i < guest->disk_count; i++) {
        fputs(i ? "," : "", to);
        disk_print(to, &guest->disks[i]);
    }
    fputs("],\n     \"handover\": ", to);
    if (guest->line && guest->line->handover.began)
        handover_print(to, &guest->line->handover);
    else
        fputs("null", to);
    fputc('}', to);
}

void status_json_print(FILE *to, enum status_daemon daemon, const struct status_guest *guests,
                       unsigned count)
{
    static const char *const words[] = {
        [STATUS_DAEMON_RUNS] = "running",
        [STATUS_DAEMON_ABSENT] = "absent",
        [STATUS_DAEMON_OTHER_VERSION] = "other version",
        [STATUS_DAEMON_SILENT] = "silent",
    };

    fprintf(to, "{\"version\": 1, \"daemon\": \"%s\",\n  \"guests\": [", words[daemon]);
    for (unsigned i = 0; i < count; i++) {
        fputs(i ? "," : "", to);
        guest_print(to, &guests[i]);
    }
    fputs("]}\n", to);
}
