//! MySQL 8 and later, MariaDB 10.5 and later: one folder, since most rules are shared; what differs is a named
//! predicate in `version.rs`.

mod canon;
mod collation;
mod compare;
mod complete;
mod definition;
mod lower;
mod moment;
mod names;
mod narrow;
mod partition;
mod portable;
mod prefix;
mod render;
mod table;
mod texts;
mod together;
mod types;
mod version;

use crate::model::{DataType, Database, Engine, Name, Reason};
use crate::sql::{PortableType, Rules, Syntax};

pub use version::MySql;

impl Syntax for MySql {
    fn engine(&self) -> Engine {
        self.engine
    }

    fn default_schema(&self) -> Option<Name> {
        names::default_schema()
    }

    fn relation_name(&self, text: &str, _quoted: bool) -> Name {
        names::relation(text, self.letter_case)
    }

    fn column_name(&self, text: &str, quoted: bool) -> Name {
        names::column(text, quoted)
    }

    fn quote(&self, name: &Name) -> String {
        names::quote(name.as_str())
    }

    fn client(&self) -> &'static str {
        if self.engine == Engine::MariaDb { "mariadb <" } else { "mysql <" }
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

    fn also_portable(&self, ty: &PortableType) -> Vec<String> {
        portable::also(self, ty)
    }

    fn rules(&self) -> Rules {
        version::rules(self)
    }

    fn inline_references(&self) -> bool {
        self.has_inline_references()
    }

    fn complete(&self, database: &mut Database) {
        complete::complete(self, database);
    }
}
