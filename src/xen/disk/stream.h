/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Sequential streams: reads of which each begins where an earlier one ended. Several may be read in
 * turns, as by a program that compares two files.
 *
 * The cache reads ahead for each stream. Streams that are read at the same time, the running ones,
 * share the cache by how fast each of them is read. What was read ahead for one, within its share,
 * is evicted last.
 */
#ifndef XEN_STREAM_H
#define XEN_STREAM_H

#include "xen/blk/vbd.h"

/** Number of streams that are known. If more are read in turns they replace each other, and each
 * call to one of them takes a fill. */
#define STREAMS_MAX 12u

struct stream {
    const struct vbd *vbd; /* NULL: no stream */
    uint64_t begin;        /* the first sector that was read */
    uint64_t next;         /* the sector after the last one that was read */
    uint64_t end;          /* the sector after what is kept for it, if that is beyond next */
    uint32_t reads;        /* counted up to what shows that it is sequential */
    uint32_t share;        /* pages to read ahead with the last fill of another stream */
    uint32_t recent;       /* sectors that were read; what was read earlier counts less */
    uint32_t used;         /* value of streams.fills at its last read */
    uint32_t filled;       /* value of streams.fills at its last fill */
    bool running;          /* at the last fill of any stream */
};

struct streams {
    uint32_t room;    /* sectors that the cache holds */
    uint32_t fills;   /* wraps around */
    uint32_t counted; /* sectors that the streams have read since stream.recent was halved */
    bool in_turns;    /* the last fill is for a sequential stream, which others may run beside */
    struct stream stream[STREAMS_MAX];
};

/** Note that a caller has got @count sectors from @sector on. */
void streams_note_read(struct streams *streams, const struct vbd *vbd, uint64_t sector,
                       uint32_t count);

/**
 * Begin a fill for a caller that wants @count sectors from @sector on, and find out which streams
 * are running: this one, and each other sequential one that was read since the last fill of this
 * one, or lately if this one is new.
 *
 * Return: the stream that the sectors continue, or a new one.
 */
struct stream *streams_begin_fill(struct streams *streams, const struct vbd *vbd, uint64_t sector,
                                  uint32_t count);

/** Return the number of running streams. */
uint32_t streams_running(const struct streams *streams);

/** Return the part of @pages for the stream @of if the running ones share them, without @except,
 * which may be NULL. @pages: at most what the largest cache has. */
uint32_t streams_share(const struct streams *streams, const struct stream *of,
                       const struct stream *except, uint32_t pages);

/** Return the number of pages that a stream has read. */
uint32_t stream_pages(const struct stream *stream);

/** What is cached, in the order in which it may be evicted. */
enum stream_rank {
    STREAM_BEHIND, /* a running stream, longer than the cache, has read it and a line after it */
    STREAM_OTHER,
    STREAM_AHEAD, /* a running stream will read it */
};

/** Return the rank of @count sectors from @sector on, which are evicted together. */
enum stream_rank streams_rank(const struct streams *streams, const struct vbd *vbd, uint64_t sector,
                              uint32_t count);

/** Forget the streams of a disk, or of all disks if @vbd is NULL. */
void streams_drop(struct streams *streams, const struct vbd *vbd);

/** Forget the streams of all disks but @vbd. */
void streams_drop_others(struct streams *streams, const struct vbd *vbd);

#endif
