/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The serial console: COM1, polled; in a guest without serial ports, Xen's debug console. */
#include "console.h"
#include "guest.h"
#include "ports.h"

#define COM1        0x3f8
#define UART_DATA   (COM1 + 0)
#define UART_ENABLE (COM1 + 1)
#define UART_FIFO   (COM1 + 2)
#define UART_LINE   (COM1 + 3)
#define UART_MODEM  (COM1 + 4)
#define UART_STATUS (COM1 + 5)

#define STATUS_EMPTY 0x20
#define STATUS_NONE  0xff /* there is no such port */
#define FIFO_BYTES   16

#define DEBUG_PORT 0xe9

static char line[FIFO_BYTES];
static size_t line_used;

/* Where characters go while print_to_buffer runs. */
static char *buffer_to;
static size_t buffer_size, buffer_used;

void console_setup(void)
{
    port_write8(UART_ENABLE, 0);
    port_write8(UART_LINE, 0x80); /* divisor latch */
    port_write8(UART_DATA, 1);    /* 115200 */
    port_write8(UART_ENABLE, 0);
    port_write8(UART_LINE, 3); /* 8n1 */
    port_write8(UART_FIFO, 7); /* enable both FIFOs and clear them */
    port_write8(UART_MODEM, 3);
}

/* One string instruction fills the FIFO, in one exit instead of one for each byte. */
static void flush(void)
{
    const char *from = line;
    size_t count = line_used;
    uint16_t port = port_read8(UART_STATUS) == STATUS_NONE ? DEBUG_PORT : UART_DATA;

    while (!(port_read8(UART_STATUS) & STATUS_EMPTY)) {
    }
    __asm__ volatile("rep outsb" : "+S"(from), "+c"(count) : "d"(port) : "memory");
    line_used = 0;
}

static void put(char c)
{
    if (buffer_to) {
        if (buffer_used + 1 < buffer_size)
            buffer_to[buffer_used] = c;
        buffer_used++;
        return;
    }
    line[line_used++] = c;
    if (line_used == FIFO_BYTES || c == '\n')
        flush();
}

static void put_padded(const char *text, unsigned length, unsigned width, char pad)
{
    for (; width > length; width--)
        put(pad);
    while (length--)
        put(*text++);
}

static void put_number(uint64_t value, unsigned base, unsigned width, char pad)
{
    char digits[20];
    unsigned at = sizeof(digits);

    do {
        /* There is no 64-bit division: 64-bit values are printed in hexadecimal only. */
        unsigned digit = base == 16 ? (unsigned)(value & 15) : (uint32_t)value % 10;
        digits[--at] = "0123456789abcdef"[digit];
        value = base == 16 ? value >> 4 : (uint32_t)value / 10;
    } while (value);
    put_padded(digits + at, sizeof(digits) - at, width, pad);
}

static unsigned length_of(const char *text)
{
    unsigned length = 0;
    while (text[length])
        length++;
    return length;
}

void print_arguments(const char *format, va_list arguments)
{
    for (; *format; format++) {
        if (*format != '%') {
            put(*format);
            continue;
        }
        char pad = ' ';
        unsigned width = 0;
        bool wide = false;
        format++;
        if (*format == '0')
            pad = '0';
        for (; *format >= '0' && *format <= '9'; format++)
            width = width * 10 + (unsigned)(*format - '0');
        if (format[0] == 'l' && format[1] == 'l') {
            wide = true;
            format += 2;
        }
        if (*format == 'c') {
            put((char)va_arg(arguments, int));
        } else if (*format == 's') {
            const char *text = va_arg(arguments, const char *);
            put_padded(text, length_of(text), width, ' ');
        } else {
            uint64_t value = wide ? va_arg(arguments, uint64_t) : va_arg(arguments, uint32_t);
            put_number(value, *format == 'x' ? 16 : 10, width, pad);
        }
    }
}

size_t print_to_buffer(char *buffer, size_t size, const char *format, va_list arguments)
{
    buffer_to = buffer;
    buffer_size = size;
    buffer_used = 0;
    print_arguments(format, arguments);
    buffer_to = NULL;
    if (size)
        buffer[buffer_used < size ? buffer_used : size - 1] = 0;
    return buffer_used;
}

void print(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    print_arguments(format, arguments);
    va_end(arguments);
}
