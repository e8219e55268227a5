# What the tests of packages share. Each gets the folder of the packages, and works in a temporary one of its own.
packages=$(cd "$1" && pwd)
tests=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
cd "$work"

fail() {
    echo "error: $(basename "$0"): $*" >&2
    exit 1
}

untested() {
    echo "NOT TESTED: $*"
}

# one PATTERN: the package of that name
one() {
    set -- "$packages"/$1
    [ $# -eq 1 ] && [ -f "$1" ] || fail "expected one package, and there is: $*"
    echo "$1"
}

# rows COMMAND..: from an empty folder to rows, with nothing of this machine's settings; $seconds is how long it took
rows() {
    mkdir -p "$work/rows"
    begun=$(date +%s)
    (cd "$work/rows" && env -i PATH=/usr/bin:/bin HOME="$work/rows" "$@" setup >"$work/log" 2>&1) || { cat "$work/log" >&2; fail "$1 setup fails"; }
    (cd "$work/rows" && env -i PATH=/usr/bin:/bin HOME="$work/rows" "$@" show --rows 1 >"$work/log" 2>&1) || { cat "$work/log" >&2; fail "$1 show fails"; }
    grep -q '^users: 100 rows$' "$work/log" || fail "$1 shows no rows"
    seconds=$(($(date +%s) - begun))
    rm -rf "$work/rows"
}

# whole PREFIX: what is installed below it besides the program
whole() {
    for file in bin/instaseed share/bash-completion/completions/instaseed share/fish/vendor_completions.d/instaseed.fish \
        share/doc/instaseed/THIRD-PARTY-LICENSES; do
        [ -s "$1/$file" ] || fail "$1/$file is missing"
    done
    [ -s "$1/share/zsh/site-functions/_instaseed" ] || [ -s "$1/share/zsh/vendor-completions/_instaseed" ] || fail 'the completions of zsh are missing'
    bash "$tests/../../tests/shells/tab.bash" "$1/share/bash-completion/completions/instaseed" instaseed se >"$work/offered" 2>&1 || :
    grep -qx 'setup' "$work/offered" || fail 'the completions of bash do not offer setup'
    page=$(find "$1/share/man/man1" -name 'instaseed-setup.1*')
    [ -n "$page" ] || fail 'there is no page for setup in the manual'
    if command -v man >/dev/null; then
        man --warnings -l "$page" >"$work/page" 2>"$work/warnings"
        [ ! -s "$work/warnings" ] || fail "the manual has mistakes: $(head -n 1 "$work/warnings")"
        grep -q '^EXAMPLES' "$work/page" || fail 'the page of setup has no examples'
    else
        untested 'the manual as man shows it (man is missing)'
    fi
}
