//! `alembic.ini`, or `[tool.alembic]` of `pyproject.toml`, as far as it says where revisions are; and what `env.py` says
//! of the version table: <https://alembic.sqlalchemy.org/en/latest/tutorial.html#editing-the-ini-file>.

use std::fs;
use std::path::{Path, PathBuf};

use ini::{Ini, ParseOption};

use crate::model::{Name, RelationName};
use crate::source::python::{Constant, Header};

/// Where Alembic finds its scripts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The folder of `env.py`.
    pub script_location: PathBuf,
    /// The folders of revisions.
    pub version_locations: Vec<PathBuf>,
    /// Whether revisions stand in folders below those, too.
    pub recursive: bool,
}

impl Config {
    /// The configuration of the project of `place`, which may be an `alembic.ini`, the folder that has it, the script
    /// folder, or a folder of revisions. `None` where nothing there is Alembic's.
    pub fn find(place: &Path) -> Option<Config> {
        if place.is_file() {
            return Config::of_file(place);
        }
        for name in ["alembic.ini", "pyproject.toml"] {
            if let Some(config) = Config::of_file(&place.join(name)) {
                return Some(config);
            }
        }
        if place.join("env.py").is_file() && place.join("versions").is_dir() {
            return Some(Config::beside(place).unwrap_or_else(|| Config::plain(place)));
        }
        // A folder of revisions, which a script folder may have several of: versions/postgresql.
        let above = place.is_dir().then(|| place.ancestors().skip(1).take(3)).into_iter().flatten();
        let script_location = above.into_iter().find(|folder| folder.join("env.py").is_file())?;
        let version_locations = vec![place.to_owned()];
        Some(Config { script_location: script_location.to_owned(), version_locations, recursive: false })
    }

    /// A script folder whose configuration is not known.
    fn plain(script_location: &Path) -> Config {
        let versions = script_location.join("versions");
        Config { script_location: script_location.to_owned(), version_locations: vec![versions], recursive: false }
    }

    /// The configuration, in one of the folders above, that names this script folder.
    fn beside(script_location: &Path) -> Option<Config> {
        let wanted = fs::canonicalize(script_location).ok()?;
        let above = script_location.ancestors().skip(1).take(4);
        let files = above.flat_map(|folder| ["alembic.ini", "pyproject.toml"].map(|name| folder.join(name)));
        let mut configs = files.filter_map(|file| Config::of_file(&file));
        configs.find(|config| fs::canonicalize(&config.script_location).is_ok_and(|found| found == wanted))
    }

    fn of_file(file: &Path) -> Option<Config> {
        let here = file.parent().unwrap_or(Path::new(""));
        let text = fs::read_to_string(file).ok()?;
        let settings = match file.extension().and_then(|extension| extension.to_str()) {
            Some("toml") => Settings::of_toml(&text)?,
            Some(_) | None => Settings::of_ini(&text)?,
        };
        let place = |text: &str| {
            packaged(text, here).unwrap_or_else(|| here.join(text.replace("%(here)s", ".").trim_start_matches("./")))
        };
        let written = settings.get("script_location")?;
        // A packaged application may run from another folder than that of its configuration.
        let above = here.ancestors().map(|folder| folder.join(written)).find(|place| place.join("env.py").is_file());
        let script_location = match place(written) {
            location if location.join("env.py").is_file() => location,
            _ if here.join("env.py").is_file() => here.to_owned(),
            location => above.unwrap_or(location),
        };
        let mut version_locations: Vec<PathBuf> = settings.locations().iter().map(|text| place(text)).collect();
        if version_locations.is_empty() {
            version_locations.push(script_location.join("versions"));
        }
        let recursive = settings.get("recursive_version_locations").is_some_and(is_true);
        Some(Config { script_location, version_locations, recursive })
    }

    /// Where the version is recorded: what `env.py` passes to `context.configure`, as far as it is written there.
    pub fn version_table(&self) -> RelationName {
        let default = RelationName::new(None, Name::exact("alembic_version"));
        let path = self.script_location.join("env.py");
        let Ok(text) = fs::read_to_string(&path) else { return default };
        let header = Header::read(text.clone(), &path).unwrap_or_default();
        let argument = |name: &str| {
            let at = text.find(&format!("{name}="))? + name.len() + 1;
            let rest = &text[at..];
            if let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) {
                return rest[1..].split(quote).next().map(str::to_owned);
            }
            let word: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            match header.constant(&word) {
                Some((Constant::Text(text), _)) => Some(text.clone()),
                Some((Constant::None | Constant::Texts(_) | Constant::Other, _)) | None => None,
            }
        };
        RelationName::new(
            argument("version_table_schema").map(Name::exact),
            argument("version_table").map_or(default.name, Name::exact),
        )
    }
}

/// A folder inside a package, `app.storage:migrations`, where that package stands above the configuration.
fn packaged(text: &str, here: &Path) -> Option<PathBuf> {
    let (package, rest) = text.split_once(':').filter(|(package, _)| package.len() > 1)?;
    let inside: PathBuf = package.split('.').chain(rest.split(':')).collect();
    here.ancestors().map(|folder| folder.join(&inside)).find(|place| place.is_dir())
}

