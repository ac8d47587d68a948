/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* A page of the firmware's is moved to a place in the guest's memory that has none. */
#include "console_user.h"
#include "test.h"
#include "xen/base/platform.h"
#include "xen/hv/frame_move.h"
#include "xen/hv/hypercall.h"

#define PAGES 8u

static uint8_t *low;
static uint8_t *pages;

/* Memory of the firmware's, of which each page has content of its own. */
static void start(void)
{
    console_world();
    low = memory_make_low();
    pages = platform_alloc_reserved(PAGES * PAGE_BYTES, PAGE_BYTES);
    CHECK(pages);
    for (uint32_t i = 0; i < PAGES * PAGE_BYTES; i++)
        pages[i] = (uint8_t)(i * 7 + i / PAGE_BYTES);
}

static uint32_t source(uint32_t page)
{
    return platform_frame(pages + page * PAGE_BYTES);
}

static void check_content(const uint8_t *at, uint32_t page)
{
    for (uint32_t i = page * PAGE_BYTES; i < (page + 1) * PAGE_BYTES; i++)
        CHECK_EQUAL(*at++, (uint8_t)(i * 7 + i / PAGE_BYTES));
}

TEST(a_page_that_is_moved_keeps_its_content_and_leaves_a_hole)
{
    start();
    uint32_t before = hypercall_count();
    CHECK_EQUAL(frame_move(source(3), MEMORY_TEXT_FRAME + 2), 0);
    CHECK_EQUAL(hypercall_count() - before, 1);
    check_content(low + (MEMORY_TEXT_FRAME + 2) * PAGE_BYTES, 3);
    CHECK(!memory_is_reserved(source(3)));
    for (uint32_t i = 0; i < PAGES; i++) {
        CHECK_EQUAL(memory_is_hole(MEMORY_TEXT_FRAME + i), i != 2);
        CHECK_EQUAL(memory_is_reserved(source(i)), i != 3);
        if (i != 3)
            check_content(pages + i * PAGE_BYTES, i);
    }
    CHECK_EQUAL(log_count("cannot move"), 0);
}

TEST(pages_are_moved_to_the_places_that_were_asked_for)
{
    start();
    for (uint32_t i = 0; i < PAGES; i++)
        CHECK_EQUAL(frame_move(source(i), MEMORY_TEXT_FRAME + PAGES - 1 - i), 0);
    for (uint32_t i = 0; i < PAGES; i++)
        check_content(low + (MEMORY_TEXT_FRAME + PAGES - 1 - i) * PAGE_BYTES, i);
}

static void fail_moves(uint32_t times, long error)
{
    xen_fault = (struct xen_fault){.number = __HYPERVISOR_memory_op,
                                   .operation = XENMEM_add_to_physmap,
                                   .times = times,
                                   .error = error};
}

TEST(a_page_that_xen_does_not_move_stays_where_it_is)
{
    static const long errors[] = {-XEN_EPERM, -XEN_ENOMEM, -XEN_EINVAL, -XEN_ENOSYS, -XEN_ESRCH};

    for (unsigned i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        start();
        fail_moves(1, errors[i]);
        CHECK_EQUAL(frame_move(source(0), MEMORY_TEXT_FRAME), errors[i]);
        check_content(pages, 0);
        CHECK(memory_is_hole(MEMORY_TEXT_FRAME));
        CHECK_EQUAL(log_count("cannot move frame"), 1);
        /* It can be moved later. */
        CHECK_EQUAL(frame_move(source(0), MEMORY_TEXT_FRAME), 0);
        CHECK_EQUAL(log_count("cannot move frame"), 1);
    }
}

TEST(a_move_that_xen_asks_to_repeat_is_repeated)
{
    start();
    fail_moves(3, -XEN_EAGAIN);
    CHECK_EQUAL(frame_move(source(0), MEMORY_TEXT_FRAME), 0);
    check_content(low + MEMORY_TEXT_FRAME * PAGE_BYTES, 0);
}
