//! From the parser's tree to the canonical one: what means the same on every engine becomes one.

use sqlparser::ast::{
    self, BinaryOperator, CastKind, DateTimeField, Expr, Subscript, TrimWhereField, UnaryOperator, Value,
};
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Token, Tokenizer};

use crate::model::{Name, Reason, TypeKind};
use crate::sql::Syntax;

use super::depth::too_deep;
use super::shape::whether_any;
use super::{Lowered, Node, call, literal, repair};

/// How an engine's expressions are read.
#[derive(Clone, Copy)]
pub struct Grammar<'a> {
    /// Folds names and reads types.
    pub syntax: &'a dyn Syntax,
    /// What was read by this grammar before.
    pub lowered: &'a Lowered,
    /// The parser's rules.
    pub parser: &'a dyn sqlparser::dialect::Dialect,
    /// Whether double quotes enclose a string where no column has that name.
    pub double_quotes_may_be_text: bool,
    /// The name under which a function is known, where it has several; given and returned in lower case.
    pub function: fn(&str) -> &str,
    /// Whether `||` joins strings (it is OR in MySQL).
    pub pipes_concat: bool,
    /// Whether NULLs are sorted behind all values, where nothing else is said (they stand before them in SQLite).
    pub nulls_are_largest: bool,
    /// Reads the type of a CAST, where it is not what columns have.
    pub cast_type: Option<fn(&str) -> Option<TypeKind>>,
}

/// How deep an expression may nest before the parser gives up.
pub(super) const RECURSION_LIMIT: usize = 250;

/// Reads an expression.
///
/// # Errors
/// When the parser does not understand the text.
pub fn lower(text: &str, grammar: Grammar<'_>) -> Result<Node, Reason> {
    grammar.lowered.of(text, || read(text, grammar))
}

fn read(text: &str, grammar: Grammar<'_>) -> Result<Node, Reason> {
    let unread = |message: String| Reason::new(format!("cannot read the expression `{text}`: {message}"));
    let tokens = Tokenizer::new(grammar.parser, text).tokenize().map_err(|error| unread(error.to_string()))?;
    if too_deep(&tokens) {
        return Err(unread("it is too long and too deep".to_owned()));
    }
    let mut parser = Parser::new(grammar.parser)
        .with_recursion_limit(RECURSION_LIMIT)
        .with_tokens(repair::repaired(tokens, !grammar.pipes_concat));
    let expr = parser.parse_expr().map_err(|error| unread(error.to_string()))?;
    match parser.next_token().token {
        Token::EOF => Ok(grammar.node(&expr)),
        other => Err(unread(format!("`{other}` was not expected"))),
    }
}

