/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Find out by how many rows a page has scrolled up since it was last shown.
 */
#ifndef VGASRC_VIEW_SCROLL_H
#define VGASRC_VIEW_SCROLL_H

#include "view_page.h"

/**
 * Return: the number of rows by which the terminal should scroll, so that the fewest cells are left
 * to be drawn; 0 if it should not.
 *
 * @shown: what the terminal shows, in the size of @page.
 */
uint32_t view_scroll_find(const struct view_page *page, const uint16_t *shown);

#endif
