//! The command line: arguments and their help, which is also what the reference page is made of.
//!
//! This module must not do anything: it says what may be asked.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Finds where the schema that code declares and the schema that a database has part, and writes the migration that
/// brings them together.
#[derive(Clone, Debug, Parser)]
#[command(name = "drift", version, max_term_width = 100, arg_required_else_help = true)]
#[command(after_help = "\
Exit codes: 0 in sync, 2 drift found, 1 the comparison could not be made, 3 in sync as far as it could be compared \
(with --strict).\nA SOURCE is a database URL, a path (.sql, .py, .json, a folder), or kind:path with the kinds sql, \
models, snapshot and exec.")]
pub struct Cli {
    /// What every command understands.
    #[command(flatten)]
    pub global: Global,
    /// What is to be done.
    #[command(subcommand)]
    pub command: Command,
}

/// What every command understands.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// The configuration [default: drift.toml in this folder or the nearest above]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// One target of drift.toml instead of all
    #[arg(long, global = true, value_name = "NAME")]
    pub target: Option<String>,
    /// The live database, instead of the target's own URL
    #[arg(long, global = true, value_name = "URL")]
    pub url: Option<String>,
    /// When to use colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
    /// Say nothing but the result: no warnings, hints or progress
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Say more on standard error; twice for everything
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Show no progress on standard error
    #[arg(long, global = true)]
    pub no_progress: bool,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The commands.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Look at the project and write a commented drift.toml
    Init(InitArgs),
    /// Compare what is declared with the live database of every target
    Check(CheckArgs),
    /// Show the difference between any two sources
    Diff(DiffArgs),
    /// Write the migration that brings a target to what is declared, and its reverse
    Generate(GenerateArgs),
    /// Say what an error message, a stack trace or a log is about: cause and fix
    Explain(ExplainArgs),
    /// Look at the migration chain: heads, missing or duplicate revisions, cycles
    History(HistoryArgs),
    /// Print a source as SQL, JSON or a Mermaid diagram
    Inspect(InspectArgs),
    /// Print the completions of a shell
    Completions(CompletionsArgs),
}

/// `drift init`.
#[derive(Clone, Debug, Args)]
pub struct InitArgs {
    /// The project's folder
    #[arg(value_name = "FOLDER", default_value = ".")]
    pub folder: PathBuf,
}

/// What is declared, and by which engine's rules.
#[derive(Clone, Debug, Default, Args)]
pub struct DeclaredArgs {
    /// What is declared, instead of [declared] in drift.toml; may be repeated: SQL is applied after models
    #[arg(long, value_name = "SOURCE")]
    pub declared: Vec<String>,
    /// The migrations that the causes come from, instead of [history] in drift.toml
    #[arg(long, value_name = "PATH")]
    pub history: Option<PathBuf>,
    /// The engine whose rules apply where no URL says it
    #[arg(long, value_name = "ENGINE")]
    pub dialect: Option<Dialect>,
}

/// How a comparison is reported.
#[derive(Clone, Debug, Args)]
pub struct ReportArgs {
    /// The form of the report
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: ReportFormat,
    /// Write the report to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Exit with 3 if nothing differs but something was left undecided or not compared
    #[arg(long)]
    pub strict: bool,
}

/// What a migration may do.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct MigrationArgs {
    /// Let destructive statements run, instead of standing in the migration as comments
    #[arg(long)]
    pub allow_drop: bool,
    /// Use IF [NOT] EXISTS where the engine has it
    #[arg(long)]
    pub idempotent: bool,
}

/// `drift check`.
#[derive(Clone, Debug, Args)]
pub struct CheckArgs {
    /// What is declared.
    #[command(flatten)]
    pub declared: DeclaredArgs,
    /// The report.
    #[command(flatten)]
    pub report: ReportArgs,
    /// The mildest severity that exits with 2, instead of gate.fail_on in drift.toml
    #[arg(long, value_name = "SEVERITY")]
    pub fail_on: Option<FailOn>,
    /// What the migration of `--format sql` may do.
    #[command(flatten)]
    pub migration: MigrationArgs,
}

