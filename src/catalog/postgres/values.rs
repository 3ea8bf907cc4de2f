//! Values as the catalog keeps them: to have them made into others would be much of the server's work.

use std::str::FromStr;

use sqlx::error::BoxDynError;
use sqlx::postgres::{PgTypeInfo, PgValueRef};
use sqlx::{Decode, Postgres, Type};

/// The code that stands for none.
pub(super) const NONE: char = '\0';

/// A value of the type `"char"`: a letter that stands for a kind or a choice
/// (<https://www.postgresql.org/docs/current/datatype-character.html>, "Special Character Types").
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Code(pub char);

impl Type<Postgres> for Code {
    fn type_info() -> PgTypeInfo {
        <i8 as Type<Postgres>>::type_info()
    }
}

impl<'r> Decode<'r, Postgres> for Code {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        let byte = u8::try_from(<i8 as Decode<Postgres>>::decode(value)?)?;
        Ok(Code(byte.into()))
    }
}

/// An `int2vector` or `oidvector` that was cast to text: numbers with spaces between them.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Numbers<T>(pub Vec<T>);

impl<T> Type<Postgres> for Numbers<T> {
    fn type_info() -> PgTypeInfo {
        <str as Type<Postgres>>::type_info()
    }
}

impl<'r, T: FromStr<Err: Into<BoxDynError>>> Decode<'r, Postgres> for Numbers<T> {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        let numbers = <&str as Decode<Postgres>>::decode(value)?.split_ascii_whitespace().map(str::parse);
        numbers.collect::<Result<_, _>>().map(Numbers).map_err(Into::into)
    }
}
