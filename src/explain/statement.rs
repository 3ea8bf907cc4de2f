//! The relations that a statement names, read from SQL as logs show it: cut off at either end, with placeholders, in
//! any dialect, followed by text that is no SQL.
//!
//! This is no parser: it knows where a relation's name can stand, and passes over the rest.

/// What a statement says of its relations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statement {
    /// The relations in their order.
    pub relations: Vec<Relation>,
    /// The relation that is written to by INSERT, UPDATE or DELETE.
    pub target: Option<usize>,
    /// The columns that an INSERT lists or an UPDATE sets.
    pub written: Vec<String>,
    /// The columns of `ON CONFLICT (...)`.
    pub conflict: Vec<String>,
    /// Whether it takes a column out of its table.
    pub drops_column: bool,
    /// Its text, as far as it was read.
    pub text: String,
    /// Every word and name in it, for asking whether it speaks of something.
    words: Vec<String>,
}

/// A relation in a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    /// The schema, or on MySQL the database.
    pub schema: Option<String>,
    /// The name.
    pub name: String,
    /// The alias.
    pub alias: Option<String>,
}

/// Words that cannot be an alias, since they go on with the statement.
const KEYWORDS: &str = "as on using where set values value select join inner left right full outer cross natural \
    group order having limit offset fetch union intersect except returning for window into from default lateral \
    only force use ignore partition straight_join tablesample and or not is in like by with update delete insert \
    duplicate conflict do overriding";

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Quoted(String),
    Symbol(char),
}

impl Token {
    fn is(&self, keyword: &str) -> bool {
        matches!(self, Token::Word(word) if word.eq_ignore_ascii_case(keyword))
    }
}

impl Statement {
    /// Reads the statement at the start of `text`; `None` where none starts there.
    pub fn read(text: &str) -> Option<Statement> {
        let tokens = tokens(text);
        if !starts_statement(&tokens) {
            return None;
        }
        let words = tokens.iter().filter_map(|token| match token {
            Token::Word(word) | Token::Quoted(word) => Some(word.to_ascii_lowercase()),
            Token::Symbol(_) => None,
        });
        let (text, words) = (head(text).to_owned(), words.collect());
        let mut statement = Statement { text, words, ..Statement::default() };
        let common = common_tables(&tokens);
        Reader { tokens: &tokens, at: 0, statement: &mut statement }.read();
        statement.forget(&common);
        (!statement.relations.is_empty()).then_some(statement)
    }

    /// The relation that `qualifier` means: an alias, or a name.
    pub fn relation(&self, qualifier: &str) -> Option<&Relation> {
        let same = |name: &str| name.eq_ignore_ascii_case(qualifier);
        let by_alias = self.relations.iter().find(|relation| relation.alias.as_deref().is_some_and(same));
        by_alias.or_else(|| self.relations.iter().find(|relation| same(&relation.name)))
    }

    /// Whether the statement speaks of `name`.
    pub fn mentions(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        self.words.contains(&name)
    }

    /// Takes out the names of `common` table expressions, which are no relations of the schema.
    fn forget(&mut self, common: &[String]) {
        let target = self.target.and_then(|index| self.relations.get(index).cloned());
        self.relations.retain(|relation| {
            relation.schema.is_some() || !common.iter().any(|name| name.eq_ignore_ascii_case(&relation.name))
        });
        self.target = target.and_then(|target| self.relations.iter().position(|relation| *relation == target));
    }
}

/// Whether a statement, or the cut-off rest of one, starts with these tokens.
fn starts_statement(tokens: &[Token]) -> bool {
    let first =
        ["select", "insert", "update", "delete", "with", "replace", "merge", "truncate", "alter", "create", "drop"];
    let Some(start) = tokens.iter().find(|token| !matches!(token, Token::Symbol('(' | '.' | '…'))) else {
        return false;
    };
    let cut = matches!(tokens.first(), Some(Token::Symbol('.' | '…')));
    cut || first.iter().any(|word| start.is(word))
}

/// The names that WITH gives.
fn common_tables(tokens: &[Token]) -> Vec<String> {
    let mut names = Vec::new();
    for window in tokens.windows(3) {
        let [name, word, open] = window else { continue };
        let opens = matches!(open, Token::Symbol('(')) || open.is("materialized") || open.is("not");
        if let (true, true, Token::Word(name) | Token::Quoted(name)) = (word.is("as"), opens, name) {
            names.push(name.clone());
        }
    }
    names
}

struct Reader<'a> {
    tokens: &'a [Token],
    at: usize,
    statement: &'a mut Statement,
}

