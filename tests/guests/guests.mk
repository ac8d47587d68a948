# SPDX-License-Identifier: LGPL-3.0-or-later
# The guest programs: build/guests/NAME.img, each a disk to boot from. Included by the top Makefile.

GUESTS := \
    arrived \
    back \
    call_cost \
    cd \
    cd_speed \
    chances \
    chs \
    console_cost \
    copies \
    costs \
    dos \
    downtime \
    edd \
    errors \
    faults \
    grant_version \
    growth \
    hammer \
    ledger \
    list \
    loadlin \
    memory \
    moves \
    order \
    own_drivers \
    pvh_clock \
    pvh_int13 \
    pvh_reset \
    pvh_tick \
    pvh_v86 \
    reads \
    remap \
    reset \
    screen \
    sector \
    speed \
    twin \
    vcpi \
    vcpuop \
    writes
GUEST_SRC := tests/guests
GUEST_OUT := build/guests
GUEST_CC ?= $(CC)
OBJCOPY ?= objcopy
# 32-bit code without operating system or library, and without registers that the BIOS may not save.
GUEST_CFLAGS := -std=c11 -O2 -g -m32 -march=i686 -ffreestanding -fno-pic -fno-pie -fno-stack-protector \
	-fno-asynchronous-unwind-tables -fno-strict-aliasing -mgeneral-regs-only -ffunction-sections -Wall -Wextra $(WERROR_FLAG) -iquote src
GUEST_COMMON := $(addprefix $(GUEST_OUT)/,boot.o console.o runtime.o check.o int13.o buffer.o chain.o drives.o)
# The programs with PV drivers of their own use parts of src/xen, such as the xenstore client.
GUEST_XEN := $(addprefix $(GUEST_OUT)/xen/,$(addprefix base/,decimal.o error.o) \
	$(addprefix hv/,byte_ring.o cpu.o detect.o hypercall.o hvm_param.o grant.o evtchn.o wait.o) \
	$(addprefix store/,xenstore_client.o xenstore_ring.o xenbus.o))
GUEST_OWN := $(addprefix $(GUEST_OUT)/,acpi_table.o xen_port.o pv_disk.o left_over.o unplug.o) $(GUEST_XEN)
GUEST_IMAGES := $(GUESTS:%=$(GUEST_OUT)/%.img)

.PHONY: guests
guests: $(GUEST_IMAGES) $(GUEST_OUT)/pvh_spoil.kernel

$(GUEST_OUT):
	$(Q)mkdir -p $@

$(GUEST_OUT)/xen/%.o: src/xen/%.c $(wildcard src/xen/*/*.h) $(GUEST_SRC)/guests.mk
	$(Q)mkdir -p $(@D)
	$(Q)$(GUEST_CC) $(GUEST_CFLAGS) -c $< -o $@

$(GUEST_OUT)/%.o: $(GUEST_SRC)/%.c $(wildcard $(GUEST_SRC)/*.h src/xen/*/*.h) $(GUEST_SRC)/guests.mk | $(GUEST_OUT)
	$(Q)$(GUEST_CC) $(GUEST_CFLAGS) -c $< -o $@

$(GUEST_OUT)/%.o: $(GUEST_SRC)/%.S $(GUEST_SRC)/guests.mk | $(GUEST_OUT)
	$(Q)$(GUEST_CC) -m32 -c $< -o $@

