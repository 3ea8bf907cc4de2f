//! From an error message, a stack trace or a log to what the database missed, and from there to the cause.
//!
//! [`scan`] passes over a log and cuts out what may be an error; [`record`] reads one: its sentence by the tables of
//! [`phrase`], and the statement beside it; [`reference`] says which table and column are meant, one entry for each
//! distinct error. This module must not know how a schema was read.

pub mod chain;
mod extension;
mod foreign;
pub mod json;
pub mod kind;
pub mod migrations;
pub mod phrase;
mod place;
pub mod record;
pub mod reference;
pub mod scan;
pub mod search;
pub mod statement;
mod subject;
pub mod text;
pub mod tool;
pub mod verdict;
mod words;
