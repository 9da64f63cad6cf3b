#!/usr/bin/env bash
# Runs inside the Debian of deb.sh: starts the program as a desktop does, and looks at its windows.
set -euo pipefail
export DISPLAY=:77 XDG_RUNTIME_DIR=/tmp/runtime HOME=/tmp/somebody
mkdir -p -m 700 "$XDG_RUNTIME_DIR" "$HOME"
Xvfb :77 -screen 0 1440x900x24 >/dev/null 2>&1 &
server=$!
trap 'kill $server; rm -rf "$HOME" "$XDG_RUNTIME_DIR" /tmp/.X77-lock' EXIT
until xdotool getdisplaygeometry >/dev/null 2>&1; do sleep 0.2; done

entry=/usr/share/applications/convgui.desktop
exec_line=$(sed -n 's/^Exec=//p' "$entry")
icon=$(sed -n 's/^Icon=//p' "$entry")
ls /usr/share/icons/hicolor/48x48/apps/"$icon".png /usr/share/icons/hicolor/scalable/apps/"$icon".svg

# Waits for a window whose title holds $1, takes a picture of the screen into $2, and ends the program.
look() {
  local title=$1 picture=$2 window=
  for _ in $(seq 150); do
    window=$(xdotool search --onlyvisible --name "$title" 2>/dev/null | head -n 1 || true)
    [ -z "$window" ] || break
    sleep 0.2
  done
  [ -n "$window" ] || { cat /tmp/convgui.out; echo "no window with “$title”"; exit 1; }
  sleep 3
  echo "window: $(xdotool getwindowname "$window"), $(xdotool getwindowgeometry "$window" | sed -n 's/.*Geometry: //p')"
  xwd -root -silent >"$picture"
  kill "$(xdotool getwindowpid "$window")"
  while xdotool search --onlyvisible --name "$title" >/dev/null 2>&1; do sleep 0.2; done
  [ ! -s /tmp/convgui.out ] || { echo "it printed:"; cat /tmp/convgui.out; }
}

# Its Exec line, as a menu runs it: without a file, and with one dropped on the icon.
photo=$(find /usr/lib/convgui -name coffee.png)
${exec_line/\%f/} >/tmp/convgui.out 2>&1 &
look convgui /var/log/started.xwd
${exec_line/\%f/$photo} >/tmp/convgui.out 2>&1 &
look coffee /var/log/dropped.xwd

# A document, as a file manager opens it: its type by its name, the program by its type.
cp /var/cache/trial.convgui "$HOME/trial.convgui"
gio info -a standard::content-type "$HOME/trial.convgui" | grep content-type
gio mime application/x-convgui | sed -n 1p
gio open "$HOME/trial.convgui" >/tmp/convgui.out 2>&1 &
look trial /var/log/opened.xwd
