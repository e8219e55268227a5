#!/usr/bin/env bash
# What each format of `instaseed generate` costs: rows per second, rows per second of the processor, size, memory.
#
#     benches/formats.sh [USERS [RUNS]]      (20,000 users are about 3 million rows; 5 runs, in turn)
#
# Whole processes on two threads, medians. Columns: format, MB, share of CSV, thousand rows per second, thousand rows per
# second of the processor, MB of memory.
#
#     FORMATS="csv csv.zst"     only these
#     INSTASEED=...             the binary, instead of building it
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
users=${1:-20000}
runs=${2:-5}
formats=${FORMATS:-csv csv.gz csv.zst jsonl jsonl.gz jsonl.zst sql sql.gz sql.zst parquet}
if [[ -z ${INSTASEED:-} ]]; then
    (cd "$here/.." && cargo build --release --quiet)
    INSTASEED=$here/../target/release/instaseed
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for _ in $(seq "$runs"); do
    for format in $formats; do
        rm -rf "$work/out"
        /usr/bin/time -o "$work/time" -f '%e %U %S %M' \
            "$INSTASEED" generate --users "$users" --format "$format" --threads 2 --json --out "$work/out" \
            >"$work/json" 2>"$work/log" || { cat "$work/log" >&2; exit 1; }
        rows=$(sed -n '/"rows": {/,/}/p' "$work/json" | awk 'NR > 1 { sum += $2 } END { print sum }')
        bytes=$(find "$work/out" -type f ! -name manifest.json -printf '%s\n' | awk '{ sum += $1 } END { print sum }')
        echo "$format $rows $bytes $(cat "$work/time")" >>"$work/lines"
    done
done

# median FORMAT EXPRESSION
median() {
    awk -v f="$1" '$1 == f { print '"$2"' }' "$work/lines" | sort -g | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'
}
echo "$(awk 'NR == 1 { print $2 }' "$work/lines") rows, $runs runs"
first=
for format in $formats; do
    bytes=$(median "$format" '$3')
    first=${first:-$bytes}
    awk -v n="$format" -v b="$bytes" -v c="$first" -v w="$(median "$format" '$2 / $4')" \
        -v p="$(median "$format" '$2 / ($5 + $6)')" -v m="$(median "$format" '$7')" \
        'BEGIN { printf "%-10s %8.1f MB %5.2f %8.0f %8.0f %5.0f MB\n", n, b / 1e6, b / c, w / 1e3, p / 1e3, m / 1024 }'
done
