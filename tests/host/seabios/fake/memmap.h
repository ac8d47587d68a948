/* SPDX-License-Identifier: LGPL-3.0-or-later */
#ifndef FAKE_MEMMAP_H
#define FAKE_MEMMAP_H

#define PAGE_SIZE 4096

#endif
