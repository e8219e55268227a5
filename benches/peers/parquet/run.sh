#!/usr/bin/env bash
# `instaseed generate --format parquet` against `tpchgen-cli parquet`: bytes written per second, and the memory of both.
#
#     benches/peers/parquet/run.sh [USERS [RUNS]]      (58,000 users are about 10 million rows; 5 runs, in turn)
#
# Both write all their tables on two threads, compressed with zstd at level 1, which is what instaseed writes. Prints each
# run, the medians and their ratio. Then other programs read our files back (read_back.py), if a Python has them.
#
#     CODEC=...      what tpchgen-cli writes instead: SNAPPY, UNCOMPRESSED, ...
#     SCALE=1        the scale factor of TPC-H
#     TPCHGEN=...    the program (default: tpchgen-cli on the path, else pip installs it into a temporary folder)
#     PYTHON=...     a Python with numpy, pyarrow, and what else should read (pandas, duckdb, pyspark)
#     INSTASEED=...  the binary, instead of building it
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
users=${1:-58000}
runs=${2:-5}
codec=${CODEC:-ZSTD(1)}
scale=${SCALE:-1}
python=${PYTHON:-python3}
if [[ -z ${INSTASEED:-} ]]; then
    (cd "$here/../../.." && cargo build --release --quiet)
    INSTASEED=$here/../../../target/release/instaseed
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [[ -z ${TPCHGEN:-} ]]; then
    TPCHGEN=$(command -v tpchgen-cli || true)
    if [[ -z $TPCHGEN ]]; then
        python3 -m venv "$work/tools" && "$work/tools/bin/pip" install --quiet tpchgen-cli
        TPCHGEN=$work/tools/bin/tpchgen-cli
    fi
fi

# measured NAME COMMAND...: a line with the name, bytes, seconds, seconds of the processor and kilobytes of memory.
measured() {
    local name=$1
    shift
    rm -rf "$work/out"
    /usr/bin/time -o "$work/time" -f '%e %U %S %M' "$@" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
    read -r seconds user system memory <"$work/time"
    bytes=$(find "$work/out" -name '*.parquet' -printf '%s\n' | awk '{ sum += $1 } END { print sum }')
    awk -v n="$name" -v b="$bytes" -v s="$seconds" -v u="$user" -v y="$system" -v m="$memory" 'BEGIN {
        printf "%-10s %12d bytes %7.2f s %7.1f MB/s %7.2f s of processor %7.1f MB per such second %5d MB of memory\n",
            n, b, s, b / 1e6 / s, u + y, b / 1e6 / (u + y), m / 1024 }' | tee -a "$work/lines"
}

for _ in $(seq "$runs"); do
    measured instaseed "$INSTASEED" generate --format parquet --users "$users" --threads 2 --out "$work/out"
    measured tpchgen "$TPCHGEN" parquet --scale-factor "$scale" --num-threads 2 --compression "$codec" --output-dir "$work/out"
done

# median NAME FIELD
median() {
    awk -v n="$1" -v f="$2" '$1 == n { print $f }' "$work/lines" | sort -g | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'
}
ratio() {
    awk -v a="$(median instaseed "$1")" -v b="$(median tpchgen "$1")" -v w="$2" \
        'BEGIN { printf "%s: instaseed %.1f, tpchgen-cli %.1f (%s), ratio %.2f\n", w, a, b, "'"$codec"'", a / b }'
}
ratio 6 'MB/s'
ratio 12 'MB per second of processor'

"$INSTASEED" generate --quiet --format parquet --users "$users" --out "$work/ours"
"$python" "$here/read_back.py" "$work/ours" || {
    [[ $? = 1 ]] && "$python" -c 'import numpy, pyarrow' 2>/dev/null && exit 1
    echo "NOT READ BACK: $python has no numpy and pyarrow" >&2
}
