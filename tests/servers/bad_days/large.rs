//! Files of 50 MB: dumps with their rows, and one statement that is all of it.

use std::io::{BufWriter, Write};

use crate::bench::Bench;

const SIZE: usize = 50_000_000;

const TABLE: &str = "CREATE TABLE public.events (\n    id integer NOT NULL,\n    note text\n);\n";
const KEY: &str = "ALTER TABLE ONLY public.events ADD CONSTRAINT events_pkey PRIMARY KEY (id);\n";
const SMALL: &str = "CREATE TABLE events (id integer NOT NULL CONSTRAINT events_pkey PRIMARY KEY, note text);\n";

/// Writes `head`, `row` until the file is as large as it is to be, and `tail`.
fn file(bench: &Bench, head: &str, row: impl Fn(usize) -> String, tail: &str) {
    let mut out = BufWriter::new(std::fs::File::create(bench.path("large.sql")).unwrap());
    let mut size = head.len();
    out.write_all(head.as_bytes()).unwrap();
    for number in 0.. {
        if size > SIZE {
            break;
        }
        let row = row(number);
        size += row.len();
        out.write_all(row.as_bytes()).unwrap();
    }
    out.write_all(tail.as_bytes()).unwrap();
}

fn is_as_small(bench: &Bench, dialect: &str) {
    bench.write("small.sql", SMALL);
    let args = ["diff", "--dialect", dialect, "--from", "small.sql", "--to", "large.sql"];
    bench.run(&args).exits(0).prints(&["in sync"]);
}

#[test]
fn a_dump_with_many_rows_is_read_for_its_schema() {
    let bench = Bench::new(&[]);
    let insert = |number| format!("INSERT INTO public.events VALUES ({number}, 'it''s; a \"note\" -- {number}');\n");
    file(&bench, TABLE, insert, KEY);
    is_as_small(&bench, "postgres");
    let copied = |number| format!("{number}\tit's; a \"note\" $$ -- /* {number}\n");
    let head = format!("{TABLE}COPY public.events (id, note) FROM stdin;\n");
    file(&bench, &head, copied, &format!("\\.\n\n{KEY}"));
    is_as_small(&bench, "postgres");
}

#[test]
fn one_statement_of_50_megabytes_is_passed_over() {
    let bench = Bench::new(&[]);
    let head = "CREATE TABLE events (id integer NOT NULL PRIMARY KEY, note text);\nINSERT INTO events VALUES (0, '')";
    file(&bench, head, |number| format!(",\n({number}, 'it\\'s; a \"note\" -- {number}')"), ";\n");
    bench.write("small.sql", "CREATE TABLE events (id integer NOT NULL PRIMARY KEY, note text);\n");
    let args = ["diff", "--dialect", "mysql", "--from", "small.sql", "--to", "large.sql"];
    bench.run(&args).exits(0).prints(&["in sync"]);
    // And one that declares.
    let values = |number| format!(",\n'value number {number}'");
    file(&bench, "CREATE TYPE mood AS ENUM ('ok'", values, ");\n");
    let args = ["diff", "--dialect", "postgres", "--from", "large.sql", "--to", "large.sql"];
    bench.run(&args).exits(0).prints(&["in sync"]);
}
