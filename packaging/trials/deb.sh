#!/usr/bin/env bash
# Try a .deb in a bare Debian: install it with apt, start it from its desktop entry under Xvfb, open a document by its
# MIME type, purge it, and see that nothing is left. As root: packaging/trials/deb.sh dist/convgui_*.deb [ROOT] [RELEASE]
# ROOT is a folder for the Debian, made by debootstrap if it is not there.
set -euo pipefail
deb=$(realpath "$1")
root=${2:-$(mktemp -d)/debian}
release=${3:-bookworm}
trials=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
checkout=$(dirname "$(dirname "$trials")")

inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }
listing() { (cd "$root" && find etc opt root usr var -xdev ! -path 'var/cache/*' ! -path 'var/log/*' ! -path 'var/lib/dpkg/*' \
  ! -path 'var/lib/apt/*' ! -path '*/__pycache__*' ! -name '*.cache' | sort); }
say() { printf '\n== %s\n' "$*"; }

[ -e "$root/usr/bin/apt-get" ] || debootstrap --variant=minbase "$release" "$root"
mountpoint -q "$root/proc" || mount -t proc proc "$root/proc"
trap 'umount "$root/proc"' EXIT

say "What the trial itself needs: a screen without a monitor, and its tools"
inside apt-get -q update >"$root/var/log/trial.log"
inside apt-get -q install -y --no-install-recommends xvfb xauth xdotool x11-apps libglib2.0-bin >>"$root/var/log/trial.log" 2>&1
# The program's own dependencies come first and stay, so that what the purge leaves is the package's doing.
inside apt-get -q install -y --no-install-recommends shared-mime-info desktop-file-utils >>"$root/var/log/trial.log" 2>&1

say "apt install"
cp "$deb" "$root/var/cache/convgui.deb"
inside apt-get -q install -y --no-install-recommends /var/cache/convgui.deb | tail -n 4
inside dpkg -s convgui | grep -E '^(Status|Version|Installed-Size)'
inside convgui --version
inside convgui --self-test | tail -n 4

say "Started from its desktop entry"
cp "$trials/start.sh" "$root/var/cache/start.sh"
PYTHONPATH=$checkout "$checkout/build/env/bin/python" "$trials/document.py" "$root/var/cache/trial.convgui"
inside bash /var/cache/start.sh

say "apt purge"
listing >"$root/var/log/before"
inside apt-get -q purge -y convgui | tail -n 2
listing >"$root/var/log/after"
left=$(grep -i convgui "$root/var/log/after" | grep -v '^root/' || true)
[ -z "$left" ] || { printf 'left behind:\n%s\n' "$left"; exit 1; }
! inside dpkg -s convgui >/dev/null 2>&1
! grep -rqs convgui "$root/usr/share/applications/mimeinfo.cache" "$root/usr/share/mime/globs2" || { echo "still known to the desktop"; exit 1; }
echo "nothing is left: $(comm -23 "$root/var/log/before" "$root/var/log/after" | grep -c .) files and folders went, $(comm -13 "$root/var/log/before" "$root/var/log/after" | grep -c .) came"
