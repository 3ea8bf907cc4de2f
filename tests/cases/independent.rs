//! What the engine itself says of a schema, by ways that `drift` does not use: `pg_dump -s`, `SHOW CREATE TABLE`, and
//! SQLite's pragmas. Lines are sorted, since the order of columns and statements is no matter of a migration.

use std::process::Command;

use drift::model::Engine;

use crate::support::Database;

/// The schema as a sorted list of lines.
pub fn reading(database: &Database) -> Vec<String> {
    let mut lines = match database.engine() {
        Engine::Postgres => pg_dump(database.url()),
        Engine::MySql | Engine::MariaDb => show_create(database),
        Engine::Sqlite => pragmas(database),
    };
    lines.sort();
    lines
}

fn pg_dump(url: &str) -> Vec<String> {
    let output = Command::new("pg_dump").args(["-s", "-O", url]).output().expect("pg_dump comes with PostgreSQL");
    assert!(output.status.success(), "pg_dump: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let noise = |line: &str| line.is_empty() || line.starts_with("--") || line.starts_with('\\');
    text.lines().filter(|line| !noise(line)).map(|line| line.trim_end_matches(',').to_owned()).collect()
}

fn show_create(database: &Database) -> Vec<String> {
    let mut lines = Vec::new();
    for row in database.query("SHOW FULL TABLES") {
        let statement = match row[1].as_str() {
            "SEQUENCE" => "SHOW CREATE SEQUENCE",
            "VIEW" => "SHOW CREATE VIEW",
            _ => "SHOW CREATE TABLE",
        };
        let shown = database.query(&format!("{statement} `{}`", row[0].replace('`', "``")));
        // The client writes the line ends of a value as the two characters `\n`.
        for line in shown[0][1].split("\\n") {
            lines.push(format!("{}: {}", row[0], without_counter(line.trim_end_matches(','))));
        }
    }
    lines
}

/// The next AUTO_INCREMENT value depends on the rows.
fn without_counter(line: &str) -> String {
    line.split(' ').filter(|word| !word.starts_with("AUTO_INCREMENT=")).collect::<Vec<_>>().join(" ")
}

fn pragmas(database: &Database) -> Vec<String> {
    let query = "
        SELECT 'table', name, type, ncol, wr, strict FROM pragma_table_list
        WHERE schema = 'main' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
    let mut lines = rows(database, query, &[2, 4, 5]);
    let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
    for table in database.query(tables) {
        let table = table[0].replace('\'', "''");
        for (pragma, columns) in [
            // An INTEGER PRIMARY KEY is never NULL, whether it says so or not.
            ("table_xinfo", "name, type, \"notnull\" OR (pk AND upper(type) = 'INTEGER'), dflt_value, pk, hidden"),
            ("foreign_key_list", "\"table\", \"from\", \"to\", on_update, on_delete, match"),
            ("index_list", "\"unique\", origin, partial"),
        ] {
            let query = format!("SELECT '{table}', '{pragma}', {columns} FROM pragma_{pragma}('{table}')");
            lines.extend(rows(database, &query, &[]));
        }
    }
    let objects = "SELECT type, name, tbl_name, sql FROM sqlite_schema
        WHERE type <> 'table' AND sql IS NOT NULL ORDER BY name";
    lines.extend(rows(database, objects, &[]).into_iter().map(|line| squeezed(&line)));
    lines
}

/// The rows as lines; of `only` columns where it names some.
fn rows(database: &Database, query: &str, only: &[usize]) -> Vec<String> {
    let row = |row: Vec<String>| {
        let kept = row.iter().enumerate().filter(|(at, _)| only.is_empty() || *at < 2 || only.contains(at));
        kept.map(|(_, value)| value.as_str()).collect::<Vec<_>>().join(" | ")
    };
    database.query(query).into_iter().map(row).collect()
}

/// A statement that SQLite kept as written, without what its writer may choose: case, quotes and blanks.
fn squeezed(line: &str) -> String {
    let plain: String = line.to_lowercase().chars().filter(|c| !c.is_whitespace() && !"\"`[]'".contains(*c)).collect();
    plain.trim_end_matches(';').to_owned()
}
