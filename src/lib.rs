//! `drift` compares the schema that code declares with the schema that a database has, says where they part, and
//! writes the migration that brings them together.
//!
//! Every source, live or declared, yields a [`snapshot::Snapshot`]: a schema in plain data, the scope it can speak
//! about, where each object was declared, and what could not be decided. [`diff`] walks two snapshots once and returns
//! changes; it does no IO, knows no engine's name and cannot fail. [`plan`] lowers changes to operations, orders them
//! by their dependencies, finds their reverse and their hazards, and renders SQL. Reporters write. An engine is one
//! folder of [`dialect`] that implements the traits which the stages own.

pub mod message;
pub mod text;
pub mod threads;
pub mod model;
pub mod snapshot;
pub mod sql;
pub mod diff;
pub mod plan;
pub mod dialect;
pub mod catalog;
pub mod source;
pub mod history;
pub mod config;
pub mod explain;
pub mod report;
pub mod cli;
pub mod commands;