$(GUEST_OUT)/own_drivers.elf: $(GUEST_OWN)
$(GUEST_OUT)/costs.elf: $(GUEST_OUT)/clock.o $(GUEST_OUT)/xen_port.o $(GUEST_XEN)
$(GUEST_OUT)/grant_version.elf $(GUEST_OUT)/remap.elf $(GUEST_OUT)/vcpuop.elf: $(GUEST_OUT)/xen_port.o $(GUEST_XEN)
$(GUEST_OUT)/vcpuop.elf: $(GUEST_OUT)/vcpuop_ap.o
$(GUEST_OUT)/speed.elf $(GUEST_OUT)/growth.elf: $(addprefix $(GUEST_OUT)/,clock.o read_speed.o)
$(GUEST_OUT)/cd_speed.elf $(GUEST_OUT)/copies.elf: $(addprefix $(GUEST_OUT)/,clock.o read_speed.o)
$(addprefix $(GUEST_OUT)/,back.elf chances.elf console_cost.elf faults.elf ledger.elf pvh_v86.elf): $(GUEST_OUT)/clock.o
$(GUEST_OUT)/pvh_int13.elf: $(addprefix $(GUEST_OUT)/,clock.o pvh_int13_code.o)
$(GUEST_OUT)/cd.elf: $(addprefix $(GUEST_OUT)/,clock.o unplug.o)
$(GUEST_OUT)/downtime.elf: $(addprefix $(GUEST_OUT)/,clock.o read_speed.o)
$(GUEST_OUT)/pvh_tick.elf: $(addprefix $(GUEST_OUT)/,clock.o pvh_tick_code.o)
$(GUEST_OUT)/pvh_clock.elf: $(GUEST_OUT)/pvh_clock_code.o

$(GUEST_OUT)/copies.elf $(GUEST_OUT)/dos.elf $(GUEST_OUT)/twin.elf $(GUEST_OUT)/pvh_v86.elf $(GUEST_OUT)/vcpi.elf: $(addprefix $(GUEST_OUT)/,v86.o v86_enter.o)
$(GUEST_OUT)/copies.elf $(GUEST_OUT)/vcpi.elf: $(addprefix $(GUEST_OUT)/,vcpi_server.o vcpi_server_code.o)
$(GUEST_OUT)/copies.elf $(GUEST_OUT)/dos.elf $(GUEST_OUT)/loadlin.elf: $(GUEST_OUT)/volume.o
$(GUEST_OUT)/dos.elf $(GUEST_OUT)/loadlin.elf: $(GUEST_OUT)/dos_disk.o
$(GUEST_OUT)/loadlin.elf: $(GUEST_OUT)/loadlin_code.o
$(GUEST_OUT)/twin.elf: $(GUEST_OUT)/task_file.o
$(GUEST_OUT)/memory.elf: $(GUEST_OUT)/acpi_sums.o
$(GUEST_OUT)/screen.elf: $(GUEST_OUT)/screen_tick.o

$(GUEST_OUT)/%.elf: $(GUEST_SRC)/guest.ld $(GUEST_COMMON) $(GUEST_OUT)/%.o
	$(Q)$(LD) -m elf_i386 -nostdlib --gc-sections --no-warn-rwx-segments -T $^ -o $@

# A boot sector without a program.
$(GUEST_OUT)/chs.elf $(GUEST_OUT)/sector.elf: $(GUEST_OUT)/%.elf: $(GUEST_SRC)/guest.ld $(GUEST_OUT)/%.o
	$(Q)$(LD) -m elf_i386 -nostdlib --gc-sections --no-warn-rwx-segments -T $^ -o $@

# A kernel instead of a disk: the BIOS for PVH guests with another entry, and so with another note.
$(GUEST_OUT)/pvh_entry.o: $(PVH_OUT)/pvh/entry.o | $(GUEST_OUT)
	$(Q)$(OBJCOPY) --remove-section .note.Xen $< $@
$(GUEST_OUT)/pvh_spoil.kernel: src/pvh/pvh.ld $(GUEST_OUT)/pvh_entry.o $(filter-out %/entry.o,$(PVH_OBJS)) $(GUEST_OUT)/pvh_spoil.o
	$(Q)$(LD) -m elf_i386 -z noexecstack --no-warn-rwx-segments --build-id=none -T $^ -o $@

# A disk of 2 MiB: large enough to have sectors after the program, and small enough to copy quickly.
$(GUEST_OUT)/%.img: $(GUEST_OUT)/%.elf
	$(Q)$(OBJCOPY) -O binary $< $@.tmp
	$(Q)truncate -s 2M $@.tmp
	$(Q)mv $@.tmp $@

.PRECIOUS: $(GUEST_OUT)/%.elf $(GUEST_OUT)/%.o
