//! The forms of a report, each on the same findings.

use drift::diff::Severity;
use drift::model::Engine;
use drift::plan::output::Migration;
use drift::report::{
    Cause, Comparison, DeclaredAt, Finding, Json, Markdown, NotComparedKind, ObjectRef, Outcome, Report, Reporter, Sql,
    Style, Summary, Table, UndecidedFact, Verdict,
};

/// What a reporter writes, without colours.
fn written(reporter: &dyn Reporter, outcomes: &[Outcome], style: Style) -> String {
    let mut bytes = Vec::new();
    reporter.write(outcomes, style, &mut bytes).unwrap();
    anstream::adapter::strip_str(&String::from_utf8(bytes).unwrap()).to_string()
}

fn finding(code: &str, severity: Severity, table: Option<&str>, name: &str, sides: [Option<&str>; 2]) -> Finding {
    let object = ObjectRef {
        kind: code.split('.').next().unwrap().to_owned(),
        schema: Some("public".to_owned()),
        table: table.map(str::to_owned),
        name: name.to_owned(),
    };
    let [from, to] = sides.map(|side| side.map(str::to_owned));
    let at = DeclaredAt { file: "app/models/message.py".to_owned(), line: 31, column: 5 };
    Finding {
        code: code.to_owned(),
        severity,
        object,
        message: format!("{code} of {name}"),
        from,
        to,
        declared_at: (code != "index.extra").then_some(at),
        cause: Cause::Unknown,
        fix: vec!["ALTER TABLE messages ADD COLUMN delivered_at timestamp;".to_owned()],
    }
}

fn drifted() -> Report {
    let findings = vec![
        finding("index.extra", Severity::Info, Some("audit_log"), "audit_log_old", [Some("(at)"), None]),
        finding("column.type", Severity::Warning, Some("messages"), "body", [Some("varchar(20)"), Some("text")]),
        finding("column.default", Severity::Warning, Some("messages"), "state", [None, Some("'new'")]),
        finding("column.missing", Severity::Error, Some("messages"), "delivered_at", [None, Some("timestamp NULL")]),
        finding("table.missing", Severity::Error, None, "replies", [None, Some("table with 3 columns")]),
    ];
    let fact = UndecidedFact {
        object: Some(findings[1].object.clone()),
        facet: "default".to_owned(),
        kind: "column".to_owned(),
        reason: "the default is the result of make_default()".to_owned(),
        declared_at: findings[1].declared_at.clone(),
    };
    Report {
        version: 1,
        verdict: Verdict::Drift,
        in_sync: false,
        target: Some("production".to_owned()),
        from: "postgres://app:***@db/app".to_owned(),
        to: "app/models".to_owned(),
        engine: Engine::Postgres,
        default_schema: Some("public".to_owned()),
        findings,
        undecided: vec![fact],
        not_compared: vec![NotComparedKind {
            kind: "grant".to_owned(),
            count: 2,
            objects: Vec::new(),
            declared: Vec::new(),
            reason: "Python models cannot declare grants".to_owned(),
        }],
        warnings: Vec::new(),
        history: None,
        summary: Summary { error: 2, warning: 2, info: 1, undecided: 1, tables: 3 },
        next: Some("drift generate writes the migration".to_owned()),
    }
}

fn outcome(report: Report) -> Outcome {
    let up = "ALTER TABLE messages ADD COLUMN delivered_at timestamp;\n".to_owned();
    Outcome::Compared(Box::new(Comparison { report, migration: Migration { up, ..Migration::default() } }))
}

const HINTS: Style = Style { width: None, hints: true, all: false };

#[test]
fn the_table_groups_findings_and_shows_the_gravest_first() {
    let expected = "\
production  postgres://app:***@db/app

messages
  error    column.missing  delivered_at   timestamp NULL        app/models/message.py:31
  warning  column.type     body           varchar(20) → text    app/models/message.py:31
  warning  column.default  state          none → 'new'          app/models/message.py:31

replies
  error    table.missing   (table)        table with 3 columns  app/models/message.py:31

audit_log
  info     index.extra     audit_log_old  (at)

undecided: neither drift nor in sync
  messages.body  default  the default is the result of make_default()  app/models/message.py:31

not compared
  grant  2  Python models cannot declare grants

2 errors, 2 warnings, 1 info; 1 undecided  postgres://app:***@db/app → app/models
next: drift generate writes the migration
";
    assert_eq!(written(&Table, &[outcome(drifted())], HINTS), expected);
}

#[test]
fn a_narrow_terminal_stacks_what_does_not_fit() {
    let style = Style { width: Some(60), ..HINTS };
    let text = written(&Table, &[outcome(drifted())], style);
    for line in text.lines().filter(|line| !line.contains("***@")) {
        assert!(line.chars().count() <= 60, "{line}");
    }
    let expected = "
messages
  error    column.missing  delivered_at
                           timestamp NULL
                           app/models/message.py:31
";
    assert!(text.contains(expected), "{text}");
}

