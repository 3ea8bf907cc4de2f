//! The five systems of `fixtures/systems`, each on its engine: what drifted is found where it is declared, the
//! migration mends it, and nothing is left.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::Database;
use drift::model::Engine;
use serde_json::Value;

/// A copy of one system in a folder of its own, with its database.
struct System {
    folder: tempfile::TempDir,
    database: Database,
}

/// What the program printed and ended with.
struct Output {
    exit: i32,
    stdout: String,
    stderr: String,
}

impl Output {
    fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("no JSON: {error}\n{}\n{}", self.stdout, self.stderr))
    }
}

/// One finding: code, object, and the line that declares it.
type Finding = (String, String, Option<String>);

impl System {
    fn start(name: &str, engine: Engine) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/systems").join(name), folder.path());
        let system = System { folder, database: Database::create(engine) };
        system.database.execute(&system.file("live.sql"));
        // Without the history, `generate` writes what is pending as well.
        let sections: Vec<String> = system.file("drift.toml").split("\n[").map(str::to_owned).collect();
        let plain: Vec<String> = sections.into_iter().filter(|section| !section.starts_with("history]")).collect();
        std::fs::write(system.folder.path().join("plain.toml"), plain.join("\n[")).expect("a file can be written");
        system
    }

    fn file(&self, name: &str) -> String {
        let path = self.folder.path().join(name);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    fn drift(&self, arguments: &[&str]) -> Output {
        let output = Command::new(env!("CARGO_BIN_EXE_drift"))
            .args(arguments)
            .current_dir(self.folder.path())
            .env("DATABASE_URL", self.database.url())
            .output()
            .expect("the program runs");
        Output {
            exit: output.status.code().expect("an exit code"),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// The findings of `drift check`.
    fn check(&self) -> Vec<Finding> {
        let output = self.drift(&["check", "--config", "plain.toml", "--format", "json"]);
        assert!([0, 2].contains(&output.exit), "{}", output.stderr);
        let report = output.json();
        assert_eq!(report["undecided"], Value::Array(Vec::new()), "{report:#}");
        findings(&report)
    }

    /// Writes the migration, runs it with the engine's own client, and returns it with its reverse.
    fn migrate(&self) -> (String, String) {
        let output = self.drift(&["generate", "--config", "plain.toml", "--name", "mend", "--out", "out"]);
        assert_eq!(
            output.exit,
            2, // drift was found
            "{}{}",
            output.stdout,
            output.stderr
        );
        let mut files: Vec<PathBuf> = std::fs::read_dir(self.folder.path().join("out"))
            .expect("generate writes the folder")
            .map(|entry| entry.expect("it can be listed").path())
            .collect();
        files.sort_by_key(|file| file.display().to_string().contains("down"));
        let texts: Vec<String> =
            files.iter().map(|file| std::fs::read_to_string(file).expect("a migration is text")).collect();
        let [up, down] = texts.try_into().expect("a migration and its reverse");
        self.database.execute(&up);
        (up, down)
    }

    /// What the system's page shows of `drift check` is what it prints: each line of a block without a language.
    fn assert_page(&self) {
        let printed = self.drift(&["check"]).stdout;
        let page = self.file("README.md");
        let blocks = page.split("\n```\n").skip(1).step_by(2);
        let lines: Vec<&str> = blocks.flat_map(str::lines).collect();
        let shown = lines.iter().filter(|line| line.starts_with("  "));
        assert!(shown.clone().count() > 0, "the page shows no finding");
        for line in shown {
            let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(squeezed(&printed).contains(&squeezed(line)), "the page shows {line:?}, but\n{printed}");
        }
    }

    /// How many findings have which cause, each with its revision, and the problems of the history with their commands.
    fn causes(&self) -> (BTreeMap<String, usize>, Vec<(String, String)>) {
        let report = self.drift(&["check", "--format", "json"]).json();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let mut causes = BTreeMap::new();
        for finding in report["findings"].as_array().expect("findings") {
            let cause = &finding["cause"];
            let name = format!("{} {}", text(&cause["kind"]), text(&cause["revision"]));
            *causes.entry(name.trim().to_owned()).or_default() += 1;
        }
        let problems = report["history"]["problems"].as_array().expect("a history");
        (causes, problems.iter().map(|one| (text(&one["code"]), text(&one["command"]))).collect())
    }

    /// Nothing is left to find.
    fn assert_in_sync(&self) {
        let output = self.drift(&["check", "--config", "plain.toml"]);
        assert_eq!(output.exit, 0, "{}{}", output.stdout, output.stderr);
    }

    /// Runs the real Alembic on the database, which is a PostgreSQL one.
    fn alembic(&self, arguments: &[&str]) -> String {
        let url = self.database.url().replacen("postgres://", "postgresql+asyncpg://", 1);
        let output = Command::new(crate::support::python())
            .args(["-B", "-m", "alembic"])
            .args(arguments)
            .current_dir(self.folder.path())
            .env("DATABASE_URL", url)
            .env("PYTHONPATH", ".")
            .output()
            .expect("Python runs");
        let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
        assert!(output.status.success(), "alembic {}: {text}", arguments.join(" "));
        text
    }

    /// What a Python program of `tests/support` says about the models in `module` and the database.
    fn python(&self, script: &str, module: &str) -> String {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support").join(script);
        let output = Command::new(crate::support::python())
            .arg("-B")
            .arg(script)
            .args([module, self.database.url()])
            .current_dir(self.folder.path())
            .output()
            .expect("Python runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap_or_else(|error| panic!("{}: {error}", from.display())) {
        let source = entry.expect("a folder of the repository can be listed").path();
        let target = to.join(source.file_name().expect("an entry has a name"));
        if source.is_dir() {
            std::fs::create_dir(&target).expect("a folder in a temporary folder");
            copy(&source, &target);
        } else {
            std::fs::copy(&source, &target).expect("a file in a temporary folder");
        }
    }
}

fn findings(report: &Value) -> Vec<Finding> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let finding = |finding: &Value| {
        let object = &finding["object"];
        let parts: Vec<String> = [&object["table"], &object["name"]].into_iter().filter_map(text).collect();
        let place = &finding["declared_at"];
        let place = text(&place["file"]).map(|file| format!("{file}:{}", place["line"]));
        (text(&finding["code"]).expect("a code"), parts.join("."), place)
    };
    report["findings"].as_array().expect("findings").iter().map(finding).collect()
}

fn finding(code: &str, object: &str, place: &str) -> Finding {
    (code.to_owned(), object.to_owned(), Some(place.to_owned()))
}

/// How many findings there are of each code.
fn counted(findings: &[Finding]) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for (code, _, _) in findings {
        *counts.entry(code.as_str()).or_default() += 1;
    }
    counts
}

/// The line of `file` that holds `text`, as a finding shows it.
fn line_of(system: &System, file: &str, text: &str) -> String {
    let at = system.file(file).lines().position(|line| line.contains(text)).expect("the text stands in the file");
    format!("{file}:{}", at + 1)
}

#[test]
fn line_chatbot() {
    let system = System::start("line-chatbot", Engine::Postgres);
    system.assert_page();
    let found = system.check();
    let columns = [
        ("app/models/message.py", "messages", "operator_name"),
        ("app/models/rich_menu.py", "rich_menus", "sync_status"),
        ("app/models/rich_menu.py", "rich_menus", "last_synced_at"),
        ("app/models/rich_menu.py", "rich_menus", "last_sync_error"),
    ];
    for (file, table, column) in columns {
        let place = line_of(&system, file, &format!("    {column}: Mapped"));
        assert!(found.contains(&finding("column.missing", &format!("{table}.{column}"), &place)), "{found:#?}");
    }
    let tables = [
        ("app/models/chat_session.py", "ChatSession(", "chat_sessions"),
        ("app/models/chat_analytics.py", "ChatAnalytics(", "chat_analytics"),
        ("app/models/credential.py", "Credential(", "credentials"),
        ("app/models/friend_event.py", "FriendEvent(", "friend_events"),
        ("app/models/system_setting.py", "SystemSetting(", "system_settings"),
        ("app/models/intent.py", "IntentCategory(", "intent_categories"),
        ("app/models/intent.py", "IntentKeyword(", "intent_keywords"),
        ("app/models/intent.py", "IntentResponse(", "intent_responses"),
    ];
    for (file, class, table) in tables {
        let place = line_of(&system, file, &format!("class {class}"));
        assert!(found.contains(&finding("table.missing", table, &place)), "{found:#?}");
    }
    // The types of the new tables' columns; matchtype and replytype are there already.
    let enums = found.iter().filter(|(code, _, _)| code == "enum.missing").map(|(_, name, _)| name.as_str());
    assert_eq!(enums.collect::<BTreeSet<_>>(), ["closedby", "friendeventtype", "provider", "sessionstatus"].into());
    assert_eq!(found.len(), 4 + 8 + 4, "{found:#?}");
    assert!(found.iter().all(|(_, _, place)| place.is_some()), "each stands at a line: {found:#?}");

    // Each came with a branch of its own, and none has run.
    let several = [("history.several_heads".to_owned(), String::new())];
    let pending = [
        ("pending 8a9b1c2d3e4f", 3),
        ("pending a9b8c7d6e5f4", 1),
        ("pending add_sync_status_to_rich_menus", 3),
        ("pending b7d2e4f60a18", 4),
        ("pending c41a8e93d57f", 5),
    ];
    assert_eq!(
        system.causes(),
        (pending.map(|(cause, count)| (cause.to_owned(), count)).into(), several.clone().into())
    );
    let heads = system.drift(&["history"]);
    let shown = "3 heads: 8a9b1c2d3e4f, a9b8c7d6e5f4, add_sync_status_to_rich_menus";
    assert!(heads.exit == 2 && heads.stdout.contains(shown), "{}", heads.stdout);

    system.migrate();
    system.assert_in_sync();
    // The version table knows of none of it.
    let stamp = "alembic stamp --purge 8a9b1c2d3e4f a9b8c7d6e5f4 add_sync_status_to_rich_menus";
    let stamped = [("history.misrecorded".to_owned(), stamp.to_owned()), several[0].clone()];
    assert_eq!(system.causes(), (BTreeMap::new(), stamped.into()));
    // The intent tables are there, and the version says otherwise.
    system.database.execute(
        "DELETE FROM alembic_version; INSERT INTO alembic_version VALUES
         ('c41a8e93d57f'), ('a9b8c7d6e5f4'), ('add_sync_status_to_rich_menus')",
    );
    let stamped = [("history.misrecorded".to_owned(), stamp.to_owned()), several[0].clone()];
    assert_eq!(system.causes(), (BTreeMap::new(), stamped.into()));

    assert_eq!(system.python("create_all_sends.py", "app.models"), "", "create_all has something left to do");
    assert_eq!(system.database.query("SELECT sync_status FROM rich_menus"), [["PENDING"]]);
    let tables = system.database.query("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'");
    assert_eq!(tables, [["22"]], "the report counts 22 tables, alembic_version among them");
}

#[test]
fn line_chatbot_by_its_own_migrations() {
    let system = System::start("line-chatbot", Engine::Postgres);
    let merged = system.drift(&["history", "--merge"]);
    assert!(merged.exit == 0 && merged.stdout.contains("_merge_heads.py"), "{}{}", merged.stdout, merged.stderr);
    assert_eq!(system.alembic(&["heads"]).matches("(head)").count(), 1);
    system.alembic(&["upgrade", "head"]);
    let same = system.drift(&["check"]);
    assert_eq!(same.exit, 0, "{}", same.stdout);

    // What nobody has written a migration for follows the one head that there is now.
    let file = system.folder.path().join("app/models/rich_menu.py");
    let model = system.file("app/models/rich_menu.py");
    let model = model.replacen(
        "    sync_status: ",
        "    colon: Mapped[str] = mapped_column(server_default=' :a')\n    sync_status: ",
        1,
    );
    std::fs::write(file, model).expect("a file can be written");
    let (causes, _) = system.causes();
    assert_eq!(causes, BTreeMap::from([("unwritten".to_owned(), 1)]));
    let written = system.drift(&["generate", "--name", "add_colon"]);
    assert!(written.exit == 2 && written.stdout.contains("_add_colon.py"), "{}{}", written.stdout, written.stderr);
    system.alembic(&["upgrade", "head"]);
    assert_eq!(system.drift(&["check"]).exit, 0);
    let left = system.alembic(&["check"]);
    assert!(left.contains("No new upgrade operations detected"), "{left}");
    system.alembic(&["downgrade", "-1"]);
    assert_eq!(system.causes().0, BTreeMap::from([(format!("pending {}", revision_of(&written.stdout)), 1)]));
}

/// The identifier in what `generate` says that it wrote.
fn revision_of(text: &str) -> String {
    let name = text.rsplit('/').next().expect("a path");
    name.split('_').next().expect("an identifier").to_owned()
}

#[test]
fn fastapi_no_base_by_its_own_migrations() {
    let system = System::start("fastapi-no-base", Engine::Postgres);
    let written = system.drift(&["generate"]);
    let file = "migrations/versions/001_initial_migration.py";
    assert!(written.exit == 2 && written.stdout.contains(file), "{}{}", written.stdout, written.stderr);
    system.alembic(&["upgrade", "head"]);
    let same = system.drift(&["check", "--format", "json"]);
    assert_eq!((same.exit, &same.json()["history"]["problems"]), (0, &Value::Array(Vec::new())), "{}", same.stdout);
    let left = system.alembic(&["check"]);
    assert!(left.contains("No new upgrade operations detected"), "{left}");
    system.alembic(&["downgrade", "base"]);
    assert_eq!(system.database.query("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"), [["1"]]);
}

#[test]
fn whatsapp_conversations() {
    let system = System::start("whatsapp-conversations", Engine::Postgres);
    system.assert_page();
    let same = system.drift(&[
        "diff",
        "--from",
        "app/models",
        "--to",
        "migrations/complete_schema.sql",
        "--dialect",
        "postgres",
    ]);
    assert_eq!(same.exit, 0, "models and complete_schema.sql differ:\n{}{}", same.stdout, same.stderr);

    let found = system.check();
    let place = |class: &str| line_of(&system, "app/models/conversation.py", class);
    assert_eq!(
        found,
        [
            finding("table.missing", "conversation_state", &place("class ConversationStateDB(")),
            finding("table.missing", "workflow_templates", &place("class WorkflowTemplateDB(")),
        ]
    );

    let report = system.drift(&["check", "--format", "json"]).json();
    assert_eq!(report["history"]["run"], "psql -f migrations/add_conversation_tables.sql");
    // What app_user may do is listed, table by table: models cannot say it, and the migration does not grant it.
    let grants = report["not_compared"].as_array().expect("a list").iter().find(|one| one["kind"] == "grant");
    let granted: BTreeMap<&str, &str> = grants.expect("grants")["objects"]
        .as_array()
        .expect("objects")
        .iter()
        .map(|one| (one["table"].as_str().unwrap_or_default(), one["name"].as_str().unwrap_or_default()))
        .collect();
    let rows = "app_user DELETE, app_user INSERT, app_user SELECT, app_user UPDATE";
    assert_eq!((granted["users"], granted["whatsapp_messages"]), (rows, rows));
    assert_eq!(granted["users_id_seq"], "app_user SELECT, app_user USAGE");
    let pending = BTreeMap::from([("pending add_conversation_tables".to_owned(), 2)]);
    assert_eq!(system.causes(), (pending, Vec::new()));

    let (up, _) = system.migrate();
    system.assert_in_sync();
    assert_eq!(system.causes(), (BTreeMap::new(), Vec::new()));
    assert_eq!(up.matches("CREATE INDEX").count(), 5, "{up}");
    let count = |table: &str| {
        let query = format!("SELECT count(*) FROM information_schema.columns WHERE table_name = '{table}'");
        system.database.query(&query)[0][0].clone()
    };
    assert_eq!([count("conversation_state"), count("workflow_templates")], ["8", "7"]);

    // Comments are compared: one that differs is found, at its line.
    system.database.execute("COMMENT ON COLUMN workflow_templates.template_type IS 'button or list'");
    let place = line_of(&system, "app/models/conversation.py", "template_type = Column");
    assert_eq!(system.check(), [finding("column.comment", "workflow_templates.template_type", &place)]);
}

#[test]
fn whatsapp_conversations_by_their_own_script() {
    let system = System::start("whatsapp-conversations", Engine::Postgres);
    system.database.execute(&system.file("migrations/add_conversation_tables.sql"));
    system.assert_in_sync();
}

#[test]
fn live_agent() {
    let system = System::start("live-agent", Engine::MariaDb);
    system.assert_page();
    let query = system.file("failing_query.sql");
    let error = system.database.try_execute(&query).expect_err("the query fails before the migration");
    assert!(error.contains("1054") && error.contains("live_agent_messages.delivered_at"), "{error}");

    let file = "app/models/live_agent_message.py";
    let missing = |column: &str| {
        let place = line_of(&system, file, &format!("    {column} = Column"));
        finding("column.missing", &format!("live_agent_messages.{column}"), &place)
    };
    let expected = [missing("delivered_at"), missing("message_metadata"), missing("read_at")];
    assert_eq!(expected[0].2.as_deref(), Some("app/models/live_agent_message.py:31"));
    let mut found = system.check();
    found.sort();
    assert_eq!(found, expected);

    for text in ["server.log", &error] {
        let answer = system.drift(&["explain", text]).stdout;
        for line in [
            "column live_agent_messages.delivered_at is missing in the database (1 of 3 columns that this table lacks)",
            "declared  app/models/live_agent_message.py:31   datetime NULL",
            "cause     pending: migrations/versions/002_create_messages.py adds it; the database stands at 001",
            "fix       alembic upgrade head",
            "or        ALTER TABLE `live_agent_messages` ADD COLUMN `delivered_at` datetime NULL",
        ] {
            assert!(answer.contains(line), "{text}: {line}\n{answer}");
        }
    }

    let (_, down) = system.migrate();
    assert_eq!(system.database.query(&query).len(), 2, "both messages are read");
    system.assert_in_sync();

    system.database.execute(&down);
    let mut found = system.check();
    found.sort();
    assert_eq!(found, expected, "the reverse leads back");
}

#[test]
fn live_agent_demo_database_is_what_its_script_says() {
    let system = System::start("live-agent", Engine::MariaDb);
    let built = Database::create(Engine::Sqlite);
    built.execute(&system.file("demo.sql"));
    let committed = Database::create(Engine::Sqlite);
    let file = committed.file().expect("SQLite's database is a file");
    std::fs::copy(system.folder.path().join("demo.db"), file).expect("demo.db is copied");
    for query in [
        "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name",
        "SELECT * FROM live_agent_sessions",
        "SELECT * FROM live_agent_messages",
        "SELECT * FROM alembic_version",
    ] {
        assert_eq!(built.query(query), committed.query(query), "run fixtures/systems/live-agent/build_demo.sh");
    }
}

#[test]
fn fastapi_no_base_on_postgres() {
    let system = System::start("fastapi-no-base", Engine::Postgres);
    system.assert_page();
    fastapi_no_base(&system);
}

#[test]
fn fastapi_no_base_on_sqlite() {
    fastapi_no_base(&System::start("fastapi-no-base", Engine::Sqlite));
}

fn fastapi_no_base(system: &System) {
    let found = system.check();
    let tables: BTreeSet<&str> =
        found.iter().filter(|(code, _, _)| code == "table.missing").map(|(_, name, _)| name.as_str()).collect();
    assert_eq!(tables, ["access_tokens", "audit_events", "extraction_jobs", "user_sessions", "users"].into());
    let (causes, problems) = system.causes();
    assert_eq!(causes.keys().collect::<Vec<_>>(), ["unwritten"]);
    assert_eq!(problems, [("history.missing_parent".to_owned(), String::new())]);
    let (_, down) = system.migrate();
    system.assert_in_sync();
    assert_eq!(system.python("create_all_sends.py", "src.database.models"), "", "create_all has something left to do");
    let left = system.python("autogenerate_finds.py", "src.database.models");
    assert_eq!(left, "", "alembic revision --autogenerate has something left to do");

    // The way back leaves nothing.
    system.database.execute(&down);
    assert_eq!(system.check(), found);
}

#[test]
fn todo_chatbot() {
    let system = System::start("todo-chatbot", Engine::Postgres);
    let found = system.check();
    let counts = counted(&found);
    // What the report's table of "100 %" calls the same and is not.
    assert_eq!(
        counts,
        BTreeMap::from([
            ("column.default", 4 + 8 + 1), // gen_random_uuid(), CURRENT_TIMESTAMP, false: no model has a server default
            ("column.type", 8 + 2),        // TIMESTAMPTZ against datetime, TEXT against str
            ("foreign_key.actions", 4),    // ON DELETE CASCADE against Field(foreign_key=...)
        ]),
        "{found:#?}"
    );
    assert_eq!(system.causes(), (BTreeMap::from([("unwritten".to_owned(), 27)]), Vec::new()));
    let replayed = ["diff", "--from", system.database.url(), "--to", "migrations:backend/migrations@003"];
    let replayed = system.drift(&replayed);
    assert_eq!(replayed.exit, 0, "the replay of 000..003 is what the files built:\n{}", replayed.stdout);
    let chain = system.drift(&["history", "--format", "json"]);
    assert_eq!((chain.exit, &chain.json()["problems"]), (0, &Value::Array(Vec::new())), "{}", chain.stdout);

    // The messages before the conversations that they belong to.
    let folder = system.folder.path().join("backend/migrations");
    let rename = |from: &str, to: &str| std::fs::rename(folder.join(from), folder.join(to)).expect("a file");
    let (conversations, messages) = ("add_conversations_table.sql", "add_messages_table.sql");
    rename(&format!("002_{conversations}"), &format!("004_{conversations}"));
    let too_early = format!(
        "error  history.order  backend/migrations/003_{messages} needs table conversations, which \
         backend/migrations/004_{conversations} creates only later\n  {}\n  {}\n  \
         help: on an empty database 003 fails: let 004 run before it\n",
        line_of(&system, &format!("backend/migrations/003_{messages}"), "REFERENCES conversations"),
        line_of(&system, &format!("backend/migrations/004_{conversations}"), "CREATE TABLE conversations"),
    );
    for arguments in [&["history"][..], &["history", "backend/migrations", "--config", "plain.toml"]] {
        let chain = system.drift(arguments);
        assert!(chain.exit == 2 && chain.stdout.contains(&too_early), "{}", chain.stdout);
    }
    let order = ("history.order".to_owned(), String::new());
    assert_eq!(system.causes().1, [order]);
    rename(&format!("004_{conversations}"), &format!("002_{conversations}"));

    // Two of one number run by their names.
    rename(&format!("003_{messages}"), &format!("002_{messages}"));
    let chain = system.drift(&["history"]);
    let same = format!("two files have the number 002: 002_{conversations}, 002_{messages}; their order is by name");
    assert!(chain.exit == 2 && chain.stdout.contains(&same), "{}", chain.stdout);
    rename(&format!("002_{messages}"), &format!("003_{messages}"));

    let models = system.drift(&["inspect", "backend/models", "--dialect", "postgres"]);
    let sql = system.drift(&["inspect", "sql:backend/migrations", "--dialect", "postgres"]);
    for (side, text) in [("models", &models.stdout), ("numbered files", &sql.stdout)] {
        assert_eq!(text.matches("CREATE INDEX").count(), 8, "{side}:\n{text}");
        assert_eq!(text.matches("FOREIGN KEY").count(), 4, "{side}:\n{text}");
    }

    // The numbered files against the models say the same, and against the database they built, nothing.
    let by_files = system.drift(&[
        "diff",
        "--from",
        "sql:backend/migrations",
        "--to",
        "backend/models",
        "--dialect",
        "postgres",
        "--format",
        "json",
    ]);
    assert_eq!(by_files.exit, 2, "{}", by_files.stderr);
    assert_eq!(findings(&by_files.json()), found);
    let database = system.database.url().to_owned();
    let same = system.drift(&["diff", "--from", &database, "--to", "sql:backend/migrations"]);
    assert_eq!(same.exit, 0, "{}{}", same.stdout, same.stderr);

    // The other way round: what the numbered files have that the models have not.
    let back = system.drift(&[
        "diff",
        "--from",
        "backend/models",
        "--to",
        "sql:backend/migrations",
        "--dialect",
        "postgres",
        "--format",
        "json",
    ]);
    assert_eq!(counted(&findings(&back.json())), counts);
}
