#!/usr/bin/env bash
# instaseed against the other seeders that can be installed: the same schema, the same number of rows in each table.
#
#     benches/peers/run.sh [USERS [RUNS]]        (8,000 users are about a million rows; 3 runs, of which the median)
#
# Everyone starts from the tables, keys, foreign keys and indexes that `instaseed setup --no-seed` makes, and the time is
# that of the whole process. Ours makes the tables too (`instaseed setup --users N`) and runs in turn with each of them.
# What is needed (npm, pip, cargo) is installed into a temporary folder; a seeder that cannot be installed is named and
# left out. PostgreSQL and MariaDB are private servers with durable settings, left out where they are not installed.
# A seeder that fails or is stopped gets a line that says why, and with how many rows.
#
#     ENGINES="..."  some of: sqlite postgres mariadb
#     PEERS="..."    some of: rusqlite faker drizzle seedgen
#     SCHEMAS="..."  some of: whole without_pair_keys
#     LIMIT=300      seconds after which a run is stopped
#     HEAP=8192      megabytes that V8 may use for drizzle-seed's objects
#     TOOLS=DIR      where to install, and to find what an earlier run installed
#     PREFIX=...     a command to run each measured process under, such as `nice -n -5`
#     INSTASEED=...  the binary, instead of building it
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
users=${1:-8000}
runs=${2:-3}
limit=${LIMIT:-300}
engines=${ENGINES:-sqlite postgres mariadb}
peers=${PEERS:-rusqlite faker drizzle seedgen}
schemas=${SCHEMAS:-whole without_pair_keys}

missing() { echo "NOT MEASURED: $*" >&2; }
has() { command -v "$1" >/dev/null; }
among() { [[ " $2 " = *" $1 "* ]]; }

# only_of VARIABLE CHOSEN KNOWN: a misspelt choice would silently measure nothing.
only_of() {
    local word
    for word in $2; do
        among "$word" "$3" || { echo "$1 knows $3, not $word" >&2; exit 1; }
    done
}
only_of ENGINES "$engines" "sqlite postgres mariadb"
only_of PEERS "$peers" "rusqlite faker drizzle seedgen"
only_of SCHEMAS "$schemas" "whole without_pair_keys"

for need in sqlite3 /usr/bin/time timeout pkill; do
    has "$need" || { echo "$need is needed" >&2; exit 1; }
done
if [[ -z ${INSTASEED:-} ]]; then
    (cd "$here/../.." && cargo build --release --quiet)
    INSTASEED=$here/../../target/release/instaseed
fi
work=$(mktemp -d)
tools=${TOOLS:-$work/tools}
mkdir -p "$tools"
chmod 755 "$work"

# --- private servers ------------------------------------------------------------------------------------------------

postgres= mariadb= measured=
stop() {
    trap '' INT TERM
    # `timeout` has a process group of its own, which it takes down with it.
    if [[ -n $measured ]]; then pkill -TERM -P "$measured" && wait "$measured" || true; fi
    if [[ -n $postgres ]]; then kill -INT "$postgres" && wait "$postgres" || true; fi
    if [[ -n $mariadb ]]; then kill -TERM "$mariadb" && wait "$mariadb" || true; fi
    rm -rf "$work"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# PostgreSQL refuses to run as root.
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
    # Ports below those that systems give out by themselves.
    postgres_at=127.0.0.1:$((20000 + RANDOM % 6000))
    (cd / && exec "${as[@]}" "$bin/postgres" -D "$data/data" -k "$data" -p "${postgres_at#*:}" -h 127.0.0.1 \
        -c shared_buffers=512MB -c max_wal_size=4GB) 2>"$work/postgres.log" &
    postgres=$!
    for _ in {1..100}; do
        psql -qX "postgres://peer@$postgres_at/postgres" -c '' 2>/dev/null && return
        sleep 0.1
    done
    missing "PostgreSQL (it does not start: $(tail -1 "$work/postgres.log"))"
    kill -INT "$postgres" 2>/dev/null && wait "$postgres" || true
    postgres=
}

