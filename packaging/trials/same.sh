#!/usr/bin/env bash
# See whether two builds of the same commit are the same to the bit: each in a clone of its own, in another folder, with
# another umask, time zone, language and date of its files. packaging/trials/same.sh [KIND...], as for packaging/build.py
# ENVIRONMENTS=FOLDER keeps what builds between two trials; else each build sets up its own, from the network.
set -euo pipefail
checkout=$(dirname "$(dirname "$(dirname "$(realpath "${BASH_SOURCE[0]}")")")")
[ $# -gt 0 ] || set -- deb rpm tar wheel
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

build() {
  local folder=$1
  shift
  mkdir -p "$(dirname "$folder")"
  git clone --quiet "$checkout" "$folder"
  if [ -n "${ENVIRONMENTS:-}" ]; then
    mkdir -p "$folder/build"
    [ -d "$ENVIRONMENTS/env" ] && cp -a "$ENVIRONMENTS/env" "$folder/build/env" && sed -i "s|$ENVIRONMENTS|$folder/build|" "$folder"/build/env/bin/* 2>/dev/null || true
  fi
  (cd "$folder" && python3 packaging/build.py "$@")
}

(umask 022; TZ=UTC LANG=C.UTF-8 build "$work/one" "$@")
(umask 077; TZ=Asia/Shanghai LANG=C PYTHONHASHSEED=7 build "$work/two of them/in a longer folder" "$@")
echo
cd "$work/one/dist"
for file in *; do
  cmp "$file" "$work/two of them/in a longer folder/dist/$file" && echo "the same: $file"
done
diff <(ls) <(ls "$work/two of them/in a longer folder/dist")
