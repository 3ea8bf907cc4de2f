//! From checked entries to the typed [`Config`].

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use super::file::{Config, FailOn, Part, Target, Text, Waits};
use super::tree::{self, Entry, Tree};
use super::{ConfigError, Problem};
use crate::diff::Severity;
use crate::message::nearest;
use crate::model::Engine;

/// Reads the text of a file.
pub(super) fn config(file: &Path, text: String, codes: &[String]) -> Result<Config, ConfigError> {
    let Tree { entries, tables, mut problems } = tree::read(&text);
    let mut config = Config { file: Some(file.to_owned()), ..Config::default() };
    let mut beside: BTreeMap<String, (Waits, Part)> = BTreeMap::new();
    for entry in entries {
        if let Err(problem) = set(&mut config, &mut beside, entry, codes) {
            problems.push(problem);
        }
    }
    for target in &mut config.targets {
        (target.waits, target.part) = beside.remove(&target.name).unwrap_or_default();
    }
    for table in tables {
        if !config.targets.iter().any(|target| target.name == table.name.value) {
            problems.push(Problem {
                title: format!("target `{}` has no url", table.name.value),
                span: table.name.span,
                label: "this target".to_owned(),
                help: Some("add a line such as url = \"${DATABASE_URL}\"".to_owned()),
            });
        }
    }
    config.text = text;
    if problems.is_empty() {
        return Ok(config);
    }
    problems.sort_by_key(|problem| problem.span.start);
    Err(ConfigError::Wrong { file: file.to_owned(), text: config.text, problems })
}

/// Puts one entry into its place.
fn set(
    config: &mut Config,
    beside: &mut BTreeMap<String, (Waits, Part)>,
    entry: Entry,
    codes: &[String],
) -> Result<(), Problem> {
    let Entry { key, name, values } = entry;
    let strings = |values: Vec<Text>| values.into_iter().map(|text| text.value).collect::<Vec<String>>();
    let first = values.first().cloned();
    match (key.path, first, name) {
        ("dialect", Some(word), _) => config.dialect = Engine::from_key(&word.value),
        ("declared.models", ..) => config.models = values,
        ("declared.sql", ..) => config.sql = values,
        ("targets.*.url", Some(url), Some(name)) => {
            let (waits, part) = Default::default();
            config.targets.push(Target { name: name.value, url, waits, part });
        }
        ("targets.*.models", _, Some(name)) => beside.entry(name.value).or_default().1.models = values,
        ("targets.*.sql", _, Some(name)) => beside.entry(name.value).or_default().1.sql = values,
        ("targets.*.history", Some(path), Some(name)) => {
            beside.entry(name.value).or_default().1.history = Some(path);
        }
        ("targets.*.connect_timeout", Some(value), Some(name)) => {
            beside.entry(name.value).or_default().0.connect = seconds(&value);
        }
        ("targets.*.statement_timeout", Some(value), Some(name)) => {
            beside.entry(name.value).or_default().0.statement = seconds(&value);
        }
        ("compare.schemas", ..) => config.schemas = strings(values),
        ("compare.ignore", ..) => {
            values.iter().try_for_each(pattern)?;
            config.ignore = strings(values);
        }
        ("gate.fail_on", Some(word), _) => {
            config.fail_on = severity(&word.value).map_or(FailOn::Never, FailOn::At);
        }
        ("gate.severity.*", Some(word), Some(code)) => {
            if !codes.contains(&code.value) {
                return Err(unknown_code(&code, codes));
            }
            config.severity.extend(severity(&word.value).map(|severity| (code.value, severity)));
        }
        ("history.path", Some(path), _) => config.history = Some(path),
        ("generate.path", Some(path), _) => config.generate_path = Some(path),
        ("generate.format", Some(word), _) => config.generate_format = Some(word.value),
        (path, ..) => debug_assert!(false, "the key `{path}` is defined and not read"),
    }
    Ok(())
}

fn seconds(text: &Text) -> Option<Duration> {
    text.value.parse().ok().map(Duration::from_secs)
}

fn severity(word: &str) -> Option<Severity> {
    [Severity::Info, Severity::Warning, Severity::Error].into_iter().find(|severity| severity.key() == word)
}

/// Refuses what is no pattern.
fn pattern(text: &Text) -> Result<(), Problem> {
    let wrong = text.value.split('.').find_map(|part| globset::Glob::new(part).err());
    let Some(error) = wrong else { return Ok(()) };
    Err(Problem {
        title: format!("`{}` is no pattern: {}", text.value, error.kind()),
        span: text.span.clone(),
        label: "this pattern".to_owned(),
        help: Some("write table, schema.table or table.column, with `*` and `?`".to_owned()),
    })
}

