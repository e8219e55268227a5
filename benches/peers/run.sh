#!/usr/bin/env bash
# instaseed against the other seeders that can be installed: the same schema, the same number of rows in each table.
#
#     benches/peers/run.sh [USERS [RUNS]]        (8,000 users are about a million rows; 3 runs, of which the median)
#
# Everyone starts from the tables, keys, foreign keys and indexes that `instaseed setup --no-seed` makes, and the time is
# that of the whole process. Ours makes the tables too (`instaseed setup --users N`) and runs in turn with each of them.
# What is needed (npm, pip, cargo) is installed into a temporary folder; a seeder that cannot be installed is named and
# left out. PostgreSQL is a private server with durable settings, left out where it is not installed.
#
#     LIMIT=300      seconds after which a run is stopped
#     TOOLS=DIR      where to install, and to find what an earlier run installed
#     ONLY=WORD      only the contests whose name contains the word
#     PREFIX=...     a command to run each measured process under, such as `nice -n -5`
#     INSTASEED=...  the binary, instead of building it
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
users=${1:-8000}
runs=${2:-3}
limit=${LIMIT:-300}
work=$(mktemp -d)
tools=${TOOLS:-$work/tools}
mkdir -p "$tools"
chmod 755 "$work"

missing() { echo "NOT MEASURED: $*" >&2; }
has() { command -v "$1" >/dev/null; }

for need in sqlite3 /usr/bin/time timeout; do
    has "$need" || { echo "$need is needed" >&2; exit 1; }
done
if [[ -z ${INSTASEED:-} ]]; then
    (cd "$here/../.." && cargo build --release --quiet)
    INSTASEED=$here/../../target/release/instaseed
fi

# --- a private PostgreSQL, which refuses to run as root -------------------------------------------------------------

server=
stop() {
    if [[ -n $server ]]; then kill -INT "$server" && wait "$server" || true; fi
    rm -rf "$work"
}
trap stop EXIT

start_postgres() {
    local bin as=() data=$work/postgres
    bin=$(dirname "$(ls /usr/lib/postgresql/*/bin/postgres 2>/dev/null | tail -1 || true)")
    [[ -x $bin/postgres ]] || bin=$(dirname "$(command -v postgres || true)")
    [[ -x $bin/postgres ]] || { missing "PostgreSQL (no server installed)"; return; }
    mkdir "$data"
    if [[ $(id -u) = 0 ]]; then
        as=(setpriv --reuid=postgres --regid=postgres --clear-groups)
        chown postgres "$data"
    fi
    (cd / && "${as[@]}" "$bin/initdb" -D "$data/data" -U peer --auth=trust -E UTF8 --locale=C >"$work/initdb.log")
    port=$((20000 + RANDOM % 20000))
    (cd / && exec "${as[@]}" "$bin/postgres" -D "$data/data" -k "$data" -p "$port" -h 127.0.0.1 \
        -c shared_buffers=512MB -c max_wal_size=4GB) 2>"$work/postgres.log" &
    server=$!
    for _ in {1..100}; do
        psql -qX "postgres://peer@127.0.0.1:$port/postgres" -c '' 2>/dev/null && return
        sleep 0.1
    done
    missing "PostgreSQL (it does not start: $(tail -1 "$work/postgres.log"))"
    server=
}

# --- a contest ------------------------------------------------------------------------------------------------------

# One query, one answer.
ask() {
    case $target in
        postgres://*) psql -qXAt "$target" -c "$1" ;;
        *) sqlite3 "$target" "$1" ;;
    esac
}

tables=(users photos comments likes follows tags photo_tags)
all_rows="SELECT $(printf '(SELECT count(*) FROM %s) + ' "${tables[@]}") 0"

# fresh ENGINE [without_pair_keys]: a new, empty database, in $target and, as we write it, in $url.
fresh() {
    if [[ $1 = postgres ]]; then
        target=postgres://peer@127.0.0.1:$port/peer url=$target
        psql -qX "postgres://peer@127.0.0.1:$port/postgres" -c 'DROP DATABASE IF EXISTS peer' -c 'CREATE DATABASE peer' 2>/dev/null
    else
        target=$work/peer.db url=sqlite://$work/peer.db
        rm -f "$work"/peer.db*
    fi
}

prepare() {
    fresh "$1"
    "$INSTASEED" setup --no-seed --quiet --database-url "$url"
    [[ $2 = whole ]] && return
    case $1 in
        postgres) psql -qX -v ON_ERROR_STOP=1 "$target" -f "$here/$2.postgres.sql" ;;
        sqlite) sqlite3 -bail "$target" <"$here/$2.sqlite.sql" ;;
    esac
}

# measure COMMAND...: runs it under a clock; the seconds go to $seconds, the peak megabytes to $megabytes.
measure() {
    local code=0
    # shellcheck disable=SC2086
    ${PREFIX:-} /usr/bin/time -o "$work/time" -f '%e %M' timeout "$limit" "$@" >"$work/out" 2>&1 || code=$?
    read -r seconds megabytes < <(tail -1 "$work/time" | awk '{ print $1, $2 / 1024 }')
    return "$code"
}

median() { printf '%s\n' "$@" | sort -g | sed -n "$((($# + 1) / 2))p"; }

