use proptest::prelude::*;
use runward_model::{Dependency, Ecosystem, Manifest, ManifestRole, Package, Scope, SourceRef};

use super::{Edge, Graph, LockPackage, Root};
use crate::{
    Limits,
    testing::{excluded, lines, problems, with},
};

fn package<'a>(name: &str, line: u32, requires: &[&'a str]) -> LockPackage<'a> {
    let package = Package::new(Ecosystem::PyPI, name, Some("1"));
    LockPackage {
        dependency: Dependency::new(package, SourceRef::new("x.lock", line)),
        edges: requires
            .iter()
            .map(|text| Edge::standard(text).unwrap())
            .collect(),
        stated: None,
    }
}

fn root<'a>(text: &'a str, scope: Scope, group: Option<&str>) -> Root<'a> {
    Root {
        edge: Edge::standard(text).unwrap(),
        scope,
        group: group.map(str::to_owned),
    }
}

fn fill(graph: Graph<'_>) -> Manifest {
    fill_within(graph, Limits::default())
}

fn fill_within(graph: Graph<'_>, limits: Limits) -> Manifest {
    let cell = std::cell::RefCell::new(Some(graph));
    with(&[("a", "")], |cx| {
        let cx = crate::Context {
            limits: &limits,
            ..*cx
        };
        let mut manifest = Manifest::new("x.lock", "x", Ecosystem::PyPI, ManifestRole::Lockfile);
        cell.take().unwrap().fill(&mut manifest, &cx);
        manifest
    })
}

#[test]
fn the_runtime_wins_and_groups_add_up() {
    let manifest = fill(Graph {
        packages: vec![
            package("app", 1, &["shared"]),
            package("shared", 2, &[]),
            package("tool", 3, &["shared", "helper"]),
            package("helper", 4, &[]),
            package("extra", 5, &["helper"]),
        ],
        roots: vec![
            root("tool", Scope::Development, Some("dev")),
            root("tool", Scope::Development, Some("ci")),
            root("app", Scope::Runtime, None),
            root("extra", Scope::Optional, Some("fast")),
        ],
        ..Graph::default()
    });
    assert_eq!(
        lines(&manifest),
        [
            "app 1 runtime * :1",
            "shared 1 runtime :2 <- app,tool",
            "tool 1 development[ci,dev] * :3",
            "helper 1 optional[fast,ci,dev] :4 <- tool,extra",
            "extra 1 optional[fast] * :5",
        ]
    );
}

#[test]
fn extras_open_edges() {
    let packages = || {
        vec![
            package(
                "requests",
                1,
                &["pysocks; extra == 'socks'", "chardet; extra == 'slow'"],
            ),
            package("pysocks", 2, &[]),
            package("chardet", 3, &[]),
        ]
    };
    let manifest = fill(Graph {
        packages: packages(),
        roots: vec![root("requests[socks]", Scope::Runtime, None)],
        ..Graph::default()
    });
    // A lock lists `chardet`, so it is kept; the inactive edge explains it.
    assert_eq!(
        lines(&manifest),
        [
            "requests 1 runtime * :1",
            "pysocks 1 runtime :2 <- requests",
            "chardet 1 runtime :3 <- requests",
        ]
    );
    let manifest = fill(Graph {
        packages: packages(),
        ..Graph::default()
    });
    assert_eq!(lines(&manifest).len(), 3);
}

#[test]
fn extras_asked_for_in_a_group_count_there() {
    let manifest = fill(Graph {
        packages: vec![
            package("requests", 1, &["pysocks; extra == 'socks'"]),
            package("pysocks", 2, &[]),
        ],
        roots: vec![
            root("requests", Scope::Runtime, None),
            root("requests[socks]", Scope::Development, Some("dev")),
        ],
        ..Graph::default()
    });
    assert_eq!(
        lines(&manifest),
        [
            "requests 1 runtime * :1",
            "pysocks 1 development[dev] :2 <- requests"
        ]
    );
}

