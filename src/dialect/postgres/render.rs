//! The engine's DDL.

use crate::plan::{Frame, Op, Render, RenderStyle};

use super::Postgres;

impl Render for Postgres {
    fn render(&self, _op: &Op, _style: RenderStyle) -> Vec<String> {
        todo!("dialect/render")
    }

    fn transactional(&self, _op: &Op) -> bool {
        true
    }

    fn frame(&self, _ops: &[&Op]) -> Frame {
        Frame { transaction: true, ..Frame::default() }
    }
}
