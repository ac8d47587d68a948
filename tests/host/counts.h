/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The exact cost of each operation. A change that makes one cheaper or dearer changes a line here,
 * and its commit gives the reason.
 */
#ifndef COUNTS_H
#define COUNTS_H

/** Requests to xenstored for one disk, and round trips (waits for the replies to a group of
 * requests): to find it, to connect it, and to close it, with a backend that has followed each step
 * when its state is first polled. */
#define COUNT_FIND_REQUESTS    4
#define COUNT_CONNECT_REQUESTS 20
#define COUNT_CLOSE_REQUESTS   11
/** In the first connection only: to find out the kind of the backend. */
#define COUNT_PROBE_REQUESTS      3
#define COUNT_FIND_ROUND_TRIPS    3
#define COUNT_CONNECT_ROUND_TRIPS 6
#define COUNT_CLOSE_ROUND_TRIPS   6

/** To look for the medium of a CD-ROM drive in POST; and again, at most once a second. */
#define COUNT_MEDIUM_REQUESTS          3
#define COUNT_MEDIUM_ROUND_TRIPS       1
#define COUNT_MEDIUM_AGAIN_REQUESTS    5
#define COUNT_MEDIUM_AGAIN_ROUND_TRIPS 2

/** In the first call to a CD-ROM drive that is also emulated: is its backend ready? */
#define COUNT_READY_REQUESTS    3
#define COUNT_READY_ROUND_TRIPS 2

/** To read a guest's options, without the check for a daemon in the modes auto and hook. */
#define COUNT_OPTION_REQUESTS    7
#define COUNT_OPTION_ROUND_TRIPS 1

/** Hypercalls to start, to connect and to close, without those of waiting. Five of a connection
 * find and map what a restore would have replaced (one of them reads the version of the grant
 * table), and two of a close unmap it. */
#define COUNT_START_HYPERCALLS   4
#define COUNT_CONNECT_HYPERCALLS 6
#define COUNT_CLOSE_HYPERCALLS   3
/** Executions of CPUID in a connection, which exit to Xen as hypercalls do: to see whether the
 * guest was restored since the last one. */
#define COUNT_CONNECT_CPUIDS 1

/** The first read of a sector after a migration or a restore, of a disk that was open and of one
 * that was closed: requests to xenstored, round trips, and hypercalls without those of waiting. The
 * backend is another one: its path and its kind are read again, of an open disk also the mark, and
 * of a closed one the state at the old path. Of an open disk eight of the hypercalls map and unmap
 * the grant table: once to see that the grants are gone, and once for the connection. */
#define COUNT_MOVED_OPEN_REQUESTS      24
#define COUNT_MOVED_OPEN_ROUND_TRIPS   9
#define COUNT_MOVED_OPEN_HYPERCALLS    17
#define COUNT_MOVED_CLOSED_REQUESTS    23
#define COUNT_MOVED_CLOSED_ROUND_TRIPS 8
#define COUNT_MOVED_CLOSED_HYPERCALLS  8
/** The same of a closed disk if the guest has the same number there, and so the backend the same
 * path: the firmware shares its pages before it notices, takes them back, and reads the kind. */
#define COUNT_MOVED_SAME_REQUESTS    21
#define COUNT_MOVED_SAME_ROUND_TRIPS 7
#define COUNT_MOVED_SAME_HYPERCALLS  15

/** To look for a daemon after a move, in a call that opens a disk, at most once a second. */
#define COUNT_SEEK_HOOK_REQUESTS    1
#define COUNT_SEEK_HOOK_ROUND_TRIPS 1

/** Requests for a read of N sectors with 64 KiB of bounce memory. One notification is sent for all
 * requests that fit into it together. */
#define COUNT_READ_1_REQUESTS        1
#define COUNT_READ_64_REQUESTS       1
#define COUNT_READ_127_REQUESTS      2
#define COUNT_READ_1_NOTIFICATIONS   1
#define COUNT_READ_64_NOTIFICATIONS  1
#define COUNT_READ_127_NOTIFICATIONS 1

