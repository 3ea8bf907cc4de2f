//! From rows to the model: columns and checks. Pure.

use std::collections::HashSet;

use crate::model::{
    CheckConstraint, Column, ConstraintName, Engine, Expr, Extras, Fact, Generated, GeneratedStorage, Generation, Name,
    Table,
};
use crate::sql::without_parentheses;

use super::rows;
use super::scene::Scene;

/// The columns that MariaDB's `JSON` made: the type is an alias for `LONGTEXT` in utf8mb4_bin with a check of its own
/// (<https://mariadb.com/kb/en/json/>).
pub(super) fn json_columns(rows: &rows::Rows, engine: Engine) -> HashSet<(&str, &str)> {
    if engine != Engine::MariaDb {
        return HashSet::new();
    }
    let is_alias = |row: &&rows::Column| {
        row.data_type.eq_ignore_ascii_case("longtext") && row.collation.as_deref() == Some("utf8mb4_bin")
    };
    let candidates: HashSet<_> =
        rows.columns.iter().filter(is_alias).map(|row| (row.table_name.as_str(), row.name.as_str())).collect();
    let checks = rows
        .checks
        .iter()
        .filter(|row| row.of_column != 0 && row.clause == format!("json_valid(`{}`)", row.name.replace('`', "``")));
    checks.map(|row| (row.table_name.as_str(), row.name.as_str())).filter(|key| candidates.contains(key)).collect()
}

impl Scene<'_> {
    /// The model's column. `bytes` is its default where the catalog cuts it off.
    pub(super) fn column(
        &self,
        row: &rows::Column,
        table: &Table,
        is_json: bool,
        bytes: Option<&Fact<Option<Expr>>>,
    ) -> Column {
        // `varchar(20) /*M!100301 COMPRESSED*/`: the attribute stands in the table's statement as well.
        let bare = row.r#type.split(" /*").next().unwrap_or_default();
        let written = if is_json { "json" } else { bare };
        let srid = row.srid.map(|srid| format!(" srid {srid}")).unwrap_or_default();
        let ty = self.dialect.data_type(&format!("{written}{srid}")).map_or_else(Fact::Unknown, Fact::Known);
        let mut column = Column::new(self.name(&row.name), ty);
        let extra = Extra::new(row.extra.as_deref().unwrap_or_default());
        column.nullable = Fact::Known(row.nullable != 0);
        column.comment = Fact::Known(row.comment.clone().filter(|comment| !comment.is_empty()));
        column.invisible = extra.invisible;
        column.on_update = extra.on_update.clone().map(Expr::new);
        column.generation = Fact::Known(extra.auto_increment.then_some(Generation::AutoIncrement));
        let generated = row.generation.as_deref().filter(|text| !text.is_empty());
        column.generated = Fact::Known(generated.map(|text| Generated {
            expr: Expr::new(without_parentheses(&self.unescaped(text))),
            storage: if extra.stored { GeneratedStorage::Stored } else { GeneratedStorage::Virtual },
        }));
        if generated.is_none() && !extra.auto_increment {
            column.default = bytes.cloned().unwrap_or_else(|| Fact::Known(self.default(row, &extra)));
        }
        if !is_json && let Some(collation) = row.collation.as_deref() {
            (column.charset, column.collation) = self.collation(row.charset.as_deref(), collation, table);
        }
        column
    }

    /// The DEFAULT as valid SQL. MariaDB keeps it so; MySQL keeps literals without their quotes
    /// (<https://dev.mysql.com/doc/refman/8.0/en/information-schema-columns-table.html>).
    fn default(&self, row: &rows::Column, extra: &Extra) -> Option<Expr> {
        let text = row.default_text.as_deref()?;
        if self.dialect.engine() == Engine::MariaDb {
            return (text != "NULL").then(|| Expr::new(text));
        }
        if extra.default_generated {
            let text = self.unescaped(text);
            let bare = text.to_ascii_uppercase().starts_with("CURRENT_TIMESTAMP") || text.starts_with('(');
            return Some(Expr::new(if bare { text } else { format!("({text})") }));
        }
        let is_written_bare = matches!(
            row.data_type.to_ascii_lowercase().as_str(),
            "tinyint" | "smallint" | "mediumint" | "int" | "bigint" | "decimal" | "float" | "double" | "year" | "bit"
        ) || text.starts_with("0x");
        Some(Expr::new(if is_written_bare { text.to_owned() } else { self.dialect.string_literal(text) }))
    }

    /// MySQL escapes quotes and backslashes of expressions once more than SQL wants it: `_utf8mb4\'a\'`.
    pub(super) fn unescaped(&self, text: &str) -> String {
        match self.dialect.engine() {
            Engine::MySql => unescape(text),
            Engine::MariaDb | Engine::Postgres | Engine::Sqlite => text.to_owned(),
        }
    }

    /// Character set and collation, each only where the table or the set does not imply it.
    fn collation(&self, charset: Option<&str>, collation: &str, table: &Table) -> (Option<Name>, Option<Name>) {
        let (table_charset, table_collation) = self.table_collation(table);
        let charset = charset.or_else(|| self.charsets.of(collation)).unwrap_or_default();
        if charset == table_charset {
            return (None, (collation != table_collation).then(|| Name::insensitive(collation)));
        }
        let implied = self.charsets.implied(charset) == Some(collation);
        (Some(Name::insensitive(charset)), (!implied).then(|| Name::insensitive(collation)))
    }

    /// The table's character set and collation, with what it leaves to the database filled in.
    fn table_collation(&self, table: &Table) -> (String, String) {
        let extras = match &table.extras {
            Extras::MySql(extras) => Some(extras),
            Extras::Postgres(_) | Extras::Sqlite(_) => None,
        };
        let charset = extras.and_then(|extras| extras.charset.as_ref()).map(Name::as_str);
        let collation = extras.and_then(|extras| extras.collation.as_ref()).map(Name::as_str);
        let collation = match (charset, collation) {
            (_, Some(collation)) => collation,
            (Some(charset), None) => self.charsets.implied(charset).unwrap_or_default(),
            (None, None) => self.charsets.database(),
        };
        (self.charsets.of(collation).unwrap_or_default().to_owned(), collation.to_owned())
    }

    pub(super) fn check(&self, row: &rows::Check) -> CheckConstraint {
        let text = self.unescaped(&row.clause);
        let name = self.name(&row.name);
        let expr = Fact::Known(Expr::new(without_parentheses(&text)));
        let enforced = row.enforced != 0;
        match row.of_column {
            0 => CheckConstraint { enforced, ..CheckConstraint::new(ConstraintName::Explicit(name), expr) },
            // It bears the name of its column.
            _ => CheckConstraint {
                enforced,
                of_column: Some(name.clone()),
                ..CheckConstraint::new(ConstraintName::Implied(name), expr)
            },
        }
    }
}

fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let escaped = (c == '\\').then(|| chars.next_if(|next| matches!(next, '\'' | '\\'))).flatten();
        plain.push(escaped.unwrap_or(c));
    }
    plain
}

/// What the EXTRA column says.
struct Extra {
    auto_increment: bool,
    invisible: bool,
    stored: bool,
    default_generated: bool,
    on_update: Option<String>,
}

impl Extra {
    fn new(text: &str) -> Self {
        let upper = text.to_ascii_uppercase();
        // The clause stands last but for INVISIBLE: `DEFAULT_GENERATED on update CURRENT_TIMESTAMP(3) INVISIBLE`.
        let on_update = upper.find("ON UPDATE ").map(|at| &text[at + "ON UPDATE ".len()..]);
        let on_update = on_update.map(|clause| clause.split([' ', ',']).next().unwrap_or(clause).to_owned());
        Extra {
            auto_increment: upper.contains("AUTO_INCREMENT"),
            invisible: upper.contains("INVISIBLE"),
            stored: upper.contains("STORED GENERATED") || upper.contains("PERSISTENT"),
            default_generated: upper.contains("DEFAULT_GENERATED"),
            on_update,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Extra, unescape};

    #[test]
    fn one_level_of_escapes_is_taken_off() {
        assert_eq!(unescape(r"_utf8mb4\'it\\\'s\'"), r"_utf8mb4'it\'s'");
        assert_eq!(unescape(r"`a` + 1"), "`a` + 1");
    }

    #[test]
    fn extra_is_taken_apart() {
        let extra = Extra::new("DEFAULT_GENERATED on update CURRENT_TIMESTAMP(3) INVISIBLE");
        assert_eq!(extra.on_update.as_deref(), Some("CURRENT_TIMESTAMP(3)"));
        assert!(extra.default_generated && extra.invisible && !extra.stored && !extra.auto_increment);
        let extra = Extra::new("on update current_timestamp()");
        assert_eq!(extra.on_update.as_deref(), Some("current_timestamp()"));
        assert!(Extra::new("STORED GENERATED").stored && !Extra::new("VIRTUAL GENERATED").stored);
    }
}
