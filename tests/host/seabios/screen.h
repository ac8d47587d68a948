/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A machine without a VGA, whose screen and keyboard are the PV console; and the terminal there.
 */
#ifndef SCREEN_TESTS_H
#define SCREEN_TESTS_H

#include "bios.h"
#include "bregs.h"
#include "seabios/console/console_calls.h"
#include "seabios/console/console_state.h"
#include "vgasrc/emulator.h"

/** The timer's interrupts are this far apart, in milliseconds. */
#define TICK_MS 55u

/** The terminal, which has received all that screen_terminal has fetched. */
extern struct emulator screen_terminal;

/** Make a new machine, before POST, without a VGA; or with one and its BIOS. */
void screen_reset(void);
void screen_reset_vga(void);

/** The same after POST, in mode 3, with a blank screen. Return: the console's state. */
struct xenpv_console *screen_start_vga(void);

/** The part of POST that begins the console. Return: its state; NULL if it has no screen. */
struct xenpv_console *screen_post(void);

/** Both; the screen must be there, and the terminal shows it. */
struct xenpv_console *screen_start(void);

/** Whether int10 is ours. */
bool screen_has_int10(void);

/** Call int10 by its vector. */
void screen_int10(enum machine_caller caller, struct bregs *regs);

/** Print by function 0Eh, from real mode. */
void screen_print(const char *text);

/** The timer's interrupt, in real mode or in another one. */
void screen_tick(void);
void screen_tick_in(enum machine_caller caller);

/** Give the terminal what xenconsoled has taken since the last call. Return: how many bytes. */
uint32_t screen_fetch(void);

/** Let time pass in which the guest runs and calls nothing of the console. */
void screen_pass_us(uint32_t us);

/** Let time pass for xenconsoled, and fetch. */
uint32_t screen_settle(void);

/** Wait for the next tick, and screen_settle. */
uint32_t screen_update(void);

/** Make the terminal anew: it shows garbage. */
void screen_new_terminal(void);

/** Fail the test unless the terminal shows this text from the first column of a row on, and then
 * blanks; unless it shows all rows of the guest's memory, and the cursor there. */
void screen_check_row(unsigned row, const char *text);
void screen_check_shown(void);

/** The user types; the bytes are in the ring afterwards, as far as it has room. */
void screen_type(const char *bytes);
void screen_type_bytes(const char *bytes, uint32_t count);

/** Take a key from the keyboard buffer, as int16 does. Return: its code; 0: there is none. */
u16 screen_take_key(void);

/** The number of keys in the buffer, and of bytes of input in the console's ring. */
unsigned screen_keys(void);
uint32_t screen_bytes_in_ring(void);

/** Moves of pages so far. */
unsigned screen_moves(void);

/** Hypercalls so far. */
uint32_t screen_hypercalls(void);

#endif