/** Reading the first MiB of a disk that stays open, N sectors per call, with 512 KiB of bounce
 * memory: notifications, requests, and bytes copied. Each byte is copied twice; what is read ahead
 * beyond the MiB is copied once; and with 127 sectors per call, the cached beginnings of reads that
 * go on beyond the cache are copied once more. */
#define COUNT_MIB_BY_1_NOTIFICATIONS   9
#define COUNT_MIB_BY_1_REQUESTS        38
#define COUNT_MIB_BY_1_COPIED          2555904
#define COUNT_MIB_BY_64_NOTIFICATIONS  6
#define COUNT_MIB_BY_64_REQUESTS       36
#define COUNT_MIB_BY_64_COPIED         2555904
#define COUNT_MIB_BY_127_NOTIFICATIONS 6
#define COUNT_MIB_BY_127_REQUESTS      47
#define COUNT_MIB_BY_127_COPIED        3093504

/** Hypercalls of the console, without those of waiting; a notification is one of them. To find it;
 * to write or read for the first time, and again; to begin a wait for space or a flush. Nothing
 * else takes any: a write to a full ring whose reader is absent, a read without input, any call
 * without a console. */
#define COUNT_CONSOLE_FIND_HYPERCALLS  2
#define COUNT_CONSOLE_FIRST_HYPERCALLS 3
#define COUNT_CONSOLE_BATCH_HYPERCALLS 1
#define COUNT_CONSOLE_WAIT_HYPERCALLS  2

/** Connections in strict mode after the one of the start. */
#define COUNT_MIB_STRICT_CONNECTIONS 1

/** Files of 3 MiB in strict mode, read one after the other (row) and in turns: connections, and
 * sectors that the backend reads. The beginnings of eight files do not fit into the cache together.
 * Files on two disks share the cache, but no connection. */
#define COUNT_2_FILES_ROW             4, 14008
#define COUNT_2_FILES_TURNS           4, 13496
#define COUNT_3_FILES_ROW             6, 20944
#define COUNT_3_FILES_TURNS           6, 19792
#define COUNT_8_FILES_ROW             16, 55848
#define COUNT_8_FILES_TURNS           27, 68944
#define COUNT_12_FILES_TURNS          43, 103088
#define COUNT_8_FILES_AND_TABLE_TURNS 29, 69208
#define COUNT_2_DISKS_ROW             4, 14008
#define COUNT_2_DISKS_TURNS           6, 13496

/** Files that fit in the cache together, read 20 times in strict mode: connections for three of 128
 * to 256 KiB, four of 200 KiB, one of 2 MiB; and for files of 200 KiB with reads of the file
 * allocation table between. */
#define COUNT_3_FILES_AGAIN           3
#define COUNT_4_FILES_AGAIN           6
#define COUNT_A_FILE_AGAIN            4
#define COUNT_3_FILES_AND_TABLE_AGAIN 3
#define COUNT_4_FILES_AND_TABLE_AGAIN 6

/** Files of 1 MiB in turns in strict mode, with a cache of few lines: connections. */
#define COUNT_SMALL_CACHE_2_LINES_2_FILES 128
#define COUNT_SMALL_CACHE_4_LINES_1_FILE  6
#define COUNT_SMALL_CACHE_6_LINES_1_FILE  4
#define COUNT_SMALL_CACHE_8_LINES_2_FILES 8

/** Connections for a file of 8 MiB in strict mode, and for the same with 1 MiB of another one read
 * in turns with it. */
#define COUNT_FAST_FILE_CONNECTIONS          4
#define COUNT_FAST_AND_SLOW_FILE_CONNECTIONS 6

/** Two files of 3 MiB in turns, and 9 MiB more of one of them. */
#define COUNT_FILE_THAT_GOES_ON 8, 34232

/** Reads in no order (test_random_reads.c): connections and sectors in strict mode, requests and
 * sectors in linger mode. */
#define COUNT_READS_ANYWHERE    200, 315528, 200, 4592
#define COUNT_READS_NEAR        321, 200080, 550, 14176
#define COUNT_READS_SMALL_FILES 412, 442152, 656, 25192
#define COUNT_READS_WITH_OTHERS 355, 742432, 2744, 212080

#endif
