//! A comparison as a few lines of text, one for each finding. The forms that users see have tests of their own.

use drift::diff::{Change, Diff};
use drift::snapshot::Origins;

/// The text, with the place of each declaration.
pub fn text(diff: &Diff, declared: &Origins) -> String {
    let mut lines: Vec<String> = diff.changes.iter().map(|found| change(found, declared)).collect();
    for undecided in &diff.undecided {
        let object = undecided.object.as_ref().map(ToString::to_string).unwrap_or_else(|| "anywhere".to_owned());
        lines.push(format!("undecided {} {object}: {}", undecided.facet, undecided.reason));
    }
    for kind in &diff.not_compared {
        let objects: Vec<String> = kind.objects.iter().map(ToString::to_string).collect();
        let objects = if objects.is_empty() { String::new() } else { format!(" ({})", objects.join(", ")) };
        lines.push(format!("not compared: {} {}: {}{objects}", kind.count, kind.kind, kind.reason));
    }
    if lines.is_empty() {
        lines.push("in sync".to_owned());
    }
    lines.into_iter().map(|line| line + "\n").collect()
}

fn change(change: &Change, declared: &Origins) -> String {
    let mut text = format!("{} {} {}", change.severity, change.code, change.path());
    match change.values.as_ref().map(Option::as_deref) {
        drift::diff::Pair { from: None, to: None } => {}
        values => text += &format!(": {} -> {}", values.from.unwrap_or("(none)"), values.to.unwrap_or("(none)")),
    }
    if let Some(span) = change.paths.to.as_ref().and_then(|path| declared.find(path)) {
        text += &format!(" [{span}]");
    }
    text
}
