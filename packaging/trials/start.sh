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

open_and_close() {
  local file=$1 title=$2 picture=$3
  ${exec_line/\%f/$file} >/tmp/convgui.out 2>&1 &
  local program=$! window=
  for _ in $(seq 150); do
    window=$(xdotool search --onlyvisible --name "$title" 2>/dev/null | head -n 1 || true)
    [ -z "$window" ] || break
    kill -0 $program 2>/dev/null || { cat /tmp/convgui.out; echo "it ended before it showed a window"; exit 1; }
    sleep 0.2
  done
  [ -n "$window" ] || { cat /tmp/convgui.out; echo "no window with “$title”"; exit 1; }
  sleep 3
  echo "window: $(xdotool getwindowname "$window"), $(xdotool getwindowgeometry "$window" | sed -n 's/.*Geometry: //p')"
  xwd -root -silent >"$picture"
  kill $program
  wait $program 2>/dev/null || true
  [ ! -s /tmp/convgui.out ] || { echo "it printed:"; cat /tmp/convgui.out; }
}

open_and_close "" convgui /var/log/started.xwd

# A document of that type, as a file manager finds it.
cd "$HOME"
printf 'PK\003\004' >probe.convgui
type=$(xdg-mime query filetype probe.convgui)
echo "a .convgui file is of the type $type, opened by $(grep "^$type=" /usr/share/applications/mimeinfo.cache)"
[ "$type" = application/x-convgui ]
photo=$(find /usr/lib/convgui -name coffee.png)
open_and_close "$photo" coffee /var/log/opened.xwd
