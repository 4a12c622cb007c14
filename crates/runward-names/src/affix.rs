//! Prefixes and suffixes that squatters add to popular names, and that honest names carry too.

use crate::Kind;

enum Affix {
    Before(&'static str),
    After(&'static str),
}

use Affix::{After, Before};

/// They say a language only, so that a name with one and a name without are taken for the same.
const LANGUAGE: [Affix; 17] = [
    Before("python-"),
    Before("python3-"),
    Before("py-"),
    Before("py"),
    Before("node-"),
    Before("js-"),
    Before("rust-"),
    After("-python"),
    After("-py"),
    After("py"),
    After("-node"),
    After("-js"),
    After(".js"),
    After("js"),
    After("-rs"),
    After("-ts"),
    After("-go"),
];

/// They promise the same package in another form.
const PROMISE: [Affix; 29] = [
    Before("lib"),
    Before("the-"),
    Before("my-"),
    Before("new-"),
    After("-cli"),
    After("-api"),
    After("-sdk"),
    After("-util"),
    After("-utils"),
    After("utils"),
    After("-dev"),
    After("-lib"),
    After("lib"),
    After("-core"),
    After("-client"),
    After("-tool"),
    After("-tools"),
    After("-helper"),
    After("-pro"),
    After("-plus"),
    After("-new"),
    After("-latest"),
    After("-official"),
    After("-package"),
    After("-module"),
    After("-2"),
    After("-3"),
    After("-v2"),
    After("v2"),
];

/// The least that must be left of a name without its affix.
const MIN_CORE: usize = 3;
/// The promises are customary: beyond this rank the target is nobody's aim.
const PROMISE_UP_TO_RANK: u32 = 1_000;

impl Affix {
    fn strip<'a>(&self, name: &'a str) -> Option<&'a str> {
        let core = match self {
            Before(prefix) => name.strip_prefix(prefix),
            After(suffix) => name.strip_suffix(suffix),
        };
        core.filter(|core| core.len() >= MIN_CORE)
    }

    fn put_on(&self, core: &str, buffer: &mut String) {
        buffer.clear();
        match self {
            Before(prefix) => {
                buffer.push_str(prefix);
                buffer.push_str(core);
            }
            After(suffix) => {
                buffer.push_str(core);
                buffer.push_str(suffix);
            }
        }
    }
}

/// The popular names that `name` is with an affix added, left out or changed, or in the other
/// number; each with its rank. `rank` looks a name up.
pub(crate) fn related(name: &str, rank: &dyn Fn(&str) -> Option<u32>) -> Vec<(u32, Kind)> {
    let mut found = Vec::new();
    let mut push = |rank: Option<u32>, kind, up_to: u32| {
        found.extend(rank.filter(|&rank| rank <= up_to).map(|rank| (rank, kind)));
    };
    let mut buffer = String::new();
    for affix in &LANGUAGE {
        if let Some(core) = affix.strip(name) {
            push(rank(core), Kind::Affix, u32::MAX);
            for other in &LANGUAGE {
                other.put_on(core, &mut buffer);
                if buffer != name {
                    push(rank(&buffer), Kind::ChangedAffix, u32::MAX);
                }
            }
        }
        if name.len() >= MIN_CORE {
            affix.put_on(name, &mut buffer);
            push(rank(&buffer), Kind::LostAffix, u32::MAX);
        }
    }
    for affix in &PROMISE {
        if let Some(core) = affix.strip(name) {
            push(rank(core), Kind::Affix, PROMISE_UP_TO_RANK);
        }
    }
    for number in other_numbers(name) {
        push(rank(&number), Kind::Plural, u32::MAX);
    }
    found
}

/// Plurals and singulars other than by a plain `s`, which is one edit and found as such.
fn other_numbers(name: &str) -> impl Iterator<Item = String> {
    let singular = name.strip_suffix("es").map(str::to_owned);
    let singular_y = name.strip_suffix("ies").map(|stem| format!("{stem}y"));
    let plural = ["s", "x", "z", "ch", "sh"]
        .iter()
        .any(|end| name.ends_with(end))
        .then(|| format!("{name}es"));
    let plural_y = name.strip_suffix('y').map(|stem| format!("{stem}ies"));
    [singular, singular_y, plural, plural_y]
        .into_iter()
        .flatten()
        .filter(|name| name.len() >= MIN_CORE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(name: &str) -> Vec<(u32, Kind)> {
        let list = [
            "requests",
            "python-dateutil",
            "pyjwt",
            "six",
            "registry",
            "boxes",
        ];
        related(name, &|wanted| {
            (1u32..)
                .zip(list)
                .find(|(_, known)| *known == wanted)
                .map(|it| it.0)
        })
    }

    #[test]
    fn affixes_are_added_lost_and_changed() {
        assert_eq!(kinds("python-requests"), [(1, Kind::Affix)]);
        assert_eq!(kinds("requests-cli"), [(1, Kind::Affix)]);
        assert_eq!(kinds("librequests"), [(1, Kind::Affix)]);
        assert_eq!(kinds("dateutil"), [(2, Kind::LostAffix)]);
        assert_eq!(kinds("py-dateutil"), [(2, Kind::ChangedAffix)]);
        assert!(kinds("python-jwt").contains(&(3, Kind::ChangedAffix)));
        assert_eq!(kinds("jwt"), [(3, Kind::LostAffix)]);
        assert_eq!(kinds("registries"), [(5, Kind::Plural)]);
        assert_eq!(kinds("box"), [(6, Kind::Plural)]);
        assert_eq!(kinds("flask"), []);
        assert_eq!(kinds(""), []);
        assert_eq!(kinds("-py"), []);
    }

    #[test]
    fn promises_to_little_known_names_are_nobodys_aim() {
        let known = |wanted: &str| (wanted == "obscure").then_some(1_001);
        assert_eq!(related("obscure-cli", &known), []);
        assert_eq!(related("obscure-py", &known), [(1_001, Kind::Affix)]);
    }
}
