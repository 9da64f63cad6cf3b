#!/bin/sh
# Removes what install.sh has put: everything in installed.txt beside this file, and no folder that holds anything else.
#   uninstall.sh [--quiet]
set -eu

home=$(cd "$(dirname "$0")" && pwd)
list=$home/installed.txt
[ -f "$list" ] || { echo "uninstall.sh: run the one in the folder that convgui was installed to; $list is not there." >&2; exit 1; }
prefix=$(dirname "$(dirname "$home")")
[ -w "$home" ] || { echo "uninstall.sh: $home cannot be written to; run it as root." >&2; exit 1; }

# The shell reads this file while it runs, and it is about to go: all that follows is read first.
{
  kept=$(mktemp)
  cp "$list" "$kept"
  # Files first; then the folders that were made for them, the deepest of them first.
  while IFS= read -r path; do
    if [ "$path" = "$home/_internal" ]; then rm -rf "$path"; elif [ ! -d "$path" ] || [ -L "$path" ]; then rm -f "$path"; fi
  done <"$kept"
  quietly() { if command -v "$1" >/dev/null 2>&1; then "$@" >/dev/null 2>&1 || true; fi; }
  [ ! -d "$prefix/share/applications" ] || quietly update-desktop-database "$prefix/share/applications"
  [ ! -d "$prefix/share/mime/packages" ] || quietly update-mime-database "$prefix/share/mime"
  # What those tools keep goes where nothing else is left to be known.
  [ -n "$(find "$prefix/share/applications" -name '*.desktop' 2>/dev/null)" ] || rm -f "$prefix/share/applications/mimeinfo.cache"
  if [ -z "$(find "$prefix/share/mime/packages" -type f 2>/dev/null)" ]; then
    for name in XMLnamespaces aliases generic-icons globs globs2 icons magic mime.cache subclasses treemagic types version; do
      rm -f "$prefix/share/mime/$name"
    done
    rmdir "$prefix/share/mime/application" 2>/dev/null || true
  fi
  sort -r "$kept" | while IFS= read -r path; do
    if [ -d "$path" ] && [ ! -L "$path" ]; then rmdir "$path" 2>/dev/null || true; fi
  done
  rm -f "$kept"
  [ "${1:-}" = --quiet ] || echo "convgui is removed from $prefix; what it kept for you is in your own folders still."
  exit 0
}
