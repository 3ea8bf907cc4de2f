//! Types: their canonical kinds (MySQL manual, chapter 11; MariaDB, "Data Types").
//!
//! Display widths say nothing about values and MySQL 8.0.19 stopped printing them, so no kind has one: `tinyint(1)`,
//! `bool` and `tinyint(4)` are one kind, and only `written` keeps the `(1)` by which drivers know a boolean. A width
//! stays where ZEROFILL makes it visible in values.

use crate::model::{DataType, Engine, Reason, TypeKind};
use crate::sql::{Quoting, Token, tokens};

use super::{MySql, names};

/// How texts are quoted.
pub(super) const QUOTING: Quoting = Quoting { identifiers: &['`'], strings: &['\'', '"'], backslash: true };

pub(super) fn parse(dialect: &MySql, written: &str) -> Result<DataType, Reason> {
    let tokens = tokens(written, QUOTING)?;
    // `point SRID 4326` binds a column's values to one reference system (MySQL manual, 13.4.1 "Spatial Data Types").
    if let [head @ .., srid, Token::Number(number)] = tokens.as_slice()
        && srid.is_word("srid")
        && dialect.has_spatial_references()
    {
        return plain(dialect, written, head).map(|ty| with_srid(ty, number));
    }
    plain(dialect, written, &tokens)
}

fn with_srid(ty: DataType, srid: &str) -> DataType {
    let kind = match ty.kind {
        TypeKind::Builtin { name, args } => TypeKind::Builtin { name: format!("{name} srid {srid}"), args },
        other @ (TypeKind::Values { .. } | TypeKind::Array(_) | TypeKind::User { .. }) => other,
    };
    DataType::new(kind, format!("{} srid {srid}", ty.written))
}

fn plain(dialect: &MySql, written: &str, tokens: &[Token]) -> Result<DataType, Reason> {
    let unknown = || Reason::new(format!("`{}` is no type of {}", written.trim(), dialect.engine));
    let words = tokens.iter().take_while(|token| matches!(token, Token::Word(_))).count();
    let (head, mut rest) = tokens.split_at(words);
    let head: Vec<String> = head
        .iter()
        .filter_map(|token| match token {
            Token::Word(word) => Some(word.to_ascii_lowercase()),
            Token::Quoted(_) | Token::Text(_) | Token::Number(_) | Token::Symbol(_) => None,
        })
        .collect();
    let (args, after) = arguments(rest).ok_or_else(unknown)?;
    rest = after;
    // Attributes may follow the name directly or its arguments: `int unsigned`, `int(10) unsigned zerofill`.
    let at = head.iter().skip(1).position(|word| ATTRIBUTES.contains(&word.as_str())).map_or(head.len(), |at| at + 1);
    let (name, mut attributes) = (head[..at].join(" "), head[at..].to_vec());
    for token in rest {
        match token {
            Token::Word(word) => attributes.push(word.to_ascii_lowercase()),
            Token::Quoted(_) | Token::Text(_) | Token::Number(_) | Token::Symbol(_) => return Err(unknown()),
        }
    }
    if attributes.iter().any(|word| !ATTRIBUTES.contains(&word.as_str())) {
        return Err(unknown());
    }
    let has = |word: &str| attributes.iter().any(|attribute| attribute == word);
    let sign = Sign { zerofill: has("zerofill"), unsigned: has("unsigned") || has("zerofill") };
    let kind = kind(dialect, &name, &args, sign, has("byte")).ok_or_else(unknown)??;
    let boolean = name.starts_with("bool") || (name == "tinyint" && args == ["1"]);
    let written =
        if boolean && !sign.zerofill { spelling(&kind).replacen("tinyint", "tinyint(1)", 1) } else { spelling(&kind) };
    Ok(DataType::new(kind, written))
}

const ATTRIBUTES: [&str; 4] = ["unsigned", "signed", "zerofill", "byte"];

