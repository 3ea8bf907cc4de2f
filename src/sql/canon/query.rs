//! From the parser's tree of a query to the canonical one. Names are resolved afterwards, by `scope.rs`.
//!
//! A query is [`Node::Clause`]s in the order in which they are computed: what FROM brings stands before what names it.

use sqlparser::ast::{
    self, Distinct, DuplicateTreatment, FunctionArg, FunctionArgExpr, FunctionArgumentClause, FunctionArguments,
    GroupByExpr, JoinConstraint, JoinOperator, LimitClause, OrderByExpr, OrderByKind, OrderBySort, Query, Select,
    SelectItem, SelectItemQualifiedWildcardKind, SetExpr, SetOperator, SetQuantifier, TableFactor, TableWithJoins,
    WindowFrameBound, WindowType,
};
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Token, Tokenizer};

use crate::model::{Reason, RelationName};

use super::lower::{Grammar, RECURSION_LIMIT};
use super::{Node, call, repair};

/// Reads a query; its names are as they were written.
pub(super) fn read(text: &str, grammar: Grammar<'_>) -> Result<Node, Reason> {
    let unread = |message: String| Reason::new(format!("cannot read the query: {message}"));
    let tokens = Tokenizer::new(grammar.parser, text).tokenize().map_err(|error| unread(error.to_string()))?;
    let mut parser = Parser::new(grammar.parser)
        .with_recursion_limit(RECURSION_LIMIT)
        .with_tokens(repair::repaired(tokens, !grammar.pipes_concat));
    let query = parser.parse_query().map_err(|error| unread(error.to_string()))?;
    match parser.next_token().token {
        Token::EOF => Ok(grammar.query(&query)),
        other => Err(unread(format!("`{other}` was not expected"))),
    }
}

/// A clause that is not there.
fn absent() -> Node {
    Node::clause("none", [])
}

