//! The canonical forms against what real servers' catalogs say: the rows of `fixtures/expressions`, recorded by
//! `tests/record_expressions.py`, which describes them.

use crate::diff::{Compare, ExprContext, ExprRole, Pair, Verdict};
use crate::model::{
    Column, DataType, Database, Domain, EnumType, Expr, Extras, MySqlTable, Name, PostgresTable, RelationName, Table,
};
use crate::sql::Syntax;

use super::mysql::MySql;
use super::postgres::Postgres;

struct Row {
    role: ExprRole,
    ty: Option<DataType>,
    declared: String,
    catalog: String,
    other: String,
    other_catalog: String,
}

struct Recording {
    database: Database,
    table: Table,
    rows: Vec<Row>,
}

fn load<D: Syntax>(text: &str, dialect: &D, extras: Extras) -> Recording {
    let mut database = Database::default();
    let mut table = Table::new(RelationName::new(dialect.default_schema(), dialect.relation_name("t", true)), extras);
    let mut rows = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let mut cells = line.split('\t').map(str::to_owned);
        let mut cell = || cells.next().unwrap_or_default();
        let (role, ty, declared, catalog, other, other_catalog) = (cell(), cell(), cell(), cell(), cell(), cell());
        let role = match role.as_str() {
            "setup" => continue,
            "column" => {
                let ty = dialect.data_type(&ty).unwrap();
                table.columns.push(Column::new(dialect.column_name(&declared, true), ty));
                continue;
            }
            "default" => ExprRole::Default,
            "check" => ExprRole::Check,
            "predicate" => ExprRole::Predicate,
            "index" => ExprRole::IndexKey,
            "generated" => ExprRole::Generated,
            other => panic!("unknown role {other}"),
        };
        let ty = (!ty.is_empty()).then(|| dialect.data_type(&ty).unwrap());
        rows.push(Row { role, ty, declared, catalog, other, other_catalog });
    }
    let public = |name: &str| RelationName::new(dialect.default_schema(), Name::exact(name));
    let mood = EnumType { name: public("mood"), values: vec!["sad".into(), "ok".into()], comment: None };
    database.enums.insert(mood.name.clone(), mood);
    if let Ok(ty) = dialect.data_type("integer") {
        let posint = Domain { name: public("posint"), ty, not_null: false, default: None };
        database.domains.insert(posint.name.clone(), posint);
    }
    Recording { database, table, rows }
}

/// Checks each declared text and near miss against the catalog's text of both, in both directions, and against the
/// catalog's text of every other row that stands in the same place.
fn check<D: Syntax + Compare>(text: &str, dialect: &D, extras: Extras, minimum: usize) {
    let recording = load(text, dialect, extras);
    assert!(recording.rows.len() >= minimum, "{} rows", recording.rows.len());
    let verdict = |row: &Row, one: &str, other: &str| {
        if one == other {
            return Verdict::Same;
        }
        let context = ExprContext {
            role: row.role,
            databases: Pair::new(&recording.database, &recording.database),
            tables: Some(Pair::new(&recording.table, &recording.table)),
            result: row.ty.as_ref().map(|ty| Pair::new(ty, ty)),
        };
        dialect.expressions(Pair::new(&Expr::new(one), &Expr::new(other)), context)
    };
    let mut wrong = Vec::new();
    for row in &recording.rows {
        let declared = row.declared.trim_start_matches('?');
        let same = verdict(row, &row.catalog, declared);
        let as_expected = match row.declared.chars().next() {
            Some('?') => matches!(same, Verdict::Undecided(_)),
            _ => same == Verdict::Same,
        };
        if !as_expected {
            wrong.push(format!("{:?} `{declared}` against its catalog `{}`: {same:?}", row.role, row.catalog));
        }
        let other = row.other.trim_start_matches('?');
        for (one, two) in [(row.catalog.as_str(), other), (row.other_catalog.as_str(), declared)] {
            let apart = verdict(row, one, two);
            let as_expected = match apart {
                Verdict::Differs => true,
                Verdict::Undecided(_) => row.other.starts_with('?') || row.declared.starts_with('?'),
                Verdict::Same => false,
            };
            if !other.is_empty() && !as_expected {
                wrong.push(format!("{:?} `{one}` against the near miss `{two}`: {apart:?}", row.role));
            }
        }
        for stranger in recording.rows.iter().filter(|other| other.role == row.role && other.ty == row.ty) {
            let merged = verdict(row, &stranger.catalog, declared) == Verdict::Same;
            let equal = stranger.catalog == row.catalog || row.declared.starts_with('?');
            if merged && !equal && verdict(row, &stranger.catalog, &row.catalog) != Verdict::Same {
                wrong.push(format!("{:?} `{declared}` is taken for `{}`", row.role, stranger.catalog));
            }
            if merged && !equal && std::env::var_os("DRIFT_SHOW_MERGED").is_some() {
                println!("merged: `{declared}` and `{}`", stranger.catalog);
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {} rows:\n{}", wrong.len(), recording.rows.len(), wrong.join("\n"));
}

#[test]
fn postgres() {
    let extras = Extras::Postgres(PostgresTable::default());
    check(include_str!("../../fixtures/expressions/postgres.tsv"), &Postgres::new(None), extras, 300);
}

#[test]
fn mariadb() {
    let extras = Extras::MySql(MySqlTable::default());
    check(include_str!("../../fixtures/expressions/mariadb.tsv"), &MySql::for_mariadb(None), extras, 150);
}
