//! Where a pattern can be tried: which kinds of nodes, and which places are those of expressions.

use runward_syntax::{Kind, Language, NodeId, Op, Tree};

use crate::pattern::{Pattern, Sort};

/// The kinds that a root can be found at; `None`: any.
pub(crate) fn root_kinds(pattern: &Pattern) -> Option<&'static [Kind]> {
    let root = pattern.kind(pattern.root);
    Some(match (pattern.sort, root) {
        (Sort::Expression, Kind::Call) => &[Kind::Call, Kind::Decorator, Kind::Name],
        (Sort::Expression, Kind::Attr) => &[Kind::Attr, Kind::Call, Kind::Name],
        (Sort::Expression, Kind::Assign) => &[Kind::Assign, Kind::VarDef, Kind::Field],
        (Sort::Expression, Kind::Binary) => &[Kind::Binary],
        (Sort::Expression, Kind::Name) => &[Kind::Name],
        (Sort::Expression, Kind::New) => &[Kind::New],
        (Sort::Expression, Kind::Lambda) => &[Kind::Lambda],
        (Sort::Statement, Kind::CFor | Kind::For) => &[Kind::For, Kind::CFor],
        (Sort::Expression, Kind::Dict | Kind::Set) => &[Kind::Dict, Kind::Set, Kind::Comprehension],
        (Sort::Expression, Kind::Str | Kind::Int | Kind::Float | Kind::Bool) => &[
            Kind::Str,
            Kind::Int,
            Kind::Float,
            Kind::Bool,
            Kind::Name,
            Kind::Attr,
            Kind::Binary,
            Kind::Unary,
            Kind::StrConcat,
            Kind::Interp,
            Kind::Index,
            Kind::Call,
        ],
        (Sort::Expression, Kind::Jsx) => &[Kind::Jsx],
        (Sort::Statement, Kind::ExprStmt) => &[
            Kind::ExprStmt,
            Kind::VarDef,
            Kind::Field,
            Kind::Return,
            Kind::Export,
        ],
        (Sort::Statement, Kind::FuncDef) => &[Kind::FuncDef, Kind::Field, Kind::Lambda, Kind::Pair],
        (Sort::Statement, Kind::ClassDef) => &[Kind::ClassDef],
        (Sort::Statement, Kind::If) => &[Kind::If],
        (Sort::Statement, Kind::Try) => &[Kind::Try],
        (Sort::Statement, Kind::With) => &[Kind::With],
        (Sort::Statement, Kind::Import | Kind::ImportFrom) => {
            &[Kind::Import, Kind::ImportFrom, Kind::VarDef]
        }
        (Sort::Part, Kind::Decorator) => &[Kind::Decorator],
        (Sort::Part, Kind::Pair) => &[Kind::Pair, Kind::Keyword, Kind::FuncDef, Kind::Field],
        _ => return None,
    })
}

/// Whether a pattern without [`root_kinds`] can only be found at nodes of the kind of its root.
pub(crate) fn is_own_kind_only(pattern: &Pattern) -> bool {
    let root = pattern.kind(pattern.root);
    match pattern.sort {
        Sort::Expression => matches!(
            root,
            Kind::Unary
                | Kind::Index
                | Kind::Yield
                | Kind::YieldFrom
                | Kind::Await
                | Kind::Comprehension
                | Kind::Interp
                | Kind::StrConcat
                | Kind::Tuple
                | Kind::Compare
                | Kind::Conditional
        ),
        Sort::Statement => !matches!(root, Kind::Return | Kind::VarDef | Kind::Field),
        Sort::Part => true,
        Sort::Statements => false,
    }
}

/// Whether a pattern can be tried at a node at all. `asked`: the node is what is looked into.
pub(crate) fn is_root(pattern: &Pattern, tree: &Tree, t: NodeId, asked: bool) -> bool {
    let (root, node) = (pattern.kind(pattern.root), tree.node(t));
    match pattern.sort {
        Sort::Expression => {
            let kind = match root {
                Kind::Metavar
                | Kind::Deep
                | Kind::Dots
                | Kind::TypedMetavar
                | Kind::MetavarRest
                | Kind::Other
                | Kind::Str
                | Kind::Int
                | Kind::Float
                | Kind::Bool
                | Kind::Null
                | Kind::Regex
                | Kind::Imaginary
                | Kind::Interp
                | Kind::StrConcat => true,
                _ => {
                    node.kind == root
                        || root_kinds(pattern).is_none_or(|kinds| kinds.contains(&node.kind))
                }
            };
            kind && (asked || (is_expression(tree, t) && !is_chained(pattern, tree, t)))
        }
        Sort::Statement => match root {
            Kind::ExprStmt | Kind::FuncDef | Kind::Import | Kind::ImportFrom => {
                root_kinds(pattern).is_none_or(|kinds| kinds.contains(&node.kind))
            }
            Kind::VarDef => matches!(node.kind, Kind::VarDef | Kind::Field),
            Kind::Field => matches!(node.kind, Kind::VarDef | Kind::Field),
            Kind::For | Kind::CFor => matches!(node.kind, Kind::For | Kind::CFor),
            Kind::Return => {
                node.kind == Kind::Return
                    || (tree.kind(node.parent) == Kind::Lambda
                        && tree.kind(tree.node(node.parent).parent) != Kind::Param
                        && tree.node(node.parent).last == node.last
                        && node.kind != Kind::Block
                        && tree.children(node.parent).last() == Some(t))
            }
            _ => node.kind == root,
        },
        Sort::Statements => is_run_start(tree, t),
        Sort::Part => {
            node.kind == root || root_kinds(pattern).is_some_and(|kinds| kinds.contains(&node.kind))
        }
    }
}

