//! MySQL and MariaDB: keys that foreign keys stand on, numbered columns, partitions, circles, and names that change hands.

use super::{Piece, piece};

pub const PIECES: &[Piece] = &[
    piece("users", &[], &[
        "CREATE TABLE users (id int NOT NULL, email varchar(60) NOT NULL, name varchar(40), score int, PRIMARY KEY (id));",
        "CREATE TABLE users (id int NOT NULL AUTO_INCREMENT, email varchar(80) NOT NULL, name varchar(40), score bigint,
            PRIMARY KEY (id));",
        "CREATE TABLE users (id int NOT NULL, email varchar(60) NOT NULL, score int NOT NULL DEFAULT 1, name varchar(40),
            PRIMARY KEY (id, score), UNIQUE KEY users_id (id));",
    ]),
    piece("users name", &["users"], &[
        "ALTER TABLE users ADD UNIQUE KEY users_name (name);",
        "ALTER TABLE users ADD UNIQUE KEY users_name (name, score);",
        "ALTER TABLE users ADD KEY users_name (name);",
    ]),
    piece("profiles", &["users name#0"], &[
        "CREATE TABLE profiles (id int NOT NULL, name varchar(40), CONSTRAINT profiles_name FOREIGN KEY (name)
            REFERENCES users (name), PRIMARY KEY (id));",
        "CREATE TABLE profiles (id int NOT NULL, name varchar(40), KEY profiles_own (name, id), CONSTRAINT profiles_name
            FOREIGN KEY (name) REFERENCES users (name) ON DELETE CASCADE, PRIMARY KEY (id));",
        "CREATE TABLE profiles (id int NOT NULL, name varchar(40), KEY profiles_own (name, id), PRIMARY KEY (id));",
    ]),
    piece("orders", &["users"], &[
        "CREATE TABLE orders (id int NOT NULL, user_id int, total int, twice int GENERATED ALWAYS AS (total * 2) STORED,
            CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id), PRIMARY KEY (id));",
        "CREATE TABLE orders (id bigint NOT NULL AUTO_INCREMENT, user_id int NOT NULL, total bigint,
            twice bigint GENERATED ALWAYS AS (total * 2) VIRTUAL, KEY orders_twice (twice),
            CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE, PRIMARY KEY (id));",
    ]),
    piece("orders check", &["orders"], &[
        "ALTER TABLE orders ADD CONSTRAINT orders_total CHECK (total > 0);",
        "ALTER TABLE orders ADD CONSTRAINT orders_total CHECK (total > 1);",
    ]),
    piece("ring", &[], &[
        "CREATE TABLE ring_a (id int NOT NULL PRIMARY KEY, next int); CREATE TABLE ring_b (id int NOT NULL PRIMARY KEY, next int);
         ALTER TABLE ring_a ADD CONSTRAINT ring_a_next FOREIGN KEY (next) REFERENCES ring_b (id);
         ALTER TABLE ring_b ADD CONSTRAINT ring_b_next FOREIGN KEY (next) REFERENCES ring_a (id);",
        "CREATE TABLE ring_a (id bigint NOT NULL PRIMARY KEY, next bigint); CREATE TABLE ring_b (id bigint NOT NULL PRIMARY KEY, next bigint);
         ALTER TABLE ring_a ADD CONSTRAINT ring_a_next FOREIGN KEY (next) REFERENCES ring_b (id);
         ALTER TABLE ring_b ADD CONSTRAINT ring_b_next FOREIGN KEY (next) REFERENCES ring_a (id);",
    ]),
    piece("parts", &[], &[
        "CREATE TABLE parts (id int NOT NULL, v int, PRIMARY KEY (id)) PARTITION BY HASH (id) PARTITIONS 2;",
        "CREATE TABLE parts (id int NOT NULL, v bigint, PRIMARY KEY (id)) PARTITION BY HASH (id) PARTITIONS 4;",
        "CREATE TABLE parts (id int NOT NULL, v int, PRIMARY KEY (id));",
    ]),
    piece("v users", &["users"], &[
        "CREATE VIEW v_users AS SELECT id, email FROM users;",
        "CREATE VIEW v_users AS SELECT id, email, name FROM users WHERE score > 0;",
    ]),
    piece("v chain", &["v users"], &["CREATE VIEW v_chain AS SELECT id FROM v_users;"]),
    piece("shape", &["users"], &["CREATE TABLE shape (a int);", "CREATE VIEW shape AS SELECT score AS a FROM users;"]),
    piece("v shape", &["shape"], &["CREATE VIEW v_shape AS SELECT a FROM shape;"]),
    piece("taken", &["users"], &[
        "CREATE TABLE taken (a int);",
        "ALTER TABLE users ADD KEY taken (score);",
        "CREATE VIEW taken AS SELECT email FROM users;",
    ]),
];
