//! Types: their canonical kinds (PostgreSQL manual, chapter 8).
//!
//! A kind has the name that `format_type()` prints, with length or precision as arguments. A precision that says what
//! holds without it (`timestamp(6)`) is left out of the kind.

use crate::model::{DataType, Name, Reason, RelationName, TypeKind};
use crate::sql::{Quoting, Token, tokens};

use super::{Postgres, names};

/// The decimal digits of seconds that every time type has when none are given.
const DEFAULT_PRECISION: u32 = 6;

/// How texts are quoted.
pub(super) const QUOTING: Quoting = Quoting { identifiers: &['"'], strings: &['\''], backslash: false };

pub(super) fn parse(_dialect: &Postgres, written: &str) -> Result<DataType, Reason> {
    let tokens = tokens(written, QUOTING)?;
    let mut reader = Reader { tokens: &tokens, written };
    let mut kind = reader.element()?;
    if reader.array()? {
        kind = TypeKind::Array(Box::new(kind));
    }
    if !reader.tokens.is_empty() {
        return Err(reader.unknown());
    }
    let written = spelling(&kind);
    Ok(DataType::new(kind, written))
}

/// The type as `format_type()` prints it.
fn spelling(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Builtin { name, args } if name == "interval" => {
            let (precision, fields): (Vec<_>, Vec<_>) =
                args.iter().partition(|arg| arg.starts_with(|c: char| c.is_ascii_digit()));
            let fields = fields.first().map(|fields| format!(" {fields}")).unwrap_or_default();
            let precision = precision.first().map(|precision| format!("({precision})")).unwrap_or_default();
            format!("interval{fields}{precision}")
        }
        TypeKind::Builtin { name, args } | TypeKind::Values { name, values: args } => match name.split_once(' ') {
            _ if args.is_empty() => name.clone(),
            Some((word @ ("time" | "timestamp"), zone)) => format!("{word}({}) {zone}", args.join(",")),
            _ => format!("{name}({})", args.join(",")),
        },
        TypeKind::Array(element) => format!("{}[]", spelling(element)),
        TypeKind::User { name, args } => {
            let schema = name.schema.as_ref().map(|schema| format!("{}.", names::quote(schema.as_str())));
            let args = if args.is_empty() { String::new() } else { format!("({})", args.join(",")) };
            format!("{}{}{args}", schema.unwrap_or_default(), names::quote(name.name.as_str()))
        }
    }
}

/// Reads the tokens of one type from the front.
struct Reader<'a> {
    tokens: &'a [Token],
    written: &'a str,
}

