// The course edition's tables as a user of drizzle-seed declares them; it fills them with values of its own choice.
//
//     node seed.js FILE|postgres://...|mysql://... '{"users":800,"photos":9600,...}' [pairs-not-keys]
//
// The tables are there already. With `pairs-not-keys` it is not told that likes, follows and photo_tags have a pair
// for a key.

import { seed } from 'drizzle-seed';
import * as sqlite from 'drizzle-orm/sqlite-core';
import * as pg from 'drizzle-orm/pg-core';
import * as mysql from 'drizzle-orm/mysql-core';

const [target, counts, pairsNotKeys] = process.argv.slice(2);
const dialects = {
  'postgres:': {
    table: pg.pgTable,
    primaryKey: pg.primaryKey,
    text: (name) => pg.varchar(name, { length: 255 }),
    integer: pg.integer,
    time: pg.timestamp,
    connect: async () => (await import('drizzle-orm/node-postgres')).drizzle(target),
  },
  'mysql:': {
    table: mysql.mysqlTable,
    primaryKey: mysql.primaryKey,
    text: (name) => mysql.varchar(name, { length: 255 }),
    integer: mysql.int,
    time: mysql.timestamp,
    connect: async () => (await import('drizzle-orm/mysql2')).drizzle(target),
  },
  'file:': {
    table: sqlite.sqliteTable,
    primaryKey: sqlite.primaryKey,
    text: (name) => sqlite.text(name, { length: 255 }),
    integer: sqlite.integer,
    time: (name) => sqlite.integer(name, { mode: 'timestamp' }),
    connect: async () => (await import('drizzle-orm/libsql')).drizzle(`file:${target}`),
  },
};
const { table, primaryKey, text, integer, time, connect } =
  dialects[target.match(/^(postgres:|mysql:)/)?.[0] ?? 'file:'];
const id = () => integer('id').primaryKey();
const createdAt = () => time('created_at');
const to = (name, column) => integer(name).notNull().references(column);
const pair = (one, other) => (t) => (pairsNotKeys ? [] : [primaryKey({ columns: [t[one], t[other]] })]);

const users = table('users', { id: id(), username: text('username').notNull().unique(), createdAt: createdAt() });
const photos = table('photos', {
  id: id(),
  imageUrl: text('image_url').notNull(),
  userId: to('user_id', () => users.id),
  createdAt: createdAt(),
});
const comments = table('comments', {
  id: id(),
  commentText: text('comment_text').notNull(),
  photoId: to('photo_id', () => photos.id),
  userId: to('user_id', () => users.id),
  createdAt: createdAt(),
});
const likes = table(
  'likes',
  { userId: to('user_id', () => users.id), photoId: to('photo_id', () => photos.id), createdAt: createdAt() },
  pair('userId', 'photoId'),
);
const follows = table(
  'follows',
  {
    followerId: to('follower_id', () => users.id),
    followeeId: to('followee_id', () => users.id),
    createdAt: createdAt(),
  },
  pair('followerId', 'followeeId'),
);
const tags = table('tags', { id: id(), tagName: text('tag_name').unique(), createdAt: createdAt() });
const photo_tags = table(
  'photo_tags',
  { photoId: to('photo_id', () => photos.id), tagId: to('tag_id', () => tags.id) },
  pair('photoId', 'tagId'),
);

const connection = await connect();
await seed(connection, { users, photos, comments, likes, follows, tags, photo_tags }).refine(() =>
  Object.fromEntries(Object.entries(JSON.parse(counts)).map(([name, count]) => [name, { count }])),
);
connection.$client.end?.();
