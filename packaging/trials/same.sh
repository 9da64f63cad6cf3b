#!/usr/bin/env bash
# See whether two builds of the same commit are the same to the bit: each in a clone of its own, in another folder, with
# another umask, time zone, language, hash seed and date of its files.
#   packaging/trials/same.sh [KIND...]      as for packaging/build.py; deb rpm tar wheel if none is named
# ENVIRONMENT=build/env takes what builds from there; else each build sets up its own, from the network.
set -euo pipefail
checkout=$(dirname "$(dirname "$(dirname "$(realpath "${BASH_SOURCE[0]}")")")")
environment=${ENVIRONMENT:+$(realpath "$ENVIRONMENT")}
[ $# -gt 0 ] || set -- deb rpm tar wheel
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
one=$work/one
two="$work/two of them/in a longer folder"

build() {
  local folder=$1
  shift
  mkdir -p "$(dirname "$folder")"
  git clone --quiet "$checkout" "$folder"
  mkdir -p "$folder/build"
  [ -z "$environment" ] || cp -a "$environment" "$folder/build/env"
  (cd "$folder" && python3 packaging/build.py "$@")
}
# Every file of a folder with its rights, its date and what is in it.
listing() { (cd "$1" && find . -printf '%p %m %T@ %l\n' | sort && find . -type f -print0 | sort -z | xargs -0 -r sha256sum); }

(umask 022; TZ=UTC LANG=C.UTF-8 build "$one" "$@")
(umask 077; TZ=Asia/Shanghai LANG=C PYTHONHASHSEED=7 build "$two" "$@")
echo
if [ -d "$one/build/frozen/convgui" ]; then
  diff <(listing "$one/build/frozen/convgui") <(listing "$two/build/frozen/convgui") >"$work/differences" || { head -n 20 "$work/differences"; exit 1; }
  echo "the same: the frozen program, $(find "$one/build/frozen/convgui" -type f | wc -l) files"
fi
cd "$one/dist"
for file in *; do
  cmp "$file" "$two/dist/$file"
  echo "the same: $(sha256sum "$file")"
done
diff <(ls) <(ls "$two/dist")
