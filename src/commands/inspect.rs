//! `drift inspect`: a source as SQL, JSON or a diagram.

use crate::cli::{InspectArgs, InspectFormat};
use crate::dialect::dialect_where;
use crate::diff::Diff;
use crate::plan;
use crate::plan::output::{OutputContext, OutputForm, SqlFiles};
use crate::report::mermaid;
use crate::snapshot::Snapshot;
use crate::source::snapshot_file;

use super::Exit;
use super::context::Context;
use super::failure::{advice, show_warnings};
use super::load::{self, Side};
use super::output::emit_exactly;

/// Reads the source and prints it.
pub(super) fn run(args: &InspectArgs, context: &Context) -> anyhow::Result<Exit> {
    let side = match &args.source {
        Some(text) => Side::of(text)?,
        None => match context.targets()?.as_slice() {
            [target] => context.live_side(target)?,
            _ => return Err(advice("drift.toml names several targets", "say which with --target, or name a source")),
        },
    };
    let snapshot = load::one(context, &side, context.dialects(args.dialect))?;
    if !context.global.quiet {
        show_warnings(snapshot.warnings.iter(), context.global.color, context.global.verbose > 0);
    }
    let text = match args.format {
        InspectFormat::Sql => sql(&snapshot, &side.shown),
        InspectFormat::Json => snapshot_file::write(&snapshot)?,
        InspectFormat::Mermaid => mermaid(&snapshot),
    };
    emit_exactly(args.output.as_deref(), &text)?;
    Ok(Exit::InSync)
}

/// The statements that build the schema from nothing.
fn sql(snapshot: &Snapshot, shown: &str) -> String {
    let dialect = dialect_where(snapshot.engine, snapshot.version, snapshot.letter_case);
    let plan = plan::create_all(snapshot, dialect.as_ref());
    let header = [format!("The schema of {shown}, written by drift")];
    let place = OutputContext { header: &header, diff: &Diff::default(), origins: &snapshot.origins };
    SqlFiles.write(&plan, place).up
}
