//! `ExcludeConstraint(...)`.

use crate::model::{ExclusionConstraint, ExclusionElement, Expr, Kind, Reason};
use crate::source::python::models::Models;
use crate::source::python::shared::Rc;
use crate::source::python::value::{Call, Value};

use super::Output;
use super::constraint::constraint_name;
use super::index::with_class;

impl<'a> Models<'a> {
    /// `ExcludeConstraint(...)` is read by its elements' text; what is not known is undecided.
    pub(super) fn emit_exclusion(&mut self, call: &Rc<Call<'a>>, output: &mut Output<'_>) {
        match self.exclusion(call, output.draft) {
            Ok(exclusion) => {
                output.places.exclusions.push(call.site);
                output.table.exclusions.push(exclusion);
            }
            Err(reason) => self.partial_item(Kind::Exclusion, &reason.0, call.site, output),
        }
    }

    fn exclusion(&mut self, call: &Rc<Call<'a>>, table: usize) -> Result<ExclusionConstraint, Reason> {
        let unknown = || Reason::new("an element of an exclusion constraint is not known");
        if let Some(open) = &call.open {
            return Err(Reason::new(&**open));
        }
        let mut elements = Vec::new();
        for value in &call.args {
            let pair = value.items().unwrap_or_default();
            let [element, operator] = pair.as_slice() else { return Err(unknown()) };
            let mut key = self.index_key(element, table).map_err(|_| unknown())?;
            let operator = operator.as_str().ok_or_else(unknown)?.to_string();
            // Operator classes stand under the elements' keys.
            let class = self.option_of_key(call.kwarg("ops"), &self.key_labels(table, element))?;
            if let Some(class) = self.text_option(class.as_ref(), "an operator class")? {
                with_class(&mut key, &class);
            }
            elements.push(ExclusionElement { key, operator });
        }
        let predicate = match call.kwarg("where").filter(|value| !matches!(value, Value::None)).cloned() {
            None => None,
            Some(value) => Some(Expr::new(self.sql_or_text(&value).map_err(Reason::new)?)),
        };
        let method = self.text_option(call.kwarg("using"), "`using`")?.unwrap_or_else(|| "gist".to_owned());
        let named = self.named("ex", Vec::new(), None, call.kwarg("name"), table);
        let (name, deferrability) = (constraint_name(self, named), self.deferrability(call)?);
        Ok(ExclusionConstraint { name, method, elements, predicate, deferrability })
    }
}
