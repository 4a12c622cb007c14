//! The languages that rules can name.

use std::fmt;

/// A language of rules. The later ones are known by name, so that their rules load and are said to
/// be unsupported; [`Language::is_supported`] tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Language {
    Python,
    JavaScript,
    TypeScript,
    Json,
    Yaml,
    Dockerfile,
    Bash,
    Terraform,
    Generic,
    Regex,
    Apex,
    C,
    Cairo,
    Circom,
    Clojure,
    Cpp,
    CSharp,
    Dart,
    Elixir,
    Go,
    Hack,
    Html,
    Java,
    Jsonnet,
    Julia,
    Kotlin,
    Lisp,
    Lua,
    MoveOnAptos,
    MoveOnSui,
    Ocaml,
    Php,
    Promql,
    Proto,
    Ql,
    R,
    Ruby,
    Rust,
    Scala,
    Scheme,
    Solidity,
    Swift,
    Vue,
    Xml,
}

/// Every name that Semgrep accepts, the first one for a language being the one that is shown.
const NAMES: &[(&str, Language)] = &[
    ("python", Language::Python),
    ("python2", Language::Python),
    ("python3", Language::Python),
    ("py", Language::Python),
    ("javascript", Language::JavaScript),
    ("js", Language::JavaScript),
    ("typescript", Language::TypeScript),
    ("ts", Language::TypeScript),
    ("json", Language::Json),
    ("yaml", Language::Yaml),
    ("dockerfile", Language::Dockerfile),
    ("docker", Language::Dockerfile),
    ("bash", Language::Bash),
    ("sh", Language::Bash),
    ("terraform", Language::Terraform),
    ("tf", Language::Terraform),
    ("hcl", Language::Terraform),
    ("generic", Language::Generic),
    ("spacegrep", Language::Generic),
    ("aliengrep", Language::Generic),
    ("regex", Language::Regex),
    ("none", Language::Regex),
    ("apex", Language::Apex),
    ("c", Language::C),
    ("cairo", Language::Cairo),
    ("circom", Language::Circom),
    ("clojure", Language::Clojure),
    ("cpp", Language::Cpp),
    ("c++", Language::Cpp),
    ("csharp", Language::CSharp),
    ("c#", Language::CSharp),
    ("dart", Language::Dart),
    ("elixir", Language::Elixir),
    ("ex", Language::Elixir),
    ("go", Language::Go),
    ("golang", Language::Go),
    ("hack", Language::Hack),
    ("html", Language::Html),
    ("java", Language::Java),
    ("jsonnet", Language::Jsonnet),
    ("julia", Language::Julia),
    ("kotlin", Language::Kotlin),
    ("kt", Language::Kotlin),
    ("lisp", Language::Lisp),
    ("lua", Language::Lua),
    ("move_on_aptos", Language::MoveOnAptos),
    ("move_on_sui", Language::MoveOnSui),
    ("ocaml", Language::Ocaml),
    ("php", Language::Php),
    ("promql", Language::Promql),
    ("proto", Language::Proto),
    ("protobuf", Language::Proto),
    ("proto3", Language::Proto),
    ("ql", Language::Ql),
    ("r", Language::R),
    ("ruby", Language::Ruby),
    ("rb", Language::Ruby),
    ("rust", Language::Rust),
    ("rs", Language::Rust),
    ("scala", Language::Scala),
    ("scheme", Language::Scheme),
    ("solidity", Language::Solidity),
    ("sol", Language::Solidity),
    ("swift", Language::Swift),
    ("vue", Language::Vue),
    ("xml", Language::Xml),
];

impl Language {
    /// The language that a rule means by a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        NAMES
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, language)| *language)
    }

    /// Every accepted name, for suggestions.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(name, _)| *name)
    }

    #[must_use]
    pub fn as_str(self) -> &'static str {
        NAMES
            .iter()
            .find(|(_, language)| *language == self)
            .map_or("unknown", |(name, _)| *name)
    }

    /// Whether rules of this language are run; rules of the others load, and are reported.
    #[must_use]
    pub fn is_supported(self) -> bool {
        matches!(
            self,
            Self::Python
                | Self::JavaScript
                | Self::TypeScript
                | Self::Json
                | Self::Yaml
                | Self::Dockerfile
                | Self::Bash
                | Self::Terraform
                | Self::Generic
                | Self::Regex
        )
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_to_its_language_and_back() {
        for (name, language) in NAMES {
            assert_eq!(Language::from_name(name), Some(*language));
            assert_eq!(Language::from_name(language.as_str()), Some(*language));
        }
        assert_eq!(Language::from_name("PYTHON"), Some(Language::Python));
        assert_eq!(Language::from_name("pyton"), None);
    }
}
