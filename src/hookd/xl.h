/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Where the program xl is. The search path of the daemon's caller does not matter. */
#ifndef HOOKD_XL_H
#define HOOKD_XL_H

/** Size of the longest path that xl_find returns, with the terminating zero. */
#define XL_PATH_BYTES 256

/** Find xl in the folders where Xen and distributions install it. @root: prefix of these folders,
 * empty except in tests. Return: the first one that exists, else the first folder's. */
const char *xl_find(const char *root, char path[XL_PATH_BYTES]);

/** Set the path of xl; the string is not copied. NULL: xl_find it now. */
void xl_path_set(const char *path);

/** Return: the path of xl. */
const char *xl_path(void);

#endif
