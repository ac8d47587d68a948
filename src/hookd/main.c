/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* xenpv-hookd, a daemon in dom0; see xenpv-hookd.8. */
#include "daemon.h"

int main(int argc, char **argv)
{
    return daemon_main(argc, argv, "/run/xenpv-hookd.lock", "/run/xenpv-hookd.socket");
}
