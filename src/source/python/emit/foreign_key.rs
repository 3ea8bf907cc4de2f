//! Foreign keys: `ForeignKey("table.column")` on a column, and `ForeignKeyConstraint`.

use crate::model::{ForeignKey, Kind, MatchType, Name, Reason, ReferentialAction, RelationName};
use crate::source::python::draft::ColumnDraft;
use crate::source::python::models::Models;
use crate::source::python::shared::Rc;
use crate::source::python::value::{Call, Site, Value};

use super::Output;
use super::constraint::constraint_name;

/// What a foreign key refers to.
struct Target {
    schema: Option<String>,
    table: String,
    /// The column's name in the database.
    column: String,
}

impl<'a> Models<'a> {
    /// The table and column key that a `ForeignKey(...)` of a column refers to.
    ///
    /// # Errors
    /// The reason why it is not known.
    pub(super) fn referenced_column(
        &mut self,
        column: &ColumnDraft<'a>,
        key: &Rc<Call<'a>>,
    ) -> Result<(usize, String), String> {
        let value = key.arg(0, "column").cloned().unwrap_or(Value::None);
        if let Some((table, found)) = self.column_of(&value) {
            return Ok((table, found.key.clone()));
        }
        let owner = self.tables.iter().position(|table| {
            table
                .columns
                .iter()
                .any(|own| own.foreign_keys.iter().any(|own| Rc::ptr_eq(own, key)) && own.name == column.name)
        });
        let target = self.target(&value, owner.unwrap_or(0), &column.key)?;
        let table = self.by_name.get(&(target.schema.clone(), target.table.clone())).copied();
        match table {
            Some(table) => Ok((table, target.column)),
            None => Err(format!("the referenced table `{}` is not declared", target.table)),
        }
    }

    /// `User.id` of a model that is no part of what is read, as in a migration: `users.id`.
    fn column_of_model(&mut self, value: &Value<'a>) -> Option<Rc<str>> {
        let Value::Attr(attr) = value else { return None };
        let Value::Class(class) = &attr.0 else { return None };
        let table = self.interp.attribute(&attr.0, "__tablename__").as_str()?;
        let column = match class.own_value(&attr.1)? {
            Value::Call(call) => call.arg(0, "name").and_then(Value::as_str),
            _ => None,
        };
        Some(Rc::from(format!("{table}.{}", column.unwrap_or_else(|| attr.1.clone()))))
    }

    /// What the argument of `ForeignKey` means, seen from a table.
    fn target(&mut self, value: &Value<'a>, from: usize, own_key: &str) -> Result<Target, String> {
        if let Some((table, column)) = self.column_of(value) {
            let column = column.name.clone();
            let draft = &self.tables[table];
            return Ok(Target { schema: draft.schema.clone(), table: draft.name.clone(), column });
        }
        if let Value::Function(function) = value {
            let inner = self.interp.call_function(&function.clone(), Vec::new(), Vec::new());
            return match &inner {
                Value::Function(_) => Err("what the foreign key refers to is not known".to_owned()),
                inner => self.target(inner, from, own_key),
            };
        }
        let Some(text) = value.as_str().or_else(|| self.column_of_model(value)) else {
            return Err(self
                .interp
                .why_unknown(value)
                .unwrap_or_else(|| "what the foreign key refers to is not known".to_owned()));
        };
        let mut parts: Vec<&str> = text.split('.').collect();
        let key = if parts.len() > 1 { parts.pop().unwrap_or(own_key) } else { own_key };
        let table = parts.pop().unwrap_or_default().to_owned();
        let schema = if parts.is_empty() {
            match self.tables[from].metadata.clone() {
                // One that is not known is taken to be the default, as for the table itself.
                Some(metadata) => self.metadata_schema(&metadata).unwrap_or_default(),
                None => None,
            }
        } else {
            Some(parts.join("."))
        };
        let found = self.by_name.get(&(schema.clone(), table.clone())).copied();
        let column = found.and_then(|index| self.tables[index].column_by_key(key)).map(|column| column.name.clone());
        Ok(Target { schema, table, column: column.unwrap_or_else(|| key.to_owned()) })
    }

    pub(super) fn emit_column_foreign_key(
        &mut self,
        column: &ColumnDraft<'a>,
        key: &Rc<Call<'a>>,
        output: &mut Output<'_>,
        default_schema: Option<&Name>,
    ) {
        let value = key.arg(0, "column").cloned().unwrap_or(Value::None);
        match self.target(&value, output.draft, &column.key) {
            Ok(target) => {
                let columns = vec![(column.name.clone(), column.key.clone())];
                self.add_foreign_key(columns, vec![target], key, column.site, output, default_schema);
            }
            Err(reason) => self.partial_item(Kind::ForeignKey, &reason, column.site, output),
        }
    }

