/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "handover_report.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "log.h"

void handover_report_begin(struct handover_report *report, const struct access *access,
                           bool stopping)
{
    memset(report, 0, sizeof(*report));
    report->began = time(NULL);
    report->began_ms = clock_ms();
    if (access)
        snprintf(report->trigger, sizeof(report->trigger), "%#x/%s", access->port,
                 access->write ? "write" : "read");
    else
        snprintf(report->trigger, sizeof(report->trigger), "%s",
                 stopping ? HANDOVER_TRIGGER_STOP : HANDOVER_TRIGGER_TAKEOVER);
}

void handover_report_disk(struct handover_report *report, const struct disk_close *disk)
{
    unsigned index = handover_report_open_count(report);

    report->disks++;
    if (disk->closed)
        report->closed++;
    else if (index < HANDOVER_OPEN_MAX)
        report->open[index] = disk->number;
}

void handover_report_end(struct handover_report *report, uint32_t domid)
{
    if (!report->began || report->ended)
        return;
    report->wait_ms = handover_report_wait(report);
    report->ended = true;
    log_info("domain %u: handed over: trigger=%s disks=%u closed=%u wait_ms=%u", domid,
             report->trigger, report->disks, report->closed, report->wait_ms);
}

bool handover_report_has_access(const struct handover_report *report)
{
    return strchr(report->trigger, '/');
}

uint32_t handover_report_wait(const struct handover_report *report)
{
    if (report->ended)
        return report->wait_ms;
    return handover_report_has_access(report) ? (uint32_t)(clock_ms() - report->began_ms) : 0;
}

unsigned handover_report_open_count(const struct handover_report *report)
{
    unsigned open = report->disks - report->closed;

    return open < HANDOVER_OPEN_MAX ? open : HANDOVER_OPEN_MAX;
}