start_mariadb() {
    local data=$work/mariadb bin user
    bin=$(PATH=$PATH:/usr/sbin:/usr/local/sbin command -v mariadbd || true)
    [[ -n $bin ]] && has mariadb && has mariadb-install-db || { missing "MariaDB (no server installed)"; return; }
    user=$(id -un)
    mkdir "$data"
    TMPDIR=$data mariadb-install-db --no-defaults --user="$user" --datadir="$data/data" --skip-test-db --skip-name-resolve \
        --auth-root-authentication-method=normal >"$work/mariadb-install-db.log" 2>&1 ||
        { missing "MariaDB (mariadb-install-db: $(tail -1 "$work/mariadb-install-db.log"))"; return; }
    printf '%s\n' "CREATE USER peer@'127.0.0.1';" "GRANT ALL ON *.* TO peer@'127.0.0.1';" >"$data/account.sql"
    mariadb_at=127.0.0.1:$((26000 + RANDOM % 6000))
    "$bin" --no-defaults --user="$user" --datadir="$data/data" --socket="$data/socket" --pid-file="$data/pid" \
        --tmpdir="$data" --init-file="$data/account.sql" --port="${mariadb_at#*:}" --bind-address=127.0.0.1 --skip-name-resolve \
        --default-time-zone=+00:00 --local-infile=1 --innodb-buffer-pool-size=1G --innodb-log-file-size=512M \
        >"$work/mariadb.log" 2>&1 &
    mariadb=$!
    for _ in {1..300}; do
        in_mariadb -e '' 2>/dev/null && return
        kill -0 "$mariadb" 2>/dev/null || break
        sleep 0.1
    done
    missing "MariaDB (it does not start: $(grep -m1 ERROR "$work/mariadb.log" || tail -1 "$work/mariadb.log"))"
    kill -TERM "$mariadb" 2>/dev/null && wait "$mariadb" || true
    mariadb=
}

in_mariadb() { mariadb --no-defaults --protocol=tcp -h 127.0.0.1 -P "${mariadb_at#*:}" -u peer -N -B "$@"; }

# --- a contest ------------------------------------------------------------------------------------------------------

# One query, one answer.
ask() {
    case $target in
        postgres://*) psql -qXAt "$target" -c "$1" ;;
        mysql://*) in_mariadb peer -e "$1" ;;
        *) sqlite3 "$target" "$1" ;;
    esac
}

tables=(users photos comments likes follows tags photo_tags)
all_rows="SELECT $(printf '(SELECT count(*) FROM %s) + ' "${tables[@]}") 0"

# fresh ENGINE: a new, empty database, in $target and, as we write it, in $url.
fresh() {
    case $1 in
        postgres)
            target=postgres://peer@$postgres_at/peer url=$target
            # FORCE: the connection of a seeder that was stopped may still be at work.
            psql -qX "postgres://peer@$postgres_at/postgres" -v ON_ERROR_STOP=1 \
                -c 'DROP DATABASE IF EXISTS peer WITH (FORCE)' -c 'CREATE DATABASE peer' 2>"$work/fresh.log" ||
                { cat "$work/fresh.log" >&2; exit 1; }
            ;;
        mariadb)
            target=mysql://peer@$mariadb_at/peer url=$target
            in_mariadb -e 'DROP DATABASE IF EXISTS peer; CREATE DATABASE peer'
            ;;
        sqlite)
            target=$work/peer.db url=sqlite://$work/peer.db
            rm -f "$work"/peer.db*
            ;;
    esac
}

# prepare ENGINE SCHEMA: the tables as they are for the others.
prepare() {
    fresh "$1"
    "$INSTASEED" setup --no-seed --quiet --database-url "$url"
    [[ $2 = whole ]] && return
    case $1 in
        postgres) psql -qX -v ON_ERROR_STOP=1 "$target" -f "$here/$2.postgres.sql" ;;
        mariadb) in_mariadb peer <"$here/$2.mysql.sql" ;;
        sqlite) sqlite3 -bail "$target" <"$here/$2.sqlite.sql" ;;
    esac
}

