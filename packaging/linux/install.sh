#!/bin/sh
# Installs convgui for you, into ~/.local, or as root for everybody, into /usr/local.
#   ./install.sh [--prefix FOLDER]
# What is installed is listed in PREFIX/lib/convgui/installed.txt; PREFIX/lib/convgui/uninstall.sh takes it away again.
set -eu

stop() { printf 'install.sh: %s\n' "$*" >&2; exit 1; }

if [ "$(id -u)" = 0 ]; then prefix=/usr/local; else prefix=${HOME:?install.sh: HOME is not set; give --prefix FOLDER.}/.local; fi
while [ $# -gt 0 ]; do
  case $1 in
    --prefix) [ $# -ge 2 ] || stop "--prefix needs a folder."; prefix=$2; shift 2 ;;
    -h | --help) sed -n '2,4s/^# *//p' "$0"; exit 0 ;;
    *) stop "$1 is not known; say ./install.sh [--prefix FOLDER]." ;;
  esac
done
# What root installs is for everybody, whatever the umask is, and was when the archive was unpacked.
umask 022
here=$(cd "$(dirname "$0")" && pwd)
[ -x "$here/convgui" ] && [ -d "$here/share" ] || stop "run it in the folder that the archive was unpacked to."

# Folders that are not there yet are written down too, so that they go with what is in them.
made=$(mktemp)
trap 'rm -f "$made"' EXIT
folder() {
  [ -d "$1" ] || { folder "$(dirname "$1")" && mkdir "$1" && printf '%s\n' "$1" >>"$made"; }
}
case $prefix in /*) ;; *) prefix=$PWD/$prefix ;; esac
folder "$prefix" 2>/dev/null && [ -w "$prefix" ] || stop "$prefix cannot be written to; run it as root, or give --prefix FOLDER."
home=$prefix/lib/convgui
[ "$here" != "$home" ] || stop "this is what is installed already; unpack the archive somewhere else."
ours=../lib/convgui/convgui
found=$(readlink "$prefix/bin/convgui" || true)
[ "$found" = "$ours" ] || { [ -z "$found" ] && [ ! -e "$prefix/bin/convgui" ]; } || stop "$prefix/bin/convgui is another program; move it away first."

# An older one goes first, with what the newer no longer has.
if [ -x "$home/uninstall.sh" ]; then "$home/uninstall.sh" --quiet; fi
[ ! -e "$home" ] || stop "$home is there and was not installed by this script; move it away first."

put() {
  folder "$(dirname "$2")"
  rm -f "$2"
  cp "$1" "$2"
  chmod "$3" "$2"
  printf '%s\n' "$2" >>"$made"
}

folder "$home"
cp -R "$here/_internal" "$home/_internal"
chmod -R a+rX "$home/_internal"
printf '%s\n' "$home/_internal" >>"$made"
put "$here/convgui" "$home/convgui" 755
put "$here/uninstall.sh" "$home/uninstall.sh" 755
folder "$prefix/bin"
ln -sf "$ours" "$prefix/bin/convgui"
printf '%s\n' "$prefix/bin/convgui" >>"$made"
(cd "$here/share" && find . -type f) | sed 's|^\./||' | sort | while IFS= read -r file; do
  put "$here/share/$file" "$prefix/share/$file" 644
done
# A desktop does not look for programs in every folder: the entry names it in full.
entry=$prefix/share/applications/convgui.desktop
sed "s|^Exec=convgui |Exec=\"$(printf '%s' "$prefix" | sed 's/[\\&|]/\\&/g')/bin/convgui\" |" "$here/share/applications/convgui.desktop" >"$entry"
printf '%s\n' "$home/installed.txt" >>"$made"
cat "$made" >"$home/installed.txt"

quietly() { if command -v "$1" >/dev/null 2>&1; then "$@" >/dev/null 2>&1 || true; fi; }
quietly update-desktop-database "$prefix/share/applications"
quietly update-mime-database "$prefix/share/mime"
touch "$prefix/share/icons/hicolor"
echo "convgui is installed in $home; start it from the menu, or as $prefix/bin/convgui. To remove it: $home/uninstall.sh"
