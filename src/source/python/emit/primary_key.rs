//! Primary keys: the columns that say so, or an explicit constraint.

use crate::model::{Fact, Kind, PrimaryKey};
use crate::source::python::draft::ColumnDraft;
use crate::source::python::models::Models;
use crate::source::python::shared::Rc;
use crate::source::python::value::Call;

use super::Output;
use super::constraint::constraint_name;

impl<'a> Models<'a> {
    /// The key's columns: those that say so, or those of an explicit PrimaryKeyConstraint.
    pub(super) fn primary_key_columns(&self, index: usize, drafts: &[ColumnDraft<'a>]) -> Fact<Vec<String>> {
        if let Some(call) = self.key_constraint(index)
            && (!call.args.is_empty() || call.open.is_some())
        {
            if let Some(open) = &call.open {
                return Fact::unknown(&**open);
            }
            let mut names = Vec::new();
            for value in &call.args {
                match self.column_in(index, value) {
                    Some((name, _)) => names.push(name),
                    None => return Fact::Unknown(self.reason(value, "a column of the primary key")),
                }
            }
            return Fact::Known(names);
        }
        let mut names = Fact::Known(Vec::new());
        for column in drafts {
            let says_so = self.flag(column.primary_key.as_ref(), column.open.as_ref());
            names = names.and_then(|mut names: Vec<String>| {
                says_so.map(|says_so| {
                    names.extend(says_so.then(|| column.name.clone()));
                    names
                })
            });
        }
        names
    }

    fn key_constraint(&self, table: usize) -> Option<&Rc<Call<'a>>> {
        self.tables[table].items.iter().find(|item| item.key() == Some("sa.PrimaryKeyConstraint"))
    }

    /// Whether a column is one of the key's, which may be known where the whole key is not.
    pub(super) fn is_in_key(&self, table: usize, column: &ColumnDraft<'a>, key: &Fact<Vec<String>>) -> Fact<bool> {
        match key {
            Fact::Known(names) => Fact::Known(names.contains(&column.name)),
            Fact::Unknown(reason) if self.key_constraint(table).is_some() => Fact::Unknown(reason.clone()),
            Fact::Unknown(_) => self.flag(column.primary_key.as_ref(), column.open.as_ref()),
        }
    }

    pub(super) fn emit_primary_key(&mut self, output: &mut Output<'_>, key: Fact<Vec<String>>) {
        let key = match key {
            Fact::Known(key) if key.is_empty() => return,
            Fact::Known(key) => key,
            Fact::Unknown(reason) => {
                let site = self.tables[output.draft].site;
                return self.partial_item(Kind::PrimaryKey, &reason.0, site, output);
            }
        };
        let call = self.key_constraint(output.draft).cloned();
        let deferrability = match call.as_ref().map(|call| self.deferrability(call)).transpose() {
            Ok(deferrability) => deferrability.unwrap_or_default(),
            Err(reason) => {
                let site = self.tables[output.draft].site;
                return self.partial_item(Kind::PrimaryKey, &reason.0, site, output);
            }
        };
        let given = call.as_ref().and_then(|call| call.kwarg("name").cloned());
        let columns = key.iter().map(|name| (name.clone(), name.clone())).collect();
        let named = self.named("pk", columns, None, given.as_ref(), output.draft);
        output.places.primary_key = Some(call.as_ref().map_or(self.tables[output.draft].site, |call| call.site));
        let (name, columns) = (constraint_name(self, named), key.iter().map(|name| self.column_name(name)).collect());
        output.table.primary_key = Some(PrimaryKey { deferrability, ..PrimaryKey::new(name, columns) });
    }
}
