/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* A small resume.c: a reset that resumes a sleeping system or resets the machine. */
#include "config.h"
#include "machine.h"
#include "types.h"
#include "util.h"

u32 find_resume_vector(void)
{
    return machine.resume_vector;
}

void handle_resume32(int status)
{
    (void)status;
    machine.resumes++;
}
