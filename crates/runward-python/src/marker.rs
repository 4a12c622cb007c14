//! Environment markers (the dependency specifiers specification, once PEP 508).
//!
//! A marker is evaluated while it is read, in linear time: an algebra of markers, as resolvers
//! need it, can be made to take exponential time by a hostile file. What the stated target leaves
//! open (the patch release of Python, the kernel's release) is [`Truth::Unknown`], and a
//! dependency is left out only where its marker is certainly false.

use std::str::FromStr;

use pep440_rs::{Version, VersionSpecifier};
use runward_model::{Ecosystem, Target};
use thiserror::Error;

use crate::Limits;

/// Three-valued logic, ordered so that `and` is the minimum and `or` the maximum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Truth {
    False,
    Unknown,
    True,
}

impl From<bool> for Truth {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}

impl Truth {
    fn negate(self) -> Self {
        match self {
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
            Self::True => Self::False,
        }
    }
}

#[derive(Debug, Error, PartialEq, Eq)]
pub(crate) enum MarkerError {
    #[error("`{0}` is not a marker: expected {1}")]
    Syntax(String, &'static str),
    #[error("the marker is longer than {0} bytes")]
    TooLong(usize),
    #[error("the marker nests deeper than {0}")]
    TooDeep(usize),
}

/// Whether a name is among those asked for.
pub(crate) type Asked<'a> = &'a dyn Fn(&str) -> bool;

/// The extras and dependency groups that were asked for; `None` where it is not known.
#[derive(Clone, Copy, Default)]
pub(crate) struct Selection<'a> {
    pub(crate) extras: Option<Asked<'a>>,
    pub(crate) groups: Option<Asked<'a>>,
}

impl Selection<'_> {
    pub(crate) const UNKNOWN: Self = Self {
        extras: None,
        groups: None,
    };

    /// No extras, no groups.
    pub(crate) const NONE: Selection<'static> = Selection {
        extras: Some(&|_| false),
        groups: Some(&|_| false),
    };
}

/// The values of the marker variables for one target.
#[derive(Debug)]
pub(crate) struct Environment {
    python_version: String,
    /// The lowest and the highest full version that the target allows; the same where it names a
    /// patch release.
    full_versions: (String, String),
    os_name: &'static str,
    sys_platform: &'static str,
    platform_system: &'static str,
    machine: String,
    described: String,
    max_bytes: usize,
    max_depth: usize,
}

impl Environment {
    pub(crate) fn new(target: &Target, limits: &Limits) -> Self {
        let parts: Vec<&str> = target.python_version.trim().split('.').collect();
        let python_version = parts.get(..2).unwrap_or(&parts).join(".");
        let full_versions = if parts.len() > 2 {
            (target.python_version.clone(), target.python_version.clone())
        } else {
            // No release of Python has had a patch number near 99.
            (
                format!("{python_version}.0"),
                format!("{python_version}.99"),
            )
        };
        let platform = target.platform.to_ascii_lowercase();
        let machine = target.machine.to_ascii_lowercase();
        let (os_name, sys_platform, platform_system) = match platform.as_str() {
            "windows" => ("nt", "win32", "Windows"),
            "macos" => ("posix", "darwin", "Darwin"),
            _ => ("posix", "linux", "Linux"),
        };
        // Each system has its own name for the same machine.
        let machine = match (platform.as_str(), machine.as_str()) {
            ("windows", "x86_64" | "amd64") => "AMD64".to_owned(),
            ("windows", "aarch64" | "arm64") => "ARM64".to_owned(),
            ("macos", "aarch64") => "arm64".to_owned(),
            _ => target.machine.clone(),
        };
        Self {
            described: format!(
                "Python {} on {} {}",
                target.python_version, target.platform, target.machine
            ),
            python_version,
            full_versions,
            os_name,
            sys_platform,
            platform_system,
            machine,
            max_bytes: limits.max_marker_bytes,
            max_depth: limits.max_marker_depth,
        }
    }

    /// The target in words: `Python 3.13 on linux x86_64`.
    pub(crate) fn describe(&self) -> &str {
        &self.described
    }

    pub(crate) fn evaluate(
        &self,
        marker: &str,
        selection: Selection<'_>,
    ) -> Result<Truth, MarkerError> {
        if marker.len() > self.max_bytes {
            return Err(MarkerError::TooLong(self.max_bytes));
        }
        let mut parser = Parser {
            rest: marker.trim(),
            whole: marker.trim(),
            depth: 0,
            environment: self,
            selection,
        };
        let truth = parser.or()?;
        if parser.rest.is_empty() {
            Ok(truth)
        } else {
            Err(parser.expected("`and`, `or` or the end"))
        }
    }
}

