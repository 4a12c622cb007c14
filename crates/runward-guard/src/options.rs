//! Options, as the parsers of the package managers read them.

/// How a program's parser reads options.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// Python's optparse and argparse: long options may be cut short, `-rFILE`, `-qU`.
    Optparse,
    /// clap and cleo: in full only; `-rFILE`, `-r=FILE`, `-qU`.
    Clap,
    /// npm's nopt: `--no-x`, a flag takes a following `true` or `false`. It takes options cut short
    /// too, but which ones changes between versions, so that those are not known here.
    Nopt,
}

/// What an option means for a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Requirements,
    Constraints,
    Overrides,
    Script,
    /// A local project or URL, installed in place.
    Editable,
    Index,
    ExtraIndex,
    Links,
    NoIndex,
    Prereleases,
    /// A further package; several where the manager takes commas.
    With,
    WithEditable,
    /// The package, where the positional argument is only the command in it.
    From,
    Git,
    Path,
    /// A registry of the configuration, by name.
    Registry,
    Version,
    Features,
    Directory,
    /// Arguments for pip in one text.
    PipArguments,
    /// Another configuration file or setting: it can change where packages come from.
    Configuration,
    /// A flag of the subcommand that its reader asks for.
    Flag(&'static str),
}

/// Some options of a program. Names are separated by spaces.
#[derive(Debug)]
pub(crate) struct Group {
    /// Options with a value that matters.
    pub(crate) roles: &'static [(&'static str, Role)],
    /// Flags that matter.
    pub(crate) marks: &'static [(&'static str, Role)],
    /// Options with a value that does not matter.
    pub(crate) values: &'static str,
    /// Flags that do not matter.
    pub(crate) flags: &'static str,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Grammar {
    pub(crate) style: Style,
    pub(crate) groups: &'static [&'static Group],
}

#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Parsed {
    pub(crate) options: Vec<(Role, String)>,
    pub(crate) positional: Vec<String>,
    /// What follows the last positional argument that was asked for.
    pub(crate) rest: Vec<String>,
    pub(crate) unknown: Vec<String>,
}

impl Parsed {
    pub(crate) fn has(&self, role: Role) -> bool {
        self.options.iter().any(|(found, _)| *found == role)
    }

    pub(crate) fn values(&self, role: Role) -> impl Iterator<Item = &str> {
        let of_role = move |option: &&(Role, String)| option.0 == role;
        self.options
            .iter()
            .filter(of_role)
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn value(&self, role: Role) -> Option<&str> {
        self.values(role).last()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Takes {
    Value(Option<Role>),
    Nothing(Option<Role>),
}

impl Grammar {
    /// Reads arguments up to and with the `stop`th positional one, or all of them.
    pub(crate) fn parse(&self, arguments: &[String], stop: Option<usize>) -> Parsed {
        let mut parsed = Parsed::default();
        let mut left = arguments;
        while let Some((argument, rest)) = left.split_first() {
            if stop.is_some_and(|stop| parsed.positional.len() >= stop) {
                parsed.rest = left.to_vec();
                break;
            }
            left = rest;
            if argument == "--" {
                let missing = stop.map_or(left.len(), |stop| stop - parsed.positional.len());
                let (positional, rest) = left.split_at(missing.min(left.len()));
                parsed.positional.extend_from_slice(positional);
                parsed.rest = rest.to_vec();
                break;
            }
            let consumed = if let Some(long) = argument.strip_prefix("--") {
                self.long(long, left, &mut parsed)
            } else if argument.len() > 1 && argument.starts_with('-') {
                self.short(argument, left, &mut parsed)
            } else {
                parsed.positional.push(argument.clone());
                0
            };
            left = left.get(consumed..).unwrap_or_default();
        }
        parsed
    }

    /// Says how many of the following arguments belong to the option.
    fn long(&self, option: &str, following: &[String], parsed: &mut Parsed) -> usize {
        let (name, value) = match option.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (option, None),
        };
        match self.find(&format!("--{name}")) {
            Some(Takes::Value(role)) => take(role, value, following, parsed),
            Some(Takes::Nothing(role)) => {
                let said = value.or_else(|| self.said(following));
                // npm installs `x` for `npm install --save=x`.
                if let Some(value) = value.filter(|it| self.style == Style::Nopt && !is_bool(it)) {
                    parsed.positional.push(value.to_owned());
                }
                if let Some(role) = role.filter(|_| said != Some("false")) {
                    parsed.options.push((role, String::new()));
                }
                usize::from(value.is_none() && said.is_some())
            }
            None if self.style == Style::Nopt && self.negated(name) => {
                usize::from(value.is_none() && self.said(following).is_some())
            }
            None => {
                parsed.unknown.push(format!("--{option}"));
                parsed.positional.extend(value.map(str::to_owned));
                0
            }
        }
    }

    /// The word after a flag that nopt takes for its value.
    fn said<'a>(&self, following: &'a [String]) -> Option<&'a str> {
        let next = following.first()?.as_str();
        (self.style == Style::Nopt && is_bool(next)).then_some(next)
    }

