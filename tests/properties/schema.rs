//! A schema as plain data, in the words of a vocabulary. It knows nothing of `drift`: what it says is written as DDL by
//! `ddl.rs` and judged by `expected.rs`, lest a mistake of the library hides behind itself.

/// Ways to write one thing that the engine takes for the same.
pub type Spellings = &'static [&'static str];

/// What kind of value a column holds: it decides which defaults, conditions and expressions fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    Integer,
    Decimal,
    Real,
    Text,
    /// Text of unlimited length, where the engine cannot index it as a whole.
    LongText,
    Boolean,
    Date,
    Time,
    Moment,
    Json,
    Binary,
    /// Compared with nothing but itself.
    Other,
    Array,
}

/// A type of the vocabulary.
#[derive(Debug)]
pub struct Type {
    pub spellings: Spellings,
    pub family: Family,
    /// Whether keys and indexes may have it.
    pub keyed: bool,
    pub defaults: &'static [Spellings],
    /// Values to put into rows.
    pub samples: &'static [&'static str],
}

impl PartialEq for Type {
    fn eq(&self, other: &Self) -> bool {
        self.spellings == other.spellings
    }
}

/// The type of a column.
#[derive(Clone, Debug, PartialEq)]
pub enum ColumnType {
    Builtin(&'static Type),
    /// An enum type of the schema.
    Enum(String),
    /// A domain of the schema.
    Domain(String),
}

/// Text with `{0}`, `{1}` for the names of columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    pub spellings: Spellings,
    pub columns: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Generated {
    pub expression: Template,
    pub stored: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub name: String,
    pub ty: ColumnType,
    pub not_null: bool,
    pub default: Option<DefaultValue>,
    pub generated: Option<Generated>,
    /// IDENTITY, AUTO_INCREMENT or AUTOINCREMENT.
    pub counter: Option<Spellings>,
    pub collation: Option<Spellings>,
    pub on_update: Option<Spellings>,
    pub invisible: bool,
    pub comment: Option<&'static str>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum DefaultValue {
    Written(Spellings),
    /// A label of the column's enum type.
    Label(String),
    /// The next value of a sequence of the schema.
    Next(String),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// `None` leaves the name to the engine.
    pub name: Option<String>,
    pub body: Body,
    pub comment: Option<&'static str>,
}

/// A constraint or an index.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    Key(KeyColumns),
    Unique(KeyColumns),
    Reference(Reference),
    Check { condition: Template, suffix: Spellings },
    Index(Index),
}

