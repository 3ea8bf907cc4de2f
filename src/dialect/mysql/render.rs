//! The engine's DDL.

use crate::plan::{Op, Render};

use super::MySql;

impl Render for MySql {
    fn render(&self, _op: &Op) -> Vec<String> {
        todo!("dialect/render")
    }
}
