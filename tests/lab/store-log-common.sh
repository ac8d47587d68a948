# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# The log of xenstored in C: all requests of all domains, in the order in which they are done.
#
#   log_store FILE      print the command that lets xenstored log to FILE
#   end_store_log FILE  end that. Then a line of FILE is "IN CONNECTION DATE TIME REQUEST (PATH VALUE )",
#                       as xenstored of Xen 4.17 writes it. That of Xen 4.20 adds "io: " before it, and
#                       the domain after the connection
#
# Sourced after lib.sh.

log_store() { echo "xenstore-control logfile $1 > /dev/null; xenstore-control log on > /dev/null"; }

end_store_log() {
  xenstore-control logfile /dev/null > /dev/null
  sed -i -E 's/^io: //; s/^((IN|OUT) 0x[0-9a-f]+) \(d[0-9]+\)/\1/' "$1"
}

# A scenario that fails may leave it on.
trap 'xenstore-control logfile /dev/null > /dev/null' EXIT