# measure COMMAND...: runs it under a clock; the seconds go to $seconds, the peak megabytes to $megabytes.
measure() {
    local code=0
    # In the background, because a shell heeds signals while it waits, and not while it runs a command.
    # shellcheck disable=SC2086
    ${PREFIX:-} /usr/bin/time -o "$work/time" -f '%e %M' timeout -k 10 "$limit" "$@" >"$work/out" 2>&1 &
    measured=$!
    wait "$measured" || code=$?
    measured=
    read -r seconds megabytes < <(tail -1 "$work/time" | awk '{ print $1, $2 / 1024 }')
    return "$code"
}

larger() { printf '%s\n' "$@" | sort -g | tail -1; }
median() { printf '%s\n' "$@" | sort -g | sed -n "$((($# + 1) / 2))p"; }

# reason CODE: it stands in another line with each of them; some print the whole statement before it. Who does not end when
# it is stopped is killed.
reason() {
    local known='UNIQUE constraint failed: [a-z_., ]+|duplicate key value.*"[a-z_]+"'
    known+='|duplicate entry .+ for key [^" ]+|out of memory|heap limit.*'
    if [[ $1 = 124 || $1 = 137 && ${seconds%.*} -ge $limit ]]; then
        echo "stopped after $limit s"
    elif [[ $1 = 137 ]]; then
        echo "killed, which is what the system does when memory is short"
    else
        cut -c1-400 "$work/out" | grep -oiE "$known" | tail -1 ||
            echo "code $1: $(grep -iE -m1 error "$work/out" | cut -c1-160 || true)"
    fi
}

# unfilled: the tables that have fewer rows than they should. A transaction that was never committed leaves them all empty;
# then it is the table that the seeder has named last, if it does.
unfilled() {
    local table short=() said
    for table in "${tables[@]}"; do
        (($(ask "SELECT count(*) FROM $table") >= wanted[$table])) || short+=("$table")
    done
    said=$(grep -xE "$(IFS='|'; echo "${tables[*]}")" "$work/out" | tail -1 || true)
    echo "not full: ${short[*]:-none}${said:+; last begun: $said}"
}

# contest ENGINE NAME SCHEMA COMMAND...: runs ours and it in turn and prints a line; DATABASE in the command is its name.
# SCHEMA is whole or without_pair_keys.
contest() {
    local engine=$1 name=$2 schema=$3 mine=() theirs=() most=0 most_mine=0 rows code early keys=
    shift 3
    among "$schema" "$schemas" || return 0
    [[ $schema = whole ]] || keys='; pairs are no keys'
    for ((run = 0; run < runs; run++)); do
        fresh "$engine"
        measure "$INSTASEED" setup --users "$users" --quiet --database-url "$url" || { cat "$work/out" >&2; exit 1; }
        mine+=("$seconds")
        most_mine=$(larger "$megabytes" "$most_mine")
        prepare "$engine" "$schema"
        code=0
        measure "${@//DATABASE/$target}" || code=$?
        theirs+=("$seconds")
        most=$(larger "$megabytes" "$most")
        rows=$(ask "$all_rows") || rows="not known"
        if [[ $code != 0 ]]; then
            printf '| %s | %s | %s | failed after %.2f | | %.0f MB | %.2f | %.0f MB | | %s%s |\n' \
                "$engine" "$name" "$rows" "$seconds" "$megabytes" "$(median "${mine[@]}")" "$most_mine" \
                "$(reason "$code"); $(unfilled)" "$keys"
            return
        fi
    done
    early=$(ask "SELECT round(100.0 * count(CASE WHEN l.created_at < p.created_at THEN 1 END) / count(*)) FROM likes l JOIN photos p ON p.id = l.photo_id")
    awk -v begin="$engine | $name" -v rows="$rows" -v theirs="$(median "${theirs[@]}")" -v mine="$(median "${mine[@]}")" \
        -v most="$most" -v most_mine="$most_mine" -v early="$early" -v keys="$keys" 'BEGIN {
        printf "| %s | %d | %.2f | %d | %.0f MB | %.2f | %.0f MB | %.1f | %d %% of likes older than their photo%s |\n",
            begin, rows, theirs, rows / theirs, most, mine, most_mine, theirs / mine, early, keys }'
}

