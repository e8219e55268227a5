"""What most people write: Faker's values, random keys, executemany, one transaction.

    python seed.py FILE|postgres://...|mysql://... '{"users":800,"photos":9600,...}'

The tables are there already. PyMySQL's executemany makes INSERTs of many rows of it; the other two run it for each row.
"""

import json
import random
import sqlite3
import sys
from urllib.parse import urlsplit

from faker import Faker

target, counts = sys.argv[1], json.loads(sys.argv[2])
fake = Faker()
Faker.seed(1)
random.seed(1)

if target.startswith("postgres://"):
    import psycopg

    connection, mark = psycopg.connect(target), "%s"
elif target.startswith("mysql://"):
    import pymysql

    url = urlsplit(target)
    connection = pymysql.connect(host=url.hostname, port=url.port, user=url.username, database=url.path[1:])
    mark = "%s"
else:
    connection, mark = sqlite3.connect(target), "?"
    connection.execute("PRAGMA foreign_keys = ON")
cursor = connection.cursor()


def when():
    return fake.date_time_between("-5y").strftime("%Y-%m-%d %H:%M:%S")


def one_of(table):
    return random.randint(1, counts[table])


def pairs(table, left, right):
    """Distinct pairs: the pair is the key."""
    seen = set()
    while len(seen) < counts[table]:
        seen.add((one_of(left), one_of(right)))
    return seen


def fill(table, rows):
    print(table, flush=True)
    rows = iter(rows)
    first = next(rows)
    insert = f"INSERT INTO {table} VALUES ({', '.join([mark] * len(first))})"
    cursor.execute(insert, first)
    cursor.executemany(insert, rows)


def ids(table):
    return range(1, counts[table] + 1)


fill("users", ((i, fake.unique.user_name(), when()) for i in ids("users")))
fill("photos", ((i, fake.image_url(), one_of("users"), when()) for i in ids("photos")))
fill("comments", ((i, fake.sentence(), one_of("photos"), one_of("users"), when()) for i in ids("comments")))
fill("likes", ((*pair, when()) for pair in pairs("likes", "users", "photos")))
fill("follows", ((*pair, when()) for pair in pairs("follows", "users", "users")))
# Its words are some thousand: a number makes them enough.
fill("tags", ((i, f"{fake.word()}{i}", when()) for i in ids("tags")))
fill("photo_tags", pairs("photo_tags", "photos", "tags"))
connection.commit()
