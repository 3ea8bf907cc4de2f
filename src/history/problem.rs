//! What is wrong with a chain, in words: each with the files concerned and the remedy.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::snapshot::Span;

use super::graph::Fault;
use super::revision::{Backward, Revision, Tool};
use super::{Graph, History};

/// How grave a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Gravity {
    /// Something to know: the chain works.
    Note,
    /// The chain works for now.
    Warning,
    /// The tool cannot run the chain, or not as it is meant.
    Error,
}

/// Something that is wrong with a chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Problem {
    /// A stable code: `history.several_heads`.
    pub code: &'static str,
    /// How grave it is.
    pub gravity: Gravity,
    /// What it is, as one sentence.
    pub message: String,
    /// Where.
    pub at: Vec<Span>,
    /// What to do.
    pub help: String,
}

impl History {
    /// Everything that is wrong with the chain by itself, the gravest first.
    pub fn problems(&self) -> Vec<Problem> {
        // Files that no name puts in an order are no chain.
        let mut faults = if self.tool == Tool::Unordered { Vec::new() } else { self.graph.faults() };
        // What a wrong name leaves without a follower is no head.
        let meant = self.graph.meant();
        for fault in &mut faults {
            if let Fault::SeveralHeads(heads) = fault {
                heads.retain(|head| !meant.contains(head));
            }
        }
        faults.retain(|fault| !matches!(fault, Fault::SeveralHeads(heads) if heads.len() < 2));
        // Numbers are the same with and without zeros.
        faults.retain(|fault| self.tool == Tool::Alembic || !matches!(fault, Fault::DuplicateId(_)));
        let mut problems: Vec<Problem> = faults.iter().map(|fault| self.problem(fault)).collect();
        problems.extend(self.collisions());
        problems.extend(self.gaps_between_numbers());
        problems.extend(self.one_way());
        problems.sort_by_key(|problem| std::cmp::Reverse(problem.gravity));
        problems
    }

    fn problem(&self, fault: &Fault) -> Problem {
        let graph = &self.graph;
        match fault {
            Fault::SeveralHeads(heads) => Problem {
                code: "history.several_heads",
                gravity: Gravity::Error,
                message: format!("{} heads: {}", heads.len(), graph.ids(heads).join(", ")),
                at: spans(graph, heads),
                help: "join them: `drift history --merge` writes the merge revision, as `alembic merge heads` would"
                    .to_owned(),
            },
            Fault::MissingParent { revision, parent } => Problem {
                code: "history.missing_parent",
                gravity: Gravity::Error,
                message: format!("{} follows {parent}, which no file has", graph.revision(*revision).id),
                at: spans(graph, &[*revision]),
                help: missing_parent(graph, parent),
            },
            Fault::DuplicateId(same) => Problem {
                code: "history.duplicate_id",
                gravity: Gravity::Error,
                message: format!("{} files have the revision {}", same.len(), graph.revision(same[0]).id),
                at: spans(graph, same),
                help: "give all but one of them another, and let what follows them name it".to_owned(),
            },
            Fault::Cycle(circle) => Problem {
                code: "history.cycle",
                gravity: Gravity::Error,
                message: match circle.as_slice() {
                    [one] => format!("{} follows itself", graph.revision(*one).id),
                    several => format!("these follow each other in a circle: {}", graph.ids(several).join(", ")),
                },
                at: spans(graph, circle),
                help: "correct the down_revision of one of them".to_owned(),
            },
            Fault::SecondBase { revision, first } => Problem {
                code: "history.second_base",
                gravity: Gravity::Warning,
                message: format!(
                    "{} follows nothing, and is not joined to the chain that starts with {}",
                    graph.revision(*revision).id,
                    graph.revision(*first).id
                ),
                at: spans(graph, &[*revision]),
                help: "let it follow the chain's head, or give it a branch label if a chain of its own is meant"
                    .to_owned(),
            },
        }
    }