#[test]
fn in_sync_is_said_in_one_line() {
    let report = Report {
        verdict: Verdict::InSync,
        in_sync: true,
        target: None,
        findings: Vec::new(),
        undecided: Vec::new(),
        not_compared: Vec::new(),
        summary: Summary { tables: 3, ..Summary::default() },
        next: None,
        ..drifted()
    };
    let text = written(&Table, &[outcome(report)], HINTS);
    assert_eq!(text, "in sync: postgres://app:***@db/app matches app/models (3 tables compared)\n");
}

/// Nothing differs, and a trigger that is declared was not compared: no format calls that "in sync".
#[test]
fn what_is_declared_and_not_compared_is_named_in_every_format() {
    let trigger = ObjectRef {
        kind: "trigger".to_owned(),
        schema: Some("public".to_owned()),
        table: Some("messages".to_owned()),
        name: "audit".to_owned(),
    };
    let left_out = NotComparedKind {
        kind: "trigger".to_owned(),
        count: 1,
        objects: Vec::new(),
        declared: vec![trigger],
        reason: "drift does not compare them".to_owned(),
    };
    let report = Report {
        verdict: Verdict::NothingDiffers,
        target: None,
        findings: Vec::new(),
        undecided: Vec::new(),
        not_compared: vec![left_out],
        summary: Summary { tables: 3, ..Summary::default() },
        next: None,
        ..drifted()
    };
    let header = report.header();
    assert_eq!(header.last().unwrap(), "Not compared: trigger messages.audit: drift does not compare them");
    let outcomes = [outcome(report)];
    let table = written(&Table, &outcomes, HINTS);
    let last = "nothing differs in what was compared: postgres://app:***@db/app matches app/models (3 tables compared; not \
                compared: trigger messages.audit)";
    assert_eq!(table.lines().last(), Some(last));
    let sql = written(&Sql, &outcomes, HINTS);
    let expected = "-- nothing differs in what was compared: postgres://app:***@db/app matches app/models\n\
                    -- not compared: trigger messages.audit: drift does not compare them\n";
    assert_eq!(sql, expected);
    let markdown = written(&Markdown, &outcomes, HINTS);
    assert!(markdown.starts_with("### nothing differs in what was compared\n"), "{markdown}");
    assert!(markdown.contains("\nNot compared: trigger messages.audit: drift does not compare them\n"), "{markdown}");
    let json: serde_json::Value = serde_json::from_str(&written(&Json, &outcomes, HINTS)).unwrap();
    assert_eq!(json["in_sync"], false);
    assert_eq!(json["verdict"], "nothing_differs");
    assert_eq!(json["not_compared"][0]["declared"][0]["name"], "audit");
}

#[test]
fn json_has_the_published_keys() {
    let text = written(&Json, &[outcome(drifted())], Style::default());
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let finding = &json["findings"][3];
    assert_eq!(json["version"], 1);
    assert_eq!(json["in_sync"], false);
    assert_eq!(finding["code"], "column.missing");
    assert_eq!(finding["severity"], "error");
    assert_eq!(
        finding["object"],
        serde_json::json!({"kind": "column", "schema": "public", "table": "messages", "name": "delivered_at"})
    );
    assert_eq!(finding["from"], serde_json::Value::Null);
    assert_eq!(finding["declared_at"], serde_json::json!({"file": "app/models/message.py", "line": 31, "column": 5}));
    assert_eq!(finding["cause"], serde_json::json!({"kind": "unknown"}));
    assert_eq!(json["undecided"][0]["facet"], "default");
    assert_eq!(json["not_compared"][0]["kind"], "grant");
    assert_eq!(json["summary"], serde_json::json!({"error": 2, "warning": 2, "info": 1, "undecided": 1, "tables": 3}));
    assert!(json.get("next").is_none());
}

#[test]
fn several_targets_are_a_list_and_a_failed_one_is_never_in_sync() {
    let failed = Outcome::Failed { target: Some("staging".to_owned()), message: "error: cannot connect".to_owned() };
    let text = written(&Json, &[outcome(drifted()), failed.clone()], Style::default());
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json[0]["target"], "production");
    assert_eq!(json[1]["in_sync"], false);
    assert_eq!(json[1]["error"], "error: cannot connect");
    let table = written(&Table, std::slice::from_ref(&failed), HINTS);
    assert_eq!(table, "staging could not be compared: error: cannot connect\n");
    let sql = written(&Sql, &[outcome(drifted()), failed], HINTS);
    assert!(sql.ends_with("\n-- staging could not be compared:\n-- error: cannot connect\n"), "{sql}");
}

#[test]
fn markdown_escapes_what_would_break_a_table() {
    let mut report = drifted();
    report.findings[2].to = Some("'a|b'".to_owned());
    let text = written(&Markdown, &[outcome(report)], Style::default());
    assert!(text.starts_with("### production: 2 errors, 2 warnings, 1 info; 1 undecided\n"), "{text}");
    let row = "| error | `messages.delivered_at` | `column.missing` | `timestamp NULL` | `app/models/message.py:31` |";
    assert!(text.contains(row), "{text}");
    assert!(text.contains("`none → 'a\\|b'`"), "{text}");
    assert!(text.contains("<details><summary>Migration</summary>\n\n```sql\nALTER TABLE"), "{text}");
    assert!(text.contains("make\\_default()"), "{text}");
}
