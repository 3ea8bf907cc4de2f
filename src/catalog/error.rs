//! Why a database could not be read.

/// A database could not be read. No message holds a password.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// The URL names no database that drift can read.
    #[error("{0}")]
    Url(String),
}
