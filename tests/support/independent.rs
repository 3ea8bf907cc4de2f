//! What the engine itself says of a schema, by ways that `drift` does not use: `pg_dump -s`, `SHOW CREATE TABLE`, and
//! SQLite's pragmas. Lines are sorted, since the order of columns and statements is no matter of a migration.

use std::process::Command;

use drift::model::Engine;

/// Runs a query and returns its values as text.
pub type Query<'a> = dyn FnMut(&str) -> Vec<Vec<String>> + 'a;

/// The schema of the database at `url` as a sorted list of lines; `query` asks that database.
pub fn reading(engine: Engine, url: &str, query: &mut Query<'_>) -> Vec<String> {
    let mut lines = match engine {
        Engine::Postgres => pg_dump(url),
        Engine::MySql | Engine::MariaDb => show_create(query),
        Engine::Sqlite => pragmas(query),
    };
    lines.sort();
    lines
}

fn pg_dump(url: &str) -> Vec<String> {
    let output = Command::new("pg_dump").args(["-s", "-O", url]).output().expect("pg_dump comes with PostgreSQL");
    assert!(output.status.success(), "pg_dump: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let noise = |line: &str| line.is_empty() || line.starts_with("--") || line.starts_with('\\');
    text.lines().filter(|line| !noise(line)).map(|line| unnamed(line.trim_end_matches(','))).collect()
}

/// Since PostgreSQL 18 NOT NULL has a name, which tells what table and column were once called.
fn unnamed(line: &str) -> String {
    let name = line.strip_suffix(" NOT NULL").and_then(|rest| rest.rsplit_once(" CONSTRAINT "));
    name.map_or_else(|| line.to_owned(), |(column, _)| format!("{column} NOT NULL"))
}

/// What PostgreSQL's own functions print of each object: the pieces of which `pg_dump` makes its statements.
pub fn definitions(query: &mut Query<'_>) -> Vec<String> {
    let queries = [
        "SELECT 'column', a.attrelid::regclass, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
             pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated, l.collname
         FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
         LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
         LEFT JOIN pg_collation l ON l.oid = a.attcollation
         WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind <> 'i'",
        "SELECT 'relation', c.oid::regclass, c.relkind, c.relpersistence, c.reloptions, c.relrowsecurity
         FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind <> 'i'",
        "SELECT 'constraint', conrelid::regclass, conname, pg_get_constraintdef(oid), connoinherit
         FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
        "SELECT 'index', pg_get_indexdef(i.indexrelid), i.indisvalid FROM pg_index i
         JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relnamespace = 'public'::regnamespace",
        "SELECT 'view', oid::regclass, pg_get_viewdef(oid) FROM pg_class
         WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')",
        "SELECT 'label', enumtypid::regtype, enumlabel, row_number() OVER (PARTITION BY enumtypid ORDER BY enumsortorder)
         FROM pg_enum",
        "SELECT 'sequence', s.seqrelid::regclass, seqtypid::regtype, seqstart, seqincrement, seqmax, seqmin, seqcache,
             seqcycle FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
         WHERE c.relnamespace = 'public'::regnamespace",
        "SELECT 'owner', d.objid::regclass, d.refobjid::regclass, a.attname, d.deptype FROM pg_depend d
         JOIN pg_sequence s ON s.seqrelid = d.objid
         JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
         WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass",
        "SELECT 'comment', pg_describe_object(classoid, objoid, objsubid), description FROM pg_description
         WHERE objoid >= 16384",
    ];
    let mut lines: Vec<String> = Vec::new();
    for sql in queries {
        lines.extend(rows(query, sql, &[]));
    }
    lines.sort();
    lines
}

fn show_create(query: &mut Query<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    for row in query("SHOW FULL TABLES") {
        let statement = match row[1].as_str() {
            "SEQUENCE" => "SHOW CREATE SEQUENCE",
            "VIEW" => "SHOW CREATE VIEW",
            _ => "SHOW CREATE TABLE",
        };
        let shown = query(&format!("{statement} `{}`", row[0].replace('`', "``")));
        // The client writes the line ends of a value as the two characters `\n`.
        for line in shown[0][1].replace("\\n", "\n").lines() {
            lines.push(format!("{}: {}", row[0], without_leftovers(line.trim_end_matches(','))));
        }
    }
    lines
}

/// The next AUTO_INCREMENT value depends on the rows; and what Aria alone looks at stays when a table leaves it.
fn without_leftovers(line: &str) -> String {
    let is_aria = line.contains("ENGINE=Aria");
    let is_left = |word: &&str| word.starts_with("AUTO_INCREMENT=") || !is_aria && word.starts_with("PAGE_CHECKSUM=");
    line.split(' ').filter(|word| !is_left(word)).collect::<Vec<_>>().join(" ")
}

fn pragmas(query: &mut Query<'_>) -> Vec<String> {
    let listed = "
        SELECT 'table', name, type, ncol, wr, strict FROM pragma_table_list
        WHERE schema = 'main' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
    let mut lines = rows(query, listed, &[2, 4, 5]);
    let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
    for table in query(tables) {
        let table = table[0].replace('\'', "''");
        for (pragma, columns) in [
            // An INTEGER PRIMARY KEY is never NULL, whether it says so or not.
            ("table_xinfo", "name, type, \"notnull\" OR (pk AND upper(type) = 'INTEGER'), dflt_value, pk, hidden"),
            ("foreign_key_list", "\"table\", \"from\", \"to\", on_update, on_delete, match"),
            ("index_list", "\"unique\", origin, partial"),
        ] {
            let pragma = format!("SELECT '{table}', '{pragma}', {columns} FROM pragma_{pragma}('{table}')");
            lines.extend(rows(query, &pragma, &[]));
        }
    }
    // What no pragma tells: conditions, expressions of generated columns, collations.
    for row in
        query("SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")
    {
        lines.extend(clauses(&row[1]).into_iter().map(|clause| format!("{} | {clause}", row[0])));
    }
    let objects = "SELECT type, name, tbl_name, sql FROM sqlite_schema
        WHERE type <> 'table' AND sql IS NOT NULL ORDER BY name";
    lines.extend(rows(query, objects, &[]).into_iter().map(|line| squeezed(&line)));
    lines
}

/// The rows as lines; of `only` columns where it names some.
fn rows(query: &mut Query<'_>, sql: &str, only: &[usize]) -> Vec<String> {
    let row = |row: Vec<String>| {
        let kept = row.iter().enumerate().filter(|(at, _)| only.is_empty() || *at < 2 || only.contains(at));
        kept.map(|(_, value)| value.as_str()).collect::<Vec<_>>().join(" | ")
    };
    query(sql).into_iter().map(row).collect()
}

/// The clauses of a CREATE TABLE statement that begin with one of these words: up to the end of the parenthesis that
/// follows, or one more word.
fn clauses(sql: &str) -> Vec<String> {
    const WORDS: [&str; 5] = ["check", "as", "collate", "autoincrement", "conflict"];
    let pieces = pieces(sql);
    let mut found = Vec::new();
    for (at, piece) in pieces.iter().enumerate() {
        if !WORDS.contains(&piece.to_lowercase().as_str()) {
            continue;
        }
        let mut depth = 0_usize;
        let mut clause = piece.clone();
        for piece in &pieces[at + 1..] {
            depth = match piece.as_str() {
                "(" => depth + 1,
                ")" => depth.saturating_sub(1),
                _ => depth,
            };
            if clause.eq_ignore_ascii_case("autoincrement") {
                break;
            }
            clause.push_str(piece);
            if depth == 0 {
                break;
            }
        }
        // Parentheses are the writer's choice as well.
        found.push(squeezed(&clause).replace(['(', ')'], ""));
    }
    found
}

/// Words, quoted texts with their quotes, and signs.
fn pieces(sql: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut rest = sql.chars().peekable();
    while let Some(first) = rest.next() {
        let mut piece = String::from(first);
        if let '"' | '`' | '\'' | '[' = first {
            let end = if first == '[' { ']' } else { first };
            for next in rest.by_ref() {
                piece.push(next);
                if next == end {
                    break;
                }
            }
        } else if first.is_alphanumeric() || first == '_' {
            while let Some(next) = rest.next_if(|next| next.is_alphanumeric() || *next == '_') {
                piece.push(next);
            }
        } else if first.is_whitespace() {
            continue;
        }
        pieces.push(piece);
    }
    pieces
}

/// A statement that SQLite kept as written, without what its writer may choose: case, quotes and blanks.
fn squeezed(line: &str) -> String {
    let plain: String = line.to_lowercase().chars().filter(|c| !c.is_whitespace() && !"\"`[]'".contains(*c)).collect();
    plain.trim_end_matches(';').to_owned()
}
