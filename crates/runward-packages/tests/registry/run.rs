//! Lists of names: order, offline, hosts that fail, the cache.

use std::sync::Mutex;

use jiff::SignedDuration;
use runward_model::{Ecosystem, Recommendation};
use runward_packages::{
    Cache, CacheEntry, CacheLimits, KnownNames as _, NameLists, Query, signals as ids,
};

use crate::fake::{Reply, World, good, now, skipped};

fn queries(ecosystem: &Ecosystem, names: impl IntoIterator<Item = String>) -> Vec<Query> {
    names
        .into_iter()
        .map(|name| Query::new(ecosystem.clone(), name))
        .collect()
}

#[test]
fn answers_come_in_the_order_of_the_questions() {
    let world = World::new(Ecosystem::PyPI);
    let mut names: Vec<String> = (0..50).map(|n| format!("nobody-{n}")).collect();
    names.insert(7, "Demo_Pkg".to_owned());
    let checked = world.run(&queries(&Ecosystem::PyPI, names.clone()), None);
    let got: Vec<&str> = checked.iter().map(|c| c.check.name.as_str()).collect();
    names[7] = "demo-pkg".to_owned();
    assert_eq!(got, names);
    assert_eq!(checked[7].check.score, 0.0);
    let summary = checked[7].summary.as_ref().unwrap();
    assert_eq!(summary.releases, 6);
    assert_eq!(summary.chosen.as_ref().unwrap().version, "2.1.0");
    assert!(checked[8].summary.is_none());
    assert!(world.run(&[], None).is_empty());
}

#[test]
fn one_package_is_asked_for_once() {
    let world = World::new(Ecosystem::PyPI);
    let mut queries = queries(
        &Ecosystem::PyPI,
        ["demo-pkg", "Demo.Pkg"].map(str::to_owned),
    );
    queries[1].version = Some("9.9".to_owned());
    let checked = world.run(&queries, None);
    assert!(checked[0].check.signals.is_empty());
    assert_eq!(checked[1].check.signals[0].id, ids::UNKNOWN_VERSION);
    let asked = world.http.asked.lock().unwrap();
    let distinct: std::collections::HashSet<_> = asked.iter().collect();
    assert_eq!(asked.len(), distinct.len(), "{asked:?}");
}

#[test]
fn offline_lists_decide_and_the_rest_is_told() {
    let mut world = World::new(Ecosystem::PyPI);
    world.offline = true;
    world.names.ranks.insert("popular".to_owned(), 3);
    let day = now() - SignedDuration::from_hours(48);
    let names = ["popular", "listed", "invented"].map(str::to_owned);
    let asked = queries(&Ecosystem::PyPI, names);

    world.names.index = Some((vec!["popular".to_owned(), "listed".to_owned()], day));
    let checked = world.run(&asked, None);
    let verdicts: Vec<_> = checked.iter().map(|c| c.check.recommendation).collect();
    let [allow, block] = [Recommendation::Allow, Recommendation::Block];
    assert_eq!(verdicts, [allow, allow, block]);
    assert!(checked[2].check.signals[0].evidence.contains("2026-11-20"));
    for checked in &checked {
        let told = skipped(&checked.check);
        assert!(told.contains(&ids::YOUNG) && told.contains(&ids::WITHDRAWN));
        assert!(!told.contains(&ids::NOT_EXISTING));
        assert!(
            checked
                .check
                .unevaluated
                .iter()
                .all(|gap| gap.reason == "offline")
        );
    }

    world.names.index = None;
    let checked = world.run(&asked, None);
    let verdicts: Vec<_> = checked.iter().map(|c| c.check.recommendation).collect();
    let review = Recommendation::Review;
    assert_eq!(verdicts, [allow, review, review]);
    assert!(skipped(&checked[1].check).contains(&ids::NOT_EXISTING));
    assert!(world.http.asked.lock().unwrap().is_empty());
}

#[test]
fn offline_an_internal_name_is_compared_with_the_lists() {
    let mut world = World::new(Ecosystem::PyPI);
    world.offline = true;
    world.private = vec![runward_packages::PrivateName {
        name: "acme-*".to_owned(),
        ecosystem: None,
        newest: None,
    }];
    world.query.name = "acme-tool".to_owned();
    assert!(skipped(&world.check()).contains(&ids::CONFUSION));
    world.names.index = Some((vec!["acme-tool".to_owned()], now()));
    assert_eq!(world.signals(), [ids::CONFUSION]);
}

