//! What differs between languages.

use runward_syntax::Language;

/// The rules of a language's names and values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Policy {
    Python,
    Ecma,
}

impl Policy {
    /// `None` for a language without variables.
    pub(crate) fn of(language: Language) -> Option<Self> {
        match language {
            Language::Python => Some(Self::Python),
            Language::JavaScript | Language::TypeScript => Some(Self::Ecma),
            _ => None,
        }
    }

    /// Whether the members of a class are variables that its methods can name.
    pub(crate) fn members_are_variables(self) -> bool {
        self == Self::Ecma
    }

    /// Whether an assignment to an unknown name makes a variable of the file, wherever it stands.
    pub(crate) fn assignment_makes_global(self) -> bool {
        self == Self::Ecma
    }

    /// Whether a name that is assigned must be one of the innermost scope.
    pub(crate) fn assigns_innermost_only(self) -> bool {
        self == Self::Python
    }

    /// Whether the name of a function is a variable. In Python it is not, so that a metavariable can
    /// match two functions of one name.
    pub(crate) fn functions_are_variables(self) -> bool {
        self == Self::Ecma
    }

    /// Whether `{a: 1}` has the text `a` as its key rather than the value of a variable.
    pub(crate) fn keys_are_texts(self) -> bool {
        self == Self::Ecma
    }

    /// Whether whole numbers are computed with.
    pub(crate) fn has_integers(self) -> bool {
        self == Self::Python
    }

    /// Whether a declared variable that is assigned once has its value everywhere.
    pub(crate) fn declarations_are_constant(self) -> bool {
        self == Self::Ecma
    }
}