# contest ENGINE NAME SCHEMA COMMAND...: runs ours and it in turn and prints a line; DATABASE in the command is its name.
# SCHEMA is whole or without_pair_keys.
contest() {
    local engine=$1 name=$2 schema=$3 mine=() theirs=() most=0 rows code early why
    shift 3
    if [[ $name != *${ONLY:-}* ]]; then return; fi
    for ((run = 0; run < runs; run++)); do
        fresh "$engine"
        measure "$INSTASEED" setup --users "$users" --quiet --database-url "$url" || { cat "$work/out" >&2; exit 1; }
        mine+=("$seconds")
        prepare "$engine" "$schema"
        code=0
        measure "${@//DATABASE/$target}" || code=$?
        rows=$(ask "$all_rows")
        if [[ $code != 0 ]]; then
            # The reason stands in another line with each of them; some print the whole statement before it.
            why=$(cut -c1-400 "$work/out" | grep -oiE 'UNIQUE constraint failed: [a-z_., ]+|duplicate key value.*"[a-z_]+"|out of memory|heap limit.*' | tail -1 || true)
            [[ $code = 124 ]] && why="stopped after $limit s"
            why=${why:-code $code: $(grep -iE -m1 error "$work/out" | cut -c1-160 || true)}
            echo "| $engine | $name | $rows | failed | | | | | $why |"
            return
        fi
        theirs+=("$seconds")
        most=$(awk "BEGIN { print ($megabytes > $most ? $megabytes : $most) }")
    done
    early=$(ask "SELECT round(100.0 * count(CASE WHEN l.created_at < p.created_at THEN 1 END) / count(*)) FROM likes l JOIN photos p ON p.id = l.photo_id")
    awk -v begin="$engine | $name" -v rows="$rows" -v theirs="$(median "${theirs[@]}")" -v mine="$(median "${mine[@]}")" \
        -v most="$most" -v early="$early" -v keys="$([[ $schema = whole ]] || echo '; pairs are no keys')" 'BEGIN {
        printf "| %s | %d | %.2f | %d | %.0f MB | %.2f | %.1f | %d %% of likes older than their photo%s |\n",
            begin, rows, theirs, rows / theirs, most, mine, theirs / mine, early, keys }'
}

# --- what takes part ------------------------------------------------------------------------------------------------

echo "Installing into $tools" >&2
cp -r "$here/drizzle" "$here/faker" "$here/fake_rusqlite" "$tools"

drizzle=
if has npm && has node && (cd "$tools/drizzle" && npm install --no-audit --no-fund) >"$work/npm.log" 2>&1; then
    drizzle=$tools/drizzle/seed.js
else
    missing "drizzle-seed (node and npm are needed: $(tail -1 "$work/npm.log" 2>/dev/null || true))"
fi

faker=
if has python3 && python3 -m venv "$tools/venv" >"$work/pip.log" 2>&1 &&
    "$tools/venv/bin/pip" install --quiet -r "$tools/faker/requirements.txt" >>"$work/pip.log" 2>&1; then
    faker=$tools/venv/bin/python
else
    missing "Faker (python3 with venv and pip is needed: $(tail -1 "$work/pip.log" 2>/dev/null || true))"
fi

rusqlite=$tools/fake_rusqlite/target/release/peer-fake-rusqlite
(cd "$tools/fake_rusqlite" && CARGO_TARGET_DIR=target cargo build --release --quiet) >"$work/cargo.log" 2>&1 ||
    { missing "fake + rusqlite: $(tail -1 "$work/cargo.log")"; rusqlite=; }

start_postgres
seedgen=
if [[ -n $server ]]; then
    cargo install seedgen --version 0.3.0 --locked --quiet --root "$tools/seedgen" >"$work/cargo.log" 2>&1 &&
        seedgen=$tools/seedgen/bin/seedgen || missing "seedgen: $(tail -1 "$work/cargo.log")"
fi

# --- the contests ---------------------------------------------------------------------------------------------------

# How many rows each table gets is our profile's word.
fresh sqlite
"$INSTASEED" setup --users "$users" --quiet --database-url "$url"
counts="{" entities=""
for table in "${tables[@]}"; do
    count=$(ask "SELECT count(*) FROM $table")
    counts+="\"$table\":$count," entities+="$table=$count,"
done
counts=${counts%,}} entities=${entities%,}
echo "$users users: $entities" >&2

echo "| engine | seeder | rows | seconds | rows/s | peak memory | ours, seconds | ratio | remarks |"
echo "|---|---|---|---|---|---|---|---|---|"
for engine in sqlite ${server:+postgres}; do
    if [[ $engine = sqlite && -n $rusqlite ]]; then
        contest "$engine" "fake + rusqlite" whole "$rusqlite" DATABASE "$counts"
        contest "$engine" "fake + rusqlite, tuned" whole "$rusqlite" DATABASE "$counts" tuned
    fi
    [[ -z $faker ]] || contest "$engine" "Faker + executemany" whole "$faker" "$tools/faker/seed.py" DATABASE "$counts"
    if [[ -n $drizzle ]]; then
        contest "$engine" drizzle-seed whole node "$drizzle" DATABASE "$counts"
        contest "$engine" drizzle-seed without_pair_keys node "$drizzle" DATABASE "$counts" pairs-not-keys
    fi
    if [[ $engine = postgres && -n $seedgen ]]; then
        contest "$engine" seedgen whole "$seedgen" generate --url DATABASE --seed 1 --entities "$entities"
        contest "$engine" seedgen without_pair_keys "$seedgen" generate --url DATABASE --seed 1 --entities "$entities"
    fi
done
