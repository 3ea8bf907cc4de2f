//! How keys are numbered: SERIAL, AUTO_INCREMENT, identity columns and sequences.

use crate::model::{
    Column, Fact, Generation, IdentityMode, Kind, Name, ObjectPath, RelationName, Sequence, SequenceOptions,
};
use crate::snapshot::Snapshot;
use crate::source::python::column::is_there;
use crate::source::python::draft::ColumnDraft;
use crate::source::python::models::Models;
use crate::source::python::shared::Rc;
use crate::source::python::types::{Affinity, SqlType};
use crate::source::python::value::{Call, Site, Value};

use super::Output;

impl<'a> Models<'a> {
    pub(super) fn emit_numbering(
        &mut self,
        draft: &ColumnDraft<'a>,
        is_numbered: Fact<bool>,
        column: &mut Column,
        output: &Output<'_>,
    ) {
        if let Some(identity) = draft.identity.clone().filter(|_| self.rules.identity) {
            let always = self.flag(identity.arg(0, "always"), identity.open.as_ref());
            column.generation = self.sequence_options(&identity, 2).and_then(|options| {
                always.map(|always| {
                    let mode = if always { IdentityMode::Always } else { IdentityMode::ByDefault };
                    Some(Generation::Identity { mode, options: Box::new(options) })
                })
            });
            return;
        }
        let by_sequence = draft.sequence.is_some() && self.rules.sequences;
        let sqlite = self.sqlite_numbering(output.draft);
        let default = column.default.as_ref().map(Option::is_none);
        // On SQLite a key is numbered all the same; only AUTOINCREMENT is told.
        let is_told = if self.rules.serial {
            Fact::all([Fact::Known(!by_sequence), default])
        } else if self.rules.auto_increment {
            Fact::Known(!by_sequence)
        } else {
            sqlite
        };
        let may_say = |open: &Option<Rc<str>>| match open {
            Some(open) if self.rules.identity => Fact::unknown(&**open),
            Some(_) | None => Fact::Known(None),
        };
        column.generation = match Fact::all([is_told, is_numbered]) {
            Fact::Known(true) if self.rules.serial => Fact::Known(Some(Generation::Serial(Box::default()))),
            Fact::Known(true) => Fact::Known(Some(Generation::AutoIncrement)),
            Fact::Known(false) => may_say(&draft.open),
            Fact::Unknown(reason) => Fact::Unknown(reason),
        };
    }

    /// SQLite numbers an INTEGER PRIMARY KEY by itself; AUTOINCREMENT is only written where the table asks for it.
    fn sqlite_numbering(&self, table: usize) -> Fact<bool> {
        self.flag(self.table_option(table, "autoincrement"), None)
    }

    /// Whether a column is the one that SQLAlchemy numbers (`PrimaryKeyConstraint._autoincrement_column`).
    pub(super) fn is_numbered(
        &self,
        table: usize,
        drafts: &[ColumnDraft<'a>],
        column: &ColumnDraft<'a>,
        ty: &Result<SqlType, String>,
        key: &Fact<Vec<String>>,
    ) -> Fact<bool> {
        let is_key = self.is_in_key(table, column, key);
        if matches!(is_key, Fact::Known(false)) {
            return Fact::Known(false);
        }
        let is_number = match ty {
            Ok(ty) => Fact::Known(match ty.affinity {
                Affinity::SmallInteger | Affinity::Integer | Affinity::BigInteger | Affinity::Numeric => true,
                Affinity::Other => false,
            }),
            Err(reason) => Fact::unknown(reason.as_str()),
        };
        let asks = |column: &ColumnDraft<'a>| match &column.autoincrement {
            Some(Value::Str(_)) => Fact::Known(false),
            asked => self.flag(asked.as_ref(), column.open.as_ref()),
        };
        let is_alone = key.as_ref().map(|key| key.len() == 1);
        // Of several, the first that asks for it.
        let earlier = drafts
            .iter()
            .take_while(|other| other.name != column.name)
            .map(|other| Fact::all([self.is_in_key(table, other, key), asks(other)]));
        let is_first = Fact::all([asks(column), !Fact::any(earlier)]);
        let asked = Fact::all([is_first, Fact::any([!is_alone.clone(), is_number.clone()])]);
        let automatic = [is_key, is_alone, is_number, self.is_automatic(table, column)];
        Fact::any([asked, Fact::all(automatic)])
    }

