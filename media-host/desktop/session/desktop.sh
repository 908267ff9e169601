#!/bin/sh
# The parts of the desktop, each started again when it ends: at once, or later when it keeps ending.

keep() {
  pause=0
  while :; do
    started=$(date +%s)
    "$@"
    if [ $(($(date +%s) - started)) -ge 10 ]; then
      pause=0
    else
      sleep "$pause"
      pause=$((pause < 8 ? pause * 2 + 1 : 10))
    fi
  done
}

keep xfsettingsd --no-daemon --disable-wm-check &
keep xfwm4 --compositor=off &
keep xfce4-panel --disable-wm-check &
keep xfdesktop --disable-wm-check &
wait
