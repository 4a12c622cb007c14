//! Behaviours that weigh more together than alone.
//!
//! A library that opens connections is ordinary, and so is one that starts programs. What decides is what
//! comes together in one place that runs by itself: at installation, or when a file is imported.

use std::collections::{BTreeMap, BTreeSet};

use runward_archives::ArchiveTree;

use crate::{
    context::Context, documented::SignalDoc, hosts, installs::Installs, rules::sentence, seen::Seen,
};

/// Behaviours that make a signal when they meet.
struct Combination {
    id: &'static str,
    what: &'static str,
    /// One of each row must be there.
    rows: &'static [&'static [&'static str]],
    install: f64,
    import: f64,
    /// For code that somebody has to call, where the file as a whole has them.
    library: f64,
    /// The same, where one function has them.
    function: f64,
}

const COMBINATIONS: [Combination; 25] = [
    combination(
        "downloads-and-runs",
        "loads something and starts a program",
        &[&["network"], &["execute", "dynamic"]],
        7.0,
        5.0,
        0.0,
    ),
    combination(
        "sends-who-and-where",
        "reads who and where and opens a connection",
        &[&["network"], &["collect"]],
        7.0,
        6.5,
        0.0,
    ),
    combination(
        "runs-what-it-loads",
        "holds a command that loads and runs something, and starts programs",
        &[&["shell"], &["execute"]],
        // The command alone weighs more there.
        0.0,
        6.0,
        0.0,
    ),
    combination(
        "sends-credentials",
        "names places of credentials and opens a connection",
        &[&["network"], &["credential"]],
        7.5,
        7.0,
        0.0,
    )
    .in_one_function(3.5),
    combination(
        "sends-what-it-captures",
        "captures keys, screen or clipboard and opens a connection",
        &[&["network"], &["capture"]],
        7.5,
        6.5,
        0.0,
    ),
    combination(
        "drops-loot",
        "collects and names a place for loot",
        &[&["drop"], &["collect", "credential", "capture"]],
        7.0,
        6.5,
        0.0,
    ),
    combination(
        "calls-throw-away-server",
        "opens a connection to a throw-away address",
        &[&["network"], &["bare-address", "drop"]],
        4.0,
        3.5,
        0.0,
    ),
    combination(
        "stays-and-calls",
        "stays on the machine and opens connections or starts programs",
        &[&["persist"], &["network", "execute"]],
        7.0,
        6.0,
        0.0,
    ),
    combination(
        "changes-what-starts",
        "names what starts by itself and writes a file",
        &[&["persist"], &["write"]],
        3.5,
        4.0,
        0.0,
    ),
    combination(
        "stays-with-keys",
        "changes what starts by itself beside credentials",
        // Both are texts, which tables have too: something must be done with them.
        &[
            &["persist"],
            &["credential"],
            &["network", "execute", "write"],
        ],
        7.0,
        6.5,
        0.0,
    ),
    combination(
        "hides-and-runs",
        "hides what it does and runs something",
        &[&["obfuscation"], &["execute", "network", "dynamic"]],
        5.0,
        3.0,
        0.0,
    ),
    combination(
        "blinds-and-runs",
        "switches off protection and runs something",
        &[&["defence"], &["execute", "network"]],
        7.0,
        7.0,
        1.0,
    ),
    combination(
        "mines",
        "names a miner and runs something",
        &[&["miner"], &["execute", "network"]],
        7.0,
        6.5,
        0.5,
    ),
    combination(
        "waits-and-strikes",
        "waits for a day or a place and runs something",
        &[
            &["condition", "drop"],
            &["destroy", "execute"],
            &["network", "destroy"],
        ],
        4.0,
        4.0,
        0.0,
    ),
    combination(
        "brings-and-starts-program",
        "makes a file executable and starts it",
        &[
            &["chmod"],
            &["execute"],
            &["decode", "detached", "network", "bundled-program"],
        ],
        6.0,
        4.5,
        0.0,
    ),
    combination(
        "starts-bundled-program",
        "starts a program while one with a false name is in the package",
        &[&["bundled-program"], &["execute", "native"]],
        7.5,
        6.0,
        0.0,
    ),
    combination(
        "decodes-and-starts",
        "decodes something and starts a program",
        &[&["decode"], &["execute"]],
        6.0,
        3.0,
        0.0,
    ),
    combination(
        "goes-on-alone",
        "loads something and leaves a program running",
        &[&["network"], &["detached"]],
        6.0,
        4.0,
        0.0,
    ),
    combination(
        "fetches-and-starts-program",
        "loads a file, makes it executable and starts a program",
        &[&["network"], &["chmod"], &["execute"]],
        // The one before says it there.
        0.0,
        0.0,
        0.0,
    )
    .in_one_function(4.5),
    combination(
        "sends-environment",
        "reads the whole environment and opens a connection",
        &[&["network"], &["environment"]],
        3.0,
        3.0,
        0.0,
    )
    .in_one_function(4.5),
    combination(
        "decodes-and-compiles",
        "decodes text and compiles a module from text",
        &[&["compile"], &["decode"]],
        7.0,
        5.5,
        0.0,
    ),
    combination(
        "pays-by-itself",
        "asks a wallet to pay and opens a connection",
        &[&["pay"], &["network"]],
        5.0,
        3.5,
        0.0,
    ),
    combination(
        "decodes-and-destroys",
        "decodes text, opens a connection and overwrites files",
        &[&["network"], &["destroy"], &["decode"]],
        7.0,
        6.0,
        0.0,
    ),
    combination(
        "hunts-keys",
        "looks for private keys and sends something to a throw-away address",
        &[&["key-pattern"], &["network"], &["drop", "bare-address"]],
        7.0,
        6.0,
        5.0,
    ),
    combination(
        "captures-wallets",
        "watches the clipboard for addresses of wallets",
        &[&["capture"], &["wallet-address"]],
        7.0,
        7.0,
        4.0,
    ),
];

const fn combination(
    id: &'static str,
    what: &'static str,
    rows: &'static [&'static [&'static str]],
    install: f64,
    import: f64,
    library: f64,
) -> Combination {
    Combination {
        id,
        what,
        rows,
        install,
        import,
        library,
        function: 0.0,
    }
}

impl Combination {
    const fn in_one_function(mut self, weight: f64) -> Self {
        self.function = weight;
        self
    }
}

/// The combinations, documented.
pub(crate) fn documented() -> Vec<SignalDoc> {
    let doc = |one: &Combination| {
        let rows = one.rows.iter().map(|row| row.join(" or "));
        SignalDoc {
            id: one.id.to_owned(),
            title: sentence(one.what),
            why: format!(
                "These come together in one place that runs by itself, or in one function: {}. Each alone is \
                 ordinary.",
                rows.collect::<Vec<_>>().join("; ")
            ),
            install: one.install,
            import: one.import,
            library: one.library.max(one.function),
        }
    };
    COMBINATIONS.iter().map(doc).collect()
}

/// What one place that runs together does.
#[derive(Default)]
struct Unit<'s> {
    by_behaviour: BTreeMap<&'s str, &'s Seen>,
}

/// Most that a connection weighs that goes to hosts of known projects' releases alone.
const KNOWN_NETWORK: f64 = 0.3;

/// The combinations that are there. Connections at installation that go to known hosts alone weigh less
/// from here on.
pub(crate) fn combine(
    seen: &mut [Seen],
    tree: &ArchiveTree,
    installs: &Installs,
    function_at: impl Fn(&str, u32) -> Option<usize>,
) -> Vec<Seen> {
    let known = known_hosts_only(seen, tree, installs);
    if known {
        for one in seen.iter_mut() {
            if one.context == Context::Install && one.behaviours.iter().eq(["network"]) {
                one.weight = one.weight.min(KNOWN_NETWORK);
            }
        }
    }
    let mut units: BTreeMap<(Context, String, Option<usize>), Unit<'_>> = BTreeMap::new();
    let mut whole: BTreeSet<&str> = BTreeSet::new();
    for one in &*seen {
        let path = one
            .location
            .as_ref()
            .map_or("", |location| location.path.as_str());
        let line = one
            .location
            .as_ref()
            .map_or(1, |location| location.start.line);
        let mut units_of = match one.context {
            Context::Aside => Vec::new(),
            Context::Install => vec![(Context::Install, "", None)],
            Context::Import => vec![
                (Context::Import, path, None),
                (Context::Library, path, None),
            ],
            Context::Library => vec![(Context::Library, path, None)],
        };
        if one.context == Context::Library && !one.behaviours.is_empty() {
            let function = function_at(path, line);
            units_of.extend(function.map(|number| (Context::Library, path, Some(number))));
        }
        for behaviour in &one.behaviours {
            if behaviour == "bundled-program" {
                whole.insert(behaviour);
            }
            for (context, path, function) in &units_of {
                units
                    .entry((*context, (*path).to_owned(), *function))
                    .or_default()
                    .by_behaviour
                    .entry(behaviour)
                    .or_insert(one);
            }
        }
    }
    let mut found = Vec::new();
    for ((context, _, function), unit) in &units {
        for combination in &COMBINATIONS {
            let weight = match (context, function) {
                (Context::Install, _) => combination.install,
                (Context::Import, _) => combination.import,
                (Context::Library, None) => combination.library,
                (Context::Library, Some(_)) => combination.function,
                (Context::Aside, _) => 0.0,
            };
            found.extend(combination.meet(weight, *context, unit, &whole, known));
        }
    }
    found
}

impl Combination {
    fn meet(
        &self,
        mut weight: f64,
        context: Context,
        unit: &Unit<'_>,
        whole: &BTreeSet<&str>,
        known: bool,
    ) -> Option<Seen> {
        if weight <= 0.0 {
            return None;
        }
        let mut words: Vec<&str> = Vec::new();
        let mut place: Option<&Seen> = None;
        for row in self.rows {
            let behaviour = row
                .iter()
                .find(|name| unit.by_behaviour.contains_key(**name) || whole.contains(**name))?;
            words.push(behaviour);
            place = place.or_else(|| unit.by_behaviour.get(behaviour).copied());
        }
        if known && context == Context::Install {
            weight = match self.id {
                "downloads-and-runs" => weight.min(2.5),
                "brings-and-starts-program" | "goes-on-alone" => weight.min(0.5),
                _ => weight,
            };
        }
        let place = place?;
        Some(Seen {
            id: self.id.to_owned(),
            weight,
            evidence: format!("{} {} ({})", self.what, context.words(), words.join(", ")),
            location: place.location.clone(),
            context,
            behaviours: BTreeSet::new(),
        })
    }
}

/// Whether what runs at installation names hosts, and only those that serve releases of known projects. A
/// `setup.py` that connects to nothing names its own pages, which say nothing; so do the modules it loads.
fn known_hosts_only(seen: &[Seen], tree: &ArchiveTree, installs: &Installs) -> bool {
    let connects = |path: &str| {
        seen.iter().any(|one| {
            one.context == Context::Install
                && one.behaviours.contains("network")
                && one.location.as_ref().is_some_and(|at| at.path == path)
        })
    };
    let mut any = false;
    for path in installs.files() {
        let text = String::from_utf8_lossy(tree.get(path).unwrap_or_default());
        let may_be_silent = text.contains("setup(") || !installs.is_whole(path);
        if may_be_silent && !connects(path) {
            continue;
        }
        for host in hosts::named(&text) {
            any = true;
            if !hosts::serves_releases(host) {
                return false;
            }
        }
    }
    any
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(behaviour: &str, context: Context, path: &str) -> Seen {
        Seen::file("x", 0.0, path, "e").doing(behaviour, context)
    }

    fn ids(seen: &[Seen]) -> Vec<String> {
        combine(
            &mut seen.to_vec(),
            &ArchiveTree::default(),
            &Installs::default(),
            |_, line| usize::try_from(line).ok(),
        )
        .into_iter()
        .map(|one| one.id)
        .collect()
    }

    #[test]
    fn one_function_of_a_library_is_looked_at_by_itself() {
        let mut far = seen("environment", Context::Library, "a.py");
        let near = seen("network", Context::Library, "a.py");
        assert_eq!(ids(&[near.clone(), far.clone()]), ["sends-environment"]);
        if let Some(location) = &mut far.location {
            location.start.line = 90;
        }
        assert!(ids(&[near, far]).is_empty());
    }

    #[test]
    fn behaviours_meet_in_one_file_or_at_installation() {
        let (a, b) = ("a.py", "b.py");
        let both = [
            seen("network", Context::Import, a),
            seen("execute", Context::Import, a),
        ];
        assert_eq!(ids(&both), ["downloads-and-runs"]);
        let apart = [
            seen("network", Context::Import, a),
            seen("execute", Context::Import, b),
        ];
        assert!(ids(&apart).is_empty());
        let install = [
            seen("network", Context::Install, a),
            seen("execute", Context::Install, b),
        ];
        assert_eq!(ids(&install), ["downloads-and-runs"]);
        let library = [
            seen("network", Context::Library, a),
            seen("execute", Context::Library, a),
        ];
        assert!(ids(&library).is_empty());
    }

    #[test]
    fn ids_are_there_once() {
        let ids: BTreeSet<&str> = COMBINATIONS.iter().map(|one| one.id).collect();
        assert_eq!(ids.len(), COMBINATIONS.len());
    }
}
