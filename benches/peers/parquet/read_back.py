"""Reads a folder of `instaseed generate` with other programs, and compares rows, types and digests.

    python3 read_back.py DIR [READER...]        (pyarrow, pandas, duckdb, spark; those that are installed)

Parquet, CSV and JSON Lines, compressed or not. The digest is the one of src/sink/digest.rs, computed from what the reader
returns; what it must be is in manifest.json. Parquet says its types; for the others, each reader finds out integers by
itself, and is asked for times where it takes them for text. Ends with 1 if anything differs. Needs numpy and pyarrow, and
for Spark a Java runtime.
"""

import json
import pathlib
import sys

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

START = (0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93)
INTEGER = 0xA0761D6478BD642F
TIME = 0xE7037ED1A0B428DB
TEXT = 0x8EBC6AF09C88C6E3
NULL = 0x589965CC75374CC3
STEP = 0x1D8E4E27C47D124F
BLOCK = 16
# rows that are digested at once
BATCH = 1 << 18


def multiply(a, b):
    """The low and the high half of a product of 128 bits."""
    low_a, high_a = a & np.uint64(0xFFFFFFFF), a >> np.uint64(32)
    low_b, high_b = b & np.uint64(0xFFFFFFFF), b >> np.uint64(32)
    low = low_a * low_b
    middle = high_a * low_b + (low >> np.uint64(32))
    other = low_a * high_b + (middle & np.uint64(0xFFFFFFFF))
    return a * b, high_a * high_b + (middle >> np.uint64(32)) + (other >> np.uint64(32))


def digest(table):
    low_sum, high_sum = 0, 0
    for start in range(0, table.num_rows, BATCH):
        part = table.slice(start, BATCH).combine_chunks()
        low, high = rows_of(part)
        low_sum += int(np.sum(low ^ high, dtype=np.uint64))
        high_sum += int(np.sum(low, dtype=np.uint64))
    mask = (1 << 64) - 1
    return f"{high_sum & mask:016x}{low_sum & mask:016x}"