    pub(super) fn emit_foreign_key_constraint(
        &mut self,
        call: &Rc<Call<'a>>,
        output: &mut Output<'_>,
        default_schema: Option<&Name>,
    ) {
        let own = call.arg(0, "columns").and_then(Value::items).unwrap_or_default();
        let referred = call.arg(1, "refcolumns").and_then(Value::items).unwrap_or_default();
        let mut columns = Vec::new();
        for value in &own {
            match self.column_in(output.draft, value) {
                Some(column) => columns.push(column),
                None => {
                    return self.partial_item(
                        Kind::ForeignKey,
                        "a column of a foreign key is not known",
                        call.site,
                        output,
                    );
                }
            }
        }
        let mut targets = Vec::new();
        for value in &referred {
            match self.target(value, output.draft, "") {
                Ok(target) => targets.push(target),
                Err(reason) => return self.partial_item(Kind::ForeignKey, &reason, call.site, output),
            }
        }
        if columns.is_empty() || targets.is_empty() {
            return self.partial_item(
                Kind::ForeignKey,
                "the columns of a foreign key are not known",
                call.site,
                output,
            );
        }
        self.add_foreign_key(columns, targets, call, call.site, output, default_schema);
    }

    fn add_foreign_key(
        &mut self,
        columns: Vec<(String, String)>,
        targets: Vec<Target>,
        call: &Rc<Call<'a>>,
        site: Site,
        output: &mut Output<'_>,
        default_schema: Option<&Name>,
    ) {
        match self.foreign_key(columns, targets, call, output.draft, default_schema) {
            Ok(Some((key, alters))) => {
                output.places.foreign_keys.push((site, alters));
                output.table.foreign_keys.push(key);
            }
            Ok(None) => {}
            Err(reason) => self.partial_item(Kind::ForeignKey, &reason.0, site, output),
        }
    }

    /// The foreign key, and whether it says `use_alter`; `None` where the engine has none of its sort.
    ///
    /// # Errors
    /// The reason why not all of it is known.
    fn foreign_key(
        &mut self,
        columns: Vec<(String, String)>,
        targets: Vec<Target>,
        call: &Rc<Call<'a>>,
        table: usize,
        default_schema: Option<&Name>,
    ) -> Result<Option<(ForeignKey, bool)>, Reason> {
        let Some(first) = targets.first() else {
            return Ok(None);
        };
        if !self.rules.keys_across_schemas && first.schema != self.tables[table].schema {
            return Ok(None);
        }
        let references: RelationName = self.relation(first.schema.as_deref(), &first.table, default_schema);
        let referred = (first.table.clone(), targets.iter().map(|target| target.column.clone()).collect());
        let names: Vec<Name> = columns.iter().map(|(name, _)| self.column_name(name)).collect();
        let named = self.named("fk", columns, Some(referred), call.kwarg("name"), table);
        let flag = |name: &str| self.flag(call.kwarg(name), call.open.as_ref()).into_result();
        let alters = flag("use_alter")?;
        let match_type = self.text_option(call.kwarg("match"), "`match`")?.map(|text| text.to_uppercase());
        let key = ForeignKey {
            name: constraint_name(self, named),
            columns: names,
            references,
            referenced_columns: targets.iter().map(|target| self.column_name(&target.column)).collect(),
            period: false,
            on_delete: self.action(call, "ondelete")?,
            on_delete_columns: Vec::new(),
            on_update: self.action(call, "onupdate")?,
            match_type: match match_type.as_deref() {
                Some("FULL") => MatchType::Full,
                Some("PARTIAL") => MatchType::Partial,
                Some(_) | None => MatchType::Simple,
            },
            deferrability: self.deferrability(call)?,
            validated: !self.flag(call.kwarg("postgresql_not_valid"), None).into_result()?,
            enforced: true,
        };
        Ok(Some((key, alters)))
    }

    fn action(&self, call: &Rc<Call<'a>>, name: &str) -> Result<ReferentialAction, Reason> {
        let text = self.text_option(call.kwarg(name), &format!("`{name}` of a foreign key"))?;
        Ok(match text.map(|text| text.trim().to_uppercase()).as_deref() {
            Some("CASCADE") => ReferentialAction::Cascade,
            Some("SET NULL") => ReferentialAction::SetNull,
            Some("SET DEFAULT") => ReferentialAction::SetDefault,
            // On MySQL RESTRICT is what NO ACTION is: see the model.
            Some("RESTRICT") if !self.rules.uniques_are_indexes => ReferentialAction::Restrict,
            Some("RESTRICT" | "NO ACTION") | None => ReferentialAction::NoAction,
            Some(_) => return Err(Reason::new(format!("`{name}` of a foreign key is not known"))),
        })
    }
}
