//! The name of a mapped class's table.

use crate::model::Fact;
use crate::source::python::classes::{Ancestor, ancestors, is_declared_attr};
use crate::source::python::draft::ColumnDraft;
use crate::source::python::models::Models;
use crate::source::python::shared::Rc;
use crate::source::python::value::{Class, Value};

use super::Kinship;

impl<'a> Models<'a> {
    /// The table's name; `None` where the class has no table of its own.
    ///
    /// # Errors
    /// The reason why it is not known.
    pub(super) fn table_name(
        &mut self,
        class: &Rc<Class<'a>>,
        kinship: Kinship,
        has_parent: bool,
        columns: &[(String, ColumnDraft<'a>)],
    ) -> Result<Option<String>, String> {
        // A mapped parent's plain name is the parent's; one that is computed for each class is computed again.
        for ancestor in ancestors(class).into_iter().filter_map(Ancestor::class) {
            let is_mapped = !Rc::ptr_eq(&ancestor, class) && self.mappings.contains_key(&Rc::as_ptr(&ancestor));
            let Some(value) = ancestor.own_value("__tablename__") else {
                continue;
            };
            let computed = matches!(&value, Value::Function(function) if is_declared_attr(function));
            if is_mapped && !computed {
                continue;
            }
            return self.declared_name(class);
        }
        let has_key =
            columns.iter().any(|(_, column)| self.flag(column.primary_key.as_ref(), None) == Fact::Known(true));
        match kinship {
            Kinship::SqlModel => Ok(Some(class.name.to_lowercase())),
            Kinship::Flask if !has_parent || has_key => Ok(Some(snake_case(&class.name))),
            Kinship::Flask | Kinship::Declarative | Kinship::Guessed => Ok(None),
        }
    }

    fn declared_name(&mut self, class: &Rc<Class<'a>>) -> Result<Option<String>, String> {
        let value = self.interp.attribute(&Value::Class(class.clone()), "__tablename__");
        match (&value, value.as_str()) {
            (_, Some(name)) => Ok(Some(name.to_string())),
            (Value::None, None) => Ok(None),
            (other, None) => {
                Err(self.interp.why_unknown(other).unwrap_or_else(|| "`__tablename__` is not a string".to_owned()))
            }
        }
    }
}

/// Flask-SQLAlchemy's `camel_to_snake_case`: `re.sub(r"((?<=[a-z0-9])[A-Z]|(?!^)[A-Z](?=[a-z]))", r"_\1", name)`,
/// in lower case.
fn snake_case(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut out = String::new();
    for (index, c) in chars.iter().enumerate() {
        let before = index.checked_sub(1).map(|i| chars[i]);
        let after_small = before.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        let before_small = before.is_some() && chars.get(index + 1).is_some_and(char::is_ascii_lowercase);
        if c.is_ascii_uppercase() && (after_small || before_small) {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out.trim_start_matches('_').to_owned()
}

#[cfg(test)]
mod tests {
    use super::snake_case;

    #[test]
    fn flask_names() {
        assert_eq!(snake_case("UserAccount"), "user_account");
        assert_eq!(snake_case("HTTPRequest"), "http_request");
        assert_eq!(snake_case("OAuth2Token"), "o_auth2_token");
    }
}