# --- what takes part ------------------------------------------------------------------------------------------------

echo "Installing into $tools" >&2
cp -r "$here/drizzle" "$here/faker" "$here/fake_rusqlite" "$tools"
if among postgres "$engines"; then start_postgres; fi
if among mariadb "$engines"; then start_mariadb; fi

drizzle=()
if among drizzle "$peers"; then
    if has npm && has node && (cd "$tools/drizzle" && npm install --no-audit --no-fund) >"$work/npm.log" 2>&1; then
        drizzle=(node --max-old-space-size="${HEAP:-8192}" "$tools/drizzle/seed.js")
    else
        missing "drizzle-seed (node and npm are needed: $(tail -1 "$work/npm.log" 2>/dev/null || true))"
    fi
fi

faker=
if among faker "$peers"; then
    if has python3 && python3 -m venv "$tools/venv" >"$work/pip.log" 2>&1 &&
        "$tools/venv/bin/pip" install --quiet -r "$tools/faker/requirements.txt" >>"$work/pip.log" 2>&1; then
        faker=$tools/venv/bin/python
    else
        missing "Faker (python3 with venv and pip is needed: $(tail -1 "$work/pip.log" 2>/dev/null || true))"
    fi
fi

rusqlite=
if among rusqlite "$peers" && among sqlite "$engines"; then
    if (cd "$tools/fake_rusqlite" && CARGO_TARGET_DIR=target cargo build --release --quiet) >"$work/cargo.log" 2>&1; then
        rusqlite=$tools/fake_rusqlite/target/release/peer-fake-rusqlite
    else
        missing "fake + rusqlite: $(tail -1 "$work/cargo.log")"
    fi
fi

seedgen=
if among seedgen "$peers" && [[ -n $postgres ]]; then
    if cargo install seedgen --version 0.3.0 --locked --quiet --root "$tools/seedgen" >"$work/cargo.log" 2>&1; then
        seedgen=$tools/seedgen/bin/seedgen
    else
        missing "seedgen: $(tail -1 "$work/cargo.log")"
    fi
fi

# --- the contests ---------------------------------------------------------------------------------------------------

# How many rows each table gets is our profile's word.
fresh sqlite
"$INSTASEED" setup --users "$users" --quiet --database-url "$url"
declare -A wanted
counts="{" entities=""
for table in "${tables[@]}"; do
    count=$(ask "SELECT count(*) FROM $table")
    wanted[$table]=$count
    counts+="\"$table\":$count," entities+="$table=$count,"
done
counts=${counts%,}} entities=${entities%,}
echo "$users users: $entities" >&2

echo "| engine | seeder | rows | seconds | rows/s | peak memory | ours, seconds | ours, peak memory | ratio | remarks |"
echo "|---|---|---|---|---|---|---|---|---|---|"
for engine in $engines; do
    # It could not be started, which has been said.
    if [[ $engine = postgres && -z $postgres ]] || [[ $engine = mariadb && -z $mariadb ]]; then continue; fi
    if [[ $engine = sqlite && -n $rusqlite ]]; then
        contest "$engine" "fake + rusqlite" whole "$rusqlite" DATABASE "$counts"
        contest "$engine" "fake + rusqlite, tuned" whole "$rusqlite" DATABASE "$counts" tuned
    fi
    [[ -z $faker ]] || contest "$engine" "Faker + executemany" whole "$faker" "$tools/faker/seed.py" DATABASE "$counts"
    if ((${#drizzle[@]})); then
        contest "$engine" drizzle-seed whole "${drizzle[@]}" DATABASE "$counts"
        contest "$engine" drizzle-seed without_pair_keys "${drizzle[@]}" DATABASE "$counts" pairs-not-keys
    fi
    if [[ $engine = postgres && -n $seedgen ]]; then
        contest "$engine" seedgen whole "$seedgen" generate --url DATABASE --seed 1 --entities "$entities"
        contest "$engine" seedgen without_pair_keys "$seedgen" generate --url DATABASE --seed 1 --entities "$entities"
    fi
done
