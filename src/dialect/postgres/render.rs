//! The engine's DDL.

use crate::plan::{Op, Render};

use super::Postgres;

impl Render for Postgres {
    fn render(&self, _op: &Op) -> Vec<String> {
        todo!("dialect/render")
    }
}
