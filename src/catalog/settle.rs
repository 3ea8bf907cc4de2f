//! A catalog that changes while it is read. The functions of PostgreSQL that print definitions look at the present,
//! whatever the transaction sees, and `information_schema` knows no transaction: so that a reading holds is not taken
//! for granted, but checked.

use super::error::{CatalogError, ServerName};

/// How often a catalog is read until two readings agree.
const READINGS: usize = 5;

/// A session that can tell whether anything may have changed.
pub(super) trait Moving {
    /// What is read.
    type Rows: PartialEq;

    /// Begins a reading of the present. Two marks are equal only if nothing can have changed between them.
    async fn mark(&mut self) -> Result<String, CatalogError>;

    /// Reads everything.
    async fn rows(&mut self) -> Result<Self::Rows, CatalogError>;

    /// The server, for messages.
    fn server(&self) -> &ServerName;
}

/// A reading of one moment: one during which nothing was written, or one that the next reading confirms.
///
/// # Errors
/// When a query fails for another reason than that its object has just gone, or when no two readings agree.
pub(super) async fn settled<S: Moving>(session: &mut S) -> Result<S::Rows, CatalogError> {
    let mut before = session.mark().await?;
    let mut last = None;
    for _ in 0..READINGS {
        let rows = session.rows().await;
        let after = match (session.mark().await, &rows) {
            (Ok(after), _) => after,
            (Err(error), Ok(_)) => return Err(error),
            // The session is lost, and what failed first says why.
            (Err(_), Err(_)) => return rows,
        };
        match rows {
            rows if before == after => return rows,
            Ok(rows) if last.as_ref() == Some(&rows) => return Ok(rows),
            Ok(rows) => last = Some(rows),
            // What a second reading fails to read as well is no matter of time.
            Err(error) if error.is_refusal() => return Err(error),
            Err(_) => last = None,
        }
        before = after;
    }
    Err(CatalogError::Read {
        what: "schema",
        server: Box::new(session.server().clone()),
        message: format!("it changed while it was read, {READINGS} times over"),
        help: "wait until the migration that is running has finished, and try again",
        refused: false,
    })
}