/// The settings of a file, lists as they were written.
struct Settings {
    values: Vec<(String, String)>,
    lists: Vec<(String, Vec<String>)>,
}

impl Settings {
    fn of_ini(text: &str) -> Option<Settings> {
        let options = ParseOption {
            enabled_quote: false,
            enabled_escape: false,
            enabled_indented_mutiline_value: true,
            ..ParseOption::default()
        };
        let ini = Ini::load_from_str_opt(text, options).ok()?;
        let section = ini.section(Some("alembic"))?;
        let values = section.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        Some(Settings { values, lists: Vec::new() })
    }

    fn of_toml(text: &str) -> Option<Settings> {
        let table: toml::Table = text.parse().ok()?;
        let section = table.get("tool")?.get("alembic")?.as_table()?;
        let mut settings = Settings { values: Vec::new(), lists: Vec::new() };
        for (key, value) in section {
            match value {
                toml::Value::String(text) => settings.values.push((key.clone(), text.clone())),
                toml::Value::Boolean(flag) => settings.values.push((key.clone(), flag.to_string())),
                toml::Value::Array(list) => {
                    let texts = list.iter().filter_map(|item| item.as_str()).map(str::to_owned).collect();
                    settings.lists.push((key.clone(), texts));
                }
                toml::Value::Integer(_) | toml::Value::Float(_) | toml::Value::Datetime(_) | toml::Value::Table(_) => {}
            }
        }
        Some(settings)
    }

    fn get(&self, key: &str) -> Option<&str> {
        self.values.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    fn locations(&self) -> Vec<String> {
        if let Some((_, list)) = self.lists.iter().find(|(name, _)| name == "version_locations") {
            return list.clone();
        }
        let Some(text) = self.get("version_locations") else { return Vec::new() };
        let separator = self.get("path_separator").or_else(|| self.get("version_path_separator"));
        let parts: Vec<&str> = match separator {
            Some("os") => text.split(if cfg!(windows) { ';' } else { ':' }).collect(),
            Some("space") => text.split_whitespace().collect(),
            Some("newline") => text.lines().collect(),
            Some(":" | ";") => text.split(separator.unwrap_or_default()).collect(),
            // Before the setting existed: spaces, commas and colons.
            Some(_) | None => text.split([' ', ',', ':', '\n']).collect(),
        };
        parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }
}

fn is_true(text: &str) -> bool {
    matches!(text.trim().to_ascii_lowercase().as_str(), "true" | "yes" | "on" | "1")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (file, text) in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    fn shown(folder: &Path, place: &str) -> String {
        let Some(config) = Config::find(&folder.join(place)) else { return "none".to_owned() };
        let below = |path: &PathBuf| path.strip_prefix(folder).unwrap_or(path).display().to_string();
        let versions: Vec<String> = config.version_locations.iter().map(below).collect();
        format!(
            "{} [{}]{}",
            below(&config.script_location),
            versions.join(" "),
            if config.recursive { " recursive" } else { "" }
        )
    }

    #[test]
    fn scripts_are_found_from_every_place_that_a_user_names() {
        let folder = project(&[
            ("alembic.ini", "[alembic]\nscript_location = %(here)s/migrations\nrecursive_version_locations = true\n"),
            ("migrations/env.py", "context.configure(connection=c, version_table='versions_of_app')\n"),
            ("migrations/versions/a.py", ""),
            (
                "other/pyproject.toml",
                "[tool.alembic]\nscript_location = 'db'\nversion_locations = ['db/a', '%(here)s/db/b']\n",
            ),
            (
                "colons/alembic.ini",
                "[alembic]\nscript_location=s\nversion_locations = x:%(here)s/y\npath_separator = os\n",
            ),
            ("engines/env.py", ""),
            ("engines/versions/postgresql/a.py", ""),
            (
                "lines/alembic.ini",
                "[alembic]\nscript_location = s\nversion_locations =\n    x\n    y\npath_separator = newline\n",
            ),
        ]);
        for (place, expected) in [
            ("alembic.ini", "migrations [migrations/versions] recursive"),
            ("", "migrations [migrations/versions] recursive"),
            ("migrations", "migrations [migrations/versions] recursive"),
            ("migrations/versions", "migrations [migrations/versions]"),
            ("engines/versions/postgresql", "engines [engines/versions/postgresql]"),
            ("other", "other/db [other/db/a other/db/b]"),
            ("colons", "colons/s [colons/x colons/y]"),
            ("lines", "lines/s [lines/x lines/y]"),
            ("nowhere", "none"),
        ] {
            assert_eq!(shown(folder.path(), place), expected, "{place}");
        }
        let config = Config::find(folder.path()).unwrap();
        assert_eq!(config.version_table(), RelationName::new(None, Name::exact("versions_of_app")));
    }
}
