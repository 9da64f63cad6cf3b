#!/usr/bin/env bash
# Try a Windows installer under wine: install silently, look for every file, shortcut and registry entry, uninstall
# silently, and see that all are gone. packaging/trials/windows.sh dist/convgui-*-setup.exe
# Debian: apt-get install wine64. The program itself is not started: the trial may be made with a stub as payload.
set -euo pipefail
setup=$(realpath "$1")
wine=$(command -v wine64 || command -v wine || echo /usr/lib/wine/wine64)
export WINEPREFIX=$(mktemp -d)/prefix WINEDEBUG=-all WINEDLLOVERRIDES="mscoree=;mshtml=" DISPLAY=
server=$(command -v wineserver || echo "$(dirname "$wine")/wineserver")
trap '"$server" -k || true; rm -rf "$(dirname "$WINEPREFIX")"' EXIT
settle() { "$server" -w; }
"$wine" wineboot -i >/dev/null 2>&1; settle
programs="$(find "$WINEPREFIX/drive_c/users" -maxdepth 1 -mindepth 1 ! -name Public)/AppData"
installed="$programs/Local/Programs/convgui"
shortcut="$programs/Roaming/Microsoft/Windows/Start Menu/Programs/convgui.lnk"
registry() { "$wine" reg query "HKCU\\Software\\$1" /s 2>/dev/null | tr -d '\r' || true; }
say() { printf '\n== %s\n' "$*"; }

say "silent install"
"$wine" "$setup" /S; settle
find "$installed" -maxdepth 1 -printf '%f\n' | sort
[ -f "$installed/convgui.exe" ] && [ -f "$installed/convgui-cli.exe" ] && [ -d "$installed/_internal" ]
[ -f "$shortcut" ] && echo "shortcut in the start menu"
registry 'Classes\convgui.document'
registry 'Classes\.convgui'
registry 'Microsoft\Windows\CurrentVersion\Uninstall\convgui'
registry 'Classes\.convgui' | grep -q 'convgui.document'
registry 'Classes\convgui.document' | grep -q 'convgui.exe" "%1"'

say "installed again over itself: a file of the older version goes"
touch "$installed/_internal/old.dll"
"$wine" "$setup" /S; settle
[ ! -e "$installed/_internal/old.dll" ] && echo "gone"

say "silent uninstall; a file of the user's stays"
touch "$installed/mine.txt"
"$wine" "$installed/uninstall.exe" /S; settle
find "$installed" -mindepth 1 -printf '%f\n'
[ "$(find "$installed" -mindepth 1 -printf '%f\n')" = mine.txt ]
rm "$installed/mine.txt"
"$wine" "$setup" /S; settle
"$wine" "$installed/uninstall.exe" /S; settle
[ ! -e "$installed" ] && [ ! -e "$shortcut" ]
left=$(registry Classes | grep -i convgui || true; registry 'Microsoft\Windows\CurrentVersion\Uninstall' | grep -i convgui || true)
[ -z "$left" ] || { printf 'left in the registry:\n%s\n' "$left"; exit 1; }
echo "nothing is left"