    fn negated(&self, name: &str) -> bool {
        name.strip_prefix("no-")
            .is_some_and(|name| self.find(&format!("--{name}")).is_some())
    }

    fn short(&self, argument: &str, following: &[String], parsed: &mut Parsed) -> usize {
        let letters: Vec<char> = argument.chars().skip(1).collect();
        let mut options = Vec::new();
        for (at, letter) in letters.iter().enumerate() {
            let attached: String = letters.iter().skip(at + 1).collect();
            match self.find(&format!("-{letter}")) {
                Some(Takes::Nothing(role)) => {
                    options.extend(role.map(|role| (role, String::new())));
                }
                // nopt knows no attached values.
                Some(Takes::Value(_)) if self.style == Style::Nopt && !attached.is_empty() => {
                    parsed.unknown.push(argument.to_owned());
                    return 0;
                }
                Some(Takes::Value(role)) => {
                    parsed.options.append(&mut options);
                    let attached = match self.style {
                        Style::Clap => attached.strip_prefix('=').unwrap_or(&attached),
                        _ => &attached,
                    };
                    let attached = (at + 1 < letters.len()).then_some(attached);
                    return take(role, attached, following, parsed);
                }
                None => {
                    parsed.unknown.push(argument.to_owned());
                    return 0;
                }
            }
        }
        parsed.options.append(&mut options);
        0
    }

    /// An option by its name with dashes, or by the beginning of it where the style allows that and
    /// no other option begins so.
    fn find(&self, name: &str) -> Option<Takes> {
        if let Some((_, takes)) = self.all().find(|(known, _)| *known == name) {
            return Some(takes);
        }
        if self.style != Style::Optparse || !name.starts_with("--") || name.len() < 3 {
            return None;
        }
        let mut beginning = self.all().filter(|(known, _)| known.starts_with(name));
        let (_, takes) = beginning.next()?;
        beginning.next().is_none().then_some(takes)
    }

    fn all(&self) -> impl Iterator<Item = (&'static str, Takes)> {
        self.groups.iter().flat_map(|group| {
            let roles = (group.roles.iter())
                .flat_map(|(names, role)| each(names, Takes::Value(Some(*role))));
            let marks = (group.marks.iter())
                .flat_map(|(names, role)| each(names, Takes::Nothing(Some(*role))));
            let values = each(group.values, Takes::Value(None));
            roles
                .chain(marks)
                .chain(values)
                .chain(each(group.flags, Takes::Nothing(None)))
        })
    }
}

fn is_bool(word: &str) -> bool {
    matches!(word, "true" | "false" | "null")
}

fn each(names: &'static str, takes: Takes) -> impl Iterator<Item = (&'static str, Takes)> {
    names
        .split_ascii_whitespace()
        .map(move |name| (name, takes))
}