    /// Whether a number that is the whole key is numbered without being asked.
    fn is_automatic(&self, table: usize, column: &ColumnDraft<'a>) -> Fact<bool> {
        let (automatic, ignores_keys) = match (&column.autoincrement, &column.open) {
            (None, Some(open)) => (Fact::unknown(&**open), false),
            (None, None) => (Fact::Known(true), false),
            (Some(value), _) => match value.as_str().as_deref() {
                Some("auto") => (Fact::Known(true), false),
                Some("ignore_fk") => (Fact::Known(true), true),
                Some(_) | None => (self.flag(Some(value), None).and_then(|_| Fact::Known(false)), false),
            },
        };
        let there = |value: &Option<Value<'a>>| match (value, &column.open) {
            (Some(value), _) => is_there(value),
            (None, Some(open)) => Fact::unknown(&**open),
            (None, None) => Fact::Known(false),
        };
        let has_default = match (&column.has_python_default, &column.open) {
            (Fact::Known(false), Some(open)) => Fact::unknown(&**open),
            (fact, _) => Fact::all([fact.clone(), Fact::Known(column.sequence.is_none())]),
        };
        let refers = Fact::Known(!ignores_keys && self.has_foreign_key(table, column));
        Fact::all([automatic, !has_default, !there(&column.server_default), !refers])
    }

    /// Whether a column refers to another, by itself or through a constraint of the table.
    fn has_foreign_key(&self, table: usize, column: &ColumnDraft<'a>) -> bool {
        let constraints = self.tables[table].items.iter().filter(|item| item.key() == Some("sa.ForeignKeyConstraint"));
        let mut referring =
            constraints.flat_map(|item| item.arg(0, "columns").and_then(Value::items).unwrap_or_default());
        !column.foreign_keys.is_empty()
            || referring.any(|value| self.column_in(table, &value).is_some_and(|(name, _)| name == column.name))
    }

    /// The sequence of a column, where the engine has such; an optional one gives way to SERIAL.
    pub(super) fn emit_sequence(&mut self, draft: &ColumnDraft<'a>, output: &mut Output<'_>, default: Option<&Name>) {
        let Some(call) = draft.sequence.clone().filter(|_| self.rules.sequences) else {
            return;
        };
        if self.flag(call.kwarg("optional"), None) == Fact::Known(true) {
            return;
        }
        let declared = self.sequence(&call, default);
        if let Some(sequence) = declared {
            self.record(output.origins, ObjectPath::relation(Kind::Sequence, &sequence.name), draft.site);
            output.database.sequences.entry(sequence.name.clone()).or_insert(sequence);
        }
    }

    /// The sequences that belong to a `MetaData` by themselves, whether a column uses them or not.
    pub(super) fn emit_sequences_of_metadata(&mut self, snapshot: &mut Snapshot) {
        let default = snapshot.default_schema.clone();
        for call in std::mem::take(&mut self.interp.sequences) {
            let belongs = call.kwarg("metadata").is_some_and(|value| !matches!(value, Value::None));
            if !belongs || !self.rules.sequences {
                continue;
            }
            match self.sequence(&call, default.as_ref()) {
                Some(sequence) => {
                    let path = ObjectPath::relation(Kind::Sequence, &sequence.name);
                    self.record(&mut snapshot.origins, path, call.site);
                    snapshot.database.sequences.entry(sequence.name.clone()).or_insert(sequence);
                }
                None => self.tell_of_sequence(&call, call.site),
            }
        }
    }

    fn tell_of_sequence(&mut self, call: &Rc<Call<'a>>, site: Site) {
        let reason = "a sequence's name or options are not known";
        let why = call.args.first().and_then(|name| self.interp.why_unknown(name));
        let reason = why.map_or_else(|| reason.to_owned(), |why| format!("{reason}: {why}"));
        self.undecided(None, crate::model::Facet::of(Kind::Sequence), &reason, site);
    }

    /// `Sequence(…)`, where all about it is known.
    fn sequence(&mut self, call: &Rc<Call<'a>>, default: Option<&Name>) -> Option<Sequence> {
        let name = self.sequence_name(call, default).ok()?;
        let options = self.sequence_options(call, 1).known()?.clone();
        Some(Sequence { name, ty: None, options, owned_by: None, comment: None })
    }

    /// The name of a sequence, in the schema that it or its `MetaData` says.
    ///
    /// # Errors
    /// The reason why it is not known.
    pub(in crate::source::python) fn sequence_name(
        &mut self,
        call: &Rc<Call<'a>>,
        default: Option<&Name>,
    ) -> Result<RelationName, String> {
        let (schema, name) = self.sequence_in_schema(call)?;
        Ok(self.relation(schema.as_deref(), &name, default))
    }

    /// The schema of a sequence, where one is said, and its name.
    ///
    /// # Errors
    /// The reason why it is not known.
    pub(in crate::source::python) fn sequence_in_schema(
        &mut self,
        call: &Rc<Call<'a>>,
    ) -> Result<(Option<String>, String), String> {
        let unknown = || "the name of a sequence is not known".to_owned();
        let name = call.arg(0, "name").and_then(Value::as_str).ok_or_else(unknown)?;
        let schema = match call.kwarg("schema") {
            Some(schema) if !matches!(schema, Value::None) => self.schema_name(Some(schema))?,
            Some(_) | None => match call.kwarg("metadata").cloned().and_then(|value| self.metadata_in(&value)) {
                Some(metadata) => self.metadata_schema(&metadata)?,
                None => None,
            },
        };
        Ok((schema, name.to_string()))
    }

    /// The options of `Sequence(...)` and `Identity(...)`, whose start stands at `first` where it is positional; what
    /// the engine implies anyway is left out.
    pub(super) fn sequence_options(&self, call: &Call<'a>, first: usize) -> Fact<SequenceOptions> {
        if let Some(open) = &call.open {
            return Fact::unknown(&**open);
        }
        let number = |position: usize, name: &str| match call.arg(position, name) {
            None | Some(Value::None) => Ok(None),
            Some(Value::Int(number)) => Ok(Some(*number)),
            Some(value) => Err(self.reason(value, name)),
        };
        let named = |name: &str| number(usize::MAX, name);
        let options = || {
            let (start, increment) = (number(first, "start")?, number(first + 1, "increment")?);
            let (min, max, cache) = (named("minvalue")?, named("maxvalue")?, named("cache")?);
            let cycle = self.flag(call.kwarg("cycle"), None).into_result()?;
            Ok(SequenceOptions {
                start: start.filter(|start| *start != min.unwrap_or(1)),
                increment: increment.filter(|increment| *increment != 1),
                min: min.filter(|min| *min != 1),
                max,
                cache: cache.filter(|cache| *cache != 1),
                cycle,
            })
        };
        options().into()
    }
}