impl Reader<'_> {
    fn read(mut self) {
        self.cut_off_start();
        while let Some(token) = self.tokens.get(self.at) {
            self.at += 1;
            if token.is("from") || token.is("join") || token.is("using") || token.is("straight_join") {
                self.list();
            } else if token.is("into") {
                self.target();
                self.columns();
            } else if token.is("update") && !self.after(&["for", "do", "on", "key"]) {
                self.target();
                self.assignments();
            } else if (token.is("table") && self.at >= 2) || (token.is("on") && self.is_index()) {
                self.target();
            } else if token.is("conflict") && self.after(&["on"]) {
                self.statement.conflict = self.listed();
            } else if token.is("column") && self.after(&["drop"]) {
                self.statement.drops_column = true;
            }
        }
    }

    /// A cut-off `...NTO orders (`: the rest of a keyword, then a name.
    fn cut_off_start(&mut self) {
        while matches!(self.tokens.get(self.at), Some(Token::Symbol('.' | '…'))) {
            self.at += 1;
        }
        let cut = self.at > 0;
        let Some(Token::Word(word)) = self.tokens.get(self.at) else { return };
        let ends = |keyword: &str| keyword.len() > word.len() && keyword.ends_with(&word.to_ascii_uppercase());
        if cut && (ends("INTO") || ends("UPDATE")) {
            let sets = ends("UPDATE");
            self.at += 1;
            self.target();
            if sets { self.assignments() } else { self.columns() }
        } else if cut && (ends("FROM") || ends("JOIN")) {
            self.at += 1;
            self.list();
        }
    }

    /// Whether the statement makes an index, whose table stands behind ON.
    fn is_index(&self) -> bool {
        self.statement.relations.is_empty()
            && self.tokens.first().is_some_and(|token| token.is("create"))
            && self.tokens.iter().take(4).any(|token| token.is("index"))
    }

    /// Whether the token before the one just read is one of `words`.
    fn after(&self, words: &[&str]) -> bool {
        let before = self.at.checked_sub(2).and_then(|index| self.tokens.get(index));
        before.is_some_and(|token| words.iter().any(|word| token.is(word)))
    }

    fn target(&mut self) {
        let before = self.statement.relations.len();
        self.relation();
        if self.statement.relations.len() > before && self.statement.target.is_none() {
            self.statement.target = Some(before);
        }
    }

    /// Relations with commas between them.
    fn list(&mut self) {
        if self.after(&["distinct", "delete"]) && self.tokens[self.at - 1].is("from") && self.after(&["delete"]) {
            return self.target();
        }
        loop {
            self.relation();
            if self.tokens.get(self.at) != Some(&Token::Symbol(',')) {
                return;
            }
            self.at += 1;
        }
    }

    /// A relation with its alias; nothing where a subquery or a function call stands.
    fn relation(&mut self) {
        while self
            .tokens
            .get(self.at)
            .is_some_and(|token| ["only", "lateral", "ignore", "if", "not", "exists"].iter().any(|word| token.is(word)))
        {
            self.at += 1;
        }
        let Some(mut parts) = self.path() else { return };
        if self.tokens.get(self.at) == Some(&Token::Symbol('(')) && self.calls_function() {
            return;
        }
        let Some(name) = parts.pop() else { return };
        if self.tokens.get(self.at).is_some_and(|token| token.is("as")) {
            self.at += 1;
        }
        let alias = match self.tokens.get(self.at) {
            Some(Token::Word(word)) if !is_keyword(word) => Some(word.clone()),
            Some(Token::Quoted(name)) => Some(name.clone()),
            Some(Token::Word(_) | Token::Symbol(_)) | None => None,
        };
        self.at += usize::from(alias.is_some());
        self.statement.relations.push(Relation { schema: parts.pop(), name, alias });
    }

    /// Whether the parenthesis after a name opens arguments: the columns of an INSERT stand after INTO.
    fn calls_function(&self) -> bool {
        let mut index = self.at;
        while index > 0 {
            index -= 1;
            match &self.tokens[index] {
                token if token.is("into") || token.is("nto") || token.is("to") || token.is("o") => return false,
                Token::Word(word) if is_keyword(word) => return true,
                Token::Word(_) | Token::Quoted(_) | Token::Symbol('.') => {}
                Token::Symbol(_) => return index > 0 && self.statement.target.is_some(),
            }
        }
        false
    }

    /// A name with dots.
    fn path(&mut self) -> Option<Vec<String>> {
        let mut parts = Vec::new();
        loop {
            match self.tokens.get(self.at) {
                Some(Token::Word(word)) if !parts.is_empty() || !is_keyword(word) => parts.push(word.clone()),
                Some(Token::Quoted(name)) => parts.push(name.clone()),
                Some(Token::Word(_) | Token::Symbol(_)) | None => return None,
            }
            self.at += 1;
            if self.tokens.get(self.at) != Some(&Token::Symbol('.')) {
                return Some(parts);
            }
            self.at += 1;
        }
    }

    /// The columns of an INSERT.
    fn columns(&mut self) {
        let listed = self.listed();
        self.statement.written.extend(listed);
    }

    /// Names in parentheses; none where something else stands there.
    fn listed(&self) -> Vec<String> {
        let mut names = Vec::new();
        if self.tokens.get(self.at) != Some(&Token::Symbol('(')) {
            return names;
        }
        for token in &self.tokens[self.at + 1..] {
            match token {
                Token::Word(name) | Token::Quoted(name) => names.push(name.clone()),
                Token::Symbol(',') => {}
                Token::Symbol(_) => break,
            }
        }
        names
    }

    /// The columns that an UPDATE sets.
    fn assignments(&mut self) {
        for window in self.tokens[self.at..].windows(2) {
            if window[0].is("where") {
                return;
            }
            if let [Token::Word(name) | Token::Quoted(name), Token::Symbol('=')] = window {
                self.statement.written.push(name.clone());
            }
        }
    }
}

