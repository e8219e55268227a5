//! The course's own SQL, run as it stands, and our migrations make the same tables on its own engine. Beyond it
//! stand, and are stated: character set and collation, names of foreign keys, and the indexes of the step after.

use instaseed::database::{Catalogue, Engine};

use crate::support::{on_engine, up_to};

/// The seven statements as the course has them.
pub(crate) const REFERENCE: &str = "\
CREATE TABLE users (
    id INTEGER AUTO_INCREMENT PRIMARY KEY,
    username VARCHAR(255) UNIQUE NOT NULL,
    created_at TIMESTAMP DEFAULT NOW()
);

CREATE TABLE photos (
    id INTEGER AUTO_INCREMENT PRIMARY KEY,
    image_url VARCHAR(255) NOT NULL,
    user_id INTEGER NOT NULL,
    created_at TIMESTAMP DEFAULT NOW(),
    FOREIGN KEY(user_id) REFERENCES users(id)
);

CREATE TABLE comments (
    id INTEGER AUTO_INCREMENT PRIMARY KEY,
    comment_text VARCHAR(255) NOT NULL,
    photo_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    created_at TIMESTAMP DEFAULT NOW(),
    FOREIGN KEY(photo_id) REFERENCES photos(id),
    FOREIGN KEY(user_id) REFERENCES users(id)
);

CREATE TABLE likes (
    user_id INTEGER NOT NULL,
    photo_id INTEGER NOT NULL,
    created_at TIMESTAMP DEFAULT NOW(),
    FOREIGN KEY(user_id) REFERENCES users(id),
    FOREIGN KEY(photo_id) REFERENCES photos(id),
    PRIMARY KEY(user_id, photo_id)
);

CREATE TABLE follows (
    follower_id INTEGER NOT NULL,
    followee_id INTEGER NOT NULL,
    created_at TIMESTAMP DEFAULT NOW(),
    FOREIGN KEY(follower_id) REFERENCES users(id),
    FOREIGN KEY(followee_id) REFERENCES users(id),
    PRIMARY KEY(follower_id, followee_id)
);

CREATE TABLE tags (
  id INTEGER AUTO_INCREMENT PRIMARY KEY,
  tag_name VARCHAR(255) UNIQUE,
  created_at TIMESTAMP DEFAULT NOW()
);

CREATE TABLE photo_tags (
    photo_id INTEGER NOT NULL,
    tag_id INTEGER NOT NULL,
    FOREIGN KEY(photo_id) REFERENCES photos(id),
    FOREIGN KEY(tag_id) REFERENCES tags(id),
    PRIMARY KEY(photo_id, tag_id)
);";

/// What the seven statements make on MariaDB, apart from the server's character set and the names of foreign keys.
const REFERENCE_CATALOGUE: &str = "\
table comments
comments column 1: id int not null [auto_increment]
comments column 2: comment_text varchar(255) not null
comments column 3: photo_id int not null
comments column 4: user_id int not null
comments column 5: created_at timestamp null default current_timestamp
comments primary key (id)
comments index photo_id (photo_id)
comments index user_id (user_id)
comments foreign key (photo_id) -> photos(id) on delete no action on update no action
comments foreign key (user_id) -> users(id) on delete no action on update no action
table follows
follows column 1: follower_id int not null
follows column 2: followee_id int not null
follows column 3: created_at timestamp null default current_timestamp
follows primary key (follower_id, followee_id)
follows index followee_id (followee_id)
follows foreign key (followee_id) -> users(id) on delete no action on update no action
follows foreign key (follower_id) -> users(id) on delete no action on update no action
table likes
likes column 1: user_id int not null
likes column 2: photo_id int not null
likes column 3: created_at timestamp null default current_timestamp
likes primary key (user_id, photo_id)
likes index photo_id (photo_id)
likes foreign key (photo_id) -> photos(id) on delete no action on update no action
likes foreign key (user_id) -> users(id) on delete no action on update no action
table photo_tags
photo_tags column 1: photo_id int not null
photo_tags column 2: tag_id int not null
photo_tags primary key (photo_id, tag_id)
photo_tags index tag_id (tag_id)
photo_tags foreign key (photo_id) -> photos(id) on delete no action on update no action
photo_tags foreign key (tag_id) -> tags(id) on delete no action on update no action
table photos
photos column 1: id int not null [auto_increment]
photos column 2: image_url varchar(255) not null
photos column 3: user_id int not null
photos column 4: created_at timestamp null default current_timestamp
photos primary key (id)
photos index user_id (user_id)
photos foreign key (user_id) -> users(id) on delete no action on update no action
table tags
tags column 1: id int not null [auto_increment]
tags column 2: tag_name varchar(255) null
tags column 3: created_at timestamp null default current_timestamp
tags primary key (id)
tags unique index tag_name (tag_name)
table users
users column 1: id int not null [auto_increment]
users column 2: username varchar(255) not null
users column 3: created_at timestamp null default current_timestamp
users primary key (id)
users unique index username (username)
";

/// Leaves aside what our migrations state beyond the reference: character set and collation, names of constraints.
fn plain(mut catalogue: Catalogue) -> String {
    for table in catalogue.tables.values_mut() {
        table.options.clear();
        table.foreign_keys.iter_mut().for_each(|key| key.name.clear());
        table.columns.iter_mut().for_each(|column| column.extra.retain(|extra| extra == "auto_increment"));
    }
    catalogue.to_string()
}

#[test]
fn the_courses_own_statements_and_our_migrations_make_the_same_tables() {
    on_engine(Engine::Mysql, |test| {
        let mut db = test.connect();
        db.batch(REFERENCE).unwrap();
        assert_eq!(plain(db.catalogue().unwrap()), REFERENCE_CATALOGUE);
    });
    on_engine(Engine::Mysql, |test| {
        let mut db = test.connect();
        // the step after these seven adds the indexes that the reference lacks
        up_to(&mut db, "20260101000700");
        let ours = db.catalogue().unwrap();
        assert_eq!(plain(ours), REFERENCE_CATALOGUE);
    });
}
