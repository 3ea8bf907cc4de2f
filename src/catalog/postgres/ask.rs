//! Asking PostgreSQL what it makes of expressions: the output list of EXPLAIN (VERBOSE) over a row of NULLs.
//!
//! The planner computes constant parts in advance, so an expression that mentions a function which a user of the
//! database wrote is not sent: nobody's code runs with the rights of whoever checks the schema.

use sqlx::postgres::{PgDatabaseError, PgErrorPosition};
use sqlx::{AssertSqlSafe, PgConnection, Row};

use crate::catalog::ReadOptions;
use crate::catalog::ask::{Batch, ROW, batches, refused};
use crate::catalog::connect::close;
use crate::catalog::error::{CatalogError, ServerName};
use crate::catalog::url::Address;
use crate::dialect::{Dialect, dialect};
use crate::diff::{Answer, Answers, ExprRole, Pair, Question};
use crate::model::{Engine, Reason, TypeKind};

use super::connect;

/// Answers what can be answered. Settings that change how literals are read stay as the server has them for this user:
/// so they stood when the declaration was applied.
pub(in crate::catalog) async fn ask(
    address: &Address,
    options: &ReadOptions,
    questions: Vec<Question>,
) -> Result<Answers, CatalogError> {
    let (connection, server) = connect::connect(address, options).await?;
    let mut session = Asker { connection, server, dialect: dialect(Engine::Postgres, None), answers: Answers::new() };
    session.begin(options, &questions).await?;
    let planted = session.planted().await?;
    let mut open = Vec::new();
    for question in questions {
        match planted.iter().find(|name| question.names(name)) {
            Some(name) => {
                let why = format!("the server is not asked, since that might run `{name}`, which a user wrote");
                session.answers.insert(question, Answer::Unanswered(Reason::new(why)));
            }
            None => open.push(question),
        }
    }
    let mut rest = batches(open);
    rest.reverse();
    while let Some(batch) = rest.pop() {
        rest.extend(session.batch(batch).await?);
    }
    close(session.connection).await;
    Ok(session.answers)
}

struct Asker {
    connection: PgConnection,
    server: ServerName,
    dialect: Box<dyn Dialect>,
    answers: Answers,
}

