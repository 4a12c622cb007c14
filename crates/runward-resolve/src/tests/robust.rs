use std::fmt::Write as _;
use std::sync::Arc;

use proptest::prelude::*;
use runward_syntax::{Builder, Flags, Kind, Language, Limits, Op, Span, Symbols, Vocabulary};

use super::python;
use crate::resolve;

#[test]
fn nested_loops_are_given_up_rather_than_followed_for_ever() {
    let mut source = String::from("def f(c):\n");
    for depth in 1..60 {
        let indent = " ".repeat(depth);
        writeln!(source, "{indent}x{depth} = {depth}\n{indent}while c:").unwrap();
    }
    writeln!(source, "{}use(x1)", " ".repeat(60)).unwrap();
    python(&source);
}

#[test]
fn long_sums_of_strings_cost_no_more_than_their_length() {
    let source = format!("x = {}\nuse(x)\n", vec!["'abcdefgh'"; 900].join(" + "));
    assert_eq!(python(&source).knows().len(), 1);
    let source = format!("x = {}\nuse(x)\n", vec!["'abcdefgh'"; 100_000].join(" "));
    assert_eq!(python(&source).knows(), ["some string"]);
}

/// Every kind that the passes look at, with any children: a lowering may have an error.
const KINDS: &[Kind] = &[
    Kind::Absent,
    Kind::Program,
    Kind::Name,
    Kind::This,
    Kind::Int,
    Kind::Str,
    Kind::StrConcat,
    Kind::Interp,
    Kind::Hole,
    Kind::Call,
    Kind::New,
    Kind::Args,
    Kind::Keyword,
    Kind::Spread,
    Kind::Attr,
    Kind::Index,
    Kind::Slice,
    Kind::Unary,
    Kind::Binary,
    Kind::Compare,
    Kind::Assign,
    Kind::AugAssign,
    Kind::Conditional,
    Kind::Lambda,
    Kind::Tuple,
    Kind::List,
    Kind::Dict,
    Kind::Pair,
    Kind::Comprehension,
    Kind::CompFor,
    Kind::CompIf,
    Kind::Block,
    Kind::ExprStmt,
    Kind::VarDef,
    Kind::If,
    Kind::While,
    Kind::DoWhile,
    Kind::For,
    Kind::CFor,
    Kind::Try,
    Kind::Handlers,
    Kind::Catch,
    Kind::With,
    Kind::WithItems,
    Kind::WithItem,
    Kind::Return,
    Kind::Throw,
    Kind::Break,
    Kind::Continue,
    Kind::Label,
    Kind::Assert,
    Kind::Del,
    Kind::Global,
    Kind::Nonlocal,
    Kind::Import,
    Kind::ImportFrom,
    Kind::ImportNames,
    Kind::ImportName,
    Kind::Path,
    Kind::Export,
    Kind::FuncDef,
    Kind::ClassDef,
    Kind::Bases,
    Kind::Field,
    Kind::Decorators,
    Kind::Params,
    Kind::Param,
    Kind::Switch,
    Kind::Cases,
    Kind::Case,
    Kind::Other,
];
const OPS: &[Op] = &[
    Op::None,
    Op::Add,
    Op::Mul,
    Op::And,
    Op::Or,
    Op::Not,
    Op::PostIncrement,
];

proptest! {
    #[test]
    fn any_tree_is_resolved(
        steps in prop::collection::vec((0..KINDS.len(), 0..OPS.len(), 0..5_usize, 0..4_u8), 1..400),
        ecma in any::<bool>(),
    ) {
        let symbols = Symbols::new(Arc::new(Vocabulary::new()));
        let mut build = Builder::new(symbols, Limits { depth: 60, ..Limits::default() });
        build.open(Kind::Program, Span::new(0, 0));
        let mut depth = 1;
        for (kind, op, name, closes) in steps {
            let name = build.symbols.intern(["a", "b", "require", "7", "true"][name]);
            build.open_with(KINDS[kind], OPS[op], Flags::NONE, name, Span::new(0, 0));
            depth += 1;
            for _ in 0..closes {
                if depth > 1 {
                    build.close();
                    depth -= 1;
                }
            }
        }
        if let Ok(mut tree) = build.finish() {
            let language = if ecma { Language::JavaScript } else { Language::Python };
            let facts = resolve(&mut tree, language);
            for index in 0..tree.len() {
                let node = runward_syntax::NodeId::at(index);
                let _ = (facts.constant(node), facts.path(node), facts.value(node));
            }
        }
    }
}