    /// Numbers that several files have.
    fn collisions(&self) -> Vec<Problem> {
        if matches!(self.tool, Tool::Alembic | Tool::Unordered) {
            return Vec::new();
        }
        let graph = &self.graph;
        let mut by_number: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, revision) in graph.revisions().iter().enumerate().filter(|(_, revision)| !revision.repeatable) {
            by_number.entry(without_zeros(&revision.id)).or_default().push(at);
        }
        let problem = |same: Vec<usize>| {
            let files: Vec<String> = same.iter().map(|at| file_name(graph.revision(*at))).collect();
            let id = &graph.revision(same[0]).id;
            let several = format!("{} files have the number {id}: {}", count(same.len()), files.join(", "));
            let (gravity, message) = match self.tool {
                Tool::Numbered => (Gravity::Warning, format!("{several}; their order is by name")),
                tool => (Gravity::Error, format!("{several}; {} keeps one record for all of them", tool.words())),
            };
            Problem {
                code: "history.duplicate_id",
                gravity,
                message,
                at: spans(graph, &same),
                help: format!("give all but one of them another number: the next free one is {}", self.free_number()),
            }
        };
        by_number.into_values().filter(|same| same.len() > 1).map(problem).collect()
    }

    /// The number after the last, as wide as that.
    fn free_number(&self) -> String {
        let last = self.graph.revisions().iter().rev().find(|revision| !revision.repeatable);
        let id = last.map(|last| last.id.as_str()).unwrap_or_default();
        let head = id.trim_end_matches(|c: char| c.is_ascii_digit());
        let number = &id[head.len()..];
        let next = number.parse::<u64>().unwrap_or_default().saturating_add(1);
        format!("{head}{next:0width$}", width = number.len())
    }

    /// Numbers that are skipped, where files are numbered one by one.
    fn gaps_between_numbers(&self) -> Vec<Problem> {
        let by_ones = match self.tool {
            Tool::Numbered | Tool::Flyway | Tool::Dbmate | Tool::GolangMigrate | Tool::Sqlx | Tool::Goose => true,
            Tool::Alembic | Tool::Unordered | Tool::Diesel | Tool::Prisma | Tool::Supabase => false,
        };
        let numbers =
            self.graph.revisions().iter().filter_map(|revision| Some((revision.id.parse::<u64>().ok()?, revision)));
        // Timestamps are numbers with gaps between them.
        let numbers: Vec<(u64, &Revision)> = numbers.filter(|(number, _)| *number < 100_000).collect();
        if !by_ones {
            return Vec::new();
        }
        let late = numbers.first().filter(|(first, _)| *first > 1).map(|(first, revision)| Problem {
            code: "history.number_gap",
            gravity: Gravity::Note,
            message: format!("the numbers start with {first}"),
            at: vec![revision.span.clone()],
            help: "see whether the files before it are missing; where they were never written, what they would have \
                   made is taken to be there"
                .to_owned(),
        });
        let skips = numbers.windows(2).filter_map(|pair| {
            let [(before, _), (number, revision)] = pair else { return None };
            let skipped = *number > before + 1;
            skipped.then(|| Problem {
                code: "history.number_gap",
                gravity: Gravity::Note,
                message: match number - before - 1 {
                    1 => format!("number {} is skipped", before + 1),
                    count => format!("the {count} numbers between {before} and {number} are skipped"),
                },
                at: vec![revision.span.clone()],
                help: "see whether a file is missing; a gap by itself does no harm".to_owned(),
            })
        });
        late.into_iter().chain(skips).collect()
    }

    /// Revisions that do not say how to go back.
    fn one_way(&self) -> Vec<Problem> {
        let absent: Vec<usize> = (0..self.graph.revisions().len())
            .filter(|at| self.graph.revision(*at).backward == Backward::Absent)
            .collect();
        if absent.is_empty() {
            return Vec::new();
        }
        vec![Problem {
            code: "history.no_downgrade",
            gravity: Gravity::Note,
            message: match absent.as_slice() {
                [one] => format!("{} does not say how to go back", self.graph.revision(*one).id),
                several => format!("{} revisions do not say how to go back", several.len()),
            },
            at: spans(&self.graph, &absent),
            help: "write the way back, if you mean to be able to take it".to_owned(),
        }]
    }
}

/// A number as its value: `003` is 3, and Flyway's 1.0 is 1.
fn without_zeros(id: &str) -> String {
    let mut parts: Vec<&str> = id.split('.').map(|part| part.trim_start_matches('0')).collect();
    while parts.len() > 1 && parts.last().is_some_and(|part| part.is_empty()) {
        parts.pop();
    }
    parts.join(".")
}

/// What a migration is called in its folder.
fn file_name(revision: &Revision) -> String {
    let folder = revision.file.parent().filter(|_| revision.file.ends_with("up.sql")).unwrap_or(&revision.file);
    folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn count(files: usize) -> String {
    if files == 2 { "two".to_owned() } else { files.to_string() }
}

fn missing_parent(graph: &Graph, parent: &str) -> String {
    if let Some(meant) = graph.by_file(parent) {
        let Revision { id, file, .. } = graph.revision(meant);
        return format!(
            "{parent} is the name of a file: down_revision names the revision in {}, \"{id}\"",
            file.display()
        );
    }
    let known = graph.revisions().iter().map(|revision| revision.id.as_str());
    match crate::message::nearest(parent, known) {
        Some(near) => format!("did you mean {near}? Else restore the file of {parent}"),
        None if graph.bases().is_empty() => {
            "restore its file; where it was never written, `drift generate` writes it from the models".to_owned()
        }
        None => "restore its file, or let the revision follow one that is there".to_owned(),
    }
}

fn spans(graph: &Graph, positions: &[usize]) -> Vec<Span> {
    positions.iter().map(|at| graph.revision(*at).span.clone()).collect()
}
