/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The protocol by which the firmware and the daemon in dom0 ensure that an operating system finds
 * its disks closed. This header has everything that the two share; docs/dev/protocol.md explains
 * it.
 *
 * Below the guest's home in xenstore, where the guest can only read:
 *
 *   platform/xenpv-hook        HANDOVER_VERSION while a daemon attends to this domain
 *   platform/xenpv-hook-claim  HANDOVER_VERSION while it also holds the ports: the operating
 *                              system's first access will block until all disks are closed
 *
 * In the frontend directory of each disk that the firmware has open. The firmware writes it in the
 * transaction that publishes the connection, and removes it when it closes the disk:
 *
 *   xenpv-firmware             "MODE FIRST COUNT PORT RING POOL MAGIC": the firmware's mode; the
 *                              grant references that it gave the backend, COUNT from FIRST on,
 *                              of which the first is the ring's; its event channel; the frame of
 *                              the ring's page, and the first of the other pages' consecutive
 *                              frames; what a word read of the unplug port has returned in POST.
 *                              All numbers are decimal. An operating system may reuse references
 *                              and event channels, but not frames: they stay reserved
 *
 * A mark with the mode "hook" asks for the claim. The daemon claims the ports for one operating
 * system: after it has closed the disks, it releases the ports and removes xenpv-hook-claim.
 */
#ifndef XEN_HANDOVER_H
#define XEN_HANDOVER_H

#define HANDOVER_VERSION "2"

/** Keys below the guest's home, to which the guest's relative paths refer. */
#define HANDOVER_HOOK  "platform/xenpv-hook"
#define HANDOVER_CLAIM "platform/xenpv-hook-claim"

/** Key in a frontend's directory. */
#define HANDOVER_MARK "xenpv-firmware"

/** Size of the longest value of HANDOVER_MARK, with the terminating zero: a mode, five 32-bit
 * numbers and one of 16 bits. */
#define HANDOVER_MARK_BYTES 72

/** All keys besides the state that the firmware writes to open a disk, and so all that must be
 * removed to close it. The mark comes last: as long as any other key is left, it tells whose they
 * are. */
#define HANDOVER_KEYS "ring-ref", "event-channel", "protocol", "feature-persistent", HANDOVER_MARK

/** Modes: what closes the disks that the firmware has open (guest_option.h says where they are
 * set). "auto" is only a request, and "off" is never in a mark. */
#define HANDOVER_MODE_AUTO   "auto"   /* the daemon if there is one, else strict */
#define HANDOVER_MODE_HOOK   "hook"   /* the daemon, at the first access to a port below */
#define HANDOVER_MODE_STRICT "strict" /* the firmware, before each return to its caller */
#define HANDOVER_MODE_LINGER "linger" /* nothing does: the operating system has to cope */
#define HANDOVER_MODE_OFF    "off"    /* the firmware opens no disk */

/** The ports of Xen's platform device (xen/docs/misc/hvm-emulated-unplug.pandoc). The daemon claims
 * the first two. A 16-bit read of the first returns the magic number if the device exists, else all
 * ones: Linux then knows that there is nothing to unplug. */
#define HANDOVER_UNPLUG_PORT  0x10
#define HANDOVER_UNPLUG_PORTS 2
#define HANDOVER_UNPLUG_MAGIC 0x49d2

/** A port that nothing else uses. The firmware adds a device to the ACPI tables that writes to it
 * when the operating system initialises it: for systems that unplug late or not at all. */
#define HANDOVER_ACPI_PORT 0xea

#endif