/// `a or b` in `a or b or c` is no expression of its own in Python.
fn is_chained(pattern: &Pattern, tree: &Tree, t: NodeId) -> bool {
    let node = tree.node(t);
    if pattern.language != Language::Python
        || node.kind != Kind::Binary
        || !matches!(node.op, Op::And | Op::Or)
    {
        return false;
    }
    let parent = tree.node(node.parent);
    // With parentheses the outer one would begin before the inner one.
    parent.kind == Kind::Binary && parent.op == node.op && parent.span.start == node.span.start
}

/// Whether a run of statements may begin here. A class is one run, and not each end of it.
fn is_run_start(tree: &Tree, t: NodeId) -> bool {
    let parent = tree.node(t).parent;
    if parent == t {
        return false;
    }
    match tree.kind(parent) {
        Kind::Program => true,
        // The body of a block of HCL; no other language has these in a dictionary.
        Kind::Dict => matches!(tree.kind(t), Kind::VarDef | Kind::ExprStmt),
        Kind::Block => {
            let class = tree.kind(tree.node(parent).parent) == Kind::ClassDef;
            !class || t.index() == parent.index() + 1
        }
        _ => false,
    }
}

/// Whether a node stands where an expression does: not the name of a definition, a field, a
/// parameter, a keyword or a type.
fn is_expression(tree: &Tree, t: NodeId) -> bool {
    let node = tree.node(t);
    match node.kind {
        Kind::Absent
        | Kind::Program
        | Kind::Args
        | Kind::Keyword
        | Kind::OpName
        | Kind::CompFor
        | Kind::CompIf
        | Kind::JsxAttrs
        | Kind::JsxAttr
        | Kind::JsxBody
        | Kind::JsxText
        | Kind::Block
        | Kind::Handlers
        | Kind::Catch
        | Kind::WithItems
        | Kind::WithItem
        | Kind::ImportNames
        | Kind::ImportName
        | Kind::Path
        | Kind::Bases
        | Kind::Decorators
        | Kind::Params
        | Kind::Param
        | Kind::ParamSep
        | Kind::TypeParams
        | Kind::Cases
        | Kind::Case
        | Kind::Hole => return false,
        Kind::VarDef => return tree.present(t, 2).is_some(),
        Kind::Field => return tree.present(t, 3).is_some(),
        Kind::Decorator => return true,
        kind if kind.is_statement() => return false,
        _ => {}
    }
    if node.parent == t {
        return true;
    }
    // Only names and what names are made of have places that are no expressions.
    let parent = tree.node(node.parent);
    let place = || {
        tree.children(node.parent)
            .position(|kid| kid == t)
            .unwrap_or_default()
    };
    match parent.kind {
        Kind::Attr | Kind::Cast => place() != 1,
        Kind::Keyword | Kind::Param | Kind::JsxAttr | Kind::For | Kind::CompFor | Kind::Label => {
            place() != 0 && (parent.kind != Kind::Param || place() == 2)
        }
        Kind::WithItem => place() == 0,
        Kind::Jsx => place() != 0,
        Kind::Catch
        | Kind::ImportName
        | Kind::Path
        | Kind::Import
        | Kind::Global
        | Kind::Nonlocal
        | Kind::Break
        | Kind::Continue
        | Kind::TypeParams
        | Kind::TypeApply
        | Kind::ClassDef => false,
        Kind::Args => tree.kind(parent.parent) != Kind::TypeApply,
        Kind::Bases => node.kind != Kind::Name,
        Kind::FuncDef => place() > 4,
        Kind::Lambda => place() == 2,
        Kind::VarDef => match place() {
            0 => tree.present(node.parent, 2).is_some(),
            place => place == 2,
        },
        Kind::Field => place() == 3,
        _ => true,
    }
}