impl Grammar<'_> {
    /// The canonical tree of an expression that was read.
    pub fn node(self, expr: &Expr) -> Node {
        self.boolean(expr).or_else(|| self.value_like(expr)).unwrap_or_else(|| Node::Opaque(expr.to_string()))
    }

    pub(super) fn nodes<'e>(self, exprs: impl IntoIterator<Item = &'e Expr>) -> Vec<Node> {
        exprs.into_iter().map(|expr| self.node(expr)).collect()
    }

    pub(super) fn name(self, ident: &ast::Ident) -> Name {
        self.syntax.column_name(&ident.value, ident.quote_style.is_some())
    }

    /// Conditions.
    fn boolean(self, expr: &Expr) -> Option<Node> {
        let test = |name: &str, operand: &Expr| Node::op(name, [self.node(operand)]);
        let pair = |symbol: &str, left: &Expr, right: &Expr| Node::op(symbol, [self.node(left), self.node(right)]);
        let maybe_not = |negated: bool, node: Node| if negated { Node::negation(node) } else { node };
        Some(match expr {
            Expr::IsTrue(operand) => test("is true", operand),
            Expr::IsNotTrue(operand) => test("is not true", operand),
            Expr::IsFalse(operand) => test("is false", operand),
            Expr::IsNotFalse(operand) => test("is not false", operand),
            Expr::IsUnknown(operand) => test("is unknown", operand),
            Expr::IsNotUnknown(operand) => test("is not unknown", operand),
            Expr::IsNull(operand) => test("is null", operand),
            Expr::IsNotNull(operand) => test("is not null", operand),
            Expr::IsDistinctFrom(left, right) => distinct(self.node(left), self.node(right), "is not null"),
            Expr::IsNotDistinctFrom(left, right) => same(self.node(left), self.node(right)),
            Expr::InList { expr, list, negated } => maybe_not(*negated, membership(self.node(expr), self.nodes(list))),
            Expr::Between { expr, negated, low, high } => {
                let (value, low, high) = (self.node(expr), self.node(low), self.node(high));
                let (symbols, junction) = if *negated { (["<", ">"], "or") } else { ([">=", "<="], "and") };
                let bounds = [comparison(symbols[0], value.clone(), low), comparison(symbols[1], value, high)];
                Node::junction(junction, bounds)
            }
            Expr::Like { negated, any: false, expr, pattern, escape_char } => {
                maybe_not(*negated, self.pattern("like", expr, pattern, escape_char.as_deref()))
            }
            Expr::ILike { negated, any: false, expr, pattern, escape_char } => {
                maybe_not(*negated, self.pattern("ilike", expr, pattern, escape_char.as_deref()))
            }
            Expr::SimilarTo { negated, expr, pattern, escape_char } => {
                maybe_not(*negated, self.pattern("similar to", expr, pattern, escape_char.as_deref()))
            }
            Expr::RLike { negated, expr, pattern, .. } => maybe_not(*negated, pair("regexp", expr, pattern)),
            Expr::InSubquery { expr, subquery, negated } => {
                maybe_not(*negated, Node::op("in subquery", [self.node(expr), self.query(subquery)]))
            }
            Expr::Exists { subquery, negated } => {
                maybe_not(*negated, Node::op("exists", [whether_any(self.query(subquery))]))
            }
            Expr::AnyOp { left, compare_op: BinaryOperator::Eq, right, .. } => match self.node(right) {
                Node::Clause(word, parts) if word == "subquery" => {
                    let query = parts.into_iter().next().unwrap_or(Node::Null);
                    Node::op("in subquery", [self.node(left), query])
                }
                Node::Array(items) => membership(self.node(left), items),
                other => Node::op("= any", [self.node(left), other]),
            },
            Expr::AllOp { left, compare_op: BinaryOperator::NotEq, right } => match self.node(right) {
                Node::Array(items) => Node::negation(membership(self.node(left), items)),
                other => Node::negation(Node::op("= any", [self.node(left), other])),
            },
            Expr::AnyOp { left, compare_op, right, .. } => pair(&format!("{} any", symbol(compare_op)), left, right),
            Expr::AllOp { left, compare_op, right } => pair(&format!("{} all", symbol(compare_op)), left, right),
            Expr::Like { negated: false, any: true, expr, pattern, escape_char: None } => {
                pair("like any", expr, pattern)
            }
            Expr::ILike { negated: false, any: true, expr, pattern, escape_char: None } => {
                pair("ilike any", expr, pattern)
            }
            Expr::BinaryOp { left, op, right } => self.binary(left, op, right),
            Expr::UnaryOp { op, expr } => self.unary(*op, self.node(expr)),
            _ => return None,
        })
    }

    fn pattern(self, symbol: &str, expr: &Expr, pattern: &Expr, escape: Option<&Expr>) -> Node {
        let mut operands = vec![self.node(expr), self.node(pattern)];
        operands.extend(escape.map(|escape| self.node(escape)));
        Node::op(symbol, operands)
    }

    fn binary(self, left: &Expr, op: &BinaryOperator, right: &Expr) -> Node {
        let (left, right) = (self.node(left), self.node(right));
        match symbol(op).as_str() {
            junction @ ("and" | "or") => Node::junction(junction, [left, right]),
            "||" if !self.pipes_concat => Node::junction("or", [left, right]),
            "!~~" => Node::negation(Node::op("like", [left, right])),
            "!~~*" => Node::negation(Node::op("ilike", [left, right])),
            "!~" => Node::negation(Node::op("~", [left, right])),
            "!~*" => Node::negation(Node::op("~*", [left, right])),
            "<=>" => same(left, right),
            other => comparison(other, left, right),
        }
    }

    fn unary(self, op: UnaryOperator, operand: Node) -> Node {
        match op {
            UnaryOperator::Not | UnaryOperator::BangNot => Node::negation(operand),
            UnaryOperator::Plus if matches!(operand, Node::Number(_)) => operand,
            UnaryOperator::Minus => match operand {
                Node::Number(text) => Node::Number(literal::negated(&text)),
                other => Node::op("-", [other]),
            },
            other => Node::op(&other.to_string(), [operand]),
        }
    }

    /// Everything that is not a condition.
    pub(super) fn value_like(self, expr: &Expr) -> Option<Node> {
        Some(match expr {
            Expr::Nested(inner) => self.node(inner),
            Expr::Identifier(ident) => {
                if self.double_quotes_may_be_text && ident.quote_style == Some('"') {
                    Node::Quoted(ident.value.clone())
                } else if ident.quote_style.is_none() && call::is_keyword(&ident.value) {
                    Node::call((self.function)(&ident.value.to_lowercase()), [])
                } else {
                    Node::Column(self.name(ident))
                }
            }
            Expr::CompoundIdentifier(parts) => Node::Qualified(parts.iter().map(|part| self.name(part)).collect()),
            Expr::Value(value) => self.value(&value.value)?,
            // A character set introducer of MySQL: `_utf8mb4'x'`.
            Expr::Prefixed { prefix, value } if prefix.value.starts_with('_') => self.node(value),
            Expr::TypedString(typed) => match (self.value(&typed.value.value)?, self.ty(&typed.data_type)?) {
                (Node::Text(text), ty) => Node::Cast(Box::new(Node::Text(text)), ty),
                _ => return None,
            },
            Expr::Interval(interval) => self.interval(interval)?,
            Expr::Cast { kind: CastKind::Cast | CastKind::DoubleColon, expr, data_type, format: None } => {
                Node::Cast(Box::new(self.node(expr)), self.ty(data_type)?)
            }
            Expr::Collate { expr, collation } => {
                let collation = collation.0.last()?.as_ident()?.value.clone();
                Node::Collate(Box::new(self.node(expr)), collation)
            }
            Expr::Case { operand, conditions, else_result, .. } => Node::Case {
                operand: operand.as_deref().map(|operand| Box::new(self.node(operand))),
                branches: conditions
                    .iter()
                    .map(|branch| (self.node(&branch.condition), self.node(&branch.result)))
                    .collect(),
                otherwise: else_result
                    .as_deref()
                    .map(|otherwise| self.node(otherwise))
                    .filter(|otherwise| *otherwise != Node::Null)
                    .map(Box::new),
            },
            Expr::Subquery(query) => Node::clause("subquery", [self.query(query)]),
            Expr::Array(array) => Node::Array(self.nodes(&array.elem)),
            Expr::Tuple(items) => Node::Row(self.nodes(items)),
            Expr::CompoundFieldAccess { root, access_chain } => match access_chain.as_slice() {
                [ast::AccessExpr::Subscript(Subscript::Index { index })] => {
                    Node::op("[]", [self.node(root), self.node(index)])
                }
                _ => return None,
            },
            other => return self.call_like(other),
        })
    }

    fn ty(self, ty: &ast::DataType) -> Option<TypeKind> {
        if let Some(cast_type) = self.cast_type {
            return cast_type(&ty.to_string());
        }
        self.syntax.data_type(&ty.to_string()).ok().map(|ty| ty.kind)
    }

    pub(super) fn value(self, value: &Value) -> Option<Node> {
        Some(match value {
            Value::Number(text, _) => Node::Number(literal::decimal(text)?),
            Value::SingleQuotedString(text)
            | Value::EscapedStringLiteral(text)
            | Value::UnicodeStringLiteral(text)
            | Value::NationalStringLiteral(text) => Node::Text(text.clone()),
            Value::DoubleQuotedString(text) => Node::Text(text.clone()),
            Value::DollarQuotedString(text) => Node::Text(text.value.clone()),
            Value::SingleQuotedByteStringLiteral(bits) => Node::literal("bit", bits.clone()),
            Value::HexStringLiteral(digits) => Node::literal("hex", digits.to_lowercase()),
            Value::Boolean(value) => Node::Bool(*value),
            Value::Null => Node::Null,
            _ => return None,
        })
    }

    /// `INTERVAL '1 day'` is a typed string; `INTERVAL 1 DAY` of MySQL is an operand of date arithmetic.
    fn interval(self, interval: &ast::Interval) -> Option<Node> {
        if interval.leading_precision.is_some() || interval.fractional_seconds_precision.is_some() {
            return None;
        }
        let value = self.node(&interval.value);
        match (&interval.leading_field, &interval.last_field, value) {
            (None, None, Node::Text(text)) => {
                Some(Node::Cast(Box::new(Node::Text(text)), TypeKind::builtin("interval")))
            }
            (Some(field), None, value) => Some(Node::call("interval", [value, Node::Text(unit(field))])),
            _ => None,
        }
    }

    /// Functions, and the constructs of the grammar that stand for one.
    fn call_like(self, expr: &Expr) -> Option<Node> {
        let call = |name: &str, args: Vec<Node>| Node::call((self.function)(name), args);
        Some(match expr {
            Expr::Function(function) => self.function(function)?,
            Expr::AtTimeZone { timestamp, time_zone } => {
                call("timezone", vec![self.node(time_zone), self.node(timestamp)])
            }
            Expr::Extract { field, expr, .. } => call("extract", vec![Node::Text(unit(field)), self.node(expr)]),
            Expr::Ceil { expr, field } => call("ceil", self.rounded(expr, field)?),
            Expr::Floor { expr, field } => call("floor", self.rounded(expr, field)?),
            Expr::Position { expr, r#in } => call("position", vec![self.node(r#in), self.node(expr)]),
            Expr::Substring { expr, substring_from, substring_for, .. } => {
                let from = substring_from.as_ref().map(|from| self.node(from));
                let length = substring_for.as_ref().map(|length| self.node(length));
                // `SUBSTRING(x FOR 2)` starts at the first character.
                let from = from.or_else(|| length.as_ref().map(|_| Node::Number("1".into())));
                call("substring", std::iter::once(self.node(expr)).chain(from).chain(length).collect())
            }
            Expr::Trim { trim_where, trim_what, expr, trim_characters: None } => {
                let name = match trim_where {
                    None | Some(TrimWhereField::Both) => "btrim",
                    Some(TrimWhereField::Leading) => "ltrim",
                    Some(TrimWhereField::Trailing) => "rtrim",
                };
                call(name, std::iter::once(expr).chain(trim_what).map(|expr| self.node(expr)).collect())
            }
            Expr::Trim { trim_where: None, trim_what: None, expr, trim_characters: Some(characters) } => {
                call("btrim", std::iter::once(&**expr).chain(characters).map(|expr| self.node(expr)).collect())
            }
            Expr::Overlay { expr, overlay_what, overlay_from, overlay_for } => {
                let args = [expr, overlay_what, overlay_from].into_iter().chain(overlay_for);
                call("overlay", args.map(|expr| self.node(expr)).collect())
            }
            Expr::Convert { is_try: false, expr, data_type: Some(ty), charset: None, styles, .. }
                if styles.is_empty() =>
            {
                Node::Cast(Box::new(self.node(expr)), self.ty(ty)?)
            }
            _ => return None,
        })
    }

    fn rounded(self, expr: &Expr, kind: &ast::CeilFloorKind) -> Option<Vec<Node>> {
        match kind {
            ast::CeilFloorKind::DateTimeField(DateTimeField::NoDateTime) => Some(vec![self.node(expr)]),
            ast::CeilFloorKind::DateTimeField(_) => None,
            ast::CeilFloorKind::Scale(scale) => Some(vec![self.node(expr), self.value(&scale.value)?]),
        }
    }

    fn function(self, function: &ast::Function) -> Option<Node> {
        let name = call::name(&function.name)?;
        let Some(args) = call::plain_arguments(function) else { return self.aggregate(function) };
        let args = self.nodes(args);
        if name == "row" {
            return Some(Node::Row(args));
        }
        Some(Node::call((self.function)(&name), args))
    }
}

