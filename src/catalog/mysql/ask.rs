//! Asking MySQL and MariaDB what they make of expressions: the note with the query as it was resolved, which EXPLAIN
//! leaves for SHOW WARNINGS, over two rows of NULLs (a single one would be put in place of the columns).

use sqlx::{AssertSqlSafe, Row};

use crate::catalog::ReadOptions;
use crate::catalog::ask::{Batch, ROW, batches, refused};
use crate::catalog::connect::close;
use crate::catalog::error::CatalogError;
use crate::catalog::url::Address;
use crate::dialect::Dialect;
use crate::diff::{Answer, Answers, Pair, Question};
use crate::model::{Engine, TypeKind};

use super::{Session, connect};

/// Answers what can be answered.
pub(in crate::catalog) async fn ask(
    engine: Engine,
    address: &Address,
    options: &ReadOptions,
    questions: Vec<Question>,
) -> Result<Answers, CatalogError> {
    let (connection, server) = connect::connect(engine, address, options).await?;
    let mut session = Session::new(connection, server, options, engine);
    session.identify().await?;
    session.begin().await?;
    let dialect = session.dialect();
    let mut answers = Answers::new();
    let mut rest = batches(questions);
    rest.reverse();
    while let Some(mut batch) = rest.pop() {
        let explained = session.explain(&statement(&batch, session.engine, dialect.as_ref())).await;
        match explained {
            Ok(note) => {
                let forms = forms(&note, batch.questions.len());
                for (at, question) in batch.questions.into_iter().enumerate() {
                    let answer = match forms.get(at) {
                        Some(forms) => Answer::Forms(forms.clone()),
                        None => refused("its answer could not be read"),
                    };
                    answers.insert(question, answer);
                }
            }
            Err(sqlx::Error::Database(error)) if batch.questions.len() == 1 => {
                answers.extend(batch.questions.pop().map(|question| (question, refused(error.message()))));
            }
            Err(sqlx::Error::Database(_)) => rest.extend(batch.halves()),
            Err(other) => return Err(connect::read_error("expressions", &session.server, &other)),
        }
    }
    close(session.connection).await;
    Ok(answers)
}

impl Session<'_> {
    /// The query as the server resolved it.
    async fn explain(&mut self, sql: &str) -> Result<String, sqlx::Error> {
        // Prepared, so that a text cannot end our statement and begin another.
        sqlx::query(AssertSqlSafe(sql.to_owned())).fetch_all(&mut self.connection).await?;
        let notes = sqlx::raw_sql("SHOW WARNINGS").fetch_all(&mut self.connection).await?;
        let messages = notes.iter().map(|row| row.try_get_unchecked::<String, _>(2));
        Ok(messages
            .collect::<Result<Vec<String>, _>>()?
            .into_iter()
            .find(|text| text.contains(&alias(0)))
            .unwrap_or_default())
    }
}

/// How the note ends the item of that number.
fn alias(at: usize) -> String {
    format!(" AS `drift_{at}`")
}

fn statement(batch: &Batch, engine: Engine, dialect: &dyn Dialect) -> String {
    let extended = match engine {
        Engine::MariaDb => " EXTENDED",
        Engine::MySql | Engine::Postgres | Engine::Sqlite => "",
    };
    let mut sql = format!("EXPLAIN{extended} SELECT ");
    for (at, question) in batch.questions.iter().enumerate() {
        let comma = if at > 0 { ", " } else { "" };
        let Pair { from, to } = &question.exprs;
        // A text may end in a comment.
        sql += &format!("{comma}({from}\n){}, ({to}\n){}", alias(2 * at), alias(2 * at + 1));
    }
    let null = |(name, written): (&crate::model::Name, &String)| {
        let ty = dialect.data_type(written).map(|ty| cast(&ty.kind, engine)).unwrap_or_else(|_| "CHAR".to_owned());
        format!("CAST(NULL AS {ty}) AS {}", dialect.quote(name))
    };
    let nulls: Vec<String> = batch.columns.iter().map(null).collect();
    let nulls = if nulls.is_empty() { "NULL AS x".to_owned() } else { nulls.join(", ") };
    let more = vec!["NULL"; batch.columns.len().max(1)].join(", ");
    sql + &format!(" FROM (SELECT {nulls} UNION ALL SELECT {more}) AS {ROW}")
}

/// The type of CAST that comes nearest to a column's.
fn cast(kind: &TypeKind, engine: Engine) -> String {
    let TypeKind::Builtin { name, args } = kind else { return "CHAR".to_owned() };
    let with_args = |word: &str| match args.as_slice() {
        [] => word.to_owned(),
        args => format!("{word}({})", args.join(",")),
    };
    let word = name.split(' ').next().unwrap_or(name);
    match word {
        "tinyint" | "smallint" | "mediumint" | "int" | "bigint" if name.contains("unsigned") => "UNSIGNED".to_owned(),
        "tinyint" | "smallint" | "mediumint" | "int" | "bigint" => "SIGNED".to_owned(),
        "bit" | "year" => "UNSIGNED".to_owned(),
        "decimal" => with_args("DECIMAL"),
        "float" | "double" => "DOUBLE".to_owned(),
        "date" => "DATE".to_owned(),
        "datetime" | "timestamp" => with_args("DATETIME"),
        "time" => with_args("TIME"),
        "binary" | "varbinary" | "tinyblob" | "blob" | "mediumblob" | "longblob" => "BINARY".to_owned(),
        "json" if engine == Engine::MySql => "JSON".to_owned(),
        _ => "CHAR".to_owned(),
    }
}

/// The items of the query in the note, two for each question; empty where it is not as expected.
fn forms(note: &str, questions: usize) -> Vec<Pair<String>> {
    let prefix = format!("`{ROW}`.");
    let Some((_, mut rest)) = note.split_once("select ") else { return Vec::new() };
    let mut items = Vec::new();
    for at in 0..2 * questions {
        let Some((item, after)) = rest.split_once(&alias(at)) else { return Vec::new() };
        items.push(item.trim_start_matches(',').replace(&prefix, ""));
        rest = after;
    }
    items.chunks_exact(2).map(|pair| Pair::new(pair[0].clone(), pair[1].clone())).collect()
}
