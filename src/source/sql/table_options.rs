//! What stands behind the columns of a table: storage parameters, engine, character set, partitioning.

use crate::model::{Extras, Fact, MySqlTable, ObjectPath, RelationName, Table};

use super::cursor::{Cursor, Read};
use super::index::options;
use super::reader::Reader;

/// Reads one option of CREATE TABLE; false where none stands here.
pub(super) fn create(reader: &Reader<'_>, cursor: &mut Cursor<'_>, table: &mut Table) -> Read<bool> {
    let comment = &mut table.comment;
    match &mut table.extras {
        Extras::Postgres(extras) => {
            if cursor.eat("PARTITION BY") {
                let key = cursor.until(|cursor| cursor.at_any(&["USING", "WITH", "TABLESPACE", "ON COMMIT"]));
                extras.partition_by = Some(partition_key(&key));
            } else if cursor.eat("WITH") {
                extras.options = options(&cursor.parens()?)?;
                // OIDs are gone since PostgreSQL 12; old dumps still turn them off.
                extras.options.retain(|(name, _)| name != "oids");
            } else if cursor.eat("USING") {
                reader.beyond_unless(ObjectPath::table(&table.name), "USING", cursor.ident()?.text, "heap");
            } else if cursor.eat("TABLESPACE") {
                let tablespace = cursor.ident()?.text;
                reader.beyond_unless(ObjectPath::table(&table.name), "TABLESPACE", tablespace, "pg_default");
            } else if cursor.eat("WITHOUT OIDS") || cursor.eat("ON COMMIT PRESERVE ROWS") {
            } else {
                return Ok(false);
            }
            Ok(true)
        }
        Extras::Sqlite(extras) => {
            if cursor.eat("WITHOUT ROWID") {
                extras.without_rowid = true;
            } else if cursor.eat("STRICT") {
                extras.strict = true;
            } else {
                return Ok(false);
            }
            Ok(true)
        }
        Extras::MySql(extras) => mysql(reader, cursor, extras, comment, &table.name),
    }
}

/// `RANGE (created_at)`: the strategy in capitals, as `pg_get_partkeydef` prints it.
fn partition_key(written: &str) -> String {
    let (strategy, key) = written.split_once('(').unwrap_or((written, ""));
    format!("{} ({key}", strategy.trim().to_ascii_uppercase())
}

/// One option of MySQL's CREATE or ALTER TABLE.
pub(super) fn mysql(
    reader: &Reader<'_>,
    cursor: &mut Cursor<'_>,
    extras: &mut MySqlTable,
    comment: &mut Fact<Option<String>>,
    table: &RelationName,
) -> Read<bool> {
    if cursor.at("PARTITION BY") {
        extras.partition_by = Some(cursor.rest());
        cursor.skip_all();
        return Ok(true);
    }
    let start = cursor.mark();
    cursor.eat("DEFAULT");
    if cursor.eat("CHARACTER SET") || cursor.eat("CHARSET") || cursor.eat("CHAR SET") {
        cursor.eat_symbol(b'=');
        extras.charset = Some(reader.collation(cursor)?);
        // A character set brings its own default collation, unless one is named as well.
        extras.collation = None;
        return Ok(true);
    }
    if cursor.eat("COLLATE") {
        cursor.eat_symbol(b'=');
        extras.collation = Some(reader.collation(cursor)?);
        return Ok(true);
    }
    cursor.back_to(start);
    if cursor.eat("ENGINE") {
        cursor.eat_symbol(b'=');
        let engine = cursor.string().or_else(|_| cursor.ident().map(|ident| ident.text))?;
        extras.engine = Some(engine_name(&engine));
    } else if cursor.eat("COMMENT") {
        cursor.eat_symbol(b'=');
        *comment = Fact::Known(Some(cursor.string()?).filter(|text| !text.is_empty()));
    } else if cursor.eat("ROW_FORMAT") {
        cursor.eat_symbol(b'=');
        let format = cursor.ident()?.text.to_ascii_uppercase();
        extras.row_format = (format != "DEFAULT").then_some(format);
    } else if cursor.eat("WITH SYSTEM VERSIONING") {
        reader.beyond(ObjectPath::table(table), "WITH SYSTEM VERSIONING", "");
    } else if cursor.eat("WITHOUT SYSTEM VERSIONING") {
        reader.within(&ObjectPath::table(table), "WITH SYSTEM VERSIONING");
    } else {
        return other_option(reader, cursor, extras, ObjectPath::table(table));
    }
    Ok(true)
}