impl Reader<'_> {
    fn unknown(&self) -> Reason {
        Reason::new(format!("`{}` is no type of PostgreSQL", self.written.trim()))
    }

    fn next(&mut self) -> Option<&Token> {
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(first)
    }

    /// Takes the unquoted words of `phrase`, if all of them stand here.
    fn eat(&mut self, phrase: &[&str]) -> bool {
        let here = self.tokens.len() >= phrase.len()
            && self.tokens.iter().zip(phrase).all(|(token, word)| token.is_word(word));
        if here {
            self.tokens = &self.tokens[phrase.len()..];
        }
        here
    }

    fn eat_symbol(&mut self, symbol: char) -> bool {
        let here = self.tokens.first().is_some_and(|token| token.is_symbol(symbol));
        if here {
            self.tokens = &self.tokens[1..];
        }
        here
    }

    /// The type of an array's element, or of the whole.
    fn element(&mut self) -> Result<TypeKind, Reason> {
        let standard = match self.tokens.first() {
            Some(Token::Word(word)) if !self.tokens.get(1).is_some_and(|token| token.is_symbol('.')) => {
                let word = word.to_ascii_lowercase();
                self.standard(&word)?
            }
            _ => None,
        };
        match standard {
            Some(kind) => Ok(kind),
            None => self.named(),
        }
    }

    /// A type that the grammar itself knows by keywords; `None` leaves it to the catalog's names.
    fn standard(&mut self, word: &str) -> Result<Option<TypeKind>, Reason> {
        let phrase: &[&str] = match word {
            "character" | "char" | "nchar" | "bit" | "timestamp" | "time" | "interval" | "float" => {
                self.next();
                return self.parameterised(word).map(Some);
            }
            "national" => {
                self.next();
                if !(self.eat(&["character"]) || self.eat(&["char"])) {
                    return Err(self.unknown());
                }
                return self.parameterised("character").map(Some);
            }
            "double" if self.eat(&["double", "precision"]) => return Ok(Some(TypeKind::builtin("double precision"))),
            "smallserial" | "serial" | "bigserial" | "serial2" | "serial4" | "serial8" => {
                return Err(Reason::new(format!("`{word}` is a column shorthand, not a type")));
            }
            "int" | "integer" => &["integer"],
            "smallint" | "bigint" | "real" | "boolean" => &[],
            "decimal" | "dec" | "numeric" => {
                self.next();
                return self.numeric().map(Some);
            }
            "setof" => return Err(Reason::new("a column cannot be of a set type")),
            _ => return Ok(None),
        };
        self.next();
        Ok(Some(TypeKind::builtin(phrase.first().copied().unwrap_or(word))))
    }

    /// The rest of a type whose keyword takes a length or precision.
    fn parameterised(&mut self, word: &str) -> Result<TypeKind, Reason> {
        match word {
            "bit" | "character" | "char" | "nchar" => {
                let varying = self.eat(&["varying"]);
                let length = self.number()?;
                Ok(with_length(if word == "bit" { "bit" } else { "character" }, varying, length))
            }
            "time" | "timestamp" => {
                let precision = self.number()?;
                let zone = self.eat(&["with", "time", "zone"]);
                if !zone {
                    self.eat(&["without", "time", "zone"]);
                }
                Ok(timed(word, zone, precision))
            }
            "float" => match self.number()? {
                Some(1..=24) => Ok(TypeKind::builtin("real")),
                None | Some(25..=53) => Ok(TypeKind::builtin("double precision")),
                Some(other) => Err(Reason::new(format!("float({other}) is outside of 1 to 53"))),
            },
            _ => self.interval(),
        }
    }

    fn numeric(&mut self) -> Result<TypeKind, Reason> {
        let mut args = self.args()?;
        if args.len() == 1 {
            args.push("0".into());
        }
        Ok(TypeKind::Builtin { name: "numeric".into(), args })
    }

    fn interval(&mut self) -> Result<TypeKind, Reason> {
        let mut precision = self.number()?;
        let mut fields = Vec::new();
        while let Some(field) = INTERVAL_FIELDS.iter().find(|field| self.eat(&[field])) {
            fields.push(*field);
            if !self.eat(&["to"]) {
                break;
            }
        }
        if !fields.is_empty() {
            precision = self.number()?.or(precision);
        }
        let fields = (!fields.is_empty()).then(|| fields.join(" to "));
        let precision = precision.filter(|digits| *digits < DEFAULT_PRECISION).map(|digits| digits.to_string());
        Ok(TypeKind::Builtin { name: "interval".into(), args: fields.into_iter().chain(precision).collect() })
    }

    /// A type by its name in the catalog, built in or not.
    fn named(&mut self) -> Result<TypeKind, Reason> {
        let mut parts = vec![self.identifier()?];
        while self.eat_symbol('.') {
            parts.push(self.identifier()?);
        }
        let mut parts = parts.into_iter().rev();
        let name = parts.next().ok_or_else(|| self.unknown())?;
        let schema = parts.next();
        let builtin = schema.as_ref().is_none_or(|schema| schema.as_str() == "pg_catalog");
        if let Some(element) = name.as_str().strip_prefix('_').filter(|_| builtin)
            && let Some(kind) = internal(element)
        {
            return Ok(TypeKind::Array(Box::new(kind)));
        }
        match internal(name.as_str()).filter(|_| builtin) {
            Some(kind) => self.internal_args(kind),
            None => Ok(TypeKind::User { name: Box::new(RelationName::new(schema, name)), args: self.modifiers()? }),
        }
    }

    /// A built-in type by its internal name, with the modifier that may follow.
    fn internal_args(&mut self, kind: TypeKind) -> Result<TypeKind, Reason> {
        let TypeKind::Builtin { name, .. } = &kind else { return Ok(kind) };
        match name.as_str() {
            "numeric" => self.numeric(),
            "interval" => self.interval(),
            "bpchar" => Ok(self.number()?.map_or(kind, |length| with_length("character", false, Some(length)))),
            "character varying" | "bit varying" => {
                let base = name.trim_end_matches(" varying").to_owned();
                Ok(with_length(&base, true, self.number()?))
            }
            timed_name if timed_name.starts_with("time") => {
                let word = if timed_name.starts_with("timestamp") { "timestamp" } else { "time" };
                let zone = timed_name.ends_with("with time zone");
                Ok(timed(word, zone, self.number()?))
            }
            _ => Ok(kind),
        }
    }

    fn identifier(&mut self) -> Result<Name, Reason> {
        match self.next() {
            Some(Token::Word(word)) => Ok(names::relation(&word.clone(), false)),
            Some(Token::Quoted(word)) => Ok(names::relation(&word.clone(), true)),
            _ => Err(self.unknown()),
        }
    }

    /// One number in parentheses, if there are any.
    fn number(&mut self) -> Result<Option<u32>, Reason> {
        match self.args()?.as_slice() {
            [] => Ok(None),
            [number] => number.parse().map(Some).map_err(|_| self.unknown()),
            _ => Err(self.unknown()),
        }
    }

    /// Numbers in parentheses.
    fn args(&mut self) -> Result<Vec<String>, Reason> {
        let args = self.modifiers()?;
        let numeric = |arg: &String| arg.parse::<i64>().is_ok();
        if args.iter().all(numeric) { Ok(args) } else { Err(self.unknown()) }
    }

    /// The modifiers of an extension's type: `geometry(Point,4326)`. Their case does not count.
    fn modifiers(&mut self) -> Result<Vec<String>, Reason> {
        let mut args = Vec::new();
        if !self.eat_symbol('(') {
            return Ok(args);
        }
        loop {
            match self.next() {
                Some(Token::Number(text)) => args.push(text.clone()),
                Some(Token::Word(text) | Token::Text(text) | Token::Quoted(text)) => {
                    args.push(text.to_ascii_lowercase());
                }
                _ => return Err(self.unknown()),
            }
            if self.eat_symbol(')') {
                return Ok(args);
            }
            if !self.eat_symbol(',') {
                return Err(self.unknown());
            }
        }
    }

    /// Whether array bounds follow; they are taken.
    fn array(&mut self) -> Result<bool, Reason> {
        let mut array = self.eat(&["array"]);
        while self.eat_symbol('[') {
            array = true;
            if matches!(self.tokens.first(), Some(Token::Number(_))) {
                self.next();
            }
            if !self.eat_symbol(']') {
                return Err(self.unknown());
            }
        }
        Ok(array)
    }
}