/// `drift diff`.
#[derive(Clone, Debug, Args)]
pub struct DiffArgs {
    /// What is there, or the older
    #[arg(long, value_name = "SOURCE")]
    pub from: String,
    /// What should be there, or the newer
    #[arg(long, value_name = "SOURCE")]
    pub to: String,
    /// The engine whose rules apply where no URL says it
    #[arg(long, value_name = "ENGINE")]
    pub dialect: Option<Dialect>,
    /// The report; its SQL is the migration that turns `--from` into `--to`.
    #[command(flatten)]
    pub report: ReportArgs,
    /// What that migration may do.
    #[command(flatten)]
    pub migration: MigrationArgs,
}

/// `drift generate`.
#[derive(Clone, Debug, Args)]
pub struct GenerateArgs {
    /// What is declared.
    #[command(flatten)]
    pub declared: DeclaredArgs,
    /// The form of the migration [default: generate.format in drift.toml, else the history's own]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<MigrationFormat>,
    /// What the migration is called
    #[arg(long, value_name = "NAME", default_value = "mend_drift")]
    pub name: String,
    /// The file or folder to write to, or - for standard output [default: the history's folder, else generate.path in
    /// drift.toml, else migrations]
    #[arg(long, value_name = "PATH")]
    pub out: Option<PathBuf>,
    /// Replace files that exist
    #[arg(long)]
    pub force: bool,
    /// What the migration may do.
    #[command(flatten)]
    pub migration: MigrationArgs,
}

/// `drift explain`.
#[derive(Clone, Debug, Args)]
pub struct ExplainArgs {
    /// The message itself, a file, or - for standard input [default: standard input]
    #[arg(value_name = "TEXT", allow_hyphen_values = true)]
    pub text: Option<String>,
    /// What is declared.
    #[command(flatten)]
    pub declared: DeclaredArgs,
    /// The form of the answer
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: ExplainFormat,
    /// Write the answer to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// What the statements of the fix may do.
    #[command(flatten)]
    pub migration: MigrationArgs,
}

/// `drift history`.
#[derive(Clone, Debug, Args)]
pub struct HistoryArgs {
    /// The folder of the migrations, or alembic.ini [default: the usual folders, such as migrations]
    #[arg(value_name = "PATH")]
    pub path: Option<PathBuf>,
    /// Write the revision that joins the heads of an Alembic history
    #[arg(long)]
    pub merge: bool,
    /// The engine that the migrations are for, where no URL says it [default: what they look like]
    #[arg(long, value_name = "ENGINE")]
    pub dialect: Option<Dialect>,
    /// The form of the answer
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: HistoryFormat,
    /// Write the answer to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// `drift inspect`.
#[derive(Clone, Debug, Args)]
pub struct InspectArgs {
    /// The source [default: the live database of --url or --target]
    #[arg(value_name = "SOURCE")]
    pub source: Option<String>,
    /// The form in which it is printed
    #[arg(long, value_name = "FORMAT", default_value = "sql")]
    pub format: InspectFormat,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// The engine whose rules apply where no URL says it
    #[arg(long, value_name = "ENGINE")]
    pub dialect: Option<Dialect>,
}

/// `drift completions`.
#[derive(Clone, Copy, Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

/// An engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Dialect {
    /// PostgreSQL.
    #[value(alias = "postgresql", alias = "pg")]
    Postgres,
    /// MySQL.
    Mysql,
    /// MariaDB.
    Mariadb,
    /// SQLite.
    #[value(alias = "sqlite3")]
    Sqlite,
}

/// The form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// Findings by table, for people.
    Table,
    /// The migration that mends what was found.
    Sql,
    /// JSON, as docs/report.schema.json describes it.
    Json,
    /// Markdown, for a comment on a pull request.
    Markdown,
}

/// The form in which a chain is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum HistoryFormat {
    /// For people.
    Text,
    /// JSON.
    Json,
}

/// The form of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExplainFormat {
    /// For people.
    Text,
    /// JSON, as docs/explain.schema.json describes it.
    Json,
}

/// The form of a migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum MigrationFormat {
    /// SQL that mends this database, whatever the history lacks.
    Sql,
    /// A revision of the project's Alembic history.
    Alembic,
}

/// The form of a printed schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum InspectFormat {
    /// The DDL that builds it.
    Sql,
    /// A snapshot, which is a source again; docs/snapshot.schema.json describes it.
    Json,
    /// An entity relationship diagram.
    Mermaid,
}

/// The mildest severity that fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// What breaks running code.
    Error,
    /// Any difference that is more than cosmetic.
    Warning,
    /// Any difference at all.
    Info,
    /// Nothing.
    Never,
}
