//! SQLite 3.35 and later.

mod canon;
mod compare;
mod complete;
mod definition;
mod lower;
mod names;
mod portable;
mod render;
mod types;
mod version;

use crate::model::{DataType, Database, Engine, Name, Reason};
use crate::sql::{PortableType, Syntax};

pub use version::Sqlite;

impl Syntax for Sqlite {
    fn engine(&self) -> Engine {
        self.engine
    }

    fn default_schema(&self) -> Option<Name> {
        names::default_schema()
    }

    fn relation_name(&self, text: &str, quoted: bool) -> Name {
        names::relation(text, quoted)
    }

    fn column_name(&self, text: &str, quoted: bool) -> Name {
        names::column(text, quoted)
    }

    fn quote(&self, name: &Name) -> String {
        names::quote(name.as_str())
    }

    fn client(&self) -> &'static str {
        "sqlite3 DATABASE <"
    }

    fn string_literal(&self, text: &str) -> String {
        names::string_literal(text)
    }

    fn data_type(&self, written: &str) -> Result<DataType, Reason> {
        types::parse(self, written)
    }

    fn portable_type(&self, ty: &PortableType) -> Result<String, Reason> {
        portable::portable(self, ty)
    }

    fn complete(&self, database: &mut Database) {
        complete::complete(self, database);
    }
}
