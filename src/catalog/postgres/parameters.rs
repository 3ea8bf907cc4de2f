//! Which options of the catalog are parameters of DDL, by their names. Pure.
//!
//! A server may keep options of its own beside those that somebody chose: Debian's PostgreSQL 15.20 has one in every
//! column. What is not named here is nobody's declaration, so it is counted, and never a difference of an object. The
//! access methods of extensions have parameters that only they know; all of those are taken.

/// Regular expressions in the place of words in braces, each for `name=value`.
/// <https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-STORAGE-PARAMETERS>,
/// <https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-STORAGE-PARAMETERS>,
/// <https://www.postgresql.org/docs/current/sql-createview.html>,
/// <https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-ATTRIBUTE-OPTION>
const PARAMETERS: &[(&str, &str)] = &[
    ("{of_column}", "'^n_distinct(_inherited)?='"),
    (
        "{of_table}",
        "'^(fillfactor|toast_tuple_target|parallel_workers|user_catalog_table|oids|log_auto[a-z_]+|autovacuum_[a-z_]+|vacuum_[a-z_]+)='",
    ),
    (
        "{of_index}",
        "'^(fillfactor|deduplicate_items|buffering|fastupdate|gin_pending_list_limit|pages_per_range|autosummarize)='",
    ),
    ("{of_view}", "'^(security_barrier|security_invoker|check_option)='"),
];

/// A query with the names of the parameters that it asks for.
pub(super) fn named(query: &str) -> String {
    PARAMETERS.iter().fold(query.to_owned(), |query, (word, names)| query.replace(word, names))
}
