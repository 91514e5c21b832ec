#!/bin/sh
# Looks for what pip cannot bring: Python with venv, the system libraries that Qt loads, and a font.
# Names the one apt-get line that brings what is missing, and runs it where it may (as root).
# Usage: check_system.sh PYTHON
set -eu

python=${1:-python3}
packages=""

need() { packages="$packages $1"; }

if ! command -v "$python" >/dev/null 2>&1; then
    need python3
    need python3-venv
elif ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "Lumitag needs Python 3.11 or newer, and '$python' is $("$python" -V 2>&1)." \
        "Name a newer one: make PYTHON=python3.12 …" >&2
    exit 1
elif ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
    need python3-venv
fi

if [ "$(uname -s)" = Linux ]; then
    ldconfig=$(command -v ldconfig || echo /sbin/ldconfig)
    loadable=$("$ldconfig" -p 2>/dev/null || true)
    while read -r library package; do
        case "$loadable" in
        *"$library "*) ;;
        *) need "$package" ;;
        esac
    done <<'LIBRARIES'
libEGL.so.1 libegl1
libGL.so.1 libgl1
libglib-2.0.so.0 libglib2.0-0
libxkbcommon.so.0 libxkbcommon0
libxkbcommon-x11.so.0 libxkbcommon-x11-0
libdbus-1.so.3 libdbus-1-3
libfontconfig.so.1 libfontconfig1
libxcb-cursor.so.0 libxcb-cursor0
libxcb-icccm.so.4 libxcb-icccm4
libxcb-image.so.0 libxcb-image0
libxcb-keysyms.so.1 libxcb-keysyms1
libxcb-render-util.so.0 libxcb-render-util0
libxcb-shape.so.0 libxcb-shape0
LIBRARIES
    fonts=$(find /usr/share/fonts /usr/local/share/fonts "${HOME:-/nonexistent}/.local/share/fonts" \
        "${HOME:-/nonexistent}/.fonts" \( -name '*.ttf' -o -name '*.otf' -o -name '*.ttc' \) 2>/dev/null || true)
    [ -n "$fonts" ] || need fonts-dejavu-core
fi

[ -n "$packages" ] || exit 0
line="apt-get install -y --no-install-recommends$packages"

if ! command -v apt-get >/dev/null 2>&1; then
    echo "Lumitag needs system packages that are missing here." \
        "On Debian and Ubuntu they are called:$packages" >&2
    exit 1
fi
if [ "$(id -u)" -ne 0 ]; then
    echo "Some system packages are missing. Install them with this line, then run make again:" >&2
    echo "    sudo $line" >&2
    exit 1
fi
echo "Installing missing system packages: $line"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086  # the list is meant to be split
exec apt-get install -y --no-install-recommends $packages
