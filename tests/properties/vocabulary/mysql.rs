//! MySQL: as MariaDB, but for what only one of the two has.

use drift::model::Engine;

use super::{Vocabulary, mariadb, ty};
use crate::schema::{Family, Type};

const TYPES: &[Type] = &[
    ty(&["int", "INTEGER", "int(11)"], Family::Integer, true, &[&["0", "'0'"], &["42"], &["-1"]], &["1", "7"]),
    ty(
        &["varchar(40)", "VARCHAR(40)", "character varying(40)"],
        Family::Text,
        true,
        &[&["''", "\"\""], &["'it''s'", "'it\\'s'"], &["'a\\\\b'"], &["'100%'"], &["(uuid())", "(UUID())"]],
        &["'x'", "'y'"],
    ),
    ty(
        &["bigint unsigned", "BIGINT(20) UNSIGNED"],
        Family::Integer,
        true,
        &[&["0"], &["18446744073709551615"]],
        &["5"],
    ),
    ty(&["tinyint(1)", "BOOLEAN", "BOOL"], Family::Boolean, true, &[&["0", "FALSE"], &["1", "TRUE"]], &["0", "1"]),
    ty(&["tinyint", "TINYINT"], Family::Integer, true, &[&["1"]], &["3"]),
    ty(&["smallint", "smallint(6)"], Family::Integer, true, &[&["5"], &["(1 + 4)", "(1+4)"]], &["3"]),
    ty(&["mediumint unsigned"], Family::Integer, true, &[&["9"]], &["3"]),
    ty(
        &["decimal(10,2)", "DECIMAL(10, 2)", "numeric(10,2)"],
        Family::Decimal,
        true,
        &[&["0", "0.00"], &["1.50", "1.5"]],
        &["1.25"],
    ),
    ty(&["decimal(10,0)", "decimal", "dec(10)"], Family::Decimal, true, &[&["3"]], &["4"]),
    ty(&["float"], Family::Real, true, &[&["0"], &["1.5"]], &["1.5"]),
    ty(
        &["double", "double precision", "REAL"],
        Family::Real,
        true,
        &[&["0.5", ".5"], &["1e10", "10000000000"]],
        &["2.5"],
    ),
    ty(&["char(3)", "CHAR(3)"], Family::Other, true, &[&["'abc'"]], &["'abc'"]),
    ty(&["text", "TEXT"], Family::LongText, false, &[&["('x')"]], &["'long'"]),
    ty(&["mediumtext"], Family::LongText, false, &[], &["'long'"]),
    ty(&["longtext"], Family::LongText, false, &[&["('')"]], &["'long'"]),
    ty(&["json", "JSON"], Family::Json, false, &[&["(json_object())", "(JSON_OBJECT())"]], &["'{\"a\": 1}'"]),
    ty(&["date"], Family::Date, true, &[&["'2020-01-01'"], &["(curdate())", "(CURRENT_DATE)"]], &["'2020-02-03'"]),
    ty(&["time"], Family::Time, true, &[&["'10:20:30'"]], &["'01:02:03'"]),
    ty(&["time(3)"], Family::Time, true, &[&["'10:20:30.500'"]], &["'01:02:03'"]),
    ty(
        &["datetime", "DATETIME(0)"],
        Family::Moment,
        true,
        &[&["CURRENT_TIMESTAMP", "current_timestamp()", "NOW()"], &["'2020-01-01 00:00:00'", "'2020-01-01'"]],
        &["'2020-02-03 04:05:06'"],
    ),
    ty(&["timestamp"], Family::Moment, true, &[&["CURRENT_TIMESTAMP", "now()"]], &["'2020-02-03 04:05:06'"]),
    ty(&["datetime(6)"], Family::Other, true, &[&["CURRENT_TIMESTAMP(6)", "now(6)"]], &["'2020-02-03 04:05:06'"]),
    ty(&["year", "year(4)"], Family::Other, true, &[&["2020", "'2020'"]], &["2020"]),
    ty(&["binary(16)"], Family::Binary, true, &[], &["'0123456789abcdef'"]),
    ty(&["varbinary(20)"], Family::Binary, true, &[&["'ab'", "x'6162'"]], &["x'01'"]),
    ty(&["blob"], Family::Other, false, &[], &["x'01'"]),
    ty(&["longblob"], Family::Other, false, &[], &["x'01'"]),
    ty(&["enum('a','b')", "ENUM('a', 'b')"], Family::Other, true, &[&["'a'"], &["'b'"]], &["'a'"]),
    ty(&["enum('a','it''s','b')"], Family::Other, true, &[&["'it''s'", "'it\\'s'"]], &["'b'"]),
    ty(&["set('x','y')", "SET('x', 'y')"], Family::Other, true, &[&["'x,y'"], &["''"]], &["'x'"]),
    ty(&["bit(4)"], Family::Other, true, &[&["b'101'", "5"]], &["b'11'"]),
];

pub const VOCABULARY: Vocabulary = Vocabulary {
    engine: Engine::MySql,
    types: TYPES,
    generated: &[
        (Family::Integer, "bigint unsigned", &["{0} + 1", "({0} + 1)"]),
        (Family::Text, "varchar(40)", &["lower({0})", "LOWER({0})", "lcase({0})"]),
        (Family::Text, "int", &["char_length({0})"]),
        (Family::Real, "double", &["{0} * 2"]),
        (Family::Text, "varchar(40)", &["concat({0}, 'x')"]),
        (Family::Json, "varchar(40)", &["json_unquote(json_extract({0}, '$.a'))", "{0} ->> '$.a'"]),
    ],
    expressions: &[
        (Family::Text, &["(lower({0}))", "(LOWER({0}))"]),
        (Family::Integer, &["({0} + 1)", "({0}+1)"]),
        (Family::Date, &["(year({0}))", "(YEAR({0}))"]),
    ],
    table_options: &[
        ("table.engine", &[&["ENGINE=InnoDB", "engine = innodb"], &["ENGINE=MyISAM"]]),
        (
            "table.collation",
            &[
                &["DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin", "COLLATE utf8mb4_bin"],
                &["DEFAULT CHARSET=latin1", "CHARACTER SET latin1 COLLATE latin1_swedish_ci"],
            ],
        ),
        ("table.options", &[&["ROW_FORMAT=COMPRESSED", "row_format = compressed"]]),
    ],
    sequences: &[],
    ..mariadb::VOCABULARY
};
