//! Every signal on and off, in every ecosystem that can have it.

use runward_model::{Ecosystem, Recommendation};
use runward_packages::{DomainState, Malicious, NearName, PrivateName, signals as ids};
use serde_json::json;

use crate::fake::{Reply, World, add_release, good, now, npm_version, only_release, skipped};

const ALL: [Ecosystem; 3] = [Ecosystem::PyPI, Ecosystem::Npm, Ecosystem::CratesIo];

fn worlds() -> impl Iterator<Item = World> {
    ALL.into_iter().map(World::new)
}

fn near(popular: &str, ecosystem: &Ecosystem, weight: f64) -> Vec<NearName> {
    vec![NearName {
        popular: popular.to_owned(),
        ecosystem: ecosystem.clone(),
        rank: 4,
        weight,
        evidence: format!("one letter from `{popular}`"),
    }]
}

#[test]
fn nothing_speaks_against_a_good_package() {
    for world in worlds() {
        let check = world.check();
        assert_eq!(check.signals, [], "{}", world.ecosystem);
        assert_eq!(
            (check.score, check.recommendation),
            (0.0, Recommendation::Allow)
        );
    }
    let npm = World::new(Ecosystem::Npm).check();
    assert_eq!(npm.unevaluated, []);
    let pypi = World::new(Ecosystem::PyPI).check();
    assert_eq!(skipped(&pypi), [ids::INSTALL_SCRIPTS, ids::NEW_PUBLISHER]);
}

#[test]
fn a_name_that_nobody_has_is_blocked() {
    for mut world in worlds() {
        world.query.name = "invented-helper".to_owned();
        assert_eq!(world.signals(), [ids::NOT_EXISTING]);
        assert_eq!(world.check().recommendation, Recommendation::Block);
        // Whatever a list of the past says, the registry is right.
        world.names.index = Some((vec!["invented-helper".to_owned()], now()));
        assert_eq!(world.signals(), [ids::NOT_EXISTING]);
    }
}

#[test]
fn a_name_that_cannot_be_is_not_asked_for() {
    for mut world in worlds() {
        world.query.name = "../../etc/passwd".to_owned();
        assert_eq!(world.signals(), [ids::NOT_EXISTING]);
        assert!(world.http.asked.lock().unwrap().is_empty());
    }
}

#[test]
fn a_failure_is_not_does_not_exist() {
    for mut world in worlds() {
        for reply in [
            Reply::Down,
            Reply::Status(500),
            Reply::Status(403),
            Reply::Body("<html>".to_owned()),
            Reply::Body(String::new()),
        ] {
            let url = world.url("demo-pkg");
            world.set(&url, reply);
            let check = world.check();
            assert_eq!(check.signals, []);
            assert!(skipped(&check).contains(&ids::NOT_EXISTING));
            assert_eq!(check.recommendation, Recommendation::Review);
        }
    }
}

#[test]
fn advisories_block_and_their_absence_is_told() {
    for mut world in worlds() {
        world.malware = Ok(vec![Malicious {
            id: "MAL-2026-1".to_owned(),
            summary: Some("steals".to_owned()),
            some_versions: false,
        }]);
        let check = world.check();
        assert_eq!(check.signals[0].id, ids::MALICIOUS);
        assert_eq!(check.signals[0].evidence, "MAL-2026-1: steals");
        assert_eq!(check.recommendation, Recommendation::Block);
        world.malware = Err("no database".to_owned());
        let check = world.check();
        assert_eq!(check.signals, []);
        assert!(skipped(&check).contains(&ids::MALICIOUS));
    }
}

#[test]
fn removed_packages_are_blocked() {
    let mut world = World::new(Ecosystem::Npm);
    world.change(|document| {
        only_release(
            &Ecosystem::Npm,
            document,
            "0.0.1-security",
            "2020-01-01T00:00:00Z",
        );
        document["description"] = json!("security holding package");
    });
    assert_eq!(world.signals(), [ids::REMOVED]);
    assert_eq!(world.check().recommendation, Recommendation::Block);

    let mut world = World::new(Ecosystem::Npm);
    world.change(|document| {
        document["versions"] = json!({});
        document["time"]["unpublished"] = json!({"time": "2024-01-01T00:00:00Z"});
    });
    assert_eq!(world.signals(), [ids::NOT_EXISTING]);

    let mut world = World::new(Ecosystem::PyPI);
    let page = json!({"files": [], "project-status": {"status": "quarantined"}});
    world.json("https://pypi.test/simple/demo-pkg/", &page);
    assert_eq!(world.signals(), [ids::REMOVED]);
}