#[test]
fn a_registry_that_is_down_is_asked_a_few_times_only() {
    let mut world = World::new(Ecosystem::Npm);
    let names: Vec<String> = (0..100).map(|n| format!("name-{n}")).collect();
    for name in &names {
        let url = world.url(name);
        world.set(&url, Reply::Down);
    }
    let checked = world.run(&queries(&Ecosystem::Npm, names), None);
    assert!(
        checked
            .iter()
            .all(|c| c.check.recommendation == Recommendation::Review)
    );
    assert!(
        checked
            .iter()
            .all(|c| skipped(&c.check).contains(&ids::NOT_EXISTING))
    );
    // Three failures in a row, and those that were on their way at the same time.
    assert!(world.http.asked.lock().unwrap().len() <= 11);
}

#[test]
fn the_cache_answers_offline_and_says_when_it_is_old() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path(), CacheLimits::default()).unwrap();
    let mut world = World::new(Ecosystem::Npm);
    let asked = [world.query.clone()];
    let first = world.run(&asked, Some(&cache));
    let count = world.http.asked.lock().unwrap().len();
    let again = world.run(&asked, Some(&cache));
    assert_eq!(first, again);
    assert_eq!(world.http.asked.lock().unwrap().len(), count);
    world.offline = true;
    assert_eq!(
        world.run(&asked, Some(&cache)),
        first,
        "fresh enough for offline"
    );
}

#[test]
fn an_old_answer_leaves_open_what_changes_quickly() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path(), CacheLimits::default()).unwrap();
    let mut world = World::new(Ecosystem::Npm);
    let url = world.url("demo-pkg");
    let entry = CacheEntry {
        fetched: now() - SignedDuration::from_hours(48),
        url,
        etag: None,
        last_modified: None,
        missing: false,
        body: good(&Ecosystem::Npm, "demo-pkg").to_string().into_bytes(),
    };
    cache.put(&entry).unwrap();
    world.offline = true;
    let check = world
        .run(std::slice::from_ref(&world.query), Some(&cache))
        .remove(0)
        .check;
    let gap = |id: &str| check.unevaluated.iter().find(|gap| gap.signal == id);
    assert!(gap(ids::WITHDRAWN).unwrap().reason.contains("2026-11-20"));
    assert!(gap(ids::YOUNG).is_none() && gap(ids::NOT_EXISTING).is_none());
    assert_eq!(check.recommendation, Recommendation::Allow);
}

#[test]
fn an_answer_for_another_package_is_no_answer() {
    for ecosystem in [Ecosystem::PyPI, Ecosystem::Npm, Ecosystem::CratesIo] {
        let mut world = World::new(ecosystem.clone());
        world.put("demo-pkg", good(&ecosystem, "other-pkg"));
        let check = world.check();
        assert!(skipped(&check).contains(&ids::NOT_EXISTING), "{ecosystem}");
        assert!(
            check
                .unevaluated
                .iter()
                .any(|gap| gap.reason.contains("`other-pkg`"))
        );
    }
}

#[test]
fn the_real_lists_answer_offline() {
    let names = runward_names::Names::builtin();
    let limits = runward_names::Limits::default();
    let patterns = [(".*-?db$", "invented databases")];
    let patterns = runward_names::Patterns::compile(patterns, &limits).unwrap();
    let mut builder = runward_names::ExistenceBuilder::new(Ecosystem::PyPI, &limits);
    for name in ["requests", "quick-db"] {
        builder.push(name).unwrap();
    }
    let mut bytes = Vec::new();
    builder.finish("test", now(), &mut bytes).unwrap();
    let index = runward_names::ExistenceIndex::open(bytes).unwrap();
    let lists = NameLists::new(&names)
        .with_patterns(&patterns)
        .with_index(&index);

    let pypi = &Ecosystem::PyPI;
    assert!(lists.judge(pypi, "Requests").rank.is_some());
    let near = lists.judge(pypi, "reqeusts").near;
    assert_eq!(near[0].popular, "requests");
    assert!(near[0].weight > 0.0 && near[0].evidence.contains("`requests`"));
    assert_eq!(
        lists.judge(pypi, "quick-db").patterns,
        ["`.*-?db$`: invented databases"]
    );
    assert!(lists.existence(pypi, "Quick_DB").unwrap().exists);
    assert!(!lists.existence(pypi, "reqeusts").unwrap().exists);
    assert_eq!(lists.existence(&Ecosystem::Npm, "lodash"), None);
}

#[test]
fn progress_ends_with_all() {
    let told: Mutex<Vec<(usize, usize)>> = Mutex::default();
    let world = World::new(Ecosystem::PyPI);
    let asked = queries(&Ecosystem::PyPI, (0..9).map(|n| format!("nobody-{n}")));
    let _ = world.run_with(&asked, None, &|done, of| {
        told.lock().unwrap().push((done, of));
    });
    let mut told = told.into_inner().unwrap();
    told.sort_unstable();
    assert_eq!(told.len(), 9);
    assert_eq!(told.last(), Some(&(9, 9)));
}
