/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "fuzz.h"

#include "test.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static const uint8_t *input;
static size_t left;

/**** In place of the tests' runner: a finding ends the program ****/

void test_note(const char *format, ...)
{
    (void)format;
}

void test_fail(const char *file, int line, const char *what)
{
    log_show();
    printf("%s:%d: %s\n", file, line, what);
    fflush(stdout);
    abort();
}

void test_fail_values(const char *file, int line, const char *what, long long found,
                      long long expected)
{
    log_show();
    printf("%s:%d: %s is %lld, not %lld\n", file, line, what, found, expected);
    fflush(stdout);
    abort();
}

void model_fault(const char *format, ...)
{
    va_list args;

    log_show();
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    printf("\n");
    fflush(stdout);
    abort();
}

/**** Decisions ****/

void fuzz_begin(const uint8_t *data, size_t size)
{
    input = data;
    left = size;
}

uint8_t fuzz_byte(void)
{
    if (!left)
        return 0;
    left--;
    return *input++;
}

uint32_t fuzz_word(void)
{
    uint32_t word = fuzz_byte();

    word |= (uint32_t)fuzz_byte() << 8;
    word |= (uint32_t)fuzz_byte() << 16;
    return word | (uint32_t)fuzz_byte() << 24;
}

bool fuzz_one_in(unsigned of)
{
    return left && fuzz_byte() % of == of - 1;
}

const char *fuzz_text(void)
{
    static char texts[FUZZ_TEXTS][32];
    static unsigned next;
    static const char *const known[] = {"4096", "512", "0", "1",          "2", "4",  "5",
                                        "6",    "-1",  "",  "4294967296", "x", "777"};
    char *text = texts[next++ % FUZZ_TEXTS];
    unsigned which = fuzz_byte() % 16;

    if (which < sizeof(known) / sizeof(known[0])) {
        snprintf(text, 32, "%s", known[which]);
        return text;
    }
    unsigned length = fuzz_byte() % 32;
    for (unsigned i = 0; i < length; i++)
        text[i] = (char)fuzz_byte();
    text[length] = 0;
    return text;
}

/**** xenstored ****/

static void random_message(void)
{
    static char message[sizeof(struct xsd_sockmsg) + XENSTORE_PAYLOAD_MAX];
    struct xsd_sockmsg header = {
        .type = fuzz_byte(),
        .req_id = fuzz_byte(),
        .tx_id = fuzz_byte(),
        .len = fuzz_byte() * 17u,
    };
    uint32_t sent = header.len > XENSTORE_PAYLOAD_MAX ? XENSTORE_PAYLOAD_MAX : header.len;

    memcpy(message, &header, sizeof(header));
    for (unsigned i = 0; i < 8 && i < sent; i++)
        message[sizeof(header) + i] = (char)fuzz_byte();
    store_send_raw(message, (uint32_t)sizeof(header) + sent);
}

static void random_index(void)
{
    struct xenstore_domain_interface *page = store_page();
    XENSTORE_RING_IDX *indexes[] = {&page->req_cons, &page->req_prod, &page->rsp_cons,
                                    &page->rsp_prod};

    *indexes[fuzz_byte() % 4] += fuzz_word();
}

static void random_reply(void *context, const struct store_request *request,
                         struct store_reply *reply)
{
    (void)context;
    switch (fuzz_byte() % 32) {
    case 1:
        random_message();
        break;
    case 2:
        reply->header.type = fuzz_byte();
        break;
    case 3:
        reply->header.req_id += fuzz_byte();
        break;
    case 4:
        reply->header.len = fuzz_one_in(2) ? fuzz_word() : fuzz_byte();
        break;
    case 5:
        store_make_error(reply, fuzz_text());
        break;
    case 6: {
        const char *text = fuzz_text();
        reply->length = reply->header.len = (uint32_t)strlen(text);
        memcpy(reply->payload, text, reply->length);
        break;
    }
    case 7:
        for (unsigned i = fuzz_byte() % 8; i && reply->length; i--)
            reply->payload[fuzz_word() % reply->length] = (char)fuzz_byte();
        break;
    case 8:
        store_config.chunk = fuzz_byte();
        store_config.chunk_us = fuzz_byte() * 100u;
        break;
    case 9:
        store_config.latency_us = fuzz_byte() * 250u;
        break;
    case 10:
        store_config.silent_from = request->number + fuzz_byte();
        break;
    case 11:
        random_index();
        break;
    case 12:
        for (unsigned i = fuzz_byte(); i; i--)
            random_message();
        break;
    case 13:
        store_config.refuse_from = request->number + 1;
        store_config.refuse_times = fuzz_byte();
        store_config.refuse_with = fuzz_text();
        break;
    case 14:
        store_config.commit_eagain = fuzz_byte();
        break;
    default:
        break;
    }
}

void fuzz_store(void)
{
    store_config.hook = random_reply;
}

/**** Backends ****/

static bool random_response(void *context, struct backend *backend,
                            const struct backend_request *request)
{
    static uint64_t ids[8];
    static unsigned known;
    uint64_t id = request->id;
    uint8_t operation = request->operation;

    (void)context;
    ids[known++ % 8] = id;
    switch (fuzz_byte() % 16) {
    case 1:
        backend_respond(backend, ids[fuzz_byte() % 8], operation, BLKIF_RSP_OKAY);
        return true;
    case 2:
        backend_respond(backend, id ^ fuzz_word(), operation, BLKIF_RSP_OKAY);
        return true;
    case 3:
        backend_respond(backend, id, fuzz_byte(), BLKIF_RSP_OKAY);
        return true;
    case 4:
        backend_respond(backend, id, operation, (int16_t)fuzz_word());
        return true;
    case 5:
        backend_show_responses(backend, backend->produced + fuzz_word());
        return true;
    case 6:
        backend_show_responses(backend, backend->produced + fuzz_byte() % 8);
        return true;
    case 7:
        return true; /* no response */
    case 8:
        backend->config.io_latency_us = fuzz_byte() * 500u;
        return false;
    case 9:
        backend->config.newest_first = true;
        return false;
    case 10:
        backend->config.persistent = true;
        return false;
    case 11:
        backend_set_state(backend, fuzz_byte() % 10);
        return false;
    case 12:
        backend->config.ignores = fuzz_byte();
        return false;
    case 13:
        backend_respond(backend, id, operation, BLKIF_RSP_OKAY);
        return false; /* and another one later */
    case 14:
        backend->config.latency_us = fuzz_byte() * 500u;
        return false;
    default:
        return false;
    }
}

void fuzz_ring(struct backend *backend)
{
    backend->config.hook = random_response;
}
