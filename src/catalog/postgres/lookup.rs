//! What the numbers in the catalog's rows refer to. Pure.

use std::collections::{HashMap, HashSet};

use sqlx::postgres::types::Oid;

use crate::dialect::Dialect;
use crate::model::{DataType, Fact, Name, RelationName};

use super::rows;

/// The collation of a column that says no other: <https://www.postgresql.org/docs/current/collation.html>
const DEFAULT_COLLATION: Oid = Oid(100);

/// The rows that other rows refer to by number.
pub(super) struct Lookup<'a> {
    schemas: HashMap<Oid, &'a str>,
    /// Sorted by their place.
    columns: &'a [rows::Column],
    types: HashMap<(Oid, i32), ColumnType>,
    defaults: HashMap<(Oid, i16), &'a str>,
    sequences: HashMap<(Oid, i16), &'a rows::ColumnSequence>,
    comments: HashMap<(Oid, i32), &'a str>,
    collations: HashMap<Oid, &'a str>,
    opclasses: HashMap<Oid, &'a rows::OperatorClass>,
    /// The methods and types that have a default operator class of their own.
    default_opclasses: HashSet<(Oid, Oid)>,
    opclass_options: HashMap<(Oid, i16), String>,
    methods: HashMap<Oid, &'a str>,
    constraint_indexes: HashMap<Oid, &'a rows::Index>,
}

/// What many columns share.
struct ColumnType {
    ty: Fact<DataType>,
    /// The collation of a column that says no other.
    collation: Oid,
}

impl<'a> Lookup<'a> {
    /// `rows` have to be sorted.
    pub(super) fn new(rows: &'a rows::Tables, dialect: &dyn Dialect) -> Self {
        let with_index = rows.constraints.iter().filter(|row| matches!(row.kind.0, 'p' | 'u' | 'x'));
        let behind: HashSet<Oid> = with_index.map(|row| row.index_oid).collect();
        let types = rows.types.iter().map(|row| {
            let ty = dialect.data_type(&row.name).map_or_else(Fact::Unknown, Fact::Known);
            ((row.oid, row.modifier), ColumnType { ty, collation: row.collation_oid })
        });
        let defaults = rows.opclasses.iter().filter(|row| row.is_default);
        Lookup {
            schemas: rows.schemas.iter().map(|row| (row.oid, row.name.as_str())).collect(),
            columns: &rows.columns,
            types: types.collect(),
            defaults: rows.defaults.iter().map(|row| ((row.table_oid, row.number), row.expr.as_str())).collect(),
            sequences: rows.column_sequences.iter().map(|row| ((row.table_oid, row.number), row)).collect(),
            comments: rows.comments.iter().map(|row| ((row.relation_oid, row.number), row.text.as_str())).collect(),
            collations: rows.collations.iter().map(|row| (row.oid, row.name.as_str())).collect(),
            opclasses: rows.opclasses.iter().map(|row| (row.oid, row)).collect(),
            default_opclasses: defaults.map(|row| (row.method_oid, row.type_oid)).collect(),
            opclass_options: rows.attributes.iter().filter_map(opclass_options).collect(),
            methods: rows.methods.iter().map(|row| (row.oid, row.name.as_str())).collect(),
            constraint_indexes: rows
                .indexes
                .iter()
                .filter_map(|row| behind.contains(&row.oid).then_some((row.oid, row)))
                .collect(),
        }
    }

    /// A name in one of the schemas that are read.
    pub(super) fn relation(&self, schema: Oid, name: &str) -> RelationName {
        relation(self.schemas.get(&schema).copied().unwrap_or_default(), name)
    }

