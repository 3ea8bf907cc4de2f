//! The comparison of expressions and views against what real servers make of them: the rows of `fixtures/expressions`,
//! recorded by `tests/record_expressions.py`, which describes them.
//!
//! What a server's catalog says of an expression is that expression, and what it says of a near miss is another: no
//! tier of the comparison may err in either, and few pairs may be left undecided. `DRIFT_SHOW=1` prints those.

use std::collections::BTreeMap;

use crate::support::block_on;
use drift::catalog::{self, DatabaseUrl, ReadOptions};
use drift::dialect::{Dialect, dialect};
use drift::diff::{Answer, Answers, Asking, Compare, ExprContext, ExprRole, Pair, Question, Verdict};
use drift::model::{
    Column, DataType, Database, Domain, Engine, EnumType, Expr, Extras, MySqlTable, Name, PostgresTable, RelationName,
    Table, View,
};

/// What a row is about: an expression in its place, or a view.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Role {
    Expression(ExprRole),
    View,
}

struct Row {
    role: Role,
    ty: Option<DataType>,
    /// What somebody writes.
    declared: String,
    /// What the server's catalog says of it.
    catalog: String,
    /// A near miss.
    other: String,
    /// What the catalog says of that.
    other_catalog: String,
}

impl Row {
    /// Where its expression stands; `None` for a view.
    fn context<'a>(&'a self, recording: &'a Recording) -> Option<ExprContext<'a>> {
        let Role::Expression(role) = self.role else { return None };
        Some(ExprContext {
            role,
            databases: Pair::new(&recording.database, &recording.database),
            tables: Some(Pair::new(&recording.table, &recording.table)),
            result: self.ty.as_ref().map(|ty| Pair::new(ty, ty)),
        })
    }
}

struct Recording {
    engine: Engine,
    dialect: Box<dyn Dialect>,
    setup: Vec<String>,
    database: Database,
    table: Table,
    rows: Vec<Row>,
}

impl Recording {
    /// What the engine's rules say, without a server.
    fn rules(&self) -> &dyn Compare {
        self.dialect.as_ref()
    }

