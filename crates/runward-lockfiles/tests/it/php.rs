//! Composer.

use super::{check, reason};

const LOCK: &str = r#"{
    "content-hash": "x",
    "packages": [
        {
            "name": "Symfony/Http-Kernel",
            "version": "v6.0.1",
            "source": {"type": "git", "url": "https://github.com/symfony/http-kernel.git", "reference": "aaa"},
            "dist": {"type": "zip", "url": "https://api.github.com/x", "reference": "aaa", "shasum": "abc"},
            "require": {"php": ">=8.0.2", "ext-json": "*", "psr/log-implementation": "^1", "monolog/monolog": "^2.0"},
            "notification-url": "https://packagist.org/downloads/"
        },
        {
            "name": "monolog/monolog",
            "version": "2.8.0",
            "require": [],
            "provide": {"psr/log-implementation": "1.0.0"},
            "notification-url": "https://packagist.org/downloads/"
        },
        {
            "name": "acme/tip",
            "version": "dev-main",
            "source": {"type": "git", "url": "https://github.com/acme/tip.git", "reference": "bbb"}
        },
        {
            "name": "acme/own",
            "version": "1.0.0",
            "dist": {"type": "path", "url": "packages/own"},
            "require": {"monolog/monolog": "*"}
        }
    ],
    "packages-dev": [
        {
            "name": "phpunit/phpunit",
            "version": "9.5.0",
            "require": {"gone/gone": "^1"},
            "notification-url": "https://repo.example.org/downloads/"
        }
    ]
}
"#;

#[test]
fn composer_lock_with_its_manifest() {
    let manifest = r#"{"require": {"php": "^8", "symfony/http-kernel": "^6.0", "acme/tip": "dev-main", "acme/own": "*"}, "require-dev": {"phpunit/phpunit": "^9"}}"#;
    let found = check(
        &[
            ("composer.lock", LOCK),
            ("composer.json", manifest),
            ("packages/own/composer.json", "{}"),
        ],
        "
        symfony/http-kernel@6.0.1 runtime direct :5 (^6.0)
        monolog/monolog@2.8.0 runtime direct :13 (*) < symfony/http-kernel ^1 < symfony/http-kernel ^2.0
        acme/tip@? runtime direct :20 (dev-main) git https://github.com/acme/tip.git bbb
        phpunit/phpunit@9.5.0 development direct :33 (^9) index https://repo.example.org/downloads/
        ! composer.lock:35 `gone/gone` is asked for but not locked; run `composer update --no-install`
        ",
    );
    assert_eq!(
        reason(&found, "acme/tip"),
        "`dev-main` at `bbb` is the tip of a branch; require a release"
    );
    assert_eq!(found.dependencies[0].hashes, ["sha1:abc"]);
}

#[test]
fn composer_lock_alone() {
    let text = "{\"packages\": [{\"name\": \"a/a\", \"version\": \"1.0\", \"require\": {\"b/b\": \"^1\"}},\n{\"name\": \"b/b\", \"version\": \"1.x-dev\"}, {\"version\": \"1\"}], \"packages-dev\": {}}";
    check(
        &[("composer.lock", text)],
        "
        a/a@1.0 runtime direct :1
        b/b@? runtime transitive :2 < a/a ^1
        ! composer.lock:2 a package without a name; run `composer update --lock`
        ! composer.lock:2 `packages-dev` is not a list, so it is not read
        ",
    );
}

#[test]
fn composer_json_alone() {
    check(
        &[("composer.json", "{\"require\": {\"php\": \"^8\", \"a/a\": \"1.2.3\",\n\"b/b\": \"^1\"}, \"require-dev\": {\"c/c\": \"dev-main\", \"d/d\": 1, \"e/e\": []}}")],
        "
        a/a@1.2.3 runtime direct :1 (1.2.3)
        b/b@? runtime direct :2 (^1)
        c/c@? development direct :2 (dev-main)
        d/d@1 development direct :2 (1)
        ! composer.json:2 the requirement of `e/e` is not text
        ! composer.json names direct dependencies only, what they depend on is not known; run `composer update --no-install`
        ",
    );
}