#[derive(Clone, Debug, PartialEq)]
pub struct KeyColumns {
    pub columns: Vec<String>,
    pub include: Vec<String>,
    /// NULLS NOT DISTINCT.
    pub prefix: Spellings,
    /// When it is checked.
    pub suffix: Spellings,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    pub columns: Vec<String>,
    pub table: String,
    pub targets: Vec<String>,
    pub on_delete: Spellings,
    pub on_update: Spellings,
    /// MATCH and when it is checked.
    pub matching: Spellings,
    pub deferrable: Spellings,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Index {
    pub unique: bool,
    /// FULLTEXT, SPATIAL.
    pub kind: &'static str,
    pub method: Spellings,
    pub keys: Vec<Key>,
    pub include: Vec<String>,
    /// NULLS NOT DISTINCT and storage parameters.
    pub options: Spellings,
    pub predicate: Option<Template>,
    pub ignored: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    pub target: Template,
    /// Whether the target is an expression rather than a column.
    pub is_expression: bool,
    /// Prefix length, collation, operator class, order.
    pub suffix: Spellings,
}

/// An attribute of a table that the engine alone knows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TableOption {
    /// The code of the finding where it differs, behind `table.`.
    pub code: &'static str,
    pub spellings: Spellings,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    pub name: String,
    pub columns: Vec<Column>,
    pub parts: Vec<Part>,
    pub options: Vec<TableOption>,
    pub comment: Option<&'static str>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct EnumType {
    pub name: String,
    pub labels: Vec<String>,
    pub comment: Option<&'static str>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Domain {
    pub name: String,
    pub definition: Spellings,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Sequence {
    pub name: String,
    pub options: Spellings,
    pub comment: Option<&'static str>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct View {
    pub name: String,
    pub materialized: bool,
    pub table: String,
    /// With `{0}`, `{1}` for two columns and `{t}` for the table.
    pub query: Template,
    pub comment: Option<&'static str>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Schema {
    pub enums: Vec<EnumType>,
    pub domains: Vec<Domain>,
    pub sequences: Vec<Sequence>,
    pub tables: Vec<Table>,
    pub views: Vec<View>,
}

impl Schema {
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.name == name)
    }

    /// The schema with the names inside of its tables in lower case, for engines to which their case is nothing.
    pub fn folded(mut self) -> Self {
        let fold = |names: &mut [String]| names.iter_mut().for_each(|name| *name = name.to_lowercase());
        for table in &mut self.tables {
            for column in &mut table.columns {
                fold(std::slice::from_mut(&mut column.name));
                column.generated.iter_mut().for_each(|generated| fold(&mut generated.expression.columns));
            }
            for part in &mut table.parts {
                part.name.iter_mut().for_each(|name| fold(std::slice::from_mut(name)));
                match &mut part.body {
                    Body::Key(key) | Body::Unique(key) => fold(&mut key.columns),
                    Body::Reference(reference) => {
                        fold(&mut reference.columns);
                        fold(&mut reference.targets);
                    }
                    Body::Check { condition, .. } => fold(&mut condition.columns),
                    Body::Index(index) => {
                        index.keys.iter_mut().for_each(|key| fold(&mut key.target.columns));
                        index.predicate.iter_mut().for_each(|predicate| fold(&mut predicate.columns));
                    }
                }
            }
        }
        self.views.iter_mut().for_each(|view| fold(&mut view.query.columns));
        self
    }
}

impl Table {
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The columns of the primary key and of each unique constraint: what a reference may point at.
    pub fn targets(&self) -> impl Iterator<Item = &Vec<String>> {
        self.parts.iter().filter_map(|part| match &part.body {
            // PostgreSQL refuses a reference to a key that is checked later.
            Body::Key(key) | Body::Unique(key) => key.suffix[0].is_empty().then_some(&key.columns),
            Body::Reference(_) | Body::Check { .. } | Body::Index(_) => None,
        })
    }
}

impl Part {
    /// The columns that it stands on.
    pub fn columns(&self) -> Vec<&String> {
        match &self.body {
            Body::Key(key) | Body::Unique(key) => key.columns.iter().chain(&key.include).collect(),
            Body::Reference(reference) => reference.columns.iter().collect(),
            Body::Check { condition, .. } => condition.columns.iter().collect(),
            Body::Index(index) => {
                let keys = index.keys.iter().flat_map(|key| &key.target.columns);
                let predicate = index.predicate.iter().flat_map(|predicate| &predicate.columns);
                keys.chain(predicate).chain(&index.include).collect()
            }
        }
    }

    /// The kind of object as findings name it.
    pub fn kind(&self) -> &'static str {
        match &self.body {
            Body::Key(_) => "primary_key",
            Body::Unique(_) => "unique",
            Body::Reference(_) => "foreign_key",
            Body::Check { .. } => "check",
            Body::Index(_) => "index",
        }
    }
}

impl Column {
    pub fn family(&self) -> Family {
        match &self.ty {
            ColumnType::Builtin(ty) => ty.family,
            ColumnType::Enum(_) | ColumnType::Domain(_) => Family::Other,
        }
    }

    /// Whether keys and indexes may have it.
    pub fn keyed(&self) -> bool {
        match &self.ty {
            ColumnType::Builtin(ty) => ty.keyed,
            ColumnType::Enum(_) | ColumnType::Domain(_) => true,
        }
    }
}
