#!/usr/bin/env bash
# Try an .rpm with rpm itself, in a root of its own: installed, verified, started, erased, nothing left. As root:
#   packaging/trials/rpm.sh dist/convgui-*.rpm [ROOT]
# ROOT is a folder that holds a Linux to start the program in, such as the Debian of deb.sh. Without it only files are
# looked at. Debian's rpm knows none of Debian's packages, so what the package asks for is printed and not looked for:
# Fedora itself answers that, in .github/workflows/installers.yml.
set -euo pipefail
rpm=$(realpath "$1")
given=${2:-}
root=${given:-$(mktemp -d)}
[ -n "$given" ] || trap 'rm -rf "$root"' EXIT
say() { printf '\n== %s\n' "$*"; }
# Folders that Fedora's own packages own, such as those of icons, are made by rpm where there are none, and stay.
# An empty root has none of the three.
listing() { (cd "$root" && mkdir -p usr opt etc && find usr opt etc -xdev '(' ! -type d -o -name '*convgui*' ')' ! -name '*.pyc' | sort); }
database=(--root "$root" --dbpath /var/lib/rpm-trial)

say "what it says of itself"
rpm -qip "$rpm" | grep -E '^(Name|Version|Release|Architecture|License|URL|Packager)'
echo "asks for: $(rpm -qRp "$rpm" | grep -v '^rpmlib' | paste -sd' ')"
mkdir -p "$root/var/lib/rpm-trial"
listing >"$root/var/before"

say "install, verify"
rpm "${database[@]}" --nodeps --noscripts -i "$rpm"
rpm "${database[@]}" --nodeps -V convgui
echo "every file is as it was packed"
if [ -n "$given" ]; then
  chroot "$root" env -i PATH=/usr/bin:/bin HOME=/tmp LANG=C.UTF-8 convgui --version
  chroot "$root" env -i PATH=/usr/bin:/bin HOME=/tmp LANG=C.UTF-8 convgui --self-test | tail -n 4
fi

say "erase"
rpm "${database[@]}" --nodeps -e convgui
listing >"$root/var/after"
diff "$root/var/before" "$root/var/after"
echo "nothing is left"
rm -rf "$root/var/lib/rpm-trial" "$root/var/before" "$root/var/after"
