/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "domain.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mark.h"

uint64_t domain_due_ms(const struct domain *domain)
{
    if (domain->state == DOMAIN_CLOSING)
        return domain->deadline_ms;
    if (domain->state == DOMAIN_ANSWERING)
        return domain->replay.process ? domain->replay.deadline_ms : 0;
    return DOMAIN_NEVER;
}

/* libxl writes the key before the domain is introduced. Of other toolstacks it has none. */
bool domain_type_read(struct domain *domain, const struct xen *xen)
{
    char toolstack[STORE_PATH_BYTES], type[16];

    snprintf(toolstack, sizeof(toolstack), "/libxl/%u", domain->domid);
    bool known = store_read(xen->store, XBT_NULL, toolstack, "type", type, sizeof(type));
    domain->is_pvh = known && !strcmp(type, "pvh");
    return known || errno == ENOENT;
}

unsigned domain_disks_list(const struct domain *domain, const struct xen *xen, uint32_t *numbers,
                           unsigned max)
{
    char directory[STORE_PATH_BYTES];
    unsigned count, found = 0;

    snprintf(directory, sizeof(directory), "/local/domain/%u/" DOMAIN_DISKS_KEY, domain->domid);
    char **names = store_list(xen->store, directory, &count);
    if (!names)
        return 0;
    for (unsigned i = 0; i < count && found < max; i++)
        if (u32_parse(names[i], UINT32_MAX, &numbers[found]))
            found++;
    free(names);
    errno = ENOENT;
    return found;
}