/// The options that ALTER TABLE changes in place, each with the value that says as much as nothing.
const ALTERABLE: [(&str, &str); 18] = [
    ("AVG_ROW_LENGTH", "0"),
    ("CHECKSUM", "0"),
    ("COMPRESSION", "NONE"),
    ("DELAY_KEY_WRITE", "0"),
    ("ENCRYPTED", "DEFAULT"),
    ("ENCRYPTION", "N"),
    ("ENCRYPTION_KEY_ID", "DEFAULT"),
    ("KEY_BLOCK_SIZE", "0"),
    ("MAX_ROWS", "0"),
    ("MIN_ROWS", "0"),
    ("PACK_KEYS", "DEFAULT"),
    // Aria prints what holds anyway.
    ("PAGE_CHECKSUM", "1"),
    ("PAGE_COMPRESSED", "0"),
    ("PAGE_COMPRESSION_LEVEL", "DEFAULT"),
    ("STATS_AUTO_RECALC", "DEFAULT"),
    ("STATS_PERSISTENT", "DEFAULT"),
    ("STATS_SAMPLE_PAGES", "DEFAULT"),
    ("TRANSACTIONAL", "DEFAULT"),
];

/// `NAME [=] value`, for the options that have no place of their own.
fn other_option(
    reader: &Reader<'_>,
    cursor: &mut Cursor<'_>,
    extras: &mut MySqlTable,
    table: ObjectPath,
) -> Read<bool> {
    const OPTIONS: [&str; 11] = [
        "TABLE_CHECKSUM",
        "CONNECTION",
        "DATA DIRECTORY",
        "INDEX DIRECTORY",
        "ENGINE_ATTRIBUTE",
        "IETF_QUOTES",
        "INSERT_METHOD",
        "PASSWORD",
        "SECONDARY_ENGINE_ATTRIBUTE",
        "SEQUENCE",
        "UNION",
    ];
    let quoted_name = cursor.word().is_none() && cursor.peek().is_some() && !cursor.at_symbol(b'=');
    if cursor.eat("AUTO_INCREMENT") {
        // It follows the rows.
        cursor.eat_symbol(b'=');
        cursor.skip_group();
        return Ok(true);
    }
    if cursor.eat("TABLESPACE") {
        cursor.eat_symbol(b'=');
        reader.beyond(table, "TABLESPACE", cursor.ident()?.text);
        return Ok(true);
    }
    let start = cursor.mark();
    let known = ALTERABLE.iter().map(|(name, _)| name).chain(&OPTIONS);
    let name = match known.into_iter().find(|option| cursor.eat(option)) {
        Some(option) => (*option).to_owned(),
        // Engines of MariaDB have options of their own: `NAME=value`, or the name in quotes.
        None => match cursor.ident() {
            Ok(name) if quoted_name || cursor.at_symbol(b'=') => name.text.to_ascii_uppercase(),
            Ok(_) | Err(_) => {
                cursor.back_to(start);
                return Ok(false);
            }
        },
    };
    cursor.eat_symbol(b'=');
    let value = cursor.string().unwrap_or_else(|_| cursor.group()).to_ascii_uppercase();
    let name = if name == "TABLE_CHECKSUM" { "CHECKSUM".to_owned() } else { name };
    let Some((_, implied)) = ALTERABLE.iter().find(|(option, _)| *option == name) else {
        reader.beyond_unless(table, &name, value, "DEFAULT");
        return Ok(true);
    };
    let value = match (value.as_str(), name.as_str()) {
        ("ON" | "YES", "PAGE_COMPRESSED") => "1".to_owned(),
        ("OFF" | "NO", "PAGE_COMPRESSED") => "0".to_owned(),
        ("", "COMPRESSION") => "NONE".to_owned(),
        _ => value,
    };
    let options = extras.options.get_or_insert_default();
    options.retain(|(other, _)| *other != name);
    options.extend((value != *implied && value != "DEFAULT").then_some((name, value)));
    options.sort();
    Ok(true)
}

/// A storage engine in the catalog's spelling.
pub(super) fn engine_name(written: &str) -> String {
    const NAMES: [(&str, &str); 12] = [
        ("innodb", "InnoDB"),
        ("myisam", "MyISAM"),
        ("memory", "MEMORY"),
        ("heap", "MEMORY"),
        ("archive", "ARCHIVE"),
        ("csv", "CSV"),
        ("aria", "Aria"),
        ("blackhole", "BLACKHOLE"),
        ("federated", "FEDERATED"),
        ("merge", "MRG_MyISAM"),
        ("mrg_myisam", "MRG_MyISAM"),
        ("rocksdb", "ROCKSDB"),
    ];
    let lower = written.to_ascii_lowercase();
    let known = NAMES.iter().find(|(name, _)| *name == lower);
    known.map_or_else(|| written.to_owned(), |(_, canonical)| (*canonical).to_owned())
}