const INTERVAL_FIELDS: [&str; 6] = ["year", "month", "day", "hour", "minute", "second"];

/// `character`, `bit` and their `varying` forms; without a length the fixed ones have 1.
fn with_length(base: &str, varying: bool, length: Option<u32>) -> TypeKind {
    let length = if varying { length } else { length.or(Some(1)) };
    let name = if varying { format!("{base} varying") } else { base.to_owned() };
    TypeKind::Builtin { name, args: length.map(|length| length.to_string()).into_iter().collect() }
}

fn timed(word: &str, zone: bool, precision: Option<u32>) -> TypeKind {
    let precision = precision.filter(|digits| *digits < DEFAULT_PRECISION);
    TypeKind::Builtin {
        name: format!("{word} {} time zone", if zone { "with" } else { "without" }),
        args: precision.map(|digits| digits.to_string()).into_iter().collect(),
    }
}

/// The kind behind a name in `pg_type` of `pg_catalog`.
fn internal(name: &str) -> Option<TypeKind> {
    let canonical = match name {
        "int2" => "smallint",
        "int4" => "integer",
        "int8" => "bigint",
        "float4" => "real",
        "float8" => "double precision",
        "bool" => "boolean",
        "varchar" => "character varying",
        "varbit" => "bit varying",
        "timestamp" => "timestamp without time zone",
        "timestamptz" => "timestamp with time zone",
        "time" => "time without time zone",
        "timetz" => "time with time zone",
        "char" => "\"char\"",
        "bit" => "\"bit\"",
        other => BUILTIN.binary_search(&other).ok().map(|at| BUILTIN[at])?,
    };
    Some(TypeKind::builtin(canonical))
}