fn take(
    role: Option<Role>,
    value: Option<&str>,
    following: &[String],
    parsed: &mut Parsed,
) -> usize {
    let found = value
        .or_else(|| following.first().map(String::as_str))
        .unwrap_or_default();
    if let Some(role) = role {
        parsed.options.push((role, found.to_owned()));
    }
    usize::from(value.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    static GROUP: Group = Group {
        roles: &[
            ("-r --requirement", Role::Requirements),
            ("-i --index-url", Role::Index),
        ],
        marks: &[("--pre", Role::Prereleases)],
        values: "--prefix --target",
        flags: "-q --quiet -U --upgrade --save",
    };

    static GROUPS: [&Group; 1] = [&GROUP];

    fn parse(style: Style, line: &str) -> Parsed {
        let arguments: Vec<String> = line.split(' ').map(str::to_owned).collect();
        Grammar {
            style,
            groups: &GROUPS,
        }
        .parse(&arguments, None)
    }

    fn told(style: Style, line: &str) -> (Vec<(Role, String)>, String, String) {
        let parsed = parse(style, line);
        (
            parsed.options,
            parsed.positional.join(" "),
            parsed.unknown.join(" "),
        )
    }

    fn requirement(value: &str) -> Vec<(Role, String)> {
        vec![(Role::Requirements, value.to_owned())]
    }

    #[test]
    fn values_are_apart_attached_or_after_an_equals_sign() {
        for line in [
            "-r f x",
            "-rf x",
            "--requirement f x",
            "--requirement=f x",
            "-qUrf x",
        ] {
            let (options, positional, unknown) = told(Style::Optparse, line);
            assert_eq!(
                (options, positional.as_str()),
                (requirement("f"), "x"),
                "{line}"
            );
            assert_eq!(unknown, "");
        }
        assert_eq!(told(Style::Clap, "-r=f x").0, requirement("f"));
        assert_eq!(told(Style::Optparse, "-r=f x").0, requirement("=f"));
        assert_eq!(told(Style::Nopt, "-rf x").2, "-rf");
        assert_eq!(told(Style::Clap, "-r").0, requirement(""));
    }

    #[test]
    fn options_are_cut_short_where_the_parser_allows_it() {
        assert_eq!(told(Style::Optparse, "--req f x").0, requirement("f"));
        assert_eq!(told(Style::Clap, "--req f x").2, "--req");
        // `--pre` is an option by itself, `--pr` could be one of two.
        assert_eq!(
            told(Style::Optparse, "--pre x").0,
            [(Role::Prereleases, String::new())]
        );
        assert_eq!(told(Style::Optparse, "--pr x").2, "--pr");
        assert_eq!(told(Style::Optparse, "--= x").2, "--=");
    }

    #[test]
    fn what_is_unknown_takes_nothing_with_it() {
        assert_eq!(told(Style::Clap, "--new=y x").1, "y x");
        let (_, positional, unknown) = told(Style::Optparse, "--new-option x -Z y");
        assert_eq!(
            (positional.as_str(), unknown.as_str()),
            ("x y", "--new-option -Z")
        );
    }

    #[test]
    fn nopt_takes_true_and_false_for_a_flag() {
        assert_eq!(told(Style::Nopt, "--save false x").1, "x");
        assert_eq!(told(Style::Nopt, "--no-save x").1, "x");
        assert_eq!(told(Style::Nopt, "--no-save x").2, "");
        assert_eq!(told(Style::Clap, "--save false x").1, "false x");
        assert_eq!(told(Style::Nopt, "--pre false x").0, []);
        assert_eq!(told(Style::Nopt, "--save=y x").1, "y x");
        assert_eq!(told(Style::Nopt, "--unknown=y x").1, "y x");
    }

    #[test]
    fn two_dashes_end_the_options() {
        assert_eq!(told(Style::Clap, "x -- -r f").1, "x -r f");
        let arguments: Vec<String> = ["-q", "run", "-r", "f"].map(str::to_owned).into();
        let parsed = Grammar {
            style: Style::Clap,
            groups: &GROUPS,
        }
        .parse(&arguments, Some(1));
        assert_eq!(
            (parsed.positional, parsed.rest.join(" ")),
            (vec!["run".to_owned()], "-r f".to_owned())
        );
    }
}
