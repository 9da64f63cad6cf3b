#!/usr/bin/env bash
# Try the AppImage without AppImage's own runtime, which no package holds: build it on a stand-in that unpacks the image
# and starts it, and let it test itself. The stand-in shows that image and entry are right; it is no runtime to ship.
#   packaging/trials/appimage.sh      needs gcc and squashfs-tools; takes build/frozen if it is there
set -euo pipefail
checkout=$(dirname "$(dirname "$(dirname "$(realpath "${BASH_SOURCE[0]}")")")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/runtime.c" <<'C'
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static int run(const char *program, char **words) {
    int state;
    if (!fork()) {
        execvp(program, words);
        _exit(127);
    }
    return wait(&state) < 0 || !WIFEXITED(state) ? 1 : WEXITSTATUS(state);
}

/* The image begins where this program ends: behind the table of its sections, which is its last part. */
int main(int count, char **words) {
    Elf64_Ehdr head;
    char own[4096], offset[32], folder[] = "/tmp/stand-in-XXXXXX", path[64], start[80];
    ssize_t length = readlink("/proc/self/exe", own, sizeof own - 1);
    FILE *file = fopen("/proc/self/exe", "rb");
    if (length < 0 || !file || fread(&head, sizeof head, 1, file) != 1 || !mkdtemp(folder)) return 1;
    own[length] = 0;
    snprintf(offset, sizeof offset, "%lu", head.e_shoff + (unsigned long)head.e_shentsize * head.e_shnum);
    snprintf(path, sizeof path, "%s/image", folder);
    snprintf(start, sizeof start, "%s/AppRun", path);
    char *unpack[] = {"unsquashfs", "-quiet", "-no-progress", "-offset", offset, "-dest", path, own, 0};
    char *clean[] = {"rm", "-rf", folder, 0};
    int state = run(unpack[0], unpack);
    if (!state) state = run(start, words);
    run(clean[0], clean);
    return count ? state : 1;
}
C
gcc -O1 -o "$work/runtime" "$work/runtime.c"
printf 'AI\x02' | dd of="$work/runtime" bs=1 seek=8 conv=notrunc status=none
frozen=$([ -d "$checkout/build/frozen/convgui" ] && echo --frozen || true)
python3 "$checkout/packaging/build.py" appimage --runtime "$work/runtime" $frozen
image=$(ls -t "$checkout"/dist/*.AppImage | head -n 1)
"$image" --version
"$image" --self-test | tail -n 4
rm "$image"
