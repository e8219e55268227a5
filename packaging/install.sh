#!/bin/sh
# Installs instaseed from its archive of a release, without root. `sh install.sh --help` explains the options.
set -eu

releases=https://example.com/OWNER/instaseed/releases
prefix=${HOME:+$HOME/.local}
version=
from=

usage() {
    cat <<'END'
Installs instaseed from its archive of a release, without root:

  sh install.sh [--prefix DIR] [--version X.Y.Z] [--from URL|DIR]

  --prefix DIR     installs into DIR/bin and DIR/share [default: ~/.local]
  --version X.Y.Z  installs that release [default: the newest]
  --from URL|DIR   takes the archive and SHA256SUMS from there instead

The archive is compared with SHA256SUMS before anything is unpacked. Nothing outside of the prefix is written, and no
file of your shell is edited.
END
}

fail() {
    echo "error: $1" >&2
    [ -z "${2:-}" ] || echo "help: $2" >&2
    exit 2
}

while [ $# -gt 0 ]; do
    case $1 in
    --prefix | --version | --from)
        [ $# -gt 1 ] || fail "$1 needs a value"
        case $1 in
        --prefix) prefix=$2 ;;
        --version) version=${2#v} ;;
        --from) from=$2 ;;
        esac
        shift 2
        ;;
    -h | --help)
        usage
        exit 0
        ;;
    *) fail "unknown argument $1" 'sh install.sh --help lists the options' ;;
    esac
done
[ -n "$prefix" ] || fail 'HOME is not set' 'name a folder with --prefix DIR'

machine=$(uname -m)
case $machine in
x86_64 | amd64) machine=x86_64 ;;
aarch64 | arm64) machine=aarch64 ;;
*) fail "there is no archive for the processor $machine" 'compile it with Rust: cargo install instaseed' ;;
esac
case $(uname -s) in
Linux)
    # a program for musl is static: it runs where glibc is missing or old
    system=unknown-linux-musl
    glibc=$(getconf GNU_LIBC_VERSION 2>/dev/null | sed 's/^glibc 2\.//; s/[^0-9].*//') || glibc=
    [ "${glibc:-0}" -lt 17 ] || system=unknown-linux-gnu
    ;;
Darwin) system=apple-darwin ;;
*) fail "there is no archive for $(uname -s)" 'compile it with Rust: cargo install instaseed' ;;
esac
target=$machine-$system

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# fetch URL-OR-FILE INTO
fetch() {
    case $1 in
    *://*)
        if command -v curl >/dev/null; then
            curl --fail --silent --show-error --location --retry 2 --output "$2" "$1"
        elif command -v wget >/dev/null; then
            wget --quiet --output-document="$2" "$1"
        else
            fail 'neither curl nor wget is installed' "download $1 yourself, and name its folder with --from DIR"
        fi
        ;;
    *) cp "$1" "$2" ;;
    esac || fail "cannot get $1" 'nothing was installed'
}

if [ -z "$from" ]; then
    case $releases in
    *example.com*) fail 'there is no release yet' 'compile it with Rust, or name the folder of an archive with --from DIR' ;;
    esac
    from=$releases/latest/download
    [ -z "$version" ] || from=$releases/download/v$version
fi
fetch "$from/SHA256SUMS" "$work/SHA256SUMS"
archive=$(sed -n "s/^[0-9a-f]\{64\}  \(instaseed-[0-9][^ /]*-$target\.tar\.gz\)\$/\1/p" "$work/SHA256SUMS")
[ -z "$version" ] || archive=$(printf '%s\n' "$archive" | grep -Fx "instaseed-$version-$target.tar.gz") || archive=
case $archive in
'') fail "$from has no archive for $target${version:+ of version $version}" 'compile it with Rust: cargo install instaseed' ;;
*"
"*) fail "$from has several versions" 'choose one with --version X.Y.Z' ;;
esac

fetch "$from/$archive" "$work/$archive"
wanted=$(sed -n "s/^\([0-9a-f]\{64\}\)  $archive\$/\1/p" "$work/SHA256SUMS")
if command -v sha256sum >/dev/null; then
    found=$(sha256sum <"$work/$archive")
elif command -v shasum >/dev/null; then
    found=$(shasum -a 256 <"$work/$archive")
else
    fail 'neither sha256sum nor shasum is installed, so the archive cannot be checked' 'nothing was installed'
fi
[ "${found%% *}" = "$wanted" ] || fail "$archive does not have the SHA-256 that SHA256SUMS says" 'nothing was installed; try again, or report it'

tar -xzf "$work/$archive" -C "$work"
folder=$work/${archive%.tar.gz}
"$folder/bin/instaseed" --version >"$work/installed" || fail 'the program does not run on this machine' 'nothing was installed; compile it with Rust: cargo install instaseed'

mkdir -p "$prefix"
prefix=$(cd "$prefix" && pwd)
remover=$prefix/share/instaseed/uninstall
before=
[ ! -x "$prefix/bin/instaseed" ] || before=$("$prefix/bin/instaseed" --version 2>/dev/null) || before=
# a page of the last version that this one does not have would stay for ever
[ ! -f "$remover" ] || sh "$remover" --quiet
(cd "$folder" && find bin share -type f) >"$work/files"
echo share/instaseed/uninstall | cat - "$work/files" | while read -r file; do
    # the folders that are made here, the deepest first
    folder_of=${file%/*}
    while [ ! -d "$prefix/$folder_of" ]; do
        echo "$folder_of"
        case $folder_of in */*) folder_of=${folder_of%/*} ;; *) break ;; esac
    done
    mkdir -p "$prefix/${file%/*}"
done | sort -ru >"$work/folders"
while read -r file; do
    # by a rename, so that a program that runs keeps its file
    cp "$folder/$file" "$prefix/$file.new"
    mv "$prefix/$file.new" "$prefix/$file"
done <"$work/files"
{
    echo '#!/bin/sh'
    echo '# Removes what install.sh of instaseed has installed. Databases are not touched.'
    echo 'cd "$(dirname "$0")/../.." || exit 2'
    sed "s/.*/rm -f '&'/" "$work/files"
    echo 'rm -f share/instaseed/uninstall'
    # the folders that were made for it, unless something else is in them now
    sed "s/.*/rmdir '&' 2>\/dev\/null/" "$work/folders"
    echo '[ "${1:-}" = --quiet ] || echo "instaseed is removed from $PWD"'
} >"$remover"

echo "Installed $(cat "$work/installed")${before:+, in place of $before}: $prefix/bin/instaseed"
echo "The manual and the completions of bash, zsh and fish are in $prefix/share."
case ":$PATH:" in
*":$prefix/bin:"*) ;;
*) echo "$prefix/bin is not in your PATH. Add it:  export PATH=\"$prefix/bin:\$PATH\"" ;;
esac
echo "Start:      instaseed setup"
echo "Uninstall:  sh $remover"