impl Grammar<'_> {
    /// WITH, the body, ORDER BY, LIMIT and OFFSET.
    pub(super) fn query(self, query: &Query) -> Node {
        self.covered_query(query).unwrap_or_else(|| Node::Opaque(query.to_string()))
    }

    fn covered_query(self, query: &Query) -> Option<Node> {
        let Query { with, body, order_by, limit_clause, fetch, locks, .. } = query;
        let others = query.for_clause.is_some() || query.settings.is_some() || query.format_clause.is_some();
        if others || !locks.is_empty() || !query.pipe_operators.is_empty() {
            return None;
        }
        let with = match with {
            Some(with) => Node::Clause(
                if with.recursive { "with recursive" } else { "with" }.to_owned(),
                with.cte_tables.iter().map(|cte| self.common_table(cte)).collect::<Option<Vec<Node>>>()?,
            ),
            None => absent(),
        };
        let order_by = match order_by {
            Some(ast::OrderBy { kind: OrderByKind::Expressions(keys), interpolate: None }) => self.sorting(keys)?,
            Some(_) => return None,
            None => absent(),
        };
        let (limit, offset) = match (limit_clause, fetch) {
            (None, None) => (None, None),
            (Some(LimitClause::LimitOffset { limit, offset, limit_by }), None) if limit_by.is_empty() => {
                (limit.as_ref(), offset.as_ref().map(|offset| &offset.value))
            }
            (Some(LimitClause::OffsetCommaLimit { offset, limit }), None) => (Some(limit), Some(offset)),
            (before, Some(ast::Fetch { with_ties: false, percent: false, quantity: Some(quantity) })) => match before {
                None => (Some(quantity), None),
                Some(LimitClause::LimitOffset { limit: None, offset, limit_by }) if limit_by.is_empty() => {
                    (Some(quantity), offset.as_ref().map(|offset| &offset.value))
                }
                Some(_) => return None,
            },
            _ => return None,
        };
        // `LIMIT ALL` and `LIMIT NULL` limit nothing.
        let limit = limit.map(|limit| self.node(limit)).filter(|limit| *limit != Node::Null);
        let limit = limit.map_or_else(absent, |limit| Node::clause("limit", [limit]));
        let offset = offset.map_or_else(absent, |offset| Node::clause("offset", [self.node(offset)]));
        Some(Node::clause("query", [with, self.body(body)?, order_by, limit, offset]))
    }

    fn common_table(self, cte: &ast::Cte) -> Option<Node> {
        let columns = cte.alias.columns.iter().map(|column| Node::Column(self.name(&column.name))).collect();
        // Whether it is computed once changes no result.
        let name = Node::Column(self.name(&cte.alias.name));
        let plain = cte.from.is_none();
        plain.then(|| Node::clause("cte", [name, Node::Clause("columns".into(), columns), self.query(&cte.query)]))
    }

    fn body(self, body: &SetExpr) -> Option<Node> {
        match body {
            SetExpr::Select(select) => self.select(select),
            SetExpr::Query(query) => match self.query(query) {
                // Parentheses alone.
                Node::Clause(_, mut parts) if parts.len() == 5 && is_bare(&parts) => Some(parts.swap_remove(1)),
                other => Some(other),
            },
            SetExpr::SetOperation { left, op, set_quantifier, right } => {
                let all = match set_quantifier {
                    SetQuantifier::All => " all",
                    SetQuantifier::Distinct | SetQuantifier::None => "",
                    SetQuantifier::ByName | SetQuantifier::AllByName | SetQuantifier::DistinctByName => return None,
                };
                let word = match op {
                    SetOperator::Union => "union",
                    SetOperator::Except | SetOperator::Minus => "except",
                    SetOperator::Intersect => "intersect",
                };
                Some(Node::clause(&format!("{word}{all}"), [self.body(left)?, self.body(right)?]))
            }
            SetExpr::Values(values) => {
                let rows = values.rows.iter().map(|row| Node::Row(self.nodes(&row.content))).collect();
                Some(Node::Clause("values".into(), rows))
            }
            SetExpr::Insert(_) | SetExpr::Update(_) | SetExpr::Delete(_) | SetExpr::Merge(_) | SetExpr::Table(_) => {
                None
            }
        }
    }

    fn select(self, select: &Select) -> Option<Node> {
        let others = select.top.is_some()
            || select.into.is_some()
            || select.exclude.is_some()
            || select.prewhere.is_some()
            || select.qualify.is_some()
            || select.value_table_mode.is_some()
            || !select.lateral_views.is_empty()
            || !select.connect_by.is_empty()
            || !select.cluster_by.is_empty()
            || !select.distribute_by.is_empty()
            || !select.sort_by.is_empty()
            || !select.named_window.is_empty();
        if others {
            return None;
        }
        let from = select.from.iter().map(|tables| self.tables(tables)).collect::<Option<Vec<Node>>>()?;
        let condition = |word: &str, expr: &Option<ast::Expr>| match expr {
            Some(expr) => Node::clause(word, [self.node(expr)]),
            None => absent(),
        };
        let group_by = match &select.group_by {
            GroupByExpr::Expressions(exprs, modifiers) if modifiers.is_empty() => self.nodes(exprs),
            GroupByExpr::Expressions(..) | GroupByExpr::All(_) => return None,
        };
        let distinct = match &select.distinct {
            None | Some(Distinct::All) => absent(),
            Some(Distinct::Distinct) => Node::clause("distinct", []),
            Some(Distinct::On(exprs)) => Node::Clause("distinct on".into(), self.nodes(exprs)),
        };
        let items = select.projection.iter().map(|item| self.item(item)).collect::<Option<Vec<Node>>>()?;
        Some(Node::clause(
            "select",
            [
                Node::Clause("from".into(), from),
                condition("where", &select.selection),
                Node::Clause("group by".into(), group_by),
                condition("having", &select.having),
                Node::Clause("projection".into(), items),
                distinct,
            ],
        ))
    }

    fn item(self, item: &SelectItem) -> Option<Node> {
        let unnamed = || Node::clause("unnamed", []);
        let is_plain = |options: &ast::WildcardAdditionalOptions| {
            options.opt_ilike.is_none()
                && options.opt_exclude.is_none()
                && options.opt_except.is_none()
                && options.opt_replace.is_none()
                && options.opt_rename.is_none()
        };
        Some(match item {
            SelectItem::UnnamedExpr(expr) => Node::clause("item", [self.node(expr), unnamed()]),
            SelectItem::ExprWithAlias { expr, alias } => {
                Node::clause("item", [self.node(expr), Node::Column(self.name(alias))])
            }
            SelectItem::Wildcard(options) if is_plain(options) => Node::clause("star", []),
            SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), options)
                if is_plain(options) =>
            {
                Node::clause("star", [Node::Column(self.name(name.0.last()?.as_ident()?))])
            }
            SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..) | SelectItem::ExprWithAliases { .. } => {
                return None;
            }
        })
    }

    fn tables(self, tables: &TableWithJoins) -> Option<Node> {
        let mut tree = self.table(&tables.relation)?;
        for join in &tables.joins {
            let (word, constraint) = match &join.join_operator {
                JoinOperator::Join(constraint)
                | JoinOperator::Inner(constraint)
                | JoinOperator::CrossJoin(constraint)
                | JoinOperator::StraightJoin(constraint) => ("join", constraint),
                JoinOperator::Left(constraint) | JoinOperator::LeftOuter(constraint) => ("left join", constraint),
                JoinOperator::Right(constraint) | JoinOperator::RightOuter(constraint) => ("right join", constraint),
                JoinOperator::FullOuter(constraint) => ("full join", constraint),
                _ => return None,
            };
            let constraint = match constraint {
                JoinConstraint::On(expr) => Node::clause("on", [self.node(expr)]),
                JoinConstraint::Using(names) => {
                    let names: Option<Vec<Node>> =
                        names.iter().map(|name| Some(Node::Column(self.name(name.0.last()?.as_ident()?)))).collect();
                    Node::Clause("using".into(), names?)
                }
                JoinConstraint::Natural => Node::clause("natural", []),
                JoinConstraint::None => absent(),
            };
            tree = Node::clause(word, [tree, self.table(&join.relation)?, constraint]);
        }
        Some(tree)
    }

    /// A relation with its alias and the names of its columns.
    fn table(self, table: &TableFactor) -> Option<Node> {
        let alias = |alias: &Option<ast::TableAlias>| {
            let name = alias.as_ref().map_or_else(absent, |alias| Node::Column(self.name(&alias.name)));
            let columns = alias.iter().flat_map(|alias| &alias.columns);
            let columns = columns.map(|column| Node::Column(self.name(&column.name))).collect();
            [name, Node::Clause("columns".into(), columns)]
        };
        match table {
            TableFactor::Table {
                name,
                alias: given,
                args: None,
                version: None,
                sample: None,
                partitions,
                json_path: None,
                ..
            } if partitions.is_empty() => {
                let mut parts = name.0.iter().rev().map(|part| {
                    let ident = part.as_ident()?;
                    Some(self.syntax.relation_name(&ident.value, ident.quote_style.is_some()))
                });
                let own = parts.next()??;
                let schema = match parts.next() {
                    Some(schema) => Some(schema?),
                    None => None,
                };
                let [alias, columns] = alias(given);
                Some(Node::clause("table", [Node::Relation(RelationName::new(schema, own)), alias, columns]))
            }
            // A function in FROM.
            TableFactor::Table {
                name,
                alias: given,
                args: Some(ast::TableFunctionArgs { args, settings: None }),
                with_ordinality: false,
                ..
            } => {
                let [alias, columns] = alias(given);
                Some(Node::clause("function", [self.table_function(name, args)?, alias, columns]))
            }
            TableFactor::Function { name, args, alias: given, with_ordinality: false, .. } => {
                let [alias, columns] = alias(given);
                Some(Node::clause("function", [self.table_function(name, args)?, alias, columns]))
            }
            TableFactor::Derived { lateral, subquery, alias: given, sample: None } => {
                let [alias, columns] = alias(given);
                let word = if *lateral { "lateral" } else { "derived" };
                Some(Node::clause(word, [self.query(subquery), alias, columns]))
            }
            TableFactor::NestedJoin { table_with_joins, alias: None } => self.tables(table_with_joins),
            _ => None,
        }
    }

    fn table_function(self, name: &ast::ObjectName, args: &[FunctionArg]) -> Option<Node> {
        let args: Option<Vec<Node>> = args
            .iter()
            .map(|arg| match arg {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(self.node(expr)),
                _ => None,
            })
            .collect();
        Some(Node::call((self.function)(&call::name(name)?), args?))
    }

    /// ORDER BY, without what holds anyway.
    pub(super) fn sorting(self, keys: &[OrderByExpr]) -> Option<Node> {
        let keys: Option<Vec<Node>> = keys
            .iter()
            .map(|key| {
                let descending = match &key.options.sort {
                    None | Some(OrderBySort::Asc) => false,
                    Some(OrderBySort::Desc) => true,
                    Some(OrderBySort::Using(_)) => return None,
                };
                let first = key.options.nulls_first.unwrap_or(descending == self.nulls_are_largest);
                let direction = if descending { "desc" } else { "asc" };
                let nulls = if first { "first" } else { "last" };
                key.with_fill.is_none().then(|| Node::clause(&format!("{direction} {nulls}"), [self.node(&key.expr)]))
            })
            .collect();
        Some(Node::Clause("order by".into(), keys?))
    }

    /// A call with DISTINCT, ORDER BY, FILTER or OVER: what plain functions do not have.
    pub(super) fn aggregate(self, function: &ast::Function) -> Option<Node> {
        let name = call::name(&function.name)?;
        let FunctionArguments::List(list) = &function.args else { return None };
        if !matches!(function.parameters, FunctionArguments::None) || function.null_treatment.is_some() {
            return None;
        }
        let args = list.args.iter().map(|arg| match arg {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(self.node(expr)),
            FunctionArg::Unnamed(FunctionArgExpr::QualifiedWildcard(name)) => {
                Some(Node::clause("star", [Node::Column(self.name(name.0.last()?.as_ident()?))]))
            }
            FunctionArg::Unnamed(FunctionArgExpr::Wildcard) => Some(Node::clause("all rows", [])),
            _ => None,
        });
        let mut args = args.collect::<Option<Vec<Node>>>()?;
        if list.duplicate_treatment == Some(DuplicateTreatment::Distinct) {
            args.push(Node::clause("distinct", []));
        }
        for clause in &list.clauses {
            args.push(match clause {
                FunctionArgumentClause::OrderBy(keys) => self.sorting(keys)?,
                FunctionArgumentClause::Separator(text) => Node::clause("separator", [self.value(&text.value)?]),
                _ => return None,
            });
        }
        if !function.within_group.is_empty() {
            args.push(Node::clause("within group", [self.sorting(&function.within_group)?]));
        }
        let mut node = Node::call((self.function)(&name), args);
        if let Some(filter) = &function.filter {
            node = Node::clause("filter", [node, self.node(filter)]);
        }
        match &function.over {
            None => Some(node),
            Some(WindowType::NamedWindow(_)) => None,
            Some(WindowType::WindowSpec(window)) if window.window_name.is_some() => None,
            Some(WindowType::WindowSpec(window)) => {
                let partition = Node::Clause("partition by".into(), self.nodes(&window.partition_by));
                let frame = match &window.window_frame {
                    None => absent(),
                    Some(frame) => {
                        let end = frame.end_bound.as_ref().unwrap_or(&WindowFrameBound::CurrentRow);
                        let bounds = [self.bound(&frame.start_bound), self.bound(end)];
                        Node::clause(&frame.units.to_string().to_lowercase(), bounds)
                    }
                };
                Some(Node::clause("over", [node, partition, self.sorting(&window.order_by)?, frame]))
            }
        }
    }

    fn bound(self, bound: &WindowFrameBound) -> Node {
        let side = |word: &str, distance: &Option<Box<ast::Expr>>| {
            Node::Clause(word.to_owned(), distance.iter().map(|distance| self.node(distance)).collect())
        };
        match bound {
            WindowFrameBound::CurrentRow => Node::clause("current row", []),
            WindowFrameBound::Preceding(distance) => side("preceding", distance),
            WindowFrameBound::Following(distance) => side("following", distance),
        }
    }
}

/// Whether a query has nothing but a body.
fn is_bare(parts: &[Node]) -> bool {
    parts.iter().enumerate().all(|(at, part)| at == 1 || *part == absent())
}
