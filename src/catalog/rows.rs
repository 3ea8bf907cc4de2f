//! What the engines' row types have in common.

use sqlx::{Column, ColumnIndex, Decode, Error, Row, Type};

/// Declares structs whose fields are a query's columns, by name and in their order, and reads them from rows of `$row`.
macro_rules! rows {
    ($row:ty: $($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $ty:ty,)* })*) => { $(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        pub(super) struct $name { $($(#[$field_doc])* pub $field: $ty,)* }

        impl<'r> ::sqlx::FromRow<'r, $row> for $name {
            fn from_row(row: &'r $row) -> Result<Self, ::sqlx::Error> {
                let mut place = 0..;
                Ok($name { $($field: crate::catalog::rows::next(row, &mut place, stringify!($field))?,)* })
            }
        }
    )* };
}

pub(super) use rows;

/// The value at the next place of a row, which takes less time than to look for it by its name.
pub(super) fn next<'r, R, T>(row: &'r R, place: &mut std::ops::RangeFrom<usize>, field: &str) -> Result<T, Error>
where
    R: Row,
    usize: ColumnIndex<R>,
    T: Decode<'r, R::Database> + Type<R::Database>,
{
    let name = field.strip_prefix("r#").unwrap_or(field);
    let at = place.next().unwrap_or(usize::MAX);
    if row.try_column(at)?.name() == name { row.try_get(at) } else { Err(Error::ColumnNotFound(name.to_owned())) }
}
