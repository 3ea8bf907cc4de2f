//! SQLite: what is built anew with what hangs on it, and names that change hands.

use super::{Piece, piece};

pub const PIECES: &[Piece] = &[
    piece("users", &[], &[
        "CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, email TEXT NOT NULL, name TEXT, score INTEGER);",
        "CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, email TEXT NOT NULL, name TEXT, score REAL);",
        "CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, email TEXT NOT NULL DEFAULT 'x', name TEXT UNIQUE,
            score INTEGER NOT NULL DEFAULT 1, CHECK (score > 0));",
    ]),
    piece("users index", &["users"], &[
        "CREATE INDEX users_name ON users (name) WHERE score > 0;",
        "CREATE UNIQUE INDEX users_name ON users (lower(name));",
    ]),
    piece("orders", &["users"], &[
        "CREATE TABLE orders (id INTEGER NOT NULL PRIMARY KEY, user_id INTEGER REFERENCES users (id), total INTEGER,
            twice INTEGER GENERATED ALWAYS AS (total * 2) STORED);",
        "CREATE TABLE orders (id INTEGER NOT NULL PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            total REAL, twice REAL GENERATED ALWAYS AS (total * 2) VIRTUAL) STRICT;",
    ]),
    piece("ring", &[], &[
        "CREATE TABLE ring_a (id INTEGER NOT NULL PRIMARY KEY, next INTEGER REFERENCES ring_b (id));
         CREATE TABLE ring_b (id INTEGER NOT NULL PRIMARY KEY, next INTEGER REFERENCES ring_a (id));",
        "CREATE TABLE ring_a (id INTEGER NOT NULL PRIMARY KEY, next TEXT REFERENCES ring_b (id));
         CREATE TABLE ring_b (id INTEGER NOT NULL PRIMARY KEY, next TEXT REFERENCES ring_a (id));",
    ]),
    piece("v users", &["users"], &[
        "CREATE VIEW v_users AS SELECT id, email FROM users;",
        "CREATE VIEW v_users AS SELECT id, email, name FROM users WHERE score > 0;",
    ]),
    piece("v chain", &["v users"], &["CREATE VIEW v_chain AS SELECT id FROM v_users;"]),
    piece("shape", &["users"], &["CREATE TABLE shape (a INTEGER);", "CREATE VIEW shape AS SELECT score AS a FROM users;"]),
    piece("v shape", &["shape"], &["CREATE VIEW v_shape AS SELECT a FROM shape;"]),
    piece("taken", &["users", "orders"], &[
        "CREATE TABLE taken (a INTEGER);",
        "CREATE INDEX taken ON users (score);",
        "CREATE INDEX taken ON orders (total);",
        "CREATE VIEW taken AS SELECT email FROM users;",
    ]),
];
