/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The protocol by which the firmware and the hook in dom0 see to it that an operating system finds
 * its disks closed. All that the two have in common is here; docs/dev/protocol.md tells the
 * story.
 *
 * Below the guest's home in xenstore, where the guest can only read:
 *
 *   platform/xenpv-hook        HANDOVER_VERSION while a hook attends to this domain
 *   platform/xenpv-hook-claim  HANDOVER_VERSION while it also holds the ports: the first access
 *                              of the operating system will block until all disks are closed
 *
 * In the frontend's directory of each disk that the firmware has open, written in the transaction
 * that publishes the connection and removed when it is closed:
 *
 *   xenpv-firmware             "MODE FIRST COUNT": the firmware's mode, and the grant references
 *                              that it gave the backend: COUNT of them, from FIRST on
 *
 * A mark with the mode "hook" asks for the claim. The hook claims, for one operating system: after
 * it has closed the disks it gives the ports back and removes xenpv-hook-claim.
 */
#ifndef XEN_HANDOVER_H
#define XEN_HANDOVER_H

#define HANDOVER_VERSION "1"

/** Keys below the guest's home, where relative paths of the guest begin. */
#define HANDOVER_HOOK  "platform/xenpv-hook"
#define HANDOVER_CLAIM "platform/xenpv-hook-claim"

/** Key in a frontend's directory. */
#define HANDOVER_MARK "xenpv-firmware"

/** Longest value of HANDOVER_MARK, with the terminating zero: a mode and two numbers of 32 bits. */
#define HANDOVER_MARK_BYTES 32

/** All keys that the firmware writes to open a disk, beside the state, and so all that whoever
 * closes it removes. The mark is the last: whoever finds one of the others knows whose it is. */
#define HANDOVER_KEYS "ring-ref", "event-channel", "protocol", "feature-persistent", HANDOVER_MARK

/** Modes: who closes what the firmware has open (guest_option.h tells where they stand). "auto" is
 *  only asked for, and "off" is in no mark. */
#define HANDOVER_MODE_AUTO   "auto"   /* the hook if there is one, else strict */
#define HANDOVER_MODE_HOOK   "hook"   /* the hook, at the first access to a port below */
#define HANDOVER_MODE_STRICT "strict" /* the firmware, before each return to its caller */
#define HANDOVER_MODE_LINGER "linger" /* nobody: the operating system has to cope */
#define HANDOVER_MODE_OFF    "off"    /* the firmware opens no disk */

/** The ports of Xen's platform device (xen/docs/misc/hvm-emulated-unplug.pandoc): claimed are the
 *  first two. A word read from the first says that they are there. */
#define HANDOVER_UNPLUG_PORT  0x10
#define HANDOVER_UNPLUG_PORTS 2
#define HANDOVER_UNPLUG_MAGIC 0x49d2

/** A port that nothing else has, written to by a device in the ACPI tables that the firmware adds,
 *  when the operating system initialises it: for those that do not unplug, or too late. */
#define HANDOVER_ACPI_PORT 0xea

#endif