impl Asker {
    async fn begin(&mut self, options: &ReadOptions, questions: &[Question]) -> Result<(), CatalogError> {
        let timeout = options.statement_timeout.as_millis();
        let script = format!(
            "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;
             SET LOCAL statement_timeout = {timeout};
             SET LOCAL lock_timeout = {timeout};
             SET LOCAL bytea_output = 'hex';
             SET LOCAL extra_float_digits = 1;
             SET LOCAL quote_all_identifiers = off;
             SET LOCAL standard_conforming_strings = on;"
        );
        let begun = sqlx::raw_sql(AssertSqlSafe(script)).execute(&mut self.connection).await;
        begun.map_err(|error| self.failed(&error))?;
        // What the session finds by itself, then what stands beside the tables.
        let schemas: std::collections::BTreeSet<&str> =
            questions.iter().filter_map(|question| Some(question.table.as_ref()?.schema.as_ref()?.as_str())).collect();
        let schemas: Vec<&str> = schemas.into_iter().collect();
        let path = "SELECT pg_catalog.set_config('search_path', (
                        SELECT pg_catalog.string_agg(pg_catalog.quote_ident(s), ', ')
                        FROM pg_catalog.unnest(pg_catalog.array_cat(
                            pg_catalog.current_schemas(false)::text[], $1::text[])) AS s), true)";
        let set = sqlx::query(path).persistent(false).bind(&schemas).execute(&mut self.connection).await;
        set.map_err(|error| self.failed(&error))?;
        let savepoint = sqlx::raw_sql("SAVEPOINT question").execute(&mut self.connection).await;
        savepoint.map(drop).map_err(|error| self.failed(&error))
    }

    fn failed(&self, error: &sqlx::Error) -> CatalogError {
        connect::read_error("expressions", &self.server, error)
    }

    async fn planted(&mut self) -> Result<Vec<String>, CatalogError> {
        let query = sqlx::query_scalar(include_str!("queries/planted.sql")).persistent(false);
        query.fetch_all(&mut self.connection).await.map_err(|error| self.failed(&error))
    }

    /// Asks the questions of a batch together; what is left to be asked where the server refuses one of them.
    async fn batch(&mut self, mut batch: Batch) -> Result<Vec<Batch>, CatalogError> {
        let (sql, starts) = self.statement(&batch);
        // One statement for each round trip: the protocol that could send several would let a text end ours.
        let rows = sqlx::query(AssertSqlSafe(sql)).persistent(false).fetch_all(&mut self.connection).await;
        let error = match rows {
            Ok(rows) => {
                let plan = rows.first().map(|row| row.try_get_unchecked::<String, _>(0)).transpose();
                let plan = plan.map_err(|error| self.failed(&error))?.unwrap_or_default();
                let forms = output(&plan, batch.questions.len());
                for (at, question) in batch.questions.into_iter().enumerate() {
                    let answer = match forms.get(at) {
                        Some(forms) => Answer::Forms(forms.clone()),
                        None => refused("its plan could not be read"),
                    };
                    self.answers.insert(question, answer);
                }
                return Ok(Vec::new());
            }
            Err(sqlx::Error::Database(error)) => error,
            Err(other) => return Err(self.failed(&other)),
        };
        let back = sqlx::raw_sql("ROLLBACK TO SAVEPOINT question").execute(&mut self.connection).await;
        back.map_err(|error| self.failed(&error))?;
        let position = error.try_downcast_ref::<PgDatabaseError>().and_then(PgDatabaseError::position);
        let blamed = match position {
            Some(PgErrorPosition::Original(at)) => starts.iter().rposition(|start| *start < at),
            Some(PgErrorPosition::Internal { .. }) | None => None,
        };
        match blamed {
            _ if batch.questions.len() == 1 => {
                self.answers.extend(batch.questions.pop().map(|question| (question, refused(error.message()))));
                Ok(Vec::new())
            }
            Some(at) => {
                self.answers.insert(batch.questions.remove(at), refused(error.message()));
                Ok(batches(batch.questions))
            }
            None => Ok(batch.halves().into()),
        }
    }

    /// The statement, and at which of its characters each question's part starts.
    fn statement(&self, batch: &Batch) -> (String, Vec<usize>) {
        let mut sql = "EXPLAIN (VERBOSE, COSTS OFF, FORMAT JSON) SELECT ".to_owned();
        let mut starts = Vec::new();
        for (at, question) in batch.questions.iter().enumerate() {
            if at > 0 {
                sql += ", ";
            }
            starts.push(sql.chars().count());
            let cast = self.cast(question);
            let Pair { from, to } = &question.exprs;
            // A text may end in a comment.
            sql += &format!("(({from}\n){cast}), (({to}\n){cast})");
        }
        let nulls = batch.columns.iter().map(|(name, ty)| format!("NULL::{ty} AS {}", self.dialect.quote(name)));
        let nulls: Vec<String> = nulls.collect();
        sql += &format!(" FROM (SELECT {} OFFSET 0) AS {ROW}", nulls.join(", "));
        (sql, starts)
    }

    /// What makes a value one of the column that stores it. A length is left out: a cast would cut what an assignment
    /// refuses.
    fn cast(&self, question: &Question) -> String {
        let (Some(written), ExprRole::Default | ExprRole::OnUpdate | ExprRole::Generated) =
            (&question.result, question.role)
        else {
            return String::new();
        };
        let kind = self.dialect.data_type(written).map(|ty| ty.kind);
        let unlimited = |kind: &TypeKind| match kind.builtin_name() {
            Some("character varying") => Some("varchar"),
            Some("character") => Some("bpchar"),
            Some("bit") => Some("\"bit\""),
            Some("bit varying") => Some("varbit"),
            Some(_) | None => None,
        };
        let ty = match kind {
            Ok(TypeKind::Array(element)) => unlimited(&element).map(|name| format!("{name}[]")),
            Ok(kind) => unlimited(&kind).map(str::to_owned),
            Err(_) => None,
        };
        format!("::{}", ty.as_deref().unwrap_or(written))
    }
}

/// The output list of the plan's root, two items for each question; empty where the plan is not as expected.
fn output(plan: &str, questions: usize) -> Vec<Pair<String>> {
    let plan: serde_json::Value = serde_json::from_str(plan).unwrap_or_default();
    let items = plan.pointer("/0/Plan/Output").and_then(serde_json::Value::as_array);
    let items: Vec<&str> = items.into_iter().flatten().filter_map(serde_json::Value::as_str).collect();
    if items.len() != questions * 2 {
        return Vec::new();
    }
    let prefix = format!("{ROW}.");
    items.chunks_exact(2).map(|pair| Pair::new(pair[0], pair[1]).map(|item| item.replace(&prefix, ""))).collect()
}