    /// A column's default, or the expression of a generated one.
    pub(super) fn default(&self, column: &rows::Column) -> Option<&'a str> {
        self.defaults.get(&(column.table_oid, column.number)).copied()
    }

    /// The sequence behind a column.
    pub(super) fn sequence(&self, column: &rows::Column) -> Option<&'a rows::ColumnSequence> {
        self.sequences.get(&(column.table_oid, column.number)).copied()
    }

    /// A relation's comment.
    pub(super) fn comment(&self, relation: Oid) -> Option<String> {
        self.comment_on(relation, 0)
    }

    /// The comment on a column.
    pub(super) fn column_comment(&self, column: &rows::Column) -> Option<String> {
        self.comment_on(column.table_oid, column.number.into())
    }

    fn comment_on(&self, relation: Oid, number: i32) -> Option<String> {
        self.comments.get(&(relation, number)).copied().map(str::to_owned)
    }

    /// A column by its number in its table.
    pub(super) fn column(&self, table: Oid, number: i16) -> Option<&'a rows::Column> {
        let at = self.columns.binary_search_by_key(&(table.0, number), rows::Column::place).ok()?;
        self.columns.get(at)
    }

    /// The names of a table's columns.
    pub(super) fn column_names(&self, table: Oid, numbers: &[i16]) -> Vec<Name> {
        let columns = numbers.iter().filter_map(|number| self.column(table, *number));
        columns.map(|column| Name::exact(column.name.as_str())).collect()
    }

    /// A column's type, and the collation that it has beyond its type's.
    pub(super) fn type_of(&self, column: &rows::Column) -> (Fact<DataType>, Option<Name>) {
        match self.types.get(&(column.type_oid, column.type_modifier)) {
            Some(ColumnType { ty, collation }) if *collation == column.collation_oid => (ty.clone(), None),
            Some(ColumnType { ty, .. }) => (ty.clone(), self.collation(column.collation_oid)),
            None => (Fact::unknown("the catalog does not know its type"), None),
        }
    }

    fn collation(&self, oid: Oid) -> Option<Name> {
        self.collations.get(&oid).copied().map(Name::exact)
    }

    /// The collation of an index's key, where it is not what stands in the key implies.
    pub(super) fn key_collation(&self, index: &rows::Index, at: usize) -> Option<Name> {
        let oid = Oid(*index.collations.0.get(at)?);
        let is_implied = match self.column(index.table_oid, *index.columns.0.get(at)?) {
            Some(column) => oid == column.collation_oid,
            None => oid == DEFAULT_COLLATION || index.collations_of_columns.iter().flatten().any(|each| *each == oid),
        };
        if is_implied { None } else { self.collation(oid) }
    }

    /// The operator class of an index's key with its parameters, where it is not the type's own; and the one that is.
    pub(super) fn opclass(&self, index: &rows::Index, at: usize) -> (Option<String>, Option<Name>) {
        let class = index.opclasses.0.get(at).and_then(|number| self.opclasses.get(&Oid(*number)));
        let (Some(class), Ok(number)) = (class, i16::try_from(at + 1)) else { return (None, None) };
        match self.opclass_options.get(&(index.oid, number)) {
            Some(options) => (Some(format!("{}({options})", class.name)), None),
            None if self.is_implied(class, index, at) => (None, Some(Name::exact(class.name.as_str()))),
            None => (Some(class.name.clone()), None),
        }
    }

    /// A class that is the default of one type is admitted for others too, such as `oid_ops` for integers.
    fn is_implied(&self, class: &rows::OperatorClass, index: &rows::Index, at: usize) -> bool {
        let column = index.columns.0.get(at).and_then(|number| self.column(index.table_oid, *number));
        let has_own = |column: &rows::Column| self.default_opclasses.contains(&(class.method_oid, column.type_oid));
        class.is_default && column.is_none_or(|column| column.type_oid == class.type_oid || !has_own(column))
    }

    /// The method of an index.
    pub(super) fn method(&self, index: &rows::Index) -> &'a str {
        self.methods.get(&index.method_oid).copied().unwrap_or_default()
    }

    /// Whether an index is there only as part of a constraint.
    pub(super) fn is_behind_constraint(&self, index: &rows::Index) -> bool {
        self.constraint_indexes.contains_key(&index.oid)
    }

    /// The index behind a constraint.
    pub(super) fn index_of(&self, constraint: &rows::Constraint) -> Option<&'a rows::Index> {
        self.constraint_indexes.get(&constraint.index_oid).copied()
    }
}

/// A name in a schema.
pub(super) fn relation(schema: &str, name: &str) -> RelationName {
    RelationName::new(Some(Name::exact(schema)), Name::exact(name))
}

/// `name=value` options, sorted, so that their order does not count.
pub(super) fn options(list: &[String]) -> Vec<(String, String)> {
    let split = |option: &String| match option.split_once('=') {
        Some((name, value)) => (name.to_owned(), value.to_owned()),
        None => (option.clone(), String::new()),
    };
    let mut options: Vec<_> = list.iter().map(split).collect();
    options.sort();
    options
}

/// The parameters that a key of an index gives to its operator class, by index and number.
fn opclass_options(row: &rows::Attributes) -> Option<((Oid, i16), String)> {
    let quoted = |(name, value): (String, String)| format!("{name}='{}'", value.replace('\'', "''"));
    let parameters: Vec<_> = options(row.options.as_deref()?).into_iter().map(quoted).collect();
    Some(((row.relation_oid, row.number), parameters.join(", ")))
}