/// The canonical symbol of a binary operator.
fn symbol(op: &BinaryOperator) -> String {
    let symbol = match op {
        // `OPERATOR(schema.=)`, which the catalog writes for the types of extensions.
        BinaryOperator::PGCustomBinaryOperator(path) => path.last().cloned().unwrap_or_default(),
        other => other.to_string().to_lowercase(),
    };
    match symbol.as_str() {
        "~~" => "like".to_owned(),
        "~~*" => "ilike".to_owned(),
        "!=" => "<>".to_owned(),
        "mod" => "%".to_owned(),
        _ => symbol,
    }
}

/// `>` and `>=` are written the other way round, so that each comparison has one form; rows are equal when their
/// fields are.
pub(super) fn comparison(symbol: &str, left: Node, right: Node) -> Node {
    match (symbol, left, right) {
        (">", left, right) => Node::op("<", [right, left]),
        (">=", left, right) => Node::op("<=", [right, left]),
        ("<>", left, right) => Node::negation(comparison("=", left, right)),
        ("=", Node::Row(left), Node::Row(right)) if left.len() == right.len() => {
            Node::junction("and", left.into_iter().zip(right).map(|(left, right)| comparison("=", left, right)))
        }
        // A constant stands on the right of `=`.
        ("=", left, right) if left.is_constant() && !right.is_constant() => Node::op("=", [right, left]),
        (other, left, right) => Node::op(other, [left, right]),
    }
}

