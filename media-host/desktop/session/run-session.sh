#!/bin/sh
# Runs the room's session on a D-Bus of its own. Ends when the session does, or when stdin ends:
# the media host holds it open, and closes it to ask for a stop.

assets=$SHARE_SPACE_ASSETS
command=${SHARE_SPACE_COMMAND-}
is_sandboxed=$SHARE_SPACE_SANDBOXED
unset SHARE_SPACE_ASSETS SHARE_SPACE_COMMAND SHARE_SPACE_SANDBOXED

cd "$HOME" || exit 1
umask 022
if [ -n "$command" ]; then
  # The operator's own programs may look for the machine's settings.
  export XDG_CONFIG_DIRS="$XDG_CONFIG_DIRS:/etc/xdg"
  set -- /bin/sh -c "$command"
else
  /bin/sh "$assets/prepare-home.sh"
  set -- /bin/sh "$assets/desktop.sh"
fi

exec 3<&0 </dev/null
dbus-run-session --config-file="$assets/dbus-session.conf" -- "$@" 3<&- &
session=$!

# All that the session started: everything in the sandbox, or without one, this process group.
if [ "$is_sandboxed" = yes ]; then everything=-1; else everything=0; fi

# This shell is part of it, and has to outlive it.
is_stopping=no
trap is_stopping=yes TERM
{
  while read -r _ <&3; do :; done
  kill -s TERM -- "$everything"
} &
watcher=$!
exec 3<&-

wait "$session"
status=$?
kill "$watcher" 2>/dev/null

# Programs get two seconds to save what they have. In a sandbox, its first process and this shell are
# the last two.
if [ "$is_stopping" = yes ]; then
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    set -- /proc/[0-9]*
    [ "$is_sandboxed" = yes ] && [ $# -le 2 ] && break
    sleep 0.1
  done
fi
# What is left ends with the sandbox; without one, here, this shell last.
[ "$is_sandboxed" = yes ] || kill -s KILL 0
exit "$status"