def rows_of(part):
    state = tuple(np.full(part.num_rows, half, np.uint64) for half in START)
    step = np.uint64(STEP)
    for column in part.columns:
        column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        present = column.is_valid().to_numpy(zero_copy_only=False)
        if pa.types.is_timestamp(column.type):
            unit = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[column.type.unit]
            values = pc.fill_null(column.cast(pa.int64()), 0).to_numpy()
            assert not np.any(values % unit), "a time is not a whole second"
            kind, values = TIME, (values // unit).astype(np.uint64)
        elif pa.types.is_integer(column.type):
            kind, values = INTEGER, pc.fill_null(column, 0).to_numpy().astype(np.int64).astype(np.uint64)
        else:
            kind = TEXT
            data = pc.fill_null(column.cast(pa.large_binary()), b"")
            offsets = np.frombuffer(data.buffers()[1], np.int64)[data.offset:data.offset + len(data) + 1]
            raw = data.buffers()[2]
            letters = np.frombuffer(raw, np.uint8) if raw else np.zeros(0, np.uint8)
            # room for the last block
            letters = np.concatenate([letters[:offsets[-1]], np.zeros(BLOCK, np.uint8)])
            lengths = offsets[1:] - offsets[:-1]
            values = lengths.astype(np.uint64)
        kinds = np.where(present, np.uint64(kind), np.uint64(NULL))
        values = np.where(present, values, np.uint64(0))
        state = multiply(state[0] ^ values ^ kinds, state[1] ^ step)
        if kind == TEXT:
            blocks = -(-lengths // BLOCK)
            for block in range(int(blocks.max(initial=0))):
                at = np.nonzero(blocks > block)[0]
                begin = offsets[at] + BLOCK * block
                bytes_ = letters[begin[:, None] + np.arange(BLOCK)]
                inside = np.minimum(lengths[at] - BLOCK * block, BLOCK)
                bytes_[np.arange(BLOCK)[None, :] >= inside[:, None]] = 0
                halves = np.ascontiguousarray(bytes_).view("<u8")
                low, high = multiply(state[0][at] ^ halves[:, 0], state[1][at] ^ halves[:, 1] ^ step)
                state[0][at], state[1][at] = low, high
    return multiply(state[0] ^ np.uint64(NULL), state[1] ^ np.uint64(TEXT))


def read_pyarrow(path, format):
    from pyarrow import csv, json as lines

    if format == "parquet":
        return pq.read_table(path)
    if format == "csv":
        # an empty field is NULL, and "" is an empty text
        options = csv.ConvertOptions(strings_can_be_null=True, quoted_strings_can_be_null=False, null_values=[""])
        return csv.read_csv(path, convert_options=options)
    return lines.read_json(path, read_options=lines.ReadOptions(block_size=1 << 24))


def read_pandas(path, format):
    import pandas

    if format == "parquet":
        frame = pandas.read_parquet(path)
    elif format == "csv":
        frame = pandas.read_csv(path, na_values=[""], keep_default_na=False)
    else:
        frame = pandas.read_json(path, lines=True, dtype=False)
    return pa.Table.from_pandas(frame, preserve_index=False)


def read_duckdb(path, format):
    import duckdb

    files = f"{path}/*.parquet" if path.is_dir() else str(path)
    read = {"parquet": "read_parquet(?)", "csv": "read_csv(?)", "jsonl": "read_json(?)"}[format]
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    return connection.sql(f"SELECT * FROM {read}", params=[files]).to_arrow_table()


def read_spark(path, format):
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.driver.memory", "8g").config("spark.driver.maxResultSize", "0")
    spark = builder.config("spark.sql.session.timeZone", "UTC").getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    if format == "parquet":
        return spark.read.parquet(str(path)).toArrow()
    if format == "csv":
        options = {"header": True, "inferSchema": True, "escape": '"', "multiLine": True, "emptyValue": "\0"}
        return spark.read.options(**options).csv(str(path)).toArrow()
    return spark.read.json(str(path)).toArrow()


def with_times(table, columns):
    """The columns in the order of the edition, with times that were read as text as times."""
    found = table.select(columns)
    for at, name in enumerate(columns):
        values = found.column(name)
        if name.endswith("_at") and not pa.types.is_timestamp(values.type):
            texts = pc.replace_substring(pc.replace_substring(values.cast(pa.string()), "T", " "), "Z", "")
            found = found.set_column(at, name, pc.strptime(texts, "%Y-%m-%d %H:%M:%S", "s"))
    return found


READERS = {"pyarrow": read_pyarrow, "pandas": read_pandas, "duckdb": read_duckdb, "spark": read_spark}


def kind_of(type_):
    if pa.types.is_timestamp(type_):
        return "instant" if type_.tz else "local time"
    if pa.types.is_string(type_) or pa.types.is_large_string(type_):
        return "text"
    return str(type_)


def columns_of(path, format):
    """The columns of a text file, as its first line has them."""
    with pa.input_stream(path) as stream:
        first = stream.read(1 << 16).split(b"\n")[0].decode()
    return first.split(",") if format == "csv" else list(json.loads(first))


def main():
    folder = pathlib.Path(sys.argv[1])
    readers = sys.argv[2:] or list(READERS)
    manifest = json.loads((folder / "manifest.json").read_text())
    format = manifest["format"]
    failed = False
    for reader in readers:
        for entry in manifest["tables"]:
            path = folder / entry["files"][0]["name"]
            path = path.parent if path.parent != folder else path
            try:
                found = READERS[reader](path, format)
            except ImportError as error:
                print(f"NOT READ by {reader}: {error}", file=sys.stderr)
                break
            if format == "parquet":
                wanted = pq.read_schema(next(path.glob("*.parquet")) if path.is_dir() else path)
                wanted = [(field.name, kind_of(field.type)) for field in wanted]
                allowed = {"int32", "text", "instant"}
            else:
                found = with_times(found, columns_of(path, format))
                wanted = None
                allowed = {"int64", "int32", "text", "instant", "local time"}
            types = [(field.name, kind_of(field.type)) for field in found.schema]
            same = (
                found.num_rows == entry["rows"]
                and types == (wanted or types)
                and {kind for _, kind in types} <= allowed
                and digest(found) == entry["digest"]
            )
            failed |= not same
            print(f"{reader:<8} {entry['table']:<12} {found.num_rows:>11,} rows  {'same' if same else 'DIFFERENT'}")
            if not same:
                print(f"  {types}, digest {digest(found)}, not {entry['digest']}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
