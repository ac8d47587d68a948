# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# What a guest's work costs the backend of one of its PV disks, counted in dom0 between two lines that the
# guest prints: "KIND: ready" and "KIND: done", after which it pauses. This file needs nothing of lib.sh.
#
#   watch_counters DIR NUMBER KIND...   wait until the guest DOMID has done all these kinds of work and has
#       printed DONE, at most LIMIT seconds each. NUMBER is the disk's in device/vbd; empty: count nothing.
#       For "guest run -w"
#   counted DIR KIND                    print "CONNECTIONS REQUESTS" of that work, if it was counted

# requests BACKEND: print how many requests the backend with this directory has had, plus a number that stays.
requests() {
  local device stat
  case $1 in
    */qdisk/*)
      # Drives of the device model have names there; disks over PV have none.
      xl qemu-monitor-command "$DOMID" 'info blockstats' |
        awk '/^:/ { for (i = 2; i <= NF; i++) if (split($i, pair, "=") == 2 && pair[1] ~ /_operations$/) sum += pair[2] }
          END { print sum + 0 }'
      ;;
    *)
      # Each request of blkback is one of its loop device, which counts those that it has merged apart, and a
      # flush as a write.
      device=$(xenstore-read "$1/physical-device-path")
      read -ra stat < "/sys/block/${device##*/}/stat"
      echo $((stat[0] + stat[1] + stat[4] + stat[5]))
      ;;
  esac
}

watch_counters() {
  local dir=$1 frontend=/local/domain/$DOMID/device/vbd/$2 number=$2 kind moment
  shift 2
  if [[ -n $number ]]; then
    # An event when the watch begins, then one when a connection writes this key, and one when it removes it.
    xenstore-watch "$frontend/ring-ref" > "$dir/events" 2>&1 &
    # shellcheck disable=SC2064 # this process, now
    trap "kill $!" EXIT
  fi
  for kind in "$@"; do
    for moment in ready 'done'; do
      /payload/bin/moments -d "$DOMID" -l "$LIMIT" "$dir/serial" -- "$kind: $moment"
      if [[ -n $number ]]; then
        echo "$(wc -l < "$dir/events") $(requests "$(xenstore-read "$frontend/backend")")" > "$dir/$kind.$moment"
      fi
    done
  done
  /payload/bin/moments -d "$DOMID" -l "$LIMIT" "$dir/serial" -- 'DONE '
}

counted() {
  local before after
  [[ -f $1/$2.ready ]] || return 0
  read -ra before < "$1/$2.ready"
  read -ra after < "$1/$2.done"
  # A connection that stays open has written its key, and not removed it.
  echo "$(((after[0] - before[0] + 1) / 2)) $((after[1] - before[1]))"
}