fn unknown_code(code: &Text, codes: &[String]) -> Problem {
    let help = match nearest(&code.value, codes.iter().map(String::as_str)) {
        Some(meant) => format!("did you mean \"{meant}\"?"),
        None => "the codes are listed in docs/reference/findings".to_owned(),
    };
    Problem {
        title: format!("there is no finding with the code `{}`", code.value),
        span: code.span.clone(),
        label: "unknown code".to_owned(),
        help: Some(help),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Config, String> {
        let codes = ["index.extra".to_owned(), "column.type".to_owned()];
        config(Path::new("drift.toml"), text.to_owned(), &codes).map_err(|error| error.to_string())
    }

    #[test]
    fn every_key_is_read() {
        let config = read(
            "dialect = \"postgres\"\n[declared]\nmodels = [\"app\"]\nsql = \"a.sql\"\n\
             [targets.production]\nconnect_timeout = 3\nurl = \"${X}\"\nstatement_timeout = 1_000\n[targets.test]\nurl = \"sqlite:a.db\"\n\
             [compare]\nschemas = [\"public\"]\nignore = [\"tmp_*\"]\n\
             [gate]\nfail_on = \"never\"\nseverity = { \"index.extra\" = \"error\" }\n\
             [generate]\nformat = \"sql\"\npath = \"migrations\"\n",
        )
        .unwrap();
        assert_eq!(config.dialect, Some(Engine::Postgres));
        assert_eq!(config.models[0].value, "app");
        assert_eq!(config.sql[0].value, "a.sql");
        assert_eq!(config.targets.iter().map(|t| t.name.as_str()).collect::<Vec<_>>(), ["production", "test"]);
        let waits = config.targets.iter().map(|target| target.waits).collect::<Vec<_>>();
        let second = |seconds| Some(Duration::from_secs(seconds));
        assert_eq!(waits, [Waits { connect: second(3), statement: second(1000) }, Waits::default()]);
        assert_eq!((config.schemas.len(), config.ignore.len()), (1, 1));
        assert_eq!(config.fail_on, FailOn::Never);
        assert_eq!(config.severity["index.extra"], Severity::Error);
        assert_eq!(config.generate_path.unwrap().value, "migrations");
    }

    #[test]
    fn a_target_has_what_belongs_to_its_part() {
        let config = read(
            "[targets.a]\nurl = \"sqlite:a.db\"\nmodels = \"a/models\"\nhistory = \"a/alembic.ini\"\n\
             [targets.b]\nurl = \"sqlite:b.db\"\nsql = [\"b.sql\"]\n",
        )
        .unwrap();
        let [a, b] = config.targets.as_slice() else { panic!("two targets") };
        assert_eq!((a.part.models[0].value.as_str(), a.part.declares()), ("a/models", true));
        assert_eq!(a.part.history.as_ref().unwrap().value, "a/alembic.ini");
        assert_eq!((b.part.sql[0].value.as_str(), b.part.history.is_none()), ("b.sql", true));
    }

    #[test]
    fn the_examples_of_the_keys_are_read() {
        for key in super::super::KEYS {
            let (section, _) = key.path.rsplit_once('.').unwrap_or(("", key.path));
            let section = section.trim_end_matches(".severity").replace('*', "x");
            let head = if section.is_empty() { String::new() } else { format!("[{section}]\n") };
            // A target needs its URL.
            let url =
                if section == "targets.x" && !key.example.starts_with("url") { "url = \"sqlite:a\"\n" } else { "" };
            read(&format!("{head}{url}{}\n", key.example)).unwrap();
        }
    }

    #[test]
    fn mistakes_are_told_with_line_and_remedy() {
        for (text, line, words) in [
            ("[declared]\nmodel = []\n", ":2:1", ["unknown key `model` in [declared]", "did you mean `models`?"]),
            ("models = []\n", ":1:1", ["unknown key `models`", "did you mean `declared.models`?"]),
            ("[declare]\nx = 1\n", ":1:2", ["unknown key `declare`", "did you mean `declared`?"]),
            ("[compare]\nignore = [1]\n", ":2:10", ["must be a list of strings", "for example"]),
            ("dialect = 3\n", ":1:11", ["must be one of", "this is an integer"]),
            ("dialect = \"postgre\"\n", ":1:11", ["cannot be \"postgre\"", "did you mean \"postgres\"?"]),
            ("[targets.a]\nurl = \"b\"\nconnect_timeout = 0\n", ":3:19", ["a whole number of seconds", "for example"]),
            ("[gate]\nfail_on = \"warn\"\n", ":2:11", ["cannot be \"warn\"", "did you mean \"warning\"?"]),
            (
                "[gate]\nseverity = { \"index.extr\" = \"info\" }\n",
                ":2:14",
                ["no finding with the code `index.extr`", "did you mean \"index.extra\"?"],
            ),
            ("[compare]\nignore = [\"a\", \"b[\"]\n", ":2:16", ["`b[` is no pattern", "write table, schema.table"]),
            ("[targets.prod]\n", ":1:10", ["target `prod` has no url", "add a line"]),
            ("declared = 1\n", ":1:12", ["`declared` is a table", "write a [declared] section"]),
            ("a = \n", ":1:", ["this is not TOML", "drift.toml"]),
        ] {
            let message = read(text).unwrap_err();
            for word in words.iter().chain([&line]) {
                assert!(message.contains(word), "{text}: expected {word} in\n{message}");
            }
        }
    }
}
