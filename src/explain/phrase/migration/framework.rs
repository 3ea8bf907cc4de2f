//! Migrations of web frameworks: Django and Rails.

use crate::explain::kind::ErrorKind;
use crate::explain::tool::MigrationTool::{Django, Rails};

use super::super::Phrase;
use super::{phrase, wrapper};

pub(super) const PHRASES: &[Phrase] = &[
    // Django: django/db/migrations, django/core/management
    phrase(
        Django,
        "",
        ErrorKind::MissingParent,
        r"Migration (?<other>[\w.]+) (?:dependencies reference nonexistent parent node|depends on nonexistent node) \('(?<app>\w+)', '(?<revision>\w+)'\)",
    ),
    phrase(
        Django,
        "",
        ErrorKind::OutOfOrder,
        r"Migration (?<other>[\w.]+) is applied before its dependency (?<revision>[\w.]*\w)",
    ),
    phrase(
        Django,
        "",
        ErrorKind::SeveralHeads,
        r"Conflicting migrations detected; multiple leaf nodes in the migration graph: \((?<revisions>[^)\n]*)\)",
    ),
    phrase(Django, "", ErrorKind::PendingMigrations, r"You have \d+ unapplied migration\(s\)"),
    phrase(
        Django,
        "",
        ErrorKind::UnwrittenChanges,
        r"Your models (?:in app\(s\): [^\n]{1,300}? )?have changes that are not yet reflected in a migration",
    ),
    phrase(
        Django,
        "",
        ErrorKind::UnknownRevision,
        r"Cannot find a migration matching '(?<revision>[^'\n]+)' from app '(?<app>\w+)'",
    ),
    phrase(
        Django,
        "",
        ErrorKind::DuplicateRevision,
        r"(?:There is more than one migration for '(?<app>\w+)' with the prefix|More than one migration matches) '(?<revision>[^'\n]+)'",
    ),
    phrase(Django, "", ErrorKind::RevisionCycle, r"CircularDependencyError: (?<revisions>[\w.]+(?:, [\w.]+)*)"),
    phrase(
        Django,
        "",
        ErrorKind::IrreversibleMigration,
        r"Operation [^\n]{1,300} in (?<revision>[\w.]+) is not reversible",
    ),
    // Rails: activerecord/lib/active_record/migration.rb
    phrase(
        Rails,
        "",
        ErrorKind::PendingMigrations,
        r"(?s)Migrations are pending\. To resolve this issue, run:.{0,200}?pending migrations?:\s+(?:\S*/)?(?<revision>\d+)_\w+\.rb",
    ),
    phrase(Rails, "", ErrorKind::PendingMigrations, r"Migrations are pending\. To resolve this issue, run:"),
    phrase(
        Rails,
        "",
        ErrorKind::DuplicateRevision,
        r"Multiple migrations have the (?:version number|name) (?<revision>\w+)",
    ),
    phrase(Rails, "", ErrorKind::UnknownRevision, r"No migration with version number (?<revision>\d+)"),
    phrase(
        Rails,
        "",
        ErrorKind::MigrationLock,
        r"Cannot run migrations because another migration process is currently running",
    ),
    phrase(Rails, "", ErrorKind::IrreversibleMigration, r"ActiveRecord::IrreversibleMigration"),
    wrapper(Rails, "", r"An error has occurred, (?:this and )?all later migrations canceled"),
];