#[test]
fn internal_names_must_not_be_public() {
    for mut world in worlds() {
        let private = |newest: Option<&str>| {
            vec![PrivateName {
                name: "demo-*".to_owned(),
                ecosystem: None,
                newest: newest.map(str::to_owned),
            }]
        };
        world.private = private(None);
        let check = world.check();
        assert_eq!(check.signals[0].id, ids::CONFUSION);
        assert_eq!(check.signals[0].weight, 8.0);
        assert_eq!(check.recommendation, Recommendation::Block);
        world.private = private(Some("3.0.0"));
        assert_eq!(world.check().signals[0].weight, 8.0);
        world.private = private(Some("1.0.0"));
        assert_eq!(world.check().signals[0].weight, 9.5);
        // The public registry does not have it: as it should be.
        world.query.name = "demo-internal".to_owned();
        let check = world.check();
        assert_eq!(check.signals, []);
        assert_eq!(check.recommendation, Recommendation::Allow);
    }
}

#[test]
fn several_indexes_without_internal_names_are_told() {
    let mut world = World::new(Ecosystem::PyPI);
    world.query.other_indexes = true;
    assert!(skipped(&world.check()).contains(&ids::CONFUSION));
    world.private = vec![PrivateName {
        name: "acme-*".to_owned(),
        ecosystem: None,
        newest: None,
    }];
    assert!(!skipped(&world.check()).contains(&ids::CONFUSION));
}

#[test]
fn near_names_count_less_with_age() {
    for mut world in worlds() {
        let list = near("demo-pkgs", &world.ecosystem, 6.0);
        world.names.near.insert("demo-pkg".to_owned(), list);
        let check = world.check();
        assert_eq!(
            (check.signals[0].id.as_str(), check.signals[0].weight),
            (ids::NEAR, 3.0)
        );
        let ecosystem = world.ecosystem.clone();
        world
            .change(|document| only_release(&ecosystem, document, "1.0.0", "2024-01-01T00:00:00Z"));
        let check = world.check();
        assert_eq!(
            (check.signals[0].id.as_str(), check.signals[0].weight),
            (ids::NEAR, 6.0)
        );
        world.names.ranks.insert("demo-pkg".to_owned(), 9);
        assert_eq!(world.signals(), Vec::<String>::new());
        world.names.no_list = true;
        assert!(skipped(&world.check()).contains(&ids::NEAR));
    }
}

#[test]
fn patterns_are_the_teams_own() {
    let mut world = World::new(Ecosystem::PyPI);
    world.names.patterns = vec!["`.*-pkg`: invented".to_owned()];
    assert_eq!(world.signals(), [ids::PATTERN]);
    world.names.ranks.insert("demo-pkg".to_owned(), 9);
    assert_eq!(world.signals(), Vec::<String>::new());
}

#[test]
fn a_borrowed_repository_needs_strangers() {
    for mut world in worlds() {
        let ecosystem = world.ecosystem.clone();
        world.put("popular", good(&ecosystem, "popular"));
        world.names.ranks.insert("popular".to_owned(), 1);
        world.change(|document| {
            let url = json!("https://github.com/Acme/popular");
            match ecosystem {
                Ecosystem::PyPI => document["info"]["project_urls"]["Source"] = url,
                Ecosystem::Npm => document["repository"] = url,
                _ => document["api"]["crate"]["repository"] = url,
            }
        });
        // One owner publishes both.
        assert_eq!(world.signals(), Vec::<String>::new());
        let mut other = good(&ecosystem, "popular");
        match ecosystem {
            Ecosystem::PyPI => other["ownership"]["roles"][0]["user"] = json!("bob"),
            Ecosystem::Npm => other["maintainers"][0]["name"] = json!("bob"),
            _ => {
                for version in other["api"]["versions"].as_array_mut().unwrap() {
                    version["published_by"]["login"] = json!("bob");
                }
            }
        }
        world.put("popular", other.clone());
        let check = world.check();
        assert_eq!(
            (check.signals[0].id.as_str(), check.signals[0].weight),
            (ids::BORROWED, 5.0)
        );
        // The other package is the one that came later.
        only_release(&ecosystem, &mut other, "1.0.0", "2026-01-01T00:00:00Z");
        world.put("popular", other);
        assert_eq!(world.signals(), Vec::<String>::new());
        // The other package cannot be asked about.
        let url = world.url("popular");
        world.set(&url, Reply::Status(500));
        let check = world.check();
        assert_eq!(check.signals, []);
        assert!(skipped(&check).contains(&ids::BORROWED));
        // There is no package after which the repository is named.
        world.set(&url, Reply::NotFound);
        assert!(!skipped(&world.check()).contains(&ids::BORROWED));
    }
}

