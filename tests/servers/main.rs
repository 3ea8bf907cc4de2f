//! What needs servers, beside the cases and the properties: each engine's catalog, migration histories, the program from
//! outside, whole systems, and bad days.

#[path = "../support/mod.rs"]
mod support;

mod attributes;
mod bad_days;
mod bench;
mod catalog_mariadb;
mod catalog_mysql;
mod catalog_postgres;
mod catalog_read_only;
mod catalog_sqlite;
mod cli;
mod dumps;
mod engines;
mod expressions;
mod history;
mod inspect;
mod replay;
mod systems;
