/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "domain.h"

#include <stdio.h>
#include <stdlib.h>

#include "mark.h"

unsigned domain_disks_list(const struct domain *domain, const struct xen *xen,
                           uint32_t numbers[DOMAIN_DISKS_MAX])
{
    char directory[STORE_PATH_BYTES];
    unsigned count = 0, found = 0;

    snprintf(directory, sizeof(directory), "/local/domain/%u/" DOMAIN_DISKS_KEY, domain->domid);
    char **names = xs_directory(xen->store, XBT_NULL, directory, &count);
    for (unsigned i = 0; names && i < count && found < DOMAIN_DISKS_MAX; i++)
        if (u32_parse(names[i], UINT32_MAX, &numbers[found]))
            found++;
    free(names);
    return found;
}
