use std::collections::BTreeMap;

use runward_http::{Response, Sink};

use super::*;

/// Answers by URL, and notes what it was asked.
#[derive(Default)]
struct Script {
    answers: HashMap<String, Result<(String, Option<&'static str>), u16>>,
    asked: Mutex<Vec<Request>>,
}

impl Http for Script {
    fn get(
        &self,
        request: &Request,
        sink: &mut dyn Sink,
        _: &mut dyn FnMut(u64, Option<u64>),
    ) -> Result<Response, HttpError> {
        lock(&self.asked).push(request.clone());
        let url = request.url.clone();
        match self.answers.get(&request.url) {
            Some(Ok((_, Some(etag)))) if request.if_none_match.as_deref() == Some(etag) => {
                Ok(Response {
                    not_modified: true,
                    ..Response::default()
                })
            }
            Some(Ok((body, etag))) => {
                sink.write_all(body.as_bytes()).unwrap();
                Ok(Response {
                    etag: etag.map(str::to_owned),
                    ..Response::default()
                })
            }
            Some(Err(404)) => Err(HttpError::NotFound { url }),
            Some(Err(503)) | None => Err(HttpError::Unreachable {
                url,
                attempts: 4,
                reason: "status 503".to_owned(),
            }),
            Some(Err(status)) => Err(HttpError::Status {
                url,
                status: *status,
            }),
        }
    }
}

struct NoPace;

impl Pace for NoPace {
    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }
    fn sleep(&self, _: Duration) {}
}

const URL: &str = "https://r.example/x";

fn script(answer: Result<(&str, Option<&'static str>), u16>) -> Script {
    Script {
        answers: HashMap::from([(
            URL.to_owned(),
            answer.map(|(body, etag)| (body.to_owned(), etag)),
        )]),
        asked: Mutex::default(),
    }
}

fn at(hours: i64) -> Timestamp {
    let start: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
    start + SignedDuration::from_hours(hours)
}

fn fetcher<'a>(http: Option<&'a dyn Http>, cache: Option<&'a Cache>, hours: i64) -> Fetcher<'a> {
    let rates = RateLimits {
        default: Duration::ZERO,
        hosts: BTreeMap::new(),
    };
    Fetcher::new(http, cache, &NoPace, rates, Freshness::default(), at(hours))
}

fn text(fetched: &Fetched) -> &str {
    match fetched {
        Fetched::Content { body, .. } => std::str::from_utf8(body).unwrap(),
        other => panic!("{other:?}"),
    }
}

fn cache() -> (tempfile::TempDir, Cache) {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path(), CacheLimits::default()).unwrap();
    (dir, cache)
}

#[test]
fn a_fresh_answer_is_not_asked_for_again() {
    let (_dir, cache) = cache();
    let http = script(Ok(("one", None)));
    assert_eq!(
        text(&fetcher(Some(&http), Some(&cache), 0).get(URL, 99)),
        "one"
    );
    assert_eq!(
        text(&fetcher(Some(&http), Some(&cache), 5).get(URL, 99)),
        "one"
    );
    assert_eq!(lock(&http.asked).len(), 1);
    let _ = fetcher(Some(&http), Some(&cache), 6).get(URL, 99);
    assert_eq!(lock(&http.asked).len(), 2);
    // A clock that was put back does not make an answer fresh for ever.
    let _ = fetcher(Some(&http), Some(&cache), -9).get(URL, 99);
    assert_eq!(lock(&http.asked).len(), 3);
}

#[test]
fn an_unchanged_answer_is_fresh_again() {
    let (_dir, cache) = cache();
    let http = script(Ok(("one", Some("\"1\""))));
    let _ = fetcher(Some(&http), Some(&cache), 0).get(URL, 99);
    let renewed = fetcher(Some(&http), Some(&cache), 10).get(URL, 99);
    assert_eq!(text(&renewed), "one");
    assert!(matches!(renewed, Fetched::Content { as_of, stale: None, .. } if as_of == at(10)));
    let asked = lock(&http.asked).clone();
    assert_eq!(asked[1].if_none_match.as_deref(), Some("\"1\""));
    let _ = fetcher(Some(&http), Some(&cache), 12).get(URL, 99);
    assert_eq!(lock(&http.asked).len(), 2);
}

