/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * What things cost, exactly. A change that makes one cheaper or dearer changes a line here, and
 * its reason stands in the commit.
 */
#ifndef COUNTS_H
#define COUNTS_H

/** Requests to xenstored for one disk, and waits for the replies to some of them together: to find
 *  it; to connect and to close it with a backend that has followed each step by the first look. */
#define COUNT_FIND_REQUESTS    4
#define COUNT_CONNECT_REQUESTS 19
#define COUNT_CLOSE_REQUESTS   11
/** Of the first connection alone: to ask what kind of backend it is. */
#define COUNT_PROBE_REQUESTS      3
#define COUNT_FIND_ROUND_TRIPS    3
#define COUNT_CONNECT_ROUND_TRIPS 6
#define COUNT_CLOSE_ROUND_TRIPS   6

/** And of a guest's options, without the look for a hook that the modes auto and hook take. */
#define COUNT_OPTION_REQUESTS    2
#define COUNT_OPTION_ROUND_TRIPS 1

/** Hypercalls of finding and of a connection, without those of waiting. Of the last two, five and
 * two are to find and map what a restore would have made anew, one of them to see whose the grant
 * table is, and to leave nothing mapped. */
#define COUNT_START_HYPERCALLS   4
#define COUNT_CONNECT_HYPERCALLS 6
#define COUNT_CLOSE_HYPERCALLS   3

/** Requests of a read of N sectors with 64 KiB of bounce memory. One notification is sent for all
 *  that fit it together. */
#define COUNT_READ_1_REQUESTS        1
#define COUNT_READ_64_REQUESTS       1
#define COUNT_READ_127_REQUESTS      2
#define COUNT_READ_1_NOTIFICATIONS   1
#define COUNT_READ_64_NOTIFICATIONS  1
#define COUNT_READ_127_NOTIFICATIONS 1

/** Reading 1 MiB of a disk that stays open from its start on, by so many sectors a call, with 512
 * KiB of bounce memory: notifications, requests, and bytes copied: each byte twice, and once what
 * is read ahead beyond the MiB, and, by 127, the beginnings of reads that go on beyond what is
 * there. */
#define COUNT_MIB_BY_1_NOTIFICATIONS   9
#define COUNT_MIB_BY_1_REQUESTS        38
#define COUNT_MIB_BY_1_COPIED          2555904
#define COUNT_MIB_BY_64_NOTIFICATIONS  6
#define COUNT_MIB_BY_64_REQUESTS       36
#define COUNT_MIB_BY_64_COPIED         2555904
#define COUNT_MIB_BY_127_NOTIFICATIONS 6
#define COUNT_MIB_BY_127_REQUESTS      47
#define COUNT_MIB_BY_127_COPIED        3093504

/** And in strict mode connections after that of the start. */
#define COUNT_MIB_STRICT_CONNECTIONS 1

#endif