/// The types of `pg_catalog` whose internal name is what `format_type()` prints, sorted.
#[rustfmt::skip]
const BUILTIN: &[&str] = &[
    "aclitem", "box", "bpchar", "bytea", "cid", "cidr", "circle", "date", "datemultirange", "daterange", "gtsvector",
    "inet", "int2vector", "int4multirange", "int4range", "int8multirange", "int8range", "interval", "json", "jsonb",
    "jsonpath", "line", "lseg", "macaddr", "macaddr8", "money", "name", "numeric", "nummultirange", "numrange", "oid",
    "oidvector", "path", "pg_lsn", "pg_snapshot", "point", "polygon", "refcursor", "regclass", "regcollation",
    "regconfig", "regdictionary", "regnamespace", "regoper", "regoperator", "regproc", "regprocedure", "regrole",
    "regtype", "text", "tid", "tsmultirange", "tsquery", "tsrange", "tstzmultirange", "tstzrange", "tsvector",
    "txid_snapshot", "uuid", "xid", "xid8", "xml",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> String {
        parse(&Postgres::new(None), text).unwrap().written
    }

    /// Measured: `create table t (a …)` and `format_type()` on PostgreSQL 15.
    #[test]
    fn types_are_spelled_as_the_catalog_prints_them() {
        for (text, catalog) in [
            ("int4", "integer"),
            ("INT", "integer"),
            ("int8", "bigint"),
            ("float(24)", "real"),
            ("float(25)", "double precision"),
            ("FLOAT", "double precision"),
            ("decimal", "numeric"),
            ("decimal(10)", "numeric(10,0)"),
            ("NUMERIC(10, 2)", "numeric(10,2)"),
            ("numeric(3,-2)", "numeric(3,-2)"),
            ("char", "character(1)"),
            ("bpchar", "bpchar"),
            ("bpchar(3)", "character(3)"),
            ("VARCHAR", "character varying"),
            ("varchar(20)", "character varying(20)"),
            ("national character varying(3)", "character varying(3)"),
            ("bit", "bit(1)"),
            ("bit varying(3)", "bit varying(3)"),
            ("varbit", "bit varying"),
            ("timetz(3)", "time(3) with time zone"),
            ("timestamp(3) with time zone", "timestamp(3) with time zone"),
            ("TIMESTAMP WITH TIME ZONE", "timestamp with time zone"),
            ("timestamptz", "timestamp with time zone"),
            ("timestamp", "timestamp without time zone"),
            ("timestamp(0)", "timestamp(0) without time zone"),
            ("time with time zone", "time with time zone"),
            ("interval year to month", "interval year to month"),
            ("INTERVAL (3)", "interval(3)"),
            ("interval day to second(3)", "interval day to second(3)"),
            ("\"char\"", "\"char\""),
            ("pg_catalog.\"char\"", "\"char\""),
            ("pg_catalog.varchar(3)", "character varying(3)"),
            ("pg_catalog.timestamptz(3)", "timestamp(3) with time zone"),
            ("name", "name"),
            ("text[]", "text[]"),
            ("integer ARRAY[3]", "integer[]"),
            ("int[3][3]", "integer[]"),
            ("_int4", "integer[]"),
            ("varchar(3)[]", "character varying(3)[]"),
            ("timestamp without time zone[]", "timestamp without time zone[]"),
            ("\"timestamp\"", "timestamp without time zone"),
            ("JSONB", "jsonb"),
        ] {
            assert_eq!(written(text), catalog, "{text}");
            assert_eq!(written(catalog), catalog, "{text}");
        }
    }

    #[test]
    fn other_types_belong_to_the_user() {
        for (text, shown) in [
            ("mood", "mood"),
            ("Mood", "mood"),
            ("\"Mood\"[]", "\"Mood\"[]"),
            ("public.mood", "public.mood"),
            ("vector(3)", "vector(3)"),
            ("geometry(Point, 4326)", "geometry(point,4326)"),
            ("extensions.citext", "extensions.citext"),
        ] {
            assert_eq!(written(text), shown);
        }
    }

    #[test]
    fn what_differs_stays_apart() {
        let kind = |text: &str| parse(&Postgres::new(None), text).unwrap().kind;
        assert_eq!(kind("timestamp(6)"), kind("timestamp"));
        assert_ne!(kind("timestamp(3)"), kind("timestamp"));
        assert_ne!(kind("timestamptz"), kind("timestamp"));
        assert_ne!(kind("bpchar"), kind("char"));
        assert_ne!(kind("numeric"), kind("numeric(10)"));
        assert_ne!(kind("json"), kind("jsonb"));
    }

    #[test]
    fn what_is_no_type_says_so() {
        for text in ["serial", "setof text", "varchar(", "int int", "", "varchar(a)", "float(60)"] {
            assert!(parse(&Postgres::new(None), text).is_err(), "{text}");
        }
    }
}
