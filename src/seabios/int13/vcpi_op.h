/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Requests of int13 from virtual 8086 mode, in ring 0 (vcpi.h), where memory is at its physical
 * addresses. The caller's buffer need not be in one piece there.
 */
#ifndef SEABIOS_VCPI_OP_H
#define SEABIOS_VCPI_OP_H

#include "block.h" // struct disk_op_s

/**
 * Serve a request to one of our drives, as xenpv_process_op_32 does, or to the drive of a twin, as
 * xenpv_twin_op_32 does. Return: if the caller itself could not access its buffer, DISK_RET_EPARAM
 * or TWIN_NO_32BIT, and nothing has been transferred.
 */
int xenpv_vcpi_op_32(struct disk_op_s *op);

#endif
