//! Asking a server what it makes of expressions, without running them: what every engine's way of asking shares.

use std::collections::BTreeMap;

use crate::diff::{Answer, Answers, Question};
use crate::model::{Engine, Name, Reason};

use super::error::CatalogError;
use super::url::{DatabaseUrl, Target};
use super::{ReadOptions, mysql, postgres};

/// Asks a server for the forms to which it resolves each pair of expressions, in a session of its own that cannot
/// write. Nothing is executed: the server only explains how it would compute them. Needs no right on any table.
///
/// # Errors
/// When no session can be opened. A question that the server refuses is answered with its reason.
pub async fn ask(url: &DatabaseUrl, options: &ReadOptions, questions: Vec<Question>) -> Result<Answers, CatalogError> {
    match &url.target {
        Target::Server(address) => match url.engine {
            Engine::Postgres => postgres::ask(address, options, questions).await,
            engine @ (Engine::MySql | Engine::MariaDb | Engine::Sqlite) => {
                mysql::ask(engine, address, options, questions).await
            }
        },
        // SQLite keeps expressions as they were written and does not print what it makes of them.
        Target::File(_) => Ok(Answers::new()),
    }
}

/// The name of the row of NULLs whose columns the expressions name.
pub(super) const ROW: &str = "drift_row";

/// How many pairs one statement holds: PostgreSQL admits 1664 columns of a result.
const PAIRS: usize = 400;

/// Questions that one statement can hold, since columns of one name have one type in all of them.
#[derive(Default)]
pub(super) struct Batch {
    /// The columns that the questions mention, with their types.
    pub(super) columns: BTreeMap<Name, String>,
    /// The questions.
    pub(super) questions: Vec<Question>,
}

impl Batch {
    /// Puts a question in; gives it back where a column has another type here, or where there are enough.
    fn take(&mut self, question: Question) -> Option<Question> {
        let mentioned: Vec<&(Name, String)> =
            question.columns.iter().filter(|(name, _)| question.mentions(name)).collect();
        let fits = |(name, ty): &&&(Name, String)| self.columns.get(name).is_none_or(|known| known == ty);
        if self.questions.len() == PAIRS || !mentioned.iter().all(|column| fits(&column)) {
            return Some(question);
        }
        self.columns.extend(mentioned.into_iter().cloned());
        self.questions.push(question);
        None
    }

    /// The batch in two halves; a single question cannot be split.
    pub(super) fn halves(mut self) -> [Batch; 2] {
        let rest = self.questions.split_off(self.questions.len() / 2);
        [self.questions, rest].map(|questions| batches(questions).into_iter().next().unwrap_or_default())
    }
}

/// The questions in as few batches as their columns admit.
pub(super) fn batches(questions: Vec<Question>) -> Vec<Batch> {
    let mut batches: Vec<Batch> = Vec::new();
    for question in questions {
        let mut left = Some(question);
        for batch in &mut batches {
            left = left.and_then(|question| batch.take(question));
        }
        if let Some(question) = left {
            let mut batch = Batch::default();
            // A new batch takes anything.
            batch.take(question);
            batches.push(batch);
        }
    }
    batches
}

/// The answer for a question that the server refuses.
pub(super) fn refused(message: &str) -> Answer {
    Answer::Unanswered(Reason::new(format!("the server cannot resolve them: {message}")))
}
