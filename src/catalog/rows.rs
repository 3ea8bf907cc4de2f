//! What the engines' row types have in common.

/// Declares structs whose fields have the names of a query's columns, and reads them from rows of `$row`.
macro_rules! rows {
    ($row:ty: $($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $ty:ty,)* })*) => { $(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        pub(super) struct $name { $($(#[$field_doc])* pub $field: $ty,)* }

        impl<'r> ::sqlx::FromRow<'r, $row> for $name {
            fn from_row(row: &'r $row) -> Result<Self, ::sqlx::Error> {
                Ok($name { $($field: ::sqlx::Row::try_get(row, stringify!($field).trim_start_matches("r#"))?,)* })
            }
        }
    )* };
}

pub(super) use rows;
