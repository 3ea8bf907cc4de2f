//! The engine's DDL.

use crate::plan::{Op, Render};

use super::Sqlite;

impl Render for Sqlite {
    fn render(&self, _op: &Op) -> Vec<String> {
        todo!("dialect/render")
    }
}
