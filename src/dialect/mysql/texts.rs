//! What the engine adds to columns of texts: whole names of collations, bytes for texts without letters, defaults.

use crate::model::{Expr, Extras, Fact, Name, Table, TypeKind};
use crate::sql::Syntax;

use super::{MySql, collation};

/// A collation that serves several character sets may be named without the set, which is then the one that holds at its
/// place (MariaDB 10.10, "Supported Character Sets and Collations", `uca1400_as_ci`).
pub(super) fn full_collations(table: &mut Table, database: Option<&Name>) {
    let set_of = |collation: &Name| collation.as_str().split('_').next().map(str::to_owned);
    let complete = |collation: &mut Option<Name>, charset: Option<String>| {
        let short = collation.as_ref().filter(|name| collation::is_short(name.key()));
        if let (Some(short), Some(charset)) = (short, charset) {
            *collation = Some(Name::insensitive(format!("{charset}_{short}")));
        }
    };
    let of_database = database.filter(|name| !collation::is_short(name.key())).and_then(set_of);
    let mut of_table = of_database.clone();
    if let Extras::MySql(extras) = &mut table.extras {
        let charset = extras.charset.as_ref().map(|name| name.as_str().to_owned()).or(of_database);
        complete(&mut extras.collation, charset.clone());
        let collation = extras.collation.as_ref().filter(|name| !collation::is_short(name.key()));
        of_table = collation.and_then(set_of).or(charset);
    }
    for column in &mut table.columns {
        let charset = column.charset.as_ref().map(|name| name.as_str().to_owned()).or_else(|| of_table.clone());
        complete(&mut column.collation, charset);
    }
}

/// A text in the character set `binary` is bytes (MySQL manual, 13.3.1 "String Data Type Syntax").
pub(super) fn binary_texts(dialect: &MySql, table: &mut Table) {
    let is_binary = |name: &Option<Name>| name.as_ref().is_some_and(|name| name.key() == "binary");
    let of_table = match &table.extras {
        Extras::MySql(extras) => is_binary(&extras.charset) || is_binary(&extras.collation),
        Extras::Postgres(_) | Extras::Sqlite(_) => false,
    };
    for column in &mut table.columns {
        let says_nothing = column.charset.is_none() && column.collation.is_none();
        if !(is_binary(&column.charset) || is_binary(&column.collation) || says_nothing && of_table) {
            continue;
        }
        let Some(TypeKind::Builtin { name, args }) = column.ty.known().map(|ty| &ty.kind) else { continue };
        let name = match name.as_str() {
            "char" => "binary".to_owned(),
            "varchar" => "varbinary".to_owned(),
            text if text.ends_with("text") => text.replace("text", "blob"),
            _ => continue,
        };
        let args = if args.is_empty() { String::new() } else { format!("({})", args.join(",")) };
        if let Ok(ty) = dialect.data_type(&format!("{name}{args}")) {
            column.ty = Fact::Known(ty);
            (column.charset, column.collation) = (None, None);
        }
    }
}

/// A compressed column that must not be NULL and has no default has the empty text as one (measured on 10.11).
pub(super) fn compressed_defaults(table: &mut Table) {
    for column in &mut table.columns {
        let is_compressed = column.options.iter().any(|(name, _)| name == "COMPRESSED");
        if is_compressed && column.nullable == Fact::Known(false) && matches!(column.default, Fact::Known(None)) {
            column.default = Fact::Known(Some(Expr::new("''")));
        }
    }
}