#[test]
fn a_changed_answer_replaces_the_old() {
    let (_dir, cache) = cache();
    let _ = fetcher(Some(&script(Ok(("one", Some("\"1\""))))), Some(&cache), 0).get(URL, 99);
    let http = script(Ok(("two", Some("\"2\""))));
    assert_eq!(
        text(&fetcher(Some(&http), Some(&cache), 10).get(URL, 99)),
        "two"
    );
    assert_eq!(text(&fetcher(None, Some(&cache), 11).get(URL, 99)), "two");
}

#[test]
fn a_failure_is_never_does_not_exist() {
    for status in [503, 500, 403, 418] {
        let http = script(Err(status));
        assert!(matches!(
            fetcher(Some(&http), None, 0).get(URL, 99),
            Fetched::Failed { .. }
        ));
    }
    for status in [404, 410, 451] {
        let http = script(Err(status));
        assert_eq!(
            fetcher(Some(&http), None, 0).get(URL, 99),
            Fetched::Missing { as_of: at(0) }
        );
    }
}

#[test]
fn does_not_exist_is_remembered_shortly_and_never_made_do_with() {
    let (_dir, cache) = cache();
    let http = script(Err(404));
    let _ = fetcher(Some(&http), Some(&cache), 0).get(URL, 99);
    let _ = fetcher(Some(&http), Some(&cache), 0).get(URL, 99);
    assert_eq!(lock(&http.asked).len(), 1);
    let offline = fetcher(None, Some(&cache), 1).get(URL, 99);
    assert_eq!(
        offline,
        Fetched::Failed {
            reason: "offline".to_owned()
        }
    );
}

#[test]
fn an_old_answer_is_called_old() {
    let (_dir, cache) = cache();
    let _ = fetcher(Some(&script(Ok(("one", None)))), Some(&cache), 0).get(URL, 99);
    let failing = script(Err(503));
    for fetcher in [
        fetcher(None, Some(&cache), 48),
        fetcher(Some(&failing), Some(&cache), 48),
    ] {
        let Fetched::Content { stale, as_of, .. } = fetcher.get(URL, 99) else {
            panic!("an old answer would do");
        };
        assert!(stale.unwrap().contains("2026-11-22 10:00 UTC"));
        assert_eq!(as_of, at(0));
    }
    assert!(matches!(
        fetcher(None, Some(&cache), 24 * 31).get(URL, 99),
        Fetched::Failed { .. }
    ));
}

#[test]
fn a_host_that_is_down_is_given_up_and_others_are_not() {
    let mut http = Script::default();
    http.answers.insert(
        "https://up.example/x".to_owned(),
        Ok(("up".to_owned(), None)),
    );
    let fetcher = fetcher(Some(&http), None, 0);
    for _ in 0..5 {
        assert!(matches!(
            fetcher.get("https://down.example/x", 9),
            Fetched::Failed { .. }
        ));
    }
    assert_eq!(lock(&http.asked).len(), 3);
    assert_eq!(text(&fetcher.get("https://up.example/x", 9)), "up");
    let Fetched::Failed { reason } = fetcher.get("https://down.example/y", 9) else {
        panic!("down");
    };
    assert!(reason.contains("down.example failed 3 times"), "{reason}");
}

#[test]
fn a_cache_that_cannot_be_written_spoils_nothing_and_is_told() {
    let (dir, cache) = cache();
    drop(dir);
    let http = script(Ok(("one", None)));
    let fetcher = fetcher(Some(&http), Some(&cache), 0);
    assert_eq!(text(&fetcher.get(URL, 99)), "one");
    assert_eq!(text(&fetcher.get(URL, 99)), "one");
    assert_eq!(fetcher.problems().len(), 1);
}

#[test]
fn hosts_are_told_apart_by_port_and_not_by_user() {
    assert_eq!(host("https://me:pw@A.example:8443/x?y"), "a.example:8443");
    assert_eq!(host("a.example/x"), "a.example");
}
