use runward_model::NotCovered;

use super::*;

/// Whether a finding of `service/requirements.txt` counts as fixed after a scan that saw nothing.
fn fixed(change: impl FnOnce(&mut Coverage, &mut DatabaseInfo)) -> bool {
    fixed_after(&database(DatabaseKind::Full, 0), change)
}

fn fixed_after(
    before: &DatabaseInfo,
    change: impl FnOnce(&mut Coverage, &mut DatabaseInfo),
) -> bool {
    let store = in_memory();
    let seen = [finding(
        "CVE-1",
        "zope-interface",
        "service/requirements.txt",
    )];
    scan_with(&store, 0, &seen, &everything(), before);
    let mut covered = everything();
    let mut database = database(DatabaseKind::Full, 1);
    change(&mut covered, &mut database);
    !scan_with(&store, 1, &[], &covered, &database)
        .fixed
        .is_empty()
}

fn gap(path: &str, package: Option<&str>) -> NotCovered {
    NotCovered {
        package: package.map(str::to_owned),
        ..NotCovered::file(path, "r")
    }
}

#[test]
fn a_file_that_was_read_or_is_gone_is_covered() {
    // The whole project was looked at and the file is not there.
    assert!(fixed(|_, _| ()));
    // Part of it was looked at, without or with the file.
    assert!(!fixed(|covered, _| covered.whole = false));
    assert!(fixed(|covered, _| {
        covered.whole = false;
        covered.read.push("service/requirements.txt".to_owned());
    }));
}

#[test]
fn what_could_not_be_looked_at_is_not_fixed() {
    for (path, package, is_fixed) in [
        ("service/requirements.txt", None, false),
        ("./service/requirements.txt", None, false),
        ("service", None, false),
        ("service/", None, false),
        (".", None, false),
        ("PyPI", None, false),
        ("npm", None, true),
        ("servic", None, true),
        ("service/other.txt", None, true),
        ("service/requirements.txt", Some("Zope.Interface"), false),
        ("service/requirements.txt", Some("flask"), true),
        ("other.txt", Some("zope-interface"), true),
    ] {
        let actual = fixed(|covered, _| covered.not_covered.push(gap(path, package)));
        assert_eq!(actual, is_fixed, "{path} {package:?}");
    }
}

#[test]
fn a_kind_that_was_not_looked_for_is_not_fixed() {
    assert!(!fixed(
        |covered, _| covered.kinds = vec![FindingKind::DependencyNotice]
    ));
}

#[test]
fn a_database_that_knows_less_fixes_nothing() {
    let starter = database(DatabaseKind::Starter, 0);
    let full = database(DatabaseKind::Full, 0);
    assert!(!fixed_after(&full, |_, database| database.kind = DatabaseKind::Starter));
    assert!(fixed_after(&starter, |_, database| database.kind =
        DatabaseKind::Starter));
    assert!(fixed_after(&starter, |_, _| ()));
    assert!(!fixed(|_, database| database.ecosystems.clear()));
    assert!(!fixed(|_, database| database.updated = Some(at(-1))));
    assert!(!fixed(|_, database| database.updated = None));
    assert!(fixed(|_, database| database.updated = Some(at(0))));
    // The ecosystem's own date counts before the database's.
    assert!(!fixed(
        |_, database| database.ecosystems[0].updated = Some(at(-1))
    ));
}

#[test]
fn an_older_scan_that_is_recorded_late_fixes_nothing() {
    each(|store| {
        scan(store, 5, &[finding("CVE-1", "a", "requirements.txt")]);
        assert!(scan(store, 4, &[]).fixed.is_empty());
        assert_eq!(scan(store, 5, &[]).fixed.len(), 1);
    });
}
