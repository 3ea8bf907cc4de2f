//! Every key of `drift.toml`: the one definition that the reader, its messages and the reference page share.

/// One key.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Its path; `*` stands for a name that the user chooses.
    pub path: &'static str,
    /// What it holds.
    pub form: Form,
    /// What holds without it, in words.
    pub default: &'static str,
    /// A line of TOML that sets it.
    pub example: &'static str,
    /// What it does.
    pub help: &'static str,
}

/// What a key holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A string.
    Text,
    /// A list of strings; one string alone will do.
    Texts,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A whole number of seconds, at least one.
    Seconds,
}

impl Form {
    /// What messages and the reference call it.
    pub fn words(self) -> String {
        match self {
            Form::Text => "a string".to_owned(),
            Form::Texts => "a list of strings".to_owned(),
            Form::Seconds => "a whole number of seconds, 1 or more".to_owned(),
            Form::Word(words) => {
                let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
                format!("one of {}", quoted.join(", "))
            }
        }
    }
}

/// The keys, in the order in which a file has them.
pub const KEYS: &[Key] = &[
    Key {
        path: "dialect",
        form: Form::Word(&["postgres", "mysql", "mariadb", "sqlite"]),
        default: "the engine of the URL on either side",
        example: "dialect = \"postgres\"",
        help: "The engine whose rules apply to sources that have no URL. Needed only where no URL says it.",
    },
    Key {
        path: "declared.models",
        form: Form::Texts,
        default: "none",
        example: "models = [\"app/models\"]",
        help: "Python files, folders or globs that declare tables with SQLAlchemy or SQLModel, relative to this file. \
               They are parsed and never imported. The tests and migration scripts in a folder are passed over.",
    },
    Key {
        path: "declared.sql",
        form: Form::Texts,
        default: "none",
        example: "sql = [\"db/schema.sql\"]",
        help: "SQL files, folders or globs, relative to this file, applied in this order after the models.",
    },
    Key {
        path: "history.path",
        form: Form::Text,
        default: "none: no difference is given a cause",
        example: "path = \"migrations\"",
        help: "The migrations, relative to this file: the folder of alembic.ini, its script folder, or a folder of SQL \
               migrations, whose tool is found out. They are replayed as they are written, and never executed.",
    },
    Key {
        path: "targets.*.url",
        form: Form::Text,
        default: "none: every target needs one",
        example: "url = \"${DATABASE_URL}\"",
        help: "The live database of this target. `${NAME}` is replaced from the environment, else from a `.env` file \
               beside this one. SQLAlchemy's `+driver` suffixes are accepted. A relative SQLite path is relative to \
               this file.",
    },
    Key {
        path: "targets.*.models",
        form: Form::Texts,
        default: "[declared]",
        example: "models = [\"services/billing/models\"]",
        help: "What this target's code declares, where a repository has several parts, each with a database of its own: \
               with `models` or `sql` here, [declared] does not count for this target.",
    },
    Key {
        path: "targets.*.sql",
        form: Form::Texts,
        default: "[declared]",
        example: "sql = [\"services/billing/schema.sql\"]",
        help: "SQL files of this target's part, applied in this order after its models.",
    },
    Key {
        path: "targets.*.history",
        form: Form::Text,
        default: "the path of [history], unless the target has models or sql of its own",
        example: "history = \"services/billing/alembic.ini\"",
        help: "The migrations of this target's part, as the path of [history] names them.",
    },
    Key {
        path: "targets.*.connect_timeout",
        form: Form::Seconds,
        default: "10",
        example: "connect_timeout = 10",
        help: "How many seconds to wait for a connection to this target. A `connect_timeout` in the URL counts more. For \
               SQLite it is the time to wait for a lock on the file.",
    },
    Key {
        path: "targets.*.statement_timeout",
        form: Form::Seconds,
        default: "60",
        example: "statement_timeout = 60",
        help: "How many seconds one catalog query of this target may take, waiting for locks included.",
    },
    Key {
        path: "compare.schemas",
        form: Form::Texts,
        default: "the schemas that the declared side speaks about, and the default schema",
        example: "schemas = [\"public\"]",
        help: "The schemas that are compared. Others are left out on both sides.",
    },
    Key {
        path: "compare.ignore",
        form: Form::Texts,
        default: "none",
        example: "ignore = [\"tmp_*\", \"public.users.legacy_*\"]",
        help: "Objects that are left out on both sides: `table`, `schema.table`, `table.column` or \
               `schema.table.column`, with `*` and `?`. A pattern for something inside a table fits its columns, \
               constraints and indexes. The bookkeeping tables of migration tools are always left out.",
    },
    Key {
        path: "gate.fail_on",
        form: Form::Word(&["error", "warning", "info", "never"]),
        default: "\"warning\"",
        example: "fail_on = \"error\"",
        help: "The mildest severity with which `check` exits with 2. Findings below it are reported all the same.",
    },
    Key {
        path: "gate.severity.*",
        form: Form::Word(&["error", "warning", "info"]),
        default: "the severity on the finding's page",
        example: "severity = { \"index.extra\" = \"info\" }",
        help: "The severity of one finding code.",
    },
    Key {
        path: "generate.format",
        form: Form::Word(&["sql", "alembic"]),
        default: "the form of the history, else \"sql\"",
        example: "format = \"sql\"",
        help: "The form of the migrations that `generate` writes: SQL that mends this database, or a revision of the project's Alembic history. Without it, the next migration of the history, as its tool names and frames it.",
    },
    Key {
        path: "generate.path",
        form: Form::Text,
        default: "\"migrations\"",
        example: "path = \"db/migrations\"",
        help: "The folder into which `generate` writes, relative to this file. The next migration of a history goes into the folder of that history.",
    },
];
