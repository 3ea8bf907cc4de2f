//! Types as an object-relational mapper names them, before an engine spells them.

/// A generic column type of SQLAlchemy (<https://docs.sqlalchemy.org/en/20/core/type_basics.html>); each dialect's
/// `types.rs` spells it as SQLAlchemy's compiler for that engine would.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PortableType {
    /// `SmallInteger`.
    SmallInteger,
    /// `Integer`.
    Integer,
    /// `BigInteger`.
    BigInteger,
    /// `Numeric(precision, scale)`.
    Numeric {
        /// Total digits.
        precision: Option<u32>,
        /// Digits after the point.
        scale: Option<u32>,
    },
    /// `Float(precision)`.
    Float {
        /// Binary digits.
        precision: Option<u32>,
    },
    /// `Double(precision)`.
    Double {
        /// Binary digits.
        precision: Option<u32>,
    },
    /// `String(length)`, `Unicode(length)`.
    String {
        /// Characters; `None` where no limit was given.
        length: Option<u32>,
    },
    /// `Text`, `UnicodeText`.
    Text {
        /// Characters (MySQL accepts `TEXT(n)`).
        length: Option<u32>,
    },
    /// `LargeBinary`.
    LargeBinary {
        /// Bytes.
        length: Option<u32>,
    },
    /// `Boolean`.
    Boolean,
    /// `Date`.
    Date,
    /// `Time`.
    Time {
        /// With time zone.
        timezone: bool,
    },
    /// `DateTime`.
    DateTime {
        /// With time zone.
        timezone: bool,
    },
    /// `Interval`, which only PostgreSQL has natively; elsewhere SQLAlchemy stores a `DATETIME`.
    Interval,
    /// `JSON`.
    Json,
    /// `Uuid`, `native_uuid=True`.
    Uuid,
}
