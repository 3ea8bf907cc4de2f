//! The engine's DDL.

use crate::plan::{Frame, Op, Render, RenderStyle};

use super::MySql;

impl Render for MySql {
    fn render(&self, _op: &Op, _style: RenderStyle) -> Vec<String> {
        todo!("dialect/render")
    }

    fn transactional(&self, _op: &Op) -> bool {
        false
    }

    fn frame(&self, _ops: &[&Op]) -> Frame {
        Frame { transaction: false, ..Frame::default() }
    }
}
