//! Times for people. All in UTC: a report is read in more than one place.

use jiff::Timestamp;

/// `2026-11-22 10:00 UTC`.
pub fn moment(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// `2026-11-22`.
pub(crate) fn day(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d").to_string()
}

/// `2026-11-22T10:00:00`, as JUnit and GitLab want it: without a zone, UTC.
pub(crate) fn bare(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

/// `45 min`, `23 h`, `6 d`: rounded down, so that a deadline never looks further than it is.
pub(crate) fn length(seconds: i64) -> String {
    let minutes = seconds.max(0) / 60;
    let hours = minutes / 60;
    match hours {
        0 => format!("{minutes} min"),
        1..48 => format!("{hours} h"),
        _ => format!("{} d", hours / 24),
    }
}

/// `due in 23 h` or `overdue by 3 d`.
pub fn due(now: Timestamp, due: Timestamp) -> String {
    let left = due.as_second().saturating_sub(now.as_second());
    if left < 0 {
        format!("overdue by {}", length(left.saturating_neg()))
    } else {
        format!("due in {}", length(left))
    }
}

/// `3 h old`, from the hours that a database's description carries.
pub(crate) fn age(hours: f64) -> String {
    if !hours.is_finite() || hours < 0.0 {
        return "of unknown age".to_owned();
    }
    if hours < 48.0 {
        format!("{hours:.0} h old")
    } else {
        format!("{:.0} d old", (hours / 24.0).floor())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_round_down() {
        assert_eq!(length(59 * 60 + 59), "59 min");
        assert_eq!(length(24 * 3600 - 1), "23 h");
        assert_eq!(length(7 * 24 * 3600), "7 d");
        assert_eq!(length(-5), "0 min");
    }

    #[test]
    fn deadlines_look_both_ways() {
        let now: Timestamp = "2026-11-21T10:00:00Z".parse().unwrap();
        assert_eq!(
            due(now, "2026-11-22T09:30:00Z".parse().unwrap()),
            "due in 23 h"
        );
        assert_eq!(
            due(now, "2026-11-18T10:00:00Z".parse().unwrap()),
            "overdue by 3 d"
        );
        assert_eq!(moment(now), "2026-11-21 10:00 UTC");
        assert_eq!(age(f64::NAN), "of unknown age");
    }
}
