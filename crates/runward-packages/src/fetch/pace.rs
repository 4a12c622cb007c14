//! Requests at a host's pace.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Mutex,
    thread,
    time::{Duration, Instant},
};

use super::lock;

/// Time that passes, and waiting for it. A test's own does not wait.
pub trait Pace: Sync {
    /// Since any fixed point; never goes back.
    fn elapsed(&self) -> Duration;
    fn sleep(&self, wait: Duration);
}

/// The pace of the machine.
#[derive(Debug)]
pub struct WallPace(Instant);

impl Default for WallPace {
    fn default() -> Self {
        Self(Instant::now())
    }
}

impl Pace for WallPace {
    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep(&self, wait: Duration) {
        thread::sleep(wait);
    }
}

/// The least time between two requests to one host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateLimits {
    pub default: Duration,
    /// By host, with the port where the URL has one.
    pub hosts: BTreeMap<String, Duration>,
}

impl Default for RateLimits {
    /// One request a second to crates.io's API, as its policy for crawlers asks
    /// (<https://crates.io/data-access>); the sparse index is made for more.
    fn default() -> Self {
        Self {
            default: Duration::from_millis(20),
            hosts: BTreeMap::from([
                ("crates.io".to_owned(), Duration::from_secs(1)),
                ("pypistats.org".to_owned(), Duration::from_secs(2)),
                ("api.npmjs.org".to_owned(), Duration::from_millis(100)),
            ]),
        }
    }
}

/// Gives each request to a host a time of its own, in the order of asking.
pub(super) struct Limiter<'a> {
    pace: &'a dyn Pace,
    rates: RateLimits,
    next: Mutex<HashMap<String, Duration>>,
}

impl<'a> Limiter<'a> {
    pub(super) fn new(pace: &'a dyn Pace, rates: RateLimits) -> Self {
        Self {
            pace,
            rates,
            next: Mutex::default(),
        }
    }

    /// Returns when a request to the host may start.
    pub(super) fn wait(&self, host: &str) {
        let interval = *self.rates.hosts.get(host).unwrap_or(&self.rates.default);
        if interval.is_zero() {
            return;
        }
        let wait = {
            let mut next = lock(&self.next);
            let now = self.pace.elapsed();
            let slot = next.get(host).copied().unwrap_or(now).max(now);
            next.insert(host.to_owned(), slot.saturating_add(interval));
            slot.saturating_sub(now)
        };
        if !wait.is_zero() {
            self.pace.sleep(wait);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A clock that sleeping moves.
    #[derive(Default)]
    struct Fake(Mutex<(Duration, Vec<Duration>)>);

    impl Pace for Fake {
        fn elapsed(&self) -> Duration {
            lock(&self.0).0
        }
        fn sleep(&self, wait: Duration) {
            let mut state = lock(&self.0);
            state.0 += wait;
            state.1.push(wait);
        }
    }

    #[test]
    fn each_host_has_its_own_pace() {
        let fake = Fake::default();
        let rates = RateLimits {
            default: Duration::ZERO,
            hosts: BTreeMap::from([("crates.io".to_owned(), Duration::from_secs(1))]),
        };
        let limiter = Limiter::new(&fake, rates);
        for host in [
            "crates.io",
            "pypi.org",
            "crates.io",
            "pypi.org",
            "crates.io",
        ] {
            limiter.wait(host);
        }
        assert_eq!(lock(&fake.0).1, vec![Duration::from_secs(1); 2]);
        // Time that passes by itself counts.
        lock(&fake.0).0 += Duration::from_millis(400);
        limiter.wait("crates.io");
        assert_eq!(lock(&fake.0).1.last(), Some(&Duration::from_millis(600)));
        lock(&fake.0).0 += Duration::from_secs(9);
        limiter.wait("crates.io");
        assert_eq!(lock(&fake.0).1.len(), 3);
    }

    #[test]
    fn crates_io_is_asked_once_a_second() {
        let rates = RateLimits::default();
        assert_eq!(rates.hosts["crates.io"], Duration::from_secs(1));
    }
}