/// `IS DISTINCT FROM`; from NULL it is a test for NULL.
fn distinct(left: Node, right: Node, from_null: &str) -> Node {
    match (left, right) {
        (Node::Null, other) | (other, Node::Null) => Node::op(from_null, [other]),
        // Rows are distinct where one of their fields is.
        (Node::Row(left), Node::Row(right)) if left.len() == right.len() => {
            let fields = left.into_iter().zip(right);
            Node::junction("or", fields.map(|(left, right)| distinct(left, right, "is not null")))
        }
        (left, right) => Node::op("is distinct from", [left, right]),
    }
}

/// `IS NOT DISTINCT FROM`, MySQL's `<=>`.
fn same(left: Node, right: Node) -> Node {
    match distinct(left, right, "is null") {
        Node::Op(symbol, operands) if symbol == "is null" => Node::Op(symbol, operands),
        other => Node::negation(other),
    }
}

/// `IN`; with one item it is a comparison, and rows are compared one by one.
fn membership(value: Node, mut items: Vec<Node>) -> Node {
    if items.len() == 1 {
        comparison("=", value, items.remove(0))
    } else if matches!(value, Node::Row(_)) {
        Node::junction("or", items.into_iter().map(|item| comparison("=", value.clone(), item)))
    } else {
        items.insert(0, value);
        Node::op("in", items)
    }
}

fn unit(field: &DateTimeField) -> String {
    field.to_string().trim_matches('\'').to_lowercase()
}