    fn load(engine: Engine) -> Recording {
        let text = match engine {
            Engine::Postgres => include_str!("../../fixtures/expressions/postgres.tsv"),
            Engine::MariaDb => include_str!("../../fixtures/expressions/mariadb.tsv"),
            Engine::MySql | Engine::Sqlite => panic!("nothing was recorded of {engine}"),
        };
        let dialect = dialect(engine, None);
        let named = |name: &str| RelationName::new(dialect.default_schema(), dialect.relation_name(name, true));
        let extras = || match engine {
            Engine::Postgres => Extras::Postgres(PostgresTable::default()),
            Engine::MySql | Engine::MariaDb | Engine::Sqlite => Extras::MySql(MySqlTable::default()),
        };
        let mut database = Database::default();
        let mut table = Table::new(named("t"), extras());
        let (mut rows, mut setup) = (Vec::new(), Vec::new());
        for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            let mut cells = line.split('\t').map(str::to_owned);
            let mut cell = || cells.next().unwrap_or_default();
            let (role, ty, declared, catalog, other, other_catalog) = (cell(), cell(), cell(), cell(), cell(), cell());
            let column =
                |name: &str, ty: &str| Column::new(dialect.column_name(name, true), dialect.data_type(ty).unwrap());
            let role = match role.as_str() {
                "setup" => {
                    setup.push(declared);
                    continue;
                }
                "column" => {
                    table.columns.push(column(&declared, &ty));
                    continue;
                }
                "table" => {
                    let mut read = Table::new(named(&declared), extras());
                    let columns = catalog.split(", ").map(|part| part.split_once(' ').unwrap());
                    read.columns = columns.map(|(name, ty)| column(name, ty)).collect();
                    setup.push(format!("CREATE TABLE {declared} ({catalog})"));
                    database.tables.insert(read.name.clone(), read);
                    continue;
                }
                "default" => Role::Expression(ExprRole::Default),
                "check" => Role::Expression(ExprRole::Check),
                "predicate" => Role::Expression(ExprRole::Predicate),
                "index" => Role::Expression(ExprRole::IndexKey),
                "generated" => Role::Expression(ExprRole::Generated),
                "view" => Role::View,
                other => panic!("unknown role {other}"),
            };
            let ty = (!ty.is_empty()).then(|| dialect.data_type(&ty).unwrap());
            rows.push(Row { role, ty, declared, catalog, other, other_catalog });
        }
        let mood = EnumType { name: named("mood"), values: vec!["sad".into(), "ok".into()], comment: None };
        database.enums.insert(mood.name.clone(), mood);
        if let Ok(ty) = dialect.data_type("integer") {
            let posint = Domain { name: named("posint"), ty, not_null: false, default: None, checks: Vec::new() };
            database.domains.insert(posint.name.clone(), posint);
        }
        Recording { engine, dialect, setup, database, table, rows }
    }

    /// The verdict on two texts where `row` stands.
    fn verdict(&self, compare: &dyn Compare, row: &Row, one: &str, other: &str) -> Verdict {
        if one == other {
            return Verdict::Same;
        }
        let databases = Pair::new(&self.database, &self.database);
        match row.context(self) {
            Some(context) => compare.expressions(Pair::new(&Expr::new(one), &Expr::new(other)), context),
            None => {
                let view = |text: &str| View {
                    name: RelationName::new(self.dialect.default_schema(), Name::exact("v")),
                    query: Expr::new(text),
                    columns: Vec::new(),
                    materialized: false,
                    comment: None,
                };
                let views = Pair::new(view(one), view(other));
                compare.views(views.as_ref(), databases)
            }
        }
    }

    /// Every pair that has to be the same, and every pair that has to differ, with the verdict on each.
    fn verdicts<'a>(&'a self, compare: &dyn Compare) -> Vec<(&'a Row, bool, Pair<&'a str>, Verdict)> {
        let mut found = Vec::new();
        for row in &self.rows {
            let pairs = [
                (true, &row.catalog, &row.declared),
                (false, &row.catalog, &row.other),
                (false, &row.other_catalog, &row.declared),
            ];
            for (same, from, to) in pairs {
                if !from.is_empty() && !to.is_empty() {
                    found.push((
                        row,
                        same,
                        Pair::new(from.as_str(), to.as_str()),
                        self.verdict(compare, row, from, to),
                    ));
                }
            }
        }
        found
    }

    /// The errors among the verdicts, and how many pairs of how many were left undecided.
    fn judged(&self, tier: &str, compare: &dyn Compare) -> (Vec<String>, usize, usize) {
        let verdicts = self.verdicts(compare);
        let (mut errors, mut undecided) = (Vec::new(), Vec::new());
        for (row, same, texts, verdict) in &verdicts {
            let ty = row.ty.as_ref().map_or("", |ty| ty.written.as_str());
            let shown = format!("{ty} `{}` against `{}`", texts.to, texts.from);
            match (same, verdict) {
                (true, Verdict::Same) | (false, Verdict::Differs) => {}
                (true, Verdict::Differs) => errors.push(format!("a false alarm: {shown}")),
                (false, Verdict::Same) => errors.push(format!("a miss: {shown}")),
                (_, Verdict::Undecided(_)) => undecided.push(format!("undecided (same: {same}): {shown}")),
            }
        }
        println!("{}, {tier}: {} pairs, {} undecided", self.engine, verdicts.len(), undecided.len());
        if std::env::var_os("DRIFT_SHOW").is_some() {
            println!("{}", undecided.join("\n"));
        }
        (errors, undecided.len(), verdicts.len())
    }

    /// Pairs of texts from all rows of one place that are taken for the same.
    fn merged<'a>(&'a self, compare: &dyn Compare) -> Vec<(&'a Row, &'a Row)> {
        let mut places: BTreeMap<(Role, Option<&str>), Vec<&Row>> = BTreeMap::new();
        for row in &self.rows {
            places.entry((row.role, row.ty.as_ref().map(|ty| ty.written.as_str()))).or_default().push(row);
        }
        let mut found = Vec::new();
        for rows in places.values() {
            for (at, one) in rows.iter().enumerate() {
                for other in &rows[..at] {
                    let same = || self.verdict(compare, one, &other.catalog, &one.declared) == Verdict::Same;
                    if one.catalog != other.catalog && same() {
                        found.push((*one, *other));
                    }
                }
            }
        }
        found
    }
}

