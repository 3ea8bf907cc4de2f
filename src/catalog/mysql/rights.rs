//! What a user may see: `information_schema` shows what there is a right on, and says nothing of the rest. Pure.

use std::collections::BTreeSet;

use crate::model::{Facet, Kind, LetterCase, Reason};
use crate::snapshot::{Snapshot, Undecided, Warning};

use crate::catalog::error::ServerName;

/// The privileges that hold for everything in a database, in capitals.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Rights(BTreeSet<String>);

/// The privileges on tables that show a table.
const ON_TABLES: [&str; 13] = [
    "SELECT",
    "INSERT",
    "UPDATE",
    "DELETE",
    "CREATE",
    "DROP",
    "REFERENCES",
    "INDEX",
    "ALTER",
    "CREATE VIEW",
    "SHOW VIEW",
    "TRIGGER",
    "DELETE HISTORY",
];

impl Rights {
    /// The rights on `database` among the lines of SHOW GRANTS.
    pub(super) fn of(grants: &[String], database: &str, letter_case: LetterCase) -> Rights {
        let mut rights = BTreeSet::new();
        for grant in grants {
            let Some(rest) = grant.strip_prefix("GRANT ") else { continue };
            let Some((privileges, rest)) = rest.split_once(" ON ") else { continue };
            let Some((object, _)) = rest.split_once(" TO ") else { continue };
            if holds_for(object, database, letter_case) {
                rights.extend(privileges.split(',').map(|privilege| privilege.trim().to_ascii_uppercase()));
            }
        }
        Rights(rights)
    }

    fn has(&self, privilege: &str) -> bool {
        self.0.contains(privilege) || self.0.contains("ALL PRIVILEGES") || self.0.contains("ALL")
    }

    /// Whether every table is shown.
    fn sees_tables(&self) -> bool {
        ON_TABLES.iter().any(|privilege| self.has(privilege))
    }

    /// Whether the checks of every table are shown; with rights on single tables it takes more than reading them.
    pub(super) fn sees_checks(&self) -> bool {
        self.sees_tables()
    }
}

/// Whether a grant on `*.*` or on `` `pattern`.* `` is one on the whole database.
fn holds_for(object: &str, database: &str, letter_case: LetterCase) -> bool {
    let Some(pattern) = object.trim().strip_suffix(".*") else { return false };
    let pattern = pattern.trim_matches(['`', '"', '\'']).replace("``", "`");
    pattern == "*" || fits(&pattern, database, letter_case)
}

/// `_` stands for any character and `%` for any text, unless a backslash stands before them.
fn fits(pattern: &str, text: &str, letter_case: LetterCase) -> bool {
    let mut glob = String::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '%' => glob.push('*'),
            '_' => glob.push('?'),
            '\\' => glob += &globset::escape(&chars.next().map(String::from).unwrap_or_default()),
            other => glob += &globset::escape(&other.to_string()),
        }
    }
    let glob = globset::GlobBuilder::new(&glob).case_insensitive(!letter_case.counts()).build();
    glob.is_ok_and(|glob| glob.compile_matcher().is_match(text))
}

/// Says what could not be seen, and which grant would show it. A declared table that is not among what the user may see
/// is undecided, never missing.
pub(super) fn tell(rights: &Rights, server: &ServerName, snapshot: &mut Snapshot) {
    let database = server.database.as_deref().unwrap_or_default();
    let grant = |privileges: &str| format!("GRANT {privileges} ON `{}`.* TO this user", database.replace('`', "``"));
    let mut hidden = |kinds: &[Kind], privileges: &str| {
        for kind in kinds {
            snapshot.undecided.push(Undecided {
                object: None,
                facet: Facet::of(*kind),
                reason: Reason::new(format!("this user may not see all of the database: {}", grant(privileges))),
                declared_at: None,
            });
        }
    };
    if !rights.sees_tables() {
        hidden(&[Kind::Table, Kind::View, Kind::Sequence], "SELECT, SHOW VIEW");
        snapshot.warnings.push(Warning {
            message: format!("this user may see only a part of the database {database}; the rest is not compared"),
            help: Some(grant("SELECT, SHOW VIEW")),
            at: None,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sees_tables(grant: &str, database: &str, letter_case: LetterCase) -> bool {
        Rights::of(&[grant.to_owned()], database, letter_case).sees_tables()
    }

    #[test]
    fn grants_on_the_database_count_and_others_do_not() {
        for (grant, sees) in [
            ("GRANT USAGE ON *.* TO `u`@`%` IDENTIFIED BY PASSWORD '*X'", false),
            ("GRANT SELECT ON `shop`.`orders` TO `u`@`%`", false),
            ("GRANT SELECT (`id`) ON `shop`.`orders` TO `u`@`%`", false),
            ("GRANT EXECUTE ON `shop`.* TO `u`@`%`", false),
            ("GRANT SELECT ON `other`.* TO `u`@`%`", false),
            ("GRANT SELECT ON `shop`.* TO `u`@`%`", true),
            ("GRANT SELECT, SHOW VIEW ON `sh%`.* TO `role`", true),
            ("GRANT ALL PRIVILEGES ON *.* TO `u`@`%` WITH GRANT OPTION", true),
        ] {
            assert_eq!(sees_tables(grant, "shop", LetterCase::Counts), sees, "{grant}");
        }
        let literal = "GRANT SELECT ON `my\\_shop`.* TO `u`@`%`";
        assert!(sees_tables(literal, "my_shop", LetterCase::Counts));
        assert!(!sees_tables(literal, "my1shop", LetterCase::Counts));
    }

    #[test]
    fn the_server_says_whether_case_counts() {
        for grant in ["GRANT SELECT ON `shop`.* TO `u`@`%`", "GRANT SELECT ON `SH%`.* TO `u`@`%`"] {
            assert!(!sees_tables(grant, "Shop", LetterCase::Counts), "{grant}");
            assert!(sees_tables(grant, "Shop", LetterCase::Ignored), "{grant}");
        }
        assert!(!sees_tables("GRANT SELECT ON `shop`.* TO `u`@`%`", "Shops", LetterCase::Ignored));
    }
}
