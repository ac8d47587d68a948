/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "status_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "domain_idle.h"
#include "mark.h"

static const char *const state_names[] = {
    [DOMAIN_ADOPTING] = "adopting",   [DOMAIN_UNATTENDED] = "unattended",
    [DOMAIN_IDLE] = "idle",           [DOMAIN_CLAIMED] = "claimed",
    [DOMAIN_CLOSING] = "closing",     [DOMAIN_ANSWERING] = "answering",
    [DOMAIN_RELEASING] = "releasing",
};

/**** Writing ****/

static void handover_write(FILE *to, const struct handover_report *handover)
{
    unsigned open = handover_report_open_count(handover);

    fprintf(to, " began=%lld ended=%d wait_ms=%u trigger=%s disks=%u closed=%u",
            (long long)handover->began, handover->ended, handover_report_wait(handover),
            handover->trigger, handover->disks, handover->closed);
    for (unsigned i = 0; i < open; i++)
        fprintf(to, "%s%u", i ? "," : " open=", handover->open[i]);
}

static void domain_write(FILE *to, const struct domain *domain)
{
    fprintf(to, "domain %u state=%s", domain->domid,
            domain_has_given_up(domain) ? STATUS_GIVEN_UP : state_names[domain->state]);
    if (domain->error)
        fprintf(to, " error=%d", domain->error);
    if (domain->handover.began)
        handover_write(to, &domain->handover);
    fputc('\n', to);
}

char *status_text_make(const struct domain *domains, size_t *length)
{
    char *text = NULL;
    FILE *to = open_memstream(&text, length);

    if (!to)
        return NULL;
    fputs(STATUS_TITLE STATUS_VERSION "\n", to);
    for (const struct domain *domain = domains; domain; domain = domain->next)
        domain_write(to, domain);
    fputs(STATUS_END "\n", to);
    if (!fclose(to))
        return text;
    free(text);
    return NULL;
}

/**** Parsing ****/

static void open_parse(char *text, struct handover_report *handover)
{
    const char *number;

    for (unsigned i = 0; i < HANDOVER_OPEN_MAX && (number = strsep(&text, ",")); i++)
        u32_parse(number, UINT32_MAX, &handover->open[i]);
}

static void field_parse(const char *key, char *value, struct status_line *line)
{
    struct handover_report *handover = &line->handover;
    uint32_t number = 0;

    u32_parse(value, UINT32_MAX, &number);
    if (!strcmp(key, "state"))
        snprintf(line->state, sizeof(line->state), "%s", value);
    else if (!strcmp(key, "error"))
        line->error = (int)number;
    else if (!strcmp(key, "began"))
        handover->began = (time_t)strtoll(value, NULL, 10);
    else if (!strcmp(key, "ended"))
        handover->ended = number;
    else if (!strcmp(key, "wait_ms"))
        handover->wait_ms = number;
    else if (!strcmp(key, "trigger"))
        snprintf(handover->trigger, sizeof(handover->trigger), "%s", value);
    else if (!strcmp(key, "disks"))
        handover->disks = number;
    else if (!strcmp(key, "closed"))
        handover->closed = number;
    else if (!strcmp(key, "open"))
        open_parse(value, handover);
}

/* Return: whether the text is the line of a domain. */
static bool line_parse(char *text, struct status_line *line)
{
    const char *word = strsep(&text, " ");
    char *value;

    memset(line, 0, sizeof(*line));
    if (strcmp(word, "domain") || !(word = strsep(&text, " ")) ||
        !u32_parse(word, UINT32_MAX, &line->domid))
        return false;
    while ((value = strsep(&text, " "))) {
        const char *key = strsep(&value, "=");

        if (value)
            field_parse(key, value, line);
    }
    return line->state[0] && line->handover.closed <= line->handover.disks;
}

enum status_text_result status_text_parse(char *text, struct status_line **lines, unsigned *count)
{
    const char *title = strsep(&text, "\n");
    char *line;

    *lines = NULL;
    *count = 0;
    if (!text || strncmp(title, STATUS_TITLE, strlen(STATUS_TITLE)))
        return STATUS_TEXT_INVALID;
    if (strcmp(title + strlen(STATUS_TITLE), STATUS_VERSION))
        return STATUS_TEXT_OTHER_VERSION;
    while ((line = strsep(&text, "\n"))) {
        if (!strcmp(line, STATUS_END))
            return STATUS_TEXT_GOOD;
        struct status_line *more = realloc(*lines, (*count + 1) * sizeof(**lines));
        if (!more)
            break;
        *lines = more;
        if (!line_parse(line, &more[*count]))
            break;
        ++*count;
    }
    free(*lines);
    *lines = NULL;
    return STATUS_TEXT_INVALID;
}
