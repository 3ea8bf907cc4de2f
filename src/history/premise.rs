//! What migrations take for granted: objects that another one should have made before, or that nobody makes.

use std::collections::BTreeMap;

use crate::model::Kind;
use crate::snapshot::Span;
use crate::source::sql::{Absent, Refused, Repeated};

use super::problem::{Gravity, Problem};
use super::{History, Step, Tool};

/// Something that a revision needs and did not find.
#[derive(Clone, Debug)]
pub struct Need {
    /// What, and where it is named.
    pub absent: Absent,
    /// The later revision that makes it, and where; `None` where none does.
    pub made_by: Option<(usize, Span)>,
}

impl History {
    /// What is wrong with the order of revisions and with the base that they stand on, by their replay.
    pub fn premises(&self, steps: &[Step]) -> Vec<Problem> {
        // Files whose names say no order are no chain.
        if self.tool == Tool::Unordered {
            return Vec::new();
        }
        let mut problems: Vec<Problem> = steps.iter().flat_map(|step| self.too_early(step)).collect();
        problems.extend(steps.iter().flat_map(|step| step.repeated.iter().map(|one| self.repeated(step, one))));
        problems.extend(steps.iter().flat_map(|step| step.refused.iter().map(|one| self.refused(one))));
        let mut baseline: BTreeMap<&str, Vec<Span>> = BTreeMap::new();
        for step in steps {
            for table in &step.baseline {
                let named = step.needs.iter().find(|need| need.absent.object.name.as_str() == table);
                let at = named.map_or(&self.graph.revision(step.revision).span, |need| &need.absent.at);
                baseline.entry(table).or_default().push(at.clone());
            }
        }
        problems.extend(baseline.into_iter().map(|(table, at)| Problem {
            code: "history.baseline",
            gravity: Gravity::Note,
            message: format!("baseline assumed: table {table} is changed, and no migration creates it"),
            at,
            help: format!(
                "nothing is wrong if {table} was there before the first migration; else write what creates it"
            ),
        }));
        problems
    }

    /// What the server refuses in the transaction of a revision.
    fn refused(&self, refused: &Refused) -> Problem {
        Problem {
            code: "history.transaction",
            gravity: Gravity::Error,
            message: format!("PostgreSQL refuses this: {}", refused.message),
            at: vec![refused.at.clone()],
            help: match self.tool {
                Tool::Alembic => "put it into `with op.get_context().autocommit_block():`",
                Tool::Dbmate => "put it into a migration of its own, with `-- migrate:up transaction:false`",
                Tool::Goose => "put it into a migration of its own, with `-- +goose NO TRANSACTION`",
                Tool::Sqlx => "put it into a migration of its own, which begins with `-- no-transaction`",
                Tool::Flyway => "put it into a migration of its own",
                Tool::Diesel => {
                    "put it into a migration of its own, with `run_in_transaction = false` in metadata.toml"
                }
                Tool::Prisma | Tool::GolangMigrate | Tool::Supabase | Tool::Numbered | Tool::Unordered => {
                    "put it into a migration of its own, which has no other statement"
                }
            }
            .to_owned(),
        }
    }

    /// What a revision makes that is there already.
    fn repeated(&self, step: &Step, repeated: &Repeated) -> Problem {
        let Repeated { object, at, first } = repeated;
        let id = &self.graph.revision(step.revision).id;
        let what = match object.kind {
            Kind::Table => format!("table {}", object.name),
            kind => format!("{} {object}", kind.words()),
        };
        Problem {
            code: "history.added_twice",
            gravity: Gravity::Error,
            message: match first {
                Some(first) => format!("{what} is added twice: at {first} and at {at}"),
                None => format!("{what} is there when {at} adds it"),
            },
            at: first.iter().chain([at]).cloned().collect(),
            help: format!("remove one of the two: {id} fails on a database that has what comes before it"),
        }
    }

    /// What a revision needs that a later one makes.
    fn too_early(&self, step: &Step) -> Vec<Problem> {
        let graph = &self.graph;
        let revision = graph.revision(step.revision);
        let made = step.needs.iter().filter_map(|need| need.made_by.as_ref().map(|by| (&need.absent, by)));
        let problem = |(absent, (later, place)): (&Absent, &(usize, Span))| Problem {
            code: "history.order",
            gravity: Gravity::Error,
            message: format!(
                "{} needs {} {}, which {} creates only later",
                revision.file.display(),
                if absent.object.kind == Kind::Table { "table" } else { "type" },
                absent.object.name,
                graph.revision(*later).file.display()
            ),
            at: vec![absent.at.clone(), place.clone()],
            help: format!(
                "on an empty database {} fails: let {} run before it",
                revision.id,
                graph.revision(*later).id
            ),
        };
        made.map(problem).collect()
    }
}
