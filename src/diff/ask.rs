//! What a server could be asked about expressions that the engine's rules do not bring together, and what it said.
//!
//! The walk knows nothing of it: [`Asking`] stands between it and the engine, notes what is in doubt, and gives the
//! answers in a second walk. Who asks, and how, is not for this module to know.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use crate::model::{
    Attribute, Column, DataType, Database, Expr, Index, IndexKey, Name, Reason, RelationName, Table, View,
};

use super::{Compare, Diff, ExprContext, ExprRole, Pair, TableIn, Verdict};

/// A pair of expressions in one place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Question {
    /// What they are for.
    pub role: ExprRole,
    /// The table that they belong to, as it is declared.
    pub table: Option<RelationName>,
    /// The texts.
    pub exprs: Pair<String>,
    /// The columns that they may name, with the types that are declared, as DDL spells them.
    pub columns: Vec<(Name, String)>,
    /// The type that their value takes, as DDL spells it.
    pub result: Option<String>,
}

/// What a server said to a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Each text as the server prints it once it has resolved it.
    Forms(Pair<String>),
    /// It cannot say.
    Unanswered(Reason),
}

/// The answers to questions.
pub type Answers = BTreeMap<Question, Answer>;

impl Question {
    /// The question about two expressions in their place.
    pub fn new(exprs: Pair<&Expr>, context: ExprContext<'_>) -> Self {
        let table = context.tables.map(|tables| tables.to);
        Question {
            role: context.role,
            table: table.map(|table| table.name.clone()),
            exprs: exprs.map(|expr| expr.text.clone()),
            columns: context.tables.map(columns).unwrap_or_default(),
            result: context.result.map(|types| types.to.written.clone()),
        }
    }
}

impl Question {
    /// Whether one of the texts may name this column.
    pub fn mentions(&self, column: &Name) -> bool {
        let name = column.as_str().to_lowercase();
        [&self.exprs.from, &self.exprs.to].into_iter().any(|text| text.to_lowercase().contains(&name))
    }

    /// Whether this name or symbol occurs in what a server would be sent.
    pub fn names(&self, word: &str) -> bool {
        let word = word.to_lowercase();
        let types = self.columns.iter().filter(|(name, _)| self.mentions(name)).map(|(_, ty)| ty);
        let mut texts = [&self.exprs.from, &self.exprs.to].into_iter().chain(types).chain(&self.result);
        texts.any(|text| holds_word(&text.to_lowercase(), &word))
    }
}

/// Whether `word` stands in `text` as a whole; a symbol may be a part of another. Names that are spelled by their code
/// points could be any.
fn holds_word(text: &str, word: &str) -> bool {
    let part_of_name = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let is_name = word.starts_with(part_of_name);
    let whole = |(at, _): (usize, &str)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !is_name || ![before, after].into_iter().flatten().any(part_of_name)
    };
    text.contains("u&\"") || text.match_indices(word).any(whole)
}

/// The columns of both sides with their declared types, else with those that are there.
fn columns(tables: Pair<&Table>) -> Vec<(Name, String)> {
    let ty = |column: &Column| column.ty.known().map(|ty| ty.written.clone());
    let of = |table: &Table| -> Vec<(Name, String)> {
        table.columns.iter().filter_map(|column| Some((column.name.clone(), ty(column)?))).collect()
    };
    let mut found = of(tables.to);
    for (name, ty) in of(tables.from) {
        if !found.iter().any(|(known, _)| *known == name) {
            found.push((name, ty));
        }
    }
    found
}

/// An engine's equality with a server's answers behind it.
pub struct Asking<'a> {
    compare: &'a dyn Compare,
    answers: &'a Answers,
    open: Mutex<BTreeSet<Question>>,
}

impl<'a> Asking<'a> {
    /// Equality as `compare` and then `answers` have it.
    pub fn new(compare: &'a dyn Compare, answers: &'a Answers) -> Self {
        Asking { compare, answers, open: Mutex::default() }
    }

