//! The project's migrations as `explain` asks for them: the files, what is wrong with them, and how far a database is.

use std::path::Path;

use crate::dialect::dialect;
use crate::explain::chain::{Chain, Link};
use crate::explain::tool::MigrationTool;
use crate::history::problem::Gravity;
use crate::history::{History, Tool};
use crate::model::Engine;
use crate::report::{ChainStanding, DeclaredAt, Report};
use crate::source::LoadContext;

use crate::commands::context::Context;
use crate::commands::failure;
use crate::commands::load::Server;
use crate::commands::{history, standing};

/// The history in a usual folder, where neither a flag nor the configuration names one.
pub(super) fn usual(context: &Context) -> Option<History> {
    let mut found = history::USUAL.iter().filter_map(|place| History::load(Path::new(place), &context.root).ok());
    found.find(|history| history.tool != Tool::Unordered)
}

/// What a history holds, and where the database stands by the comparison, else by its own records.
pub(super) fn chain(
    context: &Context,
    history: &History,
    report: Option<&Report>,
    server: Option<&Server>,
    engine: Option<Engine>,
) -> Chain {
    let mut history = history.clone();
    let compared = report.and_then(|report| report.history.clone());
    let recorded = match (&compared, server) {
        (None, Some(server)) => standing::records(context, &mut history, server)
            .map_err(|error| failure::show(&error, context.global.color))
            .ok(),
        (_, _) => None,
    };
    let is_recorded = compared.is_some() || recorded.as_ref().is_some_and(|records| records.recorded.is_some());
    let standing = compared.unwrap_or_else(|| {
        let mut standing = of_files(context, &history, engine);
        if let Some(records) = recorded {
            let known = records.recorded.unwrap_or_default();
            standing.problems.extend(known.problems.iter().map(standing::problem));
            standing.stands_at = known.stands_at;
            standing.pending = records.pending;
            standing.run = records.run;
        }
        standing
    });
    let link = |at: usize| {
        let revision = history.graph.revision(at);
        Link { id: revision.id.clone(), name: revision.name.clone(), at: DeclaredAt::from(&revision.span) }
    };
    let revisions = history.whole().into_iter().map(link).collect();
    Chain { tool: tool(history.tool), revisions, standing, is_recorded }
}

/// What the files alone tell.
fn of_files(context: &Context, history: &History, engine: Option<Engine>) -> ChainStanding {
    let graph = &history.graph;
    let mut problems = history.problems();
    if let Some(engine) = engine.or_else(|| history.engine()) {
        let dialect = dialect(engine, None);
        let load = LoadContext { dialect: dialect.as_ref(), default_schema: None, root: &context.root, base: None };
        problems.extend(
            history.replay(&history.whole(), &load, &|_| false).into_iter().flat_map(|steps| history.premises(&steps)),
        );
    }
    let grave = problems.iter().filter(|problem| problem.gravity != Gravity::Note);
    ChainStanding {
        tool: history.tool.words().to_owned(),
        heads: graph.ids(&graph.heads()).into_iter().map(str::to_owned).collect(),
        problems: grave.map(standing::problem).collect(),
        ..ChainStanding::default()
    }
}

/// The tool in whose words errors may be.
fn tool(tool: Tool) -> Option<MigrationTool> {
    match tool {
        Tool::Alembic => Some(MigrationTool::Alembic),
        Tool::Flyway => Some(MigrationTool::Flyway),
        Tool::Dbmate => Some(MigrationTool::Dbmate),
        Tool::GolangMigrate => Some(MigrationTool::GolangMigrate),
        Tool::Sqlx => Some(MigrationTool::Sqlx),
        Tool::Diesel => Some(MigrationTool::Diesel),
        Tool::Prisma => Some(MigrationTool::Prisma),
        Tool::Goose => Some(MigrationTool::Goose),
        Tool::Supabase => Some(MigrationTool::Supabase),
        Tool::Numbered | Tool::Unordered => None,
    }
}