#[test]
fn a_repository_of_an_unknown_project_is_not_borrowed() {
    let mut world = World::new(Ecosystem::Npm);
    let mut other = good(&Ecosystem::Npm, "template");
    other["maintainers"][0]["name"] = json!("bob");
    world.put("template", other);
    world.change(|document| document["repository"] = json!("acme/template"));
    assert_eq!(world.signals(), Vec::<String>::new());
    world.names.ranks.insert("template".to_owned(), 1);
    assert_eq!(world.signals(), [ids::BORROWED]);
    world.names.ranks.clear();
    let list = near("template", &Ecosystem::Npm, 0.0);
    world.names.near.insert("demo-pkg".to_owned(), list);
    assert_eq!(world.signals(), [ids::BORROWED, ids::NEAR]);
}

#[test]
fn untold_owners_weaken_a_borrowed_repository() {
    let mut world = World::new(Ecosystem::PyPI);
    let mut other = good(&Ecosystem::PyPI, "popular");
    other["ownership"] = json!(null);
    world.put("popular", other);
    world.names.ranks.insert("popular".to_owned(), 1);
    world.change(|document| {
        document["info"]["project_urls"] = json!({"Code": "https://github.com/acme/popular"});
    });
    let check = world.check();
    assert_eq!(
        (check.signals[0].id.as_str(), check.signals[0].weight),
        (ids::BORROWED, 3.0)
    );
}

#[test]
fn versions_must_exist() {
    for mut world in worlds() {
        world.query.version = Some("1.1.0".to_owned());
        assert_eq!(world.signals(), Vec::<String>::new());
        world.query.version = Some("9.9.9".to_owned());
        let check = world.check();
        assert_eq!(check.signals[0].id, ids::UNKNOWN_VERSION);
        assert!(check.signals[0].evidence.ends_with("the newest is 2.1.0"));
    }
    let mut world = World::new(Ecosystem::PyPI);
    world.query.version = Some("1.1".to_owned());
    assert_eq!(
        world.signals(),
        Vec::<String>::new(),
        "1.1 is 1.1.0 on PyPI"
    );
}

#[test]
fn yanked_versions_are_told() {
    let mut world = World::new(Ecosystem::PyPI);
    world.change(|document| {
        document["releases"]["1.0.0"][0]["yanked"] = json!(true);
        document["releases"]["1.0.0"][0]["yanked_reason"] = json!("broken\nbadly");
    });
    assert_eq!(
        world.signals(),
        Vec::<String>::new(),
        "not the one to be installed"
    );
    world.query.version = Some("1.0.0".to_owned());
    let check = world.check();
    assert_eq!(check.signals[0].id, ids::WITHDRAWN);
    assert_eq!(check.signals[0].evidence, "1.0.0 was yanked: broken badly");
    assert_eq!(check.recommendation, Recommendation::Review);

    let mut world = World::new(Ecosystem::CratesIo);
    world.change(|document| {
        for line in document["index"].as_array_mut().unwrap() {
            line["yanked"] = json!(true);
        }
    });
    let check = world.check();
    assert_eq!(
        (check.signals[0].id.as_str(), check.signals[0].weight),
        (ids::WITHDRAWN, 5.0)
    );
}

#[test]
fn deprecated_versions_are_told() {
    let mut world = World::new(Ecosystem::Npm);
    world.change(|document| document["versions"]["2.1.0"]["deprecated"] = json!("use other"));
    assert_eq!(world.signals(), [ids::DEPRECATED]);
    world.query.version = Some("2.0.0".to_owned());
    assert_eq!(world.signals(), Vec::<String>::new());

    let mut world = World::new(Ecosystem::PyPI);
    let page = json!({"files": [], "project-status": {"status": "archived"}});
    world.json("https://pypi.test/simple/demo-pkg/", &page);
    assert_eq!(world.signals(), [ids::DEPRECATED]);
}