#[derive(Clone, Copy)]
struct Sign {
    unsigned: bool,
    zerofill: bool,
}

/// The arguments in parentheses at the front, and what follows them; `None` where they are malformed.
fn arguments(tokens: &[Token]) -> Option<(Vec<String>, &[Token])> {
    if !tokens.first().is_some_and(|token| token.is_symbol('(')) {
        return Some((Vec::new(), tokens));
    }
    let mut args = Vec::new();
    for (position, token) in tokens.iter().enumerate().skip(1) {
        match token {
            Token::Symbol(')') => return Some((args, &tokens[position + 1..])),
            Token::Symbol(',') if position % 2 == 0 => {}
            Token::Number(text) | Token::Text(text) if position % 2 == 1 => args.push(text.clone()),
            _ => return None,
        }
    }
    None
}

/// The type of this name; `None` where there is none, an error where its arguments are wrong.
fn kind(dialect: &MySql, name: &str, args: &[String], sign: Sign, byte: bool) -> Option<Result<TypeKind, Reason>> {
    let plain = |name: &str| Ok(TypeKind::builtin(name));
    Some(match name {
        "tinyint" | "int1" => Ok(integer("tinyint", args, sign)),
        "bool" | "boolean" => plain("tinyint"),
        "smallint" | "int2" => Ok(integer("smallint", args, sign)),
        "mediumint" | "middleint" | "int3" => Ok(integer("mediumint", args, sign)),
        "int" | "integer" | "int4" => Ok(integer("int", args, sign)),
        "bigint" | "int8" => Ok(integer("bigint", args, sign)),
        "serial" => Err(Reason::new("`serial` is a column shorthand, not a type")),
        "decimal" | "dec" | "numeric" | "fixed" => Ok(decimal(args, sign)),
        "float" | "float4" => float(args, sign),
        "double" | "double precision" | "real" | "float8" => Ok(signed("double", args.to_vec(), sign)),
        "bit" => Ok(sized("bit", args.first().map_or("1", String::as_str))),
        "char" | "character" | "nchar" | "national char" | "national character" | "binary" => {
            let name = if name == "binary" || byte { "binary" } else { "char" };
            Ok(sized(name, args.first().map_or("1", String::as_str)))
        }
        "varchar"
        | "character varying"
        | "char varying"
        | "nvarchar"
        | "national varchar"
        | "nchar varchar"
        | "nchar varying"
        | "national char varying"
        | "national character varying"
        | "varbinary" => {
            let name = if name == "varbinary" || byte { "varbinary" } else { "varchar" };
            match args {
                [length] => Ok(sized(name, length)),
                _ => Err(Reason::new(format!("`{name}` needs a length on {}", dialect.engine))),
            }
        }
        "tinytext" | "text" | "mediumtext" | "longtext" if byte => {
            kind(dialect, &name.replace("text", "blob"), args, sign, false)?
        }
        "tinytext" | "mediumtext" | "longtext" | "tinyblob" | "mediumblob" | "longblob" => plain(name),
        "text" => plain(smallest(args, BYTES_PER_CHARACTER, ["tinytext", "text", "mediumtext", "longtext"])),
        "blob" => plain(smallest(args, 1, ["tinyblob", "blob", "mediumblob", "longblob"])),
        "long" | "long varchar" | "long char varying" | "long character varying" => plain("mediumtext"),
        "long varbinary" => plain("mediumblob"),
        "date" | "json" => plain(name),
        "year" => Ok(args
            .first()
            .filter(|width| *width == "2")
            .map_or_else(|| TypeKind::builtin("year"), |width| sized("year", width))),
        "datetime" | "timestamp" | "time" => Ok(match args.first().filter(|digits| *digits != "0") {
            Some(digits) => sized(name, digits),
            None => TypeKind::builtin(name),
        }),
        "enum" | "set" => Ok(TypeKind::Values {
            name: name.to_owned(),
            // Trailing blanks of a member are deleted when the table is created (11.3.5 "The ENUM Type").
            values: args.iter().map(|value| value.trim_end_matches(' ').to_owned()).collect(),
        }),
        "geometry" | "point" | "linestring" | "polygon" | "multipoint" | "multilinestring" | "multipolygon" => {
            plain(name)
        }
        "geometrycollection" | "geomcollection" => plain("geometrycollection"),
        "vector" => Ok(sized("vector", args.first().map_or("2048", String::as_str))),
        "uuid" | "inet4" | "inet6" if dialect.engine == Engine::MariaDb => plain(name),
        _ => return None,
    })
}