#[test]
fn what_only_false_markers_need_is_excluded() {
    let manifest = fill(Graph {
        packages: vec![
            package("click", 1, &["colorama; sys_platform == 'win32'"]),
            package("colorama", 2, &["deeper"]),
            package("deeper", 3, &[]),
            package("both", 4, &[]),
            package("winroot", 5, &["both"]),
        ],
        roots: vec![
            root("click", Scope::Runtime, None),
            root("both", Scope::Runtime, None),
            root("winroot; os_name == 'nt'", Scope::Runtime, None),
        ],
        ..Graph::default()
    });
    assert_eq!(
        lines(&manifest),
        ["click 1 runtime * :1", "both 1 runtime * :4"]
    );
    assert_eq!(
        excluded(&manifest),
        [
            "colorama sys_platform == 'win32'",
            "deeper sys_platform == 'win32'",
            "winroot os_name == 'nt'",
        ]
    );
}

#[test]
fn without_roots_what_nobody_needs_is_direct() {
    let manifest = fill(Graph {
        packages: vec![
            package("a", 1, &["b", "c; os_name == 'nt'"]),
            package("b", 2, &[]),
            package("c", 3, &[]),
            package("loop1", 4, &["loop2"]),
            package("loop2", 5, &["loop1", "loop2"]),
        ],
        ..Graph::default()
    });
    assert_eq!(
        lines(&manifest),
        [
            "a 1 runtime * :1",
            "b 1 runtime :2 <- a",
            "loop1 1 runtime * :4 <- loop2",
            "loop2 1 runtime :5 <- loop1",
        ]
    );
    assert_eq!(excluded(&manifest), ["c os_name == 'nt'"]);
}

#[test]
fn roots_that_the_lock_does_not_have_are_no_roots() {
    let manifest = fill(Graph {
        packages: vec![package("a", 1, &[])],
        roots: vec![root("elsewhere", Scope::Runtime, None)],
        ..Graph::default()
    });
    assert_eq!(lines(&manifest), ["a 1 runtime * :1"]);
}

#[test]
fn limits_are_said() {
    let packages: Vec<_> = (0..50)
        .map(|n| package(&format!("p{n}"), n, &["p1", "p2", "p3"]))
        .collect();
    let limits = Limits {
        max_edges: 20,
        max_graph_steps: 10,
        ..Limits::default()
    };
    let manifest = fill_within(
        Graph {
            packages,
            ..Graph::default()
        },
        limits,
    );
    assert_eq!(manifest.dependencies.len(), 50);
    assert_eq!(problems(&manifest).len(), 2, "{:?}", problems(&manifest));
}

proptest! {
    /// Every package is kept or excluded, parents exist, and what is not direct has a parent.
    #[test]
    fn nothing_is_lost(
        edges in proptest::collection::vec((0usize..8, 0usize..8, 0usize..4), 0..24),
        roots in proptest::collection::vec((0usize..8, any::<bool>()), 0..4),
    ) {
        let markers = ["", "; os_name == 'nt'", "; extra == 'x'", "; python_version > '3'"];
        let texts: Vec<(usize, String)> = edges
            .iter()
            .map(|(from, to, marker)| (*from, format!("p{to}{}", markers[*marker])))
            .collect();
        let packages: Vec<LockPackage<'_>> = (0..8)
            .map(|n| {
                let requires: Vec<&str> = texts
                    .iter()
                    .filter(|(from, _)| *from == n)
                    .map(|(_, text)| text.as_str())
                    .collect();
                package(&format!("p{n}"), 1, &requires)
            })
            .collect();
        let names: Vec<String> = roots.iter().map(|(n, _)| format!("p{n}")).collect();
        let roots = names
            .iter()
            .zip(&roots)
            .map(|(name, (_, dev))| {
                let scope = if *dev { Scope::Development } else { Scope::Runtime };
                root(name, scope, dev.then_some("dev"))
            })
            .collect::<Vec<_>>();
        let known = !roots.is_empty();
        let manifest = fill(Graph { packages, roots, ..Graph::default() });
        prop_assert_eq!(manifest.dependencies.len() + manifest.excluded.len(), 8);
        for dependency in &manifest.dependencies {
            for edge in &dependency.parents {
                prop_assert!(edge.parent < manifest.dependencies.len());
            }
            if !known {
                prop_assert!(dependency.direct || !dependency.parents.is_empty());
            }
        }
    }
}
