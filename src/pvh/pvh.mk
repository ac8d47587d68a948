# SPDX-License-Identifier: LGPL-3.0-or-later
#
# The BIOS for PVH guests: the ROM, in an ELF file with an entry that Xen's domain builder calls.

STRIP ?= strip

PVH_OUT   := $(BUILD)/pvh
PVH_FILES := $(addprefix src/pvh/,entry.S start.c start_info.c memory_map.c rsdp.c) src/xen/hv/detect.c src/xen/hv/cpu.c
PVH_OBJS  := $(patsubst src/%,$(PVH_OUT)/%.o,$(basename $(PVH_FILES)))
PVH_FLAGS := -m32 -march=i686 -ffreestanding -fno-pic -fno-stack-protector -fno-asynchronous-unwind-tables -Os \
    -std=gnu11 -Wall -Wextra $(WERROR_FLAG) -mno-sse -mno-mmx -iquote src

$(PVH_OUT)/%.o: src/%.c $(wildcard src/pvh/*.h src/xen/hv/*.h) src/pvh/pvh.mk
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(PVH_FLAGS) -c $< -o $@

$(PVH_OUT)/pvh/entry.o: src/pvh/entry.S src/pvh/pvh.mk $(BUILD)/bios.bin
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(PVH_FLAGS) -DROM='"$(BUILD)/bios.bin"' -c $< -o $@

$(BUILD)/bios-pvh.elf: $(PVH_OBJS) src/pvh/pvh.ld
	$(Q)$(LD) -m elf_i386 -z noexecstack --no-warn-rwx-segments -T src/pvh/pvh.ld --build-id=none $(PVH_OBJS) -o $@
	$(Q)$(STRIP) $@
