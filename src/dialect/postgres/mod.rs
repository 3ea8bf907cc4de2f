//! PostgreSQL, 12 and later.

mod alter_column;
mod canon;
mod casts;
mod compare;
mod complete;
mod definition;
mod inherit;
mod lower;
mod opclass;
mod names;
mod objects;
mod overrides;
mod partition;
mod parts;
mod portable;
mod redundant;
mod render;
mod sequence;
mod types;
mod version;

use crate::model::{DataType, Database, Engine, GeneratedStorage, Name, Reason, Table};
use crate::sql::{PortableType, Syntax};

pub use version::Postgres;

impl Syntax for Postgres {
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
        "psql -f"
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

    /// STORED until PostgreSQL 18 brought the other.
    /// <https://www.postgresql.org/docs/18/ddl-generated-columns.html>
    fn implied_storage(&self) -> GeneratedStorage {
        if self.version.major < 18 { GeneratedStorage::Stored } else { GeneratedStorage::Virtual }
    }

    fn absorb_uniques(&self, table: &mut Table) -> Vec<usize> {
        redundant::absorb(table)
    }

    fn complete(&self, database: &mut Database) {
        complete::complete(self, database);
    }
}
