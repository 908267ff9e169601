#!/bin/sh
# Gives a new home folder what people expect to find there. What is there already stays as it is.

for file in .bashrc .profile .bash_logout; do
  [ -e "$HOME/$file" ] || [ ! -r "/etc/skel/$file" ] || cp "/etc/skel/$file" "$HOME/$file"
done

config=${XDG_CONFIG_HOME:-$HOME/.config}
if [ ! -e "$config/user-dirs.dirs" ]; then
  mkdir -p "$config" "$HOME/Desktop" "$HOME/Documents" "$HOME/Downloads" "$HOME/Music" \
    "$HOME/Pictures" "$HOME/Videos"
  cat >"$config/user-dirs.dirs" <<'DIRS'
XDG_DESKTOP_DIR="$HOME/Desktop"
XDG_DOCUMENTS_DIR="$HOME/Documents"
XDG_DOWNLOAD_DIR="$HOME/Downloads"
XDG_MUSIC_DIR="$HOME/Music"
XDG_PICTURES_DIR="$HOME/Pictures"
XDG_VIDEOS_DIR="$HOME/Videos"
DIRS
fi