    /// The questions that bear on what was found: those about tables without a finding do not, since matching
    /// constraints by their definitions tries many pairs that are not meant for each other.
    pub fn questions(self, found: &Diff) -> Vec<Question> {
        let changed = found.changes.iter().filter_map(|change| change.path().table_name());
        let open = found.undecided.iter().filter_map(|entry| entry.object.as_ref()?.table_name());
        let tables: BTreeSet<RelationName> = changed.chain(open).collect();
        let bears = |question: &Question| question.table.as_ref().is_none_or(|table| tables.contains(table));
        self.open().into_iter().filter(bears).collect()
    }

    /// Every question that came up.
    pub fn open(self) -> Vec<Question> {
        self.open.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter().collect()
    }
}

impl Compare for Asking<'_> {
    fn expressions(&self, exprs: Pair<&Expr>, context: ExprContext<'_>) -> Verdict {
        let verdict = self.compare.expressions(exprs, context);
        if verdict == Verdict::Same {
            return verdict;
        }
        let question = Question::new(exprs, context);
        if types_differ(self.compare, &question, context) {
            return verdict;
        }
        match (self.answers.get(&question), verdict) {
            (Some(Answer::Forms(forms)), verdict) => {
                let forms = forms.as_ref().map(|text| Expr::new(text.as_str()));
                self.compare.answered(verdict, exprs, forms.as_ref(), context)
            }
            (Some(Answer::Unanswered(why)), Verdict::Undecided(reason)) => {
                Verdict::Undecided(Reason::new(format!("{reason}; {why}")))
            }
            (Some(Answer::Unanswered(_)), verdict) => verdict,
            (None, verdict) => {
                self.open.lock().unwrap_or_else(PoisonError::into_inner).insert(question);
                verdict
            }
        }
    }

    fn answered(&self, verdict: Verdict, exprs: Pair<&Expr>, forms: Pair<&Expr>, context: ExprContext<'_>) -> Verdict {
        self.compare.answered(verdict, exprs, forms, context)
    }

    fn views(&self, views: Pair<&View>, databases: Pair<&Database>) -> Verdict {
        self.compare.views(views, databases)
    }

    fn types(&self, types: Pair<&DataType>) -> Verdict {
        self.compare.types(types)
    }

    fn prefixes(&self, keys: Pair<&IndexKey>, indexes: Option<Pair<&Index>>, tables: Pair<TableIn<'_>>) -> bool {
        self.compare.prefixes(keys, indexes, tables)
    }

    fn lacks_values(&self, conditions: Pair<&Expr>, context: ExprContext<'_>) -> bool {
        self.compare.lacks_values(conditions, context)
    }

    fn collations(&self, columns: Pair<&Column>, tables: Pair<TableIn<'_>>) -> Verdict {
        self.compare.collations(columns, tables)
    }

    fn inherited_collation(&self, table: TableIn<'_>) -> Option<String> {
        self.compare.inherited_collation(table)
    }

    fn operator_classes(&self, keys: Pair<&IndexKey>) -> Verdict {
        self.compare.operator_classes(keys)
    }

    fn orders_columns(&self) -> bool {
        self.compare.orders_columns()
    }

    fn extras(&self, tables: Pair<TableIn<'_>>) -> Vec<(Attribute, Pair<Option<String>>)> {
        self.compare.extras(tables)
    }

    fn partitioning(
        &self,
        tables: Pair<TableIn<'_>>,
        expressions: &dyn Fn(Pair<&Expr>, ExprContext<'_>) -> Verdict,
    ) -> Option<(Verdict, Pair<Option<String>>)> {
        self.compare.partitioning(tables, expressions)
    }

    fn is_own_schema(&self, name: &Name) -> bool {
        self.compare.is_own_schema(name)
    }
}

/// Whether what a question is about has other types on the other side: a server resolves both texts by one of them, and
/// what is written for the other may not mean there what it means where it stands.
fn types_differ(compare: &dyn Compare, question: &Question, context: ExprContext<'_>) -> bool {
    let differ = |types: Pair<&DataType>| compare.types(types) != Verdict::Same;
    let columns = context.tables.is_some_and(|tables| {
        tables.to.columns.iter().filter(|to| question.mentions(&to.name)).any(|to| {
            let from = tables.from.column(&to.name);
            from.is_some_and(|from| Pair::new(from.ty.known(), to.ty.known()).both().is_none_or(differ))
        })
    });
    columns || context.result.is_some_and(differ)
}