#[test]
fn a_week_is_young() {
    for mut world in worlds() {
        let ecosystem = world.ecosystem.clone();
        for (day, young) in [
            ("2026-11-22T09:00:00Z", true),
            ("2026-11-15T11:00:00Z", true),
            ("2026-11-15T10:00:00Z", false),
            ("2027-01-01T00:00:00Z", true),
        ] {
            world.change(|document| only_release(&ecosystem, document, "1.0.0", day));
            let mut expected = vec![ids::SINGLE_RELEASE];
            if young {
                expected.push(ids::YOUNG);
            }
            assert_eq!(world.signals(), expected, "{day}");
        }
    }
}

#[test]
fn a_release_after_years_is_told() {
    for mut world in worlds() {
        let ecosystem = world.ecosystem.clone();
        for (day, revived) in [
            ("2026-11-20T00:00:00Z", true),
            ("2026-11-01T00:00:00Z", false),
        ] {
            world.change(|document| add_release(&ecosystem, document, "2.1.1", day));
            let expected = if revived { vec![ids::REVIVED] } else { vec![] };
            assert_eq!(world.signals(), expected, "{day}");
        }
    }
}

#[test]
fn versions_do_not_jump() {
    for mut world in worlds() {
        let ecosystem = world.ecosystem.clone();
        for (version, jumps) in [("3.0.0", false), ("13.0.0", true), ("2024.1.0", false)] {
            world.change(|document| {
                add_release(&ecosystem, document, version, "2024-06-01T00:00:00Z");
            });
            let expected = if jumps {
                vec![ids::VERSION_JUMP]
            } else {
                vec![]
            };
            assert_eq!(world.signals(), expected, "{version}");
        }
    }
}

#[test]
fn first_versions_are_low() {
    for mut world in worlds() {
        let ecosystem = world.ecosystem.clone();
        for (version, implausible) in [
            ("99.0.0", true),
            ("50.0.0", true),
            ("49.0.0", false),
            ("2024.1.0", false),
        ] {
            world.change(|document| {
                only_release(&ecosystem, document, version, "2024-01-01T00:00:00Z");
            });
            let mut expected = vec![ids::SINGLE_RELEASE];
            if implausible {
                expected.insert(0, ids::IMPLAUSIBLE_VERSION);
            }
            assert_eq!(world.signals(), expected, "{version}");
        }
    }
}

#[test]
fn a_new_publisher_is_told_where_the_registry_tells() {
    let publish = |by: serde_json::Value| {
        let mut world = World::new(Ecosystem::Npm);
        world.change(|document| document["versions"]["2.1.0"]["_npmUser"] = by);
        world
    };
    assert_eq!(
        publish(json!({"name": "bob"})).signals(),
        [ids::NEW_PUBLISHER]
    );
    let trusted = json!({"name": "GitHub Actions", "trustedPublisher": {"id": "github"}});
    assert_eq!(publish(trusted).signals(), Vec::<String>::new());
    assert!(skipped(&publish(json!(null)).check()).contains(&ids::NEW_PUBLISHER));

    let mut world = World::new(Ecosystem::CratesIo);
    world.change(|document| {
        document["api"]["versions"][0]["published_by"]["login"] = json!("bob");
    });
    assert_eq!(world.signals(), [ids::NEW_PUBLISHER]);
    world.query.version = Some("2.0.0".to_owned());
    assert_eq!(world.signals(), Vec::<String>::new());
}

#[test]
fn downloads_are_low_unknown_or_neither() {
    for mut world in [World::new(Ecosystem::PyPI), World::new(Ecosystem::Npm)] {
        world.downloads("demo-pkg", 99);
        assert_eq!(world.signals(), [ids::LOW_DOWNLOADS]);
        world.downloads("demo-pkg", 100);
        assert_eq!(world.signals(), Vec::<String>::new());
        world.sources.pypi_stats = None;
        world.sources.npm_downloads = None;
        let check = world.check();
        assert_eq!(check.signals[0].id, ids::UNKNOWN_DOWNLOADS);
        assert!(skipped(&check).contains(&ids::LOW_DOWNLOADS));
        world.names.ranks.insert("demo-pkg".to_owned(), 1);
        assert_eq!(world.signals(), Vec::<String>::new());
    }
    let mut world = World::new(Ecosystem::CratesIo);
    world.change(|document| document["api"]["crate"]["recent_downloads"] = json!(90));
    assert_eq!(world.signals(), [ids::LOW_DOWNLOADS]);
}

