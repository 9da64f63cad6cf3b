#!/usr/bin/env bash
# Try a .tar.xz: unpack it, install it into an empty home, test it, open it by its desktop entry's words, install it again
# over itself, uninstall it, and see that nothing is left. packaging/trials/tar.sh dist/convgui-*-linux-*.tar.xz
set -euo pipefail
archive=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
say() { printf '\n== %s\n' "$*"; }
listing() { (cd "$1" && find . -mindepth 1 ! -path './.config*' ! -path './.cache*' | sort); }

say "unpack"
tar -C "$work" -xf "$archive"
unpacked=$(echo "$work"/convgui-*)
"$unpacked/convgui" --version

for prefix in "$work/home/.local" "$work/a folder & more"; do
  mkdir -p "$prefix/share/applications" "$prefix/bin"
  touch "$prefix/bin/mine"
  listing "$prefix" >"$work/before"
  say "install into $prefix"
  HOME=$work/home "$unpacked/install.sh" --prefix "$prefix"
  HOME=$work/home "$unpacked/install.sh" --prefix "$prefix" >/dev/null
  "$prefix/bin/convgui" --version
  HOME=$work/home "$prefix/bin/convgui" --self-test | tail -n 4
  ! command -v desktop-file-validate >/dev/null || desktop-file-validate "$prefix/share/applications/convgui.desktop"
  exec_line=$(sed -n 's/^Exec=//p' "$prefix/share/applications/convgui.desktop")
  # The words of an Exec line are those of a shell, but for the file's place.
  eval "set -- ${exec_line/\%f/--version}"
  "$@"
  say "uninstall"
  HOME=$work/home "$prefix/lib/convgui/uninstall.sh"
  listing "$prefix" >"$work/after"
  diff "$work/before" "$work/after"
  echo "nothing is left"
done
