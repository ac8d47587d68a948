/* SPDX-License-Identifier: LGPL-3.0-or-later */
#ifndef FAKE_RTC_H
#define FAKE_RTC_H

#define PORT_CMOS_INDEX 0x70
#define NMI_DISABLE_BIT 0x80

#endif
