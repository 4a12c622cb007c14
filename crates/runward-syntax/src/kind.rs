//! The kinds of nodes.

/// What a node is. After each kind stand its children, in order; `*` is any number of them, `?` a
/// child that is [`Kind::Absent`] where the source has none, so that positions never shift.
///
/// "name" is the node's own symbol. A language uses the nearest kind that means the same; what
/// has no counterpart is [`Kind::Other`] with a label as its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Kind {
    /// Stands where an optional child is missing; no children, an empty span.
    Absent,
    /// The whole file or the whole pattern: `statement*`.
    Program,

    // Expressions
    /// An identifier; name = its text.
    Name,
    /// `this`.
    This,
    /// `super`.
    Super,
    /// name = the source text.
    Int,
    /// name = the source text.
    Float,
    /// An imaginary or other special number; name = the source text.
    Imaginary,
    /// A single string literal; name = the text between its quotes exactly as written (escapes are
    /// not undone). `Flags::BYTES`, `Flags::RAW` where they apply. A character literal too.
    Str,
    /// Strings written one after the other (Python): `Str|Interp *`.
    StrConcat,
    /// An f-string or a template literal: `Str|Hole *`, the pieces of text being `Str`.
    Interp,
    /// `{expression:format}` or `${expression}`: `expression, format?`.
    Hole,
    /// A regular expression literal: name = its pattern; `Str` of its flags `?`.
    Regex,
    /// name = `true` or `false`.
    Bool,
    /// `None`, `null`; name = the word.
    Null,
    /// Python's `...` in a program (never in a pattern, where it is [`Kind::Dots`]).
    EllipsisLit,
    /// `callee, Args`.
    Call,
    /// `new callee(…)`: `callee, Args`.
    New,
    /// `expression|Keyword|Spread|SpreadDict *`.
    Args,
    /// `name=value` in arguments: `Name, value`.
    Keyword,
    /// `*e`, `...e`: `expression`.
    Spread,
    /// `**e`: `expression`.
    SpreadDict,
    /// `object.field`: `object, Name`. `Flags::OPTIONAL` for `?.`.
    Attr,
    /// `object[index]`: `object, index`. Several indices are one `Tuple`. `Flags::OPTIONAL`.
    Index,
    /// `low:high:step`: `low?, high?, step?`.
    Slice,
    /// op, `operand`.
    Unary,
    /// op, `left, right`. Also `and`, `or`, `in`, `is`, comparisons.
    Binary,
    /// A chain `a < b <= c`: `expression, OpName, expression, …`, an `OpName` carrying its op.
    Compare,
    /// The operator inside a [`Kind::Compare`].
    OpName,
    /// `target, value`. `a = b = c` is `a = (b = c)`, in Python `Tuple[a, b] = c`. A walrus is this with `Flags::WALRUS`.
    Assign,
    /// op, `target, value`.
    AugAssign,
    /// `test, yes, no` (in this order in every language).
    Conditional,
    /// `Params, returns?, body` (an expression or a `Block`). `Flags::ASYNC`, `ARROW`, `GENERATOR`.
    Lambda,
    /// `expression`.
    Await,
    /// `expression?`.
    Yield,
    /// `yield from`, `yield*`: `expression`.
    YieldFrom,
    /// `expression*`.
    Tuple,
    /// `expression|Spread *`.
    List,
    /// `expression|Spread *`.
    Set,
    /// A dictionary, an object literal, a mapping: `Pair|Spread|SpreadDict|FuncDef|Name *`.
    Dict,
    /// `key, value`. Shorthand `{a}` is a pair of the name with itself and `Flags::SHORTHAND`.
    Pair,
    /// A computed key `[e]`: `expression`.
    Computed,
    /// `element (or Pair), CompFor|CompIf *`; op = what it makes (`Op::List`, `Set`, `Dict`,
    /// `Generator`).
    Comprehension,
    /// `for target in iterable`: `target, iterable`. `Flags::ASYNC`.
    CompFor,
    /// `if test`: `test`.
    CompIf,
    /// `e as T`, `<T>e`, `e satisfies T`: `expression, type`.
    Cast,
    /// `e!` of TypeScript: `expression`.
    NonNull,
    /// The comma operator: `expression*`.
    Sequence,
    /// `tag (Name, Attr or Absent for a fragment), JsxAttrs, JsxBody`.
    Jsx,
    /// `JsxAttr|Spread *`.
    JsxAttrs,
    /// `Name, value?`.
    JsxAttr,
    /// `JsxText|Jsx|expression *`.
    JsxBody,
    /// name = the text.
    JsxText,
    /// A tagged template: `tag, Interp|Str`.
    Tagged,
    /// Anything else, statement or expression: name = a label such as `match-class`; children as
    /// the language likes. Equal labels with matching children match.
    Other,

    // Statements
    /// `statement*`.
    Block,
    /// An expression as a statement: `expression`.
    ExprStmt,
    /// `Name|pattern, type?, value?`. `Flags::CONST`, `LET`, `VAR`; Python's annotated
    /// assignment has none of them. One declarator each: `var a, b` is two of these in a row.
    VarDef,
    /// `test, Block, else?` (a `Block`, or an `If` for `elif`).
    If,
    /// `test, Block, else?`.
    While,
    /// `Block, test`.
    DoWhile,
    /// `for target in iterable`: `target, iterable, Block, else?`. `Flags::ASYNC`, `OF`.
    For,
    /// `for (init; test; update)`: `init?, test?, update?, Block`.
    CFor,
    /// `Block, Handlers, else?, finally?`.
    Try,
    /// `Catch*`.
    Handlers,
    /// `type?, Name?, Block`.
    Catch,
    /// `WithItems, Block`. `Flags::ASYNC`.
    With,
    /// `WithItem*`.
    WithItems,
    /// `expression, target?`.
    WithItem,
    /// `expression?`.
    Return,
    /// `raise`, `throw`: `expression?, cause?`.
    Throw,
    /// `Name?`.
    Break,
    /// `Name?`.
    Continue,
    Pass,
    /// `test, message?`.
    Assert,
    /// `del`: `expression*`.
    Del,
    /// `Name*`.
    Global,
    /// `Name*`.
    Nonlocal,
    /// `Name, statement`.
    Label,
    /// Binds a whole module: `import a.b as c`, `import * as c from "m"`: `Path, alias?`. One item
    /// each: `import a, b` is two of these in a row.
    Import,
    /// `from m import x as y`, `import d, {x as y} from "m"`: `Path, ImportNames`.
    ImportFrom,
    /// `ImportName*`.
    ImportNames,
    /// `Name, alias?`; `*` and `default` are names.
    ImportName,
    /// A module: name = its text (`a.b`, `..a`, or what stands in the quotes); `Name*` (its dotted
    /// parts) or one `Str`. op unused; leading dots are part of the name only.
    Path,
    /// `statement or expression`; `Flags::DEFAULT`.
    Export,
    /// A function, a method: `Decorators, Name?, TypeParams?, Params, returns?, Block`. Its span
    /// begins at its first decorator. `Flags::ASYNC`, `GENERATOR`, `STATIC`, `GETTER`, `SETTER`,
    /// `METHOD`.
    FuncDef,
    /// `Decorators, Name?, TypeParams?, Bases, Block`.
    ClassDef,
    /// The bases of a class: `expression|Keyword *`.
    Bases,
    /// A field of a class where it is more than a `VarDef`: `Decorators, Name, type?, value?`.
    Field,
    /// `Decorator*`.
    Decorators,
    /// `expression`.
    Decorator,
    /// `Param|ParamSep *`.
    Params,
    /// `Name|pattern, type?, default?`. `Flags::STAR` (`*args`, `...rest`), `Flags::DSTAR`.
    Param,
    /// A bare `*` or `/` among parameters; name = its text.
    ParamSep,
    /// `Name*` or anything the language has.
    TypeParams,
    /// A generic type applied: `base, Args`.
    TypeApply,
    /// `subject?, Cases`.
    Switch,
    /// `Case*`.
    Cases,
    /// `pattern*, guard?, Block` with the patterns in one `Tuple`: `Tuple, guard?, Block`. An empty
    /// tuple is the default case.
    Case,
    /// `"use strict"` and the like: name = the text.
    Directive,
    /// A command of a shell, an instruction of a Dockerfile: name = its keyword, children as the
    /// language says.
    Command,

    // Only in patterns
    /// `...`.
    Dots,
    /// `$X`; name = `$X`. Also `$_`, which binds nothing.
    Metavar,
    /// `$...X`; name = `$...X`.
    MetavarRest,
    /// `<... e ...>`: `expression`.
    Deep,
    /// `($X : T)`: name = `$X`; `type`.
    TypedMetavar,
}

impl Kind {
    /// Whether a node of this kind is a statement.
    #[must_use]
    pub fn is_statement(self) -> bool {
        use Kind::{
            Assert, Block, Break, CFor, ClassDef, Continue, Del, Directive, DoWhile, Export,
            ExprStmt, Field, For, FuncDef, Global, If, Import, ImportFrom, Label, Nonlocal, Pass,
            Return, Switch, Throw, Try, VarDef, While, With,
        };
        matches!(
            self,
            Assert
                | Block
                | Break
                | CFor
                | ClassDef
                | Continue
                | Del
                | Directive
                | DoWhile
                | Export
                | ExprStmt
                | Field
                | For
                | FuncDef
                | Global
                | If
                | Import
                | ImportFrom
                | Label
                | Nonlocal
                | Pass
                | Return
                | Switch
                | Throw
                | Try
                | VarDef
                | While
                | With
        )
    }

    /// Whether only a pattern can have a node of this kind.
    #[must_use]
    pub fn is_pattern_only(self) -> bool {
        matches!(
            self,
            Self::Dots | Self::Metavar | Self::MetavarRest | Self::Deep | Self::TypedMetavar
        )
    }
}
