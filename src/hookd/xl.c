/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "xl.h"

#include <stdio.h>
#include <unistd.h>

static const char *const folders[] = {
    "/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin", "/sbin", "/bin",
};
#define FOLDERS (sizeof(folders) / sizeof(folders[0]))

static const char *chosen;
static char found[XL_PATH_BYTES];

const char *xl_find(const char *root, char path[XL_PATH_BYTES])
{
    for (unsigned i = 0; i < FOLDERS; i++) {
        snprintf(path, XL_PATH_BYTES, "%s%s/xl", root, folders[i]);
        if (!access(path, X_OK))
            return path;
    }
    snprintf(path, XL_PATH_BYTES, "%s%s/xl", root, folders[0]);
    return path;
}

void xl_path_set(const char *path)
{
    chosen = path ? path : xl_find("", found);
}

const char *xl_path(void)
{
    if (!chosen)
        xl_path_set(NULL);
    return chosen;
}