/// What the rules alone decide, without a server.
#[test]
fn the_static_forms_neither_merge_nor_part_what_they_should_not() {
    for (engine, least) in [(Engine::Postgres, 93), (Engine::MariaDb, 97)] {
        let recording = Recording::load(engine);
        let rules = recording.rules();
        let (errors, undecided, all) = recording.judged("the rules alone", rules);
        assert!(errors.is_empty(), "{} errors:\n{}", errors.len(), errors.join("\n"));
        assert!((all - undecided) * 100 >= all * least, "{engine}: {undecided} of {all} are undecided");
    }
}

/// What a server decides of the rest, and that no two expressions are merged which it tells apart, but those that
/// somebody has judged: `fixtures/expressions/merged_*.tsv`.
fn asked(engine: Engine, least: usize) {
    let recording = Recording::load(engine);
    let database = crate::support::Database::create(engine);
    database.execute(&(recording.setup.join(";\n") + ";"));
    let none = Answers::new();
    let rules = recording.rules();
    let first = Asking::new(rules, &none);
    recording.verdicts(&first);
    let mut questions = first.open();
    // The forms of every text, to judge by what is merged.
    for row in &recording.rows {
        let texts = Pair::new(&row.catalog, &row.declared).map(|text| Expr::new(text.as_str()));
        questions.extend(row.context(&recording).map(|context| Question::new(texts.as_ref(), context)));
    }
    questions.sort();
    questions.dedup();
    let url = DatabaseUrl::parse(database.url()).unwrap();
    let answers = block_on(catalog::ask(&url, &ReadOptions::default(), questions)).unwrap();
    let asking = Asking::new(rules, &answers);
    let (mut errors, undecided, all) = recording.judged("with the server", &asking);
    let mut forms: BTreeMap<(&str, Option<&str>), String> = BTreeMap::new();
    for (question, answer) in &answers {
        if let Answer::Forms(found) = answer {
            forms.insert((&question.exprs.from, question.result.as_deref()), found.from.clone());
            forms.insert((&question.exprs.to, question.result.as_deref()), found.to.clone());
        }
    }
    let mut list = String::new();
    for (one, other) in recording.merged(&asking) {
        let ty = one.ty.as_ref().map(|ty| ty.written.as_str());
        let sides = [one.declared.as_str(), other.catalog.as_str()].map(|text| forms.get(&(text, ty)));
        if sides[0].is_none() || sides[0] != sides[1] {
            list += &format!("{}\t{}\n", one.declared, other.catalog);
        }
    }
    let file = format!("{}/fixtures/expressions/merged_{}.tsv", env!("CARGO_MANIFEST_DIR"), engine.key());
    if std::env::var_os("DRIFT_UPDATE").is_some() {
        std::fs::write(&file, &list).unwrap();
    }
    let expected = std::fs::read_to_string(&file).unwrap_or_default();
    for line in list.lines().filter(|line| !expected.lines().any(|known| known == *line)) {
        errors.push(format!("merged, and not among those of {file}: {line}"));
    }
    assert!(errors.is_empty(), "{} errors:\n{}", errors.len(), errors.join("\n"));
    assert!((all - undecided) * 1000 >= all * least, "{engine}: {undecided} of {all} are undecided");
}

#[test]
fn postgres_decides_the_rest() {
    asked(Engine::Postgres, 990);
}

#[test]
fn mariadb_decides_the_rest() {
    asked(Engine::MariaDb, 980);
}
