//! A case file: prose, header lines such as `Engines: postgres, sqlite`, and fenced blocks such as
//! ```` ```sql live.sql@sqlite ````, whose suffix says for which engine alone they are meant. What is expected may name a
//! version too, ```` ```text report@postgres 16 ````, from which on it holds instead.

use std::collections::BTreeMap;

use drift::model::{Engine, ServerVersion};

/// An engine in one of its versions, if it tells that.
pub type Server = (Engine, Option<ServerVersion>);

/// The blocks that the test itself writes, in the order in which they stand in the file.
const EXPECTED: [(&str, &str); 3] = [("text", "report"), ("sql", "migration.sql"), ("sql", "withheld.sql")];

/// A case file in its parts.
#[derive(Debug)]
pub struct Document {
    /// The engines on which it is checked.
    pub engines: Vec<Engine>,
    prose: String,
    blocks: Vec<Block>,
    recorded: Vec<(Engine, BTreeMap<&'static str, String>)>,
}

#[derive(Clone, Debug, PartialEq)]
struct Block {
    language: String,
    name: String,
    engine: Option<Engine>,
    /// The version of the engine from which on it is expected.
    since: Option<ServerVersion>,
    text: String,
}

/// What a case expects word for word.
#[derive(Clone, Debug, PartialEq)]
pub struct Golden {
    /// The findings.
    pub report: String,
    /// The migration with leave to drop.
    pub migration: String,
    /// The migration without that leave, where it is another one.
    pub withheld: Option<String>,
}

impl Golden {
    fn get(&self, name: &str) -> Option<&str> {
        match name {
            "report" => Some(&self.report),
            "migration.sql" => Some(&self.migration),
            _ => self.withheld.as_deref(),
        }
    }
}

impl Document {
    /// Reads the file's text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut document =
            Document { engines: Vec::new(), prose: String::new(), blocks: Vec::new(), recorded: Vec::new() };
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            let Some(info) = line.strip_prefix("```") else {
                document.prose_line(line)?;
                continue;
            };
            let (language, label) = info.split_once(' ').ok_or_else(|| format!("a block without a name: {line}"))?;
            let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            let (name, server) = label.split_once('@').map_or((label, None), |(name, server)| (name, Some(server)));
            let (key, since) = match server.and_then(|server| server.split_once(' ')) {
                Some((key, version)) => (Some(key), Some(version_of(version)?)),
                None => (server, None),
            };
            let block = Block {
                language: language.to_owned(),
                name: name.to_owned(),
                engine: key.map(engine_of).transpose()?,
                since,
                text: body.iter().map(|line| format!("{line}\n")).collect(),
            };
            document.blocks.push(block);
        }
        if document.engines.is_empty() { Err("no line `Engines: ...`".to_owned()) } else { Ok(document) }
    }

    fn prose_line(&mut self, line: &str) -> Result<(), String> {
        if let Some(keys) = line.strip_prefix("Engines: ") {
            self.engines = keys.split(", ").map(engine_of).collect::<Result<_, _>>()?;
        }
        self.prose += line;
        self.prose.push('\n');
        Ok(())
    }

    /// The value of a header line such as `Remains: column.order`, as a list.
    pub fn header(&self, key: &str) -> Vec<&str> {
        let value = self.prose.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(": "));
        value.map(|value| value.split(", ").collect()).unwrap_or_default()
    }

    /// The oldest version of an engine that has what the case is about, from its line `Needs: mysql 8.0.16`.
    pub fn needs(&self, engine: Engine) -> Result<Option<ServerVersion>, String> {
        let Some(version) = self.header("Needs").into_iter().find_map(|need| need.strip_prefix(engine.key())) else {
            return Ok(None);
        };
        version_of(version.trim()).map(Some)
    }

    /// A block's text for an engine: its own, else MariaDB's for MySQL, else that of all.
    pub fn block(&self, name: &str, engine: Engine) -> Option<&str> {
        let of = |wanted: Option<Engine>| {
            let is_wanted = |block: &&Block| block.name == name && block.engine == wanted && block.since.is_none();
            self.blocks.iter().find(is_wanted).map(|block| &*block.text)
        };
        of(Some(engine)).or_else(|| of(Some(kin(engine)?))).or_else(|| of(None))
    }

    /// Where the block stands that a server of this version has instead of its engine's, such as `report@postgres 16`.
    fn of_version(&self, name: &str, (engine, version): Server) -> Option<usize> {
        let blocks =
            self.blocks.iter().enumerate().filter(|(_, block)| block.name == name && block.engine == Some(engine));
        let known = blocks.filter_map(|(at, block)| {
            Some((block.since.filter(|since| version.is_some_and(|version| *since <= version))?, at))
        });
        known.max().map(|(_, at)| at)
    }

    /// What differs from the file's expected blocks.
    pub fn compare(&self, server: Server, golden: &Golden) -> Vec<String> {
        let engine = server.0;
        let differing = EXPECTED.iter().filter_map(|(_, name)| {
            let of_version = self.of_version(name, server).map(|at| &*self.blocks[at].text);
            let expected = of_version.or_else(|| self.block(name, engine)).filter(|text| !text.is_empty());
            let actual = golden.get(name).filter(|text| !text.is_empty());
            (expected != actual).then(|| {
                let [expected, actual] = [expected, actual].map(|text| text.unwrap_or("(no such block)\n"));
                let changes = similar::TextDiff::from_lines(expected, actual).unified_diff().to_string();
                format!("[{engine}] {name} is not what the file expects (- expected, + found):\n{changes}")
            })
        });
        differing.collect()
    }

    /// Keeps what was found, for [`Document::written`].
    pub fn record(&mut self, server: Server, golden: &Golden) {
        let mut recorded = BTreeMap::new();
        for (_, name) in EXPECTED {
            let text = golden.get(name).unwrap_or_default();
            match self.of_version(name, server) {
                Some(at) => text.clone_into(&mut self.blocks[at].text),
                None => drop(recorded.insert(name, text.to_owned())),
            }
        }
        self.recorded.push((server.0, recorded));
    }

    /// The file's text with the expected blocks as recorded. An engine that was not recorded keeps its blocks.
    pub fn written(&self) -> String {
        let is_expected = |block: &Block| EXPECTED.iter().any(|(_, name)| block.name == *name);
        let (expected, mut blocks): (Vec<Block>, Vec<Block>) = self.blocks.iter().cloned().partition(is_expected);
        for (language, name) in EXPECTED {
            let texts: Vec<(Engine, String)> =
                self.engines.iter().map(|engine| (*engine, self.recorded_text(name, *engine))).collect();
            let common = texts.first().map(|(_, text)| text.clone()).unwrap_or_default();
            let block = |engine, text: &str| Block {
                language: language.to_owned(),
                name: name.to_owned(),
                engine,
                since: None,
                text: text.to_owned(),
            };
            if texts.iter().any(|(_, text)| !text.is_empty()) {
                blocks.push(block(None, &common));
            }
            for (engine, text) in &texts {
                let of_kin = texts.iter().find(|(other, _)| kin(*engine) == Some(*other)).map(|(_, text)| text);
                if text != of_kin.unwrap_or(&common) {
                    blocks.push(block(Some(*engine), text));
                }
            }
            blocks.extend(expected.iter().filter(|block| block.name == name && block.since.is_some()).cloned());
        }
        let mut out = format!("{}\n", self.prose.trim_end());
        for block in blocks {
            let since = block.since.map(|version| format!(" {}", shown(version))).unwrap_or_default();
            let suffix = block.engine.map(|engine| format!("@{}{since}", engine.key())).unwrap_or_default();
            out += &format!("\n```{} {}{suffix}\n{}```\n", block.language, block.name, block.text);
        }
        out
    }

    fn recorded_text(&self, name: &str, engine: Engine) -> String {
        let recorded = self.recorded.iter().find(|(of, _)| *of == engine).and_then(|(_, texts)| texts.get(name));
        recorded.cloned().unwrap_or_else(|| self.block(name, engine).unwrap_or_default().to_owned())
    }
}

/// The engine whose blocks hold for another one too.
fn kin(engine: Engine) -> Option<Engine> {
    (engine == Engine::MySql).then_some(Engine::MariaDb)
}

fn version_of(text: &str) -> Result<ServerVersion, String> {
    ServerVersion::parse(text).ok_or_else(|| format!("no version of a server: {text}"))
}

/// A version as it is written in a case, without the zeros at its end.
fn shown(version: ServerVersion) -> String {
    let text = version.to_string();
    text.trim_end_matches(".0").to_owned()
}

fn engine_of(key: &str) -> Result<Engine, String> {
    Engine::from_key(key).ok_or_else(|| format!("no such engine: {key}"))
}
