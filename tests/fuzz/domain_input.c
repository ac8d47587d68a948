/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "domain_input.h"

#include <stdio.h>
#include <string.h>

#include "model.h"
#include "xen/base/handover.h"

#define TEXT_BYTES 48
#define LONG_BYTES 5200

static const uint8_t *input;
static size_t left;

void input_begin(const uint8_t *data, size_t size)
{
    input = data;
    left = size;
}

bool input_is_left(void)
{
    return left > 0;
}

uint8_t input_byte(void)
{
    if (!left)
        return 0;
    left--;
    return *input++;
}

unsigned input_below(unsigned count)
{
    return input_byte() % count;
}

uint32_t input_number(void)
{
    uint32_t number = input_byte();

    if (number < 0xf0)
        return number;
    for (unsigned i = 0; i < 4; i++)
        number = number << 8 | input_byte();
    return number;
}

static struct value text_value(const char *text)
{
    return (struct value){.bytes = text, .length = strlen(text)};
}

struct value input_mark(unsigned disk)
{
    static const char *const modes[] = {"hook", "strict", "linger", "auto"};
    static char text[96];
    uint32_t numbers[] = {
        model_reference(disk, 0), 17, 9, model_frame(disk, 0), model_frame(disk, 1),
        HANDOVER_UNPLUG_MAGIC};
    unsigned mode = input_byte(), changed = input_below(9);

    if (changed < sizeof(numbers) / sizeof(numbers[0]))
        numbers[changed] =
            input_byte() % 2 ? numbers[changed] + input_byte() - 128u : input_number();
    snprintf(text, sizeof(text), "%s %u %u %u %u %u %u%s", modes[mode < 192 ? 0 : mode % 4],
             numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5],
             changed == 8 ? " " : "");
    struct value value = text_value(text);
    value.length += changed == 7; /* the zero byte at its end */
    return value;
}

struct value input_value(void)
{
    static const char *const texts[] = {"0",
                                        "1",
                                        "2",
                                        "3",
                                        "4",
                                        "5",
                                        "6",
                                        "7",
                                        "8",
                                        "9",
                                        "25",
                                        "04",
                                        "-1",
                                        "4294967296",
                                        "",
                                        "/local/domain/3/backend/vbd/5/51776",
                                        "/local/domain/0/backend/vbd/5/51792",
                                        "/local/domain/0/backend/vbd/4/51776",
                                        "/local/domain/5/backend/vbd/5/77",
                                        "fd:10a"};
    static char bytes[LONG_BYTES];
    unsigned choice = input_below(32);

    if (choice < sizeof(texts) / sizeof(texts[0]))
        return text_value(texts[choice]);
    if (choice < 24)
        return input_mark(choice % MODEL_DISKS);
    size_t length = choice < 26 ? (size_t)input_byte() * 20 : input_below(TEXT_BYTES);
    /* A valid number, and a zero byte or a great length after it. */
    memset(bytes, choice < 26 ? '0' : 0, sizeof(bytes));
    for (size_t i = 0; i < length && i < TEXT_BYTES && (choice >= 26 || i < 2); i++)
        bytes[i] = choice < 28 ? (char)('0' + input_below(10)) : (char)input_byte();
    if (choice == 27)
        length += 2;
    return (struct value){.bytes = bytes, .length = length};
}