/// What a variable stands for.
enum Variable {
    Text(String),
    PythonVersion,
    FullVersion,
    Extra,
    Extras,
    Groups,
    /// A variable that the target says nothing about.
    Open,
}

enum Operand {
    Variable(Variable),
    Literal(String),
}

struct Parser<'a> {
    rest: &'a str,
    whole: &'a str,
    depth: usize,
    environment: &'a Environment,
    selection: Selection<'a>,
}

impl Parser<'_> {
    fn expected(&self, what: &'static str) -> MarkerError {
        MarkerError::Syntax(self.whole.to_owned(), what)
    }

    fn skip(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// Takes a keyword that ends at a word boundary.
    fn word(&mut self, word: &str) -> bool {
        self.skip();
        let Some(after) = self.rest.strip_prefix(word) else {
            return false;
        };
        if after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_') {
            return false;
        }
        self.rest = after;
        true
    }

    fn or(&mut self) -> Result<Truth, MarkerError> {
        let mut truth = self.and()?;
        while self.word("or") {
            truth = truth.max(self.and()?);
        }
        self.skip();
        Ok(truth)
    }

    fn and(&mut self) -> Result<Truth, MarkerError> {
        let mut truth = self.atom()?;
        while self.word("and") {
            truth = truth.min(self.atom()?);
        }
        Ok(truth)
    }

    fn atom(&mut self) -> Result<Truth, MarkerError> {
        self.skip();
        let Some(inner) = self.rest.strip_prefix('(') else {
            return self.comparison();
        };
        self.depth += 1;
        if self.depth > self.environment.max_depth {
            return Err(MarkerError::TooDeep(self.environment.max_depth));
        }
        self.rest = inner;
        let truth = self.or()?;
        self.depth -= 1;
        self.rest = self
            .rest
            .strip_prefix(')')
            .ok_or_else(|| self.expected("`)`"))?;
        Ok(truth)
    }

    fn comparison(&mut self) -> Result<Truth, MarkerError> {
        let left = self.operand()?;
        let operator = self.operator()?;
        let right = self.operand()?;
        Ok(self.compare(&left, operator, &right))
    }

    fn operand(&mut self) -> Result<Operand, MarkerError> {
        self.skip();
        if let Some(quote) = self.rest.chars().next().filter(|c| matches!(c, '"' | '\'')) {
            let (literal, rest) = self
                .rest
                .strip_prefix(quote)
                .and_then(|inner| inner.split_once(quote))
                .ok_or_else(|| self.expected("a closing quote"))?;
            self.rest = rest;
            return Ok(Operand::Literal(literal.to_owned()));
        }
        let end = self
            .rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.')))
            .unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        let environment = self.environment;
        let text = |value: &str| Variable::Text(value.to_owned());
        let variable = match name {
            "os_name" | "os.name" => text(environment.os_name),
            "sys_platform" | "sys.platform" => text(environment.sys_platform),
            "platform_system" => text(environment.platform_system),
            "platform_machine" | "platform.machine" => text(&environment.machine),
            "platform_python_implementation"
            | "platform.python_implementation"
            | "python_implementation" => text("CPython"),
            "implementation_name" => text("cpython"),
            "python_version" => Variable::PythonVersion,
            "python_full_version" | "implementation_version" => Variable::FullVersion,
            "platform_release" | "platform_version" | "platform.version" => Variable::Open,
            "extra" => Variable::Extra,
            "extras" => Variable::Extras,
            "dependency_groups" => Variable::Groups,
            _ => return Err(self.expected("a variable or a quoted string")),
        };
        self.rest = rest;
        Ok(Operand::Variable(variable))
    }

    fn operator(&mut self) -> Result<&'static str, MarkerError> {
        self.skip();
        for operator in ["===", "==", "~=", "!=", "<=", ">=", "<", ">"] {
            if let Some(rest) = self.rest.strip_prefix(operator) {
                self.rest = rest;
                return Ok(operator);
            }
        }
        if self.word("in") {
            return Ok("in");
        }
        if self.word("not") && self.word("in") {
            return Ok("not in");
        }
        Err(self.expected("a comparison"))
    }

    fn compare(&self, left: &Operand, operator: &str, right: &Operand) -> Truth {
        use Operand::{Literal, Variable as Named};
        match (left, right) {
            (Named(Variable::Extra), Literal(name)) | (Literal(name), Named(Variable::Extra)) => {
                match operator {
                    "==" => asked(self.selection.extras, name),
                    "!=" => asked(self.selection.extras, name).negate(),
                    _ => Truth::Unknown,
                }
            }
            (Literal(name), Named(set @ (Variable::Extras | Variable::Groups))) => {
                let selected = match set {
                    Variable::Extras => self.selection.extras,
                    _ => self.selection.groups,
                };
                match operator {
                    "in" => asked(selected, name),
                    "not in" => asked(selected, name).negate(),
                    _ => Truth::Unknown,
                }
            }
            _ => match (self.values(left), self.values(right)) {
                (Some(left), Some(right)) => {
                    let low = compare_values(&left.0, operator, &right.0);
                    let high = compare_values(&left.1, operator, &right.1);
                    if low == high {
                        low.into()
                    } else {
                        Truth::Unknown
                    }
                }
                _ => Truth::Unknown,
            },
        }
    }

    /// The lowest and the highest value of an operand; `None` where it is open.
    fn values(&self, operand: &Operand) -> Option<(String, String)> {
        let one = |value: &String| Some((value.clone(), value.clone()));
        match operand {
            Operand::Literal(text) | Operand::Variable(Variable::Text(text)) => one(text),
            Operand::Variable(Variable::PythonVersion) => one(&self.environment.python_version),
            Operand::Variable(Variable::FullVersion) => {
                Some(self.environment.full_versions.clone())
            }
            Operand::Variable(_) => None,
        }
    }
}

