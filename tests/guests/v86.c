/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A monitor for v86 mode, with one task, and with paging if a program brings page tables. It passes
 * software and hardware interrupts to the real-mode vectors, and emulates the privileged
 * instructions that memory managers emulate (hlt, reading CR0).
 *
 * It passes no hardware interrupt but the timer's: the vectors of the others are also those of
 * exceptions, and no disk driver of a BIOS needs them.
 */
#include "v86.h"
#include "ports.h"

#define GATES 256u

#define VECTOR_INVALID_OPCODE 6u
#define VECTOR_FIRST_COSTLY   10u
#define VECTOR_PROTECTION     13u
#define VECTOR_LAST_COSTLY    14u

#define CODE32           0x08u
#define GATE_32_ALL      0xee00u /* present, for privilege 3, interrupts off */
#define TSS_BYTES        0x68u
#define TSS_STACK_SELECT 0x08u
#define TSS_BITMAP       0x66u
#define BITMAP_BYTES     0x2000u
#define DATA32           0x10u

#define FLAG_ALWAYS    0x00000002u
#define FLAG_TRAP      0x00000100u
#define FLAG_INTERRUPT 0x00000200u
#define FLAG_IOPL_3    0x00003000u
#define FLAG_V86       0x00020000u

#define PIC_FIRST_MASK  0x21
#define PIC_SECOND_MASK 0xa1
#define ALL_BUT_TIMER   0xfe

/* Below the program's stack, which the traps use. */
#define STACK_TOP 0x6000u

/* Words wherever the program's stack is. */
typedef uint16_t unaligned_word __attribute__((aligned(1)));

struct v86_frame v86_frame;
unsigned v86_cr0_reads;
uint32_t v86_page_directory;
bool (*v86_service)(struct v86_frame *frame);

extern uint64_t v86_idt[GATES], v86_task;
extern uint8_t v86_gates[GATES][16], v86_tss[], v86_code[], v86_number, v86_end[];
void v86_enter(void);
void v86_leave(void) __attribute__((noreturn));
void v86_trap(struct v86_frame *frame);

static uint32_t linear(uint32_t segment, uint32_t offset)
{
    return (segment & 0xffff) * 16 + (offset & 0xffff);
}

static void push(struct v86_frame *frame, uint32_t value)
{
    frame->esp = (frame->esp & ~0xffffu) | ((frame->esp - 2) & 0xffff);
    *(unaligned_word *)at(linear(frame->ss, frame->esp)) = (uint16_t)value;
}

static void reflect(struct v86_frame *frame)
{
    const unaligned_word *target = at(frame->vector * 4);

    push(frame, frame->eflags);
    push(frame, frame->cs);
    push(frame, frame->eip);
    frame->eflags &= ~(FLAG_INTERRUPT | FLAG_TRAP);
    frame->eip = target[0];
    frame->cs = target[1];
}

static void refuse(const struct v86_frame *frame)
{
    const uint8_t *code = at(linear(frame->cs, frame->eip));

    check(false, "v86: vector %u error %x at %04x:%04x flags %x, code %02x %02x %02x %02x",
          frame->vector, frame->error, frame->cs, frame->eip, frame->eflags, code[0], code[1],
          code[2], code[3]);
    done();
}

static uint32_t cr0_read(void)
{
    uint32_t value;
    __asm__ volatile("movl %%cr0, %0" : "=r"(value));
    return value;
}

/* The register that the last byte of an instruction names. */
static uint32_t *register_of(struct v86_frame *frame, uint8_t byte)
{
    uint32_t *const registers[] = {&frame->eax, &frame->ecx, &frame->edx, &frame->ebx,
                                   &frame->esp, &frame->ebp, &frame->esi, &frame->edi};

    return registers[byte & 7];
}

static void emulate(struct v86_frame *frame)
{
    uint32_t address = linear(frame->cs, frame->eip);
    const uint8_t *code = at(address);

    if (address == (uint32_t)v86_end) {
        v86_frame = *frame;
        v86_leave();
    } else if (code[0] == 0xf4) { /* hlt: returns at once */
        frame->eip++;
    } else if (code[0] == 0x0f && code[1] == 0x20 && (code[2] & 0xf8) == 0xc0) { /* CR0 is read */
        v86_cr0_reads++;
        *register_of(frame, code[2]) = cr0_read();
        frame->eip += 3;
    } else {
        refuse(frame);
    }
}

void v86_trap(struct v86_frame *frame)
{
    bool costly = frame->vector >= VECTOR_FIRST_COSTLY && frame->vector <= VECTOR_LAST_COSTLY;

    if (!(frame->eflags & FLAG_V86))
        refuse(frame);
    else if (frame->vector == VECTOR_PROTECTION)
        emulate(frame);
    else if (frame->vector == VECTOR_INVALID_OPCODE || costly)
        refuse(frame);
    else if (!v86_service || !v86_service(frame))
        reflect(frame);
}

static void set_up(void)
{
    uint32_t tss = (uint32_t)v86_tss, limit = TSS_BYTES + BITMAP_BYTES;

    for (uint32_t i = 0; i < GATES; i++) {
        uint32_t gate = (uint32_t)v86_gates[i];
        v86_idt[i] = (uint64_t)GATE_32_ALL << 32 | CODE32 << 16 | gate;
    }
    *(uint32_t *)(v86_tss + TSS_STACK_SELECT) = DATA32;
    *(uint16_t *)(v86_tss + TSS_BITMAP) = TSS_BYTES;
    v86_tss[limit] = 0xff;
    /* All of it lies below 64 KiB. */
    v86_task = (uint64_t)0x89 << 40 | (uint64_t)tss << 16 | limit;
}

void v86_bios_int(uint8_t vector, struct regs *regs)
{
    uint8_t first = port_read8(PIC_FIRST_MASK), second = port_read8(PIC_SECOND_MASK);

    set_up();
    v86_number = vector;
    v86_frame = (struct v86_frame){
        .edi = regs->edi,
        .esi = regs->esi,
        .ebp = regs->ebp,
        .ebx = regs->ebx,
        .edx = regs->edx,
        .ecx = regs->ecx,
        .eax = regs->eax,
        .eip = (uint32_t)v86_code,
        .eflags = FLAG_V86 | FLAG_IOPL_3 | FLAG_INTERRUPT | FLAG_ALWAYS,
        .esp = STACK_TOP,
        .es = regs->es,
        .ds = regs->ds,
    };
    port_write8(PIC_FIRST_MASK, ALL_BUT_TIMER);
    port_write8(PIC_SECOND_MASK, 0xff);
    v86_enter();
    port_write8(PIC_FIRST_MASK, first);
    port_write8(PIC_SECOND_MASK, second);
    *regs = (struct regs){
        .edi = v86_frame.edi,
        .esi = v86_frame.esi,
        .ebp = v86_frame.ebp,
        .esp = v86_frame.esp,
        .ebx = v86_frame.ebx,
        .edx = v86_frame.edx,
        .ecx = v86_frame.ecx,
        .eax = v86_frame.eax,
        .es = (uint16_t)v86_frame.es,
        .ds = (uint16_t)v86_frame.ds,
        .eflags = v86_frame.eflags,
    };
    check((v86_frame.esp & 0xffff) == STACK_TOP, "v86: the stack was at %x after the call",
          v86_frame.esp);
}