fn is_keyword(word: &str) -> bool {
    KEYWORDS.split_whitespace().any(|keyword| word.eq_ignore_ascii_case(keyword))
}

/// The most bytes of a statement that are kept.
const MOST_TEXT: usize = 64 << 10;

fn head(text: &str) -> &str {
    let end = (0..=text.len().min(MOST_TEXT)).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    &text[..end]
}

/// The most tokens that are read of one statement: a log holds statements of megabytes, whose relations stand early.
const MOST_TOKENS: usize = 20_000;

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if tokens.len() == MOST_TOKENS {
            break;
        }
        let length = match first {
            c if c.is_whitespace() => c.len_utf8(),
            '"' | '`' | '[' => match quoted(rest, first) {
                Some((name, length)) => {
                    tokens.push(Token::Quoted(name));
                    length
                }
                None => first.len_utf8(),
            },
            '\'' => string(rest),
            c if c.is_alphanumeric() || c == '_' || c == '$' => {
                let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).unwrap_or(rest.len());
                tokens.push(Token::Word(rest[..end].to_owned()));
                end
            }
            ';' => break,
            c => {
                tokens.push(Token::Symbol(c));
                c.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    tokens
}

/// A quoted name on one line, and the bytes that it takes.
fn quoted(text: &str, open: char) -> Option<(String, usize)> {
    let close = if open == '[' { ']' } else { open };
    let end = text[1..].find([close, '\n'])? + 1;
    let name = &text[1..end];
    let plausible = !name.is_empty() && text[end..].starts_with(close) && name.len() < 200;
    plausible.then(|| (name.to_owned(), end + 1))
}

/// The bytes of a string; a quote that never closes is passed over.
fn string(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((index, c)) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            '\'' if chars.peek().is_some_and(|(_, next)| *next == '\'') => drop(chars.next()),
            '\'' => return index + 1,
            _ => {}
        }
    }
    1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let Some(statement) = Statement::read(text) else { return "none".to_owned() };
        let relations = statement.relations.iter().enumerate().map(|(index, relation)| {
            let schema = relation.schema.as_ref().map(|schema| format!("{schema}.")).unwrap_or_default();
            let alias = relation.alias.as_ref().map(|alias| format!(" {alias}")).unwrap_or_default();
            let mark = if statement.target == Some(index) { "*" } else { "" };
            format!("{mark}{schema}{}{alias}", relation.name)
        });
        let relations = relations.collect::<Vec<_>>().join(", ");
        format!("{relations} [{}]", statement.written.join(" "))
    }

    #[test]
    fn relations_are_read_from_statements_as_logs_show_them() {
        for (text, expected) in [
            ("SELECT id, loyalty_tier FROM customers", "customers []"),
            ("SELECT o.id FROM orders o JOIN customers AS c ON c.id = o.client_id", "orders o, customers c []"),
            ("select c1_0.id from public.customers c1_0 where c1_0.id=?", "public.customers c1_0 []"),
            ("SELECT `a`.`id` FROM `shop`.`orders` `a`, items WHERE x = 1", "shop.orders a, items []"),
            ("INSERT INTO customers (email, tenant_code) VALUES ($1::VARCHAR, $2)", "*customers [email tenant_code]"),
            ("...NTO orders (customer_id) VALUES (1) RETURNING id, shipped_at", "*orders [customer_id]"),
            ("...SERT INTO orders (customer_id, status) VALUES (1, 'refunded'...", "*orders [customer_id status]"),
            ("...ECT o.id FROM orders o JOIN customers c ON c.id = o.client_i...", "orders o, customers c []"),
            ("UPDATE customers SET age = 'x'::text, b=2 WHERE id = 1", "*customers [age b]"),
            ("DELETE FROM invoices WHERE id = 1", "*invoices []"),
            (
                "WITH recent AS (SELECT * FROM orders) SELECT x FROM recent JOIN customers c ON true",
                "orders, customers c []",
            ),
            ("SELECT * FROM (SELECT id FROM a) t JOIN LATERAL f(1) g ON true", "a []"),
            ("SELECT 1 FROM a FOR UPDATE", "a []"),
            ("INSERT INTO a (x) SELECT y FROM b ON CONFLICT (x) DO UPDATE SET x = 1", "*a, b [x]"),
            ("SELECT [c].[id] FROM [customers] AS [c]", "customers c []"),
            ("the connection was closed", "none"),
            ("SELECT 1", "none"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }
}
