//! What a command runs in: the configuration, the environment and the flags, and what they name.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::catalog::DatabaseUrl;
use crate::cli::{DeclaredArgs, Dialect, Global};
use crate::config::{Config, DEFAULT_FILE, Environment, Part, Target, Text, Waits};
use crate::diff::catalogue;
use crate::history::History;
use crate::message::{mask_secrets, nearest};
use crate::model::Engine;
use crate::source::{SourceError, SourceKind, SourceSpec, paths};

use super::failure::advice;
use super::load::Side;

/// What a command runs in.
pub(super) struct Context {
    /// The flags of every command.
    pub(super) global: Global,
    /// The configuration; at its defaults without a file.
    pub(super) config: Config,
    /// What `${NAME}` refers to.
    environment: Environment,
    /// The folder that the user stands in.
    pub(super) root: PathBuf,
}

/// A live database that is to be compared.
pub(super) struct LiveTarget<'a> {
    /// Its name, where the configuration has one.
    pub(super) name: Option<String>,
    url: UrlText<'a>,
    waits: Waits,
}

enum UrlText<'a> {
    Flag(&'a str),
    File(&'a Text),
}

impl<'a> LiveTarget<'a> {
    fn of(target: &'a Target) -> Self {
        LiveTarget { name: Some(target.name.clone()), url: UrlText::File(&target.url), waits: target.waits }
    }
}

impl Context {
    /// Reads the configuration that the flags name, or the nearest.
    pub(super) fn new(global: Global) -> anyhow::Result<Context> {
        let root = std::env::current_dir().context("cannot tell the current folder")?;
        let file = global.config.clone().or_else(|| Config::find(&root));
        let config = match &file {
            Some(file) => Config::load(file, &catalogue::codes())?,
            None => Config::default(),
        };
        if let Some(file) = &config.file {
            tracing::info!("configuration: {}", file.display());
        }
        let environment = Environment::beside(config.folder())?;
        Ok(Context { global, config, environment, root })
    }

    /// The live databases that the flags or the configuration name.
    pub(super) fn targets(&self) -> anyhow::Result<Vec<LiveTarget<'_>>> {
        if let Some(url) = &self.global.url {
            // With a name, the URL takes the place of that target's own.
            let named = self.config.targets.iter().find(|target| Some(&target.name) == self.global.target.as_ref());
            let waits = named.map(|target| target.waits).unwrap_or_default();
            return Ok(vec![LiveTarget { name: self.global.target.clone(), url: UrlText::Flag(url), waits }]);
        }
        let live = |target: &Target| target.name.clone();
        if let Some(wanted) = &self.global.target {
            let names: Vec<String> = self.config.targets.iter().map(live).collect();
            let target = self.config.targets.iter().find(|target| target.name == *wanted);
            let target = target.ok_or_else(|| self.unknown_target(wanted, &names))?;
            return Ok(vec![LiveTarget::of(target)]);
        }
        let all: Vec<LiveTarget<'_>> = self.config.targets.iter().map(LiveTarget::of).collect();
        match (&self.config.file, all.is_empty()) {
            (_, false) => Ok(all),
            (Some(file), true) => Err(advice(
                format!("{} names no live database", file.display()),
                "add a section [targets.NAME] with url = \"...\", or give --url",
            )),
            (None, true) => Err(no_configuration()),
        }
    }

    fn unknown_target(&self, wanted: &str, names: &[String]) -> anyhow::Error {
        let Some(file) = &self.config.file else {
            return advice(
                format!("there is no target `{wanted}`, since there is no {DEFAULT_FILE} in this folder or above"),
                "give --url, or write a configuration with `drift init`",
            );
        };
        let help = match (nearest(wanted, names.iter().map(String::as_str)), names) {
            (Some(meant), _) => format!("did you mean `{meant}`?"),
            (None, []) => format!("{} has no [targets.NAME] section", file.display()),
            (None, names) => format!("the targets are {}", names.join(", ")),
        };
        advice(format!("{} has no target `{wanted}`", file.display()), help)
    }

    /// The live databases that the flags name, not those of the configuration.
    pub(super) fn named_targets(&self) -> anyhow::Result<Vec<LiveTarget<'_>>> {
        let is_named = self.global.url.is_some() || self.global.target.is_some();
        if is_named { self.targets() } else { Ok(Vec::new()) }
    }

    /// The engine that the configuration means: by its own word, else by the address of a target.
    pub(super) fn configured_engine(&self) -> Option<Engine> {
        let of_target = |target: &Target| {
            let url = self.config.expand_url(&target.url, &self.environment).ok()?;
            DatabaseUrl::parse(&url).ok().map(|url| url.engine)
        };
        self.config.dialect.or_else(|| self.config.targets.iter().find_map(of_target))
    }

    /// The side of a live database.
    pub(super) fn live_side(&self, target: &LiveTarget<'_>) -> anyhow::Result<Side> {
        let url = match target.url {
            UrlText::Flag(text) => DatabaseUrl::parse(text)?,
            UrlText::File(text) => {
                let expanded = self.config.expand_url(text, &self.environment)?;
                let url = DatabaseUrl::parse(&expanded).map_err(|error| {
                    let message = error.to_string();
                    let (title, help) = split_help(&message);
                    self.config.wrong(text, title, "this URL".to_owned(), help)
                })?;
                url.relative_to(self.config.folder())
            }
        };
        Ok(Side::live(url, target.waits))
    }

    /// What belongs to a target alone.
    fn part(&self, target: Option<&LiveTarget<'_>>) -> Option<&Part> {
        let name = target?.name.as_deref()?;
        self.config.targets.iter().find(|target| target.name == name).map(|target| &target.part)
    }

    /// The declared side of a target: what the flags name, else what belongs to the target, else `[declared]` of the
    /// configuration.
    pub(super) fn declared_side(&self, args: &DeclaredArgs, target: Option<&LiveTarget<'_>>) -> anyhow::Result<Side> {
        if !args.declared.is_empty() {
            let specs: Result<Vec<SourceSpec>, SourceError> =
                args.declared.iter().map(|text| SourceSpec::parse(text, Path::new(""))).collect();
            return Side::layered(specs?);
        }
        let (models, sql) = match self.part(target).filter(|part| part.declares()) {
            Some(part) => (&part.models, &part.sql),
            None => (&self.config.models, &self.config.sql),
        };
        if models.is_empty() && sql.is_empty() {
            return Err(match &self.config.file {
                Some(file) => advice(
                    format!("{} declares no schema", file.display()),
                    "add a section [declared] with models = [\"...\"] or sql = [\"...\"], or give --declared",
                ),
                None if self.global.url.is_some() => advice(
                    "nothing is declared that the database could be compared with",
                    "name it, for example: --declared app/models or --declared schema.sql",
                ),
                None => no_configuration(),
            });
        }
        let mut parts = Vec::new();
        if !models.is_empty() {
            parts.push(SourceSpec { kind: SourceKind::Models(self.paths(models)?), shown: self.shown(models) });
        }
        if !sql.is_empty() {
            parts.push(SourceSpec { kind: SourceKind::Sql(self.paths(sql)?), shown: self.shown(sql) });
        }
        Side::layered(parts)
    }

    /// The migrations of a target: what the flag names, else what belongs to the target, else `[history]` of the
    /// configuration.
    pub(super) fn history(
        &self,
        args: &DeclaredArgs,
        target: Option<&LiveTarget<'_>>,
    ) -> anyhow::Result<Option<History>> {
        let place = self.history_place(args.history.as_deref(), target)?;
        Ok(place.map(|place| History::load(&place, &self.root)).transpose()?)
    }

    /// Where those migrations are.
    pub(super) fn history_place(
        &self,
        flag: Option<&Path>,
        target: Option<&LiveTarget<'_>>,
    ) -> anyhow::Result<Option<PathBuf>> {
        let own = match self.part(target) {
            // The migrations of the whole repository are not those of a part that declares a schema of its own.
            Some(part) if part.declares() => part.history.as_ref(),
            Some(part) => part.history.as_ref().or(self.config.history.as_ref()),
            None => self.config.history.as_ref(),
        };
        let text = match (flag, own) {
            (Some(place), _) => return Ok(Some(place.to_owned())),
            (None, Some(text)) => text,
            (None, None) => return Ok(None),
        };
        let place = self.config.folder().join(self.config.expand(text, &self.environment)?);
        if !self.root.join(&place).exists() {
            let help = format!("paths are relative to {}", self.root.join(self.config.folder()).display());
            let title = format!("there is no {}", place.display());
            return Err(self.config.wrong(text, title, "nothing here".to_owned(), Some(help)).into());
        }
        Ok(Some(place))
    }

    /// The files and folders that patterns of the configuration fit.
    fn paths(&self, patterns: &[Text]) -> anyhow::Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        for pattern in patterns {
            let expanded = self.config.expand(pattern, &self.environment)?;
            let paths = paths::expand(&expanded, self.config.folder()).map_err(|error| {
                let message = error.to_string();
                let (title, help) = split_help(&message);
                let remedy = help.unwrap_or_else(|| {
                    let folder = self.root.join(self.config.folder());
                    format!("paths are relative to {}", folder.display())
                });
                self.config.wrong(pattern, title, "nothing here".to_owned(), Some(remedy))
            })?;
            found.extend(paths);
        }
        Ok(found)
    }

    fn shown(&self, patterns: &[Text]) -> String {
        let folder = self.config.folder();
        let shown =
            patterns.iter().map(|text| mask_secrets(&folder.join(&text.value).display().to_string()).into_owned());
        shown.collect::<Vec<_>>().join(", ")
    }

    /// The folder into which migrations go: `generate.path`, else `migrations` beside the configuration.
    pub(super) fn migrations_folder(&self) -> anyhow::Result<PathBuf> {
        let path = match &self.config.generate_path {
            Some(text) => self.config.expand(text, &self.environment)?,
            None => "migrations".to_owned(),
        };
        Ok(self.config.folder().join(path))
    }

    /// The engine that a flag, or else the configuration, names.
    pub(super) fn dialects(&self, flag: Option<Dialect>) -> Dialects {
        Dialects { flag: flag.map(engine), config: self.config.dialect }
    }
}

/// The engines that the user named, by precedence around what the sources themselves say.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dialects {
    /// `--dialect`.
    pub(super) flag: Option<Engine>,
    /// `dialect` in drift.toml.
    pub(super) config: Option<Engine>,
}

fn engine(dialect: Dialect) -> Engine {
    match dialect {
        Dialect::Postgres => Engine::Postgres,
        Dialect::Mysql => Engine::MySql,
        Dialect::Mariadb => Engine::MariaDb,
        Dialect::Sqlite => Engine::Sqlite,
    }
}

fn no_configuration() -> anyhow::Error {
    advice(
        format!("there is nothing to compare: no {DEFAULT_FILE} in this folder or above, and no flags name both sides"),
        "run `drift init` to write a drift.toml, or name both sides:\n        \
         drift check --url sqlite:app.db --declared app/models",
    )
}

/// A library message in its two parts.
fn split_help(message: &str) -> (String, Option<String>) {
    match message.split_once("\n  help: ") {
        Some((title, help)) => (title.to_owned(), Some(help.to_owned())),
        None => (message.to_owned(), None),
    }
}
