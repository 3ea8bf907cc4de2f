//! What the engines share in comparing views.

use std::cell::Cell;

use crate::diff::{Pair, Verdict};
use crate::model::{Database, Name, Reason, RelationName, Table, View};
use crate::sql::canon::{Grammar, Node, Relations, compare, lower_query};
use crate::sql::{Quoting, same_tokens};

/// How deep views over views are followed.
const DEPTH: usize = 8;

/// Compares two views by their canonical trees. `canonical` makes a tree and says whether the type of everything in it
/// was known.
pub(super) fn verdict(
    views: Pair<&View>,
    databases: Pair<&Database>,
    quoting: Quoting,
    canonical: impl Fn(&View, &Database) -> Result<(Node, bool), Reason>,
) -> Verdict {
    let texts = views.map(|view| view.query.text.as_str());
    if views.map(|view| &view.columns).is_same() && same_tokens(texts.from, texts.to, quoting) {
        return Verdict::Same;
    }
    let undecided = |why: &str| {
        Verdict::Undecided(Reason::new(format!("cannot tell whether `{}` means `{}`{why}", texts.from, texts.to)))
    };
    let sides = views.zip(databases).map(|(view, database)| canonical(view, database));
    match (sides.from, sides.to) {
        (Ok((from, from_typed)), Ok((to, to_typed))) => match compare(&from, &to, from_typed && to_typed) {
            Some(same) => same.into(),
            None => undecided(""),
        },
        (Err(reason), _) | (_, Err(reason)) => undecided(&format!(": {reason}")),
    }
}

/// The tables and views of one side, for what a query names.
pub(super) struct Known<'a> {
    pub(super) database: &'a Database,
    pub(super) default_schema: Option<Name>,
    pub(super) grammar: Grammar<'a>,
    depth: Cell<usize>,
}

impl<'a> Known<'a> {
    pub(super) fn new(database: &'a Database, default_schema: Option<Name>, grammar: Grammar<'a>) -> Self {
        Known { database, default_schema, grammar, depth: Cell::new(0) }
    }

    pub(super) fn table(&self, name: &RelationName) -> Option<&'a Table> {
        self.find(name, self.database.tables.iter())
    }

    pub(super) fn view(&self, name: &RelationName) -> Option<&'a View> {
        self.find(name, self.database.views.iter())
    }

    /// The object of that name; without a schema that of the default one, else the only one.
    fn find<T>(&self, name: &RelationName, all: impl Iterator<Item = (&'a RelationName, &'a T)>) -> Option<&'a T> {
        let fits = |known: &RelationName| {
            let schema = match (&known.schema, &name.schema) {
                (Some(known), Some(named)) => known == named,
                // What is in the connected database, with its name in front or not.
                (None, _) | (_, None) => true,
            };
            known.name == name.name && schema
        };
        let mut found: Vec<(&RelationName, &T)> = all.filter(|(known, _)| fits(known)).collect();
        if found.len() > 1 {
            found.retain(|(known, _)| known.schema == self.default_schema);
        }
        found.first().filter(|_| found.len() == 1).map(|(_, found)| *found)
    }
}

impl Relations for Known<'_> {
    fn columns(&self, name: &RelationName) -> Option<Vec<Name>> {
        if let Some(table) = self.table(name) {
            return Some(table.columns.iter().map(|column| column.name.clone()).collect());
        }
        let view = self.view(name)?;
        if !view.columns.is_empty() {
            return Some(view.columns.clone());
        }
        if self.depth.get() == DEPTH {
            return None;
        }
        self.depth.set(self.depth.get() + 1);
        let query = lower_query(&view.query.text, &[], self.grammar, self);
        self.depth.set(self.depth.get() - 1);
        query.ok()?.columns
    }
}