fn asked(selected: Option<Asked<'_>>, name: &str) -> Truth {
    match selected {
        Some(selected) => selected(&Ecosystem::PyPI.normalize_name(name)).into(),
        None => Truth::Unknown,
    }
}

/// As the specification says: by version where both sides are versions, else as strings.
fn compare_values(left: &str, operator: &str, right: &str) -> bool {
    match operator {
        "in" => return right.contains(left),
        "not in" => return !right.contains(left),
        _ => {}
    }
    let specifier = VersionSpecifier::from_str(&format!("{operator}{}", right.trim()));
    if let (Ok(specifier), Ok(version)) = (specifier, Version::from_str(left)) {
        return specifier.contains(&version);
    }
    match operator {
        "==" | "===" => left == right,
        "!=" => left != right,
        "<" => left < right,
        "<=" => left <= right,
        ">" => left > right,
        ">=" => left >= right,
        // `~=` has no meaning for strings.
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn environment(python: &str, platform: &str) -> Environment {
        let target = Target {
            python_version: python.to_owned(),
            platform: platform.to_owned(),
            machine: "aarch64".to_owned(),
        };
        Environment::new(&target, &Limits::default())
    }

    fn check(marker: &str) -> Truth {
        environment("3.11", "linux")
            .evaluate(marker, Selection::NONE)
            .unwrap()
    }

    #[test]
    fn markers_follow_the_specification() {
        use Truth::{False, True, Unknown};
        for (marker, expected) in [
            ("python_version >= '3.8'", True),
            ("python_version < \"3.9\"", False),
            ("python_version == '3.*'", True),
            ("python_version < '3.9' or sys_platform == 'linux'", True),
            (
                "python_version > '3.9' and (os_name == 'nt' or os_name=='posix')",
                True,
            ),
            ("'3.8' <= python_version", True),
            ("'3.12' <= python_version", False),
            ("python_version in '3.10 3.11'", True),
            ("python_version not in '3.10, 3.12'", True),
            ("python_version ~= '3.9'", True),
            ("platform_machine == 'x86_64'", False),
            ("platform_python_implementation != 'PyPy'", True),
            (
                "os.name == 'posix' and python_implementation=='CPython'",
                True,
            ),
            ("extra == 'socks'", False),
            ("platform_release >= '5.10'", Unknown),
            ("python_full_version < '3.11.3'", Unknown),
            ("python_full_version < '3.12.0a1'", True),
            ("platform_release >= '5' and sys_platform == 'win32'", False),
            ("platform_release >= '5' or sys_platform == 'linux'", True),
            ("sys_platform == \"win32\"", False),
            ("sys_platform >= 'lin'", True),
        ] {
            assert_eq!(check(marker), expected, "{marker}");
        }
    }

    #[test]
    fn each_system_names_its_machine() {
        for (platform, machine) in [
            ("linux", "aarch64"),
            ("macos", "arm64"),
            ("windows", "ARM64"),
        ] {
            let marker = format!("platform_machine == '{machine}'");
            let truth = environment("3.13", platform).evaluate(&marker, Selection::NONE);
            assert_eq!(truth, Ok(Truth::True), "{marker}");
        }
    }

    #[test]
    fn extras_are_compared_by_normalized_name() {
        let environment = environment("3.13", "linux");
        let selection = Selection {
            extras: Some(&|name| name == "a-b"),
            groups: Some(&|name| name == "dev"),
        };
        for (marker, expected) in [
            ("extra == 'A_b'", Truth::True),
            ("'x' == extra", Truth::False),
            ("extra != 'x'", Truth::True),
            (
                "'a.b' in extras and 'dev' in dependency_groups",
                Truth::True,
            ),
            ("'test' not in dependency_groups", Truth::True),
        ] {
            assert_eq!(
                environment.evaluate(marker, selection),
                Ok(expected),
                "{marker}"
            );
        }
        let unknown = environment.evaluate("extra == 'x'", Selection::UNKNOWN);
        assert_eq!(unknown, Ok(Truth::Unknown));
    }

    #[test]
    fn bad_markers_are_errors() {
        for marker in [
            "",
            "python_version",
            "python_version >= 3.8",
            "pythn_version >= '3.8'",
            "(python_version >= '3.8'",
            "python_version >= '3.8' and",
            "python_version >= '3.8' x",
            "python_version not '3.8'",
            "python_version >= '3.8",
        ] {
            let outcome = environment("3.13", "linux").evaluate(marker, Selection::NONE);
            assert!(outcome.is_err(), "{marker}");
        }
        let deep = format!("{}os_name=='a'{}", "(".repeat(5000), ")".repeat(5000));
        let outcome = environment("3.13", "linux").evaluate(&deep, Selection::NONE);
        assert_eq!(outcome, Err(MarkerError::TooDeep(32)));
    }

    fn term() -> impl Strategy<Value = String> {
        let variable = prop_oneof![
            Just("python_version"),
            Just("python_full_version"),
            Just("sys_platform"),
            Just("platform_system"),
            Just("os_name"),
        ];
        let operator = prop_oneof![
            Just("=="),
            Just("!="),
            Just("<"),
            Just(">="),
            Just(">"),
            Just("<=")
        ];
        let literal = prop_oneof!["3\\.[0-9]{1,2}", "(linux|win32|posix|nt|Linux)"];
        (variable, operator, literal).prop_filter_map("meaningful", |(v, o, l)| {
            let versions = v.starts_with("python");
            let fits = versions == l.starts_with('3') && (versions || matches!(o, "==" | "!="));
            fits.then(|| format!("{v} {o} '{l}'"))
        })
    }

    proptest! {
        #[test]
        fn any_text_is_judged_or_refused(marker in "\\PC{0,80}") {
            let _ = environment("3.13", "linux").evaluate(&marker, Selection::NONE);
        }

        /// `pep508_rs` evaluates the same markers for one exact interpreter.
        #[test]
        fn verdicts_equal_those_of_a_resolver(
            terms in proptest::collection::vec((term(), any::<bool>()), 1..4),
        ) {
            let mut marker = String::new();
            for (term, and) in &terms {
                if !marker.is_empty() {
                    marker.push_str(if *and { " and " } else { " or " });
                }
                marker.push_str(term);
            }
            let ours = environment("3.11.4", "linux").evaluate(&marker, Selection::NONE).unwrap();
            let theirs = pep508_rs::MarkerTree::from_str(&marker).unwrap();
            let reference = pep508_rs::MarkerEnvironment::try_from(
                pep508_rs::MarkerEnvironmentBuilder {
                    implementation_name: "cpython",
                    implementation_version: "3.11.4",
                    os_name: "posix",
                    platform_machine: "aarch64",
                    platform_python_implementation: "CPython",
                    platform_release: "",
                    platform_system: "Linux",
                    platform_version: "",
                    python_full_version: "3.11.4",
                    python_version: "3.11",
                    sys_platform: "linux",
                },
            )
            .unwrap();
            prop_assert_eq!(ours, Truth::from(theirs.evaluate(&reference, &[])), "{}", marker);
        }
    }
}