#[test]
fn install_scripts_are_told_for_the_version() {
    let mut world = World::new(Ecosystem::Npm);
    world.change(|document| {
        document["versions"]["2.1.0"]["scripts"]["postinstall"] = json!("node\nx.js");
    });
    let check = world.check();
    assert_eq!(check.signals[0].id, ids::INSTALL_SCRIPTS);
    assert_eq!(check.signals[0].evidence, "postinstall: `node x.js`");
    world.query.version = Some("2.0.0".to_owned());
    assert_eq!(world.signals(), Vec::<String>::new());
}

#[test]
fn a_package_without_word_of_itself_is_told() {
    for mut world in worlds() {
        let ecosystem = world.ecosystem.clone();
        world.change(|document| match ecosystem {
            Ecosystem::PyPI => {
                document["info"]["project_urls"] = json!(null);
                document["info"]["summary"] = json!("");
                document["info"]["description"] = json!(" ");
            }
            Ecosystem::Npm => {
                document["repository"] = json!(null);
                document["description"] = json!(null);
                document["readme"] = json!("");
            }
            _ => {
                document["api"]["crate"]["repository"] = json!(null);
                document["api"]["crate"]["description"] = json!(null);
            }
        });
        assert_eq!(world.signals(), [ids::NO_DESCRIPTION, ids::NO_REPOSITORY]);
    }
}

#[test]
fn throw_away_addresses_are_told_and_free_mail_is_not() {
    for (address, disposable) in [
        ("x@yopmail.com", true),
        ("x@a.mailinator.com", true),
        ("x@gmail.com", false),
    ] {
        let expected = if disposable {
            vec![ids::DISPOSABLE_DOMAIN]
        } else {
            vec![]
        };
        let mut world = World::new(Ecosystem::PyPI);
        world.change(|document| document["info"]["author_email"] = json!(address));
        assert_eq!(world.signals(), expected, "{address}");
        let mut world = World::new(Ecosystem::Npm);
        world.change(|document| document["maintainers"][0]["email"] = json!(address));
        assert_eq!(world.signals(), expected, "{address}");
    }
    let crates = World::new(Ecosystem::CratesIo).check();
    assert!(skipped(&crates).contains(&ids::DISPOSABLE_DOMAIN));
}

#[test]
fn domains_that_changed_hands_are_told() {
    let since = |day: &str| DomainState::Held {
        since: Some(day.parse().unwrap()),
    };
    for (state, expired) in [
        (DomainState::Free, true),
        (since("2025-01-01T00:00:00Z"), true),
        (since("2010-01-01T00:00:00Z"), false),
        (DomainState::Held { since: None }, false),
    ] {
        let mut world = World::new(Ecosystem::Npm);
        world.domains.0.insert("acme.example".to_owned(), state);
        let expected = if expired {
            vec![ids::EXPIRED_DOMAIN]
        } else {
            vec![]
        };
        assert_eq!(world.signals(), expected, "{state:?}");
    }
}

#[test]
fn crates_without_the_api_tell_less_and_say_so() {
    let mut world = World::new(Ecosystem::CratesIo);
    world.set(
        "https://crates.test/api/v1/crates/demo-pkg",
        Reply::Status(403),
    );
    let check = world.check();
    assert_eq!(check.signals.len(), 1, "{:?}", check.signals);
    assert_eq!(check.signals[0].id, ids::UNKNOWN_DOWNLOADS);
    for id in [ids::LOW_DOWNLOADS, ids::NO_REPOSITORY, ids::NEW_PUBLISHER] {
        assert!(skipped(&check).contains(&id), "{id}");
    }
    assert!(
        !skipped(&check).contains(&ids::YOUNG),
        "the index has dates"
    );
}

#[test]
fn a_crate_is_found_under_its_other_spelling() {
    let mut world = World::new(Ecosystem::CratesIo);
    world.query.name = "Demo_Pkg".to_owned();
    assert_eq!(world.signals(), Vec::<String>::new());
}

#[test]
fn scoped_npm_packages_are_asked_for() {
    let mut world = World::new(Ecosystem::Npm);
    let mut document = good(&Ecosystem::Npm, "@acme/demo");
    document["versions"]["2.1.0"] = npm_version("@acme/demo", "2.1.0");
    world.put("@acme/demo", document);
    world.downloads("@acme/demo", 1_000);
    world.query.name = "@acme/demo".to_owned();
    assert_eq!(world.signals(), Vec::<String>::new());
}