/// `TEXT(n)` counts characters; with utf8mb4, the default of both servers today, each may take four bytes.
const BYTES_PER_CHARACTER: u64 = 4;

/// The smallest of four types that holds a length; without one the second is meant.
fn smallest(args: &[String], bytes: u64, types: [&'static str; 4]) -> &'static str {
    let length = args.first().and_then(|length| length.parse::<u64>().ok()).filter(|length| *length > 0);
    match length.map(|length| length.saturating_mul(bytes)) {
        None => types[1],
        Some(0..=255) => types[0],
        Some(256..=65_535) => types[1],
        Some(65_536..=16_777_215) => types[2],
        Some(_) => types[3],
    }
}

fn sized(name: &str, size: &str) -> TypeKind {
    TypeKind::Builtin { name: name.to_owned(), args: vec![size.to_owned()] }
}

fn signed(name: &str, args: Vec<String>, sign: Sign) -> TypeKind {
    let unsigned = if sign.unsigned { " unsigned" } else { "" };
    let zerofill = if sign.zerofill { " zerofill" } else { "" };
    TypeKind::Builtin { name: format!("{name}{unsigned}{zerofill}"), args }
}

/// An integer; with ZEROFILL it keeps its width, which is then the type's widest number if none was given.
fn integer(name: &str, args: &[String], sign: Sign) -> TypeKind {
    let widest = match name {
        "tinyint" => "3",
        "smallint" => "5",
        "mediumint" => "8",
        "bigint" => "20",
        _ => "10",
    };
    let width = args.first().filter(|width| *width != "0").map_or(widest, String::as_str);
    signed(name, if sign.zerofill { vec![width.to_owned()] } else { Vec::new() }, sign)
}

fn decimal(args: &[String], sign: Sign) -> TypeKind {
    let precision = args.first().filter(|digits| *digits != "0").map_or("10", String::as_str);
    let scale = args.get(1).map_or("0", String::as_str);
    signed("decimal", vec![precision.to_owned(), scale.to_owned()], sign)
}

/// `FLOAT(p)` only chooses between the two sizes; `FLOAT(m,d)` rounds, and keeps both numbers.
fn float(args: &[String], sign: Sign) -> Result<TypeKind, Reason> {
    match args {
        [precision] => match precision.parse::<u32>() {
            Ok(0..=24) => Ok(signed("float", Vec::new(), sign)),
            Ok(25..=53) => Ok(signed("double", Vec::new(), sign)),
            _ => Err(Reason::new(format!("float({precision}) is outside of 0 to 53"))),
        },
        _ => Ok(signed("float", args.to_vec(), sign)),
    }
}

/// The type in the catalog's spelling, without display widths.
fn spelling(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Builtin { name, args } if args.is_empty() => name.clone(),
        TypeKind::Builtin { name, args } => match name.split_once(' ') {
            Some((word, attributes)) => format!("{word}({}) {attributes}", args.join(",")),
            None => format!("{name}({})", args.join(",")),
        },
        TypeKind::Values { name, values } => {
            let values: Vec<String> = values.iter().map(|value| names::string_literal(value)).collect();
            format!("{name}({})", values.join(","))
        }
        TypeKind::Array(element) => spelling(element),
        TypeKind::User { name, .. } => name.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mariadb(text: &str) -> DataType {
        parse(&MySql::for_mariadb(None), text).unwrap()
    }

    /// Measured: `create table t (a …)` and `information_schema.columns.column_type` on MariaDB 10.11, utf8mb4.
    #[test]
    fn aliases_have_the_kind_of_what_the_catalog_prints() {
        for (text, catalog) in [
            ("int", "int(11)"),
            ("INTEGER", "int(11)"),
            ("int(5) unsigned", "int(5) unsigned"),
            ("INT UNSIGNED", "int(10) unsigned"),
            ("int(5) zerofill", "int(5) unsigned zerofill"),
            ("int zerofill", "int(10) unsigned zerofill"),
            ("middleint", "mediumint(9)"),
            ("bool", "tinyint(1)"),
            ("BOOLEAN", "tinyint(1)"),
            ("tinyint", "tinyint(4)"),
            ("int signed", "int(11)"),
            ("bit", "bit(1)"),
            ("dec", "decimal(10,0)"),
            ("fixed(4,2)", "decimal(4,2)"),
            ("NUMERIC(5)", "decimal(5,0)"),
            ("numeric unsigned", "decimal(10,0) unsigned"),
            ("decimal(5,2) zerofill", "decimal(5,2) unsigned zerofill"),
            ("real", "double"),
            ("double precision", "double"),
            ("real(5,2)", "double(5,2)"),
            ("float(24)", "float"),
            ("FLOAT(53)", "double"),
            ("float(5,2)", "float(5,2)"),
            ("char", "char(1)"),
            ("national varchar(3)", "varchar(3)"),
            ("character varying(3)", "varchar(3)"),
            ("varchar(3) byte", "varbinary(3)"),
            ("char byte", "binary(1)"),
            ("text(10)", "tinytext"),
            ("text(64)", "text"),
            ("text(16383)", "text"),
            ("text(16384)", "mediumtext"),
            ("text(16777216)", "longtext"),
            ("blob(255)", "tinyblob"),
            ("blob(70000)", "mediumblob"),
            ("long varchar", "mediumtext"),
            ("year", "year(4)"),
            ("datetime(0)", "datetime"),
            ("DATETIME(6)", "datetime(6)"),
            ("ENUM ('a', 'b ')", "enum('a','b')"),
            ("uuid", "uuid"),
        ] {
            assert_eq!(mariadb(text), mariadb(catalog), "{text}");
        }
    }

    #[test]
    fn what_differs_stays_apart() {
        for (one, other) in [
            ("int", "int unsigned"),
            ("int zerofill", "int(5) zerofill"),
            ("datetime", "datetime(6)"),
            ("datetime", "timestamp"),
            ("enum('a','b')", "enum('b','a')"),
            ("enum('a')", "set('a')"),
            ("enum('A')", "enum('a')"),
            ("json", "longtext"),
            ("varchar(20)", "varchar(50)"),
        ] {
            assert_ne!(mariadb(one), mariadb(other), "{one}");
        }
    }

    #[test]
    fn a_type_is_written_without_its_width_except_for_booleans() {
        for (text, written) in [
            ("INT(11)", "int"),
            ("BOOL", "tinyint(1)"),
            ("tinyint(1) unsigned", "tinyint(1) unsigned"),
            ("tinyint(4)", "tinyint"),
            ("int(5) zerofill", "int(5) unsigned zerofill"),
            (r"enum('it''s','a\\b')", r"enum('it''s','a\\b')"),
        ] {
            assert_eq!(mariadb(text).written, written);
        }
    }

    #[test]
    fn what_is_no_type_says_so() {
        for text in ["varchar", "serial", "uuid", "jsonb", "int unsinged", "", "varchar(3"] {
            assert!(parse(&MySql::for_mysql(None), text).is_err(), "{text}");
        }
    }
}
