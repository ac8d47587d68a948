# SPDX-License-Identifier: LGPL-3.0-or-later
#
# SeaBIOS' own Makefile, with our sources added. The top Makefile runs it as
#   make -C SEABIOS -f .../seabios.mk OUT=DIR/ KCONFIG_CONFIG=DIR/.config XENPV_ROOT=...
# Nothing is written to the SeaBIOS tree.

include Makefile

# Paths of our files begin at the root of a tree, as SeaBIOS' do: src/xen/hv/grant.c. make finds them
# by vpath, the compiler by -I. Our headers are included by their path from src: "xen/hv/grant.h".
vpath src/%.c $(XENPV_ROOT)
DIRS += src/../vgasrc
# The compiler writes call graph and stack use to ccode16.ci and ccode32flat.ci, for scripts/stack-depth.
XENPV_CFLAGS := -I. -I$(XENPV_ROOT) -iquote $(XENPV_ROOT)/src -iquote $(XENPV_ROOT) $(if $(shell $(CC) --help=common 2>&1 | grep -e -fcallgraph-info=),-fcallgraph-info=su)
XENPV_CFLAGS += -include $(XENPV_ROOT)/src/seabios/port/stack_size.h
CFLAGS16 += $(XENPV_CFLAGS)
CFLAGS32SEG += $(XENPV_CFLAGS)
DIRS += $(sort $(patsubst $(XENPV_ROOT)/%/,%,$(dir $(wildcard $(addprefix $(XENPV_ROOT)/src/,xen/*/*.c seabios/*/*.c)))))

XENPV_CORE := $(patsubst $(XENPV_ROOT)/src/%,%,$(sort $(wildcard $(XENPV_ROOT)/src/xen/*/*.c)))

# Each of these files of SeaBIOS is included by one of ours, its seam.
XENPV_SEAMS := block.c boot.c bootsplash.c clock.c disk.c kbd.c post.c resume.c stacks.c system.c hw/lsi-scsi.c hw/serialio.c hw/timer.c apm.c hw/rtc.c hw/ps2port.c
xenpv-seams = $(foreach file,$1,$(if $(filter $(file),$(XENPV_SEAMS)),seabios/seam/$(notdir $(file)),$(file)))
XENPV_VGASRC := $(patsubst $(XENPV_ROOT)/%,../%,$(sort $(wildcard $(XENPV_ROOT)/vgasrc/*.c)))
# int10 is 16-bit code; the view, in 32-bit code, reads the same screen.
XENPV_INT10 := $(addprefix ../vgasrc/,int10.c screen.c mode.c cursor.c write.c teletype.c scroll.c palette.c font.c adapter.c state.c)
CFLAGS16 += -DVGASRC_SEGMENTS
# The files of a folder for 32-bit code, and the entries of 16-bit code.
xenpv-folder = $(patsubst $(XENPV_ROOT)/src/%,%,$(filter-out %_entry.c,$(sort $(wildcard $(XENPV_ROOT)/src/seabios/$1/*.c))))
XENPV_ENTRIES := $(patsubst $(XENPV_ROOT)/src/%,%,$(sort $(wildcard $(XENPV_ROOT)/src/seabios/*/*_entry.c)))
XENPV_ONLY16 := seabios/int13/edd.c seabios/vcpi/vcpi.c
XENPV_BOTH := seabios/int13/twin_table.c seabios/int13/foreign_access.c
SRCBOTH   := $(call xenpv-seams,$(SRCBOTH))
SRC16     := $(call xenpv-seams,$(SRC16)) $(XENPV_BOTH) $(XENPV_ENTRIES) $(XENPV_ONLY16) $(XENPV_INT10)
# The core comes first: all files are compiled as one, and some headers of SeaBIOS end with a
# "#pragma pack" in force, which would change the layout of Xen's structures.
SRC32FLAT := $(XENPV_CORE) $(XENPV_VGASRC) $(call xenpv-seams,$(SRC32FLAT)) \
    $(filter-out $(XENPV_ONLY16),$(foreach folder,port pvh console int13 vcpi acpi,$(call xenpv-folder,$(folder))))

# This file decides which sources are compiled.
$(OUT)ccode16.o $(OUT)ccode32flat.o: $(XENPV_ROOT)/src/seabios/seabios.mk

# SeaBIOS' own log and formatter implement those of the platform port.
CFLAGS32FLAT += $(XENPV_CFLAGS) -Dplatform_log=__dprintf -Dplatform_snprintf=snprintf

# The bytes of the ACPI table, as the initialiser of a C array. SeaBIOS up to 1.17.0 names its compiler.
IASL ?= iasl
XENPV_SSDT := $(OUT)src/seabios/acpi/acpi_device
$(XENPV_SSDT).inc: $(XENPV_ROOT)/src/seabios/acpi/acpi_device.asl $(XENPV_ROOT)/src/xen/base/handover.h
	@echo "  Compiling IASL $@"
	$(Q)mkdir -p $(@D)
	$(Q)$(CPP) -iquote $(XENPV_ROOT)/src -P $< -o $(XENPV_SSDT).asl.i
	$(Q)$(IASL) -Pn $(if $(filter 1,$(XENPV_WERROR)),-we) -vi -vs -p $(XENPV_SSDT) $(XENPV_SSDT).asl.i
	$(Q)od -An -v -tu1 $(XENPV_SSDT).aml | sed -E 's/ +([0-9]+)/\1,/g' > $@
$(OUT)ccode32flat.o: $(XENPV_SSDT).inc

# SeaBIOS' options and ours in one menu.
$(OUT)Kconfig: src/Kconfig $(XENPV_ROOT)/Kconfig
	$(Q)mkdir -p $(OUT)
	$(Q)cat $^ > $@

define do-kconfig
$(Q)mkdir -p $(OUT)/scripts/kconfig/lxdialog
$(Q)mkdir -p $(OUT)/include/config
$(Q)mkdir -p $(addprefix $(OUT), $(DIRS))
$(Q)$(MAKE) -C $(OUT) -f $(CURDIR)/scripts/kconfig/Makefile srctree=$(CURDIR) src=scripts/kconfig obj=scripts/kconfig Q=$(Q) Kconfig=$(OUT)Kconfig $1
endef
$(KCONFIG_CONFIG) $(OUT)autoconf.h: $(OUT)Kconfig
%onfig: $(OUT)Kconfig

# A removed header must not stop the build: make then recompiles the files that included it.
$(XENPV_ROOT)/src/%.h $(XENPV_ROOT)/src/%.c $(XENPV_ROOT)/vgasrc/%.h $(XENPV_ROOT)/vgasrc/%.c: ;
