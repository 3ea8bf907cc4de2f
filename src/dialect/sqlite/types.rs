//! Types: canonical kinds, and the spelling of portable types.

use crate::model::{DataType, Reason};
use crate::sql::PortableType;

use super::Sqlite;

pub(super) fn parse(_dialect: &Sqlite, _written: &str) -> Result<DataType, Reason> {
    todo!("dialect/types")
}

pub(super) fn portable(_dialect: &Sqlite, _ty: &PortableType) -> Result<String, Reason> {
    todo!("dialect/types")
}
